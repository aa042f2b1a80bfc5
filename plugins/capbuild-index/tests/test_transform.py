"""Logarithms and Box-Cox keep the order and are what their formulas say."""

import numpy as np
import pytest
from capbuild_index.transform import box_cox, log_gii, log_plus_one, log_range, log_range_either
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError

COLUMNS = st.lists(st.integers(-500, 500), min_size=3, max_size=12).map(lambda c: np.array(c, float)[:, None])
TRANSFORMS = [log_range, log_range_either, log_plus_one, lambda t: box_cox(t, 0.5), lambda t: box_cox(t, -1.0)]


@pytest.mark.parametrize("transform", TRANSFORMS)
@given(column=COLUMNS)
def test_order_is_kept(transform, column):
    out = transform(column).ravel()
    order = np.argsort(column.ravel(), kind="stable")
    assert (np.diff(out[order]) >= -1e-12).all()
    assert ((np.diff(out[order]) > 0) == (np.diff(column.ravel()[order]) > 0)).all()


@given(column=COLUMNS)
def test_log_gii_keeps_order_where_it_has_a_meaning(column):
    column = column - column.min() + 2
    order = np.argsort(column.ravel())
    assert (np.diff(log_gii(column).ravel()[order]) >= 0).all()


def test_missing_stays_missing_and_constant_stays_itself():
    table = np.array([[1.0, 5.0], [np.nan, 5.0], [3.0, 5.0]])
    for transform in (log_range, log_range_either, log_gii):
        out = transform(table)
        assert np.isnan(out).tolist() == np.isnan(table).tolist()
        np.testing.assert_array_equal(out[:, 1], [5.0, 5.0, 5.0])


def test_log_gii_by_its_formula():
    """COINr's `log_GII` returns 1, 2, 5, 100 as they are; the formula gives log((max - 1)(x - min)/(max - min) + 1)."""
    np.testing.assert_allclose(log_gii([[1.0], [2.0], [5.0], [100.0]]).ravel(), np.log([1.0, 2.0, 5.0, 100.0]))


def test_log_gii_needs_a_maximum_above_one():
    with pytest.raises(ModelError, match="above 1"):
        log_gii([[0.1], [0.9]])
    np.testing.assert_allclose(log_gii([[0.0], [0.1], [0.5]], factor=10).ravel(), np.log([1.0, 1.8, 5.0]))


@pytest.mark.corpus
def test_flights_transformed(asem):
    sheet = asem("05_transforms_Flights")
    column = sheet.numbers("x")[:, None]
    for name, transform in (
        ("log_CT", log_range),
        ("log_CT_plus", log_range_either),
        ("log_CT_orig", log_plus_one),
        ("boxcox0", lambda t: box_cox(t, 0)),
        ("boxcox05", lambda t: box_cox(t, 0.5)),
        ("boxcox2", lambda t: box_cox(t, 2)),
    ):
        np.testing.assert_allclose(transform(column).ravel(), sheet.numbers(name), rtol=1e-9, err_msg=name)
