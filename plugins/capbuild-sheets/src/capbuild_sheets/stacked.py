"""Several tables on one sheet, one below the other."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from capbuild.formats.folding import fold_head
from capbuild_sheets.headrows import Heads, filled_cells
from capbuild_sheets.sheets import Row, Sheet

__all__ = ["Block", "blocks_below", "head_above"]


@frozen
class Block:
    """One table among several.

    Attributes:
        first_row: Its first row, with the lines that are its title.
        head: Its row of heads.
        last_row: Its last row.
    """

    first_row: int
    head: int
    last_row: int


def blocks_below(sheet: Sheet, heads: Heads) -> list[Block]:
    """Return the tables below the first one: behind a gap, a row of texts whose key has the head of the first key.

    A row that says the same heads again is none: it is the same table on its next page.

    Args:
        sheet: The sheet.
        heads: The heads of its first table.
    """
    starts = []
    for number in _with_key(sheet, heads, range(heads.bottom + 2, len(sheet.rows) + 1)):
        title = _title(sheet.rows, number)
        if title is not None:
            starts.append((title, number))
    ends = [*(start - 1 for start, _ in starts[1:]), len(sheet.rows)][: len(starts)]
    return [Block(start, head, end) for (start, head), end in zip(starts, ends, strict=True)]


def head_above(sheet: Sheet, heads: Heads) -> int | None:
    """Return the row of heads of the first table, where the heads that were found are those of a later, fuller one.

    Args:
        sheet: The sheet.
        heads: The heads that were found.
    """
    for number in _with_key(sheet, heads, range(1, heads.top - 2)):
        gap = next((n for n in range(number + 1, heads.top) if not filled_cells(sheet.rows[n - 1])), 0)
        title = _title(sheet.rows, heads.top)
        if gap > number + 1 and title is not None and title > gap:
            return number
    return None


def _with_key(sheet: Sheet, heads: Heads, numbers: range) -> Iterator[int]:
    """Yield those of some rows that are texts and whose key has the head of a table's key; other heads than its own."""
    top = sheet.rows[heads.bottom - 1] if 0 < heads.bottom <= len(sheet.rows) else ()
    key = next((i for i, cell in enumerate(top) if isinstance(cell, str) and cell.strip()), None)
    wanted = fold_head(str(top[key])) if key is not None else ""
    for number in numbers if key is not None else ():
        row = sheet.rows[number - 1]
        cell = row[key] if key is not None and len(row) > key else None
        if isinstance(cell, str) and fold_head(cell) == wanted and row != top and _only_texts(row):
            yield number


def _only_texts(row: Row) -> bool:
    cells = filled_cells(row)
    return len(cells) > 1 and all(isinstance(cell, str) for cell in cells)


def _title(rows: Sequence[Row], head: int) -> int | None:
    """Return the row on which a table begins: above its heads stand a line or two, and then a gap."""
    first = head
    while first > 1 and len(filled_cells(rows[first - 2])) == 1 and head - first < 3:
        first -= 1
    return first if first > 1 and not filled_cells(rows[first - 2]) else None
