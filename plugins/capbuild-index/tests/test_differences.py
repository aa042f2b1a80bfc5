"""Where we differ from COINr 1.1.14, the reference for composite indicators, and why.

The other known differences stand beside what they concern: the logarithm of the Global Innovation Index in
`test_transform`, ties in winsorising in `test_outliers`, lone values of a panel in `test_panel`, negative weights in
`test_optimise`, centring and bootstrap in `test_sobol`, bins of a sample in `test_montecarlo`, impossible indices in
`test_sensitivity`, a constant item in `test_normalise`.
"""

import numpy as np
import pytest
from capbuild_index import normalise
from capbuild_index.outliers import treat
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats import rules
from capbuild.stats.aggregate import aggregate, combine

NAN = np.nan
HOLES = np.array([[3.0, 1.0, NAN], [2.0, NAN, 5.0], [NAN, 2.0, 1.0], [1.0, 3.0, 2.0], [5.0, 4.0, 4.0]])


def as_the_reference_compares(table):
    """Copeland scores with the upper triangle compared, a missing cell as lost, and the lower as 1 less the upper."""
    share = np.zeros((len(table), len(table)))
    for i in range(len(table)):
        for j in range(i + 1, len(table)):
            gap = table[i] - table[j]
            share[i, j] = ((gap > 0) + 0.5 * (gap == 0)).sum() / table.shape[1]
            share[j, i] = 1 - share[i, j]
    return np.sign(np.where(share == 0, 0.5, share) - 0.5).sum(axis=1) + 0.0


def test_copeland_does_not_depend_on_the_order_of_rows():
    """COINr credits a comparison that is missing to the later row, so the same data reversed give other scores.

    Ours compares two units on the children that both have.
    """
    reference = as_the_reference_compares(HOLES)
    assert (as_the_reference_compares(HOLES[::-1])[::-1] != reference).any()
    ours = combine(HOLES, rules.copeland())
    np.testing.assert_array_equal(combine(HOLES[::-1], rules.copeland())[::-1], ours)
    assert ours.sum() == 0  # what one unit wins another loses


@pytest.mark.corpus
def test_asem_copeland_with_missing_cells(asem):
    """The published normalised data with holes: ours is the same in whatever order the countries stand."""
    table = asem("08_normalised_with_NA").table(asem.items, asem.units)
    assert np.isnan(table).any()
    order = np.random.default_rng(0).permutation(len(table))
    np.testing.assert_array_equal(combine(table[order], rules.copeland()), combine(table, rules.copeland())[order])


def test_copeland_is_a_rule_like_any_other():
    """COINr's `Aggregate(f_ag = "a_copeland", by_df = TRUE)`, called as documented, fails on an unused argument."""
    assert combine([[2.0], [1.0]], rules.copeland()).tolist() == [1.0, -1.0]


@given(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 2.0, 5.0]))
def test_a_power_mean_with_a_missing_child_exists(power):
    """COINr's `a_genmean` is missing when any child is; its other means are not, and ours never are."""
    assert combine([[4.0, NAN]], rules.generalised(power))[0] == pytest.approx(4.0)


@pytest.mark.corpus
def test_asem_power_mean_with_missing_cells(asem):
    """Where the reference has a figure ours is the same; where a child is missing it has none, and ours has."""
    table = asem("08_normalised_with_NA").table(asem.items, asem.units)
    found = aggregate(table, asem.tree, rules=rules.generalised(2.0)).values
    reference = asem("08_agg_NA_genmean_p2").table(list(asem.tree.labels), asem.units)
    known = ~np.isnan(reference)
    np.testing.assert_allclose(found[known], reference[known], rtol=1e-9)
    nodes = slice(len(asem.items), None)
    assert np.isnan(reference[:, nodes]).any()
    assert not np.isnan(found[:, nodes]).any()


def test_a_mean_that_has_no_meaning_is_refused():
    """COINr: the harmonic mean of -1 and 1.0001 is -20002, weights of zero give NaN; both without a word."""
    with pytest.raises(ModelError, match="negative"):
        combine([[-1.0, 1.0001]], rules.harmonic())
    with pytest.raises(ModelError, match="all zero"):
        combine([[1.0, 2.0]], rules.arithmetic(), weights=[0.0, 0.0])


def test_goalposts_hold_in_every_round():
    """COINr's panels ignore the goalposts of the items when all years are put on one scale."""
    posts = normalise.goalposts([0.0], [10.0])
    first, second = np.array([[2.0], [4.0]]), np.array([[6.0], [9.0]])
    np.testing.assert_allclose(posts.apply(np.vstack([first, second])), [[20], [40], [60], [90]])
    np.testing.assert_allclose(posts.apply(second), [[60], [90]])


def test_a_panel_may_be_treated_as_a_whole():
    """COINr treats each year apart, so that a value may be an outlier in one year and not in the next.

    Ours takes any table: the rounds stacked are treated by one measure.
    """
    calm, wild = np.arange(10.0)[:, None], np.array([*range(9), 400.0])[:, None]
    whole = treat(np.vstack([calm, wild]))
    assert whole.changed[:10].sum() == 0
    assert whole.values.max() == 9.0
