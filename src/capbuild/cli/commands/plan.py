"""`capbuild plan`: the plan of a programme, and why it is as it is."""

import sys
from pathlib import Path

import click
from attrs import frozen

from capbuild.cli.parts import FOLDER
from capbuild.cli.screen import Screen
from capbuild.cli.show_plan import show_edited, show_limits, show_money, show_otherwise, show_plan, show_worlds
from capbuild.documents import dump
from capbuild.planning import Explainer, robust
from capbuild.workspace import Workspace, open_workspace
from capbuild.workspace.plan_editing import export_plan, import_plan, planned_from

__all__ = ["command"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("plan")
@FOLDER
@click.option("--why", metavar="A09|'A09 JM'", multiple=True, help="What is lost without an activity.")
@click.option("--why-not", metavar="A09|'A09 JM'", multiple=True, help="What including an activity costs.")
@click.option("--together", metavar="A09|'A09 JM'", multiple=True, help="Which limits must give for all of these.")
@click.option("--money", is_flag=True, help="What a twentieth of the budget less, and more, is worth.")
@click.option("--limits", is_flag=True, help="Which limits hold the plan back.")
@click.option("--worlds", type=int, default=0, help="In how many of so many worlds activities are in the plan.")
@click.option("--quick", is_flag=True, help="A first answer: the plan repaired, against a quicker bound.")
@click.option("--export", "book", type=_FILE, help="Write the plan as a workbook (.xlsx) to edit.")
@click.option("--import", "edited", type=_EXISTING, help="Read the edited workbook: what differs, which limits break.")
@click.option("--out", type=_FILE, help="With --import: write the edited plan (.json), if it breaks no limit.")
@click.option("--language", default="en", show_default=True, help="Language of the workbook's titles.")
def command(
    folder: Path,
    *,
    why: tuple[str, ...],
    why_not: tuple[str, ...],
    together: tuple[str, ...],
    money: bool,
    limits: bool,
    worlds: int,
    quick: bool,
    book: Path | None,
    edited: Path | None,
    out: Path | None,
    language: str,
) -> None:
    """Show the plan of FOLDER, why it is as it is, or edit it: each answer is found by planning again."""
    if out is not None and edited is None:
        raise click.UsageError("--out goes with --import")
    screen, workspace = Screen(), open_workspace(folder)
    workspace.planned.kept = workspace.folder / "out"
    if book is not None:
        click.echo(export_plan(workspace, book, language=language).as_posix())
    elif edited is not None:
        _import(screen, workspace, edited, out)
    else:
        _show(
            screen,
            workspace,
            _Asked(why=why, why_not=why_not, together=together, money=money, limits=limits, worlds=worlds),
            quick,
        )


@frozen(kw_only=True)
class _Asked:
    why: tuple[str, ...]
    why_not: tuple[str, ...]
    together: tuple[str, ...]
    money: bool
    limits: bool
    worlds: int


def _show(screen: Screen, workspace: Workspace, want: _Asked, quick: bool) -> None:
    asked = _explainer(workspace, quick)
    if want == _Asked(why=(), why_not=(), together=(), money=False, limits=False, worlds=0):
        show_plan(screen, asked.plan, workspace.catalogue)
    for name in want.why:
        show_otherwise(screen, asked.why(name))
    for name in want.why_not:
        show_otherwise(screen, asked.why_not(name), asked.comes_in(name))
    if want.together:
        screen.note(f"For {', '.join(want.together)}: {asked.together(*want.together)}.")
    if want.money:
        show_money(screen, asked.money())
    if want.limits:
        show_limits(screen, asked.limiting())
    if want.worlds:
        found = robust(asked.needs, asked.catalogue, asked.limits, assessed=asked.assessed, count=want.worlds)
        show_worlds(screen, found, workspace.catalogue)


def _import(screen: Screen, workspace: Workspace, file: Path, out: Path | None) -> None:
    found = import_plan(workspace, file)
    show_edited(screen, found)
    if found.plan is None:
        sys.exit(1)
    if out is not None:
        dump(found.plan, out)
        click.echo(out.as_posix())


def _explainer(workspace: Workspace, quick: bool) -> Explainer:
    made, needs, catalogue, settings, round_ = planned_from(workspace)
    return Explainer(
        needs=needs,
        catalogue=catalogue,
        limits=settings.limits,
        plan=made,
        assessed=workspace.assess(round_),
        gap=settings.gap,
        quick=quick,
    )
