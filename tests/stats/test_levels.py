"""Distributions over levels: likeliest, median, shortest range, chance below target; against plain enumeration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.levels import below_target, level_range, median_level, most_probable

distributions = st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(sum).map(lambda n: np.array(n) / sum(n))


@given(distributions, st.floats(0.05, 0.99))
def test_range_is_the_shortest_that_holds_enough(p, level):
    found = level_range(p, level=level)
    low, high = int(found.low), int(found.high)
    assert found.probability == pytest.approx(p[low : high + 1].sum())
    assert found.probability >= level - 1e-9
    for start in range(len(p)):
        for end in range(start, len(p)):
            if end - start < high - low:
                assert p[start : end + 1].sum() < level + 1e-9
            elif end - start == high - low:
                assert p[start : end + 1].sum() <= found.probability + 1e-9


@given(distributions, st.integers(0, 6))
def test_median_and_target_as_counted(p, target):
    assert below_target(p, target) == pytest.approx(sum(p[:target]))
    at = int(median_level(p))
    distance = [sum(p * np.abs(np.arange(len(p)) - level)) for level in range(len(p))]
    assert distance[at] == pytest.approx(min(distance))
    assert p[int(most_probable(p))] == p.max()


def test_many_at_once_and_ties():
    p = [[[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]]
    assert most_probable(p).tolist() == [[0, 2]]
    found = level_range(p)
    assert (found.low.tolist(), found.high.tolist()) == ([[0, 2]], [[1, 2]])
    assert below_target(p, [[1, 2]]).tolist() == [[0.5, 0.0]]


def test_what_is_no_distribution_is_refused():
    for wrong, rule in (
        ([0.5, 0.6], "add up"),
        ([-0.5, 1.5], "negative"),
        ([np.nan, 1], "missing"),
        (1.0, "dimension"),
    ):
        with pytest.raises(ModelError, match=rule):
            most_probable(wrong)
    with pytest.raises(ModelError, match="between"):
        level_range([1.0], level=1.0)
