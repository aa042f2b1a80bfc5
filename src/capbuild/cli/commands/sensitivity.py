"""Command `capbuild sensitivity`.

It shows the assumptions with the largest effect on a round's results.
"""

from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_document
from capbuild.cli.screen import Screen


@click.command("sensitivity")
@FOLDER
@click.option("--round", "round_", help="Round whose results are looked at; the last one by default.")
@AS_JSON
def command(folder: Path, round_: str | None, as_json: bool) -> None:
    """Show which assumptions move the results of FOLDER most.

    Policy for disagreeing sources, trust in self-reports, weights, targets and missing answers are changed one at a
    time, and the round is scored again.
    """
    screen, workspace = Screen(), open_programme(folder)
    name = round_ or workspace.programme.rounds[-1].id
    if as_json:
        print_document(workspace.sensitivity(name))
        return
    with screen.working(f"scoring {workspace.round(name).id} again under other assumptions"):
        found = workspace.sensitivity(name)
    rows = [
        (
            effect.assumption.value.capitalize() if place == 0 else "",
            f"{effect.share:.0%}" if place == 0 else "",
            alternative.name,
            f"{alternative.moved:,}",
            f"{alternative.distance:.3f}",
        )
        for effect in found
        for place, alternative in enumerate(effect.alternatives)
    ]
    screen.table(("Assumption", "share", "With", "results moved", "mean distance"), rows, left=(0, 2))
    screen.note(
        f"{found.results:,} results of {found.round}. One assumption is changed at a time; a share is that of all "
        "squared distances. Distances go from 0 to 1: of the probability to meet the target, or on the scale where "
        "there is none."
    )
    if workspace.programme.invented:
        screen.note("Answers are invented.")
