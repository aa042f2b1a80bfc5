"""Paired rounds against R, and the least change that shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.change import (
    difference_interval,
    minimum_detectable_change,
    paired_change,
)
from capbuild.undefined import UndefinedReason


@pytest.mark.corpus
def test_as_r(peers):
    pairs, reference = peers("change_pairs"), peers("change_reference")
    found = paired_change(pairs.numbers("baseline"), pairs.numbers("endline"), level=0.95)
    figures = (found.estimate.value, found.statistic, found.p, found.estimate.low, found.estimate.high)
    assert figures == pytest.approx([float(cell) for cell in reference.rows[0][1:]], rel=1e-9)


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


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=12))
def test_swapping_the_rounds_turns_the_sign(pairs):
    base, end = np.array(pairs, dtype=float).T
    one, two = paired_change(base, end), paired_change(end, base)
    if one:
        assert one.estimate.value == pytest.approx(-two.estimate.value, abs=1e-9)
        assert (one.estimate.low, one.p) == pytest.approx((-two.estimate.high, two.p), abs=1e-9)
    else:
        assert one.reason == two.reason


def test_detectable_change_has_the_power():
    least = minimum_detectable_change(8.0, 30, level=0.9, power=0.8)
    rng = np.random.default_rng(5)
    changes = rng.normal(least, 8.0, (4000, 30))
    t = changes.mean(axis=1) / (changes.std(axis=1, ddof=1) / np.sqrt(30))
    assert np.mean(t > 1.6991) == pytest.approx(0.8, abs=0.02)  # t of 0.95 with 29 degrees
    assert minimum_detectable_change(8.0, 1).reason == UndefinedReason.TOO_FEW
    assert minimum_detectable_change(0.0, 9) == 0


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="endline"):
        paired_change([1.0, 2.0], [1.0])
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

    assert difference_interval(*wilson(*before), *wilson(*after)) == pytest.approx((low, high), abs=5e-5)
