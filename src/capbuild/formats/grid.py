"""An unparsed table: rows of cells with their positions in the file."""

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.formats.joined_keys import JoinedKeys
from capbuild.formats.values.cells import Cell
from capbuild.formats.values.dates import DayOrder
from capbuild.origin import Origin

#: Row number, from 1 as in editors and spreadsheets, and cells.
GridRow = tuple[int, Sequence[Cell]]


@frozen(eq=False)
class Grid:
    """One table or sheet, read once from top to bottom.

    Attributes:
        file: Name of the file, as origins print it.
        rows: The rows in order. Blank rows may be skipped; row numbers show the gaps.
        sheet: Name of the sheet; None for a text file.
        heads: Column names, if the format stores them apart from the rows.
        semicolons: Whether semicolons separate cells, as in files with decimal commas, or may be typed in text, as in
            workbooks.
        keys: Joined keys of the file's first column, which are split in the rows; None for other files.
        order: Order of day and month seen elsewhere in the file.

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
        """Return the origin of a row or a cell."""
        return Origin(self.file, self.sheet, row, column)
