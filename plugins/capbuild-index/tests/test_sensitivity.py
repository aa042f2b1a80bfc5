"""Variance shares of the choices."""

import numpy as np
import pytest
from capbuild_index.montecarlo import Alternatives
from capbuild_index.noise import Normal
from capbuild_index.sensitivity import sensitivity
from capbuild_index.weights import noisy_weights

from capbuild.stats import rules
from capbuild.stats.tree import Tree
from capbuild.undefined import UndefinedReason

TREE = Tree.build(["a", "b"], {"a": "root", "b": "root"})


def test_only_what_varies_is_a_factor():
    table = np.array([[80.0, 40.0], [60.0, 70.0], [20.0, 90.0]])
    weights = noisy_weights(TREE, TREE.weights(), replications=64, spread=0.3)
    found = sensitivity(Alternatives(tree=TREE, tables=[table], weights=weights))
    assert found.factors == ("weights",)
    np.testing.assert_allclose(found.scores.total, 1, atol=0.05)
    assert found.replications == 3 * 256


def test_nothing_varies():
    assert sensitivity(Alternatives(tree=TREE, tables=[[[1.0, 2.0]]])).reason is UndefinedReason.NOT_APPLICABLE


def test_shares_of_a_sum_of_two_choices():
    """Tables 10 apart have the variance 25; an error of 10 on each of two cells gives the mean the variance 50."""
    table = np.full((4, 2), 50.0)
    tables = [table, table + 10]
    found = sensitivity(
        Alternatives(
            tree=TREE, tables=tables, evidence=[Normal(centre=t, error=np.full(t.shape, 10.0)) for t in tables]
        ),
        base=1024,
        draws=1024,
    )
    assert found.factors == ("table", "evidence")
    np.testing.assert_allclose(found.scores.first[0], 1 / 3, atol=0.05)
    np.testing.assert_allclose(found.scores.total[1], 2 / 3, atol=0.08)
    assert found.scores.consistent.all()


def test_a_unit_that_is_missing_has_no_indices():
    tables = [[[1.0, 2.0], [np.nan, np.nan]], [[3.0, 2.0], [5.0, 5.0]]]
    found = sensitivity(Alternatives(tree=TREE, tables=tables, rules=[rules.arithmetic(), rules.minimum()]), base=64)
    assert set(found.scores.undefined) == {1}
    assert found.rank_shift.first.shape == (2, 1)


def test_no_unit_is_always_known():
    tables = [[[1.0, 2.0], [np.nan, np.nan]], [[np.nan, np.nan], [5.0, 5.0]]]
    found = sensitivity(Alternatives(tree=TREE, tables=tables), base=8)
    assert set(found.scores.undefined) == {0, 1}
    assert found.rank_shift.undefined[0].reason is UndefinedReason.CONSTANT


@pytest.mark.corpus
def test_asem_shares_are_possible_where_those_of_the_reference_are_not(asem):
    """With 100 random points the reference has first-order indices above the totals and a sum of 1.35."""
    from capbuild_index.normalise import minmax, zscore
    from capbuild_index.outliers import treat

    imputed = asem("04_impute_i_mean_grp").table(asem.items, asem.units)
    tables = []
    for limit in range(1, 6):
        treated = treat(imputed, limit=limit).values
        tables.append(minmax(treated, direction=asem.direction, scale=(1, 100)).apply(treated))
        tables.append(zscore(treated, direction=asem.direction, mean_to=10, std_to=2).apply(treated))
    weights = noisy_weights(asem.tree, asem.tree.weights(), replications=256, spread=0.25, noise="uniform")
    found = sensitivity(
        Alternatives(tree=asem.tree, tables=tables, weights=weights, rules=[rules.arithmetic(), rules.geometric()]),
        base=512,
    )
    assert found.rank_shift.consistent.all()
    assert found.rank_shift.first.sum() < 1.05
    assert (found.rank_shift.first <= found.rank_shift.total + 0.05).all()
