"""Weights sought so that items count as wished, never below zero. A diagnosis of a set of weights, not a default."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_table, as_vector
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["OptimisedWeights", "balanced_weights", "informative_weights"]

_STEPS = 5000


@frozen(kw_only=True, eq=False)
class OptimisedWeights:
    """Weights and what they reach.

    Attributes:
        weights: Weights that add up to 1, none negative (items,).
        correlations: Correlation of each item with the weighted sum, at these weights (items,).
        objective: Figure of merit at these weights, the lower the better.
    """

    weights: Floats
    correlations: Floats
    objective: float

    @property
    def at_bound(self) -> tuple[int, ...]:
        """Columns whose weight is zero."""
        return tuple(int(item) for item in np.flatnonzero(self.weights == 0))


def balanced_weights(values: npt.ArrayLike, *, shares: npt.ArrayLike | None = None) -> OptimisedWeights | Undefined:
    """Find weights at which each item's share of the correlations with the weighted sum is as wished.

    Minimises the sum of `(r_i / sum r - share_i)^2` by projected gradient. Where an item runs against the others no
    weights may reach the shares; the nearest are returned, with the item at zero.

    Args:
        values: Table (units, items) on one scale; units with a missing value are left out.
        shares: Wished shares (items,), rescaled to add up to 1; equal when None.

    Returns:
        The weights, or `Undefined` below two items, below three complete units, where an item is constant, or where
        the items cancel each other out.

    Raises:
        ModelError: A share is negative.

    Source: Becker et al. (2017), Ecological Indicators 80, 12-22, with the weights bounded.

    Example:
        >>> random = np.random.default_rng(0)
        >>> x = random.normal(size=(200, 3)) @ [[1.0, 0.8, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.0]]
        >>> found = balanced_weights(x)
        >>> (found.correlations / found.correlations.sum()).round(3), bool(found.weights[2] > found.weights[0])
        (array([0.333, 0.333, 0.333]), True)
    """
    table = as_table(values)
    wished = np.ones(table.shape[1]) if shares is None else as_vector(shares, "shares", table.shape[1])
    if not (wished >= 0).all() or wished.sum() == 0:
        raise ModelError("shares", wished.tolist(), "must not be negative, nor all zero")
    wished = wished / wished.sum()

    def imbalance(r: Floats) -> tuple[float, Floats]:
        total = r.sum()
        if total <= 1e-9:
            return np.inf, np.zeros_like(r)
        gap = r / total - wished
        return float(gap @ gap), 2 * (gap - gap @ r / total) / total

    return _optimised(table, wished, imbalance)


def informative_weights(values: npt.ArrayLike) -> OptimisedWeights | Undefined:
    """Find weights at which the weighted sum goes best with all items: the largest sum of squared correlations.

    The objective is that sum with a minus sign.

    Args:
        values: Table (units, items) on one scale; units with a missing value are left out.

    Returns:
        The weights, or `Undefined` below two items, below three complete units, where an item is constant, or where
        the items cancel each other out.

    Example:
        >>> informative_weights([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]]).weights.round(3)
        array([0.5, 0.5])
    """

    def unexplained(r: Floats) -> tuple[float, Floats]:
        return -float(r @ r), -2 * r

    table = as_table(values)
    return _optimised(table, np.full(table.shape[1], 1 / max(table.shape[1], 1)), unexplained)


def _optimised(
    table: Floats, start: Floats, merit: Callable[[Floats], tuple[float, Floats]]
) -> OptimisedWeights | Undefined:
    """Descend along the gradient, projected back to weights that are not negative and add up to 1."""
    complete = table[~np.isnan(table).any(axis=1)]
    if complete.shape[1] < 2 or len(complete) < 3:
        return Undefined(UndefinedReason.TOO_FEW, "two items and three complete units are needed")
    if (np.ptp(complete, axis=0) == 0).any():
        return Undefined(UndefinedReason.CONSTANT, "an item is the same for all units")
    covariance = np.atleast_2d(np.cov(complete.T))
    weights, pace = start, 1.0
    correlations, slope = _correlations(covariance, weights)
    value, gradient = merit(correlations)
    if not np.isfinite(value) or start @ covariance @ start <= 1e-12 * np.trace(covariance):
        return Undefined(UndefinedReason.NOT_TESTABLE, "the items cancel each other out")
    for _ in range(_STEPS):
        tried = _project(weights - pace * (slope.T @ gradient))
        r, next_slope = _correlations(covariance, tried)
        better, next_gradient = merit(r)
        if better < value:
            gain = value - better
            weights, correlations, slope, value, gradient = tried, r, next_slope, better, next_gradient
            pace *= 1.5
            if gain < 1e-15:
                break
        elif pace < 1e-12:
            break
        else:
            pace /= 2
    return OptimisedWeights(weights=weights, correlations=correlations, objective=value)


def _correlations(covariance: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the correlation of each item with the weighted sum, and its slope along each weight."""
    scale = np.sqrt(np.diag(covariance))
    with_sum = covariance @ weights
    variance = max(float(weights @ with_sum), 1e-300)
    r = with_sum / (scale * np.sqrt(variance))
    return r, covariance / (scale[:, None] * np.sqrt(variance)) - np.outer(r, with_sum) / variance


def _project(weights: Floats) -> Floats:
    """Return the nearest weights that are not negative and add up to 1 (Duchi et al., 2008)."""
    ordered = np.sort(weights)[::-1]
    excess = (np.cumsum(ordered) - 1) / np.arange(1, len(ordered) + 1)
    return np.asarray(np.maximum(weights - excess[np.flatnonzero(ordered > excess)[-1]], 0.0))
