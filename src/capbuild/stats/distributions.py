"""Distributions for tests and intervals, without SciPy.

Sources: the regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8, evaluated by
Lentz's method); quantiles of Student's t from those of the beta distribution (26.5.27), found by Newton's method on the
distribution function, so that a quantile is as accurate as its distribution.
"""

import math
from functools import lru_cache
from statistics import NormalDist

from capbuild.errors import ModelError

_TINY = 1e-300
#: Degrees of freedom from which Student's quantile equals its normal expansion to the last digits.
_MANY = 1000.0
_STANDARD = NormalDist()


def normal_quantile(p: float) -> float:
    """Return z with P(Z <= z) = p.

    z is infinite for p = 0 and p = 1.

    Raises:
        ModelError: p is not a probability.

    Example:
        >>> round(normal_quantile(0.95), 4)
        1.6449
    """
    _check_probability(p)
    if p in (0.0, 1.0):
        return math.inf if p else -math.inf
    return _STANDARD.inv_cdf(p)


def t_cdf(x: float, df: float) -> float:
    """Return P(T <= x) of Student's t.

    The degrees of freedom `df` may be any positive real number.

    Example:
        >>> t_cdf(0.0, 5)
        0.5
    """
    _check_df(df)
    if math.isinf(df):
        return math.erfc(-x / math.sqrt(2.0)) / 2
    # Near the centre, the first form keeps the digits of x; further out, the second those of the tail.
    if abs(x) < 1:
        tail = 0.5 - 0.5 * _compute_beta_cdf(x * x / (df + x * x), 0.5, df / 2)
    else:
        tail = 0.5 * _compute_beta_cdf(df / (df + x * x), df / 2, 0.5)
    return 1 - tail if x > 0 else tail


@lru_cache(maxsize=4096)  # estimates of one table share few degrees of freedom
def t_quantile(p: float, df: float) -> float:
    """Return t with P(T <= t) = p.

    Raises:
        ModelError: p is not a probability, or the degrees of freedom are not positive.

    Example:
        >>> round(t_quantile(0.975, 10), 4)
        2.2281
    """
    _check_probability(p)
    _check_df(df)
    if math.isinf(df) or p in (0.0, 1.0):
        return normal_quantile(p)
    if df >= _MANY:
        return _expand_t(_STANDARD.inv_cdf(p), df)
    tail = min(p, 1 - p)
    # Near the centre, the inner share keeps the digits of p; further out, the outer one.
    if tail > 0.25:
        odds = _compute_beta_odds(1 - 2 * tail, 0.5, df / 2) if tail < 0.5 else -math.inf
    else:
        odds = -_compute_beta_odds(2 * tail, df / 2, 0.5)
    return math.copysign(math.sqrt(df) * _exp(odds / 2), p - 0.5)


def _expand_t(z: float, df: float) -> float:
    """Return Student's quantile from the normal quantile.

    Source: Abramowitz and Stegun 26.7.5.
    """
    s = z * z
    first = (s + 1) / 4
    second = ((5 * s + 16) * s + 3) / 96
    third = (((3 * s + 19) * s + 17) * s - 15) / 384
    fourth = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160
    return z * (1 + (first + (second + (third + fourth / df) / df) / df) / df)


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return the quantile x with P(X <= x) = p.

    Args:
        p: Probability.
        a: First shape, more than 0.
        b: Second shape, more than 0.

    Raises:
        ModelError: p is not a probability, or a shape is not positive.

    Example:
        >>> round(beta_quantile(0.05, 6, 1), 4)
        0.607
    """
    _check_probability(p)
    _check_df(a)
    _check_df(b)
    return p if p in (0.0, 1.0) else _compute_logistic(_compute_beta_odds(p, a, b))


def _check_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ModelError("p", p, "must be between 0 and 1")


def _check_df(df: float) -> None:
    if not df > 0:
        raise ModelError("df", df, "must be more than 0")


def _compute_beta_odds(p: float, a: float, b: float) -> float:
    """Return the log odds of a beta quantile.

    The log of the distribution function is concave in the log odds, so Newton's method converges from the left after
    its first step. Log odds keep the digits of shares near 0 or 1.
    """
    if p > 0.5:
        return -_compute_beta_odds(1 - p, b, a)
    odds, goal = math.log(a / b), math.log(p)
    if min(a, b) > 1:  # a start by the normal distribution (Abramowitz and Stegun 26.5.22) halves the steps
        z, inverse, other = -_STANDARD.inv_cdf(p), 1 / (2 * a - 1), 1 / (2 * b - 1)
        bend, size = (z * z - 3) / 6, 2 / (inverse + other)
        odds -= 2 * (z * math.sqrt(max(size + bend, 0.0)) / size - (other - inverse) * (bend + 5 / 6 - 2 / (3 * size)))
    for steps in range(200):
        front = _log_front(odds, a, b)
        log_odds = _log_beta(odds, a, b, front)
        step = (log_odds - goal) * math.exp(log_odds - front)
        odds -= step
        # The next step would be the square of this one; after the first, all move right or are rounding.
        if abs(step) < 1e-9 or (steps and step > 0):
            break
    return odds


def _exp(x: float) -> float:
    return math.exp(x) if x < 709 else math.inf


def _compute_logistic(odds: float) -> float:
    """Return the share for given log odds."""
    return math.exp(_log_share(odds))


def _log_share(odds: float) -> float:
    return min(odds, 0.0) - math.log1p(math.exp(-abs(odds)))


def _compute_beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    odds = math.log(x) - math.log1p(-x)
    return math.exp(_log_beta(odds, a, b, _log_front(odds, a, b)))


def _log_front(odds: float, a: float, b: float) -> float:
    """Return the log of the beta density in log odds.

    The density is `x^a (1 - x)^b / B(a, b)`, the slope of I_x(a, b) in the log odds of x.
    """
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * _log_share(odds) + b * _log_share(-odds)


def _log_beta(odds: float, a: float, b: float, front: float) -> float:
    """Return the log of I_x(a, b).

    Args:
        odds: Log odds of x.
        a: First shape.
        b: Second shape.
        front: Log of the slope of I_x(a, b) in the log odds.
    """
    x = _compute_logistic(odds)
    # Beyond the mean, the other tail's fraction converges faster; the margin keeps rounding from switching back.
    if x * (a + b + 2) > (a + 1) * (1 + 1e-9):
        return math.log1p(-math.exp(_log_beta(-odds, b, a, front)))
    # Lentz's method, unrolled for two terms: tallies of many small domains spend their time here.
    c = 1.0
    value = d = 1 / (1 - (a + b) * x / (a + 1))
    for m in range(1, 10_000):
        term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d or _TINY)
        c = 1 + term / c or _TINY
        value *= c * d
        term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d or _TINY)
        c = 1 + term / c or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front + math.log(value / a)
