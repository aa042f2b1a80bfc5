"""Trace which layout step booked which cell of a sheet."""

from attrs import define, field

from capbuild.formats.layouts.ledger import Ledger

#: Largest number of distinct steps: one byte per cell.
_MOST = 255


@define(eq=False)
class StepTrace:
    """Step number of each cell of a grid, counted from 1 across all its tables.

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
        """Assign the cells booked since the last step to a new step."""
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
