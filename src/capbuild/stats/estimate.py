"""Estimates with their uncertainty, the result of every estimator."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, Ints
from capbuild.stats.distributions import beta_quantile, normal_quantile, t_quantile

#: Default confidence level of intervals: the 90 % that a score prints.
LEVEL = 0.90

#: Half-width in log odds up to which the logit interval is always the shorter one.
_SURE = 0.5


@frozen(kw_only=True)
class Estimate:
    """Value with standard error and interval.

    Attributes:
        value: The estimate.
        se: Standard error, in the unit of the value.
        low: Lower end of the interval.
        high: Upper end of the interval.
        level: Confidence level of the interval, between 0 and 1.
        df: Degrees of freedom behind the interval; infinite for a normal one.
        n: Number of observations.
    """

    value: float
    se: float
    low: float
    high: float
    level: float = LEVEL
    df: float = math.inf
    n: int = 0

    @classmethod
    def symmetric(
        cls, value: float, se: float, *, level: float = LEVEL, df: float = math.inf, n: int = 0
    ) -> "Estimate":
        """Return an estimate with a symmetric interval.

        The interval is `value -/+ q * se`, where q is the quantile of Student's t, or of the normal distribution for
        infinite `df`.

        Raises:
            ModelError: The level is not between 0 and 1.

        Example:
            >>> found = Estimate.symmetric(10.0, 2.0, level=0.95)
            >>> round(found.low, 2), round(found.high, 2)
            (6.08, 13.92)
        """
        check_probability_level(level)
        tail = (1 + level) / 2
        reach = se * (normal_quantile(tail) if math.isinf(df) else t_quantile(tail, df)) if se else 0.0
        return cls(value=value, se=se, low=value - reach, high=value + reach, level=level, df=df, n=n)

    @classmethod
    def proportion(
        cls, value: float, se: float, *, n: int, effective: float, df: float, level: float = LEVEL
    ) -> "Estimate":
        """Return a proportion with an interval within 0 and 1.

        The interval is Student's on the logit scale, `logit p -/+ t * se / (p (1 - p))`. It degenerates if the share is
        0 or 1, or if few respondents differ from the rest. Then the exact interval of Clopper and Pearson is shorter,
        and is used with an effective number of respondents: `n` over the design effect, corrected for the degrees of
        freedom, and at most `effective`. Without weights and clusters, it is the binomial interval.

        Args:
            value: The share, from 0 to 1; means of values from 0 to 1 are treated the same.
            se: Its design-based standard error.
            n: Number of respondents, two or more.
            effective: Effective number of respondents by their weights, (sum of weights) squared over the sum of
                squared weights, each of these times the undrawn part of its stratum; infinite for a census.
            df: Degrees of freedom of the standard error.
            level: Confidence level of the interval.

        Raises:
            ModelError: The level is not between 0 and 1.

        Source:
            Korn and Graubard (1998), Survey Methodology 24, 193-201; the limit by `effective` follows Parker et al.
            (2017), National Center for Health Statistics Data Presentation Standards for Proportions.

        Example:
            >>> all_of_six = Estimate.proportion(1.0, 0.0, n=6, effective=6, df=5)
            >>> round(all_of_six.low, 3), all_of_six.high
            (0.607, 1.0)
        """
        check_probability_level(level)
        share, tail = min(max(value, 0.0), 1.0), (1 + level) / 2
        spread, t, simple = share * (1 - share), t_quantile(tail, df), t_quantile(tail, n - 1)
        limit = effective * (simple / t) ** 2
        if math.isinf(limit):
            low = high = share
        elif se == 0 or spread == 0:
            low, high = _compute_clopper_pearson(share, limit, tail)
        else:
            # Half-width in log odds for a simple random sample, times the root of its size.
            rooted = simple * math.sqrt(n / ((n - 1) * spread))
            size = min(limit, (rooted * spread / (t * se)) ** 2)
            low, high = _compute_logit_interval(share, t * se / spread)
            if rooted / math.sqrt(size) > _SURE:
                # Of the two intervals for the same number of respondents, the shorter is valid.
                same, exact = (
                    _compute_logit_interval(share, rooted / math.sqrt(size)),
                    _compute_clopper_pearson(share, size, tail),
                )
                low, high = (low, high) if same[1] - same[0] <= exact[1] - exact[0] else exact
        return cls(value=share, se=se, low=min(low, share), high=max(high, share), level=level, df=df, n=n)


def _compute_logit_interval(share: float, reach: float) -> tuple[float, float]:
    """Return the interval of a share, given its log-odds width."""
    odds = math.log(share / (1 - share))
    return _compute_logistic(odds - reach), _compute_logistic(odds + reach)


def _compute_logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1 + math.exp(odds))


@lru_cache(maxsize=4096)  # without weights, the domains of a table share few counts
def _compute_clopper_pearson(share: float, size: float, tail: float) -> tuple[float, float]:
    """Return the exact interval of a share."""
    yes, no = size * share, size * (1 - share)
    low = beta_quantile(1 - tail, yes, no + 1) if yes > 0 else 0.0
    high = beta_quantile(tail, yes + 1, no) if no > 0 else 1.0
    return low, high


def check_probability_level(level: object, name: str = "level") -> None:
    """Refuse a probability that is not between 0 and 1.

    Raises:
        ModelError: It is not.
    """
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise ModelError(name, level, "must be between 0 and 1")


@frozen(kw_only=True, eq=False)
class LevelRange:
    """Range of adjacent levels for each distribution, with its probability.

    Attributes:
        low: Lowest level of each range, shape (...).
        high: Highest level, same shape.
        probability: Probability of the levels from `low` to `high`: at least the requested one, and often more, since
            levels are discrete.
    """

    low: Ints
    high: Ints
    probability: Floats


def _check_probabilities(probabilities: npt.ArrayLike) -> Floats:
    """Return probabilities as a checked float array.

    Raises:
        ModelError: There are no levels, a probability is missing or negative, or they do not sum to 1.
    """
    array = np.asarray(probabilities, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ModelError("probabilities", array.shape, "must have the levels in the last dimension")
    if not (array >= 0).all():
        raise ModelError("probabilities", float(np.min(array)), "must not be negative or missing")
    sums = array.sum(axis=-1)
    if not np.allclose(sums, 1, rtol=0, atol=1e-9):
        raise ModelError("probabilities", float(sums.flat[np.argmax(np.abs(sums - 1))]), "must add up to 1")
    return array


def level_range(probabilities: npt.ArrayLike, *, level: float = LEVEL) -> LevelRange:
    """Return the shortest range with at least the given probability.

    Of equally short ranges it is the most probable, and of ties the lowest.

    Args:
        probabilities: Distributions, shape (..., levels).
        level: Probability of the range, between 0 and 1.

    Raises:
        ModelError: A distribution is invalid, or the level is not between 0 and 1.

    Example:
        >>> found = level_range([[0.0, 0.78, 0.22], [0.02, 0.95, 0.03]])
        >>> found.low.tolist(), found.high.tolist(), found.probability.tolist()
        ([1, 1], [2, 1], [1.0, 0.95])
    """
    check_probability_level(level)
    array = _check_probabilities(probabilities)
    below = np.concatenate([np.zeros((*array.shape[:-1], 1)), array.cumsum(axis=-1)], axis=-1)
    shape = array.shape[:-1]
    low = np.zeros(shape, dtype=np.int64)
    high = np.full(shape, array.shape[-1] - 1, dtype=np.int64)
    mass = np.ones(shape)
    waiting = np.ones(shape, dtype=np.bool_)
    for length in range(1, array.shape[-1]):
        covered = below[..., length:] - below[..., :-length]
        start = np.round(covered, 12).argmax(axis=-1)
        best = np.take_along_axis(covered, start[..., None], axis=-1)[..., 0]
        done = waiting & (best >= level - 1e-12)
        low = np.where(done, start, low)
        high = np.where(done, start + length - 1, high)
        mass = np.where(done, np.minimum(best, 1.0), mass)
        waiting &= ~done
    return LevelRange(low=low, high=high, probability=mass)
