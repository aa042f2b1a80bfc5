"""Any report as a workbook: each of its figures is a table, in its own words, on the sheet of its section."""

from capbuild.reports import Cell, Column, Figure, Heat, ReportSection, TileMap, Words
from capbuild_sheets.reporting.making import Making
from capbuild_sheets.writing import CellValue, Head

__all__ = ["figure_pages"]

#: Widths of columns, in characters, by what they hold.
_NUMBER, _SHORT, _LONG = 13.0, 22.0, 46.0


def figure_pages(making: Making) -> None:
    """Write a sheet for each section that shows figures."""
    for section in making.report.sections:
        figures = [block for block in section.blocks if isinstance(block, Figure | TileMap)]
        if figures:
            _page(making, section, figures)


def _page(making: Making, section: ReportSection, figures: list[Figure | TileMap]) -> None:
    page = making.book.page(section.title, lead=section.lead)
    making.sheets.append((page.name, section.lead))
    for number, figure in enumerate(figures):
        heads, rows = _map_rows(figure) if isinstance(figure, TileMap) else _figure_rows(figure)
        page.table(figure.id, heads, rows, freeze=1 if number == 0 else -1)
        page.block(figure.caption, max(len(heads) - 1, 1))
        page.row += 1


def _map_rows(figure: TileMap) -> tuple[list[Head], list[list[CellValue]]]:
    heads = [Head(title, width=_SHORT) for title in figure.heads]
    return heads, [[tile.name, tile.spoken] for tile in figure.tiles]


def _figure_rows(figure: Figure) -> tuple[list[Head], list[list[CellValue]]]:
    """Rows of a figure, with the head of their group before them where there are groups."""
    grouped = any(group.title for group in figure.groups)
    heads = [Head(figure.columns[0].group or "\u00a0", width=_SHORT, style="wrap")] if grouped else []
    heads += [_head(column, place) for place, column in enumerate(figure.columns)]
    rows: list[list[CellValue]] = []
    for group in figure.groups:
        for row in group.rows:
            before: list[CellValue] = [group.title] if grouped else []
            rows.append([*before, *(_cell(cell) for cell in row.cells)])
    return heads, rows


def _head(column: Column, place: int) -> Head:
    if column.number:
        return Head(column.title, width=_NUMBER, style="decimal")
    return Head(column.title, width=_LONG if place == 0 else _SHORT, style="wrap")


def _cell(cell: Cell) -> CellValue:
    if isinstance(cell, Heat) and cell.value is not None:
        return cell.value
    if isinstance(cell, Words) and not cell.before and not cell.after and cell.text.isdigit():
        return int(cell.text)
    return cell.words
