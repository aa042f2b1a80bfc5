"""`capbuild validate`: every problem of a programme at once."""

import sys
from pathlib import Path

import click

from capbuild.cli.arguments import FOLDER
from capbuild.cli.screen import Screen
from capbuild.workspace import open_workspace
from capbuild.workspace.outcome import compute_exit_code

__all__ = ["command"]


@click.command("validate")
@FOLDER
def command(folder: Path) -> None:
    """Show every problem of FOLDER, without writing; the exit status is that of a run."""
    screen = Screen()
    workspace = open_workspace(folder)
    issues = workspace.validate()
    screen.blank()
    screen.issues(issues, len(issues), "")
    screen.blank()
    sys.exit(compute_exit_code(issues, usable=workspace.usable))
