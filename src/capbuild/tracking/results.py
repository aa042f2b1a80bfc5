"""The results framework: actuals made from the programme's own records, and whether a target is on track."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.dates import span_of
from capbuild.errors import ComparisonError, ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Catalogue,
    Change,
    CriterionMove,
    CriterionState,
    Delivery,
    Enrolment,
    EnrolmentStatus,
    Framework,
    Result,
    ResultIndicator,
    Round,
    Sex,
)
from capbuild.tracking.crosswalk import common
from capbuild.tracking.moves import UNSEEN, comparison_of, observed_twice, results_of

__all__ = [
    "COMPUTED",
    "FROM_FINDINGS",
    "GAINED",
    "LIKE_FOR_LIKE",
    "OTHER_CAUSE",
    "OUTPUT_ONLY",
    "UNCERTAIN",
    "Records",
    "Slot",
    "Standing",
    "Track",
    "computed_results",
    "read_slot",
    "standings",
]


#: The word by which an indicator counts criteria gained.
GAINED = "criteria gained"
#: Groups of criteria gained that do not count: no surer than answers given anew, or through a cause but capacity.
UNCERTAIN, OTHER_CAUSE = "move=uncertain", "move=other cause"
#: Group of criteria met that comparable sources judged in the first round and in the last.
LIKE_FOR_LIKE = "compared=like for like"


@frozen(kw_only=True)
class Slot:
    """What a key of baselines, targets and actuals stands for, such as `2016; JM; sex=female`.

    Attributes:
        period: Period as written; empty where the key names none.
        start: First day of the period; None where it is not a date.
        end: Last day.
        groups: What the figure is broken down by, such as `{"country": "JM", "sex": "female"}`.
    """

    period: str = ""
    start: datetime.date | None = None
    end: datetime.date | None = None
    groups: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)


def _span(text: str, rounds: Mapping[str, Round]) -> tuple[datetime.date, datetime.date] | None:
    if text in rounds:
        one = rounds[text]
        return one.start or one.reference_date, one.reference_date
    return span_of(text)


def read_slot(key: str, rounds: Iterable[Round] = ()) -> Slot:
    """Return what a key stands for.

    Its parts stand between semicolons: a period (`2016`, `2016-04`, `2016-04-01/2017-03-31` or the id of a round), an
    alpha-2 code, and `name=value`.

    Example:
        >>> slot = read_slot("2016; JM; sex=female")
        >>> slot.period, slot.end, dict(slot.groups)
        ('2016', datetime.date(2016, 12, 31), {'country': 'JM', 'sex': 'female'})
    """
    known = {one.id: one for one in rounds}
    slot, groups = Slot(), dict[str, str]()
    for part in (part.strip() for part in key.split(";")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        span = None if slot.period or equals else _span(part, known)
        if span is not None:
            slot = evolve(slot, period=part, start=span[0], end=span[1])
        elif equals:
            groups[name] = value
        elif re.fullmatch("[A-Z]{2}", part):
            groups["country"] = part
        elif part:
            groups["group"] = part
    return evolve(slot, groups=groups)


@frozen(kw_only=True)
class Records:
    """What actuals are computed from.

    Attributes:
        rounds: The rounds of assessment, in order of time; the first is the baseline.
        changes: What changed from the first round to later ones; compared when asked for, where not given.
        deliveries: Activities as they were held.
        enrolments: Who took part.
        catalogue: Activities with the criteria they address.
    """

    rounds: tuple[AssessmentSet, ...] = field(default=(), converter=to_tuple)
    changes: tuple[Change, ...] = field(default=(), converter=to_tuple)
    deliveries: tuple[Delivery, ...] = field(default=(), converter=to_tuple)
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    catalogue: Catalogue | None = None

    @property
    def panel(self) -> frozenset[str]:
        """Alpha-2 codes of the countries in the first round and in the last: only they show what changed."""
        if not self.rounds:
            return frozenset()
        first, last = self.rounds[0], self.rounds[-1]
        return frozenset(one.country.alpha_2 for one in last if one.country in first)

    def since_first(self) -> Iterator[Change]:
        """Yield what changed from the first round to each later one that can be compared with it."""
        known = {(one.before, one.after): one for one in self.changes}
        for later in self.rounds[1:]:
            first = self.rounds[0]
            change = known.get((first.round.id, later.round.id)) or _compared(first, later)
            if change is not None:
                yield change


def _compared(first: AssessmentSet, later: AssessmentSet) -> Change | None:
    from capbuild.tracking.comparing import compare

    try:
        return compare(first, later)
    except ComparisonError:
        return None


Counted = dict[str, float]


def _held(result: Result, records: Records) -> Iterator[Delivery]:
    for one in records.deliveries:
        if not one.cancelled and (not result.activities or one.course in result.activities):
            yield one


@frozen
class _Event:
    """Something that the programme did, on a day."""

    day: datetime.date
    country: str | None = None
    sex: Sex | None = None


def _people(step: EnrolmentStatus) -> Callable[[Result, Records], Iterator[_Event]]:
    def events(result: Result, records: Records) -> Iterator[_Event]:
        held = {one.id: one for one in _held(result, records)}
        for one in records.enrolments:
            if one.delivery in held and step in one.status.steps:
                yield _Event(held[one.delivery].end, one.country, one.sex)

    return events


def _deliveries(result: Result, records: Records) -> Iterator[_Event]:
    for one in _held(result, records):
        yield _Event(one.end, one.host)


def _count(events: Iterable[_Event], periods: Iterable[Slot]) -> Counted:
    """Count by year and by the periods that targets name, as a whole, by country and by sex."""
    spans = [(s.period, s.start, s.end) for s in periods if s.start is not None and s.end is not None]
    counts: Counted = {}
    for one in sorted(events, key=lambda event: event.day):
        within = [name for name, start, end in spans if start <= one.day <= end]
        for period in dict.fromkeys([str(one.day.year), *within]):
            keys = [period]
            keys += [f"{period}; {one.country}"] if one.country else []
            keys += [f"{period}; sex={one.sex.value}"] if one.sex is not None else []
            for key in keys:
                counts[key] = counts.get(key, 0.0) + 1
    return counts


def _wanted(result: Result, framework: Framework) -> list[str]:
    """Ids of everything judged that a result is about."""
    if not result.criteria:
        return [name for node in framework.indicators for name in ([c.id for c in node.criteria] or [node.id])]
    names: list[str] = []
    for wanted in result.criteria:
        leaves = framework[wanted].leaves if wanted in framework else ()
        names += [name for leaf in leaves for name in ([c.id for c in leaf.criteria] or [leaf.id])] or [wanted]
    return names


def _by_round(records: Records, count: Callable[[Assessment], float], *, by_country: bool = True) -> Counted:
    """Count by round over the countries that the first and the last one share, and by round and country over all.

    A round with fewer countries would otherwise look like a loss, and one with more like progress.
    """
    counts: Counted = {}
    panel = records.panel
    for assessed in records.rounds:
        own = {one.country.alpha_2: count(one) for one in assessed}
        if panel:
            counts[assessed.round.id] = float(sum(found for code, found in own.items() if code in panel))
        if by_country:
            counts |= {f"{assessed.round.id}; {code}": float(found) for code, found in own.items()}
    return counts


def _met(result: Result, records: Records) -> Counted:
    """Criteria confirmed as met, by round and country, and of those what comparable sources judged both times."""

    def count(one: Assessment) -> float:
        states = results_of(one).states
        return sum(states.get(name) is CriterionState.MET for name in _wanted(result, one.framework))

    return _by_round(records, count) | _met_alike(result, records)


def _met_alike(result: Result, records: Records) -> Counted:
    """Criteria met in the first round and in the last, of those that comparable sources judged in both."""
    if len(records.rounds) < 2 or records.rounds[0].framework.key != records.rounds[-1].framework.key:
        return {}
    first, last = records.rounds[0], records.rounds[-1]
    shared, names = common(first.framework, last.framework), frozenset(_wanted(result, last.framework))
    met = [0, 0]
    for code in records.panel:
        compared = comparison_of(first[code], last[code])
        for pair in observed_twice(compared, shared):
            if pair.id in names and compared.is_judged_alike(pair):
                for place, state in enumerate(compared.states(pair)):
                    met[place] += state is CriterionState.MET
    return {f"{one.round.id}; {LIKE_FOR_LIKE}": float(count) for one, count in zip((first, last), met, strict=True)}


def _gained(result: Result, records: Records) -> Counted:
    """Criteria gained since the first round, reliably and like for like; the others apart, in groups of their own."""
    counts: Counted = {}
    frameworks = {one.round.id: one.framework for one in records.rounds}
    for change in records.since_first():
        round_, names = change.after, frozenset(_wanted(result, frameworks[change.after]))
        counts |= {round_: 0.0, **{f"{round_}; {code}": 0.0 for code in change.matched}}
        for one in change.criteria:
            if one.move is not CriterionMove.GAINED or not {one.criterion, one.capacity} & names:
                continue
            keys = [round_, f"{round_}; {one.country.alpha_2}"]
            if not one.reliable:
                keys = [f"{round_}; {UNCERTAIN if one.like_for_like else OTHER_CAUSE}"]
            for key in keys:
                counts[key] = counts.get(key, 0.0) + 1
    return counts


def _at_target(result: Result, records: Records) -> Counted:
    """Countries with every capacity that the result is about at its target, confirmed."""

    def count(one: Assessment) -> float:
        framework = one.framework
        nodes = [node for name in result.criteria if name in framework for node in framework[name].leaves]
        chosen = [node.id for node in nodes] or [node.id for node in framework.indicators]
        return float(all(one[name].target_met for name in chosen if name in one))

    return _by_round(records, count, by_country=False)


def _observed(result: Result, records: Records) -> Counted:
    """Criteria that a round could settle: without it, an actual of zero would say nothing."""

    def count(one: Assessment) -> float:
        states = results_of(one).states
        found = [states.get(name, CriterionState.OPEN) for name in _wanted(result, one.framework)]
        return sum(state not in UNSEEN for state in found)

    return _by_round(records, count, by_country=False)


#: How actuals can be made, by the word that an indicator names: output counts events, outcome counts findings.
_EVENTS: Mapping[str, Callable[[Result, Records], Iterator[_Event]]] = {
    "deliveries held": _deliveries,
    "enrolments nominated": _people(EnrolmentStatus.NOMINATED),
    "enrolments accepted": _people(EnrolmentStatus.ACCEPTED),
    "enrolments attended": _people(EnrolmentStatus.ATTENDED),
    "enrolments completed": _people(EnrolmentStatus.COMPLETED),
    "enrolments certified": _people(EnrolmentStatus.CERTIFIED),
}
_FINDINGS: Mapping[str, Callable[[Result, Records], Counted]] = {
    "criteria met": _met,
    GAINED: _gained,
    "criteria observed": _observed,
    "countries at target": _at_target,
}
#: Those whose figure of the first round is a baseline for later ones.
_COMPARED = ("criteria met", "criteria observed", "countries at target")
#: Words that count findings.
FROM_FINDINGS = tuple(_FINDINGS)
#: Every word that an indicator may name, and those that count what the programme did.
COMPUTED = (*_EVENTS, *_FINDINGS)
OUTPUT_ONLY = tuple(_EVENTS)


def computed_results(results: Iterable[Result], records: Records) -> tuple[Result, ...]:
    """Return results with the actuals that the programme's own records give, beside those recorded by hand.

    Args:
        results: The results chain.
        records: Rounds, deliveries and enrolments.

    Raises:
        ModelError: An indicator names a way to compute that does not exist, or an outcome is to be computed from what
            the programme did.
    """
    return tuple(
        evolve(result, indicators=[_computed(result, indicator, records) for indicator in result.indicators])
        for result in results
    )


def _computed(result: Result, indicator: ResultIndicator, records: Records) -> ResultIndicator:
    if not indicator.computed:
        return indicator
    if indicator.computed not in COMPUTED:
        raise ModelError("ResultIndicator.computed", indicator.computed, f"must be one of {', '.join(COMPUTED)}")
    if result.kind.outcome and indicator.computed in OUTPUT_ONLY:
        raise ModelError("ResultIndicator.computed", indicator.computed, "counts output; an outcome needs findings")
    if indicator.computed in _EVENTS:
        rounds = [one.round for one in records.rounds]
        periods = [read_slot(key, rounds) for key in indicator.targets]
        made = _count(_EVENTS[indicator.computed](result, records), periods)
    else:
        made = _FINDINGS[indicator.computed](result, records)
    known = indicator.baselines
    first = records.rounds[0].round.id if records.rounds else ""
    if indicator.computed in _COMPARED and len(records.rounds) > 1 and not known and first in made:
        known = FrozenMap({first: made[first]})
    return evolve(indicator, baselines=known, actuals={**made, **indicator.actuals})


class Track(StrEnum):
    """How an indicator stands against its next target."""

    MET = "met"
    ON_TRACK = "on track"
    BEHIND = "behind"
    LATE = "late"
    NOT_MEASURED = "not measured"
    NO_TARGET = "no target"


@frozen(kw_only=True)
class Standing:
    """One indicator against one of its targets.

    Attributes:
        result: Id of the result.
        indicator: Id of the indicator.
        key: Key of the target.
        target: The target; None where there is none.
        actual: Latest measured value for the same group; None where there is none.
        measured: Key of that value.
        expected: What would be due by now on a straight line from baseline to target; None where it is not known.
        track: Met, on track, behind, late (the day has passed), not measured, no target.
    """

    result: str
    indicator: str
    key: str = ""
    target: float | None = None
    actual: float | None = None
    measured: str = ""
    expected: float | None = None
    track: Track = Track.NO_TARGET


def _latest(figures: Mapping[str, float], like: Slot, today: datetime.date, rounds: tuple[Round, ...]) -> str | None:
    """Key of the figure of the same group and period, or else of the latest that is not of a later day."""
    found = []
    for key in figures:
        slot = read_slot(key, rounds)
        if slot.groups == like.groups and (slot.start is None or slot.start <= today):
            found.append((slot.period == like.period, slot.end or datetime.date.min, key))
    return max(found)[2] if found else None


def _standing(
    result: Result, indicator: ResultIndicator, key: str, today: datetime.date, rounds: tuple[Round, ...]
) -> Standing:
    target, slot = indicator.targets[key], read_slot(key, rounds)
    found, base = (_latest(figures, slot, today, rounds) for figures in (indicator.actuals, indicator.baselines))
    plain = Standing(result=result.id, indicator=indicator.id, key=key, target=target, track=Track.NOT_MEASURED)
    if found is None:
        return plain
    actual = indicator.actuals[found]
    sign = 1 if indicator.ascending else -1
    expected = None
    if base is not None and slot.end is not None:
        expected = _on_a_line(indicator.baselines[base], read_slot(base, rounds).end, target, slot.end, today)
    if sign * actual >= sign * target:
        track = Track.MET
    elif slot.end is not None and today > slot.end:
        track = Track.LATE
    else:
        due = target if expected is None else expected
        track = Track.ON_TRACK if sign * actual >= sign * due else Track.BEHIND
    return evolve(plain, actual=actual, measured=found, expected=expected, track=track)


def _on_a_line(
    base: float, since: datetime.date | None, target: float, due: datetime.date, today: datetime.date
) -> float | None:
    if since is None or since >= due:
        return None
    share = (min(max(today, since), due) - since).days / (due - since).days
    return base + share * (target - base)


def standings(results: Iterable[Result], today: datetime.date, rounds: Iterable[Round] = ()) -> Iterator[Standing]:
    """Yield how each indicator stands against each of its targets on a day.

    Args:
        results: The results chain, with actuals.
        today: The day; it is an argument, so that a report made again says the same.
        rounds: Rounds, whose ids may stand for periods.
    """
    every = tuple(rounds)
    for result in results:
        for indicator in result.indicators:
            if not indicator.targets:
                yield Standing(result=result.id, indicator=indicator.id)
            for key in indicator.targets:
                yield _standing(result, indicator, key, today, every)
