"""`capbuild forget`: remove a person."""

from pathlib import Path

import click

from capbuild.cli.screen import Screen
from capbuild.workspace import forget as forget_respondent
from capbuild.workspace import open_workspace

__all__ = ["command"]


@click.command("forget")
@click.argument("respondent")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), show_default=True)
@click.option("--answers", is_flag=True, help="Also remove the respondent's rows from the CSV files of returns/.")
def command(respondent: str, folder: Path, answers: bool) -> None:
    """Remove RESPONDENT (a pseudonym) from private/ and derived files; list what remains."""
    done = forget_respondent(open_workspace(folder).folder, respondent, answers=answers)
    screen = Screen()
    screen.blank()
    rows = [[name, f"{count} rows removed"] for name, count in done.removed]
    rows += [[name, "pseudonym replaced"] for name in done.rewritten]
    rows += [[name, f"remains: {why}"] for name, why in done.remaining]
    screen.table(["File", "What was done"], rows, left=(0, 1))
    screen.blank()
