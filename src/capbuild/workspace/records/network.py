"""Network tables: contact points, requests, agreements and joint operations."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from capbuild.model import (
    TLP,
    Agreement,
    ContactPoint,
    CooperationRequest,
    Country,
    JointOperation,
    Network,
    RequestOutcome,
)
from capbuild.workspace.privacy.pseudonyms import PEOPLE, looks_like_a_person
from capbuild.workspace.records.table import Places, Record, read_records

#: Columns of each table in `network/`.
TABLES = {
    "network/contacts.csv": (
        "country", "network", "office", "role", "focal_point", "languages", "hours", "last_tested", "reached",
        "valid_until", "tlp",
    ),
    "network/requests.csv": ("asking", "asked", "network", "kind", "sent", "answered", "outcome", "tlp"),
    "network/agreements.csv": ("id", "title", "kind", "parties", "signed", "in_force", "until", "tlp"),
    "network/operations.csv": ("id", "title", "participants", "start", "end", "outcomes", "activity", "tlp"),
}  # fmt: skip

T = TypeVar("T")
N = TypeVar("N", Agreement, JointOperation)


def load_network(folder: Path, places: Places, *, invented: bool) -> Network | None:
    """Load the network of a folder; None without its tables.

    Args:
        folder: The programme's folder.
        places: Resolves countries, and collects problems as issues.
        invented: Whether the programme's answers are invented.
    """
    if not any((folder / name).is_file() for name in TABLES):
        return None
    contacts, requests, agreements, operations = TABLES
    return Network(
        contacts=_load_rows(folder, contacts, places, _make_contact),
        requests=_load_rows(folder, requests, places, _make_request),
        agreements=_drop_duplicates(_load_rows(folder, agreements, places, _make_agreement)),
        operations=_drop_duplicates(_load_rows(folder, operations, places, _make_operation)),
        invented=invented,
    )


def _load_rows(folder: Path, name: str, places: Places, build: Callable[[Record, Places], T | None]) -> list[T]:
    seen: dict[str, int] = {}
    made: list[T] = []
    for record in read_records(folder, name, TABLES[name], places.issues, places.origins):
        id_ = record.text("id")
        if id_ in seen:
            record.problem("id", f"{id_} is also in row {seen[id_]}", "give each an id of its own", "CB672")
        elif id_:
            seen[id_] = record.row
        one = build(record, places)
        if one is not None:
            made.append(one)
    return made


def _drop_duplicates(made: Sequence[N]) -> list[N]:
    """Keep the first row of each id."""
    return list({one.id: one for one in reversed(made)}.values())[::-1]


def _parse_label(record: Record, default: TLP) -> TLP:
    text = record.text("tlp")
    try:
        return TLP(text) if text else default
    except ValueError:
        record.problem("tlp", f"{text!r} is not a label", f"one of: {', '.join(TLP)}; read as {TLP.RED.value}")
        return TLP.RED


def _parse_countries(record: Record, column: str, places: Places) -> list[Country]:
    return [c for text in record.words(column) if (c := places.anywhere(text, record.origin(column))) is not None]


def _make_contact(record: Record, places: Places) -> ContactPoint | None:
    country = places(record.text("country"), record.origin("country"))
    for column in ("focal_point", "office"):
        if looks_like_a_person(record.text(column)) and (column == "focal_point" or "@" in record.text(column)):
            record.problem(column, f"the {column.replace('_', ' ')} looks like a person",
                           f"write a pseudonym here and the name in {PEOPLE}", "CB671")  # fmt: skip
    if country is None:
        return None
    return record.build(ContactPoint, country=country, tlp=_parse_label(record, TLP.RED))


def _make_request(record: Record, places: Places) -> CooperationRequest | None:
    asking, asked = (places.anywhere(record.text(column), record.origin(column)) for column in ("asking", "asked"))
    sent = record.day("sent")
    if asking is None or asked is None or sent is None:
        if not record.text("sent"):
            record.problem("sent", "the day of sending is missing", "give it, such as 2016-05-31")
        return None
    answered = record.day_since("answered", "sent", sent)
    outcomes = {"outcome": RequestOutcome.ANSWERED} if answered and not record.text("outcome") else {}
    return record.build(
        CooperationRequest,
        asking=asking,
        asked=asked,
        sent=sent,
        answered=answered,
        tlp=_parse_label(record, TLP.RED),
        **outcomes,
    )


def _make_agreement(record: Record, places: Places) -> Agreement | None:
    return record.build(
        Agreement,
        title=record.texts("title", record.text("id")),
        parties=_parse_countries(record, "parties", places),
        tlp=_parse_label(record, TLP.AMBER),
    )


def _make_operation(record: Record, places: Places) -> JointOperation | None:
    start = record.day("start")
    if start is None:
        record.problem("start", "the first day is missing", "give it, such as 2017-05-31")
        return None
    return record.build(
        JointOperation,
        title=record.texts("title", record.text("id")),
        participants=_parse_countries(record, "participants", places),
        start=start,
        tlp=_parse_label(record, TLP.AMBER),
    )
