"""Model of a workbook of any format.

It has sheets, typed cells, merged ranges, references and country columns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import field, frozen

from capbuild.formats import (
    Area,
    Cell,
    CellGrid,
    DayOrder,
    ErrorCell,
    GridRow,
    cell_text,
    day_order,
    is_code,
    is_country_header,
    is_country_name,
    is_region_name,
    is_total,
    split_fact,
)
from capbuild.model import Issue

#: Why an error cell has no value.
IS_ERROR = "it is an error of the spreadsheet, not a value"


def error_cell(code: str) -> ErrorCell:
    """Return an error cell, such as `#N/A`."""
    return ErrorCell(code, IS_ERROR)


def formula_cell(text: str) -> ErrorCell:
    """Return the cell of a formula without a saved result.

    Programs that do not calculate write such cells.
    """
    return ErrorCell(text, "its formula was saved without a result: open the file and save it again")


#: Cells of one row from column A to the last non-empty cell.
Row = tuple[Cell, ...]


@frozen
class MergedRange:
    """Merged cells, of which the first has a value.

    Rows and columns count from 1.

    Attributes:
        top: First row.
        left: First column.
        bottom: Last row.
        right: Last column.
    """

    top: int
    left: int
    bottom: int
    right: int


class Place(NamedTuple):
    """Row and column of a cell, counted from 1."""

    row: int
    column: int


@frozen
class ChoiceList:
    """Cells with a drop-down list.

    Attributes:
        areas: The cells.
        options: The options.
    """

    areas: tuple[MergedRange, ...]
    options: tuple[str, ...]


class Run(NamedTuple):
    """Consecutive rows or columns, counted from 1."""

    first: int
    last: int


@frozen(kw_only=True)
class HiddenRanges:
    """Hidden rows and columns with content.

    Attributes:
        rows: Rows hidden by a user.
        filtered: Rows hidden by a filter.
        columns: Hidden columns.
    """

    rows: tuple[Run, ...] = ()
    filtered: tuple[Run, ...] = ()
    columns: tuple[Run, ...] = ()


@frozen(kw_only=True, eq=False)
class Sheet:
    """One sheet, read whole.

    Attributes:
        name: Name on the tab.
        hidden: Whether its tab is hidden.
        rows: Its rows from row 1 on without gaps: row `n` is `rows[n - 1]`, an empty row is `()`.
        merged: Merged ranges.
        formulas: Number of cells with a formula.
        unseen: Hidden rows and columns; empty if only its first rows were read.
        comments: Comments by cell.
        lists: Drop-down lists.
        struck: Cells with strike-through.
        fills: Fill colours of cells, blank ones included; empty for large XLSX sheets.
        indents: Indent levels of cells; empty for large XLSX sheets and ODS.

    Example:
        >>> list(Sheet(name="Q", rows=(("Legal", None, "law?"),)).cells())
        [(1, 1, 'Legal'), (1, 3, 'law?')]
    """

    name: str
    hidden: bool = False
    rows: tuple[Row, ...] = field(default=(), repr=False)
    merged: tuple[MergedRange, ...] = ()
    formulas: int = 0
    unseen: HiddenRanges = HiddenRanges()
    comments: Mapping[Place, str] = field(factory=dict, repr=False)
    lists: tuple[ChoiceList, ...] = field(default=(), repr=False)
    struck: frozenset[Place] = field(default=frozenset(), repr=False)
    fills: Mapping[Place, str] = field(factory=dict, repr=False)
    indents: Mapping[Place, int] = field(factory=dict, repr=False)

    @property
    def is_annotated(self) -> bool:
        """Whether cells have comments, lists, strike-through or fills."""
        return bool(self.comments or self.lists or self.struck or self.fills)

    def cell(self, place: Place) -> Cell:
        """Return the cell at a place, None if empty."""
        row = self.rows[place.row - 1] if 0 < place.row <= len(self.rows) else ()
        return row[place.column - 1] if 0 < place.column <= len(row) else None

    @property
    def width(self) -> int:
        """Number of columns up to the last non-empty cell."""
        return max(map(len, self.rows), default=0)

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield row, column and value of every non-empty cell."""
        for number, row in enumerate(self.rows, start=1):
            for column, cell in enumerate(row, start=1):
                if cell is not None:
                    yield number, column, cell


@frozen(kw_only=True, eq=False)
class Workbook:
    """Workbook of any format.

    Attributes:
        sheets: Sheets in the order of their tabs.
        date_1904: Whether its days count from 1904.
        kind: `xlsx`, `xlsm`, `xls` or `ods`.
        issues: Issues found on opening.
    """

    sheets: tuple[Sheet, ...] = ()
    date_1904: bool = False
    kind: str = "xlsx"
    issues: tuple[Issue, ...] = ()

    def __getitem__(self, name: str) -> Sheet:
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


LAST_ROW = 1_048_576

LAST_COLUMN = 16_384

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def column_number(letters: str) -> int:
    """Return a column's number, from 1, by its letters.

    0 if the text has anything but letters.

    Example:
        >>> column_number("A"), column_number("XFD"), column_number("?")
        (1, 16384, 0)
    """
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number


def parse_range(text: str) -> MergedRange | None:
    """Return the range of a reference such as `A1:C3`.

    The result is None if the text is no reference.

    Example:
        >>> parse_range("B2:C3")
        MergedRange(top=2, left=2, bottom=3, right=3)
    """
    ends = [_REFERENCE.fullmatch(part) for part in text.split(":")]
    if len(ends) > 2 or None in ends:
        return None
    columns = sorted(column_number(end[1]) for end in ends if end)
    rows = sorted(int(end[2]) for end in ends if end)
    return MergedRange(rows[0], columns[0], rows[-1], columns[-1])


_SAMPLE = 40


def _are_codes(texts: Sequence[str]) -> bool:
    """True for ISO 3166 country codes.

    At least three must be distinct, and all must have the same length.

    Example:
        >>> _are_codes(["JAM", "BRB", "HTI"]), _are_codes(["YES", "BRB", "HTI"]), _are_codes(["JM"])
        (True, False, False)
    """
    if len(set(texts)) < 3 or len({len(text) for text in texts}) != 1:
        return False
    return all(map(is_code, texts))


def country_column(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the country column, preferring country headers.

    Args:
        headers: Column headers.
        rows: Sample of the rows below.
    """
    shares = {}
    for index, head in enumerate(headers):
        texts = _texts(rows, index)
        if _are_codes(texts):
            shares[index] = 0.9
        elif len(texts) and sum(map(is_country_name, texts[:5])) * 2 > len(texts[:5]):
            share = sum(map(is_country_name, texts)) / len(texts)
            if share >= 0.6 and (len(texts) > 1 or is_country_header(head)):
                shares[index] = share + (1 if is_country_header(head) else 0)
    return max(shares, key=lambda index: (shares[index], -index)) if shares else None


def _texts(rows: Sequence[Sequence[Cell]], index: int) -> list[str]:
    """Return a text column's distinct texts, none for other types."""
    cells = [row[index] for row in rows if index < len(row) and row[index] is not None and row[index] != ""]
    if any(not isinstance(cell, str) for cell in cells):
        return []
    texts = dict.fromkeys(cell_text(cell) for cell in cells)
    return [text for text in texts if not (is_total(text) or is_region_name(text))][:_SAMPLE]


#: Rows of each sheet used to detect the order of day and month; at most those of a scan.
_ROWS_OF_DAYS = 500


def sheet_grid(file: str, sheet: Sheet, order: DayOrder | None = None) -> CellGrid:
    """Return a sheet as a `CellGrid`.

    Args:
        file: Name of the file.
        sheet: The sheet.
        order: Day and month order found elsewhere in the workbook.
    """
    rows = [[None if isinstance(c, str) and not c.strip() else c for c in row] for row in sheet.rows]
    areas = tuple(Area(m.top - 1, m.left - 1, m.bottom - 1, m.right - 1) for m in sheet.merged)
    return CellGrid.of_sheet(file, rows, sheet.name, merged=areas, order=order)


def order_of_days(sheets: Iterable[Sheet]) -> DayOrder | None:
    """Return the day and month order of text dates."""
    rows = (row for sheet in sheets for row in sheet.rows[:_ROWS_OF_DAYS])
    texts = (split_fact(cell)[1] or cell.strip() for row in rows for cell in row if isinstance(cell, str))
    return day_order(text for text in texts if 6 <= len(text) <= 12)


def grid_rows(rows: Sequence[Row], width: int) -> Iterator[GridRow]:
    """Yield rows of one width for the table engine.

    Args:
        rows: Rows of a sheet.
        width: Number of cells in each row.
    """
    for number, row in enumerate(rows, start=1):
        yield number, [*row[:width], *[None] * (width - len(row))]
