"""Facts about responses from a fast reader: constant, by row number, or from a column."""

from collections.abc import Callable
from typing import Any

from capbuild.tables.building import integer_type, polars
from capbuild.tables.codebook import Coding, Column
from capbuild.tables.scanned import ScannedColumn


def _named(name: str, coding: Coding, **how: Any) -> Column:
    return Column(name=f"response_{name}", question=name, coding=coding, **how)


def constant_fact(name: str, value: Any) -> Column:
    """Return a fact that is the same for every response; nothing is stored.

    Example:
        >>> constant_fact("language", "es").is_stored
        False
    """
    return _named(name, Coding.CONSTANT, values=[value])


def row_fact(name: str, pattern: str) -> Column:
    """Return a fact made from the row number by a pattern such as `row {}`.

    Nothing is stored.
    """
    return _named(name, Coding.FROM_ROW, values=[pattern])


def row_numbers(first: int, rows: int) -> tuple[Column, dict[str, Any]]:
    """Return the column of consecutive row numbers, and its physical column."""
    column = _named("row", Coding.INTEGER)
    kind = integer_type(0, first + rows)
    return column, {column.name: polars().int_range(first, first + rows, eager=True, dtype=kind)}


def column_fact(name: str, column: ScannedColumn, change: Callable[[Any], Any]) -> tuple[Column | None, dict[str, Any]]:
    """Return a fact read from a column, and its physical column.

    None if no cell has it.

    Args:
        name: Name of the fact.
        column: The column.
        change: From a cell to the fact, or None.
    """
    coded, codes = column.mapped(change)
    if not coded.values:
        return None, {}
    if codes.null_count() == 0 and len(coded.values) == 1:
        return constant_fact(name, coded.values[0]), {}
    made = _named(name, coded.coding, values=coded.values, absent=coded.absent)
    return made, {made.name: codes}
