"""`capbuild evidence`: files that findings rest on, with expiry and marking."""

import datetime
from pathlib import Path

import click

from capbuild.cli.arguments import FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.display import counted
from capbuild.model import EvidenceKind
from capbuild.workspace.records.evidence import EVIDENCE_FILE, find_changed_files
from capbuild.workspace.rounds.evidence import add_evidence, list_due_findings

__all__ = ["command"]

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("evidence")
def command() -> None:
    """Keep the files that findings rest on, and list what is due again."""


@command.command("add")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--country", required=True, help="Country that it is about.")
@click.option("--title", required=True, help="What it is.")
@click.option("--criterion", "criteria", multiple=True, help="Criterion or capacity that it serves; may be repeated.")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in EvidenceKind]),
    default=EvidenceKind.DOCUMENT.value,
    show_default=True,
)
@click.option("--date", type=_DAY, help="Date of the evidence.")
@click.option("--until", type=_DAY, help="Last day on which it is valid.")
@click.option("--marking", default="", help="Traffic-light label, or a mark of the programme.")
@click.option("--language", default="", help="Language that it is in.")
@click.option("--link", default="", help="Where it can be found; needed without FILE.")
def add(
    folder: Path,
    file: Path | None,
    *,
    country: str,
    title: str,
    criteria: tuple[str, ...],
    kind: str,
    date: datetime.datetime | None,
    until: datetime.datetime | None,
    marking: str,
    language: str,
    link: str,
) -> None:
    """Copy FILE into evidence/ under its hash, and record it in evidence.csv."""
    made = add_evidence(
        open_programme(folder),
        file,
        country=country,
        title=title,
        criteria=criteria,
        kind=EvidenceKind(kind),
        date=None if date is None else date.date(),
        valid_until=None if until is None else until.date(),
        marking=marking,
        language=language,
        link=link,
    )
    screen = Screen()
    screen.blank()
    copied = f", its file is {made.file}" if made.file else ""
    screen.line((made.evidence.id, "bold"), f" is in {EVIDENCE_FILE}{copied}")
    screen.note("Findings cite it by this id in evidence_title, or through the criteria that it serves.")
    screen.blank()


@command.command("list")
@FOLDER
@click.option("--on", type=_DAY, help="Day on which it is to be valid; today by default.")
def list_(folder: Path, on: datetime.datetime | None) -> None:
    """List the evidence, with what has expired, what is missing, and the findings that are due again."""
    workspace, screen = open_programme(folder), Screen()
    if not workspace.evidence:
        screen.note(f"No evidence is recorded in {EVIDENCE_FILE}. Add some with `capbuild evidence add`.")
        return
    day = datetime.datetime.now(datetime.UTC).date() if on is None else on.date()
    wrong = {place.row for _, place in find_changed_files(workspace.folder, workspace.evidence) if place is not None}
    rows = []
    for one in workspace.evidence:
        item = one.evidence
        state = "file missing or changed" if item.origin is not None and item.origin.row in wrong else ""
        state = state or ("expired" if item.has_expired(day) else "valid")
        days = [str(when) if when is not None else "–" for when in (item.date, item.valid_until)]
        rows.append([item.id, one.country.name, str(item.title), ", ".join(one.criteria), *days, item.marking, state])
    screen.blank()
    heads = ["Id", "Country", "Title", "Serves", "Date", "Valid until", "Marking", "State"]
    screen.table(heads, rows, left=tuple(range(len(heads))))
    due = list_due_findings(workspace, day)
    screen.blank()
    screen.note(f"{counted(len(due), 'finding')} due again" + (": the evidence has expired." if due else "."))
    for found in due:
        rests = ", ".join(item.id for item in found.evidence)
        screen.line(f"  {found.finding.country} {found.finding.target}: {rests}, expired on {found.since}")
    if workspace.programme.invented:
        screen.note("The evidence is invented.")
    screen.blank()
