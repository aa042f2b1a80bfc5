"""The results framework: actuals made from the programme's own records."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
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
    Sex,
)
from capbuild.tracking.crosswalk import common
from capbuild.tracking.targets import Slot, read_slot
from capbuild.tracking.transitions import UNSEEN, comparison_of, observed_twice, results_of

__all__ = [
    "AT_TARGET",
    "COMPUTED",
    "FROM_FINDINGS",
    "GAINED",
    "LIKE_FOR_LIKE",
    "OTHER_CAUSE",
    "OUTPUT_ONLY",
    "UNCERTAIN",
    "Records",
    "computed_results",
    "judged",
]


#: The words by which an indicator counts criteria gained, and countries at their targets.
GAINED, AT_TARGET = "criteria gained", "countries at target"
#: Groups of criteria gained that do not count: no surer than answers given anew, or through a cause but capacity.
UNCERTAIN, OTHER_CAUSE = "move=uncertain", "move=other cause"
#: Group of criteria met that comparable sources judged in the first round and in the last.
LIKE_FOR_LIKE = "compared=like for like"


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
    from capbuild.tracking.comparison import compare

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


def judged(result: Result, framework: Framework) -> list[str]:
    """Return the ids of the criteria, or of what is judged directly, that a result is about."""
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
        return sum(states.get(name) is CriterionState.MET for name in judged(result, one.framework))

    return _by_round(records, count) | _met_alike(result, records)


def _met_alike(result: Result, records: Records) -> Counted:
    """Criteria met in the first round and in the last, of those that comparable sources judged in both."""
    if len(records.rounds) < 2 or records.rounds[0].framework.key != records.rounds[-1].framework.key:
        return {}
    first, last = records.rounds[0], records.rounds[-1]
    shared, names = common(first.framework, last.framework), frozenset(judged(result, last.framework))
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
        round_, names = change.after, frozenset(judged(result, frameworks[change.after]))
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
        found = [states.get(name, CriterionState.OPEN) for name in judged(result, one.framework)]
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
    AT_TARGET: _at_target,
}
#: Those whose figure of the first round is a baseline for later ones.
_COMPARED = ("criteria met", "criteria observed", AT_TARGET)
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
