"""Arithmetic of a node over many replications, as matrix products."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, quotient
from capbuild.stats.rules import Rule, RuleKind

__all__ = ["ChildFigures", "combine_children", "net_preference", "weighted_sums"]

#: Maximum cells of units x units comparisons in memory at once.
_PAIRS_AT_ONCE = 1 << 22


@frozen(kw_only=True, eq=False)
class ChildFigures:
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
        """Return the weight of the children present: (replications, units) or (replications, 1)."""
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
        counted = ChildFigures(blocks=[(figures, (weights > 0).astype(np.float64)) for figures, weights in self.blocks])
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

    One matrix product when all replications share the figures.
    """
    if figures.ndim == 2:
        return np.asarray(weights @ figures.T)
    return np.asarray((figures @ weights[:, :, None])[..., 0])


def combine_children(rule: Rule, children: ChildFigures) -> Floats:
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


def _compute_power_mean(children: ChildFigures, power: float) -> Floats:
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
    """Return `means^(1/power)`, NaN for NaN; the caller sets results for a mean of 0."""
    return np.asarray(np.where(means > 0, means, np.where(np.isnan(means), np.nan, 1.0)) ** (1 / power))


def _compute_mazziotta_pareto(children: ChildFigures) -> Floats:
    _refuse_negative(children, "the Mazziotta-Pareto rule")
    weight = children.present_weight()
    mean = quotient(children.weighted_total(lambda figures: figures), weight)
    variance = np.maximum(quotient(children.weighted_total(np.square), weight) - mean * mean, 0.0)
    return mean - np.where(mean == 0, 0.0, quotient(variance, mean))


def _refuse_negative(children: ChildFigures, what: str) -> None:
    for figures, _ in children.blocks:
        if (figures < 0).any():
            raise ModelError("values", float(np.nanmin(figures)), f"must not be negative for {what}")


def _compute_copeland(children: ChildFigures) -> Floats:
    replications = len(children.blocks[0][1])
    figures = np.concatenate([np.broadcast_to(f, (replications, *f.shape[-2:])) for f, _ in children.blocks], axis=-1)
    weights = np.concatenate([w for _, w in children.blocks], axis=-1)
    step = max(1, _PAIRS_AT_ONCE // figures.shape[1] ** 2)
    out = np.empty(figures.shape[:2])
    for start in range(0, replications, step):
        part = slice(start, start + step)
        out[part] = np.sign(net_preference(figures[part], weights[part])).sum(axis=-1)
    nothing: Bools = np.isnan(figures).all(axis=-1)
    return np.where(nothing, np.nan, out)


def net_preference(figures: Floats, weights: Floats) -> Floats:
    """Return the weight on which one unit beats another, net.

    Shape (replications, units, units). A child missing in one of the units counts for neither. Differences within
    rounding error are ties.
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
    """Return the rank of each row's distinct figures, from the lowest.

    Figures within rounding error are equal.
    """
    order = np.argsort(column, axis=-1)
    ordered = np.take_along_axis(column, order, axis=-1)
    tolerance = 1e-12 * np.max(np.abs(np.nan_to_num(column)), axis=-1, initial=0.0, keepdims=True)
    fresh = np.diff(ordered, axis=-1, prepend=ordered[..., :1]) > tolerance
    out = np.empty(column.shape, dtype=np.int32)
    np.put_along_axis(out, order, np.cumsum(fresh, axis=-1, dtype=np.int32), axis=-1)
    return out
