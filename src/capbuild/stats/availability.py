"""How much of each unit is known, and which units know too little to be scored."""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, Ints, as_groups, as_table, quotient

__all__ = ["Availability", "Screening", "availability", "availability_by_group", "screen"]


@frozen(kw_only=True, eq=False)
class Availability:
    """What is known of each unit, each array of shape (units,).

    Attributes:
        missing: How many values are missing.
        zeros: How many of the values present are zero.
        available: Share of the items that has a value.
        nonzero: Share of the values present that is not zero; NaN for a unit without any.
    """

    missing: Ints
    zeros: Ints
    available: Floats
    nonzero: Floats


def availability(values: npt.ArrayLike) -> Availability:
    """Count what is missing and what is zero in each unit of a table (units, items).

    A zero is a value; it is counted because blanks are often stored as zeros.

    Example:
        >>> known = availability([[1.0, 0.0, np.nan, 3.0]])
        >>> known.available, known.nonzero.round(3)
        (array([0.75]), array([0.667]))
    """
    table = as_table(values)
    missing = np.isnan(table).sum(axis=1)
    zeros = (table == 0).sum(axis=1)
    present = table.shape[1] - missing
    return Availability(
        missing=missing,
        zeros=zeros,
        available=quotient(present, np.full(len(table), table.shape[1])),
        nonzero=quotient(present - zeros, present),
    )


def availability_by_group(values: npt.ArrayLike, groups: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], Floats]:
    """Return the distinct groups of items, and the share of each that every unit has: shape (units, groups).

    Args:
        values: Table (units, items).
        groups: The group of each item, such as the pillar it belongs to.

    Example:
        >>> availability_by_group([[1.0, np.nan, 3.0]], ["law", "law", "staff"])
        (('law', 'staff'), array([[0.5, 1. ]]))
    """
    table = as_table(values)
    labels, codes = as_groups(groups, table.shape[1])
    member = codes[:, None] == np.arange(len(labels))
    present = (~np.isnan(table)).astype(np.float64) @ member
    return labels, quotient(present, np.broadcast_to(member.sum(axis=0), present.shape))


@frozen(kw_only=True, eq=False)
class Screening:
    """Which units know enough; nothing is removed, so nothing goes silently.

    Attributes:
        kept: Mask (units,) of the units that pass.
        low_availability: Mask of those with too many missing values.
        low_nonzero: Mask of those with too many zeros.
        counts: The counts it rests on.
    """

    kept: Bools
    low_availability: Bools
    low_nonzero: Bools
    counts: Availability

    def reason(self, unit: int) -> str | None:
        """Return in words why a unit fails, or None when it passes."""
        said = []
        if self.low_availability[unit]:
            said.append(f"{self.counts.available[unit]:.0%} of the items have a value")
        if self.low_nonzero[unit]:
            said.append(f"{self.counts.nonzero[unit]:.0%} of the values are not zero")
        return " and ".join(said) or None


def screen(
    values: npt.ArrayLike, *, minimum_available: float | None = None, minimum_nonzero: float | None = None
) -> Screening:
    """Mark the units with too little data, or too many zeros among their data.

    Args:
        values: Table (units, items).
        minimum_available: Least share of items with a value, 0 to 1; not tested when None.
        minimum_nonzero: Least share of the values present that is not zero, 0 to 1; not tested when None. A unit
            without any value fails this test too.

    Raises:
        ModelError: A threshold is outside 0 to 1.

    Example:
        >>> found = screen([[1.0, 2.0], [np.nan, 2.0]], minimum_available=0.9)
        >>> found.kept, found.reason(1)
        (array([ True, False]), '50% of the items have a value')
    """
    for name, threshold in (("minimum_available", minimum_available), ("minimum_nonzero", minimum_nonzero)):
        if threshold is not None and not 0 <= threshold <= 1:
            raise ModelError(name, threshold, "must be from 0 to 1")
    counts = availability(values)
    few = counts.available < (minimum_available or 0.0)
    zeros = ~(counts.nonzero >= (minimum_nonzero or 0.0)) & (minimum_nonzero is not None)
    return Screening(kept=~(few | zeros), low_availability=few, low_nonzero=zeros, counts=counts)
