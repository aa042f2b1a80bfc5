"""Data of native charts, from figures of reports."""

from collections import Counter

from attrs import frozen

from capbuild.reports import Bar, Figure, Heat, Lines, Square, Tally, Track, Words

#: Colours of levels from lowest to highest, of open ranges, of losses, and of what steps would add.
LEVELS = ("E8F2F7", "B2D5E9", "73AFD1", "2B6F9C", "124064")
OPEN, LOST, LIFTED = "D3DBE1", "A64A18", "FFFFFF"


@frozen(kw_only=True)
class Series:
    """Chart series: one number for each category.

    Attributes:
        name: Its name.
        values: The numbers.
        colour: Colour of the bars.
        labels: Labels on the bars; the numbers when empty.
        colours: Colour of each bar; `colour` for all when empty.
    """

    name: str
    values: tuple[int, ...]
    colour: str
    labels: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


@frozen(kw_only=True)
class Chart:
    """Data of a stacked bar chart.

    Attributes:
        categories: Names of the bars.
        series: Stacked parts of the bars.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]


def make_chart(figure: Figure) -> Chart | None:
    """Return a figure's chart, None where tables suit better."""
    rows = [row.cells for row in figure.rows]
    cells = [cell for row in rows for cell in row[1:]]
    if any(isinstance(cell, Bar) for cell in cells):
        return _chart_countries(figure)
    if any(isinstance(cell, Track) for cell in cells):
        return _stack_levels(figure)
    if any(isinstance(cell, Tally) for cell in cells):
        return _chart_changes(figure)
    if any(isinstance(cell, Square) for cell in cells):
        return _chart_needs(figure)
    return _chart_levels(figure) if figure.id == "strip" else None


def _name(cell: object) -> str:
    return cell.text if isinstance(cell, Words) else str(getattr(cell, "words", ""))


def _chart_countries(figure: Figure) -> Chart:
    """Return the chart of countries by level.

    Each area has a bar.
    """
    bars = [(_name(row.cells[0]), next(c for c in row.cells if isinstance(c, Bar))) for row in figure.rows]
    filled = [(name, bar) for name, bar in bars if bar.segments]
    shades: dict[str, int | None] = {}
    for _, bar in filled:
        shades |= {part.label: part.shade for part in bar.segments}
    ordered = sorted(shades, key=lambda label: shades[label] or 9)
    series = [
        Series(
            name=label,
            values=tuple(sum(part.count for part in bar.segments if part.label == label) for _, bar in filled),
            colour=OPEN if (shade := shades[label]) is None else LEVELS[shade - 1],
        )
        for label in ordered
    ]
    return Chart(categories=tuple(name for name, _ in filled), series=tuple(series))


def _stack_levels(figure: Figure) -> Chart:
    """Return the chart of area levels.

    It shows open ranges or missing steps.
    """
    column = next(n for row in figure.rows for n, cell in enumerate(row.cells) if isinstance(cell, Track))
    titles = {item.mark: item.text for item in figure.key}
    pairs = [(row.cells[0], row.cells[column]) for row in figure.rows]
    tracks = [(first, track) for first, track in pairs if isinstance(track, Track)]
    shown = [track for _, track in tracks]
    head = figure.columns[column].title
    sure = Series(
        name=titles.get("chip", head),
        values=tuple(track.lowest if track.settled else 0 for track in shown),
        colour=LEVELS[3],
        labels=tuple(track.codes[track.lowest - 1] for track in shown),
        colours=tuple(_find_colour(track.lowest, len(track.codes)) for track in shown),
    )
    # An open range is never drawn as a level: the part below it is transparent.
    below = Series(name="", values=tuple(0 if track.settled else track.lowest - 1 for track in shown), colour="")
    more = Series(
        name=titles.get("range", head),
        values=tuple(
            (track.lifted or track.lowest) - track.lowest if track.settled else track.highest - track.lowest + 1
            for track in shown
        ),
        colour=LIFTED if all(track.settled for track in shown) else OPEN,
        labels=tuple(
            track.codes[(track.lifted or track.lowest) - 1]
            if track.settled
            else f"{track.codes[track.lowest - 1]}–{track.codes[track.highest - 1]}"
            for track in shown
        ),
    )
    aim = next((heading.title for heading in figure.columns if heading.id == "target"), "")
    names = tuple(f"{_name_row(first)}{_describe_target(track, aim)}" for first, track in tracks)
    return Chart(categories=names, series=tuple(series for series in (sure, below, more) if any(series.values)))


def _name_row(first: object) -> str:
    return first.lines[-1].text if isinstance(first, Lines) else _name(first)


def _describe_target(track: Track, title: str) -> str:
    """Describe a target beside a bar's name.

    PowerPoint's bars have no mark for a target. The result is empty without one.
    """
    return f" ({title} {track.codes[track.target - 1]})" if title and track.target is not None else ""


def _find_colour(order: int, levels: int) -> str:
    """Return a level's colour, by its place among all."""
    return LEVELS[round((order - 1) * (len(LEVELS) - 1) / max(levels - 1, 1))]


def _chart_changes(figure: Figure) -> Chart:
    """Return the chart of criteria gained and lost."""
    columns = [n for n, column in enumerate(figure.columns) if column.id in ("gained", "lost")]
    series = [
        Series(
            name=figure.columns[n].title,
            values=tuple(_number(row.cells[n]) for row in figure.rows),
            colour=LEVELS[4] if figure.columns[n].id == "gained" else LOST,
        )
        for n in columns
    ]
    return Chart(categories=tuple(_name(row.cells[0]) for row in figure.rows), series=tuple(series))


def _number(cell: object) -> int:
    digits = "".join(filter(str.isdigit, str(getattr(cell, "text", ""))))
    return int(digits or 0)


def _chart_needs(figure: Figure) -> Chart:
    """Return the chart of countries by need."""
    counts = [
        sum(isinstance(cell := row.cells[n], Square) and cell.size > 0 for row in figure.rows)
        for n in range(1, len(figure.columns))
    ]
    names = tuple(column.title for column in figure.columns[1:])
    title = figure.columns[0].title
    return Chart(categories=names, series=(Series(name=title, values=tuple(counts), colour=LEVELS[3]),))


def _chart_levels(figure: Figure) -> Chart:
    """Return the chart of a figure with areas by level."""
    cells = [cell for cell in next(iter(figure.rows)).cells if isinstance(cell, Heat)]
    codes = [item.code for item in figure.key]
    # Any range is counted under the range that the key has for all.
    ranges = next((item.code for item in figure.key if item.mark == "hatch"), "")
    counts = Counter(cell.text if cell.text in codes else ranges for cell in cells)
    names = [(item.code, f"{item.code} {item.text}".strip(" ·")) for item in figure.key]
    return Chart(
        categories=tuple(name for _, name in names),
        series=(
            Series(
                name=figure.columns[0].title or _name(next(iter(figure.rows)).cells[0]),
                values=tuple(counts.get(code, 0) for code, _ in names),
                colour=LEVELS[3],
                colours=tuple(OPEN if item.shade is None else LEVELS[item.shade - 1] for item in figure.key),
            ),
        ),
    )
