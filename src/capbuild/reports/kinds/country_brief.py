"""Country brief: one page that takes five minutes to read."""

from capbuild.advice import MessageKind
from capbuild.model import Assessment
from capbuild.reports.context import ReportContext
from capbuild.reports.model import (
    Report,
    ReportKind,
)
from capbuild.reports.sections.advice import (
    build_action_sections,
    build_open_section,
    make_advice_facts,
    make_advice_lists,
    make_strips,
)
from capbuild.reports.sections.summary import make_total_fact


def build_country_brief(assessment: Assessment, context: ReportContext) -> Report:
    """Return the one-page brief of a country."""
    t, advice, strips = context.t, context.advise(assessment), make_strips(assessment, context, weighted=True)
    sections = (
        context.section("strip", 100, *strips, title=t("country_brief.levels")) if strips else None,
        None if assessment.visited else build_open_section(assessment, advice, context),
        *build_action_sections(assessment, advice, context),
    )
    writer = context.writer(assessment)
    lead = " ".join(map(writer.sentence, advice.of(MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.CHANGE)))
    return context.report(
        assessment,
        ReportKind.COUNTRY_BRIEF,
        assessment.country.alpha_2,
        sections,
        title=context.name(assessment.country),
        subtitle=_write_subtitle(assessment, context),
        lead=lead or t("message.unanswered", country=context.name(assessment.country)),
        facts=[*make_total_fact(assessment, context), *make_advice_facts(advice, context)],
        lists=make_advice_lists(assessment, advice, context),
        numbered=False,
        lists_last=True,
    )


def _write_subtitle(assessment: Assessment, context: ReportContext) -> str:
    """Write the round, evidence date and review status."""
    t, standing = context.t, assessment.standing
    day = assessment.round.reference_date
    subtitle = t("country_brief.subtitle", round=t.text(assessment.round.title), date=t.date(day))
    state = t.raised(t(f"state.{assessment.state.name.lower()}"))
    since = t.date(standing.date) if standing is not None and standing.date is not None else ""
    return f"{subtitle} {t.listed(state, since)}."
