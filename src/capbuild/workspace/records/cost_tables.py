"""Tables of a costing worksheet, identified by their columns."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from attrs import frozen

from capbuild.formats.normalisation import fold_header, fold_word
from capbuild.formats.values.missing_codes import missing_words
from capbuild.formats.values.numbers import NumberStyle, number_style, read_number
from capbuild.formats.values.units import split_unit
from capbuild.model import Missing
from capbuild.origin import Origin
from capbuild.plugins import CellTable

#: Columns of each kind of table by possible names, best first. Names in capitals are required.
_COLUMNS: dict[str, dict[str, str]] = {
    "lines": {
        "PAYMENT": "cost type|payment|payments|frequency",
        "PRICE": "unit price|price|unit cost",
        "id": "line item id|line id|line|id",
        "indicator": "metric id|indicator id|indicator|criterion|capacity",
        "level": "score numeric|level",
        "title": "action|title|description",
        "unit_cost": "unit cost",
        "currency": "currency",
        "scope": "administrative level|scope",
        "lifetime": "lifetime|lifetime years|useful life",
        "first_year": "first year",
        "included": "include|included",
        "optional": "optional cost|optional",
        "country": "country",
    },
    "scores": {
        "INDICATOR": "metric id|indicator id|indicator|criterion|capacity",
        "SCORE": "country score numeric|score|current level",
        "target": "target|target level|target score",
        "country": "country",
    },
    "unit costs": {
        "NAME": "unit cost",
        "PRICE": "value|unit price|price|default value",
        "currency": "currency",
        "country": "country",
    },
    "multipliers": {"NAME": "observation|scope|administrative level", "COUNT": "value|count", "country": "country"},
    "rates": {"CURRENCY": "currency", "RATE": "rate|exchange rate"},
}
_QUANTITY = re.compile(r"(quantity|multiplier|custom multiplier)( \d+)?")
#: Rows to search for the header row.
_DEEP = 20
_CURRENCY = re.compile(r"([A-Z]{3})(?:\W+((?:19|20)\d\d)\W*)?", re.ASCII | re.IGNORECASE)
_MARKS = {"€": "EUR", "£": "GBP", "US$": "USD"}
_BLANK = {word for word, kind in missing_words({}, numeric=True).items() if kind is not Missing.INVALID} | {""}


@frozen(eq=False)
class CostTable:
    """A table of a costing worksheet; the kind is empty if unknown."""

    file: str
    sheet: str
    rows: tuple[tuple[int, Sequence[str]], ...]
    kind: str = ""
    places: Mapping[str, tuple[int, ...]] = {}
    unused: tuple[str, ...] = ()

    @property
    def filled(self) -> bool:
        """True if any cell has text."""
        return any(cell.strip() for _, cells in self.rows for cell in cells)

    @cached_property
    def style(self) -> NumberStyle:
        """Number style; workbooks use decimal points."""
        if self.sheet:
            return NumberStyle(".", seen=True)
        texts = (cell.strip() for _, cells in self.rows for cell in cells)
        return number_style((text for text in texts if text), NumberStyle(semicolons=True))


def identify_table(file: str, table: CellTable) -> CostTable:
    """Identify a table by its first row with all columns of a kind."""
    for number, cells in enumerate(table.rows[:_DEEP], start=1):
        header = [fold_header(cell) for cell in cells]
        for kind, columns in _COLUMNS.items():
            places = {
                name.lower(): places for name, names in columns.items() if (places := _find_columns(header, names))
            }
            if all(name.lower() in places for name in columns if name.isupper()):
                places["quantity"] = tuple(n for n, cell_name in enumerate(header) if _QUANTITY.fullmatch(cell_name))
                below = enumerate(table.rows[number:], start=number + 1)
                rows = tuple((row, line) for row, line in below if any(cell.strip() for cell in line))
                used = {place for found in places.values() for place in found}
                unused = tuple(cell.strip() for n, cell in enumerate(cells) if cell.strip() and n not in used)
                return CostTable(file, table.name, rows, kind, places, unused)
    return CostTable(file, table.name, tuple(enumerate(table.rows, start=1)))


def _find_columns(header: Sequence[str], names: str) -> tuple[int, ...]:
    """Return the columns with some names, in the order of names."""
    return tuple(header.index(name) for name in names.split("|") if name in header)


@frozen(eq=False)
class CostRow:
    """A row of a table, with cells by column name."""

    table: CostTable
    number: int
    cells: Sequence[str]

    def text(self, name: str) -> str:
        """Return a cell; empty for missing-value words or missing columns."""
        return next((text for place in self.table.places.get(name, ()) if (text := self.cell(place))), "")

    def cell(self, place: int) -> str:
        """Return a column's cell; empty for missing-value words."""
        text = self.cells[place].strip() if place < len(self.cells) else ""
        return "" if fold_word(text) in _BLANK else text

    def origin(self, name: str = "") -> Origin:
        """Return the origin of a cell, or of its row if the column is missing."""
        places = self.table.places.get(name, ())
        return Origin(self.table.file, self.table.sheet or None, self.number, places[0] + 1 if places else None)


def parse_number(text: str, style: NumberStyle) -> Decimal | None:
    """Parse a number with or without unit; percentages become shares.

    None if the text is not a number.

    Example:
        >>> parse_number("1,200.50", NumberStyle(".", seen=True)), parse_number("40 %", NumberStyle())
        (Decimal('1200.5'), Decimal('0.40'))
        >>> parse_number("1,200", NumberStyle()) is None
        True
    """
    value, unit = read_number(text, style), ""
    parts = split_unit(text, words=True) if value is None else None
    if parts is not None:
        value, unit = read_number(parts[0], style), parts[1]
    return None if value is None else Decimal(str(value)).scaleb(-2 if unit == "%" else 0)


def parse_currency(text: str) -> tuple[str, int | None]:
    """Return currency code and price year in a text.

    The code is empty without a currency.

    Example:
        >>> parse_currency("USD (2022)"), parse_currency("€ 500"), parse_currency("dollars")
        (('USD', 2022), ('EUR', None), ('', None))
    """
    parts = split_unit(text)
    named = text if parts is None else _MARKS.get(parts[1], parts[1])
    found = _CURRENCY.fullmatch(named)
    if found is None:
        return "", None
    return found[1].upper(), int(found[2]) if found[2] else None
