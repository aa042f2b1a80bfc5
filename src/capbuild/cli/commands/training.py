"""`capbuild training`: nominations, enrolments and training results."""

from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FEW, FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_training import show_nominated, show_training, show_training_needs
from capbuild.workspace.forms.nominations import read_nominations, write_nominations

__all__ = ["command"]


@click.group("training")
def command() -> None:
    """Manage nominations and enrolments, and show training results."""


@command.command("sheets")
@FOLDER
@click.argument("delivery")
@click.option("--country", "countries", multiple=True, help="Country to invite; all of the language by default.")
@click.option("--seats", type=click.IntRange(min=1), help="Seats for each country.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder; private/nominations/DELIVERY by default.")
@click.option(
    "--format", "format_", type=click.Choice(["xlsx", "csv"]), help="Format of the forms; a workbook if possible."
)
def sheets(
    folder: Path,
    delivery: str,
    *,
    countries: tuple[str, ...],
    seats: int | None,
    out: Path | None,
    format_: str | None,
) -> None:
    """Write a nomination form for each country invited to DELIVERY."""
    workspace = open_programme(folder)
    for path in write_nominations(workspace, delivery, countries=countries, seats=seats, out=out, format=format_ or ""):
        echo(path.as_posix())


@command.command("enrol")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def enrol(folder: Path, file: Path) -> None:
    """Enrol the people of a nomination form: names in private/, pseudonyms in training/."""
    screen = Screen()
    found = read_nominations(open_programme(folder), file)
    show_nominated(screen, found)
    screen.issues(found.issues, FEW, file.name)
    screen.blank()


@command.command("needs")
@FOLDER
@click.option("--country", "country_", help="Show one country only.")
def needs(folder: Path, country_: str | None) -> None:
    """Show competence gaps by role: required levels against recorded ones."""
    show_training_needs(Screen(), open_programme(folder), country_)


@command.command("status")
@FOLDER
def status(folder: Path) -> None:
    """Show attendance, learning and later changes."""
    show_training(Screen(), open_programme(folder))
