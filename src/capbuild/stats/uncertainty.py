"""Summary of a simulation: ranges, ranks and probabilities of units."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_table, mean, quantiles
from capbuild.stats.ranking import competition_ranks

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
        """Ranks (replications, units), 1 for the best, 0 where missing."""
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
