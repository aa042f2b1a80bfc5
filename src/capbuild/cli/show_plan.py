"""What `capbuild plan` shows: sessions by month, and answers to why."""

from rich.text import Text

from capbuild.cli.screen import Screen
from capbuild.cli.show_plan_variants import show_changes
from capbuild.model import Catalogue, Money, Plan
from capbuild.planning import Counterfactual, ScenarioInclusion, UsedLimit
from capbuild.reports.i18n import get_translator
from capbuild.reports.plan_text import describe_plan

__all__ = ["show_counterfactual", "show_limits", "show_money", "show_plan", "show_worlds"]

#: Limits that are shown.
_FEW = 12


def _map_titles(catalogue: Catalogue | None) -> dict[str, str]:
    return {one.id: f"{one.id} {one.title}" for one in (catalogue.activities if catalogue is not None else ())}


def show_plan(screen: Screen, plan: Plan, catalogue: Catalogue | None) -> None:
    """Show the sessions of a plan, what it is worth, and what was left out."""
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
    """Show what a plan would be worth otherwise, and how it would differ."""
    screen.blank()
    screen.note(str(found))
    if budget is not None:
        screen.note(f"It comes in by itself at a budget of {budget}.")
    show_changes(screen, found.changes)
    screen.blank()


def show_money(screen: Screen, pair: tuple[Counterfactual, Counterfactual]) -> None:
    """Show what money is worth."""
    screen.blank()
    for one in pair:
        screen.note(str(one))
    screen.blank()


def show_limits(screen: Screen, limits: tuple[UsedLimit, ...]) -> None:
    """Show which limits hold a plan back: full is not the same as binding."""
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


def show_worlds(screen: Screen, found: ScenarioInclusion, catalogue: Catalogue | None) -> None:
    """Show in how many worlds each activity is part of the plan."""
    titles = _map_titles(catalogue)
    screen.blank()
    rows = ((titles.get(name, name), f"{count} of {found.scenarios}") for name, count in found.activities.items())
    screen.table(("Activity", "worlds"), rows)
    screen.note("What is open is drawn together for a country and a dimension, as likely as it is believed to be.")
    screen.blank()
