"""Several tables on one sheet, one beside the other."""

from collections.abc import Sequence

from attrs import evolve

from capbuild.countries import resolve
from capbuild.errors import CountryError
from capbuild.formats.cells import cell_text
from capbuild.formats.folding import fold_head, fold_word, one_line
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.vocabulary import words
from capbuild.model import Response, SheetReconciliation
from capbuild.origin import column_letters
from capbuild.plugins import ReadItem
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import Heads, filled_cells
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sheets import Cell, Row, Sheet

__all__ = ["legend_beside", "moved", "tables_beside", "title_of", "titled"]

_KEYS = (Role.COUNTRY, Role.QUESTION)
#: Rows among which such a word is looked for, and columns that a legend has at most.
_TOP, _NARROW = 15, 3


def tables_beside(sheet: Sheet, heads: Heads, names: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first and the last column, from 1, of each of several tables; nothing for one table.

    Each begins with the head of the first one's key, behind a blank column or where it is a country or a question,
    and names other things in some row: where all rows name the same, it is one table that repeats its key.

    Args:
        sheet: The sheet.
        heads: Its rows of heads.
        names: The joined heads.

    Example:
        >>> rows = (("Country", "Q1", None, "Country", "Q1"), ("Cuba", 1, None, "Peru", 2))
        >>> tables_beside(Sheet(name="S", rows=rows), Heads(1, 1), [str(cell or "") for cell in rows[0]])
        [(1, 3), (4, 5)]
    """
    last = [fold_head(name.rpartition(" - ")[2]) for name in names]
    first = next((i for i, name in enumerate(last) if name), None)
    if first is None:
        return []
    meaning = head_meaning(last[first])
    is_key = meaning is not None and meaning.role in _KEYS
    starts, filled = [first], None
    for index in range(first + 1, len(last) - 1):
        if last[index] != last[first] or not last[index + 1] or index - starts[-1] < 2:
            continue  # first, since a sheet may have 16,384 columns and a million rows
        if not is_key and filled is None:
            filled = _filled(sheet.rows[heads.top - 1 :])
        if is_key or (not last[index - 1] and filled is not None and index - 1 not in filled):
            starts.append(index)
    if len(starts) < 2 or not _differ(sheet.rows[heads.bottom :], starts[0], starts[1:]):
        return []
    ends = [*(start for start in starts[1:]), len(names)]
    return [(start + 1, end) for start, end in zip([0, *starts[1:]], ends, strict=True)]


def legend_beside(sheet: Sheet) -> int:
    """Return the first column, from 1, of a legend to the right of a table, behind a blank column; 0 for none.

    Example:
        >>> legend_beside(Sheet(name="S", rows=(("Country", "Level", None, "Legend"), ("Cuba", 2, None, 0, "none"))))
        4
    """
    for row in sheet.rows[:_TOP]:
        for index, cell in enumerate(row[3:], start=3):
            if not isinstance(cell, str) or fold_head(cell) not in words("legend") or row[index - 1] is not None:
                continue
            blank = all(len(other) < index or other[index - 1] is None for other in sheet.rows)
            if blank and sheet.width - index <= _NARROW:
                return index + 1
    return 0


def _filled(rows: Sequence[Row]) -> set[int]:
    """Return the columns in which something stands; each cell is looked at once, however many tables there may be."""
    return {column for row in rows for column, cell in enumerate(row) if filled_cells((cell,))}


def _differ(rows: Sequence[Row], first: int, others: Sequence[int]) -> bool:
    """Tell whether each other column of keys names another thing than the first one in some row, or goes on below it.

    Args:
        rows: Rows below the heads.
        first: The first column of keys.
        others: The others, rising: a row that is too short for one is not looked at for the next.
    """
    for other in others:
        rows = [row for row in rows if len(row) > other]
        if not any(_key(row, first) != said for row in rows if (said := _key(row, other))):
            return False
    return True


def _key(row: Row, column: int) -> str:
    cell: Cell = row[column] if column < len(row) else None
    text = cell_text(to_cell(cell))
    try:
        return resolve(text).country.alpha_2 if text else ""
    except CountryError:
        return fold_word(text)


def moved(item: ReadItem, columns: int) -> ReadItem:
    """Return what was read from a table that stands some columns further right than it was read.

    A response is then named by its first cell, since one of the table beside it has the same row.
    """
    if isinstance(item, SheetReconciliation):
        return evolve(item, columns=[evolve(column, column=column.column + columns) for column in item.columns])
    name = item.id if isinstance(item, Response) else ""
    if columns and name.endswith(f":{item.origin.row}" if isinstance(item, Response) and item.origin else "\0"):
        sheet, _, row = name.rpartition(":")
        name = f"{sheet}:{column_letters(columns + 1)}{row}"
    return relocated(
        item,
        lambda origin: evolve(origin, column=origin.column + columns) if origin.column else origin,
        lambda _origin: name,
    )


def titled(item: ReadItem, title: str) -> ReadItem:
    """Return a response of one table among several with that table's title in its made name: `Police, row 4`."""
    if not title or not isinstance(item, Response) or item.respondent is None:
        return item
    who = item.respondent
    if who.pseudonym != f"row {item.origin.row if item.origin else None}":
        return item
    return evolve(item, respondent=evolve(who, pseudonym=f"{title}, {who.pseudonym}"))


def title_of(sheet: Sheet, first_row: int, heads: Heads) -> str:
    """Return the last line of one cell that stands above the heads of a table; empty where none does."""
    for row in reversed(sheet.rows[first_row - 1 : max(heads.top - 1, 0)]):
        cells = filled_cells(row)
        if len(cells) == 1 and isinstance(cells[0], str):
            return one_line(cells[0])
        if len(cells) > 1:
            break
    return ""
