"""The account of one table: every row and every cell is put somewhere, and counted there."""

from collections import Counter

from attrs import define, field

from capbuild.formats.layout import Layout
from capbuild.model import Missing, SheetReconciliation

__all__ = ["Account"]


@define
class Account:
    """Counts while a table is read.

    Attributes:
        rows_in: Rows of the table but for the heads.
        rows_out: Rows that became responses or parts of them.
        rows_left_out: Other rows, by reason.
        answers: Cells that became values.
        absent: Cells that became a kind of missing.
        left_out: Cells that became nothing, by reason.
    """

    rows_in: int = 0
    rows_out: int = 0
    rows_left_out: Counter[str] = field(factory=Counter)
    answers: int = 0
    absent: Counter[Missing] = field(factory=Counter)
    left_out: Counter[str] = field(factory=Counter)

    def leave_row(self, reason: str, count: int = 1) -> None:
        """Count rows that become nothing."""
        if count:
            self.rows_left_out[reason] += count

    def closed(self, sheet: str | None, layout: Layout) -> SheetReconciliation:
        """Return the account as it stands."""
        absent = {kind.value: count for kind, count in self.absent.items()}
        return SheetReconciliation(
            sheet=sheet or "",
            rows_in=self.rows_in,
            rows_out=self.rows_out,
            rows_left_out=dict(self.rows_left_out),
            columns=layout.used,
            cells=self.answers + sum(absent.values()) + sum(self.left_out.values()),
            answers=self.answers,
            absent=absent,
            left_out=dict(self.left_out),
        )
