"""Weights sought for a purpose, never below zero."""

import numpy as np
import pytest
from capbuild_index.weights import balanced_weights, informative_weights

from capbuild.errors import ModelError
from capbuild.undefined import UndefinedReason


def made(seed=0):
    """Three items on one idea and one apart."""
    random = np.random.default_rng(seed)
    idea = random.normal(size=(300, 1))
    return np.hstack([idea + 0.5 * random.normal(size=(300, 3)), random.normal(size=(300, 1))])


def test_shares_are_reached_where_they_can_be():
    found = balanced_weights(made(), shares=[21, 20, 20, 22])
    np.testing.assert_allclose(
        found.correlations / found.correlations.sum(), np.array([21, 20, 20, 22]) / 83, atol=1e-5
    )
    np.testing.assert_allclose(found.correlations, [np.corrcoef(x, made() @ found.weights)[0, 1] for x in made().T])


def test_the_unit_of_all_items_does_not_matter():
    np.testing.assert_allclose(balanced_weights(made() * 7).weights, balanced_weights(made()).weights, atol=1e-4)


def test_weights_are_never_negative():
    """COINr's optimiser gave one pillar -0.20: more capacity, lower score."""
    table = made()
    table[:, 3] = -table[:, 0] + 0.1 * table[:, 3]
    found = balanced_weights(table)
    assert (found.weights >= 0).all()
    assert found.weights.sum() == pytest.approx(1)
    assert found.at_bound == tuple(np.flatnonzero(found.weights == 0))


def test_informative_weights_beat_equal_ones():
    table = made()
    equal = sum(np.corrcoef(column, table.mean(axis=1))[0, 1] ** 2 for column in table.T)
    assert -informative_weights(table).objective > equal


def test_where_there_are_none():
    assert balanced_weights([[1.0], [2.0], [3.0]]).reason is UndefinedReason.TOO_FEW
    assert informative_weights([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]).reason is UndefinedReason.CONSTANT
    opposed = [[1.0, -1.0], [2.0, -2.0], [4.0, -4.0]]
    assert balanced_weights(opposed).reason is UndefinedReason.NOT_TESTABLE
    assert informative_weights(opposed).reason is UndefinedReason.NOT_TESTABLE
    with pytest.raises(ModelError, match="shares"):
        balanced_weights(made(), shares=[-1, 1, 1, 1])


@pytest.mark.corpus
def test_asem_subindices_balanced(asem):
    """Two sub-indices: the published weights, to what its stopping rule leaves."""
    table = asem("08_agg_a_amean").table(["Conn", "Sust"], asem.units)
    sheet = asem("07_weights_opt_balance_L3")
    published = np.array([sheet.numbers("Weight")[sheet.key.index(name)] for name in ("Conn", "Sust")])
    np.testing.assert_allclose(balanced_weights(table).weights, published / published.sum(), atol=1e-6)


@pytest.mark.corpus
def test_asem_pillars_get_no_negative_weight(asem):
    """The reference's weights for equal influence go down to -0.198; ours stay at zero or above.

    Its result also reports the correlations of the last point tried, not of the weights it returns.
    """
    sheet = asem("07_weights_opt_balance_L2")
    pillars = [label for label in asem.nodes if asem.tree.depths[asem.tree.position(label)] == 2]
    assert min(sheet.numbers("Weight")[sheet.key.index(pillar)] for pillar in pillars) < 0
    table = asem("08_agg_a_amean").table(pillars, asem.units)
    found = balanced_weights(table)
    assert (found.weights >= 0).all()
    np.testing.assert_allclose(found.correlations, [np.corrcoef(x, table @ found.weights)[0, 1] for x in table.T])
    equal = np.array([np.corrcoef(x, table.mean(axis=1))[0, 1] for x in table.T])
    assert found.objective < ((equal / equal.sum() - 1 / 8) ** 2).sum()
