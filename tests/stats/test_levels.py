"""Shortest ranges of levels against plain enumeration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.estimate import level_range

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


def test_many_at_once_and_ties():
    p = [[[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]]
    found = level_range(p)
    assert (found.low.tolist(), found.high.tolist()) == ([[0, 2]], [[1, 2]])


def test_what_is_no_distribution_is_refused():
    for wrong, rule in (
        ([0.5, 0.6], "add up"),
        ([-0.5, 1.5], "negative"),
        ([np.nan, 1], "missing"),
        (1.0, "dimension"),
    ):
        with pytest.raises(ModelError, match=rule):
            level_range(wrong)
    with pytest.raises(ModelError, match="between"):
        level_range([1.0], level=1.0)
