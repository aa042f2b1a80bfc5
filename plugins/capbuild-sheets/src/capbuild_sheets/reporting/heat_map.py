"""Heat map sheet of levels by country and capacity."""

from collections.abc import Sequence
from itertools import groupby

from attrs import frozen

from capbuild.frozen import FrozenMap
from capbuild.reports import Cell, Column, Figure, FigureKind, Heat, KeyItem, Report, Words, make_page_link
from capbuild_sheets.reporting.report_context import Making
from capbuild_sheets.writing import CellValue, Page, put

_NAME = 28
_CELL = 4.4
_HEAD = 205.0
_ROW = 18.0
#: Characters of a rotated header that fit above its cells.
_TITLE = 42


@frozen
class HeatRange:
    """Position of the heat map, for lookup formulas.

    Attributes:
        sheet: Name of the sheet.
        top: First row with a country, from 0.
        bottom: Last row with a country.
        columns: Ids and titles of the columns from the second on.
        first: Values of the first country row, name first.
        shades: Shade by figure, if the figures are levels; empty for a numeric scale.
    """

    sheet: str
    top: int
    bottom: int
    columns: tuple[tuple[str, str], ...]
    first: tuple[CellValue, ...]
    shades: FrozenMap[str, int]


def select_figures(report: Report, kind: FigureKind) -> list[Figure]:
    """Return the figures of one kind in a report."""
    return [figure for figure in report.figures if figure.kind is kind]


def heat_page(making: Making) -> HeatRange | None:
    """Write the heat map; return its position, None if there is none."""
    figures = select_figures(making.report, FigureKind.HEAT)
    if not figures:
        return None
    page = making.page("heat")
    write_key(page, figures[0].key)
    columns = [column for figure in figures for column in figure.columns[1:]]
    _write_group_headers(page, figures[0].columns[0], columns)
    top = page.row
    first: tuple[CellValue, ...] = ()
    for parts in zip(*(figure.rows for figure in figures), strict=True):
        written = _row(making, page, [part.cells for part in parts])
        first = first or written
    page.sheet.freeze_panes(top, 1)
    page.sheet.repeat_rows(top - 2, top - 1)
    bottom = page.row - 1
    page.row += 1
    page.block(figures[-1].caption, len(columns))
    titles = tuple((column.id, column.title.removeprefix(column.id).strip()) for column in columns)
    shades = {item.code: item.shade for item in figures[0].key if item.code.isdigit() and item.shade is not None}
    return HeatRange(page.name, top, bottom, titles, first, FrozenMap(shades))


def _row(making: Making, page: Page, parts: Sequence[Sequence[Cell]]) -> tuple[CellValue, ...]:
    """Write a country's row; return its values."""
    head = parts[0][0]
    code = head.link.removeprefix(make_page_link("profile")) if isinstance(head, Words) else ""
    written: list[CellValue] = [making.names.get(code, head.words)]
    put(page.sheet, page.row, 0, written[0], page.styles("heat.name"))
    for place, cell in enumerate((cell for part in parts for cell in part[1:]), start=1):
        written.append(_cell(page, place, cell))
    page.sheet.set_row(page.row, _ROW)
    page.row += 1
    return tuple(written)


def _write_group_headers(page: Page, first: Column, columns: Sequence[Column]) -> None:
    """Write group headers over rotated titles."""
    sheet, styles = page.sheet, page.styles
    place = 1
    for group, members in groupby(columns, key=lambda column: column.group):
        width = len(list(members))
        if width > 1:
            sheet.merge_range(page.row, place, page.row, place + width - 1, "", styles("heat.group"))
        put(sheet, page.row, place, group.strip("\u00a0 "), styles("heat.group"))
        place += width
    sheet.set_row(page.row, 30)
    page.row += 1
    put(sheet, page.row, 0, first.title, styles("head"))
    for place, column in enumerate(columns, start=1):
        title = column.title if len(column.title) <= _TITLE else column.title[: _TITLE - 1].rstrip() + "…"
        put(sheet, page.row, place, title, styles("heat.head"))
    sheet.set_row(page.row, _HEAD)
    sheet.set_column(0, 0, _NAME)
    sheet.set_column(1, len(columns), _CELL)
    page.row += 1


def _cell(page: Page, column: int, cell: Cell) -> CellValue:
    value: CellValue = cell.words
    style = page.styles("heat.none")
    if isinstance(cell, Heat):
        value = cell.text if cell.value is None else cell.value
        if cell.open:
            style = page.styles("heat.open")
        elif cell.shade is not None:
            style = page.styles.level(cell.shade)
    put(page.sheet, page.row, column, value, style)
    return value


def write_key(page: Page, key: Sequence[KeyItem]) -> None:
    """Write the colour legend, one cell per entry."""
    for item in key:
        style = page.styles("heat.open")
        if item.shade is not None:
            style = page.styles.level(item.shade)
        elif item.mark == "plain":
            style = page.styles("heat.none")
        put(page.sheet, page.row, 0, f"{item.code} {item.text}".strip(), style)
        page.row += 1
    page.row += 1
