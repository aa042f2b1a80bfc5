"""What each item looks like: moments, counts, and whether its distribution is fit for a mean."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.stats.arrays import Bools, Floats, as_table, bounds, count, mean, median, quotient, std

__all__ = ["ItemStatistics", "describe", "kurtosis", "skewness", "well_shaped"]


def skewness(values: npt.ArrayLike) -> Floats:
    """Return the skewness of each item, of shape (items,).

    `G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5`, the "type 2" estimate; NaN for fewer than three values or a
    constant item. Source: Joanes and Gill (1998), The Statistician 47, 183-189.

    Example:
        >>> skewness([[1.0], [2.0], [6.0]]).round(4)
        array([1.4579])
    """
    n, second, third, _ = _central_moments(as_table(values))
    factor = quotient(np.sqrt(np.maximum(n * (n - 1), 0)), np.maximum(n - 2, 0))
    return factor * quotient(third, second**1.5)


def kurtosis(values: npt.ArrayLike) -> Floats:
    """Return the excess kurtosis of each item, of shape (items,).

    `G2 = ((n + 1)(b2 - 3) + 6)(n - 1) / ((n - 2)(n - 3))`, the "type 2" estimate; NaN for fewer than four values or a
    constant item. Source: Joanes and Gill (1998), The Statistician 47, 183-189.

    Example:
        >>> kurtosis([[1.0], [2.0], [3.0], [4.0]]).round(4)
        array([-1.2])
    """
    n, second, _, fourth = _central_moments(as_table(values))
    ratio = quotient(fourth, second**2)
    return quotient(((n + 1) * (ratio - 3) + 6) * (n - 1), np.maximum(n - 2, 0) * np.maximum(n - 3, 0))


def _central_moments(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Count and moments about the mean, in a unit of each item's own that their ratios do not show.

    The unit is a power of two, so that it costs no digit; without it the fourth power of a large figure overflows.
    """
    spread = values - mean(values)
    largest = np.max(np.abs(np.nan_to_num(spread)), axis=0, initial=0.0)
    spread = spread / np.ldexp(1.0, np.frexp(largest)[1])
    squares = spread * spread
    low, high = bounds(values)
    second = np.where(low == high, 0.0, mean(squares))
    return count(values), second, mean(squares * spread), mean(squares * squares)


def well_shaped(skew: npt.ArrayLike, kurt: npt.ArrayLike, *, max_skew: float = 2.0, max_kurtosis: float = 3.5) -> Bools:
    """Say which items need no treatment of outliers: `|skew| < max_skew` or `kurtosis < max_kurtosis`.

    An item too short or too constant for a moment counts as well shaped: there is nothing to treat. Source: the rule
    of the JRC/OECD Handbook on Constructing Composite Indicators (2008).

    Args:
        skew: Skewness of each item.
        kurt: Excess kurtosis of each item.
        max_skew: Bound of the absolute skewness.
        max_kurtosis: Bound of the excess kurtosis.

    Example:
        >>> well_shaped([0.3, 2.4, np.nan], [9.0, 6.0, np.nan])
        array([ True, False,  True])
    """
    skew, kurt = np.asarray(skew, np.float64), np.asarray(kurt, np.float64)
    return np.asarray((np.abs(skew) < max_skew) | (kurt < max_kurtosis) | np.isnan(skew) | np.isnan(kurt))


@frozen(kw_only=True, eq=False)
class ItemStatistics:
    """One figure per item, each of shape (items,).

    Attributes:
        minimum: Smallest value.
        maximum: Largest value.
        mean: Mean.
        median: Median.
        std: Sample standard deviation (n - 1).
        skewness: See `skewness`.
        kurtosis: See `kurtosis`.
        available: How many values are present.
        nonzero: How many are present and not zero.
        unique: How many distinct values there are.
        same: How often the commonest value occurs.
    """

    minimum: Floats
    maximum: Floats
    mean: Floats
    median: Floats
    std: Floats
    skewness: Floats
    kurtosis: Floats
    available: Floats
    nonzero: Floats
    unique: Floats
    same: Floats


def describe(values: npt.ArrayLike) -> ItemStatistics:
    """Describe each item of a table (units, items); a figure that does not exist is NaN.

    Example:
        >>> found = describe([[1.0], [1.0], [4.0], [np.nan]])
        >>> found.mean, found.available, found.same
        (array([2.]), array([3.]), array([2.]))
    """
    table = as_table(values)
    unique, same = _repeats(table)
    low, high = bounds(table)
    return ItemStatistics(
        minimum=low,
        maximum=high,
        mean=mean(table),
        median=median(table),
        std=std(table),
        skewness=skewness(table),
        kurtosis=kurtosis(table),
        available=count(table),
        nonzero=np.asarray(((table != 0) & ~np.isnan(table)).sum(axis=0), np.float64),
        unique=unique,
        same=same,
    )


def _repeats(table: Floats) -> tuple[Floats, Floats]:
    """Return the number of distinct values of each column, and how often the commonest occurs."""
    unique, same = np.zeros(table.shape[1]), np.zeros(table.shape[1])
    for item, column in enumerate(table.T):
        uses = np.unique(column[~np.isnan(column)], return_counts=True)[1]
        unique[item], same[item] = len(uses), uses.max(initial=0)
    return unique, same
