"""What a workbook holds, whatever file it came in: sheets, rows of typed cells, merged ranges."""

import datetime
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from attrs import field, frozen

from capbuild.model import Issue

__all__ = [
    "Cell",
    "CellError",
    "ChoiceList",
    "Formula",
    "MergedRange",
    "Place",
    "Row",
    "Run",
    "Sheet",
    "Unseen",
    "Workbook",
]


@frozen
class CellError:
    """An error cell: what the spreadsheet shows instead of a value.

    Attributes:
        code: The error as shown, such as `#N/A`.
    """

    code: str

    def __str__(self) -> str:
        return self.code


@frozen
class Formula:
    """A formula whose result was never saved, as programs write that do not calculate.

    Attributes:
        text: The formula, with its equals sign.
    """

    text: str

    def __str__(self) -> str:
        return self.text


#: What one cell holds. Whole numbers are int; a date without a time is a date; a length of time is a timedelta.
Cell = (
    str
    | bool
    | int
    | float
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
    | CellError
    | Formula
    | None
)

#: The cells of one row from column A on; it ends at the last cell that holds something.
Row = tuple[Cell, ...]


@frozen
class MergedRange:
    """Cells that are shown as one; only the first holds a value. Rows and columns count from 1.

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
    """Cells that a drop-down list limits to some options.

    Attributes:
        areas: The cells.
        options: The options.
    """

    areas: tuple[MergedRange, ...]
    options: tuple[str, ...]


class Run(NamedTuple):
    """Rows or columns beside one another, counted from 1."""

    first: int
    last: int


@frozen(kw_only=True)
class Unseen:
    """Rows and columns that hold something and are not shown.

    Attributes:
        rows: Rows that somebody hid.
        filtered: Rows that a filter leaves out.
        columns: Columns.
    """

    rows: tuple[Run, ...] = ()
    filtered: tuple[Run, ...] = ()
    columns: tuple[Run, ...] = ()


@frozen(kw_only=True, eq=False)
class Sheet:
    """One sheet, read whole.

    Attributes:
        name: Its name as on the tab.
        hidden: Whether its tab is hidden.
        rows: Its rows from row 1 on without gaps: row `n` is `rows[n - 1]`, an empty one is `()`.
        merged: Its merged ranges.
        formulas: Number of cells with a formula.
        unseen: What of its rows and columns is not shown; not known where only its first rows were read.
        comments: Comments on cells.
        lists: Drop-down lists of cells.
        struck: Cells whose text is struck through.
        fills: Colours of cells, also of blank ones; not of large XLSX sheets.
        indents: Steps by which cells are indented; not of large XLSX sheets, nor of ODS.

    Example:
        >>> list(Sheet(name="Q", rows=(("Legal", None, "law?"),)).cells())
        [(1, 1, 'Legal'), (1, 3, 'law?')]
    """

    name: str
    hidden: bool = False
    rows: tuple[Row, ...] = field(default=(), repr=False)
    merged: tuple[MergedRange, ...] = ()
    formulas: int = 0
    unseen: Unseen = Unseen()
    comments: Mapping[Place, str] = field(factory=dict, repr=False)
    lists: tuple[ChoiceList, ...] = field(default=(), repr=False)
    struck: frozenset[Place] = field(default=frozenset(), repr=False)
    fills: Mapping[Place, str] = field(factory=dict, repr=False)
    indents: Mapping[Place, int] = field(factory=dict, repr=False)

    @property
    def is_annotated(self) -> bool:
        """Whether cells say something beside their values."""
        return bool(self.comments or self.lists or self.struck or self.fills)

    def cell(self, place: Place) -> Cell:
        """Return the cell at a place; None where nothing stands."""
        row = self.rows[place.row - 1] if 0 < place.row <= len(self.rows) else ()
        return row[place.column - 1] if 0 < place.column <= len(row) else None

    @property
    def width(self) -> int:
        """Number of columns up to the last cell that holds something."""
        return max(map(len, self.rows), default=0)

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield row, column and value of every cell that holds something."""
        for number, row in enumerate(self.rows, start=1):
            for column, cell in enumerate(row, start=1):
                if cell is not None:
                    yield number, column, cell


@frozen(kw_only=True, eq=False)
class Workbook:
    """A workbook of any kind.

    Attributes:
        sheets: Its sheets in the order of their tabs.
        date_1904: Whether its days count from 1904.
        kind: `xlsx`, `xlsm`, `xls` or `ods`.
        issues: What was found while it was opened.
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
