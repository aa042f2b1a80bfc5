"""Reports as Markdown, with the text of drawn cells."""

import re
from collections.abc import Iterator, Sequence

from attrs import evolve

from capbuild.escaping import readable_text
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.builder import build
from capbuild.reports.cells import Cell, Gauge, Heat, Lines, Spread, Words
from capbuild.reports.i18n import get_translator
from capbuild.reports.model import (
    Block,
    Bullets,
    Column,
    Definitions,
    Figure,
    FigureKind,
    Paragraph,
    Report,
    ReportSection,
    Row,
    RowGroup,
    TileMap,
)

#: Characters that can be markup anywhere in a line. Letters, digits and plain punctuation stay readable.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
#: Start of a list, a rule or a heading at the beginning of a line.
_START = re.compile(r"^(\s*)([-+=]|\d{1,9}(?=[.)](?:\s|$)))")
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\t\x00]+")


def escape(text: str) -> str:
    r"""Escape a text for one line of Markdown.

    Example:
        >>> print(escape("a|b <script>\n*x*"))
        a\|b \<script\> \*x\*
    """
    line = _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text).strip())
    started = _START.sub(lambda m: f"{m[1]}\\{m[2]}" if not m[2].isdigit() else f"{m[1]}{m[2]}\\", line)
    return readable_text(started)


def write_markdown(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Return the report of a subject as Markdown."""
    return _render_markdown(build(subject, context))


def _render_markdown(report: Report) -> Iterator[str]:
    """Yield a report as Markdown."""
    yield f"# {escape(report.title)}\n\n"
    head = (report.label, report.programme, report.audience_label, report.tlp)
    yield f"{' · '.join(escape(part) for part in head if part)}\n\n"
    if report.invented or report.notices:
        bold = f"**{escape(report.invented)}.** " if report.invented else ""
        yield f"> {bold}{' '.join(escape(notice) for notice in report.notices)}\n\n"
    yield from (f"{escape(text)}\n\n" for text in (report.subtitle, report.lead) if text)
    if report.facts:
        for fact in report.facts:
            unit = f" ({escape(fact.unit)})" if fact.unit else ""
            yield f"- {_render_label(fact.label, report)} **{escape(fact.value)}**{unit}\n"
        yield "\n"
    if not report.lists_last:
        yield from _render_lists(report, 2)
    for number, section in enumerate(report.sections, start=1):
        yield from _render_section(section, f"{number} " if report.numbered else "", report, 2)
    if report.lists_last:
        yield from _render_lists(report, 2)
    foot = (f"{report.invented}." if report.invented else "", report.disclaimer, f"{report.provenance}.")
    yield f"---\n\n{' '.join(escape(part) for part in foot if part)}\n"


def _render_label(text: str, report: Report) -> str:
    return escape(get_translator(report.language).label(text))


def _render_lists(report: Report, level: int) -> Iterator[str]:
    for short in report.lists:
        yield f"{'#' * level} {escape(short.title)}\n\n"
        for number, item in enumerate(short.items, start=1):
            head = f"**{_render_label(item.title, report)}** " if item.detail else ""
            yield f"{number}. {head}{escape(item.detail or item.title)}\n"
        yield "\n" if short.items else f"{escape(short.empty)}\n\n"


def _render_section(section: ReportSection, number: str, report: Report, level: int) -> Iterator[str]:
    yield f"{'#' * level} {number}{escape(section.title)}\n\n"
    if section.lead:
        yield f"{escape(section.lead)}\n\n"
    for block in section.blocks:
        yield from _render_block(block, report)


def _render_block(block: Block, report: Report) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield f"{_render_paragraph(block)}\n\n"
    elif isinstance(block, Bullets):
        yield "".join(f"- {_render_paragraph(point)}\n" for point in block.points) + "\n"
    elif isinstance(block, Definitions):
        yield "".join(f"- **{_render_label(term, report)}** {escape(text)}\n" for term, text in block.entries) + "\n"
    elif isinstance(block, TileMap):
        rows = [[escape(tile.name), escape(tile.spoken)] for tile in block.tiles]
        yield from _render_table([escape(head) for head in block.header], rows)
        yield from _render_caption(block.caption, report)
    else:
        yield from _render_figure(block)
        yield from _render_caption(block.caption, report)


def _render_paragraph(paragraph: Paragraph) -> str:
    bold = f"**{escape(paragraph.strong)}** " if paragraph.strong else ""
    return f"{bold}{escape(paragraph.text)}"


def _render_caption(caption: str, report: Report) -> Iterator[str]:
    made_up = f"*{escape(report.invented)}.* " if report.invented else ""
    if caption or made_up:
        yield f"{made_up}{escape(caption)}\n\n"


def _render_figure(figure: Figure) -> Iterator[str]:
    if figure.kind is FigureKind.HEAT:
        # Full titles over narrow columns cannot be read in plain text; ids can, and a key explains the cells.
        key = "; ".join(f"{item.code} {item.text}".strip() for item in figure.key)
        yield f"{escape(key)}\n\n"
        first, *others = figure.columns
        yield from _render_rows([first, *(evolve(column, title=column.id) for column in others)], figure.groups)
        return
    yield from _render_rows(figure.columns, figure.groups, figure.total)


def _render_rows(columns: Sequence[Column], groups: Sequence[RowGroup], total: Row | None = None) -> Iterator[str]:
    shown = [place for place in range(len(columns)) if not _is_picture(place, groups)]
    columns = [columns[place] for place in shown]
    rows: list[list[str]] = []
    for group in groups:
        if group.title:
            head = f"**{escape(group.title)}** {escape(group.summary)}".rstrip()
            rows.append([head, *("" for _ in columns[1:])])
        rows += [[_render_cell(row.cells[place]) for place in shown] for row in group.rows]
    if total is not None:
        bold = [total.cells[place] for place in shown]
        rows.append([f"**{_render_cell(cell)}**" if cell.words else "" for cell in bold])
    yield from _render_table([escape(column.title) for column in columns], rows)


def _is_picture(place: int, groups: Sequence[RowGroup]) -> bool:
    """True if a drawn column repeats the next ones."""
    cells = [row.cells[place] for group in groups for row in group.rows]
    return bool(cells) and all(isinstance(cell, Spread | Gauge) for cell in cells)


def _render_cell(cell: Cell) -> str:
    if isinstance(cell, Lines):
        return "<br>".join(_render_words(line) for line in cell.lines)
    if isinstance(cell, Words):
        return _render_words(cell)
    if isinstance(cell, Heat):
        return escape(cell.text)
    return escape(cell.words) or "–"


def _render_words(words: Words) -> str:
    return escape(words.words)


def _render_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head or ' ' for head in headers)} |\n"
    yield f"|{' --- |' * len(headers)}\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"
    yield "\n"
