"""Layout as CSS classes, without style attributes.

Positions are grid columns, counts are flex factors.
"""

from collections.abc import Sequence

from capbuild.reports import (
    Band,
    Bar,
    Column,
    Figure,
    Gauge,
    Heat,
    Lines,
    Report,
    Spread,
    Square,
    Tally,
    Timeline,
    Track,
    Words,
)

#: Macro that draws each kind of cell.
CELLS: dict[type, str] = {
    cell: cell.__name__.lower()
    for cell in (Words, Lines, Track, Band, Heat, Bar, Tally, Square, Timeline, Spread, Gauge)
}

#: Cells per line on a phone: two families of up to five share a line, or one takes it all.
_HALF, _LINE = 5, 11


def list_bar_classes(report: Report) -> list[int]:
    """Return the counts of bars, each a CSS class."""
    return sorted(
        {
            segment.count
            for figure in report.figures
            for row in figure.rows
            for cell in row.cells
            if isinstance(cell, Bar)
            for segment in cell.segments
        }
    )


def make_calendar_classes(report: Report) -> str:
    """Return the CSS classes of calendars, by number of steps."""
    totals = {len(column.ticks) for f in report.figures if f.kind.value == "plan" for column in f.columns}
    totals.discard(0)
    grids = "".join(
        f".t{n}{{grid-template-columns:repeat({n},minmax(0,1fr));background-size:{300 / n:.4f}% 100%}}"
        for n in sorted(totals)
    )
    most = max(totals, default=0)
    widths = "".join(f".months .w{n}{{grid-column-end:span {n}}}" for n in range(1, most + 1))
    ends = "".join(f".months .e{n}{{grid-column:1/{n + 1}}}" for n in range(1, most + 1))
    return grids + widths + ends


def make_place_classes(columns: int, rows: int) -> str:
    """Return CSS classes of grid positions, `x0` and `y0` upwards."""
    across = "".join(f".x{n}{{grid-column:{n + 1}}}" for n in range(columns))
    return across + "".join(f".y{n}{{grid-row:{n + 1}}}" for n in range(rows))


def _group_families(columns: Sequence[Column]) -> list[list[int]]:
    groups: list[list[int]] = []
    for number, column in enumerate(columns):
        if not groups or columns[groups[-1][-1]].group != column.group:
            groups.append([])
        groups[-1].append(number)
    return groups


def make_heat_classes(figure: Figure) -> list[str]:
    """Return the classes of a heat row's cells.

    They give a cell's position on a phone, and mark the start of a family.
    """
    columns = figure.columns[1:]
    groups = _group_families(columns)
    paired = all(len(group) <= _HALF for group in groups)
    classes: list[str] = []
    line = 0
    for number, group in enumerate(groups):
        left = number % 2 == 0 or not paired
        line += left
        start = 1 if left else _HALF + 3
        for position, _ in enumerate(group):
            wrapped, across = divmod(position, _HALF if paired else _LINE)
            names = [f"px{start + across}", f"py{line + wrapped}"]
            if position == 0 and number:
                names.append("first")
            classes.append(" ".join(names))
        line += 0 if paired else (len(group) - 1) // _LINE
    return classes


def make_heat_headers(figure: Figure) -> list[tuple[str, int, bool]]:
    """Return the headers of heat map families.

    Each is a title, a number of columns, and True if a gap separates it from the previous one.
    """
    columns = figure.columns[1:]
    return [(columns[group[0]].group, len(group), group[0] > 0) for group in _group_families(columns)]
