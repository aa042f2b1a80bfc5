"""Column widths from text, without broken words or lost columns."""

from collections.abc import Sequence

from capbuild.reports import (
    Band,
    Bar,
    Cell,
    Figure,
    FigureKind,
    Gauge,
    Lines,
    Spread,
    Square,
    Tally,
    Timeline,
    Track,
    Words,
)

#: Letters of the table's size that fit a line of the page.
_LINE = 104
#: Width of such a letter, in points.
_LETTER = 4.8
#: A column asks for no more letters than this.
_MOST = 64
#: Letters that the bars ask for.
_BAR = 56
#: A row longer than this may break over pages.
_LONG = 700

_STEP, _MARK, _EDGE, _PADDING = 23.25, 18.75, 4.5, 8.0
#: Distance of words from a number before them, beyond the padding.
_APART = 8.0
_BAND = 116.0
_NAMES = 88.0
_CALENDAR, _GAUGE = 186.0, 124.0
#: Room of one mark of a tally, small where there are many; room of its number; marks that are drawn large.
_MARK_STEP, _SMALL_STEP, _NUMBER, _MARKS = 8.25, 5.25, 15.0, 14


def find_fixed_width(figure: Figure, place: int) -> float:
    """Return a drawn column's width in points, 0 if flexible."""
    if figure.kind is FigureKind.HEAT:
        return _NAMES if place == 0 else 0.0
    if figure.kind in (FigureKind.NEEDS, FigureKind.CHANGE) and place == 0:
        return _NAMES + _PADDING
    cells = [row.cells[place] for row in figure.rows if place < len(row.cells)]
    if any(isinstance(cell, Timeline) for cell in cells):
        return _CALENDAR + _PADDING
    if any(isinstance(cell, Gauge) for cell in cells):
        return _GAUGE + _PADDING
    marks = max((cell.marks for cell in cells if isinstance(cell, Tally)), default=0)
    if marks:
        least = _LETTER * max(len(word) for word in figure.columns[place].title.split())
        return max(marks * measure_marks(figure) + _NUMBER, least) + _PADDING
    counts = [len(cell.codes) for cell in cells if isinstance(cell, Track)]
    tracks = _EDGE + (max(counts) - 1) * _STEP + _MARK if counts else 0.0
    bands = _BAND if any(isinstance(cell, Band | Spread) for cell in cells) else 0.0
    return max(tracks, bands) + _PADDING if tracks or bands else 0.0


def measure_marks(figure: Figure) -> float:
    """Return a tally mark's width in points, or 0."""
    most = max((cell.marks for row in figure.rows for cell in row.cells if isinstance(cell, Tally)), default=0)
    return 0.0 if not most else _MARK_STEP if most <= _MARKS else _SMALL_STEP


def measure_hanging(figure: Figure) -> float:
    """Return hanging codes' width in points, 0 if too long."""
    headers = (row.cells[0] for row in figure.rows if row.cells)
    longest = max((len(cell.before) for cell in headers if isinstance(cell, Words)), default=0)
    return longest * 4.7 + 6 if 0 < longest <= 10 else 0.0


def is_drawn(cell: Cell) -> bool:
    """True if a cell is drawn.

    Texts beside a drawn cell are centred vertically.
    """
    return isinstance(cell, Track | Band | Bar | Tally | Square | Timeline | Spread | Gauge)


def is_long(cells: Sequence[Cell]) -> bool:
    """True if a row may exceed a page's rest."""
    return any(len(_get_text(cell)) > _LONG or (isinstance(cell, Lines) and len(cell.lines) > 12) for cell in cells)


def _get_text(cell: Cell) -> str:
    return "" if isinstance(cell, Track | Band | Timeline) else cell.words


def compute_shares(figure: Figure) -> list[float]:
    """Return the share of each flexible column, in letters.

    Short columns get their full width. Long ones share the rest by a root of their content, so that a column of
    sentences does not squeeze one of titles. Where room is short, headers may take two lines.
    """
    wants = [_measure_wanted(figure, place, column.title) for place, column in enumerate(figure.columns)]
    room = _LINE - sum(find_fixed_width(figure, place) for place in range(len(wants))) / _LETTER
    if sum(wants) <= room:
        return wants
    wants = [
        _measure_wanted(figure, place, _find_longer_line(column.title)) for place, column in enumerate(figure.columns)
    ]
    if sum(wants) <= room:
        wants[wants.index(max(wants))] += room - sum(wants)
        return wants
    long = [place for place, want in enumerate(wants) if want > room / len(wants)]
    left = max(room - sum(want for place, want in enumerate(wants) if place not in long), room / 4)
    # A code that hangs before the first column takes its own room there.
    hung = measure_hanging(figure) / _LETTER if 0 in long and figure.kind is FigureKind.EVIDENCE else 0.0
    weights = {place: _measure_mass(figure, place) ** 0.4 for place in long}
    total, rest = sum(weights.values()) or 1.0, max(left - hung, left / 2)
    given = {place: rest * weight / total + (left - rest) * (place == 0) for place, weight in weights.items()}
    return [given.get(place, want) for place, want in enumerate(wants)]


def _find_longer_line(title: str) -> str:
    """Return the longer line of a header split into two."""
    words = title.split()
    ways = ((" ".join(words[:place]), " ".join(words[place:])) for place in range(len(words)))
    return min((max(way, key=len) for way in ways), key=len, default="")


def _measure_wanted(figure: Figure, place: int, head: str) -> float:
    """Return the letters a column needs, with an unbroken header."""
    if find_fixed_width(figure, place):
        return 0.0
    cells = [row.cells[place] for row in figure.rows if place < len(row.cells)]
    if any(isinstance(cell, Bar) for cell in cells):
        return float(_BAR)
    longest = max((len(line) for cell in cells for line in _list_lines(cell)), default=0)
    # A header is bold, half a letter wider; words behind a number keep away from it.
    columns = figure.columns
    apart = _APART / _LETTER if place and columns[place - 1].number and not columns[place].number else 0.0
    return float(min(max(longest, len(head) + 0.5, 4) + 1.5 + apart, _MOST))


def _list_lines(cell: Cell) -> list[str]:
    return [line.words for line in cell.lines] if isinstance(cell, Lines) else [_get_text(cell)]


def _measure_mass(figure: Figure, place: int) -> float:
    sizes = [min(len(_get_text(row.cells[place])), 400) for row in figure.rows if place < len(row.cells)]
    return max(sum(sizes) / max(len(sizes), 1), 12.0)
