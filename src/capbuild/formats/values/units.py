"""Parser of numbers with a unit.

Examples are `45 %`, `US$ 1,200` and `12 años`. Formatted numbers of workbooks are parsed too.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from string import ascii_uppercase
from typing import Any

from capbuild.formats.values.dates import is_month
from capbuild.formats.vocabulary import fold_word, fold_words, lists

_NUMBER = r"\d[\d., '\u00a0\u202f]*|[.,]\d+"
_CODES = (
    "ANG ARS AUD AWG BBD BMD BOB BRL BSD BZD CAD CHF CLP CNY COP CRC CUP DKK DOP EUR FKP GBP GTQ GYD HNL HTG JMD JPY "
    "KYD MXN NIO NOK PAB PEN PYG SEK SRD TTD USD UYU VES XCD XCG"
)
# Single letters are not currency signs in texts: `Q1` and `L2` are questions and levels.
_MONEY = rf"[A-Z]{{0,3}}\$|[€£¥₡₲ƒ]|S/\.?|B/\.?|Bs\.?|Gs\.|{_CODES.replace(' ', '|')}"
_FRONT = re.compile(rf"([-−+]?)({_MONEY})[ \u00a0\u202f]?([-−+]?(?:{_NUMBER}))", re.ASCII)
_MONEY_FIRST = re.compile(_MONEY, re.ASCII)
_BEHIND = re.compile(rf"([-−+]?(?:{_NUMBER}))[ \u00a0\u202f]?(%|{_MONEY})", re.ASCII)

_COUNTED = re.compile(rf"([-−]?(?:{_NUMBER}))[ \u00a0\u202f]?([^\W\d_]{{1,12}})\.?")
#: A number before a unit that is not known: `12 posts/unit`. Other words may change the number or be no unit, as in
#: `3 million`, `5 or more`, `10 am`.
_WRITTEN = re.compile(rf"((?:[-−]?(?:{_NUMBER})))[ \u00a0\u202f]([^\W\d_][^\d/]{{0,30}}/[^\d/]{{1,20}})")
#: Words and signs of a header.
_HEADER_WORD = re.compile(r"%|[^\s()\[\],;:%]+")
_DIGITS = frozenset("0123456789")
#: Every counted word in Latin script has one of these letters.
_LETTERS = frozenset("aeiourmAEIOURM")

#: All other units have one of these characters.
_MARKS = frozenset("%$€£¥₡₲ƒ" + ascii_uppercase)


@cache
def _measures() -> dict[str, str]:
    """Return counted words with the first word of their list.

    If lists of several languages have a word, the English list counts.
    """
    measures: dict[str, str] = {}
    for texts in lists("counted"):
        for word in fold_words("\n".join(texts)):
            measures.setdefault(word, texts[0])
    return measures


class Quantity(float):
    """Number of a workbook cell with a unit.

    The unit is in the format of the cell. A quantity equals the stored number, so code that ignores units works
    unchanged.

    Attributes:
        unit: The unit, such as `%` or `US$`.
        shown: The text displayed in the cell.
        counted: The number in that unit: 45 if 0.45 is stored and `45%` displayed. It keeps digits that are not
            displayed.

    Example:
        >>> share = Quantity(0.4512, "%", "45%", 2)
        >>> share == 0.4512, share.counted, share.shown
        (True, 45.12, '45%')
    """

    __slots__ = ("counted", "shown", "unit")

    unit: str
    shown: str
    counted: float

    def __new__(cls, number: float, unit: str, shown: str, scale: int = 0) -> "Quantity":
        """Return a number with its unit.

        Args:
            number: The stored number.
            unit: The unit.
            shown: The displayed text.
            scale: Places by which the decimal mark moves right for display.
        """
        quantity = super().__new__(cls, number)
        quantity.unit, quantity.shown = unit, shown
        # Spreadsheets calculate with 15 digits; further digits are binary rounding errors.
        quantity.counted = float(Decimal(f"{number:.15g}").scaleb(scale)) if scale else float(number)
        return quantity

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        """Pickle as a plain number: copies have no unit."""
        return float, (float(self),)


def is_measure(unit: str) -> bool:
    """True if a unit is a word, such as `años`.

    Numbers with different words are not comparable.
    """
    return fold_word(unit) in _measures()


def split_unit(text: str, *, words: bool = False, unit: str = "") -> tuple[str, str] | None:
    """Split a text into number and unit, or return None.

    Units are percent and currency signs and, if `words`, words.

    Args:
        text: The text.
        words: Whether counted words are units too; they are returned in the plural.
        unit: Words that are the unit of the column, as it writes them.

    Example:
        >>> split_unit("12 Años", words=True), split_unit("1 año", words=True), split_unit("12 años")
        (('12', 'años'), ('1', 'años'), None)
        >>> split_unit("45 %"), split_unit("US$ 1,200"), split_unit("1.200,50 €"), split_unit("-$5")
        (('45', '%'), ('1,200', 'US$'), ('1.200,50', '€'), ('-5', '$'))
        >>> split_unit("Q1"), split_unit("45"), split_unit("$0-$100")
        (None, None, None)
        >>> split_unit("+5 %"), split_unit("($50)")
        (('5', '%'), ('-50', '$'))
        >>> split_unit("12 posts/unit"), split_unit("12 posts/unit", unit="posts/unit")
        (None, ('12', 'posts/unit'))
    """
    owed = text.startswith("(") and text.endswith(")")  # negative amounts in accounting notation
    match = _BEHIND.fullmatch(text)
    if match is not None:
        return match[1].rstrip().lstrip("+"), match[2]
    match = _FRONT.fullmatch(text[1:-1] if owed else text)
    if match is not None:
        return ("-" if owed else "") + (match[1] + match[3]).lstrip("+"), match[2]
    match = _COUNTED.fullmatch(text) if words else None
    measure = _measures().get(fold_word(match[2])) if match is not None else None
    if match is not None and measure is not None:
        return match[1].rstrip(), measure
    written = _WRITTEN.fullmatch(text) if unit else None
    return (written[1].rstrip(), unit) if written is not None and written[2] == unit else None


def begins_with_money(text: str) -> bool:
    """True if a text begins with a currency sign.

    Example:
        >>> begins_with_money("US$ 1,200"), begins_with_money("Q1")
        (True, False)
    """
    return _MONEY_FIRST.match(text) is not None


def may_have_unit(text: str) -> bool:
    """True if a text may have a unit.

    The text may be several cells joined. This check is faster than parsing.
    """
    return not _MARKS.isdisjoint(text) or not (
        _DIGITS.isdisjoint(text) or (text.isascii() and _LETTERS.isdisjoint(text))
    )


def common_unit(cells: Sequence[tuple[Any, int]], is_missing: Callable[[Any], bool]) -> str:
    """Return the unit of at least two thirds of cells.

    The result is empty if there is none. Missing cells are not counted. A word that is not a known unit counts as one
    if it follows at least two different numbers.

    Args:
        cells: Texts, quantities and other cells, without blanks, with their counts.
        is_missing: True for cells with missing codes.

    Example:
        >>> common_unit([("12 posts/unit", 1), ("7 posts/unit", 1), ("3", 1)], lambda cell: False)
        'posts/unit'
    """
    units_: Counter[str] = Counter()
    numbers: dict[str, set[str]] = {}
    for cell, count in cells:
        for number, unit, known in _quantities(cell):
            units_[unit] += count
            numbers.setdefault(unit, set()).update((number,), ("",) if known else ())
    ranked = units_.most_common(1)
    if not ranked or len(numbers[ranked[0][0]]) < 2:
        return ""
    unit, times = ranked[0]
    return unit if 3 * times >= 2 * sum(count for cell, count in cells if not is_missing(cell)) else ""


def named_unit(cells: Iterable[tuple[Any, int]], header: str) -> str:
    """Return the unit of some cells that the header names.

    It applies to cells without a unit too. The result is empty if the header names none.

    Example:
        >>> named_unit([("45%", 1), ("20", 1)], "Share (%)"), named_unit([("45%", 1)], "Share")
        ('%', '')
    """
    units = {unit for cell, _ in cells for _, unit, known in _quantities(cell) if known}
    named = units.intersection(_HEADER_WORD.findall(header)) if units else units
    return named.pop() if len(named) == 1 else ""


def _quantities(cell: Any) -> Iterator[tuple[str, str, bool]]:
    """Yield numbers with units, and whether the unit is known."""
    if isinstance(cell, Quantity):
        yield cell.shown, cell.unit, True
    elif isinstance(cell, str):
        parts, written = split_unit(cell, words=True), _WRITTEN.fullmatch(cell)
        if parts is not None:
            yield *parts, True
        elif written is not None and not any(map(is_month, fold_word(written[2]).split())):
            yield written[1], written[2], False


def different_units(cells: Sequence[tuple[Any, int]]) -> tuple[str, ...]:
    """Return the known units if a column has several.

    At least two thirds of the cells must have one. Such quantities are not comparable.

    Args:
        cells: As for `common_unit`, without missing codes.

    Example:
        >>> different_units([("R$ 45,50", 1), ("€ 30", 1), ("3 posts", 1)])
        ('R$', '€')
    """
    units = [[unit for _, unit, known in _quantities(cell) if known] for cell, _ in cells]
    different = tuple(dict.fromkeys(unit for cell_units in units for unit in cell_units))
    return different if len(different) > 1 and 3 * sum(map(bool, units)) >= 2 * len(units) else ()
