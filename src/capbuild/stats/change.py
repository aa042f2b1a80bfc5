"""Change between two rounds: paired differences and detectable change.

Only units measured in both rounds are used.
"""

import math

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_vector
from capbuild.stats.distributions import t_cdf, t_quantile
from capbuild.stats.estimate import LEVEL, Estimate, check_probability_level
from capbuild.undefined import Undefined, UndefinedReason


@frozen(kw_only=True)
class PairedChange:
    """Change between two rounds.

    Attributes:
        estimate: The change, endline less baseline, with its interval; `n` is the number of pairs.
        statistic: Student's t.
        p: Two-sided P value of the null hypothesis of no change.
        unpaired: Number of units measured in one round only, which are not used.
    """

    estimate: Estimate
    statistic: float
    p: float
    unpaired: int


def paired_change(baseline: npt.ArrayLike, endline: npt.ArrayLike, *, level: float = LEVEL) -> PairedChange | Undefined:
    """Return the mean change of paired units, with Student's interval.

    Args:
        baseline: Values of the first round, shape (units,), NaN if missing.
        endline: Values of the second round, same units.
        level: Confidence level.

    Returns:
        The change; undefined with fewer than two pairs, or if all pairs changed by the same amount.

    Raises:
        ModelError: The lengths differ.

    Example:
        >>> found = paired_change([40.0, 50.0, 55.0], [44.0, 51.0, 62.0])
        >>> found.estimate.value, round(found.statistic, 4)
        (4.0, 2.3094)
    """
    check_probability_level(level)
    pairs = _list_differences(baseline, endline)
    if isinstance(pairs, Undefined):
        return pairs
    difference, unpaired = pairs
    n = len(difference)
    se = float(difference.std(ddof=1)) / math.sqrt(n)
    if not se:
        return Undefined(UndefinedReason.CONSTANT, f"every change is {difference[0]:g}")
    mean = float(difference.mean())
    return PairedChange(
        estimate=Estimate.symmetric(mean, se, level=level, df=n - 1, n=n),
        statistic=mean / se,
        p=2 * t_cdf(-abs(mean / se), n - 1),
        unpaired=unpaired,
    )


def _list_differences(baseline: npt.ArrayLike, endline: npt.ArrayLike) -> tuple[Floats, int] | Undefined:
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


def minimum_detectable_change(sd: float, n: int, *, level: float = LEVEL, power: float = 0.8) -> float | Undefined:
    """Return the smallest change detectable with the given power.

    The formula is `(t(level) + t(power)) sd / sqrt(n)`, with n - 1 degrees of freedom.

    Args:
        sd: Standard deviation of the changes between units.
        n: Number of pairs.
        level: Confidence level of the two-sided interval that must exclude zero.
        power: Probability of detecting the change.

    Raises:
        ModelError: The standard deviation is negative, or level or power is not between 0 and 1.

    Example:
        >>> round(minimum_detectable_change(10.0, 30), 2)
        4.66
    """
    check_probability_level(level)
    check_probability_level(power, "power")
    if not sd >= 0:
        raise ModelError("sd", sd, "must not be negative")
    if n < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{n} pair(s)")
    return (t_quantile((1 + level) / 2, n - 1) + t_quantile(power, n - 1)) * sd / math.sqrt(n)


def difference_interval(
    baseline: float, baseline_range: tuple[float, float], endline: float, endline_range: tuple[float, float]
) -> tuple[float, float]:
    """Return the interval of a difference from two intervals.

    The intervals may be asymmetric; the estimates must be independent. The method of variance estimates recovery (Zou
    and Donner, Statistics in Medicine 27, 2008, 1693-1702) combines, for each side of the difference, the distances of
    the corresponding ends. An estimate outside its own interval, possible for confirmed findings, is moved to the
    nearer end.

    Args:
        baseline: Estimate of the first round.
        baseline_range: Lower and upper end of its interval.
        endline: Estimate of the second round.
        endline_range: Its interval, with the same confidence level.

    Returns:
        Lower and upper end for endline minus baseline.

    Example:
        >>> low, high = difference_interval(40.0, (35.0, 45.0), 50.0, (38.0, 55.0))
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
