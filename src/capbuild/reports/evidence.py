"""The evidence annex: findings by criterion with source and link."""

from collections.abc import Mapping

from attrs import evolve

from capbuild.model import Assessment, Capacity, CriterionResult, CriterionState, Evidence, Finding, FindingStatus
from capbuild.reports.cells import Lines, Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Column, Figure, FigureKind, ReportSection, Row, RowGroup

__all__ = ["build_evidence_section"]

#: What counted for each criterion in the earlier round; None where there was none.
_Before = Mapping[str, CriterionResult] | None


def build_evidence_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the evidence annex.

    None for an audience that does not see sources.
    """
    if not context.disclosure.sources:
        return None
    say = context.say
    shown = {e.id: e for e in assessment.evidence}
    earlier = context.earlier(assessment.country)
    before = {r.target: r for s in earlier.indicators for r in s.results} if earlier is not None else None
    groups = [_make_root_group(root, assessment, shown, before, context) for root in context.framework.roots]
    total = sum(len(group.rows) for group in groups)
    figure = Figure(
        id="evidence",
        kind=FigureKind.EVIDENCE,
        columns=[
            Column(id="criterion", title=say("col.criterion")),
            *([Column(id="earlier", title=say("col.earlier"))] if before is not None else []),
            Column(id="answer", title=say("col.now") if before is not None else say("col.answer")),
            Column(id="findings", title=say("col.findings")),
        ],
        groups=[group for group in groups if group.rows],
        filter=say("filter.criteria"),
    )
    return ReportSection(
        id="evidence", order=900, title=say("evidence.title"), lead=say("evidence.lead", count=total), blocks=[figure]
    )


def _make_root_group(
    root: Capacity, assessment: Assessment, evidence: Mapping[str, Evidence], before: _Before, context: ReportContext
) -> RowGroup:
    scores = [assessment.scores[leaf.id] for leaf in root.leaves if leaf.id in assessment.scores]
    results = [result for score in scores for result in score.results]
    rows = [_make_criterion_row(result, assessment, evidence, before, context) for result in results]
    opened = sum(result.state is CriterionState.OPEN for result in results)
    met = sum(result.state in (CriterionState.MET, CriterionState.VALUED) for result in results)
    say = context.say
    still = say("step.open", count=opened)
    if any(result.target in context.framework.criteria for result in results):
        summary = say("evidence.summary", count=met, total=say("count.criteria", count=len(results)), opened=still)
    else:
        total = say("count.indicators", count=len(results))
        summary = say("evidence.summary.judged", known=met, total=total, opened=still)
    return RowGroup(title=context.marks.title(root), code=root.id, rows=rows, summary=summary)


def _make_criterion_row(
    result: CriterionResult,
    assessment: Assessment,
    evidence: Mapping[str, Evidence],
    before: _Before,
    context: ReportContext,
) -> Row:
    criterion = context.framework.criteria.get(result.target)
    text = criterion.text if criterion is not None else context.framework[result.target].title
    check = context.say(f"check.{criterion.check.value}") if criterion is not None else ""
    lines = [line for f in result.findings for line in _make_finding_lines(f, assessment, evidence, context)]
    opened = result.state is CriterionState.OPEN
    return Row(
        cells=[
            Words(before=result.target, text=context.say.text(text), after=f"({check})" if check else ""),
            *([] if before is None else [_make_earlier_cell(before.get(result.target), context)]),
            Words(text=context.outcome(result), style=Style.OPEN if opened else Style.STRONG),
            Lines(lines=lines) if lines else Words(text="–", style=Style.QUIET),
        ]
    )


def _make_earlier_cell(result: CriterionResult | None, context: ReportContext) -> Words:
    """Make the cell of the earlier result; a dash for new criteria."""
    return Words(text=context.outcome(result) if result is not None else "–", style=Style.QUIET)


def _make_finding_lines(
    finding: Finding, assessment: Assessment, evidence: Mapping[str, Evidence], context: ReportContext
) -> list[Words]:
    say = context.say
    route = context.coded("route", finding.route.value) if finding.route is not None else ""
    answer = context.answer(finding.value)
    parts = [
        context.finding_answer(finding) + (f" ({route})" if route else "") + _quote_answer(finding, answer, context),
        context.finding_source(assessment, finding),
        say.date(finding.as_of),
        say(f"basis.{finding.basis.name.lower()}"),
        context.coded("answer", "claimed") if finding.status is FindingStatus.CLAIMED else "",
        say.known(finding.reason),
        finding.marking,
        _describe_earlier(finding, context),
    ]
    place = str(finding.origin) if finding.origin is not None else ""
    lines = [Words(text=", ".join(part for part in parts if part), after=place)]
    if finding.note is not None and finding.note.source:
        lines.append(Words(text=say.quoted(finding.note.source), language=finding.note.language, style=Style.OPEN))
    return lines + [
        line for name in finding.evidence if name in evidence for line in _make_evidence_lines(evidence[name], context)
    ]


def _describe_earlier(finding: Finding, context: ReportContext) -> str:
    """Say which earlier answer a finding confirms; empty for a new one."""
    earlier = finding.carried_over
    if earlier is None:
        return ""
    return context.say("evidence.carried_over", date=context.say.date(earlier.date) or earlier.round)


def _quote_answer(finding: Finding, answer: str, context: ReportContext) -> str:
    """Quote the answer as written, if it differs from the value."""
    raw = (finding.raw or "").strip()
    code = getattr(finding.value, "value", finding.value)
    if not raw or raw.casefold() in (answer.casefold(), str(code).casefold()):
        return ""
    return context.say("evidence.written", text=raw)


def _make_evidence_lines(item: Evidence, context: ReportContext) -> list[Words]:
    """Make the lines of an evidence item, quoted in its language."""
    say = context.say
    kind = say(f"evidence.kind.{item.kind.name.lower()}")
    reliable = say("evidence.reliability", count=item.reliability) if item.reliability is not None else ""
    marks = (item.tlp.value, item.marking)
    about = ", ".join(part for part in (kind, say.date(item.date), reliable, *marks) if part)
    used = item.title.language_used(say.language)
    title = say.text(item.title)
    named = Words(text=title) if used == say.language else Words(text=say.quoted(title), language=used)
    lines = [evolve(named, after=f"({about})", link=item.link)]
    if item.quote is not None:
        lines.append(Words(text=say.quoted(item.quote.source), language=item.quote.language, style=Style.OPEN))
    return lines
