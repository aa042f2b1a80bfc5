"""Figures of regions and what they rest on."""

import numpy as np
import pytest
from capbuild_index.compare import summarise_regions

from capbuild.errors import ModelError

NAN = np.nan


def test_by_hand():
    scores = [[40.0, 1.0], [60.0, NAN], [NAN, NAN], [10.0, 5.0]]
    found = summarise_regions(scores, ["N", "N", "N", "S"], weights=[3, 1, 4, 2])
    assert found.regions == ("N", "S")
    np.testing.assert_array_equal(found.mean, [[45, 1], [10, 5]])
    np.testing.assert_array_equal(found.median, [[50, 1], [10, 5]])
    np.testing.assert_array_equal(found.low, [[40, 1], [10, 5]])
    np.testing.assert_array_equal(found.units, [[2, 1], [1, 1]])
    np.testing.assert_array_equal(found.coverage, [[0.5, 0.375], [1, 1]])


def test_a_region_nobody_answers_for():
    found = summarise_regions([[NAN], [1.0]], ["N", "S"])
    assert found.missing.tolist() == [[True], [False]]
    assert found.coverage.tolist() == [[0.0], [1.0]]


def test_weights_are_not_negative():
    with pytest.raises(ModelError, match="weights"):
        summarise_regions([[1.0]], ["N"], weights=[-1.0])


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "figure"), [("mean", "mean"), ("median", "median"), ("popweighted_mean", "mean")])
def test_asem_regions(asem, name, figure):
    units, reference = asem("12_regional_units"), asem(f"12_regional_{name}")
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    columns = reference.head[1:]
    weights = raw.table(["Population"], units.key)[:, 0] if name.startswith("pop") else None
    found = summarise_regions(units.table(columns), units.text("EurAsia_group"), weights=weights)
    np.testing.assert_allclose(getattr(found, figure), reference.table(columns, list(found.regions)), rtol=1e-9)
