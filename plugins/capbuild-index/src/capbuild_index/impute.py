"""Imputation from the same item, unit or other rounds.

Marks each imputed cell.
"""

from collections.abc import Hashable, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import Bools, Floats, as_groups, as_table, as_vector, bounds, mean, median, quotient


@frozen(kw_only=True, eq=False)
class ImputedTable:
    """Table with imputed cells.

    Attributes:
        values: The table; NaN if not imputed.
        filled: Mask of imputed cells.
    """

    values: Floats
    filled: Bools

    @property
    def missing(self) -> Bools:
        """Mask of cells that are still missing."""
        return np.isnan(self.values)


def impute_mean(values: npt.ArrayLike, *, groups: Sequence[Hashable] | None = None) -> ImputedTable:
    """Impute missing cells by the item's mean.

    The mean is over all units, or over the unit's group. An item without values in a group stays missing there.

    Args:
        values: Table (units, items).
        groups: Group of each unit, such as its region.

    Example:
        >>> impute_mean([[1.0], [3.0], [np.nan]]).values.ravel()
        array([1., 3., 2.])
    """
    return _fill_by_item(as_table(values), groups, by_median=False)


def impute_median(values: npt.ArrayLike, *, groups: Sequence[Hashable] | None = None) -> ImputedTable:
    """Impute missing cells by the item's median.

    The median is over all units, or over the unit's group.

    Example:
        >>> impute_median([[1.0], [9.0], [np.nan], [4.0]], groups=["N", "S", "S", "S"]).values.ravel()
        array([1. , 9. , 6.5, 4. ])
    """
    return _fill_by_item(as_table(values), groups, by_median=True)


def _fill_by_item(table: Floats, groups: Sequence[Hashable] | None, *, by_median: bool) -> ImputedTable:
    labels, codes = as_groups(groups if groups is not None else [None] * len(table), len(table))
    out = table.copy()
    for code in range(len(labels)):
        rows = table[codes == code]
        middle = median(rows) if by_median else mean(rows)
        out[codes == code] = np.where(np.isnan(rows), middle, rows)
    return _make_imputed(table, out)


def impute_within_unit(
    values: npt.ArrayLike, groups: Sequence[Hashable], *, direction: npt.ArrayLike = 1
) -> ImputedTable:
    """Impute missing cells from the unit's other items.

    Items are scaled to 0 to 1 by their range over the units. The mean of the unit's values in the item's group is then
    scaled back to the missing item.

    Args:
        values: Table (units, items).
        groups: Group of each item, such as its pillar.
        direction: +1 or -1 per item, or one for all: a low value of one item implies a high value of its opposite.

    Example:
        >>> impute_within_unit([[0.0, 10.0], [4.0, 20.0], [1.0, np.nan]], ["law", "law"]).values[2]
        array([ 1. , 12.5])
    """
    table = as_table(values)
    labels, codes = as_groups(groups, table.shape[1])
    signed = table * np.asarray(direction, np.float64)
    low, high = bounds(signed)
    common = quotient(signed - low, np.broadcast_to(high - low, table.shape))
    out = signed.copy()
    for code in range(len(labels)):
        own = codes == code
        back = mean(common[:, own], axis=1)[:, None] * (high - low)[own] + low[own]
        out[:, own] = np.where(np.isnan(signed[:, own]), back, signed[:, own])
    filled = _make_imputed(table, out * np.asarray(direction, np.float64))
    return ImputedTable(values=np.where(filled.filled, filled.values, table), filled=filled.filled)


def _make_imputed(before: Floats, after: Floats) -> ImputedTable:
    return ImputedTable(values=after, filled=np.isnan(before) & ~np.isnan(after))


class FillMethod(StrEnum):
    """Rounds used to impute a missing value.

    `latest` uses the last value before it. `constant` uses that, or else the first value after it. `linear`
    interpolates between the values on both sides. `linear-constant` also extends the first and last value outwards.
    """

    LATEST = "latest"
    CONSTANT = "constant"
    LINEAR = "linear"
    LINEAR_CONSTANT = "linear-constant"


@frozen(kw_only=True, eq=False)
class ImputedPanel:
    """Panel with imputed cells, shape (rounds, units, items).

    Attributes:
        values: The panel; NaN if not imputed.
        filled: Mask of imputed cells.
        before: Time of the earlier value used for an imputed cell; NaN for none.
        after: Time of the later value used; NaN for none.
        times: Time of each round.
    """

    values: Floats
    filled: Bools
    before: Floats
    after: Floats
    times: Floats

    @property
    def missing(self) -> Bools:
        """Mask of cells that are still missing."""
        return np.isnan(self.values)

    @property
    def age(self) -> Floats:
        """Time difference to the farthest value used, 0 if observed."""
        now = self.times[:, None, None]
        return np.maximum(np.nan_to_num(now - self.before), np.nan_to_num(self.after - now))


def impute_panel(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    method: FillMethod | str = FillMethod.LATEST,
    maximum_age: float | None = None,
) -> ImputedPanel:
    """Impute a panel from other rounds.

    Values come from the same unit and item. A unit with at most one value is imputed as far as the method permits,
    without an error.

    Args:
        values: Panel (rounds, units, items).
        times: Time of each round, increasing, such as years.
        method: Rounds to use.
        maximum_age: Maximum time difference to a value used; None for no limit.

    Raises:
        ModelError: The times do not increase, the shapes differ, a value is infinite, or the method is unknown.

    Example:
        >>> panel = impute_panel([[[2.0]], [[np.nan]], [[np.nan]]], [2015, 2017, 2020], maximum_age=3)
        >>> panel.values.ravel(), panel.before.ravel()
        (array([ 2.,  2., nan]), array([  nan, 2015.,   nan]))
    """
    panel = np.asarray(values, np.float64)
    when = as_vector(times, "times")
    if panel.ndim != 3 or len(panel) != len(when):
        raise ModelError("values", panel.shape, f"must have the shape ({len(when)} rounds, units, items)")
    if np.isinf(panel).any():
        raise ModelError("values", float(panel[np.isinf(panel)][0]), "must not be infinite")
    if not (np.diff(when) > 0).all():
        raise ModelError("times", when.tolist(), "must increase")
    if method not in set(FillMethod):
        raise ModelError("method", method, f"must be one of {', '.join(FillMethod)}")
    chosen = FillMethod(method)
    before, after = _find_used(chosen, _find_last_seen(panel), _find_last_seen(panel[::-1])[::-1], len(when))
    filled = np.isnan(panel) & ((before >= 0) | (after >= 0))
    result = ImputedPanel(
        values=np.where(filled, _blend(panel, when, before, after), panel),
        filled=filled,
        before=np.where(filled & (before >= 0), when[before], np.nan),
        after=np.where(filled & (after >= 0), when[after], np.nan),
        times=when,
    )
    return result if maximum_age is None else _drop_old(result, panel, maximum_age)


def _find_last_seen(panel: Floats) -> npt.NDArray[np.int64]:
    """Return the last round with a value, per cell.

    The result is the index of the last such round up to the cell's own, or -1 if there is none.
    """
    rounds = np.arange(len(panel))[:, None, None]
    return np.asarray(np.maximum.accumulate(np.where(np.isnan(panel), -1, rounds), axis=0))


def _find_used(
    method: FillMethod, before: npt.NDArray[np.int64], mirrored: npt.NDArray[np.int64], rounds: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rounds used around each cell, -1 for none."""
    after = np.where(mirrored >= 0, rounds - 1 - mirrored, -1)
    if method is FillMethod.LATEST:
        return before, np.full_like(after, -1)
    if method is FillMethod.CONSTANT:
        return before, np.where(before >= 0, -1, after)
    if method is FillMethod.LINEAR:
        both = (before >= 0) & (after >= 0)
        return np.where(both, before, -1), np.where(both, after, -1)
    return before, after


def _blend(panel: Floats, when: Floats, before: npt.NDArray[np.int64], after: npt.NDArray[np.int64]) -> Floats:
    """Return values interpolated between two rounds, or of one."""
    earlier = np.take_along_axis(panel, np.maximum(before, 0), axis=0)
    later = np.take_along_axis(panel, np.maximum(after, 0), axis=0)
    gap = np.maximum(when[after] - when[before], 1e-300)
    share = (when[:, None, None] - when[before]) / gap
    line = earlier + np.where((before >= 0) & (after >= 0), share, 0.0) * (later - earlier)
    return np.where(after < 0, earlier, np.where(before < 0, later, line))


def _drop_old(filled: ImputedPanel, observed: Floats, maximum_age: float) -> ImputedPanel:
    fresh = filled.filled & (filled.age <= maximum_age)
    return ImputedPanel(
        values=np.where(fresh, filled.values, observed),
        filled=fresh,
        before=np.where(fresh, filled.before, np.nan),
        after=np.where(fresh, filled.after, np.nan),
        times=filled.times,
    )
