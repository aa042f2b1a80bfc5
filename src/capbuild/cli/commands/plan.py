"""`capbuild plan`: a programme's plan, and reasons for it."""

import sys
from pathlib import Path

import click
from attrs import frozen

from capbuild._terminal import echo
from capbuild.cli.arguments import FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_plan_variants import show_changes, show_edited, show_hedged, show_since
from capbuild.documents import dump
from capbuild.model import Catalogue, Money, Plan
from capbuild.planning import Explainer
from capbuild.planning.explanation import Counterfactual, UsedLimit
from capbuild.planning.scenarios import ScenarioInclusion, plan_scenarios
from capbuild.reports.i18n import check_language, get_translator
from capbuild.reports.plan_text import describe_plan
from capbuild.workspace import Workspace
from capbuild.workspace.forms.plan_edits import (
    collect_plan_inputs,
    export_plan,
    import_plan,
    make_hedged_plan,
    update_plan,
)

_FILE = click.Path(dir_okay=False, path_type=Path)
#: A share of 0 would have no outcome and no weight.
_SHARE = click.FloatRange(0, 1, min_open=True)
_PLANNING = "planning: with much money to plan this can take some minutes"
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("plan")
@FOLDER
@click.option("--why", metavar="A09|'A09 JM'", multiple=True, help="Value lost without an activity.")
@click.option("--why-not", metavar="A09|'A09 JM'", multiple=True, help="Value lost by including an activity.")
@click.option(
    "--together", metavar="A09|'A09 JM'", multiple=True, help="Smallest relaxation of limits that allows all of these."
)
@click.option("--money", is_flag=True, help="Value of 5 % less and 5 % more budget.")
@click.option("--limits", is_flag=True, help="Binding limits of the plan.")
@click.option(
    "--worlds", type=int, default=0, help="Share of N simulated outcomes of open gaps with each activity in the plan."
)
@click.option("--quick", is_flag=True, help="Quick answer: a repaired plan and a weaker bound.")
@click.option("--export", "book", type=_FILE, help="Write the plan as a workbook (.xlsx) to edit.")
@click.option("--import", "edited", type=_EXISTING, help="Read the edited workbook: changes and broken limits.")
@click.option("--hedged", type=click.IntRange(2), metavar="N", help="Plan for the worst of N simulated outcomes, too.")
@click.option(
    "--worst",
    type=_SHARE,
    default=0.2,
    show_default=True,
    help="With --hedged: share of outcomes that count as worst.",
)
@click.option("--weight", type=_SHARE, default=0.5, show_default=True, help="With --hedged: weight of their mean.")
@click.option("--since", "earlier", type=_EXISTING, help="Update an earlier plan (.json): changes and reasons.")
@click.option("--out", type=_FILE, help="With --import, --hedged or --since: write that plan (.json).")
@click.option("--language", default="en", show_default=True, help="Language of the workbook's titles, and of reasons.")
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
    hedged: int | None,
    worst: float,
    weight: float,
    earlier: Path | None,
    out: Path | None,
    language: str,
) -> None:
    """Show, explain or edit the plan of FOLDER.

    Each answer comes from planning again.
    """
    _check_single_plan({"--export": book, "--import": edited, "--hedged": hedged, "--since": earlier}, out)
    screen, workspace = Screen(), open_programme(folder)
    check_language(language, ())
    workspace.planned.kept = workspace.folder / "out"
    if book is not None:
        echo(export_plan(workspace, book, language=language).as_posix())
    elif edited is not None:
        with screen.working(_PLANNING):
            changed = import_plan(workspace, edited)
        _write(show_edited(screen, changed, get_translator(language)), out, 1)
    elif hedged is not None:
        with screen.working(_PLANNING):
            cvar_plan, usual = make_hedged_plan(workspace, hedged, worst=worst, weight=weight), workspace.plan()
        _write(show_hedged(screen, cvar_plan, usual), out)
    elif earlier is not None:
        with screen.working(_PLANNING):
            again = update_plan(workspace, earlier)
        _write(show_since(screen, again, get_translator(language)), out)
    else:
        _show(
            screen,
            workspace,
            _Questions(why=why, why_not=why_not, together=together, money=money, limits=limits, worlds=worlds),
            quick=quick,
        )


@frozen(kw_only=True)
class _Questions:
    why: tuple[str, ...]
    why_not: tuple[str, ...]
    together: tuple[str, ...]
    money: bool
    limits: bool
    worlds: int


def _show(screen: Screen, workspace: Workspace, want: _Questions, *, quick: bool) -> None:
    with screen.working(_PLANNING):
        asked = _make_explainer(workspace, quick=quick)
    if want == _Questions(why=(), why_not=(), together=(), money=False, limits=False, worlds=0):
        _show_plan(screen, asked.plan, workspace.catalogue)
    for name in want.why:
        _show_counterfactual(screen, asked.why(name))
    for name in want.why_not:
        _show_counterfactual(screen, asked.why_not(name), asked.entry_budget(name))
    if want.together:
        screen.note(f"For {', '.join(want.together)}: {asked.relax_limits(*want.together)}.")
    if want.money:
        screen.blank()
        for counterfactual in asked.vary_budget():
            screen.note(str(counterfactual))
    if want.limits:
        _show_limits(screen, asked.limit_use())
    if want.worlds:
        inclusion = plan_scenarios(
            asked.needs, asked.catalogue, asked.limits, assessed=asked.assessed, count=want.worlds
        )
        _show_scenarios(screen, inclusion, workspace.catalogue)


def _check_single_plan(made: dict[str, object], out: Path | None) -> None:
    """Reject two plans at once, and output without a plan."""
    asked = [name for name, value in made.items() if value is not None]
    if len(asked) > 1:
        raise click.UsageError(f"{' and '.join(asked)} cannot be combined")
    if out is not None and asked in ([], ["--export"]):
        raise click.UsageError("--out needs --import, --hedged or --since")


def _write(plan: Plan | None, out: Path | None, status: int = 0) -> None:
    if plan is None:
        if out is not None:
            echo(f"{out.as_posix()} was not written: the plan breaks its limits", err=True)
        sys.exit(status)
    if out is not None:
        dump(plan, out)
        echo(out.as_posix())


def _make_explainer(workspace: Workspace, *, quick: bool) -> Explainer:
    plan, needs, catalogue, settings, round_ = collect_plan_inputs(workspace)
    return Explainer(
        needs=needs,
        catalogue=catalogue,
        limits=settings.limits,
        plan=plan,
        assessed=workspace.assess(round_),
        gap=settings.gap,
        quick=quick,
    )


# Output of `capbuild plan`: sessions by month, and reasons


#: Number of limits shown.
_FEW = 12


def _map_titles(catalogue: Catalogue | None) -> dict[str, str]:
    return {
        activity.id: f"{activity.id} {activity.title}"
        for activity in (catalogue.activities if catalogue is not None else ())
    }


def _show_plan(screen: Screen, plan: Plan, catalogue: Catalogue | None) -> None:
    """Show a plan's sessions, value and exclusions."""
    titles = _map_titles(catalogue)
    screen.table(
        {
            "Month": f"{activity.start:%Y-%m}",
            "Activity": titles.get(activity.activity, activity.activity),
            "In": activity.language,
            "Countries": ", ".join(activity.seats),
            "#Seats": sum(activity.seats.values()),
            f"#{plan.limits.budget.currency}": f"{activity.cost.amount:,.0f}",
        }
        for activity in plan.activities
    )
    screen.note(f"{describe_plan(plan, get_translator('en'))} Cost: {plan.cost} of {plan.limits.budget}.")
    if plan.binding:
        screen.note(f"Used up: {', '.join(plan.binding[:_FEW])}")
    for name, why in plan.left_out.items():
        screen.note(f"Left out: {name}, {why}")
    for name, why in (*plan.unmet.items(), *plan.overrides.items()):
        screen.note(f"{name}: {why}")
    screen.note(f"{plan.notice} Only a new finding meets a need.".lstrip())
    screen.blank()


def _show_counterfactual(screen: Screen, counterfactual: Counterfactual, budget: Money | None = None) -> None:
    """Show the value and differences of a counterfactual plan."""
    screen.blank()
    screen.note(str(counterfactual))
    if budget is not None:
        screen.note(f"It enters the plan at a budget of {budget}.")
    show_changes(screen, counterfactual.changes)


def _show_limits(screen: Screen, limits: tuple[UsedLimit, ...]) -> None:
    """Show the binding limits of a plan."""
    screen.table(
        {
            "Limit": used_limit.name,
            "#Used": f"{used_limit.used:,.0f}",
            "#Of": f"{used_limit.limit:,.0f}",
            "": used_limit.unit,
            "#With 5 % more": f"{used_limit.wider.difference:+.2f}",
            " ": "binds"
            if used_limit.is_binding
            else "not distinguishable"
            if used_limit.wider.difference > 0
            else "does not bind",
        }
        for used_limit in limits
    )


def _show_scenarios(screen: Screen, found: ScenarioInclusion, catalogue: Catalogue | None) -> None:
    """Show how many scenarios include each activity."""
    titles = _map_titles(catalogue)
    screen.table(
        {"Activity": titles.get(name, name), "#Worlds": f"{count} of {found.scenarios}"}
        for name, count in found.activities.items()
    )
    screen.note("Open gaps are simulated jointly by country and dimension, with their estimated probability.")
