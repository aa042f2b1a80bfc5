"""Model of a workbook of any format: sheets, typed cells, merged ranges."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from attrs import field, frozen

from capbuild.formats import Cell, ErrorCell
from capbuild.model import Issue

__all__ = [
    "IS_ERROR",
    "Cell",
    "ChoiceList",
    "HiddenRanges",
    "MergedRange",
    "Place",
    "Row",
    "Run",
    "Sheet",
    "Workbook",
    "error_cell",
    "formula_cell",
]

#: Why an error cell has no value.
IS_ERROR = "it is an error of the spreadsheet, not a value"


def error_cell(code: str) -> ErrorCell:
    """Return an error cell, such as `#N/A`."""
    return ErrorCell(code, IS_ERROR)


def formula_cell(text: str) -> ErrorCell:
    """Return a formula without a saved result, as written by programs that do not calculate."""
    return ErrorCell(text, "its formula was saved without a result: open the file and save it again")


#: Cells of one row from column A to the last non-empty cell.
Row = tuple[Cell, ...]


@frozen
class MergedRange:
    """Merged cells; only the first has a value. Rows and columns count from 1.

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
        """Return the cell at a place; None if it is empty."""
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
