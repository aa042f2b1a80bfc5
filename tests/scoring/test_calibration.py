"""Ranges that say 90 % hold the truth 87 to 93 times in a hundred, on simulated rounds with fixed seeds."""

import datetime

import pytest
from capbuild.scoring.calibrating import measure_coverage

from capbuild.frameworks import load_bundled
from capbuild.model import Recipe, ReconciliationPolicy, Round
from capbuild.scoring.simulating import Scenario

ROUND = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
MODEL = Recipe(reconciliation=ReconciliationPolicy.MODEL, replications=0)


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(),
        Scenario(visited=5, agencies=1, survey_answered=0.85),
        Scenario(flattery=0.6, flattery_spread=0.7, survey_answered=0.3),
        Scenario(survey_sees=0.85),
    ],
    ids=["sparse visits", "few visits", "flattery, half missing", "documents wrong too"],
)
def test_levels_weighed_by_the_model_are_where_it_says(scenario):
    found = measure_coverage(load_bundled("police_cyber"), ROUND, scenario, recipe=MODEL, rounds=3, seed=50)
    assert found.levels.cells == 3 * 30 * 25
    assert 0.87 <= found.levels.held <= 0.93
    assert found.levels.range >= 0.98
    assert found.levels.likeliest == pytest.approx(found.levels.stated, abs=0.06)


def test_levels_by_the_rule_are_where_it_says_if_what_is_confirmed_is_true():
    true = Scenario(visit_error=0, hearsay_error=0, modesty=0)
    plain = Recipe(replications=0)
    found = measure_coverage(load_bundled("police_cyber"), ROUND, true, recipe=plain, rounds=3, seed=50)
    assert found.levels.range == 1
    assert 0.87 <= found.levels.held <= 0.93


def test_the_range_by_the_rule_is_one_of_assumptions():
    """Where surveys are wrong on documents that they confirm, it holds far less: it must not be called an interval."""
    wrong = Scenario(survey_sees=0.85)
    plain = Recipe(replications=0)
    found = measure_coverage(load_bundled("police_cyber"), ROUND, wrong, recipe=plain, rounds=1, seed=50)
    assert found.levels_unvisited.range < 0.7


@pytest.fixture(scope="module")
def figures(make):
    """Coverage of the topmost figure, each kind of framework simulated once."""
    rounds = {"points": 10, "values": 6}
    return {kind: measure_coverage(make[kind](), ROUND, Scenario(), rounds=n, seed=50) for kind, n in rounds.items()}


@pytest.mark.parametrize("kind", ["points", "values"])
def test_figures_lie_in_their_intervals_as_often_as_said(kind, figures):
    assert figures[kind].stated == pytest.approx(0.9, abs=0.01)
    assert 0.87 <= figures[kind].figures <= 0.93
