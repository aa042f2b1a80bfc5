"""Tables of a report in Word: heads that repeat, rows that stay whole, an alternative text."""

from collections.abc import Iterator, Sequence

from attrs import frozen
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.reports import (
    Band,
    Bar,
    Cell,
    Column,
    Figure,
    FigureKind,
    Gauge,
    Heat,
    Lines,
    Row,
    RowGroup,
    Spread,
    Square,
    Style,
    Tally,
    Timeline,
    Track,
    Words,
)
from capbuild_docx.cells import Pen, table_cell
from capbuild_docx.colours import Ground
from capbuild_docx.shaded_cells import (
    TENTHS,
    TWENTIETHS,
    Step,
    band_steps,
    bar_labels,
    bar_steps,
    drawn_width,
    gauge_steps,
    spread_steps,
    stretch_steps,
    track_steps,
)
from capbuild_docx.xml import paragraph, run, w

__all__ = ["PAGE", "frame", "table", "table_row"]

#: Width of the text, in twentieths of a point.
PAGE = 9978
_STEP, _NAMES, _CALENDAR = 400, 1700, 3000
#: Names of countries beside squares, which leave them more room than a heat map.
_LONG_NAMES = 2400
#: Width of a step of what is drawn in a fixed number of steps.
_FINE = {TENTHS: 230, TWENTIETHS: 130}
#: Width of a bold letter of a head, and of the room beside it.
_LETTER, _PADDING = 105, 150
#: A column of words asks for no more letters than this.
_MOST = 44
#: Letters in a cell from which its row may break over pages.
_LONG = 700


def frame(
    style: str, widths: Sequence[int], rows: Sequence[BaseOxmlElement], title: str, words: str = ""
) -> BaseOxmlElement:
    """Return a table.

    Args:
        style: Id of its style; empty for no lines.
        widths: Widths of its columns, in twentieths of a point.
        rows: Its rows.
        title: What it is, for screen readers.
        words: What it shows, where its cells alone would not tell.
    """
    headed = int(any(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows))
    properties = w(
        "tblPr",
        w("tblStyle", val=style) if style else None,
        w("tblW", w=sum(widths), type="dxa"),
        w("tblLayout", type="fixed"),
        w("tblLook", firstRow=headed, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        w("tblCaption", val=title),
        w("tblDescription", val=words) if words else None,
    )
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in widths)), *rows)


def table_row(cells: Sequence[BaseOxmlElement], *, head: bool = False, breaks: bool = False) -> BaseOxmlElement:
    """Return a row; a head repeats on every page, and other rows stay whole unless they are long."""
    properties = w("trPr", None if breaks else w("cantSplit"), w("tblHeader") if head else None)
    return w("tr", properties if len(properties) else None, *cells)


@frozen(kw_only=True)
class _Grid:
    """Columns of a table after drawn columns have become several small ones.

    Attributes:
        spans: How many small columns each column takes.
        widths: Width of each small column.
        labels: What bars count.
    """

    spans: tuple[int, ...]
    widths: tuple[int, ...]
    labels: tuple[tuple[str, int | None], ...]

    def width(self, place: int) -> int:
        """Width of a column in all."""
        start = sum(self.spans[:place])
        return sum(self.widths[start : start + self.spans[place]])


def table(figure: Figure, groups: Sequence[RowGroup], pen: Pen, title: str) -> BaseOxmlElement:
    """Return a figure's table, or the part of it with some of its groups."""
    if figure.kind is FigureKind.HEAT:
        return _heat(figure, pen, title)
    grid = _grid(figure)
    rows = [table_row(list(_heads(figure, grid, pen)), head=True)]
    for group in groups:
        if group.title and len(figure.groups) > 1 and len(groups) > 1:
            rows.append(_group_row(group, grid, pen))
        rows += [_row(row, figure.columns, grid, pen) for row in group.rows]
    if figure.total is not None:
        rows.append(_row(figure.total, figure.columns, grid, pen, centred=figure.kind is FigureKind.NEEDS))
    return frame(pen.styles("table"), grid.widths, rows, title)


def _grid(figure: Figure) -> _Grid:
    if figure.kind is FigureKind.NEEDS:
        others = len(figure.columns) - 1
        widths = (_LONG_NAMES, *[(PAGE - _LONG_NAMES) // max(others, 1)] * others)
        return _Grid(spans=tuple(1 for _ in widths), widths=widths, labels=())
    labels = tuple(bar_labels(figure))
    rows = [*figure.rows, *([figure.total] if figure.total is not None else [])]
    spans, wants, least = [], [], []
    for place, column in enumerate(figure.columns):
        cells = [row.cells[place] for row in rows if place < len(row.cells)]
        span = max((drawn_width(cell, labels) for cell in cells), default=1)
        spans.append(span)
        # Numbers have all they need in their least width: what is left goes to words.
        wants.append(0 if span > 1 or (place and column.number) else _wanted(cells))
        least.append(0 if span > 1 else _least(column, cells))
    drawn = sum(_step_width(span, bool(labels)) * span for span in spans if span > 1)
    unit = max(PAGE - drawn - sum(least), 0) / max(sum(wants), 1)
    widths: list[int] = []
    for span, want, minimum in zip(spans, wants, least, strict=True):
        widths += [_step_width(span, bool(labels))] * span if span > 1 else [minimum + int(want * unit)]
    return _Grid(spans=tuple(spans), widths=tuple(widths), labels=labels)


def _least(column: Column, cells: Sequence[Cell]) -> int:
    """Width at which no word of a column's head breaks, and no number."""
    words = [*column.title.split(), *(cell.words for cell in cells if column.number and isinstance(cell, Words))]
    return _PADDING + _LETTER * min(max((len(word) for word in words), default=0), _MOST // 2)


def _step_width(span: int, counts: bool) -> int:
    if counts:
        return 780
    if span in _FINE:
        return _FINE[span]
    return _STEP if span <= 6 else _CALENDAR // span


def _wanted(cells: Sequence[Cell]) -> int:
    longest = max((len(line) for cell in cells for line in _texts(cell)), default=0)
    longest = max((c.marks + 4 for c in cells if isinstance(c, Tally)), default=longest)
    longest = 6 if any(isinstance(c, Square) for c in cells) else longest
    # A head may take several lines, for its words have room; sentences get twice what a name gets.
    sentences = longest > 2 * _MOST or any(isinstance(cell, Lines) for cell in cells)
    return min(max(longest, 1), 2 * _MOST if sentences else _MOST)


def _texts(cell: Cell) -> list[str]:
    return [line.words for line in cell.lines] if isinstance(cell, Lines) else [cell.words]


def _heads(figure: Figure, grid: _Grid, pen: Pen) -> Iterator[BaseOxmlElement]:
    start = 0
    for column, span in zip(figure.columns, grid.spans, strict=True):
        widths = grid.widths[start : start + span]
        start += span
        if span == 1:
            words = Words(text=column.title)
            centre = figure.kind is FigureKind.NEEDS and column is not figure.columns[0]
            style = "mark" if centre else "head"
            yield table_cell(*pen.lines(words, style, right=column.number, centre=centre), width=widths[0])
        elif grid.labels:
            yield from (_small_head(label, width, pen) for (label, _), width in zip(grid.labels, widths, strict=True))
        elif column.ticks and figure.kind is FigureKind.PLAN:
            yield from _months(column.ticks, widths[0], pen)
        elif len(column.ticks) == span:  # a column of levels that also holds values is as wide as its values
            yield from (_small_head(tick, width, pen) for tick, width in zip(column.ticks, widths, strict=True))
        else:
            yield table_cell(*pen.lines(Words(text=column.title), "head"), width=sum(widths), span=span)


def _months(ticks: Sequence[str], width: int, pen: Pen) -> Iterator[BaseOxmlElement]:
    """Heads of a calendar: each stands over the months up to the next one."""
    starts = [place for place, tick in enumerate(ticks) if tick] or [0]
    for start, end in zip(starts, [*starts[1:], len(ticks)], strict=True):
        text = paragraph(pen.styles("tiny"), run(ticks[start]))
        yield table_cell(text, width=width * (end - start), span=end - start, tight=True)


def _small_head(text: str, width: int, pen: Pen) -> BaseOxmlElement:
    style = pen.styles("mark" if len(text) <= 4 else "tiny")
    return table_cell(paragraph(style, run(text), before=(w("jc", val="center"),)), width=width, tight=True)


def _group_row(group: RowGroup, grid: _Grid, pen: Pen) -> BaseOxmlElement:
    return table_row(
        [table_cell(*pen.lines(Words(text=group.title), "head"), width=sum(grid.widths), span=len(grid.widths))]
    )


def _row(row: Row, columns: Sequence[Column], grid: _Grid, pen: Pen, centred: bool = False) -> BaseOxmlElement:
    cells: list[BaseOxmlElement] = []
    for place, cell in enumerate(row.cells):
        if centred and place:
            cells.append(table_cell(*pen.lines(Words(text=cell.words, style=Style.STRONG), centre=True)))
        else:
            cells += _cells(cell, grid, place, columns[place].number, pen)
    return table_row(cells, breaks=any(len(cell.words) > _LONG for cell in row.cells))


def _cells(cell: Cell, grid: _Grid, place: int, right: bool, pen: Pen) -> list[BaseOxmlElement]:
    width, span = grid.width(place), grid.spans[place]
    if isinstance(cell, Tally | Square):
        drawn = pen.tally(cell) if isinstance(cell, Tally) else pen.square(cell)
        return [table_cell(drawn, width=width, middle=True)]
    steps = _steps(cell, grid)
    if steps is not None and span > 1:
        return [pen.step(step, width // span * step.span) for step in steps]
    shown = cell if isinstance(cell, Words | Lines) else Words(text=cell.words)
    return [table_cell(*pen.lines(shown, right=right), width=width, span=span, middle=max(grid.spans) > 1)]


def _steps(cell: Cell, grid: _Grid) -> list[Step] | None:
    if isinstance(cell, Track):
        return track_steps(cell)
    if isinstance(cell, Band):
        return band_steps(cell)
    if isinstance(cell, Spread):
        return spread_steps(cell)
    if isinstance(cell, Gauge):
        return gauge_steps(cell)
    if isinstance(cell, Timeline):
        return stretch_steps(cell)
    return bar_steps(cell, grid.labels) if isinstance(cell, Bar) else None


def _heat(figure: Figure, pen: Pen, title: str) -> BaseOxmlElement:
    """A heat map: families over the numbers of their columns, and the figure in every cell."""
    first, *columns = figure.columns
    width = (PAGE - _NAMES) // max(len(columns), 1)
    rows = [
        table_row(
            [table_cell(*pen.lines(Words(text=first.title), "head"), width=_NAMES), *_families(columns, pen, width)],
            head=True,
        ),
        table_row([table_cell(width=_NAMES), *(_number(column, width, pen) for column in columns)], head=True),
    ]
    for row in figure.rows:
        name, *cells = row.cells
        head = name if isinstance(name, Words | Lines) else Words(text=name.words)
        drawn = [pen.step(_heat_step(cell), width, "tiny") for cell in cells]
        rows.append(table_row([table_cell(*pen.lines(head, "mark"), width=_NAMES, middle=True), *drawn]))
    return frame(pen.styles("table"), [_NAMES, *(width for _ in columns)], rows, title)


def _families(columns: Sequence[Column], pen: Pen, width: int) -> Iterator[BaseOxmlElement]:
    start = 0
    for place, column in enumerate(columns):
        if place + 1 == len(columns) or columns[place + 1].group != column.group:
            span = place + 1 - start
            text = paragraph(pen.styles("tiny"), run(column.group.strip(), bold=True))
            yield table_cell(text, width=width * span, span=span)
            start = place + 1


def _number(column: Column, width: int, pen: Pen) -> BaseOxmlElement:
    return table_cell(paragraph(pen.styles("tiny"), run(column.code), before=(w("jc", val="center"),)), width=width)


def _heat_step(cell: Cell) -> Step:
    if not isinstance(cell, Heat):
        return Step(text=cell.words)
    return Step(text=cell.text, ground=Ground(shade=cell.shade, open=cell.open), strong=cell.shade is not None)
