"""Country profile: findings, first steps, levels, needs and change."""

from collections.abc import Callable

from attrs import evolve

from capbuild.advice import Advice, MessageKind
from capbuild.model import Assessment, AssessmentSet, Country, Score, UnusableReason
from capbuild.reports.context import ReportContext
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
from capbuild.reports.sections.advice import (
    build_advice_section,
    build_open_section,
    list_dimensions,
    make_advice_facts,
    make_advice_lists,
    make_strips,
)
from capbuild.reports.sections.changes import build_country_change_section, build_series_section
from capbuild.reports.sections.country import build_levels_section, build_sources_section, build_steps_section
from capbuild.reports.sections.external import build_country_external_section
from capbuild.reports.sections.method import build_method_section
from capbuild.reports.sections.networks import build_contacts_section
from capbuild.reports.sections.summary import (
    build_uncertainty_section,
    has_levels,
    make_country_facts,
    make_total_fact,
    make_visit_fact,
    order_value,
    write_country_lead,
)

#: Entries of each list of figures.
_LISTED = 3


def build_country_report(assessment: Assessment, context: ReportContext) -> Report:
    """Return the profile of a country."""
    advice = context.advise(assessment)
    sections = (
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
        _build_missing_data_section(assessment, context),
        build_method_section(assessment, context),
    )
    lead = advice.of(MessageKind.LEAD, MessageKind.UNSETTLED)
    sentences = " ".join(map(context.writer(assessment).sentence, [*lead[:1], *advice.of(MessageKind.CHANGE)]))
    return context.report(
        assessment,
        ReportKind.COUNTRY,
        assessment.country.alpha_2,
        sections,
        title=context.name(assessment.country),
        lead=sentences if lead else write_country_lead(assessment, context),
        facts=_make_facts(assessment, advice, context),
        lists=make_advice_lists(assessment, advice, context) if lead else _make_value_lists(assessment, context),
        lists_last=bool(lead),
    )


def build_unanswered_report(country: Country, subject: AssessmentSet, context: ReportContext, kind: str) -> Report:
    """Build the page of a country without usable answers.

    It says what would change that, and has no level, not even a range.
    """
    t, why = context.t, context.unusable.get(country.alpha_2)
    key = "silent" if why is None else "unusable"
    known = t("silent.known") if why is None else t("unusable.known", reason=t(f"unusable.{why.name.lower()}"))
    sentences = " ".join((known, t("silent.assumed"), t("silent.level"), t(f"{key}.next"), t(_find_request(why))))
    section = context.section("silent", 100, Paragraph(text=sentences), title=t(f"{key}.title"))
    report = context.report(subject, ReportKind.SILENT, country.alpha_2, [section], title=context.name(country))
    return evolve(report, label=t(f"kind.{'country' if kind == 'profile' else kind}"))


def _find_request(why: UnusableReason | None) -> str:
    """Return the message on who can make the answers of a country usable."""
    if why is None:
        return "silent.ask"
    own = (UnusableReason.NOT_HERE, UnusableReason.NOT_MAPPED, UnusableReason.NOT_UNDERSTOOD)
    return "unusable.ask.team" if why in own else "unusable.ask.country"


def _make_facts(assessment: Assessment, advice: Advice, context: ReportContext) -> list[Fact]:
    facts = make_advice_facts(advice, context)
    if not facts:
        return make_country_facts(assessment, context)
    return [*make_total_fact(assessment, context), *facts, make_visit_fact(assessment, context)]


def _build_standout_section(assessment: Assessment, advice: Advice, context: ReportContext) -> ReportSection | None:
    """Build "What stands out".

    It has all levels in a row, and a finding for each dimension.
    """
    strips = make_strips(assessment, context) if advice else []
    if not strips:
        return None
    return context.section("story", 50, *strips, list_dimensions(advice, context.writer(assessment), context))


def _make_value_lists(assessment: Assessment, context: ReportContext) -> list[List]:
    """Make the lists of the highest and lowest figures."""
    if has_levels(assessment):
        return []
    t, marks = context.t, context.marks
    figures = (indicator for indicator in assessment.indicators if indicator.value is not None)
    scores = sorted(figures, key=order_value, reverse=True)
    chosen = min(_LISTED, len(scores) // 2)
    return [
        List(
            title=title,
            items=[
                ListItem(title=marks.title(end.capacity), detail=f"{end.capacity.id}, {marks.result(end)}")
                for end in ends[:chosen]
            ],
            empty=t("list.no_figure"),
        )
        for title, ends in ((t("list.highest"), scores), (t("list.lowest"), scores[::-1]))
    ]


# Missing data of a country: kinds, late returns, unverified claims, omissions


#: Ids listed before "and 3 more".
_MOST_LISTED = 12


def _count_absences(assessment: Assessment) -> dict[str, int]:
    """Count missing criteria over all indicators, by kind."""
    counts: dict[str, int] = {}
    for score in assessment.indicators:
        for kind, count in score.missing.items():
            counts[kind] = counts.get(kind, 0) + count
    return dict(sorted(counts.items()))


def _build_missing_data_section(assessment: Assessment, context: ReportContext) -> ReportSection:
    """Build a country's section on missing data."""
    points = [
        *_list_indicators(
            assessment, "unknown.not_verified", lambda score: score.applies and not score.settled, context
        ),
        *_list_indicators(assessment, "unknown.reported", lambda score: score.reported, context),
        *_list_absent(assessment, context),
        *_list_late(assessment, context),
        *_list_left_out(assessment, context),
    ]
    if not points:
        return context.section("unknown", 700, lead=context.t("unknown.nothing"))
    return context.section("unknown", 700, Bullets(points=points))


def _list_indicators(
    assessment: Assessment, kind: str, chosen: Callable[[Score], bool], context: ReportContext
) -> list[Paragraph]:
    """Make the paragraph on the indicators that `chosen` selects.

    The result is empty without any. Where indicators have values, those without a figure replace the unverified ones.
    """
    scores = assessment.indicators
    if not any(score.plausible is not None for score in scores):
        kind = "unknown.no_figure" if kind == "unknown.not_verified" else kind
        scores = tuple(s for s in scores if s.value is None) if kind == "unknown.no_figure" else scores
    names = [score.capacity.id for score in scores if chosen(score)]
    if not names:
        return []
    t = context.t
    listed = ", ".join(names[:_MOST_LISTED])
    if len(names) > _MOST_LISTED:
        listed = t("and_more", listed=listed, count=len(names) - _MOST_LISTED)
    return [Paragraph(strong=t(f"{kind}.strong", count=len(names)), text=t(f"{kind}.text", listed=listed))]


def _list_absent(assessment: Assessment, context: ReportContext) -> list[Paragraph]:
    t = context.t
    counts = _count_absences(assessment)
    if not counts:
        return []
    words = [f"{context.coded('answer', _find_code(kind))} {t.number(count)}" for kind, count in counts.items()]
    return [
        Paragraph(
            strong=t("unknown.absent.strong", count=sum(counts.values())),
            text=t("unknown.absent.text", listed=t.clauses(*words)),
        )
    ]


def _find_code(kind: str) -> str:
    return kind.replace("'", "").replace(" ", "_")


def _list_late(assessment: Assessment, context: ReportContext) -> list[Paragraph]:
    t = context.t
    late = [source for source in assessment.sources if source.late]
    if not late or not context.disclosure.sources:
        return []
    titles = t.joined(t.text(source.title) for source in late)
    return [Paragraph(strong=t("unknown.late.strong", count=len(late)), text=t("unknown.late.text", listed=titles))]


def _list_left_out(assessment: Assessment, context: ReportContext) -> list[Paragraph]:
    t = context.t
    paragraphs = []
    stricter = context.disclosure.marked.get(assessment.country.alpha_2, 0)
    if stricter and context.disclosure.sources:
        paragraphs.append(Paragraph(strong=t("unknown.marked.strong", count=stricter), text=t("unknown.marked.text")))
    if assessment.unmapped:
        count = len(assessment.unmapped)
        paragraphs.append(Paragraph(strong=t("unknown.unmapped.strong", count=count), text=t("unknown.unmapped.text")))
    return paragraphs
