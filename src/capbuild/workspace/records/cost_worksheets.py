"""Costing worksheets: lines, scores, unit costs, multipliers and rates.

One table per sheet.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import cached_property
from pathlib import Path, PurePath
from typing import TypeVar

from attrs import define, field, frozen

from capbuild.display import counted
from capbuild.errors import CountryError, ModelError, did_you_mean
from capbuild.formats.values.missing import missing_words
from capbuild.formats.values.numbers import NumberStyle, number_style, read_number
from capbuild.formats.values.units import split_unit
from capbuild.formats.vocabulary import fold_header, fold_word, shorten
from capbuild.io import country, open_input
from capbuild.io.cells import read_cells
from capbuild.model import Issue, Issues, Missing, Money
from capbuild.origin import Origin
from capbuild.planning import CostLine
from capbuild.planning.gap_costs import CostWorksheet, Payment, StartLevel
from capbuild.plugins import CellTable, Host, InputFile, default_host

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
    """Table of a costing worksheet."""

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
    """Identify the kind of a table by its columns.

    The first row with all columns of a kind is the header.
    """
    for number, cells in enumerate(table.rows[:_DEEP], start=1):
        header = [fold_header(cell) for cell in cells]
        for kind, columns in _COLUMNS.items():
            places_by_name = {
                name.lower(): tuple(header.index(synonym) for synonym in names.split("|") if synonym in header)
                for name, names in columns.items()
            }
            places = {name: columns for name, columns in places_by_name.items() if columns}
            if all(name.lower() in places for name in columns if name.isupper()):
                quantities = (n for n, cell_name in enumerate(header) if _QUANTITY.fullmatch(cell_name))
                places |= {f"quantity {n}": (n,) for n in quantities}
                below = enumerate(table.rows[number:], start=number + 1)
                rows = tuple((row, line) for row, line in below if any(cell.strip() for cell in line))
                used = {place for indexes in places.values() for place in indexes}
                unused = tuple(cell.strip() for n, cell in enumerate(cells) if cell.strip() and n not in used)
                return CostTable(file, table.name, rows, kind, places, unused)
    return CostTable(file, table.name, tuple(enumerate(table.rows, start=1)))


@frozen(eq=False)
class CostRow:
    """Row of a table, with cells by column name."""

    table: CostTable
    number: int
    cells: Sequence[str]

    def text(self, name: str) -> str:
        """Return a cell; empty for missing-value words or missing columns."""
        places = self.table.places.get(name, ())
        texts = (self.cells[place].strip() for place in places if place < len(self.cells))
        return next((text for text in texts if fold_word(text) not in _BLANK), "")

    def origin(self, name: str = "") -> Origin:
        """Return the origin of a cell, or of the row."""
        places = self.table.places.get(name, ())
        return Origin(self.table.file, self.table.sheet or None, self.number, places[0] + 1 if places else None)


def parse_number(text: str, style: NumberStyle) -> Decimal | None:
    """Parse a number with or without unit; percentages become shares.

    The result is None if the text is not a number.

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

    The code is empty if the text has no currency.

    Example:
        >>> parse_currency("USD (2022)"), parse_currency("€ 500"), parse_currency("dollars")
        (('USD', 2022), ('EUR', None), ('', None))
    """
    parts = split_unit(text)
    named = text if parts is None else _MARKS.get(parts[1], parts[1])
    match = _CURRENCY.fullmatch(named)
    if match is None:
        return "", None
    return match[1].upper(), int(match[2]) if match[2] else None


T = TypeVar("T")

_HOME = "country name"

#: Scopes that occur once in each country.
_WHOLE = {"", "national", "country", "central"}

#: Other names of scopes among the multipliers of the published worksheets.
_SCOPES = {
    "poe": "points of entry count",
    "additional healthcare workers doctors nurses and midwives": "additional doctors nurses and midwives",
}

_ONCE = "once|one time|one off|una vez|unico|una sola vez|une fois|unique|ponctuel|eenmalig"

_RECURRING = (
    "recurring|recurrent|yearly|annual|every year|each year|per year|recurrente|anual|recurrente anual|annuel|"
    "jaarlijks|terugkerend"
)

_PAYMENTS = dict.fromkeys(_ONCE.split("|"), Payment.ONCE) | dict.fromkeys(_RECURRING.split("|"), Payment.RECURRING)

_YES, _NO = "true|yes|y|1|x|si|oui|vrai|ja|verdadero|waar", "false|no|n|0|non|faux|nee|falso|onwaar"

_TRUTH = dict.fromkeys(_YES.split("|"), True) | dict.fromkeys(_NO.split("|"), False)


def read_cost_worksheet(*sources: str | Path | bytes | InputFile, host: Host | None = None) -> CostWorksheet:
    r"""Return the costing worksheet in one or more files.

    Tables are identified by their columns, not by sheet or file names; `docs/how-to/cost-gaps.md` lists all column
    names. A file with both cost lines and scores is the worksheet of one country. All other files, such as a CSV file
    per table, are together one worksheet.

    Args:
        sources: Workbooks or text tables.
        host: Plugin host.

    Raises:
        IssuesError: CB815, a table is missing, or cells cannot be used; every problem is listed with its place.
        UnknownFormat: No reader reads a file cell by cell.
        ReadError: A file is unreadable.

    Example:
        >>> text = b"line,indicator,level,payment,quantity,unit price,currency\nlaw,P1,2,once,3,500,USD\n"
        >>> read_cost_worksheet(text).lines[0].amount
        Money(amount=Decimal('1500'), currency='USD')
    """
    used = host or default_host()
    files = [open_input(source) for source in sources]
    identified = [[identify_table(file.name, table) for table in read_cells(file, host=used)] for file in files]
    whole = [tables for tables in identified if _is_whole(tables)]
    parts = [table for tables in identified if not _is_whole(tables) for table in tables]
    groups = [*whole, parts] if parts or not whole else whole
    sheets = [_WorksheetReader(tables, used, _find_country(tables) if len(groups) > 1 else "") for tables in groups]
    worksheets = [sheet.read() for sheet in sheets]
    issues = Issues([issue for sheet in sheets for issue in sheet.issues])
    issues.raise_if()
    return CostWorksheet(
        lines=[line for worksheet in worksheets for line in worksheet.lines],
        starts=[start for worksheet in worksheets for start in worksheet.starts],
        rates={name: rate for worksheet in worksheets for name, rate in worksheet.rates.items()},
        issues=issues,
    )


def _is_whole(tables: Sequence[CostTable]) -> bool:
    return {"lines", "scores"} <= {table.kind for table in tables}


def _find_country(tables: Sequence[CostTable]) -> str:
    """Return the country in a worksheet's file name.

    The result is empty if the tables name countries.
    """
    if not _is_whole(tables) or any("country" in table.places for table in tables):
        return ""
    return PurePath(tables[0].file).stem.replace("_", " ")


@define(eq=False)
class _WorksheetReader:
    """Reader of the tables of one worksheet, which collects problems.

    Rows that no line uses are ignored, so they need no correction.
    """

    tables: Sequence[CostTable]
    host: Host
    home: str = ""
    issues: list[Issue] = field(factory=list, init=False)
    _names: dict[str, str] = field(factory=dict, init=False)
    _known: dict[str, dict[tuple[str, str], CostRow]] = field(factory=dict, init=False)
    _amounts: dict[CostRow, Decimal | None] = field(factory=dict, init=False)
    _prices: dict[CostRow, tuple[Money, int | None] | None] = field(factory=dict, init=False)

    def read(self) -> CostWorksheet:
        """Return the usable part of the worksheet."""
        self._find_tables()
        named = [row for row in self._iter_rows("multipliers") if fold_header(row.text("name")) == _HOME]
        if named:
            self.home = self._normalise_country(named[0].text("count"), named[0].origin("count"))
        elif self.home:
            self.home = self._normalise_country(self.home, Origin(self.tables[0].file))
        self._known = {kind: self._index_rows(kind) for kind in ("multipliers", "unit costs")}
        starts = [start for row in self._iter_rows("scores") if (start := self._parse_start(row)) is not None]
        places = {start.country for start in starts} - {""}
        places = places or {place for cost_rows in self._known.values() for place, _ in cost_rows}
        lines = [line for row in self._iter_line_rows() for line in self._make_lines(row, sorted(places - {""}))]
        rates = [
            (row.text("currency").upper(), rate)
            for row in self._iter_rows("rates")
            if (rate := self._parse_number(row, "rate", positive=True)) is not None
        ]
        return CostWorksheet(lines=lines, starts=starts, rates=dict(rates))

    def _find_tables(self) -> None:
        for table in self.tables:
            if not table.kind and table.filled:
                message = "the table has none of the columns of a costing worksheet, and is not used"
                self._add_note(message, Origin(table.file, table.sheet or None))
            if table.unused:
                message = f"columns that costs do not need: {', '.join(table.unused)}"
                self._add_note(message, Origin(table.file, table.sheet or None))
        if all(table.kind != "lines" for table in self.tables):
            self._add_error(
                "no table of cost lines found",
                Origin(self.tables[0].file) if self.tables else None,
                "name its columns line, indicator, level, payment, quantity, unit price and currency",
            )

    def _iter_rows(self, kind: str) -> Iterator[CostRow]:
        for table in self.tables:
            if table.kind == kind:
                yield from (CostRow(table, number, cells) for number, cells in table.rows)

    def _index_rows(self, kind: str) -> dict[tuple[str, str], CostRow]:
        """Index unit costs or multipliers."""
        cost_rows: dict[tuple[str, str], CostRow] = {}
        for row in self._iter_rows(kind):
            key = self._parse_place(row), fold_header(row.text("name"))
            before = cost_rows.setdefault(key, row)
            value = "count" if kind == "multipliers" else "price"
            if key[1] and before.text(value) != row.text(value):
                message = f"{row.text('name')!r} has two values, first at {before.origin(value)}"
                self._add_error(message, row.origin(value), "keep one of them")
        return cost_rows

    def _iter_line_rows(self) -> Iterator[CostRow]:
        """Yield rows of active cost lines, and count the others."""
        off = optional = others = 0
        last = None
        for row in self._iter_rows("lines"):
            last = row
            if not row.text("payment") and not row.text("price"):
                others += 1
            elif self._parse_choice(row, "included", _TRUTH, True) is False:
                off += 1
            else:
                optional += bool(self._parse_choice(row, "optional", _TRUTH, False))
                yield row
        where = None if last is None else Origin(last.table.file, last.table.sheet or None)
        for count, what in (
            (others, "without payment and unit price: not a cost line"),
            (off, "switched off: not in the total"),
            (optional, "marked as optional: in the total"),
        ):
            if count:
                self._add_note(f"{counted(count, 'row')} {what}", where, "CB818")

    def _make_lines(self, row: CostRow, places: Sequence[str]) -> Iterator[CostLine]:
        """Yield the cost lines of a row.

        There is one line, or one per country if unit costs or multipliers differ between countries.
        """
        own = self._parse_place(row)
        scopes, unit_cost = _list_scope_names(row), fold_header(row.text("price"))
        known = {*self._known["unit costs"], *self._known["multipliers"]}
        is_local = any((place, name) in known for name in (unit_cost, *scopes) for place in places)
        payment = self._parse_choice(row, "payment", _PAYMENTS, None)
        level, first, lifetime = (self._parse_whole(row, name) for name in ("level", "first_year", "lifetime"))
        quantities = [name for name in row.table.places if name.startswith("quantity ")]
        factors = [self._parse_number(row, name) for name in quantities]
        for place in [own] if own or not is_local else places:
            price, count = self._find_price(row, place), self._parse_count(row, place, scopes)
            if price is None or count is None or payment is None:
                continue
            try:
                yield CostLine(
                    id=row.text("id") or f"row {row.number}",
                    country=place,
                    indicator=row.text("indicator"),
                    level=level,
                    first_year=first,
                    title=row.text("title"),
                    payment=payment,
                    lifetime=lifetime,
                    quantity=_multiply([count, *factors]),
                    price=price[0],
                    price_year=price[1],
                    unit_cost=row.text("unit_cost") if self._find("unit costs", place, [unit_cost]) else "",
                    scope=row.text("scope"),
                    origin=row.origin("id"),
                )
            except ModelError as error:
                self._add_error(error.message, row.origin(), "correct the row, or switch it off")

    def _parse_start(self, row: CostRow) -> StartLevel | None:
        if not row.text("indicator"):
            return None
        score = self._parse_number(row, "score")
        if score is not None and score != score.to_integral_value():
            message = f"the score {row.text('score')} has reached level {math.floor(score)}"
            self._add_note(message, row.origin("score"))
        level = None if score is None else math.floor(score)
        return StartLevel(
            country=self._parse_place(row),
            indicator=row.text("indicator"),
            lowest=level,
            highest=level,
            target=self._parse_whole(row, "target"),
            origin=row.origin("score"),
        )

    def _find(self, kind: str, place: str, names: Sequence[str]) -> CostRow | None:
        """Return the row of a unit cost or multiplier.

        A country's own row takes precedence over a common one.
        """
        cost_rows = self._known[kind]
        keys = [(country, name) for country in (place, "") for name in names if name]
        return next((cost_rows[key] for key in keys if key in cost_rows), None)

    def _find_price(self, row: CostRow, place: str) -> tuple[Money, int | None] | None:
        """Return the price of a line, and its year."""
        text = row.text("price")
        cost_row = self._find("unit costs", place, [fold_header(text)])
        if cost_row is not None:
            return self._parse_money(cost_row, f"the unit cost {shorten(text)!r}")
        if not text or parse_number(text, row.table.style) is not None or text[0].isdigit():
            return self._parse_money(row, "the line")
        names = [cost_row.text("name") for cost_row in self._known["unit costs"].values()]
        message = f"{shorten(text)!r} is neither a price nor in a table of unit costs{did_you_mean(text, names)}"
        self._add_error(message, row.origin("price"), "enter a number, or the name of a unit cost")
        return None

    def _parse_money(self, row: CostRow, what: str) -> tuple[Money, int | None] | None:
        """Return the price of a row, and its year.

        Problems of a row are reported once.
        """
        if row not in self._prices:
            amount = self._parse_amount(row, "price", what)
            code, year = parse_currency(row.text("currency") or row.text("price"))
            has_column = "currency" in row.table.places
            if not code and (has_column or row.text("price")):
                message = "the price has no currency"
                origin = row.origin("currency" if has_column else "price")
                self._add_error(message, origin, "enter its code, such as USD, in a column currency")
            self._prices[row] = None if amount is None or not code else (Money(amount, code), year)
        return self._prices[row]

    def _parse_count(self, row: CostRow, place: str, names: Sequence[str]) -> Decimal | None:
        """Return the number of units of a line."""
        if not names:
            return Decimal(1)
        cost_row = self._find("multipliers", place, names)
        if cost_row is None:
            where = f" of {place}" if place else ""
            message = f"no multiplier for {row.text('scope')!r}{where}"
            self._add_error(message, row.origin("scope"), "add it to the multipliers, or write National")
            return None
        return self._parse_amount(cost_row, "count", f"the multiplier {cost_row.text('name')!r}")

    def _parse_amount(self, row: CostRow, name: str, what: str) -> Decimal | None:
        """Return a required number; problems are reported once."""
        if row not in self._amounts:
            self._amounts[row] = self._parse_number(row, name)
            if not row.text(name):
                message = f"{what} has no {'price' if name == 'price' else 'value'}"
                self._add_error(message, row.origin(name), "enter it; 0 is a number, an empty cell is not")
        return self._amounts[row]

    def _parse_number(self, row: CostRow, name: str, *, positive: bool = False) -> Decimal | None:
        """Parse a cell's number.

        The result is None for an empty cell, and for an invalid one, which is an issue.
        """
        text = row.text(name)
        if not text:
            return None
        number = parse_number(text, row.table.style)
        wrong = ""
        if number is None:
            wrong = "is not a number in this table's notation"
        elif number < 0 or (positive and not number):
            wrong = "must be above 0" if positive else "must not be negative"
        if wrong:
            self._add_error(f"{shorten(text)!r} {wrong}", row.origin(name), "write digits, with one decimal mark")
            return None
        return number

    def _parse_whole(self, row: CostRow, name: str) -> int | None:
        number = self._parse_number(row, name)
        if number is None or number == number.to_integral_value():
            return None if number is None else int(number)
        self._add_error(f"{row.text(name)!r} is not a whole number", row.origin(name), "write one, such as 3")
        return None

    def _parse_choice(self, row: CostRow, name: str, words: Mapping[str, T], blank: T | None) -> T | None:
        """Parse a word as an enum value."""
        text = row.text(name)
        if not text and blank is not None:
            return blank
        if fold_header(text) not in words:
            firsts = {value: word for word, value in reversed(tuple(words.items()))}
            known = " or ".join(reversed(tuple(firsts.values())))
            self._add_error(f"{shorten(text)!r} is not {known}", row.origin(name), f"write {known}")
            return None
        return words[fold_header(text)]

    def _parse_place(self, row: CostRow) -> str:
        """Return the country of a row; empty for all countries."""
        return self._normalise_country(row.text("country"), row.origin("country")) or self.home

    def _normalise_country(self, text: str, origin: Origin | None) -> str:
        """Return a country's name in one spelling."""
        if text and text not in self._names:
            try:
                self._names[text] = country(text, host=self.host).name
            except CountryError as error:
                self._names[text] = text
                message = f"{error.message}; it is costed under this name"
                self.issues.append(Issue.warning(error.code, message, origin, error.remedy or ""))
        return self._names.get(text, "")

    def _add_error(self, message: str, origin: Origin | None, remedy: str) -> None:
        self.issues.append(Issue.error("CB815", message, origin, remedy))

    def _add_note(self, message: str, origin: Origin | None, code: str = "CB815") -> None:
        self.issues.append(Issue.note(code, message, origin))


def _list_scope_names(row: CostRow) -> tuple[str, ...]:
    """Return multiplier names of a line's scope, none for national."""
    scope = fold_header(row.text("scope"))
    return () if scope in _WHOLE else (scope, f"{scope} count", f"{scope} area count", _SCOPES.get(scope, scope))


def _multiply(factors: Sequence[Decimal | None]) -> Decimal:
    """Return the exact product of factors."""
    with localcontext(prec=100):
        return math.prod((factor for factor in factors if factor is not None), start=Decimal(1))
