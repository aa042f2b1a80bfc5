"""Sections on a country's activities and its view."""

from collections.abc import Iterable, Sequence
from math import ceil

from capbuild.model import (
    Activity,
    Assessment,
    AssessmentState,
    Catalogue,
    Decision,
    Dissent,
    Need,
    Plan,
    PlannedActivity,
    Proposal,
    Recommendation,
)
from capbuild.reports.cells import DASH, Lines, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Block, Bullets, Figure, Paragraph, ReportSection
from capbuild.reports.plan_text import explain_left_out
from capbuild.reports.sections.calendar import Session, get_activity_title, list_sessions

#: Modes with a name in the language of the report; others are printed as they were written.
_MODES = ("classroom", "online", "blended")


def _build_content_figure(names: Iterable[str], context: ReportContext) -> Figure | None:
    """Build the table of activity descriptions.

    The result is None if the catalogue has only titles.

    Args:
        names: Ids of the activities, in the order of the table.
        context: Language, audience and the dossier with the catalogue.
    """
    catalogue = context.dossier.catalogue
    if catalogue is None:
        return None
    activities = {activity.id: activity for activity in catalogue.activities}
    listed = [activities[name] for name in dict.fromkeys(names) if name in activities]
    described = [activity for activity in listed if activity.objective.source or activity.assessment.source]
    if not described:
        return None
    shown, left = described[:_DETAILED], [activity.id for activity in listed if activity not in described[:_DETAILED]]
    more = [f"+ {context.list_activities(left, 0)}."] if left else []
    rows = [_make_row(activity, catalogue, context) for activity in shown]
    return context.table("plan-activities", rows, caption=" ".join([context.t("caption.plan.about"), *more]))


def _make_row(one: Activity, catalogue: Catalogue, context: ReportContext) -> Values:
    t = context.t
    objective = [Words(text=t.text(one.objective))] if one.objective.source else []
    return {
        "activity=activity.objective": Lines(
            lines=[Words(text=t.text(one.title), after=one.id, style=Style.STRONG), *objective]
        ),
        "activity.form": describe_form(one, context),
        "activity.before": _describe_conditions(one, catalogue, context) or DASH,
        "activity.checked": t.text(one.assessment) or DASH,
        "#activity.seat": _describe_seat(one, context) or DASH if context.disclosure.costs else None,
    }


def describe_content(one: Activity, catalogue: Catalogue, context: ReportContext) -> list[str]:
    """Return the content of an activity as sentences."""
    t = context.t
    titles = {competence.id: t.lowered(t.text(competence.title)) for competence in catalogue.competences}
    raised = [
        t("activity.raises.one", title=titles.get(name, name), level=level) for name, level in one.competences.items()
    ]
    return [
        *([f"{t.text(one.objective)}."] if one.objective.source else []),
        *([t("activity.topics", list=t.text(one.syllabus))] if one.syllabus.source else []),
        *([t("activity.raises", list=t.clauses(*raised))] if raised else []),
        *(
            [f"{t.labelled(t('activity.checked'), t.lowered(t.text(one.assessment)))}."]
            if one.assessment.source
            else []
        ),
    ]


def describe_form(one: Activity, context: ReportContext) -> str:
    """Return mode, days and providers of an activity.

    For example "in person, 5 days; university".
    """
    t = context.t
    mode = t(f"activity.mode.{one.mode}") if one.mode in _MODES else one.mode
    # An activity without days that is not online, such as equipment, has no form of delivery.
    form = [mode, t("count.days", count=ceil(one.days))] if one.days else [mode] if one.mode == "online" else []
    return t.clauses(", ".join(form), *(t(f"activity.provider.{kind.name.lower()}") for kind in one.providers))


def _describe_conditions(activity: Activity, catalogue: Catalogue, context: ReportContext) -> str:
    t, note = context.t, catalogue.notes.get(activity.id)
    first = [*activity.prerequisites, *activity.one_of, *activity.requires]
    return " ".join(
        [
            *([t("activity.first", list=", ".join(first))] if first else []),
            *([t.text(note)] if note is not None else []),
        ]
    )


def _describe_seat(activity: Activity, context: ReportContext) -> str:
    t, home, abroad = context.t, activity.cost_per_seat(), activity.cost_per_seat(abroad=True)
    if home is None or abroad is None:
        return ""
    texts = [t.money(money) for money in (home, abroad)]
    return texts[0] if home == abroad else t.clauses(texts[0], t("activity.seat.abroad", amount=texts[1]))


#: Limits of ids in a cell, of activities listed, of activities described, and of needs listed.
_IDS, _ACTIVITIES, _DETAILED, _NEEDS = 6, 7, 3, 2


def _find_needs(code: str, context: ReportContext) -> list[Need]:
    needs = context.dossier.needs
    return (
        [need for need in needs if any(country.alpha_2 == code for country in need.countries)]
        if needs is not None
        else []
    )


def _find_sessions(assessment: Assessment, context: ReportContext) -> list[Session]:
    """Return sessions that end after the country's reference date."""
    plan, code, day = context.dossier.plan, assessment.country.alpha_2, assessment.round.reference_date
    sessions = list_sessions(plan, context) if plan is not None else []
    return [session for session in sessions if code in session.planned.seats and session.planned.end >= day]


def build_activities_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on activities planned for a country.

    The result is None if nothing is planned or recommended. Only the country and the team get it: anybody else could
    subtract the country's seats from a session's total.
    """
    code, t = assessment.country.alpha_2, context.t
    plan, needs = context.dossier.plan, _find_needs(code, context)
    advice = [
        recommendation
        for recommendation in context.dossier.recommendations
        if set(recommendation.needs) & {need.id for need in needs}
    ]
    if (plan is None and not advice) or not context.disclosure.sources:
        return None
    sessions = _find_sessions(assessment, context)
    lead = t("activities.lead") if sessions else t("activities.none") if plan is not None else ""
    return context.section(
        "activities",
        500,
        _make_figure(assessment, sessions, needs, context) if sessions else None,
        _build_content_figure([session.planned.activity for session in sessions], context),
        *(_list_unplaced_needs(needs, plan, context) if plan is not None else ()),
        _make_advice_figure(advice, context) if advice else None,
        lead=lead,
    )


def _make_figure(assessment: Assessment, sessions: list[Session], needs: list[Need], context: ReportContext) -> Figure:
    """Make the table of activities, with sessions in one row."""
    lines: dict[str, list[Session]] = {}
    for session in sessions:
        lines.setdefault(session.planned.activity, []).append(session)
    left = list(lines)[_ACTIVITIES:]
    accepted = assessment.state in (AssessmentState.AGREED, AssessmentState.PUBLISHED)
    caption = context.t("caption.activities.agreed" if accepted else "caption.activities")
    return context.table(
        "activities",
        [_make_line_row(line, assessment, needs, context) for line in list(lines.values())[:_ACTIVITIES]],
        caption=" ".join([caption, *([f"+ {context.list_activities(left, _DETAILED)}."] if left else [])]),
    )


def _list_conditions(session: Session, assessment: Assessment) -> list[str]:
    """Return the conditions of a session for a country.

    These are criteria or capacities that a new finding must confirm before the session.
    """
    pairs = (condition.rsplit(" ", 1) for condition in session.planned.conditions)
    return [name for name, code in pairs if code == assessment.country.alpha_2]


def _make_line_row(line: list[Session], assessment: Assessment, needs: list[Need], context: ReportContext) -> Values:
    """Make the row of an activity from its sessions."""
    t, planned = context.t, [session.planned for session in line]
    activity, code = planned[0].activity, assessment.country.alpha_2
    return {
        "col.activity": Words(text=get_activity_title(activity, context), after=activity, style=Style.STRONG),
        "col.answers": _list_answered(planned, needs, context) or DASH,
        "col.when": t.months(min(session.start for session in planned), max(session.end for session in planned)),
        "col.language": _join(session.language for session in planned),
        "col.place": _join(session.place for session in line),
        "#col.seats": sum(session.seats[code] for session in planned),
        "col.conditions": _join(name for session in line for name in _list_conditions(session, assessment)),
    }


def _join(names: Iterable[str]) -> str | None:
    """Return different names with commas; None without any."""
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _list_answered(planned: Sequence[PlannedActivity], needs: Iterable[Need], context: ReportContext) -> str:
    """Return the first capacities whose needs an activity addresses."""
    addressed = {name for session in planned for name in session.addresses}
    catalogue = context.dossier.catalogue
    if not addressed and catalogue is not None:  # a plan of an earlier round: current effects
        helps = {name for one in catalogue.activities if one.id == planned[0].activity for name in one.helps}
        addressed = {need.id for need in needs if helps.intersection(need.criteria or need.capacities)}
    ids = [*dict.fromkeys(name for need in needs if need.id in addressed for name in need.capacities or (need.id,))]
    listed = ", ".join(ids[:_IDS])
    return context.t("and_more", listed=listed, count=len(ids) - _IDS) if len(ids) > _IDS else listed


def _list_unplaced_needs(needs: Iterable[Need], plan: Plan, context: ReportContext) -> list[Block]:
    t = context.t
    reasons = {
        need.id: explain_left_out(plan, need.id, t, context.activity_titles)
        for need in needs
        if need.id in plan.left_out
    }
    points = [
        Paragraph(strong=t.label(t.text(need.statement)), text=reasons[need.id]) for need in needs if need.id in reasons
    ]
    if not points:
        return []
    left = len(points) - _NEEDS
    more = [Paragraph(text=t("plan.more_left_out", count=left))] if left > 0 else []
    strong = Paragraph(strong=t("activities.not_placed", count=len(points)), text="")
    return [strong, Bullets(points=[*points[:_NEEDS], *more])]


def _make_advice_figure(advice: Iterable[Recommendation], context: ReportContext) -> Figure:
    t = context.t
    rows: list[Values] = [
        {
            "col.advice": Words(text=t.text(recommendation.text), after=", ".join(recommendation.needs)),
            "col.owner": recommendation.owner or DASH,
            "col.due": t.month(recommendation.due) if recommendation.due is not None else DASH,
            "col.status": t(f"advice.{recommendation.status.name.lower()}"),
            "col.reply": context.own_words(recommendation.answer) or DASH,
        }
        for recommendation in advice
    ]
    return context.table("advice", rows, caption=t("caption.advice"))


def build_view_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on a country's view of its results.

    Corrections are printed in the country's own words, each proposal with the team's decision. Computed results are not
    overwritten. The result is None if the country has no corrections.
    """
    proposals = [
        _make_dissent(proposal, context)
        for proposal in context.dossier.proposals
        if proposal.country == assessment.country and proposal.decision is not Decision.REJECTED
    ]
    dissents, state = [*assessment.dissents, *proposals], describe_state(assessment, context)
    if not dissents:
        return None
    if not context.disclosure.sources:
        return context.section("view", 450, lead=f"{state} {context.t('view.counted', count=len(dissents))}")
    rows = [_make_dissent_row(dissent, context) for dissent in dissents]
    figure = context.table("view", rows, caption=context.t("caption.view"))
    return context.section("view", 450, figure, lead=state)


def describe_state(assessment: Assessment, context: ReportContext) -> str:
    """Describe the state of an assessment: author, date, deadline, successor."""
    t, record = context.t, assessment.standing
    state = t(f"state.{assessment.state.name.lower()}")
    if record is None:
        return t("view.state", state=state)
    by = ", ".join(part for part in (context.respondent(record.by), t.date(record.date)) if part)
    parts = [t("view.state.by", state=state, by=by) if by else t("view.state", state=state)]
    if record.deadline is not None:
        parts.append(t("view.deadline", date=t.date(record.deadline)))
    if record.successor:
        parts.append(t("view.successor", name=context.round_title(record.successor)))
    return " ".join(parts)


def _make_dissent(proposal: Proposal, context: ReportContext) -> Dissent:
    """Return a proposal as a printed dissent."""
    accepted = proposal.decision is Decision.ACCEPTED
    return Dissent(
        target=proposal.target,
        statement=" ".join(part for part in (proposal.proposed, proposal.comment, proposal.evidence) if part) or "–",
        by=proposal.by,
        date=proposal.date,
        answer=context.t("view.accepted", reason=proposal.reason) if accepted else context.t("view.open"),
    )


def _make_dissent_row(dissent: Dissent, context: ReportContext) -> Values:
    t, framework, target = context.t, context.framework, dissent.target
    criterion = framework.criteria.get(target)
    title = framework[target].title if target in framework else None
    text = title if criterion is None else criterion.text
    by = ", ".join(part for part in (context.respondent(dissent.by), t.date(dissent.date)) if part)
    return {
        "col.about": Words(text=t.text(text) or target, after=target if text is not None else ""),
        "col.statement": context.quoted(dissent.statement),
        "col.by": by or DASH,
        "reply=col.team_reply": context.own_words(dissent.answer) or DASH,
    }
