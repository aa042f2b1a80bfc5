"""Sections of a country profile: levels, gaps, visits and sources."""

from collections.abc import Mapping, Sequence

from capbuild.model import Assessment, Capacity, CriterionResult, CriterionState, Finding, Score, Source
from capbuild.reports.cells import Band, Cell, Lines, Style, Track, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import (
    Block,
    Bullets,
    Column,
    Figure,
    FigureKind,
    KeyItem,
    Paragraph,
    ReportSection,
    Row,
    RowGroup,
)
from capbuild.reports.nodes import Family, list_families
from capbuild.reports.summary import has_levels, is_visit_needed

__all__ = ["build_lacking_section", "build_levels_section", "build_sources_section", "build_visit_section"]

#: Rows of the tables that show the worst cases only.
_MOST = 5
#: Kinds of sources shown side by side.
_SIDE_BY_SIDE = 5


def build_levels_section(assessment: Assessment, context: ReportContext) -> ReportSection:
    """Build "Where the country stands": every indicator with level or value."""
    say = context.say
    stairs = has_levels(assessment)
    kind = "levels" if stairs else "values"
    scale = assessment.indicators[0].scale if assessment.indicators else context.framework.scales[0]
    ticks = [level.code for level in scale.levels] if stairs else []
    groups = [_make_family_rows(family, assessment, context) for family in list_families(context.framework)]
    figure = Figure(
        id="levels",
        kind=FigureKind.LEVELS,
        columns=[
            Column(id="indicator", title=say("col.indicator")),
            Column(id="track", title=say(f"col.track.{kind}"), ticks=ticks),
            Column(id="result", title=say(f"col.result.{kind}")),
            Column(id="step", title=say(f"col.step.{kind}")),
            Column(id="target", title=say("col.target")),
        ],
        groups=[group for group in groups if group.rows],
        caption=_make_levels_caption(context) if stairs else say("caption.values"),
        key=_make_key(groups, _make_level_key(scale.levels, context) if stairs else _make_band_key(context), context),
    )
    lead = say("stand.lead.unseen" if stairs and is_visit_needed(assessment) else f"stand.lead.{kind}")
    return ReportSection(
        id="stand",
        order=100,
        title=say("stand.title"),
        lead=lead,
        blocks=[figure, *_list_blocked_levels(assessment, context)],
    )


def _list_blocked_levels(assessment: Assessment, context: ReportContext) -> list[Block]:
    """List levels held back although criteria of higher levels are met."""
    say, marks = context.say, context.marks
    points = [
        Paragraph(strong=say.label(f"{score.capacity.id} {marks.title(score.capacity)}"), text=marks.waiting(score))
        for score in assessment.indicators
        if marks.waiting(score)
    ]
    return [Paragraph(strong=say("stand.waiting"), text=""), Bullets(points=points)] if points else []


def _make_key(groups: Sequence[RowGroup], key: list[KeyItem], context: ReportContext) -> list[KeyItem]:
    """Make the key of the marks, with hollow ones if drawn."""
    cells = (cell for group in groups for row in group.rows for cell in row.cells)
    hollow = any(isinstance(cell, Track | Band) and cell.earlier is not None for cell in cells)
    return [*key, KeyItem(mark="hollow", text=context.say("key.earlier"))] if hollow else key


def _make_levels_caption(context: ReportContext) -> str:
    marks = context.marks
    scale = context.framework.scale_of(context.framework.indicators[0])
    listed = ", ".join(marks.level_inside(scale, order) for order in scale.orders)
    return context.say("caption.levels" if context.framework.criteria else "caption.levels.judged", levels=listed)


def _make_level_key(levels: Sequence[object], context: ReportContext) -> list[KeyItem]:
    say = context.say
    codes = [getattr(level, "code", "") for level in levels]
    middle = codes[len(codes) // 2] if codes else ""
    return [
        KeyItem(mark="chip", code=middle, shade=3, text=say("key.confirmed")),
        KeyItem(mark="range", code=f"{codes[0]} {middle}" if codes else "", text=say("key.open")),
        KeyItem(mark="claim", code=codes[-2] if len(codes) > 1 else "", text=say("key.claimed")),
        KeyItem(mark="target", text=say("key.target")),
    ]


def _make_band_key(context: ReportContext) -> list[KeyItem]:
    say = context.say
    return [
        KeyItem(mark="dot", text=say("key.value")),
        KeyItem(mark="thin", text=say("key.thin")),
        KeyItem(mark="target", text=say("key.target_value")),
    ]


def _make_family_rows(family: Family, assessment: Assessment, context: ReportContext) -> RowGroup:
    scores = [assessment.scores[node.id] for node in family.nodes if node.id in assessment.scores]
    earlier = context.earlier(assessment.country)
    before: Mapping[str, Score] = earlier.scores if earlier is not None else {}
    rows = [_make_level_row(score, before.get(score.capacity.id), context) for score in scores]
    parent = assessment.scores.get(family.parent.id) if family.parent is not None else None
    if parent is not None and parent.value is not None and rows:
        # A parent with a figure of its own is the first row; a head would only say its name again.
        rows.insert(0, _make_level_row(parent, before.get(parent.capacity.id), context, Style.STRONG))
        return RowGroup(code=parent.capacity.id, rows=rows)
    title = context.marks.title(family.parent) if family.parent is not None else ""
    return RowGroup(title=title, code=family.parent.id if family.parent is not None else "", rows=rows)


def _make_level_row(score: Score, earlier: Score | None, context: ReportContext, style: Style = Style.PLAIN) -> Row:
    marks = context.marks
    title = marks.title(score.capacity)
    name: Cell = Words(before=score.capacity.id, text=title, style=style)
    return Row(
        cells=[
            name,
            marks.track(score, earlier),
            marks.result_cell(score),
            Words(text=marks.next_step(score)),
            marks.gap(score),
        ]
    )


def _make_criterion_line(result: CriterionResult, node: Capacity, context: ReportContext) -> Words:
    criterion = context.framework.criteria[result.target]
    partly = result.state is CriterionState.PARTLY
    return Words(
        before=result.target.removeprefix(f"{node.id}."),
        text=context.say.lowered(context.say.text(criterion.text)),
        after=f"({context.coded('answer', 'partly')})" if partly else "",
        style=Style.PLAIN,
    )


def _make_criteria_rows(scores: Sequence[Score], names: Sequence[Sequence[str]], context: ReportContext) -> list[Row]:
    rows = []
    for score, wanted in zip(scores, names, strict=True):
        results = {result.target: result for result in score.results}
        lines = [_make_criterion_line(results[name], score.capacity, context) for name in wanted if name in results]
        rows.append(
            Row(
                cells=[
                    Words(text=context.marks.title(score.capacity), after=score.capacity.id, style=Style.STRONG),
                    context.marks.result_cell(score),
                    Words(text=context.marks.target(score)),
                    Lines(lines=lines),
                ]
            )
        )
    return rows


def _make_criteria_columns(context: ReportContext, last: str) -> list[Column]:
    say = context.say
    return [
        Column(id="indicator", title=say("col.indicator")),
        Column(id="result", title=say("col.result.levels")),
        Column(id="target", title=say("col.target")),
        Column(id="criteria", title=say(last)),
    ]


def build_lacking_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build "What is lacking for the target", with criteria quoted.

    None where nothing is known to lack.
    """
    say = context.say
    lacking = sorted(
        (s for s in assessment.indicators if s.lacking and not s.target_met), key=lambda s: -len(s.lacking)
    )
    if not lacking:
        return None
    shown = lacking[:_MOST]
    figure = Figure(
        id="lacking",
        columns=_make_criteria_columns(context, "col.show"),
        groups=[RowGroup(rows=_make_criteria_rows(shown, [s.lacking for s in shown], context))],
        caption=say("caption.lacking"),
    )
    lead = say("lacking.lead.most", count=len(shown)) if len(lacking) > _MOST else say("lacking.lead.all")
    return ReportSection(id="lacking", order=300, title=say("lacking.title"), lead=lead, blocks=[figure])


def build_visit_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build "What a visit would settle" for an unvisited country.

    None for others.
    """
    say = context.say
    opened = [s for s in assessment.indicators if s.deciding]
    if assessment.visited or not opened:
        return None
    opened = sorted(opened, key=lambda s: -len(s.deciding))[:_MOST]
    figure = Figure(
        id="visit",
        columns=_make_criteria_columns(context, "col.find_out"),
        groups=[RowGroup(rows=_make_criteria_rows(opened, [s.deciding for s in opened], context))],
        caption=say("caption.visit"),
    )
    return ReportSection(
        id="visit", order=350, title=say("visit.title"), lead=say("visit.lead", count=len(opened)), blocks=[figure]
    )


def build_sources_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build "What each source said" for conflicting sources.

    None for an audience that does not see sources.
    """
    if not context.disclosure.sources:
        return None
    say = context.say
    conflicts = assessment.conflicts
    if not conflicts:
        return ReportSection(id="sources", order=400, title=say("sources.title"), lead=say("sources.agree"))
    kinds = _group_sources(assessment.sources, conflicts)
    columns = [
        Column(id="criterion", title=say("col.criterion")),
        *(Column(id=f"source-{n}", title=say.raised(context.source(group[0]))) for n, group in enumerate(kinds, 1)),
        Column(id="used", title=say("col.used")),
    ]
    figure = Figure(
        id="sources",
        columns=columns,
        groups=[RowGroup(rows=[_make_sources_row(result, kinds, context) for result in conflicts])],
        caption=say("caption.sources", policy=say(f"policy.{assessment.recipe.reconciliation.name.lower()}")),
    )
    settle = Paragraph(note=True, strong=say("settle.strong"), text=say("settle.text", count=len(conflicts)))
    return ReportSection(
        id="sources", order=400, title=say("sources.title"), lead=say("sources.lead"), blocks=[figure, settle]
    )


def _group_sources(sources: Sequence[Source], conflicts: Sequence[CriterionResult]) -> list[list[Source]]:
    """Sources behind the conflicts, those of one kind and respondent together."""
    used = {finding.source for result in conflicts for finding in result.findings}
    groups: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        if source.id in used:
            groups.setdefault((source.kind.value, source.respondent), []).append(source)
    return list(groups.values())[:_SIDE_BY_SIDE]


def _make_sources_row(result: CriterionResult, kinds: Sequence[Sequence[Source]], context: ReportContext) -> Row:
    criterion = context.framework.criteria.get(result.target)
    text = context.say.text(criterion.text if criterion is not None else context.framework[result.target].title)
    answers: list[Cell] = [_make_answers_cell(result.findings, {s.id for s in group}, context) for group in kinds]
    used = context.outcome(result) if result.state is not CriterionState.OPEN else context.say("open")
    return Row(cells=[Words(text=text, after=result.target), *answers, Words(text=used, style=Style.STRONG)])


def _make_answers_cell(findings: Sequence[Finding], sources: set[str], context: ReportContext) -> Words:
    """Make the cell of distinct answers from one kind of source."""
    answers = dict.fromkeys(context.answer(f.value) for f in findings if f.source in sources)
    if not answers:
        return Words(text="–", style=Style.QUIET)
    return Words(text=", ".join(answers))
