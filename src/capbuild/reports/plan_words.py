"""What a plan says of itself, in the language of a report."""

from capbuild.model import LeaveOneOut, LeftOutReason, Plan
from capbuild.planning import PlanChange
from capbuild.reports.wording import Wording

__all__ = ["how_changed", "how_good", "why_changed", "why_left_out", "why_unmet"]


def how_good(plan: Plan, say: Wording) -> str:
    """Return what a plan is expected to achieve, what no plan can pass, and why the search stopped."""
    stopped, expected = say(f"plan.stopped.{plan.stopped.name.lower()}"), plan.expected
    if expected is None or not expected.total:
        return f"{stopped}."
    counts = {name: round(getattr(expected, name)) for name in ("criteria", "lacking", "targets", "below")}
    share = say.percent(plan.value / expected.total, digits=1)
    if plan.bound is None:
        return say("plan.worth.draft", **counts, share=share, stopped=stopped)
    return say(
        "plan.worth", **counts, share=share, bound=say.percent(plan.bound / expected.total, digits=1), stopped=stopped
    )


def why_left_out(plan: Plan, need: str, say: Wording) -> str:
    """Return why nothing in a plan addresses a need.

    A plan that was kept without codes, or edited by hand, has English words only: they are shown as they are.
    """
    reasons = plan.left_out_for.get(need, ())
    return "; ".join(_said(one, say) for one in reasons) or plan.left_out.get(need, "")


def why_unmet(plan: Plan, wish: str, say: Wording) -> str:
    """Return why the limits of a plan do not allow a wish; a plan kept without codes has English words only."""
    reason = plan.unmet_for.get(wish)
    return plan.unmet.get(wish, "") if reason is None else _said(reason, say)


def how_changed(change: PlanChange, say: Wording) -> str:
    """Return what became of a session: added, dropped, moved, or held for others.

    Example:
        >>> from capbuild.reports.wording import wording
        >>> how_changed(PlanChange(kind="moved", activity="A01"), wording("es"))
        'trasladada'
    """
    return say(f"plan.change.{change.kind.name.lower()}")


def why_changed(change: PlanChange, say: Wording) -> str:
    """Return why a session changed; empty where that cannot be told."""
    cause = change.cause
    if cause is None:
        return ""
    values = {"names": say.joined(cause.names), "value": say.percent(cause.value, digits=2)}
    if cause.left_out is not None:
        values["why"] = _said(cause.left_out, say)
    return say(f"plan.cause.{cause.reason.name.lower()}", count=len(cause.names), **values)


def _said(one: LeaveOneOut, say: Wording) -> str:
    names = say.joined(one.names)
    key = f"plan.why.{LeftOutReason(one.reason).name.lower()}"
    return say(key, count=len(one.names), names=names) if names else say(key)
