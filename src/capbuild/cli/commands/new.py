"""`capbuild new`: something to begin with."""

from pathlib import Path

import click

from capbuild.cli.parts import FOLDER, framework_named
from capbuild.cli.screen import Screen
from capbuild.plugins import default_host
from capbuild.plugins.new import PluginKind, new_plugin
from capbuild.workspace import new_programme, open_workspace
from capbuild.workspace.crosswalk_drafts import draft_crosswalks

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
    _done(len(files), folder, f"capbuild run {folder.as_posix()}")


@command.command()
@click.argument("name")
@click.option(
    "--reader",
    "kind",
    flag_value=PluginKind.READER.value,
    default=PluginKind.READER.value,
    help="It reads a format (what is written when nothing is said).",
)
@click.option("--writer", "kind", flag_value=PluginKind.WRITER.value, help="It writes a format.")
@click.option("--framework", "kind", flag_value=PluginKind.FRAMEWORK.value, help="It brings a framework.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to write; capbuild-NAME by default.")
def plugin(name: str, kind: str, folder: Path | None) -> None:
    """Write a complete plugin NAME: a package with tests that can be installed as it is."""
    files = new_plugin(name, kind, folder)
    place = next(path.parent for path in files if path.name == "pyproject.toml")
    # Without a mark of a path, pip would look for a package of that name in an index.
    there = place.as_posix() if place.is_absolute() else f"./{place.as_posix()}"
    _done(len(files), place, f'pip install "{there}[test]" && pytest {there}')


@command.command()
@FOLDER
def crosswalk(folder: Path) -> None:
    """Write into FOLDER/crosswalks what is the same in two editions that its rounds are judged by."""
    screen, written = Screen(), draft_crosswalks(open_workspace(folder))
    screen.blank()
    for path in written:
        screen.line(path.as_posix())
    if written:
        screen.note("Complete each by hand: what is to decide stands at its end. A crosswalk is a decision.")
    else:
        screen.note("Every two editions are joined already.")
    screen.blank()


def _done(count: int, folder: Path, following: str) -> None:
    screen = Screen()
    screen.blank()
    screen.line(f"{count} files in ", (folder.as_posix(), "bold"))
    screen.line("Next: ", (following, "bold"))
    screen.blank()
