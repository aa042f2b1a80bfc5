"""Reminder texts in each country's language. Nothing is sent."""

from pathlib import Path

from capbuild.errors import WorkspaceError
from capbuild.model import Request, RequestStatus
from capbuild.origin import Origin
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.languages import use_languages
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.paths import make_file_name
from capbuild.workspace.privacy.pseudonyms import find_person
from capbuild.workspace.rounds.status import CollectionStatus
from capbuild.workspace.transactions import write_export
from capbuild.workspace.workspace import Workspace

_HOME = "private/reminders"


def make_reminder(request: Request, status: CollectionStatus, workspace: Workspace, *, named: bool = False) -> str:
    """Return a reminder in the language of its request.

    Args:
        request: The request.
        status: Collection status.
        workspace: The programme's folder.
        named: Whether to address the focal point by name, if the private folder has it.
    """
    with use_languages(workspace.languages):
        t = get_translator(request.language or workspace.programme.languages[0])
    who = find_person(workspace.folder, request.focal_point) if named and request.focal_point else None
    greeting = (who.name or who.office) if who is not None else request.focal_point
    lines = [
        t("reminder.subject", programme=t.text(workspace.programme.title), what=_describe_request(request, t)),
        "",
        t("reminder.greeting", name=greeting) if greeting else t("reminder.greeting.anybody"),
        "",
        *_write_body(request, status, t),
        "",
        t("reminder.close"),
    ]
    if status.invented:
        lines += ["", t("invented")]
    return "\n".join(lines) + "\n"


def _describe_request(request: Request, t: Translator) -> str:
    """Return the description of a request, such as "survey, police".

    Instruments and respondents without a translation are in the programme's own words.
    """
    key = f"reminder.instrument.{request.instrument}"
    instrument = t(key) if key in t.messages else request.instrument
    return f"{instrument}, {request.respondent}" if request.respondent else instrument


def _write_body(request: Request, status: CollectionStatus, t: Translator) -> list[str]:
    if request.status is RequestStatus.RETURNED:
        asked = [t("reminder.questions", what=_describe_request(request, t), count=len(request.questions))]
        return [
            *asked,
            "",
            *(f"  {position}. {question}" for position, question in enumerate(request.questions, start=1)),
        ]
    late = request.days_late(status.on)
    sent, due = t.date(request.sent), t.date(request.due)
    text = t("reminder.late", what=_describe_request(request, t), sent=sent, due=due, count=late)
    return [text, t("reminder.partial")]


@takes_folder
def write_reminders(
    workspace: Workspace, status: CollectionStatus, folder: Path | None = None, *, named: bool = False
) -> tuple[Path, ...]:
    """Write a reminder for each overdue or questioned request.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        status: Collection status.
        folder: Folder to write to;`private/reminders` by default.
        named: Whether to address focal points by name.

    Returns:
        The files, by name.

    Raises:
        WorkspaceError: CB675, names would leave the private folder.
    """
    target = folder or workspace.folder / _HOME
    private = (workspace.folder / "private").resolve()
    if named and not target.resolve().is_relative_to(private):
        raise WorkspaceError(
            f"{target} is outside the private folder, but the texts contain names",
            code="CB675",
            origin=Origin(str(target)),
            remedy="write below private/, or without names",
        )
    written = []
    for request in (*status.overdue, *status.sent_back):
        parts = (request.country.alpha_2, request.instrument, request.respondent, request.focal_point)
        name = make_file_name("-".join(part for part in parts if part).lower())
        path = target / request.round / f"{name}.txt"
        write_export(workspace.folder, path, make_reminder(request, status, workspace, named=named))
        written.append(path)
    return tuple(sorted(written))
