"""Where the heads of a table stand: below the titles and notes, above the first row of data."""

import datetime
from collections.abc import Sequence
from itertools import pairwise

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role, head_meaning, is_criterion_id
from capbuild.formats.numbers import NumberStyle, read_number
from capbuild.formats.periods import says_period

__all__ = ["find_header"]

#: Rows among which the heads are looked for.
_ROWS = 20
_KEY_ROLES = {Role.COUNTRY, Role.QUESTION, Role.ANSWER, Role.RESPONDENT, Role.ID}


def _filled(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell_text(cell)]


def _is_data(cell: Cell) -> bool:
    """Tell whether a cell can hardly be a head: a number that is no year and no small counting number."""
    if not isinstance(cell, str):
        return not isinstance(cell, int) or isinstance(cell, bool) or not 1900 <= cell <= 2100
    number = read_number(cell.strip(), NumberStyle(seen=True))
    return number is not None and not (isinstance(number, int) and 1900 <= number <= 2100)


def _counts_up(cells: Sequence[Cell]) -> bool:
    """Tell whether most of the cells count 1, 2, 3: numbers of questions."""
    numbers = [int(text) for text in map(cell_text, cells) if text.isdigit() and text.isascii() and len(text) < 6]
    return len(numbers) > 2 and all(b - a == 1 for a, b in pairwise(numbers))


def _days_of_a_key(filled: Sequence[Cell]) -> bool:
    """Tell whether a row is a key, such as `Country`, with one day after the other: a column for each."""
    first, *others = filled
    days = [cell for cell in others if isinstance(cell, datetime.date)]
    keyed = isinstance(first, str) and head_meaning(first) is not None
    return keyed and len(days) == len(others) > 1 and all(a.isoformat() < b.isoformat() for a, b in pairwise(days))


def _can_be_head(filled: Sequence[Cell]) -> bool:
    data = sum(map(_is_data, filled))
    return data * 2 <= len(filled) or _counts_up(filled) or _days_of_a_key(filled)


def _names_roles(filled: Sequence[Cell]) -> bool:
    """Tell whether a row names what a survey table has: a key with questions, or a key with another."""
    texts = [cell for cell in filled if isinstance(cell, str)]
    roles = {meaning.role for text in texts if (meaning := head_meaning(text))}
    keys = roles & _KEY_ROLES
    return len(keys) > 1 or (bool(keys) and sum(map(is_criterion_id, texts)) > 0)


def _is_surer(filled: Sequence[Cell], found: Sequence[Cell]) -> bool:
    """Tell whether a fuller row below the one that looks like the heads is one: that one names nothing.

    It begins with a word for a key, such as `Country`, and holds no numbers; or most of its cells are years.
    """
    if len(filled) <= len(found) or any(map(head_meaning, map(cell_text, found))):
        return False
    first = head_meaning(cell_text(filled[0]))
    if first is not None and first.role in _KEY_ROLES and not any(map(_is_data, filled)):
        return True
    periods = sum(map(says_period, map(cell_text, filled)))
    return periods > 1 and 2 * periods >= len(filled)


def _is_line(filled: Sequence[Cell]) -> bool:
    """Tell whether a row is a label and its value, as they stand above a table: `Contact: | Planning unit`."""
    return len(filled) == 2 and cell_text(filled[0]).endswith(":")


def find_header(sample: Sequence[GridRow]) -> int | None:
    """Return the index in the sample of the row of heads, or None when the table has none.

    It is the first row that is about as full as the fullest ones; a row that names roles, such as country and
    respondent, also when it stands above that one, is fuller, or is as full below one that names nothing. A first full
    row of numbers means: no heads.

    Example:
        >>> find_header([(1, ["Survey 2015", ""]), (3, ["Country", "Q1"]), (4, ["Jamaica", "3"])])
        1
    """
    rows = [_filled(cells) for _, cells in sample[:_ROWS]]
    fullest = max(map(len, rows), default=0)
    if fullest == 0:
        return None
    least = min(2, fullest)
    near = [i for i, filled in enumerate(rows) if len(filled) >= max(least, 0.6 * fullest)]
    first = next((i for i in near if fullest < 3 or not _is_line(rows[i])), near[0])
    named = any(isinstance(cell, str) and head_meaning(cell) for cell in rows[first][1:])
    for index, filled in enumerate(rows):
        more = len(filled) > len(rows[first]) or (len(filled) == len(rows[first]) and not named)
        full = more if index > first else len(filled) >= max(least, 0.5 * fullest)
        if full and (_names_roles(filled) or (index > first and _is_surer(filled, rows[first]))):
            return index
    return first if _can_be_head(rows[first]) else None
