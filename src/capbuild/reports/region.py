"""The regional report: facts, maps, counts, gaps, missing data, limits."""

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet, ChangeCounts, CriterionState, Gap
from capbuild.planning import gaps
from capbuild.planning import needs as needs_of
from capbuild.planning.capacity_needs import shared_criteria, shared_needs
from capbuild.reports.calendar import build_plan_section, list_sessions, sum_sessions
from capbuild.reports.caveats import build_caveats_section, build_missing_section
from capbuild.reports.cells import Cell, Words
from capbuild.reports.changes import build_region_change_section, build_series_section, count_changes
from capbuild.reports.context import ReportContext
from capbuild.reports.country import build_country_report, build_unanswered_report
from capbuild.reports.counts import build_counts_section, sum_indicators
from capbuild.reports.external import build_region_external_section
from capbuild.reports.heat_map import build_heat_section, build_map_section
from capbuild.reports.method import build_method_section
from capbuild.reports.model import Column, Fact, Figure, Report, ReportKind, ReportSection, Row, RowGroup
from capbuild.reports.need_matrix import build_needs_section
from capbuild.reports.networks import build_network_section
from capbuild.reports.region_story import build_story_section
from capbuild.reports.response_quality import build_response_quality_section
from capbuild.reports.sensitivity import build_sensitivity_section
from capbuild.reports.summary import has_levels, make_conflicts_fact, make_verified_fact

__all__ = ["build_regional_report"]

#: Criteria shown.
_MOST = 12

#: Id of the regional report within a set.
REGION = "region"


def build_regional_report(subject: AssessmentSet, context: ReportContext, *, profiles: bool = True) -> Report:
    """Build the report on all countries of a round.

    With or without profiles of those that may be named.
    """
    sections = [
        section
        for section in (
            build_story_section(subject, context),
            build_map_section(subject, context),
            build_heat_section(subject, context),
            build_counts_section(subject, context),
            _build_gaps_section(context),
            build_region_change_section(context),
            build_series_section(context),
            build_needs_section(context),
            build_plan_section(context),
            build_region_external_section(context),
            build_network_section(subject, context),
            build_missing_section(context),
            build_response_quality_section(subject, context),
            build_caveats_section(context),
            build_sensitivity_section(context),
            build_method_section(subject, context),
            _build_annex_section(context),
        )
        if section is not None
    ]
    page = context.report(subject, ReportKind.REGIONAL, REGION, sections)
    say = context.say
    return evolve(
        page,
        title=say("region.title", framework=say.text(context.framework.title), count=context.places),
        lead=_write_lead(context),
        facts=_make_facts(context),
        profiles=_build_profiles(subject, context) if profiles else (),
    )


def _build_profiles(subject: AssessmentSet, context: ReportContext) -> list[Report]:
    pages = [(context.name(a.country), build_country_report(a, context)) for a in context.named]
    pages += [(context.name(c), build_unanswered_report(c, subject, context)) for c in context.silent]
    return [page for _, page in sorted(pages, key=lambda pair: context.say.sorted_as(pair[0]))]


def _has_levels(context: ReportContext) -> bool:
    """True if indicators have levels rather than values."""
    counted = (bin_ for one in context.disclosure.others.values() for bin_ in one.counts)
    return any(map(has_levels, context.named)) or any(bin_.kind in ("level", "open") for bin_ in counted)


def _write_lead(context: ReportContext) -> str:
    say, marks = context.say, context.marks
    counts = sum_indicators(context)
    if not _has_levels(context):
        possible = say("count.figures_possible", count=counts.total)
        figures = say("region.lead.figures", count=counts.values, total=possible)
        lead = context.answered_words() if context.answered is None else context.answered_share()
        return f"{lead}. {figures} {say('region.lead.left_out')}"
    parts = [f"{context.answered_words()}."]
    commonest = _list_commonest_gaps(context, 3)
    if commonest:
        titles = [say.quoted(marks.title(context.framework[name])) for name in commonest]
        parts.append(say("region.lead.gaps", count=len(titles), listed=say.joined(titles)))
    if counts.levels:
        total, reported = say("count.levels", count=counts.levels), say("reported.clause", count=counts.reported)
        parts.append(say("region.lead.verified", count=counts.verified, total=total, reported=reported))
    return " ".join(parts)


def _make_facts(context: ReportContext) -> list[Fact]:
    say = context.say
    counts = sum_indicators(context)
    stairs = _has_levels(context)
    label = say("col.countries" if context.answered is None else "fact.participants")
    facts = [Fact(label=label, value=say.number(context.places))]
    if context.answered is not None:
        answered, participants = context.answered
        facts.append(Fact(label=say("fact.with_answers"), value=say.number(answered)))
        if not stairs:
            facts.append(_make_absent_fact(participants - answered, context))
    if stairs and context.visits is not None:
        facts.append(_make_visits_fact(*context.visits, context))
    if stairs and counts.levels:
        facts.append(make_verified_fact(counts.verified, counts.reported, counts.levels, say, label="fact.levels"))
    if not stairs:
        of = say("of", total=counts.total)
        facts.append(Fact(label=say("fact.figures"), value=say.number(counts.values), unit=of))
    return [*facts, *_make_progress_fact(context, stairs=stairs), *_make_seats_fact(context)]


def _make_visits_fact(ever: int, now: int, context: ReportContext) -> Fact:
    """Make the fact on visits so far and in this round."""
    say = context.say
    unit = say("fact.visits.now", count=now) if now != ever else ""
    return Fact(label=say("fact.visits"), value=say.number(ever), unit=unit)


def _make_absent_fact(count: int, context: ReportContext) -> Fact:
    """Make the fact on countries without a result.

    Unusable returns are counted for those who see everything.
    """
    say, received = context.say, len(context.unusable)
    if not context.disclosure.everything:
        return Fact(label=say("fact.absent"), value=say.number(count))
    unit = say("fact.unusable", count=received) if received else ""
    return Fact(label=say("fact.silent"), value=say.number(count - received), unit=unit)


def _make_progress_fact(context: ReportContext, *, stairs: bool) -> list[Fact]:
    """Criteria gained and lost in the named countries; before a second round, criteria settled."""
    say, named = context.say, context.named
    codes = [a.country.alpha_2 for a in named if context.disclosure.names(a.country.alpha_2, "change")]
    moved = count_changes(context, codes) if context.framework.criteria else None
    if moved is not None:
        return [Fact(label=say("fact.gained"), value=moved[0], unit=moved[1])]
    coverage = [score.coverage for a in named for score in a.indicators]
    sums = {"settled": sum(c.settled for c in coverage), "applicable": sum(c.applicable for c in coverage)}
    found = sums if named else context.disclosure.sums
    if "settled" not in found:
        return []
    of = say("of", total=found["applicable"]) if "applicable" in found else ""
    return [Fact(label=say("fact.settled" if stairs else "fact.answers"), value=say.number(found["settled"]), unit=of)]


def _make_seats_fact(context: ReportContext) -> list[Fact]:
    """Make the fact on planned seats, or on conflicts without a plan."""
    plan = context.dossier.plan
    if plan is not None:
        seats, _ = sum_sessions(list_sessions(plan, context))
        return [Fact(label=context.say("fact.seats"), value=context.say.number(seats))]
    named = sum(len(a.conflicts) for a in context.named)
    count = named if context.named else context.disclosure.sums.get("conflicts")
    return [] if count is None else [make_conflicts_fact(count, context.say)]


def _build_annex_section(context: ReportContext) -> ReportSection | None:
    """Build the annex of figures, a line per country.

    None where no country may be named.
    """
    say = context.say
    named = sorted(context.named, key=lambda a: say.sorted_as(context.name(a.country)))
    if not named:
        return None
    change = context.dossier.change is not None
    columns = [
        ("country", False),
        *((name, True) for name in ("sources", "verified", "settled", "met", "below", "lacking", "open")),
    ]
    if change:
        columns += [("gained", True), ("lost", True)]
    figure = Figure(
        id="annex",
        columns=[Column(id=name, title=say(f"annex.{name}"), number=number) for name, number in columns],
        groups=[RowGroup(rows=[_make_country_row(one, change, context) for one in named])],
        caption=say("caption.annex"),
    )
    return ReportSection(id="annex", order=850, title=say("annex.title"), lead=say("annex.lead"), blocks=[figure])


def _make_country_row(assessment: Assessment, change: bool, context: ReportContext) -> Row:
    say, scores, code = context.say, assessment.indicators, assessment.country.alpha_2
    opened = sum(result.state is CriterionState.OPEN for score in scores for result in score.results)
    counts = [
        len(assessment.sources),
        sum(score.verified for score in scores),
        assessment.coverage.settled,
        sum(score.target_met is True for score in scores),
        sum(score.target_met is False for score in scores),
        sum(len(score.lacking) for score in scores),
        opened,
    ]
    cells: list[Cell] = [
        Words(text=context.name(assessment.country), link=f"#{code}"),
        *(Words(text=say.number(count)) for count in counts),
    ]
    if change:
        found = context.dossier.change.counts([code]) if context.dossier.change is not None else ChangeCounts()
        shown = context.disclosure.names(code, "change") and _is_compared(code, context)
        cells += [Words(text=say.number(count) if shown else "–") for count in (found.gained, found.lost)]
    return Row(cells=cells)


def _is_compared(code: str, context: ReportContext) -> bool:
    change = context.dossier.change
    return change is not None and code in change.matched


def _list_commonest_gaps(context: ReportContext, most: int) -> list[str]:
    """List the capacities of the most shared needs, as the brief does."""
    needs = context.dossier.needs
    if needs is None:
        needs = needs_of(_list_gaps(context), framework=context.framework)
    every = {one.alpha_2 for need in needs for one in need.countries}
    named = {code for code in every if context.disclosure.names(code, "needs")}
    shared = (needs[one.id] for one in shared_needs(needs, named) if one.lacking)
    return list(dict.fromkeys(name for need in shared for name in need.capacities if name in context.framework))[:most]


def _list_gaps(context: ReportContext) -> list[Gap]:
    return [gap for assessment in context.named for gap in gaps(assessment)]


def _build_gaps_section(context: ReportContext) -> ReportSection | None:
    """Build the section on the criteria most often lacking.

    None where nothing is known to lack.

    Only countries that may be named are counted: a count minus the named ones is a result too.
    """
    say, named = context.say, context.named
    criteria = context.framework.criteria
    chosen = [one for one in shared_criteria(_list_gaps(context), criteria) if one.lacking][:_MOST]
    if not chosen:
        return None
    rows = [
        Row(
            cells=[
                Words(before=one.id, text=say.text(criteria[one.id].text)),
                Words(text=say.number(len(one.lacking)), after=say("of", total=len(named))),
                Words(text=say.number(len(one.open))),
            ]
        )
        for one in chosen
    ]
    figure = Figure(
        id="gaps",
        columns=[
            Column(id="criterion", title=say("col.criterion")),
            Column(id="lacking", title=say("col.lacking_in"), number=True),
            Column(id="open", title=say("col.open_in"), number=True),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("caption.gaps", count=len(named)),
    )
    return ReportSection(id="gaps", order=350, title=say("gaps.title"), lead=say("gaps.lead"), blocks=[figure])
