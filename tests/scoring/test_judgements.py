"""Levels judged by several assessors: agreement, consensus, spread and evidence."""

import datetime
import statistics
from collections import Counter

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.documents import dumps, loads
from capbuild.model import (
    AgreementRule,
    Capacity,
    Country,
    Criterion,
    CriterionState,
    Finding,
    Framework,
    JudgementRules,
    Level,
    Method,
    Missing,
    PreviousAnswer,
    Recipe,
    ReconciliationPolicy,
    Scale,
    Score,
    Source,
    Verdict,
)
from capbuild.planning import gaps
from capbuild.scoring import assess, assess_quality
from capbuild.workspace.rounds.checks import check_judgements

PLACE = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
DAY = datetime.date(2016, 5, 1)
KINDS = ("survey", "visit", "meeting", "desk")
SOURCES = [Source(id=kind, kind=kind, title=kind, country=PLACE, start=DAY) for kind in KINDS]
QUICK = Recipe(replications=0, trust={})


NO_RULES = JudgementRules()


def framework(rules=NO_RULES, *, first=0, count=5, **node):
    levels = [Level(code=f"M{n}", order=n, label=f"Level {n}") for n in range(first, first + count)]
    tree = [Capacity(id="a", title="A", **node)]
    return Framework(
        id="f", edition="1", title="F", judgement=rules, roots=tree,
        scales=[Scale(id="levels", levels=levels), Scale(id="percent", kind="percent")],
    )  # fmt: skip


def judged(value, assessor="A", source="visit", evidence=(), **more):
    target = more.pop("target", "a")
    return Finding(
        country=PLACE,
        target=target,
        value=value,
        source=source,
        respondent=assessor,
        evidence=evidence,
        as_of=DAY,
        **more,
    )


def score(made, findings, round_, recipe=QUICK) -> Score:
    found = assess(findings, made, recipe, round=round_, sources=SOURCES)
    return found["JM"]["a"]


LEVELS = st.lists(st.integers(0, 4), min_size=2, max_size=7)


def test_best_evidence_takes_what_cites_some_and_then_the_lower(round_):
    given = [judged(1, "A"), judged(4, "B", evidence=["log"]), judged(3, "C", evidence=["log"])]
    assert score(framework(), given, round_).judgement.agreed == 3
    assert score(framework(), [*given[:1], judged(2, "D")], round_).judgement.agreed == 1


def test_a_disputed_level_is_not_settled_and_an_unanswered_one_is_open(round_):
    disputed = score(framework(), [judged(1, "A"), judged(4, "B")], round_)
    assert (disputed.coverage.answered, disputed.coverage.settled) == (1, 0)
    assert not disputed.settled


@settings(max_examples=60, deadline=None)
@given(values=LEVELS, rule=st.sampled_from([AgreementRule.MEDIAN, AgreementRule.LOWEST, AgreementRule.MAJORITY]))
def test_the_declared_rule_chooses_the_level(values, rule, round_):
    made = framework(JudgementRules(agreement=rule))
    found = score(made, [judged(value, f"assessor {n}") for n, value in enumerate(values)], round_)
    most = max(Counter(values).values())
    wanted = {
        AgreementRule.MEDIAN: statistics.median_low(values),
        AgreementRule.LOWEST: min(values),
        AgreementRule.MAJORITY: min(value for value, count in Counter(values).items() if count == most),
    }[rule]
    assert found.level == wanted
    assert found.plausible.settled
    judgement = found.judgement
    assert (judgement.lowest, judgement.highest, judgement.spread) == (
        min(values), max(values), max(values) - min(values),
    )  # fmt: skip
    assert (judgement.assessors, judgement.rule, judgement.agreed) == (len(values), rule.value, wanted)
    assert len(found.results[0].findings) == len(values)
    shown = str(found.explain())
    assert f"{len(values)} judgements give M{min(values)}" in shown
    assert f"M{wanted} by {rule.value}" in shown


@settings(max_examples=40, deadline=None)
@given(values=LEVELS, data=st.data(), rule=st.sampled_from(AgreementRule))
def test_a_higher_judgement_never_lowers_the_level(values, data, rule, round_):
    """One assessor goes up a level: neither end of what is possible goes down. For the majority two votes may part."""
    made = framework(JudgementRules(agreement=rule, evidence_from=data.draw(st.none() | st.integers(1, 4))))
    place = data.draw(st.integers(0, len(values) - 1))
    raised = [value + (n == place and value < 4) for n, value in enumerate(values)]
    if rule is AgreementRule.MAJORITY:
        raised = [value + (value < 4) for value in values]
    cited = [("e",) if data.draw(st.booleans()) else () for _ in values]
    first, second = (
        score(made, [judged(v, str(n), evidence=cited[n]) for n, v in enumerate(some)], round_)
        for some in (values, raised)
    )
    assert second.plausible.lowest >= first.plausible.lowest
    assert second.plausible.highest >= first.plausible.highest
    assert min(values) <= first.plausible.highest <= max(values) or first.judgement.evidence_limit is not None


def test_without_a_consensus_the_level_stays_open(round_):
    made = framework(JudgementRules(agreement="consensus"))
    found = score(made, [judged(1, "A"), judged(3, "B")], round_)
    assert found.level is None
    assert (found.plausible.lowest, found.plausible.highest) == (1, 3)
    assert not found.settled
    assert found.undefined is None
    assert found.coverage.answered == 1
    assert "No consensus is recorded: the level stays open" in str(found.explain())
    alike = score(made, [judged(2, "A"), judged(2, "B")], round_)
    assert alike.level == 2


@pytest.mark.parametrize("joint", [{"source": "visit", "consensus": True}, {"source": "meeting"}])
def test_a_recorded_consensus_settles_the_level(joint, round_):
    made = framework(JudgementRules(agreement="median", max_spread=1))
    apart = [judged(1, "A"), judged(4, "B")]
    before = score(made, apart, round_)
    assert before.conflicts
    found = score(made, [*apart, judged(3, "consensus", **joint)], round_)
    assert found.level == 3
    assert not found.conflicts
    assert found.judgement.consensus
    assert (found.judgement.lowest, found.judgement.highest) == (1, 4)
    assert "2 judgements give M1 to M4. M3 by recorded consensus" in str(found.explain())
    later = score(
        made, [*apart, judged(3, "c1", **joint), evolve(judged(2, "c2", **joint), as_of=DAY.replace(day=9))], round_
    )
    assert later.level == 2


def test_a_consensus_counts_without_a_declared_rule_too(round_):
    found = score(framework(), [judged(1, "A"), judged(4, "B"), judged(2, "C", consensus=True)], round_)
    assert found.level == 2
    open_ = score(framework(), [judged(1, "A"), judged(4, "B")], round_)
    assert (open_.plausible.lowest, open_.plausible.highest) == (1, 4)
    assert open_.judgement.rule == ReconciliationPolicy.BEST_EVIDENCE.value


def test_assessors_of_a_visit_decide_before_answers_of_a_survey(round_):
    made = framework(JudgementRules(agreement="median"))
    found = score(
        made, [judged(4, "police", "survey"), judged(4, "court", "survey"), judged(1, "A"), judged(2, "B")], round_
    )
    assert found.level == 1
    assert found.judgement.assessors == 2


@settings(max_examples=60, deadline=None)
@given(values=LEVELS, start=st.integers(1, 4), cited=st.lists(st.booleans(), min_size=7, max_size=7))
def test_a_level_needs_the_evidence_that_the_framework_asks_for(values, start, cited, round_):
    """The level is the median, lowered to what some evidence supports; below the first level that needs it, none is."""
    made = framework(JudgementRules(agreement="median", evidence_from=start))
    findings = [judged(v, str(n), evidence=("e",) if cited[n] else ()) for n, v in enumerate(values)]
    found = score(made, findings, round_)
    supported = max([start - 1, *(v for n, v in enumerate(values) if cited[n])])
    median = statistics.median_low(values)
    assert found.level == min(median, supported)
    assert (found.judgement.evidence_limit is not None) is (median > supported)
    assert ("The framework asks for evidence" in str(found.explain())) is (median > supported)


def test_a_single_judgement_without_evidence_is_lowered_and_says_so(round_):
    made = framework(JudgementRules(evidence_from=3))
    found = score(made, [judged(4)], round_)
    assert (found.level, found.judgement.agreed) == (2, 4)
    assert "none is cited for a level above M2" in str(found.explain())
    assert score(made, [judged(4, evidence=("law",))], round_).judgement is None
    assert score(made, [judged(2)], round_).level == 2


@pytest.mark.parametrize(("counted", "level"), [(None, 4), ("M2", 2), ("gone", 0)])
def test_an_answer_that_is_confirmed_counts_as_it_did(counted, level, round_):
    """It is carried over without its evidence: what counted in its round says what that supported."""
    made = framework(JudgementRules(evidence_from=1))
    earlier = PreviousAnswer(value="M4", question="a", round="first", counted=counted)
    assert score(made, [judged(4, carried_over=earlier)], round_).level == level


def test_a_scaled_indicator_is_lowered_as_its_level(round_):
    made = framework(
        JudgementRules(evidence_from=3), first=1, method=Method(name="scaled", parameters={"maximum": 100})
    )
    assert score(made, [judged(5)], round_).value == 40
    assert score(made, [judged(5, evidence=("e",))], round_).value == 100


def criteria(**more):
    return [Criterion(id=f"c{n}", step=n, text="x", points=n, **more) for n in (1, 2, 3)]


def test_a_criterion_without_evidence_is_not_met_and_says_so(round_):
    made = framework(JudgementRules(evidence_from=2), criteria=criteria())
    answers = [judged(Verdict.YES, target=f"c{n}", evidence=("e",) if n == 2 else ()) for n in (1, 2, 3)]
    found = score(made, answers, round_)
    assert found.level == 2
    assert [r.state for r in found.results] == [CriterionState.MET, CriterionState.MET, CriterionState.NOT_MET]
    assert found.results[2].unsupported
    assert "yes, without the evidence that the framework asks for: does not count" in str(found.explain())


def test_points_are_given_for_evidence_only(round_):
    made = framework(
        JudgementRules(evidence_from=1), criteria=criteria(), method=Method(name="points", parameters={"maximum": 6}),
        scale="percent",
    )  # fmt: skip
    found = score(
        made, [judged(Verdict.YES, target=f"c{n}", evidence=("e",) if n != 2 else ()) for n in (1, 2, 3)], round_
    )
    assert found.value == 4
    nothing = score(
        made, [judged(Missing.DONT_KNOW, target="c1"), judged(Verdict.YES, target="c3", evidence=("e",))], round_
    )
    assert nothing.value == 6
    assert nothing.interval.lower == 3


def test_an_assessor_who_changes_a_judgement_is_counted_once(round_):
    made = framework(JudgementRules(agreement="median"))
    again = evolve(judged(3, "A"), as_of=DAY.replace(day=20))
    found = score(made, [judged(0, "A"), judged(3, "B"), again], round_)
    assert (found.level, found.judgement) == (3, found.judgement)
    assert (found.judgement.assessors, found.judgement.spread) == (2, 0)


def test_judgements_are_kept_in_documents_and_make_gaps(round_):
    made = framework(JudgementRules(agreement="median", evidence_from=3), target=4)
    found = assess([judged(4, "A"), judged(3, "B"), judged(1, "C")], made, QUICK, round=round_, sources=SOURCES)
    assert loads(dumps(found)) == found
    (gap,) = gaps(found)
    assert (gap.level, gap.target, gap.size) == (2, 4, 2)
    assert gap.probability == 1


def test_probabilities_and_draws_stop_at_what_evidence_supports(round_):
    """A level that does not count has no probability: not in the shares, and not in the interval of a parent."""
    made = framework(JudgementRules(evidence_from=3))
    findings = [judged(4), judged(4, "B", "survey"), judged(3, "C", "desk")]
    recipe = Recipe(replications=200, seed=1)
    open_levels = score(made, findings, round_, recipe).plausible
    assert sum(share for level, share in open_levels.probabilities.items() if level > 2) == 0
    cited = [evolve(one, evidence=("law",)) for one in findings]
    supported = score(made, cited, round_, recipe).plausible
    assert sum(share for level, share in supported.probabilities.items() if level > 2) > 0.5


def test_a_criterion_without_evidence_is_likely_only_as_far_as_it_counts(round_):
    made = framework(JudgementRules(evidence_from=2), criteria=criteria())
    findings = [judged(Verdict.YES, target=f"c{n}", evidence=("law",) if n == 1 else ()) for n in (1, 2, 3)]
    found = score(made, findings, round_, Recipe(replications=100, seed=1))
    assert sum(share for level, share in found.plausible.probabilities.items() if level > 1) == pytest.approx(0)


def test_a_consensus_is_no_source_of_its_own(round_):
    made = framework(JudgementRules(agreement="consensus"))
    findings = [judged(1), judged(3, "B", "desk"), judged(3, "all", "meeting", consensus=True)]
    found = assess_quality(assess(findings, made, QUICK, round=round_, sources=SOURCES))
    assert (found.by_item["a"].pairs, found.by_item["a"].share) == (1, 0.0)


def test_levels_without_evidence_are_one_line_a_country(round_):
    tree = [Capacity(id=name, title=name) for name in "abc"]
    made = evolve(framework(JudgementRules(evidence_from=3)), roots=tree)
    found = assess([judged(4, target=name) for name in "abc"], made, QUICK, round=round_, sources=SOURCES)
    (issue,) = [one for one in check_judgements(found["JM"]) if one.code == "CB315"]
    assert "3 levels are limited by the evidence cited: a to M2, b to M2, c to M2" in issue.message
