"""Sections and figures of advice: first steps, open areas, costs and certainty."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from capbuild.advice import Advice, Certainty, Message, MessageKind
from capbuild.advice.areas import list_unweighted
from capbuild.model import Assessment, Capacity, Scale, Score
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import DASH, Cell, Heat, Lines, Style, Track, Words, list_families, split_tables
from capbuild.reports.context import ReportContext, Value, Values
from capbuild.reports.kinds.evidence import make_evidence_link
from capbuild.reports.model import (
    Bullets,
    Column,
    Fact,
    Figure,
    FigureKind,
    KeyItem,
    List,
    ListItem,
    Paragraph,
    ReportSection,
)
from capbuild.reports.score_text import compute_shade, make_short_code
from capbuild.reports.sections.maps import make_node_column
from capbuild.reports.sections.summary import describe_likely_level, has_levels

#: Actions after the first ones, open areas of a page and of a profile, and entries of each list that fit.
_THEN, _OPEN, _OPEN_PROFILE, _LISTED = 4, 5, 6, 4
#: Steps of one action that are written out: fewer where open areas take their own room.
_STEPS, _FEW_STEPS = 3, 2


def list_dimensions(advice: Advice, writer: AdviceWriter, context: ReportContext) -> Bullets | None:
    """Return a finding for each dimension; None without any."""
    points = [
        Paragraph(
            strong=context.t.label(context.marks.title(context.framework[message.capacity])),
            text=writer.sentence(message),
        )
        for message in advice.of(MessageKind.DIMENSION)
    ]
    return Bullets(points=points) if points else None


def build_advice_section(assessment: Assessment, advice: Advice, context: ReportContext) -> ReportSection | None:
    """Build a profile's section on what to do first.

    The result is None without advice.
    """
    if not advice:
        return None
    return evolve(next(build_action_sections(assessment, advice, context, whole=True)), order=60)


def make_advice_facts(advice: Advice, context: ReportContext) -> list[Fact]:
    """Make the facts on areas, missing steps and planned money."""
    t = context.t
    lead = next(iter(advice.of(MessageKind.LEAD, MessageKind.UNSETTLED)), None)
    if lead is None:
        return []
    counts = lead.counts
    first = "reached" if lead.kind is MessageKind.LEAD else "settled"
    label = "fact.at_target" if lead.kind is MessageKind.LEAD else "fact.settled_areas"
    facts = [Fact(label=t(label), value=t.number(counts[first]), unit=t("of", total=counts["areas"]))]
    short = [
        message.counts["steps"]
        for message in (*advice.actions, *advice.of(MessageKind.OPEN))
        if message.counts["steps"]
    ]
    facts.append(Fact(label=t("fact.below_target"), value=t.number(counts["below"])))
    facts.append(Fact(label=t("fact.open_levels"), value=t.number(counts["areas"] - counts["settled"])))
    if context.framework.criteria:
        facts.append(Fact(label=t("fact.missing_steps"), value=t.number(sum(short))))
    seats = next((message for message in advice.of(MessageKind.ASK) if "seats" in message.counts), None)
    if seats is not None:
        words = t("count.seats", count=seats.counts["seats"])
        label = t.listed(t("fact.planned_for"), words)
        if seats.cost is None:
            facts.append(Fact(label=t("fact.planned_for"), value=words))
        else:
            facts.append(Fact(label=label, value=t.amount(seats.cost.amount), unit=seats.cost.currency))
    return facts


# Current levels


def make_strips(assessment: Assessment, context: ReportContext, *, weighted: bool = False) -> list[Figure]:
    """Make the tables of levels by dimension: "strip", "strip-2" and so on.

    A second row has the targets. The result is empty without levels.

    Args:
        assessment: Assessment of the country.
        context: Shared data of the report.
        weighted: Whether dimensions without weight are left out, such as articles of law beside capacities.
    """
    framework, figures, keyed = context.framework, list[Figure](), None
    left_out = list_unweighted(framework) if weighted else frozenset[str]()
    families = [evolve(f, nodes=[n for n in f.nodes if _is_in_strip(n, assessment)]) for f in list_families(framework)]
    shown = [f for f in families if f.nodes and f.nodes[0].id not in left_out]
    for table in split_tables(shown, framework) if has_levels(assessment) else ():
        scale = framework.scale_of(table[0].nodes[0])
        levels: dict[str | Column, Value] = {"row=col.indicator": context.t("country_brief.level")}
        targets: dict[str | Column, Value] = {"row=col.indicator": context.t("country_brief.target")}
        for family in table:
            for node in family.nodes:
                score = assessment.scores.get(node.id)
                column = make_node_column(node, family, context)
                levels[column] = _make_level_cell(score, context)
                targets[column] = _make_target_cell(score, context)
        name = f"strip-{len(figures) + 1}" if figures else "strip"
        key = [] if scale.levels == keyed else _make_strip_key(scale, levels.values(), context)
        keyed = scale.levels
        figures.append(context.table(name, [levels, targets], kind=FigureKind.HEAT, key=key))
    return figures


def _is_in_strip(node: Capacity, assessment: Assessment) -> bool:
    score = assessment.scores.get(node.id)
    if node.children or (score is not None and score.plausible is not None):
        return not node.children
    return bool(assessment.framework.scale_of(node).levels) and (score is None or score.value is None)


def _make_strip_key(scale: Scale, cells: Iterable[Value], context: ReportContext) -> list[KeyItem]:
    t = context.t
    chips = [
        KeyItem(
            mark="chip",
            code=make_short_code(level),
            text=t.lowered(t.text(level.label)),
            shade=compute_shade(position, len(scale.levels)),
        )
        for position, level in enumerate(scale.levels, start=1)
    ]
    marks = {_mark_unsettled(cell) for cell in cells if isinstance(cell, Heat)}
    others = [
        KeyItem(mark="hatch", code="1–3", text=t("country_brief.left_open")),
        KeyItem(mark="hatch", code="·", text=t("no_figure")),
        KeyItem(mark="plain", code="–", text=t("undefined.not_applicable")),
    ]
    return [*chips, *(item for item in others if item.code in marks)]


def _mark_unsettled(cell: Heat) -> str:
    """Return the code in the key for a cell without one level, else its own text."""
    return "1–3" if cell.open and cell.text != "·" else cell.text


def _make_level_cell(score: Score | None, context: ReportContext) -> Heat:
    if score is None:
        return Heat(text="·", open=True, spoken=context.t("undefined.nobody_answered"))
    if not score.applies:
        return Heat(text="–", spoken=context.marks.result(score))
    if score.plausible is None:
        return Heat(text="·", open=True, spoken=context.marks.result(score))
    if not score.plausible.settled:
        return context.marks.heat(score)
    order = score.plausible.lowest
    shade = compute_shade(score.scale.place(order), len(score.scale.levels))
    return Heat(text=make_short_code(score.scale.level(order)), shade=shade, spoken=context.marks.result(score))


def _make_target_cell(score: Score | None, context: ReportContext) -> Heat:
    """Make the cell of a target.

    For screen readers, its text also says if the target is reached.
    """
    if score is None or score.target is None:
        return Heat(text="")
    undecided = "gap.undecided" if score.applies else "undefined.not_applicable"
    states = {True: "gap.met", False: "country_brief.below", None: undecided}
    target, state = context.marks.target(score), context.t(states[score.target_met])
    order, scale = score.target, score.scale
    text = make_short_code(scale.level(int(order))) if scale.levels and order in scale.orders else target
    return Heat(text=text, spoken=f"{target}, {state}")


# Points that a visit would settle


def build_open_section(
    assessment: Assessment, advice: Advice, context: ReportContext, *, whole: bool = False
) -> ReportSection | None:
    """Build the section on areas that the evidence leaves open.

    The result is None if there are no such areas.

    Args:
        assessment: Assessment of the country.
        advice: Advice for it.
        context: Shared data of the report.
        whole: Whether it is for a profile: more areas, how likely each level is, and the criteria to see.
    """
    messages = sorted(advice.of(MessageKind.OPEN), key=lambda message: -message.counts["open"])
    if not messages:
        return None
    t, writer, most = context.t, context.writer(assessment), _OPEN_PROFILE if whole else _OPEN
    rest = (
        writer.areas([message.capacity for message in messages[most:]], most=len(messages)) if messages[most:] else ""
    )
    figure = context.table(
        "look",
        [_make_open_row(message, assessment, writer, context, whole=whole) for message in messages[:most]],
        kind=FigureKind.ACTIONS,
        caption=" ".join([t("country_brief.caption.look"), *([f"+ {rest}."] if rest else [])]),
        key=[
            KeyItem(mark="range", code="L1 L2", text=t("key.open")),
            KeyItem(mark="claim", code="L2", text=t("key.claimed")),
            KeyItem(mark="target", text=t("key.target")),
        ],
    )
    return context.section("look", 200, figure, title=t("open.title" if assessment.visited else "country_brief.look"))


def _make_open_row(
    one: Message, assessment: Assessment, writer: AdviceWriter, context: ReportContext, *, whole: bool
) -> Values:
    t, score, code = context.t, assessment.scores[one.capacity], assessment.country.alpha_2
    likely = Words(text=describe_likely_level(score, context.marks) or "–", style=Style.OPEN)
    to_see = one.criteria[one.counts["steps"] :] if whole else ()
    refs = [(name, make_evidence_link(code, name, context)) for name in to_see]
    return {
        "country_brief.col.area": Words(
            text=writer.title(one.capacity),
            after=one.capacity,
            style=Style.STRONG,
            link=make_evidence_link(code, one.capacity, context),
        ),
        "country_brief.col.range": _make_range_cell(score, context),
        "col.likely": likely if whole and not context.disclosure.pooled else None,
        # An indicator that is judged as a whole has no criteria to see.
        "country_brief.col.to_see" if whole else "#country_brief.col.to_see": None
        if t.judged
        else Words(text=t.number(one.counts["open"]), refs=refs),
        "#country_brief.col.missing": None if t.judged else one.counts["steps"],
    }


def _make_range_cell(score: Score, context: ReportContext) -> Cell:
    """Make the cell of an open indicator's range.

    Its note repeats the range as text, which no other cell has.
    """
    drawn = context.marks.track(score)
    if not isinstance(drawn, Track):
        return drawn
    return evolve(drawn, note=context.t.clauses(context.marks.result(score), drawn.note))


# What to do


def build_action_sections(
    assessment: Assessment, advice: Advice, context: ReportContext, *, whole: bool = False
) -> Iterator[ReportSection]:
    """Yield the sections "Do first" and "Then".

    "Then" is left out where it would repeat other sections: with `whole`, and for open areas without a visit.
    """
    t, writer = context.t, context.writer(assessment)
    first, rest = advice.of(MessageKind.FIRST), advice.of(MessageKind.THEN)
    title = t("country_brief.first" if assessment.visited else "country_brief.first.certain")
    if not first:
        if advice:
            yield context.section("first", 300, title=title, lead=t("country_brief.no_steps"))
        return
    unseen = not assessment.visited and bool(advice.of(MessageKind.OPEN)) and not whole
    figure = _make_first(first, advice, writer, context, steps=1 if whole else _FEW_STEPS if unseen else _STEPS)
    yield context.section("first", 300, figure, title=title)
    shown = rest[:_THEN]
    if shown and not unseen and not whole:
        figure = make_step_table(shown, len(rest) - len(shown), advice, writer, context)
        yield context.section("then", 310, figure, title=t("country_brief.then"))


def _make_first(
    first: Sequence[Message], advice: Advice, writer: AdviceWriter, context: ReportContext, *, steps: int
) -> Figure:
    rows: list[Values] = [
        {
            "country_brief.col.do": _make_step_cell(position, message, writer, context, steps),
            "country_brief.col.moves": _make_track(message, writer, context),
            "price=country_brief.col.cost": _make_cost_cell(message, advice, writer),
            "country_brief.col.sure": _make_certainty_cell(message, advice, writer, context),
        }
        for position, message in enumerate(first, start=1)
    ]
    captions = [context.t("country_brief.caption")] if any(message.levels for message in first) else []
    captions += _explain_shared(first, advice, context)
    return context.table("first", rows, kind=FigureKind.ACTIONS, caption=" ".join(captions))


def _explain_shared(actions: Sequence[Message], advice: Advice, context: ReportContext) -> list[str]:
    """Explain the sum of costs if a session is priced at several actions."""
    costs = [advice.find_cost(message.capacity) for message in actions]
    sessions = [name for cost in costs if cost is not None and cost.cost is not None for name in cost.sessions]
    return [context.t("country_brief.caption.shared")] if len(set(sessions)) < len(sessions) else []


def _make_step_cell(place: int, message: Message, writer: AdviceWriter, context: ReportContext, steps: int) -> Lines:
    """Make the cell of the steps of an action.

    The first step is bold; capacity and reason come last.
    """
    rest = [writer.action(name) for name in message.criteria[1:steps]]
    left = len(message.criteria) - steps
    sentences = [f"{text}." for text in rest]
    sentences += [writer.t("country_brief.more_steps", count=left)] if left > 0 else []
    return Lines(
        lines=[
            Words(
                before=str(place),
                text=writer.action(message.criteria[0]),
                style=Style.STRONG,
                link=_link(message, message.criteria[0], context),
            ),
            Words(text=" ".join([*sentences, writer.write_reason(message)])),
            Words(
                text=writer.title(message.capacity),
                after=" · ".join(filter(None, (message.capacity, writer.write_levels(message)))),
                style=Style.QUIET,
                refs=_make_refs(message, message.criteria[:steps], context),
            ),
        ]
    )


def _link(message: Message, name: str, context: ReportContext) -> str:
    """Return the link to the evidence of a message."""
    return "" if message.country is None else make_evidence_link(message.country.alpha_2, name, context)


def _make_refs(message: Message, names: Iterable[str], context: ReportContext) -> list[tuple[str, str]]:
    return [(name, _link(message, name, context)) for name in names]


def _make_track(message: Message, writer: AdviceWriter, context: ReportContext) -> Track | None:
    """Make the drawn cell of an action's effect.

    It shows the level now, the level after all steps, and the target. The result is None for a figure.
    """
    if not message.levels:
        return None
    scale = context.framework.scale_of(context.framework[message.capacity])
    now, target = scale.place(message.levels["now"]), message.levels["target"]
    then = message.levels.get("then")
    return Track(
        codes=list(map(make_short_code, scale.levels)),
        lowest=now,
        highest=scale.place(message.levels["high"]),
        lifted=None if then is None or scale.place(then) <= now else scale.place(then),
        target=scale.place(target) if target in scale.orders else None,
        note=writer.write_levels(message),
    )


def _make_cost_cell(message: Message, advice: Advice, writer: AdviceWriter) -> Lines:
    cost, partner = advice.find_cost(message.capacity), advice.find(MessageKind.HELP, message.capacity)
    lines = [Words(text=writer.write_cost(cost))] if cost is not None else []
    if partner is not None:
        lines.append(Words(text=writer.t("message.help", partners=writer.partners(partner))))
    return Lines(lines=lines or [DASH])


def _make_certainty_cell(message: Message, advice: Advice, writer: AdviceWriter, context: ReportContext) -> Lines:
    sure = advice.find(MessageKind.CERTAINTY, message.capacity)
    if sure is None:
        return Lines(lines=[DASH])
    names = () if sure.certainty is Certainty.CHECK else sure.criteria
    return Lines(
        lines=[
            Words(text=writer.certainty_label(sure), style=Style.STRONG),
            Words(text=writer.write_certainty_reason(sure), refs=_make_refs(sure, names, context)),
        ]
    )


def make_step_table(
    rest: Sequence[Message], left: int, advice: Advice, writer: AdviceWriter, context: ReportContext
) -> Figure:
    """Make the table of first steps by capacity.

    Its columns are the step, its effect, the number of missing steps, and the cost.
    """
    rows: list[Values] = [
        {
            "country_brief.col.do": Words(
                text=writer.action(message.criteria[0]),
                after=f"{writer.title(message.capacity)} {message.capacity}",
                style=Style.STRONG,
                link=_link(message, message.criteria[0], context),
            ),
            "country_brief.col.moves": _make_track(message, writer, context),
            "#country_brief.col.steps": writer.count_steps(message),
            "price=country_brief.col.cost": write_short_cost(advice.find_cost(message.capacity), writer),
        }
        for message in rest
    ]
    captions = [context.t("country_brief.more", count=left)] if left > 0 else []
    captions += _explain_shared(rest, advice, context)
    return context.table("then", rows, kind=FigureKind.ACTIONS, caption=" ".join(captions))


def write_short_cost(cost: Message | None, writer: AdviceWriter) -> str:
    """Return the planned amount, or seats, and the last day.

    The text is "nothing planned" without a planned session.
    """
    t = writer.t
    if cost is None or cost.kind is MessageKind.OWN_STEP:
        return t("message.not_planned")
    amount = t.money(cost.cost) if cost.cost is not None else t("count.seats", count=cost.counts["seats"])
    return t.listed(amount, t.date(cost.date))


# Requests, good practice, and open points


def make_advice_lists(assessment: Assessment, advice: Advice, context: ReportContext) -> list[List]:
    """Make the lists of requests, and of strengths or unknowns."""
    t, writer = context.t, context.writer(assessment)
    asks = advice.of(MessageKind.ASK)
    day = next((ask.date for ask in asks if ask.date is not None), None)
    title = t("country_brief.ask") if day is None else t("country_brief.ask.by", date=t.date(day))
    offers = advice.of(MessageKind.OFFER)
    messages = [*offers, *advice.of(MessageKind.UNKNOWN)]
    other = "country_brief.offer" if offers else "country_brief.unknown"
    idle = advice.of(MessageKind.IDLE_SEATS)
    return [
        List(title=title, items=_make_items((*asks, *idle), writer, context), empty=t("country_brief.nothing")),
        List(
            title=t(other),
            items=_make_items(messages, writer, context),
            empty=t("country_brief.nothing"),
            warning=True,
        ),
    ]


def _make_items(messages: Iterable[Message], writer: AdviceWriter, context: ReportContext) -> list[ListItem]:
    return [
        ListItem(title=writer.sentence(message), link=_link(message, names[0], context) if names else "")
        for message in messages
        for names in [(*message.criteria, *message.capacities, *filter(None, [message.capacity]))]
    ][:_LISTED]
