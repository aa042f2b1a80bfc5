"""Kinds of cells by appearance, one letter each."""

import re

from capbuild._garbage import text_cache
from capbuild.formats.places import is_code, is_country_name
from capbuild.formats.values.cells import Cell, ErrorCell
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.values.units import Quantity, split_unit
from capbuild.formats.vocabulary import fold_header, fold_word, header_words

#: Marks of options that are not chosen; a blank cell then has another meaning.
UNCHECKED = frozenset(["☐", "□", "✗", "✘"])

MARKS = frozenset(["x", "X", "✓", "✔", "☑", "☒", "√", "•", "●", "■"]) | UNCHECKED

_NUMBER = re.compile(r"[-−+(]?[\d٠-٩][\d٠-٩\s.,'’]*\)?")

_QUANTITY = re.compile(r"[$€£¥<>≤≥~]?\s?[-+]?\d[\d\s.,]*\s?(?:%|[$€£¥]|\*{1,3})?")

_RANGE = re.compile(r"\d[\d.,]*\s?(?:[-–—]|to|a|à|bis|tot|até)\s?\d[\d.,]*\s?%?|\d[\d.,]*\s?\+")

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]+\d{1,2}:\d\d.*)?|\d{1,2}[- ][^\W\d_]{3,9}\.?[- ]\d{2,4}")

_YEAR = re.compile(r"(?:19|20)\d\d")

_CODE = re.compile(r"(?:[A-Za-z]{1,6}[-_. ]?)?\d+(?:[._-]\d+)*[a-z]?[.)]?|[A-Z]{2,}[-_][A-Z0-9_-]+")

_IN_BRACKETS = re.compile(r"\([^()]*\)")

_PRODUCT_NOTE = re.compile(r"\{\s*['\"]{1,2}ImportId")

_LONG, _LONGEST = 40, 400

#: Kinds of one class are compatible within a column; blanks, missing words and errors fit any class.
CLASSES = {
    **dict.fromkeys("nYpr", "N"), "d": "D", **dict.fromkeys("by", "B"), "c": "C", **dict.fromkeys("wsqku", "T"),
    "j": "J", **dict.fromkeys(("e", "m", ""), ""),
}  # fmt: skip

#: Country names that have another meaning in table cells.
_ELSE = frozenset(["male", "english", "french", "spanish", "dutch", "portuguese", "german", "russian", "arabic"])


def _is_other_word(word: str) -> bool:
    return word in _ELSE or any(word in header_words(key) for key in ("yes", "no", "partly"))


def is_mark(text: str, option: str) -> bool:
    """True if a text marks an option.

    A mark is a symbol, or repeats the option.

    Example:
        >>> is_mark("x", "Police"), is_mark("police", "Police"), is_mark("Army", "Police")
        (True, True, False)
    """
    return text in MARKS or (text != "" and fold_header(text) == fold_header(option))


def split_check_mark(text: str) -> tuple[str, str]:
    """Split a text into check mark and rest.

    Without a check mark, the first part is empty.

    Example:
        >>> split_check_mark("x (pilot only)"), split_check_mark("☐ Yes"), split_check_mark("xylophone")
        (('x', 'pilot only'), ('☐', 'Yes'), ('', 'xylophone'))
    """
    mark, rest = text[:1], text[1:].strip(" -–—:;,")
    if mark not in MARKS or (mark.isalpha() and text[1:2].isalnum()):
        return "", text
    return mark, rest[1:-1] if _IN_BRACKETS.fullmatch(rest) else rest


@text_cache(200_000)
def is_place_name(text: str) -> bool:
    """True if a text is a country name or code.

    Codes must be in capitals.

    Example:
        >>> is_place_name("Haïti"), is_place_name("HTI"), is_place_name("no"), is_place_name("Male")
        (True, True, False, False)
    """
    joined = " ".join(text.split())
    if not 1 < len(joined) <= 80 or joined.endswith("?") or _is_other_word(fold_header(joined)):
        return False
    return is_country_name(joined) or is_code(joined)


@text_cache(200_000)
def text_kind(text: str) -> str:
    """Return the kind of a text cell."""
    stripped = text.strip()
    if not stripped:
        return ""
    if len(stripped) <= _LONG and (kind := _short_kind(stripped)):
        return kind
    if _PRODUCT_NOTE.match(stripped):
        return "j"
    if _DATE.fullmatch(stripped[:_LONG]):
        return "d"
    if ("@" in stripped and " " not in stripped) or stripped.startswith(("http://", "https://")):
        return "u"
    if len(stripped) > 3 and is_place_name(stripped):
        return "c"
    if stripped.endswith(("?", "？", "؟")):
        return "q"
    return "s" if len(stripped) > _LONG else "w"


def _short_kind(text: str) -> str:
    head = fold_header(text)
    if text in MARKS:
        return "b"
    if fold_word(text) in MISSING_WORDS:
        return "e" if text[0] == "#" else "m"
    if any(head in header_words(key) for key in ("yes", "no", "partly")):
        return "y"
    if any(map(str.isdigit, text)) and (kind := _kind_of_digits(text)):
        return kind
    return "c" if (len(text) > 3 or not text.isascii()) and is_place_name(text) else ""


def _kind_of_digits(text: str) -> str:
    """Return the kind of a short text with digits."""
    dated = _DATE.fullmatch(text) is not None
    kinds = {
        "Y": _YEAR.fullmatch(text) is not None,
        "d": dated and (_NUMBER.fullmatch(text) is None or (text.count(".") != 1 and len(text) >= 6)),
        "n": _NUMBER.fullmatch(text) is not None,
        "p": _QUANTITY.fullmatch(text) is not None or split_unit(text, words=True) is not None,
        "r": _RANGE.fullmatch(text) is not None,
        "k": len(text) <= 14 and _CODE.fullmatch(text) is not None,
    }
    return next((kind for kind, matches in kinds.items() if matches), "")


def kind_of(cell: Cell) -> str:
    """Return the kind of a cell; empty if blank.

    Kinds are n number, p quantity with a unit, r range of numbers, Y year, d date, b mark or boolean, y yes or no, m
    missing code, e error, c country, k code, w words, s sentence, q question, u address, j note of a product.

    Example:
        >>> "".join(map(kind_of, ["12,5", "2015", "x", "Sí", "n/a", "Peru", "Q1", "Law?", True, None]))
        'nYbymckqb'
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return text_kind(cell) if len(cell) < _LONGEST else "s"
    if isinstance(cell, bool):
        return "b"
    if isinstance(cell, Quantity):
        return "p"
    if isinstance(cell, int | float):
        return "Y" if 1900 <= cell <= 2100 and cell == int(cell) else "n"
    if isinstance(cell, ErrorCell):
        return "e"
    return "d"
