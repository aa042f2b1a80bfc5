"""ODS reader.

Repeated rows and cells are expanded only within limits.
"""

import datetime
import re
import zipfile
from collections.abc import Iterator

from attrs import define, evolve, field

from capbuild.errors import ReadError
from capbuild.formats import Cell, Quantity, split_unit
from capbuild.origin import Origin, column_letters
from capbuild.plugins import InputFile
from capbuild_sheets.annotations import CellStyles, StyledCells, choice_lists
from capbuild_sheets.hidden_cells import Hiding
from capbuild_sheets.row_builder import RowBuilder, protected
from capbuild_sheets.sheets import (
    LAST_COLUMN,
    LAST_ROW,
    MergedRange,
    Place,
    Run,
    Sheet,
    Workbook,
    error_cell,
    formula_cell,
)
from capbuild_sheets.strings import StopParsing, local, make_parser, parse

_CONTENT = "content.xml"
#: Visibility values of rows and columns that are not displayed.
_UNSEEN = ("collapse", "filter")
_NO_FILL = ("transparent", "#ffffff")
#: Repeated cells with a style that is read; longer runs are the empty rest of a row.
_REPEATED = 100
_LIST = re.compile(r"cell-content-is-in-list\((.*)\)", re.DOTALL)
_REFERENCE = re.compile(r"\[(\$?[^.\]]*)\.([^\]]+)\]")
_MANIFEST = "META-INF/manifest.xml"
_LENGTH = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
#: Error text displayed instead of a formula's result.
_ERROR = re.compile(r"#[^\s]+[!?]?|Err:\d+", re.IGNORECASE)


def is_ods(members: tuple[str, ...]) -> bool:
    """True if archive members are those of OpenDocument."""
    return _CONTENT in members and (_MANIFEST in members or "mimetype" in members)


def read_ods(source: InputFile, archive: zipfile.ZipFile, most: int | None) -> Workbook:
    """Return the workbook in an archive.

    Raises:
        ReadError: It is password-protected, or not a spreadsheet.
    """
    if _MANIFEST in archive.namelist() and b"encryption-data" in source.member(_MANIFEST):
        raise protected(source)
    reader = _OdsReader(source, most)
    with archive.open(_CONTENT) as stream:
        parse(make_parser(source.name, reader.start, reader.end, reader.data), stream)
    if not reader.spreadsheet:
        raise ReadError(
            "it is an OpenDocument file, but no spreadsheet",
            code="SHEET1",
            origin=Origin(source.name),
            remedy="save the table as .ods or .xlsx",
        )
    return Workbook(sheets=tuple(reader.with_lists()), kind="ods", date_1904=reader.date_1904)


def _count(attributes: dict[str, str], name: str, most: int) -> int:
    text = attributes.get(name, "1")
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 12 else 1


@define(eq=False)
class _OdsReader:
    """Handler of XML events in `content.xml`."""

    source: InputFile
    most: int | None
    sheets: list[tuple[Sheet, dict[str, list[str]]]] = field(factory=list)
    spreadsheet: bool = False
    date_1904: bool = False
    _hidden_styles: set[str] = field(factory=set)
    _style: str = ""
    _name: str = ""
    _hidden: bool = False
    _rows: RowBuilder | None = None
    _merged: list[MergedRange] = field(factory=list)
    _formulas: int = 0
    _hiding: Hiding = field(factory=Hiding)
    _column: int = 1
    _row: int = 1
    _row_times: int = 1
    _row_shown: str = ""
    _cells: list[Cell] = field(factory=list)
    _cell: dict[str, str] = field(factory=dict)
    _paragraphs: list[list[str]] = field(factory=list)
    _in_cell: bool = False
    _in_text: bool = False
    _aside: int = 0
    _note: list[str] | None = None
    _comments: dict[Place, str] = field(factory=dict)
    _struck: set[str] = field(factory=set)
    _fills: dict[str, str] = field(factory=dict)
    _marked: StyledCells = field(factory=StyledCells)
    _rules: dict[str, str] = field(factory=dict)
    _limited: dict[str, list[str]] = field(factory=dict)
    _depth: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        tag = local(name)
        attributes_ = {local(key): value for key, value in attributes.items()}
        if self._aside or tag in ("annotation", "shapes", "forms", "tracked-changes"):
            self._aside += 1
            if tag == "annotation":
                self._note = []
            elif tag == "p" and self._note is not None:
                self._note.append("")
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs, self._in_cell = attributes_, [], True
        elif tag == "p" and self._in_cell:
            self._paragraphs.append([])
            self._in_text = True
        elif self._in_text:
            self._space(tag, attributes_)
        else:
            self._outside(tag, attributes_)

    def _space(self, tag: str, found: dict[str, str]) -> None:
        """Handle elements that represent white space in text."""
        if tag == "s":
            self._paragraphs[-1].append(" " * _count(found, "c", 1000))
        elif tag == "tab":
            self._paragraphs[-1].append("\t")
        elif tag == "line-break":
            self._paragraphs[-1].append("\n")

    def _outside(self, tag: str, found: dict[str, str]) -> None:
        """Handle an element outside the cells."""
        if tag == "table-row":
            self._row_times = _count(found, "number-rows-repeated", LAST_ROW)
            self._cells, self._row_shown = [], found.get("visibility", "")
        elif tag == "table-column":
            times = _count(found, "number-columns-repeated", LAST_COLUMN)
            if found.get("visibility") in _UNSEEN:
                self._hiding.columns.append(Run(self._column, min(self._column + times - 1, LAST_COLUMN)))
            self._column = min(self._column + times, LAST_COLUMN)
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._start_table(found)
        elif tag == "spreadsheet":
            self.spreadsheet = True
        elif tag == "null-date":
            self.date_1904 = found.get("date-value", "").startswith("1904")
        else:
            self._declared(tag, found)

    def _declared(self, tag: str, found: dict[str, str]) -> None:
        """Handle a table style, cell style or validation rule."""
        if tag == "style":
            self._style = found.get("name", "")
        elif tag == "content-validation":
            self._rules[found.get("name", "")] = found.get("condition", "")
        elif tag == "table-properties" and found.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "text-properties" and found.get("text-line-through-style", "none") != "none":
            self._struck.add(self._style)
        elif tag == "table-cell-properties" and found.get("background-color", "transparent") not in _NO_FILL:
            self._fills[self._style] = found["background-color"].lstrip("#").upper()

    def _start_table(self, found: dict[str, str]) -> None:
        self._name = found.get("name", "")
        self._hidden = found.get("style-name", "") in self._hidden_styles
        self._rows = RowBuilder(self.source.name, self.source.limits, self.most)
        self._merged, self._formulas, self._row = [], 0, 1
        self._hiding, self._column = Hiding(), 1
        self._comments, self._limited = {}, {}
        self._marked = StyledCells(CellStyles(frozenset(self._struck), self._fills))

    def data(self, text: str) -> None:
        """Handle character data."""
        if self._in_text and not self._aside:
            self._paragraphs[-1].append(text)
        elif self._note:
            self._note[-1] += text

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        tag = local(name)
        if self._aside:
            self._aside -= 1
            if tag == "annotation" and self._note is not None:
                place, text = Place(self._row, len(self._cells) + 1), "\n".join(self._note).strip()
                self._comments.update({place: text} if text and self._in_cell else {})
                self._note = None
            return
        if tag in ("table-cell", "covered-table-cell"):
            self._end_cell(covered=tag == "covered-table-cell")
        elif tag == "p":
            self._in_text = False
        elif tag == "table-row" and self._rows is not None:
            self._rows.put(self._row, self._cells, self._row_times)
            if self._cells and self._row_shown in _UNSEEN:
                self._hide(range(self._row, self._row + self._row_times))
            self._row += self._row_times
        elif tag == "table":
            self._depth -= 1
            if self._depth == 0:
                self._end_table()
        elif tag == "spreadsheet":
            raise StopParsing

    def _hide(self, rows: range) -> None:
        """Record rows that are not displayed, among those read."""
        rows = rows[: max(len(self._rows.rows) - rows.start + 1, 0)] if self._rows is not None else rows[:0]
        self._hiding.rows.extend(rows)
        if self._row_shown == "filter":
            self._hiding.filtered.update(rows)

    def _end_table(self) -> None:
        if self._rows is None:
            return
        sheet = Sheet(
            name=self._name,
            hidden=self._hidden,
            rows=tuple(self._rows.rows),
            merged=tuple(self._merged),
            formulas=self._formulas,
            unseen=self._hiding.of(self._rows.rows, list),
            comments=self._comments,
            struck=frozenset(self._marked.struck),
            fills=self._marked.fills,
        )
        self.sheets.append((sheet, self._limited))
        self._rows = None

    def _end_cell(self, *, covered: bool) -> None:
        self._in_cell = self._in_text = False
        attributes, column = self._cell, len(self._cells) + 1
        times = _count(attributes, "number-columns-repeated", max(LAST_COLUMN - column + 1, 1))
        # A covered cell may keep a value that is not displayed; spreadsheet programs do not show it either.
        value = None if covered else self._value(attributes)
        self._formulas += times if "formula" in attributes else 0
        if times <= _REPEATED:
            self._annotate(attributes, range(column, column + times))
        down = _count(attributes, "number-rows-spanned", LAST_ROW)
        right = _count(attributes, "number-columns-spanned", LAST_COLUMN)
        if (down > 1 or right > 1) and not covered:
            self._merged.append(MergedRange(self._row, column, self._row + down - 1, column + right - 1))
        if value is not None or times < LAST_COLUMN - column + 1:
            self._cells.extend([value] * times)

    def _annotate(self, found: dict[str, str], columns: range) -> None:
        """Record the style and validation rule of cells."""
        for column in columns:
            self._marked.take(found.get("style-name"), self._row, column)
        rule = found.get("content-validation-name")
        if rule in self._rules:
            first, last = (f"{column_letters(n)}{self._row}" for n in (columns[0], columns[-1]))
            self._limited.setdefault(rule, []).append(f"{first}:{last}")

    def with_lists(self) -> Iterator[Sheet]:
        """Yield the sheets with the options of their drop-down lists."""
        by_name = {sheet.name: sheet for sheet, _ in self.sheets}
        formulas = {name: match[1] for name, text in self._rules.items() if (match := _LIST.search(text))}
        for sheet, limited in self.sheets:
            rules = [
                (" ".join(areas), _REFERENCE.sub(_as_xlsx, formulas.get(name, ""))) for name, areas in limited.items()
            ]
            yield evolve(sheet, lists=choice_lists(rules, sheet, by_name, {})) if rules else sheet

    def _value(self, found: dict[str, str]) -> Cell:
        text = "\n".join("".join(parts) for parts in self._paragraphs)
        kind = found.get("value-type", "")
        if found.get("value-type") != "string" and "formula" in found and _ERROR.fullmatch(text.strip()):
            return error_cell(text.strip())
        if kind in ("float", "percentage", "currency"):
            return _format_number(_number(found.get("value", "")), text.strip(), kind, found.get("currency", ""))
        if kind == "date":
            return _date(found.get("date-value", ""), text)
        if kind == "time":
            return _length(found.get("time-value", ""), text)
        if kind == "boolean":
            return found.get("boolean-value") == "true"
        if text == "" and kind == "" and "formula" in found:
            return formula_cell(found["formula"].removeprefix("of:"))
        return found.get("string-value", text) or None


def _as_xlsx(match: "re.Match[str]") -> str:
    """Convert a reference such as `[$Lists.$A$1:.$A$3]` to XLSX notation."""
    name, reference = match.groups()
    reference = reference.replace(":.", ":")
    return f"{name.lstrip('$')}!{reference}" if name else reference


def _number(text: str) -> Cell:
    try:
        value = float(text)
    except ValueError:
        return error_cell(text or "#VALUE!")
    if not abs(value) < float("inf"):
        return error_cell(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _format_number(number: Cell, text: str, kind: str, currency: str) -> Cell:
    """Return a number with its displayed unit.

    A number displayed with leading zeros is returned as text, because it is a code.
    """
    if not isinstance(number, int | float) or not text:
        return number
    if text.isdigit() and text.isascii() and text[0] == "0" and len(text) > 1 and number == int(text):
        return text
    parts = split_unit(text)
    if kind == "percentage" and text.endswith("%"):
        return Quantity(number, "%", text, 2)
    if kind == "currency" and (parts or currency):
        return Quantity(number, parts[1] if parts else currency, text)
    return number


def _date(text: str, shown: str) -> Cell:
    for read in (datetime.date.fromisoformat, datetime.datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text or shown or None


def _length(text: str, shown: str) -> Cell:
    """Return a time of day, or a duration of days."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        return text or shown or None
    days, hours, minutes = (int(part or 0) for part in match.group(2, 3, 4))
    seconds = float((match[5] or "0").replace(",", "."))
    try:
        span = datetime.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if match[1] or span >= datetime.timedelta(days=1):
            return -span if match[1] else span
    except OverflowError:
        return text
    return (datetime.datetime(1900, 1, 1) + span).time()
