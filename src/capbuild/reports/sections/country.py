"""Sections of a country profile."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from capbuild.advice import Advice, MessageKind
from capbuild.model import Assessment, CriterionResult, CriterionState, Finding, Score, Source
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Band, Cell, Family, Style, Track, Words, list_families
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.kinds.evidence import make_evidence_link
from capbuild.reports.model import (
    Column,
    Figure,
    FigureKind,
    KeyItem,
    Paragraph,
    ReportSection,
    Row,
    RowGroup,
)
from capbuild.reports.score_text import write_criterion
from capbuild.reports.sections.advice import write_short_cost
from capbuild.reports.sections.summary import has_levels, is_visit_needed

#: Missing steps, and differences between sources, that are listed; the evidence has all.
_STEPS, _MOST = 14, 4
#: Kinds of sources shown side by side.
_SIDE_BY_SIDE = 5


def build_levels_section(assessment: Assessment, context: ReportContext) -> ReportSection:
    """Build the section "Where the country stands"."""
    t = context.t
    stairs = has_levels(assessment)
    kind = "levels" if stairs else "values"
    scale = assessment.indicators[0].scale if assessment.indicators else context.framework.scales[0]
    ticks = [level.code for level in scale.levels] if stairs else []
    drawn = (f"{name}=col.{name}.{kind}" for name in ("track", "result", "step"))
    groups = [_make_family_rows(family, assessment, context) for family in list_families(context.framework)]
    figure = Figure(
        id="levels",
        kind=FigureKind.LEVELS,
        columns=[
            evolve(column, ticks=ticks if column.id == "track" else ())
            for column in map(context.column, ("col.indicator", *drawn, "col.target"))
        ],
        groups=[group for group in groups if group.rows],
        caption=_make_levels_caption(context) if stairs else t("caption.values"),
        key=_make_key(groups, _make_level_key(scale.levels, context) if stairs else _make_band_key(context), context),
    )
    lead = t("stand.lead.unseen" if stairs and is_visit_needed(assessment) else f"stand.lead.{kind}")
    return context.section("stand", 100, figure, lead=lead)


def _make_key(groups: Sequence[RowGroup], key: list[KeyItem], context: ReportContext) -> list[KeyItem]:
    """Make the key of the marks."""
    cells = (cell for group in groups for row in group.rows for cell in row.cells)
    hollow = any(isinstance(cell, Track | Band) and cell.earlier is not None for cell in cells)
    return [*key, KeyItem(mark="hollow", text=context.t("key.earlier"))] if hollow else key


def _make_levels_caption(context: ReportContext) -> str:
    marks = context.marks
    scale = context.framework.scale_of(context.framework.indicators[0])
    listed = ", ".join(marks.level_inside(scale, order) for order in scale.orders)
    return context.t("caption.levels", levels=listed)


def _make_level_key(levels: Sequence[object], context: ReportContext) -> list[KeyItem]:
    t = context.t
    codes = [getattr(level, "code", "") for level in levels]
    middle = codes[len(codes) // 2] if codes else ""
    return [
        KeyItem(mark="chip", code=middle, shade=3, text=t("key.confirmed")),
        KeyItem(mark="range", code=f"{codes[0]} {middle}" if codes else "", text=t("key.open")),
        KeyItem(mark="claim", code=codes[-2] if len(codes) > 1 else "", text=t("key.claimed")),
        KeyItem(mark="target", text=t("key.target")),
    ]


def _make_band_key(context: ReportContext) -> list[KeyItem]:
    t = context.t
    return [
        KeyItem(mark="dot", text=t("key.value")),
        KeyItem(mark="thin", text=t("key.thin")),
        KeyItem(mark="target", text=t("key.target_value")),
    ]


def _make_family_rows(family: Family, assessment: Assessment, context: ReportContext) -> RowGroup:
    scores = [assessment.scores[node.id] for node in family.nodes if node.id in assessment.scores]
    earlier = context.earlier(assessment.country)
    before: Mapping[str, Score] = earlier.scores if earlier is not None else {}
    rows = [
        _make_level_row(
            score,
            before.get(score.capacity.id),
            assessment,
            context,
            Style.STRONG if score.capacity.children else Style.PLAIN,
        )
        for score in scores
    ]
    parent = assessment.scores.get(family.parent.id) if family.parent is not None else None
    if parent is not None and parent.value is not None and rows:
        # A parent with a figure of its own is the first row; a header would only repeat its name.
        rows.insert(0, _make_level_row(parent, before.get(parent.capacity.id), assessment, context, Style.STRONG))
        return RowGroup(code=parent.capacity.id, rows=rows)
    title = family.heading(context.marks.title)
    return RowGroup(title=title, code=family.parent.id if family.parent is not None else "", rows=rows)


def _make_level_row(
    score: Score, earlier: Score | None, assessment: Assessment, context: ReportContext, style: Style = Style.PLAIN
) -> Row:
    marks, name = context.marks, score.capacity.id
    link = make_evidence_link(assessment.country.alpha_2, name, context) if score.results else ""
    return Row(
        anchor=name,
        cells=[
            Words(before=name, text=marks.short_title(score.capacity), style=style, link=link),
            marks.track(score, earlier),
            marks.result_cell(score),
            Words(text=marks.next_step(score)),
            marks.gap(score),
        ],
    )


def build_steps_section(assessment: Assessment, advice: Advice, context: ReportContext) -> ReportSection | None:
    """Build the section "Steps to the targets".

    It lists the steps by area, with the evidence for each gap. The result is None if no missing step is known.
    """
    t, writer, code = context.t, context.writer(assessment), assessment.country.alpha_2
    areas = [message for message in (*advice.actions, *advice.of(MessageKind.OPEN)) if message.counts["steps"]]
    total, groups, left = sum(area.counts["steps"] for area in areas), [], _STEPS
    differ = {result.target for result in assessment.conflicts}
    for area in areas:
        results = {result.target: result for result in assessment.scores[area.capacity].results}
        names = area.criteria[: area.counts["steps"]][: max(left, 0)]
        left -= len(names)
        rows = [
            _make_step_row(results[name], assessment, writer, context, differ=name in differ)
            for name in names
            if name in results
        ]
        if rows:
            cost = write_short_cost(advice.find_cost(area.capacity), writer)
            summary = [*([writer.write_levels(area)] if area.levels else []), cost]
            link = make_evidence_link(code, area.capacity, context)
            title = f"{writer.title(area.capacity)} {area.capacity}"
            groups.append(RowGroup(title=title, rows=rows, summary=t.clauses(*summary), link=link))
    if not groups:
        return None
    columns = map(context.column, ("col.do", "col.found", *(["col.rests"] if context.disclosure.sources else [])))
    more = total - sum(len(group.rows) for group in groups)
    caption = " ".join([t("caption.steps"), *([t("steps.more", count=more)] if more else [])])
    figure = Figure(id="steps", columns=columns, groups=groups, caption=caption)
    return context.section("steps", 150, figure, lead=t("steps.lead", count=total))


def _make_step_row(
    result: CriterionResult, assessment: Assessment, writer: AdviceWriter, context: ReportContext, *, differ: bool
) -> Row:
    t, name = context.t, result.target
    partly = result.state is CriterionState.PARTLY
    cells: list[Cell] = [
        Words(text=writer.action(name)),
        Words(text=context.outcome(result), style=Style.PLAIN if partly else Style.LACKING),
    ]
    if context.disclosure.sources:
        used = result.used_finding
        source = assessment.source_by_id.get(used.source) if used is not None else None
        parts = [context.source(source)] if source is not None else []
        parts += [t.date(used.as_of)] if used is not None else []
        link = make_evidence_link(assessment.country.alpha_2, name, context)
        after = f"({t('steps.differ')})" if differ else ""
        cells.append(Words(text=", ".join(filter(None, parts)) or "–", after=after, refs=[(name, link)]))
    return Row(cells=cells, anchor=name)


def build_sources_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build "What each source said" for conflicting sources.

    The result is None if the audience does not see sources.
    """
    if not context.disclosure.sources:
        return None
    t = context.t
    conflicts = assessment.conflicts
    if not conflicts:
        return context.section("sources", 250, lead=t("sources.agree"))
    shown = _choose_conflicts(assessment, conflicts)
    kinds = {
        Column(id=f"source-{number}", title=t.raised(context.source(group[0]))): {source.id for source in group}
        for number, group in enumerate(_group_sources(assessment.sources, shown), 1)
    }
    policy, left = t(f"policy.{assessment.recipe.reconciliation.name.lower()}"), len(conflicts) - len(shown)
    more = [t("caption.sources.more", count=left)] if left else []
    rows = [_make_sources_row(result, kinds, assessment, context) for result in shown]
    figure = context.table("sources", rows, caption=" ".join([t("caption.sources", policy=policy), *more]))
    settle = Paragraph(note=True, strong=t("settle.strong"), text=t("settle.text", count=len(conflicts)))
    return context.section("sources", 250, figure, settle, lead=t("sources.lead"))


def _choose_conflicts(assessment: Assessment, conflicts: Sequence[CriterionResult]) -> list[CriterionResult]:
    """Return the most relevant conflicts, in their own order.

    Those on which a target depends are chosen first.
    """
    decisive = {name for score in assessment.indicators if score.target_met is not True for name in score.lacking}
    decisive |= {name for score in assessment.indicators for name in score.deciding}
    ranked = sorted(conflicts, key=lambda result: result.target not in decisive)[:_MOST]
    return [result for result in conflicts if result in ranked]


def _group_sources(sources: Sequence[Source], conflicts: Sequence[CriterionResult]) -> list[list[Source]]:
    """Group the sources behind conflicts."""
    used = {finding.source for result in conflicts for finding in result.findings}
    groups: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        if source.id in used:
            groups.setdefault((source.kind.value, source.respondent), []).append(source)
    return list(groups.values())[:_SIDE_BY_SIDE]


def _make_sources_row(
    result: CriterionResult, kinds: Mapping[Column, set[str]], assessment: Assessment, context: ReportContext
) -> Values:
    criterion, target = context.framework.criteria.get(result.target), result.target
    t = context.t
    title = t.text(context.framework[target].title) if criterion is None else ""
    text = title if criterion is None else write_criterion(criterion, assessment.size, t)
    score = assessment.scores[target] if criterion is None else None
    used = context.outcome(result) if result.state is not CriterionState.OPEN else context.t("open")
    if score is not None and not score.settled:
        used = context.marks.result(score)
    return {
        "col.criterion": Words(
            text=text, refs=[(target, make_evidence_link(assessment.country.alpha_2, target, context))]
        ),
        **{column: _list_answers(result.findings, sources, context) for column, sources in kinds.items()},
        "col.used": Words(text=used, style=Style.STRONG),
    }


def _list_answers(findings: Sequence[Finding], sources: set[str], context: ReportContext) -> str | None:
    """Return the distinct answers from one kind of source.

    The result is None if it gave no answer.
    """
    answers = dict.fromkeys(context.answer(f.value, f.target) for f in findings if f.source in sources)
    return context.t.listed(*answers) or None
