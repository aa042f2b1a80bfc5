"""One tidy table: columns with their types, and rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

__all__ = ["TidyCell", "TidyColumn", "TidyTable", "parse_columns"]

TidyCell: TypeAlias = str | int | float | None

_TYPES: Mapping[str, type] = {"": str, "bool": bool, "int": int, "float": float}


@frozen
class TidyColumn:
    """A column.

    Attributes:
        name: Its name, the same in every language.
        type: `str`, `bool`, `int` or `float`; any cell may also be None.
    """

    name: str
    type: type


def parse_columns(text: str) -> tuple[TidyColumn, ...]:
    """Parse column names, each with `:type` unless text.

    Example:
        >>> parse_columns("country lowest:int")
        (TidyColumn(name='country', type=<class 'str'>), TidyColumn(name='lowest', type=<class 'int'>))
    """
    parts = (word.partition(":") for word in text.split())
    return tuple(TidyColumn(name, _TYPES[kind]) for name, _, kind in parts)


@frozen(eq=False)
class TidyTable:
    """A table of the tidy set.

    Attributes:
        name: Its name, the same in every language.
        columns: Its columns.
        rows: Its rows, to be taken once.
    """

    name: str
    columns: tuple[TidyColumn, ...]
    rows: Iterable[Sequence[TidyCell]] = field(repr=False)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def records(self) -> Iterator[dict[str, TidyCell]]:
        """The rows, each as cells by column name."""
        heads = self.column_names
        return (dict(zip(heads, row, strict=True)) for row in self.rows)
