"""Fusion of reports from several sources into levels.

Reports may have any origin: three columns, item, source and level. The rater model of `raters` learns the errors of
sources by expectation-maximisation from two starts.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from statistics import median_low
from typing import TypeAlias

import numpy as np
from attrs import field, frozen

from capbuild._typed import explains_arguments
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.stats.arrays import Floats, Ints
from capbuild.stats.confusion import SourceModel, compare_reports, leaning_spread, trust_table
from capbuild.stats.estimate import LEVEL, Estimate
from capbuild.stats.raters import RaterFit, RaterReports, fit_raters
from capbuild.undefined import Undefined, UndefinedReason

Level: TypeAlias = Hashable
_SEPARATOR = "|"
_ROUNDS = 8  # of learning source errors
_MET, _UNMET, _WEIGHT = 0.9, 0.2, 10.0  # prior on a source, and its weight in reports
_REFERENCE_OFF, _REFERENCE_MOST, _REFERENCE_WEIGHT = 0.03, 0.15, 10.0  # error rate of a reference, on each side
_SPREAD, _SPREAD_WEIGHT = 0.1, 5.0  # prior spread of countries, and its weight in countries
_SAME = 0.02  # mean difference of probabilities up to which two starts agree


@frozen(kw_only=True)
class SourceQuality:
    """Estimated quality of one source.

    Attributes:
        reports: Number of reports.
        bias: Mean of report minus true level over its items, in levels; negative for a severe source.
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
        best: Most likely level of each item, the lower of ties.
        probabilities: Probability of each level, by item: `fused.probabilities["Jamaica|TEC-2"][3]`.
        sources: Estimated quality of each source: bias in levels, and accuracy.
        agreed: Whether both starts agree; if not, do not rely on the probabilities.
        repeated: Number of repeated reports of a source on an item; their lower median counts.
    """

    scale: tuple[Level, ...]
    best: FrozenMap[Hashable, Level]
    probabilities: FrozenMap[Hashable, FrozenMap[Level, float]]
    sources: FrozenMap[str, SourceQuality]
    agreed: bool
    repeated: int

    def to_rows(self) -> list[dict[str, object]]:
        """Return one row per item: level, probability, and all probabilities."""
        return [
            {"item": item, "level": self.best[item], "probability": shares[self.best[item]]}
            | {f"P({level})": share for level, share in shares.items()}
            for item, shares in self.probabilities.items()
        ]


@explains_arguments
def fuse(
    reports: Iterable[Sequence[Hashable]],
    *,
    scale: Sequence[Level] | None = None,
    reference: Iterable[str] = ("visit",),
    draws: int = 500,
    seed: int = 0,
) -> FusedLevels | Undefined:
    """Estimate the level of each item from disagreeing reports.

    The errors of each source, how often it is how many levels too high or low, are learnt from all items jointly. Items
    are `(country, capacity)` or texts such as `Jamaica|TEC-2`: the model then allows that sources exaggerate more in
    one country than in another, and that countries and capacities are strong or weak throughout, as far as the reports
    show. Items of another form are independent.

    Args:
        reports: Rows of item, source and level, such as from `csv.reader`.
        scale: The levels, lowest first; by default, integers from the lowest to the highest reported.
        reference: Sources assumed to be nearly unbiased; without one, biases are relative to the
            mean of all sources.
        draws: Number of draws for the intervals of sources.
        seed: Seed of the draws.

    Returns:
        Levels and probabilities; undefined without reports, or with a single source that is not a reference.

    Raises:
        ModelError: A row does not have three cells, or a level is not on the scale or, without a scale, not an integer.

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
        _fit_levels(table, trusted, start) for start in (_anchor_levels(table, trusted), _find_majority_levels(table))
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
            {name: _estimate_quality(counts, levels) for name, counts in zip(table.names, table.counts, strict=True)}
        ),
        agreed=float(np.abs(probabilities - fits[1].probabilities).sum(axis=2)[table.item_positions].mean())
        <= 2 * _SAME,
        repeated=table.repeated,
    )


def _anchor_levels(table: "_ReportTable", trusted: frozenset[int]) -> Floats:
    """Return level probabilities that take references as true.

    They are uniform for items without a reference.
    """
    seen = sum((table.counts[number] for number in trusted), np.zeros(table.counts[0].shape))
    return _compute_shares(seen) if trusted else _find_majority_levels(table)


def _find_majority_levels(table: "_ReportTable") -> Floats:
    return _compute_shares(np.sum(table.counts, axis=0))


def _compute_shares(counts: Floats) -> Floats:
    total = counts.sum(axis=2, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1.0), 0.0)


def _fit_levels(table: "_ReportTable", trusted: frozenset[int], start: Floats) -> RaterFit:
    """Estimate source errors and levels alternately."""
    shape = table.counts[0].shape
    none = np.zeros(shape)
    reports = RaterReports(
        counts=table.counts,
        applies=np.ones(shape[:2], np.bool_),
        starts=np.arange(shape[1]),
        steps=np.zeros(shape[1], np.int64),
        besides=none,
    )
    sources = [_fit_source(counts, start, trusted=number in trusted) for number, counts in enumerate(table.counts)]
    for _ in range(_ROUNDS):
        fit = fit_raters(reports, sources, truth=none, reference=()).posterior()
        posterior = fit.probabilities
        sources = [
            _fit_source(
                counts,
                posterior if number in trusted else _leave_one_out(posterior, source, counts),
                trusted=number in trusted,
            )
            for number, (counts, source) in enumerate(zip(table.counts, sources, strict=True))
        ]
    return fit


def _leave_one_out(posterior: Floats, source: SourceModel, counts: Floats) -> Floats:
    """Return level probabilities without one source's reports."""
    own = np.exp(counts @ np.log(source.table).T)
    rest = posterior / own
    return np.asarray(rest / rest.sum(axis=2, keepdims=True))


def _fit_source(counts: Floats, truth: Floats, *, trusted: bool) -> SourceModel:
    """Return the reporting model of one source, given the levels.

    A reference is assumed to err rarely and symmetrically.
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
    """Return joint draws of all levels, shape (draws, countries, capacities)."""
    random = np.random.default_rng(seed)
    above = np.stack([share[..., 0] for share in fit.levels()], axis=-1)  # (C, K, J, level)
    upto = np.concatenate([1 - above.sum(axis=-1, keepdims=True), above], axis=-1).cumsum(axis=-1)
    rows = np.arange(len(fit.views))
    views = (random.random((draws, len(rows), 1)) > fit.views.cumsum(axis=1)).sum(axis=2)
    chosen = upto[rows, :, np.minimum(views, fit.views.shape[1] - 1)]  # (draws, C, K, level)
    levels = (random.random((*chosen.shape[:3], 1)) > chosen).sum(axis=3)
    return np.asarray(np.minimum(levels, upto.shape[3] - 1), dtype=np.int64)


def _estimate_quality(counts: Floats, levels: Ints) -> SourceQuality:
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
        counts: Whether each source reports each level, one array (countries, capacities, levels) per source.
        repeated: Number of repeated reports of a source on an item.
    """

    scale: tuple[Level, ...]
    places: Mapping[Hashable, tuple[int, int]]
    names: tuple[str, ...]
    counts: tuple[Floats, ...]
    repeated: int

    @classmethod
    def build(cls, rows: Sequence[tuple[Hashable, str, Level]], scale: Sequence[Level] | None) -> "_ReportTable":
        levels = tuple(scale) if scale is not None else _list_whole_numbers(row[2] for row in rows)
        places = _collect_item_places(tuple(dict.fromkeys(item for item, _, _ in rows)))
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
    checked = []
    for row in reports:
        if len(row) != 3:
            raise ModelError("reports", tuple(row), "must be rows of item, source and level")
        item, source, level = row
        checked.append((item, str(source), int(level) if isinstance(level, str) and level.isdecimal() else level))
    return checked


def _list_whole_numbers(levels: Iterable[Level]) -> tuple[int, ...]:
    given = list(levels)
    for level in given:
        if not isinstance(level, int | float) or level != int(level):
            raise ModelError("reports", level, "must have a whole number as level, or give the scale")
    whole = [int(level) for level in given if isinstance(level, int | float)]
    return tuple(range(min(whole), max(whole) + 1)) if whole else ()


def _collect_item_places(items: Sequence[Hashable]) -> dict[Hashable, tuple[int, int]]:
    """Return country and capacity of each item, as positions.

    Items that do not have both are all placed in one row.
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
