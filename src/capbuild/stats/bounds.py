"""What missing answers leave open: the exact range of each score and of each rank, with no assumption about them.

A score that never falls when an answer rises is lowest with every missing answer at the low end of its scale and
highest with every one at the high end, so two evaluations give the exact range. Any aggregation of this package is such
a score. Normalisation must be fixed beforehand (goalposts): a minimum or a mean over the units would move with the
answers.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_directions, as_table, as_vector

__all__ = ["Bounds", "mean_bounds", "pair_bounds", "rank_bounds", "score_bounds"]


@frozen(kw_only=True, eq=False)
class Bounds:
    """Lowest and highest value that the missing answers allow, one per unit; NaN where the score does not exist.

    Attributes:
        low: Lowest value.
        high: Highest value.
        open: True where answers are missing.
    """

    low: Floats
    high: Floats
    open: Bools


def score_bounds(
    values: npt.ArrayLike,
    score: Callable[[Floats], npt.ArrayLike],
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    direction: npt.ArrayLike = 1,
) -> Bounds:
    """Return the exact range of a monotone score over all completions of the missing values.

    Args:
        values: Table (units, items), NaN where an answer is missing.
        score: Function of a complete table that gives one score per unit and never falls when a value moves in the
            direction of its item. It is called twice.
        low: Lowest value possible, of each item or of all.
        high: Highest value possible.
        direction: +1 or -1 per item, or one for all.

    Raises:
        ModelError: A low end is above its high end, or a value lies outside its ends.

    Example:
        >>> found = score_bounds([[50.0, np.nan], [20.0, 40.0]], lambda table: table.mean(axis=1), low=0, high=100)
        >>> found.low, found.high
        (array([25., 30.]), array([75., 30.]))
    """
    table = as_table(values)
    items = table.shape[1]
    least, most = as_vector(low, "low", items), as_vector(high, "high", items)
    if not (least <= most).all():
        raise ModelError("low", least.tolist(), f"must not be above high {most.tolist()}")
    outside = (table < least) | (table > most)
    if outside.any():
        unit, item = (int(i) for i in np.argwhere(outside)[0])
        raise ModelError(f"values[{unit}, {item}]", float(table[unit, item]), "must lie between low and high")
    rising = as_directions(direction, items) > 0
    absent = np.isnan(table)
    worst = np.asarray(score(np.where(absent, np.where(rising, least, most), table)), dtype=np.float64)
    best = np.asarray(score(np.where(absent, np.where(rising, most, least), table)), dtype=np.float64)
    return Bounds(low=worst, high=best, open=np.asarray(absent.any(axis=1)))


def mean_bounds(
    values: npt.ArrayLike, *, weights: npt.ArrayLike = 1.0, low: npt.ArrayLike = 0.0, high: npt.ArrayLike = 100.0
) -> Bounds:
    """Return the exact range of the weighted mean of each unit.

    Args:
        values: Table (units, items), NaN where an answer is missing, higher is better.
        weights: Weight of each item, or one for all; their scale does not matter.
        low: Lowest value possible, of each item or of all.
        high: Highest value possible.

    Raises:
        ModelError: A weight is negative or all are zero; or as for `score_bounds`.

    Example:
        >>> found = mean_bounds([[50.0, np.nan]], weights=[3.0, 1.0])
        >>> found.low.item(), found.high.item()
        (37.5, 62.5)
    """
    table = as_table(values)
    given = as_vector(weights, "weights", table.shape[1])
    if not ((given >= 0).all() and given.sum() > 0):
        raise ModelError("weights", given.tolist(), "must not be negative, nor all zero")
    shares = given / given.sum()
    return score_bounds(table, lambda complete: complete @ shares, low=low, high=high)


def rank_bounds(low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the best and the worst rank of each unit, 1 for the highest score, ties sharing the best place.

    Exact when the units' missing answers do not depend on each other: a unit is best placed at its own high end with
    all others at their low end, and worst placed the other way round.

    Args:
        low: Lowest score of each unit, NaN where there is none.
        high: Highest score.

    Returns:
        Best and worst rank, NaN for the units without a score.

    Raises:
        ModelError: A low end is above its high end.

    Example:
        >>> best, worst = rank_bounds([40.0, 50.0, 60.0], [55.0, 50.0, 70.0])
        >>> best.tolist(), worst.tolist()
        ([2.0, 2.0, 1.0], [3.0, 3.0, 1.0])
    """
    least, most = as_vector(low, "low"), as_vector(high, "high")
    if len(least) != len(most) or (least > most).any():
        raise ModelError("low", least.tolist(), f"must not be above high {most.tolist()}")
    known = ~(np.isnan(least) | np.isnan(most))
    ascending_low, ascending_high = np.sort(least[known]), np.sort(most[known])
    best, worst = np.full(len(least), np.nan), np.full(len(least), np.nan)
    best[known] = len(ascending_low) - np.searchsorted(ascending_low, most[known], side="right") + 1
    above = len(ascending_high) - np.searchsorted(ascending_high, least[known], side="right")
    # A unit does not stand above itself; it was counted where its own high end is above its low end.
    worst[known] = above - (most[known] > least[known]) + 1
    return best, worst


def pair_bounds(low: npt.ArrayLike, high: npt.ArrayLike) -> Floats:
    """Say which of two units is ahead whatever the missing answers are, shape (units, units).

    Returns:
        1 where the row is surely above the column, -1 where it is surely below, 0 where it is open or equal, NaN where
        one has no score.

    Example:
        >>> pair_bounds([40.0, 50.0, 60.0], [55.0, 50.0, 70.0])[2].tolist()
        [1.0, 1.0, 0.0]
    """
    least, most = as_vector(low, "low"), as_vector(high, "high")
    sure = np.subtract(least[:, None] > most, most[:, None] < least, dtype=np.float64)
    unknown = np.isnan(least) | np.isnan(most)
    sure[unknown] = np.nan
    sure[:, unknown] = np.nan
    return np.asarray(sure)
