"""The columns of a table whose first column holds several keys joined: their parts, places, and what reads them."""

from collections.abc import Sequence

from attrs import evolve

from capbuild.formats.columns import Column
from capbuild.formats.heads import Role
from capbuild.formats.keyed import JoinedKeys
from capbuild.model import QuestionType

__all__ = ["keyed_columns", "reading_flags"]


def keyed_columns(columns: Sequence[Column], keys: JoinedKeys) -> tuple[Column, ...]:
    """Return the columns with their parts, and with the places that they have in the file.

    Args:
        columns: The columns as their heads name them; what the options say of one stands.
        keys: What the first column holds.
    """
    roles = [*([Role.QUESTION] if keys.added else []), Role.COUNTRY]
    value = Role.ANSWER if keys.added else None
    made = []
    for column in columns:
        placed = evolve(column, at=max(column.number - keys.added, 1))
        role = roles[column.index] if column.index < len(roles) else value
        made.append(placed if column.given else evolve(placed, role=role, rank=0, personal=None))
    return tuple(made)


def reading_flags(columns: Sequence[Column], keys: JoinedKeys) -> tuple[Column, ...]:
    """Return the columns, those of values with what reads numbers with a flag behind them."""
    return tuple(column if column.index <= keys.added else _flagged(column) for column in columns)


def _flagged(column: Column) -> Column:
    style = evolve(column.read.style, decimal=".", seen=True)
    read = evolve(column.read, style=style, any_unit=False, several=None, numeric=True, marked=True, flagged=True)
    return evolve(column, type=QuestionType.DECIMAL, unit="", read=read)
