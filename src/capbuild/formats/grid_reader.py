"""Build responses from a grid, for readers of single-table files."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePath

from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.engine import read_grids
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.options import TableOptions
from capbuild.formats.places import country_of_sheet
from capbuild.model import SheetReconciliation
from capbuild.plugins import ReadItem, ReadLimits


def bounded_rows(rows: Iterable[GridRow], file: str, limits: ReadLimits) -> Iterator[GridRow]:
    """Yield rows, and check the limits on cells and time.

    Raises:
        LimitError: There are more cells than the limits allow.
    """
    cells = 0
    for row in rows:
        cells += len(row[1])
        limits.check_cells(file, cells)
        yield row


def table_reader(grid: Grid, options: TableOptions, limits: ReadLimits) -> SheetReader | None:
    """Return the reader of a table.

    The result is None if the table is empty.

    Raises:
        LimitError: It has more cells than the limits allow.
    """
    rows: Iterable[GridRow] = bounded_rows(grid.rows, grid.file, limits)
    letters: list[int] = []
    if grid.keys is not None:
        options = grid.keys.options(options)
        first = next(iter(rows := iter(rows)), (1, ()))
        letters = [max(1, number - grid.keys.added) for number in range(1, len(first[1]) + 1)]
        rows = chain([first], rows)
    cells = CellGrid.of_text(
        grid.file,
        chain([(0, grid.headers)], rows) if grid.headers else rows,
        grid.sheet,
        letters=letters,
        semicolons=grid.semicolons,
        order=grid.order,
        headed=bool(grid.headers) or grid.keys is not None,
        flagged=grid.keys is not None,
    )
    if not cells.count or (grid.headers and len(cells.rows) == 1):
        return None
    place = (country_of_sheet(grid.sheet) if grid.sheet else None) or country_of_sheet(PurePath(grid.file).stem)
    return SheetReader(cells, options, limits, country=place or "")


def read_table(grid: Grid, options: TableOptions, limits: ReadLimits) -> Iterator[ReadItem]:
    """Yield the items of a table.

    Items are a draft questionnaire, responses and issues, and finally the reconciliation.

    Args:
        grid: The table.
        options: Options in force.
        limits: Limits in force.

    Raises:
        ReadError: The table cannot be read with these options.
        LimitError: It has more cells than the limits allow.

    Example:
        >>> rows = [(1, ["Country", "P1", "P2"]), (2, ["Jamaica", 3, None])]
        >>> form, response, account = read_table(Grid("a.xlsx", rows), TableOptions(), ReadLimits())
        >>> response.place, response["P1"].value, response["P2"].value.value, account.adds_up
        ('Jamaica', 3, 'no answer', True)
    """
    options.refuse_layout(grid.file)
    reader = table_reader(grid, options, limits)
    if reader is None:
        yield SheetReconciliation(sheet=grid.sheet or "", skipped="it is empty")
    else:
        yield from read_grids([reader], grid.file)
