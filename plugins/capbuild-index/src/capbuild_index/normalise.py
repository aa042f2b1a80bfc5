"""Normalisation of items to one scale, reusable for later rounds.

The default for an assessment is `goalposts`: fixed ends do not move if a country joins or a round is added. Data-based
normalisers (`minmax`, `zscore`, ranks) are fitted on the baseline and applied to every round.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.stats import Floats, Ties, as_directions, as_table, as_vector, bounds, mean, quotient, read_only, std
from capbuild.undefined import Undefined, UndefinedReason


class Normaliser(Protocol):
    """Interface of every normaliser."""

    def apply(self, values: npt.ArrayLike) -> Floats:
        """Return a table (units, items) on the common scale.

        Cells are NaN where missing or undefined.
        """
        ...

    @property
    def undefined(self) -> Mapping[int, Undefined]:
        """Items that cannot be normalised, by column, with the reason."""
        ...


@frozen(kw_only=True, eq=False)
class Linear:
    """Linear function per item.

    It computes `low + (direction * x - origin) / span * (high - low)`.

    Attributes:
        direction: +1 or -1 per item.
        origin: Value of `direction * x` mapped to `low`.
        span: Distance from there to the value mapped to `high`; an item without a positive span is undefined.
        low: Result for the origin.
        high: Result for the origin plus the span.
        floor: Whether results below `low` are set to `low`.
        cap: Whether results above `high` are set to `high`.
        reason: Reason for undefined items.

    Example:
        >>> baseline = goalposts([0.0], [5.0])
        >>> baseline.apply([[2.0], [6.0]]).ravel()
        array([ 40., 100.])
    """

    direction: Floats = field(converter=read_only)
    origin: Floats = field(converter=read_only)
    span: Floats = field(converter=read_only)
    low: float = 0.0
    high: float = 100.0
    floor: bool = False
    cap: bool = False
    reason: UndefinedReason = UndefinedReason.CONSTANT

    def apply(self, values: npt.ArrayLike) -> Floats:
        """Return a table (units, items) on the common scale.

        Cells are NaN where missing or undefined.
        """
        table = as_table(values) * self.direction
        share = quotient(table - self.origin, np.where(self.span > 0, self.span, np.nan))
        share = np.maximum(share, 0.0) if self.floor else share
        share = np.minimum(share, 1.0) if self.cap else share
        return self.low + share * (self.high - self.low)

    @property
    def undefined(self) -> Mapping[int, Undefined]:
        """Items that cannot be normalised, by column, with the reason."""
        return {
            int(i): Undefined(UndefinedReason.NOBODY_ANSWERED if np.isnan(self.span[i]) else self.reason)
            for i in np.flatnonzero(~(self.span > 0))
        }


class OrdinalScale(StrEnum):
    """Scale of a rank `r`, 1 for the worst."""

    RANK = "rank"  # r
    BORDA = "borda"  # r - 1
    PERCENTILE = "percentile"  # (r - 1) / (n - 1)


@frozen(kw_only=True, eq=False)
class Ordinal:
    """Ranks among the units of the fitted round.

    Applied to a later round, its values are ranked among the same units.

    Attributes:
        direction: +1 or -1 per item.
        reference: Fitted values `direction * x`, with each column sorted, NaN last.
        scale: One of `OrdinalScale`.
        ties: Rank shared by equal values.
    """

    direction: Floats = field(converter=read_only)
    reference: Floats = field(converter=read_only)
    scale: OrdinalScale = OrdinalScale.RANK
    ties: Ties = Ties.MIN

    def apply(self, values: npt.ArrayLike) -> Floats:
        """Return values' ranks among the reference, 1 for the worst.

        Cells are NaN where missing or undefined.
        """
        table = as_table(values) * self.direction
        out = np.full(table.shape, np.nan)
        for item, sizes in enumerate((~np.isnan(self.reference)).sum(axis=0)):
            present = ~np.isnan(table[:, item])
            out[present, item] = self._rank(self.reference[:sizes, item], table[present, item])
        out[:, list(self.undefined)] = np.nan
        return out

    def _rank(self, reference: Floats, values: Floats) -> Floats:
        below = np.searchsorted(reference, values, side="left")
        upto = np.searchsorted(reference, values, side="right")
        last = np.maximum(upto, below + 1)  # a value absent from the reference takes one rank
        place = {Ties.MIN: below + 1.0, Ties.MAX: last * 1.0}.get(self.ties, (below + 1 + last) / 2)
        if self.scale == OrdinalScale.RANK:
            return np.asarray(place)
        if self.scale == OrdinalScale.BORDA:
            return np.asarray(place - 1)
        return np.minimum((place - 1) / max(len(reference) - 1, 1), 1.0)

    @property
    def undefined(self) -> Mapping[int, Undefined]:
        """Items that cannot be normalised, by column, with the reason."""
        least = 2 if self.scale == OrdinalScale.PERCENTILE else 1
        sizes = (~np.isnan(self.reference)).sum(axis=0)
        return {
            int(i): Undefined(UndefinedReason.TOO_FEW if sizes[i] else UndefinedReason.NOBODY_ANSWERED)
            for i in np.flatnonzero(sizes < least)
        }


def goalposts(
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    direction: npt.ArrayLike = 1,
    scale: tuple[float, float] = (0.0, 100.0),
    truncate: bool = True,
) -> Linear:
    """Scale items by fixed goalposts.

    The share of the scale is `(x - lower) / (upper - lower)`.

    Args:
        lower: Lower goalpost of each item, in its unit.
        upper: Upper goalpost of each item.
        direction: +1 or -1 per item or one for all; for -1 the lower goalpost is the better one.
        scale: Results for the worse and the better goalpost.
        truncate: Set values beyond a goalpost to that end.

    Raises:
        ModelError: A lower goalpost is not below its upper one.

    Source: UNDP, Human Development Report, technical note 1.

    Example:
        >>> goalposts([0.0, 0.0], [5.0, 10.0], direction=[1, -1]).apply([[4.0, 1.0]])
        array([[80., 90.]])
    """
    bottom, top = np.atleast_1d(np.asarray(lower, np.float64)), np.atleast_1d(np.asarray(upper, np.float64))
    signs = as_directions(direction, len(bottom))
    wrong = np.flatnonzero(~(bottom < top))
    if len(wrong):
        item = int(wrong[0])
        raise ModelError(f"goalposts of item {item}", (float(bottom[item]), float(top[item])), "must be lower < upper")
    return _make_linear(signs, np.where(signs > 0, bottom, -top), top - bottom, scale, floor=truncate, cap=truncate)


def scaled(
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    direction: npt.ArrayLike = 1,
    scale: tuple[float, float] = (0.0, 100.0),
) -> Linear:
    """Map each item's scale to the common one.

    Values outside their scale stay outside.

    Args:
        lower: Lower end of each item's own scale.
        upper: Upper end of each item's own scale.
        direction: +1 where more is better, -1 where less is; one per item, or one for all.
        scale: Lower and upper end of the common scale.

    Example:
        >>> scaled([1.0], [7.0]).apply([[4.0]])
        array([[50.]])
    """
    return goalposts(lower, upper, direction=direction, scale=scale, truncate=False)


def minmax(values: npt.ArrayLike, *, direction: npt.ArrayLike = 1, scale: tuple[float, float] = (0.0, 100.0)) -> Linear:
    """Scale items to the range of units.

    The share of the scale is `(x - min) / (max - min)`, so a new unit at either end changes every score. A constant
    item is undefined.

    Args:
        values: Table (units, items) to fit on, NaN if missing.
        direction: +1 where more is better, -1 where less is; one per item, or one for all.
        scale: Lower and upper end of the common scale.

    Example:
        >>> minmax([[1.0], [2.0], [5.0]]).apply([[2.0]])
        array([[25.]])
    """
    signs, _, low, high = _apply_directions(values, direction)
    return _make_linear(signs, low, high - low, scale)


def zscore(values: npt.ArrayLike, *, direction: npt.ArrayLike = 1, mean_to: float = 0.0, std_to: float = 1.0) -> Linear:
    """Scale items to a mean and standard deviation.

    The standard deviation is that of a sample (n - 1).

    Args:
        values: Table (units, items) to fit on, NaN if missing.
        direction: +1 where more is better, -1 where less is; one per item, or one for all.
        mean_to: New mean.
        std_to: New standard deviation.

    Example:
        >>> zscore([[1.0], [2.0], [3.0]], mean_to=100, std_to=10).apply([[3.0]])
        array([[110.]])
    """
    signs, table, low, high = _apply_directions(values, direction)
    return _make_linear(signs, mean(table), np.where(high > low, std(table), low * 0), (mean_to, mean_to + std_to))


def distance_to_target(
    values: npt.ArrayLike,
    targets: npt.ArrayLike,
    *,
    direction: npt.ArrayLike = 1,
    scale: tuple[float, float] = (0.0, 1.0),
    cap: bool = True,
) -> Linear:
    """Scale items by their distance to a target.

    The share of the scale is `(x - min) / (target - min)`, where `min` is the worst unit.

    Args:
        values: Table (units, items).
        targets: Target of each item, in the unit of the item.
        direction: +1 or -1 per item or one for all.
        scale: Results for the worst unit and the target.
        cap: Set values beyond the target to the target.

    An item is undefined if its target is no better than its worst unit.

    Example:
        >>> distance_to_target([[1.0], [3.0], [9.0]], [5.0]).apply([[3.0], [9.0]]).ravel()
        array([0.5, 1. ])
    """
    signs, _, low, _ = _apply_directions(values, direction)
    aims = as_vector(targets, "targets", len(signs)) * signs
    return _make_linear(signs, low, aims - low, scale, cap=cap, reason=UndefinedReason.NOT_APPLICABLE)


def distance_to_maximum(values: npt.ArrayLike, *, direction: npt.ArrayLike = 1) -> Linear:
    """Scale items by their distance to the best unit.

    The result is `1 - (max - x) / (max - min)`, from 0 for the worst unit to 1.

    Example:
        >>> distance_to_maximum([[1.0], [5.0]]).apply([[2.0]])
        array([[0.25]])
    """
    return minmax(values, direction=direction, scale=(0.0, 1.0))


def distance_to_reference(
    values: npt.ArrayLike, reference: int, *, direction: npt.ArrayLike = 1, cap: bool = False
) -> Linear:
    """Scale items by their distance to one unit.

    The result is `1 - (ref - x) / (ref - min)`, where `min` is the worst unit.

    Args:
        values: Table (units, items).
        reference: Row of the reference unit.
        direction: +1 or -1 per item or one for all.
        cap: Set values beyond the reference to 1.

    An item is undefined if the reference is the worst, or has no value.

    Example:
        >>> distance_to_reference([[1.0], [3.0], [5.0]], 1).apply([[2.0], [5.0]]).ravel()
        array([0.5, 2. ])
    """
    signs, table, low, _ = _apply_directions(values, direction)
    return _make_linear(signs, low, table[reference] - low, (0.0, 1.0), cap=cap, reason=UndefinedReason.NOT_APPLICABLE)


def fraction_of_maximum(values: npt.ArrayLike) -> Linear:
    """Divide values by the highest: `x / max`.

    This suits only items where more is better. An item without a positive maximum is undefined.

    Example:
        >>> fraction_of_maximum([[1.0], [4.0]]).apply([[2.0]])
        array([[0.5]])
    """
    signs, _, _, high = _apply_directions(values, 1)
    return _make_linear(signs, np.zeros_like(high), high, (0.0, 1.0), reason=UndefinedReason.NOT_APPLICABLE)


def rank(values: npt.ArrayLike, *, direction: npt.ArrayLike = 1, ties: Ties | str = Ties.MIN) -> Ordinal:
    """Replace values by ranks, 1 for the worst unit.

    Args:
        values: Table (units, items) to fit on, NaN if missing.
        direction: +1 where more is better, -1 where less is; one per item, or one for all.
        ties: Rank shared by equal values.

    Example:
        >>> rank([[10.0], [30.0], [20.0]]).apply([[10.0], [30.0], [20.0]]).ravel()
        array([1., 3., 2.])
    """
    return _make_ordinal(values, direction, OrdinalScale.RANK, ties)


def percentile(values: npt.ArrayLike, *, direction: npt.ArrayLike = 1, ties: Ties | str = Ties.MIN) -> Ordinal:
    """Replace values by percentile ranks.

    With rank `r` among the `n` units with a value, this is `(r - 1) / (n - 1)`.

    Args:
        values: Table (units, items) to fit on, NaN if missing.
        direction: +1 where more is better, -1 where less is; one per item, or one for all.
        ties: Rank shared by equal values.

    Example:
        >>> percentile([[10.0], [30.0], [20.0]]).apply([[20.0]])
        array([[0.5]])
    """
    return _make_ordinal(values, direction, OrdinalScale.PERCENTILE, ties)


def borda(values: npt.ArrayLike, *, direction: npt.ArrayLike = 1, ties: Ties | str = Ties.MIN) -> Ordinal:
    """Replace values by the number of units that are worse.

    Args:
        values: Table (units, items) to fit on, NaN if missing.
        direction: +1 where more is better, -1 where less is; one per item, or one for all.
        ties: Rank shared by equal values.

    Example:
        >>> borda([[10.0], [30.0], [20.0]]).apply([[30.0]])
        array([[2.]])
    """
    return _make_ordinal(values, direction, OrdinalScale.BORDA, ties)


def _apply_directions(values: npt.ArrayLike, direction: npt.ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Return directions and the directed table with its range.

    The table is multiplied by the directions. The range is the lowest and the highest value of each item.
    """
    table = as_table(values)
    signs = as_directions(direction, table.shape[1])
    table = table * signs
    return signs, table, *bounds(table)


def _make_linear(
    direction: Floats,
    origin: Floats,
    span: Floats,
    scale: tuple[float, float],
    *,
    floor: bool = False,
    cap: bool = False,
    reason: UndefinedReason = UndefinedReason.CONSTANT,
) -> Linear:
    low, high = scale
    return Linear(
        direction=direction, origin=origin, span=span, low=low, high=high, floor=floor, cap=cap, reason=reason
    )


def _make_ordinal(values: npt.ArrayLike, direction: npt.ArrayLike, scale: OrdinalScale, ties: Ties | str) -> Ordinal:
    if ties not in {Ties.MIN, Ties.MAX, Ties.AVERAGE}:
        raise ModelError("ties", ties, "must be min, max or average")
    signs, table, _, _ = _apply_directions(values, direction)
    return Ordinal(direction=signs, reference=np.sort(table, axis=0), scale=scale, ties=Ties(ties))
