"""Weights of an index: effective, noisy, optimised, and principal components."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import Floats, Tree, as_table, as_vector, quotient
from capbuild.undefined import Undefined, UndefinedReason
from capbuild_index.correlation import correlation


def effective_weights(tree: Tree, weights: npt.ArrayLike) -> Floats:
    """Return the share of each position in the root.

    The share is the product of weight shares from the position up to the root, whose own share is 1. Weights may be a
    batch of shape (replications, positions).

    Example:
        >>> tree = Tree.build(["law", "staff", "lab"], {"law": "all", "staff": "unit", "lab": "unit", "unit": "all"})
        >>> effective_weights(tree, tree.weights({"law": 3}))
        array([0.75 , 0.125, 0.125, 1.   , 0.25 ])
    """
    given = np.asarray(weights, np.float64)
    out = np.zeros(given.shape)
    out[..., tree.root] = 1.0
    for node in reversed(tree.nodes_upward):
        below = list(tree.children[node])
        own = given[..., below]
        out[..., below] = np.nan_to_num(quotient(own, own.sum(axis=-1, keepdims=True))) * out[..., [node]]
    return out


class WeightNoise(StrEnum):
    """Noise of weights: uniform, log-normal or Dirichlet.

    For Dirichlet, the spread `s` is the coefficient of variation of the share of one of two equal children.
    """

    UNIFORM = "uniform"
    LOG_NORMAL = "log-normal"
    DIRICHLET = "dirichlet"


def noisy_weights(
    tree: Tree,
    weights: npt.ArrayLike,
    *,
    replications: int,
    spread: float,
    noise: WeightNoise | str = WeightNoise.DIRICHLET,
    seed: int = 0,
) -> Floats:
    """Draw weights around given ones.

    The result has shape (replications, positions). Zero weights stay zero. With Dirichlet noise, the shares under one
    parent have the given shares as mean, and concentration `1 / s^2 - 1`, so a share `p` has variance `s^2 p (1 - p)`.

    Args:
        tree: Items and nodes.
        weights: One weight per position.
        replications: Number of draws.
        spread: Spread, above 0 and, except for log-normal, below 1.
        noise: The distribution.
        seed: Seed of the draws.

    Raises:
        ModelError: The spread is out of range or the noise unknown.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> drawn = noisy_weights(tree, tree.weights(), replications=4000, spread=0.2)
        >>> drawn.shape, drawn.mean(axis=0).round(2)[:2], drawn.std(axis=0).round(2)[:2]
        ((4000, 3), array([0.5, 0.5]), array([0.1, 0.1]))
    """
    if noise not in set(WeightNoise):
        raise ModelError("noise", noise, f"must be one of {', '.join(WeightNoise)}")
    if not spread > 0 or (noise != WeightNoise.LOG_NORMAL and spread >= 1):
        raise ModelError("spread", spread, "must be more than 0 and less than 1")
    given = tree.weights(weights)
    random = np.random.default_rng(seed)
    shape = (replications, len(given))
    if noise == WeightNoise.UNIFORM:
        return given * random.uniform(1 - spread, 1 + spread, shape)
    if noise == WeightNoise.LOG_NORMAL:
        return given * np.exp(random.normal(0.0, spread, shape))
    return _draw_dirichlet(tree, given, random, replications, 1 / spread**2 - 1)


def _draw_dirichlet(
    tree: Tree, given: Floats, random: np.random.Generator, replications: int, concentration: float
) -> Floats:
    """Draw shares from Dirichlet distributions.

    Shares are independent gammas over their sum. If all of them underflow to zero, the given shares are returned.
    """
    shares = np.ones(len(given))
    for node in tree.nodes_upward:
        below = list(tree.children[node])
        shares[below] = given[below] / given[below].sum()
    drawn = random.standard_gamma(np.maximum(shares * concentration, 0.0), (replications, len(given)))
    for node in tree.nodes_upward:
        below = list(tree.children[node])
        part = drawn[:, below]
        total = part.sum(axis=1, keepdims=True)
        drawn[:, below] = np.where(total > 0, part / np.where(total > 0, total, 1.0), shares[below])
    return drawn


@frozen(kw_only=True, eq=False)
class PrincipalComponents:
    """Principal components of a group of items, for diagnosis.

    As weights, they would reward redundant items.

    Attributes:
        loadings: First eigenvector of the correlation matrix, of shape (items,), its sum made positive.
        variances: Variance of each component, largest first.
        shares: Share of the total variance of each component.
        units: Number of complete units used.
    """

    loadings: Floats
    variances: Floats
    shares: Floats
    units: int

    @property
    def opposed(self) -> tuple[int, ...]:
        """Columns of items with negative loadings, opposed to the others."""
        return tuple(int(item) for item in np.flatnonzero(self.loadings < 0))


def principal_components(values: npt.ArrayLike) -> PrincipalComponents | Undefined:
    """Return the principal components of items.

    Values have shape (units, items). Correlations are those of the units without a missing value. The sign of a
    component is arbitrary; it is chosen so that loadings have a positive sum.

    Returns:
        The components, or `Undefined` with fewer than two complete units or a constant item.

    Example:
        >>> found = principal_components([[1.0, 2.0], [2.0, 4.1], [3.0, 5.9]])
        >>> found.loadings.round(3), found.shares.round(3)
        (array([0.707, 0.707]), array([1., 0.]))
    """
    table = as_table(values)
    complete = table[~np.isnan(table).any(axis=1)]
    if len(complete) < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{len(complete)} units have all items")
    matrix = correlation(complete)
    if np.isnan(matrix).any():
        item = int(np.flatnonzero(np.isnan(np.diag(matrix)))[0])
        return Undefined(UndefinedReason.CONSTANT, f"item {item}")
    variances, vectors = np.linalg.eigh(matrix)
    first = vectors[:, -1]
    return PrincipalComponents(
        loadings=first if first.sum() >= 0 else -first,
        variances=variances[::-1],
        shares=variances[::-1] / variances.sum(),
        units=len(complete),
    )


_STEPS = 5000


@frozen(kw_only=True, eq=False)
class OptimisedWeights:
    """Weights with their objective.

    Attributes:
        weights: Non-negative weights that sum to 1 (items,).
        correlations: Correlation of each item with the weighted sum, at these weights (items,).
        objective: Objective at these weights, lower is better.
    """

    weights: Floats
    correlations: Floats
    objective: float

    @property
    def at_bound(self) -> tuple[int, ...]:
        """Columns with zero weight."""
        return tuple(int(item) for item in np.flatnonzero(self.weights == 0))


def balanced_weights(values: npt.ArrayLike, *, shares: npt.ArrayLike | None = None) -> OptimisedWeights | Undefined:
    """Find weights with given shares of correlation.

    The correlations `r` are those of items with the weighted sum. The sum of `(r_i / sum r - share_i)^2` is minimised
    by projected gradient. If an item is opposed to the others, the shares may be unreachable; the result is then the
    nearest, with weight zero for the item.

    Args:
        values: Table (units, items) on one scale; incomplete units are left out.
        shares: Target shares (items,), rescaled to sum to 1; equal by default.

    Returns:
        The weights, or `Undefined` with fewer than two items or three complete units, with a constant item, or if
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

    return _optimise(table, wished, imbalance)


def informative_weights(values: npt.ArrayLike) -> OptimisedWeights | Undefined:
    """Find weights with the largest squared correlations.

    They maximise the sum of the squared correlations of the weighted sum with all items. The objective is the negative
    of that sum.

    Args:
        values: Table (units, items) on one scale; incomplete units are left out.

    Returns:
        The weights, or `Undefined` with fewer than two items or three complete units, with a constant item, or if
        the items cancel each other out.

    Example:
        >>> informative_weights([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]]).weights.round(3)
        array([0.5, 0.5])
    """

    def unexplained(r: Floats) -> tuple[float, Floats]:
        return -float(r @ r), -2 * r

    table = as_table(values)
    return _optimise(table, np.full(table.shape[1], 1 / max(table.shape[1], 1)), unexplained)


def _optimise(
    table: Floats, start: Floats, merit: Callable[[Floats], tuple[float, Floats]]
) -> OptimisedWeights | Undefined:
    """Return weights found by projected gradient descent.

    They are not negative and sum to 1.
    """
    complete = table[~np.isnan(table).any(axis=1)]
    if complete.shape[1] < 2 or len(complete) < 3:
        return Undefined(UndefinedReason.TOO_FEW, "two items and three complete units are needed")
    if (np.ptp(complete, axis=0) == 0).any():
        return Undefined(UndefinedReason.CONSTANT, "an item is the same for all units")
    covariance = np.atleast_2d(np.cov(complete.T))
    weights, pace = start, 1.0
    correlations, slope = _compute_correlations(covariance, weights)
    value, gradient = merit(correlations)
    if not np.isfinite(value) or start @ covariance @ start <= 1e-12 * np.trace(covariance):
        return Undefined(UndefinedReason.NOT_TESTABLE, "the items cancel each other out")
    for _ in range(_STEPS):
        tried = _project(weights - pace * (slope.T @ gradient))
        r, next_slope = _compute_correlations(covariance, tried)
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


def _compute_correlations(covariance: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return items' correlations with the weighted sum, and their slopes."""
    scale = np.sqrt(np.diag(covariance))
    with_sum = covariance @ weights
    variance = max(float(weights @ with_sum), 1e-300)
    r = with_sum / (scale * np.sqrt(variance))
    return r, covariance / (scale[:, None] * np.sqrt(variance)) - np.outer(r, with_sum) / variance


def _project(weights: Floats) -> Floats:
    """Return the nearest non-negative weights of sum 1.

    Source: Duchi et al. (2008).
    """
    ordered = np.sort(weights)[::-1]
    excess = (np.cumsum(ordered) - 1) / np.arange(1, len(ordered) + 1)
    return np.asarray(np.maximum(weights - excess[np.flatnonzero(ordered > excess)[-1]], 0.0))
