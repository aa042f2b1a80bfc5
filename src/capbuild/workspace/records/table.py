"""CSV tables with known columns and cell origins."""

import csv
import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar

import attrs
from attrs import NOTHING, define, evolve, field, frozen

from capbuild._typed import field_types
from capbuild.errors import CountryError, ModelError, ReadError, did_you_mean
from capbuild.escaping import format_csv
from capbuild.frameworks.spreadsheets.headers import to_flag
from capbuild.frozen import FrozenMap
from capbuild.io import country
from capbuild.model import TLP, Country, Issue, Money, Severity
from capbuild.origin import Origin
from capbuild.plugins import CellTable, Host
from capbuild.text import Text, Translation, is_language
from capbuild.workspace.records.plain_tables import PlainTable, read_plain_table
from capbuild.workspace.settings.config import Settings

#: Remedy for a table that is not in UTF-8.
CODE_PAGE = "check letters with accents, and save it as CSV in UTF-8"
_HELP = "see docs/reference/workspace.md"
#: Columns with texts for reports, which may have a column per language, such as `title_es`.
_TEXTS = ("title", "statement", "action", "objective", "syllabus", "assessment")
_LANGUAGE = re.compile(r"(.+)_([a-z]{2,3})")
#: Fields with tags of languages.
_LANGUAGES = ("language", "languages")
#: Most column names that an issue lists.
_MOST_NAMES = 8
#: Most known names in a remedy.
_MOST_KNOWN = 30
_NO_FIELDS: Mapping[str, str] = FrozenMap()
E = TypeVar("E", bound=Enum)
T = TypeVar("T")


@frozen
class Places:
    """Finder of countries by name.

    Attributes:
        settings: Settings from programme.toml.
        host: Plugin host, to resolve countries.
        issues: Collects problems.
        origins: Row of each record; the first of equal ones.
    """

    settings: Settings
    host: Host
    issues: list[Issue]
    origins: dict[object, Origin] = field(factory=dict, repr=False)
    _told: dict[tuple[str, str | None], tuple[Issue, int]] = field(factory=dict, init=False, repr=False)

    def __call__(self, text: str, origin: Origin) -> Country | None:
        """Return the participating country of a text.

        The result is None if the text is empty, or unknown, which is an issue. If the programme lists no
        participants, any country takes part.
        """
        resolved = self.anywhere(text, origin)
        if self.settings.open:
            return resolved
        taking_part = {place.alpha_2: place for place in self.settings.programme.countries}
        if resolved is not None and resolved.alpha_2 not in taking_part and not self.settings.open:
            self._add_issue("CB403", f"{text!r} does not take part in the programme", origin, "see [[participants]]")
            return None
        return resolved

    def anywhere(self, text: str, origin: Origin) -> Country | None:
        """Return a country, participating or not.

        Participants have the name that the programme gives them.
        """
        if not text:
            return None
        countries = self.settings.programme.countries
        try:
            resolved = country(text, context=countries, overrides=self.settings.spellings, host=self.host)
        except CountryError as error:
            self._add_issue(error.code, error.message, origin, error.remedy or "")
            return None
        return next((place for place in countries if place.alpha_2 == resolved.alpha_2), resolved)

    def _add_issue(self, code: str, message: str, origin: Origin, remedy: str) -> None:
        """Add an error, or count it in the same error."""
        known = self._told.get((message, origin.file))
        count = 1 if known is None else known[1] + 1
        place = None if known is None else next((n for n, listed in enumerate(self.issues) if listed is known[0]), None)
        if known is None or place is None:
            issue = Issue.error(code, message, origin, remedy)
            self.issues.append(issue)
        else:
            issue = evolve(known[0], message=f"{message}, in {count} cells")
            self.issues[place] = issue
        self._told[message, origin.file] = (issue, count)


@define
class Record:
    """One row of a table.

    Attributes:
        name: File name for origins.
        row: Row, from 1.
        cells: Cells by column, stripped.
        columns: Place of each known column, from 1.
        issues: Collects problems.
        table: Its table, which gives the date and number formats.
        sheet: Sheet of a workbook; None for a text table.
        keys: First row of each key; shared by all rows of a table.
    """

    name: str
    row: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    issues: list[Issue]
    table: PlainTable = PlainTable(rows=(), top=None)
    sheet: str | None = None
    keys: dict[object, int] = field(factory=dict, repr=False)

    def origin(self, column: str = "") -> Origin:
        """Return the origin of a cell, or of the row."""
        return Origin(self.name, self.sheet, row=self.row, column=self.columns.get(column))

    def text(self, column: str, default: str = "") -> str:
        """Return a cell; the default if empty or absent."""
        return self.cells.get(column) or default

    def texts(self, column: str, default: str = "") -> Text:
        """Return a cell with translations from columns such as `title_es`."""
        matches = ((_LANGUAGE.fullmatch(key), cell) for key, cell in self.cells.items())
        others = {match[2]: Translation(cell) for match, cell in matches if match and match[1] == column and cell}
        own = Text(self.text(column, default))
        return self.make(lambda: Text(own.source, translations=others), column) or own

    def words(self, column: str) -> tuple[str, ...]:
        """Return the semicolon-separated parts of a cell."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def day(self, column: str) -> datetime.date | None:
        """Return a date such as 2016-02-29.

        The result is None if the cell is empty, or invalid, which is an issue.
        """
        return self._parse_day(column, self.text(column))

    def days(self, column: str) -> tuple[datetime.date, ...]:
        """Return the semicolon-separated dates of a cell."""
        return tuple(day for part in self.words(column) if (day := self._parse_day(column, part)) is not None)

    def flag(self, column: str) -> bool | None:
        """Return a yes or no as a Boolean.

        The words of all report languages are known. The result is None if the cell is empty, or invalid, which is an
        issue.
        """
        text = self.text(column)
        flag = to_flag(text) if text else None
        if text and flag is None:
            self.problem(column, f"{text!r} is neither yes nor no", "write yes, no, or leave it empty")
        return flag

    def number(self, column: str) -> float | None:
        """Return a number; None if empty or invalid.

        An invalid number is an issue.
        """
        text = self.text(column)
        try:
            return self.table.number(text.replace(" ", "")) if text else None
        except ValueError:
            self.problem(column, f"{text!r} is not a number", "write digits, with a point before decimals")
            return None

    def whole(self, column: str) -> int | None:
        """Return a whole number from 0.

        The result is None if the cell is empty, or another number, which is an issue.
        """
        number = self.number(column)
        if number is not None and (not number.is_integer() or number < 0):
            self.problem(column, f"must be a whole number, 0 or more, not {number:g}", "write digits only")
            return None
        return None if number is None else int(number)

    def money(self, column: str, currency: str = "") -> Money | None:
        """Return an amount in the currency of the row.

        The result is None if the cell is empty, or invalid, which is an issue.

        Args:
            column: Column of the amount.
            currency: Currency of rows without one.
        """
        text, currency = self.text(column), self.text("currency", currency)
        if not text or self.number(column) is None:
            return None
        if not currency:
            self.problem("currency", "the amount has no currency", "write it as ISO 4217 does, such as USD")
            return None
        return self.make(lambda: Money(self.table.plain(text.replace(" ", "")), currency), "currency")

    def member(self, column: str, kind: type[E]) -> E | None:
        """Return a cell's enum member, in any case.

        The result is None if the cell is empty, or unknown, which is an issue.
        """
        text, values = self.text(column), [member.value for member in kind]
        match = next((value for value in (text, text.lower()) if value in values), None)
        if text and match is None:
            rule = f"must be one of {', '.join(map(repr, values))}"
            error = ModelError(column, text, rule, did_you_mean(text.lower(), values))
            self.problem(column, error.plain_message, f"correct the {column}: {_HELP}")
        return None if match is None else kind(match)

    def label(self, column: str) -> TLP | None:
        """Return a Traffic Light Protocol label.

        The result is None if the cell is empty. An unknown label is an issue, and read as the strictest.
        """
        text = self.text(column)
        if text and text not in list(TLP):  # a class of members takes no text before Python 3.12
            self.problem(column, f"{text!r} is not a label", f"one of: {', '.join(TLP)}; read as {TLP.RED.value}")
            return TLP.RED
        return TLP(text) if text else None

    def find_known(
        self, column: str, known: Collection[str], what: str, severity: Severity = Severity.ERROR
    ) -> list[str]:
        """Return the known names in a semicolon-separated cell.

        Unknown names are issues.
        """
        for name in self.words(column):
            if name not in known:
                message = f"there is no {what} {name!r}{did_you_mean(name, known)}"
                self.problem(column, message, _list_names(known), "CB840", severity)
        return [name for name in self.words(column) if name in known]

    def find_one(
        self, column: str, known: Collection[str], what: str, severity: Severity = Severity.ERROR
    ) -> str | None:
        """Return the known name in a cell.

        If the name is missing or unknown, the result is None, with an issue.
        """
        name = self.text(column)
        if name in known:
            return name
        message = f"there is no {what} {name!r}{did_you_mean(name, known)}" if name else f"no {what} is named"
        self.problem(column, message, _list_names(known), "CB840", severity)
        return None

    def is_first(self, key: object, what: str, column: str = "", code: str = "CB672") -> bool:
        """True for the first row with a key.

        A later row with the same key is an issue.
        """
        first = self.keys.setdefault(key, self.row)
        if first != self.row:
            message = f"{what} is listed twice, also in row {first}, which counts"
            self.problem(column, message, "remove one of them, or correct it", code)
        return first == self.row

    def make(self, build: Callable[[], T], column: str = "", fields: Mapping[str, str] = _NO_FIELDS) -> T | None:
        """Build a model object; None with an issue if invalid.

        Args:
            build: Builds it.
            column: Column that issues are about; by default that of the field.
            fields: Columns of the fields with another name.
        """
        try:
            return build()
        except ModelError as error:
            own = fields.get(name := error.field.rpartition(".")[2], name)
            at = column or (own if own in self.columns else "")
            self.problem(at, error.plain_message, error.remedy or (f"correct the {at}: {_HELP}" if at else _HELP))
        except ValueError as error:
            self.problem(column, str(error), _HELP)
        return None

    def has_languages(self, column: str) -> bool:
        """Check that all tags in a cell are languages."""
        unknown = next((tag for tag in self.words(column) if not is_language(tag)), None)
        if unknown is not None:
            self.problem(column, f"{unknown!r} is not a language of ISO 639", "write a tag such as en, es, fr or nl")
        return unknown is None

    def problem(
        self, column: str, message: str, remedy: str, code: str = "CB603", severity: Severity = Severity.ERROR
    ) -> None:
        """Add an issue about a cell, or the row."""
        issue = Issue(code=code, severity=severity, message=message, origin=self.origin(column), remedy=remedy)
        if self.issues[-1:] != [issue]:  # a currency may be wrong for several amounts
            self.issues.append(issue)

    def warn(self, column: str, message: str, remedy: str, code: str = "CB603") -> None:
        """Add a warning about a cell, or the row."""
        self.problem(column, message, remedy, code, Severity.WARNING)

    def _parse_day(self, column: str, text: str) -> datetime.date | None:
        if not text:
            return None
        day = self.table.days.day(text)
        if day is None:
            self.problem(column, f"{text!r} is not a date, or is ambiguous", "write dates as 2016-02-29")
        return None if day is None else datetime.date.fromisoformat(day)


def _list_names(known: Collection[str]) -> str:
    return f"one of: {', '.join(sorted(known)[:_MOST_KNOWN]) or 'none'}"


#: Reads a cell by the type of its field.
_CELL_READERS: dict[Any, Callable[[Record, str], Any]] = {
    str: Record.text,
    Text: Record.texts,
    bool: Record.flag,
    int: Record.whole,
    float: Record.number,
    Money: Record.money,
    TLP: Record.label,
    datetime.date: Record.day,
    tuple[str, ...]: Record.words,
    tuple[datetime.date, ...]: Record.days,
}
#: Nouns for the names in a column, where it is not the noun itself.
_NOUNS = {
    **dict.fromkeys(("addresses", "criteria", "requires", "target"), "criterion or capacity"),
    **dict.fromkeys(("prerequisites", "one_of"), "activity"),
    "roles": "role",
    "item": "activity, role or competence",
    "providers": "kind of provider",
}


def name_column(column: str) -> str:
    """Return the noun for the names in a column."""
    return _NOUNS.get(column, column)


def _to_names(columns: str | Iterable[str]) -> tuple[str, ...]:
    """Return column names, also from a text separated by spaces."""
    return tuple(columns.split() if isinstance(columns, str) else columns)


#: Known names by column.
Known = Mapping[str, Collection[str]]
_ALL_KNOWN: Known = FrozenMap()


@frozen(eq=False)
class Table(Generic[T]):
    """Table of the folder, with the class of its rows.

    The description is used to read the table with all problems, to add rows, to merge by key, and for templates and
    the documented columns.

    Attributes:
        row: Class of a row. A field is read from the column of its name, by its type.
        file: Name in the folder, or pattern of names such as `visits/*`.
        title: Content, for people; `{}` is the name of a file without suffix.
        key: Columns that identify a row; by default the first one.
        columns: Columns, by default those of the class; the first locates the header row.
        fields: Columns of the fields with another name.
        required: Columns to fill in, besides those of required fields.
        empty: Value of a column with an empty cell, from the cells and the values read so far.
        readers: Readers of columns that the type of their field does not tell.
        since: Columns of dates, with the column of a date that is not later.
        kept: Columns whose unknown names are kept, with the severity of the issue. Elsewhere a row with an unknown
            name is left out, and a list loses it.
        check: Reports inconsistencies of a usable row.
        unique: Whether the first row with a key counts alone.
        lenient: Whether a wrong cell is read as an empty one.
        anywhere: Whether its countries need not take part.
        origin: Column that gives the origin of a row.
    """

    row: type[T]
    file: str
    title: str = ""
    columns: tuple[str, ...] = field(converter=_to_names, kw_only=True)
    key: tuple[str, ...] = field(converter=_to_names, kw_only=True)
    fields: Mapping[str, str] = field(factory=dict, kw_only=True)
    required: tuple[str, ...] = field(default=(), converter=_to_names, kw_only=True)
    empty: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(factory=dict, kw_only=True)
    readers: Mapping[str, Callable[[Record, str], Any]] = field(factory=dict, kw_only=True)
    since: Mapping[str, str] = field(factory=dict, kw_only=True)
    kept: Mapping[str, Severity] = field(factory=dict, kw_only=True)
    check: Callable[[Record, T], None] = field(default=lambda _record, _made: None, kw_only=True)
    unique: bool = field(default=False, kw_only=True)
    lenient: bool = field(default=False, kw_only=True)
    anywhere: bool = field(default=False, kw_only=True)
    origin: str = field(default="", kw_only=True)

    @columns.default
    def _list_columns(self) -> tuple[str, ...]:
        return tuple(name for name in list_fields(self.row) if name != "origin")

    @key.default
    def _first_column(self) -> tuple[str, ...]:
        return self.columns[:1]

    @property
    def dates(self) -> tuple[str, ...]:
        """Columns of dates."""
        kinds = (datetime.date, tuple[datetime.date, ...])
        return tuple(self.fields.get(name, name) for name, (kind, _) in list_fields(self.row).items() if kind in kinds)

    @property
    def countries(self) -> Mapping[str, str]:
        """Columns of countries, with what remains of a row without one: `none`, `cell` or `list`."""
        found = {}
        for name, (kind, default) in list_fields(self.row).items():
            column = self.fields.get(name, name)
            if kind is Country:
                found[column] = "cell" if default is None and column not in self.required else "none"
            elif kind == tuple[Country, ...]:
                found[column] = "list"
        return found

    @property
    def header(self) -> str:
        """The empty table."""
        return format_csv([self.columns])

    def format_row(self, row: object, **cells: str) -> dict[str, str]:
        """Return an object as cells by column, inverse of `build`.

        Args:
            row: The object.
            cells: Cells of columns that are not its fields.
        """
        names = {column: name for name, column in self.fields.items()}
        defaults = {name: default for name, (_, default) in list_fields(type(row)).items()}
        row_cells = {}
        for column in self.columns:
            name = names.get(column, column)
            value = getattr(row, name, "")
            row_cells[column] = cells.get(column, "" if value is False is defaults.get(name) else _format_cell(value))
        return row_cells

    def records(self, folder: Path, issues: list[Issue]) -> Iterator[Record]:
        """Yield the rows of the folder's table; see `read_records`."""
        return read_records(folder, self.file, self.columns, issues)

    def read(self, folder: Path, places: Places, known: Known = _ALL_KNOWN) -> tuple[T, ...]:
        """Return the usable rows of the folder's table; see `load`."""
        return tuple(row for _, row in self.load(folder, places, known))

    def load(self, folder: Path, places: Places, known: Known = _ALL_KNOWN) -> Iterator[tuple[Record, T]]:
        """Yield usable rows of the folder's table, with their objects.

        Args:
            folder: The programme's folder.
            places: Resolves countries; problems go to its issues, rows to its origins.
            known: Names that exist, by the column that refers to them.
        """
        for record in self.records(folder, places.issues):
            row_object = self.build(record, places, known)
            if row_object is not None and (not self.unique or self.is_first(record)):
                self.check(record, row_object)
                places.origins.setdefault(row_object, record.origin())
                yield record, row_object

    def is_first(self, record: Record) -> bool:
        """True for the first row with its key.

        A later row with the same key is an issue.
        """
        key = tuple(record.text(column) for column in self.key)
        return record.is_first(key, ", ".join(repr(text) for text in key if text), self.key[0])

    def build(self, record: Record, places: Places | None = None, known: Known = _ALL_KNOWN, **given: Any) -> T | None:
        """Return a row as an object of the table's class.

        If the row cannot be used, the result is None, with an issue for each wrong cell.

        Args:
            record: The row.
            places: Resolves countries.
            known: Names that exist, by the column that refers to them; other columns are not checked.
            given: Values of fields that are read in another way.
        """
        return _RowReader(self, record, places, known).build(given)


@define
class _RowReader(Generic[T]):
    """Reader of one row by the declaration of its table."""

    table: Table[T]
    record: Record
    places: Places | None
    known: Known
    cells: dict[str, Any] = field(factory=dict, init=False)
    usable: bool = field(default=True, init=False)

    def build(self, given: Mapping[str, Any]) -> T | None:
        self.cells = dict(self.record.cells)
        values = dict(given)
        for column in self.table.required:
            self._require(column)
        types = list_fields(self.table.row)
        for name, (kind, default) in types.items():
            column = self.table.fields.get(name, name)
            if name not in given and column in self.table.columns:
                self.cells[column] = value = self._read(column, kind, default)
                values |= {} if value is None else {name: value}
        if "origin" in types:
            values.setdefault("origin", self.record.origin(self.table.origin))
        return self.record.make(lambda: self.table.row(**values), fields=self.table.fields) if self.usable else None

    def _require(self, column: str) -> None:
        if not self.record.text(column):
            self.record.problem(column, f"the row has no {column}", "fill it in")
        self.usable &= bool(self.record.text(column))

    def _read(self, column: str, kind: Any, default: object) -> Any:
        """Return the value of a field.

        The result is None if the field has its default value, or is invalid, which is an issue.
        """
        table, record, filled = self.table, self.record, bool(self.record.text(column))
        value = self._read_cell(column, kind) if filled else None
        strict = _is_enum(kind) or column in (*_LANGUAGES, *self.known)
        if value is None and filled and strict and not table.lenient:
            self.usable = False
        elif value is None and column in table.empty:
            value = table.empty[column](self.cells)
            value = record.texts(column, value) if kind is Text and value else value
        if value is None and default is NOTHING:
            if kind in (str, Text) and not filled and column not in self.known:
                return ""  # the class says whether it may be empty
            if not filled and column not in (*table.required, *table.empty):
                self._require(column)
            self.usable = False
        return value

    def _read_cell(self, column: str, kind: Any) -> Any:
        """Return the value of a filled cell.

        If the cell is invalid, the result is None, with an issue.
        """
        table, record = self.table, self.record
        if column in table.readers:
            return table.readers[column](record, column)
        if self.places is not None and kind in (Country, tuple[Country, ...]):
            find = self.places.anywhere if table.anywhere else self.places
            if kind is Country:
                return find(record.text(column), record.origin(column))
            items = (find(text, record.origin(column)) for text in record.words(column))
            return [item for item in items if item is not None]
        if _is_enum(kind):
            return record.member(column, kind)
        value = _CELL_READERS.get(kind, Record.words)(record, column)
        if column in self.known:
            find_names = record.find_one if kind is str else record.find_known
            severity = table.kept.get(column, Severity.ERROR)
            names = find_names(column, self.known[column], name_column(column), severity)
            value = value if column in table.kept else names
        if column in _LANGUAGES and not record.has_languages(column):
            return None
        start = self.cells.get(table.since.get(column, ""))
        if isinstance(start, datetime.date) and value is not None and value < start:
            message = f"{column} {value} is before {table.since[column]} {start}; it is left out"
            record.warn(column, message, "correct one of them", "CB670")
            return None
        return value


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum) and kind is not TLP


def list_fields(row: type) -> Mapping[str, tuple[Any, Any]]:
    """Return type and default of each field of a class.

    A class that is not an attrs class has none.
    """
    return field_types(row) if attrs.has(row) else {}


def _format_cell(value: object) -> str:
    """Return a value as a cell, as `Table.build` reads it."""
    if isinstance(value, tuple):
        return "; ".join(map(_format_cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Text):
        return value.source
    if isinstance(value, Money):
        return f"{value.amount:f}"
    return "" if value is None else str(value)


def read_records(
    folder: Path,
    name: str,
    columns: Sequence[str],
    issues: list[Issue],
) -> Iterator[Record]:
    """Read the rows of a folder's table, if present.

    Title rows above the header, empty rows, and rows that begin with `#` are skipped. The table may have been saved
    by a spreadsheet with semicolons, in a code page, or with its own order of day and month. A missing header,
    unknown columns, rows with too many cells and unreadable files are issues.

    Args:
        folder: The programme's folder.
        name: File name in the folder.
        columns: Known columns; the first one locates the header row.
        issues: Collects problems.
    """
    return list_records(load_plain_table(folder / name, name, columns[:1], issues, columns), name, columns, issues)


def load_sheet_table(
    sheet: CellTable, name: str, wanted: Sequence[str], issues: list[Issue], columns: Sequence[str]
) -> PlainTable | None:
    """Return a sheet as a table, checked as `load_plain_table` does.

    Args:
        sheet: The sheet.
        name: Workbook name for origins.
        wanted: Column names that one row must contain.
        issues: Collects problems.
        columns: Known columns.
    """
    rows = [tuple(cell.strip() for cell in row) for row in sheet.rows]
    top = next((n for n, row in enumerate(rows) if {*wanted} <= {cell.lower() for cell in row}), None)
    return check_table(PlainTable(rows=rows, top=top), name, wanted, issues, columns, sheet=sheet.name)


def read_sheet_records(sheet: CellTable, name: str, columns: Sequence[str], issues: list[Issue]) -> Iterator[Record]:
    """Read the rows of a sheet, as `read_records` does.

    Args:
        sheet: The sheet.
        name: Workbook name for origins.
        columns: Known columns; the first one locates the header row.
        issues: Collects problems.
    """
    table = load_sheet_table(sheet, name, columns[:1], issues, columns)
    return list_records(table, name, columns, issues, sheet=sheet.name)


def list_records(
    table: PlainTable | None, name: str, columns: Sequence[str], issues: list[Issue], *, sheet: str | None = None
) -> Iterator[Record]:
    """Yield the rows of a loaded table; none without it.

    Args:
        table: The table.
        name: File name for origins.
        columns: Known columns.
        issues: Collects problems of the rows.
        sheet: Sheet of a workbook; None for a text table.
    """
    if table is None:
        return
    header, keys = table.header, dict[object, int]()
    places = {column: position for position, column in enumerate(header, start=1) if column in columns}
    for row, cells in table.filled:
        own = dict(zip(header, cells, strict=False))
        yield Record(name, row, own, places, issues, table, sheet, keys)


def load_plain_table(
    path: Path, name: str, wanted: Sequence[str], issues: list[Issue], columns: Sequence[str] = ()
) -> PlainTable | None:
    """Load a table.

    The result is None if the file is missing, or unreadable, which is an issue.

    Args:
        path: The file.
        name: File name for origins.
        wanted: Column names that one row must contain; a missing header is an issue.
        issues: Collects problems.
        columns: Known columns; others are issues. None given accepts any.
    """
    if not path.is_file():
        return None
    try:
        table = read_plain_table(path, name, wanted)
    except (OSError, ReadError, csv.Error) as error:
        reason = error.message.removeprefix(f"{name} cannot be read: ") if isinstance(error, ReadError) else str(error)
        row = error.origin.row if isinstance(error, ReadError) and error.origin is not None else None
        remedy = (isinstance(error, ReadError) and error.remedy) or "save it as CSV in UTF-8"
        issues.append(Issue.error("CB603", f"{name} cannot be read: {reason}", Origin(name, row=row), remedy))
        return None
    return check_table(table, name, wanted, issues, columns)


def check_table(
    table: PlainTable,
    name: str,
    wanted: Sequence[str],
    issues: list[Issue],
    columns: Sequence[str],
    *,
    sheet: str | None = None,
) -> PlainTable | None:
    """Return a table with known columns, checked as `load_plain_table` does.

    The result is None if the table has no header.
    """

    def add(message: str, remedy: str, row: int, place: int | None = None) -> None:
        issues.append(Issue.error("CB603", message, Origin(name, sheet, row, place), remedy))

    if table.issue is not None:
        issues.append(evolve(table.issue, remedy=CODE_PAGE))
    if table.top is None and any(map(any, table.rows)):
        # The first row with most of the known column names.
        known = [sum(cell.lower() in (columns or wanted) for cell in row) for row in table.rows[:20]]
        row = known.index(max(known)) + 1
        header_cells = [cell for cell in table.rows[row - 1] if cell]
        lower = [cell.lower() for cell in header_cells]
        what = " and ".join(repr(column) + did_you_mean(column, lower) for column in wanted if column not in lower)
        hints = ("" if cell in columns else did_you_mean(cell, columns) for cell in lower)
        names = [f"{cell!r}{hint}" for cell, hint in zip(header_cells[:_MOST_NAMES], hints, strict=False)]
        remedy = f"name it in the row of column names; that has {', '.join(names)}"
        add(f"{name} has no column {what}: nothing in it was read", remedy, row)
        return None
    header = table.header
    for place, message, remedy in _find_wrong_columns(header, columns) if columns else ():
        add(message, remedy, (table.top or 0) + 1, place)
    unnamed = {place for place, column in enumerate(header) if not column} if columns else set()
    for row, cells in table.filled:
        if len(cells) > len(header):
            # A text with a comma moves what follows; that the last cell is empty does not show that nothing was moved.
            add(
                f"the row has {len(cells)} cells under {len(header)} column names",
                "put quotation marks around texts with commas, and no comma at the end",
                row,
            )
            if not any(cells[len(header) :]):
                issues[-1] = evolve(issues[-1], severity=Severity.WARNING)
        for place in sorted(place for place in unnamed if place < len(cells) and cells[place]):
            unnamed.remove(place)
            message = f"the column has no name: {cells[place]!r} and what is below it was not read"
            add(message, _HELP, row, place + 1)
    return table


def _find_wrong_columns(header: Sequence[str], columns: Collection[str]) -> Iterator[tuple[int | None, str, str]]:
    """Yield place, message and remedy of repeated or unknown columns."""
    for position, column in enumerate(header, start=1):
        if column in columns and column in header[: position - 1]:
            yield position, f"there are two columns {column!r}: the second is read", "delete one, or correct its name"
    for column in header:
        match = _LANGUAGE.fullmatch(column)
        translates = match is not None and match[1] in _TEXTS and match[1] in columns
        if column and column not in columns and not translates:
            yield None, f"unknown column {column!r}{did_you_mean(column, columns)}", _HELP
