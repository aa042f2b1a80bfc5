"""Missing values filled in, each filled cell marked. The default of an assessment is not to fill at all."""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.stats.arrays import Bools, Floats, as_groups, as_table, bounds, mean, median, quotient

__all__ = ["Imputed", "impute_mean", "impute_median", "impute_within_unit"]


@frozen(kw_only=True, eq=False)
class Imputed:
    """A table with cells filled.

    Attributes:
        values: The table; NaN where nothing could be filled in.
        filled: Mask of the cells that were filled.
    """

    values: Floats
    filled: Bools

    @property
    def missing(self) -> Bools:
        """Mask of the cells that are missing still."""
        return np.isnan(self.values)


def impute_mean(values: npt.ArrayLike, *, groups: Sequence[Hashable] | None = None) -> Imputed:
    """Fill each missing cell with the mean of its item, over all units or over those of the unit's group.

    A group in which nobody has a value stays missing.

    Args:
        values: Table (units, items).
        groups: The group of each unit, such as its region.

    Example:
        >>> impute_mean([[1.0], [3.0], [np.nan]]).values.ravel()
        array([1., 3., 2.])
    """
    return _fill_by_item(as_table(values), groups, by_median=False)


def impute_median(values: npt.ArrayLike, *, groups: Sequence[Hashable] | None = None) -> Imputed:
    """Fill each missing cell with the median of its item, over all units or over those of the unit's group.

    Example:
        >>> impute_median([[1.0], [9.0], [np.nan], [4.0]], groups=["N", "S", "S", "S"]).values.ravel()
        array([1. , 9. , 6.5, 4. ])
    """
    return _fill_by_item(as_table(values), groups, by_median=True)


def _fill_by_item(table: Floats, groups: Sequence[Hashable] | None, *, by_median: bool) -> Imputed:
    labels, codes = as_groups(groups if groups is not None else [None] * len(table), len(table))
    out = table.copy()
    for code in range(len(labels)):
        rows = table[codes == code]
        middle = median(rows) if by_median else mean(rows)
        out[codes == code] = np.where(np.isnan(rows), middle, rows)
    return _marked(table, out)


def impute_within_unit(values: npt.ArrayLike, groups: Sequence[Hashable], *, direction: npt.ArrayLike = 1) -> Imputed:
    """Fill each missing cell from the unit's own other items of the same group, on a common scale.

    Items are put on 0 to 1 by their range over the units, the mean of the unit's items present in the group is
    taken, and the mean is put back on the scale of the missing item.

    Args:
        values: Table (units, items).
        groups: The group of each item, such as its pillar.
        direction: +1 or -1 per item, or one for all: a low value of one item stands for a high value of its opposite.

    Example:
        >>> impute_within_unit([[0.0, 10.0], [4.0, 20.0], [1.0, np.nan]], ["law", "law"]).values[2]
        array([ 1. , 12.5])
    """
    table = as_table(values)
    labels, codes = as_groups(groups, table.shape[1])
    signed = table * np.asarray(direction, np.float64)
    low, high = bounds(signed)
    common = quotient(signed - low, np.broadcast_to(high - low, table.shape))
    out = signed.copy()
    for code in range(len(labels)):
        own = codes == code
        back = mean(common[:, own], axis=1)[:, None] * (high - low)[own] + low[own]
        out[:, own] = np.where(np.isnan(signed[:, own]), back, signed[:, own])
    filled = _marked(table, out * np.asarray(direction, np.float64))
    return Imputed(values=np.where(filled.filled, filled.values, table), filled=filled.filled)


def _marked(before: Floats, after: Floats) -> Imputed:
    return Imputed(values=after, filled=np.isnan(before) & ~np.isnan(after))
