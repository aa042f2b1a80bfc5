"""Reconciliation of the cells of a grid.

Each cell with content is in exactly one bucket, and booked by one step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

from attrs import define, field

from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import shorten
from capbuild.origin import column_letters


class Bucket(IntEnum):
    """Use of a cell."""

    ANSWER = 1
    HEADER = 2
    KEY = 3
    COMMENT = 4
    TITLE = 5
    PRIVATE = 6


_FIRST_REASON = 16

_BOOKED = bytes([0, *[1] * 255])

#: Reasons that are certain, and reported as a note only.
KNOWN_REASONS = frozenset(
    (
        "a total or mean of other rows",
        "a total or mean of other columns",
        "note below the table",
        "repeats the header",
        "an option that is not marked",
        "comment line",
        "numbers the columns",
        "names a region above its countries",
        "title or note above the header",
        "describes the whole table",
        "left out, as set in the layout",
    )
)

#: Cells that an issue quotes.
_QUOTED = 3


@define
class LeftOut:
    """Cells that were dropped for one reason.

    Attributes:
        reason: The reason.
        count: Number of cells.
        cells: Row and column of each cell, from 0.
    """

    reason: str
    count: int
    cells: Sequence[tuple[int, int]]

    @property
    def known(self) -> bool:
        """True if the reason is certain."""
        return self.reason in KNOWN_REASONS

    def quoted(self, grid: CellGrid) -> str:
        """Return some of the cells with their text."""
        places = self.cells[:_QUOTED]
        return "; ".join(
            f"{column_letters(grid.letters[c])}{grid.numbers[r]} {shorten(cell_text(grid.rows[r][c]), 40)!r}"
            for r, c in places
        )


@define(eq=False)
class Ledger:
    """Buckets of a grid's cells, one byte per cell.

    A cell that is booked twice is a bug and raises AssertionError.

    Attributes:
        grid: The grid.
        counts: Number of cells in each bucket.

    Example:
        >>> ledger = Ledger(CellGrid("a.csv", [["Country", "Law"], ["Peru", "yes"]]))
        >>> ledger.put_column([1], 1, Bucket.ANSWER)
        >>> ledger.close()
        >>> ledger.counts[Bucket.ANSWER], [(left.reason, left.count) for left in ledger.left_out()]
        (1, [('no part of a table', 3)])
    """

    grid: CellGrid
    counts: Counter[int] = field(factory=Counter, init=False)
    _marks: bytearray = field(init=False, repr=False)
    _reasons: list[str] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self._marks = bytearray(len(self.grid.filled))

    def put(self, row: int, column: int, bucket: int) -> None:
        """Put a cell into a bucket; blank cells are ignored."""
        place = row * self.grid.width + column
        if self.grid.filled[place]:
            if self._marks[place]:
                raise AssertionError(f"the cell in row {row}, column {column} is booked twice")
            self._marks[place] = bucket
            self.counts[bucket] += 1

    def put_row(self, row: int, columns: Iterable[int], bucket: int) -> None:
        """Put some cells of a row into a bucket."""
        for column in columns:
            self.put(row, column, bucket)

    def put_column(self, rows: Sequence[int], column: int, bucket: int) -> None:
        """Put cells of a column into a bucket.

        Rows must be in ascending order.
        """
        width, start = self.grid.width, 0
        while start < len(rows):
            first = rows[start]
            # Rows of a table are mostly consecutive, so a run is marked at once.
            end = len(rows) if rows[-1] - first == len(rows) - 1 - start else start + 1
            part = slice(first * width + column, rows[end - 1] * width + column + 1, width)
            if any(self._marks[part]):
                raise AssertionError(f"a cell of column {column} is booked twice")
            count = self.grid.filled[part].count(1)
            self._marks[part] = bytes(map(bucket.__mul__, self.grid.filled[part]))
            self.counts[bucket] += count
            start = end

    def leave(self, row: int, columns: Iterable[int], reason: str) -> None:
        """Drop the cells of a row that have no bucket."""
        for column in columns:
            if not self._marks[row * self.grid.width + column]:
                self.put(row, column, self._number(reason))

    def leave_column(self, rows: Sequence[int], column: int, reason: str) -> None:
        """Drop cells of a column."""
        self.put_column(rows, column, self._number(reason))

    def _number(self, reason: str) -> int:
        if reason not in self._reasons:
            self._reasons.append(reason)
        return min(_FIRST_REASON + self._reasons.index(reason), 255)

    def close(self, reason: str = "no part of a table") -> None:
        """Drop the cells that are in no bucket yet.

        The counts of the buckets then sum to the cells of the grid.
        """
        if self.counts.total() < self.grid.count:
            for row in range(len(self.grid.rows)):
                self.leave(row, range(self.grid.width), reason)

    def booked(self) -> bytes:
        """Return one byte per cell, 1 if it is booked.

        The bytes are in order of rows.
        """
        return bytes(self._marks.translate(_BOOKED))

    def is_booked(self, row: int, column: int) -> bool:
        """True if a cell is in a bucket."""
        return self.bucket(row, column) > 0

    def bucket(self, row: int, column: int) -> int:
        """Return the bucket of a cell; 0 for none yet."""
        return self._marks[row * self.grid.width + column]

    def rebook(self, row: int, column: int, bucket: int | str) -> None:
        """Move a cell to another bucket, or drop it.

        A text as bucket is the reason for dropping the cell.
        """
        bucket = self._number(bucket) if isinstance(bucket, str) else bucket
        place = row * self.grid.width + column
        if self.grid.filled[place]:
            self.counts[self._marks[place]] -= 1
            self._marks[place] = bucket
            self.counts[bucket] += 1

    def why(self, row: int, column: int) -> str:
        """Return why a cell was dropped.

        The text is empty if it was not dropped.
        """
        mark = self.bucket(row, column)
        return self._reasons[mark - _FIRST_REASON] if mark >= _FIRST_REASON else ""

    def reason(self, row: int) -> str:
        """Return why the first cell of a row was dropped."""
        start = row * self.grid.width
        reasons = (mark for mark in self._marks[start : start + self.grid.width] if mark >= _FIRST_REASON)
        number = next(reasons, 0)
        return self._reasons[number - _FIRST_REASON] if number else ""

    def has(self, row: int, bucket: int) -> bool:
        """True if a bucket has a cell of this row."""
        start = row * self.grid.width
        return self._marks.find(bucket, start, start + self.grid.width) >= 0

    def left_out(self) -> Iterator[LeftOut]:
        """Yield the dropped cells by reason."""
        for number, reason in enumerate(self._reasons, start=_FIRST_REASON):
            count, width = self.counts[number], max(self.grid.width, 1)
            if count:
                cells, place = [], -1
                while (place := self._marks.find(number, place + 1)) >= 0:
                    cells.append(divmod(place, width))
                yield LeftOut(reason, count, cells)


#: Reason of rows above the header.
TITLE = "title or note above the header"


@define
class RowRoles:
    """Positions of a sheet's rows in its grid, by role.

    Attributes:
        data: Rows with answers.
        headers: Header rows.
        upper: Header rows above the last of their header.
        repeated: Rows of a header that repeats an earlier one.
    """

    data: set[int] = field(factory=set)
    headers: set[int] = field(factory=set)
    upper: set[int] = field(factory=set)
    repeated: set[int] = field(factory=set)

    def left_out(self, ledger: Ledger) -> Counter[str]:
        """Count the rows that are neither data nor headers."""
        counts: Counter[str] = Counter()
        top, plain_headers = min(self.headers, default=0), self.headers - self.upper
        for row in range(len(ledger.grid.rows)):
            if row in self.data or row in plain_headers:
                continue
            if row in self.upper:
                counts["part of the header"] += 1
            elif row in self.repeated:
                counts["repeats the header"] += 1
            elif ledger.grid.is_blank(row):
                counts["blank"] += 1
            elif reason := ledger.reason(row):
                counts[reason] += 1
            elif ledger.has(row, Bucket.TITLE) or (ledger.has(row, Bucket.KEY) and row < top):
                counts[TITLE] += 1
            elif ledger.has(row, Bucket.KEY):
                counts["names the country of the rows below"] += 1
            else:
                counts["a heading without a question"] += 1
        return counts


#: Largest number of distinct steps: one byte per cell.
_MOST = 255


@define(eq=False)
class StepTrace:
    """Step that booked each cell of a grid.

    Steps are numbered from 1 across all its tables.

    Attributes:
        ledger: Ledger of the grid.
        count: Number of steps.
        cells: One byte per cell, row by row: number of the step that booked it; 0 for none.

    Example:
        >>> from capbuild.formats.layouts.cell_grid import CellGrid
        >>> trace = StepTrace(Ledger(CellGrid("a.csv", [["Country", "Law"], ["Peru", "yes"]])))
        >>> trace.ledger.put_row(0, [0, 1], 2)
        >>> trace.add_step()
        >>> list(trace.cells), trace.places(1)
        ([1, 1, 0, 0], ((0,), (0, 1)))
    """

    ledger: Ledger
    count: int = field(default=0, init=False)
    _booked: int = field(init=False, repr=False)
    _steps: int = field(default=0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._booked = self._now()

    def _now(self) -> int:
        return int.from_bytes(self.ledger.booked(), "little")

    def add_step(self) -> None:
        """Add a step for the cells booked since the last."""
        self.count += 1
        now = self._now()
        # One byte per cell, 0 or 1, so the difference of the integers is cell by cell and products do not carry over.
        self._steps += (now - self._booked) * min(self.count, _MOST)
        self._booked = now

    @property
    def cells(self) -> bytes:
        """Step number of each cell."""
        return self._steps.to_bytes(len(self.ledger.grid.filled), "little")

    def places(self, step: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the rows and columns with cells of a step."""
        cells, width = self.cells, self.ledger.grid.width
        rows = tuple(r for r in range(len(self.ledger.grid.rows)) if cells.find(step, r * width, (r + 1) * width) >= 0)
        return rows, tuple(c for c in range(width) if cells[c::width].find(step) >= 0)
