"""Collection register: requests checked against returns."""

from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from attrs import define

from capbuild.model import Country, Issue, Request, RequestStatus, Severity, Source, SourceKind, UnusableReason
from capbuild.origin import Origin
from capbuild.workspace.paths import name_return
from capbuild.workspace.privacy.pseudonyms import PEOPLE, list_pseudonyms, looks_like_a_person
from capbuild.workspace.records.table import Places, Record, read_records

REGISTER = "collecting/register.csv"
COLUMNS = (
    "country", "round", "instrument", "respondent", "language", "focal_point", "sent", "due", "reminders", "received",
    "status", "questions", "file", "note",
)  # fmt: skip

#: Kinds of sources by instrument.
_KINDS = {"survey": SourceKind.SURVEY, "visit": SourceKind.VISIT, "meeting": SourceKind.MEETING}


@define
class Register:
    """Requests of all rounds.

    Attributes:
        requests: The requests, in the order of the file.
        issues: Issues found.
    """

    requests: tuple[Request, ...]
    issues: tuple[Issue, ...]

    def of(self, round_id: str) -> tuple[Request, ...]:
        """Return the requests of a round."""
        return tuple(request for request in self.requests if request.round == round_id)


def load_register(folder: Path, rounds: Iterable[str], places: Places) -> Register:
    """Load the register; empty if the folder has none.

    Args:
        folder: The programme's folder.
        rounds: Ids of its rounds; the first is the default.
        places: Resolves countries, and collects problems as issues.
    """
    known = tuple(rounds)
    requests: list[Request] = []
    names = list_pseudonyms(folder)
    for record in read_records(folder, REGISTER, COLUMNS, places.issues):
        country = places(record.text("country"), record.origin("country"))
        if country is None:
            if not record.text("country"):
                record.problem("country", "the row names no country", "name the country that was asked")
            continue
        request = _make_request(record, country, known)
        if request is None:
            continue
        _check_record(record, request, known, names)
        record.is_first(request.key, f"{request.label} of {country}")
        requests.append(request)
    return Register(tuple(requests), tuple(places.issues))


def _make_request(record: Record, country: Country, rounds: tuple[str, ...]) -> Request | None:
    sent = record.day("sent")
    came = record.text("received") and not record.text("status")
    return record.build(
        Request,
        country=country,
        round=record.text("round", rounds[0] if rounds else ""),
        instrument=record.text("instrument", "survey"),
        sent=sent,
        due=record.day_since("due", "sent", sent),
        received=record.day_since("received", "sent", sent),
        origin=record.origin(),
        **({"status": RequestStatus.RECEIVED} if came else {}),
    )


def _check_record(record: Record, request: Request, rounds: tuple[str, ...], names: frozenset[str] | None) -> None:
    """Report impossible entries; keep the row."""
    if request.round not in rounds:
        record.problem("round", f"there is no round {request.round!r}", f"rounds are: {', '.join(rounds)}")
    came = request.status in (RequestStatus.RECEIVED, RequestStatus.ACCEPTED, RequestStatus.RETURNED)
    if came and not record.text("received"):
        record.problem("received", f"it is {request.status.value}, but no day is given", "give the day it came",
                       "CB670", Severity.WARNING)  # fmt: skip
    if looks_like_a_person(request.focal_point):
        found, remedy, code = "looks like a person", f"write a pseudonym here and the name in {PEOPLE}", "CB671"
    elif request.focal_point and names is not None and request.focal_point not in names:
        found, remedy, code = f"is not in {PEOPLE}", "add it there", "CB674"
    else:
        return
    record.problem("focal_point", f"the focal point {found}", remedy, code, Severity.WARNING)


def find_unusable_records(
    requests: Iterable[Request], unread: Container[str]
) -> dict[str, tuple[UnusableReason, Origin | None]]:
    """Return unusable returns in the register, by alpha-2 code.

    Each with the reason and its row.

    Args:
        requests: The requests of a round.
        unread: Names of the files that cannot be read.
    """
    found: dict[str, tuple[UnusableReason, Origin | None]] = {}
    for request in requests:
        if request.file in unread:
            found[request.country.alpha_2] = (UnusableReason.NOT_READ, request.origin)
        elif request.received is not None:
            found.setdefault(request.country.alpha_2, (UnusableReason.NOT_HERE, request.origin))
    return found


def check_register(requests: Iterable[Request], sources: Sequence[Source]) -> Iterator[Issue]:
    """Yield disagreements between a round's register and its returns.

    Args:
        requests: The requests of the round.
        sources: Sources received.
    """
    came = {(source.kind, source.country, source.respondent) for source in sources if source.country is not None}
    came |= {(kind, country, "") for kind, country, _ in came}
    files = {(source.country, source.id.partition("#")[0]) for source in sources}
    for request in requests:
        kind = _KINDS.get(request.instrument)
        if kind is None or kind is SourceKind.MEETING:
            continue
        named = (request.country, name_return(request.file)) in files
        has = named or (kind, request.country, request.respondent) in came
        recorded = request.received is not None
        if has is recorded:
            continue
        message = f"{request.country}: {request.label} "
        message += (
            "was received, but the register does not record it"
            if has
            else "is recorded as received, but has no file here"
        )
        remedy = "give the day it was received" if has else "add the file to returns/, or correct the register"
        yield Issue.note("CB673", message, request.origin, remedy)
