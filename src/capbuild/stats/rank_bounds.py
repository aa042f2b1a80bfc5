"""Bounds of ranks with missing answers, without assumptions."""

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_vector

__all__ = ["rank_bounds"]


def rank_bounds(low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the best and worst possible rank of each unit.

    1 is for the highest score; ties share the best rank.

    Exact if the units' missing answers are independent: the best rank of a unit has it at its high end and all others
    at their low end, the worst rank the reverse.

    Args:
        low: Lowest score of each unit, NaN for none.
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
    # A unit does not rank above itself; it was counted if its own high end is above its low end.
    worst[known] = above - (most[known] > least[known]) + 1
    return best, worst
