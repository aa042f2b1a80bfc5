"""Parse numbers with either decimal mark and thousands separators.

Ambiguous numbers stay text.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable

from attrs import evolve, frozen

from capbuild.formats.vocabulary import fold_header, header_words

#: More digits make an identifier, not a quantity (and would lose digits as a float).
_DIGITS = 18
#: From here on a float may lose digits, so the text is checked more closely.
MANY = 1e15

_SIGNED = re.compile(r"[-−]?(?:\d[\d., '\u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}", re.ASCII)
#: A number without leading zeros, exponent or sign except `-`; many of them, one per line; length of the longest.
_WRITTEN = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)
_ALL_WRITTEN = re.compile(rf"(?:{_WRITTEN.pattern}\n)++", re.ASCII)
PLAIN_LENGTH = 32
#: Texts that programs parse as a number.
_BY_PROGRAM = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
#: Groups as in South Asia, in hundreds above thousands: `2,72,31,652`.
_LAKHS = r"[1-9]\d?(?:,\d\d)+,\d{3}"
_IN_LAKHS = re.compile(_LAKHS, re.ASCII)
#: Two equal marks are thousands separators, so the decimal mark is the other one.
_POINT_DECIMAL = re.compile(
    r"[-−]?(?:0?\.\d+|\d{4,}\.\d+|\d{1,3}\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,}|"
    rf"{_LAKHS}(?:\.\d+)?|"
    r"[1-9]\d{0,2}(?:[ '\u00a0\u202f]\d{3})+\.\d+)",
    re.ASCII,
)
_COMMA_DECIMAL = re.compile(
    r"[-−]?(?:0?,\d+|\d{4,},\d+|\d{1,3},(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}|"
    r"[1-9]\d{0,2}(?:[ '\u00a0\u202f]\d{3})+,\d+)",
    re.ASCII,
)
_IN_DOUBT = re.compile(r"[-−]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_LISTED = re.compile(r"\d+(?:,\d+){2,}", re.ASCII)
#: Signs before approximate numbers.
APPROXIMATE = "~≈"
#: White space within a number, also if it does not break.
_SPACE = r"[\s\u00a0\u202f]"
#: Raised letters, which are marks of notes and nothing else.
_RAISED = "ᵃᵇᶜᵈᵉᶠᵍ"
#: A number with the mark of a note: `12*`, `~12`, `7 (e)`, `30 (est.)`, `15 [2]`, `9 1/`; flags such as `b` need a
#: space.
_MARKED = re.compile(
    rf"[{APPROXIMATE}]?{_SPACE}?([-−]?[\d.,]+)"
    rf"(?:{_SPACE}?(?:\*{{1,3}}|[†‡¹²³⁴⁵{_RAISED}]{{1,2}}|"
    rf"\([a-z]\)|\(([^()\d]{{2,30}})\)|\[[\da-z]{{1,2}}\]|\^[\da-z])|{_SPACE}(?:[bep]|\d/))?",
    re.ASCII,
)
#: Words before a number: `approx. 45`, `ca. 1,200`, `约120`.
_AFTER_WORDS = re.compile(r"([^\W\d_][^\d<>+\-−]*?)\s*(\d[\d.,\s'\u00a0\u202f]*)")
#: Databank flags after a number: `12.3 bd`.
_FLAGGED = re.compile(rf"([-−]?[\d.,]+){_SPACE}?[a-z]{{1,3}}", re.ASCII)
#: Digits of a group of thousands.
_GROUP = 3
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)

#: Digits of other scripts, with the marks of Arabic numbers. Its thousands mark has no other meaning and goes, and so
#: do marks of direction.
_OTHER_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９٫٪", "0123456789" * 3 + ".%", "٬\u200e\u200f\u061c"
)


def ascii_digits(text: str) -> str:
    """Replace digits of other scripts by ASCII digits.

    A text with letters is unchanged.

    Example:
        >>> ascii_digits("٤٥٫٥ ٪"), ascii_digits("４５"), ascii_digits("١٬٢٣٤"), ascii_digits("المادة ١٢")
        ('45.5 %', '45', '1234', 'المادة ١٢')
    """
    return text if text.isascii() or any(map(str.isalpha, text)) else text.translate(_OTHER_DIGITS)


@frozen
class NumberStyle:
    """Number format of one column.

    Attributes:
        decimal: Decimal mark, `.` or `,`.
        seen: Whether the column or file shows the mark; else `1,234` and the like are ambiguous.
        semicolons: Whether semicolons separate cells, as in files with decimal commas: `1.234` is ambiguous too.
        programs: Whether a program wrote the column, so that `1e5`, `5.`, `+5.2` and `05.5` are decimals too. In other
            columns they may be codes.
    """

    decimal: str = "."
    seen: bool = False
    semicolons: bool = False
    programs: bool = False


def are_plain(texts: Iterable[str]) -> bool:
    """True if all texts are plain numbers.

    Plain numbers have few digits, no leading zeros, and no characters except digits, `-` and a point.

    Example:
        >>> are_plain(["4.5", "-12"]), are_plain(["4,5"]), are_plain(["007"]), are_plain([])
        (True, False, False, False)
    """
    lines = [f"{text}\n" for text in texts]
    together = "".join(lines)
    return bool(lines) and together.count("\n") == len(lines) and _ALL_WRITTEN.fullmatch(together) is not None


def decimal_votes(texts: Iterable[str], *, plain: bool = False) -> tuple[int, int]:
    """Count texts with a decimal point, and with a comma.

    A text counts only if its mark cannot be a thousands separator.

    Args:
        texts: The cells.
        plain: Whether all are known to satisfy `are_plain`; none then has a comma, so one point is enough.

    Example:
        >>> decimal_votes(["4,5", "1.250,75", "3", "2.5"])
        (1, 2)
    """
    if plain:
        return int(any("." in text and _POINT_DECIMAL.fullmatch(text) for text in texts)), 0
    points = commas = 0
    for text, count in Counter(texts).items():  # answers repeat
        if _POINT_DECIMAL.fullmatch(text):
            points += count
        elif _COMMA_DECIMAL.fullmatch(text):
            commas += count
        elif "," in text and _LISTED.fullmatch(text) and not _GROUPED.fullmatch(text):
            return 0, 0  # "1,3,5" lists chosen codes: commas are not decimal marks here
    return points, commas


def grouping_mark(texts: Iterable[str], usual: str = "") -> str:
    """Return the thousands separator of a column.

    The result is empty if there is none. All texts with a separator must have the same one, before three digits. Whole
    numbers without one show that it is not decimal, because people who write three decimals write 350.000. So do many
    texts that end in zero, because programs write 1.2 for 1.200.

    Args:
        texts: The cells.
        usual: The separator of other columns; without whole numbers, it is this column's too.

    Example:
        >>> grouping_mark(["1.200", "350", "12"]), grouping_mark(["1.125", "2.5"]), grouping_mark(["1.200", "1500"])
        ('.', '', '')
    """
    digits_first = [text for text in texts if text[:1].isdigit()]
    grouped = [text for text in digits_first if not text.isdigit()]
    whole = [text for text in digits_first if text.isdigit()]
    mark = next((c for c in ".," if grouped and c in grouped[0]), "")
    alike = all(_GROUPED.fullmatch(text.replace(mark, ",")) and mark in text for text in grouped) if mark else False
    if not alike or len(digits_first) < 3 or any(len(text) > _GROUP for text in whole):
        return ""
    return mark if whole or mark == usual or 2 * sum(text.endswith("0") for text in grouped) >= len(grouped) else ""


def number_style(texts: Iterable[str], fallback: NumberStyle) -> NumberStyle:
    """Detect the number format of a column.

    The fallback is returned if the texts do not show it.

    Example:
        >>> number_style(["4,5", "1.250,75"], NumberStyle()).decimal
        ','
        >>> number_style(["1,3,5", "1,5"], NumberStyle()).seen
        False
    """
    return majority_style(decimal_votes(texts), fallback)


def majority_style(votes: tuple[int, int], fallback: NumberStyle) -> NumberStyle:
    """Return the majority format; the fallback on a tie."""
    points, commas = votes
    if points == commas:
        return fallback
    return NumberStyle("." if points > commas else ",", True, fallback.semicolons)


def detect_program_style(style: NumberStyle, texts: Iterable[str]) -> NumberStyle:
    """Allow notation of programs unless a sample contradicts it.

    Only a column with a certain decimal point can have it.

    Args:
        style: Number format of the column.
        texts: A stripped sample.

    Example:
        >>> detect_program_style(NumberStyle(".", True), ["4.5", "12", "n/a"]).programs
        True
        >>> detect_program_style(NumberStyle(".", True), ["10.5", "01.1"]).programs
        False
    """
    plain = style.decimal == "." and style.seen and not style.semicolons
    sure = plain and not any(not _WRITTEN.fullmatch(text) and any(map(str.isdigit, text)) for text in texts)
    return evolve(style, programs=sure)


def read_number(text: str, style: NumberStyle) -> int | float | None:
    """Parse a number.

    The result is None if the text is not a number, or is ambiguous. Codes with leading zeros and identifiers of more
    than 18 digits are not numbers.

    Args:
        text: Text without white space at its ends.
        style: Number format of the column.

    Example:
        >>> point, comma = NumberStyle(".", True), NumberStyle(",", True)
        >>> read_number("1,234.5", point), read_number("1.234,5", comma), read_number("4,5", point)
        (1234.5, 1234.5, None)
        >>> read_number("2,72,31,652", point), read_number("2,72,31,652", comma)
        (27231652, None)
        >>> read_number("1,234", NumberStyle()), read_number("007", point), read_number("2-3", point)
        (None, None, None)
    """
    if style.programs and _BY_PROGRAM.fullmatch(text) and abs(number := float(text)) < MANY:
        return int(text) if text.lstrip("+-").isdigit() else number
    if text.isdigit() and text.isascii():
        return int(text) if len(text) <= _DIGITS and (text[0] != "0" or len(text) == 1) else None
    if style.decimal == "." and style.seen and _PLAIN.fullmatch(text):
        return float(text)
    if _SIGNED.fullmatch(text) is None:
        return None
    if _IN_DOUBT.fullmatch(text) and not style.seen and ("," in text or style.semicolons):
        return None
    return _parse(_plain_spaces(text), style)


def split_mark(text: str, *, flags: bool = False) -> str | None:
    """Return the number in a text with a note mark.

    The result is None for other texts. Words for an estimate, in brackets before or after the number, are such a mark.
    Other words are not, since they may change the number, as `(bn)` and `(loss)` do.

    Args:
        text: Text without white space at its ends.
        flags: Whether up to three letters are a mark, as in databank tables.

    Example:
        >>> split_mark("12*"), split_mark("7.5 (e)"), split_mark("15 [2]"), split_mark("9 1/")
        ('12', '7.5', '15', '9')
        >>> split_mark("~45"), split_mark("45 (est.)"), split_mark("45 (bn)"), split_mark("<5")
        ('45', '45', None, None)
        >>> split_mark("aprox. 3.000"), split_mark("ca. 30"), split_mark("Article 30"), split_mark("about 30 or 40")
        ('3.000', '30', None, None)
        >>> split_mark("12"), split_mark("12 (3)"), split_mark("3b"), split_mark("n*")
        (None, None, None, None)
        >>> split_mark("5 d"), split_mark("5 d", flags=True), split_mark(f"5{chr(160)}d", flags=True)
        (None, '5', '5')
    """
    if not flags and (worded := _AFTER_WORDS.fullmatch(text)) is not None:
        return worded[2] if _is_estimated(worded[1]) else None
    match = (_FLAGGED if flags else _MARKED).fullmatch(text)
    if match is None or match[1] == text:
        return None
    return match[1] if flags or _is_estimated(match[2] or "") else None


def has_estimate_words(text: str) -> bool:
    """True if words say that a number is an estimate.

    Example:
        >>> has_estimate_words("approx. 45"), has_estimate_words("45 (est.)"), has_estimate_words("45 (e)")
        (True, True, False)
    """
    return split_mark(text) is not None and any(len(word.encode()) > 1 for word in re.findall(r"[^\W\d_]+", text))


def _is_estimated(words: str) -> bool:
    return header_words("estimated").issuperset(fold_header(words).split())


def is_marked_plainly(text: str) -> bool:
    """True if a number's note mark is a sign.

    A letter or digit may be part of a code, as in `12 (a)`, or a power, as in `10²`.

    Example:
        >>> is_marked_plainly("12*"), is_marked_plainly("~12"), is_marked_plainly("12 (e)"), is_marked_plainly("12")
        (True, True, False, False)
    """
    number = split_mark(text)
    return number is not None and text.strip(f"{APPROXIMATE}*†‡¹{_RAISED} ") == number


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
        by_thousands = first.isdigit() and len(first) <= 3 and all(len(g) == 3 and g.isdigit() for g in rest)
        if not (by_thousands or _IN_LAKHS.fullmatch(whole)):
            return None
        whole = first + "".join(rest)
    if not _are_digits(whole, point, fraction) or (mark and not (point or exponent.startswith(("-", "+")))):
        return None
    if not point and not mark:
        return int(sign + whole)
    value = float(f"{sign}{whole or '0'}.{fraction or '0'}e{exponent or '0'}")
    return value if math.isfinite(value) else None


def _are_digits(whole: str, point: str, fraction: str) -> bool:
    """True if the parts are a plain quantity.

    A plain quantity has only digits, not too many, and no leading zero.
    """
    if len(whole) > _DIGITS or (len(whole) > 1 and whole[0] == "0"):
        return False
    if point:
        return (whole == "" or whole.isdigit()) and fraction.isdigit()
    return whole.isdigit()


def is_number(cell: object) -> bool:
    """True for a number, or its text.

    The decimal mark may be a point or a comma, and the text may end in `%`.

    Example:
        >>> is_number(3), is_number("1.234,5"), is_number("45 %"), is_number("n/a"), is_number(True)
        (True, True, True, False, False)
    """
    if isinstance(cell, str):
        text = ascii_digits(cell.strip()).rstrip("%").strip()
        return any(read_number(text, NumberStyle(mark, seen=True)) is not None for mark in ".,")
    return isinstance(cell, int | float) and not isinstance(cell, bool)
