"""What a simulation says of each unit."""

import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats.uncertainty import summarise_simulation

NAN = np.nan


def test_ranges_are_quantiles():
    scores = np.random.default_rng(0).normal(50, 10, (999, 3))
    found = summarise_simulation(scores, confidence=0.8)
    np.testing.assert_allclose([found.low, found.median, found.high], np.quantile(scores, [0.1, 0.5, 0.9], axis=0))
    np.testing.assert_allclose(found.below(50.0), (scores < 50).mean(axis=0))


def test_a_unit_without_a_figure_has_no_summary():
    scores = [[1.0, NAN, 3.0], [2.0, NAN, NAN]]
    found = summarise_simulation(scores)
    assert found.missing.tolist() == [False, True, False]
    np.testing.assert_array_equal(found.places, [[2, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(found.below(2.5), [1.0, NAN, 0.0])
    np.testing.assert_array_equal(found.rank_ranges[1], [1.5, NAN, 1.0])


def test_confidence_is_a_share():
    with pytest.raises(ModelError, match="confidence"):
        summarise_simulation([[1.0]], confidence=90)
