"""What changed between two rounds: paired differences with an interval, and the least change that could have been seen.

Only units measured in both rounds count. Signed ranks after Wilcoxon, with the exact distribution and the estimate and
interval of Hodges and Lehmann.
"""

import math

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_vector
from capbuild.stats.distributions import normal_quantile, t_cdf, t_quantile
from capbuild.stats.estimate import LEVEL, Estimate, check_level
from capbuild.stats.ranks import Ties, ranks
from capbuild.undefined import Undefined, UndefinedReason

__all__ = [
    "Change",
    "change_of_unit",
    "minimum_detectable_change",
    "paired_change",
    "range_of_difference",
    "signed_rank_change",
]

_EXACT_UP_TO = 200


@frozen(kw_only=True)
class Change:
    """A change between two rounds.

    Attributes:
        estimate: The change, endline less baseline, with its interval; `n` is the number of pairs. The signed ranks
            give no standard error of their own, so theirs is the width of the interval over twice the normal quantile.
        statistic: Student's t, or the sum of the positive ranks.
        p: Two-sided P value of the test that nothing changed.
        unpaired: Units measured in one round only, which do not count.
    """

    estimate: Estimate
    statistic: float
    p: float
    unpaired: int


def paired_change(baseline: npt.ArrayLike, endline: npt.ArrayLike, *, level: float = LEVEL) -> Change | Undefined:
    """Return the mean change of the units measured in both rounds, with Student's interval.

    Args:
        baseline: Values of the first round, shape (units,), NaN where one is missing.
        endline: Values of the second round, same units.
        level: Confidence level.

    Returns:
        The change; undefined without two pairs, or when all pairs changed by the same amount.

    Raises:
        ModelError: The lengths differ.

    Example:
        >>> found = paired_change([40.0, 50.0, 55.0], [44.0, 51.0, 62.0])
        >>> found.estimate.value, round(found.statistic, 4)
        (4.0, 2.3094)
    """
    check_level(level)
    pairs = _differences(baseline, endline)
    if isinstance(pairs, Undefined):
        return pairs
    difference, unpaired = pairs
    n = len(difference)
    se = float(difference.std(ddof=1)) / math.sqrt(n)
    if not se:
        return Undefined(UndefinedReason.CONSTANT, f"every change is {difference[0]:g}")
    mean = float(difference.mean())
    return Change(
        estimate=Estimate.symmetric(mean, se, level=level, df=n - 1, n=n),
        statistic=mean / se,
        p=2 * t_cdf(-abs(mean / se), n - 1),
        unpaired=unpaired,
    )


def signed_rank_change(baseline: npt.ArrayLike, endline: npt.ArrayLike, *, level: float = LEVEL) -> Change | Undefined:
    """Return the median of the changes and of their pairwise means (Hodges and Lehmann), with the exact interval.

    For changes that are symmetric but not normal. The distribution of the ranks is exact for up to 200 changes without
    ties; with ties or more of them the P value and the interval use the normal approximation. Changes of zero count for
    the estimate and the interval, not for the test.

    Args:
        baseline: Values of the first round, shape (units,), NaN where one is missing.
        endline: Values of the second round, same units.
        level: Confidence level asked for; an exact interval covers at least that.

    Returns:
        The change; undefined without two pairs, or when nothing changed.

    Raises:
        ModelError: The lengths differ.

    Example:
        >>> found = signed_rank_change([40.0, 50.0, 55.0, 61.0, 48.0], [44.0, 51.0, 62.0, 59.0, 53.0], level=0.8)
        >>> found.estimate.value, found.statistic, found.p
        (3.0, 13.0, 0.1875)
    """
    check_level(level)
    pairs = _differences(baseline, endline)
    if isinstance(pairs, Undefined):
        return pairs
    difference, unpaired = pairs
    moved = difference[difference != 0]
    if not len(moved):
        return Undefined(UndefinedReason.CONSTANT, "every change is 0")
    size = ranks(np.abs(moved), ties=Ties.AVERAGE, ascending=True)
    positive = float(size[moved > 0].sum())
    n = len(difference)
    i, j = np.triu_indices(n)
    means = np.sort((difference[i] + difference[j]) / 2)
    outside = _outside(n, (1 - level) / 2)
    low, high = float(means[outside]), float(means[-1 - outside])
    se = (high - low) / (2 * normal_quantile((1 + level) / 2))
    return Change(
        estimate=Estimate(value=float(np.median(means)), se=se, low=low, high=high, level=level, n=n),
        statistic=positive,
        p=_signed_rank_p(positive, size),
        unpaired=unpaired,
    )


def _differences(baseline: npt.ArrayLike, endline: npt.ArrayLike) -> tuple[Floats, int] | Undefined:
    first = as_vector(baseline, "baseline")
    second = as_vector(endline, "endline")
    if len(first) != len(second):
        raise ModelError("endline", len(second), f"must have {len(first)} values")
    difference = second - first
    known = difference[~np.isnan(difference)]
    if not len(known):
        return Undefined(UndefinedReason.NOBODY_ANSWERED, "no unit was measured in both rounds")
    if len(known) < 2:
        return Undefined(UndefinedReason.TOO_FEW, "one unit was measured in both rounds")
    return known, int((np.isnan(first) != np.isnan(second)).sum())


def _signed_rank_distribution(n: int) -> Floats:
    """P(sum of positive ranks = 0, 1, ...): each rank from 1 to n is in the sum with probability one half."""
    counts = np.zeros(n * (n + 1) // 2 + 1)
    counts[0] = 1.0
    for rank in range(1, n + 1):
        counts[rank:] = counts[rank:] + counts[:-rank]
        counts /= 2
    return counts


def _moments(n: int) -> tuple[float, float]:
    """Mean and standard deviation of the sum of positive ranks without ties."""
    return n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)


def _outside(n: int, tail: float) -> int:
    """How many pairwise means lie outside the interval at each end."""
    if n <= _EXACT_UP_TO:
        below = _signed_rank_distribution(n).cumsum()
        place = int(np.searchsorted(below, tail * (1 - 1e-12)))
        return max(place - 1, 0) if below[place] > tail else place
    mean, sd = _moments(n)
    return max(math.floor(mean - normal_quantile(1 - tail) * sd), 0)


def _signed_rank_p(positive: float, size: Floats) -> float:
    n = len(size)
    tied = len(np.unique(size)) < n
    if n <= _EXACT_UP_TO and not tied:
        below = _signed_rank_distribution(n).cumsum()
        least = round(min(positive, n * (n + 1) / 2 - positive))
        return min(2 * float(below[least]), 1.0)
    mean, sd = n * (n + 1) / 4, math.sqrt(float((size**2).sum()) / 4)
    z = max(abs(positive - mean) - 0.5, 0.0) / sd  # half a rank for continuity
    return math.erfc(z / math.sqrt(2))


def minimum_detectable_change(sd: float, n: int, *, level: float = LEVEL, power: float = 0.8) -> float | Undefined:
    """Return the smallest true mean change that a paired comparison would find with the power asked for.

    `(t(level) + t(power)) sd / sqrt(n)`, with n - 1 degrees of freedom.

    Args:
        sd: Standard deviation of the changes between units.
        n: Number of pairs.
        level: Confidence level of the two-sided interval that is to leave out zero.
        power: Probability to find it.

    Raises:
        ModelError: The standard deviation is negative, or level or power is not between 0 and 1.

    Example:
        >>> round(minimum_detectable_change(10.0, 30), 2)
        4.66
    """
    check_level(level)
    check_level(power, "power")
    if not sd >= 0:
        raise ModelError("sd", sd, "must not be negative")
    if n < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{n} pair(s)")
    return (t_quantile((1 + level) / 2, n - 1) + t_quantile(power, n - 1)) * sd / math.sqrt(n)


def change_of_unit(
    baseline: Estimate, endline: Estimate, *, correlation: float = 0.0, level: float = LEVEL
) -> tuple[Estimate, float]:
    """Return the change of one unit between two uncertain scores, and the least change that would stand out.

    Args:
        baseline: Score of the first round with its standard error.
        endline: Score of the second round.
        correlation: Correlation of the errors of the two rounds; the same biased source in both makes it positive.
        level: Confidence level.

    Returns:
        The change with its interval, and the half width of that interval: a smaller change is not told from none.

    Raises:
        ModelError: The correlation is not from -1 to 1.

    Example:
        >>> before, after = Estimate.symmetric(40.0, 3.0), Estimate.symmetric(47.0, 4.0)
        >>> found, least = change_of_unit(before, after)
        >>> found.value, found.se, round(least, 2)
        (7.0, 5.0, 8.22)
    """
    if not -1 <= correlation <= 1:
        raise ModelError("correlation", correlation, "must be from -1 to 1")
    variance = baseline.se**2 + endline.se**2 - 2 * correlation * baseline.se * endline.se
    found = Estimate.symmetric(endline.value - baseline.value, math.sqrt(max(variance, 0.0)), level=level)
    return found, found.high - found.value


def range_of_difference(
    baseline: float, baseline_range: tuple[float, float], endline: float, endline_range: tuple[float, float]
) -> tuple[float, float]:
    """Return the interval of a difference from the two intervals, which need not be symmetric, of unrelated estimates.

    The method of variance estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008, 1693-1702): each side
    of the difference takes the distances of the ends that lie on it. An estimate outside its own interval, as a figure
    made of confirmed findings can be, stands at the nearer end.

    Args:
        baseline: Estimate of the first round.
        baseline_range: Lower and upper end of its interval.
        endline: Estimate of the second round.
        endline_range: Its interval, made to hold the same probability.

    Returns:
        Lower and upper end for endline less baseline.

    Example:
        >>> low, high = range_of_difference(40.0, (35.0, 45.0), 50.0, (38.0, 55.0))
        >>> low, round(high, 2)
        (-3.0, 17.07)
    """
    (low, high), (low_end, high_end) = baseline_range, endline_range
    first, second = min(max(baseline, low), high), min(max(endline, low_end), high_end)
    difference = second - first
    return (
        difference - math.hypot(second - low_end, high - first),
        difference + math.hypot(high_end - second, first - low),
    )
