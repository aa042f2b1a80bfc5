"""Output of `capbuild status`: numbers, late requests, next steps."""

import datetime

from rich.text import Text

from capbuild.cli.screen import ACCENT, Screen
from capbuild.display import counted
from capbuild.fieldwork.register import RequestState
from capbuild.model import Request
from capbuild.reports.i18n import get_translator
from capbuild.workspace.rounds.status import CollectionStatus

__all__ = ["show_status"]

_SAY = get_translator("en")
_SIGNS = {RequestState.OVERDUE: "▲", RequestState.SENT_BACK: "!"}
#: Number of countries listed with unverified claims.
_FEW = 6


def show_status(screen: Screen, found: CollectionStatus, folder: str, *, everything: bool) -> None:
    """Print a collection status, without focal points."""
    screen.blank()
    title = f"Collection, {_SAY.lowered(str(found.round.title))}"
    due = sorted({one.due for one in found.requests if one.due is not None and one.instrument == "survey"})
    parts = f"   {found.participants} participants   as of {_SAY.date(found.on)}"
    screen.line((title, "bold"), parts, f"   survey due {_SAY.date(due[0])}" if due else "")
    screen.blank()
    if not found.requests:
        screen.note("There is no register: record requests in collecting/register.csv.")
    else:
        _show_numbers(screen, found)
        _show_people(screen, found, everything)
    _show_unanswered(screen, found)
    _show_open(screen, found)
    if found.issues:
        screen.issues(found.issues, _FEW, f"capbuild validate {folder}")
        screen.blank()
    _show_next(screen, found, folder)


def _show_numbers(screen: Screen, found: CollectionStatus) -> None:
    rows: list[list[str | Text]] = []
    for one in found.progress:
        numbers = (one.asked, one.received, one.accepted, one.questions)
        overdue = Text(str(one.overdue), style=f"bold {ACCENT}" if one.overdue else "")
        rows.append([_SAY.raised(one.label), *(str(number) for number in numbers), overdue])
    screen.table(["", "Asked", "In", "Accepted", "Questions open", "Overdue"], rows)
    screen.blank()


def _show_people(screen: Screen, found: CollectionStatus, everything: bool) -> None:
    quiet = (RequestState.ACCEPTED, RequestState.PLANNED)
    shown = [one for one in found.requests if everything or found.find_state(one) not in quiet]
    rows = [_make_request_row(one, found) for one in shown]
    if rows:
        screen.table(
            ["", "Participant", "Instrument", "Lang", "Due", "Reminded", "State"], rows, left=(0, 1, 2, 3, 4, 5, 6)
        )
        screen.blank()
    rest = len(found.requests) - len(shown)
    more = f"{rest} more are accepted, or not yet asked: --all. " if rest else ""
    screen.note(f"{more}Focal points are in private/ and are not printed.")
    screen.blank()


def _make_request_row(one: Request, found: CollectionStatus) -> list[str | Text]:
    state = found.find_state(one)
    loud = f"bold {ACCENT}" if state is RequestState.OVERDUE else ""
    return [
        Text(_SIGNS.get(state, "·"), style=loud),
        one.country.name,
        one.label,
        one.language,
        _format_day(one.due),
        _SAY.joined(_format_day(day) for day in one.reminders) if one.reminders else "",
        Text(_describe_state(one, found), style=loud),
    ]


def _format_day(day: datetime.date | None) -> str:
    if day is None:
        return ""
    number, month, _ = _SAY.date(day).split()
    return f"{number} {month[:3]}"


def _describe_state(one: Request, found: CollectionStatus) -> str:
    late = one.days_late(found.on)
    why = found.unusable.get(one.country.alpha_2)
    silent = ", nothing received yet" if one.country in found.silent and why is None else ""
    left = found.left_open.get(one.file, 0)
    open_ = f"; {left} place{'s' if left != 1 else ''} to look at in {one.file}" if left else ""
    unusable = f"; not usable: {why.value}" if why is not None else ""
    match found.find_state(one):
        case RequestState.OVERDUE:
            return f"{late} day{'s' if late != 1 else ''} late{silent}"
        case RequestState.SENT_BACK:
            number = len(one.questions)
            return f"sent back: {one.questions[0] if number == 1 else f'{number} questions'}"
        case RequestState.WAITING:
            return "asked, not yet due"
        case RequestState.RECEIVED:
            return f"received {_format_day(one.received)}, not yet accepted{unusable}{open_}"
        case RequestState.ACCEPTED_LATE:
            return f"accepted {_format_day(one.received)}, {late} day{'s' if late != 1 else ''} late{unusable}{open_}"
        case RequestState.DECLINED:
            return "declined"
        case RequestState.PLANNED:
            return "not yet asked"
    return f"accepted {_format_day(one.received)}{unusable}{open_}"


def _show_unanswered(screen: Screen, found: CollectionStatus) -> None:
    """Print countries that have not answered yet, or whose answers are not usable."""
    names = {country.alpha_2: country.name for country in found.silent}
    unanswered = [name for code, name in names.items() if code not in found.unusable]
    for code, why in found.unusable.items():
        screen.line(f"{names[code]}: received, not usable: {why.value}")
    if unanswered:
        screen.note(f"Not answered yet: {', '.join(unanswered)}.")
    if names:
        screen.blank()


def _show_open(screen: Screen, found: CollectionStatus) -> None:
    files = list(found.left_open.items())
    if files:
        screen.table(["Open points in the files", "places"], [[name, str(count)] for name, count in files])
        screen.blank()
    waiting = sorted(((n, c.name) for c, n in found.unsettled.items() if n), reverse=True)
    if waiting:
        named = ", ".join(f"{name} {count}" for count, name in waiting[:_FEW])
        more = f" and {len(waiting) - _FEW} more" if len(waiting) > _FEW else ""
        screen.note(f"Not visited in this round, with claims that nobody has verified: {named}{more}.")
        screen.blank()


def _show_next(screen: Screen, found: CollectionStatus, folder: str) -> None:
    steps = []
    late = len({one.country for one in found.overdue})
    if late:
        steps.append(f"remind {late} participant{'s' if late != 1 else ''}: capbuild status {folder} --reminders")
    if found.sent_back:
        steps.append(f"settle questions with {len(found.sent_back)}: they are in the register")
    if found.due:
        again = counted(len(found.due), "finding")
        steps.append(f"look again at {again} whose evidence has expired: capbuild evidence list {folder}")
    for place, step in enumerate(steps):
        screen.line(("Next      " if place == 0 else "          ", "grey62"), step)
    invented = "Dates, counts and answers are invented. " if found.invented else ""
    screen.note(f"{invented}Nothing was changed.")
    screen.blank()
