"""Courses with participants and measurements, drawn by lot."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .draws import Draws
from .facts import KITS, PARTICIPANTS, SILENT, Participant
from .network import OPERATIONS
from .tables import table
from .words import NOTICE

__all__ = ["topics_of", "training_files"]


@dataclass(frozen=True)
class _Held:
    """Delivery of an activity.

    It has the activity of the catalogue, first day, days, place, host, language, seats and role.
    """

    name: str
    activity: str
    title: str
    start: datetime.date
    days: int
    place: str
    host: str
    language: str
    seats: int
    role: str
    criteria: str
    cancelled: bool = False

    @property
    def end(self) -> datetime.date:
        return self.start + datetime.timedelta(days=self.days - 1)


def _held(text: str) -> tuple[_Held, ...]:
    found = []
    for line in text.strip().splitlines():
        name, activity, title, start, days, place, host, language, seats, role, criteria = (
            part.strip() for part in line.split("|")
        )
        cancelled = title.endswith("(called off)")
        day = datetime.date.fromisoformat(start)
        found.append(_Held(name, activity, title, day, int(days), place, host, language, int(seats), role, criteria,
            cancelled))  # fmt: skip
    return tuple(found)


_DELIVERIES = _held("""
D01 | A01 | First responders, Caribbean | 2016-09-13 | 2 | Bridgetown | BB | en | 24 | R03 | TRA-2.2a; TRA-2.3c; TRA-2.4a; TEC-1.2b; TEC-1.3b
D02 | A01 | Primeros respondientes, Centroamérica | 2016-10-04 | 2 | San José | CR | es | 24 | R03 | TRA-2.2a; TRA-2.3c; TRA-2.4a; TEC-1.2b; TEC-1.3b
D03 | A03 | Prueba digital para investigadores | 2016-11-15 | 3 | Bogotá | CO | es | 20 | R04 | OPS-1.2a; OPS-1.2b; TEC-2.2b; OPS-1.3b; TEC-4.2a
D04 | A14 | Contact points and provider requests | 2017-01-24 | 3 | Kingston | JM | en | 15 | R10 | COO-1.2a; COO-1.2b; COO-1.3b; COO-2.2a; COO-2.2b; COO-2.3b
D05 | A14 | Puntos de contacto y solicitudes a proveedores | 2017-02-14 | 3 | Panamá | PA | es | 15 | R10 | COO-1.2a; COO-1.2b; COO-1.3b; COO-2.2a; COO-2.2b; COO-2.3b
D06 | A09 | Mobile-device examination | 2017-03-13 | 5 | Port of Spain | TT | en | 12 | R07 | TEC-2.2a; TEC-2.3a; TEC-2.4c; TRA-3.2a
D07 | A09 | Examen de dispositivos móviles | 2017-04-03 | 5 | Ciudad de México | MX | es | 12 | R07 | TEC-2.2a; TEC-2.3a; TEC-2.4c; TRA-3.2a
D08 | A15 | Counting cybercrime | 2017-05-16 | 3 | Nassau | BS | en | 15 | R09 | OPS-5.2a; OPS-5.2b; OPS-5.3a; OPS-5.3b
D09 | A17 | Droits et genre dans l'enquête (called off) | 2017-06-06 | 2 | Port-au-Prince | HT | fr | 12 | R05 | MAN-3.2a; MAN-3.3c
D10 | A33 | Regional operation: prepare, act, debrief | 2017-08-21 | 12 | from each capital | | en | 30 | R05 | COO-5.2a; COO-5.3b; COO-5.4a
D11 | A16 | Leading a cybercrime function | 2017-12-05 | 3 | Kingston | JM | en | 18 | R02 | MAN-2.2a; MAN-2.3b; OPS-2.2a; MAN-2.3c
D12 | A18 | First-responder kits | 2017-06-20 | 1 | sent to each service | | en | 0 | R03 | TEC-1.2a; TRA-2.2b; TRA-2.3b
""")  # noqa: E501 - one row a delivery
#: What kits for first responders serve.
_EQUIPPED = ("TEC-1", "TRA-2")
_SPOKEN = {"en": ("en", "nl"), "es": ("es",), "fr": ("fr",)}
_STATUS = {
    "certified": 0.58,
    "completed": 0.17,
    "attended": 0.1,
    "accepted": 0.06,
    "withdrawn": 0.06,
    "nominated": 0.03,
}
_SEX = {"female": 0.36, "male": 0.6, "not stated": 0.04}
_HERE = ("attended", "completed", "certified")
_ROLES = ("R03", "R04", "R05", "R07", "R09", "R10")


@dataclass(frozen=True)
class _Place:
    """A place in a delivery."""

    person: str
    who: Participant
    held: _Held
    role: str
    sex: str
    status: str


def _invited(held: _Held) -> tuple[Participant, ...]:
    if held.activity == "A33":
        return tuple(p for p in PARTICIPANTS if p.code not in SILENT)
    return tuple(p for p in PARTICIPANTS if p.language in _SPOKEN[held.language] and p.code not in SILENT)


def _places(draws: Draws) -> Iterator[_Place]:
    number = 0
    for held in _DELIVERIES:
        invited = _invited(held)
        for seat in range(held.seats):
            who = invited[seat % len(invited)]
            key = (held.name, seat)
            number += 1
            status = draws.weighted(_STATUS, "status", *key)
            if held.cancelled or (held.start.year == 2017 and held.start.month == 12):
                status = "nominated" if held.cancelled else draws.among(("nominated", "accepted"), "status", *key)
            role = held.role if draws.chance(0.8, "role", *key) else draws.among(_ROLES, "other", *key)
            yield _Place(f"P-{number:03}", who, held, role, draws.weighted(_SEX, "sex", *key), status)


def _deliveries() -> Iterator[Sequence[str]]:
    yield (NOTICE["en"],)
    yield ("delivery", "activity", "title", "start", "end", "place", "host", "language", "trainers", "criteria",
        "cancelled")  # fmt: skip
    for one in _DELIVERIES:
        host = next((p.name for p in PARTICIPANTS if p.code == one.host), "")
        title, off = one.title.removesuffix(" (called off)"), "yes" if one.cancelled else ""
        yield (one.name, one.activity, title, one.start.isoformat(), one.end.isoformat(), one.place, host,
            one.language, "2", one.criteria, off)  # fmt: skip


def _enrolments(places: Sequence[_Place]) -> Iterator[Sequence[str]]:
    yield (f"{NOTICE['en']}. Every pseudonym stands for nobody.",)
    yield ("participant", "delivery", "country", "role", "sex", "status")
    for one in places:
        yield (one.person, one.held.name, one.who.name, one.role, one.sex, one.status)


def _score(draws: Draws, mean: float, *key: object) -> str:
    return str(min(20, max(0, round(mean + 3 * draws.normal(*key)))))


def _evaluations(draws: Draws, places: Sequence[_Place]) -> Iterator[Sequence[str]]:
    """Yield the measurements of courses.

    They are satisfaction without names, tests in pairs, and what changed at work and in services.
    """
    yield (NOTICE["en"],)
    yield ("delivery", "participant", "level", "moment", "instrument", "value", "maximum")
    for one in places:
        if one.status not in _HERE or one.held.activity == "A33":
            continue
        key = (one.held.name, one.person)
        liked = str(draws.weighted({5: 0.45, 4: 0.35, 3: 0.15, 2: 0.05}, "liked", *key))
        # A form that did not come back has no value, which is not zero.
        form = liked if draws.chance(0.85, "asked", *key) else ""
        yield (one.held.name, "", "reaction", "after", "form", form, "5")
        base = 9 + 2 * draws.normal("base", *key)
        yield (one.held.name, one.person, "learning", "before", "test", _score(draws, base, "before", *key), "20")
        if one.status != "attended":
            gain = 4.5 if one.held.activity != "A15" else 0.3
            yield (
                one.held.name,
                one.person,
                "learning",
                "after",
                "test",
                _score(draws, base + gain, "after", *key),
                "20",
            )
        if one.held.activity not in ("A09", "A14"):
            continue
        did = 2 + round(draws.uniform("did", *key) * 3)
        yield (one.held.name, one.person, "behaviour", "before", "cases in six months", str(did), "")
        if draws.chance(0.7, "found again", *key):
            more = round(draws.uniform("more", *key) * 4)
            yield (one.held.name, one.person, "behaviour", "6 months", "cases in six months", str(did + more), "")
        if one.held.activity == "A14":
            yield from _results(draws, one)


def _results(draws: Draws, one: _Place) -> Iterator[Sequence[str]]:
    """Yield a service's share of requests answered in time."""
    key = (one.held.name, one.person)
    answered = 30 + round(draws.uniform("answered", *key) * 40)
    then = min(100, answered + round(draws.uniform("answered then", *key) * 30) - 5)
    found = draws.chance(0.6, "counted again", *key)
    for moment, value in (("before", str(answered)), ("6 months", str(then) if found else "not collected")):
        yield (one.held.name, one.person, "results", moment, "requests answered in 30 days, %", value, "100")


def topics_of(draws: Draws, who: Participant) -> frozenset[str]:
    """Return the indicators that a participant's activities cover."""
    courses = [one.held for one in _places(draws) if one.who == who and one.status in _HERE]
    taught = {name.rsplit(".", 1)[0] for held in courses for name in held.criteria.split("; ")}
    acted = {name for one in OPERATIONS if who.name in one.participants for name in one.topics}
    return frozenset({*taught, *acted, *(_EQUIPPED if who.code in KITS else ())})


def training_files(draws: Draws) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of `training/`, by name."""
    places = tuple(_places(draws))
    yield "training/deliveries.csv", table(_deliveries())
    yield "training/enrolments.csv", table(_enrolments(places))
    yield "training/evaluations.csv", table(_evaluations(draws, places))
