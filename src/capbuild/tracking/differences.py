"""Levels and values of two rounds side by side: ranges that overlap and intervals that hold zero are no change."""

from collections.abc import Iterator, Mapping, Sequence

from capbuild.frozen import FrozenMap
from capbuild.model import Assessment, CapacityChange, ChangeCause, Interval, MeanChange, PlausibleLevels, Score
from capbuild.tracking.crosswalk import Common
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["differences", "means"]

#: Split of a difference by cause, by country and capacity.
Splits = Mapping[tuple[str, str], FrozenMap[str, float]]
#: Causes of moved criteria, by country and capacity.
Causes = Mapping[tuple[str, str], tuple[ChangeCause, ...]]


def _ends(levels: PlausibleLevels) -> tuple[int, int]:
    return levels.lowest, levels.highest


def _overlap(before: PlausibleLevels, after: PlausibleLevels) -> bool:
    return before.lowest <= after.highest and after.lowest <= before.highest


def _range(before: Score, after: Score) -> Interval | None:
    """Return the interval of a difference of values, where both have one."""
    if before.interval is None or after.interval is None or before.value is None or after.value is None:
        return None
    first, second = before.interval, after.interval
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


def differences(
    before: Assessment,
    after: Assessment,
    shared: Common,
    splits: Splits | None = None,
    causes: Causes | None = None,
) -> Iterator[CapacityChange]:
    """Yield every capacity of one country whose levels or value differ, in the order of the later edition.

    Args:
        before: The earlier assessment.
        after: The later one.
        shared: What both judge.
        splits: Split of the differences by cause, by country and capacity.
        causes: Causes of the criteria that moved, by country and capacity.
    """
    for name, earlier in shared.nodes.items():
        if earlier not in before or name not in after:
            continue
        old, new = before[earlier], after[name]
        if old.plausible is not None and new.plausible is not None:
            if _ends(old.plausible) != _ends(new.plausible):
                yield CapacityChange(
                    country=after.country,
                    capacity=name,
                    before=old.plausible,
                    after=new.plausible,
                    within_noise=_overlap(old.plausible, new.plausible),
                    causes=(causes or {}).get((after.country.alpha_2, name), ()),
                )
            continue
        found = _value_change(old, new)
        if found is None or not found[0]:
            continue
        difference, reach = found
        yield CapacityChange(
            country=after.country,
            capacity=name,
            difference=difference,
            interval=reach,
            detectable=None if reach is None else (reach.upper - reach.lower) / 2,
            within_noise=None if reach is None else reach.lower <= 0 <= reach.upper,
            split=(splits or {}).get((after.country.alpha_2, name), FrozenMap()),
            causes=(causes or {}).get((after.country.alpha_2, name), ()),
        )


def _mean(
    capacity: str, before: Sequence[float | None], after: Sequence[float | None], level: float
) -> MeanChange | None:
    pairs = [b - a for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    if len(pairs) < 2:
        return None
    from capbuild.stats.change import minimum_detectable_change, paired_change

    nan = float("nan")
    first, second = ([nan if value is None else value for value in values] for values in (before, after))
    found = paired_change(first, second, level=level)
    unpaired = sum((a is None) != (b is None) for a, b in zip(before, after, strict=True))
    if isinstance(found, Undefined):
        # All changed alike: nothing varies between countries, so nothing is uncertain about their mean.
        if found.reason is not UndefinedReason.CONSTANT:
            return None
        middle, low, high = pairs[0], pairs[0], pairs[0]
        least: float | None = 0.0
    else:
        middle, low, high = found.estimate.value, found.estimate.low, found.estimate.high
        spread = found.estimate.se * len(pairs) ** 0.5
        detectable = minimum_detectable_change(spread, len(pairs), level=level)
        least = None if isinstance(detectable, Undefined) else detectable
    return MeanChange(
        capacity=capacity,
        countries=len(pairs),
        unpaired=unpaired,
        difference=middle,
        interval=Interval(lower=low, upper=high, nominal=level),
        detectable=least,
        within_noise=low <= 0 <= high,
    )


def means(matched: Sequence[tuple[Assessment, Assessment]], shared: Common, level: float) -> Iterator[MeanChange]:
    """Yield the mean change of each capacity that has values, over the countries with one in both rounds.

    Args:
        matched: Both assessments of each matched country.
        shared: What both editions judge.
        level: Confidence level of the intervals.
    """
    for name, earlier in shared.nodes.items():
        values = [
            (old[earlier].value if earlier in old else None, new[name].value if name in new else None)
            for old, new in matched
        ]
        found = _mean(name, [old for old, _ in values], [new for _, new in values], level)
        if found is not None:
            yield found
