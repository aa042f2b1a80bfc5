"""Donor report: period, results, activities and money."""

import datetime
from collections.abc import Sequence

from attrs import evolve, frozen

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Evaluation, Missing, Programme, Round
from capbuild.reports.cells import DASH, Style, Words
from capbuild.reports.context import ReportContext, Value, Values
from capbuild.reports.model import Bullets, Fact, Paragraph, Report, ReportKind, ReportSection
from capbuild.reports.sections.budget import LineExecution, build_budget_section, make_budget_lines
from capbuild.reports.sections.calendar import get_activity_title
from capbuild.reports.sections.deliveries import (
    PeriodActivity,
    build_deliveries_section,
    can_show_people,
    can_show_women,
    list_activities,
)
from capbuild.reports.sections.method import build_method_section
from capbuild.reports.sections.results_framework import (
    ResultLine,
    build_results_section,
    describe_state,
    make_result_lines,
)
from capbuild.tracking.training_levels import LevelResult, level_results, months_after

#: Confidence level of the intervals of changes.
_CONFIDENCE = 0.9

#: Days of a month, for moments such as `6 months`.
_MONTH = 365.25 / 12

#: Days of a year, for counting the years of a programme.
_YEAR = 365.25


@frozen(kw_only=True)
class _DonorData:
    """Data of a donor report.

    Attributes:
        programme: The programme.
        start: First day of the period.
        end: Last day.
        activities: Activities of the period.
        lines: Budget lines.
    """

    programme: Programme
    start: datetime.date
    end: datetime.date
    activities: Sequence[PeriodActivity]
    lines: Sequence[LineExecution]


def check_donor(subject: AssessmentSet, context: ReportContext) -> None:
    """Refuse a donor report without results, activities or money.

    Raises:
        WriteError: Code CB732.
    """
    if context.programme is not None:
        build_period_sections(_collect_data(context.programme, subject, context), context)


def build_donor_report(subject: AssessmentSet, context: ReportContext) -> Report:
    """Build the programme report for the context's period.

    Without a period, the report covers the programme from its first phase to the reference date of the round.

    Raises:
        WriteError: There is no programme, or it has neither results nor budget nor activities (code CB732).
    """
    programme = context.programme
    if programme is None:
        raise WriteError("a donor report needs a programme", code="CB732", remedy="pass programme=workspace.programme")
    account = _collect_data(programme, subject, context)
    sections = (
        *build_period_sections(account, context),
        _build_deviations_section(account, context),
        _build_documents_section(account, context),
        build_method_section(subject, context),
    )
    return context.report(
        subject,
        ReportKind.DONOR,
        "programme",
        sections,
        title=context.t("donor.title"),
        subtitle=_write_subtitle(account, context),
        lead=_write_lead(account, context),
        facts=_make_facts(account, context),
    )


def build_period_sections(account: _DonorData, context: ReportContext) -> list[ReportSection]:
    """Build the sections on results, activities and money.

    Raises:
        WriteError: There is nothing of the three (code CB732).
    """
    report_sections = (
        build_results_section(account.programme, account.end, context),
        build_deliveries_section(account.activities, context),
        _build_evaluation_section(account.activities, account.end, context),
        build_budget_section(account.lines, context),
    )
    sections = [section for section in report_sections if section is not None]
    if sections and (words := context.hidden_words()):
        unnamed = Paragraph(text=" ".join(words), note=True)
        sections[0] = evolve(sections[0], blocks=[*sections[0].blocks, unnamed])
    if not sections:
        start, end = account.start, account.end
        raise WriteError(
            f"no results, budget or activities to report between {start} and {end}",
            code="CB732",
            remedy="fill in results.toml, budget.csv or training/deliveries.csv for these days",
        )
    return sections


def _collect_data(programme: Programme, subject: AssessmentSet, context: ReportContext) -> _DonorData:
    start, end = find_programme_period(programme, subject.round)
    period = context.render_context.period
    first, last = period if period is not None else (start, subject.round.reference_date)
    return _DonorData(
        programme=programme,
        start=first,
        end=last,
        activities=list_activities(first, last, context),
        lines=make_budget_lines(context.dossier.budgets or programme.budgets, start, end, last),
    )


def find_programme_period(programme: Programme, round_: Round) -> tuple[datetime.date, datetime.date]:
    """Return first and last day of the phases, else round."""
    starts = [phase.start for phase in programme.phases] or [round_.start or round_.reference_date]
    ends = [phase.end for phase in programme.phases] or [round_.reference_date]
    return min(starts), max(ends)


def _write_subtitle(account: _DonorData, context: ReportContext) -> str:
    t, programme = context.t, account.programme
    parts = [t.raised(t("donor.period", start=t.date(account.start), end=t.date(account.end)))]
    start, end = min((p.start for p in programme.phases), default=account.start), account.end
    last = max((p.end for p in programme.phases), default=end)
    years = max(round((last - start).days / _YEAR), 1)
    if (account.end - account.start).days <= 366 and years > 1:
        year = min(int((account.end - start).days // _YEAR) + 1, years)
        parts.append(t("donor.year", year=year, total=years))
    currencies = sorted({line.line.amount.currency for line in account.lines})
    sums = f" {t('donor.sums', listed=t.joined(currencies))}" if currencies else ""
    return f"{', '.join(parts)}.{sums}"


def _list_result_lines(account: _DonorData, context: ReportContext) -> list[ResultLine]:
    results = context.dossier.results or account.programme.results
    return [line for result in results for line in make_result_lines(result, account.programme, account.end)]


def _count_people(account: _DonorData, context: ReportContext) -> tuple[int, int]:
    """Count filled and planned seats, as far as disclosed."""
    shown = [
        activity for activity in account.activities if activity.is_delivered and can_show_people(activity, context)
    ]
    return sum(len(activity.present) for activity in shown), sum(activity.seats or 0 for activity in shown)


def _write_lead(account: _DonorData, context: ReportContext) -> str:
    t = context.t
    parts = []
    aimed = [result_line for result_line in _list_result_lines(account, context) if result_line.to_go is not None]
    if aimed:
        parts.append(
            t("donor.lead.results", count=sum(not result_line.to_go for result_line in aimed), total=len(aimed))
        )
    if account.activities:
        delivered = sum(activity.is_delivered for activity in account.activities)
        parts.append(
            t("donor.lead.held", count=delivered, total=t("count.activities_planned", count=len(account.activities)))
        )
        filled, seats = _count_people(account, context)
        if seats:
            parts.append(t("donor.lead.seats", count=filled, total=t("count.seats", count=seats)))
    over = [line for line in account.lines if line.over]
    later = sum(not line.known for line in account.lines)
    if later:
        parts.append(t("donor.lead.later", count=later))
    elif account.lines and not over:
        under = sum(line.under for line in account.lines)
        parts.append(t("donor.lead.under", count=under) if under else t("donor.lead.within"))
    elif over:
        worst = max(over, key=lambda line: line.against_plan or 0)
        share = t.percent(float(worst.against_plan or 0))
        title = t.lowered(t.text(worst.line.title))
        parts.append(t("donor.lead.over", count=len(over), title=title, share=share))
    return " ".join(parts)


def _make_facts(account: _DonorData, context: ReportContext) -> list[Fact]:
    t = context.t
    facts = []
    if account.activities:
        delivered = t.number(sum(activity.is_delivered for activity in account.activities))
        facts.append(Fact(label=t("fact.held"), value=delivered, unit=t("of", total=len(account.activities))))
        filled, seats = _count_people(account, context)
        of = t("of", total=seats) if seats else ""
        facts.append(Fact(label=t("fact.filled"), value=t.number(filled), unit=of))
        women = [
            activity.women
            for activity in account.activities
            if activity.is_delivered and can_show_women(activity, context)
        ]
        facts.append(Fact(label=t("fact.women"), value=t.number(sum(women)) if women else "–"))
    for currency in sorted({line.line.amount.currency for line in account.lines})[:1]:
        mine = [line for line in account.lines if line.line.amount.currency == currency]
        known = all(line.known for line in mine)
        # Six facts are one line.
        keys = ("spent", "committed", "amount") if len(facts) <= 3 else ("spent", "amount")
        for key in keys if known else ("amount",):
            total = sum(getattr(line, key) for line in mine)
            facts.append(Fact(label=t(f"fact.money.{key}", currency=currency), value=t.amount(total)))
    return facts


def _build_deviations_section(account: _DonorData, context: ReportContext) -> ReportSection | None:
    """Build the section on deviations from plan."""
    t = context.t
    points = [
        Paragraph(strong=t.label(t.text(line.indicator.title)), text=f"{describe_state(line, context)}.")
        for line in _list_result_lines(account, context)
        if line.late
    ]
    for activity in account.activities:
        if activity.delivery is not None and activity.delivery.cancelled:
            text = t("changed.cancelled", month=t.month(activity.start, long=True))
            points.append(Paragraph(strong=get_activity_title(activity.activity, context), text=text))
        elif not activity.is_delivered and activity.session is not None and activity.session.planned.end <= account.end:
            title = get_activity_title(activity.activity, context)
            month = t.month(activity.start, long=True)
            new = t.month(activity.delivery.start, long=True) if activity.delivery is not None else ""
            text = t("changed.moved", month=month, new=new) if new else t("changed.not_held", month=month)
            points.append(Paragraph(strong=title, text=text))
    for line in account.lines:
        if line.over or line.under:
            share = t.percent(abs(float(line.against_plan or 0)))
            text = t("changed.over" if line.over else "changed.under", share=share)
            points.append(Paragraph(strong=t.text(line.line.title), text=text))
    if not points:
        return None
    return context.section("changed", 400, Bullets(points=points))


def _build_documents_section(account: _DonorData, context: ReportContext) -> ReportSection | None:
    """Build the section on documents published by the period's end."""
    rows: list[Values] = [
        {
            "documents.col.title": context.t.text(document.title),
            "documents.col.date": document.date,
            "documents.col.languages": ", ".join(document.languages) or None,
            "documents.col.url": Words(text=document.url, link=document.url),
        }
        for document in account.programme.documents
        if document.date is None or document.date <= account.end
    ]
    return context.section("documents", 450, context.table("documents", rows)) if rows else None


def _build_evaluation_section(
    every: Sequence[PeriodActivity], until: datetime.date, context: ReportContext
) -> ReportSection | None:
    """Build the section on the four evaluation levels.

    The result is None if nothing was measured.

    Args:
        every: Activities of the period.
        until: Last day of the period; later measurements are not shown.
        context: Language, audience and dossier.
    """
    if not context.dossier.evaluations or not any(activity.is_delivered for activity in every):
        return None
    t, least = context.t, context.disclosure.minimum_n
    present = [enrolment for activity in every if activity.is_delivered for enrolment in activity.present]
    measured, withheld = _list_measurements(every, until, context)
    minimum = 1 if context.disclosure.everything else least
    results = level_results(measured, present, minimum_n=minimum, level=_CONFIDENCE)
    rows = [_make_measurement_row(result, context) for result in results]
    caption = t("evaluation.caption", count=least, share=t.percent(_CONFIDENCE))
    note = Paragraph(text=t("evaluation.unnamed"), note=True) if withheld else None
    figure = context.table("evaluation", rows, caption=caption)
    return context.section("evaluation", 250, figure, note, lead=t("evaluation.lead"))


def _list_measurements(
    every: Sequence[PeriodActivity], until: datetime.date, context: ReportContext
) -> tuple[list[Evaluation], bool]:
    """Return measurements of delivered activities, and if some are withheld.

    The row of an activity whose measurements are withheld counts nobody, so it is kept only if nothing else was
    measured.
    """
    evaluations = []
    delivered = {
        activity.delivery.id: activity for activity in every if activity.is_delivered and activity.delivery is not None
    }
    for row in context.dossier.evaluations:
        activity = delivered.get(row.delivery)
        if activity is None or activity.delivery is None:
            continue
        then = activity.delivery.end + datetime.timedelta(days=max(months_after(row.moment), 0) * _MONTH)
        known = row.participant is None or row.participant in {person.participant for person in activity.present}
        if known and then <= until:
            evaluations.append(row)
    if context.disclosure.everything:
        return evaluations, False
    blank = [row for row in evaluations if row.value is Missing.CONFIDENTIAL]
    measured = {_get_measure(row) for row in evaluations if row not in blank}
    return [row for row in evaluations if row not in blank or _get_measure(row) not in measured], bool(blank)


def _get_measure(row: Evaluation) -> tuple[object, ...]:
    return row.level, row.instrument, row.maximum, row.moment


def _make_measurement_row(result: LevelResult, context: ReportContext) -> Values:
    t = context.t
    level = Words(text=t(f"evaluation.level.{result.level.value}"), style=Style.STRONG)
    numbers: list[Value] = [DASH] * 4
    if not result.moment:
        instrument, moment = Words(text=t("evaluation.not_measured"), style=Style.QUIET), None
    else:
        instrument, moment = _name_instrument(result.instrument, context), _name_moment(result.moment, context)
    if result.moment and result.small:
        numbers = [Words(text=t("withheld"), style=Style.QUIET)] * 4
    elif result.moment:
        asked = "" if result.asked is None else t("of", total=result.asked)
        top = "" if result.maximum is None else t("of", total=result.maximum)
        numbers = [
            Words(text=t.number(result.answers), after=asked),
            DASH if result.response_rate is None else t.percent(result.response_rate),
            DASH if result.mean is None else Words(text=t.decimal(result.mean), after=top),
            _make_change_cell(result, context),
        ]
    names = (f"#evaluation.col.{name}" for name in ("answers", "rate", "mean", "change"))
    return {
        "evaluation.col.level": level,
        "evaluation.col.instrument": instrument,
        "evaluation.col.moment": moment,
        **dict(zip(names, numbers, strict=True)),
    }


def _name_instrument(name: str, context: ReportContext) -> Words:
    """Return the name of an instrument."""
    known = context.t.known(name)
    return Words(text=known or "–", language="und" if known == name and name else "")


def _name_moment(moment: str, context: ReportContext) -> str:
    months = months_after(moment)
    if months > 0:
        return context.t("evaluation.moment.months", count=round(months))
    return context.t(f"evaluation.moment.{moment}") if moment in ("after", "before") else moment


def _make_change_cell(result: LevelResult, context: ReportContext) -> Words:
    t, change = context.t, result.change
    if change is None or change.difference is None or change.small:
        text = t("withheld") if change is not None and change.small and change.paired else "–"
        return Words(text=text, style=Style.QUIET)

    def signed(value: float) -> str:
        return f"{'+' if round(value, 1) > 0 else ''}{t.decimal(round(value, 1))}"

    if change.interval is None:
        return Words(text=signed(change.difference))
    low, high = signed(change.interval.lower), signed(change.interval.upper)
    return Words(
        text=t("evaluation.change", change=signed(change.difference), low=low, high=high),
        after=t("evaluation.noise") if change.within_noise else "",
    )
