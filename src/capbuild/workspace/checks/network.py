"""Rules on contact points, requests, agreements and operations."""

from collections.abc import Iterator

from capbuild.display import name_some
from capbuild.model import ContactPoint, RequestOutcome
from capbuild.workspace.checks.context import CheckContext, Found, error, note, warning

_ANSWERED = (RequestOutcome.ANSWERED, RequestOutcome.PARTLY, RequestOutcome.REFUSED)


@warning("CK801", "An agreement has expired", "renew it, or record the new date")
def find_expired_agreements(context: CheckContext) -> Iterator[Found]:
    """Yield agreements past their last day."""
    for agreement in context.network.agreements:
        if agreement.until is not None and agreement.until < context.on:
            yield f"{agreement.id}: until {agreement.until}", context.origin(agreement)


@error("CK802", "An agreement is in force before it was signed", "correct one of the two days")
def find_agreements_before_signature(context: CheckContext) -> Iterator[Found]:
    """Yield agreements in force before their signature."""
    for agreement in context.network.agreements:
        if agreement.signed is not None and agreement.in_force is not None and agreement.in_force < agreement.signed:
            yield (
                f"{agreement.id}: in force from {agreement.in_force}, signed on {agreement.signed}",
                context.origin(agreement),
            )


def _list_valid(context: CheckContext) -> Iterator[ContactPoint]:
    """Yield current contacts."""
    for contact in context.network.contacts:
        if contact.valid_until is None or contact.valid_until >= context.on:
            yield contact


@note("CK803", "A contact was not tested for long", "test it, and record last_tested and reached")
def find_untested_contacts(context: CheckContext) -> Iterator[Found]:
    """Yield contacts without a recent test."""
    for point in _list_valid(context):
        age = (context.on - point.last_tested).days if point.last_tested is not None else None
        if age is None or age > context.settings.contact_days:
            since = f"{age} days ago" if age is not None else "never"
            yield f"{point.country} {point.network}: tested {since}", context.origin(point)


@note("CK804", "A contact is no longer valid", "ask the country for a new one")
def find_lapsed_contacts(context: CheckContext) -> Iterator[Found]:
    """Yield expired contacts of countries without another."""
    current = {(point.country, point.network) for point in _list_valid(context)}
    for contact in context.network.contacts:
        if (contact.country, contact.network) not in current:
            yield f"{contact.country} {contact.network}: until {contact.valid_until}", context.origin(contact)


@note("CK805", "A request for help has been open for long", "ask the country, or record the outcome")
def find_open_requests(context: CheckContext) -> Iterator[Found]:
    """Yield old requests for help without an outcome."""
    for request in context.network.requests:
        days = (context.on - request.sent).days
        if (
            request.outcome is RequestOutcome.WAITING
            and request.answered is None
            and days > context.settings.request_days
        ):
            yield (
                f"{request.asking} to {request.asked}: {request.kind}, sent on {request.sent}, {days} days",
                context.origin(request),
            )


@error("CK806", "Outcome and day of an answer contradict each other", "correct outcome or answered")
def find_contradictory_outcomes(context: CheckContext) -> Iterator[Found]:
    """Yield requests with contradictory answer dates and outcomes."""
    for request in context.network.requests:
        if (request.answered is not None) is not (request.outcome in _ANSWERED):
            day = f"answered on {request.answered}" if request.answered is not None else "no day of an answer"
            yield f"{request.asking} to {request.asked}: {request.outcome.value}, {day}", context.origin(request)


@warning("CK807", "A contact answers in no language of its country", "correct the languages")
def find_contacts_in_other_languages(context: CheckContext) -> Iterator[Found]:
    """Yield contacts without a language of their country."""
    for contact in context.network.contacts:
        part = context.participations.get(contact.country)
        if (
            part is not None
            and part.languages
            and contact.languages
            and not set(part.languages) & set(contact.languages)
        ):
            spoken, worked_in = ", ".join(contact.languages), ", ".join(part.languages)
            message = f"{contact.country} {contact.network}: {spoken}, and it works in {worked_in}"
            yield message, context.origin(contact)


@warning("CK808", "One focal point serves several countries", "correct the pseudonym, or ask who it is")
def find_shared_focal_points(context: CheckContext) -> Iterator[Found]:
    """Yield focal-point pseudonyms used by several countries."""
    known: dict[str, dict[str, ContactPoint]] = {}
    for contact in context.network.contacts:
        if contact.focal_point:
            known.setdefault(contact.focal_point, {}).setdefault(contact.country.name, contact)
    for person, points in known.items():
        if len(points) > 1:
            yield f"{person}: {name_some(points)}", context.origin(list(points.values())[1])


@note("CK809", "A joint operation ended without an outcome", "record its outcomes")
def find_operations_without_outcome(context: CheckContext) -> Iterator[Found]:
    """Yield finished operations without an outcome."""
    for operation in context.network.operations:
        if (operation.end or operation.start) < context.on and not operation.outcomes:
            yield f"{operation.id}: until {operation.end or operation.start}", context.origin(operation)
