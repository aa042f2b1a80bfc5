"""Several tables on one sheet, one below the other."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.formats.folding import fold_head
from capbuild_sheets.headrows import Heads, filled_cells
from capbuild_sheets.sheets import Row, Sheet

__all__ = ["Block", "blocks_below"]


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
    top = sheet.rows[heads.bottom - 1] if 0 < heads.bottom <= len(sheet.rows) else ()
    key = next((i for i, cell in enumerate(top) if isinstance(cell, str) and cell.strip()), None)
    if key is None:
        return []
    wanted = fold_head(str(top[key]))
    starts = []
    for number in range(heads.bottom + 2, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        if len(row) > key and isinstance(row[key], str) and fold_head(str(row[key])) == wanted and row != top:
            title = _title(sheet.rows, number)
            if title is not None and _only_texts(row):
                starts.append((title, number))
    ends = [*(start - 1 for start, _ in starts[1:]), len(sheet.rows)][: len(starts)]
    return [Block(start, head, end) for (start, head), end in zip(starts, ends, strict=True)]


def _only_texts(row: Row) -> bool:
    cells = filled_cells(row)
    return len(cells) > 1 and all(isinstance(cell, str) for cell in cells)


def _title(rows: Sequence[Row], head: int) -> int | None:
    """Return the row on which a table begins: above its heads stand a line or two, and then a gap."""
    first = head
    while first > 1 and len(filled_cells(rows[first - 2])) == 1 and head - first < 3:
        first -= 1
    return first if first > 1 and not filled_cells(rows[first - 2]) else None
