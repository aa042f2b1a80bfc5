"""Word documents: what they say, how they are built, what cannot harm them."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from attrs import evolve
from capbuild_docx import DocxOptions, register_writers
from capbuild_docx.shaded_cells import shade_band, shade_track
from docx.oxml.ns import qn
from docx.shared import RGBColor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.errors import OptionError, WriteError
from capbuild.model import Assessment, AssessmentSet, Programme
from capbuild.plugins import Host, RenderContext, make_options
from capbuild.reports import Band, Track
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts

(WRITER,) = register_writers()

HOSTILE = {
    "markup of XML": "<script>alert(1)</script> &amp; ]]> </w:t></w:r> <!-- x -->",
    "markup of typst": '#panic() *bold* $x$ @ref `raw` "#"',
    "formula": "=cmd|' /C calc'!A0",
    "quotes": "O’Neill \"said\" 'so' \\ and «left»",
    "right to left": "مرحبا بالعالم",
    "other scripts": "中文 \U0001f600",
    "break": "first\nsecond\tthird",
    "long word": "x" * 5000,
    "long answer": "word " * 1000,
}

#: Order of properties in the schema (ECMA-376, part 1), as far as documents use them.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore numPr tabs spacing ind jc outlineLvl",
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs bdr shd rtl lang",
    "tcPr": "tcW gridSpan tcBorders shd noWrap tcMar vAlign",
    "tblPr": "tblStyle tblW tblBorders tblLayout tblCellMar tblLook tblCaption tblDescription",
}


def made(subject: AssessmentSet | Assessment, context: RenderContext, **options: object) -> bytes:
    return b"".join(WRITER.write(subject, context, make_options(DocxOptions, options, "docx")))


def opened(data: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All text of the body, a line a paragraph."""
    lines = []
    for paragraph in opened(data).element.body.iter(qn("w:p")):
        pieces = {qn("w:t"): None, qn("w:br"): "\n", qn("w:tab"): "\t"}
        found = (node for node in paragraph.iter() if node.tag in pieces)
        lines.append("".join(pieces[node.tag] or node.text or "" for node in found))
    return "\n".join(lines)


@pytest.fixture(scope="module")
def profile(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> bytes:
    return made(baseline["Barbados"], context(audience="country", language="es"))


@pytest.fixture(scope="module")
def region(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> bytes:
    return made(baseline, context(audience="regional"))


def test_the_plugin_is_found() -> None:
    assert "docx" in Host().writers


def test_a_profile_says_what_the_assessment_says(profile: bytes, baseline: AssessmentSet) -> None:
    said = text_of(profile)
    barbados = baseline["Barbados"]
    lacking = [name for score in barbados.indicators for name in score.lacking]
    assert lacking
    assert any(name in said for name in lacking)
    for node in barbados.framework.indicators:
        assert f"{node.id} {(node.short or node.title).get('es')}" in said
    reached = sum(score.target_met is True for score in barbados.indicators)
    assert f"{reached} de {len(barbados.indicators)}" in said


def headings(data: bytes) -> list[tuple[int, str]]:
    found = []
    for paragraph in opened(data).paragraphs:
        match = re.fullmatch(r"Heading (\d)", paragraph.style.name)
        if match:
            found.append((int(match[1]), paragraph.text))
    return found


def test_headings_are_real_numbered_and_never_skip_a_level(region: bytes, profile: bytes) -> None:
    for data in (region, profile):
        levels = [level for level, _ in headings(data)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
    document = opened(profile)
    assert document.styles["Heading 2"].element.pPr.numPr.numId is not None
    assert document.styles["Heading 2"].element.pPr.numPr.ilvl.val == 1
    assert [text for level, text in headings(profile) if level == 1] == ["Barbados"]


def test_nobody_without_consent_is_named(region: bytes, baseline: AssessmentSet, programme: Programme) -> None:
    consented = {c.country.alpha_2 for c in programme.disclosure.consents if c.audience.value == "regional"}
    (heat,) = (t for t in opened(region).tables if t.cell(0, 0).text == "Country" and len(t.columns) > 20)
    assert len(heat.rows) - 2 == sum(a.country.alpha_2 in consented for a in baseline) == 23


def test_the_evidence_is_a_document_of_its_own(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    pages = {"evidence": "PE-evidence.html", "profile": "PE-profile.docx"}
    short, whole = (made(baseline["Peru"], context(kind=kind, pages=pages)) for kind in ("profile", "evidence"))
    targets = {result.target for score in baseline["Peru"].indicators for result in score.results}
    said, summed_up = text_of(whole), text_of(short)
    assert all(target in said for target in targets)
    assert sum(target in summed_up for target in targets) < len(targets) / 2
    links = {one.target_ref for one in opened(short).part.rels.values() if one.is_external}
    assert {link.partition("#")[2] for link in links if link.startswith("PE-evidence.html#")} <= targets
    assert "PE-profile.docx" in {one.target_ref for one in opened(whole).part.rels.values() if one.is_external}


def test_heads_of_tables_repeat_and_rows_stay_whole(profile: bytes) -> None:
    tables = opened(profile).element.body.findall(qn("w:tbl"))
    named = [table for table in tables if table.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}") is not None]
    assert len(named) == len(tables) > 5
    data = [table for table in tables if table.findall(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}")]
    assert len(data) == len(tables) - 1  # the definitions of the method have no head
    for table in tables:
        widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
        for row in table.findall(qn("w:tr")):
            spans = row.findall(f"{qn('w:tc')}/{qn('w:tcPr')}/{qn('w:gridSpan')}")
            taken = len(row.findall(qn("w:tc"))) + sum(int(span.get(qn("w:val"))) - 1 for span in spans)
            assert taken == len(widths)


def test_the_map_is_said_in_words(region: bytes) -> None:
    words = [node.get(qn("w:val")) for node in opened(region).element.body.iter(qn("w:tblDescription"))]
    assert any("Bahamas, L2 Person-dependent" in text for text in words)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_label_notice_and_disclaimer_stand_on_every_page(profile: bytes) -> None:
    (section,) = opened(profile).sections
    header = section.header.paragraphs[0].text
    assert "TLP:AMBER" in header
    assert "RESPUESTAS INVENTADAS" in header
    footer = section.footer.paragraphs[0]
    assert "INTERPOL" in footer.text
    assert footer._p.xpath("string(.//w:instrText)").strip() == "PAGE"


def properties(data: bytes) -> Iterator[tuple[str, list[str]]]:
    document = opened(data)
    roots = [document.element, document.styles.element, document.sections[0].header._element]
    for root in roots:
        for name in ORDER:
            for node in root.iter(qn(f"w:{name}")):
                yield name, [child.tag.rpartition("}")[2] for child in node]


def test_properties_stand_in_the_order_of_the_schema(profile: bytes, region: bytes) -> None:
    for data in (profile, region):
        for name, found in properties(data):
            known = [child for child in found if child in ORDER[name].split()]
            assert known == sorted(known, key=ORDER[name].split().index), name


def test_the_same_report_gives_the_same_bytes(
    profile: bytes, region: bytes, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    assert made(baseline["Barbados"], context(audience="country", language="es")) == profile
    assert made(baseline, context(audience="regional")) == region
    with zipfile.ZipFile(io.BytesIO(profile)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = opened(profile).core_properties
    assert core.created.isoformat()[:10] == core.modified.isoformat()[:10] == "2016-03-31"
    assert (core.title, core.language) == ("Barbados", "es")


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_every_language(baseline: AssessmentSet, context: Callable[..., RenderContext], language: str) -> None:
    data = made(baseline["Peru"], context(language=language))
    messages = load_texts(language)
    said = text_of(data)
    for key in ("stand.title", "method.title"):
        assert str(messages[key]) in said
    defaults = opened(data).styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang/@w:val")
    assert defaults == [language]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_people_write_is_printed_and_never_read_as_markup(
    told: Callable[[str], Assessment], titled: Callable[[str], Programme], text: str
) -> None:
    said = text_of(made(told(text), RenderContext(programme=titled(text), kind="evidence")))
    # The head, the notice, and in the annex the answer as written, the reason, and the note.
    assert said.count(text.strip()) >= 4


def test_right_to_left_is_marked(told: Callable[..., Assessment]) -> None:
    body = opened(made(told("مرحبا", "ar"), RenderContext(kind="evidence"))).element.body
    assert body.xpath('//w:r[w:rPr/w:rtl][w:rPr/w:lang/@w:bidi="ar"]')


def test_what_xml_cannot_hold_is_replaced(told: Callable[[str], Assessment]) -> None:
    said = text_of(made(told("a\x00b\x0b\ud800\u202ec"), RenderContext(kind="evidence")))
    assert "a\ufffdb\ufffd\ufffdc" in said


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_can_be_written(told: Callable[[str], Assessment], text: str) -> None:
    assert opened(made(told(text.strip() or "x"), RenderContext(kind="evidence"))).paragraphs


def test_one_country_and_a_capacity_without_a_finding(told: Callable[[str], Assessment]) -> None:
    one = told("yes")
    assert "not verified, L1 to L5" in text_of(made(one, RenderContext()))
    alone = AssessmentSet(framework=one.framework, recipe=one.recipe, round=one.round, assessments=[one])
    assert "Barbados" in text_of(made(alone, RenderContext()))


def test_no_country_at_all(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    said = text_of(made(evolve(baseline, assessments=(), silent=()), context()))
    assert str(load_texts("en")["limits.title"]) in said
    quiet = text_of(made(evolve(baseline, assessments=()), context()))
    assert str(load_texts("en")["missing.silent.named"]).partition("{")[0] in quiet


def test_an_audience_that_the_policy_does_not_name_is_refused(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    with pytest.raises(WriteError) as refused:
        made(baseline, context(audience="public"))
    assert refused.value.code == "CB703"
    with pytest.raises(WriteError, match="has not consented") as refused:
        made(baseline["Belize"], context(audience="regional"))
    assert refused.value.code == "CB703"


def test_an_office_brings_its_own_styles(
    baseline: AssessmentSet, context: Callable[..., RenderContext], tmp_path: Path
) -> None:
    office = docx.Document()
    office.styles["Heading 2"].font.color.rgb = RGBColor(0x12, 0xAB, 0x34)
    office.sections[0].header.paragraphs[0].text = "Ministry of Justice"
    office.add_paragraph("Text of the template")
    office.save(tmp_path / "office.docx")
    data = made(baseline["Peru"], context(), template=str(tmp_path / "office.docx"))
    document = opened(data)
    assert document.styles["Heading 2"].font.color.rgb == RGBColor(0x12, 0xAB, 0x34)
    header = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    assert header[0] == "Ministry of Justice"
    assert "TLP:AMBER+STRICT" in header[1]
    assert "Text of the template" not in text_of(data)
    assert "Capbuild Table" in {style.name for style in document.styles}


@pytest.mark.parametrize("name", ["none.docx", "text.docx"])
def test_a_template_that_cannot_be_read_is_told(
    baseline: AssessmentSet, context: Callable[..., RenderContext], tmp_path: Path, name: str
) -> None:
    (tmp_path / "text.docx").write_text("no archive")
    with pytest.raises(WriteError, match=f"the template {name} cannot be read"):
        made(baseline["Peru"], context(), template=str(tmp_path / name))


def test_options_are_checked() -> None:
    with pytest.raises(OptionError):
        make_options(DocxOptions, {"tempalte": "x.docx"}, "docx")


def test_a_level_is_a_shaded_step_or_a_hatched_range_and_never_both() -> None:
    codes = ["L1", "L2", "L3", "L4", "L5"]
    confirmed = shade_track(Track(codes=codes, lowest=3, highest=3, target=4))
    assert [step.ground.shade for step in confirmed] == [None, None, 3, None, None]
    assert [step.target for step in confirmed] == [False, False, False, True, False]
    assert not any(step.ground.open for step in confirmed)
    opened_range = shade_track(Track(codes=codes, lowest=1, highest=3, claimed=4))
    assert [step.ground.open for step in opened_range] == [True, True, True, False, False]
    assert [step.text for step in opened_range] == ["L1", "", "L3", "L4", ""]
    assert not any(step.ground.shade for step in opened_range)


def test_a_value_lies_in_one_of_ten_steps() -> None:
    steps = shade_band(Band(value=1.0, lower=0.75, upper=1.0, target=0.5))
    assert [step.text for step in steps] == [""] * 9 + ["●"]
    assert [n for n, step in enumerate(steps) if step.target] == [5]
    assert [n for n, step in enumerate(steps) if step.ground.shade] == [7, 8, 9]
    assert not any(step.text for step in shade_band(Band(value=None)))
