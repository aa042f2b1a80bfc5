"""The rater model against the same model worked out without its grid and its sums: every level of every item tried."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.stats import raters
from capbuild.stats.confusion import SourceModel, trust_table
from capbuild.stats.raters import RaterReports, fit_raters

POINTS = np.linspace(-4.5, 4.5, 31)
BELL = np.exp(-(POINTS**2) / 2)


def reports_of(seed, *, countries=4, capacities=2, items=2, size=2, sources=2):
    """A few reports of a few sources, made at random; some items are left out, some do not apply."""
    random = np.random.default_rng(seed)
    shape = (countries, capacities * items)
    truth = random.integers(size, size=shape)
    counts = []
    for _ in range(sources):
        said = np.clip(truth + random.choice([-1, 0, 0, 0, 1], size=shape), 0, size - 1)
        counts.append(np.eye(size)[said] * (random.random(shape) < 0.7)[..., None])
    return RaterReports(
        counts=counts,
        applies=random.random(shape) < 0.9,
        starts=np.arange(0, shape[1], items),
        steps=np.tile(np.arange(items), capacities),
        besides=random.normal(0, 0.3, (*shape, size)),
    )


def sources_of(seed, size, count):
    random = np.random.default_rng([seed, 1])
    return [
        SourceModel(
            table=trust_table(size, random.uniform(0.7, 0.98), random.uniform(0.02, 0.4)),
            spread=float(random.choice([0.0, 0.6])),
            centre=np.zeros(size),
        )
        for _ in range(count)
    ]


def chance_of_reports(model, row, truth, leaning):
    """P(all reports of a country | true level of each item, its leaning), report by report."""
    chance = 1.0
    for source, counts in zip(model.sources, model.reports.counts, strict=True):
        for item, level in enumerate(truth):
            odds = source.table[level] * np.exp(source.spread * leaning * np.arange(len(source.table)))
            chance *= np.prod((odds / odds.sum()) ** counts[row, item])
    for item, level in enumerate(truth):
        chance *= np.exp(model.reports.besides[row, item, level])
    return chance


def by_enumeration(model, row):
    """Probability of each level of each item of a country, over all combinations of levels, strengths and leanings."""
    size, items = len(model.cuts), len(model.difficulty)
    applies = model.reports.applies[row]
    leanings = POINTS[::3] if any(source.spread for source in model.sources) else np.zeros(1)
    place = np.sqrt(model.between) * POINTS
    strength = place[:, None] + np.sqrt(model.within) * POINTS if not model.has_single_items else place[:, None]
    weight = BELL if not model.has_single_items else np.ones(1)
    odds = np.exp(
        (strength[..., None, None] - model.difficulty[:, None]) * np.arange(size) + model.cuts
    )  # (place, strength, item, level)
    prior = odds / odds.sum(axis=-1, keepdims=True)
    found = np.zeros((items, size))
    for truth in itertools.product(*(range(size) if yes else (0,) for yes in applies)):
        own = np.ones(len(POINTS))
        for number, start in enumerate(model.reports.starts):
            end = [*model.reports.starts, items][number + 1]
            at = [item for item in range(start, end) if applies[item]]
            own = own * (np.prod([prior[:, :, item, truth[item]] for item in at], axis=0) * weight).sum(axis=-1)
        before = (BELL * own).sum()
        bells = np.exp(-(leanings**2) / 2)
        seen = [chance_of_reports(model, row, [n if yes else 0 for n, yes in zip(truth, applies, strict=True)], lean)
                for lean in leanings]  # fmt: skip
        joint = before * (bells * seen).sum()
        for item, level in enumerate(truth):
            found[item, level] += joint
    return found / found.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("size", "items", "seeds"), [(2, 2, 6), (3, 2, 3), (3, 1, 4)])
def test_probabilities_are_those_of_all_combinations(size, items, seeds):
    """Items that do not apply have no level: what is reported of them, besides, is left out of both."""
    for seed in range(seeds):
        reports = reports_of(seed, size=size, items=items)
        reports = RaterReports(
            counts=[counts * reports.applies[..., None] for counts in reports.counts],
            applies=reports.applies,
            starts=reports.starts,
            steps=reports.steps,
            besides=reports.besides * reports.applies[..., None],
        )
        none = np.zeros(reports.besides.shape)
        model = fit_raters(reports, sources_of(seed, size, 2), truth=none, reference=())
        found = model.posterior().probabilities
        for row in range(len(reports.applies)):
            applies = reports.applies[row]
            assert found[row][applies] == pytest.approx(by_enumeration(model, row)[applies], abs=0.015)


def test_strong_countries_and_easy_steps_are_learnt():
    """Where nothing is reported, the other reports of the country and of the step speak."""
    random = np.random.default_rng(3)
    strong, easy = np.arange(20)[:, None] % 2, np.tile([1, 0], 10)
    met = (random.random((20, 20)) < np.where(strong, 0.35, 0.1) + np.where(easy, 0.5, 0.0)).astype(int)
    counts = np.eye(2)[met]
    counts[:4, :4] = 0
    reports = RaterReports(
        counts=[counts],
        applies=np.ones((20, 20), bool),
        starts=np.arange(0, 20, 4),
        steps=np.tile([0, 1], 10),
        besides=np.zeros((20, 20, 2)),
    )
    none = np.zeros((20, 20, 2))
    source = SourceModel(table=trust_table(2, 0.95, 0.05))
    chances = fit_raters(reports, [source], truth=none, reference=()).posterior().probabilities[:4, :4, 1]
    # Weak and strong countries in turn, easy and hard steps in turn.
    assert chances[1::2].mean() > chances[::2].mean() + 0.1
    assert chances[:, ::2].mean() > chances[:, 1::2].mean() + 0.3


@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_countries_changes_nothing(seed, order):
    reports = reports_of(seed, countries=5)
    rows = list(range(5))
    order.shuffle(rows)
    truth = np.zeros(reports.besides.shape)
    sources = sources_of(seed, 2, 2)
    found = fit_raters(reports, sources, truth=truth, reference=()).posterior().probabilities
    moved = fit_raters(reports.select(rows), sources, truth=truth[rows], reference=()).posterior().probabilities
    assert moved == pytest.approx(found[rows], abs=1e-9)


@given(seed=st.integers(0, 10_000), level=st.integers(0, 1))
@settings(max_examples=25, deadline=None)
def test_one_more_report_of_a_level_makes_it_likelier(seed, level):
    """All else held: the unknowns are not learnt anew."""
    reports = reports_of(seed)
    model = fit_raters(reports, sources_of(seed, 2, 2), truth=np.zeros(reports.besides.shape), reference=())
    before = model.posterior().probabilities[0, 0, level]
    model.reports.counts[0][0, 0, level] += 1
    after = model.posterior().probabilities[0, 0, level]
    assert after >= before - 1e-9


@pytest.mark.parametrize("block", [1, 40, 10**9])
def test_blocks_of_countries_change_nothing(monkeypatch, block):
    reports = reports_of(3, countries=7, capacities=3)
    whole = fit_raters(reports, sources_of(3, 2, 2), truth=np.zeros((7, 6, 2)), reference=()).posterior()
    monkeypatch.setattr(raters, "_BLOCK", block)
    parts = fit_raters(reports, sources_of(3, 2, 2), truth=np.zeros((7, 6, 2)), reference=()).posterior()
    for name in ("views", "strengths", "probabilities", "expected"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12)
    weights = parts.weights[:, parts.model.capacity]
    for first in range(6):
        (level,) = parts.levels(slice(first, first + 1))
        mean = (level[:, 0] * weights[:, first]).sum(axis=(1, 2))
        np.testing.assert_allclose(mean, parts.probabilities[:, first, 1], rtol=1e-12)
