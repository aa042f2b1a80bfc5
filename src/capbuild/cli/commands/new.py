"""`capbuild new`: something to begin with."""

from pathlib import Path

import click

from capbuild.cli.parts import framework_named
from capbuild.cli.screen import Screen
from capbuild.plugins import default_host
from capbuild.workspace import new_programme

__all__ = ["command"]


@click.group("new")
def command() -> None:
    """Write something new to begin with."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--framework", default="police-cyber", show_default=True)
@click.option("--title", help="Name of the programme.")
def programme(folder: Path, framework: str, title: str | None) -> None:
    """Write a commented, runnable programme into FOLDER."""
    files = new_programme(folder, framework_named(framework, default_host()), title)
    screen = Screen()
    screen.blank()
    screen.line(f"{len(files)} files in ", (folder.as_posix(), "bold"))
    screen.line("Next: ", (f"capbuild run {folder.as_posix()}", "bold"))
    screen.blank()
