"""`capbuild actions`: national action plans and their table."""

import sys
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.advice import ActionPlan
from capbuild.cli.arguments import FEW, FOLDER, complete_country, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_page import show_page
from capbuild.errors import WriteError
from capbuild.io import write
from capbuild.notebook.planning import show_actions
from capbuild.reports.i18n import check_language
from capbuild.workspace.forms.actions import import_actions, record_actions
from capbuild.workspace.records.folder_tables import ACTIONS
from capbuild.workspace.rounds.dossiers import complete_programme, list_disclosed_rounds
from capbuild.workspace.rounds.plans import find_planned_round
from capbuild.workspace.workspace import Workspace

#: Writers by suffix.
_SHEETS = {".csv": "actions-csv", ".xlsx": "actions-xlsx", ".ics": "actions-ics"}


@click.command("actions")
@FOLDER
@click.argument("country", required=False, shell_complete=complete_country)
@click.option("--round", "round_", help="Round; the last one by default.")
@click.option("--language", help="Language; the programme's first by default.")
@click.option("--record", is_flag=True, help=f"Append the proposed actions to {ACTIONS.file}.")
@click.option(
    "--import", "filled", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Record the changes in a filled-in sheet.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write: .xlsx or .csv to fill in, .ics for due days."
)
def command(
    folder: Path,
    country: str | None,
    *,
    round_: str | None,
    language: str | None,
    record: bool,
    filled: Path | None,
    out: Path | None,
) -> None:
    """Show the national action plan of COUNTRY.

    Without COUNTRY, show those of all countries. Actions are stored in actions.csv.
    """
    workspace, screen = open_programme(folder), Screen()
    check_language(language or "", ())
    if filled is not None:
        actions = import_actions(workspace, filled)
        screen.line(f"{len(actions.changed)} changed, {len(actions.added)} added in {ACTIONS.file}")
        screen.issues(actions.issues, FEW, ACTIONS.file)
        sys.exit(1 if actions.issues.count("error") else 0)
    name = workspace.round(round_).id if round_ else workspace.rounds[-1].id
    tongue = language or workspace.programme.languages[0]
    try:
        with screen.working("planning"):
            plans = workspace.list_actions(name, country)
        if record:
            new = record_actions(workspace, name, country)
            screen.line(f"{len(new)} actions added to {ACTIONS.file}")
        elif out is not None:
            _write(workspace, name, plans, out, tongue)
        else:
            for plan in plans:
                show_page(screen, show_actions(plan, tongue), invented=plan.invented)
            planned = find_planned_round(workspace)
            if planned not in (None, name):
                screen.note(f"The plan is for round {planned!r}: its seats and costs are shown with --round {planned}.")
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="COUNTRY") from None


def _write(workspace: Workspace, round_: str, plans: list[ActionPlan], out: Path, language: str) -> None:
    """Write the sheet or calendar of actions."""
    format_ = _SHEETS.get(out.suffix.lower())
    if format_ is None:
        raise WriteError(
            f"no action plan is written as {out.suffix or out.name!r}",
            code="CB702",
            remedy=f"use {', '.join(_SHEETS)}, or: capbuild report FOLDER --kind actions --country C --out {out.name}",
        )
    assessed, dossier = workspace.assess(round_), workspace.dossier(round_)
    files = write(
        assessed,
        out,
        format=format_,
        language=language,
        programme=complete_programme(workspace.programme, dossier),
        dossier=dossier,
        country=plans[0].country.alpha_2 if len(plans) == 1 < len(assessed) else "",
        rounds=list_disclosed_rounds(workspace, "team"),
        host=workspace.host,
    )
    for path in files:
        echo(path.as_posix())
