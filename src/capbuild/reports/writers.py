"""Built-in writers of reports: Markdown, JSON and tidy formats.

Registered as any plugin would.
"""

import datetime
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve

from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.escaping import readable_text
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, OutputFile, RenderContext, Writer, hookimpl
from capbuild.reports.cells import Cell, Gauge, Heat, Lines, Spread, Words
from capbuild.reports.forms.actions import make_action_writers
from capbuild.reports.forms.decisions import make_decision_writer
from capbuild.reports.forms.nominations import make_nomination_writer
from capbuild.reports.forms.reviews import make_review_writer
from capbuild.reports.i18n import get_translator
from capbuild.reports.icalendar import make_calendar_writer
from capbuild.reports.languages import BUILT_IN_LANGUAGES, LanguageTexts, load_built_in
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
from capbuild.reports.tidy.sqlite import write_sqlite
from capbuild.reports.tidy.table import split_lists
from capbuild.reports.tidy.tables import TidyTable, tidy_tables, write_tidy_files

_ACCEPTS = (AssessmentSet, Assessment)


def _write_markdown(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    from capbuild.reports.builder import build

    return _render_markdown(build(subject, context))


def _write_csv(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions
) -> Iterator[OutputFile]:
    return write_tidy_files(subject, context)


def _write_json(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterable[str]:
    """Write the native document, for audiences that see sources only.

    It can be read back and has all findings.
    """
    from capbuild.documents import dumps

    subject, context = disclose(subject, context)
    if not context.disclosure.sources:
        raise WriteError(
            f"the native document includes every answer with its source, and is not written for {context.audience!r}",
            code="CB703",
            remedy="use csv, md or html for this audience",
        )
    return [dumps(subject)]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writers of reports, data, calendars and forms."""
    return [
        _make_writer("md", "Markdown report", _write_markdown),
        _make_writer("csv", "Tidy CSV files", _write_csv),
        _make_writer("json", "Native JSON document", _write_json),
        _make_writer("sqlite", "SQLite database", write_sqlite),
        _make_writer("parquet", "Tidy Parquet files", write_parquet_files),
        _make_writer("arrow", "Tidy Arrow files", write_arrow_files),
        make_calendar_writer(),
        make_review_writer(),
        make_nomination_writer(),
        make_decision_writer(),
        *make_action_writers(),
    ]


def _make_writer(
    name: str, title: str, write: Callable[..., Iterable[str] | Iterable[bytes] | Iterable[OutputFile]]
) -> Writer:
    return Writer(
        name=name,
        title=title,
        accepts=_ACCEPTS,
        write=write,
        suffixes=(f".{name}",),
        discloses=True,
        reports=name == "md",
        aliases=("markdown",) if name == "md" else (),
    )


@hookimpl
def register_languages() -> list[LanguageTexts]:
    """Return the languages that reports exist in without further plugins."""
    return [LanguageTexts(tag=tag, texts=load_built_in(tag)) for tag in BUILT_IN_LANGUAGES]


# Reports as Markdown, with the text of drawn cells


#: What Markdown could take for markup, anywhere in a line. Letters, digits and plain punctuation stay readable.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
#: What starts a list, a rule or a heading at the beginning of a line.
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


def _render_markdown(report: Report, level: int = 1) -> Iterator[str]:
    """Yield a report as Markdown."""
    yield f"{'#' * level} {escape(report.title)}\n\n"
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
        yield from _render_lists(report, level + 1)
    for number, section in enumerate(report.sections, start=1):
        yield from _render_section(section, f"{number} " if report.numbered else "", report, level + 1)
    if report.lists_last:
        yield from _render_lists(report, level + 1)
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
        # Full titles over narrow columns cannot be read in plain text; the ids can, and a key says what cells mean.
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
        if group.title and len(groups) > 1:
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


def _render_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head or ' ' for head in heads)} |\n"
    yield f"|{' --- |' * len(heads)}\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"
    yield "\n"


# The tidy set as Parquet and Arrow files, one per table


def _make_frame(table: TidyTable) -> Any:
    """Convert a table to a typed polars frame; mixed columns become text."""
    from capbuild.tables.building import polars

    pl = polars()
    types = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64, datetime.date: pl.Date}
    rows = list(table.rows)
    return pl.DataFrame(
        [
            pl.Series(column.name, [_convert_cell(row[place], column.type) for row in rows], dtype=types[column.type])
            for place, column in enumerate(table.columns)
        ]
    )


def _convert_cell(value: Any, kind: type) -> Any:
    if value is None or isinstance(value, datetime.date):
        return value
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else kind(value)


def _write_files(
    subject: AssessmentSet | Assessment, context: RenderContext, suffix: str, save: Callable[[Any, io.BytesIO], None]
) -> Iterator[OutputFile]:
    for table in (part for whole in tidy_tables(subject, context) for part in split_lists(whole)):
        stream = io.BytesIO()
        save(_make_frame(table), stream)
        yield OutputFile(f"{table.name}.{suffix}", [stream.getvalue()])


def write_parquet_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Parquet, one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _write_files(subject, context, "parquet", lambda frame, stream: frame.write_parquet(stream))


def write_arrow_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Arrow IPC (Feather), one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _write_files(subject, context, "arrow", lambda frame, stream: frame.write_ipc(stream))
