"""What holds of every plan, whatever is asked: limits are kept, names do not matter, more money never closes less."""

import random
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.planning.check import check_plan
from capbuild.planning.partial_plan import plan_greedily
from capbuild.planning.problem import (
    BenefitCurve,
    Form,
    PlanCountry,
    PlanOption,
    Prerequisite,
    Problem,
    dose_from_share,
    hash_problem,
    sort_places,
)
from capbuild.planning.replanning import repair_sessions
from capbuild.planning.solver import quick_solution, solve, solve_in_stages


@st.composite
def problems(draw):
    """Small problems with every kind of activity and limit."""
    months, count = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    dice = random.Random(draw(st.integers(0, 10**6)))
    places = [
        PlanCountry(
            id=f"C{n}", languages=frozenset(dice.sample(["en", "es"], dice.choice([1, 2]))),
            away=None if dice.random() < 0.3 else tuple(dice.choice([0, 4, 10]) for _ in range(months)),
            blocked=frozenset(m for m in range(months) if dice.random() < 0.2),
            spare=dice.choice([None, 2, 5]),
        )
        for n in range(count)
    ]  # fmt: skip
    options = []
    for n in range(draw(st.integers(1, 6))):
        form = dice.choice([Form.COURSE, Form.COURSE, Form.COUNTRY, Form.JOINT])
        course = form is Form.COURSE
        after = ()
        if n and dice.random() < 0.5:
            share = Fraction(dice.choice([0, 1]), 2)
            after = (Prerequisite(any_of=dice.sample(range(n), min(n, dice.choice([1, 2]))), share=share, pace=course),)
        options.append(
            PlanOption(
                id=f"a{n}", form=form,
                doses={k: dose_from_share(dice.choice([0.2, 0.5])) for k in dice.sample("klm", 2)},
                demand={c: dice.randint(1, 4) if course else 1 for c in range(count) if dice.random() < 0.8},
                seats_min=dice.choice([1, 2, 3]) if course else 1,
                seats_max=dice.choice([4, 6]) if course else dice.choice([None, 8]),
                countries_min=dice.choice([1, 2]) if form is Form.JOINT else 1, duration=dice.choice([1, 1, 2]),
                trainer_days=dice.choice([0, 3]), away=dice.choice([0, 2]), languages=["en", "es"] if course else (),
                hosts=["H1", "H2"] if course and dice.random() < 0.5 else (), first=dice.choice([0, 0, 5]),
                per_session=dice.choice([3, 8]), per_seat=dice.choice([0, 1]), per_year=dice.choice([0, 17]),
                travel={(h, c): dice.randint(0, 3) for h in ("H1", "H2") for c in range(count)}, after=after,
            )
        )  # fmt: skip
    budget = draw(st.integers(0, 120))
    return sort_places(
        Problem(
            months=months, years=[2016 + m // 4 for m in range(months)], places=places, options=options,
            values={(c, k): Fraction(dice.randint(1, 8), 2) for c in range(count) for k in "klm" if dice.random() < 0.7
            },
            closure=BenefitCurve.exponential(), budget=budget,
            yearly={2016: budget // 2} if dice.random() < 0.4 else {},
            trainers=dice.choice([None, (6,) * months]), cell=dice.choice([None, 1]),
            floor=Fraction(dice.choice([0, 0, 1]), 5), closed={"H1": frozenset({0})},
        )
    )  # fmt: skip


@given(problems())
def test_no_draft_breaks_a_limit(problem):
    assert check_plan(problem, plan_greedily(problem)).broken == ()


@settings(max_examples=40)
@given(problems())
def test_no_plan_breaks_a_limit_or_its_bound(problem):
    found = solve(problem)
    assert check_plan(problem, found.sessions).broken == ()
    assert found.bound >= float(found.verdicts.value) - 1e-6


@settings(max_examples=25)
@given(problems())
def test_the_same_plan_twice(problem):
    assert solve(problem).sessions == solve(problem).sessions


@settings(max_examples=25)
@given(problems(), st.randoms(use_true_random=False))
def test_names_and_order_of_countries_change_nothing(problem, dice):
    order = list(range(len(problem.places)))
    dice.shuffle(order)
    new = {old: place for place, old in enumerate(order)}
    turned = sort_places(
        evolve(
            problem,
            places=[evolve(problem.places[old], id=f"renamed {old}") for old in order],
            options=[
                evolve(
                    option,
                    demand={new[c]: n for c, n in option.demand.items()},
                    travel={(h, new[c]): fare for (h, c), fare in option.travel.items()},
                )
                for option in problem.options
            ],
            values={(new[c], k): value for (c, k), value in problem.values.items()},
        )
    )
    found, other = solve(problem), solve(turned)
    assert other.verdicts.value == found.verdicts.value
    assert other.verdicts.cost == found.verdicts.cost


@settings(max_examples=25)
@given(problems(), st.integers(0, 40))
def test_more_money_never_closes_less_beyond_the_gap(problem, more):
    found = solve(evolve(problem, floor=Fraction(0)))
    richer = solve(
        evolve(problem, floor=Fraction(0), budget=problem.budget + more,
               yearly={year: limit + more for year, limit in problem.yearly.items()})
    )  # fmt: skip
    assert (
        float(richer.verdicts.value)
        >= float(found.verdicts.value) - (richer.bound - float(richer.verdicts.value)) - 1e-6
    )


@settings(max_examples=20)
@given(problems())
def test_another_unit_of_money_changes_nothing(problem):
    dear = evolve(
        problem,
        budget=problem.budget * 7,
        yearly={year: limit * 7 for year, limit in problem.yearly.items()},
        options=[
            evolve(option, first=option.first * 7, per_session=option.per_session * 7, per_seat=option.per_seat * 7,
                   per_year=option.per_year * 7, travel={key: fare * 7 for key, fare in option.travel.items()})
            for option in problem.options
        ],
    )  # fmt: skip
    assert solve(dear).verdicts.value == pytest.approx(float(solve(problem).verdicts.value), abs=1e-6)


@settings(max_examples=20)
@given(problems())
def test_the_two_stages_keep_the_limits_and_the_bound(problem):
    found = solve_in_stages(problem, plan_greedily(problem), gap=0.01, rounds=4, stretch=3)
    best = solve(problem)
    assert check_plan(problem, found.sessions).broken == ()
    if not problem.floor:
        assert found.bound >= float(best.verdicts.value) - 1e-6


@settings(max_examples=15)
@given(problems(), st.integers(0, 10))
def test_a_first_answer_keeps_the_limits_and_its_bound_holds(problem, less):
    before = solve(problem)
    poorer = evolve(problem, budget=max(problem.budget - less, 0))
    known, dropped = repair_sessions(poorer, before.sessions)
    first, best = quick_solution(poorer, known), solve(poorer)
    assert check_plan(poorer, first.sessions).broken == ()
    assert set(known) | set(dropped) == set(before.sessions)
    if not problem.floor:
        assert first.bound >= float(best.verdicts.value) - 1e-6
        assert float(first.verdicts.value) <= best.bound + 1e-6
        assert float(first.verdicts.value) >= float(check_plan(poorer, known).value) - 1e-6


@given(problems())
def test_the_fingerprint_is_that_of_what_is_asked(problem):
    assert hash_problem(problem) == hash_problem(evolve(problem))
    assert hash_problem(problem) != hash_problem(evolve(problem, budget=problem.budget + 1))


@given(st.fractions(0, 5), st.fractions(0, 5))
def test_closure_is_concave_and_below_the_curve(one, other):
    closure = BenefitCurve.exponential()
    middle = (one + other) / 2
    assert closure.exact_share(middle) * 2 >= closure.exact_share(one) + closure.exact_share(other)
    import math

    assert float(closure.exact_share(one)) <= -math.expm1(-float(one)) + 1e-9
    assert closure.approximate_share(float(one)) == pytest.approx(float(closure.exact_share(one)))
