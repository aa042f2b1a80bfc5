"""ODS, the workbook of LibreOffice: repeated rows and cells are taken as such, never spread beyond bounds."""

import datetime
import re
import zipfile

from attrs import define, field

from capbuild.errors import ReadError
from capbuild.formats.units import Quantity, split_unit
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_sheets.parsing import StopParsing, local, make_parser, parse
from capbuild_sheets.references import LAST_COLUMN, LAST_ROW
from capbuild_sheets.refusals import protected
from capbuild_sheets.room import RowBuilder
from capbuild_sheets.sheets import Cell, CellError, Formula, MergedRange, Run, Sheet, Workbook
from capbuild_sheets.unseen import Hiding

__all__ = ["is_ods", "read_ods"]

_CONTENT = "content.xml"
#: How a row or column is shown that is not.
_UNSEEN = ("collapse", "filter")
_MANIFEST = "META-INF/manifest.xml"
_LENGTH = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
#: What a sheet shows for a number that its formula did not give.
_ERROR = re.compile(r"#[^\s]+[!?]?|Err:\d+", re.IGNORECASE)


def is_ods(members: tuple[str, ...]) -> bool:
    """Tell whether the members of an archive are those of an OpenDocument file."""
    return _CONTENT in members and (_MANIFEST in members or "mimetype" in members)


def read_ods(source: InputFile, archive: zipfile.ZipFile, most: int | None) -> Workbook:
    """Return the workbook in an archive.

    Raises:
        ReadError: It is protected by a password, or no spreadsheet.
    """
    if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
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
    return Workbook(sheets=tuple(reader.sheets), kind="ods", date_1904=reader.date_1904)


def _count(attributes: dict[str, str], name: str, most: int) -> int:
    text = attributes.get(name, "1")
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 12 else 1


@define(eq=False)
class _OdsReader:
    """Takes the elements of the content as they come."""

    source: InputFile
    most: int | None
    sheets: list[Sheet] = field(factory=list)
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
    _depth: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        tag = local(name)
        found = {local(key): value for key, value in attributes.items()}
        if self._aside or tag in ("annotation", "shapes", "forms", "tracked-changes"):
            self._aside += 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs, self._in_cell = found, [], True
        elif tag == "p" and self._in_cell:
            self._paragraphs.append([])
            self._in_text = True
        elif self._in_text:
            self._space(tag, found)
        else:
            self._outside(tag, found)

    def _space(self, tag: str, found: dict[str, str]) -> None:
        """Take the elements that stand for white space in a text."""
        if tag == "s":
            self._paragraphs[-1].append(" " * _count(found, "c", 1000))
        elif tag == "tab":
            self._paragraphs[-1].append("\t")
        elif tag == "line-break":
            self._paragraphs[-1].append("\n")

    def _outside(self, tag: str, found: dict[str, str]) -> None:
        """Take an element outside the cells."""
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
        elif tag == "style":
            self._style = found.get("name", "")
        elif tag == "table-properties" and found.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif tag == "spreadsheet":
            self.spreadsheet = True
        elif tag == "null-date":
            self.date_1904 = found.get("date-value", "").startswith("1904")

    def _start_table(self, found: dict[str, str]) -> None:
        self._name = found.get("name", "")
        self._hidden = found.get("style-name", "") in self._hidden_styles
        self._rows = RowBuilder(self.source.name, self.source.limits, self.most)
        self._merged, self._formulas, self._row = [], 0, 1
        self._hiding, self._column = Hiding(), 1

    def data(self, text: str) -> None:
        """Take characters."""
        if self._in_text and not self._aside:
            self._paragraphs[-1].append(text)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self._aside:
            self._aside -= 1
            return
        tag = local(name)
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
        """Take rows that are not shown, as far as they were read."""
        rows = rows[: max(len(self._rows.rows) - rows.start + 1, 0)] if self._rows is not None else rows[:0]
        self._hiding.rows.extend(rows)
        if self._row_shown == "filter":
            self._hiding.filtered.update(rows)

    def _end_table(self) -> None:
        if self._rows is None:
            return
        self.sheets.append(
            Sheet(
                name=self._name,
                hidden=self._hidden,
                rows=tuple(self._rows.rows),
                merged=tuple(self._merged),
                formulas=self._formulas,
                unseen=self._hiding.of(self._rows.rows, list),
            )
        )
        self._rows = None

    def _end_cell(self, *, covered: bool) -> None:
        self._in_cell = self._in_text = False
        found, column = self._cell, len(self._cells) + 1
        times = _count(found, "number-columns-repeated", max(LAST_COLUMN - column + 1, 1))
        # A covered cell may keep a value that nobody sees; a program that writes one would not show it either.
        value = None if covered else self._value(found)
        self._formulas += times if "formula" in found else 0
        down = _count(found, "number-rows-spanned", LAST_ROW)
        right = _count(found, "number-columns-spanned", LAST_COLUMN)
        if (down > 1 or right > 1) and not covered:
            self._merged.append(MergedRange(self._row, column, self._row + down - 1, column + right - 1))
        if value is not None or times < LAST_COLUMN - column + 1:
            self._cells.extend([value] * times)

    def _value(self, found: dict[str, str]) -> Cell:
        text = "\n".join("".join(parts) for parts in self._paragraphs)
        kind = found.get("value-type", "")
        if found.get("value-type") != "string" and "formula" in found and _ERROR.fullmatch(text.strip()):
            return CellError(text.strip())
        if kind in ("float", "percentage", "currency"):
            return _shown(_number(found.get("value", "")), text.strip(), kind, found.get("currency", ""))
        if kind == "date":
            return _date(found.get("date-value", ""), text)
        if kind == "time":
            return _length(found.get("time-value", ""), text)
        if kind == "boolean":
            return found.get("boolean-value") == "true"
        if text == "" and kind == "" and "formula" in found:
            return Formula(found["formula"].removeprefix("of:"))
        return found.get("string-value", text) or None


def _number(text: str) -> Cell:
    try:
        value = float(text)
    except ValueError:
        return CellError(text or "#VALUE!")
    if not abs(value) < float("inf"):
        return CellError(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _shown(number: Cell, text: str, kind: str, currency: str) -> Cell:
    """Return a number with the unit that it is shown with, or as the code with zeros that is shown."""
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
    """Return a time of day, or a length of time of a day and more."""
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
