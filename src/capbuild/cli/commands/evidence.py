"""`capbuild evidence`: evidence files, with expiry and marking."""

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from capbuild._terminal import SafeConsole
from capbuild.cli.arguments import AS_JSON, FEW, FOLDER, open_programme
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.json_output import list_due, list_issues, print_json
from capbuild.cli.screen import Row, Screen
from capbuild.display import counted
from capbuild.documents.envelope import unstructure
from capbuild.io import country as find_country
from capbuild.model import EvidenceKind, Issues, Severity
from capbuild.workspace import Workspace
from capbuild.workspace.records.evidence import StoredEvidence, find_changed_files
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.rounds.evidence import DueFinding, add_evidence, list_due_findings

_VALID = "valid"
#: Rows of the list; those that need attention come first.
_MOST = 200
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("evidence", cls=CommandGroup)
def command() -> None:
    """Keep evidence files, and list what is due.

    Findings rest on these files, and are due again when the files expire.
    """


@command.command("add")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--country", required=True, help="Country that it is about.")
@click.option("--title", required=True, help="What it is.")
@click.option("--criterion", "criteria", multiple=True, help="Criterion or capacity that it serves; may be repeated.")
@click.option(
    "--kind",
    type=click.Choice([evidence_kind.value for evidence_kind in EvidenceKind]),
    default=EvidenceKind.DOCUMENT.value,
    show_default=True,
)
@click.option("--date", type=_DAY, help="Date of the evidence.")
@click.option("--until", type=_DAY, help="Last day on which it is valid.")
@click.option("--marking", default="", help="Traffic-light label, or a mark of the programme.")
@click.option("--language", default="", help="Language that it is in.")
@click.option("--link", default="", help="Where it can be found; needed without FILE.")
@click.option("--source", default="", help="Who gave it: an office, a pseudonym or the id of a visit.")
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
    source: str,
) -> None:
    """Copy FILE into evidence/ and record it.

    It is stored under its hash, and recorded in evidence.csv.
    """
    evidence = add_evidence(
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
        source=source,
    )
    screen = Screen()
    copied = f", its file is {evidence.file}" if evidence.file else ""
    screen.line((evidence.evidence.id, "bold"), f" is in {EVIDENCE.file}{copied}")
    screen.note("Findings cite it by this id in evidence_title, or through the criteria that it serves.")


@command.command("list")
@FOLDER
@click.option("--country", help="Country that it is about; all by default.")
@click.option("--on", type=_DAY, help="Day on which it is to be valid; today by default.")
@AS_JSON
def list_(folder: Path, country: str | None, on: datetime.datetime | None, as_json: bool) -> None:
    """List the evidence, and what is due.

    Show what has expired, what is missing, and which findings are due again.
    """
    workspace = open_programme(folder)
    refused = Issues(issue for issue in workspace.loading_issues if issue.origin and issue.origin.file == EVIDENCE.file)
    status = int(refused.count(Severity.ERROR) > 0)
    day = datetime.datetime.now(datetime.UTC).date() if on is None else on.date()
    code = "" if country is None else find_country(country, context=workspace.programme.countries).alpha_2
    listed = [
        (evidence, state) for evidence, state in _list_states(workspace, day) if code in ("", evidence.country.alpha_2)
    ]
    due = [finding for finding in list_due_findings(workspace, day) if code in ("", finding.finding.country.alpha_2)]
    if as_json:
        evidence = [_make_values(*pair) for pair in listed]
        print_json({"exit": status, "evidence": evidence, "due_again": list_due(due), "issues": list_issues(refused)})
        sys.exit(status)
    if refused:
        Screen(SafeConsole(stderr=True, highlight=False)).issues(refused, FEW, f"capbuild validate {folder}")
    _show_evidence(workspace, country, listed, due)
    sys.exit(status)


def _show_evidence(
    workspace: Workspace, country: str | None, found: list[tuple[StoredEvidence, str]], due: list[DueFinding]
) -> None:
    """Show evidence with its states, and due findings."""
    screen = Screen()
    if not workspace.evidence:
        screen.note(f"No evidence is recorded in {EVIDENCE.file}. Add some with `capbuild evidence add`.")
        return
    if not found:
        screen.note(f"No evidence about {country} is recorded in {EVIDENCE.file}.")
        return
    found.sort(key=lambda pair: pair[1] == _VALID)
    screen.table(_make_row(*pair) for pair in found[:_MOST])
    if len(found) > _MOST:
        screen.blank()
        screen.note(f"{len(found) - _MOST:,} more: name a --country, or open {EVIDENCE.file}.")
    screen.blank()
    screen.note(f"{counted(len(due), 'finding')} due again" + (": the evidence has expired." if due else "."))
    for again in due[:_MOST]:
        rests = ", ".join(item.id for item in again.evidence)
        screen.line(f"  {again.finding.country} {again.finding.target}: {rests}, expired on {again.since}")
    if workspace.programme.invented:
        screen.note("The evidence is invented.")
    screen.blank()


def _list_states(workspace: Workspace, day: datetime.date) -> Iterator[tuple[StoredEvidence, str]]:
    """Yield the evidence with its state."""
    changed = find_changed_files(workspace.folder, workspace.evidence)
    wrong = {place.row for _, place in changed if place is not None}
    for evidence in workspace.evidence:
        item = evidence.evidence
        if item.origin is not None and item.origin.row in wrong:
            yield evidence, "file missing or changed" if item.sha256 else "no sha256"
        else:
            yield evidence, "expired" if item.has_expired(day) else _VALID


def _make_values(one: StoredEvidence, state: str) -> dict[str, Any]:
    own = {
        "country": one.country.alpha_2,
        "criteria": list(one.criteria),
        "file": one.file,
        "source": one.source,
        "state": state,
    }
    return {**unstructure(one.evidence), **own}


def _make_row(evidence: StoredEvidence, state: str) -> Row:
    item = evidence.evidence
    return {
        "Id": item.id,
        "Country": evidence.country.name,
        "Title": str(item.title),
        "Serves": ", ".join(evidence.criteria),
        "Date": str(item.date or "–"),
        "Valid until": str(item.valid_until or "–"),
        "Marking": item.marking,
        "State": state,
    }
