"""Slots of result keys, and progress towards targets."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.dates import parse_period
from capbuild.frozen import FrozenMap
from capbuild.model import Result, ResultIndicator, Round


@frozen(kw_only=True)
class ResultSlot:
    """Meaning of a result key, such as `2016; JM; sex=female`.

    Attributes:
        period: Period as written; empty if the key has none.
        start: First day of the period; None if it is not a date.
        end: Last day.
        groups: Breakdown of the figure, such as `{"country": "JM", "sex": "female"}`.
    """

    period: str = ""
    start: datetime.date | None = None
    end: datetime.date | None = None
    groups: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)


def parse_slot(key: str, rounds: Iterable[Round] = ()) -> ResultSlot:
    """Return the slot of a key.

    Parts of the key are separated by semicolons: a period (`2016`, `2016-04`, `2016-04-01/2017-03-31` or the id of a
    round), an alpha-2 code, and `name=value`.

    Example:
        >>> slot = parse_slot("2016; JM; sex=female")
        >>> slot.period, slot.end, dict(slot.groups)
        ('2016', datetime.date(2016, 12, 31), {'country': 'JM', 'sex': 'female'})
    """
    return _parse_slot(
        key, tuple((round_.id, round_.start or round_.reference_date, round_.reference_date) for round_ in rounds)
    )


@lru_cache(maxsize=4096)
def _parse_slot(key: str, rounds: tuple[tuple[str, datetime.date, datetime.date], ...]) -> ResultSlot:
    known = {name: (start, end) for name, start, end in rounds}
    period, groups = "", dict[str, str]()
    start: datetime.date | None = None
    end: datetime.date | None = None
    for part in (part.strip() for part in key.split(";")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        span = None if period or equals else known.get(part) or parse_period(part)
        if span is not None:
            period, (start, end) = part, span
        elif equals:
            groups[name] = value
        elif re.fullmatch("[A-Z]{2}", part):
            groups["country"] = part
        elif part:
            groups["group"] = part
    return ResultSlot(period=period, start=start, end=end, groups=groups)


class TargetTrack(StrEnum):
    """Progress of an indicator towards its next target."""

    MET = "met"
    ON_TRACK = "on track"
    BEHIND = "behind"
    LATE = "late"
    NOT_MEASURED = "not measured"
    NO_TARGET = "no target"


@frozen(kw_only=True)
class TargetProgress:
    """Progress of one indicator towards one of its targets.

    Attributes:
        result: Id of the result.
        indicator: Id of the indicator.
        key: Key of the target.
        target: The target, or None.
        actual: Latest measured value for the same group, or None.
        measured: Key of that value.
        expected: Value expected by now on a straight line from baseline to target; None if unknown.
        track: Met, on track, behind, late (the day has passed), not measured, no target.
    """

    result: str
    indicator: str
    key: str = ""
    target: float | None = None
    actual: float | None = None
    measured: str = ""
    expected: float | None = None
    track: TargetTrack = TargetTrack.NO_TARGET


def _find_latest_key(
    figures: Mapping[str, float], like: ResultSlot, today: datetime.date, rounds: tuple[Round, ...]
) -> str | None:
    """Return the key of a group's latest figure.

    Figures of the same period come before all others.
    """
    candidates = []
    for key in figures:
        slot = parse_slot(key, rounds)
        if slot.groups == like.groups and (slot.start is None or slot.start <= today):
            candidates.append((slot.period == like.period, slot.end or datetime.date.min, key))
    return max(candidates)[2] if candidates else None


def _make_target_progress(
    result: Result, indicator: ResultIndicator, key: str, today: datetime.date, rounds: tuple[Round, ...]
) -> TargetProgress:
    target, slot = indicator.targets[key], parse_slot(key, rounds)
    actual_key, base = (
        _find_latest_key(figures, slot, today, rounds) for figures in (indicator.actuals, indicator.baselines)
    )
    plain = TargetProgress(
        result=result.id, indicator=indicator.id, key=key, target=target, track=TargetTrack.NOT_MEASURED
    )
    if actual_key is None:
        return plain
    actual = indicator.actuals[actual_key]
    sign = 1 if indicator.ascending else -1
    expected = None
    if base is not None and slot.end is not None:
        expected = _interpolate(indicator.baselines[base], parse_slot(base, rounds).end, target, slot.end, today)
    if sign * actual >= sign * target:
        track = TargetTrack.MET
    elif slot.end is not None and today > slot.end:
        track = TargetTrack.LATE
    else:
        due = target if expected is None else expected
        track = TargetTrack.ON_TRACK if sign * actual >= sign * due else TargetTrack.BEHIND
    return evolve(plain, actual=actual, measured=actual_key, expected=expected, track=track)


def _interpolate(
    base: float, since: datetime.date | None, target: float, due: datetime.date, today: datetime.date
) -> float | None:
    if since is None or since >= due:
        return None
    share = (min(max(today, since), due) - since).days / (due - since).days
    return base + share * (target - base)


def target_progress(
    results: Iterable[Result], today: datetime.date, rounds: Iterable[Round] = ()
) -> Iterator[TargetProgress]:
    """Yield the progress of each indicator towards each target.

    Args:
        results: The results chain, with actuals.
        today: Today's date, given so that reports are reproducible.
        rounds: Rounds with ids usable as periods.
    """
    all_rounds = tuple(rounds)
    for result in results:
        for indicator in result.indicators:
            if not indicator.targets:
                yield TargetProgress(result=result.id, indicator=indicator.id)
            for key in indicator.targets:
                yield _make_target_progress(result, indicator, key, today, all_rounds)
