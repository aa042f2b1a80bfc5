"""Sheets as grids and rows of the table engine."""

from collections.abc import Iterable, Iterator, Sequence

from capbuild.formats import Area, CellGrid, DayOrder, GridRow, day_order, split_fact
from capbuild_sheets.sheets import Row, Sheet

#: Rows of each sheet used to detect the order of day and month; at most those of a scan.
_ROWS_OF_DAYS = 500


def sheet_grid(file: str, sheet: Sheet, order: DayOrder | None = None) -> CellGrid:
    """Return a sheet as a `CellGrid`.

    Args:
        file: Name of the file.
        sheet: The sheet.
        order: Day and month order found elsewhere in the workbook.
    """
    rows = [[None if isinstance(c, str) and not c.strip() else c for c in row] for row in sheet.rows]
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
        yield number, [*row[:width], *[None] * (width - len(row))]
