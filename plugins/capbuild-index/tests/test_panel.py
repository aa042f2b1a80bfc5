"""Filling a round from other rounds of the same unit."""

import numpy as np
import pytest
from capbuild_index.impute import FillMethod, impute_panel
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError

NAN = np.nan
YEARS = [2014.0, 2015.0, 2018.0, 2022.0]


def fill(values, **options):
    found = impute_panel(np.array(values)[:, None, None], YEARS, **options)
    return found, found.values.ravel()


def test_latest_marks_where_it_comes_from():
    found, values = fill([NAN, 3.0, NAN, NAN])
    np.testing.assert_array_equal(values, [NAN, 3.0, 3.0, 3.0])
    np.testing.assert_array_equal(found.before.ravel(), [NAN, NAN, 2015, 2015])
    np.testing.assert_array_equal(found.age.ravel(), [0, 0, 3, 7])
    assert found.missing.ravel().tolist() == [True, False, False, False]


def test_old_values_are_left_out():
    assert np.isnan(fill([NAN, 3.0, NAN, NAN], maximum_age=5)[1][3])


def test_a_line_between_two_values():
    found, values = fill([2.0, NAN, NAN, 10.0], method="linear")
    np.testing.assert_allclose(values, [2.0, 3.0, 6.0, 10.0])
    np.testing.assert_array_equal(found.after.ravel(), [NAN, 2022, 2022, NAN])


def test_a_unit_with_one_value_is_no_error():
    """COINr's `impute_panel("linear")` stops: "need at least two non-NA values to interpolate"."""
    np.testing.assert_array_equal(fill([NAN, 3.0, NAN, NAN], method="linear")[1], [NAN, 3.0, NAN, NAN])
    np.testing.assert_array_equal(fill([NAN] * 4, method="linear-constant")[1], [NAN] * 4)
    np.testing.assert_array_equal(fill([NAN, 3.0, NAN, NAN], method="linear-constant")[1], [3.0] * 4)


@given(st.lists(st.one_of(st.just(NAN), st.floats(-9, 9)), min_size=4, max_size=4), st.sampled_from(FillMethod))
def test_observed_values_stay(values, method):
    found, filled = fill(values, method=method)
    observed = ~np.isnan(values)
    np.testing.assert_array_equal(filled[observed], np.array(values)[observed])
    assert not found.filled.ravel()[observed].any()
    assert not np.isinf(filled).any()


@pytest.mark.parametrize(
    ("values", "times", "options", "said"),
    [
        (np.zeros((2, 1, 1)), [2015, 2014], {}, "increase"),
        (np.zeros((2, 1)), [2014, 2015], {}, "rounds"),
        (np.zeros((2, 1, 1)), [2014, 2015], {"method": "spline"}, "one of"),
    ],
)
def test_what_does_not_fit_is_refused(values, times, options, said):
    with pytest.raises(ModelError, match=said):
        impute_panel(values, times, **options)


def cube(sheet):
    """Return a long sheet (unit, time, items) as (times, units, items)."""
    times, units = sorted(set(sheet.text("Time"))), sorted(set(sheet.key))
    at = {(row[0], row[1]): number for number, row in enumerate(sheet.rows)}
    table = sheet.table(sheet.head[2:])
    return [float(time) for time in times], np.array([[table[at[unit, time]] for unit in units] for time in times])


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "method", "age"),
    [
        ("latest", FillMethod.LATEST, None),
        ("latest_max1", FillMethod.LATEST, 1),
        ("constant", FillMethod.CONSTANT, None),
        ("linear-constant", FillMethod.LINEAR_CONSTANT, None),
    ],
)
def test_asem_panel(asem, name, method, age):
    times, holes = cube(asem("13_panel_holes"))
    found = impute_panel(holes, times, method=method, maximum_age=age)
    np.testing.assert_allclose(found.values, cube(asem(f"13_impute_panel_{name}"))[1], rtol=1e-12)


@pytest.mark.corpus
def test_asem_panel_has_units_with_one_value_that_stop_the_reference(asem):
    """The reference has no `linear` file: it stops on these units. Ours goes on and leaves what it cannot draw."""
    times, holes = cube(asem("13_panel_holes"))
    assert ((~np.isnan(holes)).sum(axis=0) < 2).any()
    assert impute_panel(holes, times, method=FillMethod.LINEAR).filled.any()
