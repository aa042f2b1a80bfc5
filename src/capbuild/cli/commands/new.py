"""`capbuild new`: something to begin with."""

from pathlib import Path

import click

from capbuild.cli.arguments import FOLDER, find_framework
from capbuild.cli.screen import Screen
from capbuild.errors import did_you_mean
from capbuild.io import read_programmes
from capbuild.model import Issues
from capbuild.plugins import ProgrammeDraft, default_host
from capbuild.plugins.new import LICENSES, PluginKind, new_plugin
from capbuild.workspace import new_programme, open_workspace
from capbuild.workspace.crosswalk_drafts import draft_crosswalks
from capbuild.workspace.scaffold import find_losses

__all__ = ["command"]


@click.group("new")
def command() -> None:
    """Create a programme, plugin or crosswalk."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--framework", default="police-cyber", show_default=True, help="Framework of the assessments.")
@click.option("--title", help="Name of the programme.")
@click.option(
    "--iati",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File that describes the programme: an IATI activity file, or a capbuild document of a programme.",
)
@click.option("--activity", help="IATI identifier of the activity, if the file has several.")
def programme(folder: Path, framework: str, title: str | None, source: Path | None, activity: str | None) -> None:
    """Write a commented, runnable programme into FOLDER."""
    if source is None:
        files = new_programme(folder, find_framework(framework, default_host()), title)
        _show_done(len(files), folder, f"capbuild run {folder.as_posix()}")
        return
    draft = _choose_programme(read_programmes(source), source, activity)
    chosen = find_framework(framework, default_host())
    files = new_programme(folder, chosen, title, programme=draft.programme, options=draft.options)
    _show_done(len(files), folder, f"capbuild validate {folder.as_posix()}")
    issues = Issues([*draft.issues, *find_losses(folder, draft.programme)])
    screen = Screen()
    screen.issues(issues, len(issues), "")
    screen.blank()


def _choose_programme(drafts: tuple[ProgrammeDraft, ...], source: Path, wanted: str | None) -> ProgrammeDraft:
    """Return the chosen programme of those in a file.

    Raises:
        click.UsageError: There is none of that id, or none or several where none is named.
    """
    known = {draft.programme.id: draft for draft in drafts}
    if wanted is None and len(known) == 1:
        return drafts[0]
    if wanted in known:
        return known[wanted]
    listed = ", ".join(known) or "none"
    if wanted is None:
        raise click.UsageError(f"{source} describes {len(known)} programmes: choose one with --activity ({listed})")
    hint = did_you_mean(wanted, known)
    raise click.UsageError(f"{source} has no activity {wanted!r}{hint}; activities are: {listed}")


@command.command()
@click.argument("name")
@click.option(
    "--reader",
    "kind",
    flag_value=PluginKind.READER.value,
    default=PluginKind.READER.value,
    help="It reads a format (the default).",
)
@click.option("--writer", "kind", flag_value=PluginKind.WRITER.value, help="It writes a format.")
@click.option("--framework", "kind", flag_value=PluginKind.FRAMEWORK.value, help="It brings a framework.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to write; capbuild-NAME by default.")
@click.option("--license", "license_id", type=click.Choice([*LICENSES, "none"]), default="MIT", show_default=True)
def plugin(name: str, kind: str, folder: Path | None, license_id: str) -> None:
    """Write an installable plugin NAME, with tests."""
    files = new_plugin(name, kind, folder, license_id="" if license_id == "none" else license_id)
    place = next(path.parent for path in files if path.name == "pyproject.toml")
    # Without a mark of a path, pip would look for a package of that name in an index.
    there = place.as_posix() if place.is_absolute() else f"./{place.as_posix()}"
    _show_done(len(files), place, f'pip install "{there}[test]" && pytest {there}')


@command.command()
@FOLDER
def crosswalk(folder: Path) -> None:
    """Draft FOLDER/crosswalks between the framework editions of its rounds."""
    screen, written = Screen(), draft_crosswalks(open_workspace(folder))
    screen.blank()
    for path in written:
        screen.line(path.as_posix())
    if written:
        screen.note("Complete each by hand: open decisions are listed at its end.")
    else:
        screen.note("All editions have crosswalks already.")
    screen.blank()


def _show_done(count: int, folder: Path, following: str) -> None:
    screen = Screen()
    screen.blank()
    screen.line(f"{count} files in ", (folder.as_posix(), "bold"))
    screen.line("Next: ", (following, "bold"))
    screen.blank()
