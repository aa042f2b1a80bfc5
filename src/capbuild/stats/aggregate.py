"""Aggregation of items to nodes and the root."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_table, as_vector, quotient
from capbuild.stats.rules import Rule, RuleKind, rules_by_position
from capbuild.stats.tree import Tree

#: Maximum cells of units x units comparisons in memory at once.
_PAIRS_AT_ONCE = 1 << 22


@frozen(kw_only=True, eq=False)
class _ChildFigures:
    """Figures and weights of one node's children.

    Attributes:
        blocks: Pairs of figures and weights. Figures have the shape (units, children) when all replications share
            them, or (replications, units, children); weights (replications, children).
    """

    blocks: Sequence[tuple[Floats, Floats]]

    def weighted_total(self, of: Callable[[Floats], Floats]) -> Floats:
        """Return the weighted sum of `of(figure)`, shape (replications, units)."""
        return self._sum(lambda figures: np.where(np.isnan(figures), 0.0, of(figures)))

    def present_weight(self) -> Floats:
        """Return the summed weight of the children present.

        The shape is (replications, units), or (replications, 1) if all children are present.
        """
        if self.is_complete:
            whole: Floats = sum((weights.sum(axis=1) for _, weights in self.blocks), np.zeros(1))
            return whole[:, None]
        return self._sum(_find_present)

    @property
    def is_complete(self) -> bool:
        """True if every child has a figure throughout."""
        return not any(np.isnan(figures).any() for figures, _ in self.blocks)

    def present_share(self) -> Floats:
        """Return the share of weighted children with a figure."""
        counted = _ChildFigures(
            blocks=[(figures, (weights > 0).astype(np.float64)) for figures, weights in self.blocks]
        )
        of = sum((weights.sum(axis=1) for _, weights in counted.blocks), np.zeros(1))
        return quotient(counted._sum(_find_present), of[:, None])

    def lowest(self) -> Floats:
        """Return the lowest figure of weighted children, NaN without one."""
        low: Floats = np.full((1, 1), np.inf)
        for figures, weights in self.blocks:
            counts = (weights > 0).all() or (weights > 0)[:, None, :]
            low = np.minimum(low, np.where(counts & ~np.isnan(figures), figures, np.inf).min(axis=-1, initial=np.inf))
        return np.where(np.isinf(low), np.nan, low)

    def _sum(self, of: Callable[[Floats], Floats]) -> Floats:
        return sum((weighted_sums(of(figures), weights) for figures, weights in self.blocks), np.zeros((1, 1)))


def _find_present(figures: Floats) -> Floats:
    return (~np.isnan(figures)) * 1.0


def weighted_sums(figures: Floats, weights: Floats) -> Floats:
    """Return the weighted sums (replications, units).

    If all replications share the figures, this is one matrix product.
    """
    if figures.ndim == 2:
        return np.asarray(weights @ figures.T)
    return np.asarray((figures @ weights[:, :, None])[..., 0])


def _combine_children(rule: Rule, children: _ChildFigures) -> Floats:
    """Return a node's figures (replications, units) before floors, or NaN."""
    if rule.kind is RuleKind.MEAN:
        out = _compute_power_mean(children, rule.power)
    elif rule.kind is RuleKind.MINIMUM:
        out = children.lowest()
    elif rule.kind is RuleKind.MAZZIOTTA_PARETO:
        out = _compute_mazziotta_pareto(children)
    else:
        out = _compute_copeland(children)
    if rule.minimum_share > 0 and not children.is_complete:
        out = np.where(children.present_share() >= rule.minimum_share, out, np.nan)
    return out


def _compute_power_mean(children: _ChildFigures, power: float) -> Floats:
    if power == 1:
        return quotient(children.weighted_total(lambda figures: figures), children.present_weight())
    _refuse_negative(children, f"a mean of power {power:g}")
    if power > 0:
        return quotient(children.weighted_total(lambda figures: figures**power), children.present_weight()) ** (
            1 / power
        )
    if power == 0:
        out = np.exp(quotient(children.weighted_total(_log), children.present_weight()))
    else:
        out = _compute_root(
            quotient(children.weighted_total(lambda figures: _invert(figures, power)), children.present_weight()),
            power,
        )
    zeros = children.weighted_total(lambda figures: (figures == 0) * 1.0)
    return np.where((zeros > 0) & ~np.isnan(out), 0.0, out)


def _log(figures: Floats) -> Floats:
    return np.log(np.where(figures > 0, figures, 1.0))


def _invert(figures: Floats, power: float) -> Floats:
    return np.asarray(np.where(figures > 0, figures, 1.0) ** power)


def _compute_root(means: Floats, power: float) -> Floats:
    """Return `means^(1/power)`, and NaN for NaN.

    The result for a mean of 0 is meaningless; the caller sets it.
    """
    return np.asarray(np.where(means > 0, means, np.where(np.isnan(means), np.nan, 1.0)) ** (1 / power))


def _compute_mazziotta_pareto(children: _ChildFigures) -> Floats:
    _refuse_negative(children, "the Mazziotta-Pareto rule")
    weight = children.present_weight()
    mean = quotient(children.weighted_total(lambda figures: figures), weight)
    variance = np.maximum(quotient(children.weighted_total(np.square), weight) - mean * mean, 0.0)
    return mean - np.where(mean == 0, 0.0, quotient(variance, mean))


def _refuse_negative(children: _ChildFigures, what: str) -> None:
    for figures, _ in children.blocks:
        if (figures < 0).any():
            raise ModelError("values", float(np.nanmin(figures)), f"must not be negative for {what}")


def _compute_copeland(children: _ChildFigures) -> Floats:
    replications = len(children.blocks[0][1])
    figures = np.concatenate([np.broadcast_to(f, (replications, *f.shape[-2:])) for f, _ in children.blocks], axis=-1)
    weights = np.concatenate([w for _, w in children.blocks], axis=-1)
    step = max(1, _PAIRS_AT_ONCE // figures.shape[1] ** 2)
    out = np.empty(figures.shape[:2])
    for start in range(0, replications, step):
        part = slice(start, start + step)
        out[part] = np.sign(_net_preference(figures[part], weights[part])).sum(axis=-1)
    nothing: Bools = np.isnan(figures).all(axis=-1)
    return np.where(nothing, np.nan, out)


def _net_preference(figures: Floats, weights: Floats) -> Floats:
    """Return the net weight by which one unit beats another.

    The shape is (replications, units, units). A child that is missing in one of the units counts for neither.
    Differences within rounding error are ties.
    """
    units = figures.shape[1]
    won = np.zeros((len(figures), units, units))
    for child in range(figures.shape[2]):
        steps, missing = _rank_distinct(figures[:, :, child]), np.isnan(figures[:, :, child])
        winner, loser = np.where(missing, -1, steps), np.where(missing, units, steps)
        won += weights[:, child, None, None] * (winner[:, :, None] > loser[:, None, :])
    net = won - won.transpose(0, 2, 1)
    net[np.abs(net) < 1e-12 * weights.sum(axis=-1)[:, None, None]] = 0.0
    return net


def _rank_distinct(column: Floats) -> npt.NDArray[np.int32]:
    """Return each figure's rank in its row, from 0.

    Figures within rounding error have the same rank.
    """
    order = np.argsort(column, axis=-1)
    ordered = np.take_along_axis(column, order, axis=-1)
    tolerance = 1e-12 * np.max(np.abs(np.nan_to_num(column)), axis=-1, initial=0.0, keepdims=True)
    fresh = np.diff(ordered, axis=-1, prepend=ordered[..., :1]) > tolerance
    out = np.empty(column.shape, dtype=np.int32)
    np.put_along_axis(out, order, np.cumsum(fresh, axis=-1, dtype=np.int32), axis=-1)
    return out


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
    """Return the figure of one node, shape (units,).

    Floors need a tree, so `aggregate` applies them.

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
    combined = _combine_children(rule, _ChildFigures(blocks=[(table, given[None, :])]))
    return np.array(np.broadcast_to(combined, (1, len(table)))[0])


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
        out = np.broadcast_to(_combine_children(rules[node], children), shape)
        figures[node] = _apply_ceiling(out, rules[node], tree, values, figures)
    return figures


def is_separable(tree: Tree, rules: Sequence[Rule]) -> bool:
    """True if a unit's figures depend on that unit only.

    Copeland's rule compares units in pairs, and is not separable.
    """
    return not any(rules[node].kind is RuleKind.COPELAND for node in tree.nodes_upward)


def _make_table(values: npt.ArrayLike, tree: Tree) -> Floats:
    table = as_table(values)
    if table.shape[1] != tree.items:
        raise ModelError("values", table.shape, f"must have {tree.items} columns, one for each item")
    return table


def _make_children(
    values: Floats, figures: Mapping[int, Floats], positions: Sequence[int], items: int, weights: Floats
) -> _ChildFigures:
    own = [position for position in positions if position < items]
    nodes = [position for position in positions if position >= items]
    blocks = []
    if own:
        columns = slice(own[0], own[-1] + 1) if own[-1] - own[0] == len(own) - 1 else own  # a view if possible
        blocks.append((values[..., columns], weights[:, own]))
    if nodes:
        blocks.append((np.stack([figures[node] for node in nodes], axis=-1), weights[:, nodes]))
    return _ChildFigures(blocks=blocks)


def _apply_ceiling(out: Floats, rule: Rule, tree: Tree, values: Floats, figures: Mapping[int, Floats]) -> Floats:
    if not rule.floors or rule.ceiling is None:
        return out
    failed = np.zeros(out.shape, dtype=np.bool_)
    for label, least in rule.floors.items():
        child = tree.position(label)
        failed |= (values[..., child] if child < tree.items else figures[child]) < least
    return np.where(failed, np.minimum(out, rule.ceiling), out)
