"""Known optima: the reference cases beside the project, and random tiny problems against full enumeration."""

import json
import random
from fractions import Fraction
from functools import cache

import pytest
from attrs import evolve

from capbuild.errors import PlanError
from capbuild.planning.linear import SolveEffort
from capbuild.planning.plan_model import PlanModel
from capbuild.planning.problem import Timeline
from capbuild.planning.solver import solve
from tests.planning.enumeration import Tiny
from tests.planning.instance import load_instance, parse_instance
from tests.planning.tiny_cases import POINTS, tiny_case


def tiny(seed):
    """A random problem that can be enumerated."""
    dice = random.Random(seed)
    names = ["A", "B"]
    countries = [
        {"id": c, "language": dice.choice(["en", "es"]), "away_cap": dice.choice([5, 10, 15]),
         "holidays": dice.sample(range(3), dice.choice([0, 0, 1]))}
        for c in names
    ]  # fmt: skip
    needs = [
        {"country": c, "criterion": k, "weight": dice.randint(1, 3), "gap": dice.randint(1, 3),
         "p": dice.choice([0.5, 0.75, 1.0])}
        for c in names for k in ("k0", "k1")
    ]  # fmt: skip

    def effect():
        return {k: dice.choice([0.25, 0.5, 0.75, 1.0]) for k in dice.sample(["k0", "k1"], dice.randint(1, 2))}

    course = {
        "id": "a0", "kind": "course", "effect": effect(), "duration": 1, "trainer_days": 5, "languages": ["en", "es"],
        "seats_min": dice.choice([1, 2]), "seats_max": 3, "demand": {"A": 2, "B": dice.choice([1, 2])},
        "cost_session": dice.choice([4, 6, 8]), "cost_seat": dice.choice([1, 1.5]), "days_per_seat": 5,
        "prerequisite": None,
    }  # fmt: skip
    after = dice.choice([None, "a0"])
    tools = {
        "id": "a1", "kind": "equipment", "effect": effect(), "duration": dice.choice([1, 2]), "trainer_days": 0,
        "cost_country": dice.choice([3, 5]), "cost_month": dice.choice([0, 1]), "days": 0, "prerequisite": after,
    }  # fmt: skip
    event = {
        "id": "a2", "kind": "operation", "effect": effect(), "duration": 1, "trainer_days": 5, "cost_event": 3,
        "cost_country": 1, "days": 5, "prerequisite": dice.choice([None, "a0", "a1"]), "countries_min": 2,
    }  # fmt: skip
    second = {**course, "id": "a2", "effect": effect(), "prerequisite": "a0"}
    return {
        "name": f"random-{seed}", "months": 3, "closure_points": POINTS, "countries": countries, "needs": needs,
        "activities": [course, tools, dice.choice([event, second])], "budget": dice.choice([10, 16, 24, 30]),
        "trainer_days_month": dice.choice([5, 10]), "floor_share": dice.choice([0.0, 0.0, 0.0, 0.15, 0.3]),
    }  # fmt: skip


@pytest.mark.corpus
def test_the_reference_cases(corpus):
    files = sorted((corpus / "planner").glob("*.json"))
    assert files
    for path in files:
        known = json.loads(path.read_text("utf-8"))["reference"]
        if not known["feasible"]:
            with pytest.raises(PlanError):
                solve(load_instance(path))
            continue
        found = solve(load_instance(path))
        assert found.verdicts.value == Fraction(known["optimum_fraction"]), path.name
        assert found.verdicts.cost == known["min_cost_at_optimum"], path.name


@pytest.mark.corpus
def test_the_oracle_agrees_with_the_reference_cases(corpus):
    for path in sorted((corpus / "planner").glob("tiny-[146].json")):
        data = json.loads(path.read_text("utf-8"))
        value, cost = Tiny(data).best()
        assert value == Fraction(data["reference"]["optimum_fraction"]), path.name
        assert cost == data["reference"]["min_cost_at_optimum"], path.name


@pytest.mark.parametrize("seed", range(16))
def test_random_problems_against_every_plan_there_is(seed):
    same_as_enumerated(tiny(seed))


@pytest.mark.parametrize("part", range(6))
def test_every_field_of_the_format_against_every_plan_there_is(part):
    cases = [tiny_case(seed) for seed in range(part * 20, part * 20 + 20)]
    few = [data for data in cases if Tiny(data).count() <= 20_000]
    assert len(few) > 15
    for data in few:
        same_as_enumerated(data)


def same_as_enumerated(data):
    problem, known = parse_instance(data), Tiny(data).best()
    if known is None:
        with pytest.raises(PlanError, match="no plan keeps to the limits"):
            solve(problem)
        return
    found = solve(problem)
    assert found.verdicts.value == known[0], data["name"]
    assert Fraction(found.verdicts.cost, problem.unit) == known[1], data["name"]
    assert found.bound == pytest.approx(float(known[0]), abs=1e-6), data["name"]
    assert found.stopped.value == "optimal", data["name"]


def test_what_is_no_course_is_for_those_who_speak_its_language():
    data = tiny(3)
    data["activities"] = [{**data["activities"][1], "prerequisite": None, "languages": ["fr"]}]
    assert parse_instance(data).options[0].demand == {}
    for country in data["countries"]:
        country["languages"] = ["fr", "en"]
    assert sorted(parse_instance(data).options[0].demand) == [0, 1]


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("hosted", [True, False])
def test_no_stretch_of_months_bounds_below_the_monthly_optimum(seed, length, hosted):
    problem, best = monthly_optimum(seed)
    model = PlanModel(problem, Timeline.every(problem, length), hosted=hosted)
    assert model.linear.make_solver().solve(SolveEffort()).value >= float(best) - 1e-6


@cache
def monthly_optimum(seed):
    """A random problem without a floor, and what its best plan is worth."""
    problem = evolve(parse_instance(tiny(seed)), hard=False, floor=Fraction(0))
    return problem, solve(problem).verdicts.value


def test_without_a_solver_a_plan_is_a_draft():
    found = solve(parse_instance(tiny(0)), solver=False)
    assert (found.bound, found.solver) == (None, "")
    assert found.stopped.value == "greedy draft, no bound"
