"""Numbers as people write them: decimal comma or point, and thousands set apart. What is in doubt stays text."""

import math
import re
from collections import Counter
from collections.abc import Iterable

from attrs import frozen

__all__ = ["NumberStyle", "number_style", "read_number"]

#: More digits than this make an identifier, not a quantity (and would lose digits as a decimal number).
_DIGITS = 18

_SIGNED = re.compile(r"[-−]?(?:\d[\d., '\u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}", re.ASCII)
_POINT_DECIMAL = re.compile(
    r"[-−]?(?:0?\.\d+|0\.\d+|\d{4,}\.\d+|\d{1,3}\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3})+\.\d+)", re.ASCII
)
_COMMA_DECIMAL = re.compile(
    r"[-−]?(?:0?,\d+|0,\d+|\d{4,},\d+|\d{1,3},(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+)", re.ASCII
)
_IN_DOUBT = re.compile(r"[-−]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_LISTED = re.compile(r"\d+(?:,\d+){2,}", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
#: Two marks of one kind set thousands apart, so the decimal mark is the other one.
_COMMAS_GROUP = re.compile(r"[-−]?[1-9]\d{0,2}(?:,\d{3}){2,}", re.ASCII)
_POINTS_GROUP = re.compile(r"[-−]?[1-9]\d{0,2}(?:\.\d{3}){2,}", re.ASCII)


@frozen
class NumberStyle:
    """How numbers are written in one column.

    Attributes:
        decimal: The decimal mark, `.` or `,`.
        seen: Whether the column or its file shows that mark; otherwise `1,234` and the like are in doubt.
        semicolons: Whether semicolons separate cells, as where the comma is the decimal mark: `1.234` is in doubt too.
    """

    decimal: str = "."
    seen: bool = False
    semicolons: bool = False


def _votes(texts: Iterable[str]) -> tuple[int, int]:
    """Count the cells that can only have a decimal point, and those that can only have a decimal comma."""
    points = commas = 0
    for text, count in Counter(texts).items():  # answers repeat
        if _POINT_DECIMAL.fullmatch(text) or _COMMAS_GROUP.fullmatch(text):
            points += count
        elif _COMMA_DECIMAL.fullmatch(text) or _POINTS_GROUP.fullmatch(text):
            commas += count
        elif _LISTED.fullmatch(text) and not _GROUPED.fullmatch(text):
            return 0, 0  # "1,3,5" lists chosen codes: commas are no decimal marks in this column
    return points, commas


def number_style(texts: Iterable[str], fallback: NumberStyle) -> NumberStyle:
    """Return how a column writes numbers, judged from a sample; the fallback where it does not show.

    Example:
        >>> number_style(["4,5", "1.250,75"], NumberStyle()).decimal
        ','
        >>> number_style(["1,3,5", "1,5"], NumberStyle()).seen
        False
    """
    points, commas = _votes(texts)
    if points == commas:
        return fallback
    return NumberStyle("." if points > commas else ",", True, fallback.semicolons)


def read_number(text: str, style: NumberStyle) -> int | float | None:
    """Return the number a text stands for, or None where it is none or could be two.

    Codes with leading zeros and identifiers of more than 18 digits are not numbers.

    Args:
        text: Text without white space at its ends.
        style: How the column writes numbers.

    Example:
        >>> point, comma = NumberStyle(".", True), NumberStyle(",", True)
        >>> read_number("1,234.5", point), read_number("1.234,5", comma), read_number("4,5", point)
        (1234.5, 1234.5, None)
        >>> read_number("1,234", NumberStyle()), read_number("007", point), read_number("2-3", point)
        (None, None, None)
    """
    if text.isdigit() and text.isascii():
        return int(text) if len(text) <= _DIGITS and (text[0] != "0" or len(text) == 1) else None
    if style.decimal == "." and style.seen and _PLAIN.fullmatch(text):
        return float(text)
    if _SIGNED.fullmatch(text) is None:
        return None
    if _IN_DOUBT.fullmatch(text) and not style.seen and ("," in text or style.semicolons):
        return None
    return _parse(_plain_spaces(text), style)


def _plain_spaces(text: str) -> str:
    return text.replace("−", "-").replace("\u00a0", " ").replace("\u202f", " ")


def _parse(text: str, style: NumberStyle) -> int | float | None:
    head, mark, exponent = text.lower().partition("e")
    sign, digits = ("-", head[1:]) if head.startswith("-") else ("", head)
    whole, point, fraction = digits.partition(style.decimal)
    separator = "," if style.decimal == "." else "."
    grouped = next((c for c in (separator, " ", "'") if c in whole), None)
    if grouped is not None:
        first, *rest = whole.split(grouped)
        if not (first.isdigit() and len(first) <= 3 and all(len(g) == 3 and g.isdigit() for g in rest)):
            return None
        whole = first + "".join(rest)
    if not _are_digits(whole, point, fraction) or (mark and not (point or exponent.startswith(("-", "+")))):
        return None
    if not point and not mark:
        return int(sign + whole)
    value = float(f"{sign}{whole or '0'}.{fraction or '0'}e{exponent or '0'}")
    return value if math.isfinite(value) else None


def _are_digits(whole: str, point: str, fraction: str) -> bool:
    """Tell whether the parts make a quantity: digits only, no leading zero, not too many."""
    if len(whole) > _DIGITS or (len(whole) > 1 and whole[0] == "0"):
        return False
    if point:
        return (whole == "" or whole.isdigit()) and fraction.isdigit()
    return whole.isdigit()
