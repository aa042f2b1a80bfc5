"""Fusion of reports from several sources into levels.

The list may come from anywhere: three columns, item, source and level. Behind it stands the rater model of `raters`;
how sources err is learnt with it, by expectation and maximisation from two starts.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from statistics import median_low
from typing import TypeAlias

import numpy as np
from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.stats.arrays import Floats, Ints
from capbuild.stats.confusion import SourceModel, compare_reports, leaning_spread, trust_table
from capbuild.stats.estimate import LEVEL, Estimate
from capbuild.stats.raters import RaterFit, RaterReports, fit_raters
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["FusedLevels", "SourceQuality", "fuse"]

Level: TypeAlias = Hashable
_SEPARATOR = "|"
_ROUNDS = 8  # of learning how sources err
_MET, _UNMET, _WEIGHT = 0.9, 0.2, 10.0  # what is believed of a source beforehand, and how many reports that is worth
_REFERENCE_OFF, _REFERENCE_MOST, _REFERENCE_WEIGHT = 0.03, 0.15, 10.0  # how often a reference is off, to each side
_SPREAD, _SPREAD_WEIGHT = 0.1, 5.0  # how far countries differ beforehand, and how many countries that is worth
_SAME = 0.02  # mean difference of probabilities up to which two starts tell the same


@frozen(kw_only=True)
class SourceQuality:
    """Estimated quality of one source.

    Attributes:
        reports: How many reports it gave.
        bias: Mean of report less true level over the items it reported, in levels; negative for a severe source.
        right: Probability that a report is the true level.
        within_one: Probability that it is at most one level off.
        confusion: P(report | true level), shape (levels, levels), the true level in the rows.
    """

    reports: int
    bias: Estimate
    right: Estimate
    within_one: Estimate
    confusion: Floats = field(eq=False)


@frozen(kw_only=True, eq=False)
class FusedLevels:
    """Levels of items, fused from several sources.

    Attributes:
        scale: The levels, lowest first.
        best: The likeliest level of each item, the lower of two alike.
        probabilities: Probability of each level, by item: `fused.probabilities["Jamaica|TEC-2"][3]`.
        sources: What was learnt of each source: its bias in levels, and how often it was right.
        agreed: Whether both starts come to the same; where they do not, take no probability as a promise.
        repeated: Reports of one source on one item beyond the first: their lower median counts.
    """

    scale: tuple[Level, ...]
    best: FrozenMap[Hashable, Level]
    probabilities: FrozenMap[Hashable, FrozenMap[Level, float]]
    sources: FrozenMap[str, SourceQuality]
    agreed: bool
    repeated: int

    def to_rows(self) -> list[dict[str, object]]:
        """Return one row an item: level, probability, and all probabilities."""
        return [
            {"item": item, "level": self.best[item], "probability": shares[self.best[item]]}
            | {f"P({level})": share for level, share in shares.items()}
            for item, shares in self.probabilities.items()
        ]


def fuse(
    reports: Iterable[Sequence[Hashable]],
    *,
    scale: Sequence[Level] | None = None,
    reference: Iterable[str] = ("visit",),
    draws: int = 500,
    seed: int = 0,
) -> FusedLevels | Undefined:
    """Estimate the level of each item from disagreeing reports.

    How each source errs is learnt from all items together: how often it lies how many levels too high or too low. Items
    are `(country, capacity)` or texts such as `Jamaica|TEC-2`; sources may then flatter more in one country than in
    another, and countries and capacities are strong or weak throughout as far as the reports show it. Items of another
    form stand for themselves.

    Args:
        reports: Rows of item, source and level, such as `csv.reader` gives.
        scale: The levels, lowest first; whole numbers from the lowest to the highest reported when None.
        reference: Sources taken as close to unbiased, as far as they report; without one, biases are relative to the
            mean of all sources.
        draws: Draws of all levels behind the intervals of sources.
        seed: Seed of the draws.

    Returns:
        Levels and probabilities; undefined when nobody reported, or one source only that is no reference.

    Raises:
        ModelError: A row has not three cells, a level is not on the scale, or without a scale is no whole number.

    Example:
        >>> reports = [(f"X{n}|LAB", source, 1 + (n + (source == "survey")) % 2) for n in range(4)
        ...            for source in ("survey", "visit", "desk")]
        >>> fused = fuse(reports)
        >>> fused.scale, fused.best["X0|LAB"]
        ((1, 2), 1)
    """
    table = _ReportTable.build(_check_reports(reports), scale)
    trusted = frozenset(number for number, name in enumerate(table.names) if name in set(reference))
    if not table.names:
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    if len(table.names) == 1 and not trusted:
        return Undefined(UndefinedReason.ONE_RATER, "one source only, which is no reference")
    fits = [
        _fit_levels(table, trusted, start) for start in (_reference_levels(table, trusted), _majority_levels(table))
    ]
    probabilities = fits[0].probabilities
    shares = {item: probabilities[place][: len(table.scale)] for item, place in table.places.items()}
    levels = _draw_levels(fits[0], draws, seed)
    return FusedLevels(
        scale=table.scale,
        best=FrozenMap({item: table.scale[int(share.argmax())] for item, share in shares.items()}),
        probabilities=FrozenMap(
            {item: FrozenMap(zip(table.scale, map(float, share), strict=True)) for item, share in shares.items()}
        ),
        sources=FrozenMap(
            {name: _quality(counts, levels) for name, counts in zip(table.names, table.counts, strict=True)}
        ),
        agreed=float(np.abs(probabilities - fits[1].probabilities).sum(axis=2)[table.item_positions].mean())
        <= 2 * _SAME,
        repeated=table.repeated,
    )


def _reference_levels(table: "_ReportTable", trusted: frozenset[int]) -> Floats:
    """Probabilities with references taken as true.

    All levels alike where they are silent.
    """
    seen = sum((table.counts[number] for number in trusted), np.zeros(table.counts[0].shape))
    return _shares(seen) if trusted else _majority_levels(table)


def _majority_levels(table: "_ReportTable") -> Floats:
    return _shares(np.sum(table.counts, axis=0))


def _shares(counts: Floats) -> Floats:
    total = counts.sum(axis=2, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1.0), 0.0)


def _fit_levels(table: "_ReportTable", trusted: frozenset[int], start: Floats) -> RaterFit:
    """Estimate source errors and levels in turn."""
    shape = table.counts[0].shape
    none = np.zeros(shape)
    reports = RaterReports(
        counts=table.counts,
        applies=np.ones(shape[:2], np.bool_),
        starts=np.arange(shape[1]),
        steps=np.zeros(shape[1], np.int64),
        besides=none,
    )
    sources = [_fit_source(counts, start, number in trusted) for number, counts in enumerate(table.counts)]
    for _ in range(_ROUNDS):
        fit = fit_raters(reports, sources, truth=none, reference=()).posterior()
        belief = fit.probabilities
        sources = [
            _fit_source(
                counts, belief if number in trusted else _leave_one_out(belief, source, counts), number in trusted
            )
            for number, (counts, source) in enumerate(zip(table.counts, sources, strict=True))
        ]
    return fit


def _leave_one_out(belief: Floats, source: SourceModel, counts: Floats) -> Floats:
    """Level probabilities without one source's reports."""
    own = np.exp(counts @ np.log(source.table).T)
    rest = belief / own
    return np.asarray(rest / rest.sum(axis=2, keepdims=True))


def _fit_source(counts: Floats, truth: Floats, trusted: bool) -> SourceModel:
    """Confusion of one source, given the levels.

    A reference errs to both sides alike, and seldom.
    """
    size = counts.shape[2]
    if trusted:
        known = (counts.sum(axis=2) > 0) & (truth.sum(axis=2) > 0)
        off = float((1 - (truth * counts).sum(axis=2))[known].sum())
        share = (off / 2 + _REFERENCE_WEIGHT * _REFERENCE_OFF) / (float(known.sum()) + _REFERENCE_WEIGHT)
        share = min(share, _REFERENCE_MOST)
        return SourceModel(table=np.maximum(trust_table(size, 1 - share, share), 1e-4), centre=np.zeros(size))
    table = compare_reports(counts, truth, trust_table(size, _MET, _UNMET), _WEIGHT)
    spread = leaning_spread(counts, truth, table, usual=_SPREAD, weight=_SPREAD_WEIGHT) if len(counts) > 1 else 0.0
    return SourceModel(table=table, spread=spread, centre=np.zeros(size))


def _draw_levels(fit: RaterFit, draws: int, seed: int) -> Ints:
    """Joint draws of all levels, shape (draws, countries, capacities)."""
    random = np.random.default_rng(seed)
    above = np.stack([share[..., 0] for share in fit.levels], axis=-1)  # (C, K, J, level)
    upto = np.concatenate([1 - above.sum(axis=-1, keepdims=True), above], axis=-1).cumsum(axis=-1)
    rows = np.arange(len(fit.views))
    views = (random.random((draws, len(rows), 1)) > fit.views.cumsum(axis=1)).sum(axis=2)
    chosen = upto[rows, :, np.minimum(views, fit.views.shape[1] - 1)]  # (draws, C, K, level)
    levels = (random.random((*chosen.shape[:3], 1)) > chosen).sum(axis=3)
    return np.asarray(np.minimum(levels, upto.shape[3] - 1), dtype=np.int64)


def _quality(counts: Floats, levels: Ints) -> SourceQuality:
    visited = counts.sum(axis=2) > 0
    off = (counts @ np.arange(counts.shape[2]))[visited] - levels[:, visited]
    true = levels[:, visited][..., None] == np.arange(counts.shape[2])
    pairs = np.einsum("dnl,nr->lr", true, counts[visited])
    total = pairs.sum(axis=1, keepdims=True)
    n = int(visited.sum())
    return SourceQuality(
        reports=n,
        bias=_estimate(off.mean(axis=1), n),
        right=_estimate((off == 0).mean(axis=1), n),
        within_one=_estimate((np.abs(off) <= 1).mean(axis=1), n),
        confusion=np.where(total > 0, pairs / np.maximum(total, 1), 1 / len(pairs)),
    )


def _estimate(drawn: Floats, n: int) -> Estimate:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(
        value=float(drawn.mean()), se=float(drawn.std(ddof=1)), low=float(low), high=float(high), level=LEVEL, n=n
    )


@frozen(kw_only=True, eq=False)
class _ReportTable:
    """Reports as positions on the scale.

    Attributes:
        scale: The levels, lowest first.
        places: Country and capacity of each item, as positions.
        names: The sources.
        counts: Whether each source reports each level, one array (countries, capacities, levels) a source.
        repeated: Reports of a source on an item beyond the first.
    """

    scale: tuple[Level, ...]
    places: Mapping[Hashable, tuple[int, int]]
    names: tuple[str, ...]
    counts: tuple[Floats, ...]
    repeated: int

    @classmethod
    def build(cls, rows: Sequence[tuple[Hashable, str, Level]], scale: Sequence[Level] | None) -> "_ReportTable":
        levels = tuple(scale) if scale is not None else _whole_numbers(row[2] for row in rows)
        places = _item_places(tuple(dict.fromkeys(item for item, _, _ in rows)))
        names = tuple(dict.fromkeys(source for _, source, _ in rows))
        order = {level: number for number, level in enumerate(levels)}
        reports_by_item: dict[tuple[int, int, int], list[int]] = {}
        for item, source, level in rows:
            if level not in order:
                raise ModelError("reports", level, f"must be a level of the scale {list(levels)}")
            reports_by_item.setdefault((*places[item], names.index(source)), []).append(order[level])
        shape = [max((place[axis] for place in places.values()), default=-1) + 1 for axis in (0, 1)]
        table = np.zeros((len(names), *shape, max(len(levels), 2)))
        for (row, column, number), values in reports_by_item.items():
            table[number, row, column, median_low(values)] = 1
        beyond = sum(len(values) - 1 for values in reports_by_item.values())
        return cls(scale=levels, places=places, names=names, counts=tuple(table), repeated=beyond)

    @property
    def item_positions(self) -> tuple[Ints, Ints]:
        """Positions of the items."""
        rows, columns = zip(*self.places.values(), strict=True)
        return np.array(rows, np.int64), np.array(columns, np.int64)


def _check_reports(reports: Iterable[Sequence[Hashable]]) -> list[tuple[Hashable, str, Level]]:
    found = []
    for row in reports:
        if len(row) != 3:
            raise ModelError("reports", tuple(row), "must be rows of item, source and level")
        item, source, level = row
        found.append((item, str(source), int(level) if isinstance(level, str) and level.isdecimal() else level))
    return found


def _whole_numbers(levels: Iterable[Level]) -> tuple[int, ...]:
    given = list(levels)
    for level in given:
        if not isinstance(level, int | float) or level != int(level):
            raise ModelError("reports", level, "must have a whole number as level, or give the scale")
    whole = [int(level) for level in given if isinstance(level, int | float)]
    return tuple(range(min(whole), max(whole) + 1)) if whole else ()


def _item_places(items: Sequence[Hashable]) -> dict[Hashable, tuple[int, int]]:
    """Country and capacity of each item, as positions.

    All in one row where items do not say.
    """
    pairs = [tuple(item.split(_SEPARATOR)) if isinstance(item, str) else item for item in items]
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        return {item: (0, number) for number, item in enumerate(items)}
    ends = [list(dict.fromkeys(pair[axis] for pair in pairs if isinstance(pair, tuple))) for axis in (0, 1)]
    order = [{name: number for number, name in enumerate(names)} for names in ends]
    return {
        item: (order[0][pair[0]], order[1][pair[1]])
        for item, pair in zip(items, pairs, strict=True)
        if isinstance(pair, tuple)
    }
