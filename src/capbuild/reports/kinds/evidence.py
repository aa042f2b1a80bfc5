"""Evidence of a country, one row per answer."""

from collections.abc import Sequence
from functools import cached_property

from attrs import evolve, frozen

from capbuild.errors import WriteError
from capbuild.model import Assessment, Capacity, CriterionResult, CriterionState, Evidence, Finding, FindingStatus
from capbuild.reports.cells import DASH, Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.links import is_web_address, make_page_link
from capbuild.reports.model import Figure, FigureKind, Report, ReportKind, ReportSection, Row, RowGroup
from capbuild.reports.score_text import write_criterion

_COLUMNS = ("col.answer", "col.source", "col.date", "col.basis", "place=col.place_read")


def check_evidence(context: ReportContext) -> None:
    """Refuse the evidence to an audience without sources.

    Raises:
        WriteError: Code CB703.
    """
    if not context.disclosure.sources:
        audience = context.disclosure.audience.value
        raise WriteError(
            f"the evidence lists every answer with its source, and is not written for {audience!r}",
            code="CB703",
            remedy="write the profile for this audience, or the evidence for the country and the team",
        )


def make_evidence_link(country: str, name: str, context: ReportContext) -> str:
    """Return the link to the evidence of a target.

    A target is a criterion or a capacity. For a capacity with criteria, this is the link of the first. The result is
    empty if the audience does not see sources.
    """
    if not context.disclosure.sources:
        return ""
    criteria = context.framework[name].criteria if name in context.framework else ()
    return make_page_link("evidence", country, criteria[0].id if criteria else name)


def build_evidence_report(assessment: Assessment, context: ReportContext) -> Report:
    """Build the evidence of a country.

    Raises:
        WriteError: The audience does not see sources (code CB703).
    """
    check_evidence(context)
    t, writer = context.t, _EvidenceWriter(assessment=assessment, context=context)
    parts = [(root.id, context.marks.title(root), list(root.leaves)) for root in context.framework.dimensions]
    if not any(root.children for root in context.framework.dimensions):
        parts = [("all", t("evidence.title"), [node for _, _, nodes in parts for node in nodes])]
    sections = [writer.build_section(*part) for part in parts]
    total = sum(
        len(block.groups) for item in sections if item is not None for block in item.blocks if isinstance(block, Figure)
    )
    stricter = context.disclosure.marked.get(assessment.country.alpha_2, 0)
    left_out = [t("unknown.marked.strong", count=stricter), t("unknown.marked.text")] if stricter else []
    return context.report(
        assessment,
        ReportKind.EVIDENCE,
        assessment.country.alpha_2,
        sections,
        title=t("evidence.heading", country=context.name(assessment.country)),
        lead=" ".join([t("evidence.lead", count=total), *left_out]),
        numbered=False,
    )


@frozen(kw_only=True, slots=False)
class _EvidenceWriter:
    """Writer of the evidence of one country, by criterion."""

    assessment: Assessment
    context: ReportContext

    @cached_property
    def _before(self) -> dict[str, CriterionResult]:
        """Results of the earlier round by target."""
        earlier = self.context.earlier(self.assessment.country)
        return {r.target: r for s in earlier.indicators for r in s.results} if earlier is not None else {}

    @cached_property
    def _evidence(self) -> dict[str, Evidence]:
        return {item.id: item for item in self.assessment.evidence}

    def build_section(self, name: str, title: str, nodes: Sequence[Capacity]) -> ReportSection | None:
        """Build the section of some capacities; None without a criterion."""
        t, scores = self.context.t, self.assessment.scores
        results = [(node, result) for node in nodes if node.id in scores for result in scores[node.id].results]
        if not results:
            return None
        columns = [self.context.column(key) for key in _COLUMNS]
        groups = [self._make_group(node, result) for node, result in results]
        label = t("filter.criteria")
        figure = Figure(id=f"evidence-{name}", kind=FigureKind.EVIDENCE, columns=columns, groups=groups, filter=label)
        opened = sum(result.state is CriterionState.OPEN for _, result in results)
        met = sum(result.state in (CriterionState.MET, CriterionState.VALUED) for _, result in results)
        still = t("step.open", count=opened)
        if any(result.target in self.context.framework.criteria for _, result in results):
            summary = t("evidence.summary", count=met, total=t("count.criteria", count=len(results)), opened=still)
        else:
            total = t("count.indicators", count=len(results))
            summary = t("evidence.summary.judged", known=met, total=total, opened=still)
        return self.context.section(f"evidence-{name}", 100, figure, title=title, lead=f"{t.raised(summary)}.")

    def _make_group(self, node: Capacity, result: CriterionResult) -> RowGroup:
        """Make the rows of a criterion: its result, then answers."""
        context, t = self.context, self.context.t
        criterion = context.framework.criteria.get(result.target)
        size = self.assessment.size
        text = t.text(node.title) if criterion is None else write_criterion(criterion, size, t)
        check = [t(f"check.{criterion.check.value}")] if criterion is not None else []
        known = self._before.get(result.target)
        earlier = [t.labelled(t("col.earlier"), context.outcome(known))] if known is not None else []
        return RowGroup(
            title=f"{result.target} {text}",
            summary=t.clauses(context.outcome(result), *earlier, *check),
            code=result.target,
            anchor=result.target,
            link=make_page_link("profile", self.assessment.country.alpha_2, node.id),
            rows=[self._make_row(finding, result) for finding in result.findings] or [Row(cells=[DASH] * 5)],
        )

    def _make_row(self, finding: Finding, result: CriterionResult) -> Row:
        context, t = self.context, self.context.t
        answer, basis = describe_finding(finding, context)
        cells: list[Cell] = [
            Words(
                text=answer + _quote_answer(finding, context),
                style=Style.STRONG if finding is result.used_finding else Style.PLAIN,
            ),
            Words(text=context.finding_source(self.assessment, finding)),
            Words(text=t.date(finding.as_of) or "–"),
            Words(text=basis),
            self._make_place_cell(finding),
        ]
        return Row(cells=cells)

    def _make_place_cell(self, finding: Finding) -> Cell:
        """Make the cell of a finding's place."""
        lines = [Words(text=str(finding.origin), style=Style.QUIET)] if finding.origin is not None else []
        if finding.note is not None and finding.note.source:
            lines.append(_quote(finding.note.source, finding.note.language, self.context))
        for name in finding.evidence:
            if name in self._evidence:
                lines += _make_evidence_lines(self._evidence[name], self.context)
        return Lines(lines=lines) if lines else DASH


def describe_finding(finding: Finding, context: ReportContext) -> tuple[str, str]:
    """Return the answer of a finding, and its basis."""
    route = f" ({context.coded('route', finding.route.value)})" if finding.route is not None else ""
    basis = [
        context.t(f"basis.{finding.basis.name.lower()}"),
        context.coded("answer", "claimed") if finding.status is FindingStatus.CLAIMED else "",
        context.t.known(finding.reason),
        finding.marking,
        _describe_earlier(finding, context),
    ]
    return context.finding_answer(finding) + route, context.t.listed(*basis)


def _quote(text: str, language: str, context: ReportContext) -> Words:
    return Words(text=context.t.quoted(text), language=language, style=Style.OPEN)


def _describe_earlier(finding: Finding, context: ReportContext) -> str:
    """Return the earlier answer that a finding confirms."""
    earlier = finding.carried_over
    if earlier is None:
        return ""
    return context.t("evidence.carried_over", date=context.t.date(earlier.date) or earlier.round)


def _find_level_code(finding: Finding, context: ReportContext) -> str:
    """Return the code of an answer that is a level; empty for others."""
    node, value = context.framework.capacities.get(finding.target), finding.value
    scale = None if node is None else context.framework.scale_of(node)
    if scale is None or not isinstance(value, int | float) or value not in scale.orders:
        return ""
    return scale.level(int(value)).code.casefold()


def _quote_answer(finding: Finding, context: ReportContext) -> str:
    """Quote the answer if it differs from the value."""
    answer, raw = context.answer(finding.value, finding.target), (finding.raw or "").strip()
    code = getattr(finding.value, "value", finding.value)
    known = {answer.casefold(), str(code).casefold(), _find_level_code(finding, context)}
    if not raw or {raw.casefold(), raw.casefold().replace("_", " ")} & known:
        return ""
    return context.t("evidence.written", text=raw)


def _make_evidence_lines(item: Evidence, context: ReportContext) -> list[Words]:
    """Make the lines of an evidence item."""
    t = context.t
    kind = t(f"evidence.kind.{item.kind.name.lower()}")
    reliable = t("evidence.reliability", count=item.reliability) if item.reliability is not None else ""
    marks = dict.fromkeys((item.tlp.value, item.marking))
    about = t.listed(kind, t.date(item.date), reliable, *marks)
    used, title = item.title.language_used(t.language), t.text(item.title)
    named = Words(text=title) if used == t.language else Words(text=t.quoted(title), language=used)
    lines = [evolve(named, after=f"({about})", link=item.link if is_web_address(item.link) else "")]
    if item.quote is not None:
        lines.append(_quote(item.quote.source, item.quote.language, context))
    return lines
