"""Rendering of reports as slides.

There is a title, a slide for each section, and lists.
"""

import datetime
import io
import re
import textwrap
import zipfile
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from attrs import evolve
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Mm, Pt

from capbuild.escaping import readable_text
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports import (
    Bullets,
    Definitions,
    Figure,
    FigureKind,
    Lines,
    LinkTargets,
    Paragraph,
    Report,
    ReportSection,
    TileMap,
    build,
)
from capbuild_slides.charts import LEVELS, LOST, Chart, Series, make_chart

#: Maximum number of section slides; sections left out of a talk.
_MOST = 10
_LEFT_OUT = ("method", "returns", "sensitivity", "view", "external", "network", "heat", "map")
#: Limits for legibility: rows of a table, points of a list, letters of a cell.
_ROWS, _POINTS, _LETTERS = 8, 7, 140
#: Bars of a chart above which letters are small and names are shortened: a name on two lines hides its neighbours.
_BARS, _NAME = 16, 36
#: Letters of a point, from the most: a point ends earlier at a sentence where the list would be hard to read. The notes
#: have all of it.
_LONGEST_POINTS, _LEGIBLE = (320, 240, 160, 1), 14
#: Colours of bars with white letters.
_DARK = (*LEVELS[3:], LOST)
_INK, _SECOND, _DEEP, _ACCENT = "14212B", "4C5C68", "124064", "A64A18"
#: Colours of the Traffic Light Protocol 2.0 on black.
_TLP = {"TLP:RED": "FF2B2B", "TLP:AMBER": "FFC000", "TLP:AMBER+STRICT": "FFC000", "TLP:GREEN": "33FF00"}
_WIDTH, _HEIGHT, _EDGE, _TOP, _LINE = Mm(338.667), Mm(190.5), Mm(16), Mm(50), Mm(9)
#: Height of the content below the title; of a bar of a chart with its distance.
_ROOM, _BAR = Mm(124), Mm(26)
#: Sizes of the letters of a list, a title, a lead and the line below a title, from the largest.
_SIZES, _TITLES, _LEADS, _LINES = (20, 18, 16, 14, 12, 11), (30, 26, 22, 18), (24, 22, 20, 18), (16, 14, 12, 11)
#: Sizes of the letters of a table, from the largest.
_TABLES = (18, 16, 14, 13)
#: Width of a letter and height of a line, as shares of the size, in the widest font of an office without Calibri. Bold
#: letters are wider.
_GLYPH, _BOLD, _SPACING = 0.56, 0.66, 1.25
#: Room of a text box beside its words on both sides, and of a cell of a table above and below.
_INSET, _CELL = Pt(14.4), Pt(7.2)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterable[bytes]:
    """Yield one presentation.

    Raises:
        WriteError: The disclosure policy refuses the report (code CB703).
    """
    return [render_report(build(subject, context), subject.round.reference_date, LinkTargets(pages=context.pages))]


def render_report(report: Report, date: datetime.date, links: LinkTargets) -> bytes:
    """Return a report as slides, with reproducible bytes.

    Args:
        report: The report.
        date: Date in the properties: the report's reference date, not the day of writing.
        links: Addresses of links.
    """
    deck = _Deck(report, links)
    deck.add_title()
    for section in _choose_sections(report):
        deck.add_section(section)
    if report.lists:
        deck.add_lists()
    return _fix_times(deck.save(date), f"{date.isoformat()}T00:00:00Z")


def _choose_sections(report: Report) -> list[ReportSection]:
    """Return the sections that fit on slides.

    The story is split into its points and its figure.
    """
    kept: list[ReportSection] = []
    for section in report.sections:
        if section.id in _LEFT_OUT or not section.blocks:
            continue
        figures = [block for block in section.blocks if isinstance(block, Figure)]
        if section.id == "story" and figures and make_chart(figures[0]) is None:
            kept.append(evolve(section, blocks=[block for block in section.blocks if not isinstance(block, Figure)]))
            section = evolve(section, blocks=figures)  # noqa: PLW2901 - the rest of the section
        kept.append(section)
    return kept[: _MOST - 1 - bool(report.lists)]


def _to_property(text: str) -> str:
    """Shorten a text to 255 characters, for a file property."""
    short = readable_text(text[:255])
    # Closing marks of text direction also need room: one for each character at most, and two around them.
    return short if len(short) <= 255 else readable_text(text[:126])


class _Deck:
    """Slides of a report.

    Args:
        report: The report.
        links: Addresses of links.
    """

    def __init__(self, report: Report, links: LinkTargets) -> None:
        self.report = report
        self.links = links
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = _WIDTH, _HEIGHT

    def save(self, date: datetime.date) -> bytes:
        """Return the presentation as bytes."""
        core = self.deck.core_properties
        core.title, core.subject = _to_property(self.report.title), _to_property(self.report.label)
        core.author, core.language = _to_property(self.report.provenance), self.report.language
        core.created = core.modified = datetime.datetime.combine(date, datetime.time())
        buffer = io.BytesIO()
        self.deck.save(buffer)
        return buffer.getvalue()

    def add_title(self) -> None:
        """Add the first slide: title, lead and figures."""
        report, wide = self.report, _WIDTH - 2 * _EDGE
        slide = self._add_slide(report.title, [report.lead, *report.notices])
        self._write(slide, report.subtitle, top=Mm(42), size=16, colour=_SECOND)
        top = Mm(46) + _measure_height(report.subtitle, 16, wide)
        size = _fit(report.lead, _LEADS, wide, Mm(112) - top)
        self._write(slide, report.lead, top=top, size=size, height=Mm(50))
        width = wide // max(len(report.facts), 1)
        longest = max((len(fact.value) for fact in report.facts), default=1)
        size = min(24, int(Emu(width).pt / (longest + 2) / (1.3 * _GLYPH)))
        for position, fact in enumerate(report.facts):
            left = _EDGE + position * width
            self._write(slide, fact.value, left=left, top=Mm(118), width=width, size=size, bold=True)
            label = "\n".join(filter(None, (fact.unit, fact.label)))
            self._write(slide, label, left=left, top=Mm(132), width=width, size=14, colour=_SECOND)

    def add_section(self, section: ReportSection) -> None:
        """Add a section's slide, with its figure or points."""
        figures = [block for block in section.blocks if isinstance(block, Figure)]
        points = list(_list_points(section))
        notes = [section.lead, *_list_notes(section)]
        slide = self._add_slide(section.title, notes)
        chart = make_chart(figures[0]) if figures else None
        size = _fit(section.lead, _LINES, _WIDTH - 2 * _EDGE, Mm(11))
        if (figures or points) and _measure_height(section.lead, size, _WIDTH - 2 * _EDGE) <= Mm(11):
            self._write(slide, section.lead, top=Mm(38), size=size, colour=_SECOND)
        if chart is not None and chart.categories:
            beside = points or _list_rows(figures[0])
            self._draw(slide, chart, section, wide=not beside)
            self._add_bullets(slide, beside, left=Mm(212), width=Mm(110))
        elif figures and not (points and _is_too_long(figures[0])):
            self._tabulate(slide, figures[0])
        else:
            self._add_bullets(slide, points or [section.lead], left=_EDGE, width=_WIDTH - 2 * _EDGE)

    def add_lists(self) -> None:
        """Add the last slide, with requests and unknowns."""
        lists = self.report.lists
        notes = [f"{item.title} {item.detail}".strip() for list_ in lists for item in list_.items]
        slide = self._add_slide(self.report.title if len(lists) > 1 else lists[0].title, notes)
        width = (_WIDTH - 2 * _EDGE) // len(lists) - Mm(6)
        for position, list_ in enumerate(lists):
            left = _EDGE + position * (width + Mm(12))
            if len(lists) > 1:
                size = _fit(list_.title, _LINES, width, Mm(18), _BOLD)
                self._write(slide, list_.title, left=left, top=Mm(44), width=width, size=size, bold=True)
            items = [f"{item.title} {item.detail}".strip() for item in list_.items] or [list_.empty]
            self._add_bullets(slide, items, left=left, width=width, top=_TOP + Mm(14))

    def _add_slide(self, title: str, notes: Iterable[str]) -> Any:
        """Add a slide with label, title, footer and notes."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = _EDGE, Mm(20), _WIDTH - 2 * _EDGE, Mm(20)
        size = _fit(title, _TITLES, _WIDTH - 2 * _EDGE, Mm(17), _BOLD)
        self._set(head.text_frame, title, size=size, bold=True, colour=_INK)
        head.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        head.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        report = self.report
        running = report.programme or report.label
        self._write(slide, running, top=Mm(8), width=Mm(180), size=11, colour=_SECOND)
        self._write(slide, report.invented, left=Mm(198), top=Mm(8), width=Mm(64), size=12, colour=_ACCENT)
        if report.tlp:
            box = self._write(
                slide, report.tlp, left=Mm(264), top=Mm(8), width=Mm(58), size=14, colour=_TLP.get(report.tlp, "FFFFFF")
            )
            box.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string("000000")
        foot = ". ".join(part.rstrip(".") for part in (report.disclaimer, report.provenance) if part)
        self._write(slide, f"{foot}. {len(self.deck.slides)}", top=Mm(178), size=10, colour=_SECOND)
        sentences = [report.invented, *notes] if report.invented else list(notes)
        slide.notes_slide.notes_text_frame.text = readable_text("\n".join(filter(None, sentences)))
        return slide

    def _write(
        self,
        slide: Any,
        text: str,
        *,
        left: int = _EDGE,
        top: int,
        width: int = _WIDTH - 2 * _EDGE,
        height: int = _LINE,
        size: int,
        bold: bool = False,
        colour: str = _INK,
    ) -> Any:
        box = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(width), Emu(height))
        self._set(box.text_frame, text, size=size, bold=bold, colour=colour)
        return box

    def _set(self, frame: Any, text: str, *, size: float, bold: bool, colour: str) -> None:
        frame.word_wrap = True
        frame.text = readable_text(text)
        for paragraph in frame.paragraphs:
            self._style(paragraph, size, bold=bold, colour=colour)

    def _style(self, paragraph: Any, size: float, *, bold: bool, colour: str) -> None:
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = RGBColor.from_string(colour)
            run._r.get_or_add_rPr().set("lang", self.report.language)

    def _add_bullets(self, slide: Any, points: Sequence[str], *, left: int, width: int, top: int = _TOP) -> None:
        if not points:
            return
        box = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(width), _ROOM)
        frame = box.text_frame
        frame.word_wrap = True
        size, shown = _fit_list(points[:_POINTS], width, _TOP + _ROOM - top)
        for position, point in enumerate(shown):
            paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            paragraph.text = readable_text(point)
            paragraph.space_after = Pt(6)
            self._style(paragraph, size, bold=False, colour=_INK)
            _add_bullet(paragraph)

    def _draw(self, slide: Any, chart: Chart, section: ReportSection, *, wide: bool) -> None:
        """Add a native chart with a description for screen readers."""
        data = CategoryChartData()
        many = len(chart.categories) > _BARS
        data.categories = [readable_text(_shorten(name, _NAME) if many else name) for name in chart.categories]
        for data_series in chart.series:
            data.add_series(readable_text(data_series.name), data_series.values)
        width = _WIDTH - 2 * _EDGE if wide else Mm(190)
        kind = XL_CHART_TYPE.BAR_STACKED
        height = min(_ROOM, _BAR * (1 + len(chart.categories)))
        frame = slide.shapes.add_chart(kind, _EDGE, _TOP, width, height, data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", readable_text(f"{section.title}. {section.lead}".strip()))
        drawn = frame.chart
        drawn.font.size = Pt(8 if many else 12)
        drawn.has_title = False
        drawn.has_legend = len({data_series.name for data_series in chart.series if data_series.name}) > 1
        if drawn.has_legend:
            drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
            _hide_nameless(drawn.legend, chart.series)
        drawn.category_axis.reverse_order = True
        drawn.category_axis.tick_labels.offset = 40
        _show_every_label(drawn.category_axis)
        drawn.value_axis.has_major_gridlines = drawn.value_axis.visible = False
        plot = drawn.plots[0]
        plot.gap_width, plot.overlap = 35, 100
        for series, data_series in zip(plot.series, chart.series, strict=True):
            if not data_series.colour:
                series.format.fill.background()
                continue
            _fill_bar(series.format, data_series.colour)
            for position, colour in enumerate(data_series.colours):
                _fill_bar(series.points[position].format, colour)
            self._label(series, data_series)

    def _label(self, series: Any, one: Series) -> None:
        """Write a number or code on each non-empty bar."""
        values = one.values
        for position, value in enumerate(values):
            if value:
                label = series.points[position].data_label
                label.has_text_frame = True
                label.text_frame.text = readable_text(one.labels[position]) if one.labels else str(value)
                font = label.text_frame.paragraphs[0].runs[0].font
                font.size, font.bold = Pt(9 if len(values) > _BARS else 11), True
                colour = one.colours[position] if one.colours else one.colour
                font.color.rgb = RGBColor.from_string("FFFFFF" if colour in _DARK else _INK)

    def _tabulate(self, slide: Any, figure: Figure) -> None:
        """Add a figure's first rows as a native table."""
        places = [n for n, column in enumerate(figure.columns) if column.title][:6]
        rows_of_texts = [[_shorten(row[n], _LETTERS) for n in places] for row in _list_cells(figure)]
        titles = [figure.columns[n].title for n in places]
        if not rows_of_texts or not places:
            return
        numbers = [n for n, place in enumerate(places) if figure.columns[place].number]
        size, widths, rows = _fit_table(titles, rows_of_texts[:_ROWS], numbers)
        if len(rows) < len(rows_of_texts) and len(rows) > 1 and _is_group(rows[-1]):
            rows.pop()
        if len(rows) < len(rows_of_texts):
            shown, total = (sum(not _is_group(row) for row in table_rows) for table_rows in (rows, rows_of_texts))
            counts = {"shown": shown, "total": total}
            self._write(slide, self.report.words["filter.shown"].format(**counts), top=Mm(168), size=12, colour=_SECOND)
        height = Mm(9) * (1 + len(rows))
        frame = slide.shapes.add_table(1 + len(rows), len(places), _EDGE, _TOP, _WIDTH - 2 * _EDGE, height)
        table = frame.table
        table.first_row, table.horz_banding = True, False
        for place, width in enumerate(widths):
            table.columns[place].width = Emu(width)
        for y, row in enumerate([titles, *rows]):
            group = _is_group(row)
            if group:
                table.cell(y, 0).merge(table.cell(y, len(row) - 1))
            for x, text in enumerate(row[:1] if group else row):
                cell = table.cell(y, x)
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string(_DEEP if y == 0 else "FFFFFF")
                colour = "FFFFFF" if y == 0 else _INK
                self._set(cell.text_frame, text, size=size, bold=group or y == 0, colour=colour)


def _is_group(row: Sequence[str]) -> bool:
    """True for the header of a group of rows."""
    return len(row) > 1 and not any(row[1:])


def _fit_table(
    titles: Sequence[str], rows: Sequence[list[str]], numbers: Collection[int]
) -> tuple[int, list[int], list[list[str]]]:
    """Return the size of a table's letters, the widths of its columns, and the first rows that fit."""
    for size in _TABLES:
        least = _measure_columns(titles, rows, numbers, size)
        widths = _share_width(least, rows)
        room = _ROOM - Mm(10) - _measure_row(titles, widths, size, _BOLD)
        bottoms = list(accumulate(_measure_row(row, widths, size) for row in rows))
        if bottoms[-1] <= room and sum(least) <= _WIDTH - 2 * _EDGE:
            return size, widths, list(rows)
    return size, widths, list(rows[: max(bisect(bottoms, room), 1)])


def _measure_columns(
    titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int], size: int
) -> list[int]:
    """Return the least widths of columns, where words of headers and numbers stay whole."""
    least = []
    for n, title in enumerate(titles):
        words = [*title.split(), *(row[n].partition(" ")[0] for row in rows if n in numbers)]
        least.append(int(Pt(size * _BOLD * max(map(len, words), default=1))) + _INSET)
    return least


def _share_width(least: Sequence[int], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the widths of columns: what is left above the least, by the length of the longest cells."""
    weights = [max(min(len(row[n]), 60) for row in rows) for n in range(len(least))]
    left = max(_WIDTH - 2 * _EDGE - sum(least), 0)
    shares = [minimum + left * weight // max(sum(weights), 1) for minimum, weight in zip(least, weights, strict=True)]
    return [share * (_WIDTH - 2 * _EDGE) // sum(shares) for share in shares]


def _measure_row(cells: Sequence[str], widths: Sequence[int], size: int, glyph: float = _GLYPH) -> int:
    """Estimate the height of a row of a table."""
    pairs = zip(cells, widths, strict=True)
    return max(int(Mm(9)), int(_CELL) + max(_measure_height(text, size, width, glyph) for text, width in pairs))


def _shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _end_at_sentence(text: str, longest: int) -> str:
    """Return the whole sentences that fit, at least one."""
    if len(text) <= longest:
        return text
    end = text.rfind(". ", 0, longest)
    return text[: (end if end > 0 else text.find(". ")) + 1] or text


def _measure_height(text: str, size: float, width: int, glyph: float = _GLYPH) -> int:
    """Estimate the height of a text, 0 for none.

    `size` is in points, `width` of the box in EMU.
    """
    letters = max(int((Emu(width).pt - Emu(_INSET).pt) / (size * glyph)), 1)
    lines = sum(len(textwrap.wrap(part, letters)) or 1 for part in text.splitlines())
    return int(Pt(lines * size * _SPACING))


def _fit_list(points: Sequence[str], width: int, room: int) -> tuple[int, list[str]]:
    """Return the size of a list's letters, and its points, shortened where they would be hard to read."""
    for longest in _LONGEST_POINTS:
        shown = [_end_at_sentence(point, longest) for point in points]
        size = next((size for size in _SIZES if _measure_list(shown, size, width) <= room), _SIZES[-1])
        if size >= _LEGIBLE:
            break
    return size, shown


def _measure_list(points: Sequence[str], size: float, width: int) -> int:
    """Estimate the height of a list with its bullets."""
    return sum(_measure_height(point, size, width - int(Mm(6))) + int(Pt(6)) for point in points)


def _fit(text: str, sizes: Sequence[int], width: int, room: int, glyph: float = _GLYPH) -> int:
    """Return the largest fitting text size, else the smallest."""
    return next((size for size in sizes if _measure_height(text, size, width, glyph) <= room), sizes[-1])


def _is_too_long(figure: Figure) -> bool:
    """True if a table has too many rows for slides.

    Its first rows alone would say little.
    """
    return figure.kind is FigureKind.PLAIN and len(list(_list_cells(figure))) > _ROWS


def _add_bullet(paragraph: Any) -> None:
    """Give a paragraph a bullet with a hanging indent."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Mm(6)))
    properties.set("indent", str(-Mm(6)))
    properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))


def _fill_bar(shape: Any, colour: str) -> None:
    """Fill a bar; a light one gets a border."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour)
    shape.line.color.rgb = RGBColor.from_string(colour if colour in _DARK else LEVELS[3])


def _show_every_label(axis: Any) -> None:
    """Let no program leave out names of bars."""
    skip = axis._element.makeelement(qn("c:tickLblSkip"), {"val": "1"})
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _hide_nameless(legend: Any, series: Sequence[Series]) -> None:
    """Hide nameless, transparent series from a legend."""
    for position, chart_series in enumerate(series):
        if not chart_series.name:
            entry = legend._element.makeelement(qn("c:legendEntry"), {})
            entry.append(entry.makeelement(qn("c:idx"), {"val": str(position)}))
            entry.append(entry.makeelement(qn("c:delete"), {"val": "1"}))
            legend._element.insert(1, entry)  # behind the position


def _list_points(section: ReportSection) -> Iterator[str]:
    """Yield the sentences of a section."""
    for block in section.blocks:
        points = block.points if isinstance(block, Bullets) else [block] if isinstance(block, Paragraph) else []
        yield from (f"{point.strong} {point.text}".strip() for point in points)
        if isinstance(block, Definitions):
            yield from (f"{term}: {text}" for term, text in block.entries)
        if isinstance(block, TileMap):
            yield from (f"{tile.name}: {tile.spoken}" for tile in block.tiles)


def _list_cells(figure: Figure) -> Iterator[list[str]]:
    """Yield a figure's rows in words, with group headings."""
    for group in figure.groups:
        if group.title and figure.kind is not FigureKind.LEVELS:
            yield [f"{group.title} {group.summary}".strip(), *("" for _ in figure.columns[1:])]
        yield from ([cell.words for cell in row.cells] for row in group.rows)


def _list_rows(figure: Figure) -> list[str]:
    """Return each action's first line, to list beside its chart."""
    if figure.kind is not FigureKind.ACTIONS:
        return []
    firsts = [row.cells[0] for group in figure.groups for row in group.rows]
    return [first.lines[0].words if isinstance(first, Lines) else first.words for first in firsts]


def _list_notes(section: ReportSection) -> Iterator[str]:
    """Yield speaker notes: captions, sentences and rows in words."""
    for block in section.blocks:
        if isinstance(block, Figure):
            yield block.caption
            if block.kind is not FigureKind.HEAT:
                yield from (" | ".join(filter(None, row)) for row in _list_cells(block))
    yield from _list_points(section)


def _fix_times(data: bytes, date: str) -> bytes:
    """Fix the times in Office files and their embedded workbooks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".xlsx"):
                content = _fix_times(content, date)
            elif name == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", f">{date}<".encode(), content)
            member = zipfile.ZipInfo(name, date_time=_EPOCH)
            member.create_system, member.external_attr = 3, 0o644 << 16
            target.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
