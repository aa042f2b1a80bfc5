"""Rounds of one programme beside each other: missing values filled from the same unit's other rounds."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_vector

__all__ = ["FillMethod", "Panel", "impute_panel"]


class FillMethod(StrEnum):
    """Which rounds a missing value is filled from.

    `latest` takes the last value before it. `nearest before, else after` takes that, or the first value after it.
    `linear` draws a line between the values on both sides. `linear, ends held` holds the first and last value outside.
    """

    LATEST = "latest"
    HELD = "nearest before, else after"
    LINEAR = "linear"
    LINEAR_HELD = "linear, ends held"


@frozen(kw_only=True, eq=False)
class Panel:
    """A panel with cells filled; arrays have the shape (rounds, units, items).

    Attributes:
        values: The panel; NaN where nothing could be filled in.
        filled: Mask of the cells that were filled.
        before: Time of the earlier value a filled cell rests on; NaN where it rests on none, or was observed.
        after: Time of the later value a filled cell rests on; NaN likewise.
        times: Time of each round.
    """

    values: Floats
    filled: Bools
    before: Floats
    after: Floats
    times: Floats

    @property
    def missing(self) -> Bools:
        """Mask of the cells that are missing still."""
        return np.isnan(self.values)

    @property
    def age(self) -> Floats:
        """Distance in time to the farthest value a filled cell rests on, 0 for the cells observed."""
        now = self.times[:, None, None]
        return np.maximum(np.nan_to_num(now - self.before), np.nan_to_num(self.after - now))


def impute_panel(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    method: FillMethod | str = FillMethod.LATEST,
    maximum_age: float | None = None,
) -> Panel:
    """Fill missing values of a panel from the same unit and item in other rounds.

    A unit with one value, or none, is filled as far as the method goes; it is no error.

    Args:
        values: Panel (rounds, units, items).
        times: Time of each round, increasing, such as years.
        method: Which rounds are used.
        maximum_age: Farthest distance in time to a value used; no limit when None.

    Raises:
        ModelError: The times do not increase, the shapes do not fit, a value is infinite, or the method is unknown.

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
    before, after = _used(chosen, _last_seen(panel), _last_seen(panel[::-1])[::-1], len(when))
    filled = np.isnan(panel) & ((before >= 0) | (after >= 0))
    result = Panel(
        values=np.where(filled, _blend(panel, when, before, after), panel),
        filled=filled,
        before=np.where(filled & (before >= 0), when[before], np.nan),
        after=np.where(filled & (after >= 0), when[after], np.nan),
        times=when,
    )
    return result if maximum_age is None else _without_old(result, panel, maximum_age)


def _last_seen(panel: Floats) -> npt.NDArray[np.int64]:
    """Return, for each cell, how many rounds from the first the last value up to it is; -1 for none."""
    rounds = np.arange(len(panel))[:, None, None]
    return np.asarray(np.maximum.accumulate(np.where(np.isnan(panel), -1, rounds), axis=0))


def _used(
    method: FillMethod, before: npt.NDArray[np.int64], mirrored: npt.NDArray[np.int64], rounds: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rounds a method uses on either side of each cell, -1 where none."""
    after = np.where(mirrored >= 0, rounds - 1 - mirrored, -1)
    if method is FillMethod.LATEST:
        return before, np.full_like(after, -1)
    if method is FillMethod.HELD:
        return before, np.where(before >= 0, -1, after)
    if method is FillMethod.LINEAR:
        both = (before >= 0) & (after >= 0)
        return np.where(both, before, -1), np.where(both, after, -1)
    return before, after


def _blend(panel: Floats, when: Floats, before: npt.NDArray[np.int64], after: npt.NDArray[np.int64]) -> Floats:
    """Return the value on the line between the two rounds used, or that of the only one."""
    earlier = np.take_along_axis(panel, np.maximum(before, 0), axis=0)
    later = np.take_along_axis(panel, np.maximum(after, 0), axis=0)
    gap = np.maximum(when[after] - when[before], 1e-300)
    share = (when[:, None, None] - when[before]) / gap
    line = earlier + np.where((before >= 0) & (after >= 0), share, 0.0) * (later - earlier)
    return np.where(after < 0, earlier, np.where(before < 0, later, line))


def _without_old(filled: Panel, observed: Floats, maximum_age: float) -> Panel:
    fresh = filled.filled & (filled.age <= maximum_age)
    return Panel(
        values=np.where(fresh, filled.values, observed),
        filled=fresh,
        before=np.where(fresh, filled.before, np.nan),
        after=np.where(fresh, filled.after, np.nan),
        times=filled.times,
    )
