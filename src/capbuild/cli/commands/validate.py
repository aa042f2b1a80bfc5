"""`capbuild validate`: every problem of a programme at once."""

import sys
from pathlib import Path

import click

from capbuild.cli.parts import FOLDER
from capbuild.cli.screen import Screen
from capbuild.workspace import open_workspace

__all__ = ["command"]


@click.command("validate")
@FOLDER
def command(folder: Path) -> None:
    """Show every problem of FOLDER at once; write nothing."""
    screen = Screen()
    issues = open_workspace(folder).validate()
    screen.blank()
    screen.issues(issues, len(issues), "")
    screen.blank()
    sys.exit(1 if issues.count("error") else 0)
