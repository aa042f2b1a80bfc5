"""Comparison of results, leave-one-out, targets, peers and regions."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import (
    Bools,
    Floats,
    Rule,
    Ties,
    Tree,
    as_directions,
    as_groups,
    as_table,
    as_vector,
    bounds,
    evaluate_nodes,
    mean,
    median,
    quotient,
    rank_scores,
    rules_by_position,
)
from capbuild.undefined import Undefined, UndefinedReason
from capbuild_index.correlation import Coefficient, correlate


@frozen(kw_only=True, eq=False)
class Comparison:
    """Second result minus the first, NaN if one is missing.

    Attributes:
        score_change: Second score minus the first.
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
        """First rank minus the second, positive after moving up."""
        return self.first_rank - self.second_rank

    @property
    def mean_rank_shift(self) -> float | Undefined:
        """Mean number of ranks moved, over units in both results."""
        shift = float(mean(np.abs(self.places_gained)))
        return Undefined(UndefinedReason.TOO_FEW, "no unit is in both results") if np.isnan(shift) else shift


def compare(first: npt.ArrayLike, second: npt.ArrayLike) -> Comparison:
    """Compare two results of the same units.

    Raises:
        ModelError: The numbers of units differ.

    Example:
        >>> moved = compare([70.0, 60.0, 50.0], [65.0, 66.0, 40.0])
        >>> moved.places_gained, moved.mean_rank_shift
        (array([-1.,  1.,  0.]), 0.6666666666666666)
    """
    before = as_vector(first, "first")
    two = as_vector(second, "second", len(before))
    return Comparison(
        score_change=two - before,
        first_rank=rank_scores(before),
        second_rank=rank_scores(two),
        pearson=correlate(before, two),
        kendall=correlate(before, two, Coefficient.KENDALL),
    )


def compare_many(results: Mapping[str, npt.ArrayLike]) -> dict[str, Floats]:
    """Return each result's ranks, by name.

    All results are of the same units, in the same order. In the ranks, units are sorted by the first result, the best
    first; `"unit"` has their positions in the given results.

    Raises:
        ModelError: There is no result, or the numbers of units differ.

    Example:
        >>> compare_many({"mean": [1.0, 3.0], "minimum": [2.0, 1.0]})
        {'unit': array([1., 0.]), 'mean': array([1., 2.]), 'minimum': array([2., 1.])}
    """
    if not results or "unit" in results:
        raise ModelError("results", list(results), "must be named results, none of them 'unit'")
    units = len(np.atleast_1d(np.asarray(next(iter(results.values())))))
    places = {name: rank_scores(as_vector(result, name, units)) for name, result in results.items()}
    order = np.argsort(next(iter(places.values())), kind="stable")
    return {"unit": order.astype(np.float64)} | {name: place[order] for name, place in places.items()}


def intervals_overlap(
    first_low: npt.ArrayLike, first_high: npt.ArrayLike, second_low: npt.ArrayLike, second_high: npt.ArrayLike
) -> Bools:
    """Return whether two intervals overlap, for each unit.

    If they do not, the change exceeds the uncertainty of both. A missing end is unbounded, and overlaps everything.

    Args:
        first_low: Lower end for each unit, NaN if unknown.
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


@frozen(kw_only=True, eq=False)
class LeaveOneOut:
    """Root figures without each part.

    Attributes:
        labels: Parts left out, one at a time.
        full: Complete figures of the root (units,).
        scores: Figures without each part (units, labels); NaN without any other.
    """

    labels: tuple[str, ...]
    full: Floats
    scores: Floats

    @property
    def ranks(self) -> Floats:
        """Ranks without each part (units, labels)."""
        return rank_scores(self.scores)

    @property
    def mean_rank_shift(self) -> Floats:
        """Mean rank shift of units without each part, shape (labels,)."""
        return mean(np.abs(self.ranks - rank_scores(self.full)[:, None]))


def leave_one_out(
    values: npt.ArrayLike,
    tree: Tree,
    labels: Sequence[str],
    *,
    weights: npt.ArrayLike | Mapping[str, float] | None = None,
    rules: Rule | Mapping[str, Rule] | None = None,
) -> LeaveOneOut:
    """Compute the root without each label, in one batch.

    The part left out has weight 0, so its siblings take over its share, and its floor no longer applies.

    Args:
        values: Table (units, items) on one scale.
        tree: Items and nodes.
        labels: Items or nodes to leave out in turn; not the root.
        weights: See `aggregate`.
        rules: See `aggregate`.

    Raises:
        ModelError: The root is among the labels; or as for `aggregate`.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> leave_one_out([[80.0, 20.0], [60.0, 50.0]], tree, ["law", "staff"]).scores
        array([[20., 80.],
               [50., 60.]])
    """
    table = as_table(values)
    out = [tree.position(label) for label in labels]
    if tree.root in out:
        raise ModelError("labels", tree.labels[tree.root], "must not be the root")
    batch = np.tile(tree.weights(weights), (len(out) + 1, 1))
    batch[np.arange(len(out)), out] = 0.0
    figures = evaluate_nodes(table, tree, batch, rules_by_position(tree, rules))[tree.root]
    return LeaveOneOut(labels=tuple(labels), full=figures[-1].copy(), scores=figures[:-1].T.copy())


def group_ranks(scores: npt.ArrayLike, groups: Sequence[Hashable], *, ties: Ties | str = Ties.MIN) -> Floats:
    """Return ranks of units within their groups.

    Args:
        scores: Scores of units, in one or more columns; missing scores have no rank.
        groups: Group of each unit.
        ties: Rank shared by equal scores.

    Example:
        >>> group_ranks([5.0, 9.0, 7.0], ["north", "south", "north"])
        array([2., 1., 1.])
    """
    table = np.asarray(scores, np.float64)
    labels, codes = as_groups(groups, len(table))
    out = np.empty(table.shape)
    for code in range(len(labels)):
        out[codes == code] = rank_scores(table[codes == code], ties=ties)
    return out


@frozen(kw_only=True, eq=False)
class UnitComparison:
    """Rank of a unit, and its gaps to others.

    Attributes:
        rank: Rank among all units, in the direction of the item.
        target_gap: Remaining distance to the target, as a share of the item's range; 0 if met.
        peer_gap: Value minus the median of peers, as a share of the range; positive if better.
        peers_below: Share of peers with a value that are worse; ties count half.
    """

    rank: Floats
    target_gap: Floats
    peer_gap: Floats
    peers_below: Floats


def compare_unit(
    values: npt.ArrayLike,
    unit: int,
    *,
    targets: npt.ArrayLike | None = None,
    peers: Sequence[int] | None = None,
    direction: npt.ArrayLike = 1,
) -> UnitComparison:
    """Compare a unit with targets and peers, item by item.

    Args:
        values: Table (units, items).
        unit: Row of the unit.
        targets: Target of each item, in the unit of the item; NaN for none.
        peers: Rows of the peers; all others by default.
        direction: +1 or -1 per item, or one for all.

    Example:
        >>> found = compare_unit([[2.0, 5.0], [4.0, 1.0], [3.0, 3.0]], 0, targets=[4.0, 3.0])
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
    return UnitComparison(
        rank=rank_scores(table)[unit],
        target_gap=quotient(np.maximum(aims - own, 0), high - low),
        peer_gap=quotient(own - median(others), high - low),
        peers_below=np.where(np.isnan(own), np.nan, quotient(below, (~np.isnan(others)).sum(axis=0))),
    )


def find_strengths(measure: npt.ArrayLike, count: int = 5) -> tuple[int, ...]:
    """Return items with the lowest measure, best first, with ties.

    Example:
        >>> find_strengths([4.0, 1.0, 2.0, 2.0, np.nan], 2)
        (1, 2, 3)
    """
    return _find_ends(as_vector(measure, "measure"), count)


def find_weaknesses(measure: npt.ArrayLike, count: int = 5) -> tuple[int, ...]:
    """Return items with the highest measure, worst first, with ties.

    Example:
        >>> find_weaknesses([4.0, 1.0, 2.0, 2.0, np.nan], 1)
        (0,)
    """
    return _find_ends(-as_vector(measure, "measure"), count)


def _find_ends(measure: Floats, count: int) -> tuple[int, ...]:
    places = rank_scores(measure, ascending=True)
    chosen = np.flatnonzero(np.nan_to_num(places, nan=np.inf) <= count)
    return tuple(int(item) for item in chosen[np.argsort(places[chosen], kind="stable")])


@frozen(kw_only=True, eq=False)
class RegionalFigures:
    """Figures of regions, shape (regions, columns), NaN without any.

    Attributes:
        regions: The labels, in order of appearance.
        mean: Weighted mean of the units with a figure.
        median: Unweighted median of the units with a figure.
        low: Lowest figure.
        high: Highest figure.
        units: Number of units with a figure.
        coverage: Share of the region's weight in units with a figure.
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
        scores: Table of figures, NaN for none.
        regions: The region of each unit.
        weights: Weight of each unit in the mean, such as its population; equal by default.

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
