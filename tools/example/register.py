"""Register of the example's requests to respondents.

Participants and visits are facts; every date is invented.
"""

import datetime
from collections.abc import Iterator

from capbuild.workspace import Workspace

from .facts import AGAIN, PARTICIPANTS, VISITS, Participant, Visit, participant
from .tables import table

__all__ = ["register_file"]

_HEADS = (
    "country", "round", "instrument", "respondent", "language", "focal_point", "sent", "due", "reminders", "received",
    "status", "questions", "file", "note",
)  # fmt: skip
_SENT, _DUE = "2016-01-11", "2016-02-29"
_FIRST, _SECOND = "2016-03-07", "2016-03-21"
#: Returns that went back, with what is asked.
_QUESTIONS = {
    "HT": "Which unit answers for digital evidence?; Is the law of 2016 in force?",
    "EC": "What is meant by perhaps in column CF?",
}
_NOTICE = (
    "Invented dates and questions: the participants and the 13 first visits are facts.",
    *("" for _ in _HEADS[1:]),
)


def register_file(workspace: Workspace) -> bytes:
    """Return the register as CSV, consistent with the example."""
    return table([_NOTICE, _HEADS, *_rows(workspace)])


def _rows(workspace: Workspace) -> Iterator[tuple[str, ...]]:
    came = _list_received(workspace, "baseline")
    for one in PARTICIPANTS:
        kinds = sorted({kind for code, kind in came if code == one.code} | {"police"}, key=lambda k: (k != "police", k))
        for kind in kinds:
            yield _survey(one, kind, *came.get((one.code, kind), ("", "")))
    for visit in VISITS:
        yield _visit(visit, "2015-09-14")
    # The second round asked those of the first who had worked with the programme; all of them answered.
    again = _list_received(workspace, "endline")
    for one in PARTICIPANTS:
        for kind in sorted((kind for code, kind in again if code == one.code), key=lambda k: (k != "police", k)):
            file, received = again[one.code, kind]
            yield (one.name, "endline", "survey", kind, one.language, f"{one.code.lower()}-focal-1", "2017-10-02",
                   "2017-11-30", "", received, "accepted", "", file, "")  # fmt: skip
    for visit in AGAIN:
        yield _visit(visit, "2017-10-02")


def _visit(visit: Visit, asked: str) -> tuple[str, ...]:
    end = str(visit.start + datetime.timedelta(days=visit.days - 1))
    return (participant(visit.code).name, visit.round, "visit", "", "", f"{visit.code.lower()}-focal-1", asked, end, "",
            end, "accepted", "", f"visits/{visit.file}", "")  # fmt: skip


def _list_received(workspace: Workspace, round_: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return a round's survey files and days, by respondent."""
    came: dict[tuple[str, str], tuple[str, str]] = {}
    for reading in workspace.collect(round_).readings:
        rule = workspace.settings.rule_for(reading.file)
        for response in reading.responses:
            if response.country is not None:
                # A return that was sent again counts from the day it first came.
                key = (response.country.alpha_2, rule.respondent)
                came.setdefault(key, (reading.file, str(rule.received or _DUE)))
    return came


def _survey(one: Participant, kind: str, file: str, received: str) -> tuple[str, ...]:
    focal = f"{one.code.lower()}-focal-1"
    asked = _QUESTIONS.get(one.code, "") if kind == "police" else ""
    status = "returned" if asked else "accepted" if file else "out"
    reminded = (_FIRST if received > _FIRST else "") if file else _FIRST if one.code == "TC" else f"{_FIRST}; {_SECOND}"
    return (one.name, "baseline", "survey", kind, one.language, focal, _SENT, _DUE, reminded, received, status, asked,
            file, "")  # fmt: skip
