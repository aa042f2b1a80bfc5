"""The country profile: answer, levels, gaps and sources."""

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet, Basis, Country, CriterionState, Score, SourceKind
from capbuild.reports.activities import build_activities_section, build_view_section
from capbuild.reports.changes import build_country_change_section, build_series_section
from capbuild.reports.context import ReportContext
from capbuild.reports.country_brief import build_advice_sections
from capbuild.reports.country_sections import (
    build_lacking_section,
    build_levels_section,
    build_sources_section,
    build_visit_section,
)
from capbuild.reports.evidence import build_evidence_section
from capbuild.reports.external import build_country_external_section
from capbuild.reports.method import build_method_section
from capbuild.reports.missing import build_missing_data_section
from capbuild.reports.model import List, ListItem, Paragraph, Report, ReportKind, ReportSection
from capbuild.reports.networks import build_contacts_section
from capbuild.reports.summary import has_levels, is_visit_needed, make_country_facts, write_country_lead
from capbuild.reports.uncertainty import build_uncertainty_section

__all__ = ["build_country_report", "build_unanswered_report"]

#: Entries of each list.
_LISTED = 3


def build_country_report(assessment: Assessment, context: ReportContext) -> Report:
    """Return the profile of a country."""
    sections = [
        section
        for section in (
            *build_advice_sections(assessment, context),
            build_levels_section(assessment, context),
            build_country_change_section(assessment, context),
            build_series_section(context, [assessment.country.alpha_2]),
            build_lacking_section(assessment, context),
            build_visit_section(assessment, context),
            build_uncertainty_section(assessment, context),
            build_sources_section(assessment, context),
            build_view_section(assessment, context),
            build_activities_section(assessment, context),
            build_country_external_section(assessment, context),
            build_contacts_section(assessment, context),
            build_missing_data_section(assessment, context),
            build_method_section(assessment, context),
            build_evidence_section(assessment, context),
        )
        if section is not None
    ]
    page = context.report(assessment, ReportKind.COUNTRY, assessment.country.alpha_2, sections)
    return evolve(
        page,
        title=context.name(assessment.country),
        lead=write_country_lead(assessment, context),
        facts=make_country_facts(assessment, context),
        lists=_make_lists(assessment, context),
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
    words = {**page.words, "page.silent": context.absence(country)}
    return evolve(page, title=context.name(country), words=words)


def _make_lists(assessment: Assessment, context: ReportContext) -> list[List]:
    """Make the lists of strengths and of needs or open points."""
    if not has_levels(assessment):
        return _make_value_lists(assessment, context)
    say = context.say
    unseen = is_visit_needed(assessment)
    strengths = List(
        title=say("list.strengths"),
        items=[_make_strength_item(score, assessment, context) for score in _find_strengths(assessment)],
        empty=say("list.no_strength"),
    )
    if unseen:
        first = List(
            title=say("list.look_first"),
            items=[_make_open_item(score, context) for score in _find_open_scores(assessment)],
            empty=say("list.nothing_open"),
        )
        return [strengths, first]
    needs = List(
        title=say("list.needs"),
        items=[_make_need_item(score, context) for score in _find_needs(assessment)],
        empty=say("list.no_need"),
        warning=True,
    )
    return [strengths, needs]


def _find_strengths(assessment: Assessment) -> list[Score]:
    """Return the highest settled scores that meet their targets."""
    able = [
        s
        for s in assessment.indicators
        if s.plausible is not None and s.settled and s.plausible.lowest > 1 and s.target_met is not False
    ]
    return sorted(able, key=lambda s: -(s.plausible.lowest if s.plausible else 0))[:_LISTED]


def _find_needs(assessment: Assessment) -> list[Score]:
    """Return indicators below target: most criteria lacking first."""
    below = [s for s in assessment.indicators if s.target_met is False and (s.lacking or not s.capacity.criteria)]
    return sorted(below, key=lambda s: (-len(s.lacking), s.value or 0.0, s.plausible.lowest if s.plausible else 0))[
        :_LISTED
    ]


def _find_open_scores(assessment: Assessment) -> list[Score]:
    """Return indicators by width of claims and then of ranges."""
    opened = [s for s in assessment.indicators if s.plausible is not None and not s.settled]
    return sorted(opened, key=_measure_reach)[:_LISTED]


def _measure_reach(score: Score) -> tuple[int, int]:
    low = score.plausible.lowest if score.plausible else 0
    high = score.plausible.highest if score.plausible else 0
    return low - (score.claimed or low), low - high


def _make_strength_item(score: Score, assessment: Assessment, context: ReportContext) -> ListItem:
    say, marks = context.say, context.marks
    met = [say("strength.target_met")] if score.target_met else []
    basis = say(f"strength.{_describe_basis(score, assessment)}")
    detail = ", ".join([score.capacity.id, marks.result(score, inside=True), *met, basis])
    return ListItem(title=marks.title(score.capacity), detail=detail)


def _describe_basis(score: Score, assessment: Assessment) -> str:
    """Describe the basis of confirmed criteria: visit, documents or reports."""
    used = [result.used_finding for result in score.results if result.state is CriterionState.MET]
    sources = assessment.source_by_id
    kinds = {sources[f.source].kind for f in used if f is not None and f.source in sources}
    if SourceKind.VISIT in kinds:
        return "visit"
    strongest = max((f.basis.strength for f in used if f is not None), default=Basis.TOLD.strength)
    if strongest > Basis.TOLD_DETAIL.strength:
        return "documents"
    return "detail" if strongest > Basis.TOLD.strength else "told"


def _make_need_item(score: Score, context: ReportContext) -> ListItem:
    marks = context.marks
    least, most = len(score.lacking), len(score.lacking) + len(score.open)
    level = marks.target(score)
    if not most:
        gap = marks.gap(score).text
    elif most > least:
        gap = context.say("need.range", low=least, high=most, level=level)
    else:
        gap = context.say("need.certain", count=least, level=level)
    detail = context.say.clauses(f"{score.capacity.id}, {marks.result(score, inside=True)}", gap)
    return ListItem(title=marks.title(score.capacity), detail=detail)


def _make_open_item(score: Score, context: ReportContext) -> ListItem:
    say, marks = context.say, context.marks
    low, high = (score.plausible.lowest, score.plausible.highest) if score.plausible else (1, 1)
    claim = f"{say('claimed')} {marks.code(score.scale, score.claimed)}" if score.claimed is not None else ""
    between = say(
        "look.between",
        count=len(score.deciding),
        low=marks.code(score.scale, low),
        high=marks.code(score.scale, high),
    )
    return ListItem(title=marks.title(score.capacity), detail=f"{score.capacity.id}, {say.clauses(claim, between)}")


def _make_value_lists(assessment: Assessment, context: ReportContext) -> list[List]:
    say, marks = context.say, context.marks
    scores = sorted((s for s in assessment.indicators if s.value is not None), key=lambda s: -(s.value or 0.0))

    def items(chosen: list[Score]) -> list[ListItem]:
        return [ListItem(title=marks.title(s.capacity), detail=f"{s.capacity.id}, {marks.result(s)}") for s in chosen]

    half = min(_LISTED, len(scores) // 2)
    highest = List(title=say("list.highest"), items=items(scores[:half]), empty=say("list.no_figure"))
    lowest = List(title=say("list.lowest"), items=items(scores[::-1][:half]), empty=say("list.no_figure"))
    return [highest, lowest]
