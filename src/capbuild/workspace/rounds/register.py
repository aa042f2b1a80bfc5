"""Collection register: requests checked against returns."""

from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from attrs import define

from capbuild.model import Issue, Request, RequestStatus, Source, SourceKind, UnusableReason
from capbuild.origin import Origin
from capbuild.workspace.paths import name_return
from capbuild.workspace.privacy.pseudonyms import PEOPLE, list_pseudonyms, looks_like_a_person
from capbuild.workspace.records.folder_tables import REGISTER
from capbuild.workspace.records.table import Places, Record

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
    for record in REGISTER.records(folder, places.issues):
        first = {} if record.text("round") else {"round": known[0] if known else ""}
        request = REGISTER.build(record, places, {"round": known}, **first)
        if request is not None:
            _check_request(record, request, names)
            record.is_first(request.key, f"{request.label} of {request.country}")
            requests.append(request)
    return Register(tuple(requests), tuple(places.issues))


def _check_request(record: Record, request: Request, names: frozenset[str] | None) -> None:
    """Report impossible entries; keep the row."""
    came = request.status in (RequestStatus.RECEIVED, RequestStatus.ACCEPTED, RequestStatus.RETURNED)
    if came and not record.text("received"):
        message = f"it is {request.status.value}, but no day is given"
        record.warn("received", message, "give the day it came", "CB670")
    person = request.focal_point
    if person and names is not None and person not in names and not looks_like_a_person(person):
        record.warn("focal_point", f"the focal point is not in {PEOPLE}", "add it there", "CB674")


def find_unusable_records(
    requests: Iterable[Request], unread: Container[str]
) -> dict[str, tuple[UnusableReason, Origin | None]]:
    """Return unusable returns in the register, by alpha-2 code.

    Each has the reason, and the origin of its row.

    Args:
        requests: The requests of a round.
        unread: Names of the files that cannot be read.
    """
    unusable: dict[str, tuple[UnusableReason, Origin | None]] = {}
    for request in requests:
        if request.file in unread:
            unusable[request.country.alpha_2] = (UnusableReason.NOT_READ, request.origin)
        elif request.received is not None:
            unusable.setdefault(request.country.alpha_2, (UnusableReason.NOT_HERE, request.origin))
    return unusable


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
