"""Aggregation of items to nodes and the root."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats._combine import ChildFigures, combine_children, net_preference, weighted_sums
from capbuild.stats.arrays import Bools, Floats, as_table, as_vector, quotient
from capbuild.stats.rules import Rule, RuleKind, rules_by_position
from capbuild.stats.tree import Tree

__all__ = ["Aggregation", "aggregate", "combine", "evaluate_nodes", "is_separable", "outranking", "weighted_sums"]


@frozen(kw_only=True, eq=False)
class Aggregation:
    """Figures of all items and nodes.

    Attributes:
        tree: Their tree.
        values: Figures, of shape (units, positions of the tree); NaN where missing.
    """

    tree: Tree
    values: Floats

    @property
    def missing(self) -> Bools:
        """Mask of missing figures."""
        return np.isnan(self.values)

    @property
    def root(self) -> Floats:
        """Figures of the root, of shape (units,)."""
        return self.values[:, self.tree.root]

    def column(self, label: str) -> Floats:
        """Return the figures of one label, of shape (units,)."""
        return self.values[:, self.tree.position(label)]


def aggregate(
    values: npt.ArrayLike,
    tree: Tree,
    *,
    weights: npt.ArrayLike | Mapping[str, float] | None = None,
    rules: Rule | Mapping[str, Rule] | None = None,
) -> Aggregation:
    """Compute every node of a tree.

    Args:
        values: Table (units, items) on one scale, columns in the order of the tree's items.
        tree: Items and nodes.
        weights: One weight per position, by label, or None for equal ones; see `Tree.weights`.
        rules: One rule for all nodes, or by label with the arithmetic mean for the rest.

    Raises:
        ModelError: Shapes, weights or rules do not fit, or a rule does not support negative figures.

    Example:
        >>> tree = Tree.build(["law", "staff", "lab"], {"law": "all", "staff": "unit", "lab": "unit", "unit": "all"})
        >>> from capbuild.stats.rules import minimum
        >>> aggregate([[80.0, 60.0, 20.0]], tree, rules={"unit": minimum()}).column("all")
        array([50.])
    """
    table = _make_table(values, tree)
    figures = evaluate_nodes(table, tree, tree.weights(weights)[None, :], rules_by_position(tree, rules))
    nodes = [figures[node][0] for node in range(tree.items, len(tree.labels))]
    return Aggregation(tree=tree, values=np.column_stack([table, *nodes]))


def combine(values: npt.ArrayLike, rule: Rule, *, weights: npt.ArrayLike | None = None) -> Floats:
    """Return the figure of one node from values (units, children), shape (units,).

    Floors need a tree; see `aggregate`.

    Args:
        values: Table (units, children) on one scale, NaN if missing.
        rule: Combination rule, such as `geometric()`.
        weights: Weight of each child; equal ones when None.

    Example:
        >>> from capbuild.stats.rules import geometric
        >>> combine([[4.0, 9.0], [4.0, np.nan]], geometric()).round(6)
        array([6., 4.])
    """
    table = as_table(values)
    given = np.ones(table.shape[1]) if weights is None else as_vector(weights, "weights", table.shape[1])
    if not (given >= 0).all() or given.sum() == 0:
        raise ModelError("weights", given.tolist(), "must not be negative, nor all zero")
    found = combine_children(rule, ChildFigures(blocks=[(table, given[None, :])]))
    return np.array(np.broadcast_to(found, (1, len(table)))[0])


def outranking(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> Floats:
    """Return weight shares in favour of the row's unit, (units, units).

    Ties count half.

    Counts only children present in both units. NaN on the diagonal, and for units without common children.

    Example:
        >>> outranking([[1.0, 2.0], [2.0, 1.0], [0.0, np.nan]])[2]
        array([ 0.,  0., nan])
    """
    table = as_table(values)
    given = np.ones(table.shape[1]) if weights is None else as_vector(weights, "weights", table.shape[1])
    present = (~np.isnan(table)) * 1.0
    both = (present * given) @ present.T
    np.fill_diagonal(both, 0.0)
    net = net_preference(table[None], given[None])[0]
    return (1 + quotient(net, both)) / 2


def evaluate_nodes(values: Floats, tree: Tree, weights: Floats, rules: Sequence[Rule]) -> dict[int, Floats]:
    """Return the figures (replications, units) of every node.

    Args:
        values: Items (units, items), shared by all replications, or (replications, units, items).
        tree: Items and nodes.
        weights: Weights (replications, positions), not negative. A node without positive weights is missing.
        rules: The rule of each position.
    """
    shape = (len(weights), values.shape[-2])
    figures: dict[int, Floats] = {}
    for node in tree.nodes_upward:
        children = _make_children(values, figures, tree.children[node], tree.items, weights)
        out = np.broadcast_to(combine_children(rules[node], children), shape)
        figures[node] = _apply_ceiling(out, rules[node], tree, values, figures)
    return figures


def is_separable(tree: Tree, rules: Sequence[Rule]) -> bool:
    """True if a unit's figures depend on that unit only.

    False for methods that compare units in pairs.
    """
    return not any(rules[node].kind is RuleKind.COPELAND for node in tree.nodes_upward)


def _make_table(values: npt.ArrayLike, tree: Tree) -> Floats:
    table = as_table(values)
    if table.shape[1] != tree.items:
        raise ModelError("values", table.shape, f"must have {tree.items} columns, one for each item")
    return table


def _make_children(
    values: Floats, figures: Mapping[int, Floats], positions: Sequence[int], items: int, weights: Floats
) -> ChildFigures:
    own = [position for position in positions if position < items]
    nodes = [position for position in positions if position >= items]
    blocks = []
    if own:
        columns = slice(own[0], own[-1] + 1) if own[-1] - own[0] == len(own) - 1 else own  # a view if possible
        blocks.append((values[..., columns], weights[:, own]))
    if nodes:
        blocks.append((np.stack([figures[node] for node in nodes], axis=-1), weights[:, nodes]))
    return ChildFigures(blocks=blocks)


def _apply_ceiling(out: Floats, rule: Rule, tree: Tree, values: Floats, figures: Mapping[int, Floats]) -> Floats:
    if not rule.floors or rule.ceiling is None:
        return out
    failed = np.zeros(out.shape, dtype=np.bool_)
    for label, least in rule.floors.items():
        child = tree.position(label)
        failed |= (values[..., child] if child < tree.items else figures[child]) < least
    return np.where(failed, np.minimum(out, rule.ceiling), out)
