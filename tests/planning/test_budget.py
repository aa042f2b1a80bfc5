"""What a plan costs by year and country: counted by hand, and to the last unit the plan's cost."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError, PlanError
from capbuild.model import Activity, Catalogue, Cost, Limits, Plan, PlannedActivity
from capbuild.planning import plan, split_budget, sum_budget
from capbuild.planning.budget import _apportion
from tests.planning.conftest import usd
from tests.planning.in_words import Words, case_of


@pytest.fixture
def by_hand():
    """A course of three countries in December 2016, and equipment that comes in October and is kept to June 2017."""
    course = PlannedActivity(
        id="S1", activity="A1", start=datetime.date(2016, 12, 5), end=datetime.date(2016, 12, 9), host="PA",
        seats={"BB": 1, "JM": 1, "PA": 1}, cost=usd("1450"),
        cost_lines={"one time": usd("510"), "per session": usd("90"), "per seat": usd("150"), "travel": usd("700")},
    )  # fmt: skip
    bench = PlannedActivity(
        id="S2", activity="A2", start=datetime.date(2016, 10, 3), end=datetime.date(2016, 11, 30),
        seats={"JM": 1}, cost=usd("370"), cost_lines={"per session": usd("300"), "recurring": usd("70")},
    )  # fmt: skip
    return Plan(
        activities=[course, bench],
        limits=Limits(
            budget=usd(5000),
            start=datetime.date(2016, 7, 1),
            months=12,
            travel={"PA": {"BB": usd(400), "JM": usd(300)}},
        ),
    )


CATALOGUE = Catalogue(
    id="c", title="C", activities=[
        Activity(id="A1", kind="course", title="Course", days=5, cost=Cost(travel_per_seat=usd(999))),
        Activity(id="A2", kind="equipment", title="Bench", lead_months=2, cost=Cost(recurring=usd(120))),
    ],
)  # fmt: skip


def test_by_year_and_kind(by_hand):
    # Kept seven months at 10: December, then January to June.
    assert sum_budget(by_hand, "year", "kind", catalogue=CATALOGUE) == {
        (2016, "one-time"): usd("1750.00"), (2016, "recurring"): usd("10.00"), (2017, "recurring"): usd("60.00"),
    }  # fmt: skip


def test_by_country(by_hand):
    # 600 in three equal parts, 50 a seat, fares of 400 and 300, nobody travels home; the bench is Jamaica's.
    assert sum_budget(by_hand, "country", catalogue=CATALOGUE) == {
        ("BB",): usd("650.00"), ("JM",): usd("920.00"), ("PA",): usd("250.00"),
    }  # fmt: skip


def test_without_a_catalogue_journeys_are_shared_by_those_who_travel(by_hand):
    found = sum_budget(by_hand, "country", "part")
    assert (found["BB", "travel"], found["JM", "travel"]) == (usd("350.00"), usd("350.00"))
    assert ("PA", "travel") not in found


def test_what_does_not_divide_is_shared_to_the_last_cent(by_hand):
    one = evolve(by_hand.activities[0], cost=usd("100"), cost_lines={"per session": usd("100")})
    found = sum_budget(evolve(by_hand, activities=[one]), "country")
    assert [money.amount for money in found.values()] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_a_cost_without_lines_is_that_of_the_session(by_hand):
    bare = evolve(by_hand, activities=[evolve(one, cost_lines={}) for one in by_hand.activities])
    assert sum_budget(bare, "part") == {("per session",): bare.cost}


@pytest.mark.parametrize("seed", range(40))
def test_shares_sum_to_the_plan_and_years_to_those_of_the_rules(seed):
    needs, catalogue, limits = case_of(seed)
    made = plan(needs, catalogue, limits, solver=False)
    shares = split_budget(made, catalogue)
    assert sum((one.amount.amount for one in shares), start=Decimal(0)) == made.cost.amount
    words = Words(needs, catalogue, limits)
    months = {pair: number for number, pair in enumerate(words.months)}
    held = {one.id: [] for one in catalogue.activities}
    for one in made.activities:
        month = months[one.start.year, one.start.month]
        held[one.activity].append(
            (words.by_id[one.activity], month, one.language, one.host.alpha_2 if one.host else "", dict(one.seats))
        )
    known = {(year,): amount for year, amount in words.spent(list(held.values())).items() if amount}
    assert {key: float(money.amount) for key, money in sum_budget(made, "year", catalogue=catalogue).items()} == (
        pytest.approx(known)
    )


def test_a_key_that_is_none_is_told(by_hand):
    with pytest.raises(ModelError, match="year"):
        sum_budget(by_hand, "yaer")


def test_upkeep_needs_to_know_how_long_the_plan_is(by_hand):
    with pytest.raises(PlanError) as caught:
        sum_budget(evolve(by_hand, limits=evolve(by_hand.limits, start=None)), "year")
    assert caught.value.code == "CB813"


@given(cents=st.integers(0, 10**6), weights=st.lists(st.integers(0, 20), min_size=1, max_size=6))
def test_each_part_is_less_than_a_cent_from_its_share(cents, weights):
    amount, every = Decimal(cents) / 100, sum(weights) or len(weights)
    parts = _apportion(amount, [Fraction(one) for one in weights])
    assert sum(parts) == amount
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(Fraction(part) - Fraction(cents * weight, 100 * every)) < Fraction(1, 100)
