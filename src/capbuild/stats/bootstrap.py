"""Intervals by drawing the sample again: normal, basic, percentile, and BCa.

Source: Davison and Hinkley (1997), Bootstrap Methods and their Application; order statistics between two replications
are interpolated on the normal scale, and BCa takes its acceleration from leaving out one observation at a time.
"""

import math
from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_vector
from capbuild.stats.distributions import normal_cdf, normal_quantile
from capbuild.stats.estimate import LEVEL, Estimate, check_level
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["BootstrapInterval", "bootstrap", "bootstrap_interval", "resamples"]


class BootstrapInterval(StrEnum):
    """How replications become an interval."""

    NORMAL = "normal"
    BASIC = "basic"
    PERCENTILE = "percentile"
    BCA = "bca"


def resamples(n: int, replications: int, *, seed: int) -> npt.NDArray[np.int64]:
    """Return the positions of each sample with replacement, shape (replications, n).

    Args:
        n: Size of the sample.
        replications: How many samples are drawn from it.
        seed: Seed of the draws.

    Example:
        >>> resamples(3, 2, seed=0).shape
        (2, 3)
    """
    return np.random.default_rng(seed).integers(0, n, size=(replications, n))


def bootstrap(
    data: npt.ArrayLike,
    statistic: Callable[[Floats], float],
    *,
    method: BootstrapInterval | str = BootstrapInterval.BCA,
    replications: int = 2000,
    level: float = LEVEL,
    seed: int,
) -> Estimate | Undefined:
    """Return a statistic with its bootstrap interval.

    Args:
        data: Observations along the first axis; further axes stay together.
        statistic: Function of such data that gives one number.
        method: How the interval is made.
        replications: Number of samples.
        level: Confidence level.
        seed: Seed of the samples.

    Returns:
        The estimate; undefined with fewer than two observations or when no replication differs.

    Raises:
        ModelError: A value is missing, or the level or the method is none.

    Example:
        >>> found = bootstrap([3.0, 5.0, 6.0, 9.0, 12.0], lambda x: float(x.mean()), seed=1)
        >>> found.low < found.value == 7.0 < found.high
        True
    """
    sample = np.asarray(data, dtype=np.float64)
    if not np.isfinite(sample).all():
        raise ModelError("data", "NaN or infinite", "must be finite")
    if len(sample) < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{len(sample)} observation(s)")
    drawn = resamples(len(sample), replications, seed=seed)
    values = np.array([statistic(sample[rows]) for rows in drawn])
    left_out = None
    if method == BootstrapInterval.BCA:
        left_out = np.array([statistic(np.delete(sample, i, axis=0)) for i in range(len(sample))])
    return bootstrap_interval(float(statistic(sample)), values, method=method, left_out=left_out, level=level)


def bootstrap_interval(
    value: float,
    replications: npt.ArrayLike,
    *,
    method: BootstrapInterval | str = BootstrapInterval.PERCENTILE,
    left_out: npt.ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate | Undefined:
    """Return the interval of a statistic from replications that were made elsewhere.

    Args:
        value: The statistic of the sample itself.
        replications: The statistic of each sample drawn again.
        method: How the interval is made.
        left_out: The statistic without each observation in turn; BCa needs it.
        level: Confidence level.

    Returns:
        The estimate, its standard error being the spread of the replications; undefined with fewer than two
        replications, or when all are equal.

    Raises:
        ModelError: The method is unknown, BCa is asked for without `left_out`, or the level is none.

    Example:
        >>> found = bootstrap_interval(5.0, [float(i) for i in range(1, 10)], level=0.8)
        >>> round(found.low, 6), round(found.high, 6)
        (1.0, 9.0)
    """
    check_level(level)
    if method not in set(BootstrapInterval):
        raise ModelError("method", method, f"must be one of {', '.join(BootstrapInterval)}")
    drawn = np.sort(as_vector(replications, "replications"))
    if len(drawn) < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{len(drawn)} replication(s)")
    if drawn[0] == drawn[-1]:
        return Undefined(UndefinedReason.CONSTANT, f"every replication is {drawn[0]:g}")
    low, high = _ends(value, drawn, BootstrapInterval(method), left_out, level)
    se = float(drawn.std(ddof=1))
    return Estimate(value=value, se=se, low=low, high=high, level=level, n=len(drawn))


def _ends(
    value: float, drawn: Floats, method: BootstrapInterval, left_out: npt.ArrayLike | None, level: float
) -> tuple[float, float]:
    tails = ((1 - level) / 2, (1 + level) / 2)
    if method == BootstrapInterval.NORMAL:
        reach = normal_quantile(tails[1]) * float(drawn.std(ddof=1))
        centre = 2 * value - float(drawn.mean())
        return centre - reach, centre + reach
    if method == BootstrapInterval.BCA:
        tails = _adjusted(value, drawn, left_out, tails)
    low, high = _order_statistic(drawn, tails[0]), _order_statistic(drawn, tails[1])
    return (2 * value - high, 2 * value - low) if method == BootstrapInterval.BASIC else (low, high)


def _adjusted(
    value: float, drawn: Floats, left_out: npt.ArrayLike | None, tails: tuple[float, float]
) -> tuple[float, float]:
    """Tails corrected for bias (how many replications are below the value) and for acceleration."""
    if left_out is None:
        raise ModelError("left_out", None, "must be given for BCa")
    influence = as_vector(left_out, "left_out")
    influence = influence.mean() - influence
    influence = influence / (np.abs(influence).max() or 1.0)  # the unit cancels, and cubes do not overflow
    cubes, squares = float((influence**3).sum()), float((influence**2).sum())
    acceleration = cubes / (6 * squares**1.5) if squares else 0.0
    # All replications on one side of the value would make the bias infinite; half a replication keeps it finite.
    below = min(max(int((drawn < value).sum()), 0.5), len(drawn) - 0.5)
    bias = normal_quantile(below / len(drawn))
    shifted = [bias + normal_quantile(tail) for tail in tails]
    low, high = (float(normal_cdf(bias + z / (1 - acceleration * z))) for z in shifted)
    return low, high


def _order_statistic(drawn: Floats, tail: float) -> float:
    """Value at a share of sorted replications, between two of them interpolated by normal quantiles."""
    n = len(drawn)
    place = (n + 1) * tail
    k = math.floor(place + 1e-9)
    if k < 1 or k >= n:
        return float(drawn[0 if k < 1 else -1])
    if place - k < 1e-9:
        return float(drawn[k - 1])
    z, z0, z1 = (normal_quantile(p) for p in (tail, k / (n + 1), (k + 1) / (n + 1)))
    return float(drawn[k - 1] + (z - z0) / (z1 - z0) * (drawn[k] - drawn[k - 1]))
