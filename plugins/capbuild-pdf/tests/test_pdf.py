"""PDF reports: what they say, how they are tagged, what cannot harm them."""

import io
import re
from collections.abc import Callable
from itertools import pairwise

import capbuild_arabic
import pytest
from attrs import evolve
from capbuild_pdf import PdfOptions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.errors import OptionError, WriteError
from capbuild.model import Assessment, AssessmentSet, Programme
from capbuild.plugins import Host, RenderContext, make_options
from capbuild.reports import languages
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts
from tools.pdf_text import pages, squeezed, text_of

pypdf = pytest.importorskip("pypdf", reason="reading PDF needs pypdf")

Pdf = Callable[..., bytes]

HOSTILE = {
    "markup of HTML": "<script>alert(1)</script> &amp; </w:t>",
    "markup of typst": '#panic() *bold* $x$ @ref `raw` // no /* no */ #sys.inputs "#"',
    "formula": "=cmd|' /C calc'!A0",
    "quotes": "O’Neill \"said\" 'so' \\ and «left»",
    "break": "first\nsecond\tthird",
    "long word": "x" * 5000,
    "long answer": "word " * 1000,
}


@pytest.fixture(scope="module")
def profile(pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> bytes:
    return pdf(baseline["Barbados"], context(audience="country", language="es"))


@pytest.fixture(scope="module")
def region(pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> bytes:
    return pdf(baseline, context(audience="regional"))


def test_the_plugin_is_found() -> None:
    assert "pdf" in Host().writers


def test_a_profile_says_what_the_assessment_says(profile: bytes, baseline: AssessmentSet) -> None:
    said = squeezed(text_of(profile))
    barbados = baseline["Barbados"]
    for node in barbados.framework.indicators:
        assert squeezed(f"{node.id}{(node.short or node.title).get('es')}") in said
    reached = sum(score.target_met is True for score in barbados.indicators)
    assert f"{reached}de{len(barbados.indicators)}" in said
    assert "3SituacióndelpaísUnamarcarellenaesunnivelresueltoporlaspruebas" in said


def test_a_profile_links_to_its_evidence(
    pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    made = pdf(baseline["Barbados"], context(audience="country", pages={"evidence": "{country}-evidence.html"}))
    notes = [note.get_object() for page in pypdf.PdfReader(io.BytesIO(made)).pages for note in page.get("/Annots", ())]
    links = {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}
    targets = {result.target for score in baseline["Barbados"].indicators for result in score.results}
    found = {link.removeprefix("BB-evidence.html#") for link in links if link.startswith("BB-evidence")}
    assert found
    assert found <= targets


def test_nobody_without_consent_is_named(region: bytes, baseline: AssessmentSet, programme: Programme) -> None:
    said = text_of(region)
    consented = {c.country.alpha_2 for c in programme.disclosure.consents if c.audience.value == "regional"}
    assert sum(str(a.country) in said for a in baseline if a.country.alpha_2 in consented) >= 20
    unnamed = [a.country.name for a in baseline if a.country.alpha_2 not in consented]
    assert unnamed
    # The map lists all participants, and no table does.
    assert max(said.count(name) for name in unnamed) <= 1


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
    assert total > 3
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
    headers = [int(node["/S"][2:]) for node in nodes if re.fullmatch("/H[1-6]", node["/S"])]
    assert headers[0] == 1
    assert headers.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headers))
    assert {"/Table", "/THead", "/TH", "/L"} <= {node["/S"] for node in nodes}
    figures = [node for node in nodes if node["/S"] == "/Figure"]
    said = [str(node["/Alt"]) for node in figures]
    kinds = (r"meta L\d", r"De L\d a L\d, meta L\d", r"no verificado, L\d a L\d; meta L\d")
    counted = [sum(bool(re.match(kind, words)) for words in said) for kind in kinds]
    assert counted == [25, 3, 3], "each area, what to do first, and what is left open"


def test_the_map_is_said_in_words(region: bytes) -> None:
    spoken = [str(node["/Alt"]) for node in tags(region) if node["/S"] == "/Figure"]
    assert any("Bahamas, L2 Person-dependent" in words and "Aruba, " in words for words in spoken)
    assert any(re.search(r"L1 Not in place × \d+, L2 Person-dependent × \d+", words) for words in spoken)


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
    pdf: Pdf, profile: bytes, region: bytes, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    assert pdf(baseline["Barbados"], context(audience="country", language="es")) == profile
    assert pdf(baseline, context(audience="regional")) == region


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_every_language(
    pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext], language: str
) -> None:
    made = pdf(baseline["Peru"], context(language=language))
    said = squeezed(text_of(made))
    messages = load_texts(language)
    for key in ("stand.title", "method.title", "invented.running"):
        assert squeezed(str(messages[key])) in said
    assert pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == language


def place_levels(data: bytes) -> list[tuple[float, float, str]]:
    """Height and place on the first page of the codes of levels."""
    found: list[tuple[float, float, str]] = []

    def see(text: str, page: list[float], line: list[float], *_: object) -> None:
        if re.fullmatch(r"L\d", text.strip()):
            found.append((round(line[5] * page[3] + page[5]), line[4] * page[0] + page[4], text.strip()))

    pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text(visitor_text=see)
    return found


def test_levels_of_tracks_begin_where_the_language_begins(
    pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = Host(plugins={"capbuild-arabic": capbuild_arabic}, discover=True)
    monkeypatch.setattr(languages, "default_host", lambda: host)
    for language, sign in (("en", 1), ("ar", -1)):
        made = pdf(baseline["Barbados"], context(kind="brief-country", language=language))
        rows: dict[float, list[tuple[float, str]]] = {}
        for height, place, code in place_levels(made):
            rows.setdefault(height, []).append((place, code))
        steps = [row for row in rows.values() if len(row) == 2 and row[0][1] < row[1][1]]
        assert len(steps) > 2
        assert {(row[1][0] - row[0][0]) * sign > 0 for row in steps} == {True}


def test_headings_in_arabic_stand_out_although_the_font_has_one_weight(
    pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bold letters are filled and outlined (text rendering mode 2); English has a bold face, and needs no outline."""
    host = Host(plugins={"capbuild-arabic": capbuild_arabic}, discover=True)
    monkeypatch.setattr(languages, "default_host", lambda: host)
    for language in ("en", "ar"):
        made = pdf(baseline["Barbados"], context(kind="brief-country", language=language))
        content = b"".join(page.get_contents().get_data() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
        modes = re.findall(rb"\b(\d) Tr\b", content)
        assert (b"2" in modes) is (language == "ar")
        assert language == "en" or b"0" in modes


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_people_write_is_printed_and_never_read_as_markup(
    pdf: Pdf, told: Callable[[str], Assessment], titled: Callable[[str], Programme], text: str
) -> None:
    said = squeezed(text_of(pdf(told(text), RenderContext(programme=titled(text), kind="evidence"))))
    assert squeezed(text)[:60] in said
    # The notice, and in the annex the answer as written, the reason, and the note.
    letters = squeezed(text)
    assert said.count(letters[0]) >= 4 * letters.count(letters[0])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_can_be_set(pdf: Pdf, told: Callable[[str], Assessment], text: str) -> None:
    assert pdf(told(text.strip() or "x"), RenderContext(kind="evidence")).startswith(b"%PDF-1.7")


def test_one_country_and_a_capacity_without_a_finding(pdf: Pdf, told: Callable[[str], Assessment]) -> None:
    one = told("yes")
    said = squeezed(text_of(pdf(one, RenderContext())))
    assert "notverified,L1toL5" in said
    alone = AssessmentSet(framework=one.framework, recipe=one.recipe, round=one.round, assessments=[one])
    assert "Barbados" in text_of(pdf(alone, RenderContext()))


def test_no_country_at_all(pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    said = text_of(pdf(evolve(baseline, assessments=(), silent=()), context()))
    assert str(load_texts("en")["limits.title"]) in said
    quiet = text_of(pdf(evolve(baseline, assessments=()), context()))
    assert str(load_texts("en")["missing.silent.named"]).partition("{")[0] in quiet


def test_an_audience_that_the_policy_does_not_name_is_refused(
    pdf: Pdf, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    with pytest.raises(WriteError) as refused:
        pdf(baseline, context(audience="public"))
    assert refused.value.code == "CB703"
    with pytest.raises(WriteError, match="has not consented") as refused:
        pdf(baseline["Belize"], context(audience="regional"))
    assert refused.value.code == "CB703"


@pytest.mark.parametrize("options", [{"paper": "a5"}, {"single": False}, {"papre": "a4"}])
def test_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        make_options(PdfOptions, options, "pdf")
