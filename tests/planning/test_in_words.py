"""`plan` against every plan there is, its rules read from the words of catalogue and limits."""

import pytest
from attrs import evolve

from capbuild.model import StopReason
from capbuild.planning import plan
from tests.planning.in_words import MOST, Words, case_of


@pytest.mark.parametrize("part", range(6))
def test_the_plan_is_the_best_by_the_words_of_catalogue_and_limits(part):
    tried = 0
    for seed in range(part * 20, part * 20 + 20):
        needs, catalogue, limits = case_of(seed)
        words = Words(needs, catalogue, limits)
        if words.count() > MOST:
            continue
        tried += 1
        unmet, worth, cost, _ = words.best()
        made = plan(needs, catalogue, limits)
        total = dict.fromkeys(words.codes, 0.0)
        for (code, _), value in words.worth.items():
            total[code] += value
        short = sum(share * total[code] for code, share in made.shortfalls.items())
        assert -len(made.unmet) == unmet, seed
        assert made.value - 5 * short == pytest.approx(worth, abs=1e-3), seed
        assert float(made.cost.amount) == pytest.approx(cost, abs=1e-6), seed
        assert made.stopped is StopReason.OPTIMAL, seed
    assert tried > 15


def test_an_effect_helps_where_nothing_says_that_it_is_addressed(needs, catalogue, limits):
    """What only the effects of an activity name is helped too."""
    activities = [evolve(one, addresses=[]) if one.id == "A3" else one for one in catalogue.activities]
    silent = plan(needs, evolve(catalogue, activities=activities), limits)
    assert silent.value == plan(needs, catalogue, limits).value


def test_what_is_held_in_no_language_spoken_there_is_left_out_with_the_reason(needs, catalogue, limits):
    activities = [evolve(one, languages=["nl"]) if one.id == "A3" else one for one in catalogue.activities]
    made = plan(needs, evolve(catalogue, activities=activities), limits)
    assert "A3" not in {one.activity for one in made.activities}
    assert made.left_out["N3"] == "it is held in no language spoken there"


@pytest.mark.parametrize("share", [0, 0.5])
def test_intrusive_work_waits_for_its_safeguard_whatever_share_it_asks_of_prerequisites(
    needs, catalogue, limits, share
):
    eager = [
        evolve(one, prerequisite_share=share, prerequisites=[], requires=["k1"]) if one.id == "A2" else one
        for one in catalogue.activities
    ]
    made = plan(needs, evolve(catalogue, activities=eager), limits)
    starts = {(one.activity, code): one.start for one in made.activities for code in one.seats}
    assert starts["A5", "JM"] < starts["A2", "JM"]
    assert starts["A1", "JM"] < starts["A2", "JM"]


def test_intrusive_work_is_refused_where_nothing_prepares_the_safeguard(needs, catalogue, limits):
    bare = evolve(catalogue, safeguard=evolve(catalogue.safeguard, activities=["A99"]))
    made = plan(needs, bare, evolve(limits, must=["A2 JM"]))
    assert made.unmet == {"A2 JM": "MAN-3 is not confirmed, and no activity prepares it"}
