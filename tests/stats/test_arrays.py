"""Sums, means and quantiles with missing values, against numpy where nothing is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.stats import arrays

TABLES = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-100, 100))


@given(TABLES)
def test_figures_of_complete_columns_are_those_of_numpy(table):
    np.testing.assert_allclose(arrays.mean(table), table.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(arrays.median(table), np.median(table, axis=0), atol=1e-12)
    if len(table) > 1:
        np.testing.assert_allclose(arrays.std(table), table.std(axis=0, ddof=1), atol=1e-9)


@given(TABLES, st.integers(0, 3))
def test_a_missing_value_is_as_if_the_row_were_not_there(table, empty):
    longer = np.vstack([table, np.full((empty, table.shape[1]), np.nan)])
    for of in (arrays.mean, arrays.median, arrays.std):
        np.testing.assert_allclose(of(longer), of(table), atol=1e-9)
    np.testing.assert_allclose(
        arrays.quantiles(longer, [0.05, 0.5, 0.95]), np.quantile(table, [0.05, 0.5, 0.95], axis=0), atol=1e-9
    )


def test_a_column_without_values_has_no_figure():
    nothing = np.full((3, 1), np.nan)
    for of in (arrays.mean, arrays.median, arrays.std, lambda t: arrays.bounds(t)[0]):
        assert np.isnan(of(nothing)).all()
    assert np.isnan(arrays.median(np.empty((0, 2)))).all()


def test_quotients_by_zero_are_missing():
    np.testing.assert_array_equal(arrays.quotient([1.0, 2.0, np.nan], [0.0, 4.0, 1.0]), [np.nan, 0.5, np.nan])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: arrays.as_table([1.0]), "2 dimension"),
        (lambda: arrays.as_table([[1.0, np.inf]]), r"values\[0, 1\]"),
        (lambda: arrays.as_vector([1.0], "targets", 2), "targets must have 2"),
        (lambda: arrays.as_directions([1, 0], 2), "1 or -1"),
        (lambda: arrays.as_groups(["a"], 2), "2 labels"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, said):
    with pytest.raises(ModelError, match=said):
        call()
