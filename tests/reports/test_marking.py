"""Labels and consent: what a mark, a missing consent or a silence keeps out of a report, and who is told of it."""

import datetime

import pytest
from attrs import evolve

from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.model import TLP, Assessment, AssessmentSet, Consent, DisclosurePolicy, Dossier, Evidence, Programme
from capbuild.plugins import RenderContext
from capbuild.reports import build
from tests.reports.looking import Context, figure, words

DAY = datetime.date(2016, 12, 31)


def test_the_programmes_own_mark_stands_beside_the_label(endline: AssessmentSet, context: Context) -> None:
    programme = context().programme
    label = programme.disclosure.audiences["country"]
    policy = evolve(programme.disclosure, markings={"Limited": label, "Unmarked": TLP.CLEAR})
    page = build(endline["BB"], context(programme=evolve(programme, disclosure=policy), audience="country"))
    assert page.audience_label.endswith(" · Limited")


def test_a_silent_country_has_its_page_and_is_not_named_to_others(endline: AssessmentSet, context: Context) -> None:
    assert build(endline, context(kind="profile", country="HT", audience="country")).kind.value == "silent"
    with pytest.raises(WriteError, match="has not consented"):
        build(endline, context(kind="profile", country="HT", audience="regional"))


def test_the_list_of_what_is_left_out_is_for_the_team(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    report = build(endline, context(dossier=dossier, kind="redactions", audience="regional"))
    assert (report.audience, report.tlp) == ("team", "TLP:AMBER+STRICT")
    table = figure(report, "redactions")
    by_section = {group.title: [row.cells[0].words for row in group.rows] for group in table.groups}
    countries = ["Grenada", "Jamaica", "Saint Vincent and the Grenadines"]
    assert by_section["Country profiles"] == [
        *countries,
        "2 participants without a usable answer",
        "who said what, notes and evidence",
    ]
    log = disclose(endline, context(dossier=dossier, kind="redactions", audience="regional"))[1].disclosure.log
    assert not disclose(endline, context(dossier=dossier, audience="regional"))[1].disclosure.log
    assert len(log) == len(set(log)) == sum(map(len, by_section.values()))
    nothing = build(endline, context(dossier=dossier, kind="redactions", audience="team"))
    assert "Nothing is left out" in nothing.sections[0].lead


def test_consent_to_one_part_names_a_country_in_that_part_only(
    endline: AssessmentSet, programme: Programme, dossier: Dossier
) -> None:
    consents = [*programme.disclosure.consents, Consent(country="JM", audience="regional", item="needs", date=DAY)]
    whom = evolve(programme, disclosure=evolve(programme.disclosure, consents=consents))
    report = build(endline, RenderContext(programme=whom, dossier=dossier, audience="regional"))
    assert "Jamaica" in [words(row)[0] for row in figure(report, "needs").rows]
    for name in ("heat-1", "change", "missing"):
        assert "Jamaica" not in [words(row)[0] for row in figure(report, name).rows]
    with pytest.raises(WriteError, match="CB703"):
        build(endline, RenderContext(programme=whom, audience="regional", kind="profile", country="JM"))


def marked(assessment: Assessment, marking: str) -> Assessment:
    """The assessment with one finding marked."""
    name, score = next(iter((s.capacity.id, s) for s in assessment.indicators))
    first, *others = score.results
    findings = [evolve(first.findings[0], marking=marking), *first.findings[1:]]
    results = [evolve(first, findings=findings), *others]
    return evolve(assessment, scores={**assessment.scores, name: evolve(score, results=results)})


@pytest.mark.parametrize("marking", ["TLP:RED", "Secret", "Restricted"])
def test_a_report_that_may_not_hold_a_finding_is_not_written(
    endline: AssessmentSet, programme: Programme, marking: str
) -> None:
    policy = evolve(programme.disclosure, markings={"Restricted": TLP.AMBER, "Open": TLP.CLEAR})
    context = RenderContext(programme=evolve(programme, disclosure=policy), audience="regional")

    def with_mark(text: str) -> AssessmentSet:
        return evolve(endline, assessments=[marked(a, text) if a.country.alpha_2 == "GD" else a for a in endline])

    # Grenada is not named, and is in the counts all the same.
    with pytest.raises(WriteError, match="marked more strictly than TLP:GREEN") as caught:
        build(with_mark(marking), context)
    assert caught.value.code == "CB730"
    assert build(with_mark("Open"), context).tlp == "TLP:GREEN"
    assert build(with_mark("TLP:GREEN"), context).tlp == "TLP:GREEN"


def test_the_stricter_of_mark_and_label_holds() -> None:
    policy = DisclosurePolicy(markings={"Restricted": TLP.AMBER})
    assert policy.label("Restricted", TLP.GREEN) is TLP.AMBER
    assert policy.label("Restricted", TLP.RED) is TLP.RED
    assert policy.label("What is this", TLP.CLEAR) is TLP.RED
    assert policy.label("", TLP.GREEN) is TLP.GREEN


def test_evidence_with_a_mark_is_left_out(endline: AssessmentSet, programme: Programme) -> None:
    item = Evidence(id="BB-law", title="Computer Misuse Act", tlp=TLP.CLEAR, marking="Secret")
    told = evolve(endline["BB"], evidence=[item])
    context = RenderContext(programme=programme, audience="country", kind="evidence")
    assert "Computer Misuse Act" not in str(build(told, context))
    plain = evolve(endline["BB"], evidence=[evolve(item, marking="")])
    assert "Computer Misuse Act" in str(build(plain, context))
