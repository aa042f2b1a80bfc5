"""Raw cells of workbooks, for forms that came back."""

from collections.abc import Iterable

from capbuild.formats import Cell, NumberStyle, Quantity, cell_text, count_indent, read_number, split_unit
from capbuild.plugins import CellTable, InputFile
from capbuild_sheets.sheets import Place, Sheet
from capbuild_sheets.workbook import open_workbook


def cell_tables(source: InputFile) -> Iterable[CellTable]:
    """Return the cells of every sheet of a workbook."""
    for sheet in open_workbook(source).sheets:
        rows = (tuple(_whole_text(cell) for cell in row) for row in sheet.rows)
        spaces = {(row, column): count_indent(cell) for row, column, cell in sheet.cells()}
        indents = {
            place: depth for place, count in spaces.items() if (depth := count + sheet.indents.get(Place(*place), 0))
        }
        yield CellTable(sheet.name, rows, indents, _mark_rows(sheet))


def _mark_rows(sheet: Sheet) -> dict[int, str]:
    """Return hidden rows and rows with a struck cell."""
    struck = {place.row: "struck through" for place in sheet.struck if sheet.cell(place) is not None}
    runs = (*sheet.unseen.rows, *sheet.unseen.filtered)
    return struck | {row: "hidden" for run in runs for row in range(run.first, run.last + 1)}


def _whole_text(cell: Cell) -> str:
    """Return a cell as text with all its digits.

    A number format may display fewer digits, such as `$1,021` for 1020.55.
    """
    if not isinstance(cell, Quantity):
        return cell_text(cell)
    shown = split_unit(cell.shown, words=True)
    if shown is not None and read_number(shown[0], NumberStyle(".", seen=True)) == cell.counted:
        return cell.shown
    return f"{cell.counted:.15g} {cell.unit}"
