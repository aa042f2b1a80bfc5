"""One tidy table: columns with their types, and rows."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import evolve, field, frozen

TidyCell: TypeAlias = str | int | float | datetime.date | None

_TYPES: Mapping[str, type] = {"": str, "bool": bool, "int": int, "float": float, "date": datetime.date}
_LISTS = ("list", "counts")


@frozen
class TidyColumn:
    """A column.

    Attributes:
        name: Its name, the same in every language.
        type: `str`, `bool`, `int`, `float` or `datetime.date`; any cell may also be None.
        is_key: Whether it is part of the key of its table.
        lists: What each of several ids in a cell, between blanks, names; empty for a single value.
        is_counted: Whether each id has a number after it, as in `R10=59`.
    """

    name: str
    type: type
    is_key: bool = False
    lists: str = ""
    is_counted: bool = False


def parse_columns(text: str) -> tuple[TidyColumn, ...]:
    """Parse column names: `*` for part of the key, `:type` unless text, `:list=NAME` or `:counts=NAME` for several ids.

    Example:
        >>> [(column.name, column.type.__name__, column.is_key) for column in parse_columns("country* lowest:int")]
        [('country', 'str', True), ('lowest', 'int', False)]
        >>> parse_columns("roles:counts=role")[0].lists
        'role'
    """
    return tuple(map(_parse_column, text.split()))


def _parse_column(word: str) -> TidyColumn:
    name, _, kind = word.partition(":")
    kind, _, lists = kind.partition("=")
    plain = _TYPES["" if kind in _LISTS else kind]
    return TidyColumn(name.removesuffix("*"), plain, name.endswith("*"), lists, kind == "counts")


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


def split_lists(table: TidyTable) -> Iterator[TidyTable]:
    """Yield a table without its columns of several ids, then one table for each of these, with a row an id.

    Such a table is named after both (`needs_criteria`), and has the key of the first.

    Example:
        >>> needs = TidyTable("needs", parse_columns("need* criteria:list=criterion notice"), [("N1", "A B", "")])
        >>> [(one.name, one.column_names, [*one.rows]) for one in split_lists(needs)][1]
        ('needs_criteria', ('need', 'criterion', 'notice'), [('N1', 'A', ''), ('N1', 'B', '')])
    """
    rows = list(table.rows)
    plain = [place for place, column in enumerate(table.columns) if not column.lists]
    yield evolve(
        table,
        columns=tuple(table.columns[place] for place in plain),
        rows=[tuple(row[place] for place in plain) for row in rows],
    )
    keys = [place for place, column in enumerate(table.columns) if column.is_key]
    last = table.column_names.index("notice") if any(column.lists for column in table.columns) else 0
    for place, column in enumerate(table.columns):
        if column.lists:
            count = (TidyColumn("count", int),) if column.is_counted else ()
            yield TidyTable(
                f"{table.name}_{column.name}",
                (
                    *(table.columns[key] for key in keys),
                    TidyColumn(column.lists, str, is_key=True),
                    *count,
                    table.columns[last],
                ),
                [
                    (*(row[key] for key in keys), *part, row[last])
                    for row in rows
                    for part in _list_parts(row[place], is_counted=column.is_counted)
                ],
            )


def _list_parts(cell: TidyCell, *, is_counted: bool) -> Iterator[tuple[TidyCell, ...]]:
    for part in dict.fromkeys(str(cell or "").split()):
        name, _, count = part.rpartition("=")
        yield (name, int(count)) if is_counted else (part,)
