"""Rules on rounds, requests, returns and visits."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from capbuild.display import name_some
from capbuild.formats.vocabulary import fold_header
from capbuild.model import Country, Missing, RequestStatus, Source, SourceKind
from capbuild.origin import Origin
from capbuild.workspace.checks.context import CheckContext, Found, error, is_request_of, note, warning
from capbuild.workspace.rounds.collection import map_respondent_kinds

_SURVEY, _VISIT = SourceKind.SURVEY, SourceKind.VISIT


@warning("CK101", "A visit is outside the days of its round", "correct its days, or the days of the round")
def find_visits_outside_rounds(context: CheckContext) -> Iterator[Found]:
    """Yield visits that begin before or end after their round."""
    for round_ in context.rounds:
        for visit in round_.of_kind(_VISIT):
            start, end = visit.start, visit.end or visit.start
            if start is not None and end is not None and (start < round_.first or end > round_.last):
                yield (
                    f"{visit.id}: {start} to {end}, and {round_.round.id} is {round_.first} to {round_.last}",
                    round_.origin(visit),
                )


@note("CK102", "A visit was before the country's return came", "check at the next visit what the return claims")
def find_visits_before_returns(context: CheckContext) -> Iterator[Found]:
    """Yield visits that ended before their country's first return."""
    for records in context.rounds:
        came = defaultdict(list)
        for source in records.of_kind(_SURVEY):
            if (day := records.came(source)) is not None:
                came[source.country].append(day)
        for visit in records.of_kind(_VISIT):
            end = visit.end or visit.start
            if end is not None and came[visit.country] and end < min(came[visit.country]):
                first = min(came[visit.country])
                yield (
                    f"{visit.country}: visited until {end}, and its first return came on {first}",
                    records.origin(visit),
                )


@warning("CK103", "A return came before its round, or on a day to come", "correct the day, or the round of the file")
def find_early_returns(context: CheckContext) -> Iterator[Found]:
    """Yield returns dated before their round or in the future."""
    today = max(context.on, datetime.datetime.now(datetime.UTC).date())
    for records in context.rounds:
        for source in records.of_kind(_SURVEY):
            day = records.came(source)
            start = records.round.start
            if day is not None and start is not None and day < start:
                message = f"{source.country}: {source.id} came on {day}, and {records.round.id} began on {start}"
                yield message, records.origin(source)
            elif day is not None and day > today:
                yield f"{source.country}: {source.id} came on {day}, which is to come", records.origin(source)
            elif day is None:  # a table of judgements, with a day of each
                dated = {f.country: f for f in records.by_source.get(source.id, ()) if (f.as_of or today) > today}
                for country, finding in dated.items():
                    yield f"{country}: {finding.target} was judged on {finding.as_of}, which is to come", finding.origin


@warning("CK104", "A country to be visited was never visited", "record the visit, or remove visit = true")
def find_countries_not_visited(context: CheckContext) -> Iterator[Found]:
    """Yield countries whose announced visit is not recorded."""
    visited = {visit.country for round_ in context.rounds for visit in round_.of_kind(_VISIT)}
    over = [round_ for round_ in context.rounds if round_.last < context.on]
    for country, part in context.participations.items():
        ended = [records for records in over if country in context.workspace.programme.countries_in(records.round)]
        if part.visit and country not in visited and ended:
            place = context.workspace.settings.places.get(country.alpha_2)
            yield f"{country}: visit = true, and {ended[0].round.id} is over", place


@warning("CK105", "One respondent answered for several countries", "ask who answered; give each person a pseudonym")
def find_shared_respondents(context: CheckContext) -> Iterator[Found]:
    """Yield pseudonyms used by several countries."""
    for round_ in context.rounds:
        countries: dict[str, dict[Country, Source]] = defaultdict(dict)
        for finding, source in round_.findings(_SURVEY):
            origin = finding.origin or round_.origin(source)
            sheet = origin.sheet if origin is not None else ""
            # A sheet name is not a person, even if it is used for an unnamed respondent.
            unnamed = {*map_respondent_kinds(), fold_header(sheet or "")}
            # Only a table of judgements has no country of its own: its assessors are the programme's.
            is_assessor = source.country is None
            if finding.respondent and not is_assessor and fold_header(finding.respondent) not in unnamed:
                countries[finding.respondent].setdefault(finding.country, source)
        for person, answered in countries.items():
            if len(answered) > 1:
                names = name_some(country.name for country in answered)
                yield f"{person} answered for {names} ({round_.round.id})", round_.origin(list(answered.values())[1])


@note("CK106", "One office answered for every dimension", "ask the other offices, or verify at a visit")
def find_single_offices(context: CheckContext) -> Iterator[Found]:
    """Yield unvisited countries with one office answering for all dimensions."""
    for records in context.rounds:
        framework = records.assessed.framework
        roots = {leaf.id: root.id for root in framework.dimensions for leaf in root.leaves}
        offices: dict[Country, dict[str, Source]] = defaultdict(dict)
        dimensions: dict[Country, set[str]] = defaultdict(set)
        for finding, source in records.findings(_SURVEY, _VISIT):
            if isinstance(finding.value, Missing) or source.country is None:
                continue  # a table of judgements is of assessors, not of an office
            # Two returns that do not name the respondent may be of two offices.
            offices[finding.country].setdefault(source.respondent or source.id, source)
            leaf = framework.owner(finding.target).id if finding.target in framework.criteria else finding.target
            dimensions[finding.country].add(roots.get(leaf, ""))
        for country, sources in offices.items():
            source, *others = sources.values()
            covers_all = dimensions[country] >= {root.id for root in framework.dimensions}
            if source.kind is _SURVEY and not others and len(framework.dimensions) > 1 and covers_all:
                who = source.respondent or source.kind.value
                message = (
                    f"{country}: {who} answered for all {len(framework.dimensions)} dimensions ({records.round.id})"
                )
                yield message, records.origin(source)


@warning("CK107", "A return is not in the register", "add a row to collecting/register.csv")
def find_returns_not_registered(context: CheckContext) -> Iterator[Found]:
    """Yield returns without a request in their round."""
    for round_ in context.rounds:
        surveys = [request for request in round_.requests if request.instrument == _SURVEY.value]
        for source in round_.of_kind(_SURVEY) if surveys else ():
            if not any(is_request_of(request, source) for request in surveys):
                who = f", {source.respondent}" if source.respondent else ""
                yield f"{source.country}{who}: {source.id} has no row ({round_.round.id})", round_.origin(source)


@warning("CK108", "A reminder was sent after the return came", "correct the day of the reminder or of the return")
def find_late_reminders(context: CheckContext) -> Iterator[Found]:
    """Yield requests with a reminder after the return came."""
    for request in context.requests:
        late = [day for day in request.reminders if request.received is not None and day > request.received]
        if late:
            message = f"{request.country}: {request.label} came on {request.received}, reminded on {late[0]}"
            yield message, request.origin


@error("CK109", "A reminder was sent before the request", "correct one of the two days")
def find_early_reminders(context: CheckContext) -> Iterator[Found]:
    """Yield requests with a reminder before the request."""
    for request in context.requests:
        early = [day for day in request.reminders if request.sent is not None and day < request.sent]
        if early:
            message = f"{request.country}: {request.label} was sent on {request.sent}, reminded on {early[0]}"
            yield message, request.origin


@warning("CK110", "A return was accepted while questions are open", "settle the questions, or set it to returned")
def find_accepted_with_questions(context: CheckContext) -> Iterator[Found]:
    """Yield accepted requests with questions."""
    for request in context.requests:
        if request.status is RequestStatus.ACCEPTED and request.questions:
            yield f"{request.country}: {request.label} is accepted: {request.questions[0]}", request.origin


@warning("CK111", "A request is past its due date", "remind the focal point: capbuild status FOLDER --reminders")
def find_overdue_requests(context: CheckContext) -> Iterator[Found]:
    """Yield open requests past their due date."""
    for request in context.requests:
        if request.is_open and request.due is not None and request.due < context.on and request.received is None:
            days = (context.on - request.due).days
            yield f"{request.country}: {request.label} was due on {request.due}, {days} days ago", request.origin


@note("CK112", "A return is in a language that the country does not name", "correct the language of one of the two")
def find_other_languages(context: CheckContext) -> Iterator[Found]:
    """Yield returns and requests in another language."""
    for round_ in context.rounds:
        languages = [(s.country, s.language, f"{s.id} is in", round_.origin(s)) for s in round_.of_kind(_SURVEY)]
        languages += [(r.country, r.language, f"{r.label} was sent in", r.origin) for r in round_.requests]
        for country, language, what, place in languages:
            part = context.participations.get(country) if country is not None else None
            if part is not None and part.languages and language and language not in part.languages:
                yield f"{country}: {what} {language}, and it works in {', '.join(part.languages)}", place


@note("CK113", "A country has no language in common with the programme", "add its language to programme.languages")
def find_countries_without_language(context: CheckContext) -> Iterator[Found]:
    """Yield countries without a language of the programme."""
    languages = context.workspace.programme.languages
    for country, part in context.participations.items():
        if part.languages and not set(part.languages) & set(languages):
            message = f"{country} works in {', '.join(part.languages)}, and the programme in {', '.join(languages)}"
            yield message, context.workspace.settings.places.get(country.alpha_2)


@warning("CK114", "A country takes part and was not asked", "send the request, or correct since and until")
def find_countries_not_asked(context: CheckContext) -> Iterator[Found]:
    """Yield countries without a request and without findings.

    Only the first round is checked, and rounds with findings but no requests.
    """
    for round_ in context.rounds:
        if not (round_.requests if round_ is context.rounds[0] else round_.collection.sources and not round_.requests):
            continue
        countries = {request.country for request in round_.requests} | {f.country for f in round_.collection.findings}
        for country in context.workspace.programme.countries_in(round_.round):
            if country not in countries:
                place = context.workspace.settings.places.get(country.alpha_2)
                yield f"{country}: no request of {round_.round.id} is recorded", place


@warning("CK115", "Two records of the day that a return came differ", "correct the register or [read]")
def find_two_days_of_receipt(context: CheckContext) -> Iterator[Found]:
    """Yield requests with another date of receipt than `[read]`."""
    for request in context.requests:
        if not request.file or request.received is None:
            continue
        declared = context.workspace.settings.rule_for(request.file).received
        if declared is not None and declared != request.received:
            message = f"{request.country}: {request.file} came on {request.received}, and [read] says {declared}"
            yield message, request.origin


@warning("CK116", "Two files of returns hold the same", "remove one of them")
def find_equal_files(context: CheckContext) -> Iterator[Found]:
    """Yield returns with identical bytes."""
    by_hash = defaultdict(set)
    for round_ in context.rounds:
        for name, sha256 in round_.collection.inputs.items():
            if name.startswith("returns/"):
                by_hash[sha256].add(name)
    for names in by_hash.values():
        first, *others = sorted(names, key=lambda name: (len(name), name))  # the first counts in a round
        yield from ((f"{other} contains the same as {first}", Origin(other)) for other in others)


@warning("CK117", "Two rounds overlap", "correct start and end of the rounds")
def find_overlapping_rounds(context: CheckContext) -> Iterator[Found]:
    """Yield rounds that begin before the previous one ends."""
    for before, after in pairwise(context.rounds):
        if after.round.start is not None and after.round.start <= (before.round.end or before.round.reference_date):
            message = f"{after.round.id} begins on {after.round.start}, and {before.round.id} ends on {before.last}"
            yield message, context.setting("rounds", after.place, "start")
