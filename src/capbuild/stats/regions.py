"""Figures of regions, and what they rest on: how many of the units, and how much of their weight, have a figure."""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_groups, as_table, as_vector, bounds, median, quotient

__all__ = ["RegionalFigures", "summarise_regions"]


@frozen(kw_only=True, eq=False)
class RegionalFigures:
    """Figures of regions; each array has the shape (regions, columns), NaN where no unit has a figure.

    Attributes:
        regions: The labels, in order of appearance.
        mean: Mean of the units with a figure, by the weights given.
        median: Median of the units with a figure, without weights.
        low: Lowest figure.
        high: Highest figure.
        units: How many units have a figure.
        coverage: Share of the region's weight that the units with a figure have.
    """

    regions: tuple[Hashable, ...]
    mean: Floats
    median: Floats
    low: Floats
    high: Floats
    units: Floats
    coverage: Floats

    @property
    def missing(self) -> Bools:
        """Mask of the regions and columns without a figure."""
        return np.isnan(self.mean)


def summarise_regions(
    scores: npt.ArrayLike, regions: Sequence[Hashable], *, weights: npt.ArrayLike | None = None
) -> RegionalFigures:
    """Summarise scores (units, columns) by region.

    Args:
        scores: Table of figures, NaN where a unit has none.
        regions: The region of each unit.
        weights: Weight of each unit in the mean, such as its population; equal when None.

    Raises:
        ModelError: A weight is negative or missing.

    Example:
        >>> found = summarise_regions([[40.0], [60.0], [np.nan]], ["North", "North", "North"], weights=[3, 1, 4])
        >>> found.mean, found.units, found.coverage
        (array([[45.]]), array([[2.]]), array([[0.5]]))
    """
    table = as_table(scores)
    given = as_vector(1.0 if weights is None else weights, "weights", len(table))
    if not (given >= 0).all():
        raise ModelError("weights", given.tolist(), "must not be negative or missing")
    labels, codes = as_groups(regions, len(table))
    member = (codes == np.arange(len(labels))[:, None]) * 1.0
    present = ~np.isnan(table)
    known = (member * given) @ present
    parts = [table[codes == code] for code in range(len(labels))]
    return RegionalFigures(
        regions=labels,
        mean=quotient((member * given) @ np.nan_to_num(table), known),
        median=np.array([median(part) for part in parts]).reshape(len(labels), -1),
        low=np.array([bounds(part)[0] for part in parts]).reshape(len(labels), -1),
        high=np.array([bounds(part)[1] for part in parts]).reshape(len(labels), -1),
        units=member @ present,
        coverage=quotient(known, np.broadcast_to((member @ given)[:, None], known.shape)),
    )
