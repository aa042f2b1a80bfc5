"""The top of a table: its heads, what stands beside them, and where its data begin."""

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from capbuild.errors import ReadError
from capbuild.formats.cells import cell_text
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.header import find_header
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.labels import IDS, find_codes, find_import_ids, find_labels, find_numbering, with_pair
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.formats.places import is_code, is_row_of_data, names_country
from capbuild.model import Severity

__all__ = ["TableTop", "find_top"]


@frozen(eq=False)
class TableTop:
    """What the first rows of a table are.

    Attributes:
        sample: The rows, those of heads joined where there are two.
        head: The row of heads, None when there is none.
        below: The rows below the heads and what belongs to them.
        labels: A row beside the heads that spells them out; None without.
        apart: The rows beside the heads that are no data, by number, with what they do.
    """

    sample: tuple[GridRow, ...]
    head: GridRow | None
    below: Sequence[GridRow]
    labels: GridRow | None = None
    apart: Mapping[int, str] = field(factory=dict)


def find_top(grid: Grid, sample: Sequence[GridRow], options: TableOptions, log: IssueLog) -> TableTop:
    """Return what the first rows of a table are.

    Args:
        grid: The table.
        sample: Its first rows.
        options: Options in force.
        log: Takes what is doubtful about the heads.

    Raises:
        ReadError: The options name a row of heads that the table does not have.
    """
    rows = list(sample)
    if grid.heads:  # heads that are given apart stand above the first row
        return TableTop(tuple(rows), (0, grid.heads), rows)
    index = _header_index(grid, rows, options, log)
    if index is None:
        return TableTop(tuple(rows), None, rows)
    if options.header_row is None:
        rows, index = with_pair(rows, index)
    if grid.sheet is None:
        rows[index] = _with_row_names(rows[index], rows[index + 1 :])
    codes = find_codes(rows, index) if options.header_row is None or grid.sheet is not None else None
    index = index if codes is None else codes
    head, below = rows[index], rows[index + 1 :]
    ids = find_import_ids(below)
    if ids is not None:  # what stands between them spells the heads out
        labels, last = (below[0] if ids else None), ids + 1
    else:
        labels = rows[index - 1] if codes is not None else find_labels(head[1], below)
        last = 1 if labels and codes is None else 0
    apart = {labels[0]: "spells the heads out"} if labels else {}
    if ids is not None:
        apart[below[ids][0]] = IDS
    numbering = find_numbering(head[1], below[last:])
    if numbering is not None:
        apart[numbering] = "numbers the columns"
    return TableTop(tuple(rows), head, below[last + (numbering is not None) :], labels, apart)


def _with_row_names(head: GridRow, below: Sequence[GridRow]) -> GridRow:
    """Return the heads, with a blank one in front where all rows begin with a name that has no head, as R writes them.

    Every row has one cell more than there are heads, and where the heads say country stands the number of the row.
    """
    number, heads = head
    full = [cells for _, cells in below if cells]
    place = next((i for i, cell in enumerate(heads) if _says_country(cell_text(cell))), -1)
    if place < 0 or not full or any(len(cells) != len(heads) + 1 for cells in full):
        return head
    here, beside = ([cell_text(cells[i]) for cells in full] for i in (place, place + 1))
    fits = sum(map(_names_country, beside)) >= 0.8 * len(full) and not any(map(_names_country, here))
    return (number, ["", *heads]) if fits else head


def _says_country(head: str) -> bool:
    meaning = head_meaning(head)
    return meaning is not None and meaning.role is Role.COUNTRY


def _names_country(text: str) -> bool:
    return names_country(text) or is_code(text)


def _found_header(grid: Grid, sample: Sequence[GridRow], log: IssueLog) -> int | None:
    """Return where the heads are; None where the first row that holds something is as much data as those below it."""
    index = find_header(sample)
    above = sample[: index or 0]
    if index is None or any(cell_text(cell) for _, cells in above for cell in cells):
        return index
    number, cells = sample[index]
    if not is_row_of_data(cells, sample[index + 1 :]):
        return index
    message = "the table has no heads: its first row names a country as those below it do, and is read as data"
    remedy = f'name the columns, as in columns = {{ "column 2" = "..." }}; header_row = {number} takes it for heads'
    log.add("CB114", Severity.WARNING, message, row=number, remedy=remedy)
    return None


def _header_index(grid: Grid, sample: Sequence[GridRow], options: TableOptions, log: IssueLog) -> int | None:
    if options.header_row is None:
        return _found_header(grid, sample, log)
    if options.header_row == 0:
        return None
    for index, (number, cells) in enumerate(sample):
        if number == options.header_row and len(cells):
            return index
    raise ReadError(
        f"row {options.header_row} holds no heads",
        code="CB116",
        origin=grid.origin(options.header_row),
        remedy="correct header_row: rows count from 1, as an editor does",
    )
