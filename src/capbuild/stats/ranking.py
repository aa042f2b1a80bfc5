"""Ranks of units, with ties."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_vector


class Ties(StrEnum):
    """Rank shared by equal scores: best, worst, mean, or dense."""

    MIN = "min"
    MAX = "max"
    AVERAGE = "average"
    DENSE = "dense"


def rank_scores(
    scores: npt.ArrayLike, *, ties: Ties | str = Ties.MIN, ascending: bool = False, axis: int = 0
) -> Floats:
    """Return ranks along an axis, 1 for the highest score.

    NaN if the score is missing.

    Args:
        scores: Array of any shape; missing scores have no rank.
        ties: Rank shared by equal scores.
        ascending: Give 1 to the lowest score instead.
        axis: Axis of the units.

    Raises:
        ModelError: `ties` is unknown, or a score is infinite.

    Example:
        >>> rank_scores([70.0, 82.0, 70.0, np.nan])
        array([ 2.,  1.,  2., nan])
        >>> rank_scores([70.0, 82.0, 70.0], ties="average")
        array([2.5, 1. , 2.5])
    """
    if ties not in set(Ties):
        raise ModelError("ties", ties, f"must be one of {', '.join(Ties)}")
    rows = np.moveaxis(np.asarray(scores, np.float64), axis, -1)
    if np.isinf(rows).any():
        raise ModelError("scores", float(rows[np.isinf(rows)][0]), "must not be infinite")
    order, fresh = _sort_rows(rows if ascending else -rows)
    count = rows.shape[-1]
    places = np.arange(1, count + 1, dtype=np.float64)
    first = np.maximum.accumulate(np.where(fresh, places, 0), axis=-1)
    closing = np.concatenate([fresh[..., 1:], np.ones((*fresh.shape[:-1], 1), np.bool_)], axis=-1)
    last = np.minimum.accumulate(np.where(closing, places, count)[..., ::-1], axis=-1)[..., ::-1]
    shared = {Ties.MIN: first, Ties.MAX: last, Ties.AVERAGE: (first + last) / 2}.get(Ties(ties))
    if shared is None:
        shared = np.cumsum(fresh, axis=-1, dtype=np.float64)
    out = np.empty(rows.shape)
    np.put_along_axis(out, order, shared, axis=-1)
    out[np.isnan(rows)] = np.nan
    return np.moveaxis(out, -1, axis)


def competition_ranks(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    """Return integer ranks by row, ties sharing the best.

    1 is for the highest, 0 for missing.

    Fast form of `rank_scores` for thousands of rows: one sort and a scatter.

    Example:
        >>> competition_ranks(np.array([[70.0, 82.0, 70.0, np.nan]]))
        array([[2, 1, 2, 0]], dtype=int32)
    """
    order, fresh = _sort_rows(-scores)
    places = np.arange(1, scores.shape[-1] + 1, dtype=np.int32)
    if not fresh.all():
        places = np.maximum.accumulate(np.where(fresh, places, 0), axis=-1)
    out = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(out, order, np.broadcast_to(places, scores.shape), axis=-1)
    out[np.isnan(scores)] = 0
    return out


def _sort_rows(rows: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return each row's ascending order, and the starts of new values.

    Missing ones go last.
    """
    order = np.argsort(rows, axis=-1)
    ordered = np.take_along_axis(rows, order, axis=-1)
    fresh = np.ones(rows.shape, dtype=np.bool_)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    return order, fresh


# Bounds of ranks with missing answers, without assumptions


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
