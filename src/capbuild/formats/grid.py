"""A table before anybody knows what it means: rows of cells, each row with its place in the file."""

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.formats.cells import Cell
from capbuild.formats.days import DayOrder
from capbuild.formats.keyed import JoinedKeys
from capbuild.origin import Origin

__all__ = ["Grid", "GridRow"]

#: A row's number, counted from 1 as an editor or a spreadsheet does, and its cells.
GridRow = tuple[int, Sequence[Cell]]


@frozen(eq=False)
class Grid:
    """One table or sheet, read once from top to bottom.

    Attributes:
        file: Name of the file, as origins print it.
        rows: The rows in order. Blank ones may be left out by the format or not; their numbers tell.
        sheet: Name of the sheet, None for a text file.
        heads: Names of the columns, where the format gives them apart from the rows.
        semicolons: Whether semicolons separate cells, as where the comma is the decimal mark; or whether texts may
            have been typed there, as in a workbook.
        keys: The keys that the first column of the file holds joined, which the rows have apart; None elsewhere.
        order: Which number of a date is the day elsewhere in the file, where that shows it.

    Example:
        >>> grid = Grid("a.xlsx", [(1, ["country", "Q1"]), (2, ["Jamaica", 3])], "Q")
        >>> print(grid.origin(2, 2))
        a.xlsx!Q:B2
    """

    file: str
    rows: Iterable[GridRow] = field(repr=False)
    sheet: str | None = None
    semicolons: bool = False
    heads: tuple[str, ...] = field(default=(), converter=to_tuple)
    order: DayOrder | None = None
    keys: JoinedKeys | None = None

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the place of a row, or of a cell of it."""
        return Origin(self.file, self.sheet, row, column)
