"""Krippendorff's alpha: agreement of any number of raters, on any scale, with gaps.

Source: Krippendorff, Content Analysis: the coincidence matrix of all pairs of ratings of one unit, against the pairs
that the values would form by chance; alpha is 1 less the ratio of observed to expected disagreement.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.agreement import as_domain, rating_counts
from capbuild.stats.arrays import Floats, as_table
from capbuild.stats.estimate import LEVEL, Estimate, check_level
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Metric", "krippendorff_alpha", "krippendorff_interval"]


class Metric(StrEnum):
    """What the distance of two values is: none but equality, the ranks between, the difference, or the ratio."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def krippendorff_alpha(
    ratings: npt.ArrayLike, *, metric: Metric | str = Metric.NOMINAL, domain: npt.ArrayLike | None = None
) -> float | Undefined:
    """Return Krippendorff's alpha: 1 for perfect agreement, 0 for agreement as by chance.

    Args:
        ratings: Table (units, raters), NaN where a rater said nothing.
        metric: Distance of two values.
        domain: All values of the scale, to refuse a rating that is off it. Values nobody chose change nothing.

    Returns:
        Alpha; undefined when no unit has two ratings, or all ratings are equal.

    Raises:
        ModelError: A rating is not in the domain, or a ratio scale has a value below zero.

    Example:
        >>> round(krippendorff_alpha([[1, 1], [2, 2], [3, 4], [4, 4]], metric="ordinal"), 4)
        0.9103
    """
    parts = _pairable(ratings, metric, domain)
    if isinstance(parts, Undefined):
        return parts
    values, counts = parts
    return float(_alpha(_pairs(counts).sum(axis=0)[None], values, Metric(metric))[0])


def krippendorff_interval(
    ratings: npt.ArrayLike,
    *,
    metric: Metric | str = Metric.NOMINAL,
    domain: npt.ArrayLike | None = None,
    replications: int = 2000,
    level: float = LEVEL,
    seed: int = 0,
) -> Estimate | Undefined:
    """Return Krippendorff's alpha with a bootstrap interval: units drawn again with replacement.

    A replication in which only one value is left has no alpha and is drawn out of the interval.

    Args:
        ratings: Table (units, raters), NaN where a rater said nothing.
        metric: Distance of two values.
        domain: All values of the scale.
        replications: Number of samples.
        level: Confidence level of the percentile interval.
        seed: Seed of the samples.

    Raises:
        ModelError: As for `krippendorff_alpha`; or the level is not between 0 and 1.

    Example:
        >>> found = krippendorff_interval([[1, 1], [2, 2], [3, 4], [4, 4], [1, 2]], metric="ordinal", seed=1)
        >>> found.low < found.value <= found.high <= 1
        True
    """
    check_level(level)
    parts = _pairable(ratings, metric, domain)
    if isinstance(parts, Undefined):
        return parts
    values, counts = parts
    pairs = _pairs(counts)
    n = len(pairs)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=replications)
    coincidences = np.tensordot(drawn.astype(np.float64), pairs, axes=1)
    found = _alpha(coincidences, values, Metric(metric))
    found = found[~np.isnan(found)]
    if len(found) < 2:
        return Undefined(UndefinedReason.TOO_FEW, "no replication has an alpha")
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    value = float(_alpha(pairs.sum(axis=0)[None], values, Metric(metric))[0])
    return Estimate(value=value, se=float(found.std(ddof=1)), low=float(low), high=float(high), level=level, n=n)


def _pairable(
    ratings: npt.ArrayLike, metric: Metric | str, domain: npt.ArrayLike | None
) -> tuple[Floats, Floats] | Undefined:
    """The values in use, and their counts in each unit that has two ratings or more."""
    if metric not in set(Metric):
        raise ModelError("metric", metric, f"must be one of {', '.join(Metric)}")
    table = as_table(ratings, "ratings")
    as_domain(table, domain)
    n = (~np.isnan(table)).sum(axis=1)
    if not n.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    table = table[n >= 2]
    if not len(table):
        return Undefined(UndefinedReason.ONE_RATER, "no unit has two ratings")
    values = as_domain(table, None)
    if len(values) == 1:
        return Undefined(UndefinedReason.CONSTANT, f"all ratings are {values[0]:g}")
    if metric == Metric.RATIO and values[0] < 0:
        raise ModelError("ratings", float(values[0]), "must not be negative on a ratio scale")
    return values, rating_counts(table, domain=values)


def _pairs(counts: Floats) -> Floats:
    """Coincidences of each unit, shape (units, values, values): its ordered pairs over its ratings less one."""
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def _alpha(coincidences: Floats, values: Floats, metric: Metric) -> Floats:
    """Alpha of each coincidence matrix (replications, values, values); NaN where only one value is left."""
    used = coincidences.sum(axis=2)
    total = used.sum(axis=1)
    distance = _distance(used, values, metric)
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (used[:, :, None] * used[:, None, :] * distance).sum(axis=(1, 2))
    ratio = np.full(len(total), np.nan)
    np.divide((total - 1) * observed, expected, out=ratio, where=expected > 0)
    return 1 - ratio


def _distance(used: Floats, values: Floats, metric: Metric) -> Floats:
    """Squared distance of each pair of values, shape (1 or replications, values, values)."""
    if metric == Metric.NOMINAL:
        return np.asarray(1 - np.eye(len(values))[None])
    if metric == Metric.INTERVAL:
        return np.asarray(np.subtract.outer(values, values)[None] ** 2, dtype=np.float64)
    if metric == Metric.RATIO:
        sums = np.add.outer(values, values)
        ratio = np.zeros_like(sums)
        np.divide(np.subtract.outer(values, values), sums, out=ratio, where=sums > 0)
        return np.asarray(ratio[None] ** 2)
    # The ranks between two values: all ratings from one to the other, the two ends counted half.
    middle = np.cumsum(used, axis=1) - used / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
