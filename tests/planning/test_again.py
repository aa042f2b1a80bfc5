"""Planning again: little changes for little, each change is told; and why a plan is as it is."""

import datetime
from fractions import Fraction

import pytest
from attrs import evolve

from capbuild.model import Country, Gap, Money
from capbuild.planning import Explainer, plan, plan_with_cvar, replan
from capbuild.planning.problem import BenefitCurve, dose_from_share
from capbuild.planning.replanning import compare_plans
from capbuild.planning.scenarios import draw_scenarios, plan_scenarios


def usd(amount):
    return Money(amount, "USD")


@pytest.fixture(scope="module")
def tight(needs, catalogue, limits):
    """A plan with little money, of six months: a question about one of twelve takes six times as long."""
    return plan(needs, catalogue, evolve(limits, budget=usd(9_000), months=6))


@pytest.fixture(scope="module")
def before(needs, catalogue, limits):
    """A plan within all limits."""
    return plan(needs, catalogue, limits)


class TestReplan:
    def test_nothing_changed_nothing_changes(self, needs, catalogue, limits, before):
        found = replan(needs, catalogue, limits, previous=before)
        assert found.changes == ()
        assert found.plan.activities == before.activities
        assert found.plan.value == before.value

    @pytest.mark.parametrize("amount", [29_500, 30_600, 33_000])
    def test_a_little_money_changes_little_and_gives_up_almost_nothing(self, needs, catalogue, limits, before, amount):
        new = evolve(limits, budget=usd(amount))
        found, free = replan(needs, catalogue, new, previous=before), plan(needs, catalogue, new)
        assert found.plan.value >= free.value * (1 - 0.001) - 1e-9
        assert found.plan.cost <= new.budget
        assert len(found.changes) <= len(compare_plans(before, free))

    def test_what_no_longer_fits_is_told_with_the_reason(self, needs, catalogue, limits, before):
        course = next(one for one in before.activities if "JM" in one.seats and one.activity == "A1")
        blocked = {**limits.blocked_months, "JM": ("12", f"{course.start:%Y-%m}")}
        found = replan(needs, catalogue, evolve(limits, blocked_months=blocked), previous=before)
        moved = [change for change in found.changes if change.before == course]
        assert [change.why for change in moved] == ["JM can no longer take part as planned"]
        assert all(
            not ("JM" in one.seats and f"{one.start:%Y-%m}" == f"{course.start:%Y-%m}") for one in found.plan.activities
        )

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"banned": ["A1"]}, "it cannot be held for {names}: left out by wish"),
            ({"start": datetime.date(2017, 1, 1)}, "it began outside the months of the plan"),
        ],
    )
    def test_what_is_ruled_out_says_so(self, needs, catalogue, limits, before, changes, why):
        session = next(one for one in before.activities if one.activity == "A1" and one.start.year == 2016)
        found = replan(needs, catalogue, evolve(limits, **changes), previous=before)
        assert [change.why for change in found.changes if change.before == session] == [
            why.format(names=", ".join(sorted(session.seats)))
        ]

    def test_what_the_catalogue_lost_says_so(self, needs, catalogue, limits, before):
        less = evolve(catalogue, activities=[one for one in catalogue.activities if one.id != "A3"])
        found = replan(needs, less, limits, previous=before)
        whys = {change.why for change in found.changes if change.activity == "A3"}
        assert whys == {"the catalogue no longer has it"}

    def test_changes_are_paired_and_in_the_order_of_the_calendar(self, before):
        first, *others = before.activities
        later = evolve(first, start=datetime.date(2017, 6, 5), end=datetime.date(2017, 6, 6))
        changes = compare_plans(before, evolve(before, activities=[*others[1:], later]))
        assert sorted((c.kind.value, c.activity) for c in changes) == sorted(
            [("moved", first.activity), ("dropped", others[0].activity)]
        )


@pytest.fixture(scope="module")
def asked(needs, catalogue, tight):
    return Explainer(needs=needs, catalogue=catalogue, limits=tight.limits, plan=tight)


@pytest.fixture(scope="module")
def without(asked):
    """The best plan without the first activity."""
    return asked.why(asked.plan.activities[0].activity)


class TestExplainer:
    def test_without_an_activity_that_is_held_the_plan_is_worth_less(self, asked, without):
        held, found = asked.plan.activities[0].activity, without
        assert found.difference < 0
        assert found.proven
        assert held in {change.activity for change in found.changes if change.after is None}

    def test_a_first_answer_is_within_what_the_full_one_proves(self, asked, without):
        held = asked.plan.activities[0].activity
        first, full = evolve(asked, quick=True).why(held), without
        assert first.value <= full.value + 1e-9
        assert first.difference < 0
        assert held in {change.activity for change in first.changes if change.after is None}

    def test_no_budget_is_sought_for_what_is_held_or_can_be_held_nowhere(self, asked, monkeypatch):
        monkeypatch.setattr(Explainer, "_solve", lambda *_: pytest.fail("a plan was made"))
        assert asked.entry_budget(asked.plan.activities[0].activity) == asked.limits.budget
        empty = evolve(asked, limits=evolve(asked.limits, cleared=[]), plan=evolve(asked.plan, activities=[]))
        assert empty.entry_budget("A2 JM") is None

    def test_with_an_activity_that_is_not_held_the_plan_is_worth_no_more(self, asked, catalogue):
        held = {one.activity for one in asked.plan.activities}
        missing = next(activity.id for activity in catalogue.activities if activity.id not in held)
        found = asked.why_not(missing)
        assert not found.unmet
        assert found.difference <= 1e-9
        assert f"with {missing}" in str(found)

    def test_what_cannot_be_says_why(self, asked):
        blocked = evolve(asked, limits=evolve(asked.limits, cleared=[]))
        assert blocked.why_not("A2 JM").unmet == "no rights decision is on record, and the work is intrusive"

    def test_money_is_worth_something_and_less_money_less(self, asked):
        less, more = asked.vary_budget()
        assert less.value <= asked.plan.value <= more.value

    def test_the_budget_at_which_something_comes_in(self, asked, catalogue):
        held = {one.activity for one in asked.plan.activities}
        missing = next(activity.id for activity in catalogue.activities if activity.id not in held)
        budget = asked.entry_budget(missing)
        if budget is not None:
            made = plan(asked.needs, catalogue, evolve(asked.limits, budget=budget))
            assert missing in {one.activity for one in made.activities}
            assert asked.limits.budget < budget

    def test_limits_with_their_use(self, asked):
        found = {one.name: one for one in asked.limit_use()}
        assert set(found) == {"budget", "trainer days", "days away"}
        assert found["budget"].used == float(asked.plan.cost.amount)
        assert all(one.used <= one.limit for one in found.values())
        assert not found["days away"].is_binding

    def test_what_would_have_to_give_for_a_wish(self, needs, catalogue, limits):
        poor = evolve(limits, budget=usd(2_000), months=6)
        asked = Explainer(needs=needs, catalogue=catalogue, limits=poor, plan=plan(needs, catalogue, poor))
        found = {name: asked.relax_limits("A3", only=[name]) for name in ("budget", "trainer days")}
        assert not found["budget"].unmet
        assert set(found["budget"].shares) <= {"budget"}
        assert found["trainer days"].unmet == ("A3",)


class TestWorlds:
    @pytest.fixture
    def unsure(self, needs):
        place = Country(alpha_2="PA", alpha_3="PAN", name="Panama")
        open_ = Gap(country=place, capacity="OPS-1", target=3, open=["k2", "k4"], probability=0.75)
        shared = evolve(needs.needs[1], id="N6", countries=["PA"], capacities=["OPS-1"], criteria=["k2", "k4"])
        return evolve(needs, needs=[*needs.needs, shared], gaps=[*needs.gaps, open_])

    def test_what_is_known_is_so_in_every_world(self, unsure):
        for world in draw_scenarios(unsure, 5, seed=1):
            for before, after in zip(sorted(unsure.gaps, key=_by), sorted(world.gaps, key=_by), strict=True):
                assert set(before.lacking) <= set(after.lacking) <= {*before.lacking, *before.open}
                assert after.open == ()

    def test_open_criteria_lack_as_often_as_they_are_believed_to(self, unsure):
        drawn = [gap for world in draw_scenarios(unsure, 2000, seed=2) for gap in world.gaps if gap.capacity == "OPS-1"]
        # Each of the two lacks with one half, 1 - (1 - 3/4) ** (1/2); three standard errors of draws that go together.
        assert sum(len(gap.lacking) for gap in drawn) / 4000 == pytest.approx(0.5, abs=0.03)
        both = sum(len(gap.lacking) == 2 for gap in drawn) / 2000
        assert both > 0.3

    def test_inclusion_is_counted_by_world(self, unsure, catalogue, limits):
        found = plan_scenarios(unsure, catalogue, limits, count=4, seed=3)
        again = plan_scenarios(unsure, catalogue, limits, count=4, seed=3)
        assert found == again
        assert found.scenarios == len(found.values) == 4
        assert max(found.activities.values()) <= 4
        assert found.describe("A1") == f"A1 in {found.activities['A1']} of 4 scenarios"

    def test_a_hedged_plan_is_no_worse_in_its_worst_worlds_and_within_its_bound(self, unsure, catalogue, limits):
        poor = evolve(limits, budget=usd(6_000), months=4, blocked_months={})
        catalogue = evolve(catalogue, activities=[one for one in catalogue.activities if one.id in ("A1", "A2", "A5")])
        found = plan_with_cvar(unsure, catalogue, poor, count=10, seed=4, weight=1.0, turns=2)
        assert len(found.values) == 10
        assert found.tail == pytest.approx(sum(sorted(found.values)[:2]) / 2)
        assert found.mean == pytest.approx(sum(found.values) / 10)
        assert found.usual - 1e-9 <= found.tail == pytest.approx(found.score)
        assert found.score <= found.bound + 1e-9
        # Of every plan that some world or the expected gaps would choose, none has a better tail than the bound.
        for world in [unsure, next(draw_scenarios(unsure, 10, seed=4))]:
            other = plan(world, catalogue, poor)
            assert sum(sorted(_in_worlds(unsure, other))[:2]) / 2 <= found.bound + 1e-6


def _by(gap):
    return gap.country.alpha_2, gap.capacity


def _in_worlds(needs, made):
    """What a plan closes in each of ten worlds, by hand: doses of seats over demand, on the chords of the planner."""
    closure, effects = BenefitCurve.exponential(), {"A1": ("k1", 0.5), "A2": ("k2", 0.5), "A3": ("k3", 0.6),
                                               "A4": ("k4", 0.5), "A5": ("MAN-3.2a", 0.5)}  # fmt: skip
    doses = {}
    for one in made.activities:
        name, effect = effects[one.activity]
        for code, seats in one.seats.items():
            asked = needs.headcount[code]["R1"] if one.activity in ("A1", "A2") else 1
            doses[code, name] = doses.get((code, name), 0) + dose_from_share(effect) * seats / asked
    for world in draw_scenarios(needs, 10, seed=4):
        lacks = {(gap.country.alpha_2, name) for gap in world.gaps for name in gap.lacking}
        worth = {}
        for need in needs:
            for key in ((place.alpha_2, name) for place in need.countries for name in need.criteria):
                if key in lacks:
                    worth[key] = max(worth.get(key, 0), need.urgency * need.relevance)
        yield sum(float(closure.exact_share(Fraction(dose))) * worth.get(key, 0) for key, dose in doses.items())
