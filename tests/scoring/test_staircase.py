"""The worked cases of the framework's authoring brief, by hand."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.frameworks import load_bundled
from capbuild.model import (
    Basis,
    Country,
    CriterionState,
    Finding,
    FindingStatus,
    Missing,
    Recipe,
    ReconciliationPolicy,
    Round,
    Route,
    Source,
    SourceKind,
    TargetProfile,
    Verdict,
)
from capbuild.scoring import assess, assess_country
from capbuild.scoring.criteria_levels import Staircase
from capbuild.scoring.findings import finding_status

LAND = Country(alpha_2="XA", alpha_3="XAA", name="Testland")
ROUND = Round(id="baseline", kind="baseline", title="Baseline", reference_date=datetime.date(2016, 6, 30))
SOURCES = {
    "police": Source(id="police", kind="survey", title="Police", respondent="police"),
    "cert": Source(id="cert", kind="survey", title="CERT", respondent="cert"),
    "visit": Source(id="visit", kind="visit", title="Visit"),
}


@pytest.fixture(scope="module")
def framework():
    return load_bundled("police_cyber")


def finding(framework, target, value, source="visit", basis=Basis.SEEN, **more):
    check = framework.criteria[target].check
    status = finding_status(check, SOURCES[source].kind, value, basis)
    return Finding(country=LAND, target=target, value=value, source=source, basis=basis, status=status, **more)


def score(framework, capacity, answers, recipe=None, targets=None):
    """`answers` maps the end of a criterion id to a value, or to a Finding."""
    findings = [
        value if isinstance(value, Finding) else finding(framework, f"{capacity}.{end}", value)
        for end, value in answers.items()
    ]
    assessment = assess_country(
        LAND, framework, findings, round=ROUND, sources=SOURCES.values(), recipe=recipe, targets=targets
    )
    return assessment[capacity]


COO_1 = {
    "2a": Verdict.YES,
    "2b": Verdict.YES,
    "3a": Verdict.NO,
    "3b": Verdict.YES,
    "3c": Verdict.YES,
    "4a": Verdict.YES,
    "4b": Missing.NOT_APPLICABLE,
    "4c": Verdict.YES,
    "5a": Verdict.NO,
    "5b": Verdict.NO,
}


def test_golden_case_stops_at_the_first_step_that_is_not_passed(framework):
    result = score(framework, "COO-1", COO_1)
    assert (result.level, str(result.plausible)) == (2, "L2")
    assert str(result.progress) == "2 of 3 to L3"
    assert result.above == ("COO-1.4a", "COO-1.4c")
    assert (result.coverage.answered, result.coverage.applicable) == (9, 9)


def test_what_a_visit_did_not_see_leaves_the_level_open(framework):
    result = score(framework, "COO-1", COO_1 | {"3a": Missing.NOT_OBSERVED})
    assert (result.level, result.plausible.lowest, result.plausible.highest) == (None, 2, 4)
    assert str(result) == "not verified, L2 to L4"
    assert result.deciding == ("COO-1.3a",)


def test_the_same_criterion_met_gives_level_four(framework):
    result = score(framework, "COO-1", COO_1 | {"3a": Verdict.YES})
    assert (result.level, str(result)) == (4, "L4 Proven")
    assert str(result.progress) == "0 of 2 to L5"


TEC_2 = dict.fromkeys(("2a", "2b", "3b", "3c", "4a", "4b", "4c"), Verdict.YES) | {"5a": Verdict.NO, "5b": Verdict.NO}


@pytest.mark.parametrize(
    ("lab", "route", "level", "lacking"),
    [
        (Verdict.ELSEWHERE, Route.REGIONAL, 4, ()),
        (Verdict.NO, None, 2, ("TEC-2.3a",)),
        (Verdict.PARTLY, None, 2, ("TEC-2.3a",)),
    ],
)
def test_small_island_with_a_regional_laboratory(framework, lab, route, level, lacking):
    answer = finding(framework, "TEC-2.3a", lab, route=route)
    targets = TargetProfile(id="t", title="t", targets={"TEC-2": 3})
    result = score(framework, "TEC-2", TEC_2 | {"3a": answer}, targets=targets)
    assert (result.level, result.lacking) == (level, lacking)
    assert result.target_met is (level >= 3)


def test_a_donor_never_carries_the_highest_level(framework):
    answers = {c.id.split(".")[1]: Verdict.YES for c in framework["TEC-3"].criteria}
    borrowed = finding(framework, "TEC-3.5a", Verdict.ELSEWHERE, route=Route.DONOR)
    assert score(framework, "TEC-3", answers).level == 5
    assert score(framework, "TEC-3", answers | {"5a": borrowed}).level == 4
    shared = finding(framework, "TEC-3.5a", Verdict.ELSEWHERE, route=Route.SOVEREIGN)
    assert score(framework, "TEC-3", answers | {"5a": shared}).level == 5


def test_what_must_be_met_at_home_is_not_met_elsewhere(framework):
    answers = {c.id.split(".")[1]: Verdict.YES for c in framework["OPS-1"].criteria}
    away = finding(framework, "OPS-1.2a", Verdict.ELSEWHERE, route=Route.SHARED_NATIONAL)
    assert score(framework, "OPS-1", answers | {"2a": away}).level == 1


def test_a_survey_alone_claims_what_only_a_visit_can_see(framework):
    answers = {
        c.id.split(".")[1]: finding(framework, c.id, Verdict.YES, "police", Basis.TOLD)
        for c in framework["INF-1"].criteria
    }
    result = score(framework, "INF-1", answers)
    assert (str(result), result.claimed, result.level) == ("not verified, L1 to L5", 5, None)


def test_what_was_seen_beats_what_was_told_and_both_are_kept(framework):
    told = finding(framework, "MAN-3.3b", Verdict.YES, "police", Basis.TOLD)
    seen = finding(framework, "MAN-3.3b", Verdict.NO, "visit", Basis.SEEN)
    for order in ([told, seen], [seen, told]):
        assessment = assess_country(LAND, framework, order, round=ROUND, sources=SOURCES.values())
        result = next(r for r in assessment["MAN-3"].results if r.target == "MAN-3.3b")
        assert (result.state, result.used_finding, result.conflict) == (CriterionState.NOT_MET, seen, True)
        assert set(result.findings) == {told, seen}


def test_of_two_answers_of_one_basis_the_lower_counts(framework):
    yes = finding(framework, "COO-4.2a", Verdict.YES, "police", Basis.TOLD)
    no = finding(framework, "COO-4.2a", Verdict.NO, "cert", Basis.TOLD)
    assessment = assess_country(LAND, framework, [yes, no], round=ROUND, sources=SOURCES.values())
    result = next(r for r in assessment["COO-4"].results if r.target == "COO-4.2a")
    assert (result.value, result.conflict) == (Verdict.NO, True)
    assert assessment.conflicts == (result,)


def test_a_later_answer_of_the_same_speaker_is_an_update(framework):
    early = finding(framework, "MAN-2.3c", Verdict.NO, "police", Basis.TOLD, as_of=datetime.date(2016, 1, 1))
    late = finding(framework, "MAN-2.3c", Verdict.YES, "police", Basis.TOLD, as_of=datetime.date(2016, 5, 1))
    assessment = assess_country(LAND, framework, [late, early], round=ROUND, sources=SOURCES.values())
    result = next(r for r in assessment["MAN-2"].results if r.target == "MAN-2.3c")
    assert (result.value, result.conflict, len(result.findings)) == (Verdict.YES, False, 2)


def test_not_applicable_counts_only_where_the_criterion_allows_it(framework):
    allowed = score(framework, "COO-1", {"4b": Missing.NOT_APPLICABLE})
    refused = score(framework, "COO-1", {"4a": Missing.NOT_APPLICABLE})
    assert allowed.coverage.applicable == 9
    assert (refused.coverage.applicable, refused.missing["invalid"]) == (10, 1)


def test_a_step_without_an_applicable_criterion_is_not_passed(framework):
    criteria = framework["COO-1"].criteria
    states = {c.id: CriterionState.NOT_APPLICABLE if c.step == 3 else CriterionState.MET for c in criteria}
    reached = Staircase(criteria=criteria).climb_all([states], [set()])[0]
    assert (reached.level, reached.not_testable) == (2, True)


def test_a_partly_passes_only_where_the_recipe_allows_it_and_prints_a_star(framework):
    answers = {"2a": Verdict.YES, "2b": Verdict.YES, "3a": Verdict.YES, "3b": Verdict.PARTLY, "3c": Verdict.YES}
    rest = dict.fromkeys(("4a", "4b", "4c", "5a", "5b"), Verdict.NO)
    strict = score(framework, "COO-1", answers | rest)
    lenient = score(framework, "COO-1", answers | rest, recipe=Recipe(allow_partial=1))
    assert (strict.level, str(lenient)) == (2, "L3* Organised")


@pytest.mark.parametrize(
    ("recipe", "value"),
    [
        (Recipe(reconciliation=ReconciliationPolicy.LEAD_AGENCY, lead=("cert", "police")), Verdict.NO),
        (Recipe(reconciliation=ReconciliationPolicy.LEAD_AGENCY, lead=("police", "cert")), Verdict.YES),
        (Recipe(reconciliation=ReconciliationPolicy.MINIMUM), Verdict.NO),
        (Recipe(reconciliation=ReconciliationPolicy.CONSENSUS), Missing.NOT_OBSERVED),
    ],
)
def test_policies_when_agencies_disagree(framework, recipe, value):
    yes = finding(framework, "MAN-2.3c", Verdict.YES, "police", Basis.TOLD)
    no = finding(framework, "MAN-2.3c", Verdict.NO, "cert", Basis.TOLD)
    assessment = assess_country(LAND, framework, [yes, no], round=ROUND, sources=SOURCES.values(), recipe=recipe)
    result = next(r for r in assessment["MAN-2"].results if r.target == "MAN-2.3c")
    assert (result.value, result.conflict) == (value, True)


def test_a_country_that_said_nothing_is_silent_not_zero(framework):
    other = Country(alpha_2="XB", alpha_3="XBB", name="Elsewhere")
    blank = Finding(country=other, target="MAN-1.2a", value=Missing.NO_ANSWER, source="police")
    spoke = finding(framework, "MAN-1.2a", Verdict.NO)
    result = assess([blank, spoke], framework, round=ROUND, countries=[LAND, other], sources=SOURCES.values())
    assert (result.silent, result.countries) == ((other,), (LAND,))
    with pytest.raises(KeyError, match="not answered yet"):
        result["Elsewhere"]


@pytest.mark.parametrize(
    ("language", "criterion", "rule", "counts"),
    [
        ("en", "COO-1.3a A test call or message", "What is settled reaches L2", "counts: "),
        ("es", "COO-1.3a Una llamada o un mensaje de prueba", "Lo resuelto alcanza L2", "cuenta: "),
        ("fr", "COO-1.3a ", "Ce qui est tranché atteint L2", "compte\xa0: "),
        ("nl", "COO-1.3a ", "Wat vaststaat, reikt tot L2", "telt: "),
        ("pt", "COO-1.3a Uma ligação ou mensagem de teste", "O que está definido alcança L2", "conta: "),
    ],
)
def test_an_explanation_names_rule_criteria_and_sources_in_its_language(framework, language, criterion, rule, counts):
    text = str(score(framework, "COO-1", COO_1).explain(language))
    assert criterion in text
    assert rule in text
    assert text.count(counts) == 9


STATES = st.sampled_from([Verdict.YES, Verdict.PARTLY, Verdict.NO, Missing.NOT_OBSERVED, Missing.DONT_KNOW])


@settings(max_examples=40)
@given(data=st.data())
def test_more_evidence_never_widens_the_range(data):
    framework = load_bundled("police_cyber")
    ends = [c.id.split(".")[1] for c in framework["TEC-2"].criteria]
    answers = {end: data.draw(STATES) for end in ends}
    before = score(framework, "TEC-2", answers).plausible
    end = data.draw(st.sampled_from(ends))
    if isinstance(answers[end], Missing):
        settled = answers | {end: data.draw(st.sampled_from([Verdict.YES, Verdict.NO]))}
        after = score(framework, "TEC-2", settled).plausible
        assert before.lowest <= after.lowest <= after.highest <= before.highest


@settings(max_examples=40)
@given(data=st.data())
def test_meeting_one_more_criterion_never_lowers_a_level(data):
    framework = load_bundled("police_cyber")
    ends = [c.id.split(".")[1] for c in framework["OPS-5"].criteria]
    answers = {end: data.draw(STATES) for end in ends}
    better = answers | {data.draw(st.sampled_from(ends)): Verdict.YES}
    low, high = score(framework, "OPS-5", answers).plausible, score(framework, "OPS-5", better).plausible
    assert low.lowest <= high.lowest
    assert low.highest <= high.highest


def test_survey_claims_are_set_by_check_and_source():
    from capbuild.model import Check

    def status(check, kind, value=Verdict.YES, basis=Basis.TOLD):
        return finding_status(check, kind, value, basis)

    assert status(Check.OBSERVED, SourceKind.SURVEY) is FindingStatus.CLAIMED
    assert status(Check.INTERVIEW, SourceKind.SURVEY) is FindingStatus.CLAIMED
    assert status(Check.RECORD, SourceKind.SURVEY) is FindingStatus.REPORTED
    assert status(Check.RECORD, SourceKind.SURVEY, basis=Basis.COPY) is FindingStatus.CONFIRMED
    assert status(Check.RECORD, SourceKind.DESK) is FindingStatus.CONFIRMED
    assert status(Check.OBSERVED, SourceKind.DESK) is FindingStatus.CLAIMED
    assert status(Check.OBSERVED, SourceKind.SURVEY, Verdict.NO) is FindingStatus.REPORTED
    assert status(Check.OBSERVED, SourceKind.VISIT) is FindingStatus.CONFIRMED
    assert status(Check.OBSERVED, SourceKind.MEETING) is FindingStatus.CLAIMED
    assert status(Check.INTERVIEW, SourceKind.MEETING) is FindingStatus.CONFIRMED
