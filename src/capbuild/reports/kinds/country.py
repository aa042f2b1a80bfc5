"""The country profile: what stands out, what to do first, levels, needs and change."""

from attrs import evolve

from capbuild.advice import Advice, MessageKind
from capbuild.model import Assessment, AssessmentSet, Country
from capbuild.reports.context import ReportContext
from capbuild.reports.kinds.country_brief import (
    build_advice_section,
    build_open_section,
    build_strip_section,
    make_advice_facts,
    make_advice_lists,
)
from capbuild.reports.model import (
    Bullets,
    Fact,
    List,
    ListItem,
    Paragraph,
    Report,
    ReportKind,
    ReportSection,
)
from capbuild.reports.sections.activities import build_activities_section, build_view_section
from capbuild.reports.sections.changes import build_country_change_section, build_series_section
from capbuild.reports.sections.country import build_levels_section, build_sources_section, build_steps_section
from capbuild.reports.sections.external import build_country_external_section
from capbuild.reports.sections.method import build_method_section
from capbuild.reports.sections.missing import build_missing_data_section
from capbuild.reports.sections.networks import build_contacts_section
from capbuild.reports.sections.summary import (
    has_levels,
    make_country_facts,
    make_total_fact,
    make_visit_fact,
    write_country_lead,
)
from capbuild.reports.sections.uncertainty import build_uncertainty_section

__all__ = ["build_country_report", "build_unanswered_report"]

#: Entries of each list of figures.
_LISTED = 3


def build_country_report(assessment: Assessment, context: ReportContext) -> Report:
    """Return the profile of a country."""
    advice = context.advise(assessment)
    sections = [
        section
        for section in (
            _build_standout_section(assessment, advice, context),
            build_advice_section(assessment, advice, context),
            build_levels_section(assessment, context),
            build_steps_section(assessment, advice, context),
            build_open_section(assessment, advice, context, whole=True),
            build_sources_section(assessment, context),
            build_country_change_section(assessment, context),
            build_series_section(context, [assessment.country.alpha_2]),
            None if advice else build_uncertainty_section(assessment, context),
            build_view_section(assessment, context),
            build_activities_section(assessment, context),
            build_country_external_section(assessment, context),
            build_contacts_section(assessment, context),
            build_missing_data_section(assessment, context),
            build_method_section(assessment, context),
        )
        if section is not None
    ]
    page = context.report(assessment, ReportKind.COUNTRY, assessment.country.alpha_2, sections)
    lead = advice.of(MessageKind.LEAD, MessageKind.UNSETTLED)
    return evolve(
        page,
        title=context.name(assessment.country),
        lead=context.writer(assessment).sentence(lead[0]) if lead else write_country_lead(assessment, context),
        facts=_make_facts(assessment, advice, context),
        lists=make_advice_lists(assessment, advice, context) if lead else _make_value_lists(assessment, context),
        lists_last=bool(lead),
    )


def build_unanswered_report(country: Country, subject: AssessmentSet, context: ReportContext) -> Report:
    """Build the page of a country without usable answers.

    Four sentences, no level, not even a range.
    """
    say, why = context.say, context.unusable.get(country.alpha_2)
    if why is None:
        title, known, after = say("silent.title"), say("silent.known"), say("silent.next")
    else:
        title, after = say("unusable.title"), say("unusable.next")
        known = say("unusable.known", reason=say(f"unusable.{why.name.lower()}"))
    sentences = " ".join((known, say("silent.assumed"), say("silent.level"), after))
    section = ReportSection(id="silent", order=100, title=title, blocks=[Paragraph(text=sentences)])
    page = context.report(subject, ReportKind.SILENT, country.alpha_2, [section])
    return evolve(page, title=context.name(country))


def _make_facts(assessment: Assessment, advice: Advice, context: ReportContext) -> list[Fact]:
    facts = make_advice_facts(advice, context)
    if not facts:
        return make_country_facts(assessment, context)
    return [*make_total_fact(assessment, context), *facts, make_visit_fact(assessment, context)]


def _build_standout_section(assessment: Assessment, advice: Advice, context: ReportContext) -> ReportSection | None:
    """Build "What stands out": all levels in a row, and a finding for each dimension."""
    strip = build_strip_section(assessment, context) if advice else None
    if strip is None:
        return None
    say, writer = context.say, context.writer(assessment)
    points = [
        Paragraph(strong=say.label(context.marks.title(context.framework[one.capacity])), text=writer.sentence(one))
        for one in advice.of(MessageKind.DIMENSION)
    ]
    blocks = (*strip.blocks, *([Bullets(points=points)] if points else []))
    return evolve(strip, id="story", order=50, title=say("story.title"), blocks=blocks)


def _make_value_lists(assessment: Assessment, context: ReportContext) -> list[List]:
    """Make the lists of the highest and lowest figures; none of levels without a target."""
    if has_levels(assessment):
        return []
    say, marks = context.say, context.marks
    scores = sorted((s for s in assessment.indicators if s.value is not None), key=lambda s: -(s.value or 0.0))
    chosen = min(_LISTED, len(scores) // 2)
    return [
        List(
            title=title,
            items=[
                ListItem(title=marks.title(one.capacity), detail=f"{one.capacity.id}, {marks.result(one)}")
                for one in ends[:chosen]
            ],
            empty=say("list.no_figure"),
        )
        for title, ends in ((say("list.highest"), scores), (say("list.lowest"), scores[::-1]))
    ]
