"""Visits, meetings and desk reviews with their findings.

They record what assessors saw, heard and read.
"""

import datetime
from collections.abc import Iterator, Sequence

from capbuild import country
from capbuild.countries import country_name
from capbuild.model import Check, Criterion

from .facts import AGAIN, ENDLINE, PARTICIPANTS, SILENT, VISITS, Participant, Visit, participant
from .plan import Person
from .returns import World
from .tables import register, table
from .words import NOTICE, TITLES

__all__ = ["occasion_files"]

_COLUMNS = (
    "criterion", "answer", "basis", "confidence", "as_of", "sample", "route", "reason", "note", "note_language",
    "evidence_kind", "evidence_title", "evidence_link",
)  # fmt: skip
_BASIS: dict[Check, dict[str, float]] = {
    Check.DOCUMENT: {"copy": 0.5, "seen": 0.4, "told in detail": 0.1},
    Check.OBSERVED: {"seen": 1.0},
    Check.RECORD: {"seen": 0.6, "copy": 0.25, "told in detail": 0.15},
    Check.INTERVIEW: {"told in detail": 1.0},
}
_KINDS = {Check.DOCUMENT: "document", Check.OBSERVED: "observation", Check.RECORD: "statistic",
    Check.INTERVIEW: "interview"}  # fmt: skip
_SHOWN = {
    "en": {
        Check.DOCUMENT: ("Signed order", "Written procedure, current version", "Page of the yearly plan"),
        Check.OBSERVED: ("Walk-through", "Demonstration on the day"),
        Check.RECORD: ("Register, lines picked by the visitors", "Yearly table of the unit"),
        Check.INTERVIEW: ("Interviews held apart",),
    },
    "es": {
        Check.DOCUMENT: ("Orden firmada", "Procedimiento escrito, versión vigente", "Página del plan anual"),
        Check.OBSERVED: ("Recorrido por las oficinas", "Demostración del día"),
        Check.RECORD: ("Registro, líneas elegidas por los visitantes", "Cuadro anual de la unidad"),
        Check.INTERVIEW: ("Entrevistas por separado",),
    },
}
_NOTES = {
    "en": {
        "yes": ("Shown without being asked for.", "Works; one person knows it well."),
        "partly": ("Exists, without a date.", "A draft was shown.", "Names a post that is vacant."),
        "no": ("Asked for; there is none yet.", "Planned, not begun."),
        "not_observed": ("The room was being repaired.", "Not enough time on the last day.",
            "The officer in charge was on leave."),
        "gained": ("Not there at the first visit; shown now.", "In use since this year; one person knows it well."),
        "lost": ("The officer who did this has left.", "Stopped when the trained staff were moved."),
    },
    "es": {
        "yes": ("Se mostró sin pedirlo.", "Funciona; una persona lo conoce bien."),
        "partly": ("Existe, sin fecha.", "Se mostró un borrador.", "Nombra un puesto vacante."),
        "no": ("Se pidió; todavía no existe.", "Previsto, sin empezar."),
        "not_observed": ("La sala estaba en obras.", "Faltó tiempo el último día.",
            "La persona encargada estaba de permiso."),
        "gained": ("No existía en la primera visita; ahora se mostró.",
            "En uso desde este año; una persona lo conoce bien."),
        "lost": ("La persona que lo hacía ya no está.", "Se dejó de hacer al trasladar al personal formado."),
    },
}  # fmt: skip
_MET = ("yes", "elsewhere")
#: How often a note says more; rarely, if not named.
_NOTED = {"not_observed": 0.6, "gained": 0.4, "lost": 1.0}
#: What heads of service speak of when they meet.
_HEARD = ("MAN-2", "COO-1", "COO-2", "COO-3", "COO-4", "COO-5", "TRA-4")
_READ = ("MAN-1.2a", "MAN-1.3a", "MAN-1.3b", "MAN-1.3c", "MAN-1.5a", "MAN-1.5b", "MAN-3.2b", "MAN-3.5a", "OPS-4.3c",
    "OPS-5.5a")  # fmt: skip
_CARIBBEAN = ("AG", "AW", "BB", "BS", "BZ", "CW", "GD", "GY", "HT", "JM", "KN", "LC", "SX", "TT", "VC")
_MEETINGS = (
    ("opening-2015", TITLES["opening-2015"], datetime.date(2015, 9, 15), "high level", "baseline",
        "Each participant names one office to answer the survey. Visits are agreed with the host in writing."),
    ("caribbean-2015", TITLES["caribbean-2015"], datetime.date(2015, 12, 8), "heads of unit", "baseline",
        "Access to a shared laboratory and a deputy for each contact point are the first wishes."),
    ("latin-america-2016", TITLES["latin-america-2016"], datetime.date(2016, 3, 15), "heads of unit",
        "baseline", "Courses in Spanish, and one list of provider addresses, are the first wishes."),
    ("closing-2017", TITLES["closing-2017"], datetime.date(2017, 11, 28), "high level", "endline",
        "Each participant states what has changed since the first survey and what is still lacking."),
)  # fmt: skip


def _state(world: World, who: Participant, round_: str = "baseline") -> dict[str, str]:
    return world.state(Person(who, who.name, datetime.date(2015, 1, 1)), round_)


def _seen(world: World, visit: Visit, criterion: Criterion, state: str, key: tuple[str, ...]) -> str:
    """Return what the visitors recorded.

    An empty text where the visit did not cover the criterion.
    """
    short = 2.0 if visit.days < 3 else 1.0
    weights: dict[str, float] = {
        "": 0.03 * short,
        "not_observed": (0.05 if criterion.check.needs_visit else 0.03) * short,
        "dont_know": 0.01,
        "partly" if state in _MET else state: 0.02,
    }
    weights[state] = weights.get(state, 0.0) + 1 - sum(weights.values())
    return world.draws.weighted(weights, "seen", *key[visit.round == "baseline" :])


def _extras(
    world: World, who: Participant, criterion: Criterion, answer: str, where: str, *, moved: str = ""
) -> tuple[str, ...]:
    """Return the further cells of a row.

    They are sample, route, reason, note (on a change), its language, and evidence.
    """
    draws, key = world.draws, (where, who.code, criterion.id)
    tongue = "es" if who.language == "es" and draws.chance(0.6, "tongue", *key) else "en"
    sampled = criterion.sample is not None and answer in ("yes", "partly", "no")
    sample = str(min(criterion.sample or 0, 2 if who.size == "solo" else 5)) if sampled else ""
    about = moved or answer
    notes = _NOTES[tongue].get(about, ())
    note = draws.among(notes, "note", *key) if notes and draws.chance(_NOTED.get(about, 0.12), "noted", *key) else ""
    shown = answer in (*_MET, "partly") and draws.chance(0.22, "evidence", *key)
    title = draws.among(_SHOWN[tongue][criterion.check], "title", *key) if shown else ""
    return (
        sample,
        who.route if answer == "elsewhere" else "",
        "no_cases" if answer == "not_applicable" else "",
        note,
        tongue if note or title else "",
        _KINDS[criterion.check] if title else "",
        title,
        "",
    )


def _visit(world: World, visit: Visit) -> Iterator[Sequence[str]]:
    """Yield the findings table of a visit.

    There is a row for each criterion that the team examined.
    """
    who, draws = participant(visit.code), world.draws
    state, before = _state(world, who, visit.round), _state(world, who)
    where = "visit" if visit.round == "baseline" else f"visit {visit.round}"
    yield (f"{NOTICE['en']}. Visit: {who.name}",)
    yield _COLUMNS
    for name, criterion in world.framework.criteria.items():
        key = (where, who.code, name)
        answer = _seen(world, visit, criterion, state[name], key)
        if not answer:
            continue
        looked = answer != "not_observed"
        basis = draws.weighted(_BASIS[criterion.check], "basis", *key) if looked else ""
        sure = draws.weighted({"3": 0.55, "2": 0.35, "1": 0.1}, "sure", *key) if looked else ""
        day = visit.start + datetime.timedelta(days=int(draws.uniform("day", *key) * visit.days))
        moved = "" if answer != state[name] else _moved(before[name], answer)
        extras = _extras(world, who, criterion, answer, where, moved=moved)
        yield (name, answer, basis, sure, day.isoformat(), *extras)


def _moved(before: str, after: str) -> str:
    """Return whether a criterion was gained or lost.

    Empty if neither.
    """
    if (before in _MET) == (after in _MET) or "not_applicable" in (before, after):
        return ""
    return "gained" if after in _MET else "lost"


def _present(meeting: str) -> tuple[Participant, ...]:
    """Return the participants of an event.

    Countries that never answer are not among them.
    """
    groups = {
        "caribbean-2015": _CARIBBEAN,
        "latin-america-2016": tuple(p.code for p in PARTICIPANTS if p.language == "es"),
        "closing-2017": ENDLINE,
    }
    codes = groups.get(meeting, tuple(p.code for p in PARTICIPANTS))
    return tuple(p for p in PARTICIPANTS if p.code in codes and p.code not in SILENT)


def _heard(world: World, meeting: str, day: datetime.date, round_: str) -> Iterator[Sequence[str]]:
    """Yield the findings table of a meeting.

    It has a little of what heads of service speak of, which is sometimes too favourable.
    """
    draws = world.draws
    yield (NOTICE["en"],)
    yield ("country", *_COLUMNS)
    for who in _present(meeting):
        state = _state(world, who, round_)
        for name, criterion in world.framework.criteria.items():
            key = (meeting, who.code, name)
            spoken = name.startswith(_HEARD) and criterion.step <= 4 and draws.chance(0.22, "spoken", *key)
            if not spoken:
                continue
            kind = state[name] in ("no", "partly") and draws.chance(0.12, "kind", *key)
            answer = "yes" if kind else state[name]
            basis = draws.weighted({"told in detail": 0.7, "told": 0.2, "copy": 0.1}, "basis", *key)
            extras = _extras(world, who, criterion, answer, meeting)
            yield (who.name, name, answer, basis, draws.among("123", "sure", *key), day.isoformat(), *extras)


def _read(world: World, round_: str, day: datetime.date) -> Iterator[Sequence[str]]:
    """Yield the findings table of a desk review.

    It has laws and published figures, some of them not found.
    """
    draws, codes = world.draws, ENDLINE if round_ == "endline" else tuple(p.code for p in PARTICIPANTS)
    yield (NOTICE["en"],)
    yield ("country", *_COLUMNS)
    for who in PARTICIPANTS:
        if who.code not in codes or who.code in SILENT:
            continue
        state = _state(world, who, round_)
        for name in _READ:
            if not draws.chance(0.85, "read", round_, who.code, name):
                continue
            found = state[name] in (*_MET, "partly")
            kind, title = ("law", "Text in force, as published") if found else ("", "")
            if found and name.startswith("OPS-5"):
                kind, title = "statistic", "Yearly table, as published"
            language = "en" if title else ""
            yield (who.name, name, state[name], "copy", "2", day.isoformat(), "", who.route if state[name] ==
                "elsewhere" else "", "", "", language, kind, title, "")  # fmt: skip


#: What services that were not visited again could send proof of in 2017, and who did: invented.
_SENT = ("TRA", "OPS", "TEC-1", "TEC-2", "COO-1", "COO-2", "COO-5", "INF-3", "MAN-2")
_SENDERS = ("BS", "CR", "LC", "MX", "PA", "TT")


def _sent(world: World, day: datetime.date) -> Iterator[Sequence[str]]:
    """Yield the evidence that services sent at the end.

    It is copies of documents and of registers, without a visit.
    """
    draws = world.draws
    yield (NOTICE["en"],)
    yield ("country", *_COLUMNS)
    for who in (participant(code) for code in _SENDERS):
        state = _state(world, who, "endline")
        for name, criterion in world.framework.criteria.items():
            written = criterion.check in (Check.DOCUMENT, Check.RECORD)
            key = ("sent", who.code, name)
            if not (written and name.startswith(_SENT) and criterion.step <= 4 and draws.chance(0.6, "sent", *key)):
                continue
            extras = _extras(world, who, criterion, state[name], "sent")
            yield (who.name, name, state[name], "copy", draws.among("23", "sure", *key), day.isoformat(), *extras)


def _frame(fact: str, invented: str) -> str:
    """Return the lines above a register."""
    return (
        f"Invented answers: made up to show the software. That {fact} is a fact;\n"
        f"{invented} are invented.\n"
        "Assessors never record case material, covert identities or data about victims."
    )


def _visited(visit: Visit) -> dict[str, str]:
    who, titles = participant(visit.code), TITLES["again" if visit in AGAIN else "visit"]
    place = country(who.name)
    names = {language: who.name if language == "en" else country_name(place, language) for language in titles}
    return {language: f"{title}, {names[language]}" for language, title in titles.items()}


def _visit_register() -> bytes:
    frame = _frame("these countries were visited", "the second visits and all days, places, teams, sites and findings")
    return register(frame, "visits", (
        {
            "id": f"{visit.code.lower()}-{visit.start.year}",
            "title": _visited(visit),
            "country": participant(visit.code).name,
            "start": visit.start,
            "end": visit.start + datetime.timedelta(days=visit.days - 1),
            "place": visit.place,
            "host": "the police service",
            "team": visit.team,
            "sites": visit.sites,
            "mode": "in person",
            "language": "es" if participant(visit.code).language == "es" else "en",
            "round": visit.round,
            "findings": visit.file,
        }
        for visit in (*VISITS, *AGAIN)
    ))  # fmt: skip


def _meeting_register() -> bytes:
    frame = _frame("high-level meetings were held", "their number, titles, days, minutes and findings")
    return register(frame, "meetings", (
        {"id": name, "title": title, "start": day, "end": day + datetime.timedelta(days=1), "level": level,
         "round": round_, "participants": tuple(p.name for p in _present(name)), "minutes": minutes,
         "findings": f"{name}.csv"}
        for name, title, day, level, round_, minutes in _MEETINGS
    ))  # fmt: skip


_SENT_ON = datetime.date(2017, 11, 20)
_REVIEWS = (("baseline", datetime.date(2016, 2, 22)), ("endline", datetime.date(2017, 11, 13)))


def occasion_files(world: World) -> Iterator[tuple[str, bytes]]:
    """Yield the registers and findings tables, by name."""
    yield "visits/visits.toml", _visit_register()
    for visit in (*VISITS, *AGAIN):
        yield f"visits/{visit.file}", table(_visit(world, visit))
    yield "meetings/meetings.toml", _meeting_register()
    for name, _, day, _, round_, _ in _MEETINGS:
        yield f"meetings/{name}.csv", table(_heard(world, name, day, round_))
    frame = "Invented answers: made up to show the software. No law or publication of a real country is described."
    reviews = [
        {"id": f"laws-{day.year}", "title": TITLES["laws"], "start": day, "round": round_,
         "findings": f"laws-{day.year}.csv"}
        for round_, day in _REVIEWS
    ]  # fmt: skip
    reviews.append(
        {"id": "evidence-2017", "title": TITLES["copies"], "start": _SENT_ON,
         "round": "endline", "findings": "evidence-2017.csv"}
    )  # fmt: skip
    yield "desk/desk.toml", register(frame, "reviews", reviews)
    yield "desk/evidence-2017.csv", table(_sent(world, _SENT_ON))
    for round_, day in _REVIEWS:
        yield f"desk/laws-{day.year}.csv", table(_read(world, round_, day))
