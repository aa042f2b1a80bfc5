"""`capbuild status`: requests, late returns and open questions."""

import datetime
from pathlib import Path

import click
from rich.text import Text

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_json, status_dict
from capbuild.cli.screen import ACCENT, Row, Screen
from capbuild.disclosure import Publication, Publications
from capbuild.display import counted
from capbuild.fieldwork.register import RequestState
from capbuild.model import Programme, Request
from capbuild.reports.i18n import get_translator
from capbuild.workspace import get_collection_status, write_reminders
from capbuild.workspace.rounds.status import CollectionStatus
from capbuild.workspace.runs.publications import REGISTER


@click.command("status")
@FOLDER
@click.option("--round", "round_", help="Id of the round; the first one by default.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the status; today by default.")
@click.option("--all", "everything", is_flag=True, help="Show accepted returns too.")
@click.option("--reminders", is_flag=True, help="Write a reminder for each request that is late or has open questions.")
@click.option("--named", is_flag=True, help="Address focal points by name; only below private/.")
@click.option("--publications", is_flag=True, help="Show what each audience was given by earlier reports.")
@AS_JSON
@click.option("--out", type=click.Path(path_type=Path), help="Folder for reminders; private/reminders by default.")
def command(
    folder: Path,
    round_: str | None,
    on: datetime.datetime | None,
    everything: bool,
    reminders: bool,
    named: bool,
    publications: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """Show the collection status of a round.

    With --publications, show what was given to audiences instead. Nothing is sent.
    """
    workspace, screen = open_programme(folder), Screen()
    if publications:
        _show_publications(screen, workspace.publications, workspace.programme, as_json=as_json)
        return
    collection_status = get_collection_status(workspace, round_, on=on.date() if on is not None else None)
    written = write_reminders(workspace, collection_status, out, named=named) if reminders else ()
    if as_json:
        print_json(status_dict(collection_status))
        return
    _show_status(screen, collection_status, folder.as_posix(), everything=everything)
    if reminders:
        place = written[0].parent.as_posix() if written else ""
        screen.line(f"{len(written)} reminders written" + (f" to {place}/; nothing was sent." if written else "."))


# Output of `capbuild status`: numbers, late requests, next steps


_ENGLISH = get_translator("en")
_SIGNS = {RequestState.OVERDUE: "▲", RequestState.SENT_BACK: "!"}
#: Number of countries listed with unverified claims.
_FEW = 6


def _show_status(screen: Screen, collection_status: CollectionStatus, folder: str, *, everything: bool) -> None:
    """Print a collection status, without focal points."""
    title = f"Collection, {_ENGLISH.lowered(str(collection_status.round.title))}"
    due = sorted(
        {
            request.due
            for request in collection_status.requests
            if request.due is not None and request.instrument == "survey"
        }
    )
    parts = f"   {collection_status.participants} participants   as of {_ENGLISH.date(collection_status.on)}"
    screen.line((title, "bold"), parts, f"   survey due {_ENGLISH.date(due[0])}" if due else "")
    screen.blank()
    if not collection_status.requests:
        screen.note("There is no register: record requests in collecting/register.csv.")
    else:
        _show_numbers(screen, collection_status)
        _show_people(screen, collection_status, everything=everything)
    _show_unanswered(screen, collection_status)
    _show_open(screen, collection_status)
    if collection_status.issues:
        screen.issues(collection_status.issues, _FEW, f"capbuild validate {folder}")
    _show_next(screen, collection_status, folder)


def _show_numbers(screen: Screen, collection_status: CollectionStatus) -> None:
    screen.table(
        {
            "": _ENGLISH.raised(progress.label),
            "#Asked": progress.asked,
            "#In": progress.received,
            "#Accepted": progress.accepted,
            "#Questions open": progress.questions,
            "#Overdue": Text(str(progress.overdue), style=f"bold {ACCENT}" if progress.overdue else ""),
        }
        for progress in collection_status.progress
    )


def _show_people(screen: Screen, collection_status: CollectionStatus, *, everything: bool) -> None:
    quiet = (RequestState.ACCEPTED, RequestState.PLANNED)
    shown = [
        request
        for request in collection_status.requests
        if everything or collection_status.find_state(request) not in quiet
    ]
    screen.table(_make_request_row(request, collection_status) for request in shown)
    rest = len(collection_status.requests) - len(shown)
    more = f"{rest} more are accepted, or not yet asked: --all. " if rest else ""
    screen.note(f"{more}Focal points are in private/ and are not printed.")
    screen.blank()


def _make_request_row(request: Request, collection_status: CollectionStatus) -> Row:
    state = collection_status.find_state(request)
    loud = f"bold {ACCENT}" if state is RequestState.OVERDUE else ""
    return {
        "": Text(_SIGNS.get(state, "·"), style=loud),
        "Participant": request.country.name,
        "Instrument": request.label,
        "Lang": request.language,
        "Due": _format_day(request.due),
        "Reminded": _ENGLISH.joined(map(_format_day, request.reminders)),
        "State": Text(_describe_state(request, collection_status), style=loud),
    }


def _format_day(day: datetime.date | None) -> str:
    if day is None:
        return ""
    number, month, _ = _ENGLISH.date(day).split()
    return f"{number} {month[:3]}"


def _describe_state(one: Request, collection_status: CollectionStatus) -> str:
    late = one.days_late(collection_status.on)
    why = collection_status.unusable.get(one.country.alpha_2)
    silent = ", nothing received yet" if one.country in collection_status.silent and why is None else ""
    left = collection_status.left_open.get(one.file, 0)
    open_ = f"; {left} place{'s' if left != 1 else ''} to look at in {one.file}" if left else ""
    unusable = f"; not usable: {why.value}" if why is not None else ""
    match collection_status.find_state(one):
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


def _show_unanswered(screen: Screen, collection_status: CollectionStatus) -> None:
    """Print countries not answered yet, and those with unusable answers."""
    names = {country.alpha_2: country.name for country in collection_status.silent}
    unanswered = [name for code, name in names.items() if code not in collection_status.unusable]
    for code, why in collection_status.unusable.items():
        screen.line(f"{names[code]}: received, not usable: {why.value}")
    if unanswered:
        screen.note(f"Not answered yet: {', '.join(unanswered)}.")
    if names:
        screen.blank()


def _show_open(screen: Screen, collection_status: CollectionStatus) -> None:
    left = collection_status.left_open.items()
    screen.table({"Open points in the files": name, "#Places": count} for name, count in left)
    waiting = sorted(((n, c.name) for c, n in collection_status.unsettled.items() if n), reverse=True)
    if waiting:
        named = ", ".join(f"{name} {count}" for count, name in waiting[:_FEW])
        more = f" and {len(waiting) - _FEW} more" if len(waiting) > _FEW else ""
        screen.note(f"Not visited in this round, with claims that nobody has verified: {named}{more}.")
        screen.blank()


def _show_next(screen: Screen, collection_status: CollectionStatus, folder: str) -> None:
    steps = []
    late = len({request.country for request in collection_status.overdue})
    if late:
        steps.append(f"remind {late} participant{'s' if late != 1 else ''}: capbuild status {folder} --reminders")
    if collection_status.sent_back:
        steps.append(f"settle questions with {len(collection_status.sent_back)}: they are in the register")
    if collection_status.due:
        again = counted(len(collection_status.due), "finding")
        steps.append(f"look again at {again} whose evidence has expired: capbuild evidence list {folder}")
    for position, step in enumerate(steps):
        screen.line(("Next      " if position == 0 else "          ", "grey62"), step)
    invented = "Dates, counts and answers are invented. " if collection_status.invented else ""
    screen.note(f"{invented}Nothing was changed.")


# Output of `capbuild status --publications`: earlier publications by audience


def _show_publications(screen: Screen, register: Publications, programme: Programme, *, as_json: bool) -> None:
    """Print the register of publications, without countries' levels.

    Args:
        screen: The screen.
        register: The register.
        programme: The programme, for names.
        as_json: Print JSON instead.
    """
    if as_json:
        print_json(list(map(_make_entry, register.every)))
        return
    names = {place.alpha_2: place.name for place in programme.countries}
    screen.blank()
    screen.table(_make_row(number, publication, names) for number, publication in enumerate(register.every, start=1))
    if register.every:
        screen.note(f"Which countries are meant is in {REGISTER}, for the team: --publications --json lists them.")
    else:
        screen.note("No audience was given anything that names or counts only some of the countries.")


def _make_row(number: int, one: Publication, names: dict[str, str]) -> Row:
    whom = f"{one.audience.value}, {names.get(one.country, one.country)}" if one.country else one.audience.value
    return {
        "#": number,
        "Audience": whom,
        "Given on": one.on.isoformat() if one.on is not None else "",
        "Named": str(len(one.every_name)),
        "Counted without names": ", ".join(f"{round_} {len(codes)}" for round_, codes in one.counted.items()),
        "#Figures": sum(map(len, one.figures.values())),
    }


def _make_entry(publication: Publication) -> dict[str, object]:
    return {
        "audience": publication.audience.value,
        "country": publication.country,
        "on": publication.on.isoformat() if publication.on is not None else None,
        "named": {item: sorted(codes) for item, codes in publication.named.items()},
        "counted": {name: sorted(codes) for name, codes in publication.counted.items()},
        "figures": list(publication.figures),
    }
