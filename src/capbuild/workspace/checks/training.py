"""Rules on sessions, people and measurements."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from capbuild.display import name_some
from capbuild.model import ActivityKind, Country, Delivery, Enrolment, EnrolmentStatus, Kirkpatrick, Missing
from capbuild.tracking.follow_up import delivery_criteria
from capbuild.workspace.checks.context import CheckContext, Found, error, note, warning

_WAITING = (EnrolmentStatus.NOMINATED, EnrolmentStatus.ACCEPTED)


def _list_days(delivery: Delivery) -> list[datetime.date]:
    return [delivery.start + datetime.timedelta(days=n) for n in range((delivery.end - delivery.start).days + 1)]


@warning("CK601", "More people attended than there were seats", "correct the enrolments or the activity")
def find_full_sessions(context: CheckContext) -> Iterator[Found]:
    """Yield sessions with more participants than seats."""
    for delivery in context.delivered:
        activity, people = context.activities.get(delivery.course), len(context.attended.get(delivery.id, ()))
        if activity is not None and activity.seats > 1 and people > activity.seats:
            yield (
                f"{delivery.id}: {people} attended, and {activity.id} has {activity.seats} seats",
                context.origin(delivery),
            )


@note("CK602", "A session is on a holiday or weekend", "correct its days, or check.holidays")
def find_sessions_on_holidays(context: CheckContext) -> Iterator[Found]:
    """Yield short sessions on a day off."""
    for delivery in context.delivered:
        host = delivery.host.alpha_2 if delivery.host is not None else ""
        free = [day for day in _list_days(delivery) if context.settings.is_holiday(day, host)]
        # Sessions over weeks include weekends; their first and last day are not on one.
        if len(_list_days(delivery)) > 5:
            named = context.settings.holidays.get(host, ())
            free = [
                d
                for d in free
                if d in (delivery.start, delivery.end) or d.isoformat() in named or f"{d:%m-%d}" in named
            ]
        if free:
            yield f"{delivery.id}: {free[0]} ({free[0]:%A})", context.origin(delivery)


@warning("CK603", "A session is in a month in which its host is blocked", "correct its days, or the blocked months")
def find_sessions_in_blocked_months(context: CheckContext) -> Iterator[Found]:
    """Yield sessions in blocked months of their host."""
    blocked = context.plan.limits.blocked_months if context.plan is not None else {}
    for delivery in context.delivered:
        months = blocked.get(delivery.host.alpha_2, ()) if delivery.host is not None else ()
        blocked_days = {f"{delivery.start:%Y-%m}", f"{delivery.start:%m}"} & set(months)
        if blocked_days:
            yield (
                f"{delivery.id}: from {delivery.start}; {delivery.host} is blocked in {min(blocked_days)}",
                context.origin(delivery),
            )


@error("CK604", "People attended a session that was cancelled", "correct cancelled, or the enrolments")
def find_people_at_cancelled_sessions(context: CheckContext) -> Iterator[Found]:
    """Yield cancelled sessions with attendance."""
    for delivery in context.records.deliveries:
        people = context.attended.get(delivery.id, [])
        if delivery.cancelled and people:
            message = (
                f"{delivery.id} was cancelled, and {len(people)} attended: {name_some(p.participant for p in people)}"
            )
            yield message, context.origin(people[0])


@error("CK605", "People attended a session that is still to come", "correct the days or the enrolments")
def find_people_at_future_sessions(context: CheckContext) -> Iterator[Found]:
    """Yield sessions after the check date with attendance."""
    for delivery in context.delivered:
        people = context.attended.get(delivery.id, [])
        if delivery.start > context.on and people:
            message = f"{delivery.id} begins on {delivery.start}, and {len(people)} attended"
            yield message, context.origin(people[0])


@error("CK606", "A person attended two sessions at one time", "correct the enrolments: is it one person?")
def find_overlaps(context: CheckContext) -> Iterator[Found]:
    """Yield people who attended two sessions at once."""
    by_person: dict[str, list[tuple[Delivery, Enrolment]]] = defaultdict(list)
    for name, people in context.attended.items():
        for enrolled in people if name in context.deliveries else ():
            by_person[enrolled.participant].append((context.deliveries[name], enrolled))
    for person, enrolments in by_person.items():
        ordered = sorted(enrolments, key=lambda pair: pair[0].start)
        for (before, _), (after, enrolment) in pairwise(ordered):
            if after.start <= before.end and not before.cancelled and not after.cancelled:
                yield (
                    f"{person}: {before.id} until {before.end}, {after.id} from {after.start}",
                    context.origin(enrolment),
                )


@error("CK607", "A person is enrolled for two countries", "give each person a pseudonym")
def find_people_of_two_countries(context: CheckContext) -> Iterator[Found]:
    """Yield pseudonyms with several countries."""
    enrolments: dict[str, Enrolment] = {}
    for enrolment in context.records.enrolments:
        first = enrolments.setdefault(enrolment.participant, enrolment)
        if first.country != enrolment.country:
            places = f"{first.country} in {first.delivery}, {enrolment.country} in {enrolment.delivery}"
            yield f"{enrolment.participant}: {places}", context.origin(enrolment)


@warning("CK608", "More people of a role were trained than were to be reached", "correct size or headcount")
def find_more_trained_than_needed(context: CheckContext) -> Iterator[Found]:
    """Yield roles with more people trained than planned."""
    people: dict[tuple[Country, str], dict[str, Enrolment]] = defaultdict(dict)
    for rows in context.attended.values():
        for row in rows:
            people[row.country, row.role or ""].setdefault(row.participant, row)
    for (country, role), enrolments in people.items():
        most = _compute_headcount(context, country, role)
        if most is not None and len(enrolments) > most:
            message = f"{country}: {len(enrolments)} people in {role} trained, {most} to be reached"
            yield message, context.origin(list(enrolments.values())[most])


def _compute_headcount(context: CheckContext, country: Country, role: str) -> int | None:
    """Return the number of people of a role to reach.

    This is the recorded count, or else that of the catalogue for the service size.
    """
    catalogue, plan = context.workspace.catalogue, context.plan
    counted = plan.headcount[country.alpha_2].get(role) if plan and country.alpha_2 in plan.headcount else None
    size = context.workspace.settings.sizes.get(country)
    if counted is not None or size is None or catalogue is None or size.value not in catalogue.headcount:
        return counted
    return catalogue.headcount[size.value].get(role)


@warning("CK609", "A session is outside the phases of the programme", "correct its days, or the phases")
def find_sessions_outside_phases(context: CheckContext) -> Iterator[Found]:
    """Yield sessions on days outside all phases."""
    phases = context.workspace.programme.phases
    for delivery in context.delivered if phases else ():
        if not any(phase.start <= delivery.start and delivery.end <= phase.end for phase in phases):
            yield f"{delivery.id}: {delivery.start} to {delivery.end}", context.origin(delivery)


@warning("CK610", "A country attended in a language that it does not work in", "check that people could follow")
def find_sessions_in_other_languages(context: CheckContext) -> Iterator[Found]:
    """Yield sessions in languages that countries do not use."""
    for delivery in context.delivered:
        others: dict[str, Enrolment] = {}
        for person in context.attended.get(delivery.id, ()):
            part = context.participations.get(person.country)
            if delivery.language and part is not None and part.languages and delivery.language not in part.languages:
                others.setdefault(person.country.name, person)
        if others:
            yield (
                f"{delivery.id} in {delivery.language}: {name_some(others)}",
                context.origin(next(iter(others.values()))),
            )


@warning("CK611", "A session was held and nobody attended", "record the enrolments, or mark it as cancelled")
def find_empty_sessions(context: CheckContext) -> Iterator[Found]:
    """Yield past sessions without attendance."""
    for delivery in context.delivered:
        activity = context.activities.get(delivery.course)
        if activity is not None and activity.kind is ActivityKind.EQUIPMENT:
            continue
        if delivery.end < context.on and not context.attended.get(delivery.id):
            yield f"{delivery.id}: {delivery.start} to {delivery.end}", context.origin(delivery)


@note("CK612", "A session was not evaluated", "add what was measured to training/evaluations.csv")
def find_sessions_without_evaluation(context: CheckContext) -> Iterator[Found]:
    """Yield past sessions without measurements."""
    measured = {evaluation.delivery for evaluation in context.records.evaluations}
    for delivery in context.delivered:
        if delivery.end < context.on and context.attended.get(delivery.id) and delivery.id not in measured:
            yield f"{delivery.id}: {delivery.start} to {delivery.end}", context.origin(delivery)


@error("CK613", "A person was measured who did not attend", "correct the enrolment or the evaluation")
def find_absent_people_measured(context: CheckContext) -> Iterator[Found]:
    """Yield measurements of enrolled people who did not attend."""
    status = {(enrolment.participant, enrolment.delivery): enrolment.status for enrolment in context.records.enrolments}
    for evaluation in context.records.evaluations:
        known = status.get((evaluation.participant or "", evaluation.delivery))
        # People may take a test before a session and then not attend.
        after = evaluation.moment != "before" and not isinstance(evaluation.value, Missing)
        if known is not None and not known.was_present and after:
            yield (
                f"{evaluation.participant} in {evaluation.delivery}: {known.value}, {evaluation.level.value} measured",
                context.origin(evaluation),
            )


@warning("CK614", "A person was certified without a test that others took", "add the test, or correct the status")
def find_untested_certificates(context: CheckContext) -> Iterator[Found]:
    """Yield certified people without a test result."""
    tested = defaultdict(set)
    for evaluation in context.records.evaluations:
        if (
            evaluation.level is Kirkpatrick.LEARNING
            and evaluation.moment != "before"
            and not isinstance(evaluation.value, Missing)
        ):
            tested[evaluation.delivery].add(evaluation.participant)
    for name, people in context.attended.items():
        for person in people:
            certified = person.status is EnrolmentStatus.CERTIFIED
            if certified and tested[name] - {None} and person.participant not in tested[name]:
                yield f"{person.participant} in {name}", context.origin(person)


@note("CK615", "People are still nominated after the session", "set them to attended or withdrawn")
def find_open_nominations(context: CheckContext) -> Iterator[Found]:
    """Yield past sessions with people still nominated or accepted."""
    for delivery in context.delivered:
        rows = [e for e in context.records.enrolments if e.delivery == delivery.id and e.status in _WAITING]
        if delivery.end < context.on and rows:
            kinds = Counter(row.status.value for row in rows)
            words = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
            yield (
                f"{delivery.id} ended on {delivery.end}: {words} ({name_some(r.participant for r in rows)})",
                context.origin(rows[0]),
            )


@warning("CK616", "A session served nothing that its countries lack", "check its purpose")
def find_sessions_without_need(context: CheckContext) -> Iterator[Found]:
    """Yield sessions on criteria that all attending countries met before."""
    for delivery in context.delivered:
        names = delivery_criteria(delivery, context.workspace.catalogue)
        before = [r for r in context.rounds if r.round.reference_date <= delivery.start]
        countries = {person.country for person in context.attended.get(delivery.id, ())}
        if not names or not before or not countries:
            continue
        results = [
            result
            for assessment in before[-1].assessed
            if assessment.country in countries
            for score in assessment.indicators
            for result in score.results
            if result.target in names
        ]
        if results and all(result.checked and result.state.value == "met" for result in results):
            yield (
                f"{delivery.id}: {name_some(names)} were met in all of {name_some(c.name for c in countries)}",
                context.origin(delivery),
            )
