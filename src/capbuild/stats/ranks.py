"""Places: ranks with ties, ranks inside a group, and what a unit is strong and weak at."""

from collections.abc import Hashable, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_directions, as_groups, as_table, as_vector, bounds, median, quotient

__all__ = ["Standing", "Ties", "competition_places", "group_ranks", "ranks", "standing", "strengths", "weaknesses"]


class Ties(StrEnum):
    """The rank that equal scores share: the best place, the worst, their mean, or places without gaps."""

    MIN = "min"
    MAX = "max"
    AVERAGE = "average"
    DENSE = "dense"


def ranks(scores: npt.ArrayLike, *, ties: Ties | str = Ties.MIN, ascending: bool = False, axis: int = 0) -> Floats:
    """Return ranks along an axis, 1 for the highest score; NaN where the score is missing.

    Args:
        scores: Array of any shape; missing scores take no place.
        ties: What equal scores share.
        ascending: Give 1 to the lowest score instead.
        axis: Axis of the units.

    Raises:
        ModelError: The way of ties is unknown, or a score is infinite.

    Example:
        >>> ranks([70.0, 82.0, 70.0, np.nan])
        array([ 2.,  1.,  2., nan])
        >>> ranks([70.0, 82.0, 70.0], ties="average")
        array([2.5, 1. , 2.5])
    """
    if ties not in set(Ties):
        raise ModelError("ties", ties, f"must be one of {', '.join(Ties)}")
    rows = np.moveaxis(np.asarray(scores, np.float64), axis, -1)
    if np.isinf(rows).any():
        raise ModelError("scores", float(rows[np.isinf(rows)][0]), "must not be infinite")
    order, fresh = _sorted(rows if ascending else -rows)
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


def competition_places(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    """Return the ranks of each row as integers, 1 for the highest, ties sharing the best place, 0 where missing.

    The lean form of `ranks` for thousands of rows: one sort and a scatter.

    Example:
        >>> competition_places(np.array([[70.0, 82.0, 70.0, np.nan]]))
        array([[2, 1, 2, 0]], dtype=int32)
    """
    order, fresh = _sorted(-scores)
    places = np.arange(1, scores.shape[-1] + 1, dtype=np.int32)
    if not fresh.all():
        places = np.maximum.accumulate(np.where(fresh, places, 0), axis=-1)
    out = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(out, order, np.broadcast_to(places, scores.shape), axis=-1)
    out[np.isnan(scores)] = 0
    return out


def _sorted(rows: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return the ascending order of each row, and where in that order a new value begins; missing ones go last."""
    order = np.argsort(rows, axis=-1)
    ordered = np.take_along_axis(rows, order, axis=-1)
    fresh = np.ones(rows.shape, dtype=np.bool_)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    return order, fresh


def group_ranks(scores: npt.ArrayLike, groups: Sequence[Hashable], *, ties: Ties | str = Ties.MIN) -> Floats:
    """Return the rank of each unit among the units of its own group, for scores (units,) or (units, columns).

    Args:
        scores: Score of each unit, or a column of scores for each of several figures; missing scores take no place.
        groups: Group of each unit.
        ties: What equal scores share.

    Example:
        >>> group_ranks([5.0, 9.0, 7.0], ["north", "south", "north"])
        array([2., 1., 1.])
    """
    table = np.asarray(scores, np.float64)
    labels, codes = as_groups(groups, len(table))
    out = np.empty(table.shape)
    for code in range(len(labels)):
        out[codes == code] = ranks(table[codes == code], ties=ties)
    return out


@frozen(kw_only=True, eq=False)
class Standing:
    """Where a unit stands on each item, each array of shape (items,); NaN where its value or the measure is missing.

    Attributes:
        rank: Rank among all units, in the direction of the item.
        target_gap: Distance still to go to the target, as a share of the range of the item; 0 when it is met.
        peer_gap: Value less the median of the peers, as a share of the range; positive is better than the peers.
        peers_below: Share of the peers with a value that are worse; equal ones count half.
    """

    rank: Floats
    target_gap: Floats
    peer_gap: Floats
    peers_below: Floats


def standing(
    values: npt.ArrayLike,
    unit: int,
    *,
    targets: npt.ArrayLike | None = None,
    peers: Sequence[int] | None = None,
    direction: npt.ArrayLike = 1,
) -> Standing:
    """Say where one unit stands on each item, by target and by peers.

    Args:
        values: Table (units, items).
        unit: Row of the unit.
        targets: Target of each item, in the unit of the item; NaN for none.
        peers: Rows of the units it is compared with; all others when None.
        direction: +1 or -1 per item, or one for all.

    Example:
        >>> found = standing([[2.0, 5.0], [4.0, 1.0], [3.0, 3.0]], 0, targets=[4.0, 3.0])
        >>> found.target_gap, found.peers_below
        (array([1., 0.]), array([0., 1.]))
    """
    table = as_table(values)
    signs = as_directions(direction, table.shape[1])
    table = table * signs
    rest = [row for row in range(len(table)) if row != unit] if peers is None else list(peers)
    own, others = table[unit], table[rest]
    low, high = bounds(table)
    aims = np.full(table.shape[1], np.nan) if targets is None else as_vector(targets, "targets", table.shape[1]) * signs
    below = (others < own).sum(axis=0) + (others == own).sum(axis=0) / 2
    return Standing(
        rank=ranks(table)[unit],
        target_gap=quotient(np.maximum(aims - own, 0), high - low),
        peer_gap=quotient(own - median(others), high - low),
        peers_below=np.where(np.isnan(own), np.nan, quotient(below, (~np.isnan(others)).sum(axis=0))),
    )


def strengths(measure: npt.ArrayLike, count: int = 5) -> tuple[int, ...]:
    """Return the items with the lowest measure (a rank, a gap to target), best first, with all ties of the last.

    Example:
        >>> strengths([4.0, 1.0, 2.0, 2.0, np.nan], 2)
        (1, 2, 3)
    """
    return _ends(as_vector(measure, "measure"), count)


def weaknesses(measure: npt.ArrayLike, count: int = 5) -> tuple[int, ...]:
    """Return the items with the highest measure, worst first, with all ties of the last.

    Example:
        >>> weaknesses([4.0, 1.0, 2.0, 2.0, np.nan], 1)
        (0,)
    """
    return _ends(-as_vector(measure, "measure"), count)


def _ends(measure: Floats, count: int) -> tuple[int, ...]:
    places = ranks(measure, ascending=True)
    chosen = np.flatnonzero(np.nan_to_num(places, nan=np.inf) <= count)
    return tuple(int(item) for item in chosen[np.argsort(places[chosen], kind="stable")])
