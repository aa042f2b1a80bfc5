"""Sheets of levels.

They are a heat map by country and capacity, one country's levels, and the number of countries at each level.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from attrs import frozen

from capbuild.frozen import FrozenMap
from capbuild.reports import (
    Bar,
    Cell,
    Column,
    Figure,
    FigureKind,
    Heat,
    KeyItem,
    Report,
    Row,
    RowGroup,
    Segment,
    Track,
    Words,
    make_page_link,
)
from capbuild_workbooks.reporting.overview_sheet import Making
from capbuild_workbooks.writing import LEVELS, CellValue, Head, Page, Palette, put

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
    """Write the heat map; return its position, or None."""
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
    for position, cell in enumerate((cell for part in parts for cell in part[1:]), start=1):
        written.append(_cell(page, position, cell))
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


def levels_page(making: Making) -> None:
    """Write each indicator with its level.

    A settled level is a filled cell, an open one a striped range.
    """
    figures = select_figures(making.report, FigureKind.LEVELS)
    if not figures:
        return
    figure = figures[0]
    page = making.page("levels", landscape=False)
    ticks = figure.columns[1].ticks
    titles = [making.t("col.capacity"), figure.columns[0].title, *ticks, *(c.title for c in figure.columns[2:])]
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
        _country_row(page, row, steps)
        page.row += 1


def _country_row(page: Page, row: Row, steps: int) -> None:
    head, track, *rest = row.cells
    code, title = (head.before, head.text) if isinstance(head, Words) else ("", head.words)
    put(page.sheet, page.row, 0, code, page.styles("code"))
    put(page.sheet, page.row, 1, title, page.styles("wrap"))
    for step in range(1, steps + 1):
        _step(page, track, step)
    for position, cell in enumerate(rest, start=steps + 2):
        put(page.sheet, page.row, position, cell.words, page.styles(_style(cell)))


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


_FONT = {"name": "Segoe UI", "size": 9, "color": Palette.INK}

_QUIET = {"name": "Segoe UI", "size": 9, "color": Palette.SECONDARY}


def level_fill(shade: int | None) -> dict[str, Any]:
    """Return the fill of a chart series: colour or stripes.

    Stripes are for open levels, whose shade is None.
    """
    if shade is None:
        return {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": Palette.ABSENT, "bg_color": Palette.WHITE}}
    return {"fill": {"color": LEVELS[shade - 1][0]}}


def level_counts_page(making: Making) -> None:
    """Write table and chart of countries by indicator level."""
    figures = select_figures(making.report, FigureKind.COUNTS)
    if not figures:
        return
    figure = figures[0]
    bars = [(row.cells[0], row.cells[1], row.cells[2]) for row in figure.rows]
    series = _series([segment for _, bar, _ in bars if isinstance(bar, Bar) for segment in bar.segments])
    rows: list[list[CellValue]] = []
    for head, bar, met in bars:
        counts = {s.label: s.count for s in bar.segments} if isinstance(bar, Bar) else {}
        numbers: list[CellValue] = [counts.get(label, 0) if counts else None for label, _ in series]
        name, text = getattr(head, "before", "") or "", getattr(head, "text", head.words)
        rows.append([name, text, *numbers, met.words if counts else making.t("withheld")])
    page = making.page("standing")
    headers = [
        Head(making.t("col.capacity"), width=10),
        Head(making.t("col.indicator"), width=38, style="wrap"),
        *(Head(label, width=9, style="number") for label, _ in series),
        Head(figure.columns[2].title, width=11),
    ]
    first, last = page.table("standing", headers, rows, freeze=2)
    if last >= first and series:  # If all rows are withheld, there is no series.
        _chart(making, page, series, (first, last))
    page.block(figure.caption, len(headers) - 1)


def _series(segments: list[Segment]) -> list[tuple[str, int | None]]:
    """Return series labels with shades, lowest level first, open last."""
    shades = {segment.label: segment.shade for segment in segments}
    return sorted(shades.items(), key=lambda pair: (pair[1] is None, pair[1] or 0))


def _chart(making: Making, page: Page, series: list[tuple[str, int | None]], rows: tuple[int, int]) -> None:
    first, last = rows
    chart = page.book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for position, (_, shade) in enumerate(series, start=2):
        chart.add_series(
            {
                "name": [page.name, first - 1, position],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, position, last, position],
                "border": {"color": Palette.RULE, "width": 0.5},
                "gap": 40,
                **level_fill(shade),
            }
        )
    title = making.t("chart.standing") + making.titled_notice
    dress(chart, title, rows=last - first + 1)
    column = len(series) + 3
    page.sheet.insert_chart(first - 1, column, chart, {"description": title, "object_position": 2})


def countries_chart(making: Making, page: Page, columns: tuple[int, int, int], rows: tuple[int, int]) -> None:
    """Draw settled and open criteria by country.

    Args:
        making: Shared state of the sheets.
        page: The sheet with the countries.
        columns: Columns of names, settled criteria, and open criteria (a helper column).
        rows: First and last row.
    """
    names, settled, open_ = columns
    first, last = rows
    chart = page.book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, shade in ((settled, 4), (open_, None)):
        chart.add_series(
            {
                "name": [page.name, first - 1, column],
                "categories": [page.name, first, names, last, names],
                "values": [page.name, first, column, last, column],
                "border": {"color": Palette.RULE, "width": 0.5},
                "gap": 40,
                **level_fill(shade),
            }
        )
    title = making.t("chart.countries") + making.titled_notice
    dress(chart, title, rows=last - first + 1)
    page.sheet.insert_chart(first - 1, open_ + 1, chart, {"description": title, "object_position": 2})


def dress(chart: Any, title: str, rows: int) -> None:
    """Style a bar chart like the reports.

    The first row is on top, axes are light, and the legend is at the bottom.
    """
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _QUIET})
    line = {"color": Palette.HAIRLINE}
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "line": line, "major_tick_mark": "none"})
    chart.set_x_axis(
        {
            "num_font": _QUIET,
            "major_gridlines": {"visible": True, "line": {**line, "width": 0.5}},
            "line": {"none": True},
            "label_position": "high",
        }
    )
    chart.set_chartarea({"border": {"none": True}, "fill": {"color": Palette.WHITE}})
    chart.set_plotarea({"fill": {"color": Palette.WHITE}})
    chart.set_size({"width": 600, "height": 130 + 20 * rows})
