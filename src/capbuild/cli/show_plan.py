"""Output of `capbuild plan`: sessions by month, and reasons."""

from rich.text import Text

from capbuild.cli.screen import Screen
from capbuild.cli.show_plan_variants import show_changes
from capbuild.model import Catalogue, Money, Plan
from capbuild.planning.explanation import Counterfactual, UsedLimit
from capbuild.planning.scenarios import ScenarioInclusion
from capbuild.reports.i18n import get_translator
from capbuild.reports.plan_text import describe_plan

__all__ = ["show_counterfactual", "show_limits", "show_money", "show_plan", "show_scenarios"]

#: Number of limits shown.
_FEW = 12


def _map_titles(catalogue: Catalogue | None) -> dict[str, str]:
    return {one.id: f"{one.id} {one.title}" for one in (catalogue.activities if catalogue is not None else ())}


def show_plan(screen: Screen, plan: Plan, catalogue: Catalogue | None) -> None:
    """Show a plan's sessions, value and exclusions."""
    titles = _map_titles(catalogue)
    screen.blank()
    rows = (
        (
            f"{one.start:%Y-%m}",
            titles.get(one.activity, one.activity),
            one.language,
            ", ".join(one.seats),
            str(sum(one.seats.values())),
            f"{one.cost.amount:,.0f}",
        )
        for one in plan.activities
    )
    heads = ("Month", "Activity", "In", "Countries", "Seats", plan.limits.budget.currency)
    screen.table(heads, rows, left=(0, 1, 2, 3))
    screen.blank()
    screen.note(f"{describe_plan(plan, get_translator('en'))} Cost: {plan.cost} of {plan.limits.budget}.")
    if plan.binding:
        screen.note(f"Used up: {', '.join(plan.binding[:_FEW])}")
    for name, why in plan.left_out.items():
        screen.note(f"Left out: {name}, {why}")
    for name, why in (*plan.unmet.items(), *plan.overrides.items()):
        screen.note(f"{name}: {why}")
    screen.note(f"{plan.notice} Only a new finding meets a need.".lstrip())
    screen.blank()


def show_counterfactual(screen: Screen, found: Counterfactual, budget: Money | None = None) -> None:
    """Show the value and differences of a counterfactual plan."""
    screen.blank()
    screen.note(str(found))
    if budget is not None:
        screen.note(f"It enters the plan at a budget of {budget}.")
    show_changes(screen, found.changes)
    screen.blank()


def show_money(screen: Screen, pair: tuple[Counterfactual, Counterfactual]) -> None:
    """Show the value of more or less money."""
    screen.blank()
    for one in pair:
        screen.note(str(one))
    screen.blank()


def show_limits(screen: Screen, limits: tuple[UsedLimit, ...]) -> None:
    """Show the binding limits of a plan."""
    screen.blank()
    rows = (
        (
            one.name,
            f"{one.used:,.0f}",
            f"{one.limit:,.0f}",
            one.unit,
            f"{one.wider.difference:+.2f}",
            Text("binds" if one.is_binding else "not distinguishable" if one.wider.difference > 0 else "does not bind"),
        )
        for one in limits
    )
    screen.table(("Limit", "used", "of", "", "with 5 % more", ""), rows, left=(0, 3, 5))
    screen.blank()


def show_scenarios(screen: Screen, found: ScenarioInclusion, catalogue: Catalogue | None) -> None:
    """Show for each activity the share of scenarios whose plan includes it."""
    titles = _map_titles(catalogue)
    screen.blank()
    rows = ((titles.get(name, name), f"{count} of {found.scenarios}") for name, count in found.activities.items())
    screen.table(("Activity", "worlds"), rows)
    screen.note("Open gaps are simulated jointly by country and dimension, with their estimated probability.")
    screen.blank()
