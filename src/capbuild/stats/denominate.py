"""Counts made comparable: per head, per officer, per area; and the counts that only say how large a country is."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_table
from capbuild.stats.correlation import cross_pearson

__all__ = ["SizeProxy", "denominate", "size_proxies"]


def denominate(values: npt.ArrayLike, denominators: npt.ArrayLike, *, scale: npt.ArrayLike = 1.0) -> Floats:
    """Divide values by what they are counted per: `values / denominators * scale`.

    Args:
        values: Table (units, items).
        denominators: Table of the same shape, or (units, 1); NaN makes the result missing. Use ones for the items
            that stay as they are.
        scale: Factor of each item or of all, such as 100,000 for "per 100,000 people".

    Raises:
        ModelError: The shapes do not fit, or a denominator is zero or negative.

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
    """An item that goes with the size of the country.

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
    """List the items whose correlation with a possible denominator is above a threshold in size, in column order.

    Args:
        values: Table (units, items).
        denominators: Table (units, denominators): population, area, officers.
        threshold: Correlation above which an item is listed, either sign.

    Example:
        >>> size_proxies([[1.0], [2.0], [3.5]], [[10.0], [20.0], [30.0]])[0].item
        0
    """
    found = cross_pearson(values, denominators)
    strong = np.abs(np.nan_to_num(found)) > threshold
    return tuple(
        SizeProxy(item=int(i), denominator=int(d), correlation=float(found[i, d])) for i, d in np.argwhere(strong)
    )
