"""Counts per something, and items that only say how large a country is."""

import numpy as np
import pytest
from capbuild_index.transform import denominate, size_proxies

from capbuild.errors import ModelError


def test_per_head_by_hand():
    found = denominate([[12.0, 7.0], [np.nan, 5.0]], [[400.0, 1.0], [50.0, 1.0]], scale=[1000.0, 1.0])
    np.testing.assert_array_equal(found, [[30.0, 7.0], [np.nan, 5.0]])


def test_nobody_can_be_divided_by():
    with pytest.raises(ModelError, match=r"denominators\[1, 0\]"):
        denominate([[1.0], [2.0]], [[5.0], [0.0]])


def test_shapes_must_fit():
    with pytest.raises(ModelError, match="shape"):
        denominate([[1.0, 2.0]], [[1.0], [2.0]])


@pytest.mark.corpus
def test_asem_denominated(asem):
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    below = [
        raw.table([asem.meta[item][7]], asem.units)[:, 0] if asem.meta[item][7] else np.ones(len(asem.units))
        for item in asem.items
    ]
    found = denominate(raw.table(asem.items, asem.units), np.column_stack(below))
    np.testing.assert_allclose(found, asem("02_denominated").table(asem.items, asem.units), rtol=1e-12)


@pytest.mark.corpus
def test_asem_size_proxies(asem):
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    names = ["Area", "Energy", "GDP", "Population"]
    found = size_proxies(raw.table(asem.items, asem.units), raw.table(names, asem.units), threshold=0.6)
    ours = {(asem.items[one.item], names[one.denominator]): one.correlation for one in found}
    published = {(row[0], row[1]): float(row[2]) for row in asem("02_denom_corr_raw").rows}
    assert ours.keys() == published.keys()
    assert all(ours[pair] == pytest.approx(published[pair], abs=1e-9) for pair in published)
