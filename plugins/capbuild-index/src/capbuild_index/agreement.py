"""Agreement of raters: Cohen's, Fleiss' and Randolph's kappa, Krippendorff's alpha.

Ratings are a table (units, raters), NaN for a missing rating; categories are numbers.
"""

import math
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import evolve

from capbuild.errors import ModelError
from capbuild.stats import LEVEL, Estimate, Floats, as_table, as_vector, check_probability_level
from capbuild.undefined import Undefined, UndefinedReason


class KappaWeights(StrEnum):
    """Weight of a disagreement: equal, linear or squared."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


def scale_values(ratings: Floats, domain: npt.ArrayLike | None) -> Floats:
    """Return the values of a scale in order.

    Raises:
        ModelError: A value of the domain is repeated, or a rating is not in it.
    """
    present = np.unique(ratings[~np.isnan(ratings)])
    if domain is None:
        return present
    values = np.unique(as_vector(domain, "domain"))
    if len(values) != np.size(domain) or np.isnan(values).any():
        raise ModelError("domain", np.asarray(domain).tolist(), "must list each value of the scale once")
    off = np.setdiff1d(present, values)
    if len(off):
        raise ModelError("ratings", float(off[0]), f"must be one of {values.tolist()}")
    return values


def rating_counts(ratings: npt.ArrayLike, *, domain: npt.ArrayLike | None = None) -> Floats:
    """Return rater counts as a table (units, categories).

    Categories are in ascending order.

    Args:
        ratings: Table (units, raters), NaN for none.
        domain: All values of the scale; by default those that occur.

    Raises:
        ModelError: A rating is not in the domain.

    Example:
        >>> rating_counts([[1.0, 2.0, 2.0], [2.0, np.nan, 2.0]])
        array([[1., 2.],
               [0., 2.]])
    """
    table = as_table(ratings, "ratings")
    return np.asarray((table[:, :, None] == scale_values(table, domain)).sum(axis=1), dtype=np.float64)


def percent_agreement(ratings: npt.ArrayLike) -> float | Undefined:
    """Return the share of equal pairs of ratings.

    The share is 0 to 1. Pairs are those of one unit, and each unit counts by its number of pairs. Undefined if no unit
    has two ratings.

    Example:
        >>> percent_agreement([[1.0, 1.0], [2.0, 3.0], [4.0, np.nan]])
        0.5
    """
    counts = rating_counts(ratings)
    n = counts.sum(axis=1)
    pairs = float((n * (n - 1)).sum())
    if not pairs:
        return _make_undefined(n)
    return float((counts * (counts - 1)).sum() / pairs)


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    weights: KappaWeights | str = KappaWeights.NONE,
    domain: npt.ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate | Undefined:
    """Return Cohen's kappa of two raters, with its interval.

    Units that one of them did not rate are ignored.

    Args:
        first: Ratings of the first rater, shape (units,).
        second: Ratings of the second rater, same shape.
        weights: Weight of a disagreement, by position on the scale.
        domain: All values of the scale; affects weighted kappa if a middle step never occurs.
        level: Confidence level of the interval.

    Returns:
        The estimate; undefined if no unit was rated by both, or if both used one and the same category.

    Raises:
        ModelError: The lengths differ, or a rating is not in the domain.

    Example:
        >>> found = cohen_kappa([1.0, 1.0, 2.0, 3.0], [1.0, 2.0, 2.0, 3.0])
        >>> round(found.value, 4)
        0.6364
    """
    ratings = as_vector(first, "first")
    both = np.column_stack([ratings, as_vector(second, "second", len(ratings))])
    values = scale_values(both, domain)
    both = both[~np.isnan(both).any(axis=1)]
    table = np.zeros((len(values), len(values)))
    np.add.at(table, tuple(np.searchsorted(values, both).T), 1)
    return cohen_kappa_of_table(table, weights=weights, level=level)


def cohen_kappa_of_table(
    table: npt.ArrayLike, *, weights: KappaWeights | str = KappaWeights.NONE, level: float = LEVEL
) -> Estimate | Undefined:
    """Return Cohen's kappa of two raters' cross table.

    Kappa is `1 - sum(v p) / sum(v e)`, where `p` are the observed shares, `e` those expected from the margins, and `v`
    the weights of disagreements. The standard error is the large-sample one of Fleiss, Cohen and Everitt (1969), which
    does not assume that kappa is zero. The interval is limited to the range of kappa; for perfect agreement, it is the
    exact interval of the share of agreement.

    Args:
        table: Counts (categories, categories), the first rater in the rows, categories in scale order.
        weights: Weight of a disagreement.
        level: Confidence level of the interval.

    Raises:
        ModelError: The table is not square or has a negative or missing count.

    Example:
        >>> found = cohen_kappa_of_table([[44, 5, 1], [7, 20, 3], [9, 5, 6]])
        >>> round(found.value, 4), round(found.se, 4)
        (0.4915, 0.0721)
    """
    counts = as_table(table, "table")
    if counts.shape[0] != counts.shape[1] or not (counts >= 0).all():
        raise ModelError("table", counts.shape, "must be square, of counts")
    total = float(counts.sum())
    if not total:
        return Undefined(UndefinedReason.NOBODY_ANSWERED, "no unit was rated by both")
    p = counts / total
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    disagree = _make_weights(len(p), weights)
    expected = float(rows @ disagree @ columns)
    if not expected:
        return Undefined(UndefinedReason.CONSTANT, "both raters used one category only")
    observed = float((disagree * p).sum())
    # Large-sample variance, in terms of agreement weights 1 - v.
    agree = 1 - disagree
    mean = (agree @ columns)[:, None] + (agree.T @ rows)[None, :]
    bracket = agree * expected - mean * observed
    centre = (1 - expected) * (1 - observed) - 2 * (1 - expected) + (1 - observed)
    variance = max(float((p * bracket**2).sum()) - centre**2, 0.0) / (total * expected**4)
    estimate = Estimate.symmetric(1 - observed / expected, math.sqrt(variance), level=level, n=int(total))
    if 0 < observed < 1 and estimate.se:
        return evolve(estimate, low=max(estimate.low, 1 - 1 / expected), high=min(estimate.high, 1.0))
    if total < 2:
        return Undefined(UndefinedReason.TOO_FEW, "one unit was rated by both")
    share = Estimate.proportion(1 - observed, 0.0, n=int(total), effective=total, df=total - 1, level=level)
    return evolve(estimate, low=1 - (1 - share.low) / expected, high=1 - (1 - share.high) / expected)


def _make_weights(size: int, weights: KappaWeights | str) -> Floats:
    """Return the weight of each disagreement, shape (size, size).

    Weights are 0 on the diagonal and 1 in the far corners.
    """
    if weights not in set(KappaWeights):
        raise ModelError("weights", weights, f"must be one of {', '.join(KappaWeights)}")
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    powers = {KappaWeights.NONE: np.ceil(steps), KappaWeights.LINEAR: steps, KappaWeights.QUADRATIC: steps**2}
    return np.asarray(powers[KappaWeights(weights)])


def fleiss_kappa(counts: npt.ArrayLike) -> float | Undefined:
    """Return Fleiss' kappa of many raters, from counts (units, categories).

    Chance agreement follows from the frequency of each category. The number of raters may differ between units. All
    units with at least two ratings have equal weight.

    Returns:
        Kappa; undefined if no unit has two ratings, or all ratings are in one category.

    Example:
        >>> round(fleiss_kappa([[0, 3], [1, 2], [3, 0]]), 4)
        0.55
    """
    parts = _average_agreement(counts)
    if isinstance(parts, Undefined):
        return parts
    agreement, shares = parts
    chance = float((shares**2).sum())
    if chance == 1:
        return Undefined(UndefinedReason.CONSTANT, "all ratings are one category")
    return (agreement - chance) / (1 - chance)


def randolph_kappa(counts: npt.ArrayLike) -> float | Undefined:
    """Return Randolph's free-marginal kappa, with equal chance for all categories.

    It suits raters who need not use each category a fixed number of times, as in a maturity assessment.

    Example:
        >>> round(randolph_kappa([[0, 3], [1, 2], [3, 0]]), 4)
        0.5556
    """
    parts = _average_agreement(counts)
    if isinstance(parts, Undefined):
        return parts
    agreement, shares = parts
    if len(shares) == 1:
        return Undefined(UndefinedReason.CONSTANT, "the scale has one category")
    return (agreement - 1 / len(shares)) / (1 - 1 / len(shares))


def _average_agreement(counts: npt.ArrayLike) -> tuple[float, Floats] | Undefined:
    """Return the mean agreement and each category's share.

    The agreement of a unit is its share of agreeing pairs.
    """
    table = as_table(counts, "counts")
    if not (table >= 0).all():
        raise ModelError("counts", float(np.min(table, initial=0)), "must not be negative or missing")
    n = table.sum(axis=1)
    table, rated = table[n >= 2], n[n >= 2]
    if not len(table):
        return _make_undefined(n)
    agreement = (table * (table - 1)).sum(axis=1) / (rated * (rated - 1))
    return float(agreement.mean()), table.sum(axis=0) / rated.sum()


def _make_undefined(ratings_per_unit: Floats) -> Undefined:
    if not ratings_per_unit.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    return Undefined(UndefinedReason.ONE_RATER, "no unit has two ratings")


class Metric(StrEnum):
    """Metric of two values: nominal, ordinal, interval or ratio."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def krippendorff_alpha(
    ratings: npt.ArrayLike, *, metric: Metric | str = Metric.NOMINAL, domain: npt.ArrayLike | None = None
) -> float | Undefined:
    """Return Krippendorff's alpha: 1 for perfect, 0 for chance agreement.

    Args:
        ratings: Table (units, raters), NaN for none.
        metric: Distance of two values.
        domain: All values of the scale, to refuse others. Unused values have no effect.

    Returns:
        Alpha; undefined if no unit has two ratings, or all ratings are equal.

    Raises:
        ModelError: A rating is not in the domain, or a ratio scale has a value below zero.

    Example:
        >>> round(krippendorff_alpha([[1, 1], [2, 2], [3, 4], [4, 4]], metric="ordinal"), 4)
        0.9103
    """
    parts = _count_pairable(ratings, metric, domain)
    if isinstance(parts, Undefined):
        return parts
    values, counts = parts
    return float(_compute_alpha(_count_pairs(counts).sum(axis=0)[None], values, Metric(metric))[0])


def krippendorff_interval(
    ratings: npt.ArrayLike,
    *,
    metric: Metric | str = Metric.NOMINAL,
    domain: npt.ArrayLike | None = None,
    replications: int = 2000,
    level: float = LEVEL,
    seed: int = 0,
) -> Estimate | Undefined:
    """Return Krippendorff's alpha with a bootstrap interval over units.

    A replication in which all values are equal has no alpha, and is excluded from the interval.

    Args:
        ratings: Table (units, raters), NaN for none.
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
    check_probability_level(level)
    parts = _count_pairable(ratings, metric, domain)
    if isinstance(parts, Undefined):
        return parts
    values, counts = parts
    pairs = _count_pairs(counts)
    n = len(pairs)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=replications)
    coincidences = np.tensordot(drawn.astype(np.float64), pairs, axes=1)
    alphas = _compute_alpha(coincidences, values, Metric(metric))
    alphas = alphas[~np.isnan(alphas)]
    if len(alphas) < 2:
        return Undefined(UndefinedReason.TOO_FEW, "no replication has an alpha")
    low, high = np.quantile(alphas, [(1 - level) / 2, (1 + level) / 2])
    value = float(_compute_alpha(pairs.sum(axis=0)[None], values, Metric(metric))[0])
    return Estimate(value=value, se=float(alphas.std(ddof=1)), low=float(low), high=float(high), level=level, n=n)


def _count_pairable(
    ratings: npt.ArrayLike, metric: Metric | str, domain: npt.ArrayLike | None
) -> tuple[Floats, Floats] | Undefined:
    """Return the values in use and their counts per unit.

    Only units with at least two ratings are counted.
    """
    if metric not in set(Metric):
        raise ModelError("metric", metric, f"must be one of {', '.join(Metric)}")
    table = as_table(ratings, "ratings")
    scale_values(table, domain)
    n = (~np.isnan(table)).sum(axis=1)
    if not n.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    table = table[n >= 2]
    if not len(table):
        return Undefined(UndefinedReason.ONE_RATER, "no unit has two ratings")
    values = scale_values(table, None)
    if len(values) == 1:
        return Undefined(UndefinedReason.CONSTANT, f"all ratings are {values[0]:g}")
    if metric == Metric.RATIO and values[0] < 0:
        raise ModelError("ratings", float(values[0]), "must not be negative on a ratio scale")
    return values, rating_counts(table, domain=values)


def _count_pairs(counts: Floats) -> Floats:
    """Return coincidences per unit, shape (units, values, values).

    Coincidences are the ordered pairs of a unit's ratings, divided by its number of ratings minus one.
    """
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def _compute_alpha(coincidences: Floats, values: Floats, metric: Metric) -> Floats:
    """Return alpha of coincidence matrices (replications, values, values).

    Alpha is NaN if all values are equal.
    """
    used = coincidences.sum(axis=2)
    total = used.sum(axis=1)
    distance = _compute_distance(used, values, metric)
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (used[:, :, None] * used[:, None, :] * distance).sum(axis=(1, 2))
    ratio = np.full(len(total), np.nan)
    np.divide((total - 1) * observed, expected, out=ratio, where=expected > 0)
    return 1 - ratio


def _compute_distance(used: Floats, values: Floats, metric: Metric) -> Floats:
    """Return the squared distance of each pair of values.

    The shape is (1 or replications, values, values).
    """
    if metric == Metric.NOMINAL:
        return np.asarray(1 - np.eye(len(values))[None])
    if metric == Metric.INTERVAL:
        return np.asarray(np.subtract.outer(values, values)[None] ** 2, dtype=np.float64)
    if metric == Metric.RATIO:
        sums = np.add.outer(values, values)
        ratio = np.zeros_like(sums)
        np.divide(np.subtract.outer(values, values), sums, out=ratio, where=sums > 0)
        return np.asarray(ratio[None] ** 2)
    # The ranks between two values: all ratings from one to the other, with half of the two ends.
    middle = np.cumsum(used, axis=1) - used / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
