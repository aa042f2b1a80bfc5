"""Reconciliation of one table: each row and cell is counted exactly once."""

from collections import Counter

from attrs import define, field

from capbuild.model import Missing

__all__ = ["Account"]


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
    """

    rows_in: int = 0
    rows_out: int = 0
    rows_left_out: Counter[str] = field(factory=Counter)
    answers: int = 0
    absent: Counter[Missing] = field(factory=Counter)
    left_out: Counter[str] = field(factory=Counter)
