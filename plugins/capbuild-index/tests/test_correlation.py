"""How items go together, with missing values."""

import numpy as np
import pytest
from capbuild_index.correlation import Coefficient, correlate, correlated_pairs, correlation, p_values
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from capbuild.errors import ModelError
from capbuild.undefined import UndefinedReason

NAN = np.nan
TABLES = arrays(np.float64, (9, 3), elements=st.integers(-6, 6).map(float) | st.just(NAN))


@pytest.mark.parametrize("coefficient", Coefficient)
@given(table=TABLES)
def test_each_pair_is_that_of_scipy(coefficient, table):
    stats = pytest.importorskip("scipy.stats")
    of = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}[coefficient]
    found = correlation(table, coefficient)
    for i in range(3):
        for j in range(3):
            both = ~np.isnan(table[:, i]) & ~np.isnan(table[:, j])
            x, y = table[both, i], table[both, j]
            if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
                assert np.isnan(found[i, j])
            else:
                assert found[i, j] == pytest.approx(of(x, y)[0], abs=1e-9)


@pytest.mark.parametrize("coefficient", Coefficient)
@given(table=TABLES, order=st.permutations(range(9)))
def test_row_order_and_sign(coefficient, table, order):
    found = correlation(table, coefficient)
    np.testing.assert_allclose(correlation(table[order], coefficient), found, atol=1e-12)
    np.testing.assert_allclose(correlation(table * [1, -1, 1], coefficient)[0], found[0] * [1, -1, 1], atol=1e-12)


def test_large_numbers_lose_no_digits():
    x = np.arange(8.0)
    assert correlate(x + 1e9, x * 1e-6) == pytest.approx(1, abs=1e-9)
    assert correlate(np.full(5, 0.1), np.arange(5.0)).reason is UndefinedReason.CONSTANT


def test_a_single_figure_is_never_nan():
    assert correlate([1.0, NAN], [NAN, 2.0]).reason is UndefinedReason.TOO_FEW
    assert correlate([1.0, 2.0], [2.0, 1.0], "kendall") == -1.0


def test_p_values_below_three_units_do_not_exist():
    assert np.isnan(p_values([[1.0, 2.0], [2.0, 1.0]])).all()
    assert p_values([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])[0, 1] < 1e-9


def test_pairs_of_one_group_only():
    table = np.array([[1.0, 2.0, 9.0], [2.0, 3.0, 8.0], [3.0, 4.0, 7.0]])
    assert [(p.first, p.second) for p in correlated_pairs(table, ["a", "a", "a"], above=0.9)] == [(0, 1)]
    assert [(p.first, p.second) for p in correlated_pairs(table, ["a", "b", "a"], below=-0.9)] == [(0, 2)]


def test_unknown_coefficient():
    with pytest.raises(ModelError, match="coefficient"):
        correlation([[1.0]], "cosine")


@pytest.mark.corpus
@pytest.mark.parametrize("coefficient", Coefficient)
@pytest.mark.parametrize(("name", "data"), [("ind", "raw"), ("ind_pillar", "08_agg_amean_0_100")])
def test_asem_correlations(asem, coefficient, name, data):
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    columns = asem.items if data == "raw" else list(asem.tree.labels)
    table = (raw if data == "raw" else asem(data)).table(columns, asem.units)
    found, sheet = correlation(table, coefficient), asem(f"10_corr_{name}_{coefficient}")
    ours = [found[columns.index(row[0]), columns.index(row[1])] for row in sheet.rows]
    np.testing.assert_allclose(ours, sheet.numbers("Correlation"), atol=1e-9)


@pytest.mark.corpus
def test_asem_p_values(asem):
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    found = p_values(raw.table(asem.items, asem.units))
    np.testing.assert_allclose(found, asem("10_pvals_pearson").table(asem.items, asem.items), atol=1e-9)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "limits"), [("high", {"above": 0.75}), ("low", {"below": -0.5})])
def test_asem_flags(asem, name, limits):
    table = asem("06_norm_minmax_0_100").table(asem.items, asem.units)
    found = correlated_pairs(table, asem.pillars, **limits)
    ours = {frozenset((asem.items[one.first], asem.items[one.second])): one.correlation for one in found}
    sheet = asem(f"10_corr_flags_{name}")
    published = {frozenset(row[1:3]): float(row[3]) for row in sheet.rows}
    assert ours.keys() == published.keys()
    assert all(ours[pair] == pytest.approx(published[pair], abs=1e-9) for pair in published)
