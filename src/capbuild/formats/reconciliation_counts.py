"""Reconciliation of one table: each row and cell is counted exactly once."""

from collections import Counter
from collections.abc import Iterable

from attrs import define, field

from capbuild.model import AnswerValue, ColumnUsed, Missing, SheetReconciliation


@define
class Account:
    """Counts of rows and cells, updated while a table is read.

    Attributes:
        rows_in: Rows of the table except the header.
        rows_out: Rows that became responses or parts of them.
        rows_left_out: Other rows, by reason.
        answers: Cells that became values.
        absent: Cells that became a kind of missing value.
        left_out: Cells that were dropped, by reason.

    Example:
        >>> account = Account(rows_out=1)
        >>> account.count("yes")
        >>> account.count(Missing.REFUSED, cells=2)
        >>> account.reconciliation().cells
        3
    """

    rows_in: int = 0
    rows_out: int = 0
    rows_left_out: Counter[str] = field(factory=Counter)
    answers: int = 0
    absent: Counter[Missing] = field(factory=Counter)
    left_out: Counter[str] = field(factory=Counter)

    def count(self, value: AnswerValue, cells: int = 1) -> None:
        """Count the cells of an answer.

        Args:
            value: The value, or a kind of missing.
            cells: Number of its cells.
        """
        if isinstance(value, Missing):
            self.absent[value] += cells
        else:
            self.answers += cells

    def reconciliation(self, sheet: str | None = None, columns: Iterable[ColumnUsed] = ()) -> SheetReconciliation:
        """Return the reconciliation of the table.

        Args:
            sheet: Its name.
            columns: Its columns, with their use.
        """
        rows_left_out, left_out = +self.rows_left_out, +self.left_out
        return SheetReconciliation(
            sheet=sheet or "",
            rows_in=self.rows_in or self.rows_out + rows_left_out.total(),
            rows_out=self.rows_out,
            rows_left_out=dict(rows_left_out),
            columns=tuple(columns),
            cells=self.answers + self.absent.total() + left_out.total(),
            answers=self.answers,
            absent={kind.value: count for kind, count in (+self.absent).items()},
            left_out=dict(left_out),
        )
