"""Differences of levels and values between rounds, with uncertainty."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    Capacity,
    CapacityChange,
    ChangeCause,
    CriterionChange,
    CriterionMove,
    Interval,
    MeanChange,
    PlausibleLevels,
    Score,
)
from capbuild.tracking.crosswalk import Overlap
from capbuild.tracking.decomposition import Splits
from capbuild.undefined import Undefined

_CAPACITY = ChangeCause.CAPACITY.value
_DUST = 1e-9  # rounding error of binary fractions


@frozen(kw_only=True)
class ChangeContext:
    """Context of one country's changes.

    Attributes:
        splits: Split of the differences of values by cause, by capacity.
        moved: Criteria that moved, by capacity.
        judged: Cause of the change of each directly judged capacity in both rounds.
        levels: Probability of each capacity to have risen, and to have fallen.
        confidence: Probability from which a move of a level counts as change.
    """

    splits: Mapping[str, FrozenMap[str, float]] = field(factory=dict)
    moved: Mapping[str, Sequence[CriterionChange]] = field(factory=dict)
    judged: Mapping[str, ChangeCause] = field(factory=dict)
    levels: Mapping[str, tuple[float, float]] = field(factory=dict)
    confidence: float = 0.9

    def criterion_causes(self, capacity: str) -> tuple[ChangeCause, ...]:
        """Return the causes of a capacity's criterion moves."""
        causes = {change.cause for change in self.moved.get(capacity, ())}
        return tuple(cause for cause in ChangeCause if cause in causes)


def _find_level_range(levels: PlausibleLevels) -> tuple[int, int]:
    return levels.lowest, levels.highest


def _has_overlap(before: PlausibleLevels, after: PlausibleLevels) -> bool:
    return before.lowest <= after.highest and after.lowest <= before.highest


def _compute_value_interval(score: Score) -> Interval | None:
    """Return the interval of a value.

    For a settled value without an interval, both ends are the value.
    """
    if score.interval is None and score.settled and score.value is not None:
        return Interval(lower=score.value, upper=score.value, nominal=None)
    return score.interval


def _compute_difference_interval(before: Score, after: Score) -> Interval | None:
    """Return the interval of a difference between two values.

    The result is None unless both values have intervals.
    """
    first, second = _compute_value_interval(before), _compute_value_interval(after)
    if first is None or second is None or before.value is None or after.value is None:
        return None
    known = [interval.nominal for interval in (first, second) if interval.nominal is not None]
    if len(known) < 2:
        # A range of assumptions has no probability: any point may be true, in both rounds.
        return Interval(lower=second.lower - first.upper, upper=second.upper - first.lower, nominal=None)
    from capbuild.stats.change import difference_interval

    low, high = difference_interval(before.value, (first.lower, first.upper), after.value, (second.lower, second.upper))
    return Interval(lower=low, upper=high, nominal=min(known))


def _list_value_changes(before: Score, after: Score) -> tuple[float, Interval | None] | None:
    if before.value is None or after.value is None:
        return None
    # Figures have few decimals: 47.3 - 40.1 is 7.2, without the error of binary fractions.
    return round(after.value - before.value, 9), _compute_difference_interval(before, after)


def find_differences(
    before: Assessment, after: Assessment, shared: Overlap, context: ChangeContext
) -> Iterator[CapacityChange]:
    """Yield each changed level or value of one country.

    Args:
        before: The earlier assessment.
        after: The later one.
        shared: Comparable part of both editions.
        context: Context of the country.
    """
    for name, earlier in shared.nodes.items():
        if earlier not in before or name not in after:
            continue
        old, new = before[earlier], after[name]
        plain = CapacityChange(country=after.country, capacity=name, causes=context.criterion_causes(name))
        if old.plausible is not None and new.plausible is not None:
            if _find_level_range(old.plausible) != _find_level_range(new.plausible):
                yield _make_level_change(plain, old.plausible, new, context)
            continue
        changes = _list_value_changes(old, new)
        if changes is not None and changes[0]:
            own = [change for node in new.capacity.walk() for change in context.moved.get(node.id, ())]
            yield _make_value_difference(plain, *changes, context.splits.get(name, FrozenMap()), own)


def _make_level_change(
    plain: CapacityChange, before: PlausibleLevels, score: Score, context: ChangeContext
) -> CapacityChange:
    after = score.plausible
    assert after is not None  # noqa: S101 - asked before
    change = evolve(plain, before=before, after=after, within_noise=_has_overlap(before, after))
    if not change.rise:
        return change
    cause = context.judged.get(plain.capacity)
    if cause is not None:
        like_for_like = cause is ChangeCause.CAPACITY
        return evolve(change, causes=[cause], like_for_like=like_for_like, reliable=like_for_like)
    own = context.moved.get(plain.capacity, ())
    like_for_like = (
        _is_reliable_rise(change, score.capacity, own)
        if change.rise > 0
        else _is_reliable_fall(change, score.capacity, own)
    )
    either = context.levels.get(plain.capacity)
    likely = None if either is None else either[change.rise < 0]
    return evolve(
        change,
        like_for_like=like_for_like,
        probability=likely,
        reliable=like_for_like and likely is not None and likely >= context.confidence,
    )


def _find_steps(node: Capacity) -> dict[str, int]:
    return {criterion.id: criterion.step for criterion in node.criteria}


def _is_reliable_rise(change: CapacityChange, node: Capacity, moved: Sequence[CriterionChange]) -> bool:
    """True if comparable sources judged every gained criterion."""
    steps = _find_steps(node)
    assert change.before is not None  # noqa: S101 - it rose
    assert change.after is not None  # noqa: S101
    way = range(change.before.highest + 1, change.after.lowest + 1)
    gained = [
        criterion_change
        for criterion_change in moved
        if criterion_change.move is CriterionMove.GAINED and steps.get(criterion_change.criterion) in way
    ]
    return bool(gained) and all(criterion_change.like_for_like for criterion_change in gained)


def _is_reliable_fall(change: CapacityChange, node: Capacity, moved: Sequence[CriterionChange]) -> bool:
    """True if comparable sources found the fallen step lost.

    At least one criterion of that step must be lost like for like.
    """
    steps = _find_steps(node)
    assert change.after is not None  # noqa: S101 - it fell
    lost = [
        criterion_change
        for criterion_change in moved
        if criterion_change.move is CriterionMove.LOST
        and steps.get(criterion_change.criterion) == change.after.highest + 1
    ]
    return any(criterion_change.like_for_like for criterion_change in lost)


def _make_value_difference(
    plain: CapacityChange,
    difference: float,
    reach: Interval | None,
    split: FrozenMap[str, float],
    moved: Sequence[CriterionChange],
) -> CapacityChange:
    detectable = None if reach is None else (reach.upper - reach.lower) / 2
    part = split.get(_CAPACITY, 0.0)
    noise = None if reach is None else reach.lower <= 0 <= reach.upper
    # A value based on criteria has changed for sure only if one of them has.
    way = CriterionMove.GAINED if part > 0 else CriterionMove.LOST
    supported = not moved or any(change.reliable and change.move is way for change in moved)
    return evolve(
        plain,
        difference=difference,
        interval=reach,
        detectable=detectable,
        within_noise=noise,
        split=split,
        like_for_like=bool(split) and abs(difference - part) <= _DUST,
        reliable=noise is False and detectable is not None and abs(part) > detectable and supported,
    )


def _make_mean_change(
    capacity: str, before: Sequence[float | None], after: Sequence[float | None], alike: Sequence[float], level: float
) -> MeanChange | None:
    pairs = [b - a for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    if len(pairs) < 2:
        return None
    unpaired = sum((a is None) != (b is None) for a, b in zip(before, after, strict=True))
    middle, interval, least = _compute_student_interval(pairs, level)
    # If a country's difference has no split, no part of it is known to be like for like.
    comparable = _compute_student_interval(alike, level) if len(alike) == len(pairs) else None
    return MeanChange(
        capacity=capacity,
        countries=len(pairs),
        unpaired=unpaired,
        difference=middle,
        interval=interval,
        detectable=least,
        within_noise=interval.lower <= 0 <= interval.upper,
        like_for_like=None if comparable is None else comparable[0],
        like_for_like_interval=None if comparable is None else comparable[1],
    )


def _compute_student_interval(changes: Sequence[float], level: float) -> tuple[float, Interval, float | None]:
    """Return mean change, its interval and least detectable change."""
    from capbuild.stats.change import minimum_detectable_change, paired_change

    change = paired_change([0.0] * len(changes), changes, level=level)
    if isinstance(change, Undefined):
        # All changes are equal: without variation between countries, their mean is certain.
        return changes[0], Interval(lower=changes[0], upper=changes[0], nominal=level), 0.0
    low, high = change.estimate.low, change.estimate.high
    least = minimum_detectable_change(change.estimate.se * len(changes) ** 0.5, len(changes), level=level)
    interval = Interval(lower=low, upper=high, nominal=level)
    return change.estimate.value, interval, None if isinstance(least, Undefined) else least


def mean_changes(
    matched: Sequence[tuple[Assessment, Assessment]], shared: Overlap, level: float, splits: Splits
) -> Iterator[MeanChange]:
    """Yield the mean change of each capacity with values.

    Means are over the countries with a value in both rounds.

    Args:
        matched: Both assessments of each matched country.
        shared: Comparable part of both editions.
        level: Confidence level of the intervals.
        splits: Split of the differences by cause.
    """
    for name, earlier in shared.nodes.items():
        values = [
            (old[earlier].value if earlier in old else None, new[name].value if name in new else None)
            for old, new in matched
        ]
        parts = [splits.get(new.country.alpha_2, {}).get(name) for _, new in matched]
        alike = [part[_CAPACITY] for part in parts if part is not None]
        change = _make_mean_change(name, [old for old, _ in values], [new for _, new in values], alike, level)
        if change is not None:
            yield change
