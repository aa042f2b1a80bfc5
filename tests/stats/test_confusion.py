"""How sources err: against direct maximisation by scipy, counts by hand, and reports made with known errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from capbuild.stats.confusion import (
    SourceModel,
    add_halo,
    answer_likelihood,
    compare_reports,
    effective_weight,
    estimate_independence,
    leaning_spread,
    pair_agreement,
    trust_table,
)

TABLE = trust_table(2, 0.9, 0.3)


def reported(random, truth, table):
    """Reports on true levels by a table, as counts (countries, items, levels)."""
    said = (random.random(truth.shape)[..., None] > table[truth].cumsum(axis=-1)).sum(axis=-1)
    return np.eye(len(table))[np.minimum(said, len(table) - 1)]


@given(size=st.integers(2, 6), met=st.floats(0.5, 0.999), unmet=st.floats(0.001, 0.5))
def test_a_stated_table_is_one_of_probabilities(size, met, unmet):
    table = trust_table(size, met, unmet)
    assert table.sum(axis=1) == pytest.approx(np.ones(size))
    assert table.min() >= 0


@given(seed=st.integers(0, 10_000), weight=st.floats(1, 50))
@settings(max_examples=60, deadline=None)
def test_a_table_of_two_levels_is_the_likeliest(seed, weight):
    """Against scipy: what is believed beforehand counts as so many reports, and the truth is known nearly."""
    random = np.random.default_rng(seed)
    level = (random.random((4, 20)) < 0.6).astype(int)
    truth = np.where(np.eye(2)[level] == 1, 0.95, 0.05) * (random.random((4, 20)) < 0.7)[..., None]
    said = reported(random, level, trust_table(2, 0.85, 0.4)) * (random.random((4, 20)) < 0.8)[..., None]
    known = (said.sum(axis=2) > 0) & (truth.sum(axis=2) > 0)

    def loss(x):
        yes = 1 / (1 + np.exp(-x))
        table = np.stack([1 - yes, yes], axis=1)
        chance = (truth[known] * np.exp(said[known] @ np.log(table).T)).sum(axis=1)
        return -np.log(chance).sum() - weight * (TABLE * np.log(table)).sum()

    best = optimize.minimize(loss, [-0.5, 1.5], bounds=[(-6, 6)] * 2, tol=1e-10).x
    assert compare_reports(said, truth, TABLE, weight)[:, 1] == pytest.approx(1 / (1 + np.exp(-best)), abs=0.01)


def test_a_table_of_five_levels_needs_few_comparisons():
    """A hundred comparisons tell a table of distances better than counts of its 25 cells do."""
    random = np.random.default_rng(5)
    shares = {-1: 0.1, 0: 0.6, 1: 0.3}
    true = np.zeros((5, 5))
    for level in range(5):
        for off, share in shares.items():
            true[level, min(max(level + off, 0), 4)] += share
    ours, plain = [], []
    for _ in range(20):
        level = random.integers(5, size=(10, 10))
        said, truth = reported(random, level, true), np.eye(5)[level]
        found = compare_reports(said, truth, trust_table(5, 0.9, 0.2), 5.0)
        counts = np.einsum("ckl,ckr->lr", truth, said) + 0.2
        ours.append(np.abs(found - true).sum())
        plain.append(np.abs(counts / counts.sum(axis=1, keepdims=True) - true).sum())
    assert np.mean(ours) < 0.7 * np.mean(plain)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_the_spread_of_leanings_is_found(spread):
    random = np.random.default_rng(7)
    level = random.integers(2, size=(400, 60))
    odds = np.log(TABLE[level, 1] / TABLE[level, 0]) + spread * random.normal(size=(400, 1))
    said = np.eye(2)[(random.random(level.shape) < 1 / (1 + np.exp(-odds))).astype(int)]
    table = np.stack([said[level == n].mean(axis=0) for n in (0, 1)])
    found = leaning_spread(said, np.eye(2)[level], table, usual=0.5, weight=5.0)
    assert found == pytest.approx(spread, abs=0.12)
    assert leaning_spread(said, np.zeros((400, 60, 2)), table, usual=0.3, weight=5.0) == 0.3


def test_count_of_each_by_hand():
    reports = np.array([0.0, 1.0, 2.0, 4.0])
    assert effective_weight(reports, 1.0) == pytest.approx([1, 1, 1, 1])
    assert effective_weight(reports, 0.0) == pytest.approx([1, 1, 0.5, 0.25])
    assert effective_weight(reports, 0.5) == pytest.approx([1, 1, 0.75, 0.625])


def pair(seed, copied, items=400):
    """Two sources that err independently but for the share of its reports that the second copies of the first."""
    random = np.random.default_rng(seed)
    level = random.integers(2, size=(1, items))
    first, second = reported(random, level, TABLE), reported(random, level, TABLE)
    copies = (random.random((1, items)) < copied)[..., None]
    return first, np.where(copies, first, second), np.eye(2)[level]


def test_copies_are_told_from_independent_sources():
    """At 3 standard errors chance is taken for a copy once in 700 times; 40 % copied of 400 nearly always shows."""
    beyond = {}
    for copied in (0.0, 0.4):
        found = [pair_agreement(one, two, (TABLE, TABLE), truth) for one, two, truth in
                 (pair(seed, copied) for seed in range(300))]  # fmt: skip
        beyond[copied] = np.mean([each.together > 3 * each.error for each in found])
        assert all(each.pairs == 400 for each in found)
    assert beyond[0.0] <= 0.01
    assert beyond[0.4] >= 0.95


def test_agreement_by_hand():
    truth = np.eye(2)[[[1, 1, 0, 0]]]
    one, two = np.eye(2)[[[1, 1, 1, 0]]], np.eye(2)[[[1, 0, 1, 0]]]
    found = pair_agreement(one, two, (TABLE, TABLE), truth)
    assert (found.pairs, found.agreed) == (4, 3)
    assert found.expected == pytest.approx(2 * (0.9**2 + 0.1**2) + 2 * (0.7**2 + 0.3**2))
    assert found.error == pytest.approx(np.sqrt(2 * 0.09**2 + 2 * 0.21**2))
    off = [0.1 * 0.1, 0.1 * -0.9, 0.7 * 0.7, -0.3 * -0.3]
    assert found.together == pytest.approx(sum(off))
    within = pair_agreement(one + two, None, (TABLE, TABLE), truth)
    assert (within.pairs, within.agreed) == (4, 3)
    assert within.together == pytest.approx(found.together)


def test_independence_falls_with_copying():
    """Three reports that are one, and three that err each for itself."""
    found = {}
    for copied in (0.0, 0.5, 1.0):
        values = []
        for seed in range(10):
            random = np.random.default_rng([seed, 9])
            level = random.integers(2, size=(1, 300))
            first = reported(random, level, TABLE)
            counts = first.copy()
            for _ in range(2):
                copies = (random.random((1, 300)) < copied)[..., None]
                counts += np.where(copies, first, reported(random, level, TABLE))
            values.append(estimate_independence(counts @ np.log(TABLE).T, counts.sum(axis=2), np.eye(2)[level]))
        found[copied] = np.mean(values)
    assert found[0.0] > 0.85 > found[0.5] > found[1.0]
    assert found[1.0] < 0.15


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_halo_is_that_of_a_logistic_regression_with_a_ridge(seed):
    random = np.random.default_rng(seed)
    level, outlook = random.integers(2, size=(5, 30)), random.normal(size=(5, 30))
    truth = np.eye(2)[level]
    centre = np.array([outlook[level == n].mean() for n in (0, 1)])
    odds = np.log(TABLE[level, 1] / TABLE[level, 0]) + 0.6 * (outlook - centre[level])
    yes = random.random(level.shape) < 1 / (1 + np.exp(-odds))
    base, off = np.log(TABLE[level, 1] / TABLE[level, 0]), outlook - centre[level]

    def loss(x):
        return -stats.bernoulli.logpmf(yes, 1 / (1 + np.exp(-(base + x * off)))).sum() + (x / 0.3) ** 2 / 2

    best = optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded").x
    found = add_halo(SourceModel(table=TABLE), np.eye(2)[yes.astype(int)], truth, outlook)
    assert found.halo == pytest.approx(best, abs=0.02)
    assert found.centre == pytest.approx(centre)


def test_answering_by_hand():
    """One country and step: of 8 met 6 were answered, of 8 unmet 2; the common odds ratio is (6 * 6) / (2 * 2) = 9."""
    level = np.array([[1] * 8 + [0] * 8])
    answered = np.array([[True] * 6 + [False] * 2 + [True] * 2 + [False] * 6])
    asked, groups = np.ones((1, 16), bool), np.zeros(16, int)
    found = answer_likelihood(answered, asked, np.eye(2)[level], groups, 0.0)
    chance = np.exp(found[0, 0]), np.exp(found[0, 15])
    assert chance[0] + chance[1] == pytest.approx([1, 1])  # answered or left out
    assert np.log(chance[0] / chance[1]) @ [-1, 1] == pytest.approx(np.log(9))
    assert chance[0].mean() == pytest.approx(0.5)  # as often as the country answers
    unknown = answer_likelihood(answered, asked, np.zeros((1, 16, 2)), groups, 5.0)
    assert unknown[..., 0] == pytest.approx(unknown[..., 1])  # nothing known, nothing said


def test_errors_of_visits_are_not_taken_for_leanings_of_sources():
    """A source that is nearly always right leans nowhere, though visits err in 2 of 100 findings."""
    spreads = []
    for seed in range(20):
        random = np.random.default_rng([seed, 11])
        level = random.integers(2, size=(12, 80))
        seen = np.where(random.random(level.shape) < 0.02, 1 - level, level)
        truth = np.where(np.eye(2)[seen] == 1, 0.98, 0.02)
        said = reported(random, level, trust_table(2, 0.995, 0.005))
        table = compare_reports(said, truth, TABLE, 20.0)
        spreads.append(leaning_spread(said, truth, table, usual=0.0, weight=5.0))
    assert np.mean(spreads) < 0.2
