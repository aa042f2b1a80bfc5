"""The tidy CSV set: one row a score, a finding, a criterion, a country; the same disclosure as the pages."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from capbuild.model import Assessment, AssessmentSet, Finding, Missing, Score, Verdict
from capbuild.plugins import File, RenderContext
from capbuild.reports.disclosure import Disclosure, disclose, disclose_one
from capbuild.reports.wording import wording

__all__ = ["guard", "tidy_files"]

#: Characters that make a spreadsheet take a cell for a formula, or hide one behind white space.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM = "\ufeff"

Cell = str | int | float | None


def guard(value: Cell) -> str:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe stands before what could be one.

    Numbers stay numbers, negative ones too.

    Example:
        >>> guard("=cmd|' /C calc'!A0"), guard(-1.5), guard(None), guard("plain")
        ("'=cmd|' /C calc'!A0", '-1.5', '', 'plain')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.12g}"
    text = value.replace("\x00", "\ufffd")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a table as UTF-8 with a byte-order mark, which spreadsheets need to read accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([guard(cell) for cell in row] for row in rows)
    yield (_BOM + buffer.getvalue()).encode("utf-8", "replace")


def tidy_files(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[File]:
    """Yield `scores.csv`, `criteria.csv`, `findings.csv` and `countries.csv`.

    Countries that may not be named before the audience are left out; before others than the team and the country
    so are findings, which tell who said what.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    if isinstance(subject, AssessmentSet):
        shown = disclose(subject, context.audience, context.programme)
    else:
        shown = disclose_one(subject, context.audience, context.programme)
    invented = subject.invented or bool(getattr(context.programme, "invented", False))
    notice = wording(context.language)("invented") if invented else ""
    language = wording(context.language).language
    yield File("scores.csv", _csv(_SCORES, _scores(shown.named, language, notice)))
    yield File("criteria.csv", _csv(_CRITERIA, _criteria(shown, language, notice)))
    if shown.sources:
        yield File("findings.csv", _csv(_FINDINGS, _findings(shown.named, notice)))
    yield File("countries.csv", _csv(_COUNTRIES, _countries(shown, notice)))


_SCORES = (
    "country", "name", "capacity", "kind", "title", "verified", "lowest", "highest", "level", "claimed", "value",
    "lower", "upper", "target", "target_met", "lacking", "open", "answered", "settled", "applicable", "notice",
)  # fmt: skip
_CRITERIA = ("country", "capacity", "criterion", "step", "check", "text", "state", "answer", "conflict", "notice")
_FINDINGS = (
    "country", "criterion", "answer", "status", "basis", "source", "source_kind", "source_title", "respondent",
    "as_of", "route", "reason", "note", "note_language", "written", "origin", "counts", "notice",
)  # fmt: skip
_COUNTRIES = (
    "country", "alpha_3", "name", "answered", "visited", "indicators", "verified", "criteria", "settled", "conflicts",
    "notice",
)  # fmt: skip


def _scores(assessments: Iterable[Assessment], language: str, notice: str) -> Iterator[Sequence[Cell]]:
    for assessment in assessments:
        for score in assessment:
            yield (*_score(assessment, score, language), notice)


def _score(assessment: Assessment, score: Score, language: str) -> Sequence[Cell]:
    plausible, interval, coverage = score.plausible, score.interval, score.coverage
    # A level that is not confirmed has no cell of its own: the range stands in `lowest` and `highest`.
    level = plausible.lowest if plausible is not None and plausible.settled else None
    return (
        assessment.country.alpha_2,
        assessment.country.name,
        score.capacity.id,
        score.capacity.kind,
        score.capacity.title.get(language),
        score.verified,
        None if plausible is None else plausible.lowest,
        None if plausible is None else plausible.highest,
        level,
        score.claimed,
        score.value,
        None if interval is None else interval.lower,
        None if interval is None else interval.upper,
        score.target,
        score.target_met,
        " ".join(score.lacking),
        " ".join(score.open),
        coverage.answered,
        coverage.settled,
        coverage.applicable,
    )


def _criteria(shown: Disclosure, language: str, notice: str) -> Iterator[Sequence[Cell]]:
    for assessment in shown.named:
        for score in assessment.indicators:
            for result in score.results:
                criterion = assessment.framework.criteria.get(result.target)
                if criterion is not None and not shown.may_show_criterion(criterion):
                    continue
                yield (
                    assessment.country.alpha_2,
                    score.capacity.id,
                    result.target,
                    None if criterion is None else criterion.step,
                    "" if criterion is None else criterion.check.value,
                    (score.capacity.title if criterion is None else criterion.text).get(language),
                    result.state.value,
                    _answer(result.value),
                    result.conflict,
                    notice,
                )


def _answer(value: Verdict | int | float | Missing) -> Cell:
    return value.value if isinstance(value, Verdict | Missing) else value


def _findings(assessments: Iterable[Assessment], notice: str) -> Iterator[Sequence[Cell]]:
    for assessment in assessments:
        for score in assessment.indicators:
            for result in score.results:
                for place, finding in enumerate(result.findings):
                    yield (*_finding(assessment, finding), place == result.used, notice)


def _finding(assessment: Assessment, finding: Finding) -> Sequence[Cell]:
    source = assessment.source_by_id.get(finding.source)
    return (
        assessment.country.alpha_2,
        finding.target,
        _answer(finding.value),
        finding.status.value,
        finding.basis.value,
        finding.source,
        "" if source is None else source.kind.value,
        "" if source is None else source.title.source,
        "" if source is None else source.respondent,
        finding.as_of.isoformat() if finding.as_of else "",
        finding.route.value if finding.route else "",
        finding.reason,
        "" if finding.note is None else finding.note.source,
        "" if finding.note is None else finding.note.language,
        finding.raw,
        str(finding.origin) if finding.origin else "",
    )


def _countries(shown: Disclosure, notice: str) -> Iterator[Sequence[Cell]]:
    for assessment in shown.named:
        country, scores = assessment.country, assessment.indicators
        yield (
            country.alpha_2,
            country.alpha_3,
            country.name,
            True,
            assessment.visited,
            len(scores),
            sum(score.verified for score in scores),
            assessment.coverage.applicable,
            assessment.coverage.settled,
            len(assessment.conflicts),
            notice,
        )
    for country in shown.silent:
        yield (country.alpha_2, country.alpha_3, country.name, False, *(None for _ in range(6)), notice)
