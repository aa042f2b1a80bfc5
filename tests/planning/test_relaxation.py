"""Which limits must give together, against sums made by hand."""

import pytest
from attrs import evolve

from capbuild.errors import PlanError
from capbuild.model import Money
from capbuild.planning import Explainer, plan


@pytest.fixture
def asked(needs, catalogue, limits):
    # A session of A1 with its two seats costs 1,000 + 2 x (100 + 50) and takes four trainer days.
    poor = evolve(limits, budget=Money(650, "USD"), trainer_days=2)
    return Explainer(needs=needs, catalogue=catalogue, limits=poor, plan=plan(needs, catalogue, poor))


def test_two_limits_give_together_and_by_how_much(asked):
    found = asked.relax_limits("A1 JM")
    assert found.exact
    assert dict(found.shares) == {"budget": pytest.approx(1.0), "trainer days": pytest.approx(1.0)}
    assert found.unmet == ()
    assert str(found) == "budget +100.0%; trainer days +100.0%"


def test_wishes_share_what_gives(asked):
    # Legal advice is another 400, without trainers.
    both = asked.relax_limits("A1 JM", "A5 JM")
    assert dict(both.shares) == {"budget": pytest.approx(1700 / 650 - 1), "trainer days": pytest.approx(1.0)}


def test_where_money_alone_may_give_what_needs_trainers_stays_unmet(asked):
    found = asked.relax_limits("A1 JM", "A5 JM", only=["budget"])
    assert (dict(found.shares), found.unmet) == ({}, ("A1 JM",))


def test_what_rights_forbid_no_limit_can_bring_about(asked):
    blocked = evolve(asked, limits=evolve(asked.limits, cleared=[]))
    found = blocked.relax_limits("A2 JM")
    assert (dict(found.shares), found.unmet) == ({}, ("A2 JM",))
    assert str(found) == "A2 JM cannot be met by any relaxation"


def test_what_gives_is_enough(asked, needs, catalogue):
    found = asked.relax_limits("A1 JM", "A5 JM")
    wider = evolve(
        asked.limits,
        must=["A1 JM", "A5 JM"],
        budget=Money(round(650 * (1 + found.shares["budget"]), 2), "USD"),
        trainer_days=2 * (1 + found.shares["trainer days"]),
    )
    assert plan(needs, catalogue, wider).unmet == {}
    assert plan(needs, catalogue, evolve(wider, budget=Money(1699, "USD"))).unmet != {}


def test_a_limit_of_0_has_no_share_and_says_what_it_must_become(asked):
    none = evolve(asked, limits=evolve(asked.limits, budget=Money(0, "USD"), trainer_days=0))
    found = none.relax_limits("A1 JM")
    assert dict(found.shares) == {}
    assert dict(found.amounts) == {"budget": "USD 1,300", "trainer days": "4.0 days"}
    assert str(found) == "budget USD 1,300 instead of 0; trainer days 4.0 days instead of 0"


def test_what_fits_needs_nothing_to_give(asked):
    assert str(asked.relax_limits("A5 JM")) == "all of it fits the limits"


def test_without_the_solver_it_says_what_to_install(asked, monkeypatch):
    monkeypatch.setattr("capbuild.planning.explanation.has_solver", lambda: False)
    with pytest.raises(PlanError, match="HiGHS") as caught:
        asked.relax_limits("A1 JM")
    assert caught.value.code == "CB816"
