"""The exact checker: it passes what keeps the rules, and finds each rule that is broken."""

from fractions import Fraction

import pytest
from attrs import evolve

from capbuild.planning.check import check_plan
from capbuild.planning.problem import BenefitCurve, Form, PlanCountry, Prerequisite, Problem, Session
from capbuild.planning.problem import PlanOption as Option

CLOSURE = BenefitCurve(((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1, 2)), (Fraction(3), Fraction(3, 4))))


@pytest.fixture
def problem():
    """Two countries; a course, one that builds on it, equipment that waits for half of the first, a joint event."""
    return Problem(
        months=6,
        years=[2016] * 3 + [2017] * 3,
        opens=10,
        places=[
            PlanCountry(id="A", languages=frozenset({"en"}), away=(10,) * 6, blocked=frozenset({2})),
            PlanCountry(id="B", languages=frozenset({"en"}), away=(10,) * 6, spare=3),
        ],
        options=[
            Option(id="a", form=Form.COURSE, doses={"k": Fraction(1)}, demand={0: 2, 1: 4}, seats_min=2, seats_max=5,
                 trainer_days=5, away=2, languages=["en"], per_session=10, per_seat=1, first=7),
            Option(id="b", form=Form.COURSE, doses={"m": Fraction(1)}, demand={0: 2}, seats_max=5, languages=["en"],
                 per_session=10, after=[Prerequisite(any_of=[0], share=Fraction(0), pace=True)]),
            Option(id="c", form=Form.COUNTRY, doses={"k": Fraction(1)}, demand={0: 1, 1: 1}, duration=2, per_session=5,
                 per_year=12, after=[Prerequisite(any_of=[0])]),
            Option(id="d", form=Form.JOINT, doses={"m": Fraction(2)}, demand={0: 1, 1: 1}, countries_min=2,
                 per_session=3, per_seat=2),
        ],
        values={(0, "k"): Fraction(4), (0, "m"): Fraction(2), (1, "k"): Fraction(3)},
        closure=CLOSURE,
        budget=60,
        yearly={2016: 45},
        trainers=(5,) * 6,
        cell=1,
    )  # fmt: skip


def session(option, month, *seats, language="en", host=""):
    return Session(month, option, language if option < 2 else "", host, tuple(seats))


GOOD = (
    session(0, 0, (0, 2), (1, 2)),
    session(1, 1, (0, 2)),
    session(2, 1, (0, 1)),
    session(3, 3, (0, 1), (1, 1)),
)


def test_a_good_plan_worked_out_by_hand(problem):
    found = check_plan(problem, GOOD)
    assert found.broken == ()
    # A, k: dose 1 of the course and 1 of the equipment, so 1/2 + 1/8; A, m: dose 3, so 3/4; B, k: half a dose, 1/4.
    assert found.closes == {(0, "k"): Fraction(5, 2), (0, "m"): Fraction(3, 2), (1, "k"): Fraction(3, 4)}
    assert found.value == Fraction(19, 4)
    # Course 10 + 4 and once 7; the next 10; equipment 5 and 3 months after month 3; the event 3 + 2 * 2.
    assert found.by_year == {2016: 14 + 7 + 10 + 5, 2017: 3 + 7}
    assert found.cost == 46


@pytest.mark.parametrize(
    ("sessions", "said"),
    [
        ((session(0, 2, (0, 2)),), "A cannot take part"),
        ((session(0, 0, (0, 2), language="es"),), "held in 'es'"),
        ((session(0, 0, (0, 2), host="Z"),), "cannot be hosted"),
        ((session(0, 0, (0, 1)),), "too few seats"),
        ((session(0, 0, (0, 2), (1, 4)),), "too many seats"),
        ((session(0, 0, (0, 3)),), "more than it asks for"),
        ((session(0, 0, (1, 4)),), "more people than it can spare"),
        ((session(0, 0, (0, 2), (0, 1)),), "names a country more than once"),
        ((session(0, 0, (0, 2)), session(0, 0, (1, 3))), "2016-10 asks for more trainer days"),
        ((session(0, 0, (0, 2)), session(0, 0, (1, 3))), "too often"),
        ((session(1, 1, (0, 1)),), "b in 2016-11 comes too early in A"),
        ((session(0, 1, (0, 2)), session(1, 1, (0, 1))), "too early"),
        ((session(0, 0, (0, 1), (1, 1)), session(1, 1, (0, 2))), "too early"),
        ((session(2, 3, (0, 1)),), "too early"),
        ((*GOOD[:1], session(2, 5, (0, 1))), "does not end"),
        ((*GOOD[:1], session(2, 1, (0, 1), (1, 1))), "is for one country"),
        ((session(3, 0, (0, 1)),), "too few countries"),
        ((session(3, 0, (0, 2), (1, 1)),), "does not seat what a country sends"),
    ],
)
def test_each_rule_is_found_broken(problem, sessions, said):
    assert any(said in line for line in check_plan(problem, sessions).broken)


def test_money_is_kept_to_the_last_unit(problem):
    found = check_plan(problem, GOOD)
    assert check_plan(evolve(problem, budget=found.cost), GOOD).broken == ()
    assert check_plan(evolve(problem, budget=found.cost - 1), GOOD).broken == ("it costs 1 more than the budget",)
    short = evolve(problem, yearly={2017: found.by_year[2017] - 1})
    assert check_plan(short, GOOD).broken == ("it costs 1 more than the budget of 2017",)


@pytest.mark.parametrize(
    ("unit", "currency", "said"),
    [(1, "", "123,456"), (100, "", "1,234.56"), (100, "CAD", "CAD 1,234.56"), (1000, "USD", "USD 123.46")],
)
def test_what_is_over_the_budget_is_said_in_main_units_with_the_currency(problem, unit, currency, said):
    over = evolve(problem, budget=check_plan(problem, GOOD).cost - 123_456, unit=unit, currency=currency)
    assert check_plan(over, GOOD).broken == (f"it costs {said} more than the budget",)


def test_days_away_are_kept(problem):
    place = evolve(problem.places[0], away=(3,) * 6)
    tight = evolve(problem, places=[place, problem.places[1]])
    assert any("days away" in line for line in check_plan(tight, GOOD).broken)


def test_a_floor_is_told_or_kept(problem):
    wished = evolve(problem, floor=Fraction(1, 2))
    assert check_plan(wished, GOOD).broken == ()
    assert check_plan(wished, GOOD).shortfalls == {1: Fraction(1, 4)}
    assert check_plan(evolve(wished, hard=True), GOOD).broken == ("B stays below the floor",)


def test_a_closed_host_receives_nobody(problem):
    hosted = evolve(problem.options[0], hosts=["H"])
    closed = evolve(problem, options=[hosted, *problem.options[1:]], closed={"H": frozenset({0})})
    assert any("hosted" in line for line in check_plan(closed, (session(0, 0, (0, 2), host="H"),)).broken)
    assert check_plan(closed, (session(0, 1, (0, 2), host="H"),)).broken == ()


@pytest.mark.parametrize("yearly", [1, 17, 12, 500_000])
def test_upkeep_up_to_the_end_is_its_exact_share_of_a_year(problem, yearly):
    paid = evolve(problem, options=[evolve(problem.options[2], per_year=yearly)])
    for left in range(1, problem.months + 1):
        total = sum(paid.upkeep_cost(0, month) for month in range(problem.months - left, problem.months))
        assert abs(total - Fraction(yearly * left, 12)) <= Fraction(1, 2)


def test_an_effect_counts_in_the_year_of_its_end(problem):
    """October to December 2016, then January to March 2017, at 25 % a year."""
    later = evolve(problem, discount=0.25)
    month, two_months = ([later.discount_factor(number, start) for start in range(5)] for number in (0, 2))
    assert month == [1, 1, 1, Fraction(4, 5), Fraction(4, 5)]
    assert two_months == [1, 1, Fraction(4, 5), Fraction(4, 5), Fraction(4, 5)]


@pytest.mark.parametrize("yearly", [0, 1, 5, 7, 12, 100])
def test_upkeep_to_the_horizon_is_its_exact_share_of_a_year(problem, yearly):
    (option,) = (one for one in problem.options if one.id == "c")
    held = evolve(problem, options=[evolve(option, per_year=yearly)])
    for start in range(problem.months):
        share = Fraction(yearly * (problem.months - start), 12)
        assert sum(held.upkeep_cost(0, month) for month in range(start, problem.months)) == int(share + Fraction(1, 2))


def test_dependents_are_those_that_name_an_activity_first(problem):
    assert problem.dependents == {0: (1, 2)}
