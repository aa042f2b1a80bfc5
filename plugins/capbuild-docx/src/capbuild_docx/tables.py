"""Word tables with repeated headers, whole rows and alternative texts."""

import textwrap
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
from capbuild_docx.cells import TextWriter, make_cell
from capbuild_docx.shaded_cells import (
    TENTHS,
    TWENTIETHS,
    ShadedCell,
    count_cells,
    list_bar_labels,
    shade_band,
    shade_bar,
    shade_gauge,
    shade_spread,
    shade_timeline,
    shade_track,
)
from capbuild_docx.xml import CellColour, paragraph, run, w

#: Width of the text, in twentieths of a point.
PAGE = 9978
_STEP, _NAMES, _CALENDAR = 400, 1700, 3000
#: Names of countries beside squares, which leave them more room than a heat map.
_LONG_NAMES = 2400
#: Width of a step of drawings with a fixed number of steps.
_FINE = {TENTHS: 230, TWENTIETHS: 130}
#: Width of a bold letter of a header in the widest font of an office without Calibri, and in Calibri; extra width of a
#: wide letter, and the room beside a word.
_LETTER, _NARROW, _WIDE, _PADDING = 125, 95, 55, 150
#: Width of a letter of a small mark, in the widest font.
_SMALL = 95
#: Most of the room of words that headers may ask for in a wide font.
_MOST_HEADS = 0.6
#: A column of words asks for no more letters than this.
_MOST = 44
#: Height of a row to fill in, and letters of width that a column of it needs.
_BLANK, _BY_HAND = 800, 24
#: Letters of a number with the words behind it that stay on one line.
_PHRASE = 14
#: Least number of letters in a cell for its row to break over pages.
_LONG = 700


def make_frame(
    style: str, widths: Sequence[int], rows: Sequence[BaseOxmlElement], title: str, words: str = ""
) -> BaseOxmlElement:
    """Return a table.

    Args:
        style: Id of its style; empty for no lines.
        widths: Widths of its columns, in twentieths of a point.
        rows: Its rows.
        title: Title, for screen readers.
        words: Description of the content, if cells alone are not enough.
    """
    headed = int(any(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows))
    looks = {"firstRow": headed, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
    properties = w(
        "tblPr",
        w("tblStyle", val=style) if style else None,
        w("tblW", w=sum(widths), type="dxa"),
        w("tblLayout", type="fixed"),
        # LibreOffice reads the bits, Word the attributes.
        w("tblLook", val=f"{0x0600 + 0x20 * headed:04X}", **looks),
        w("tblCaption", val=title),
        w("tblDescription", val=words) if words else None,
    )
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in widths)), *rows)


def make_row(
    cells: Sequence[BaseOxmlElement], *, head: bool = False, breaks: bool = False, blank: bool = False
) -> BaseOxmlElement:
    """Return a row.

    Header rows (`head`) repeat on each page, rows stay on one page unless `breaks`, and `blank` rows have room to write
    in.
    """
    height = w("trHeight", val=_BLANK, hRule="atLeast") if blank else None
    properties = w("trPr", None if breaks else w("cantSplit"), height, w("tblHeader") if head else None)
    return w("tr", properties if len(properties) else None, *cells)


@frozen(kw_only=True)
class _Grid:
    """Columns of a table.

    A drawn column is split into several small ones.

    Attributes:
        spans: How many small columns each column takes.
        widths: Width of each small column.
        labels: Names of the counted groups.
    """

    spans: tuple[int, ...]
    widths: tuple[int, ...]
    labels: tuple[tuple[str, int | None], ...]

    def width(self, place: int) -> int:
        """Total width of a column."""
        start = sum(self.spans[:place])
        return sum(self.widths[start : start + self.spans[place]])


def make_table(figure: Figure, groups: Sequence[RowGroup], pen: TextWriter, title: str) -> BaseOxmlElement:
    """Return the table of a figure, or of some groups."""
    if figure.kind is FigureKind.HEAT:
        return _make_heat_table(figure, pen, title)
    grid = _make_grid(figure)
    rows = [make_row(list(_make_header_rows(figure, grid, pen)), head=True)]
    for group in groups:
        if group.title:
            rows.append(_make_group_row(group, grid, pen))
        rows += [_make_table_row(row, figure.columns, grid, pen) for row in group.rows]
    if figure.total is not None:
        rows.append(_make_table_row(figure.total, figure.columns, grid, pen, centred=figure.kind is FigureKind.NEEDS))
    return make_frame(pen.styles("table"), grid.widths, rows, title)


def _make_grid(figure: Figure) -> _Grid:
    if figure.kind is FigureKind.NEEDS:
        others = len(figure.columns) - 1
        even = (_LONG_NAMES, *[(PAGE - _LONG_NAMES) // max(others, 1)] * others)
        return _Grid(spans=tuple(1 for _ in even), widths=even, labels=())
    labels = tuple(list_bar_labels(figure))
    rows = [*figure.rows, *([figure.total] if figure.total is not None else [])]
    spans, wants, short, tight = [], [], [], []
    for position, column in enumerate(figure.columns):
        cells = [row.cells[position] for row in rows if position < len(row.cells)]
        span = max((count_cells(cell, labels) for cell in cells), default=1)
        spans.append(span)
        # Numbers have enough room in their least width: the rest goes to words.
        wants.append(0 if span > 1 or (position and column.number) else _measure_wanted(cells))
        short.append(0 if span > 1 else _measure_least(column, cells, _LETTER, names=not position))
        tight.append(0 if span > 1 else _measure_least(column, cells, _NARROW, names=not position))
    drawn = sum(_measure_steps(span, counts=bool(labels)) * span for span in spans if span > 1)
    room = PAGE - drawn
    # Long headers leave sentences their room: beside them they have that of the narrow font that the document names.
    least = tight if max(wants, default=0) > _MOST and sum(short) > _MOST_HEADS * room else short
    unit = max(room - sum(least), 0) / max(sum(wants), 1)
    scale = min(1, room / max(sum(least), 1))
    widths: list[int] = []
    for span, want, minimum in zip(spans, wants, least, strict=True):
        widths += (
            [_measure_steps(span, counts=bool(labels))] * span if span > 1 else [int(minimum * scale + want * unit)]
        )
    return _Grid(spans=tuple(spans), widths=tuple(widths), labels=labels)


def _measure_least(column: Column, cells: Sequence[Cell], letter: int, *, names: bool) -> int:
    """Return the least width that keeps words whole.

    These are the words of headers and, with `names`, of cells, as well as marks and numbers. A long phrase behind a
    number may take two lines.
    """
    words = column.title.split()
    words += [word for cell in cells if names for text in _list_texts(cell) for word in text.split()]
    words += [f"{'#' * cell.marks} {cell.text}" for cell in cells if isinstance(cell, Tally)]
    for cell in cells if column.number else ():
        if isinstance(cell, Words):
            parts = textwrap.wrap(cell.after, len(cell.after) // 2 + 3) if len(cell.words) > _PHRASE else ()
            words += [cell.text, *parts] if parts else [cell.words]
    shown = [word[: _MOST // 2] for word in words]
    wide = [sum(letter in "mw" or letter.isupper() for letter in word) for word in shown]
    return _PADDING + max(
        (letter * len(word) + _WIDE * more for word, more in zip(shown, wide, strict=True)), default=0
    )


def _measure_steps(span: int, *, counts: bool) -> int:
    if counts:
        return 780
    if span in _FINE:
        return _FINE[span]
    return _STEP if span <= 6 else _CALENDAR // span


def _measure_wanted(cells: Sequence[Cell]) -> int:
    longest = max((len(line) for cell in cells for line in _list_texts(cell)), default=0)
    longest = longest or _BY_HAND
    longest = 1 if any(isinstance(c, Tally) for c in cells) else longest
    longest = 6 if any(isinstance(c, Square) for c in cells) else longest
    # A header may take several lines, since its words have room; sentences get two times the width of a name.
    sentences = longest > 2 * _MOST or any(isinstance(cell, Lines) for cell in cells)
    return min(max(longest, 1), 2 * _MOST if sentences else _MOST)


def _list_texts(cell: Cell) -> list[str]:
    return [line.words for line in cell.lines] if isinstance(cell, Lines) else [cell.words]


def _make_header_rows(figure: Figure, grid: _Grid, pen: TextWriter) -> Iterator[BaseOxmlElement]:
    start = 0
    for column, span in zip(figure.columns, grid.spans, strict=True):
        widths = grid.widths[start : start + span]
        start += span
        if span == 1:
            words = Words(text=column.title)
            centre = figure.kind is FigureKind.NEEDS and column is not figure.columns[0]
            style = "mark" if centre else "head"
            yield make_cell(*pen.lines(words, style, right=column.number, centre=centre), width=widths[0])
        elif grid.labels:
            headers = _list_bar_headers(figure, grid, widths)
            yield from (_make_small_header(head, width, pen) for head, width in zip(headers, widths, strict=True))
        elif column.ticks and figure.kind is FigureKind.PLAN:
            yield from _make_month_cells(column.ticks, widths[0], pen)
        elif len(column.ticks) == span:  # a column of levels with values is as wide as its values
            yield from (_make_small_header(tick, width, pen) for tick, width in zip(column.ticks, widths, strict=True))
        else:
            yield make_cell(*pen.lines(Words(text=column.title), "head"), width=sum(widths), span=span)


def _list_bar_headers(figure: Figure, grid: _Grid, widths: Sequence[int]) -> list[str]:
    """Return the names of counted groups.

    If a word does not fit its column, codes that the key explains are used instead.
    """
    titles = [label for label, _ in grid.labels]
    if all(_SMALL * len(word) <= width for title, width in zip(titles, widths, strict=True) for word in title.split()):
        return titles
    codes = {f"{item.code} {item.text}": item.code for item in figure.key}
    return [codes.get(title) or title for title in titles]


def _make_month_cells(ticks: Sequence[str], width: int, pen: TextWriter) -> Iterator[BaseOxmlElement]:
    """Make calendar headers, each spanning to the next one."""
    starts = [position for position, tick in enumerate(ticks) if tick] or [0]
    for start, end in zip(starts, [*starts[1:], len(ticks)], strict=True):
        text = paragraph(pen.styles("tiny"), run(ticks[start]))
        yield make_cell(text, width=width * (end - start), span=end - start, tight=True)


def _make_small_header(text: str, width: int, pen: TextWriter) -> BaseOxmlElement:
    style = pen.styles("mark" if len(text) <= 4 else "tiny")
    return make_cell(paragraph(style, run(text), before=(w("jc", val="center"),)), width=width, tight=True)


def _make_group_row(group: RowGroup, grid: _Grid, pen: TextWriter) -> BaseOxmlElement:
    head = Words(text=group.title, after=group.summary, link=group.link)
    return make_row([make_cell(*pen.lines(head, "head"), width=sum(grid.widths), span=len(grid.widths))])


def _make_table_row(
    row: Row, columns: Sequence[Column], grid: _Grid, pen: TextWriter, *, centred: bool = False
) -> BaseOxmlElement:
    cells: list[BaseOxmlElement] = []
    for position, cell in enumerate(row.cells):
        if centred and position:
            cells.append(make_cell(*pen.lines(Words(text=cell.words, style=Style.STRONG), centre=True)))
        else:
            cells += _make_cells(cell, grid, position, right=columns[position].number, pen=pen)
    return make_row(cells, breaks=any(len(cell.words) > _LONG for cell in row.cells), blank=row.blank)


def _make_cells(cell: Cell, grid: _Grid, place: int, *, right: bool, pen: TextWriter) -> list[BaseOxmlElement]:
    width, span = grid.width(place), grid.spans[place]
    if isinstance(cell, Tally | Square):
        drawn = pen.tally(cell) if isinstance(cell, Tally) else pen.square(cell)
        return [make_cell(drawn, width=width, middle=True)]
    steps = _shade_cell(cell, grid)
    if steps is not None and span > 1:
        return [pen.step(step, width // span * step.span) for step in steps]
    shown = cell if isinstance(cell, Words | Lines) else Words(text=cell.words)
    return [make_cell(*pen.lines(shown, right=right), width=width, span=span, middle=max(grid.spans) > 1)]


def _shade_cell(cell: Cell, grid: _Grid) -> list[ShadedCell] | None:
    if isinstance(cell, Track):
        return shade_track(cell)
    if isinstance(cell, Band):
        return shade_band(cell)
    if isinstance(cell, Spread):
        return shade_spread(cell)
    if isinstance(cell, Gauge):
        return shade_gauge(cell)
    if isinstance(cell, Timeline):
        return shade_timeline(cell)
    return shade_bar(cell, grid.labels) if isinstance(cell, Bar) else None


def _make_heat_table(figure: Figure, pen: TextWriter, title: str) -> BaseOxmlElement:
    """Make a heat map with families over numbered columns."""
    first, *columns = figure.columns
    width = (PAGE - _NAMES) // max(len(columns), 1)
    rows = [
        make_row(
            [
                make_cell(*pen.lines(Words(text=first.title), "head"), width=_NAMES),
                *_make_family_cells(columns, pen, width),
            ],
            head=True,
        ),
        make_row([make_cell(width=_NAMES), *(_make_number_cell(column, width, pen) for column in columns)], head=True),
    ]
    for row in figure.rows:
        name, *cells = row.cells
        head = name if isinstance(name, Words | Lines) else Words(text=name.words)
        drawn = [pen.step(_shade_heat(cell), width, "tiny") for cell in cells]
        rows.append(make_row([make_cell(*pen.lines(head, "mark"), width=_NAMES, middle=True), *drawn]))
    return make_frame(pen.styles("table"), [_NAMES, *(width for _ in columns)], rows, title)


def _make_family_cells(columns: Sequence[Column], pen: TextWriter, width: int) -> Iterator[BaseOxmlElement]:
    start = 0
    for position, column in enumerate(columns):
        if position + 1 == len(columns) or columns[position + 1].group != column.group:
            span = position + 1 - start
            text = paragraph(pen.styles("tiny"), run(column.group.strip(), bold=True))
            yield make_cell(text, width=width * span, span=span)
            start = position + 1


def _make_number_cell(column: Column, width: int, pen: TextWriter) -> BaseOxmlElement:
    return make_cell(paragraph(pen.styles("tiny"), run(column.code), before=(w("jc", val="center"),)), width=width)


def _shade_heat(cell: Cell) -> ShadedCell:
    if not isinstance(cell, Heat):
        return ShadedCell(text=cell.words)
    # Plain paper where a level is not verified: a hatch behind most cells would be noise.
    return ShadedCell(text=cell.text, ground=CellColour(shade=cell.shade), strong=cell.shade is not None)
