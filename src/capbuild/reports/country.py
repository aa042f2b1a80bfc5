"""The profile of one country: the answer first, then where it stands, what lacks, who said what."""

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet, Basis, Country, CriterionState, Score, SourceKind
from capbuild.reports.activities import activities_section, view_section
from capbuild.reports.changes import country_change_section, series_section
from capbuild.reports.context import Setting
from capbuild.reports.country_sections import lacking_section, sources_section, stand_section, visit_section
from capbuild.reports.evidence import evidence_section
from capbuild.reports.external import country_external_section
from capbuild.reports.method import method_section
from capbuild.reports.missing import unknown_section
from capbuild.reports.model import List, ListItem, Paragraph, Report, ReportKind, ReportSection
from capbuild.reports.networks import contacts_section
from capbuild.reports.summary import country_facts, country_lead, is_staircase, is_unseen
from capbuild.reports.uncertainty import sureness_section

__all__ = ["country_report", "silent_report"]

#: Entries of each list.
_LISTED = 3


def country_report(assessment: Assessment, setting: Setting) -> Report:
    """Return the profile of a country."""
    sections = [
        section
        for section in (
            stand_section(assessment, setting),
            country_change_section(assessment, setting),
            series_section(setting, [assessment.country.alpha_2]),
            lacking_section(assessment, setting),
            visit_section(assessment, setting),
            sureness_section(assessment, setting),
            sources_section(assessment, setting),
            view_section(assessment, setting),
            activities_section(assessment, setting),
            country_external_section(assessment, setting),
            contacts_section(assessment, setting),
            unknown_section(assessment, setting),
            method_section(assessment, setting),
            evidence_section(assessment, setting),
        )
        if section is not None
    ]
    page = setting.report(assessment, ReportKind.COUNTRY, assessment.country.alpha_2, sections)
    return evolve(
        page,
        title=setting.name(assessment.country),
        lead=country_lead(assessment, setting),
        facts=country_facts(assessment, setting),
        lists=_country_lists(assessment, setting),
    )


def silent_report(country: Country, subject: AssessmentSet, setting: Setting) -> Report:
    """Return the page of a country without an answer that can be used: four sentences, no level, not even a range."""
    say, why = setting.say, setting.unusable.get(country.alpha_2)
    if why is None:
        title, known, after = say("silent.title"), say("silent.known"), say("silent.next")
    else:
        title, after = say("unusable.title"), say("unusable.next")
        known = say("unusable.known", reason=say(f"unusable.{why.name.lower()}"))
    sentences = " ".join((known, say("silent.assumed"), say("silent.level"), after))
    section = ReportSection(id="silent", order=100, title=title, blocks=[Paragraph(text=sentences)])
    page = setting.report(subject, ReportKind.SILENT, country.alpha_2, [section])
    words = {**page.words, "page.silent": setting.absence(country)}
    return evolve(page, title=setting.name(country), words=words)


def _country_lists(assessment: Assessment, setting: Setting) -> list[List]:
    """Return strengths and needs; for a country that was not visited, verified strengths and what to look at."""
    if not is_staircase(assessment):
        return _value_lists(assessment, setting)
    say = setting.say
    unseen = is_unseen(assessment)
    strengths = List(
        title=say("list.strengths"),
        items=[_strength(score, assessment, setting) for score in _strongest(assessment)],
        empty=say("list.no_strength"),
    )
    if unseen:
        first = List(
            title=say("list.look_first"),
            items=[_to_look_at(score, setting) for score in _widest_open(assessment)],
            empty=say("list.nothing_open"),
        )
        return [strengths, first]
    needs = List(
        title=say("list.needs"),
        items=[_need(score, setting) for score in _neediest(assessment)],
        empty=say("list.no_need"),
        warning=True,
    )
    return [strengths, needs]


def _strongest(assessment: Assessment) -> list[Score]:
    """Highest settled levels that do not miss their target, in the framework's order where equal."""
    able = [
        s
        for s in assessment.indicators
        if s.plausible is not None and s.settled and s.plausible.lowest > 1 and s.target_met is not False
    ]
    return sorted(able, key=lambda s: -(s.plausible.lowest if s.plausible else 0))[:_LISTED]


def _neediest(assessment: Assessment) -> list[Score]:
    """Indicators below their target: those with most criteria lacking, then those judged whole, lowest first."""
    below = [s for s in assessment.indicators if s.target_met is False and (s.lacking or not s.capacity.criteria)]
    return sorted(below, key=lambda s: (-len(s.lacking), s.value or 0.0, s.plausible.lowest if s.plausible else 0))[
        :_LISTED
    ]


def _widest_open(assessment: Assessment) -> list[Score]:
    """Indicators whose claims reach furthest beyond what is confirmed, then those with the widest range."""
    opened = [s for s in assessment.indicators if s.plausible is not None and not s.settled]
    return sorted(opened, key=_reach)[:_LISTED]


def _reach(score: Score) -> tuple[int, int]:
    low = score.plausible.lowest if score.plausible else 0
    high = score.plausible.highest if score.plausible else 0
    return low - (score.claimed or low), low - high


def _strength(score: Score, assessment: Assessment, setting: Setting) -> ListItem:
    say, marks = setting.say, setting.marks
    met = [say("strength.target_met")] if score.target_met else []
    basis = say(f"strength.{_basis(score, assessment)}")
    detail = ", ".join([score.capacity.id, marks.result(score, inside=True), *met, basis])
    return ListItem(title=marks.title(score.capacity), detail=detail)


def _basis(score: Score, assessment: Assessment) -> str:
    """What the confirmed criteria rest on: the visit, documents, or what was told."""
    used = [result.used_finding for result in score.results if result.state is CriterionState.MET]
    sources = assessment.source_by_id
    kinds = {sources[f.source].kind for f in used if f is not None and f.source in sources}
    if SourceKind.VISIT in kinds:
        return "visit"
    strongest = max((f.basis.strength for f in used if f is not None), default=Basis.TOLD.strength)
    if strongest > Basis.TOLD_DETAIL.strength:
        return "documents"
    return "detail" if strongest > Basis.TOLD.strength else "told"


def _need(score: Score, setting: Setting) -> ListItem:
    marks = setting.marks
    least, most = len(score.lacking), len(score.lacking) + len(score.open)
    level = marks.target(score)
    if not most:
        gap = marks.gap(score).text
    elif most > least:
        gap = setting.say("need.range", low=least, high=most, level=level)
    else:
        gap = setting.say("need.certain", count=least, level=level)
    detail = setting.say.clauses(f"{score.capacity.id}, {marks.result(score, inside=True)}", gap)
    return ListItem(title=marks.title(score.capacity), detail=detail)


def _to_look_at(score: Score, setting: Setting) -> ListItem:
    say, marks = setting.say, setting.marks
    low, high = (score.plausible.lowest, score.plausible.highest) if score.plausible else (1, 1)
    claim = f"{say('claimed')} {marks.code(score.scale, score.claimed)}" if score.claimed is not None else ""
    between = say(
        "look.between",
        count=len(score.deciding),
        low=marks.code(score.scale, low),
        high=marks.code(score.scale, high),
    )
    return ListItem(title=marks.title(score.capacity), detail=f"{score.capacity.id}, {say.clauses(claim, between)}")


def _value_lists(assessment: Assessment, setting: Setting) -> list[List]:
    say, marks = setting.say, setting.marks
    scores = sorted((s for s in assessment.indicators if s.value is not None), key=lambda s: -(s.value or 0.0))

    def items(chosen: list[Score]) -> list[ListItem]:
        return [ListItem(title=marks.title(s.capacity), detail=f"{s.capacity.id}, {marks.result(s)}") for s in chosen]

    half = min(_LISTED, len(scores) // 2)
    highest = List(title=say("list.highest"), items=items(scores[:half]), empty=say("list.no_figure"))
    lowest = List(title=say("list.lowest"), items=items(scores[::-1][:half]), empty=say("list.no_figure"))
    return [highest, lowest]
