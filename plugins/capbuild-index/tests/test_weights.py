"""Effective and noisy weights, and principal components."""

import numpy as np
import pytest
from capbuild_index.weights import WeightNoise, effective_weights, noisy_weights, principal_components
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.aggregate import aggregate
from capbuild.undefined import UndefinedReason

WEIGHTS = st.lists(st.floats(0.1, 9), min_size=5, max_size=5)


@given(WEIGHTS, st.lists(st.floats(0, 100), min_size=3, max_size=3))
def test_effective_weights_give_the_root(small_tree, weights, row):
    found = effective_weights(small_tree, weights)
    assert found[:3].sum() == pytest.approx(1)
    assert aggregate([row], small_tree, weights=weights).root[0] == pytest.approx(float(found[:3] @ row))


@pytest.mark.parametrize("noise", WeightNoise)
def test_noise_keeps_zero_and_the_middle(small_tree, noise):
    given_weights = small_tree.weights({"staff": 3.0, "law": 0.0})
    drawn = noisy_weights(small_tree, given_weights, replications=20_000, spread=0.2, noise=noise, seed=4)
    assert (drawn[:, 0] == 0).all()
    assert (drawn >= 0).all()
    share = effective_weights(small_tree, drawn)[:, 1]
    assert share.mean() == pytest.approx(0.75, abs=0.01)
    again = noisy_weights(small_tree, given_weights, replications=20_000, spread=0.2, noise=noise, seed=4)
    np.testing.assert_array_equal(drawn, again)


def test_dirichlet_has_the_variance_it_says(small_tree):
    drawn = noisy_weights(small_tree, small_tree.weights({"staff": 3.0}), replications=50_000, spread=0.3)
    assert drawn[:, 1].std() == pytest.approx(0.3 * (0.75 * 0.25) ** 0.5, rel=0.02)


@pytest.mark.parametrize(("options", "said"), [({"spread": 0}, "spread"), ({"spread": 0.1, "noise": "x"}, "noise")])
def test_noise_that_is_none_is_refused(small_tree, options, said):
    with pytest.raises(ModelError, match=said):
        noisy_weights(small_tree, small_tree.weights(), replications=1, **options)


def test_components_that_do_not_exist():
    assert principal_components([[1.0, np.nan], [np.nan, 2.0]]).reason is UndefinedReason.TOO_FEW
    assert principal_components([[1.0, 3.0], [2.0, 3.0]]).reason is UndefinedReason.CONSTANT


def test_an_opposed_item_is_named():
    found = principal_components([[1.0, 2.0, 9.0], [2.0, 4.0, 7.0], [3.0, 5.0, 6.0], [4.0, 9.0, 1.0]])
    assert found.opposed == (2,)
    assert found.shares.sum() == pytest.approx(1)
    assert found.units == 4


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("weights", "name"),
    [("01_weights_original", "07_effective_weights"), ("07_weights_custom", "07_effective_weights_custom")],
)
def test_asem_effective_weights(asem, weights, name):
    sheet, reference = asem(weights), asem(name)
    named = dict(zip(sheet.key, sheet.numbers("Weight"), strict=True))
    found = effective_weights(asem.tree, asem.tree.weights(named))
    rows = [asem.tree.position(label) for label in reference.key]
    np.testing.assert_allclose(found[rows], reference.numbers("EffWeight"), rtol=1e-12)


@pytest.mark.corpus
@pytest.mark.parametrize("level", [1, 2, 3])
def test_asem_principal_components(asem, level):
    table = asem("08_agg_a_amean").table(list(asem.tree.labels), asem.units)
    weights, variances = asem(f"07_weights_PCA_L{level}"), asem(f"07_PCA_variance_L{level}")
    for node in (node for node in asem.tree.nodes_upward if asem.tree.depths[node] == 3 - level):
        children = list(asem.tree.children[node])
        found = principal_components(table[:, children])
        reference = weights.numbers("Weight")[[weights.key.index(asem.tree.labels[child]) for child in children]]
        np.testing.assert_allclose(found.loadings * np.sign(found.loadings @ reference), reference, atol=1e-9)
        of_group = [i for i, group in enumerate(variances.key) if group == asem.tree.labels[node]]
        np.testing.assert_allclose(found.variances, variances.numbers("variance")[of_group], atol=1e-9)
        np.testing.assert_allclose(found.shares, variances.numbers("prop")[of_group], atol=1e-9)
