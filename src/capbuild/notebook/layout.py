"""Drawn layout of a file: uses of cells, steps and alternatives."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from html import escape
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from attrs import frozen

from capbuild.display import HtmlPage, counted
from capbuild.errors import OptionError, ReadError
from capbuild.escaping import isolate_direction, source_hash, xml_text
from capbuild.formats.layouts.engine import traced_readers
from capbuild.formats.layouts.ledger import Bucket, LeftOut
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.layouts.step_descriptions import cell_range, describe_steps, describe_table
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import one_line, personal_by_head, shorten
from capbuild.io import read
from capbuild.io.format_detection import open_input
from capbuild.model import DetectedTable, Layout, Survey
from capbuild.notebook.bundle import load_style
from capbuild.origin import Origin, column_letters

#: Most rows and columns of a sheet, sheets, and cells per reason to draw; of more, the first and the last.
_ROWS, _COLUMNS, _SHEETS, _LINKS = 200, 60, 40, 24
_TEXT, _QUOTED = 60, 6
#: Uses of cells in legend order: style class, letter, name.
BUCKETS = {
    Bucket.ANSWER: ("b1", "A", "answer"),
    Bucket.HEADER: ("b2", "H", "header"),
    Bucket.KEY: ("b3", "K", "key"),
    Bucket.COMMENT: ("b4", "C", "comment"),
    Bucket.TITLE: ("b5", "T", "title"),
    Bucket.PRIVATE: ("b6", "P", "private"),
}
_LEFT_OUT = ("b7", "X", "left out")
_PRIVATE = "private"
_HINT = "Choose a use of cells, a step or a reason to see its cells alone."


@frozen
class DrawnSheet:
    """Sheet to draw.

    Attributes:
        reader: Its reader, with a trace of the steps.
        is_hidden: Function: True if the content of the cell at a row and column is hidden.
    """

    reader: SheetReader
    is_hidden: Callable[[int, int], bool]


def to_page(layout: Layout, sheets: Sequence[DrawnSheet]) -> str:
    """Return a whole page."""
    fragment = to_fragment(layout, sheets)
    style = fragment[len("<style>") : fragment.index("</style>")]
    policy = f"default-src 'none'; style-src {source_hash(style)}; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Layout of {_escape(PurePath(layout.file).name)}</title>"
        f"</head><body>{fragment}</body></html>\n"
    )


def to_fragment(layout: Layout, sheets: Sequence[DrawnSheet]) -> str:
    """Return the part of a page for a notebook."""
    prefix = f"l{layout.sha256[:8]}"
    drawn = [_SheetHtml(sheet, f"{prefix}-{n}") for n, sheet in enumerate(sheets[:_SHEETS], start=1)]
    keys = dict.fromkeys(key for sheet in drawn for key in sheet.choices())
    rules = "".join(f".cbl section:has(.p-{key}:checked) .grid td:not(.{key}){{opacity:.16}}" for key in keys)
    shares = sorted({round(100 * table.confidence) for table in layout.tables})
    rules += "".join(f".cbl .bar .w{share}{{width:{share}%}}" for share in shares)
    cells = sum(sheet.reader.grid.count for sheet in sheets)
    facts = [layout.format, counted(len(sheets), "sheet"), counted(len(layout.tables), "table")]
    facts.append(f"{counted(cells, 'cell')} with content, each counted once")
    if layout.tables:
        facts.append(f"least sure table: {layout.confidence:.2f}")
    more = len(sheets) - len(drawn)
    rest = f'<p class="q">{counted(more, "more sheet")} not drawn.</p>' if more else ""
    style = load_style("layout.css")
    return (
        f'<style>{style}{rules}</style><div class="cbl"><h1>{_escape(PurePath(layout.file).name)}</h1>'
        f'<p class="q">{" · ".join(map(_escape, facts))}</p>{_render_contents(drawn)}<p class="q">{_HINT}</p>'
        f"{''.join(map(_SheetHtml.html, drawn))}{rest}</div>"
    )


def _render_contents(sheets: Sequence["_SheetHtml"]) -> str:
    """Return links to the sheets; empty for a single sheet."""
    if len(sheets) < 2:
        return ""
    links = (
        f'<a href="#{sheet.id}">{_escape(sheet.title)}</a> <span class="q">{sheet.fact}</span>' for sheet in sheets
    )
    return f"<nav><ul>{''.join(f'<li>{link}</li>' for link in links)}</ul></nav>"


def _escape(text: str) -> str:
    return escape(isolate_direction(xml_text(text)))


def _list_drawn(count: int, most: int) -> list[int]:
    """Return the indexes of the rows or columns to draw.

    If there are too many, these are the first three quarters of the maximum, and the last quarter.

    Example:
        >>> _list_drawn(3, 8), _list_drawn(100, 8)
        ([0, 1, 2], [0, 1, 2, 3, 4, 5, 98, 99])
    """
    if count <= most:
        return list(range(count))
    last = most // 4
    return [*range(most - last), *range(count - last, count)]


def _find_gap(places: Sequence[int]) -> int | None:
    """Return the index before a gap, or None."""
    return next((a for a, b in pairwise(places) if b > a + 1), None)


class _SheetHtml:
    """HTML of one sheet."""

    def __init__(self, sheet: DrawnSheet, id_: str) -> None:
        self.id, self.is_hidden, self.reader = id_, sheet.is_hidden, sheet.reader
        self.grid, self.ledger = sheet.reader.grid, sheet.reader.ledger
        self.rows, self.columns = _list_drawn(len(self.grid.rows), _ROWS), _list_drawn(self.grid.width, _COLUMNS)
        self.boxes = [box for box in sheet.reader.boxes if box.candidates]
        self.left_out = list(self.ledger.left_out())
        self.steps = sheet.reader.trace.cells if sheet.reader.trace is not None else bytes(self.grid.width)
        self.anchors: set[int] = set()

    @cached_property
    def title(self) -> str:
        """Name of the sheet."""
        return self.grid.sheet or "Table of text"

    @property
    def fact(self) -> str:
        """Description of the sheet in a few words."""
        if not self.grid.count:
            return "empty"
        tables = ", ".join(f"{table.shape} {table.confidence:.2f}" for table in self._tables)
        return tables or f"not read: {_escape(self.reader.skipped or 'no table')}"

    @cached_property
    def _tables(self) -> list[DetectedTable]:
        return [describe_table(self.grid, box) for box in self.boxes]

    def choices(self) -> Iterator[str]:
        """Yield the selectable classes of cells."""
        yield from (key for _, (key, _, _) in self._list_uses())
        yield from (f"s{step}" for step in dict.fromkeys(self.steps) if step)
        yield from (f"r{n}" for n in range(1, len(self.left_out) + 1))

    def _list_uses(self) -> Iterator[tuple[int, tuple[str, str, str]]]:
        """Yield the uses of cells with their counts."""
        for bucket, words in BUCKETS.items():
            if count := self.ledger.counts[bucket]:
                yield count, words
        if count := sum(left.count for left in self.left_out):
            yield count, _LEFT_OUT

    def html(self) -> str:
        """Return the sheet."""
        head = f'<section id="{self.id}"><h2>{_escape(self.title)}</h2>'
        if not self.grid.count:
            return f'{head}<p class="q">The sheet is empty.</p></section>'
        place = cell_range(self.grid, range(len(self.grid.rows)), range(self.grid.width))
        facts = f"{place} · {counted(self.grid.count, 'cell')} with content"
        if self.boxes and self.reader.country:
            facts += f" · named for {_escape(self.reader.country)}"
        if not self.boxes:
            facts += f" · not read: {_escape(self.reader.skipped or 'no table')}"
        tables, left = self._render_tables(), self._render_left()  # they name the cells that need an anchor
        return f'{head}<p class="q">{facts}</p>{tables}{self._render_legend()}{self._render_grid()}{left}</section>'

    # --- Legend and steps ---------------------------------------------------------------------------------------------

    def _render_choice(self, key: str, label: str, *, name: str = "", on: bool = False) -> str:
        """Return a radio button that dims cells of other classes."""
        id_ = f"{self.id}-{key}"
        checked = " checked" if on else ""
        return (
            f'<input type="radio" class="p-{key}" name="{self.id}" id="{id_}"{checked}>'
            f'<label class="{name}" for="{id_}">{label}</label>'
        )

    def _render_legend(self) -> str:
        chips = [self._render_choice("all", "all cells", name="chip", on=True)]
        for count, (key, letter, name) in self._list_uses():
            chips.append(self._render_choice(key, f'<i class="{key}">{letter}</i>{name} <b>{count:,}</b>', name="chip"))
        return f'<div class="legend" role="group" aria-label="Uses of cells">{"".join(chips)}</div>'

    def _render_tables(self) -> str:
        cards, first = [], 1
        for number, (box, table) in enumerate(zip(self.boxes, self._tables, strict=True), start=1):
            cards.append(self._render_table(number, box, table, first))
            first += len(table.steps)
        return "".join(cards)

    def _render_table(self, number: int, box: Box, table: DetectedTable, first: int) -> str:
        """Return a table's steps next to the runner-up's."""
        steps = "".join(self._render_step(words, step) for step, words in enumerate(table.steps, start=first))
        title = f"Table {number}" if len(self.boxes) > 1 else "The table"
        best = f"<h3>{title}: <b>{table.shape}</b> <code>{table.range}</code></h3>"
        other = '<p class="q">No other layout was possible.</p>'
        if (runner := box.runner_up) is not None:
            listed = "".join(f"<li>{_escape(words)}</li>" for words in describe_steps(self.grid, box, runner))
            scores = f"scores {runner.score:.2f}, {table.margin or 0:.2f} less"
            same = ", another header" if table.runner_up == table.shape else ""
            other = f"<h3>Runner-up: <b>{table.runner_up}</b>{same} · {scores}</h3><ol>{listed}</ol>"
        share = f'<i class="w{100 * table.confidence:.0f}"></i>'
        sure = f'<p class="sure">confidence <b>{table.confidence:.2f}</b><span class="bar">{share}</span>'
        sure += f"runner-up <b>{1 - table.confidence:.2f}</b></p>" if runner is not None else "</p>"
        return f'<div class="card">{sure}<div>{best}<ol>{steps}</ol></div><div class="other">{other}</div></div>'

    def _render_step(self, words: str, step: int) -> str:
        trace = self.reader.trace
        count = self.steps.count(step)
        if trace is None or not count:
            return f"<li>{_escape(words)}</li>"
        rows, columns = trace.places(step)
        place = cell_range(self.grid, rows, columns)
        link = self._link(self.steps.index(step), place)
        return (
            f"<li>{self._render_choice(f's{step}', _escape(words))} {link} <span>{counted(count, 'cell')}</span></li>"
        )

    def _link(self, at: int, words: str) -> str:
        """Return a link to a cell, or its text.

        Cells that are not drawn have no link.
        """
        row, column = divmod(at, self.grid.width)
        if row not in self._drawn_rows or column not in self._drawn_columns:
            return f"<code>{words}</code>"
        self.anchors.add(at)
        return f'<a href="#{self.id}-{at}">{words}</a>'

    @cached_property
    def _drawn_rows(self) -> frozenset[int]:
        return frozenset(self.rows)

    @cached_property
    def _drawn_columns(self) -> frozenset[int]:
        return frozenset(self.columns)

    # Left out --------------------------------------------------------------------------------------------------------

    def _render_left(self) -> str:
        if not self.left_out:
            return ""
        rows = "".join(self._render_reason(n, left) for n, left in enumerate(self.left_out, start=1))
        head = "<thead><tr><th>Left out because</th><th>Cells</th><th>Where</th></tr></thead>"
        return f'<table class="left">{head}<tbody>{rows}</tbody></table>'

    def _render_reason(self, number: int, left: LeftOut) -> str:
        sign = "" if left.known else '<b class="look">!</b> '
        reason = self._render_choice(f"r{number}", f"{sign}{_escape(left.reason)}")
        links = [self._place(*cell, quoted=n < _QUOTED) for n, cell in enumerate(left.cells[:_LINKS])]
        more = f" and {left.count - len(links):,} more" if left.count > len(links) else ""
        return f"<tr><td>{reason}</td><td>{left.count:,}</td><td>{', '.join(links)}{more}</td></tr>"

    def _place(self, row: int, column: int, *, quoted: bool) -> str:
        """Return a link to a cell, with its text."""
        at = row * self.grid.width + column
        link = self._link(at, self._name(row, column))
        return f'{link} <span class="q">{_escape(shorten(self._text(row, column), 30))}</span>' if quoted else link

    def _name(self, row: int, column: int) -> str:
        return f"{column_letters(self.grid.letters[column])}{self.grid.numbers[row] or ''}"

    def _text(self, row: int, column: int) -> str:
        hidden = self.is_hidden(row, column)
        return _PRIVATE if hidden else shorten(cell_text(self.grid.rows[row][column]), _TEXT)

    # Cells -----------------------------------------------------------------------------------------------------------

    def _render_grid(self) -> str:
        """Return the cells with row numbers and column letters."""
        gap_row, gap_column = _find_gap(self.rows), _find_gap(self.columns)
        names = []
        for column in self.columns:
            names.append(f'<th scope="col">{column_letters(self.grid.letters[column])}</th>')
            if column == gap_column:
                names.append("<th>…</th>")
        lines = []
        for row in self.rows:
            cells = []
            for column in self.columns:
                cells.append(self._render_cell(row, column))
                if column == gap_column:
                    cells.append('<td class="gap">…</td>')
            lines.append(f'<tr><th scope="row">{self.grid.numbers[row] or ""}</th>{"".join(cells)}</tr>')
            if row == gap_row:
                lines.append(f'<tr class="gap"><th>…</th><td class="gap" colspan="{len(names)}">…</td></tr>')
        body = f"<thead><tr><th></th>{''.join(names)}</tr></thead><tbody>{''.join(lines)}</tbody>"
        return f'<div class="grid" tabindex="0"><table>{body}</table></div>{self._render_not_drawn()}'

    def _render_not_drawn(self) -> str:
        rows, columns = len(self.grid.rows) - len(self.rows), self.grid.width - len(self.columns)
        if not rows and not columns:
            return ""
        drawn = sum(self.grid.filled[row * self.grid.width + column] for row in self.rows for column in self.columns)
        parts = [counted(rows, "row")] if rows else []
        parts += [counted(columns, "column")] if columns else []
        cells = counted(self.grid.count - drawn, "cell")
        return f'<p class="q">Not drawn: {" and ".join(parts)} with {cells}; the counts above include them.</p>'

    def _render_cell(self, row: int, column: int) -> str:
        at = row * self.grid.width + column
        edges = list(self._list_edges(row, column))
        if not self.grid.filled[at]:
            return f'<td class="{" ".join(edges)}"></td>' if edges else "<td></td>"
        key, name, reason = self._find_use(row, column)
        step = self.steps[at]
        classes = [key, *([f"s{step}"] if step else []), *([reason] if reason else []), *edges]
        if self.is_hidden(row, column):
            classes.append("hidden")
        about = f"{self._name(row, column)}: {name}"
        about += f", {self._format_step(step)}" if step else ""
        anchor = f' id="{self.id}-{at}"' if at in self.anchors else ""
        text = _escape(self._text(row, column))
        return f'<td class="{" ".join(classes)}"{anchor} title="{_escape(about)}">{text}</td>'

    def _find_use(self, row: int, column: int) -> tuple[str, str, str]:
        """Return the use of a cell.

        The result is the class of the cell, its use as text, and the class of the reason why it was left out.
        """
        why = self.ledger.why(row, column)
        if why:
            number = next(n for n, left in enumerate(self.left_out, start=1) if left.reason == why)
            return _LEFT_OUT[0], f"{_LEFT_OUT[2]}, {why}", f"r{number}"
        key, _, name = BUCKETS[Bucket(self.ledger.bucket(row, column))]
        return key, name, ""

    def _format_step(self, step: int) -> str:
        """Return the label of a step."""
        for number, table in enumerate(self._tables, start=1):
            if step <= len(table.steps):
                return f"step {step}" if len(self._tables) == 1 else f"table {number}, step {step}"
            step -= len(table.steps)
        return ""

    def _list_edges(self, row: int, column: int) -> Iterable[str]:
        """Yield the classes of a cell's table edges."""
        for box in self.boxes:
            top, bottom, left, right = box.rows[0], box.rows[-1], box.columns[0], box.columns[-1]
            if top <= row <= bottom and left <= column <= right:
                sides = {"et": row == top, "er": column == right, "eb": row == bottom, "el": column == left}
                yield from (name for name, is_edge in sides.items() if is_edge)


_MAIL = re.compile(r"\S@\S+\.\S")
_READ = (Bucket.ANSWER, Bucket.COMMENT)


def draw_layout(layout: Layout, source: Any = None, options: Any = None) -> HtmlPage:
    """Return the drawing of a layout.

    Args:
        layout: The layout.
        source: The file; by default its original location.
        options: Reader options of the original reading.

    Raises:
        ReadError: The file is missing, has changed, or gets another layout with these options.
        OptionError: It has no tables to draw.
    """
    content = _read_content(layout, source)
    survey, readers = _read_traced(layout, content, options, drop=layout.personal_dropped)
    if not readers:
        raise OptionError(
            f"{layout.file} has no layout to draw: the reader {layout.format!r} does not look for tables",
            remedy="`survey.questions` lists its questions, and `survey.reconciliation.sheets` the use of each column",
        )
    if survey.layout.tables != layout.tables:
        raise ReadError(
            f"the tables of {layout.file} are not those that were read",
            origin=Origin(layout.file),
            remedy="give the options that it was read with: layout.show(options={...})",
        )
    hidden: Sequence[SheetReader] = readers
    if not layout.personal_dropped:  # hide what would be dropped as personal
        _, hidden = _read_traced(layout, content, options, drop=True)
    sheets = [
        DrawnSheet(reader, _find_personal_cells(survey, reader, other, strict=layout.personal_dropped))
        for reader, other in zip(readers, hidden, strict=True)
    ]
    return HtmlPage(f"Layout of {layout.file}", to_page(layout, sheets), to_fragment(layout, sheets))


def _read_content(layout: Layout, source: Any) -> bytes:
    """Return the bytes of a file, if unchanged since reading."""
    try:
        content = open_input(layout.file if source is None else source, name=layout.file).content
    except ReadError as error:
        if source is not None:
            raise
        raise ReadError(
            f"{layout.file} is not there to be drawn: {error.message}",
            origin=Origin(layout.file),
            remedy="give the file, as a path or its bytes: layout.show(source)",
        ) from error
    if layout.sha256 and hashlib.sha256(content).hexdigest() != layout.sha256:
        raise ReadError(
            f"{layout.file} has changed since it was read", origin=Origin(layout.file), remedy="read it again"
        )
    return content


def _read_traced(layout: Layout, content: bytes, options: Any, *, drop: bool) -> tuple[Survey, list[SheetReader]]:
    """Read a file again with a trace of its grids."""
    with traced_readers() as readers:
        survey = read(content, format=layout.format, name=layout.file, options=options, drop_personal=drop)
    return survey, readers


def _find_personal_cells(found: Survey, reader: SheetReader, dropped: SheetReader, *, strict: bool) -> "_PersonalCells":
    """Return the hidden cells of a sheet."""
    grid = reader.grid
    sheets = (sheet for sheet in found.reconciliation.sheets if sheet.sheet == (grid.sheet or ""))
    numbers = {column.column for sheet in sheets for column in sheet.columns if column.personal is not None}
    columns = frozenset(column for column in range(grid.width) if grid.letters[column] in numbers)
    return _PersonalCells(reader, dropped, columns, strict)


@frozen(eq=False)
class _PersonalCells:
    """Hidden cells of a sheet.

    Attributes:
        reader: The reader of the sheet.
        dropped: The same reader, without personal data.
        columns: Columns that look personal.
        strict: True to hide all cells that were left out.
    """

    reader: SheetReader
    dropped: SheetReader
    columns: frozenset[int]
    strict: bool

    def __call__(self, row: int, column: int) -> bool:
        """True if a cell is hidden."""
        ledger = self.reader.ledger
        bucket, out = ledger.bucket(row, column), bool(ledger.why(row, column))
        if Bucket.PRIVATE in (bucket, self.dropped.ledger.bucket(row, column)) or (out and self.strict):
            return True
        if column in self.columns and (out or bucket in _READ):
            return True
        text = self._text(row, column)
        return bool(_MAIL.search(text)) or ((out or bucket == Bucket.TITLE) and self._is_labelled(row, column, text))

    def _text(self, row: int, column: int) -> str:
        return one_line(cell_text(self.reader.grid.rows[row][column]))

    def _is_labelled(self, row: int, column: int, text: str) -> bool:
        """True for a cell with a personal label outside tables.

        The label, such as `E-mail:`, is in the cell before it, or at the start of the cell itself.
        """
        before = self.reader.grid.full(row, range(column))
        label, _, value = text.partition(":")
        labels = [self._text(row, before[-1]).rstrip(" :")] if before else []
        labels += [label] if value.strip() else []
        return any(personal_by_head(label) is not None for label in labels)
