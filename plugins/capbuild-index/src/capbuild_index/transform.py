"""Denominators, logarithms and Box-Cox transformations of items."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import Floats, as_table, bounds
from capbuild_index.correlation import cross_pearson
from capbuild_index.describe import skewness


def denominate(values: npt.ArrayLike, denominators: npt.ArrayLike, *, scale: npt.ArrayLike = 1.0) -> Floats:
    """Divide values by denominators: `values / denominators * scale`.

    Args:
        values: Table (units, items).
        denominators: Table of the same shape, or (units, 1); NaN makes the result missing. Use ones for items to keep
            unchanged.
        scale: Factor of each item or of all, such as 100,000 for "per 100,000 people".

    Raises:
        ModelError: The shapes differ, or a denominator is zero or negative.

    Example:
        >>> denominate([[12.0], [3.0]], [[400_000.0], [50_000.0]], scale=100_000)
        array([[3.],
               [6.]])
    """
    table, below = as_table(values), as_table(denominators, "denominators")
    if below.shape[0] != table.shape[0] or below.shape[1] not in (1, table.shape[1]):
        raise ModelError("denominators", below.shape, f"must have the shape {table.shape} or one column")
    wrong = np.argwhere(below <= 0)
    if len(wrong):
        unit, item = (int(i) for i in wrong[0])
        raise ModelError(f"denominators[{unit}, {item}]", float(below[unit, item]), "must be more than zero")
    return np.asarray(table / below * np.asarray(scale, np.float64))


@frozen(kw_only=True)
class SizeProxy:
    """Item that correlates with the size of the country.

    Attributes:
        item: Column of the item.
        denominator: Column of the denominator.
        correlation: Pearson correlation of the two.
    """

    item: int
    denominator: int
    correlation: float


def size_proxies(
    values: npt.ArrayLike, denominators: npt.ArrayLike, *, threshold: float = 0.6
) -> tuple[SizeProxy, ...]:
    """Return items highly correlated with a denominator, in column order.

    Args:
        values: Table (units, items).
        denominators: Table (units, denominators): population, area, officers.
        threshold: Absolute correlation above which an item is listed.

    Example:
        >>> size_proxies([[1.0], [2.0], [3.5]], [[10.0], [20.0], [30.0]])[0].item
        0
    """
    correlations = cross_pearson(values, denominators)
    strong = np.abs(np.nan_to_num(correlations)) > threshold
    return tuple(
        SizeProxy(item=int(i), denominator=int(d), correlation=float(correlations[i, d]))
        for i, d in np.argwhere(strong)
    )


def log_range(values: npt.ArrayLike, *, share: float = 0.01) -> Floats:
    """Return each item's shifted logarithm.

    This is `log(x - min + share * range)`. Constant items are unchanged.

    Args:
        values: Table (units, items).
        share: Share of the range to add, so that the lowest value has a logarithm.

    Source: the logarithm of the JRC's COIN Tool.

    Example:
        >>> log_range([[0.0], [1.0], [10.0]], share=0.1).round(3).ravel()
        array([0.   , 0.693, 2.398])
    """
    table = as_table(values)
    low, high = bounds(table)
    return _log(table, table - low + share * (high - low), high > low)


def log_range_either(values: npt.ArrayLike, *, share: float = 0.01) -> Floats:
    """Return items' shifted logarithm, mirrored if left-skewed.

    This is `log_range` of right-skewed items, and `-log(max - x + share * range)` of others.

    Example:
        >>> log_range_either([[0.0], [9.0], [10.0]], share=0.1).round(3).ravel()
        array([-2.398, -0.693, -0.   ])
    """
    table = as_table(values)
    left = np.nan_to_num(skewness(table)) < 0
    mirrored = np.where(left, -table, table)
    logged = log_range(mirrored, share=share)
    low, high = bounds(table)
    return np.where(left & (high > low), -logged, logged * np.where(left & ~(high > low), -1, 1))


def log_plus_one(values: npt.ArrayLike) -> Floats:
    """Return `log(x - min + 1)` of each item.

    Example:
        >>> log_plus_one([[3.0], [4.0]]).round(3).ravel()
        array([0.   , 0.693])
    """
    table = as_table(values)
    low, high = bounds(table)
    return _log(table, table - low + 1, ~np.isnan(high))


def log_gii(values: npt.ArrayLike, *, factor: float = 1.0) -> Floats:
    """Return the logarithm of the Global Innovation Index.

    This is `log((f max - 1)(x - min) / (max - min) + 1)` for right-skewed items, and the mirrored `-log((f max - 1)(max
    - x) / (max - min) + 1)` for others, which keeps the order. Constant items are unchanged.

    Args:
        values: Table (units, items).
        factor: Scaling factor `f`, so that `f max` exceeds 1 for items with small values.

    Raises:
        ModelError: `f max` is not larger than 1 for an item, so the formula is undefined.

    Source: Global Innovation Index, appendix on the treatment of outliers.

    Example:
        >>> log_gii([[1.0], [2.0], [5.0], [100.0]]).round(3).ravel()
        array([0.   , 0.693, 1.609, 4.605])
    """
    table = as_table(values)
    low, high = bounds(table)
    varies = high > low
    if (varies & ~(factor * high > 1)).any():
        item = int(np.flatnonzero(varies & ~(factor * high > 1))[0])
        raise ModelError(f"values[:, {item}]", float(high[item]), "must have a maximum above 1; give a factor")
    right = np.nan_to_num(skewness(table)) >= 0
    gap = np.where(right, table - low, high - table)
    width = np.where(varies, high - low, 1.0)
    logged = _log(table, (factor * high - 1) * gap / width + 1, varies)
    return np.where(right | ~varies, logged, -logged)


def box_cox(values: npt.ArrayLike, power: float) -> Floats:
    """Return the Box-Cox transform of items.

    This is `(y^power - 1) / power`, or `log y` for power 0, with `y = x - min + 1`.

    Source: Box and Cox (1964), J. Royal Statistical Society B 26, 211-252; shifted so that all values are positive.

    Example:
        >>> box_cox([[0.0], [3.0]], 0.5).ravel()
        array([0., 2.])
    """
    if power == 0:
        return log_plus_one(values)
    table = as_table(values)
    return np.asarray(((table - bounds(table)[0] + 1) ** power - 1) / power)


def _log(table: Floats, argument: Floats, items: npt.NDArray[np.bool_]) -> Floats:
    """Return the logarithm of positive arguments, for chosen items."""
    out = table.copy()
    np.log(argument, out=out, where=(argument > 0) & items & ~np.isnan(table))
    return out
