"""Output of `capbuild plan` for edited and updated plans."""

from collections.abc import Sequence

from capbuild.cli.screen import Row, Screen
from capbuild.model import Plan
from capbuild.planning.replanning import EditedPlan, PlanChange, RevisedPlan, compare_plans
from capbuild.planning.scenarios import CvarPlan
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.plan_text import describe_change, describe_plan, explain_change

#: Number of changes shown by default.
_FEW = 12


def show_changes(
    screen: Screen, changes: Sequence[PlanChange], few: int | None = _FEW, t: Translator | None = None
) -> None:
    """Show the changes between plans, with reasons."""
    t = t or get_translator("en")

    def make_row(change: PlanChange) -> Row:
        return {
            t("plan.col.session"): describe_change(change, t),
            t("plan.col.activity"): change.activity,
            t("plan.col.before"): "" if change.before is None else f"{change.before.start:%Y-%m}",
            t("plan.col.after"): "" if change.after is None else f"{change.after.start:%Y-%m}",
            t("plan.col.seats"): ", ".join(f"{code} {count}" for code, count in change.seats.items()),
            t("plan.col.why"): explain_change(change, t) or None,
        }

    screen.table(map(make_row, changes[:few]))
    left = len(changes) - len(changes[:few])
    if left:
        screen.note(t("plan.changes.more", count=left))


def show_edited(screen: Screen, plan: EditedPlan, t: Translator) -> Plan | None:
    """Show edits, broken limits, value and cost; return the plan."""
    screen.blank()
    show_changes(screen, plan.changes, None, t)
    if not plan.changes:
        screen.note(t("plan.changes.none"))
    for broken in plan.broken:
        screen.note(f"Broken: {broken}")
    if plan.plan is not None:
        _show_value(screen, plan.plan, t)
    screen.blank()
    return plan.plan


def show_since(screen: Screen, plan: RevisedPlan, t: Translator) -> Plan:
    """Show how a revised plan differs, and return it.

    The output includes the reasons, and the value lost by keeping the rest of the earlier plan.
    """
    screen.blank()
    show_changes(screen, plan.changes, None, t)
    if not plan.changes:
        screen.note(t("plan.changes.none"))
    _show_value(screen, plan.plan, t)
    total = plan.plan.expected.total if plan.plan.expected is not None else 0.0
    if plan.given_up and total:
        screen.note(t("plan.given_up", share=t.percent(plan.given_up / total, digits=2)))
    screen.blank()
    return plan.plan


def show_hedged(screen: Screen, cvar_plan: CvarPlan, usual: Plan | None) -> Plan:
    """Compare the hedged plan with the usual one; return it."""
    means = {"all": (cvar_plan.mean, None), "the worst": (cvar_plan.tail, cvar_plan.usual)}
    screen.table(
        {
            f"{len(cvar_plan.values)} worlds": f"Value in the mean of {which}",
            "#This plan": f"{own:,.1f}",
            "#The usual one": "" if usual_value is None else f"{usual_value:,.1f}",
        }
        for which, (own, usual_value) in means.items()
    )
    bound = "" if cvar_plan.bound is None else f" of at most {cvar_plan.bound:,.1f}"
    screen.note(f"Both weighed: {cvar_plan.score:,.1f}{bound}.")
    _show_value(screen, cvar_plan.plan, get_translator("en"))
    if usual is not None:
        changes = compare_plans(usual, cvar_plan.plan)
        show_changes(screen, changes)
        if not changes:
            screen.note("It is the usual plan.")
    screen.note("Open gaps are simulated jointly by country and dimension, with their estimated probability.")
    screen.blank()
    return cvar_plan.plan


def _show_value(screen: Screen, plan: Plan, t: Translator) -> None:
    cost, budget = (f"{money.currency} {t.amount(money.amount)}" for money in (plan.cost, plan.limits.budget))
    screen.note(f"{describe_plan(plan, t)} {t('plan.cost_of', cost=cost, budget=budget)}")
