"""Which step of a layout put which cell of a sheet into its bucket."""

from attrs import define, field

from capbuild.formats.layouts.ledger import Ledger

__all__ = ["StepTrace"]

#: Steps that are told apart: one byte a cell.
_MOST = 255


@define(eq=False)
class StepTrace:
    """Steps of the cells of a grid, counted from 1 through all tables of it.

    Attributes:
        ledger: The ledger of the grid.
        count: Number of steps.
        cells: One byte a cell, row by row: the number of the step that booked it; 0 where none did.

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
        """Give the cells that were booked since the last step to the next one."""
        self.count += 1
        now = self._now()
        # One byte a cell, 0 or 1: the difference of the numbers is that of each cell, and no product carries over.
        self._steps += (now - self._booked) * min(self.count, _MOST)
        self._booked = now

    @property
    def cells(self) -> bytes:
        """Number of the step of each cell."""
        return self._steps.to_bytes(len(self.ledger.grid.filled), "little")

    def places(self, step: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the rows and the columns that have cells of a step."""
        cells, width = self.cells, self.ledger.grid.width
        rows = tuple(r for r in range(len(self.ledger.grid.rows)) if cells.find(step, r * width, (r + 1) * width) >= 0)
        return rows, tuple(c for c in range(width) if cells[c::width].find(step) >= 0)
