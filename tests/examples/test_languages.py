"""No English stands in a Spanish, French or Dutch report of the example, but names and what people wrote themselves."""

import io
import re
from collections.abc import Iterator, Mapping

import attrs
import openpyxl
import pytest

import capbuild as cb
from capbuild.model import AssessmentSet, Dossier, LeftOut
from capbuild.plugins import RenderContext
from capbuild.reports import Report, Words, build
from capbuild.reports.country_names import get_country_name
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from capbuild.text import Text
from capbuild.workspace import Workspace
from tests.reports.sample_dossiers import sample_plan

#: Words of English that none of the other languages has, and that no English sentence does without for long.
ENGLISH = re.compile(
    r"\b(the|and|with|not|by|from|which|their|whose|been|each|only|where|without|than|what|how|by|there|who|has)\b",
    re.IGNORECASE,
)
#: A sentence, and no name of countries, places or files.
SENTENCE = re.compile(r"(?!.*[/#]).*\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b.*")


def texts(part: object) -> Iterator[str]:
    """Every text of a report but ids, and what people wrote themselves, which says its language."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Words):
        yield from (part.after,) if part.language else (part.text, part.after)
    elif attrs.has(type(part)):
        for field in attrs.fields(type(part)):
            if field.name not in ("id", "language", "audience", "mark", "kind", "filter"):
                yield from texts(getattr(part, field.name))
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from texts(inner)


def said(report: Report) -> set[str]:
    """Texts without quotations and names of licences."""
    return {re.sub(r"“[^”]*”|«[^»]*»|\bCC-BY[\w.-]*", "", text).strip() for text in texts(report)}


@pytest.fixture(scope="module")
def reported(example_programme: Workspace) -> tuple[AssessmentSet, Dossier, Workspace]:
    workspace = example_programme
    assessed, dossier = workspace.assess("endline"), workspace.dossier("endline")
    assert dossier.needs is not None
    plan = attrs.evolve(
        sample_plan(dossier.needs),
        unmet={"A24 JM": "English, with the reason"},
        unmet_for={"A24 JM": LeftOut(reason="no room")},
    )
    return assessed, attrs.evolve(dossier, plan=plan, catalogue=workspace.catalogue), workspace


@pytest.fixture(scope="module")
def english(reported: tuple[AssessmentSet, Dossier, Workspace]) -> set[str]:
    return set().union(*(said(one) for one in every_kind(reported, "en")))


def every_kind(reported: tuple[AssessmentSet, Dossier, Workspace], language: str) -> Iterator[Report]:
    assessed, dossier, workspace = reported
    for kind, audience in (("regional", "team"), ("brief", "team"), ("donor", "donor"), ("redactions", "donor")):
        context = RenderContext(
            programme=workspace.programme, dossier=dossier, language=language, kind=kind, audience=audience
        )
        yield build(assessed, context)
    barbados = RenderContext(programme=workspace.programme, dossier=dossier, language=language)
    yield build(assessed["Barbados"], barbados)
    yield build(assessed["Barbados"], attrs.evolve(barbados, kind="letter"))


def untranslated(part: object, language: str) -> Iterator[str]:
    """Every text of the programme's own that has no translation into a language: it stands in English."""
    if isinstance(part, Text):
        if part.language_used(language) != language:
            yield part.source
    elif attrs.has(type(part)):
        for field in attrs.fields(type(part)):
            yield from untranslated(getattr(part, field.name), language)
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from untranslated(inner, language)
    elif isinstance(part, Mapping):
        yield from untranslated(list(part.values()), language)


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES[1:])
def test_no_english_stands_in_a_report_of_another_language(
    reported: tuple[AssessmentSet, Dossier, Workspace], english: set[str], language: str
) -> None:
    _, dossier, _ = reported
    # Titles of meetings, agreements and budget lines have no Portuguese; in the other languages all texts exist.
    own = set(untranslated([dossier.network, dossier.budgets, dossier.visits], language)) if language == "pt" else set()
    for report in every_kind(reported, language):
        found = {text for text in said(report) if not any(one.lower() in text.lower() for one in own)}
        assert len(found) > 20
        sentences = {text for text in found if ENGLISH.search(text)}
        assert not sentences, sorted(sentences)[:5]
        alike = {text for text in found & english if SENTENCE.fullmatch(text)}
        assert alike == set(), report.title


def test_no_english_code_stands_in_a_spanish_workbook(reported: tuple[AssessmentSet, Dossier, Workspace]) -> None:
    assessed, dossier, workspace = reported
    books = {}
    for language in ("en", "es"):
        made = cb.render(
            assessed["Barbados"], "xlsx", language=language, programme=workspace.programme, dossier=dossier
        )
        assert isinstance(made, bytes)
        books[language] = openpyxl.load_workbook(io.BytesIO(made))
    # What people wrote, and the titles of their papers.
    own = {("Findings", "Note"), ("Findings", "As written"), ("Evidence", "Title")}
    alike = set()
    for page, other in zip(books["en"], books["es"], strict=True):
        headers: dict[int, object] = {}
        for row in page.iter_rows():
            if sum(isinstance(cell.value, str) for cell in row) > 3 and not headers:
                headers = {cell.column: cell.value for cell in row}
            for cell in row:
                same = cell.value == other.cell(cell.row, cell.column).value
                if same and isinstance(cell.value, str) and (page.title, headers.get(cell.column)) not in own:
                    alike.add(cell.value)
    words = {text for text in alike if re.search(r"[a-z]{3}", text) and not re.search(r"[/#]|-\d|^net-", text)}
    names = {get_country_name(one.country, "es") for one in workspace.programme.participations}
    words = {text for text in words if not names.issuperset(text.split(", "))}
    assert words - {one.id for one in workspace.programme.rounds} == {"Bridgetown", "Plan"}
