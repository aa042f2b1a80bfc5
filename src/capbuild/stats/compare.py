"""Two results of the same units beside each other: what moved, how far, and whether the intervals still meet."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_vector, mean
from capbuild.stats.correlation import Coefficient, correlate
from capbuild.stats.ranks import ranks
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Comparison", "compare", "compare_many", "intervals_overlap"]


@frozen(kw_only=True, eq=False)
class Comparison:
    """A second result less a first one, each array of shape (units,); NaN where one of the two is missing.

    Attributes:
        score_change: Second score less the first.
        first_rank: Rank in the first result.
        second_rank: Rank in the second.
        pearson: Correlation of the scores.
        kendall: Kendall's tau-b of the scores.
    """

    score_change: Floats
    first_rank: Floats
    second_rank: Floats
    pearson: float | Undefined
    kendall: float | Undefined

    @property
    def places_gained(self) -> Floats:
        """First rank less the second: positive when a unit moved up."""
        return self.first_rank - self.second_rank

    @property
    def mean_rank_shift(self) -> float | Undefined:
        """Mean number of places moved, over the units in both results."""
        shift = float(mean(np.abs(self.places_gained)))
        return Undefined(UndefinedReason.TOO_FEW, "no unit is in both results") if np.isnan(shift) else shift


def compare(first: npt.ArrayLike, second: npt.ArrayLike) -> Comparison:
    """Compare two results of the same units.

    Raises:
        ModelError: The results have not the same number of units.

    Example:
        >>> moved = compare([70.0, 60.0, 50.0], [65.0, 66.0, 40.0])
        >>> moved.places_gained, moved.mean_rank_shift
        (array([-1.,  1.,  0.]), 0.6666666666666666)
    """
    one = as_vector(first, "first")
    two = as_vector(second, "second", len(one))
    return Comparison(
        score_change=two - one,
        first_rank=ranks(one),
        second_rank=ranks(two),
        pearson=correlate(one, two),
        kendall=correlate(one, two, Coefficient.KENDALL),
    )


def compare_many(results: Mapping[str, npt.ArrayLike]) -> dict[str, Floats]:
    """Return the ranks of each result by its name, all of the same units, best of the first result first.

    The order of rows is under `"unit"`, as positions in the results given.

    Raises:
        ModelError: There is no result, or they have not the same number of units.

    Example:
        >>> compare_many({"mean": [1.0, 3.0], "minimum": [2.0, 1.0]})
        {'unit': array([1., 0.]), 'mean': array([1., 2.]), 'minimum': array([2., 1.])}
    """
    if not results or "unit" in results:
        raise ModelError("results", list(results), "must be named results, none of them 'unit'")
    units = len(np.atleast_1d(np.asarray(next(iter(results.values())))))
    places = {name: ranks(as_vector(result, name, units)) for name, result in results.items()}
    order = np.argsort(next(iter(places.values())), kind="stable")
    return {"unit": order.astype(np.float64)} | {name: place[order] for name, place in places.items()}


def intervals_overlap(
    first_low: npt.ArrayLike, first_high: npt.ArrayLike, second_low: npt.ArrayLike, second_high: npt.ArrayLike
) -> Bools:
    """Say for each unit whether two intervals meet; where they do not, the change is beyond both uncertainties.

    A missing end is as wide as can be: it meets everything.

    Args:
        first_low: Lower end for each unit, NaN where it is not known.
        first_high: Upper end for each unit.
        second_low: Lower end of the other interval.
        second_high: Upper end of the other interval.

    Example:
        >>> intervals_overlap([40.0, 40.0], [50.0, 50.0], [49.0, 55.0], [60.0, 70.0])
        array([ True, False])
    """
    low = np.asarray(first_low, np.float64), np.asarray(second_low, np.float64)
    high = np.asarray(first_high, np.float64), np.asarray(second_high, np.float64)
    return np.asarray(~((high[0] < low[1]) | (high[1] < low[0])))
