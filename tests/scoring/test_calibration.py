"""Scores are as sure as they are right, in rounds made by mechanisms that the library does not fit.

`benchmarks/bench_calibration.py` prints the whole table; here are the worlds that nothing was chosen by.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

from capbuild.frameworks import load_bundled
from capbuild.model import Recipe, ReconciliationPolicy
from capbuild.scoring import assess, assess_quality
from capbuild.scoring.simulation import simulate_round

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import worlds
from bench_calibration import measure

SEEDS = range(500, 502)


@pytest.fixture(scope="module")
def judged():
    return {name: measure(world, SEEDS, figures=0, quality=False) for name, world in worlds.JUDGED.items()}


def test_levels_are_as_likely_as_stated(judged):
    """Within 3 points over all worlds; in two rounds of one world chance adds some."""
    off = {name: found.off for name, found in judged.items()}
    assert np.mean([*off.values()]) == pytest.approx(0, abs=0.02)
    assert max(np.abs([*off.values()])) < 0.06
    doubtful = [(found.stated - found.right)[found.stated < 0.8].mean() for found in judged.values()]
    assert np.mean(doubtful) == pytest.approx(0, abs=0.04)


def test_criteria_are_as_likely_as_stated(judged):
    """What surveys claim and what nobody answered included."""
    assert np.mean([found.criteria for found in judged.values()]) < 0.03
    chances, met = (np.concatenate([getattr(f, name) for f in judged.values()]) for name in ("chances", "met"))
    for low in np.arange(0, 1, 0.2):
        own = (chances >= low) & (chances < low + 0.2)
        assert met[own].mean() == pytest.approx(chances[own].mean(), abs=0.04)


@pytest.fixture(scope="module")
def copied():
    names = ("levels, 40 % copied", "chain of steps, 30 % copied", "programmes, 50 % copied, wrong documents")
    known = {**worlds.FITTED, **worlds.JUDGED}
    return [measure(known[name], range(500, 503), levels=False, quality=False) for name in names]


@pytest.mark.parametrize("kind", ["points", "values"])
def test_ranges_hold_what_they_say_where_sources_copy(kind, copied):
    """Up to half of what desk and meeting say repeats the survey; a range of 100 points would hold the truth too."""
    held, widths = (np.concatenate([getattr(found, name)[kind] for found in copied]) for name in ("held", "widths"))
    assert 0.83 <= np.mean(held) <= 0.97  # 270 figures, those of one round hang together
    assert np.mean(widths) < 15
    assert all(found.without[kind] == 0 for found in copied)


def pairs(world, seed, framework):
    """Kinds of sources that are said not to be independent in one round."""
    made = worlds.make(world, seed)
    found, sources = worlds.findings(made, framework)
    assessed = assess(found, framework, Recipe(replications=0), round=worlds.ROUND, sources=sources)
    return assess_quality(assessed)


def test_copies_are_said_to_be_copies():
    copied = [pairs(worlds.World(copied=0.4, heard=0.5), seed, worlds.staircases()) for seed in range(3)]
    for found in copied:
        flags = {frozenset((flag.subject, flag.other)): flag for flag in found.of_kind("not independent")}
        assert {frozenset(("survey", "meeting")), frozenset(("survey", "desk"))} <= set(flags)
        for flag in flags.values():
            assert flag.numbers["agreed"] > flag.numbers["expected"]
        issues = [issue for issue in found.issues if issue.code == "CB209"]
        assert len(issues) == len(flags)
        assert all("independent sources" in issue.message and issue.remedy for issue in issues)


def test_independent_sources_are_not():
    """Two of the worlds, three rounds each, levels and whole capacities: chance takes one of hundreds of pairs."""
    rounds = [
        pairs(world, seed, framework)
        for world in (worlds.World(), worlds.World(truth=worlds.waiting, heard=0.5))
        for seed in range(3)
        for framework in (worlds.staircases(), worlds.values())
    ]
    assert sum(len(found.of_kind("not independent")) for found in rounds) <= 1


def test_copying_widens_ranges():
    """The same round but for the copies: what a copy adds is not taken for a second witness."""
    made = [worlds.World(copied=copied, heard=0.5) for copied in (0.0, 0.5)]
    widths = [measure(world, SEEDS, levels=False, quality=False).widths for world in made]
    for kind in ("points", "values"):
        assert widths[1][kind].mean() > widths[0][kind].mean()


def test_levels_are_as_likely_as_stated_where_they_come_first():
    """In rounds of the library's simulator criteria follow from levels; documents are never reported wrongly."""
    framework, recipe = load_bundled("police_cyber"), Recipe(replications=0)
    stated, right = [], []
    for seed in (50, 51):
        made = simulate_round(framework, seed=seed)
        found = assess(made.findings, framework, recipe, round=worlds.ROUND, sources=made.sources)
        true = assess(made.truth, framework, recipe, round=worlds.ROUND, sources=made.truth_sources)
        for one in found:
            for score in one.indicators:
                shares = score.plausible.probabilities
                likeliest = max(shares, key=lambda order, shares=shares: shares[order])
                stated.append(shares[likeliest])
                right.append(likeliest == true[one.country][score.capacity.id].plausible.lowest)
    assert np.mean(stated) == pytest.approx(np.mean(right), abs=0.05)


def test_the_policy_model_is_as_sure_as_it_is_right():
    found = measure(worlds.World(wrong_documents=0.4), SEEDS, ReconciliationPolicy.MODEL, figures=0, quality=False)
    assert found.off == pytest.approx(0, abs=0.05)
