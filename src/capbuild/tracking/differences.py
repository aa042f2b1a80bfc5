"""Levels and values of two rounds side by side: ranges that overlap and intervals that hold zero are no change."""

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
from capbuild.tracking.crosswalk import Common
from capbuild.tracking.decomposition import Splits
from capbuild.undefined import Undefined

__all__ = ["Beside", "differences", "means"]

_CAPACITY = ChangeCause.CAPACITY.value
_DUST = 1e-9  # of binary fractions


@frozen(kw_only=True)
class Beside:
    """What is known beside the scores of one country.

    Attributes:
        splits: Split of the differences of values by cause, by capacity.
        moved: Criteria that moved, by capacity.
        levels: Probability of each capacity to have risen, and to have fallen.
        confidence: Probability from which a move of a level counts as change.
    """

    splits: Mapping[str, FrozenMap[str, float]] = field(factory=dict)
    moved: Mapping[str, Sequence[CriterionChange]] = field(factory=dict)
    levels: Mapping[str, tuple[float, float]] = field(factory=dict)
    confidence: float = 0.9

    def causes(self, capacity: str) -> tuple[ChangeCause, ...]:
        """Return the causes of a capacity's criteria that moved, each once, in a fixed order."""
        found = {one.cause for one in self.moved.get(capacity, ())}
        return tuple(cause for cause in ChangeCause if cause in found)


def _ends(levels: PlausibleLevels) -> tuple[int, int]:
    return levels.lowest, levels.highest


def _overlap(before: PlausibleLevels, after: PlausibleLevels) -> bool:
    return before.lowest <= after.highest and after.lowest <= before.highest


def _interval(score: Score) -> Interval | None:
    """Return the interval of a value; of one that nothing leaves open, the value itself."""
    if score.interval is None and score.settled and score.value is not None:
        return Interval(lower=score.value, upper=score.value, nominal=None)
    return score.interval


def _range(before: Score, after: Score) -> Interval | None:
    """Return the interval of a difference of values, where both have one."""
    first, second = _interval(before), _interval(after)
    if first is None or second is None or before.value is None or after.value is None:
        return None
    known = [one.nominal for one in (first, second) if one.nominal is not None]
    if len(known) < 2:
        # A range of assumptions promises no probability: everything between its ends may be so, in both rounds.
        return Interval(lower=second.lower - first.upper, upper=second.upper - first.lower, nominal=None)
    from capbuild.stats.change import range_of_difference

    low, high = range_of_difference(before.value, (first.lower, first.upper), after.value, (second.lower, second.upper))
    return Interval(lower=low, upper=high, nominal=min(known))


def _value_change(before: Score, after: Score) -> tuple[float, Interval | None] | None:
    if before.value is None or after.value is None:
        return None
    # Figures of few decimals: the difference of 47.3 and 40.1 is 7.2, without the dust of binary fractions.
    return round(after.value - before.value, 9), _range(before, after)


def differences(before: Assessment, after: Assessment, shared: Common, beside: Beside) -> Iterator[CapacityChange]:
    """Yield every capacity of one country whose levels or value differ, in the order of the later edition.

    Args:
        before: The earlier assessment.
        after: The later one.
        shared: What both judge.
        beside: What is known beside the scores.
    """
    for name, earlier in shared.nodes.items():
        if earlier not in before or name not in after:
            continue
        old, new = before[earlier], after[name]
        plain = CapacityChange(country=after.country, capacity=name, causes=beside.causes(name))
        if old.plausible is not None and new.plausible is not None:
            if _ends(old.plausible) != _ends(new.plausible):
                yield _level_change(plain, old.plausible, new, beside)
            continue
        found = _value_change(old, new)
        if found is not None and found[0]:
            own = [one for node in new.capacity.walk() for one in beside.moved.get(node.id, ())]
            yield _difference(plain, *found, beside.splits.get(name, FrozenMap()), own)


def _level_change(plain: CapacityChange, before: PlausibleLevels, score: Score, beside: Beside) -> CapacityChange:
    after = score.plausible
    assert after is not None  # noqa: S101 - asked before
    change = evolve(plain, before=before, after=after, within_noise=_overlap(before, after))
    if not change.rise:
        return change
    own = beside.moved.get(plain.capacity, ())
    alike = _rose_alike(change, score.capacity, own) if change.rise > 0 else _fell_alike(change, score.capacity, own)
    either = beside.levels.get(plain.capacity)
    likely = None if either is None else either[change.rise < 0]
    return evolve(
        change,
        like_for_like=alike,
        probability=likely,
        reliable=alike and likely is not None and likely >= beside.confidence,
    )


def _steps(node: Capacity) -> dict[str, int]:
    return {criterion.id: criterion.step for criterion in node.criteria}


def _rose_alike(change: CapacityChange, node: Capacity, moved: Sequence[CriterionChange]) -> bool:
    """Whether every criterion that was gained on the way up was judged by comparable sources."""
    steps = _steps(node)
    assert change.before is not None  # noqa: S101 - it rose
    assert change.after is not None  # noqa: S101
    way = range(change.before.highest + 1, change.after.lowest + 1)
    gained = [one for one in moved if one.move is CriterionMove.GAINED and steps.get(one.criterion) in way]
    return bool(gained) and all(one.like_for_like for one in gained)


def _fell_alike(change: CapacityChange, node: Capacity, moved: Sequence[CriterionChange]) -> bool:
    """Whether a criterion of the step that does not hold any more was lost in the eyes of comparable sources."""
    steps = _steps(node)
    assert change.after is not None  # noqa: S101 - it fell
    lost = [
        one for one in moved if one.move is CriterionMove.LOST and steps.get(one.criterion) == change.after.highest + 1
    ]
    return any(one.like_for_like for one in lost)


def _difference(
    plain: CapacityChange,
    difference: float,
    reach: Interval | None,
    split: FrozenMap[str, float],
    moved: Sequence[CriterionChange],
) -> CapacityChange:
    detectable = None if reach is None else (reach.upper - reach.lower) / 2
    part = split.get(_CAPACITY, 0.0)
    noise = None if reach is None else reach.lower <= 0 <= reach.upper
    # A value that rests on criteria has changed for sure only where one of them has.
    way = CriterionMove.GAINED if part > 0 else CriterionMove.LOST
    supported = not moved or any(one.reliable and one.move is way for one in moved)
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


def _mean(
    capacity: str, before: Sequence[float | None], after: Sequence[float | None], alike: Sequence[float], level: float
) -> MeanChange | None:
    pairs = [b - a for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    if len(pairs) < 2:
        return None
    unpaired = sum((a is None) != (b is None) for a, b in zip(before, after, strict=True))
    middle, interval, least = _student(pairs, level)
    # A country whose difference cannot be split has no part that is known to be like for like.
    comparable = _student(alike, level) if len(alike) == len(pairs) else None
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


def _student(changes: Sequence[float], level: float) -> tuple[float, Interval, float | None]:
    """Return the mean of two changes or more, its interval, and the least mean change that would be found."""
    from capbuild.stats.change import minimum_detectable_change, paired_change

    found = paired_change([0.0] * len(changes), changes, level=level)
    if isinstance(found, Undefined):
        # All changed alike: nothing varies between countries, so nothing is uncertain about their mean.
        return changes[0], Interval(lower=changes[0], upper=changes[0], nominal=level), 0.0
    low, high = found.estimate.low, found.estimate.high
    least = minimum_detectable_change(found.estimate.se * len(changes) ** 0.5, len(changes), level=level)
    interval = Interval(lower=low, upper=high, nominal=level)
    return found.estimate.value, interval, None if isinstance(least, Undefined) else least


def means(
    matched: Sequence[tuple[Assessment, Assessment]], shared: Common, level: float, splits: Splits
) -> Iterator[MeanChange]:
    """Yield the mean change of each capacity that has values, over the countries with one in both rounds.

    Args:
        matched: Both assessments of each matched country.
        shared: What both editions judge.
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
        found = _mean(name, [old for old, _ in values], [new for _, new in values], alike, level)
        if found is not None:
            yield found
