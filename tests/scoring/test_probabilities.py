"""How likely levels are: properties that must hold whatever the model, and cases where the answer is known."""

import itertools
import random

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.frameworks import load_bundled
from capbuild.model import Missing, Recipe, ReconciliationPolicy, SourceKind, Trust, Verdict
from capbuild.scoring import assess, simulate_round, source_reliability
from capbuild.scoring.criteria_levels import Staircase
from capbuild.scoring.reliability import _make_source_model
from capbuild.scoring.simulation import SimulationScenario

YES, NO = Verdict.YES, Verdict.NO
QUICK = Recipe(replications=0)


def climb(criteria, states):
    return Staircase(criteria=tuple(criteria)).climb_all([states], [set()])[0]


@pytest.fixture(scope="module")
def simulated(make, round_):
    framework = make["staircase"](8)
    made = simulate_round(framework, SimulationScenario(countries=12, visited=6), seed=3)
    return framework, made, assess(made.findings, framework, QUICK, round=round_, sources=made.sources)


def test_every_level_has_a_probability_whatever_is_confirmed(simulated):
    scores = [score for assessment in simulated[2] for score in assessment.indicators]
    assert any(not score.plausible.settled for score in scores)
    for score in scores:
        shares = score.plausible.probabilities
        assert sum(shares.values()) == pytest.approx(1)
        assert set(shares) == {1, 2, 3, 4}
        assert min(shares.values()) > 0
        assert max(shares.values()) < 1
        assert score.below_target == pytest.approx(sum(p for order, p in shares.items() if order < 3))
        assert not score.shares or sum(score.shares.values()) == pytest.approx(1)


def test_the_order_of_countries_findings_and_sources_does_not_matter(simulated, round_):
    framework, made, expected = simulated
    # One source gives one finding of a criterion here, so nothing hangs on which of two came later.
    findings, sources = list(made.findings), list(made.sources)
    random.Random(1).shuffle(findings)
    random.Random(2).shuffle(sources)
    found = assess(findings, framework, QUICK, round=round_, sources=sources)
    for assessment in expected:
        for score in assessment.indicators:
            other = found[assessment.country][score.capacity.id]
            assert other.plausible == score.plausible
            assert other.shares == score.shares


def test_every_criterion_has_the_probability_of_its_levels(simulated):
    """A level above the first step needs all its criteria, so it is no likelier than any of them."""
    for assessment in simulated[2]:
        for score in assessment.indicators:
            shares = score.plausible.probabilities
            for criterion, result in zip(score.capacity.criteria, score.results, strict=True):
                reached = sum(share for order, share in shares.items() if order >= criterion.step)
                assert reached <= result.probability + 1e-5
                assert 0 <= result.probability <= 1


def test_what_does_not_apply_has_no_probability(make, world, round_):
    framework = make["staircase"](1)
    bare = [evolve(c, no_cases=True) for c in framework["S0"].criteria]
    framework = evolve(framework, roots=[evolve(framework.roots[0], children=[evolve(framework["S0"], criteria=bare)])])
    findings, sources = world({0: {"survey": {"S0.20": Missing.NOT_APPLICABLE, "S0.21": YES}}})
    found = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]["S0"].results
    assert [result.probability is None for result in found] == [True] + [False] * 5
    assert found[1].probability > found[2].probability


def test_without_any_belief_about_sources_no_probability_is_made_up(simulated, round_):
    framework, made, _ = simulated
    bare = Recipe(trust={}, replications=0)
    found = assess(made.findings, framework, bare, round=round_, sources=made.sources)
    scores = [score for assessment in found for score in assessment.indicators]
    assert {len(score.plausible.probabilities) for score in scores} == {0}
    assert {score.below_target for score in scores} == {None}
    assert {result.probability for score in scores for result in score.results} == {None}


def claimed(framework, world, round_, visits, recipe=QUICK):
    """Ten countries claim all; visits to nine of them found what `visits` says; the last one's claims are open."""
    names = list(framework.criteria)
    table = {n: {"survey": dict.fromkeys(names, YES), "visit": dict.fromkeys(names, visits)} for n in range(9)}
    table[9] = {"survey": dict.fromkeys(names, YES)}
    claims = {("survey", name) for name in names}
    findings, sources = world(table, claims)
    return assess(findings, framework, recipe, round=round_, sources=sources)


def test_claims_are_worth_what_visits_found_of_such_claims(make, world, round_):
    framework = make["staircase"](4)
    honest = claimed(framework, world, round_, YES)["XJ"]["S0"]
    flattering = claimed(framework, world, round_, NO)["XJ"]["S0"]
    assert str(honest.plausible) == str(flattering.plausible) == "L1 to L4"
    assert honest.plausible.probabilities[4] > 0.9
    assert flattering.plausible.probabilities[1] > 0.9
    assert honest.below_target < 0.1 < 0.9 < flattering.below_target


def test_what_was_compared_is_counted_and_what_was_not_is_as_the_recipe_states(make, world, round_):
    framework = make["staircase"](2)
    table = {
        0: {"survey": {"S0.20": YES, "S0.21": YES, "S0.30": NO}, "visit": {"S0.20": YES, "S0.21": NO, "S0.30": NO}},
        1: {"survey": {"S0.20": YES}, "desk": {"S0.20": NO}},
    }
    findings, sources = world(table)
    found = {
        str(one.source): one
        for one in source_reliability(assess(findings, framework, QUICK, round=round_, sources=sources))
    }
    survey, seen_only, desk = (found[name] for name in ("survey", "survey, what only a visit can see", "desk"))
    assert (survey.compared, survey.agreed, survey.countries) == (2, 2, 1)
    assert (seen_only.compared, seen_only.agreed) == (1, 0)
    assert (desk.compared, desk.trust) == (0, desk.stated)
    assert seen_only.trust.unmet > seen_only.stated.unmet
    assert not survey.is_measured


def test_a_believed_source_narrows_and_a_useless_one_does_not(make, world, round_):
    framework = make["staircase"](1)
    table = {0: {"survey": dict.fromkeys(framework.criteria, YES)}, 1: {"visit": {"S0.20": YES}}}
    findings, sources = world(table, {("survey", name) for name in framework.criteria})

    def top(met, unmet):
        recipe = Recipe(trust={"survey": Trust(met=met, unmet=unmet)}, replications=0)
        score = assess(findings, framework, recipe, round=round_, sources=sources)["XA"]["S0"]
        return score.plausible.probabilities[4]

    assert top(0.99, 0.01) > 0.9 > top(0.9, 0.5) > top(0.5, 0.5)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_one_more_claim_never_lowers_the_chance_of_the_higher_levels(data, make, world, round_):
    framework = make["staircase"](1)
    names = list(framework.criteria)
    said = {name: data.draw(st.sampled_from([YES, Missing.DONT_KNOW])) for name in names}
    more = said | {data.draw(st.sampled_from(names)): YES}
    claims = {("survey", name) for name in names}
    reached = []
    for answers in (said, more):
        findings, sources = world({0: {"survey": answers}, 1: {"visit": {"S0.20": YES, "S0.30": NO}}}, claims)
        shares = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]["S0"].plausible.probabilities
        reached.append([sum(p for order, p in shares.items() if order >= level) for level in (2, 3, 4)])
    assert all(after >= before - 1e-9 for before, after in zip(*reached, strict=True))


def test_a_staircase_with_a_missing_step_and_one_that_cannot_be_tested(make):
    from capbuild.model import Criterion, CriterionState

    criteria = [
        Criterion(id="a", step=2, text="a"),
        Criterion(id="b", step=4, text="b"),
        Criterion(id="c", step=5, text="c"),
    ]
    met, aside = CriterionState.MET, CriterionState.NOT_APPLICABLE
    assert climb(criteria, {"a": met, "b": CriterionState.NOT_MET, "c": met}).level == 2
    assert climb(criteria, {"a": met, "b": met, "c": aside}).level == 4
    found = climb(criteria, {"a": met, "b": aside, "c": met})
    assert (found.level, found.not_testable) == (2, True)


def test_distribution_over_orders_is_that_of_all_readings(make):
    """Against the sum over all 2^6 readings of six criteria, each climbed one by one."""
    from capbuild.model import CriterionState

    framework = make["staircase"](1)
    criteria = framework["S0"].criteria
    chances = np.array([0.9, 0.6, 0.7, 0.5, 0.8, 0.3])
    stairs = Staircase(criteria=criteria)
    found = dict(zip(stairs.orders, stairs.distribution(chances, np.zeros(6)), strict=True))
    expected = dict.fromkeys(stairs.orders, 0.0)
    for reading in itertools.product([True, False], repeat=6):
        states = {
            c.id: CriterionState.MET if met else CriterionState.NOT_MET
            for c, met in zip(criteria, reading, strict=True)
        }
        expected[climb(criteria, states).level] += float(np.prod(np.where(reading, chances, 1 - chances)))
    assert found == pytest.approx(expected)


def test_model_policy_settles_only_what_is_nearly_certain(make, round_):
    framework = make["staircase"](8)
    made = simulate_round(framework, SimulationScenario(countries=12, visited=6), seed=3)
    recipe = Recipe(reconciliation=ReconciliationPolicy.MODEL, replications=0)
    found = assess(made.findings, framework, recipe, round=round_, sources=made.sources)
    for assessment in found:
        for score in assessment.indicators:
            assert score.level == (score.plausible.lowest if score.plausible.settled else None)
            assert sum(score.plausible.probabilities.values()) == pytest.approx(1)
            for result in score.results:
                assert result.used is None or result.used_finding.value.passes == (result.state.value == "met")
    visited = [s.plausible.settled for a in found if a.visited for s in a.indicators]
    others = [s.plausible.settled for a in found if not a.visited for s in a.indicators]
    assert np.mean(visited) > np.mean(others)


def test_most_reliable_takes_the_kind_that_visits_confirmed(make, world, round_):
    framework = make["staircase"](8)
    names = list(framework.criteria)
    truth = {name: (YES if n % 3 else NO) for n, name in enumerate(names)}
    wrong = {name: (NO if value is YES else YES) for name, value in truth.items()}
    table = {n: {"visit": truth, "meeting": wrong, "desk": truth} for n in range(4)}
    table[4] = {"meeting": {"S0.21": NO}, "desk": {"S0.21": YES}}
    findings, sources = world(table)

    def value(policy):
        recipe = Recipe(reconciliation=policy, certainty=0.9, replications=0)
        found = assess(findings, framework, recipe, round=round_, sources=sources)["XE"]["S0"]
        return {result.target: result.value for result in found.results}["S0.21"]

    assert value(ReconciliationPolicy.BEST_EVIDENCE) is NO
    assert value(ReconciliationPolicy.MOST_RELIABLE) is YES
    assert value(ReconciliationPolicy.MODEL) is YES


def test_a_country_alone_has_probabilities_by_the_stated_beliefs(world, round_):
    framework = load_bundled("police_cyber")
    findings, sources = world(
        {0: {"survey": dict.fromkeys(framework.criteria, YES)}}, {("survey", n) for n in framework.criteria}
    )
    found = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]
    assert all(score.plausible.probabilities for score in found.indicators)
    kinds = {
        one.source.kind for one in source_reliability(assess(findings, framework, QUICK, round=round_, sources=sources))
    }
    assert kinds == {SourceKind.SURVEY}


@pytest.mark.parametrize("countries", [1, 4, 100])
def test_the_yes_rate_of_a_new_country_is_less_sure_than_the_mean_of_those_compared(countries):
    """Its variance is that between countries, and that of their mean beside it: more than the first, at most twice."""
    table = np.array([[0.8, 0.2], [0.3, 0.7]])
    model = _make_source_model(table, 1.5, countries)
    assert 1.5**2 < model.spread**2 < 2 * 1.5**2
    assert model.spread >= _make_source_model(table, 1.5, countries + 1).spread
