"""Rules on contact points, requests, agreements and operations."""

from collections.abc import Iterator

from capbuild.display import name_some
from capbuild.model import ContactPoint, RequestOutcome
from capbuild.workspace.checks.context import CheckContext, Found, finds

_ANSWERED = (RequestOutcome.ANSWERED, RequestOutcome.PARTLY, RequestOutcome.REFUSED)


@finds("CK801")
def find_expired_agreements(context: CheckContext) -> Iterator[Found]:
    """Yield agreements past their last day."""
    for one in context.network.agreements:
        if one.until is not None and one.until < context.on:
            yield f"{one.id}: until {one.until}", context.origin(one)


@finds("CK802")
def find_agreements_before_signature(context: CheckContext) -> Iterator[Found]:
    """Yield agreements in force before their signature."""
    for one in context.network.agreements:
        if one.signed is not None and one.in_force is not None and one.in_force < one.signed:
            yield f"{one.id}: in force from {one.in_force}, signed on {one.signed}", context.origin(one)


def _list_valid(context: CheckContext) -> Iterator[ContactPoint]:
    """Yield current contacts."""
    for one in context.network.contacts:
        if one.valid_until is None or one.valid_until >= context.on:
            yield one


@finds("CK803")
def find_untested_contacts(context: CheckContext) -> Iterator[Found]:
    """Yield contacts without a recent test."""
    for one in _list_valid(context):
        age = (context.on - one.last_tested).days if one.last_tested is not None else None
        if age is None or age > context.settings.contact_days:
            since = f"{age} days ago" if age is not None else "never"
            yield f"{one.country} {one.network}: tested {since}", context.origin(one)


@finds("CK804")
def find_lapsed_contacts(context: CheckContext) -> Iterator[Found]:
    """Yield expired contacts of countries without another."""
    current = {(one.country, one.network) for one in _list_valid(context)}
    for one in context.network.contacts:
        if (one.country, one.network) not in current:
            yield f"{one.country} {one.network}: until {one.valid_until}", context.origin(one)


@finds("CK805")
def find_open_requests(context: CheckContext) -> Iterator[Found]:
    """Yield old requests for help without an outcome."""
    for one in context.network.requests:
        days = (context.on - one.sent).days
        if one.outcome is RequestOutcome.WAITING and one.answered is None and days > context.settings.request_days:
            yield f"{one.asking} to {one.asked}: {one.kind}, sent on {one.sent}, {days} days", context.origin(one)


@finds("CK806")
def find_contradictory_outcomes(context: CheckContext) -> Iterator[Found]:
    """Yield requests with contradictory answer dates and outcomes."""
    for one in context.network.requests:
        if (one.answered is not None) is not (one.outcome in _ANSWERED):
            day = f"answered on {one.answered}" if one.answered is not None else "no day of an answer"
            yield f"{one.asking} to {one.asked}: {one.outcome.value}, {day}", context.origin(one)


@finds("CK807")
def find_contacts_in_other_languages(context: CheckContext) -> Iterator[Found]:
    """Yield contacts without a language of their country."""
    for one in context.network.contacts:
        part = context.participations.get(one.country)
        if part is not None and part.languages and one.languages and not set(part.languages) & set(one.languages):
            message = (
                f"{one.country} {one.network}: {', '.join(one.languages)}, and it works in {', '.join(part.languages)}"
            )
            yield message, context.origin(one)


@finds("CK808")
def find_shared_focal_points(context: CheckContext) -> Iterator[Found]:
    """Yield focal-point pseudonyms used by several countries."""
    known: dict[str, dict[str, ContactPoint]] = {}
    for one in context.network.contacts:
        if one.focal_point:
            known.setdefault(one.focal_point, {}).setdefault(one.country.name, one)
    for person, found in known.items():
        if len(found) > 1:
            yield f"{person}: {name_some(found)}", context.origin(list(found.values())[1])


@finds("CK809")
def find_operations_without_outcome(context: CheckContext) -> Iterator[Found]:
    """Yield finished operations without an outcome."""
    for one in context.network.operations:
        if (one.end or one.start) < context.on and not one.outcomes:
            yield f"{one.id}: until {one.end or one.start}", context.origin(one)
