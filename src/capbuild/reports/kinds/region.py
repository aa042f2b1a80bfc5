"""Regional report: findings, maps, counts, needs, missing data, limits."""

from collections.abc import Sequence
from itertools import groupby

from attrs import evolve

from capbuild.advice import Advice, Message, MessageKind, advise
from capbuild.model import AssessmentSet, Gap
from capbuild.planning import gaps
from capbuild.planning import needs as needs_of
from capbuild.planning.capacity_needs import shared_needs
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Block, Bullets, Fact, Figure, Paragraph, Report, ReportKind, ReportSection
from capbuild.reports.sections.advice import list_dimensions
from capbuild.reports.sections.calendar import build_plan_section, list_sessions, sum_sessions
from capbuild.reports.sections.caveats import build_caveats_section, build_missing_section
from capbuild.reports.sections.changes import (
    build_region_change_section,
    build_series_section,
    count_changes,
    count_levels,
)
from capbuild.reports.sections.counts import build_counts_section, sum_indicators
from capbuild.reports.sections.external import build_region_external_section
from capbuild.reports.sections.maps import build_heat_section, build_map_section
from capbuild.reports.sections.method import build_method_section
from capbuild.reports.sections.need_matrix import build_needs_section
from capbuild.reports.sections.networks import build_network_section
from capbuild.reports.sections.response_quality import build_response_quality_section
from capbuild.reports.sections.summary import has_levels, make_conflicts_fact, make_verified_fact

#: Id of the regional report within a set.
REGION = "region"


def build_regional_report(subject: AssessmentSet, context: ReportContext) -> Report:
    """Build the report on a round, without profiles of countries."""
    t, programme, advice = context.t, context.programme, _advise_region(subject, context)
    shared = advice.of(MessageKind.SHARED)
    sections = (
        _build_story_section(advice, subject, context),
        build_counts_section(context),
        build_map_section(subject, context, shared[0].capacity if shared else ""),
        build_heat_section(context),
        _build_programme_section(advice, context),
        build_region_change_section(context),
        build_series_section(context),
        build_needs_section(context),
        build_plan_section(context),
        build_region_external_section(context),
        build_network_section(subject, context),
        build_missing_section(context),
        build_response_quality_section(subject, context),
        build_caveats_section(context),
        _build_sensitivity_section(context),
        build_method_section(subject, context),
    )
    lead, facts = _write_lead(advice, context), _make_facts(advice, context)
    page = context.report(subject, ReportKind.REGIONAL, REGION, sections, lead=lead, facts=facts)
    about = t("region.title", framework=t.text(context.framework.title), count=context.places)
    if programme is None or not page.programme:  # the framework is the title
        return evolve(page, title=about)
    return evolve(page, title=page.programme, subtitle=f"{about} · {page.subtitle}", programme="")


def _has_levels(context: ReportContext) -> bool:
    """True if indicators have levels rather than values."""
    counted = (bin_ for counts in context.disclosure.others.values() for bin_ in counts.counts)
    return any(map(has_levels, context.named)) or any(bin_.kind in ("level", "open") for bin_ in counted)


def _write_lead(advice: Advice, context: ReportContext) -> str:
    t, marks = context.t, context.marks
    story = advice.find(MessageKind.REGION)
    if story is not None:
        return " ".join(map(context.writer().sentence, (story, *advice.of(MessageKind.CHANGE))))
    counts = sum_indicators(context)
    if not _has_levels(context):
        possible = t("count.figures_possible", count=counts.total)
        figures = t("region.lead.figures", count=counts.values, total=possible) if counts.total else ""
        lead = context.answered_words() if context.answered is None else context.answered_share()
        return " ".join(filter(None, (f"{lead}.", figures, t("region.lead.left_out"))))
    parts = [f"{context.answered_words()}."]
    commonest = _list_commonest_gaps(context, 3)
    if commonest:
        titles = [t.quoted(marks.title(context.framework[name])) for name in commonest]
        parts.append(t("region.lead.gaps", count=len(titles), listed=t.joined(titles)))
    if counts.levels:
        total, reported = t("count.levels", count=counts.levels), t("reported.clause", count=counts.reported)
        parts.append(t("region.lead.verified", count=counts.verified, total=total, reported=reported))
    return " ".join(parts)


def _make_facts(advice: Advice, context: ReportContext) -> list[Fact]:
    t = context.t
    counts = sum_indicators(context)
    stairs = _has_levels(context)
    label = t("col.countries" if context.answered is None else "fact.participants")
    facts = [Fact(label=label, value=t.number(context.places))]
    if context.answered is not None:
        answered, participants = context.answered
        facts.append(Fact(label=t("fact.with_answers"), value=t.number(answered)))
        if not stairs:
            facts.append(_make_absent_fact(participants - answered, context))
    if stairs and context.visits is not None:
        facts.append(_make_visits_fact(*context.visits, context))
    if stairs and counts.levels:
        facts.append(make_verified_fact(counts.verified, counts.reported, counts.levels, t, label="fact.levels"))
    if not stairs:
        of = t("of", total=counts.total)
        facts.append(Fact(label=t("fact.figures"), value=t.number(counts.values), unit=of))
    standing = advice.of(MessageKind.STANDING)
    if standing:
        return [*facts, *_make_level_facts(standing, context)]
    return [*facts, *_make_progress_fact(context, stairs=stairs), *_make_seats_fact(context)]


def _make_level_facts(standing: Sequence[Message], context: ReportContext) -> list[Fact]:
    """Make the facts on areas at or near target.

    An area near its target is one step away. Only the countries that may be named count.
    """
    t = context.t
    total = sum(sum(message.counts.values()) for message in standing)
    reached, near = (sum(message.counts[name] for message in standing) for name in ("reached", "near"))
    return [
        Fact(label=t("fact.at_target"), value=t.number(reached), unit=t("of", total=total)),
        Fact(label=t("fact.one_step"), value=t.number(near)),
    ]


def _make_visits_fact(ever: int, now: int, context: ReportContext) -> Fact:
    """Make the fact on visits so far and this round."""
    t = context.t
    unit = t("fact.visits.now", count=now) if now != ever else ""
    return Fact(label=t("fact.visits"), value=t.number(ever), unit=unit)


def _make_absent_fact(count: int, context: ReportContext) -> Fact:
    """Make the fact on countries without a result.

    Unusable returns are counted separately for audiences that see everything.
    """
    t, received = context.t, len(context.unusable)
    if not context.disclosure.everything:
        return Fact(label=t("fact.absent"), value=t.number(count))
    unit = t("fact.unusable", count=received) if received else ""
    return Fact(label=t("fact.silent"), value=t.number(count - received), unit=unit)


def _make_progress_fact(context: ReportContext, *, stairs: bool) -> list[Fact]:
    """Make the facts on progress in the named countries.

    This is the number of criteria gained and lost or of levels risen and fallen; before a second round, how much is
    settled.
    """
    t, named = context.t, context.named
    codes = [a.country.alpha_2 for a in named if context.disclosure.names(a.country.alpha_2, "change")]
    if stairs and not context.framework.criteria and (counts := count_levels(context, codes)) is not None:
        unit = t.labelled(t("col.levels_down"), t.number(counts.fallen))
        return [Fact(label=t("col.levels_up"), value=t.number(counts.risen), unit=unit)]
    moved = count_changes(context, codes) if context.framework.criteria else None
    if moved is not None:
        return [Fact(label=t("fact.gained"), value=moved[0], unit=moved[1])]
    coverage = [score.coverage for a in named for score in a.indicators]
    sums = {"settled": sum(c.settled for c in coverage), "applicable": sum(c.applicable for c in coverage)}
    figures = sums if named else context.disclosure.sums
    if "settled" not in figures:
        return []
    of = t("of", total=figures["applicable"]) if "applicable" in figures else ""
    return [Fact(label=t("fact.settled" if stairs else "fact.answers"), value=t.number(figures["settled"]), unit=of)]


def _make_seats_fact(context: ReportContext) -> list[Fact]:
    """Make the fact on planned seats, else on conflicts."""
    plan = context.dossier.plan
    if plan is not None:
        seats, _ = sum_sessions(list_sessions(plan, context))
        return [Fact(label=context.t("fact.seats"), value=context.t.number(seats))]
    named = sum(len(a.conflicts) for a in context.named)
    count = named if context.named else context.disclosure.sums.get("conflicts")
    return [] if count is None else [make_conflicts_fact(count, context.t)]


def _list_commonest_gaps(context: ReportContext, most: int) -> list[str]:
    """List the capacities of the most shared needs."""
    needs = context.dossier.needs
    if needs is None:
        needs = needs_of(_list_gaps(context), framework=context.framework)
    codes = {country.alpha_2 for need in needs for country in need.countries}
    named = {code for code in codes if context.disclosure.names(code, "needs")}
    shared = (needs[shared_need.id] for shared_need in shared_needs(needs, named) if shared_need.lacking)
    return list(dict.fromkeys(name for need in shared for name in need.capacities if name in context.framework))[:most]


def _list_gaps(context: ReportContext) -> list[Gap]:
    return [gap for assessment in context.named for gap in gaps(assessment)]


# Introduction of a regional report: findings, shared gaps, partners and good practice


def _advise_region(subject: AssessmentSet, context: ReportContext) -> Advice:
    """Return advice over the countries that are named."""
    disclosure = context.disclosure
    return advise(
        subject,
        dossier=context.dossier,
        programme=context.programme,
        examples=context.examples,
        least=1 if disclosure.everything else disclosure.minimum_n,
    )


def _build_story_section(advice: Advice, subject: AssessmentSet, context: ReportContext) -> ReportSection | None:
    """Build "What stands out" over the named countries.

    The result is None if too few countries may be named. Countries are never ranked.
    """
    if not advice:
        return None
    writer, shared = context.writer(), advice.of(MessageKind.SHARED)
    rest = " ".join(writer.sentence(message) for message in advice.of(MessageKind.IDLE_SEATS))
    return context.section(
        "story",
        50,
        list_dimensions(advice, writer, context),
        _make_shared_figure(shared, len(subject), context) if shared else None,
        *_list_practice(advice, writer),
        Paragraph(text=rest, note=True) if rest else None,
    )


#: Activities of a programme, with the key of its label, in the order of the paragraphs.
_DONE = {
    MessageKind.VISITS: "did.visits",
    MessageKind.MEETINGS: "did.meetings",
    MessageKind.TRAINING: "did.training",
    MessageKind.OPERATIONS: "did.operations",
}


def _build_programme_section(advice: Advice, context: ReportContext) -> ReportSection | None:
    """Build the section on the programme's activities.

    It covers activities up to the reference date. The result is None if no activity is recorded.
    """
    t, writer = context.t, context.writer()
    points = [
        Paragraph(strong=t.label(t(_DONE[message.kind])), text=writer.sentence(message))
        for message in advice.of(*_DONE)
    ]
    if not points:
        return None
    followed = [Paragraph(text=writer.sentence(message), note=True) for message in advice.of(MessageKind.FOLLOWED)]
    return context.section("did", 390, Bullets(points=points), *followed)


def _make_shared_figure(shared: Sequence[Message], countries: int, context: ReportContext) -> Figure:
    t, writer, plan = context.t, context.writer(), context.dossier.plan
    helped, booked = any(message.countries for message in shared), plan is not None and bool(plan.activities)
    caption = [t("story.caption", count=countries), *([t("story.caption.help")] if helped else [])]
    rows = [_make_shared_row(message, writer, booked=booked) for message in shared]
    return context.table("shared", rows, caption=" ".join(caption))


def _make_shared_row(message: Message, writer: AdviceWriter, *, booked: bool) -> Values:
    t, counts = writer.t, message.counts
    seats = Words(text=t.number(counts["booked"]), after=t("of", total=counts["step"])) if booked else None
    step = t("story.step", count=counts["step"], do=writer.actions(message))
    return {
        "story.col.gap": Words(text=writer.title(message.capacity), after=message.capacity, style=Style.STRONG),
        "#story.col.short": Words(text=t.number(counts["below"]), after=t("of", total=counts["settled"])),
        "story.col.step": Words(text=step, after=message.criteria[0]),
        "story.col.help": t.joined(map(writer.name, message.countries)) or None,
        "#story.col.booked": seats,
    }


def _list_practice(advice: Advice, writer: AdviceWriter) -> list[Block]:
    messages = advice.of(MessageKind.PRACTICE)
    if not messages:
        return []
    t = writer.t
    named = sorted(messages, key=lambda message: t.sorted_as(writer.name(message.country)))
    by_country = [
        t.labelled(name, t.joined(map(writer.write_proven, group)))
        for name, group in groupby(named, key=lambda message: writer.name(message.country))
    ]
    return [Paragraph(strong=t.label(t("story.practice")), text=f"{t.clauses(*by_country)}.")]


# The section on assumptions: which of them move the results most


def _build_sensitivity_section(context: ReportContext) -> ReportSection | None:
    """Build the section on effects of assumptions.

    The result is None if no sensitivity analysis was requested.
    """
    t, sensitivity = context.t, context.dossier.sensitivity
    if sensitivity is None or not sensitivity.effects:
        return None
    rows: list[Values] = [
        {
            "col.assumption": t(f"assumption.{effect.assumption.name.lower()}"),
            "#col.assumption.share": t.percent(effect.share),
            "#col.assumption.moved": max(alternative.moved for alternative in effect.alternatives),
        }
        for effect in sensitivity
    ]
    figure = context.table("sensitivity", rows, caption=t("caption.sensitivity", count=sensitivity.results))
    first = t.lowered(t(f"assumption.{sensitivity.effects[0].assumption.name.lower()}"))
    lead = t("sensitivity.lead", first=first, share=t.percent(sensitivity.effects[0].share))
    return context.section("sensitivity", 750, figure, lead=lead)
