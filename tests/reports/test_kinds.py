"""Kinds of reports: which can be made of what, by every writer and in every language."""

import pytest

from capbuild.disclosure.control import COUNTRY_KINDS
from capbuild.errors import WriteError
from capbuild.io import render
from capbuild.model import AssessmentSet, Dossier, Programme
from capbuild.plugins import Host
from capbuild.reports import Paragraph, Report, ReportSection, build
from capbuild.reports.kinds import KINDS
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from tests.reports.looking import Context, section

HOST = Host()
WRITERS = sorted(name for name, writer in HOST.writers.items() if writer.reports)


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("breif", {}, "CB731"),
        ("profile", {}, "CB731"),
        ("profile", {"country": "Atlantis"}, "CB731"),
        ("brief", {}, "CB732"),
        ("donor", {}, "CB732"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_remedy(
    endline: AssessmentSet, context: Context, kind: str, values: dict[str, str], code: str
) -> None:
    with pytest.raises(WriteError) as caught:
        build(endline, context(kind=kind, **values))
    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)


def test_one_country_has_no_regional_report(endline: AssessmentSet, context: Context) -> None:
    with pytest.raises(WriteError, match="kind 'regional' needs the assessments of a round"):
        build(endline["BB"], context(kind="regional"))


def test_writers_of_data_take_no_kind(endline: AssessmentSet) -> None:
    with pytest.raises(WriteError, match="makes no brief report") as caught:
        render(endline, "csv", kind="brief", host=HOST)
    assert caught.value.code == "CB731"


@pytest.mark.parametrize("name", ["BB", "BRB", "Barbados"])
def test_a_profile_is_picked_by_any_name(endline: AssessmentSet, context: Context, name: str) -> None:
    page = build(endline, context(kind="profile", country=name, audience="country"))
    assert (page.id, page.kind.value) == ("BB", "country")
    hashes = dict(next(b.entries for b in section(page, "method").blocks))  # type: ignore[union-attr]
    assert hashes["Input (hash)"].startswith("returns/bb_police.csv ")


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "explorer"])
def test_every_writer_writes_every_kind_with_the_sections_of_plugins(
    writer: str, kind: str, endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    def sections(report: Report, audience: str) -> list[ReportSection]:
        return [ReportSection(id="next", order=50, title="Zzyzx", blocks=[Paragraph(text=f"Qux {report.kind.value}")])]

    made = context(
        programme=money,
        dossier=dossier,
        kind=kind,
        country="BB" if kind in COUNTRY_KINDS else "",
        sections=sections,
    )
    assert "Zzyzx" in [s.title for s in build(endline, made).sections]
    chosen = HOST.writers[writer]
    chunks = list(chosen.write(endline, made, chosen.options()))
    again = list(chosen.write(endline, made, chosen.options()))
    assert chunks == again
    assert all(chunks)
    if isinstance(chunks[0], str):
        text = "".join(chunks)
        assert "Zzyzx" in text
        assert "Qux" in text


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
@pytest.mark.parametrize("kind", ["regional", "brief", "brief-country", "letter", "donor", "logframe", "redactions"])
def test_every_kind_speaks_every_language(
    language: str, kind: str, endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    for audience in ("team", "regional"):
        country = "AG" if kind in COUNTRY_KINDS else ""
        made = context(
            programme=money, dossier=dossier, kind=kind, language=language, audience=audience, country=country
        )
        report = build(endline, made)
        assert report.language == language
        assert "{" not in str([section.title for section in report.sections])
