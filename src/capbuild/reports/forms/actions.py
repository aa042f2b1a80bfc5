"""Action plans as sheets to fill in, and as calendar."""

from collections.abc import Iterator, Mapping

from attrs import evolve

from capbuild.advice import Action, ActionPlan
from capbuild.disclosure import disclose
from capbuild.disclosure.currency import convert_context
from capbuild.errors import WriteError
from capbuild.escaping import format_csv
from capbuild.model import Assessment, AssessmentSet, Recommendation, RecommendationStatus
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.context import ReportContext, make_report_context
from capbuild.reports.forms.decisions import DecisionForm, compute_digest
from capbuild.reports.i18n import Translator
from capbuild.reports.icalendar import Event, format_calendar
from capbuild.reports.kinds.action_plan import check_sources, describe_action, make_plan_of_actions

#: Columns of the table `actions.csv`.
ACTION_COLUMNS = (
    "id", "country", "target", "action", "owner", "due", "cost", "currency", "payer", "status", "round", "closed",
    "note",
)  # fmt: skip
#: Columns of the sheet: the table, then computed columns; the last one has the row's state when it was written.
ACTION_FORM_COLUMNS = (*ACTION_COLUMNS, "activities", "share", "share_currency", "planned", "check", "digest")


def list_status_words(t: Translator) -> dict[str, RecommendationStatus]:
    """Return the words for an action's status, by language."""
    return {t(f"advice.{status.name.lower()}"): status for status in RecommendationStatus}


def make_action_cells(action: Action) -> dict[str, str]:
    """Return the editable cells of an action."""
    return {
        "owner": action.owner,
        "due": "" if action.proposed or action.due is None else action.due.isoformat(),
        "cost": "" if action.cost is None else f"{action.cost.amount:f}",
        "currency": "" if action.cost is None else action.cost.currency,
        "payer": action.payer,
        "status": action.status.value,
        "closed": "" if action.closed is None else action.closed.isoformat(),
        "note": action.answer,
    }


def digest_cells(cells: Mapping[str, str]) -> str:
    """Return a digest of filled-in cells, to detect later changes."""
    return compute_digest(*(f"{name}={cells[name]}" for name in sorted(cells)))


def _make_rows(
    plan: ActionPlan, assessment: Assessment, context: ReportContext, records: Mapping[str, Recommendation]
) -> Iterator[tuple[str, ...]]:
    t, writer = context.t, context.writer(assessment)
    for action in plan:
        recorded = records.get(action.id)
        # In the currency and the words of the table.
        cells = make_action_cells(evolve(action, cost=None if recorded is None else recorded.cost))
        text = "" if recorded is None else recorded.text.source
        shown = {
            **cells,
            "id": action.id,
            "country": plan.country.name,
            "target": action.target,
            "action": describe_action(action, writer, context, assessment),
            "status": t(f"advice.{action.status.name.lower()}"),
            "round": action.round,
            "activities": "; ".join(action.activities),
            "share": "" if action.share is None else f"{action.share.amount:f}",
            "share_currency": "" if action.share is None else action.share.currency,
            "planned": action.due.isoformat() if action.proposed and action.due is not None else "",
            "check": "" if action.check is None else t(f"actions.check.{action.check.name.lower()}"),
            "digest": f"{digest_cells(cells)}.{compute_digest(text)}",
        }
        yield tuple(shown[name] for name in ACTION_FORM_COLUMNS)


def _list_plans(
    subject: AssessmentSet | Assessment, context: RenderContext
) -> tuple[ReportContext, list[tuple[Assessment, ActionPlan]]]:
    """Return the action plans that an audience may see.

    Amounts are converted to the currency of the reports.
    """
    if isinstance(subject, AssessmentSet) and context.country:
        assessment = subject.get(context.country)
        if assessment is None:
            remedy = "pass the assessment of the country, or leave out the audience"
            raise WriteError(f"no assessment of {context.country!r} may be shown", code="CB731", remedy=remedy)
        subject = assessment
    shown, render_context = disclose(subject, convert_context(context))
    report_context = make_report_context(shown, render_context)
    check_sources(report_context)
    assessments = [shown] if isinstance(shown, Assessment) else list(shown)
    return report_context, [
        (assessment, make_plan_of_actions(assessment, report_context)) for assessment in assessments
    ]


def make_action_form(subject: AssessmentSet | Assessment, context: RenderContext) -> DecisionForm:
    """Make the sheet of actions to fill in.

    It has the actions of the context's country, or of all countries.

    Args:
        subject: A round, or one country's assessment.
        context: Language; audience; the dossier with recorded actions and the plan; the country, for those of one.

    Raises:
        WriteError: The audience is neither the country nor the team. Code CB703.
    """
    report_context, plans = _list_plans(subject, context)
    t, records = (
        report_context.t,
        {recommendation.id: recommendation for recommendation in context.dossier.recommendations},
    )
    return DecisionForm(
        title=t("kind.actions"),
        notice=t("invented") if report_context.invented else "",
        lead=t("actions.how"),
        header=[t(f"actions.head.{name}") for name in ACTION_FORM_COLUMNS],
        choices=list(list_status_words(t)),
        rows=[row for assessment, plan in plans for row in _make_rows(plan, assessment, report_context, records)],
    )


def write_csv(subject: AssessmentSet, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Write the actions as CSV.

    If the data is invented, every row has a notice.
    """
    form = make_action_form(subject, context)
    # Invented data is marked in each row: a line above the header would keep other software from reading the table.
    name, notice = ([cell] if form.notice else [] for cell in ("notice", form.notice))
    yield format_csv([[*ACTION_FORM_COLUMNS, *name], *([*row, *notice] for row in form.rows)])


def write_calendar(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Write the due dates of open actions as iCalendar."""
    report_context, plans = _list_plans(subject, context)
    t = report_context.t
    events = []
    for assessment, plan in plans:
        writer, country = report_context.writer(assessment), report_context.name(assessment.country)
        for action in plan:
            if action.due is None or action.status.is_closed:
                continue
            notes = [t("invented")] if report_context.invented else []
            notes += [f"{t.label(t('col.owner'))} {action.owner or t('actions.nobody')}"]
            notes += [t("message.proposed", date=t.date(action.due))] if action.proposed else []
            text = describe_action(action, writer, report_context, assessment)
            events.append(
                Event(
                    uid=action.id,
                    start=action.due,
                    end=action.due,
                    summary=f"{country}: {text}",
                    notes=[*notes, action.target, ", ".join(action.activities)],
                )
            )
    programme = report_context.programme
    owner = programme.id if programme is not None else "actions"
    stamp = subject.round.reference_date
    title = t("kind.actions")
    if isinstance(subject, Assessment):
        title = t.labelled(title, report_context.name(subject.country))
    if report_context.invented:  # also where no action has a day
        title = f"{title} ({t('invented')})"
    yield format_calendar(events, title=title, owner=owner, stamp=stamp)
