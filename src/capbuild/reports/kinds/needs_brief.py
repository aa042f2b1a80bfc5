"""Needs brief: a page or two for decision makers."""

from collections.abc import Collection

from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, LeftOutReason, Plan, Score
from capbuild.reports.context import ReportContext
from capbuild.reports.i18n import Translator
from capbuild.reports.model import List, ListItem, Report, ReportKind
from capbuild.reports.score_text import find_levels
from capbuild.reports.sections.calendar import build_plan_section, list_sessions, sum_sessions
from capbuild.reports.sections.need_matrix import build_largest_needs_section, build_needs_section, list_shared_needs

#: Needs in words; more do not fit the page.
_LARGEST = 4


def check_brief(context: ReportContext) -> None:
    """Refuse a needs brief without needs.

    Raises:
        WriteError: Code CB732.
    """
    needs = context.dossier.needs
    if needs is None or not len(needs):
        raise WriteError(
            "a needs brief without needs is empty",
            code="CB732",
            remedy="pass dossier=Dossier(needs=..., plan=...), see `cb.needs`",
        )


def build_brief(subject: AssessmentSet, context: ReportContext) -> Report:
    """Return the needs brief.

    Raises:
        WriteError: There are no needs to write of, or none that the audience may see (code CB732).
    """
    check_brief(context)
    t = context.t
    report_sections = (
        build_largest_needs_section(context, _LARGEST),
        build_plan_section(context, brief=True),
        build_needs_section(context),
    )
    sections = [
        evolve(section, order=order, title=t("brief.matrix") if section.id == "needs" else section.title, lead="")
        for order, section in zip((100, 200, 300), report_sections, strict=True)
        if section is not None
    ]
    lists = [_list_requests(context), _list_open_points(context)]
    return context.report(
        subject,
        ReportKind.BRIEF,
        "brief",
        sections,
        title=t("kind.brief"),
        lead=_write_lead(context),
        lists=lists if any(list_.items for list_ in lists) else (),
        numbered=False,
    )


def _write_lead(context: ReportContext) -> str:
    t = context.t
    parts = [f"{context.answered_words()}."]
    plan = context.dossier.plan
    if plan is not None and plan.activities:
        sessions = list_sessions(plan, context)
        seats, _ = sum_sessions(sessions)
        left = t("brief.lead.left", count=len(plan.left_out)) if plan.left_out else t("brief.lead.all")
        budget = t.money(plan.limits.budget)
        asked = t("brief.lead.plan", count=len(sessions), seats=t("count.seats", count=seats), budget=budget)
        parts.append(t.clauses(asked, left) + ".")
    return " ".join(parts)


def _explain_left_out(plan: Plan, t: Translator) -> str:
    """Explain why needs have no activity.

    The catalogue has none for them, the limits leave no room, or both.
    """
    none = sum(any(reason.reason is LeftOutReason.NO_ACTIVITY for reason in why) for why in plan.left_out_for.values())
    if none < len(plan.left_out):
        limits = t("ask.decide.others" if none else "ask.decide.detail")
        return t.clauses(*([t("ask.decide.none", count=none)] if none else []), limits)
    return t("ask.decide.none", count=none)


def _list_requests(context: ReportContext) -> List:
    """Make the list of requests to the reader."""
    t, plan = context.t, context.dossier.plan
    items = []
    if plan is not None and plan.activities:
        sessions = list_sessions(plan, context)
        _, cost = sum_sessions(sessions)
        sums = t.joined(map(t.money, cost))
        title = t("ask.approve" if context.disclosure.costs else "ask.approve.plain", count=len(sessions), cost=sums)
        items.append(ListItem(title=title, detail=t("ask.approve.detail")))
        if plan.left_out:
            title = t("ask.decide", count=len(plan.left_out))
            items.append(ListItem(title=title, detail=_explain_left_out(plan, t)))
    if unseen := _count_visits(context):
        title = t("ask.visit", count=unseen)
        items.append(ListItem(title=title, detail=t("ask.visit.detail")))
    return List(title=t("ask.title"), items=items, empty=t("ask.nothing"))


def _count_visits(context: ReportContext) -> int:
    """Count the named countries in which a visit could settle a level.

    For the others it is not known whether anything is open.
    """
    unvisited = [assessment for assessment in context.named if not assessment.visited]
    return sum(
        any(_is_open(score, context.list_waiting(assessment.country)) for score in assessment.indicators)
        for assessment in unvisited
    )


def _is_open(score: Score, waiting: Collection[str]) -> bool:
    """True if a visit could settle a score.

    The level depends on open criteria, or sources disagree on it; and answers that wait for a mapping leave some open.
    """
    levels = find_levels(score)
    opened = bool(score.deciding) or (levels is not None and not levels.settled)
    return opened and not set(score.deciding or (score.capacity.id,)) <= set(waiting)


def _list_open_points(context: ReportContext) -> List:
    """Make the list of points that could change the brief."""
    t = context.t
    items = []
    if count := context.disclosure.silent:
        detail = t("could.silent.detail", count=count)
        items += [ListItem(title=title, detail=detail) for title in context.absences("could")]
    if waiting := sum(len(context.list_waiting(assessment.country)) for assessment in context.named):
        items.append(ListItem(title=t("message.waiting", count=waiting)))
    opened = max((len(need.open) for need in list_shared_needs(context)), default=0)
    if opened and (not waiting or _count_visits(context)):
        items.append(ListItem(title=t("could.unseen"), detail=t("could.unseen.detail", count=opened)))
    if unnamed := context.disclosure.counted:
        title = t("could.unnamed", count=unnamed)
        items.append(ListItem(title=title, detail=t("could.unnamed.detail")))
    return List(title=t("could.title"), items=items, empty=t("could.nothing"), warning=True)
