"""What a plan says of itself, in the language of a report."""

from capbuild.model import LeftOut, LeftOutReason, Plan
from capbuild.reports.wording import Wording

__all__ = ["how_good", "why_left_out"]


def how_good(plan: Plan, say: Wording) -> str:
    """Return what a plan is worth, what no plan can pass, how far that is, and why the search stopped."""
    stopped = say(f"plan.stopped.{plan.stopped.name.lower()}")
    value = say.number(round(plan.value, 1))
    if plan.bound is None:
        return say("plan.worth.draft", value=value, stopped=stopped)
    gap = f"{say.number(round(100 * (plan.gap or 0.0), 2))}\u202f%"
    return say("plan.worth", value=value, bound=say.number(round(plan.bound, 1)), gap=gap, stopped=stopped)


def why_left_out(plan: Plan, need: str, say: Wording) -> str:
    """Return why nothing in a plan addresses a need.

    A plan that was kept without codes, or edited by hand, has English words only: they are shown as they are.
    """
    reasons = plan.left_out_for.get(need, ())
    return "; ".join(_said(one, say) for one in reasons) or plan.left_out.get(need, "")


def _said(one: LeftOut, say: Wording) -> str:
    names = say.joined(one.names)
    key = f"plan.why.{LeftOutReason(one.reason).name.lower()}"
    return say(key, names=names) if names else say(key)
