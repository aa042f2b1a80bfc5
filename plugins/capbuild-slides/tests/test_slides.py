"""Slides: what their charts say, what stands on each, what is in no chart or note."""

import io
import textwrap
import zipfile
from collections.abc import Callable

import pytest
from capbuild_slides import register_writers
from capbuild_slides.charts import make_chart
from pptx import Presentation

from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet, Dossier, Programme
from capbuild.plugins import Host, NoOptions, RenderContext
from capbuild.reports import Bar, Track, build
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from capbuild.workspace import Workspace

(WRITER,) = register_writers()


def made(subject: AssessmentSet | Assessment, context: RenderContext) -> bytes:
    return b"".join(WRITER.write(subject, context, NoOptions()))


def opened(data: bytes):
    return Presentation(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """Everything that a file says: slides, notes, charts and the workbooks behind them."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            found.append(text_of(content) if name.endswith(".xlsx") else content.decode("utf-8", "replace"))
    return "\n".join(found)


def charts(data: bytes) -> list:
    return [shape.chart for slide in opened(data).slides for shape in slide.shapes if shape.has_chart]


def test_the_plugin_is_found() -> None:
    assert "pptx" in Host().writers


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_six_to_ten_slides_with_charts_and_notes(
    language: str, baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=workspace.catalogue)
    for subject in (baseline["Barbados"], baseline["Grenada"], baseline):
        data = made(subject, context(language=language, dossier=dossier))
        slides = opened(data).slides
        assert 6 <= len(slides) <= 10
        assert len(charts(data)) >= 2
        assert all(slide.notes_slide.notes_text_frame.text for slide in slides)
        assert all("TLP:AMBER+STRICT" in "".join(s.text for s in one.shapes if s.has_text_frame) for one in slides)


#: Width of letters and height of lines, as shares of their size, in DejaVu Sans, as where Calibri is missing.
WIDE, WIDE_BOLD, LINE = 0.55, 0.64, 1.17


def lines_of(text: str, size: float, width: float, bold: bool) -> int:
    letters = max(int((width - 14.4) / (size * (WIDE_BOLD if bold else WIDE))), 1)
    return sum(len(textwrap.wrap(part, letters)) or 1 for part in text.splitlines())


def size_of(table) -> float:
    """Points of the letters of a table."""
    return table.cell(0, 0).text_frame.paragraphs[0].runs[0].font.size.pt


def bottom_of(shape) -> float:
    """Where the words of a text box or table end, in points, however high the file says that it is."""
    if shape.has_table:
        size = size_of(shape.table)
        rows = [
            max(
                lines_of(cell.text, size, column.width.pt, y == 0)
                for cell, column in zip(row.cells, shape.table.columns, strict=True)
            )
            for y, row in enumerate(shape.table.rows)
        ]
        return shape.top.pt + sum(max(7.2 + size * LINE * count, 25.5) for count in rows)
    runs = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
    size, bold = max(run.font.size.pt for run in runs), any(run.font.bold for run in runs)
    return shape.top.pt + 3.6 + lines_of(shape.text_frame.text, size, shape.width.pt, bold) * size * LINE


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_nothing_lies_over_what_is_below_it(
    language: str, baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=workspace.catalogue)
    for subject in (baseline["Barbados"], baseline["Grenada"], baseline):
        for number, slide in enumerate(opened(made(subject, context(language=language, dossier=dossier))).slides, 1):
            boxes = [s for s in slide.shapes if s.has_table or s.has_chart or (s.has_text_frame and s.text_frame.text)]
            for upper in boxes:
                if upper.has_chart or upper is slide.shapes.title:
                    continue
                beside = (upper.left, upper.left + upper.width)
                below = [s for s in boxes if s.top > upper.top and s.left < beside[1] and s.left + s.width > beside[0]]
                limit = min((s.top.pt for s in below), default=540)
                assert bottom_of(upper) <= limit + 6, (
                    language,
                    number,
                    upper.text_frame.text[:40] if not upper.has_table else "table",
                )


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_points_can_be_read_from_the_back_of_a_room(
    language: str, baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    """Points are at least 14 points high, cut at a sentence, and whole in the notes."""
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=workspace.catalogue)
    for subject in (baseline["Barbados"], baseline["Grenada"], baseline):
        for slide in opened(made(subject, context(language=language, dossier=dossier))).slides:
            notes = slide.notes_slide.notes_text_frame.text
            points = [
                paragraph
                for shape in slide.shapes
                if shape.has_text_frame
                for paragraph in shape.text_frame.paragraphs
                if paragraph._p.xpath("./a:pPr/a:buChar")
            ]
            assert all(run.font.size.pt >= 14 for point in points for run in point.runs), language
            assert [point.text for point in points if point.text not in notes] == []


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_words_of_table_heads_stay_whole(
    language: str, baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=workspace.catalogue)
    slides = opened(made(baseline["Grenada"], context(language=language, dossier=dossier))).slides
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    assert tables
    for table in tables:
        for cell, column in zip(table.rows[0].cells, table.columns, strict=True):
            assert all(
                len(word) * size_of(table) * WIDE_BOLD <= column.width.pt - 14.4 for word in cell.text.split()
            ), cell.text


def test_charts_say_what_the_assessment_says(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    barbados = baseline["Barbados"]
    levels = next(figure for figure in build(barbados, context()).figures if figure.id == "levels")
    chart = make_chart(levels)
    assert chart is not None
    settled = [s.plausible.lowest if s.plausible.settled else 0 for s in barbados.indicators]
    assert list(chart.series[0].values) == settled
    drawn = next(one for one in charts(made(barbados, context())) if len(list(one.plots[0].categories)) == 25)
    assert [int(value) for value in drawn.plots[0].series[0].values] == settled


def test_an_open_range_is_not_drawn_as_a_level(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    report = build(baseline["Grenada"], context())
    levels = next(figure for figure in report.figures if figure.id == "levels")
    tracks = [cell for row in levels.rows for cell in row.cells if isinstance(cell, Track)]
    chart = make_chart(levels)
    assert chart is not None
    assert any(not track.settled for track in tracks)
    for place, track in enumerate(tracks):
        assert (chart.series[0].values[place] > 0) is track.settled


def test_every_indicator_of_a_strip_is_in_its_chart(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    for assessment in baseline:
        strip = next(figure for figure in build(assessment, context()).figures if figure.id == "strip")
        chart = make_chart(strip)
        assert chart is not None
        assert sum(chart.series[0].values) == len(assessment.indicators)


def test_a_withheld_row_is_in_no_chart(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    report = build(baseline, context(audience="regional"))
    counts = next(figure for figure in report.figures if figure.id == "counts")
    shown = [row for row in counts.rows if isinstance(row.cells[1], Bar) and row.cells[1].segments]
    chart = make_chart(counts)
    assert chart is not None
    assert len(chart.categories) == len(shown) < len(list(counts.rows))


def test_nobody_without_consent_is_in_a_slide_note_or_workbook(
    baseline: AssessmentSet, context: Callable[..., RenderContext], programme: Programme
) -> None:
    consented = {c.country.alpha_2 for c in programme.disclosure.consents if c.audience.value == "regional"}
    said = text_of(made(baseline, context(audience="regional")))
    hidden = [one.country.name for one in baseline if one.country.alpha_2 not in consented]
    assert hidden
    assert [name for name in hidden if name in said] == []
    with pytest.raises(WriteError, match="CB703"):
        made(baseline["Belize"], context(audience="regional"))


def test_the_same_report_gives_the_same_bytes(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    data = made(baseline["Barbados"], context(audience="country"))
    assert made(baseline["Barbados"], context(audience="country")) == data
    assert opened(data).core_properties.created.isoformat()[:10] == "2016-03-31"


@pytest.mark.parametrize("text", ["<a:t>&amp; ]]>", "=cmd|' /C calc'!A0", "a\x00b\ud800", "مرحبا", "x" * 3000])
def test_what_people_write_is_never_markup(told: Callable[[str], Assessment], text: str) -> None:
    assert len(opened(made(told(text), RenderContext(kind="evidence"))).slides) >= 2
