"""The regional report: facts, map, heat map, counts, gaps, what is missing, what it does not say."""

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet, ChangeCounts, CriterionState, Gap
from capbuild.planning import gaps, shared_criteria, shared_needs
from capbuild.planning import needs as needs_of
from capbuild.reports.calendar import plan_section, sessions_of, totals
from capbuild.reports.caveats import limits_section, missing_section
from capbuild.reports.cells import Cell, Words
from capbuild.reports.changes import change_fact, region_change_section, series_section
from capbuild.reports.context import Setting
from capbuild.reports.country import country_report, silent_report
from capbuild.reports.counts import counts_section, totals_of
from capbuild.reports.external import region_external_section
from capbuild.reports.heat_map import heat_section, map_section
from capbuild.reports.method import method_section
from capbuild.reports.model import Column, Fact, Figure, Report, ReportKind, ReportSection, Row, RowGroup
from capbuild.reports.need_matrix import needs_section
from capbuild.reports.networks import network_section
from capbuild.reports.response_quality import returns_section
from capbuild.reports.summary import conflicts_fact, is_staircase, verified_fact

__all__ = ["regional_report"]

#: Criteria shown.
_MOST = 12

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
            _gaps_section(setting),
            region_change_section(setting),
            series_section(setting),
            needs_section(setting),
            plan_section(setting),
            region_external_section(setting),
            network_section(subject, setting),
            missing_section(setting),
            returns_section(subject, setting),
            limits_section(setting),
            method_section(subject, setting),
            _annex_section(setting),
        )
        if section is not None
    ]
    page = setting.report(subject, ReportKind.REGIONAL, REGION, sections)
    say = setting.say
    return evolve(
        page,
        title=say("region.title", framework=say.text(setting.framework.title), count=setting.places),
        lead=_lead(setting),
        facts=_facts(setting),
        profiles=_profiles(subject, setting) if profiles else (),
    )


def _profiles(subject: AssessmentSet, setting: Setting) -> list[Report]:
    pages = [(setting.name(a.country), country_report(a, setting)) for a in setting.named]
    pages += [(setting.name(c), silent_report(c, subject, setting)) for c in setting.silent]
    return [page for _, page in sorted(pages, key=lambda pair: setting.say.sorted_as(pair[0]))]


def _has_levels(setting: Setting) -> bool:
    """Whether indicators stand on levels, rather than on values."""
    counted = (stand for one in setting.disclosure.others.values() for stand in one.counts)
    return any(map(is_staircase, setting.named)) or any(stand.kind in ("level", "open") for stand in counted)


def _lead(setting: Setting) -> str:
    say, marks = setting.say, setting.marks
    counts = totals_of(setting)
    if not _has_levels(setting):
        possible = say("count.figures_possible", count=counts.total)
        figures = say("region.lead.figures", count=counts.values, total=possible)
        said = setting.answered_words() if setting.answered is None else setting.answered_share()
        return f"{said}. {figures} {say('region.lead.left_out')}"
    parts = [f"{setting.answered_words()}."]
    commonest = _commonest_gaps(setting, 3)
    if commonest:
        titles = [say.quoted(marks.title(setting.framework[name])) for name in commonest]
        parts.append(say("region.lead.gaps", count=len(titles), listed=say.joined(titles)))
    if counts.levels:
        total, told = say("count.levels", count=counts.levels), say("reported.clause", count=counts.reported)
        parts.append(say("region.lead.verified", count=counts.verified, total=total, reported=told))
    return " ".join(parts)


def _facts(setting: Setting) -> list[Fact]:
    say = setting.say
    counts = totals_of(setting)
    stairs = _has_levels(setting)
    label = say("col.countries" if setting.answered is None else "fact.participants")
    facts = [Fact(label=label, value=say.number(setting.places))]
    if setting.answered is not None:
        answered, participants = setting.answered
        facts.append(Fact(label=say("fact.with_answers"), value=say.number(answered)))
        if not stairs:
            facts.append(_absent_fact(participants - answered, setting))
    if stairs and setting.visits is not None:
        facts.append(_visits_fact(*setting.visits, setting))
    if stairs and counts.levels:
        facts.append(verified_fact(counts.verified, counts.reported, counts.levels, say, label="fact.levels"))
    if not stairs:
        of = say("of", total=counts.total)
        facts.append(Fact(label=say("fact.figures"), value=say.number(counts.values), unit=of))
    return [*facts, *_progress_fact(setting, stairs=stairs), *_seats_fact(setting)]


def _visits_fact(ever: int, now: int, setting: Setting) -> Fact:
    """Countries visited so far; how many of them in this round, where that differs."""
    say = setting.say
    unit = say("fact.visits.now", count=now) if now != ever else ""
    return Fact(label=say("fact.visits"), value=say.number(ever), unit=unit)


def _absent_fact(count: int, setting: Setting) -> Fact:
    """Countries without a result; how many of them sent something goes to who sees everything."""
    say, received = setting.say, len(setting.unusable)
    if not setting.disclosure.everything:
        return Fact(label=say("fact.absent"), value=say.number(count))
    unit = say("fact.unusable", count=received) if received else ""
    return Fact(label=say("fact.silent"), value=say.number(count - received), unit=unit)


def _progress_fact(setting: Setting, *, stairs: bool) -> list[Fact]:
    """Criteria gained and lost in the named countries; before a second round, criteria settled."""
    say, named = setting.say, setting.named
    codes = [a.country.alpha_2 for a in named if setting.disclosure.names(a.country.alpha_2, "change")]
    moved = change_fact(setting, codes) if setting.framework.criteria else None
    if moved is not None:
        return [Fact(label=say("fact.gained"), value=moved[0], unit=moved[1])]
    coverage = [score.coverage for a in named for score in a.indicators]
    sums = {"settled": sum(c.settled for c in coverage), "applicable": sum(c.applicable for c in coverage)}
    found = sums if named else setting.disclosure.sums
    if "settled" not in found:
        return []
    of = say("of", total=found["applicable"]) if "applicable" in found else ""
    return [Fact(label=say("fact.settled" if stairs else "fact.answers"), value=say.number(found["settled"]), unit=of)]


def _seats_fact(setting: Setting) -> list[Fact]:
    """Seats planned; before there is a plan, criteria on which sources differ."""
    plan = setting.dossier.plan
    if plan is not None:
        seats, _ = totals(sessions_of(plan, setting))
        return [Fact(label=setting.say("fact.seats"), value=setting.say.number(seats))]
    named = sum(len(a.conflicts) for a in setting.named)
    count = named if setting.named else setting.disclosure.sums.get("conflicts")
    return [] if count is None else [conflicts_fact(count, setting.say)]


def _annex_section(setting: Setting) -> ReportSection | None:
    """Return the figures behind the report, a line a country; None where no country may be named."""
    say = setting.say
    named = sorted(setting.named, key=lambda a: say.sorted_as(setting.name(a.country)))
    if not named:
        return None
    change = setting.dossier.change is not None
    columns = [
        ("country", False),
        *((name, True) for name in ("sources", "verified", "settled", "met", "below", "lacking", "open")),
    ]
    if change:
        columns += [("gained", True), ("lost", True)]
    figure = Figure(
        id="annex",
        columns=[Column(id=name, title=say(f"annex.{name}"), number=number) for name, number in columns],
        groups=[RowGroup(rows=[_row(one, change, setting) for one in named])],
        caption=say("caption.annex"),
    )
    return ReportSection(id="annex", order=850, title=say("annex.title"), lead=say("annex.lead"), blocks=[figure])


def _row(assessment: Assessment, change: bool, setting: Setting) -> Row:
    say, scores, code = setting.say, assessment.indicators, assessment.country.alpha_2
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
        Words(text=setting.name(assessment.country), link=f"#{code}"),
        *(Words(text=say.number(count)) for count in counts),
    ]
    if change:
        found = setting.dossier.change.counts([code]) if setting.dossier.change is not None else ChangeCounts()
        shown = setting.disclosure.names(code, "change") and _compared(code, setting)
        cells += [Words(text=say.number(count) if shown else "–") for count in (found.gained, found.lost)]
    return Row(cells=cells)


def _compared(code: str, setting: Setting) -> bool:
    change = setting.dossier.change
    return change is not None and code in change.matched


def _commonest_gaps(setting: Setting, most: int) -> list[str]:
    """Return the capacities of the needs that most countries share: the same as in the needs brief."""
    needs = setting.dossier.needs
    if needs is None:
        needs = needs_of(_gaps(setting), framework=setting.framework)
    every = {code for need in needs for code in need.countries}
    named = {code for code in every if setting.disclosure.names(code, "needs")}
    shared = (needs[one.id] for one in shared_needs(needs, named) if one.lacking)
    return list(dict.fromkeys(name for need in shared for name in need.capacities if name in setting.framework))[:most]


def _gaps(setting: Setting) -> list[Gap]:
    return [gap for assessment in setting.named for gap in gaps(assessment)]


def _gaps_section(setting: Setting) -> ReportSection | None:
    """Return the criteria lacking most often; None where nothing is known to lack.

    Only countries that may be named are counted: a count minus the named ones is a result too.
    """
    say, named = setting.say, setting.named
    criteria = setting.framework.criteria
    chosen = [one for one in shared_criteria(_gaps(setting), criteria) if one.lacking][:_MOST]
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
