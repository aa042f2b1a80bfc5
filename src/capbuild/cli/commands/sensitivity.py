"""`capbuild sensitivity`: assumptions with the largest effect on results."""

from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_document
from capbuild.cli.screen import Screen
from capbuild.cli.show_page import show_page
from capbuild.notebook.assessments import show_sensitivity


@click.command("sensitivity")
@FOLDER
@click.option("--round", "round_", help="Round whose results are looked at; the last one by default.")
@AS_JSON
def command(folder: Path, round_: str | None, as_json: bool) -> None:
    """Show which assumptions move the results of FOLDER most.

    The round is scored again with one assumption changed at a time: the policy for disagreeing sources, trust in
    self-reports, weights, targets, and missing answers.
    """
    screen, workspace = Screen(), open_programme(folder)
    name = round_ or workspace.programme.rounds[-1].id
    if as_json:
        print_document(workspace.sensitivity(name))
        return
    with screen.working(f"scoring {workspace.round(name).id} again under other assumptions"):
        sensitivity = workspace.sensitivity(name)
    show_page(screen, show_sensitivity(sensitivity), invented=workspace.programme.invented)
