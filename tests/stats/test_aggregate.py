"""Nodes from their children, each by its own rule."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from capbuild.errors import ModelError
from capbuild.stats import rules
from capbuild.stats.aggregate import aggregate, combine
from capbuild.stats.tree import Tree

NAN = np.nan
TREE = Tree.build(["a", "b", "c", "d"], {"a": "x", "b": "x", "c": "y", "d": "y", "x": "root", "y": "root"})
CELLS = st.integers(1, 100).map(float)
TABLES = arrays(np.float64, (5, 4), elements=CELLS | st.just(NAN))
WEIGHTS = arrays(np.float64, 7, elements=st.integers(1, 9).map(float))
RULES = {
    "arithmetic": rules.arithmetic(),
    "geometric": rules.geometric(),
    "harmonic": rules.harmonic(),
    "power 2": rules.generalised(2.0),
    "minimum": rules.minimum(),
    "Mazziotta-Pareto": rules.mazziotta_pareto(),
    "Copeland": rules.copeland(),
    "half present": rules.arithmetic(minimum_share=0.75),
}
#: These may give negative figures, which not every node above can take: on top only.
CHOSEN = {name: {"root": rule} if name in {"Copeland", "Mazziotta-Pareto"} else rule for name, rule in RULES.items()}


@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
@given(table=TABLES, weights=WEIGHTS, order=st.permutations(range(5)), scale=st.floats(0.1, 10))
def test_invariances(chosen, table, weights, order, scale):
    """Rows in another order, items relabelled, weights on another scale: the same figures."""
    out = aggregate(table, TREE, weights=weights, rules=chosen).root
    np.testing.assert_allclose(aggregate(table[order], TREE, weights=weights, rules=chosen).root, out[order])
    np.testing.assert_allclose(aggregate(table, TREE, weights=weights * scale, rules=chosen).root, out)
    swapped = Tree.build(["d", "a", "c", "b"], {"d": "y", "c": "y", "a": "x", "b": "x", "y": "root", "x": "root"})
    named = dict(zip(TREE.labels, weights, strict=True))
    found = aggregate(table[:, [3, 0, 2, 1]], swapped, weights=named, rules=chosen).root
    np.testing.assert_allclose(found, out, rtol=1e-9)


@given(arrays(np.float64, (4, 3), elements=CELLS), arrays(np.float64, 3, elements=st.integers(1, 5).map(float)))
def test_means_stand_in_their_order(table, weights):
    """Minimum <= harmonic <= geometric <= arithmetic <= power 2 <= maximum, and the penalty only takes away."""
    means = [
        combine(table, RULES[name], weights=weights) for name in ("harmonic", "geometric", "arithmetic", "power 2")
    ]
    chain = [combine(table, RULES["minimum"]), *means, table.max(axis=1)]
    for lower, higher in pairwise(chain):
        assert (lower <= higher + 1e-9).all()
    assert (combine(table, RULES["Mazziotta-Pareto"], weights=weights) <= means[2] + 1e-9).all()


@given(st.floats(1, 99), st.integers(1, 4))
def test_equal_children_make_an_equal_node(value, missing):
    row = np.array([[value] * 4 + [NAN] * missing])
    for name in ("arithmetic", "geometric", "harmonic", "power 2", "minimum", "Mazziotta-Pareto"):
        np.testing.assert_allclose(combine(row, RULES[name]), value)


def test_by_hand():
    row = [[2.0, 8.0]]
    assert combine(row, rules.arithmetic(), weights=[3, 1])[0] == 3.5
    assert combine(row, rules.geometric())[0] == pytest.approx(4.0)
    assert combine(row, rules.harmonic())[0] == pytest.approx(3.2)
    assert combine(row, rules.generalised(2.0))[0] == pytest.approx(34**0.5)
    assert combine(row, rules.minimum())[0] == 2.0
    assert combine(row, rules.mazziotta_pareto())[0] == pytest.approx(5 - 9 / 5)


def test_each_node_by_its_own_rule():
    chosen = {"x": rules.minimum(), "y": rules.geometric()}
    found = aggregate([[10.0, 30.0, 4.0, 9.0]], TREE, rules=chosen)
    assert found.column("x")[0] == 10.0
    assert found.column("y")[0] == pytest.approx(6.0)
    assert found.root[0] == pytest.approx(8.0)


def test_missing_children_hand_their_weight_on():
    found = aggregate([[10.0, NAN, 20.0, 40.0], [NAN, NAN, 5.0, 5.0], [NAN] * 4], TREE, weights={"a": 5})
    np.testing.assert_array_equal(found.column("x"), [10.0, NAN, NAN])
    np.testing.assert_array_equal(found.root, [20.0, 5.0, NAN])
    assert found.missing[2].all()


def test_minimum_share_counts_children_with_a_weight():
    rule = rules.arithmetic(minimum_share=0.5)
    np.testing.assert_array_equal(combine([[1.0, NAN], [NAN, NAN]], rule), [1.0, NAN])
    assert np.isnan(combine([[1.0, NAN, NAN]], rule))[0]
    assert combine([[1.0, NAN, NAN]], rule, weights=[1, 1, 0])[0] == 1.0


def test_zeros_and_the_geometric_mean():
    np.testing.assert_array_equal(combine([[0.0, 9.0], [0.0, NAN]], rules.geometric()), [0.0, 0.0])
    np.testing.assert_array_equal(combine([[0.0, 9.0], [0.0, 0.0]], rules.harmonic()), [0.0, 0.0])
    np.testing.assert_array_equal(combine([[0.0, 9.0]], rules.geometric(), weights=[0, 1]).round(9), [9.0])
    assert combine([[0.0, 0.0]], rules.mazziotta_pareto())[0] == 0.0


def test_a_floor_holds_the_node_down():
    must = rules.Rule(floors={"a": 50.0}, ceiling=30.0)
    found = aggregate([[49.0, 90, 1, 1], [50.0, 90, 1, 1], [NAN, 90, 1, 1], [10, 20, 1, 1]], TREE, rules={"x": must})
    assert found.column("x").tolist() == [30.0, 70.0, 90.0, 15.0]
    above = rules.Rule(floors={"x": 60.0}, ceiling=0.0)
    assert aggregate([[49.0, 51.0, 99.0, 99.0]], TREE, rules={"root": above}).root[0] == 0.0


def test_copeland_by_hand():
    """A beats B and C on most of the weight, B beats C."""
    np.testing.assert_array_equal(
        combine([[3.0, 1.0, 3.0], [2.0, 2.0, 2.0], [1.0, 3.0, 1.0]], rules.copeland()), [2, 0, -2]
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: aggregate([[1.0]], TREE), "4 columns"),
        (lambda: combine([[1.0]], rules.arithmetic(), weights=[0.0]), "all zero"),
        (lambda: combine([[-1.0]], rules.geometric()), "not be negative"),
        (lambda: combine([[-1.0]], rules.mazziotta_pareto()), "not be negative"),
        (lambda: rules.Rule(minimum_share=2), "from 0 to 1"),
        (lambda: rules.Rule(floors={"a": 1.0}), "ceiling"),
        (lambda: aggregate([[1.0] * 4], TREE, rules={"y": rules.Rule(floors={"a": 1}, ceiling=0)}), "child of y"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "table", "chosen", "weights"),
    [
        ("08_agg_amean_0_100", "06_norm_minmax_0_100", rules.arithmetic(), "01_weights_original"),
        ("08_agg_a_amean", "06_norm_minmax_1_100", rules.arithmetic(), "01_weights_original"),
        ("08_agg_a_gmean", "06_norm_minmax_1_100", rules.geometric(), "01_weights_original"),
        ("08_agg_a_hmean", "06_norm_minmax_1_100", rules.harmonic(), "01_weights_original"),
        ("08_agg_genmean_p-1", "06_norm_minmax_1_100", rules.generalised(-1), "01_weights_original"),
        ("08_agg_genmean_p0.5", "06_norm_minmax_1_100", rules.generalised(0.5), "01_weights_original"),
        ("08_agg_genmean_p2", "06_norm_minmax_1_100", rules.generalised(2), "01_weights_original"),
        ("08_agg_genmean_p5", "06_norm_minmax_1_100", rules.generalised(5), "01_weights_original"),
        ("08_agg_copeland_all", "06_norm_minmax_1_100", rules.copeland(), "01_weights_original"),
        ("07_agg_custom_weights_amean", "06_norm_minmax_1_100", rules.arithmetic(), "07_weights_custom"),
        ("07_agg_custom_weights_gmean", "06_norm_minmax_1_100", rules.geometric(), "07_weights_custom"),
        ("08_agg_NA_amean_threshNA", "08_normalised_with_NA", rules.arithmetic(), "01_weights_original"),
        (
            "08_agg_NA_amean_thresh0.5",
            "08_normalised_with_NA",
            rules.arithmetic(minimum_share=0.5),
            "01_weights_original",
        ),
        (
            "08_agg_NA_amean_thresh0.8",
            "08_normalised_with_NA",
            rules.arithmetic(minimum_share=0.8),
            "01_weights_original",
        ),
        ("08_agg_NA_amean_thresh1", "08_normalised_with_NA", rules.arithmetic(minimum_share=1), "01_weights_original"),
        ("08_agg_NA_a_gmean", "08_normalised_with_NA", rules.geometric(), "01_weights_original"),
        ("08_agg_NA_a_hmean", "08_normalised_with_NA", rules.harmonic(), "01_weights_original"),
    ],
)
def test_asem_aggregated(asem, name, table, chosen, weights):
    sheet = asem(weights)
    given_weights = dict(zip(sheet.key, sheet.numbers("Weight"), strict=True))
    found = aggregate(asem(table).table(asem.items, asem.units), asem.tree, weights=given_weights, rules=chosen)
    reference = asem(name).table(list(asem.tree.labels), asem.units)
    np.testing.assert_allclose(found.values, reference, rtol=1e-9, atol=1e-9)


@pytest.mark.corpus
def test_asem_rules_by_level(asem):
    of_depth = {2: rules.arithmetic(), 1: rules.geometric(), 0: rules.copeland()}
    chosen = {node: of_depth[asem.tree.depths[asem.tree.position(node)]] for node in asem.nodes}
    found = aggregate(asem("06_norm_minmax_1_100").table(asem.items, asem.units), asem.tree, rules=chosen)
    reference = asem("08_agg_mixed_amean_gmean_copeland").table(asem.nodes, asem.units)
    np.testing.assert_allclose(found.values[:, len(asem.items) :], reference, rtol=1e-9)


@pytest.mark.corpus
def test_asem_panel_aggregated(asem):
    sheet = asem("13_panel_Aggregated_global")
    weights = dict(zip(asem("01_weights_original").key, asem("01_weights_original").numbers("Weight"), strict=True))
    found = aggregate(sheet.table(asem.items), asem.tree, weights=weights)
    np.testing.assert_allclose(found.values, sheet.table(list(asem.tree.labels)), rtol=1e-9, atol=1e-9)


@pytest.mark.corpus
def test_asem_rebuilt_on_asia_alone(asem):
    """The index of the 21 Asian units: a normaliser fitted on them, not the one of all 51."""
    sheet = asem("12_asia_only_index")
    found = aggregate(sheet.table(asem.items), asem.tree)
    np.testing.assert_allclose(found.values, sheet.table(list(asem.tree.labels)), rtol=1e-9, atol=1e-9)
