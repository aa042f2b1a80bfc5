"""Row builder with memory limits.

Read errors are shared by several workbook formats.
"""

from itertools import zip_longest

from attrs import define, field

from capbuild.errors import LimitError, ReadError
from capbuild.formats import Cell
from capbuild.origin import Origin, column_letters
from capbuild.plugins import InputFile, ReadLimits
from capbuild_sheets.sheets import LAST_ROW, Row


def protected(source: InputFile) -> ReadError:
    """Return the error for a password-protected workbook."""
    return ReadError(
        "it is protected by a password",
        code="SHEET2",
        origin=Origin(source.name),
        remedy="open it, take the password off, save it, and read that copy",
    )


def duplicate_cell_error(file: str, row: int, column: int) -> ReadError:
    """Return the error for two cells with one reference.

    Reading on would lose one of them.
    """
    place = f"{column_letters(column)}{row}"
    return ReadError(
        f"it has two cells at {place}, with different content",
        code="SHEET1",
        origin=Origin(file, row=row, column=column),
        remedy="open it in a spreadsheet program, which repairs it, compare the row, and save it again",
    )


#: Padding cells that a file may need without content: 8 bytes each.
_PADDING = 20_000_000

#: Padding cells allowed per cell with content; real surveys have fewer.
_BLANKS_A_CELL = 20


@define
class RowBuilder:
    """Builder of the rows of one sheet.

    Attributes:
        file: Name of the file, for errors.
        limits: Limits in force.
        most: Number of rows to read, None for all.
    """

    file: str
    limits: ReadLimits
    most: int | None = None
    rows: list[Row] = field(factory=list)
    _cells: int = 0
    _padding: int = 0

    @property
    def full(self) -> bool:
        """Whether enough rows were read."""
        return self.most is not None and len(self.rows) >= self.most

    def put(self, number: int, cells: list[Cell], times: int = 1) -> None:
        """Store cells in a row, and in repeats of it.

        Args:
            number: Row number, from 1.
            cells: Its cells from column A on.
            times: Number of repeats.
        """
        while cells and cells[-1] is None:
            cells.pop()
        if not cells or not 0 < number <= LAST_ROW:
            return
        times = min(times, LAST_ROW - number + 1)
        blanks = cells.count(None)
        gap = max(number - len(self.rows) - 1, 0)
        self._count_cells((len(cells) - blanks) * times, blanks * times + gap)
        if self.most is not None:
            if number > self.most:
                self.rows.extend(() for _ in range(self.most - len(self.rows)))
                return
            times = min(times, self.most - number + 1)
        row = tuple(cells)
        self.rows.extend(() for _ in range(number - 1 + times - len(self.rows)))
        for index in range(number - 1, number - 1 + times):
            self.rows[index] = self._joined(self.rows[index], row, index + 1)

    def _count_cells(self, cells: int, padding: int) -> None:
        self._cells += cells
        self._padding += padding
        if self._cells + self._padding > self.limits.cells:
            self.limits.check_cells(self.file, self._cells + self._padding)
        self.limits.check_cells(self.file, self._cells)
        if self._padding > _PADDING + _BLANKS_A_CELL * self._cells:
            raise LimitError(
                f"{self.file} spreads its cells over more than {_PADDING:,} empty ones",
                code="CB133",
                remedy="clear the cells far right and far below, and save it again",
            )

    def _joined(self, there: Row, row: Row, number: int) -> Row:
        """Merge two versions of a row, as in faulty files.

        Raises:
            ReadError: SHEET1, two different values in one cell.
        """
        if not there:
            return row
        width = max(len(there), len(row))
        pairs = zip_longest(there, row, fillvalue=None)
        cells = []
        for column, (old, new) in zip(range(1, width + 1), pairs, strict=True):
            if old is not None and new is not None and old != new:
                raise duplicate_cell_error(self.file, number, column)
            cells.append(old if new is None else new)
        return tuple(cells)
