"""Conversion of workbook cells to table-engine cells."""

from collections.abc import Iterable, Iterator, Sequence

from capbuild.formats import Area, CellGrid, DayOrder, ErrorCell, GridRow, day_order, split_fact
from capbuild.formats import Cell as TableCell
from capbuild_sheets.sheets import Cell, CellError, Formula, Row, Sheet

__all__ = ["grid_rows", "order_of_days", "sheet_grid", "to_cell"]

#: Rows of each sheet used to detect the order of day and month; at most those of a scan.
_ROWS_OF_DAYS = 500


def to_cell(cell: Cell) -> TableCell:
    """Return a cell for the table engine.

    Errors and formulas without a result are unreadable, never blank.

    Example:
        >>> to_cell(CellError("#N/A")).why, to_cell(3)
        ('it is an error of the spreadsheet, not a value', 3)
    """
    if isinstance(cell, CellError):
        return ErrorCell(cell.code, "it is an error of the spreadsheet, not a value")
    if isinstance(cell, Formula):
        return ErrorCell(cell.text, "its formula was saved without a result: open the file and save it again")
    return cell


def sheet_grid(file: str, sheet: Sheet, order: DayOrder | None = None) -> CellGrid:
    """Return a sheet as a `CellGrid`.

    Args:
        file: Name of the file.
        sheet: The sheet.
        order: Day and month order found elsewhere in the workbook.
    """
    rows = [[None if isinstance(c, str) and not c.strip() else to_cell(c) for c in row] for row in sheet.rows]
    areas = tuple(Area(m.top - 1, m.left - 1, m.bottom - 1, m.right - 1) for m in sheet.merged)
    return CellGrid.of_sheet(file, rows, sheet.name, merged=areas, order=order)


def order_of_days(sheets: Iterable[Sheet]) -> DayOrder | None:
    """Return the order of day and month in text dates of the first rows."""
    rows = (row for sheet in sheets for row in sheet.rows[:_ROWS_OF_DAYS])
    texts = (split_fact(cell)[1] or cell.strip() for row in rows for cell in row if isinstance(cell, str))
    return day_order(text for text in texts if 6 <= len(text) <= 12)


def grid_rows(rows: Sequence[Row], width: int) -> Iterator[GridRow]:
    """Yield rows for the table engine, padded or cut to one width.

    Args:
        rows: Rows of a sheet.
        width: Number of cells in each row.
    """
    for number, row in enumerate(rows, start=1):
        cells = [to_cell(cell) for cell in row[:width]]
        cells.extend([None] * (width - len(cells)))
        yield number, cells
