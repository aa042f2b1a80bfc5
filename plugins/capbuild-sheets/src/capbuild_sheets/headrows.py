"""The heads of a sheet: where they stand, over how many rows, and what each column's head is when joined."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.formats import find_header
from capbuild.formats.cells import cell_text
from capbuild.formats.folding import one_line
from capbuild.formats.headpair import is_pair, joined_pair
from capbuild.formats.heads import Role, head_meaning
from capbuild_sheets.across import columns_below_countries, head_of_countries
from capbuild_sheets.grids import grid_rows, to_cell
from capbuild_sheets.sheets import Cell, MergedRange, Row, Sheet

__all__ = ["Heads", "filled_cells", "find_heads", "joined_heads"]

_LOOK = 30
_KEYS = (Role.COUNTRY, Role.QUESTION, Role.RESPONDENT)
_JOINT = " - "


@frozen
class Heads:
    """Rows of heads, counted from 1; both are 0 for a table without heads.

    Attributes:
        top: First row of heads.
        bottom: Last row of heads.
    """

    top: int = 0
    bottom: int = 0


def filled_cells(row: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row that hold something other than white space."""
    return [cell for cell in row if cell is not None and not (isinstance(cell, str) and not cell.strip())]


def find_heads(sheet: Sheet) -> Heads | None:
    """Return the rows of heads of a sheet, None when none can be told.

    A row of countries above questions is one. Else the table engine finds the row; a row of texts right above numbers
    and dates is surer; merged ranges and group labels extend it up and down.
    """
    # A merged label makes its row as full as it looks; a merged title across the table does not.
    narrow = [m for m in sheet.merged if m.top <= _LOOK and m.right - m.left + 1 < 0.8 * sheet.width]
    rows = sheet.filled_by(narrow)[:_LOOK]
    across = head_of_countries(sheet.rows[:_LOOK])
    if across is not None:
        below = 2 if columns_below_countries(sheet.rows, across) else 1
        return Heads(_up(sheet, across + 1), across + below)
    found = find_header(list(grid_rows(rows, sheet.width)))
    if found is None:
        return None
    row = _above_values(rows, found)
    row = _repeated(rows, row) + 1
    pair = next((top for top in (row, row - 1) if _is_pair(sheet, top)), 0)
    if pair:
        return Heads(pair, pair + 1)
    bottom = _down(sheet, row)
    return Heads(_up(sheet, row), bottom)


def _is_pair(sheet: Sheet, top: int) -> bool:
    """Tell whether two rows without merged cells are heads, the lower one going on with the upper one."""
    if top < 1 or any(m.top <= top + 1 and m.bottom >= top for m in sheet.merged):
        return False
    after = next((row for row in sheet.rows[top + 1 : top + 4] if filled_cells(row)), ())
    return is_pair(*(list(map(to_cell, row)) for row in (_row(sheet, top), _row(sheet, top + 1), after)))


def _contrast(rows: Sequence[Row], index: int) -> int:
    """Count the columns where a text stands right above a number, a date or a truth value."""
    if index + 1 >= len(rows):
        return 0
    pairs = zip(rows[index], rows[index + 1], strict=False)
    return sum(isinstance(head, str) and cell is not None and not isinstance(cell, str) for head, cell in pairs)


def _above_values(rows: Sequence[Row], found: int) -> int:
    """Return a later row that is as full and stands above values, where the found one stands above texts only.

    A row that says `Question` or `Country` above its first column is one of heads, whatever its answers are.
    """
    first = next((cell for cell in filled_cells(rows[found])), None)
    meaning = head_meaning(first) if isinstance(first, str) else None
    if _contrast(rows, found) or (meaning is not None and meaning.role in _KEYS):
        return found
    least = len(filled_cells(rows[found]))
    for index in range(found + 1, min(found + 8, len(rows))):
        cells = filled_cells(rows[index])
        if any(not isinstance(cell, str) for cell in cells):
            return found
        if len(cells) >= least and _contrast(rows, index) > 1:
            return index
    return found


def _repeated(rows: Sequence[Row], found: int) -> int:
    """Return a later row that repeats most of the heads and is fuller: the real heads stand there."""
    heads = {cell for cell in filled_cells(rows[found]) if isinstance(cell, str)}
    for index in range(len(rows) - 1, found, -1):
        texts = {cell for cell in filled_cells(rows[index]) if isinstance(cell, str)}
        if len(heads) > 2 and len(texts) > len(heads) and len(texts & heads) >= 0.8 * len(heads):
            return index
    return found


def _texts_only(row: Sequence[Cell]) -> bool:
    cells = filled_cells(row)
    return bool(cells) and all(isinstance(cell, str) for cell in cells)


def _row(sheet: Sheet, number: int) -> Row:
    return sheet.rows[number - 1] if 0 < number <= len(sheet.rows) else ()


def _down(sheet: Sheet, row: int) -> int:
    """Return the last row of heads: merged heads reach down, group labels have the heads proper below them."""
    bottom = max([row, *(m.bottom for m in sheet.merged if m.top <= row <= m.bottom and m.bottom < row + 4)])
    while bottom < row + 3 and _continues(sheet, bottom):
        bottom += 1
    return bottom


def _continues(sheet: Sheet, bottom: int) -> bool:
    above, below = _row(sheet, bottom), _row(sheet, bottom + 1)
    if not _texts_only(below):
        return False
    if _in_brackets(below):
        return True
    wide = [m for m in sheet.merged if m.top <= bottom <= m.bottom and m.right > m.left]
    under = {c for m in wide for c in range(m.left, m.right + 1)}
    used = {c for c, cell in enumerate(below, start=1) if cell is not None}
    return bool(under) and used <= under | _blank(above, below) and len(used & under) > 1


def _in_brackets(row: Row) -> bool:
    """Tell whether a row only explains the one above, as `(in grams)` does."""
    texts = [str(cell).strip() for cell in filled_cells(row)]
    return bool(texts) and all(text.startswith("(") and text.endswith(")") for text in texts)


def _blank(above: Row, below: Row) -> set[int]:
    """Return the columns without a head above a cell of the row below."""
    return {c for c in range(1, len(below) + 1) if c > len(above) or above[c - 1] is None}


def _up(sheet: Sheet, row: int) -> int:
    """Return the first row of heads: rows of merged group labels right above belong to them, a title does not."""
    top = min([row, *(m.top for m in sheet.merged if m.top < row <= m.bottom and m.right == m.left)])
    if top > 1 and _in_brackets(_row(sheet, top)):
        top -= 1
    while top > 1 and _groups_above(sheet, top - 1):
        top -= 1
    return top


def _groups_above(sheet: Sheet, row: int) -> bool:
    wide = [m for m in sheet.merged if m.top == row and m.right > m.left and m.right - m.left + 1 < 0.8 * sheet.width]
    labelled = [m for m in wide if len(_row(sheet, row)) >= m.left and _row(sheet, row)[m.left - 1] is not None]
    return len(labelled) > 1 and _texts_only(_row(sheet, row))


def joined_heads(sheet: Sheet, heads: Heads) -> list[str]:
    """Return the head of each column: the texts above it from top to bottom, each once.

    A merged label counts for all columns it covers. Group labels that are not merged count for the column they
    stand above only, where nothing shows how far they reach.
    """
    width = sheet.width
    if heads.bottom == heads.top + 1 and _is_pair(sheet, heads.top):
        pair = (list(map(to_cell, _row(sheet, number))) for number in (heads.top, heads.bottom))
        names = joined_pair(*pair)
        return names + [""] * (width - len(names))
    stacks: list[list[str]] = [[] for _ in range(width)]
    covered = _covered(sheet.merged, heads)
    for number in range(heads.top, heads.bottom + 1):
        row = _row(sheet, number)
        for index, stack in enumerate(stacks):
            top, left = covered.get((number, index + 1), (number, index + 1))
            source = _row(sheet, top) if (top, left) != (number, index + 1) else row
            text = one_line(cell_text(to_cell(source[left - 1]))) if left <= len(source) else ""
            if text and text not in stack:
                stack.append(text)
    return [_JOINT.join(stack) for stack in stacks]


def _covered(merged: Sequence[MergedRange], heads: Heads) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each cell of the heads under a merged range where that range begins."""
    places = {}
    for area in merged:
        if heads.top <= area.top and area.bottom <= heads.bottom:
            for number in range(area.top, area.bottom + 1):
                for column in range(area.left, min(area.right, area.left + 2000) + 1):
                    places[number, column] = (area.top, area.left)
    return places
