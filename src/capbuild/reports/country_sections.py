"""Sections of a country profile that say where it stands, what lacks, and where sources disagree."""

from collections.abc import Mapping, Sequence

from capbuild.model import Assessment, Capacity, CriterionResult, CriterionState, Finding, Score, Source
from capbuild.reports.cells import Band, Cell, Lines, Style, Track, Words
from capbuild.reports.context import Setting
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
from capbuild.reports.nodes import Family, families
from capbuild.reports.summary import is_staircase, is_unseen

__all__ = ["lacking_section", "sources_section", "stand_section", "visit_section"]

#: Rows of the tables that show the worst cases only.
_MOST = 5
#: Kinds of sources shown side by side.
_SIDE_BY_SIDE = 5


def stand_section(assessment: Assessment, setting: Setting) -> ReportSection:
    """Return "Where the country stands": every indicator with its level or value."""
    say = setting.say
    stairs = is_staircase(assessment)
    kind = "levels" if stairs else "values"
    scale = assessment.indicators[0].scale if assessment.indicators else setting.framework.scales[0]
    ticks = [level.code for level in scale.levels] if stairs else []
    groups = [_family_rows(family, assessment, setting) for family in families(setting.framework)]
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
        caption=_stand_caption(scale.levels, setting) if stairs else say("caption.values"),
        key=_key_of(groups, _track_key(scale.levels, setting) if stairs else _band_key(setting), setting),
    )
    lead = say("stand.lead.unseen" if stairs and is_unseen(assessment) else f"stand.lead.{kind}")
    return ReportSection(
        id="stand", order=100, title=say("stand.title"), lead=lead, blocks=[figure, *_held_down(assessment, setting)]
    )


def _held_down(assessment: Assessment, setting: Setting) -> list[Block]:
    """What keeps levels from rising although criteria of higher ones are met."""
    say, marks = setting.say, setting.marks
    points = [
        Paragraph(strong=say.label(f"{score.capacity.id} {marks.title(score.capacity)}"), text=marks.waiting(score))
        for score in assessment.indicators
        if marks.waiting(score)
    ]
    return [Paragraph(strong=say("stand.waiting"), text=""), Bullets(points=points)] if points else []


def _key_of(groups: Sequence[RowGroup], key: list[KeyItem], setting: Setting) -> list[KeyItem]:
    """The key of the marks, with the hollow one where it is drawn."""
    cells = (cell for group in groups for row in group.rows for cell in row.cells)
    hollow = any(isinstance(cell, Track | Band) and cell.earlier is not None for cell in cells)
    return [*key, KeyItem(mark="hollow", text=setting.say("key.earlier"))] if hollow else key


def _stand_caption(levels: Sequence[object], setting: Setting) -> str:
    marks = setting.marks
    scale = setting.framework.scale_of(setting.framework.indicators[0])
    listed = ", ".join(marks.level_inside(scale, order) for order in range(1, len(levels) + 1))
    return setting.say("caption.levels", levels=listed)


def _track_key(levels: Sequence[object], setting: Setting) -> list[KeyItem]:
    say = setting.say
    codes = [getattr(level, "code", "") for level in levels]
    middle = codes[len(codes) // 2] if codes else ""
    return [
        KeyItem(mark="chip", code=middle, shade=3, text=say("key.confirmed")),
        KeyItem(mark="range", code=f"{codes[0]} {middle}" if codes else "", text=say("key.open")),
        KeyItem(mark="claim", code=codes[-2] if len(codes) > 1 else "", text=say("key.claimed")),
        KeyItem(mark="target", text=say("key.target")),
    ]


def _band_key(setting: Setting) -> list[KeyItem]:
    say = setting.say
    return [
        KeyItem(mark="dot", text=say("key.value")),
        KeyItem(mark="thin", text=say("key.thin")),
        KeyItem(mark="target", text=say("key.target_value")),
    ]


def _family_rows(family: Family, assessment: Assessment, setting: Setting) -> RowGroup:
    scores = [assessment.scores[node.id] for node in family.nodes if node.id in assessment.scores]
    earlier = setting.earlier(assessment.country)
    before: Mapping[str, Score] = earlier.scores if earlier is not None else {}
    rows = [_level_row(score, before.get(score.capacity.id), setting) for score in scores]
    parent = assessment.scores.get(family.parent.id) if family.parent is not None else None
    if parent is not None and parent.value is not None and rows:
        # A parent with a figure of its own is the first row; a head would only say its name again.
        rows.insert(0, _level_row(parent, before.get(parent.capacity.id), setting, Style.STRONG))
        return RowGroup(code=parent.capacity.id, rows=rows)
    title = setting.marks.title(family.parent) if family.parent is not None else ""
    return RowGroup(title=title, code=family.parent.id if family.parent is not None else "", rows=rows)


def _level_row(score: Score, earlier: Score | None, setting: Setting, style: Style = Style.PLAIN) -> Row:
    marks = setting.marks
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


def _criterion_line(result: CriterionResult, node: Capacity, setting: Setting) -> Words:
    criterion = setting.framework.criteria[result.target]
    partly = result.state is CriterionState.PARTLY
    return Words(
        before=result.target.removeprefix(f"{node.id}."),
        text=setting.say.lowered(setting.say.text(criterion.text)),
        after=f"({setting.coded('answer', 'partly')})" if partly else "",
        style=Style.PLAIN,
    )


def _criteria_rows(scores: Sequence[Score], names: Sequence[Sequence[str]], setting: Setting) -> list[Row]:
    rows = []
    for score, wanted in zip(scores, names, strict=True):
        results = {result.target: result for result in score.results}
        lines = [_criterion_line(results[name], score.capacity, setting) for name in wanted if name in results]
        rows.append(
            Row(
                cells=[
                    Words(text=setting.marks.title(score.capacity), after=score.capacity.id, style=Style.STRONG),
                    setting.marks.result_cell(score),
                    Words(text=setting.marks.target(score)),
                    Lines(lines=lines),
                ]
            )
        )
    return rows


def _criteria_columns(setting: Setting, last: str) -> list[Column]:
    say = setting.say
    return [
        Column(id="indicator", title=say("col.indicator")),
        Column(id="result", title=say("col.result.levels")),
        Column(id="target", title=say("col.target")),
        Column(id="criteria", title=say(last)),
    ]


def lacking_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return "What is lacking for the target": criteria word for word; None where nothing is known to lack."""
    say = setting.say
    lacking = sorted(
        (s for s in assessment.indicators if s.lacking and not s.target_met), key=lambda s: -len(s.lacking)
    )
    if not lacking:
        return None
    shown = lacking[:_MOST]
    figure = Figure(
        id="lacking",
        columns=_criteria_columns(setting, "col.show"),
        groups=[RowGroup(rows=_criteria_rows(shown, [s.lacking for s in shown], setting))],
        caption=say("caption.lacking"),
    )
    lead = say("lacking.lead.most", count=len(shown)) if len(lacking) > _MOST else say("lacking.lead.all")
    return ReportSection(id="lacking", order=300, title=say("lacking.title"), lead=lead, blocks=[figure])


def visit_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return "What a visit would settle" for a country that was not visited; None for others."""
    say = setting.say
    opened = [s for s in assessment.indicators if s.deciding]
    if assessment.visited or not opened:
        return None
    opened = sorted(opened, key=lambda s: -len(s.deciding))[:_MOST]
    figure = Figure(
        id="visit",
        columns=_criteria_columns(setting, "col.find_out"),
        groups=[RowGroup(rows=_criteria_rows(opened, [s.deciding for s in opened], setting))],
        caption=say("caption.visit"),
    )
    return ReportSection(
        id="visit", order=350, title=say("visit.title"), lead=say("visit.lead", count=len(opened)), blocks=[figure]
    )


def sources_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return "What each source said" where sources disagree; None for an audience that does not see sources."""
    if not setting.disclosure.sources:
        return None
    say = setting.say
    conflicts = assessment.conflicts
    if not conflicts:
        return ReportSection(id="sources", order=400, title=say("sources.title"), lead=say("sources.agree"))
    kinds = _source_kinds(assessment.sources, conflicts)
    columns = [
        Column(id="criterion", title=say("col.criterion")),
        *(Column(id=f"source-{n}", title=say.raised(setting.source(group[0]))) for n, group in enumerate(kinds, 1)),
        Column(id="used", title=say("col.used")),
    ]
    figure = Figure(
        id="sources",
        columns=columns,
        groups=[RowGroup(rows=[_sources_row(result, kinds, setting) for result in conflicts])],
        caption=say("caption.sources", policy=say(f"policy.{assessment.recipe.reconciliation.name.lower()}")),
    )
    settle = Paragraph(note=True, strong=say("settle.strong"), text=say("settle.text", count=len(conflicts)))
    return ReportSection(
        id="sources", order=400, title=say("sources.title"), lead=say("sources.lead"), blocks=[figure, settle]
    )


def _source_kinds(sources: Sequence[Source], conflicts: Sequence[CriterionResult]) -> list[list[Source]]:
    """Sources behind the conflicts, those of one kind and respondent together."""
    used = {finding.source for result in conflicts for finding in result.findings}
    groups: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        if source.id in used:
            groups.setdefault((source.kind.value, source.respondent), []).append(source)
    return list(groups.values())[:_SIDE_BY_SIDE]


def _sources_row(result: CriterionResult, kinds: Sequence[Sequence[Source]], setting: Setting) -> Row:
    criterion = setting.framework.criteria.get(result.target)
    text = setting.say.text(criterion.text if criterion is not None else setting.framework[result.target].title)
    said: list[Cell] = [_said(result.findings, {s.id for s in group}, setting) for group in kinds]
    used = setting.outcome(result) if result.state is not CriterionState.OPEN else setting.say("open")
    return Row(cells=[Words(text=text, after=result.target), *said, Words(text=used, style=Style.STRONG)])


def _said(findings: Sequence[Finding], sources: set[str], setting: Setting) -> Words:
    """What the sources of one kind said, each answer once."""
    answers = dict.fromkeys(setting.answer(f.value) for f in findings if f.source in sources)
    if not answers:
        return Words(text="–", style=Style.QUIET)
    return Words(text=", ".join(answers))
