"""Filling missing cells, each marked."""

import numpy as np
import pytest
from capbuild_index.impute import impute_mean, impute_median, impute_within_unit

NAN = np.nan


def test_only_missing_cells_are_filled_and_marked():
    table = np.array([[1.0, NAN], [2.0, NAN], [NAN, NAN], [9.0, NAN]])
    for method, middle in ((impute_mean, 4.0), (impute_median, 2.0)):
        found = method(table)
        np.testing.assert_array_equal(found.values[:, 0], [1.0, 2.0, middle, 9.0])
        assert found.filled[:, 0].tolist() == [False, False, True, False]
        assert not found.filled[:, 1].any()  # nobody answered: nothing to fill with
        assert found.missing[:, 1].all()


def test_groups_fill_from_their_own():
    found = impute_mean([[1.0], [NAN], [10.0], [NAN], [NAN]], groups=["N", "N", "S", "S", "W"])
    np.testing.assert_array_equal(found.values.ravel(), [1.0, 1.0, 10.0, 10.0, NAN])


def test_an_opposite_item_is_filled_with_the_opposite():
    table = [[0.0, 10.0], [10.0, 0.0], [7.5, NAN]]
    assert impute_within_unit(table, ["a", "a"], direction=[1, -1]).values[2, 1] == pytest.approx(2.5)
    assert impute_within_unit(table, ["a", "a"]).values[2, 1] == pytest.approx(7.5)


def test_other_groups_say_nothing():
    assert np.isnan(impute_within_unit([[0.0, 1.0], [1.0, NAN]], ["a", "b"]).values[1, 1])


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["i_mean", "i_median", "i_mean_grp", "i_median_grp", "row_pillar_mean"])
def test_asem_imputed(asem, name):
    table = asem("02_denominated").table(asem.items, asem.units)
    raw = asem("00_iData")
    region = dict(zip(raw.text("uCode"), raw.text("EurAsia_group"), strict=True))
    groups = [region[unit] for unit in asem.units] if name.endswith("grp") else None
    if name.startswith("row"):
        found = impute_within_unit(table, asem.pillars, direction=asem.direction)
    else:
        found = (impute_mean if "mean" in name else impute_median)(table, groups=groups)
    np.testing.assert_allclose(found.values, asem(f"04_impute_{name}").table(asem.items, asem.units), rtol=1e-12)
    assert found.filled.sum() == np.isnan(table).sum()
