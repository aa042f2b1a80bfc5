"""Outliers pulled in, step by step, with what was changed."""

import numpy as np
import pytest
from capbuild_index.describe import is_well_shaped, kurtosis, skewness
from capbuild_index.outliers import Fallback, treat, winsorise
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError

COLUMNS = st.lists(st.floats(0, 5).map(lambda x: round(np.exp(x * x / 2), 3)), min_size=5, max_size=30)


def by_the_book(column, limit):
    """Winsorise by taking every step and computing every moment anew."""
    now = np.array(column, float)
    while not is_well_shaped(skewness(now[:, None]), kurtosis(now[:, None]))[0]:
        up = skewness(now[:, None])[0] >= 0
        end = now.max() if up else now.min()
        inner = now[now != end].max() if up else now[now != end].min()
        tried = np.where(now == end, inner, now)
        if (tried != column).sum() > limit:
            break
        now = tried
    return now


@given(COLUMNS, st.integers(0, 8))
def test_running_sums_take_the_steps_of_the_book(column, limit):
    found = winsorise(np.array(column)[:, None], limit=limit).ravel()
    np.testing.assert_array_equal(found, by_the_book(column, limit))


@given(COLUMNS, st.integers(0, 5), st.floats(0.5, 4))
def test_direction_and_unit_do_not_matter(column, limit, scale):
    table = np.array(column)[:, None]
    np.testing.assert_allclose(winsorise(table * scale, limit=limit), winsorise(table, limit=limit) * scale)


@given(COLUMNS)
def test_never_more_than_the_limit_is_changed(column):
    """COINr's `winsorise` goes past the limit where values tie: `winmax = 2` changed 6 points."""
    column = [*column, *[max(column) * 50] * 3]
    assert (winsorise(np.array(column)[:, None], limit=2).ravel() != column).sum() <= 2


def test_what_was_done_is_told():
    table = np.array([[1.0, 1], [2.0, 2], [3.0, 3], [4.0, 4], [5.0, 5], [90.0, 6]])
    found = treat(table)
    (only,) = found.items
    assert (only.item, only.pulled_down, only.pulled_up, only.transform) == (0, 1, 0, Fallback.NONE)
    assert only.skewness[0] > 2 > only.skewness[1]
    assert only.well_shaped
    assert np.argwhere(found.changed).tolist() == [[5, 0]]


def test_a_transform_starts_from_the_values_as_they_were():
    column = np.array([1.0] * 20 + [50.0, 900.0, 2000.0])[:, None]
    apart, together = (treat(column, limit=1, combine=combine) for combine in (False, True))
    assert apart.items[0].transform is Fallback.LOG_RANGE
    assert apart.items[0].pulled_down == 0
    assert together.items[0].pulled_down == 1
    assert apart.values[-1] > apart.values[-2]
    assert together.values[-1] == together.values[-2]
    kept = treat(column, limit=1, fallback=Fallback.NONE)
    assert kept.items[0].pulled_down == 1
    assert not kept.items[0].well_shaped


def test_unknown_fallback():
    with pytest.raises(ModelError, match="fallback"):
        treat([[1.0]], fallback="cube root")


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("default", {}),
        ("winmax1", {"limit": 1}),
        ("winmax1_combine", {"limit": 1, "combine": True}),
        ("winmax1_logplus", {"limit": 1, "fallback": Fallback.LOG_RANGE_EITHER}),
        ("winmax1_logorig", {"limit": 1, "fallback": Fallback.LOG_PLUS_ONE}),
    ],
)
def test_asem_treated(asem, name, options):
    before = asem("04_impute_i_mean_grp").table(asem.items, asem.units)
    found = treat(before, **options)
    np.testing.assert_allclose(found.values, asem(f"05_treat_{name}").table(asem.items, asem.units), rtol=1e-12)
    details = asem(f"05_treat_{name}_details")
    failed = {details.key[i] for i, cell in enumerate(details.text("check_SkewKurt0.Pass")) if cell == "FALSE"}
    assert {asem.items[one.item] for one in found.items} == failed
    first, count = details.numbers("check_SkewKurt0.Skew"), details.numbers("winsorise.nwin")
    for one in found.items:
        row = details.key.index(asem.items[one.item])
        assert one.skewness[0] == pytest.approx(first[row], abs=1e-9)
        if one.transform is Fallback.NONE or options.get("combine"):
            assert one.pulled_down + one.pulled_up == count[row]


@pytest.mark.corpus
def test_asem_log_gii_differs_because_the_reference_leaves_values_as_they_are(asem):
    """COINr's `log_GII` returns its argument, so its "treated" items are the untreated ones."""
    before = asem("04_impute_i_mean_grp").table(asem.items, asem.units)
    reference = asem("05_treat_winmax1_logGII").table(asem.items, asem.units)
    failing = [one.item for one in treat(before, limit=1).items if one.transform is not Fallback.NONE]
    np.testing.assert_array_equal(reference[:, failing], before[:, failing])
    ours = treat(before, limit=1, fallback=Fallback.LOG_RANGE).values
    assert (ours[:, failing] != reference[:, failing]).any(axis=0).all()


@pytest.mark.corpus
def test_asem_moments(asem):
    table = asem("04_impute_i_mean_grp").table(asem.items, asem.units)
    sheet = asem("05_skew_kurt")
    assert sheet.key == asem.items
    np.testing.assert_allclose(skewness(table), sheet.numbers("skew"), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(kurtosis(table), sheet.numbers("kurt"), rtol=1e-9, atol=1e-12)
