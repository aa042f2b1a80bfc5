"""Skewed items brought nearer to a bell: logarithms and Box-Cox, all keeping the order of the values."""

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_table, bounds
from capbuild.stats.describe import skewness

__all__ = ["box_cox", "log_gii", "log_plus_one", "log_range", "log_range_either"]


def log_range(values: npt.ArrayLike, *, share: float = 0.01) -> Floats:
    """Return `log(x - min + share * range)` of each item; a constant item is left as it is.

    Args:
        values: Table (units, items).
        share: Share of the range that is added, so that the lowest value has a logarithm.

    Source: the logarithm of the JRC's COIN Tool.

    Example:
        >>> log_range([[0.0], [1.0], [10.0]], share=0.1).round(3).ravel()
        array([0.   , 0.693, 2.398])
    """
    table = as_table(values)
    low, high = bounds(table)
    return _log(table, table - low + share * (high - low), high > low)


def log_range_either(values: npt.ArrayLike, *, share: float = 0.01) -> Floats:
    """Return `log_range` of items skewed to the right, and the mirrored `-log(max - x + share * range)` of the others.

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

    `log((f max - 1)(x - min) / (max - min) + 1)` for items skewed to the right, and the mirrored
    `-log((f max - 1)(max - x) / (max - min) + 1)` for the others, so that the order is kept. A constant item is left
    as it is.

    Args:
        values: Table (units, items).
        factor: Scaling factor `f`, which makes `f max` larger than 1 for items with small values.

    Raises:
        ModelError: `f max` is not larger than 1 for an item, so that the formula has no meaning.

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
    """Return `(y^power - 1) / power`, or `log y` for power 0, of `y = x - min + 1`.

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
    """Return the logarithm where the argument is positive and the item is one of those chosen."""
    out = table.copy()
    np.log(argument, out=out, where=(argument > 0) & items & ~np.isnan(table))
    return out
