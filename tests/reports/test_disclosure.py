"""Who may see what: the policy fails closed, in every writer, and a total never gives an unnamed country away."""

import datetime
import io
import zipfile
from collections import Counter
from collections.abc import Iterable

import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Audience, Consent, DisclosurePolicy, Dossier, Programme, Proposal
from capbuild.plugins import Host, OutputFile, RenderContext
from capbuild.reports import Bar, build
from tests.reports.looking import Context

UNNAMED = {"GD": "Grenada", "JM": "Jamaica", "VC": "Vincent"}
SILENT = {"HT": "Haiti", "PE": "Peru"}
#: The example plugin shows everything, and the host keeps it to the team.
HOST = Host(block=frozenset({"capbuild-example"}))
WRITERS = sorted(name for name, writer in HOST.writers.items() if AssessmentSet in writer.accepts)
#: What they write holds what single countries say, so that only those who see sources get it.
OF_SOURCES = ("actions-csv", "actions-ics", "actions-xlsx", "decisions-csv", "decisions-xlsx", "json")


def readable(data: bytes) -> str:
    """Bytes as text: of an archive, the text of its parts."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def text_of(chunks: Iterable[str] | Iterable[bytes] | Iterable[OutputFile]) -> str:
    """Everything a writer made, file names included."""
    parts = []
    for chunk in chunks:
        if isinstance(chunk, OutputFile):
            parts += [chunk.name, text_of(chunk.chunks)]
        else:
            parts.append(readable(chunk) if isinstance(chunk, bytes) else chunk)
    return "".join(parts)


def with_consents(programme: Programme, codes: Iterable[str], minimum: int = 3) -> Programme:
    day = datetime.date(2016, 1, 1)
    consents = [Consent(country=code, audience=Audience.REGIONAL, date=day) for code in codes]
    return evolve(programme, disclosure=evolve(programme.disclosure, consents=consents, minimum_n=minimum))


@pytest.mark.parametrize("name", WRITERS)
def test_an_audience_the_policy_does_not_name_is_refused(name: str, baseline: AssessmentSet, context: Context) -> None:
    writer = HOST.writers[name]
    for audience in ("public", "everyone", ""):
        with pytest.raises(WriteError) as caught:
            text_of(writer.write(baseline, context(audience=audience), writer.options()))
        assert caught.value.code == "CB703"
        assert caught.value.remedy


@pytest.mark.parametrize("name", WRITERS)
def test_without_a_programme_only_the_team_is_served(name: str, baseline: AssessmentSet) -> None:
    writer = HOST.writers[name]
    assert text_of(writer.write(baseline, RenderContext(), writer.options()))
    with pytest.raises(WriteError):
        text_of(writer.write(baseline, RenderContext(audience="donor"), writer.options()))


@pytest.mark.parametrize("name", sorted({*WRITERS} - {*OF_SOURCES}))
@pytest.mark.parametrize("audience", ["regional", "donor"])
def test_unnamed_and_silent_countries_are_in_no_file(
    name: str, audience: str, baseline: AssessmentSet, context: Context
) -> None:
    writer = HOST.writers[name]
    # The places of the tile map are the participants, which are no secret; what stands in them is.
    framework_of_nowhere = context(audience=audience)
    made = text_of(writer.write(baseline, framework_of_nowhere, writer.options()))
    hidden = UNNAMED if audience == "regional" else {a.country.alpha_2: a.country.name for a in baseline}
    for code, country in {**hidden, **SILENT}.items():
        assert f"countries/{code}.html" not in made
        for line in made.splitlines():
            if country in line:
                assert "not shown" in line, line[:200]


@pytest.mark.parametrize("name", OF_SOURCES)
@pytest.mark.parametrize("audience", ["regional", "donor"])
def test_what_countries_say_goes_only_to_those_who_see_sources(
    name: str, audience: str, baseline: AssessmentSet, context: Context
) -> None:
    proposals = [
        Proposal(country=one, round=baseline.round.id, target="TEC-1", comment="no") for one in baseline.countries
    ]
    writer, dossier = HOST.writers[name], Dossier(proposals=proposals)
    with pytest.raises(WriteError) as caught:
        text_of(writer.write(baseline, context(audience=audience, dossier=dossier), writer.options()))
    assert caught.value.code == "CB703"
    made = text_of(writer.write(baseline, context(audience="country", dossier=dossier), writer.options()))
    assert "Grenada" not in made
    everything = text_of(writer.write(baseline, context(dossier=dossier), writer.options()))
    # Without needs and a plan no action is due on a day, so that the calendar is empty.
    assert "Grenada" in everything or name == "actions-ics"


def test_others_do_not_see_who_said_what(baseline: AssessmentSet, context: Context) -> None:
    for code in ("AG", "BB"):
        page = build(baseline, context(audience="regional", kind="profile", country=code))
        assert "sources" not in {section.id for section in page.sections}
        assert "page:evidence" not in str(page)
        with pytest.raises(WriteError, match="CB703"):
            build(baseline, context(audience="regional", kind="evidence", country=code))
    made = HOST.writers["csv"].write(baseline, context(audience="regional"), None)
    names = {file.name for file in made if isinstance(file, OutputFile)}
    assert {name for name in names if "_" not in name} == {
        "scores.csv",
        "criteria.csv",
        "countries.csv",
        "datapackage.json",
    }


def test_a_country_sees_its_own_profile(baseline: AssessmentSet, context: Context) -> None:
    page = build(baseline["GD"], context(audience="country"))
    assert (page.title, page.tlp) == ("Grenada", "TLP:AMBER")
    with pytest.raises(WriteError, match="Grenada has not consented"):
        build(baseline["GD"], context(audience="regional"))


def test_evidence_marked_more_strictly_than_the_report_is_left_out(baseline: AssessmentSet, context: Context) -> None:
    strict = context(audience="team")
    policy = DisclosurePolicy(audiences={"team": "TLP:GREEN"})
    open_one = evolve(strict, programme=evolve(strict.programme, disclosure=policy))
    assert "Computer Misuse Act" in str(build(baseline["BB"], evolve(strict, kind="evidence")))
    page = build(baseline["BB"], evolve(open_one, kind="evidence"))
    assert "Computer Misuse Act" not in str(page)
    assert "1 piece of evidence" in str(page)


def bars(subject: AssessmentSet, context: RenderContext) -> dict[str, Counter[str]]:
    """The printed counts by indicator; nothing for a row that is withheld."""
    rows = [row for figure in build(subject, context).figures if figure.id == "counts" for row in figure.rows]
    return {
        row.cells[0].words: Counter({segment.label: segment.count for segment in bar.segments})
        for row in rows
        if isinstance(bar := row.cells[1], Bar) and bar.segments
    }


@pytest.mark.parametrize("named", ["", "AG", "AG BB BZ CO CU", "AG BB BZ CO CU GD JM"])
def test_subtracting_the_named_from_the_total_gives_nothing_away(
    named: str, baseline: AssessmentSet, programme: Programme
) -> None:
    """The attack: take the printed counts, take away the named countries, and look at what is left."""
    whom = with_consents(programme, named.split())
    printed = bars(baseline, RenderContext(audience="regional", programme=whom))
    known = bars(
        evolve(baseline, assessments=[baseline[code] for code in named.split()]), RenderContext(programme=programme)
    )
    # Of three on levels, two are always on one side of one: the third would know where both are.
    assert bool(printed) is (named != "AG BB BZ CO CU")
    for indicator, counts in printed.items():
        left = counts - known.get(indicator, Counter())
        assert not left or (left.total() >= 3 and max(left.values()) < left.total() - 1), (indicator, left)


def test_too_few_unnamed_are_left_out_of_the_totals(baseline: AssessmentSet, programme: Programme) -> None:
    whom = with_consents(programme, ("AG", "BB", "BZ", "CO", "CU", "GD", "JM"))
    report = build(baseline, RenderContext(audience="regional", programme=whom))
    figure = next(figure for figure in report.figures if figure.id == "counts")
    totals = {sum(s.count for s in cell.segments) for row in figure.rows for cell in row.cells if isinstance(cell, Bar)}
    assert totals == {7}
