"""Texts on a plan in the report's language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from capbuild.model import Activity, LeftOut, LeftOutReason, Plan, PlannedActivity
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import Translator

if TYPE_CHECKING:
    from capbuild.planning.replanning import PlanChange


def describe_plan(plan: Plan, t: Translator) -> str:
    """Describe a plan's expected result, bound and reason for stopping."""
    stopped, expected = t(f"plan.stopped.{plan.stopped.name.lower()}"), plan.expected
    if expected is None or not expected.total:
        return f"{stopped}."
    counts = {name: round(getattr(expected, name)) for name in ("criteria", "lacking", "targets", "below")}
    t = evolve(t, judged=not counts["lacking"])
    share = t.percent(plan.value / expected.total, digits=1)
    if plan.bound is None:
        return t("plan.worth.draft", **counts, share=share, stopped=stopped)
    return t(
        "plan.worth", **counts, share=share, bound=t.percent(plan.bound / expected.total, digits=1), stopped=stopped
    )


def explain_left_out(plan: Plan, need: str, t: Translator, titles: Mapping[str, str] | None = None) -> str:
    """Explain why no activity addresses a need.

    A plan that was stored without reason codes, or edited by hand, has an English text, which is returned unchanged.

    Args:
        plan: The plan.
        need: Id of the need.
        t: Translator.
        titles: Titles of activities by id; others are named by their id.
    """
    reasons = plan.left_out_for.get(need, ())
    return t.clauses(*(_describe_reason(reason, t, titles) for reason in reasons)) or plan.left_out.get(need, "")


def explain_unmet(plan: Plan, wish: str, t: Translator) -> str:
    """Explain why limits do not allow a wish.

    A plan that was stored without reason codes has English texts only.
    """
    reason = plan.unmet_for.get(wish)
    return plan.unmet.get(wish, "") if reason is None else _describe_reason(reason, t)


def describe_change(change: "PlanChange", t: Translator) -> str:
    """Return the kind of change of a session: "added", "moved".

    Example:
        >>> from capbuild.reports.i18n import get_translator
        >>> from capbuild.planning.replanning import PlanChange
        >>> describe_change(PlanChange(kind="moved", activity="A01"), get_translator("es"))
        'trasladada'
    """
    return t(f"plan.change.{change.kind.name.lower()}")


def explain_change(change: "PlanChange", t: Translator) -> str:
    """Explain why a session changed; empty if unknown."""
    cause = change.cause
    if cause is None:
        return ""
    values = {"names": t.joined(cause.names), "value": t.percent(cause.value, digits=2)}
    if cause.left_out is not None:
        values["why"] = _describe_reason(cause.left_out, t)
    return t(f"plan.cause.{cause.reason.name.lower()}", count=len(cause.names), **values)


def _describe_reason(left_out: LeftOut, t: Translator, titles: Mapping[str, str] | None = None) -> str:
    known = titles or {}
    names = t.joined([t.quoted(known[name]) if name in known else name for name in left_out.names])
    key = f"plan.why.{LeftOutReason(left_out.reason).name.lower()}"
    return t(key, count=len(left_out.names), names=names) if names else t(key)


def describe_place(session: PlannedActivity, activity: Activity | None, t: Translator) -> str:
    """Return the place of a session.

    Without a named place, this is the name of the host country, or else the kind of place. In a plan, the code of the
    host or "online" may stand in for a place.
    """
    if session.host is not None and session.place in ("", session.host.alpha_2):
        return get_country_name(session.host, t.language)
    return session.place if session.place not in ("", "online") else describe_placeless(activity, t)


def describe_placeless(activity: Activity | None, t: Translator) -> str:
    """Return the kind of place: online, at home or undecided."""
    if activity is not None and activity.mode == "online":
        return t("plan.online")
    return t("plan.home" if activity is not None and activity.in_each_country else "plan.undecided")
