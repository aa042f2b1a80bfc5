"""Treatment of outliers: winsorising and transformation."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from capbuild.errors import ModelError
from capbuild.stats import Bools, Floats, as_table, bounds
from capbuild_index.describe import is_well_shaped, kurtosis, skewness
from capbuild_index.transform import log_gii, log_plus_one, log_range, log_range_either


class Fallback(StrEnum):
    """Transformation if winsorising does not suffice; see `transform`."""

    NONE = "none"
    LOG_RANGE = "log range"
    LOG_RANGE_EITHER = "log range either"
    LOG_PLUS_ONE = "log plus one"
    LOG_GII = "log gii"


_TRANSFORMS = {
    Fallback.LOG_RANGE: log_range,
    Fallback.LOG_RANGE_EITHER: log_range_either,
    Fallback.LOG_PLUS_ONE: log_plus_one,
    Fallback.LOG_GII: log_gii,
}


@frozen(kw_only=True)
class ItemTreatment:
    """Treatment of one item.

    Attributes:
        item: Column of the item.
        skewness: Skewness before and after, NaN if undefined.
        kurtosis: Kurtosis before and after, NaN if undefined.
        pulled_down: Number of values lowered.
        pulled_up: Number of values raised.
        transform: The transform applied.
        well_shaped: Whether it is now well shaped.
    """

    item: int
    skewness: tuple[float, float]
    kurtosis: tuple[float, float]
    pulled_down: int = 0
    pulled_up: int = 0
    transform: Fallback = Fallback.NONE
    well_shaped: bool = True


@frozen(kw_only=True, eq=False)
class Treatment:
    """Table with treated outliers.

    Attributes:
        values: The table.
        changed: Mask of changed cells.
        items: Treatment of each item that was changed, or is still not well shaped.
    """

    values: Floats
    changed: Bools
    items: tuple[ItemTreatment, ...]


def winsorise(
    values: npt.ArrayLike, *, limit: int | None = 5, max_skew: float = 2.0, max_kurtosis: float = 3.5
) -> Floats:
    """Winsorise each item until it is well shaped.

    While `is_well_shaped` is false, all values at the maximum (skewness >= 0), or else at the minimum, become the next
    value. A step that would bring the number of changed values above `limit` is not taken.

    Args:
        values: Table (units, items).
        limit: Maximum number of changed values per item; None for no limit.
        max_skew: See `is_well_shaped`.
        max_kurtosis: See `is_well_shaped`.

    Source: JRC/OECD Handbook on Constructing Composite Indicators (2008), the rule as applied in the Global Innovation
    Index.

    Example:
        >>> winsorise([[1.0], [2.0], [3.0], [4.0], [5.0], [90.0]]).ravel()
        array([1., 2., 3., 4., 5., 5.])
    """
    table = as_table(values)
    low, high = bounds(table)
    failing = np.flatnonzero(
        ~is_well_shaped(skewness(table), kurtosis(table), max_skew=max_skew, max_kurtosis=max_kurtosis)
    )
    for item in failing:
        column = table[~np.isnan(table[:, item]), item]
        most = len(column) if limit is None else limit
        low[item], high[item] = _find_bounds(column, most, max_skew, max_kurtosis)
    return np.clip(table, low, high)


def _find_bounds(column: Floats, limit: int, max_skew: float, max_kurtosis: float) -> tuple[float, float]:
    """Return the bounds for clipping a column.

    The moments of each step come from power sums of the values between the bounds, plus the clipped values at their
    bound, without another pass over the column.
    """
    scaled = (column - column.mean()) / column.std()
    unique, first, uses = np.unique(scaled, return_index=True, return_counts=True)
    sums = np.concatenate([np.zeros((4, 1)), np.cumsum(uses * unique ** np.arange(1, 5)[:, None], axis=1)], axis=1)
    upto = np.concatenate([[0], np.cumsum(uses)])
    bottom, top, n = 0, len(unique) - 1, len(column)
    while bottom < top:
        below, above = upto[bottom], n - upto[top + 1]
        powers = unique[[bottom, top]] ** np.arange(1, 5)[:, None]
        means = (sums[:, top + 1] - sums[:, bottom] + powers @ [below, above]) / n
        skew, kurt = _compute_shape(n, means)
        if not means[1] - means[0] ** 2 > 1e-3:  # a huge value is gone, and with it the digits of the running sums
            now = np.clip(scaled, unique[bottom], unique[top])[:, None]
            skew, kurt = float(skewness(now)[0]), float(kurtosis(now)[0])
        if is_well_shaped(skew, kurt, max_skew=max_skew, max_kurtosis=max_kurtosis):
            break
        step = uses[top] if skew >= 0 else uses[bottom]
        if below + above + step > limit:
            break
        bottom, top = (bottom, top - 1) if skew >= 0 else (bottom + 1, top)
    return float(column[first[bottom]]), float(column[first[top]])


def _compute_shape(n: int, means: Floats) -> tuple[float, float]:
    """Return skewness and excess kurtosis (type 2).

    `means` are the means of the first four powers.
    """
    m, square, cube, fourth = (float(power) for power in means)
    m2 = square - m * m
    if m2 <= 0:
        return np.nan, np.nan
    m3 = cube - 3 * m * square + 2 * m**3
    m4 = fourth - 4 * m * cube + 6 * m * m * square - 3 * m**4
    skew = np.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5
    return float(skew), ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def treat(
    values: npt.ArrayLike,
    *,
    limit: int | None = 5,
    fallback: Fallback | str = Fallback.LOG_RANGE,
    combine: bool = False,
    max_skew: float = 2.0,
    max_kurtosis: float = 3.5,
) -> Treatment:
    """Winsorise or transform items that are not well shaped.

    An item is transformed where winsorising is not enough.

    Args:
        values: Table (units, items).
        limit: Maximum number of values changed by winsorising per item; None for no limit.
        fallback: Transform of items that are still not well shaped.
        combine: Transform the winsorised values, not the original ones.
        max_skew: See `is_well_shaped`.
        max_kurtosis: See `is_well_shaped`.

    Raises:
        ModelError: The fallback is unknown.

    Example:
        >>> treated = treat([[1.0], [2.0], [3.0], [4.0], [5.0], [90.0]])
        >>> treated.values.ravel(), treated.items[0].pulled_down
        (array([1., 2., 3., 4., 5., 5.]), 1)
    """
    if fallback not in set(Fallback):
        raise ModelError("fallback", fallback, f"must be one of {', '.join(Fallback)}")
    table, chosen = as_table(values), Fallback(fallback)
    pulled = winsorise(table, limit=limit, max_skew=max_skew, max_kurtosis=max_kurtosis)
    out = pulled.copy()
    failing = ~_find_well_shaped(pulled, max_skew, max_kurtosis)
    if failing.any() and chosen is not Fallback.NONE:
        out[:, failing] = _TRANSFORMS[chosen]((pulled if combine else table)[:, failing])
    changed = (out != table) & ~np.isnan(table)
    touched = np.flatnonzero(changed.any(axis=0) | failing)
    kept = np.where(failing & (not combine) & (chosen is not Fallback.NONE), table, pulled)
    items = _compute_details(table[:, touched], kept[:, touched], out[:, touched])
    shaped = _find_well_shaped(out[:, touched], max_skew, max_kurtosis)
    return Treatment(
        values=out,
        changed=changed,
        items=tuple(
            evolve(treatment, item=int(i), transform=chosen if failing[i] else Fallback.NONE, well_shaped=bool(good))
            for i, treatment, good in zip(touched, items, shaped, strict=True)
        ),
    )


def _find_well_shaped(table: Floats, max_skew: float, max_kurtosis: float) -> Bools:
    return is_well_shaped(skewness(table), kurtosis(table), max_skew=max_skew, max_kurtosis=max_kurtosis)


def _compute_details(before: Floats, pulled: Floats, after: Floats) -> list[ItemTreatment]:
    """Return each column's treatment."""
    skew, kurt = (np.stack([of(before), of(after)], axis=1).tolist() for of in (skewness, kurtosis))
    down, up = (pulled < before).sum(axis=0), (pulled > before).sum(axis=0)
    return [
        ItemTreatment(
            item=i,
            skewness=tuple(skew[i]),
            kurtosis=tuple(kurt[i]),
            pulled_down=int(down[i]),
            pulled_up=int(up[i]),
        )
        for i in range(before.shape[1])
    ]
