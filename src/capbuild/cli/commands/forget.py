"""`capbuild forget`: removes a respondent's or a country's data."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from capbuild.cli.arguments import open_programme
from capbuild.cli.screen import Screen
from capbuild.display import counted
from capbuild.workspace import forget as forget_respondent
from capbuild.workspace import forget_country
from capbuild.workspace.privacy.forgetting import ForgetResult

#: Results listed by name.
_FEW = 10


@click.command("forget")
@click.argument("respondent", required=False)
@click.option("--country", help="Name or code of a country: remove what it gave, instead of a respondent.")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), show_default=True)
@click.option("--answers", is_flag=True, help="Also remove the respondent's rows from the CSV files of returns/.")
@click.option("--list", "only_list", is_flag=True, help="List every place, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before anything is changed.")
def command(
    respondent: str | None, country: str | None, folder: Path, answers: bool, only_list: bool, yes: bool
) -> None:
    """Remove RESPONDENT (a pseudonym) or a country from FOLDER.

    A respondent is removed from private/ and derived files, a country from returns, tables, visits, evidence and
    results. Every affected place is listed first, and what remains afterwards. If a run is interrupted, the next one
    completes it.
    """
    if (respondent is None) is (country is None):
        raise click.UsageError("name either a respondent or --country")
    if country is not None and answers:
        raise click.UsageError("--answers is for a respondent; --country removes all answers")
    workspace = open_programme(folder)
    place = workspace.folder
    remove: Callable[..., ForgetResult] = (
        partial(forget_respondent, place, respondent or "", answers=answers)
        if country is None
        else partial(forget_country, workspace, country)
    )
    screen = Screen()
    planned = remove(act=False)
    what = "made from answers: replace the pseudonym, or remove the file" if country is None else "made from answers"
    rows = [(name, f"{counted(count, 'row')} to remove") for name, count in planned.removed]
    rows += [(name, what) for name in planned.rewritten[:_FEW]]
    if len(planned.rewritten) > _FEW:
        rows.append((f"and {len(planned.rewritten) - _FEW} more", what))
    rows += [(name, f"stays: {why}") for name, why in planned.remaining]
    screen.table({"File": name, "What is to be done": what} for name, what in rows)
    if not (planned.removed or planned.rewritten or yes):
        screen.note("There is nothing to change: no cell contains it alone. A person must change what remains.")
        return
    if only_list or not (yes or click.confirm("Change these files?")):
        screen.note("Nothing was changed.")
        return
    result = remove()
    changed = counted(len(result.removed) + len(result.rewritten), "file")
    screen.note(f"{changed} changed. {counted(result.searched, 'file')} searched again, with all that they pack.")
    screen.table({"What remains": name, "What to do": why} for name, why in result.remaining)
    if not result.remaining:
        screen.note(f"The {'person' if country is None else 'country'} is in none of them.")
