"""`capbuild plan`: the plan of a programme, and why it is as it is."""

from pathlib import Path

import click

from capbuild.cli.parts import FOLDER
from capbuild.cli.screen import Screen
from capbuild.cli.show_plan import show_limits, show_money, show_otherwise, show_plan, show_worlds
from capbuild.model import Plan
from capbuild.planning import Explainer, robust
from capbuild.workspace import Workspace, open_workspace

__all__ = ["command"]


@click.command("plan")
@FOLDER
@click.option("--why", metavar="A09|'A09 JM'", multiple=True, help="What is lost without an activity.")
@click.option("--why-not", metavar="A09|'A09 JM'", multiple=True, help="What including an activity costs.")
@click.option("--money", is_flag=True, help="What a twentieth of the budget less, and more, is worth.")
@click.option("--limits", is_flag=True, help="Which limits hold the plan back.")
@click.option("--worlds", type=int, default=0, help="In how many of so many worlds activities are in the plan.")
def command(
    folder: Path, why: tuple[str, ...], why_not: tuple[str, ...], money: bool, limits: bool, worlds: int
) -> None:
    """Show the plan of FOLDER, or why it is as it is: each answer is found by planning again."""
    screen, workspace = Screen(), open_workspace(folder)
    workspace.planned.kept = workspace.folder / "out"
    made = workspace.plan()
    if made is None:
        raise click.ClickException(f"{folder} asks for no plan, or none can be made: capbuild validate tells why")
    asked = _explainer(workspace, made)
    if not (why or why_not or money or limits or worlds):
        show_plan(screen, made, workspace.catalogue)
    for name in why:
        show_otherwise(screen, asked.why(name))
    for name in why_not:
        show_otherwise(screen, asked.why_not(name), asked.comes_in(name))
    if money:
        show_money(screen, asked.money())
    if limits:
        show_limits(screen, asked.limiting())
    if worlds:
        show_worlds(
            screen,
            robust(asked.needs, asked.catalogue, asked.limits, assessed=asked.assessed, count=worlds),
            workspace.catalogue,
        )


def _explainer(workspace: Workspace, made: Plan) -> Explainer:
    round_ = workspace.planned.round
    needs, catalogue, settings = workspace.needs(round_ or ""), workspace.catalogue, workspace.settings.plan
    if round_ is None or needs is None or catalogue is None or settings is None:
        raise click.ClickException("there is no plan to explain")
    return Explainer(
        needs=needs,
        catalogue=catalogue,
        limits=settings.limits,
        plan=made,
        assessed=workspace.assess(round_),
        gap=settings.gap,
    )
