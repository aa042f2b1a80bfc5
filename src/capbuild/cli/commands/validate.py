"""`capbuild validate`: every problem of a programme at once."""

import sys
from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.workspace.runs.run_record import compute_exit_code


@click.command("validate")
@FOLDER
@AS_JSON
def command(folder: Path, as_json: bool) -> None:
    """Show every problem of FOLDER.

    Nothing is written. The exit status is the one that `capbuild run` would have.
    """
    workspace = open_programme(folder)
    issues = workspace.validate()
    status = compute_exit_code(issues, usable=workspace.usable)
    if as_json:
        from capbuild.cli.json_output import list_issues, print_json

        print_json({"exit": status, "issues": list_issues(issues)})
        sys.exit(status)
    screen = Screen()
    screen.issues(issues, len(issues), "")
    sys.exit(status)
