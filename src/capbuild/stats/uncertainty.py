"""Ranks of units, and summaries of simulations.

Tied units share a rank. The summary of a simulation has ranges, ranks and probabilities.
"""

from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_table, as_vector, mean, quantiles


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

    A missing score has the rank NaN.

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

    The highest score has rank 1, and a missing one 0. This is `rank_scores` for thousands of rows: one sort and a
    scatter.

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
    """Return each row's ascending order, and where values change.

    Missing values come last.
    """
    order = np.argsort(rows, axis=-1)
    ordered = np.take_along_axis(rows, order, axis=-1)
    fresh = np.ones(rows.shape, dtype=np.bool_)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    return order, fresh


# Bounds of ranks with missing answers, without assumptions


def rank_bounds(low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the best and worst possible rank of each unit.

    Rank 1 is the highest score, and ties share the best rank. The bounds are exact if the units' missing answers are
    independent: a unit has its best rank at its own high end with all others at their low end, and its worst rank in
    the reverse case.

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


_SCORES_AT_ONCE = 1 << 20


@frozen(kw_only=True, eq=False, slots=False)
class SimulationSummary:
    """Summary of replications by unit, NaN without any figure.

    Attributes:
        scores: Figures (replications, units).
        confidence: Share of the replications within the ranges.
        mean: Mean figure.
        median: Median figure.
        low: Lower end of the range of figures.
        high: Upper end of the range of figures.
    """

    scores: Floats
    confidence: float
    mean: Floats
    median: Floats
    low: Floats
    high: Floats

    @property
    def missing(self) -> Bools:
        """Mask of the units without a figure in any replication."""
        return np.isnan(self.mean)

    @cached_property
    def places(self) -> npt.NDArray[np.int32]:
        """Ranks (replications, units), 1 for the best, 0 if missing."""
        out = np.empty(self.scores.shape, dtype=np.int32)
        step = max(1, _SCORES_AT_ONCE // max(1, self.scores.shape[1]))
        for start in range(0, len(out), step):
            out[start : start + step] = competition_ranks(self.scores[start : start + step])
        return out

    @cached_property
    def rank_ranges(self) -> Floats:
        """Lower end, median and upper end of ranks, (3, units)."""
        tail = (1 - self.confidence) / 2
        step = max(1, _SCORES_AT_ONCE // max(1, len(self.scores)))
        parts = []
        for start in range(0, self.scores.shape[1], step):
            places = self.places[:, start : start + step].astype(np.float64)
            parts.append(quantiles(np.where(places == 0, np.nan, places), [tail, 0.5, 1 - tail]))
        return np.concatenate(parts, axis=1) if parts else np.empty((3, 0))

    def below(self, target: npt.ArrayLike) -> Floats:
        """Return the probability of being below a target, by unit."""
        under = np.where(np.isnan(self.scores), np.nan, (self.scores < np.asarray(target, np.float64)) * 1.0)
        return mean(under)


def summarise_simulation(scores: npt.ArrayLike, *, confidence: float = 0.9) -> SimulationSummary:
    """Return the summary of simulated figures (replications, units).

    Raises:
        ModelError: The confidence is not between 0 and 1.

    Example:
        >>> found = summarise_simulation([[10.0, 30.0], [20.0, 25.0], [30.0, 20.0]])
        >>> found.median, found.below(22.0).round(2)
        (array([20., 25.]), array([0.67, 0.33]))
    """
    if not 0 < confidence < 1:
        raise ModelError("confidence", confidence, "must be between 0 and 1")
    table = as_table(scores, "scores")
    tail = (1 - confidence) / 2
    low, middle, high = quantiles(table, [tail, 0.5, 1 - tail])
    return SimulationSummary(scores=table, confidence=confidence, mean=mean(table), median=middle, low=low, high=high)
