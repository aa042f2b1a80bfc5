"""Number of countries at each level, as a table and a native chart."""

from typing import Any

from capbuild.reports import Bar, FigureKind, Segment
from capbuild_sheets.reporting.heat_map import select_figures
from capbuild_sheets.reporting.report_context import Making
from capbuild_sheets.writing import LEVELS, CellValue, Head, Page, Palette

_FONT = {"name": "Segoe UI", "size": 9, "color": Palette.INK}
_QUIET = {"name": "Segoe UI", "size": 9, "color": Palette.SECONDARY}


def level_fill(shade: int | None) -> dict[str, Any]:
    """Return the fill of a series: a level's colour, or stripes for open."""
    if shade is None:
        return {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": Palette.ABSENT, "bg_color": Palette.WHITE}}
    return {"fill": {"color": LEVELS[shade - 1][0]}}


def level_counts_page(making: Making) -> None:
    """Write the table and chart of countries by level of each indicator."""
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
        rows.append([name, text, *numbers, met.words if counts else making.say("withheld")])
    page = making.page("standing")
    heads = [
        Head(making.say("col.capacity"), width=10),
        Head(making.say("col.indicator"), width=38, style="wrap"),
        *(Head(label, width=9, style="number") for label, _ in series),
        Head(figure.columns[2].title, width=11),
    ]
    first, last = page.table("standing", heads, rows, freeze=2)
    if last >= first and series:  # If all rows are withheld, there is no series.
        _chart(making, page, series, (first, last))
    page.block(figure.caption, len(heads) - 1)


def _series(segments: list[Segment]) -> list[tuple[str, int | None]]:
    """Return series labels with shades, lowest level first, open last."""
    shades = {segment.label: segment.shade for segment in segments}
    return sorted(shades.items(), key=lambda pair: (pair[1] is None, pair[1] or 0))


def _chart(making: Making, page: Page, series: list[tuple[str, int | None]], rows: tuple[int, int]) -> None:
    first, last = rows
    chart = page.book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for place, (_, shade) in enumerate(series, start=2):
        chart.add_series(
            {
                "name": [page.name, first - 1, place],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, place, last, place],
                "border": {"color": Palette.RULE, "width": 0.5},
                "gap": 40,
                **level_fill(shade),
            }
        )
    title = making.say("chart.standing") + making.titled_notice
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
    title = making.say("chart.countries") + making.titled_notice
    dress(chart, title, rows=last - first + 1)
    page.sheet.insert_chart(first - 1, open_ + 1, chart, {"description": title, "object_position": 2})


def dress(chart: Any, title: str, rows: int) -> None:
    """Style a bar chart like the reports.

    First row on top, light axes, legend at the bottom.
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
