"""Moments and counts of items."""

import numpy as np
import pytest
from capbuild_index.describe import describe, is_well_shaped, kurtosis, skewness
from hypothesis import given
from hypothesis import strategies as st

COLUMNS = st.lists(st.integers(-50, 50), min_size=4, max_size=15).map(lambda c: np.array(c, float)[:, None])


@given(COLUMNS, st.floats(0.1, 10), st.floats(-100, 100))
def test_moments_have_no_unit(column, scale, shift):
    np.testing.assert_allclose(skewness(column * scale + shift), skewness(column), atol=1e-7)
    np.testing.assert_allclose(kurtosis(column * scale + shift), kurtosis(column), atol=1e-7)
    np.testing.assert_allclose(skewness(-column), -skewness(column), atol=1e-12)


@given(COLUMNS)
def test_moments_are_those_of_scipy(column):
    stats = pytest.importorskip("scipy.stats")
    if np.ptp(column) == 0:
        return
    np.testing.assert_allclose(skewness(column), stats.skew(column, bias=False), atol=1e-9)
    np.testing.assert_allclose(kurtosis(column), stats.kurtosis(column, bias=False), atol=1e-9)


def test_too_few_or_constant_has_no_moment_and_needs_no_treatment():
    table = np.array([[1.0, 0.1, 1.0], [2.0, 0.1, np.nan], [5.0, 0.1, np.nan]])
    assert np.isnan(skewness(table)).tolist() == [False, True, True]
    assert np.isnan(kurtosis(table)).all()
    assert is_well_shaped(skewness(table), kurtosis(table)).all()


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["Raw", "Treated", "Normalised", "Aggregated"])
def test_asem_item_statistics(asem, name):
    sheet = asem(f"10_stats_{name}")
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    source = {
        "Raw": raw,
        "Treated": asem("05_treat_default"),
        "Normalised": asem("06_norm_minmax_0_100"),
        "Aggregated": asem("08_agg_amean_0_100"),
    }[name]
    found = describe(source.table(sheet.key, asem.units))
    for column, ours in (
        ("Min", found.minimum),
        ("Max", found.maximum),
        ("Mean", found.mean),
        ("Median", found.median),
        ("Std", found.std),
        ("Skew", found.skewness),
        ("Kurt", found.kurtosis),
        ("N.Avail", found.available),
        ("N.NonZero", found.nonzero),
        ("N.Unique", found.unique),
        ("N.Same", found.same),
    ):
        np.testing.assert_allclose(ours, sheet.numbers(column), rtol=1e-9, atol=1e-12, err_msg=column)
