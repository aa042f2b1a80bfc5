"""Sections on a country's activities and its view."""

from collections.abc import Iterable
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
    Proposal,
    Recommendation,
)
from capbuild.reports.cells import Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Block, Bullets, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.reports.plan_text import explain_left_out
from capbuild.reports.sections.calendar import Session, get_activity_title, list_sessions

#: Modes with a name in the language of the report; others are printed as they were written.
_MODES = ("classroom", "online", "blended")


def _build_content_figure(names: Iterable[str], context: ReportContext) -> Figure | None:
    """Build the table of activity descriptions.

    None if the catalogue has only their titles.

    Args:
        names: Ids of the activities, in the order of the table.
        context: Language, audience and the dossier with the catalogue.
    """
    catalogue = context.dossier.catalogue
    if catalogue is None:
        return None
    activities = {activity.id: activity for activity in catalogue.activities}
    every = [activities[name] for name in dict.fromkeys(names) if name in activities]
    told = [activity for activity in every if activity.objective.source or activity.assessment.source]
    if not told:
        return None
    shown, left = told[:_DETAILED], [activity.id for activity in every if activity not in told[:_DETAILED]]
    say, costs = context.say, context.disclosure.costs
    return Figure(
        id="plan-activities",
        columns=[
            *context.columns(
                ("activity", "activity.objective"), "activity.form", "activity.before", "activity.checked"
            ),
            *([Column(id="seat", title=say("activity.seat"), number=True)] if costs else []),
        ],
        groups=[RowGroup(rows=[_make_row(activity, catalogue, context) for activity in shown])],
        caption=" ".join([say("caption.plan.about"), *([f"+ {context.list_activities(left, 0)}."] if left else [])]),
    )


def _make_row(one: Activity, catalogue: Catalogue, context: ReportContext) -> Row:
    say = context.say
    cells: list[Cell] = [
        Lines(
            lines=[
                Words(text=say.text(one.title), after=one.id, style=Style.STRONG),
                *([Words(text=say.text(one.objective))] if one.objective.source else []),
            ]
        ),
        Words(text=describe_form(one, context)),
        Words(text=_describe_conditions(one, catalogue, context) or "–"),
        Words(text=say.text(one.assessment) or "–"),
    ]
    return Row(cells=[*cells, *([Words(text=_describe_seat(one, context) or "–")] if context.disclosure.costs else [])])


def describe_content(one: Activity, catalogue: Catalogue, context: ReportContext) -> list[str]:
    """Return the content of an activity as sentences."""
    say = context.say
    titles = {competence.id: say.lowered(say.text(competence.title)) for competence in catalogue.competences}
    raised = [
        say("activity.raises.one", title=titles.get(name, name), level=level) for name, level in one.competences.items()
    ]
    return [
        *([f"{say.text(one.objective)}."] if one.objective.source else []),
        *([say("activity.topics", list=say.text(one.syllabus))] if one.syllabus.source else []),
        *([say("activity.raises", list=say.clauses(*raised))] if raised else []),
        *(
            [f"{say.labelled(say('activity.checked'), say.lowered(say.text(one.assessment)))}."]
            if one.assessment.source
            else []
        ),
    ]


def describe_form(one: Activity, context: ReportContext) -> str:
    """Return mode, days and providers of an activity.

    An example is "in person, 5 days; university".
    """
    say = context.say
    mode = say(f"activity.mode.{one.mode}") if one.mode in _MODES else one.mode
    # An activity without days that is not online, such as equipment, has no form of delivery.
    form = [mode, say("count.days", count=ceil(one.days))] if one.days else [mode] if one.mode == "online" else []
    return say.clauses(", ".join(form), *(say(f"activity.provider.{kind.name.lower()}") for kind in one.providers))


def _describe_conditions(activity: Activity, catalogue: Catalogue, context: ReportContext) -> str:
    say, note = context.say, catalogue.notes.get(activity.id)
    first = [*activity.prerequisites, *activity.one_of, *activity.requires]
    return " ".join(
        [
            *([say("activity.first", list=", ".join(first))] if first else []),
            *([say.text(note)] if note is not None else []),
        ]
    )


def _describe_seat(activity: Activity, context: ReportContext) -> str:
    say, home, abroad = context.say, activity.cost_per_seat(), activity.cost_per_seat(abroad=True)
    if home is None or abroad is None:
        return ""
    texts = [say.money(money) for money in (home, abroad)]
    return texts[0] if home == abroad else say.clauses(texts[0], say("activity.seat.abroad", amount=texts[1]))


#: Limits of ids in a cell, of activities listed, of activities described, and of needs listed.
_IDS, _ACTIVITIES, _DETAILED, _NEEDS = 6, 7, 3, 2


def _find_needs(code: str, context: ReportContext) -> list[Need]:
    needs = context.dossier.needs
    return [need for need in needs if any(one.alpha_2 == code for one in need.countries)] if needs is not None else []


def _find_sessions(assessment: Assessment, context: ReportContext) -> list[Session]:
    """Return the future sessions of a country.

    They end after the reference date of its results.
    """
    plan, code, day = context.dossier.plan, assessment.country.alpha_2, assessment.round.reference_date
    every = list_sessions(plan, context) if plan is not None else []
    return [session for session in every if code in session.planned.seats and session.planned.end >= day]


def build_activities_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on activities planned for a country.

    None if nothing is planned or recommended.

    Seats of one country are between it and the team: with them, anybody could take them from a session's total.
    """
    code, say = assessment.country.alpha_2, context.say
    plan, needs = context.dossier.plan, _find_needs(code, context)
    advice = [one for one in context.dossier.recommendations if set(one.needs) & {need.id for need in needs}]
    if plan is None and not advice:
        return None
    if not context.disclosure.sources:
        return None
    sessions = _find_sessions(assessment, context)
    blocks: list[Block] = []
    if sessions:
        blocks.append(_make_figure(assessment, sessions, needs, context))
        names = list(dict.fromkeys(session.planned.activity for session in sessions))
        about = _build_content_figure(names, context)
        blocks += [about] if about is not None else []
    if plan is not None:
        blocks += _list_unplaced_needs(needs, plan, context)
    if advice:
        blocks.append(_make_advice_figure(advice, context))
    lead = say("activities.lead") if sessions else say("activities.none") if plan is not None else ""
    return ReportSection(id="activities", order=500, title=say("activities.title"), lead=lead, blocks=blocks)


def _make_figure(assessment: Assessment, sessions: list[Session], needs: list[Need], context: ReportContext) -> Figure:
    """Make the table of activities."""
    say = context.say
    lines: dict[str, list[Session]] = {}
    for session in sessions:
        lines.setdefault(session.planned.activity, []).append(session)
    shown, left = list(lines.values())[:_ACTIVITIES], list(lines)[_ACTIVITIES:]
    waits = any(_list_conditions(session, assessment) for session in sessions)
    accepted = assessment.state in (AssessmentState.AGREED, AssessmentState.PUBLISHED)
    caption = say("caption.activities.agreed" if accepted else "caption.activities")
    return Figure(
        id="activities",
        columns=[
            *context.columns(
                "col.activity", "col.answers", "col.when", "col.language", "col.place", "col.seats", numbers=("seats",)
            ),
            *([Column(id="conditions", title=say("col.conditions"))] if waits else []),
        ],
        groups=[RowGroup(rows=[_make_line_row(one, assessment, needs, context, waits) for one in shown])],
        caption=" ".join([caption, *([f"+ {context.list_activities(left, _DETAILED)}."] if left else [])]),
    )


def _list_conditions(session: Session, assessment: Assessment) -> list[str]:
    """Return the conditions of a session.

    They are criteria or capacities that a new finding must confirm before it.
    """
    pairs = (condition.rsplit(" ", 1) for condition in session.planned.conditions)
    return [name for name, code in pairs if code == assessment.country.alpha_2]


def _make_line_row(
    line: list[Session], assessment: Assessment, needs: list[Need], context: ReportContext, waits: bool
) -> Row:
    """Make the row of an activity from its sessions."""
    say, planned = context.say, [session.planned for session in line]
    addressed = {name for session in planned for name in session.addresses}
    if not addressed and context.dossier.catalogue is not None:  # a plan of an earlier round: current effects
        helps = {
            name for one in context.dossier.catalogue.activities if one.id == planned[0].activity for name in one.helps
        }
        addressed = {need.id for need in needs if helps.intersection(need.criteria or need.capacities)}
    ids = dict.fromkeys(name for need in needs if need.id in addressed for name in (need.capacities or (need.id,)))
    listed = ", ".join(list(ids)[:_IDS])
    if len(ids) > _IDS:
        listed = say("and_more", listed=listed, count=len(ids) - _IDS)
    activity, code = planned[0].activity, assessment.country.alpha_2
    conditions = dict.fromkeys(name for session in line for name in _list_conditions(session, assessment))
    cells = [
        Words(text=get_activity_title(activity, context), after=activity, style=Style.STRONG),
        Words(text=listed or "–"),
        Words(text=say.months(min(session.start for session in planned), max(session.end for session in planned))),
        Words(text=", ".join(dict.fromkeys(session.language for session in planned if session.language)) or "–"),
        Words(text=", ".join(dict.fromkeys(session.place for session in line if session.place)) or "–"),
        Words(text=say.number(sum(session.seats[code] for session in planned))),
    ]
    return Row(cells=[*cells, *([Words(text=", ".join(conditions) or "–")] if waits else [])])


def _list_unplaced_needs(needs: Iterable[Need], plan: Plan, context: ReportContext) -> list[Block]:
    say = context.say
    reasons = {
        need.id: explain_left_out(plan, need.id, say, context.activity_titles)
        for need in needs
        if need.id in plan.left_out
    }
    points = [
        Paragraph(strong=say.label(say.text(need.statement)), text=reasons[need.id])
        for need in needs
        if need.id in reasons
    ]
    if not points:
        return []
    left = len(points) - _NEEDS
    more = [Paragraph(text=say("plan.more_left_out", count=left))] if left > 0 else []
    strong = Paragraph(strong=say("activities.not_placed", count=len(points)), text="")
    return [strong, Bullets(points=[*points[:_NEEDS], *more])]


def _make_advice_figure(advice: Iterable[Recommendation], context: ReportContext) -> Figure:
    say = context.say
    rows = []
    for recommendation in advice:
        answer = context.own_words(recommendation.answer)
        cells: list[Cell] = [
            Words(text=say.text(recommendation.text), after=", ".join(recommendation.needs)),
            Words(text=recommendation.owner or "–"),
            Words(text=say.month(recommendation.due) if recommendation.due is not None else "–"),
            Words(text=say(f"advice.{recommendation.status.name.lower()}")),
            answer,
        ]
        rows.append(Row(cells=cells))
    return Figure(
        id="advice",
        columns=context.columns("col.advice", "col.owner", "col.due", "col.status", "col.reply"),
        groups=[RowGroup(rows=rows)],
        caption=say("caption.advice"),
    )


def build_view_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on a country's view of its results.

    Corrections are printed in its own words. None without any.

    Computed results are not overwritten: each proposal is shown with the team's decision.
    """
    proposals = [
        proposal
        for proposal in context.dossier.proposals
        if proposal.country == assessment.country and proposal.decision is not Decision.REJECTED
    ]
    if not assessment.dissents and not proposals:
        return None
    say, state = context.say, describe_state(assessment, context)
    if not context.disclosure.sources:
        count = len(assessment.dissents) + len(proposals)
        lead = f"{state} {say('view.counted', count=count)}"
        return ReportSection(id="view", order=450, title=say("view.title"), lead=lead)
    figure = Figure(
        id="view",
        columns=context.columns("col.about", "col.statement", "col.by", ("reply", "col.team_reply")),
        groups=[
            RowGroup(
                rows=[
                    *(_make_dissent_row(dissent, context) for dissent in assessment.dissents),
                    *(_make_dissent_row(_make_dissent(proposal, context), context) for proposal in proposals),
                ]
            )
        ],
        caption=say("caption.view"),
    )
    return ReportSection(id="view", order=450, title=say("view.title"), lead=state, blocks=[figure])


def describe_state(assessment: Assessment, context: ReportContext) -> str:
    """Describe the state of an assessment: author, date, deadline, successor."""
    say, record = context.say, assessment.standing
    state = say(f"state.{assessment.state.name.lower()}")
    if record is None:
        return say("view.state", state=state)
    by = ", ".join(part for part in (context.respondent(record.by), say.date(record.date)) if part)
    parts = [say("view.state.by", state=state, by=by) if by else say("view.state", state=state)]
    if record.deadline is not None:
        parts.append(say("view.deadline", date=say.date(record.deadline)))
    if record.successor:
        parts.append(say("view.successor", name=context.round_title(record.successor)))
    return " ".join(parts)


def _make_dissent(proposal: Proposal, context: ReportContext) -> Dissent:
    """Return a proposal as a printed dissent."""
    accepted = proposal.decision is Decision.ACCEPTED
    return Dissent(
        target=proposal.target,
        statement=" ".join(part for part in (proposal.proposed, proposal.comment, proposal.evidence) if part) or "–",
        by=proposal.by,
        date=proposal.date,
        answer=context.say("view.accepted", reason=proposal.reason) if accepted else context.say("view.open"),
    )


def _make_dissent_row(dissent: Dissent, context: ReportContext) -> Row:
    say, framework = context.say, context.framework
    criterion = framework.criteria.get(dissent.target)
    text = (
        criterion.text
        if criterion is not None
        else framework[dissent.target].title
        if dissent.target in framework
        else None
    )
    by = ", ".join(part for part in (context.respondent(dissent.by), say.date(dissent.date)) if part)
    return Row(
        cells=[
            Words(text=say.text(text) or dissent.target, after=dissent.target if text is not None else ""),
            context.quoted(dissent.statement),
            Words(text=by or "–"),
            context.own_words(dissent.answer),
        ]
    )
