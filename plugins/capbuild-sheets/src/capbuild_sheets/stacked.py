"""Several tables on one sheet, one below the other."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from capbuild.formats.folding import fold_head
from capbuild_sheets.headrows import Heads, filled_cells
from capbuild_sheets.places import country_column, names_country
from capbuild_sheets.sheets import Cell, Row, Sheet

__all__ = ["Block", "blocks_below", "head_above", "tables_apart"]


#: Rows of a sheet that people arrange; what is longer came out of a program, as one table.
_MOST_ROWS = 2000
#: Lines of title that a table has above its heads.
_TITLES = 3


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

    A row that says the same heads again is the same table on its next page, unless it stands below a title of its own
    and above the same keys again.

    Args:
        sheet: The sheet.
        heads: The heads of its first table.
    """
    starts = []
    for number in _with_key(sheet, heads, range(heads.bottom + 2, len(sheet.rows) + 1)):
        title = _title(sheet.rows, number)
        same = sheet.rows[number - 1] == sheet.rows[heads.bottom - 1]
        if title is not None and (not same or (title < number and _same_keys(sheet.rows, heads.bottom, number))):
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
        if sheet.rows[number - 1] == sheet.rows[heads.bottom - 1]:
            continue
        gap = next((n for n in range(number + 1, heads.top) if not filled_cells(sheet.rows[n - 1])), 0)
        title = _title(sheet.rows, heads.top)
        if gap > number + 1 and title is not None and title > gap:
            return number
    return None


@frozen
class Apart:
    """What stands below one another on a sheet: tables whose heads differ.

    Attributes:
        blocks: The tables, each with all rows up to the next.
        unread: First row of what looks like a further table, of texts alone and without countries; 0 for none.
    """

    blocks: tuple[Block, ...]
    unread: int = 0


def tables_apart(sheet: Sheet) -> Apart | None:
    """Return tables below one another whose heads differ; None where the sheet does not show that it has some.

    Each stands behind a gap, with its title at most above its heads. One of them names countries in a column; the
    others do too, or have numbers or dates right below their heads.

    Args:
        sheet: The sheet.
    """
    if len(sheet.rows) > _MOST_ROWS:
        return None
    found: list[tuple[int, int, str]] = []
    for first, last in _runs(sheet.rows):
        head, kind = _head_in(sheet.rows, first, last)
        known = {tuple(map(fold_head, _texts(sheet.rows[h - 1]))) for _, h, k in found if k}
        if kind and tuple(map(fold_head, _texts(sheet.rows[head - 1]))) not in known:
            found.append((first, head, kind))
    if not found or found[0][2] == _TEXTS or not any(kind == _COUNTRIES for _, _, kind in found):
        return None
    unread = next((first for first, _, kind in found if kind == _TEXTS), 0)
    tables = [(first, head) for first, head, _ in found if not unread or first < unread]
    if len(tables) + bool(unread) < 2:
        return None
    end = unread - 1 if unread else len(sheet.rows)
    ends = [*(first - 1 for first, _ in tables[1:]), end]
    return Apart(tuple(Block(first, head, last) for (first, head), last in zip(tables, ends, strict=True)), unread)


_COUNTRIES, _VALUES, _TEXTS = "countries", "values", "texts"


def _runs(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of each run of rows without a blank one."""
    first = 0
    for number, row in enumerate(rows, start=1):
        filled = bool(filled_cells(row))
        if filled and not first:
            first = number
        elif not filled and first:
            yield first, number - 1
            first = 0
    if first:
        yield first, len(rows)


def _head_in(rows: Sequence[Row], first: int, last: int) -> tuple[int, str]:
    """Return the row of heads in a run of rows and what stands below it; 0 and nothing for rows that are no table."""
    head = first
    while head < last and len(filled_cells(rows[head - 1])) == 1:
        head += 1
    texts = _texts(rows[head - 1])
    body = [row for row in rows[head:last] if len(filled_cells(row)) > 1]
    if head - first > _TITLES or not _only_texts(rows[head - 1]) or any(map(names_country, texts)) or not body:
        return 0, ""
    names = [cell if isinstance(cell, str) else "" for cell in rows[head - 1]]
    named = country_column(names, body)
    if named is not None and len({row[named] for row in body if named < len(row)}) > 1:
        return head, _COUNTRIES
    pairs = zip(rows[head - 1], rows[head], strict=False)
    if any(_is_head(above) and below is not None and not isinstance(below, str) for above, below in pairs):
        return head, _VALUES
    return (head, _TEXTS) if len(body) > 1 and head > first else (0, "")


def _texts(row: Row) -> list[str]:
    return [cell for cell in row if isinstance(cell, str) and cell.strip()]


def _with_key(sheet: Sheet, heads: Heads, numbers: range) -> Iterator[int]:
    """Yield those of some rows that are texts and whose key has the head of a table's key."""
    top = sheet.rows[heads.bottom - 1] if 0 < heads.bottom <= len(sheet.rows) else ()
    key = next((i for i, cell in enumerate(top) if isinstance(cell, str) and cell.strip()), None)
    wanted = fold_head(str(top[key])) if key is not None else ""
    for number in numbers if key is not None else ():
        row = sheet.rows[number - 1]
        cell = row[key] if key is not None and len(row) > key else None
        if isinstance(cell, str) and fold_head(cell) == wanted and _only_texts(row):
            yield number


def _only_texts(row: Row) -> bool:
    cells = filled_cells(row)
    return len(cells) > 1 and isinstance(cells[0], str) and all(map(_is_head, cells))


def _is_head(cell: Cell) -> bool:
    """Tell whether a cell is a text or a year."""
    return isinstance(cell, str) or (isinstance(cell, int) and not isinstance(cell, bool) and 1900 <= cell <= 2100)


def _same_keys(rows: Sequence[Row], first: int, second: int) -> bool:
    """Tell whether the rows right below two rows of heads, up to a gap, begin with the same words."""
    return bool(keys := _keys(rows, first)) and keys == _keys(rows, second)


def _keys(rows: Sequence[Row], head: int) -> list[str]:
    found = []
    for row in rows[head:]:
        cells = filled_cells(row)
        if not cells:
            break
        if len(cells) > 1:
            found.append(fold_head(str(cells[0])))
    return found


def _title(rows: Sequence[Row], head: int) -> int | None:
    """Return the row on which a table begins: above its heads stand a line or two, and then a gap."""
    first = head
    while first > 1 and len(filled_cells(rows[first - 2])) == 1 and head - first < 3:
        first -= 1
    return first if first > 1 and not filled_cells(rows[first - 2]) else None
