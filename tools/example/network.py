"""Networks of the example.

Every contact, test, request, agreement and operation is invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .draws import Draws
from .facts import PARTICIPANTS, Participant
from .tables import table
from .words import TITLES

__all__ = ["OPERATIONS", "network_files"]

_NOTICE = "Invented: no contact point, request, agreement or operation of this file is real."
_CONTACTS = ("country", "network", "office", "role", "focal_point", "languages", "hours", "last_tested", "reached",
             "valid_until", "tlp")  # fmt: skip
_REQUESTS = ("asking", "asked", "network", "kind", "sent", "answered", "outcome", "tlp")
_TITLES = ("title", "title_es", "title_fr", "title_nl", "title_pt")
_AGREEMENTS = ("id", *_TITLES, "kind", "parties", "signed", "in_force", "until", "tlp")
_OPERATIONS = ("id", *_TITLES, "participants", "start", "end", "outcomes", "activity", "tlp")
#: What draws were first made for, so that a shorter name changes none of them.
_DRAWN = {"INTERPOL NCB": "National Central Bureau", "24/7": "24/7 network"}
_CARIBBEAN = ("Antigua and Barbuda", "Bahamas", "Barbados", "Grenada", "Jamaica", "St Kitts and Nevis", "St Lucia",
              "St Vincent and the Grenadines", "Trinidad and Tobago")  # fmt: skip
_CENTRAL = ("Costa Rica", "El Salvador", "Guatemala", "Honduras", "Nicaragua", "Panama")


@dataclass(frozen=True)
class _Operation:
    """Joint operation.

    It has participants, days, outcomes, an activity of the catalogue, and the indicators that it was about.
    """

    name: str
    participants: tuple[str, ...]
    start: str
    end: str
    outcomes: str
    activity: str
    topics: tuple[str, ...]


OPERATIONS = (
    _Operation("OP1", ("Costa Rica", "Guatemala", "Panama"), "2017-05-08", "2017-05-12",
               "6 requests answered within a day", "", ("COO-1", "COO-2")),
    _Operation("OP2", ("Barbados", "Colombia", "Guatemala", "Honduras", "Jamaica", "Mexico", "Panama", "Sint Maarten",
                       "Trinidad and Tobago"), "2017-08-21", "2017-09-01",
               "14 requests answered within a day; 9 services with one named lead", "A33", ("COO-5", "OPS-3")),
)  # fmt: skip


def network_files(draws: Draws) -> Iterator[tuple[str, bytes]]:
    """Yield the four tables below `network/`."""
    yield "network/contacts.csv", _file(_CONTACTS, _contacts(draws))
    yield "network/requests.csv", _file(_REQUESTS, _requests())
    yield "network/agreements.csv", _file(_AGREEMENTS, _agreements())
    yield "network/operations.csv", _file(_OPERATIONS, _operations())


def _file(headers: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    return table([(_NOTICE, *("" for _ in headers[1:])), headers, *rows])


def _contacts(draws: Draws) -> Iterator[tuple[str, ...]]:
    for one in PARTICIPANTS:
        yield _contact(one, "INTERPOL NCB", draws, 0.9)
        if draws.chance(0.7, "24/7", one.code):
            yield _contact(one, "24/7", draws, 0.7)
        if draws.chance(0.5, "cert", one.code):
            yield _contact(one, "CERT", draws, 0.8)


def _contact(one: Participant, network: str, draws: Draws, answers: float) -> tuple[str, ...]:
    role, hours = ("duty desk", "working days") if network == "CERT" else ("first contact", "all hours")
    key = f"{_DRAWN.get(network, network)} {one.code}"
    tried = draws.chance(0.8, "tried", key)
    month = draws.among(range(1, 13), "month", key)
    tested = f"2015-{month:02}-15" if tried else ""
    reached = ("yes" if draws.chance(answers, "reached", key) else "no") if tried else ""
    until = "2015-12-31" if draws.chance(0.12, "lapsed", key) else "2017-12-31"
    english = one.language != "en" and draws.chance(0.85, "en", key)
    languages = f"{one.language}; en" if english else one.language
    return (one.name, network, "", role, f"{one.code.lower()}-focal-1", languages, hours, tested, reached, until,
            "TLP:AMBER+STRICT")  # fmt: skip


def _requests() -> Iterator[tuple[str, ...]]:
    """Yield the requests between services.

    The subjects of the cases are not recorded.
    """
    rows = (
        ("Barbados", "Jamaica", "2015-10-05", "2015-10-09"), ("Jamaica", "Trinidad and Tobago", "2015-11-02", ""),
        ("Costa Rica", "Panama", "2015-09-21", "2015-09-22"), ("Panama", "Costa Rica", "2016-01-18", "2016-01-20"),
        ("Colombia", "Ecuador", "2015-12-01", "2016-01-11"), ("Aruba", "Curaçao", "2015-10-26", "2015-10-27"),
        ("Mexico", "Guatemala", "2016-02-08", "2016-02-29"), ("Peru", "Colombia", "2016-02-15", ""),
    )  # fmt: skip
    for asking, asked, sent, answered in rows:
        outcome = "answered" if answered else "waiting"
        yield (asking, asked, "24/7", "preservation", sent, answered, outcome, "TLP:AMBER+STRICT")


def _agreements() -> Iterator[tuple[str, ...]]:
    yield ("AG1", *TITLES["AG1"].values(), "memorandum", "; ".join(_CARIBBEAN),
           "2014-05-05", "2014-07-01", "", "TLP:GREEN")  # fmt: skip
    yield ("AG2", *TITLES["AG2"].values(), "memorandum", "; ".join(_CENTRAL),
           "2015-03-02", "2015-06-01", "2018-05-31", "TLP:GREEN")  # fmt: skip


def _operations() -> Iterator[tuple[str, ...]]:
    for one in OPERATIONS:
        yield (one.name, *TITLES[one.name].values(), "; ".join(one.participants), one.start, one.end, one.outcomes,
               one.activity, "TLP:GREEN")  # fmt: skip
