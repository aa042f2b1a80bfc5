"""PDF reports: what they say, how they are tagged, what cannot harm them."""

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from capbuild_pdf import PdfOptions, register_writers
from capbuild_pdf.glyphs import characters
from capbuild_pdf.layout import shares
from capbuild_pdf.render import render_report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.errors import OptionError, WriteError
from capbuild.model import Assessment, AssessmentSet, Dossier, Limits, Money, Plan, PlannedActivity, Programme
from capbuild.plugins import File, Host, RenderContext, make_options
from capbuild.reports import Column, Figure, FigureKind, Row, RowGroup, Words, build
from capbuild.reports.wording import LANGUAGES, load_messages
from capbuild.workspace import Workspace
from tools.pdf_text import pages

pypdf = pytest.importorskip("pypdf", reason="reading PDF needs pypdf")

(WRITER,) = register_writers()
FONTS = Path(__file__).parents[1] / "src" / "capbuild_pdf" / "fonts"

HOSTILE = {
    "markup of HTML": "<script>alert(1)</script> &amp; </w:t>",
    "markup of typst": '#panic() *bold* $x$ @ref `raw` // no /* no */ #sys.inputs "#"',
    "formula": "=cmd|' /C calc'!A0",
    "quotes": "O’Neill \"said\" 'so' \\ and «left»",
    "break": "first\nsecond\tthird",
    "long word": "x" * 5000,
    "long answer": "word " * 1000,
}


def pdf(subject: AssessmentSet | Assessment, context: RenderContext, **options: object) -> bytes:
    return b"".join(WRITER.write(subject, context, make_options(PdfOptions, options, "pdf")))


def text_of(data: bytes) -> str:
    return "\n".join(pages(data))


def squeezed(text: str) -> str:
    """A text without blanks: lines of a page break anywhere."""
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.fixture(scope="module")
def profile(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> bytes:
    return pdf(baseline["Barbados"], context(audience="country", language="es"))


@pytest.fixture(scope="module")
def region(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> bytes:
    return pdf(baseline, context(audience="regional"))


def test_the_plugin_is_found() -> None:
    assert "pdf" in Host().writers


def test_a_profile_says_what_the_assessment_says(profile: bytes, baseline: AssessmentSet) -> None:
    said = squeezed(text_of(profile))
    barbados = baseline["Barbados"]
    for node in barbados.framework.indicators:
        assert squeezed(f"{node.id}{node.title.get('es')}") in said
    verified = sum(score.verified for score in barbados.indicators)
    assert f"{verified}de{len(barbados.indicators)}" in said
    assert "1DóndeestáelpaísUnamarcallenaesunnivelconfirmado" in said
    criteria = [c for score in barbados.indicators for c in score.results]
    assert all(squeezed(result.target) in said for result in criteria)


def test_a_region_holds_its_profiles_without_their_evidence(
    region: bytes, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    said = squeezed(text_of(region))
    messages = load_messages("en")
    assert squeezed(str(messages["evidence.title"])) not in said
    assert squeezed(str(messages["counts.title"])) in said
    one = pdf(baseline["Barbados"], context(audience="country"))
    assert squeezed(str(messages["evidence.title"])) in squeezed(text_of(one))
    without = pdf(baseline["Barbados"], context(audience="country"), evidence=False)
    assert squeezed(str(messages["evidence.title"])) not in squeezed(text_of(without))


def test_nobody_without_consent_is_named(region: bytes, baseline: AssessmentSet, programme: Programme) -> None:
    titles = {str(entry.title) for entry in outline(region) if not str(entry.title)[0].isdigit()}
    consented = {c.country for c in programme.disclosure.consents if c.audience.value == "regional"}
    assert len(titles & {str(a.country) for a in baseline}) >= 20
    unnamed = [a.country.name for a in baseline if a.country.alpha_2 not in consented]
    assert unnamed
    assert not titles & set(unnamed)


def outline(data: bytes) -> list:
    def flat(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from flat(entry)
            else:
                yield entry

    return list(flat(pypdf.PdfReader(io.BytesIO(data)).outline))


def test_every_page_carries_label_notice_disclaimer_and_number(profile: bytes) -> None:
    said_on = pages(profile)
    total = len(said_on)
    assert total > 5
    for number, said in enumerate(said_on, start=1):
        assert "TLP:AMBER" in said
        assert "RESPUESTAS INVENTADAS" in said
        assert "INTERPOL" in said
        assert f"{number} / {total}" in said


def test_it_is_tagged_and_claims_both_standards(profile: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(profile))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF's own boolean
    assert root["/Lang"] == "es"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"<pdfuaid:part>1<", xmp)
    assert re.search(r"<pdfaid:part>2<", xmp)
    assert re.search(r"<pdfaid:conformance>A<", xmp)
    assert reader.metadata.title.startswith("Barbados – ")
    assert reader.metadata.creation_date.date().isoformat() == "2016-03-31"


def tags(data: bytes) -> list[dict]:
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict) and "/S" in node:
            found.append(node)
            walk(node.get("/K", []))

    walk(pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_headings_go_down_one_by_one_and_tracks_have_words(profile: bytes) -> None:
    nodes = tags(profile)
    heads = [int(node["/S"][2:]) for node in nodes if re.fullmatch("/H[1-6]", node["/S"])]
    assert heads[0] == 1
    assert heads.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(heads))
    assert {"/Table", "/THead", "/TH", "/TOC", "/L"} <= {node["/S"] for node in nodes}
    figures = [node for node in nodes if node["/S"] == "/Figure"]
    assert len(figures) == 25
    assert all(re.match(r"meta L\d", str(node["/Alt"])) for node in figures)


def test_the_map_is_said_in_words(region: bytes) -> None:
    spoken = [str(node["/Alt"]) for node in tags(region) if node["/S"] == "/Figure"]
    assert any("Bahamas: L2 Person-dependent" in words and "Aruba: " in words for words in spoken)
    assert any(re.search(r"L1 Not in place: \d+, L2 Person-dependent: \d+", words) for words in spoken)


def test_only_the_fonts_of_the_package_are_used(region: bytes) -> None:
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(region)).pages:
        fonts = page["/Resources"].get("/Font", {})
        names |= {re.sub("^/[A-Z]{6}[+]", "", str(font.get_object()["/BaseFont"])) for font in fonts.values()}
    assert {name.split("-Identity")[0] for name in names} <= {
        "CapbuildSans-Regular",
        "CapbuildSans-Bold",
        "CapbuildSans-Italic",
    }


def test_the_same_report_gives_the_same_bytes(
    profile: bytes, region: bytes, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    assert pdf(baseline["Barbados"], context(audience="country", language="es")) == profile
    assert pdf(baseline, context(audience="regional")) == region


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(baseline: AssessmentSet, context: Callable[..., RenderContext], language: str) -> None:
    made = pdf(baseline["Peru"], context(language=language), evidence=False)
    said = squeezed(text_of(made))
    messages = load_messages(language)
    for key in ("stand.title", "method.title", "invented.running", "contents"):
        assert squeezed(str(messages[key])) in said
    assert pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_people_write_is_printed_and_never_read_as_markup(
    told: Callable[[str], Assessment], titled: Callable[[str], Programme], text: str
) -> None:
    said = squeezed(text_of(pdf(told(text), RenderContext(programme=titled(text)))))
    assert squeezed(text)[:60] in said
    # The notice, and in the annex the answer as written, the reason, and the note.
    letters = squeezed(text)
    assert said.count(letters[0]) >= 4 * letters.count(letters[0])


@pytest.mark.parametrize(("text", "language"), [("مرحبا بالعالم", "ar"), ("שלום עולם", "he"), ("Ελλάδα Київ", "und")])
def test_other_scripts_are_printed(told: Callable[..., Assessment], text: str, language: str) -> None:
    data = pdf(told(text, language), RenderContext())
    said = text_of(data)
    assert "□" not in said
    assert set(squeezed(text)) <= set(squeezed(said)) or language == "ar"


def test_letters_without_a_glyph_are_told(told: Callable[[str], Assessment]) -> None:
    said = squeezed(text_of(pdf(told("中 \U0001f600 \x07 \u202eabc"), RenderContext())))
    assert "□" in said
    assert "U+0007,U+4E2D,U+1F600." in said
    assert "\u202e" not in said


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_can_be_set(told: Callable[[str], Assessment], text: str) -> None:
    assert pdf(told(text.strip() or "x"), RenderContext(), evidence=True).startswith(b"%PDF-1.7")


def test_one_country_and_a_capacity_without_a_finding(told: Callable[[str], Assessment]) -> None:
    one = told("yes")
    said = squeezed(text_of(pdf(one, RenderContext())))
    assert "notverified,L1toL5" in said
    alone = AssessmentSet(framework=one.framework, recipe=one.recipe, round=one.round, assessments=[one])
    assert "Barbados" in text_of(pdf(alone, RenderContext()))


def test_no_country_at_all(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    said = text_of(pdf(evolve(baseline, assessments=(), silent=()), context()))
    assert str(load_messages("en")["limits.title"]) in said
    quiet = text_of(pdf(evolve(baseline, assessments=()), context()))
    assert str(load_messages("en")["silent.assumed"]) in quiet


def test_a_set_of_files(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    few = evolve(baseline, assessments=[baseline["BB"], baseline["CO"]], silent=())
    made: list[File] = list(WRITER.write(few, context(), PdfOptions(single=False)))
    assert [file.name for file in made] == ["regional.pdf", "countries/BB.pdf", "countries/CO.pdf"]
    assert all(b"".join(file.chunks).startswith(b"%PDF") for file in made)


def test_an_audience_that_the_policy_does_not_name_is_refused(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    with pytest.raises(WriteError) as refused:
        pdf(baseline, context(audience="public"))
    assert refused.value.code == "CB703"
    with pytest.raises(WriteError, match="has not consented") as refused:
        pdf(baseline["Belize"], context(audience="regional"))
    assert refused.value.code == "CB703"


@pytest.mark.parametrize("options", [{"paper": "a5"}, {"evidence": "yes"}, {"papre": "a4"}])
def test_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        make_options(PdfOptions, options, "pdf")


def test_a_folder_of_the_users_adds_fonts(told: Callable[[str], Assessment], tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    with pytest.raises(WriteError, match=r"broken\.ttf is not a font"):
        pdf(told("x"), RenderContext(), fonts=str(tmp_path))
    (tmp_path / "broken.ttf").write_bytes((FONTS / "noto-sans-hebrew.ttf").read_bytes())
    assert pdf(told("x"), RenderContext(), fonts=str(tmp_path), paper="us-letter").startswith(b"%PDF")


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.[ot]tf")), ids=lambda path: path.name)
def test_letters_of_a_font_are_those_that_fonttools_finds(path: Path) -> None:
    fonts = pytest.importorskip("fontTools.ttLib", reason="fonttools is not installed")
    assert characters(path) == frozenset(fonts.TTFont(path).getBestCmap())


def test_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) <= 500_000
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(path.name in licence or "capbuild-sans-*.otf" in licence for path in FONTS.glob("*.[ot]tf"))


def test_the_fonts_cover_the_messages_and_the_names_of_countries() -> None:
    from capbuild.countries import all_countries, country_name

    wanted = {c for language in LANGUAGES for message in load_messages(language).values() for c in str(message)}
    wanted |= {c for language in LANGUAGES for country in all_countries() for c in country_name(country, language)}
    for face in FONTS.glob("capbuild-sans-*.otf"):
        assert {c for c in wanted if c.isprintable() and ord(c) not in characters(face)} == set()


def figure(*columns: list[str]) -> Figure:
    rows = [Row(cells=[Words(text=text) for text in texts]) for texts in zip(*columns, strict=True)]
    return Figure(
        id="f", columns=[Column(id=str(n), title="Head") for n, _ in enumerate(columns)], groups=[RowGroup(rows=rows)]
    )


def test_short_columns_get_what_they_ask_for_and_long_ones_share_the_rest() -> None:
    short, other = shares(figure(["L1"], ["met"]))
    assert short == other == 6
    title, code, sentence = shares(figure(["t" * 60], ["L3"], ["s" * 300]))
    assert code == 6
    assert sentence > title > 25
    assert title + code + sentence == pytest.approx(104)


def test_heads_take_two_lines_where_sentences_need_the_room() -> None:
    table = figure(["s" * 60], *(["yes"] for _ in range(4)))
    heads = [evolve(column, title="Survey of prosecutors") for column in table.columns]
    sentence, *answers = shares(evolve(table, columns=heads))
    # "prosecutors", below "Survey of", and room beside it; all that is left goes to the sentences.
    assert answers == [13] * 4
    assert sentence == pytest.approx(104 - 4 * 13)
    wide = figure(["s" * 60], ["yes"])
    assert shares(evolve(wide, columns=heads[:2])) == [61.5, 23]  # there is room for the whole head


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_needs_brief_has_two_pages_in_every_language(
    language: str, workspace: Workspace, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    catalogue, day = workspace.catalogue, baseline.round.reference_date
    assert catalogue is not None
    seats = dict.fromkeys((country.alpha_2 for country in baseline.countries), 2)
    cost = Money(1000, "CAD")
    planned = [
        PlannedActivity(id=f"S{n:02}-{m}", activity=activity.id, start=day, end=day, seats=seats, cost=cost)
        for n, activity in enumerate(catalogue.activities)
        for m in (1, 2)
    ]
    plan = Plan(activities=planned, limits=Limits(budget=Money(1_000_000, "CAD")))
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=catalogue, plan=plan)
    made = pdf(baseline, context(audience="team", language=language, kind="brief", dossier=dossier))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["Barbados", "Grenada", "Mexico"])
def test_levels_begin_on_the_first_page_and_go_on_between_two_dimensions(
    language: str, country: str, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    messages = load_messages(language)
    report = build(baseline[country], context(language=language))
    levels = next(figure for figure in report.figures if figure.kind is FigureKind.LEVELS)
    made = pdf(baseline[country], context(language=language), evidence=False)
    first, second = map(squeezed, pages(made)[:2])
    # Up to the caption, below which other tables name indicators too.
    second = second.partition(squeezed(levels.caption)[:60])[0]
    head = squeezed(levels.columns[2].title + levels.columns[3].title)
    begun = first.partition(squeezed(f"1 {messages['stand.title']}"))[2].partition(head)[2]
    assert head in second
    families = [[row.cells[0].words.split()[0] for row in group.rows] for group in levels.groups]
    on_first = [all(name in begun for name in family) for family in families]
    on_second = [all(name in second for name in family) for family in families]
    assert on_first[0]
    assert [one is not other for one, other in zip(on_first, on_second, strict=True)] == [True] * len(families)
    # What is lacking is named in sentences, and a family is on one page alone.
    assert not [
        name for family, one in zip(families, on_first, strict=True) if not one for name in family if name in begun
    ]


def test_few_levels_stand_whole_on_the_first_page(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    report = build(baseline["Grenada"], context())
    stand = report.sections[0]
    (levels,) = (block for block in stand.blocks if isinstance(block, Figure))
    short = evolve(levels, groups=[evolve(group, rows=list(group.rows)[:2]) for group in levels.groups[:3]])
    shown = evolve(report, sections=[evolve(stand, blocks=[short]), *report.sections[1:]])
    made = render_report(shown, baseline.round.reference_date, PdfOptions())
    assert squeezed(levels.caption) in squeezed(pages(made)[0])


def test_a_figure_of_many_rows_runs_on_where_it_would_leave_half_a_page_empty(
    baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    dossier = Dossier(needs=workspace.needs("baseline"))
    report = evolve(build(baseline, context(dossier=dossier)), profiles=())
    gaps, needs = (next(one for one in report.sections if one.id == name) for name in ("gaps", "needs"))
    (table,) = (block for block in needs.blocks if isinstance(block, Figure))
    rows = [*table.rows, *table.rows][:36]
    long = evolve(table, groups=[RowGroup(rows=rows)])
    shown = evolve(report, sections=[evolve(gaps, blocks=[]), evolve(needs, blocks=[long])])
    made = render_report(shown, baseline.round.reference_date, PdfOptions())
    said_on = [squeezed(page) for page in pages(made)]
    heads = [squeezed(column.title) for column in table.columns[1:3]]
    holding = [number for number, page in enumerate(said_on) if all(head in page for head in heads)]
    # Its head stands on both pages, and it begins on the page on which the gaps end.
    assert len(holding) == 2
    assert squeezed(gaps.title) in said_on[holding[0]]
