"""From the cells of a workbook to those of the table engine."""

from collections.abc import Iterator, Sequence

from capbuild.formats.cells import Cell as TableCell
from capbuild.formats.cells import Unreadable
from capbuild.formats.grid import GridRow
from capbuild_sheets.sheets import Cell, CellError, Formula, Row

__all__ = ["grid_rows", "to_cell"]


def to_cell(cell: Cell) -> TableCell:
    """Return a cell as the table engine takes it: errors and unsolved formulas are unreadable, never blank.

    Example:
        >>> to_cell(CellError("#N/A")).why, to_cell(3)
        ('it is an error of the spreadsheet, not a value', 3)
    """
    if isinstance(cell, CellError):
        return Unreadable(cell.code, "it is an error of the spreadsheet, not a value")
    if isinstance(cell, Formula):
        return Unreadable(cell.text, "its formula was saved without a result: open the file and save it again")
    return cell


def grid_rows(rows: Sequence[Row], width: int, first: int = 1) -> Iterator[GridRow]:
    """Yield rows for the table engine, all of one width.

    Args:
        rows: Rows of a sheet.
        width: Cells each row shall have.
        first: Number of the first row.
    """
    for number, row in enumerate(rows, start=first):
        cells = [to_cell(cell) for cell in row[:width]]
        cells.extend([None] * (width - len(cells)))
        yield number, cells
