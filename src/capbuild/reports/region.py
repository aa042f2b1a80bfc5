"""The regional report: facts, map, heat map, counts, gaps, what is missing, what it does not say."""

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet
from capbuild.reports.annex import annex_section
from capbuild.reports.calendar import plan_section, sessions_of, totals
from capbuild.reports.changes import change_fact, region_change_section, series_section
from capbuild.reports.country import country_report, silent_report
from capbuild.reports.counts import counted_scores, counts_section
from capbuild.reports.external import region_external_section
from capbuild.reports.gaps import commonest_gaps, gaps_section
from capbuild.reports.head import conflicts_fact, is_staircase, verified_fact, visits_fact, visits_told
from capbuild.reports.heat import heat_section, map_section
from capbuild.reports.limits import limits_section, missing_section
from capbuild.reports.method import method_section
from capbuild.reports.model import Fact, Report, ReportKind
from capbuild.reports.need_matrix import needs_section
from capbuild.reports.networks import network_section
from capbuild.reports.returns import returns_section
from capbuild.reports.setting import Setting

__all__ = ["regional_report"]

#: Id of the regional report within a set.
REGION = "region"


def regional_report(subject: AssessmentSet, setting: Setting, *, profiles: bool = True) -> Report:
    """Return the report on all countries of a round, with or without a profile of each that may be named."""
    sections = [
        section
        for section in (
            map_section(subject, setting),
            heat_section(subject, setting),
            counts_section(subject, setting),
            gaps_section(setting),
            region_change_section(setting),
            series_section(setting),
            needs_section(setting),
            plan_section(setting),
            region_external_section(setting),
            network_section(subject, setting),
            missing_section(subject, setting),
            returns_section(subject, setting),
            limits_section(subject, setting),
            method_section(subject, setting),
            annex_section(setting),
        )
        if section is not None
    ]
    page = setting.report(subject, ReportKind.REGIONAL, REGION, sections)
    say = setting.say
    participants = len(subject) + len(subject.silent)
    return evolve(
        page,
        title=say("region.title", framework=say.text(setting.framework.title), count=participants),
        lead=_lead(subject, setting),
        facts=_facts(subject, setting),
        profiles=_profiles(subject, setting) if profiles else (),
    )


def _profiles(subject: AssessmentSet, setting: Setting) -> list[Report]:
    pages = [(setting.name(a.country), country_report(a, setting)) for a in setting.disclosure.named]
    pages += [(setting.name(c), silent_report(c, subject, setting)) for c in setting.disclosure.silent]
    return [page for _, page in sorted(pages, key=lambda pair: setting.say.sorted_as(pair[0]))]


def _staircase(subject: AssessmentSet) -> bool:
    return any(is_staircase(assessment) for assessment in subject)


def _lead(subject: AssessmentSet, setting: Setting) -> str:
    say, marks = setting.say, setting.marks
    participants = len(subject) + len(subject.silent)
    scores = list(counted_scores(setting))
    if not _staircase(subject):
        answered = say("region.lead.answered", count=len(subject), total=participants)
        figures = say("region.lead.figures", count=sum(s.value is not None for s in scores), total=len(scores))
        return f"{answered}. {figures} {say('region.lead.left_out')}"
    answered = say("region.lead.answered", count=len(subject), total=participants)
    parts = [f"{answered}, {visits_told(subject, setting)}."]
    commonest = commonest_gaps(setting, 3)
    if commonest:
        titles = [say.lowered(marks.title(setting.framework[name])) for name in commonest]
        parts.append(say.raised(say("region.lead.gaps", count=len(titles), listed=say.joined(titles))))
    verified, reported = sum(s.verified for s in scores), sum(s.reported for s in scores)
    parts.append(say("region.lead.verified", count=verified, total=len(scores), reported=say.number(reported)))
    return " ".join(parts)


def _facts(subject: AssessmentSet, setting: Setting) -> list[Fact]:
    say = setting.say
    scores = list(counted_scores(setting))
    figures = sum(score.value is not None for score in scores)
    stairs = _staircase(subject)
    return [
        Fact(label=say("fact.participants"), value=say.number(len(subject) + len(subject.silent))),
        Fact(label=say("fact.with_answers"), value=say.number(len(subject))),
        visits_fact(subject, setting)
        if stairs
        else Fact(
            label=say("fact.silent"),
            value=say.number(len(subject.unanswered)),
            unit=say("fact.unusable", count=len(subject.unusable)) if subject.unusable else "",
        ),
        verified_fact(scores, say, "fact.levels")
        if stairs
        else Fact(label=say("fact.figures"), value=say.number(figures), unit=say("of", total=len(scores))),
        _progress_fact(setting, stairs=stairs),
        _seats_fact(setting),
    ]


def _progress_fact(setting: Setting, *, stairs: bool) -> Fact:
    """Criteria gained and lost in the named countries; before a second round, criteria settled."""
    say, named = setting.say, setting.disclosure.named
    codes = [a.country.alpha_2 for a in named if setting.disclosure.names(a.country.alpha_2, "change")]
    moved = change_fact(setting, codes) if setting.framework.criteria else None
    if moved is not None:
        return Fact(label=say("fact.gained"), value=moved[0], unit=moved[1])
    coverage = [score.coverage for a in _plain(setting) for score in a.indicators]
    return Fact(
        label=say("fact.settled" if stairs else "fact.answers"),
        value=say.number(sum(c.settled for c in coverage)),
        unit=say("of", total=sum(c.applicable for c in coverage)),
    )


def _seats_fact(setting: Setting) -> Fact:
    """Seats planned; before there is a plan, criteria on which sources differ."""
    plan = setting.dossier.plan
    if plan is None:
        return conflicts_fact(sum(len(a.conflicts) for a in _plain(setting)), setting.say)
    seats, _ = totals(sessions_of(plan, setting))
    return Fact(label=setting.say("fact.seats"), value=setting.say.number(seats))


def _plain(setting: Setting) -> tuple[Assessment, ...]:
    """Assessments that sums without rows of their own are made of: named ones, or all where nobody is named."""
    return setting.disclosure.named or setting.disclosure.counted
