"""What is claimed as change where the truth is known; `benchmarks/bench_change.py` prints the whole table.

Truths, sources and answers come from the benchmark's own rules and go through `assess` and `compare`.
"""

import sys
from pathlib import Path

import pytest

import capbuild as cb

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from bench_change import World, count, make_programme


@pytest.mark.parametrize(
    "world",
    [
        World(),
        World(visit=(0.95, 0.05)),
        World(visited=0, leaning=0.7),
        World(survey=(0.95, 0.6), agencies=2),
    ],
    ids=["as believed", "visits err more", "surveys alone, leaning anew", "flattery"],
)
def test_of_what_did_not_change_hardly_anything_is_claimed(world):
    found = count(world, programmes=1, seed=40)
    assert found.like_for_like > 300
    assert found.claimed <= 0.01 * found.moves
    assert found.levels <= 0.01 * found.moves


@pytest.mark.parametrize(
    "world",
    [World(rising=0.2, falling=0.03), World(rising=0.05, above=0.0), World(rising=0.2, visit=(0.95, 0.05))],
    ids=["many rise", "few rise", "visits err more"],
)
def test_of_true_changes_at_visited_countries_most_are_claimed(world):
    found = count(world, programmes=2, seed=40)
    assert found.changed >= 10
    assert found.found >= 0.7 * found.changed
    # What is claimed at 90 % is right at least as often.
    assert found.false <= 0.1 * found.claimed
    assert found.false_levels <= 0.1 * max(found.levels, 1)


def test_a_series_tells_the_step_in_which_it_changed():
    made = make_programme(World(rising=0.2, countries=12), seed=3, rounds=3)
    series = cb.compare(*made.rounds)
    for step, (before, after) in zip(series, zip(made.truths, made.truths[1:], strict=False), strict=True):
        claimed = [one for one in step.criteria if one.reliable]
        true = [
            after[one.country.alpha_2, one.capacity][one.criterion]
            and not before[one.country.alpha_2, one.capacity][one.criterion]
            for one in claimed
        ]
        assert len(true) > 20
        assert sum(true) >= 0.9 * len(true)
    whole = {(one.country.alpha_2, one.criterion) for one in series.whole.criteria if one.reliable}
    steps = {(one.country.alpha_2, one.criterion) for step in series for one in step.criteria if one.reliable}
    # What was gained stays gained here: most of what a step claims, the whole claims too.
    assert len(whole & steps) >= 0.8 * len(steps)
