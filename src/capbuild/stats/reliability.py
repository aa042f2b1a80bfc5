"""Whether the items of a scale measure one thing: Cronbach's alpha."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_table, mean, quotient
from capbuild.stats.distributions import f_quantile
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["CronbachAlpha", "cronbach_alpha"]


@frozen(kw_only=True)
class CronbachAlpha:
    """Cronbach's alpha of a set of items.

    Attributes:
        alpha: The estimate; it may be negative.
        low: Lower end of Feldt's interval.
        high: Upper end of Feldt's interval.
        confidence: Coverage of the interval.
        units: How many units it rests on.
        dropped: Alpha without each item, in column order; `Undefined` below two items.
    """

    alpha: float
    low: float
    high: float
    confidence: float
    units: int
    dropped: tuple[float | Undefined, ...]


def cronbach_alpha(
    values: npt.ArrayLike, *, confidence: float = 0.95, pairwise: bool = False
) -> CronbachAlpha | Undefined:
    """Return `k / (k - 1) * (1 - sum of item variances / variance of the sum)` with Feldt's interval.

    Units with a missing value are left out, or each covariance uses the units that have both items.

    Args:
        values: Table (units, items).
        confidence: Coverage of the interval, more than 0 and less than 1.
        pairwise: Use all units that have both items of a pair. The interval then takes the smallest number of units
            that an item has.

    Returns:
        The alpha, or `Undefined` below two items, below two complete units, or where the sum is constant.

    Raises:
        ModelError: The confidence is not between 0 and 1.

    Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt, Woodruff and Salih (1987), Applied Psychological
    Measurement 11, 93-103, for the interval.

    Example:
        >>> found = cronbach_alpha([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0], [4.0, 4.0]])
        >>> round(found.alpha, 3), found.units
        (0.867, 4)
    """
    if not 0 < confidence < 1:
        raise ModelError("confidence", confidence, "must be between 0 and 1")
    table = as_table(values)
    if not pairwise:
        table = table[~np.isnan(table).any(axis=1)]
    units, items = table.shape
    covariance = _covariance(table)
    alpha = _alpha(covariance)
    if isinstance(alpha, Undefined):
        return alpha
    units = int((~np.isnan(table)).sum(axis=0).min())
    above, below = units - 1, (units - 1) * (items - 1)
    tail = (1 - confidence) / 2
    rest = [np.delete(np.delete(covariance, item, axis=0), item, axis=1) for item in range(items)]
    return CronbachAlpha(
        alpha=alpha,
        low=1 - (1 - alpha) * f_quantile(1 - tail, above, below),
        high=1 - (1 - alpha) * f_quantile(tail, above, below),
        confidence=confidence,
        units=units,
        dropped=tuple(_alpha(part) for part in rest),
    )


def _covariance(table: Floats) -> Floats:
    """Return the covariance of each pair of items over the units that have both, NaN below two units."""
    filled, present = np.nan_to_num(table - mean(table)), (~np.isnan(table)) * 1.0
    n = present.T @ present
    sums = filled.T @ present
    products = filled.T @ filled - quotient(sums * sums.T, n)
    return np.where(n > 1, quotient(products, n - 1), np.nan)


def _alpha(covariance: Floats) -> float | Undefined:
    items = len(covariance)
    if items < 2:
        return Undefined(UndefinedReason.TOO_FEW, "alpha needs two items")
    if np.isnan(covariance).any():
        return Undefined(UndefinedReason.TOO_FEW, "two items have fewer than two units in common")
    of_sum, of_items = float(covariance.sum()), float(np.trace(covariance))
    if of_sum <= 1e-14 * of_items or of_items == 0:
        return Undefined(UndefinedReason.CONSTANT, "the sum of the items is constant")
    return items / (items - 1) * (1 - of_items / of_sum)
