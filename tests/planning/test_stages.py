"""Plans with a bound: known optima, a bound that holds, and the same plan twice."""

import json
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.model import Money, StopReason
from capbuild.planning import plan
from capbuild.planning.check import check_plan
from capbuild.planning.linear import SolveEffort
from capbuild.planning.partial_plan import plan_greedily
from capbuild.planning.plan_model import PlanModel
from capbuild.planning.problem import Timeline
from capbuild.planning.solver import solve, solve_in_stages
from tests.planning.instance import load_instance

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from plan_instances import make

SMALL = {"countries": 4, "needs": 5, "activities": 6, "months": 8, "hosts": 2}


@pytest.mark.corpus
def test_known_optima_are_reached_and_proven(corpus):
    cases = sorted((corpus / "planner").glob("tiny-*.json"))
    assert len(cases) >= 6
    for case in cases:
        reference = json.loads(case.read_text("utf-8"))["reference"]
        found = solve(load_instance(case))
        assert found.verdicts.value == Fraction(reference["optimum_fraction"]), case.name
        assert found.stopped is StopReason.OPTIMAL
        assert found.bound == pytest.approx(float(found.verdicts.value), abs=1e-6)


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([0.2, 0.4, 0.7]), st.sampled_from([0.5, 1.0]))
def test_no_plan_breaks_a_limit_and_every_bound_holds(seed, money, tight):
    problem = make(**SMALL, seed=seed, money=money, tight=tight)
    found = solve(problem)
    assert found.verdicts.broken == ()
    assert float(found.verdicts.value) <= found.bound + 1e-6
    assert float(check_plan(problem, plan_greedily(problem)).value) <= found.bound + 1e-6
    for length in (3, 12):
        relaxed = (
            PlanModel(problem, Timeline.every(problem, length), hosted=False).linear.make_solver().solve(SolveEffort())
        )
        assert relaxed.bound >= float(found.verdicts.value) - 1e-6


def test_a_larger_problem_is_solved_in_stages_within_its_gap_and_twice_alike():
    problem = make(countries=10, needs=15, activities=14, months=18, hosts=2, seed=3)
    first, again = (solve_in_stages(problem, plan_greedily(problem), gap=0.05, rounds=6) for _ in range(2))
    assert first.sessions == again.sessions
    assert first.bound == again.bound
    verdicts = check_plan(problem, first.sessions)
    assert verdicts.broken == ()
    assert float(verdicts.value) >= float(check_plan(problem, plan_greedily(problem)).value)
    assert 1 - float(verdicts.value) / first.bound <= 0.05
    assert first.stopped is StopReason.GAP


def test_more_money_never_closes_less_beyond_the_proven_gap():
    values = [solve(make(**SMALL, seed=5, money=money)) for money in (0.2, 0.3, 0.4, 0.6)]
    for less, more in pairwise(values):
        assert float(more.verdicts.value) >= float(less.verdicts.value) * (1 - 1e-9)


def test_a_plan_says_who_solved_it_and_why_it_stopped(needs, catalogue, limits):
    made = plan(needs, catalogue, limits)
    assert (made.solver, made.stopped, made.deterministic) == ("HiGHS", StopReason.OPTIMAL, True)
    assert made.gap == pytest.approx(0, abs=1e-9)
    richer = plan(needs, catalogue, evolve(limits, budget=Money(limits.budget.amount * 2, "USD")))
    assert richer.value >= made.value


def test_without_the_solver_a_plan_is_a_draft_and_says_so(needs, catalogue, limits, monkeypatch):
    from capbuild.planning import solver

    monkeypatch.setattr(solver, "has_solver", lambda: False)
    made = plan(needs, catalogue, limits)
    assert (made.stopped, made.bound, made.solver) == (StopReason.GREEDY, None, "")


def test_where_months_are_tight_the_bound_is_near_and_plans_come_within_three_per_cent_of_it():
    problem = make(countries=12, needs=20, activities=16, months=12, hosts=2, seed=1, tight=0.4)
    found = solve_in_stages(problem, plan_greedily(problem), gap=0.03, rounds=8)
    assert check_plan(problem, found.sessions).broken == ()
    assert 1 - float(found.verdicts.value) / found.bound <= 0.03
    assert found.stopped is StopReason.GAP
