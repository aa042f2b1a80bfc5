"""CSV tables with known columns and cell origins."""

import csv
import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from attrs import NOTHING, define, evolve, field, frozen

from capbuild._typed import field_types
from capbuild.errors import CountryError, ModelError, ReadError, did_you_mean
from capbuild.frameworks.spreadsheets.headers import to_flag
from capbuild.io import country
from capbuild.model import Country, Issue, Severity
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

        None if it is empty or, with an issue, unknown. Without listed participants, any country that answers takes
        part.
        """
        found = self.anywhere(text, origin)
        if self.settings.open:
            return found
        taking_part = {place.alpha_2: place for place in self.settings.programme.countries}
        if found is not None and found.alpha_2 not in taking_part and not self.settings.open:
            self._add_issue("CB403", f"{text!r} does not take part in the programme", origin, "see [[participants]]")
            return None
        return found

    def anywhere(self, text: str, origin: Origin) -> Country | None:
        """Return a country, participating or not.

        Participants have the programme's name for them.
        """
        if not text:
            return None
        countries = self.settings.programme.countries
        try:
            found = country(text, context=countries, overrides=self.settings.spellings, host=self.host)
        except CountryError as error:
            self._add_issue(error.code, error.message, origin, error.remedy or "")
            return None
        return next((place for place in countries if place.alpha_2 == found.alpha_2), found)

    def _add_issue(self, code: str, message: str, origin: Origin, remedy: str) -> None:
        """Add an error.

        One that the file has already is counted in it.
        """
        known = self._told.get((message, origin.file))
        count = 1 if known is None else known[1] + 1
        place = None if known is None else next((n for n, one in enumerate(self.issues) if one is known[0]), None)
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
        origins: Collects the row of each object from `make` and `build`; None for none.
        sheet: Sheet of a workbook; None for a text table.
        lenient: Whether a wrong cell leaves its field at the default in `build`, and the row counts.
        keys: First row of each key; shared by all rows of a table.
    """

    name: str
    row: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    issues: list[Issue]
    table: PlainTable = PlainTable(rows=(), top=None)
    origins: dict[object, Origin] | None = None
    sheet: str | None = None
    lenient: bool = False
    keys: dict[object, int] = field(factory=dict, repr=False)

    def origin(self, column: str = "") -> Origin:
        """Return the origin of a cell, or of the row."""
        return Origin(self.name, self.sheet, row=self.row, column=self.columns.get(column))

    def text(self, column: str, default: str = "") -> str:
        """Return a cell; the default if empty or absent."""
        return self.cells.get(column) or default

    def texts(self, column: str, default: str = "") -> Text:
        """Return a cell with its translations.

        They are in columns such as `title_es`.
        """
        found = ((_LANGUAGE.fullmatch(key), cell) for key, cell in self.cells.items())
        others = {match[2]: Translation(cell) for match, cell in found if match and match[1] == column and cell}
        own = Text(self.text(column, default))
        return self._attempt(lambda: Text(own.source, translations=others), column) or own

    def words(self, column: str) -> tuple[str, ...]:
        """Return the semicolon-separated parts of a cell."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def day(self, column: str) -> datetime.date | None:
        """Return a date such as 2016-02-29.

        None if empty or invalid. Invalid dates are issues.
        """
        return self._parse_day(column, self.text(column))

    def day_since(self, column: str, first: str, start: datetime.date | None) -> datetime.date | None:
        """Return a date not before another column's date.

        None with an issue if it is earlier.
        """
        day = self.day(column)
        if start is not None and day is not None and day < start:
            message, remedy = f"{column} {day} is before {first} {start}; it is left out", "correct one of them"
            self.problem(column, message, remedy, "CB670", Severity.WARNING)
            return None
        return day

    def days(self, column: str) -> tuple[datetime.date, ...]:
        """Return the semicolon-separated dates of a cell."""
        return tuple(day for part in self.words(column) if (day := self._parse_day(column, part)) is not None)

    def flag(self, column: str) -> bool | None:
        """Return a yes or no as a Boolean.

        Any report language is known; None if empty or invalid. Invalid cells are issues.
        """
        text = self.text(column)
        found = to_flag(text) if text else None
        if text and found is None:
            self.problem(column, f"{text!r} is neither yes nor no", "write yes, no, or leave it empty")
        return found

    def number(self, column: str) -> float | None:
        """Return a number; None if empty or invalid.

        Invalid numbers are issues.
        """
        text = self.text(column)
        try:
            return self.table.number(text) if text else None
        except ValueError:
            self.problem(column, f"{text!r} is not a number", "write digits, with a point before decimals")
            return None

    def whole(self, column: str) -> int | None:
        """Return a whole number from 0.

        None if empty or, with an issue, another number.
        """
        number = self.number(column)
        if number is not None and (not number.is_integer() or number < 0):
            self.problem(column, f"must be a whole number, 0 or more, not {number:g}", "write digits only")
            return None
        return None if number is None else int(number)

    def member(self, column: str, default: E) -> E:
        """Return a cell's enum member, or the default.

        Raises:
            ModelError: The value is unknown; call this from a function passed to `make`.
        """
        text, values = self.text(column, default.value), [one.value for one in type(default)]
        if text not in values:
            raise ModelError(column, text, f"must be one of {', '.join(map(repr, values))}", did_you_mean(text, values))
        return type(default)(text)

    def choice(self, column: str, default: E) -> E:
        """Return a cell's enum member in any case.

        The default if empty or, with an issue, unknown.
        """
        text, known = self.text(column).lower(), [one.value for one in type(default)]
        if text and text not in known:
            self.problem(column, f"{text!r} is no {column}{did_you_mean(text, known)}", f"one of: {', '.join(known)}")
        return type(default)(text) if text in known else default

    def find_known(
        self, column: str, known: Collection[str], what: str, severity: Severity = Severity.ERROR
    ) -> list[str]:
        """Return the known names in a semicolon-separated cell.

        Others are issues.
        """
        for name in self.words(column):
            if name not in known:
                message = f"there is no {what} {name!r}{did_you_mean(name, known)}"
                self.problem(column, message, _list_names(known), "CB840", severity)
        return [name for name in self.words(column) if name in known]

    def find_one(self, column: str, known: Collection[str], what: str, severity: Severity = Severity.ERROR) -> str:
        """Return the known name in a cell.

        Empty with an issue if it is missing or unknown.
        """
        name = self.text(column)
        if name in known:
            return name
        message = f"there is no {what} {name!r}{did_you_mean(name, known)}" if name else f"no {what} is named"
        self.problem(column, message, _list_names(known), "CB840", severity)
        return ""

    def is_first(self, key: object, what: str, column: str = "", code: str = "CB672") -> bool:
        """True for the first row with a key.

        A later one is an issue.
        """
        first = self.keys.setdefault(key, self.row)
        if first != self.row:
            message = f"{what} is listed twice, also in row {first}, which counts"
            self.problem(column, message, "remove one of them, or correct it", code)
        return first == self.row

    def make(self, build: Callable[[], T], column: str = "") -> T | None:
        """Build a model object; None with an issue if invalid."""
        made = self._attempt(build, column)
        if made is not None and self.origins is not None:
            self.origins.setdefault(made, self.origin())
        return made

    def _attempt(self, build: Callable[[], T], column: str) -> T | None:
        try:
            return build()
        except ModelError as error:
            own = error.field.rpartition(".")[2]
            at = column or (own if own in self.columns else "")
            self.problem(at, error.plain_message, error.remedy or (f"correct the {at}: {_HELP}" if at else _HELP))
        except ValueError as error:
            self.problem(column, str(error), _HELP)
        return None

    def build(self, cls: type[T], column: str = "", **given: Any) -> T | None:
        """Build a model object from a row.

        None, with an issue for each cell that is missing or wrong. A field is read from the column of its name, by its
        type. Without a cell it keeps its default.

        Args:
            cls: Class of the model.
            column: Column that issues of the object are about.
            given: Values of fields that are read in another way.
        """
        model: type = cls
        read: dict[str, Any] = {}
        refused = False
        for name, (kind, default) in field_types(model).items():
            if name in given or not (self.text(name) or default is NOTHING):
                continue
            if isinstance(kind, type) and issubclass(kind, Enum):
                read[name] = self._read_member(name, kind)
                refused |= read[name] is None and not (self.lenient and default is not NOTHING)
            elif kind in _CELL_READERS:
                read[name] = _CELL_READERS[kind](self, name)
                if read[name] is None and default is NOTHING:
                    refused = True
                    if not self.text(name):
                        self.problem(name, f"{name} is missing", "fill it in")
                if name in _LANGUAGES and not self.has_languages(name):
                    refused, read[name] = refused or not self.lenient, None
        known = {name: value for name, value in read.items() if value is not None}
        return None if refused else self.make(lambda: cls(**known, **given), column)

    def has_languages(self, column: str) -> bool:
        """Check that all tags in a cell are languages."""
        unknown = next((tag for tag in self.words(column) if not is_language(tag)), None)
        if unknown is not None:
            self.problem(column, f"{unknown!r} is not a language of ISO 639", "write a tag such as en, es, fr or nl")
        return unknown is None

    def _read_member(self, name: str, kind: type[E]) -> E | None:
        if not self.text(name):
            self.problem(name, f"{name} is missing", f"one of {', '.join(repr(one.value) for one in kind)}")
            return None
        return self._attempt(lambda: self.member(name, next(iter(kind))), name)

    def problem(
        self, column: str, message: str, remedy: str, code: str = "CB603", severity: Severity = Severity.ERROR
    ) -> None:
        """Add an issue about a cell, or the row."""
        self.issues.append(
            Issue(code=code, severity=severity, message=message, origin=self.origin(column), remedy=remedy)
        )

    def warn(self, column: str, message: str, remedy: str, code: str = "CB603") -> None:
        """Add a warning about a cell, or the row."""
        self.problem(column, message, remedy, code, Severity.WARNING)

    def _parse_day(self, column: str, text: str) -> datetime.date | None:
        if not text:
            return None
        found = self.table.days.day(text)
        if found is None:
            self.problem(column, f"{text!r} is not a date, or is ambiguous", "write dates as 2016-02-29")
        return None if found is None else datetime.date.fromisoformat(found)


def _list_names(known: Collection[str]) -> str:
    return f"one of: {', '.join(sorted(known)[:_MOST_KNOWN]) or 'none'}"


#: Reads a cell by the type of its field.
_CELL_READERS: dict[Any, Callable[[Record, str], Any]] = {
    str: Record.text,
    Text: Record.texts,
    bool: Record.flag,
    int: Record.whole,
    float: Record.number,
    datetime.date: Record.day,
    tuple[str, ...]: Record.words,
    tuple[datetime.date, ...]: Record.days,
}


def format_cells(record: object, columns: Iterable[str]) -> list[str]:
    """Return the fields of an object as cells of a table, as `Record.build` reads them."""
    values = (getattr(record, column) for column in columns)
    return ["" if value is None else str(value) for value in values]


def read_records(
    folder: Path,
    name: str,
    columns: Sequence[str],
    issues: list[Issue],
    origins: dict[object, Origin] | None = None,
) -> Iterator[Record]:
    """Read the rows of a folder's table.

    Nothing without the file. Skips title rows above the header, empty rows, and rows that begin with `#`. Accepts
    tables saved by a spreadsheet with semicolons, in a code page, or with its own order of day and month. Reports a
    missing header, unknown columns, rows with too many cells and unreadable files as issues.

    Args:
        folder: The programme's folder.
        name: File name in the folder.
        columns: Known columns; the first one locates the header row.
        issues: Collects problems.
        origins: Collects the row of each record.
    """
    table = load_plain_table(folder / name, name, columns[:1], issues, columns)
    if table is not None:
        yield from _list_records(table, name, columns, issues, origins=origins)


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
    """Read the rows of a sheet.

    They are read as `read_records` does those of a text table.

    Args:
        sheet: The sheet.
        name: Workbook name for origins.
        columns: Known columns; the first one locates the header row.
        issues: Collects problems.
    """
    table = load_sheet_table(sheet, name, columns[:1], issues, columns)
    if table is not None:
        yield from _list_records(table, name, columns, issues, sheet=sheet.name)


def _list_records(
    table: PlainTable,
    name: str,
    columns: Sequence[str],
    issues: list[Issue],
    *,
    sheet: str | None = None,
    origins: dict[object, Origin] | None = None,
) -> Iterator[Record]:
    header, keys = table.header, dict[object, int]()
    places = {column: place for place, column in enumerate(header, start=1) if column in columns}
    for row, cells in table.filled:
        own = dict(zip(header, cells, strict=False))
        yield Record(name, row, own, places, issues, table, origins, sheet, keys=keys)


def load_plain_table(
    path: Path, name: str, wanted: Sequence[str], issues: list[Issue], columns: Sequence[str] = ()
) -> PlainTable | None:
    """Load a table.

    None if missing or, with an issue, unreadable.

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

    None without a header.
    """

    def add(message: str, remedy: str, row: int, place: int | None = None) -> None:
        issues.append(Issue.error("CB603", message, Origin(name, sheet, row, place), remedy))

    if table.issue is not None:
        issues.append(evolve(table.issue, remedy=CODE_PAGE))
    if table.top is None and any(map(any, table.rows)):
        # The first row with most of the known column names.
        known = [sum(cell.lower() in (columns or wanted) for cell in row) for row in table.rows[:20]]
        row = known.index(max(known)) + 1
        found = [cell for cell in table.rows[row - 1] if cell]
        lower = [cell.lower() for cell in found]
        what = " and ".join(repr(column) + did_you_mean(column, lower) for column in wanted if column not in lower)
        hints = ("" if cell in columns else did_you_mean(cell, columns) for cell in lower)
        names = [f"{cell!r}{hint}" for cell, hint in zip(found[:_MOST_NAMES], hints, strict=False)]
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
    """Yield place, message and remedy for each column that is repeated or unknown."""
    for place, column in enumerate(header, start=1):
        if column in columns and column in header[: place - 1]:
            yield place, f"there are two columns {column!r}: the second is read", "delete one, or correct its name"
    for column in header:
        match = _LANGUAGE.fullmatch(column)
        translates = match is not None and match[1] in _TEXTS and match[1] in columns
        if column and column not in columns and not translates:
            yield None, f"unknown column {column!r}{did_you_mean(column, columns)}", _HELP
