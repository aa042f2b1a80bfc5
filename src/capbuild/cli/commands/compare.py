"""`capbuild compare`: like-for-like changes between rounds."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_document
from capbuild.cli.screen import Row, Screen
from capbuild.cli.show_page import show_page
from capbuild.errors import WorkspaceError
from capbuild.io import country as resolve
from capbuild.model import Change, ChangeSeries, Country
from capbuild.notebook.assessments import show_change
from capbuild.workspace.rounds.summary import describe_change


@click.command("compare")
@FOLDER
@click.argument("rounds", nargs=-1)
@click.option("--country", "country_", help="List the moves of one country, each with its cause and probability.")
@AS_JSON
def command(folder: Path, rounds: tuple[str, ...], country_: str | None, as_json: bool) -> None:
    """Show the changes between ROUNDS.

    Rounds are compared one to the next, and the first with the last; all rounds by default.
    """
    if as_json and country_ is not None:
        raise click.UsageError("--json prints the changes of all countries: leave out --country")
    workspace = open_programme(folder)
    programme = workspace.programme
    names = [workspace.round(name).id for name in rounds] or [round_.id for round_ in programme.rounds]
    if len(names) < 2:
        raise WorkspaceError(
            f"there is nothing to compare {names[0]} with", remedy="name two rounds or more, in order of time"
        )
    change = workspace.compare(*names)
    screen = Screen()
    if as_json:
        print_document(change)
    elif country_ is None:
        _show_change(screen, change, judged=not workspace.framework.criteria)
    else:
        _show_moves(
            screen, change, resolve(country_, context=programme.countries, overrides=workspace.settings.spellings)
        )


# Output of `capbuild compare`: steps, countries, or one country's changes


def _list_changes(change: Change | ChangeSeries) -> Sequence[Change]:
    return change.changes if isinstance(change, ChangeSeries) else (change,)


def _show_change(screen: Screen, change: Change | ChangeSeries, *, judged: bool = False) -> None:
    """Show the changes of all steps, and of each country.

    Args:
        screen: The screen.
        change: The change.
        judged: True if the framework rates indicators without criteria.
    """
    changes = _list_changes(change)
    whole = changes[-1]
    if isinstance(change, ChangeSeries):
        show_page(screen, show_change(change))
    show_page(screen, show_change(whole), invented=change.invented)
    for step in changes:
        screen.note(describe_change(step, judged=judged))
    sure = "" if judged else f" and at least {whole.confidence:.0%} likely"
    screen.note(f"Gained, lost and levels are like for like{sure}; new and gone were observed in one round only.")


def _show_moves(screen: Screen, change: Change | ChangeSeries, country: Country) -> None:
    """Show one country's moves, step by step."""
    for step in _list_changes(change):
        screen.line((f"{country.name}, {step.before} to {step.after}", "bold"))
        if country.alpha_2 not in step.matched:
            screen.note(f"Not compared: {step.unmatched.get(country.alpha_2, 'not in both rounds')}.")
        screen.table(_list_moves(step, country))
        caution = step.cautions.get(country.alpha_2)
        if caution:
            screen.note(f"{caution[0].upper()}{caution[1:]}.")
        screen.blank()


def _list_moves(change: Change, country: Country) -> Iterator[Row]:
    for item in change.criteria:
        if item.country == country:
            yield _make_row(item.criterion, item.move.value, item.cause.value, item.probability, counts=item.reliable)
    for level in change.capacities:
        if level.country == country and level.before is not None and level.rise:
            others = [cause.value for cause in level.causes]
            cause = "capacity" if level.like_for_like else others[0] if len(others) == 1 else "other"
            move = f"{level.before} to {level.after}"
            yield _make_row(level.capacity, move, cause, level.probability, counts=level.reliable)


def _make_row(name: str, move: str, cause: str, probability: float | None, *, counts: bool) -> Row:
    share = "" if probability is None else f"{probability:.0%}"
    return {"Id": name, "Move": move, "Cause": cause, "#Probability": share, "Counts": "yes" if counts else ""}
