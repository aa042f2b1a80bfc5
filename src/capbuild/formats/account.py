"""The account of one table: every row and every cell is put somewhere, and counted there."""

from collections import Counter

from attrs import define, field

from capbuild.model import Missing

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
