"""`capbuild forget`: removes a respondent's data."""

from pathlib import Path

import click

from capbuild.cli.arguments import open_programme
from capbuild.cli.screen import Screen
from capbuild.display import counted
from capbuild.workspace import forget as forget_respondent


@click.command("forget")
@click.argument("respondent")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), show_default=True)
@click.option("--answers", is_flag=True, help="Also remove the respondent's rows from the CSV files of returns/.")
@click.option("--list", "only_list", is_flag=True, help="List every place, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before anything is changed.")
def command(respondent: str, folder: Path, answers: bool, only_list: bool, yes: bool) -> None:
    """Remove RESPONDENT (a pseudonym) from FOLDER.

    The respondent is removed from private/ and derived files. Every affected place is listed first, and what remains
    afterwards. If a run is interrupted, the next one completes it.
    """
    place, screen = open_programme(folder).folder, Screen()
    planned = forget_respondent(place, respondent, answers=answers, act=False)
    rows = [(name, f"{counted(count, 'row')} to remove") for name, count in planned.removed]
    rows += [(name, "made from answers: replace the pseudonym, or remove the file") for name in planned.rewritten]
    rows += [(name, f"stays: {why}") for name, why in planned.remaining]
    screen.table({"File": name, "What is to be done": what} for name, what in rows)
    if not (planned.removed or planned.rewritten or yes):
        screen.note("There is nothing to change: no cell contains it alone. A person must change what remains.")
        return
    if only_list or not (yes or click.confirm("Change these files?")):
        screen.note("Nothing was changed.")
        return
    result = forget_respondent(place, respondent, answers=answers)
    changed = counted(len(result.removed) + len(result.rewritten), "file")
    screen.note(f"{changed} changed. {result.searched} files searched again, with all that they pack.")
    screen.table({"What remains": name, "What to do": why} for name, why in result.remaining)
    if not result.remaining:
        screen.note("The person is in none of them.")
