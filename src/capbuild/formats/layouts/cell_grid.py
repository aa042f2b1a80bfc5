"""Cell grid of a sheet or text table, before any interpretation."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attrs import define, field

from capbuild.formats.headers import Role
from capbuild.formats.layouts.header_vocabulary import header_role
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import DayOrder
from capbuild.origin import Origin

#: End-of-file character that old programs write after the last line.
_END_OF_FILE = "\x1a"
#: Largest number of distinct texts of a text table that are interned.
_SEEN = 1 << 16


class Area(NamedTuple):
    """Merged range, counted from 0; ends are included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def wide(self) -> bool:
        """Whether it spans several columns."""
        return self.right > self.left


def _content(cell: Cell, seen: dict[Cell, Cell]) -> Cell:
    """Return a cell of a text table, None if blank.

    The first distinct texts are interned, because texts repeat.
    """
    if not isinstance(cell, str):
        return cell
    found = cell if cell and not cell.isspace() and cell != _END_OF_FILE else None
    if len(seen) < _SEEN:
        seen[cell] = found
    return found


def _kept(count: int, used: set[int]) -> list[int]:
    """Return the used positions, and the first of each run of unused ones."""
    return [place for place in range(count) if place in used or place - 1 in used]


def _are_named(rows: Sequence[Sequence[Cell]]) -> bool:
    """True if rows have row names without a header, as R writes tables.

    Each row has one cell more than the first, and the names differ. They are row numbers, or the first header is not a
    key that they would fit.
    """
    header, *below = rows
    names = [cell_text(row[0]) for row in below]
    if len(set(names)) < len(names) or all(row[-1] is None for row in below):
        return False
    said = header_role(cell_text(header[0]))
    numbers = names == [str(number) for number in range(1, len(names) + 1)]
    return said is None or (numbers and said[0] is not Role.ID)


@define(eq=False)
class CellGrid:
    """All cells of one sheet.

    Attributes:
        file: Name of the file, as origins print it.
        rows: Cells of each row; blank cells are None. All rows are padded to the widest.
        sheet: Name of the sheet; None for a text file.
        numbers: Row numbers in the file, from 1; consecutive by default.
        letters: Column numbers in the file, from 1; consecutive by default.
        merged: Merged ranges.
        semicolons: Whether semicolons separate cells, or may be typed in text, as in a workbook.
        order: Order of day and month seen elsewhere in the file.
        usual: Usual number of cells per row of a text table; 0 in a workbook.
        lengths: Number of cells of each row of a text table.
        headed: Whether the first row is certainly the header.
        flagged: Whether flags follow numbers, as in databank tables.
        width: Number of columns.
        filled: One byte per cell, row by row: 1 if not blank.
        count: Number of cells that are not blank.
    """

    file: str
    rows: list[list[Cell]] = field(repr=False)
    sheet: str | None = None
    numbers: Sequence[int] = field(default=(), repr=False)
    letters: Sequence[int] = field(default=(), repr=False)
    merged: tuple[Area, ...] = ()
    semicolons: bool = False
    order: DayOrder | None = None
    usual: int = 0
    lengths: Sequence[int] = field(default=(), repr=False)
    headed: bool = False
    flagged: bool = False
    width: int = field(init=False)
    filled: bytearray = field(init=False, repr=False)
    count: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.width = max(map(len, self.rows), default=0)
        self.filled = bytearray()
        for row in self.rows:
            row.extend([None] * (self.width - len(row)))
            self.filled.extend(cell is not None for cell in row)
        self.count = self.filled.count(1)
        self.numbers = self.numbers or range(1, len(self.rows) + 1)
        self.letters = self.letters or range(1, self.width + 1)

    @classmethod
    def of_text(
        cls,
        file: str,
        rows: Iterable[tuple[int, Sequence[Cell]]],
        sheet: str | None = None,
        *,
        letters: Sequence[int] = (),
        semicolons: bool = False,
        order: DayOrder | None = None,
        headed: bool = False,
        flagged: bool = False,
    ) -> "CellGrid":
        """Return the grid of a text table; blank texts become None.

        Args:
            file: Name of the file.
            rows: Row numbers and cells.
            sheet: Name of the sheet; None for a text file.
            letters: Column numbers in the file; consecutive by default.
            semicolons: Whether semicolons separate cells.
            order: Order of day and month seen elsewhere in the file.
            headed: Whether the first row is certainly the header.
            flagged: Whether flags follow numbers.

        Example:
            >>> CellGrid.of_text("a.csv", [(1, ["Country", " "]), (3, ["Peru"])]).rows
            [['Country', None], ['Peru', None]]
        """
        numbers: list[int] = []
        cells: list[list[Cell]] = []
        seen: dict[Cell, Cell] = {}
        for number, row in rows:
            numbers.append(number)
            cells.append([seen[c] if c.__class__ is str and c in seen else _content(c, seen) for c in row])
        lengths = Counter(map(len, cells))
        usual = lengths.most_common(1)[0][0] if lengths else 0
        if cells and len(cells[0]) == usual - 1 > 0 and lengths[usual] == len(cells) - 1 > 0 and _are_named(cells):
            cells[0].insert(0, None)
        found = [len(row) for row in cells]
        usual = max(usual, next((len(row) for row in cells if any(cell is not None for cell in row)), 0))
        return cls(
            file,
            cells,
            sheet,
            numbers=numbers,
            letters=letters,
            semicolons=semicolons,
            order=order,
            usual=usual,
            lengths=found,
            headed=headed,
            flagged=flagged,
        )

    @classmethod
    def of_sheet(
        cls,
        file: str,
        rows: Sequence[Sequence[Cell]],
        sheet: str,
        *,
        merged: Iterable[Area] = (),
        order: DayOrder | None = None,
    ) -> "CellGrid":
        """Return the grid of a sheet.

        Each run of blank rows or columns is reduced to its first.

        Example:
            >>> grid = CellGrid.of_sheet("a.xlsx", [["Country"], [], [], ["Peru", None, None, None, 5]], "Q")
            >>> grid.rows, grid.numbers, grid.letters
            ([['Country', None, None], [None, None, None], ['Peru', None, 5]], [1, 2, 4], [1, 2, 5])
        """
        used = {column for row in rows for column, cell in enumerate(row) if cell is not None}
        kept_columns = _kept(max(used, default=-1) + 1, used)
        kept_rows = _kept(len(rows), {place for place, row in enumerate(rows) if any(c is not None for c in row)})
        cells = [[row[c] if c < len(row) else None for c in kept_columns] for row in (rows[r] for r in kept_rows)]
        areas = []
        for area in merged:
            top, bottom = bisect_left(kept_rows, area.top), bisect_right(kept_rows, area.bottom) - 1
            left, right = bisect_left(kept_columns, area.left), bisect_right(kept_columns, area.right) - 1
            if top <= bottom and left <= right:
                areas.append(Area(top, left, bottom, right))
        numbers, letters = [row + 1 for row in kept_rows], [column + 1 for column in kept_columns]
        return cls(
            file, cells, sheet, numbers=numbers, letters=letters, merged=tuple(areas), semicolons=True, order=order
        )

    def is_blank(self, row: int) -> bool:
        """True if all cells of a row are blank."""
        return self.filled.find(1, row * self.width, (row + 1) * self.width) < 0

    def used_columns(self) -> list[int]:
        """Return the columns with content."""
        return [column for column in range(self.width) if self.filled[column :: self.width].find(1) >= 0]

    def full(self, row: int, columns: Iterable[int]) -> list[int]:
        """Return the given columns that have content in a row."""
        cells = self.rows[row]
        return [column for column in columns if cells[column] is not None]

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the origin of a row or cell; positions count from 0."""
        # A header that is stored apart has the number 0 and no position.
        number = self.numbers[row] or None
        return Origin(self.file, self.sheet, number, None if column is None else self.letters[column])
