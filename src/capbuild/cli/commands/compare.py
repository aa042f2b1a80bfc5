"""`capbuild compare`: like-for-like changes between rounds."""

from pathlib import Path

import click

from capbuild.cli.arguments import FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_change import show_change, show_moves
from capbuild.errors import WorkspaceError
from capbuild.io import country as resolve

__all__ = ["command"]


@click.command("compare")
@FOLDER
@click.argument("rounds", nargs=-1)
@click.option("--country", "country_", help="List the moves of one country, each with its cause and probability.")
def command(folder: Path, rounds: tuple[str, ...], country_: str | None) -> None:
    """Show the changes between ROUNDS: from each to the next, and from first to last; all by default."""
    workspace = open_programme(folder)
    programme = workspace.programme
    names = [workspace.round(name).id for name in rounds] or [one.id for one in programme.rounds]
    if len(names) < 2:
        raise WorkspaceError(
            f"there is nothing to compare {names[0]} with", remedy="name two rounds or more, in order of time"
        )
    change = workspace.compare(*names)
    screen = Screen()
    if country_ is None:
        direct = not workspace.framework.criteria
        show_change(screen, change, {one.alpha_2: one.name for one in programme.countries}, judged=direct)
    else:
        show_moves(
            screen, change, resolve(country_, context=programme.countries, overrides=workspace.settings.spellings)
        )
