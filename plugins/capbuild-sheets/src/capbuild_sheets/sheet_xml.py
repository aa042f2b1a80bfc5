"""XML parser of XLSX sheets.

It gives values by type and number format, errors, formulas and merged ranges.
"""

import datetime
import math
from collections.abc import Sequence
from typing import IO

from attrs import define, field, frozen

from capbuild.formats import Cell
from capbuild.plugins import ReadLimits
from capbuild_sheets.annotations import CellStyles, ListRules, StyledCells
from capbuild_sheets.hidden_cells import Hiding
from capbuild_sheets.number_formats import Kind, formatted_cell
from capbuild_sheets.row_builder import RowBuilder, duplicate_cell_error
from capbuild_sheets.sheets import LAST_COLUMN, MergedRange, column_number, error_cell, formula_cell, parse_range
from capbuild_sheets.strings import SharedStrings, StopParsing, local, make_parser, parse, unescape


@frozen(eq=False)
class CellValues:
    """Converter of cell texts to values for one workbook.

    Attributes:
        strings: Shared strings.
        kinds: Parsed number format of each style.
        date_1904: Whether days count from 1904.
        styles: Styles with strike-through, fill or indent.

    Example:
        >>> values = CellValues(SharedStrings("a.xlsx"), ["", "d"], False)
        >>> values.value("n", "1", "42430"), values.value("b", None, "1"), str(values.value("e", None, "#N/A"))
        (datetime.date(2016, 3, 1), True, '#N/A')
    """

    strings: SharedStrings
    kinds: Sequence[Kind]
    date_1904: bool
    styles: CellStyles = CellStyles()

    def value(self, kind: str, style: str | None, text: str) -> Cell:
        """Return the value of a cell.

        Args:
            kind: Cell type, `n` if the file gives none.
            style: Style number, as text.
            text: Content of the cell.
        """
        if kind == "s":
            return self.strings.at(text)
        if kind == "n":
            return self._number(text, style)
        if kind == "e":
            return error_cell(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        return _iso(text.strip()) if kind == "d" else unescape(text)

    def _number(self, text: str, style: str | None) -> Cell:
        number: int | float
        if text.isdecimal() and text.isascii() and len(text) < 16:
            number = int(text)
        else:
            try:
                number = float(text)
            except ValueError:
                return error_cell(text.strip()) if text.strip() else None
            if not math.isfinite(number):
                return error_cell(text)
            if number.is_integer() and abs(number) < 2**53:
                number = int(number)
        if style is None or style == "0":
            return number
        index = int(style) if style.isdecimal() else -1
        kind = self.kinds[index] if 0 <= index < len(self.kinds) else ""
        return formatted_cell(number, kind, date_1904=self.date_1904) if kind else number


def _iso(text: str) -> Cell:
    """Return the date or time of an ISO text.

    Any other text is returned unchanged.
    """
    for parser in (datetime.date.fromisoformat, datetime.datetime.fromisoformat, datetime.time.fromisoformat):
        try:
            return parser(text)
        except ValueError:
            continue
    return text


_columns: dict[str, int] = {}


@define(eq=False)
class SheetParser:
    """Streaming parser of one sheet.

    Attributes:
        file: Name of the file, for errors.
        values: Converter of cell texts to values.
        limits: Limits in force.
        most: Number of rows to read, None for all.
    """

    file: str
    values: CellValues
    limits: ReadLimits
    most: int | None = None
    rows: RowBuilder = field(init=False)
    merged: list[MergedRange] = field(factory=list, init=False)
    hiding: Hiding = field(factory=Hiding, init=False)
    marked: StyledCells = field(init=False)
    rules: ListRules = field(factory=ListRules, init=False)
    formulas: int = 0
    _prefix: str | None = None
    _number: int = 0
    _cells: list[Cell] = field(factory=list, init=False)
    _column: int = 0
    _type: str = "n"
    _style: str | None = None
    _value: str | None = None
    _formula: str | None = None
    _text: list[str] = field(factory=list, init=False)
    _take: bool = False
    _phonetic: bool = False

    def __attrs_post_init__(self) -> None:
        self.rows = RowBuilder(self.file, self.limits, self.most)
        self.marked = StyledCells(self.values.styles)

    def parse(self, stream: IO[bytes]) -> None:
        """Parse the stream of one sheet."""
        parse(make_parser(self.file, self._start, self._end, self._data), stream)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._prefix is None:
            self._prefix = name.rpartition(":")[0]
        if self._prefix:
            name = name.removeprefix(f"{self._prefix}:")
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "f", "t"):
            self._take = not self._phonetic
            if name != "t":
                self._text.clear()
        elif name == "row":
            number = attributes.get("r", "")
            self._number = int(number) if number.isdecimal() and len(number) < 8 else self._number + 1
            self._cells, self._column = [], 0
            if "hidden" in attributes or "ht" in attributes:
                self.hiding.row(self._number, attributes)
        elif name == "rPh":
            self._phonetic = True
        else:
            self._around(name, attributes)

    def _around(self, name: str, attributes: dict[str, str]) -> None:
        """Handle an element outside the cells."""
        if name == "mergeCell":
            area = parse_range(attributes.get("ref", ""))
            if area is not None:
                self.merged.append(area)
        elif name in ("col", "autoFilter", "filterColumn"):
            self.hiding.take(name, attributes)
        else:
            self.rules.start(local(name), attributes)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column += 1
        if reference is not None:
            letters = reference.rstrip("0123456789")
            column = _columns.get(letters)
            if column is None:
                column = self._known_column(letters)
            self._column = column or self._column
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s")
        self._value = self._formula = None
        self._text.clear()

    def _known_column(self, letters: str) -> int:
        number = column_number(letters) if len(letters) < 4 else 0
        number = number if number <= LAST_COLUMN else 0
        if len(_columns) < 20_000:
            _columns[letters] = number
        return number

    def _data(self, text: str) -> None:
        if self._take:
            self._text.append(text)
        else:
            self.rules.data(text)

    def _end(self, name: str) -> None:
        if self._prefix:
            name = name.removeprefix(f"{self._prefix}:")
        if name == "v":
            self._value, self._take = "".join(self._text), False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self.rows.put(self._number, self._cells)
            if self.rows.full:
                raise StopParsing
        elif name == "f":
            self._formula, self._take = "".join(self._text), False
            self.formulas += 1
            self._text.clear()
        elif name == "t":
            self._take = False
        elif name == "rPh":
            self._phonetic = False
        else:
            self.rules.end(local(name))

    def _end_cell(self) -> None:
        if self._style in self.marked.noted:
            self.marked.take(self._style, self._number, self._column)
        cells, value = self._cells, self._cell()
        if value is None or self._column < 1:
            return
        gap = self._column - 1 - len(cells)
        if gap > 0:
            cells.extend([None] * gap)
        if gap >= 0:
            cells.append(value)
        elif cells[self._column - 1] in (None, value):
            cells[self._column - 1] = value
        else:
            raise duplicate_cell_error(self.file, self._number, self._column)

    def _cell(self) -> Cell:
        value, kind = self._value, self._type
        if kind == "inlineStr":
            return unescape("".join(self._text)) or None
        if kind == "str":
            return unescape(value) if value is not None else self._unsolved()
        if not value:
            return self._unsolved()
        return self.values.value(kind, self._style, value)

    def _unsolved(self) -> Cell:
        return formula_cell(f"={self._formula}") if self._formula is not None else None
