"""Columns that tell apart the answers to one question in a long table: year, sex, age, as tables of statistics have."""

from collections import Counter
from collections.abc import Sequence

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.grid import GridRow
from capbuild.formats.numbers import is_number

__all__ = ["find_dimensions"]

_SAMPLE = 500
#: Columns that are looked at: tables of statistics have a dozen.
_MOST = 50
#: Longest text that is a category.
_LONGEST = 60


def find_dimensions(rows: Sequence[GridRow], keys: Sequence[int], others: Sequence[int]) -> tuple[int, ...]:
    """Return the columns that tell rows with the same keys apart; nothing where few rows have the same keys.

    Most keys come again, each column holds categories or years that come again too, and together they leave hardly two
    rows alike. So a question that somebody answered twice is no reason.

    Args:
        rows: Rows of the table.
        keys: The columns of whose answer it is, and to which question.
        others: The columns that may tell them apart.

    Example:
        >>> rows = [(2, ["Peru", "Staff", "2013", 5]), (3, ["Peru", "Staff", "2014", 6]),
        ...         (4, ["Cuba", "Staff", "2013", 1]), (5, ["Cuba", "Staff", "2014", 2])]
        >>> find_dimensions(rows, [0, 1], [2]), find_dimensions(rows, [0, 1, 2], [3])
        ((2,), ())
    """
    cells = [row for _, row in rows[:_SAMPLE] if len(row) > max((*keys, *others), default=0)]
    counts = Counter(_texts(row, keys) for row in cells)
    if not counts or 2 * sum(count > 1 for count in counts.values()) <= len(counts):
        return ()
    left = [index for index in others[:_MOST] if _are_categories([row[index] for row in cells])]
    chosen: list[int] = []
    distinct = len(counts)
    while left and distinct < len(cells):
        found = {index: len({_texts(row, [*keys, *chosen, index]) for row in cells}) for index in left}
        best = max(left, key=lambda index: (found[index], -index))
        if found[best] == distinct:
            break
        distinct = found[best]
        chosen.append(best)
        left.remove(best)
    return tuple(sorted(chosen)) if distinct >= 0.95 * len(cells) else ()


def _texts(row: Sequence[Cell], columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(cell_text(row[index]) for index in columns)


def _are_categories(cells: Sequence[Cell]) -> bool:
    """Tell whether the cells of a column are short texts or years, each of which comes again."""
    texts = [text for cell in cells if (text := cell_text(cell))]
    if not texts or 2 * len(set(texts)) > len(texts) or max(map(len, texts)) > _LONGEST:
        return False
    return all(not is_number(text) or (text.isdigit() and 1900 <= int(text) <= 2100) for text in texts)
