"""Descriptive statistics: availability by unit, moments and counts by item."""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import Bools, Floats, Ints, as_groups, as_table, bounds, count, mean, median, quotient, std


@frozen(kw_only=True, eq=False)
class Availability:
    """Available values of each unit, shape (units,).

    Attributes:
        missing: Number of missing values.
        zeros: Number of zeros.
        available: Share of items with a value.
        nonzero: Share of non-zero values; NaN without values.
    """

    missing: Ints
    zeros: Ints
    available: Floats
    nonzero: Floats


def availability(values: npt.ArrayLike) -> Availability:
    """Count missing values and zeros in a table (units, items).

    A zero is a value. It is counted because blanks are often stored as zeros.

    Example:
        >>> known = availability([[1.0, 0.0, np.nan, 3.0]])
        >>> known.available, known.nonzero.round(3)
        (array([0.75]), array([0.667]))
    """
    table = as_table(values)
    missing = np.isnan(table).sum(axis=1)
    zeros = (table == 0).sum(axis=1)
    present = table.shape[1] - missing
    return Availability(
        missing=missing,
        zeros=zeros,
        available=quotient(present, np.full(len(table), table.shape[1])),
        nonzero=quotient(present - zeros, present),
    )


def availability_by_group(values: npt.ArrayLike, groups: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], Floats]:
    """Return groups and available shares, shape (units, groups).

    Args:
        values: Table (units, items).
        groups: Group of each item, such as its pillar.

    Example:
        >>> availability_by_group([[1.0, np.nan, 3.0]], ["law", "law", "staff"])
        (('law', 'staff'), array([[0.5, 1. ]]))
    """
    table = as_table(values)
    labels, codes = as_groups(groups, table.shape[1])
    member = codes[:, None] == np.arange(len(labels))
    present = (~np.isnan(table)).astype(np.float64) @ member
    return labels, quotient(present, np.broadcast_to(member.sum(axis=0), present.shape))


@frozen(kw_only=True, eq=False)
class Screening:
    """Units with enough data, and those without.

    No unit is removed.

    Attributes:
        kept: Mask (units,) of the units that pass.
        low_availability: Mask of those with too many missing values.
        low_nonzero: Mask of those with too many zeros.
        counts: Counts of each unit.
    """

    kept: Bools
    low_availability: Bools
    low_nonzero: Bools
    counts: Availability

    def reason(self, unit: int) -> str | None:
        """Return the reason that a unit fails, or None."""
        reasons = []
        if self.low_availability[unit]:
            reasons.append(f"{self.counts.available[unit]:.0%} of the items have a value")
        if self.low_nonzero[unit]:
            reasons.append(f"{self.counts.nonzero[unit]:.0%} of the values are not zero")
        return " and ".join(reasons) or None


def screen(
    values: npt.ArrayLike, *, minimum_available: float | None = None, minimum_nonzero: float | None = None
) -> Screening:
    """Mark units with too little data, or too many zeros.

    Args:
        values: Table (units, items).
        minimum_available: Minimum share of items with a value, 0 to 1; None for no test.
        minimum_nonzero: Least share of the values present that is not zero, 0 to 1; not tested when None. A unit
            without any value fails this test too.

    Raises:
        ModelError: A threshold is outside 0 to 1.

    Example:
        >>> found = screen([[1.0, 2.0], [np.nan, 2.0]], minimum_available=0.9)
        >>> found.kept, found.reason(1)
        (array([ True, False]), '50% of the items have a value')
    """
    for name, threshold in (("minimum_available", minimum_available), ("minimum_nonzero", minimum_nonzero)):
        if threshold is not None and not 0 <= threshold <= 1:
            raise ModelError(name, threshold, "must be from 0 to 1")
    counts = availability(values)
    few = counts.available < (minimum_available or 0.0)
    zeros = ~(counts.nonzero >= (minimum_nonzero or 0.0)) & (minimum_nonzero is not None)
    return Screening(kept=~(few | zeros), low_availability=few, low_nonzero=zeros, counts=counts)


def skewness(values: npt.ArrayLike) -> Floats:
    """Return the skewness of each item, of shape (items,).

    This is the "type 2" estimate, `G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5`. The result is NaN for fewer than
    three values or a constant item. Source: Joanes and Gill (1998), The Statistician 47, 183-189.

    Example:
        >>> skewness([[1.0], [2.0], [6.0]]).round(4)
        array([1.4579])
    """
    n, second, third, _ = _compute_central_moments(as_table(values))
    factor = quotient(np.sqrt(np.maximum(n * (n - 1), 0)), np.maximum(n - 2, 0))
    return factor * quotient(third, second**1.5)


def kurtosis(values: npt.ArrayLike) -> Floats:
    """Return the excess kurtosis of each item, of shape (items,).

    This is the "type 2" estimate, `G2 = ((n + 1)(b2 - 3) + 6)(n - 1) / ((n - 2)(n - 3))`. The result is NaN for fewer
    than four values or a constant item. Source: Joanes and Gill (1998), The Statistician 47, 183-189.

    Example:
        >>> kurtosis([[1.0], [2.0], [3.0], [4.0]]).round(4)
        array([-1.2])
    """
    n, second, _, fourth = _compute_central_moments(as_table(values))
    ratio = quotient(fourth, second**2)
    return quotient(((n + 1) * (ratio - 3) + 6) * (n - 1), np.maximum(n - 2, 0) * np.maximum(n - 3, 0))


def _compute_central_moments(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return count and second to fourth central moments of items.

    Moments are in a unit of each item that cancels in ratios; without it, the fourth power of a large figure overflows.
    The unit is a power of two, so no digits are lost.
    """
    spread = values - mean(values)
    largest = np.max(np.abs(np.nan_to_num(spread)), axis=0, initial=0.0)
    spread = spread / np.ldexp(1.0, np.frexp(largest)[1])
    squares = spread * spread
    low, high = bounds(values)
    second = np.where(low == high, 0.0, mean(squares))
    return count(values), second, mean(squares * spread), mean(squares * squares)


def is_well_shaped(
    skew: npt.ArrayLike, kurt: npt.ArrayLike, *, max_skew: float = 2.0, max_kurtosis: float = 3.5
) -> Bools:
    """Return which items need no outlier treatment.

    These have `|skew| < max_skew` or `kurtosis < max_kurtosis`. An item that is constant or too short to have these
    moments counts as well shaped, as there is nothing to treat. Source: the rule of the JRC/OECD Handbook on
    Constructing Composite Indicators (2008).

    Args:
        skew: Skewness of each item.
        kurt: Excess kurtosis of each item.
        max_skew: Bound of the absolute skewness.
        max_kurtosis: Bound of the excess kurtosis.

    Example:
        >>> is_well_shaped([0.3, 2.4, np.nan], [9.0, 6.0, np.nan])
        array([ True, False,  True])
    """
    skew, kurt = np.asarray(skew, np.float64), np.asarray(kurt, np.float64)
    return np.asarray((np.abs(skew) < max_skew) | (kurt < max_kurtosis) | np.isnan(skew) | np.isnan(kurt))


@frozen(kw_only=True, eq=False)
class ItemStatistics:
    """Statistics of each item, shape (items,).

    Attributes:
        minimum: Smallest value.
        maximum: Largest value.
        mean: Mean.
        median: Median.
        std: Sample standard deviation (n - 1).
        skewness: See `skewness`.
        kurtosis: See `kurtosis`.
        available: Number of values.
        nonzero: Number of non-zero values.
        unique: Number of distinct values.
        same: Frequency of the most common value.
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
    """Return the statistics of each item.

    The table has shape (units, items). Undefined figures are NaN.

    Example:
        >>> found = describe([[1.0], [1.0], [4.0], [np.nan]])
        >>> found.mean, found.available, found.same
        (array([2.]), array([3.]), array([2.]))
    """
    table = as_table(values)
    unique, same = _count_repeats(table)
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


def _count_repeats(table: Floats) -> tuple[Floats, Floats]:
    """Count each column's distinct values, and its most common."""
    unique, same = np.zeros(table.shape[1]), np.zeros(table.shape[1])
    for item, column in enumerate(table.T):
        uses = np.unique(column[~np.isnan(column)], return_counts=True)[1]
        unique[item], same[item] = len(uses), uses.max(initial=0)
    return unique, same
