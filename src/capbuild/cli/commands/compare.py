"""`capbuild compare`: like-for-like changes between rounds."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_document
from capbuild.cli.screen import Screen
from capbuild.errors import WorkspaceError
from capbuild.io import country as resolve
from capbuild.model import Change, ChangeCounts, ChangeSeries, Country
from capbuild.workspace.rounds.summary import describe_change


@click.command("compare")
@FOLDER
@click.argument("rounds", nargs=-1)
@click.option("--country", "country_", help="List the moves of one country, each with its cause and probability.")
@AS_JSON
def command(folder: Path, rounds: tuple[str, ...], country_: str | None, as_json: bool) -> None:
    """Show the changes between ROUNDS.

    They are from each round to the next, and from the first to the last; all rounds by default.
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
        direct = not workspace.framework.criteria
        _show_change(screen, change, {country.alpha_2: country.name for country in programme.countries}, judged=direct)
    else:
        _show_moves(
            screen, change, resolve(country_, context=programme.countries, overrides=workspace.settings.spellings)
        )


# Output of `capbuild compare`: steps, countries, or one country's changes


#: Count columns with their headers; causes without changes are left out.
_HEADS = {
    "gained": "gained",
    "lost": "lost",
    "uncertain": "uncertain",
    "source": "source",
    "respondents": "people",
    "method": "rules",
    "framework": "wording",
    "newly_observed": "new",
    "no_longer_observed": "gone",
    "risen": "up",
    "fallen": "down",
}
_CAUSES = ("source", "respondents", "method", "framework")


def _list_changes(change: Change | ChangeSeries) -> Sequence[Change]:
    return change.changes if isinstance(change, ChangeSeries) else (change,)


def _pick_columns(counts: Sequence[ChangeCounts]) -> list[str]:
    return [name for name in _HEADS if name not in _CAUSES or any(getattr(count, name) for count in counts)]


def _make_change_row(counts: ChangeCounts, columns: Sequence[str]) -> list[str]:
    return [f"{getattr(counts, name):,}" for name in columns]


def _show_change(
    screen: Screen, change: Change | ChangeSeries, names: Mapping[str, str], *, judged: bool = False
) -> None:
    """Show the changes of all steps, and of each country.

    Args:
        screen: The screen.
        change: The change.
        names: Names of the countries by alpha-2 code.
        judged: True if the framework rates indicators without criteria.
    """
    changes = _list_changes(change)
    counts = [one.counts() for one in changes]
    columns = _pick_columns(counts)
    headers = ["Rounds", "both", *(_HEADS[name] for name in columns)]
    rows = [
        [f"{one.before} to {one.after}", str(len(one.matched)), *_make_change_row(own, columns)]
        for one, own in zip(changes, counts, strict=True)
    ]
    screen.table(headers, rows)
    whole = changes[-1]
    by_country = {code: whole.counts([code]) for code in whole.matched}
    columns = _pick_columns(list(by_country.values()))
    own_rows = [[names.get(code, code), *_make_change_row(own, columns)] for code, own in by_country.items()]
    screen.table([f"{whole.before} to {whole.after}", *(_HEADS[name] for name in columns)], own_rows)
    sure = "" if judged else f" and at least {whole.confidence:.0%} likely"
    for one in changes:
        screen.note(describe_change(one, judged=judged))
    screen.note(
        f"Gained, lost, up and down are like for like{sure}; nothing else is "
        "progress. Uncertain is no surer than answers given anew; source, people, rules and wording moved because "
        "those differ; new and gone were observed in one round only."
    )
    if change.invented:
        screen.note("Answers are invented.")


def _show_moves(screen: Screen, change: Change | ChangeSeries, country: Country) -> None:
    """Show one country's gains and losses, step by step.

    Args:
        screen: The screen.
        change: The change.
        country: The country.
    """
    for one in _list_changes(change):
        screen.line((f"{country.name}, {one.before} to {one.after}", "bold"))
        if country.alpha_2 not in one.matched:
            screen.note(f"Not compared: {one.unmatched.get(country.alpha_2, 'not in both rounds')}.")
        rows = list(_list_moves(one, country))
        if rows:
            screen.table(("Id", "move", "cause", "probability", "counts"), rows, left=(0, 1, 2, 4))
        caution = one.cautions.get(country.alpha_2)
        if caution:
            screen.note(f"{caution[0].upper()}{caution[1:]}.")
        screen.blank()


def _list_moves(change: Change, country: Country) -> Iterator[Sequence[str]]:
    for one in change.criteria:
        if one.country == country and one.probability is not None:
            counts = "yes" if one.reliable else ""
            yield one.criterion, one.move.value, one.cause.value, f"{one.probability:.0%}", counts
    for level in change.capacities:
        if level.country == country and level.before is not None and level.rise:
            likely = "" if level.probability is None else f"{level.probability:.0%}"
            others = [cause.value for cause in level.causes]
            cause = "capacity" if level.like_for_like else others[0] if len(others) == 1 else "other"
            yield level.capacity, f"{level.before} to {level.after}", cause, likely, "yes" if level.reliable else ""
