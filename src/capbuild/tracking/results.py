"""Results framework with actuals from the programme's records."""

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
from capbuild.tracking.crosswalk import find_overlap
from capbuild.tracking.result_targets import ResultSlot, parse_slot
from capbuild.tracking.transitions import UNSEEN, compare_country, item_states, observed_in_both

#: Values of `computed` for criteria gained, and for countries at their targets.
GAINED, AT_TARGET = "criteria gained", "countries at target"
#: Groups of gained criteria that do not count: no more certain than repeated answers, or with another cause than
#: capacity.
UNCERTAIN, OTHER_CAUSE = "move=uncertain", "move=other cause"
#: Group of criteria met that comparable sources judged in the first and last rounds.
LIKE_FOR_LIKE = "compared=like for like"


@frozen(kw_only=True)
class ResultRecords:
    """Records used to compute actuals.

    Attributes:
        rounds: Assessment rounds, in chronological order; the first is the baseline.
        changes: Changes from the first round to later ones; computed on demand by default.
        deliveries: Deliveries.
        enrolments: Participants.
        catalogue: Activities with the criteria they address.
    """

    rounds: tuple[AssessmentSet, ...] = field(default=(), converter=to_tuple)
    changes: tuple[Change, ...] = field(default=(), converter=to_tuple)
    deliveries: tuple[Delivery, ...] = field(default=(), converter=to_tuple)
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    catalogue: Catalogue | None = None

    @property
    def panel(self) -> frozenset[str]:
        """Alpha-2 codes of countries in the first and last round."""
        if not self.rounds:
            return frozenset()
        first, last = self.rounds[0], self.rounds[-1]
        return frozenset(assessment.country.alpha_2 for assessment in last if assessment.country in first)

    def changes_since_first(self) -> Iterator[Change]:
        """Yield changes from the first round to later ones.

        Rounds that are not comparable with the first are left out.
        """
        known = {(change.before, change.after): change for change in self.changes}
        for later in self.rounds[1:]:
            first = self.rounds[0]
            change = known.get((first.round.id, later.round.id)) or _compare_rounds(first, later)
            if change is not None:
                yield change


def _compare_rounds(first: AssessmentSet, later: AssessmentSet) -> Change | None:
    from capbuild.tracking.comparison import compare

    try:
        return compare(first, later)
    except ComparisonError:
        return None


Counted = dict[str, float]


def _list_counted_deliveries(result: Result, records: ResultRecords) -> Iterator[Delivery]:
    for delivery in records.deliveries:
        if not delivery.cancelled and (not result.activities or delivery.course in result.activities):
            yield delivery


@frozen
class _ProgrammeEvent:
    """Event of the programme on a date."""

    day: datetime.date
    country: str | None = None
    sex: Sex | None = None


def _list_people_events(step: EnrolmentStatus) -> Callable[[Result, ResultRecords], Iterator[_ProgrammeEvent]]:
    def events(result: Result, records: ResultRecords) -> Iterator[_ProgrammeEvent]:
        participants = {delivery.id: delivery for delivery in _list_counted_deliveries(result, records)}
        for enrolment in records.enrolments:
            if enrolment.delivery in participants and step in enrolment.status.steps:
                yield _ProgrammeEvent(participants[enrolment.delivery].end, enrolment.country.alpha_2, enrolment.sex)

    return events


def _list_delivery_events(result: Result, records: ResultRecords) -> Iterator[_ProgrammeEvent]:
    for delivery in _list_counted_deliveries(result, records):
        yield _ProgrammeEvent(delivery.end, delivery.host.alpha_2 if delivery.host is not None else None)


def _count_events(events: Iterable[_ProgrammeEvent], periods: Iterable[ResultSlot]) -> Counted:
    """Count events by year and period, country and sex."""
    spans = [(s.period, s.start, s.end) for s in periods if s.start is not None and s.end is not None]
    counts: Counted = {}
    for counted_event in sorted(events, key=lambda event: event.day):
        within = [name for name, start, end in spans if start <= counted_event.day <= end]
        for period in dict.fromkeys([str(counted_event.day.year), *within]):
            keys = [period]
            keys += [f"{period}; {counted_event.country}"] if counted_event.country else []
            keys += [f"{period}; sex={counted_event.sex.value}"] if counted_event.sex is not None else []
            for key in keys:
                counts[key] = counts.get(key, 0.0) + 1
    return counts


def judged_items(result: Result, framework: Framework) -> list[str]:
    """Return ids of a result's criteria or directly judged capacities."""
    if not result.criteria:
        return [name for node in framework.indicators for name in ([c.id for c in node.criteria] or [node.id])]
    names: list[str] = []
    for wanted in result.criteria:
        leaves = framework[wanted].leaves if wanted in framework else ()
        names += [name for leaf in leaves for name in ([c.id for c in leaf.criteria] or [leaf.id])] or [wanted]
    return names


def _count_by_round(
    records: ResultRecords, count: Callable[[Assessment], float], *, by_country: bool = True
) -> Counted:
    """Return counts by round, over the same countries.

    A round with fewer countries would otherwise look like a loss, and one with more like progress. Counts by round
    and country, if any, are over all countries.
    """
    counts: Counted = {}
    panel = records.panel
    for assessed in records.rounds:
        own = {assessment.country.alpha_2: count(assessment) for assessment in assessed}
        if panel:
            counts[assessed.round.id] = float(sum(figure for code, figure in own.items() if code in panel))
        if by_country:
            counts |= {f"{assessed.round.id}; {code}": float(figure) for code, figure in own.items()}
    return counts


def _count_met(result: Result, records: ResultRecords) -> Counted:
    """Count confirmed criteria by round and country.

    Counts of comparable criteria have separate keys.
    """

    def count(assessment: Assessment) -> float:
        states = item_states(assessment)
        return sum(states.get(name) is CriterionState.MET for name in judged_items(result, assessment.framework))

    return _count_by_round(records, count) | _count_met_comparably(result, records)


def _count_met_comparably(result: Result, records: ResultRecords) -> Counted:
    """Count criteria met in two rounds, by comparable sources."""
    if len(records.rounds) < 2 or records.rounds[0].framework.key != records.rounds[-1].framework.key:
        return {}
    first, last = records.rounds[0], records.rounds[-1]
    shared, names = find_overlap(first.framework, last.framework), frozenset(judged_items(result, last.framework))
    met = [0, 0]
    for code in records.panel:
        compared = compare_country(first[code], last[code])
        for pair in observed_in_both(compared, shared):
            if pair.id in names and compared.has_same_judges(pair):
                for position, state in enumerate(compared.pair_states(pair)):
                    met[position] += state is CriterionState.MET
    return {f"{set_.round.id}; {LIKE_FOR_LIKE}": float(count) for set_, count in zip((first, last), met, strict=True)}


def _count_gained(result: Result, records: ResultRecords) -> Counted:
    """Count criteria gained since the first round, reliably or not."""
    counts: Counted = {}
    frameworks = {set_.round.id: set_.framework for set_ in records.rounds}
    for change in records.changes_since_first():
        round_, names = change.after, frozenset(judged_items(result, frameworks[change.after]))
        counts |= {round_: 0.0, **{f"{round_}; {code}": 0.0 for code in change.matched}}
        for criterion in change.criteria:
            if criterion.move is not CriterionMove.GAINED or not {criterion.criterion, criterion.capacity} & names:
                continue
            keys = [round_, f"{round_}; {criterion.country.alpha_2}"]
            if not criterion.reliable:
                keys = [f"{round_}; {UNCERTAIN if criterion.like_for_like else OTHER_CAUSE}"]
            for key in keys:
                counts[key] = counts.get(key, 0.0) + 1
    return counts


def _count_at_target(result: Result, records: ResultRecords) -> Counted:
    """Count countries with all capacities confirmed at target.

    The capacities are those of the result.
    """

    def count(assessment: Assessment) -> float:
        framework = assessment.framework
        nodes = [node for name in result.criteria if name in framework for node in framework[name].leaves]
        chosen = [node.id for node in nodes] or [node.id for node in framework.indicators]
        return float(all(assessment[name].target_met for name in chosen if name in assessment))

    return _count_by_round(records, count, by_country=False)


def _count_observed(result: Result, records: ResultRecords) -> Counted:
    """Count criteria settled in each round."""

    def count(assessment: Assessment) -> float:
        states = item_states(assessment)
        criterion_states = [
            states.get(name, CriterionState.OPEN) for name in judged_items(result, assessment.framework)
        ]
        return sum(state not in UNSEEN for state in criterion_states)

    return _count_by_round(records, count, by_country=False)


#: Functions that compute actuals, by value of `computed`: outputs count events, outcomes count findings.
_EVENTS: Mapping[str, Callable[[Result, ResultRecords], Iterator[_ProgrammeEvent]]] = {
    "deliveries held": _list_delivery_events,
    "enrolments nominated": _list_people_events(EnrolmentStatus.NOMINATED),
    "enrolments accepted": _list_people_events(EnrolmentStatus.ACCEPTED),
    "enrolments attended": _list_people_events(EnrolmentStatus.ATTENDED),
    "enrolments completed": _list_people_events(EnrolmentStatus.COMPLETED),
    "enrolments certified": _list_people_events(EnrolmentStatus.CERTIFIED),
}
_FINDINGS: Mapping[str, Callable[[Result, ResultRecords], Counted]] = {
    "criteria met": _count_met,
    GAINED: _count_gained,
    "criteria observed": _count_observed,
    AT_TARGET: _count_at_target,
}
#: Values of `computed` with a figure of the first round as baseline.
_COMPARED = ("criteria met", "criteria observed", AT_TARGET)
#: Values of `computed` that count findings.
FROM_FINDINGS = tuple(_FINDINGS)
#: All values of `computed`, and those that count events of the programme.
COMPUTED = (*_EVENTS, *_FINDINGS)
OUTPUT_ONLY = tuple(_EVENTS)


def compute_results(results: Iterable[Result], records: ResultRecords) -> tuple[Result, ...]:
    """Compute the actuals of results from records.

    Manually recorded actuals are kept.

    Args:
        results: The results chain.
        records: Rounds, deliveries and enrolments.

    Raises:
        ModelError: The value of `computed` of an indicator is unknown, or an outcome is to be computed from events of
            the programme.
    """
    return tuple(
        evolve(result, indicators=[_compute_result(result, indicator, records) for indicator in result.indicators])
        for result in results
    )


def _compute_result(result: Result, indicator: ResultIndicator, records: ResultRecords) -> ResultIndicator:
    if not indicator.computed:
        return indicator
    actuals = compute_actuals(result, indicator, records)
    frozen_map = indicator.baselines
    first = records.rounds[0].round.id if records.rounds else ""
    if indicator.computed in _COMPARED and len(records.rounds) > 1 and not frozen_map and first in actuals:
        frozen_map = FrozenMap({first: actuals[first]})
    return evolve(indicator, baselines=frozen_map, actuals={**actuals, **indicator.actuals})


def compute_actuals(result: Result, indicator: ResultIndicator, records: ResultRecords) -> Counted:
    """Return an indicator's actuals from records, without manual ones.

    Args:
        result: Its result.
        indicator: The indicator, with a value of `computed`.
        records: Rounds, deliveries and enrolments.

    Raises:
        ModelError: As `compute_results`.
    """
    if indicator.computed not in COMPUTED:
        raise ModelError("ResultIndicator.computed", indicator.computed, f"must be one of {', '.join(COMPUTED)}")
    if result.kind.is_outcome and indicator.computed in OUTPUT_ONLY:
        raise ModelError("ResultIndicator.computed", indicator.computed, "counts output; an outcome needs findings")
    if indicator.computed in _EVENTS:
        rounds = [round_.round for round_ in records.rounds]
        periods = [parse_slot(key, rounds) for key in indicator.targets]
        return _count_events(_EVENTS[indicator.computed](result, records), periods)
    return _FINDINGS[indicator.computed](result, records)
