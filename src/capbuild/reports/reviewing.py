"""The form on which a country reviews its assessment: each computed result, what it rests on, and room to answer."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator

from attrs import field, frozen

from capbuild.disclosure import disclose
from capbuild.model import Assessment, CriterionResult, Evidence, Score
from capbuild.plugins import NoOptions, RenderContext, Writer
from capbuild.reports.cells import to_tuple
from capbuild.reports.setting import Setting, make_setting
from capbuild.reports.tidy import escape_formula

__all__ = [
    "FACTS",
    "FILLED_IN",
    "REVIEW_COLUMNS",
    "ReviewForm",
    "ReviewRow",
    "form_mark",
    "review_digest",
    "review_form",
    "review_writer",
]

#: Ids of the columns; the last three are for the country.
REVIEW_COLUMNS = ("target", "statement", "computed", "basis", "proposed", "comment", "new_evidence")
#: Ids of the facts above the table that say what the form is of.
FACTS = ("country", "round", "framework", "deadline", "computed_digest", "form")
#: Ids of the facts that the country fills in.
FILLED_IN = ("agree", "by", "date")


@frozen(kw_only=True)
class ReviewRow:
    """One row of the form.

    Attributes:
        target: Id of the capacity or criterion.
        statement: What is judged.
        computed: What was computed, in words.
        basis: What it rests on, in words.
        capacity: Whether it is a capacity; the rows of its criteria follow.
        choices: What may be proposed; empty for free text.
    """

    target: str
    statement: str
    computed: str
    basis: str
    capacity: bool = False
    choices: tuple[str, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class ReviewForm:
    """The form of one country.

    Attributes:
        title: Title.
        notice: Stands on top, such as that answers are invented; may be empty.
        label: Traffic-light label; may be empty.
        lead: How it is filled in.
        facts: Id, label and value of what the form is of.
        questions: Id and label of what the country fills in once.
        agreeing: What may be chosen as the answer to the first of them.
        heads: Titles of the columns.
        rows: The rows.
    """

    title: str
    notice: str = ""
    label: str = ""
    agreeing: tuple[str, ...] = field(default=(), converter=to_tuple)
    lead: tuple[str, ...] = field(default=(), converter=to_tuple)
    facts: tuple[tuple[str, str, str], ...] = field(default=(), converter=to_tuple)
    questions: tuple[tuple[str, str], ...] = field(default=(), converter=to_tuple)
    heads: tuple[str, ...] = field(default=(), converter=to_tuple)
    rows: tuple[ReviewRow, ...] = field(default=(), converter=to_tuple)


def review_digest(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a short digest of targets with what was computed of them: it tells whether somebody changed the latter.

    Example:
        >>> review_digest([("TEC-2", "L2 Emerging")]) == review_digest([("TEC-2", " L2  Emerging")])
        True
    """
    text = "\n".join(f"{target}={' '.join(computed.split())}" for target, computed in pairs)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def form_mark(*identity: str) -> str:
    """Return the mark of a form: a digest of what it was made for, which nobody who edits a cell changes with it.

    Args:
        identity: What the form is of, such as its kind, the country and the round.

    Example:
        >>> form_mark("review", "JM", "baseline") == form_mark("review", "BB", "baseline")
        False
    """
    return hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:16]


def _titles(items: Iterable[Evidence], setting: Setting) -> str:
    return ", ".join(setting.say.text(item.title) for item in items)


def _basis(assessment: Assessment, result: CriterionResult, setting: Setting) -> str:
    """Say what a result rests on: source, day and basis of each finding, and evidence that may be shown."""
    known = {item.id: item for item in assessment.evidence}
    parts = []
    withheld = 0
    for finding in result.findings:
        say = setting.say
        source = assessment.source_by_id.get(finding.source)
        kind = finding.source if source is None else setting.source(source)
        shown = [known[name] for name in finding.evidence if name in known]
        withheld += len(finding.evidence) - len(shown)
        said = [
            setting.finding_answer(finding),
            kind,
            say.date(finding.as_of),
            say(f"basis.{finding.basis.name.lower()}"),
        ]
        parts.append(", ".join(part for part in (*said, _titles(shown, setting)) if part))
    if withheld:
        parts.append(setting.say("review.withheld", count=withheld))
    return "; ".join(parts)


def _capacity_row(score: Score, setting: Setting) -> ReviewRow:
    coverage = setting.say("coverage", count=score.coverage.answered, applicable=score.coverage.applicable)
    target = setting.say("track.target", level=setting.marks.target(score)) if score.target is not None else ""
    return ReviewRow(
        target=score.capacity.id,
        statement=setting.marks.title(score.capacity),
        computed=setting.marks.result(score),
        basis="; ".join(part for part in (coverage, target) if part),
        capacity=True,
        choices=[level.code for level in score.scale.levels],
    )


def _rows(assessment: Assessment, setting: Setting) -> Iterator[ReviewRow]:
    for score in assessment.indicators:
        yield _capacity_row(score, setting)
        for result in score.results:
            criterion = setting.framework.criteria.get(result.target)
            if criterion is not None:
                yield ReviewRow(
                    target=result.target,
                    statement=setting.say.text(criterion.text),
                    computed=setting.outcome(result) if result.state.value != "open" else setting.say("open"),
                    basis=_basis(assessment, result, setting),
                )


def review_form(assessment: Assessment, context: RenderContext) -> ReviewForm:
    """Return the form of one country, in a language, with what its audience may see.

    Args:
        assessment: The country's assessment.
        context: Language, audience, and the programme with its disclosure policy.

    Raises:
        WriteError: The policy does not name the audience, or refuses the country. Code CB703.
    """
    assessment, context = disclose(assessment, context)
    setting = make_setting(assessment, context)
    say, standing = setting.say, assessment.standing
    rows = tuple(_rows(assessment, setting))
    deadline = standing.deadline.isoformat() if standing is not None and standing.deadline is not None else ""
    digest = review_digest((row.target, row.computed) for row in rows)
    identity = (assessment.country.alpha_2, assessment.round.id, setting.framework.key)
    values = (*identity, deadline, digest, form_mark("review", *identity))
    labels = (
        say.labelled(say("review.country"), setting.name(assessment.country)),
        say.labelled(say("review.round"), say.text(assessment.round.title)),
        say("review.framework"),
        say("review.deadline"),
        "",
        "",
    )
    return ReviewForm(
        title=say("review.title", name=setting.name(assessment.country)),
        notice=say("invented") if setting.invented else "",
        label=setting.disclosure.tlp.value if setting.disclosure.tlp is not None else "",
        lead=[say("review.how"), say("review.beside")],
        facts=tuple(zip(FACTS, labels, values, strict=True)),
        questions=[(name, say(f"review.{name}")) for name in FILLED_IN],
        agreeing=[say("answer.yes"), say("answer.no")],
        heads=[say(f"review.{name}") for name in REVIEW_COLUMNS],
        rows=rows,
    )


def _csv(subject: Assessment, context: RenderContext, _options: NoOptions) -> Iterator[str]:
    form = review_form(subject, context)
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerows([line] for line in (form.title, form.notice, form.label, *form.lead) if line)
    out.writerows(form.facts)
    out.writerows((name, label, "") for name, label in form.questions)
    out.writerows([(), form.heads, REVIEW_COLUMNS])
    out.writerows(
        (*map(escape_formula, (row.target, row.statement, row.computed, row.basis)), "", "", "") for row in form.rows
    )
    yield stream.getvalue()


def review_writer() -> Writer:
    """Return the writer of the form as a table of text."""
    return Writer(
        name="review-csv",
        title="Form on which a country reviews its assessment (CSV)",
        accepts=(Assessment,),
        write=_csv,
        discloses=True,
    )
