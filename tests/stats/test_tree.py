"""The shape of an index."""

import pytest

from capbuild.errors import ModelError
from capbuild.stats.tree import Tree


def test_any_depth(small_tree):
    assert small_tree.labels == ("law", "staff", "lab", "all", "unit")
    assert small_tree.depths == (1, 2, 2, 0, 1)
    assert [small_tree.labels[node] for node in small_tree.nodes_upward] == ["unit", "all"]


def test_weights_by_label(small_tree):
    assert small_tree.weights({"law": 3}).tolist() == [3, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Tree.build(["a"], {}), "must have a parent"),
        (lambda: Tree.build(["a", "b"], {"a": "x", "b": "y"}), "exactly one root"),
        (lambda: Tree.build(["a"], {"a": "x", "x": "y", "y": "x"}), "exactly one root"),
        (lambda: Tree.build(["a"], {"a": "x", "y": "z", "z": "y"}), "circle"),
        (lambda: Tree.build(["a"], {"a": "x", "y": "x"}), "must have a child"),
        (lambda: Tree.build(["a", "a"], {"a": "x"}), "used once"),
        (lambda: Tree.build(["a", "b"], {"a": "b", "b": "x"}), "position of a node"),
        (lambda: Tree(labels=("a",), parents=(), items=1), "1 positions"),
        (lambda: Tree.build(["law"], {"law": "all"}).position("lwa"), "did you mean 'law'"),
        (lambda: Tree.build(["law"], {"law": "all"}).weights([1.0]), "2 weights"),
        (lambda: Tree.build(["law"], {"law": "all"}).weights({"law": -1}), "not negative"),
        (lambda: Tree.build(["law"], {"law": "all"}).weights({"law": 0}), "not all be zero"),
    ],
)
def test_what_is_no_tree_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()
