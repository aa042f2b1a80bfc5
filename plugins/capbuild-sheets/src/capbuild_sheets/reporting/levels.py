"""Sheet of one country's levels, as filled cells."""

from capbuild.reports import Cell, FigureKind, Row, RowGroup, Track, Words
from capbuild_sheets.reporting.heat_map import select_figures
from capbuild_sheets.reporting.report_context import Making
from capbuild_sheets.writing import Page, put


def levels_page(making: Making) -> None:
    """Write each indicator with its level.

    A settled level is a filled cell; an open one is a striped range.
    """
    figures = select_figures(making.report, FigureKind.LEVELS)
    if not figures:
        return
    figure = figures[0]
    page = making.page("levels", landscape=False)
    ticks = figure.columns[1].ticks
    titles = [making.say("col.capacity"), figure.columns[0].title, *ticks, *(c.title for c in figure.columns[2:])]
    widths = [9.0, 42.0, *(5.0 for _ in ticks), 30.0, 18.0, 18.0]
    page.set_widths(widths)
    page.write(titles, ["head.upright" if title in ticks else "head" for title in titles])
    page.sheet.freeze_panes(page.row, 2)
    page.sheet.repeat_rows(page.row - 1)
    for group in figure.groups:
        _group(page, group, len(titles), len(ticks))
    page.row += 1
    page.block(figure.caption, len(titles) - 1)


def _group(page: Page, group: RowGroup, width: int, steps: int) -> None:
    if group.title:
        page.write_heading(group.title, width, "section", 24)
    for row in group.rows:
        _row(page, row, steps)
        page.row += 1


def _row(page: Page, row: Row, steps: int) -> None:
    head, track, *rest = row.cells
    code, title = (head.before, head.text) if isinstance(head, Words) else ("", head.words)
    put(page.sheet, page.row, 0, code, page.styles("code"))
    put(page.sheet, page.row, 1, title, page.styles("wrap"))
    for step in range(1, steps + 1):
        _step(page, track, step)
    for place, cell in enumerate(rest, start=steps + 2):
        put(page.sheet, page.row, place, cell.words, page.styles(_style(cell)))


def _step(page: Page, track: Cell, step: int) -> None:
    style, text = page.styles("step"), None
    if isinstance(track, Track) and track.lowest <= step <= track.highest:
        shade = 1 + round((step - 1) * 4 / max(len(track.codes) - 1, 1))
        style = page.styles.level(shade) if track.settled else page.styles("heat.open")
        text = track.codes[step - 1]
    put(page.sheet, page.row, step + 1, text, style)


def _style(cell: Cell) -> str:
    if isinstance(cell, Words) and cell.style.value in ("open", "lacking", "strong", "quiet"):
        return cell.style.value
    return "wrap"
