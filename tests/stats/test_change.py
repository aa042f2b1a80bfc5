"""Paired rounds against R, the signed-rank distribution against enumeration, the least change that shows."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.change import (
    change_of_unit,
    minimum_detectable_change,
    paired_change,
    range_of_difference,
    signed_rank_change,
)
from capbuild.stats.estimate import Estimate
from capbuild.undefined import UndefinedReason


@pytest.mark.corpus
@pytest.mark.parametrize(("at", "function"), [(0, paired_change), (1, signed_rank_change)])
def test_as_r(peers, at, function):
    pairs, reference = peers("change_pairs"), peers("change_reference")
    found = function(pairs.numbers("baseline"), pairs.numbers("endline"), level=0.95)
    figures = (found.estimate.value, found.statistic, found.p, found.estimate.low, found.estimate.high)
    assert figures == pytest.approx([float(cell) for cell in reference.rows[at][1:]], rel=1e-9)


def test_signed_ranks_by_enumeration():
    base = np.zeros(6)
    end = np.array([1.1, -2.3, 3.2, 4.7, -0.4, 6.1])
    found = signed_rank_change(base, end, level=0.8)
    sums = [
        sum(r for r, s in zip(range(1, 7), signs, strict=True) if s) for signs in itertools.product((0, 1), repeat=6)
    ]
    # Sizes in order: 0.4 1.1 2.3 3.2 4.7 6.1, of which 0.4 and 2.3 are negative.
    assert found.statistic == 2 + 4 + 5 + 6
    assert found.p == pytest.approx(2 * np.mean([s <= 21 - 17 for s in sums]))
    means = sorted((end[i] + end[j]) / 2 for i in range(6) for j in range(i, 6))
    assert found.estimate.value == pytest.approx(np.median(means))
    below = max(k for k in range(21) if np.mean([s <= k for s in sums]) <= 0.1)  # means left out at each end
    assert (found.estimate.low, found.estimate.high) == pytest.approx((means[below], means[-1 - below]))


def test_ties_as_scipy():
    stats = pytest.importorskip("scipy.stats", reason="scipy is the oracle")
    base, end = np.zeros(12), np.array([1, 1, 2, -1, 3, 0, 2, 4, -2, 5, 1, 3.0])
    theirs = stats.wilcoxon(end, base, correction=True, method="asymptotic", zero_method="wilcox")
    assert signed_rank_change(base, end).p == pytest.approx(theirs.pvalue)


def test_only_pairs_count():
    found = paired_change([1.0, 2.0, np.nan, 4.0], [3.0, np.nan, 9.0, 7.0])
    assert (found.estimate.value, found.estimate.n, found.unpaired) == (2.5, 2, 2)


@pytest.mark.parametrize(
    ("base", "end", "reason"),
    [
        ([np.nan, 1.0], [1.0, np.nan], UndefinedReason.NOBODY_ANSWERED),
        ([1.0, 1.0], [1.0, np.nan], UndefinedReason.TOO_FEW),
        ([1.0, 2.0], [1.0, 2.0], UndefinedReason.CONSTANT),
    ],
)
def test_undefined(base, end, reason):
    assert paired_change(base, end).reason == reason
    assert signed_rank_change(base, end).reason == reason


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=12))
def test_swapping_the_rounds_turns_the_sign(pairs):
    base, end = np.array(pairs, dtype=float).T
    for function in (paired_change, signed_rank_change):
        one, two = function(base, end), function(end, base)
        if one:
            assert one.estimate.value == pytest.approx(-two.estimate.value, abs=1e-9)
            assert (one.estimate.low, one.p) == pytest.approx((-two.estimate.high, two.p), abs=1e-9)
        else:
            assert one.reason == two.reason


def test_many_pairs_use_the_normal_distribution():
    rng = np.random.default_rng(1)
    base, end = rng.normal(0, 1, (2, 230))
    found = signed_rank_change(base, end + 0.3, level=0.9)
    exact = signed_rank_change(base[:200], end[:200] + 0.3, level=0.9)
    for change in (found, exact):
        assert change.estimate.low < 0.3 < change.estimate.high
    assert found.estimate.low < found.estimate.value < found.estimate.high


def test_detectable_change_has_the_power():
    least = minimum_detectable_change(8.0, 30, level=0.9, power=0.8)
    rng = np.random.default_rng(5)
    changes = rng.normal(least, 8.0, (4000, 30))
    t = changes.mean(axis=1) / (changes.std(axis=1, ddof=1) / np.sqrt(30))
    assert np.mean(t > 1.6991) == pytest.approx(0.8, abs=0.02)  # t of 0.95 with 29 degrees
    assert minimum_detectable_change(8.0, 1).reason == UndefinedReason.TOO_FEW
    assert minimum_detectable_change(0.0, 9) == 0


def test_one_unit():
    before, after = Estimate.symmetric(40.0, 3.0), Estimate.symmetric(47.0, 4.0)
    found, least = change_of_unit(before, after, correlation=0.5)
    assert found.se == pytest.approx(13**0.5)
    assert least == pytest.approx(1.6448536 * 13**0.5)
    same, nothing = change_of_unit(before, before, correlation=1.0)
    assert (same.value, same.se, nothing) == (0, 0, 0)


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="endline"):
        paired_change([1.0, 2.0], [1.0])
    with pytest.raises(ModelError, match="correlation"):
        change_of_unit(Estimate.symmetric(1, 1), Estimate.symmetric(1, 1), correlation=2)
    with pytest.raises(ModelError, match="sd"):
        minimum_detectable_change(-1, 5)
    with pytest.raises(ModelError, match="power"):
        minimum_detectable_change(1, 5, power=1)


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    # Newcombe (1998), differences of proportions from Wilson intervals: 56/70 less 48/80, and 9/10 less 3/10.
    [((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090)],
)
def test_a_range_from_two_ranges_as_published(before, after, low, high):
    def wilson(count, total):
        z = 1.959963984540054
        middle = (count + z**2 / 2) / (total + z**2)
        reach = z * (count * (total - count) / total + z**2 / 4) ** 0.5 / (total + z**2)
        return count / total, (middle - reach, middle + reach)

    assert range_of_difference(*wilson(*before), *wilson(*after)) == pytest.approx((low, high), abs=5e-5)
