"""Review forms: a country checks and corrects its computed results."""

import hashlib
from collections.abc import Iterable, Iterator

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.disclosure import disclose
from capbuild.escaping import format_csv
from capbuild.model import Assessment, CriterionResult, Evidence, Score
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.context import ReportContext, make_report_context
from capbuild.reports.score_text import write_criterion

#: Ids of the columns; the last three are for the country.
REVIEW_COLUMNS = ("target", "statement", "computed", "basis", "proposed", "comment", "new_evidence")
#: Ids of the facts above the table that identify the form.
FACTS = ("country", "round", "framework", "deadline", "computed_digest", "form")
#: Ids of the facts that the country fills in.
FILLED_IN = ("agree", "by", "date")


@frozen(kw_only=True)
class ReviewRow:
    """One row of the form.

    Attributes:
        target: Id of the capacity or criterion.
        statement: Statement to review.
        computed: Computed result, in words.
        basis: Evidence, in words.
        capacity: Whether it is a capacity; the rows of its criteria follow.
        choices: Possible proposals; empty for free text.
    """

    target: str
    statement: str
    computed: str
    basis: str
    capacity: bool = False
    choices: tuple[str, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class ReviewForm:
    """Form of one country.

    Attributes:
        title: Title.
        notice: Text on top, such as that answers are invented; may be empty.
        label: Traffic-light label; may be empty.
        lead: How it is filled in.
        facts: Id, label and value of the facts that identify the form.
        questions: Id and label of the questions answered once by the country.
        agreeing: Possible answers to the first of them.
        headers: Titles of the columns.
        rows: The rows.
    """

    title: str
    notice: str = ""
    label: str = ""
    agreeing: tuple[str, ...] = field(default=(), converter=to_tuple)
    lead: tuple[str, ...] = field(default=(), converter=to_tuple)
    facts: tuple[tuple[str, str, str], ...] = field(default=(), converter=to_tuple)
    questions: tuple[tuple[str, str], ...] = field(default=(), converter=to_tuple)
    header: tuple[str, ...] = field(default=(), converter=to_tuple)
    rows: tuple[ReviewRow, ...] = field(default=(), converter=to_tuple)


def digest_results(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a digest of results, to detect changes since export.

    Example:
        >>> digest_results([("TEC-2", "L2 Emerging")]) == digest_results([("TEC-2", " L2  Emerging")])
        True
    """
    text = "\n".join(f"{target}={' '.join(computed.split())}" for target, computed in pairs)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def make_form_mark(*identity: str) -> str:
    """Return the digest that identifies a form.

    It depends on what the form is for, not on its cells.

    Args:
        identity: Identity of the form, such as its kind, the country and the round.

    Example:
        >>> make_form_mark("review", "JM", "baseline") == make_form_mark("review", "BB", "baseline")
        False
    """
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:16]


def _join_titles(items: Iterable[Evidence], context: ReportContext) -> str:
    return context.t.listed(*(context.t.text(item.title) for item in items))


def _describe_basis(assessment: Assessment, result: CriterionResult, context: ReportContext) -> str:
    """Describe the basis of a result: findings and disclosed evidence."""
    known = {item.id: item for item in assessment.evidence}
    parts = []
    withheld = 0
    for finding in result.findings:
        t = context.t
        source = assessment.source_by_id.get(finding.source)
        kind = finding.source if source is None else context.source(source)
        shown = [known[name] for name in finding.evidence if name in known]
        withheld += len(finding.evidence) - len(shown)
        facts = [
            context.finding_answer(finding),
            kind,
            t.date(finding.as_of),
            t(f"basis.{finding.basis.name.lower()}"),
        ]
        parts.append(t.listed(*facts, _join_titles(shown, context)))
    if withheld:
        parts.append(context.t("review.withheld", count=withheld))
    return context.t.clauses(*parts)


def _make_capacity_row(score: Score, context: ReportContext) -> ReviewRow:
    coverage = context.t("coverage", count=score.coverage.answered, applicable=score.coverage.applicable)
    target = context.t("track.target", level=context.marks.target(score)) if score.target is not None else ""
    return ReviewRow(
        target=score.capacity.id,
        statement=context.marks.title(score.capacity),
        computed=context.marks.result(score),
        basis=context.t.clauses(coverage, target),
        capacity=True,
        choices=[level.code for level in score.scale.levels],
    )


def _make_rows(assessment: Assessment, context: ReportContext) -> Iterator[ReviewRow]:
    for score in assessment.indicators:
        yield _make_capacity_row(score, context)
        for result in score.results:
            criterion = context.framework.criteria.get(result.target)
            if criterion is not None:
                yield ReviewRow(
                    target=result.target,
                    statement=write_criterion(criterion, assessment.size, context.t),
                    computed=context.outcome(result) if result.state.value != "open" else context.t("open"),
                    basis=_describe_basis(assessment, result, context),
                )


def make_review_form(assessment: Assessment, context: RenderContext) -> ReviewForm:
    """Make a country's review form for its audience.

    Args:
        assessment: The country's assessment.
        context: Language, audience, and the programme with its disclosure policy.

    Raises:
        WriteError: The policy does not name the audience, or refuses the country. Code CB703.
    """
    assessment, context = disclose(assessment, context)
    report_context = make_report_context(assessment, context)
    t, record = report_context.t, assessment.standing
    rows = tuple(_make_rows(assessment, report_context))
    deadline = record.deadline.isoformat() if record is not None and record.deadline is not None else ""
    digest = digest_results((row.target, row.computed) for row in rows)
    identity = (assessment.country.alpha_2, assessment.round.id, report_context.framework.key)
    values = (*identity, deadline, digest, make_form_mark("review", *identity))
    labels = (
        t.labelled(t("review.country"), report_context.name(assessment.country)),
        t.labelled(t("review.round"), t.text(assessment.round.title)),
        t("review.framework"),
        t("review.deadline"),
        "",
        "",
    )
    return ReviewForm(
        title=t("review.title", name=report_context.name(assessment.country)),
        notice=t("invented") if report_context.invented else "",
        label=report_context.disclosure.tlp.value if report_context.disclosure.tlp is not None else "",
        lead=[t("review.how"), t("review.beside")],
        facts=tuple(zip(FACTS, labels, values, strict=True)),
        questions=[(name, t(f"review.{name}")) for name in FILLED_IN],
        agreeing=[t("answer.yes"), t("answer.no")],
        header=[t(f"review.{name}") for name in REVIEW_COLUMNS],
        rows=rows,
    )


def write_csv(subject: Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    """Yield the review form of a country as CSV."""
    form = make_review_form(subject, context)
    yield format_csv(
        [
            *([line] for line in (form.title, form.notice, form.label, *form.lead) if line),
            *form.facts,
            *((name, label, "") for name, label in form.questions),
            (),
            form.header,
            REVIEW_COLUMNS,
            *((row.target, row.statement, row.computed, row.basis, "", "", "") for row in form.rows),
        ]
    )
