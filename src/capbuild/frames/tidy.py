"""Tidy tables of model objects, for polars, pandas and Arrow."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from capbuild.disclosure import Disclosure
from capbuild.errors import CapbuildError, did_you_mean
from capbuild.formats import answer_text
from capbuild.formats.answer_table import ANSWER_COLUMNS
from capbuild.frames.harmonising import HarmonisedSurveys
from capbuild.frames.question_crosswalk import QuestionCrosswalk
from capbuild.frames.wide import find_repeat_groups, load_pandas
from capbuild.model import (
    Answer,
    AnswerValue,
    Assessment,
    AssessmentSet,
    Audience,
    Change,
    ChangeSeries,
    Dossier,
    Finding,
    Missing,
    Needs,
    Plan,
    Question,
    Response,
    Source,
    Survey,
)
from capbuild.model.survey_questions import QuestionAnswers, QuestionTable, answer_label
from capbuild.planning import Costing, Gaps
from capbuild.plugins import RenderContext
from capbuild.reports import TidyCell, TidyTable, tidy_tables
from capbuild.reports.tidy.assessments import TidyColumn, list_cells, parse_columns
from capbuild.reports.tidy.dossier import make_dossier_tables
from capbuild.reports.tidy.tables import list_typed_columns, make_frame
from capbuild.stats.estimate import Estimate
from capbuild.tables import Tally, TallyCell

if TYPE_CHECKING:
    import pandas
    import polars


COSTS = parse_columns("country indicator level:int line title payment year:int low:float high:float currency notice")

RESPONSES = parse_columns(ANSWER_COLUMNS)

CROSSWALK = parse_columns("wave question option target factor:float certainty proposed text target_text reason")

HARMONISED = parse_columns(
    "wave response country place respondent date status question repeat:int value label number:float missing "
    "original_question original_value original_label file sheet row:int column:int"
)

FINDINGS = parse_columns(
    "country criterion@target answer@value status basis confidence:int source source_kind@cited.kind "
    "source_title@cited.title.source as_of respondent route reason sample:int lower:float@interval.lower "
    "upper:float@interval.upper nominal:float@interval.nominal note@note.source note_language@note.language evidence "
    "written@raw marking file@origin.file sheet@origin.sheet row:int@origin.row column:int@origin.column notice"
)

QUESTIONS = parse_columns(
    "question@id text@question.text.source type@question.type options answered:int "
    + " ".join(f"{kind.name.lower()}:int" for kind in Missing)
    + " languages group@question.group unit personal@question.personal"
)


def tally_columns(by: Sequence[str]) -> tuple[TidyColumn, ...]:
    """Return the columns of a tally by domain."""
    domain = tuple(TidyColumn(name, str) for name in by)
    return domain + parse_columns(
        "question option label figure quantile:float value:float se:float low:float high:float n:int respondents:int "
        "effective:float missing:int reason"
    )


_INVENTED = "Invented answers"


def to_table(subject: object, table: str | None = None) -> TidyTable:
    r"""Return an object as one tidy table, without disclosure rules.

    Args:
        subject: An `AssessmentSet` or `Assessment` (a row per score), `Gaps` (a gap), `Needs` (a need), `Plan` (a
            session), `Change` (a criterion that moved), `ChangeSeries` (a country from one round to another),
            `Costing` (a cost line in a year), `Survey` (an answer), or findings (a finding).
        table: For assessments, another table of the tidy set: `criteria`, `findings`, `sources`, `evidence`,
            `countries`. For changes, `changes` or `change_counts`.

    Raises:
        CapbuildError: CB508, the class is not one of these, or has no such table.

    Example:
        >>> from capbuild.io import read
        >>> table = to_table(read(b"country,P1\nJamaica,3\n", name="a.csv"))
        >>> [(row["country"], row["question"], row["number"], row["row"]) for row in table.records]
        [('JM', 'P1', 3.0, 2)]
    """
    tables = _collect_tables(subject)
    if not tables:
        known = ", ".join(cls.__name__ for cls in _TABLES)
        remedy = f"these have one: {known}, and collections of Finding"
        raise CapbuildError(f"{type(subject).__name__} has no frame", code="CB508", remedy=remedy)
    name = next(iter(tables)) if table is None else table
    if name not in tables:
        message = f"{type(subject).__name__} has no table {name!r}{did_you_mean(name, tables)}"
        raise CapbuildError(message, code="CB508", remedy=f"it has: {', '.join(tables)}")
    return tables[name]


def _collect_tables(subject: object) -> Mapping[str, TidyTable]:
    """Return the tables of an object by name, default first."""
    for cls, make in _TABLES.items():
        if isinstance(subject, cls):
            return {table.name: table for table in make(subject)}
    if isinstance(subject, Iterable) and not isinstance(subject, str | bytes | Mapping):
        findings = tuple(subject)
        if all(isinstance(finding, Finding) for finding in findings):
            return {
                "findings": TidyTable("findings", FINDINGS, (_list_finding(finding, None, "") for finding in findings))
            }
    return {}


def _list_assessed(subject: AssessmentSet | Assessment) -> Iterator[TidyTable]:
    for table in tidy_tables(subject, RenderContext()):
        yield TidyTable("findings", FINDINGS, _list_findings(subject)) if table.name == "findings" else table


def _list_findings(subject: AssessmentSet | Assessment) -> Iterator[Sequence[TidyCell]]:
    notice = _INVENTED if subject.invented else ""
    for assessment in subject if isinstance(subject, AssessmentSet) else (subject,):
        for finding in (*assessment.findings, *assessment.unmapped):
            yield _list_finding(finding, assessment.source_by_id.get(finding.source), notice)


def _list_finding(finding: Finding, source: Source | None, notice: str) -> Sequence[TidyCell]:
    evidence = "; ".join(finding.evidence)
    return list_cells(FINDINGS, finding, cited=source, evidence=evidence, notice=notice)


def _list_dossier_tables(names: Sequence[str], dossier: Dossier, *, invented: bool) -> Iterator[TidyTable]:
    label = Disclosure(audience=Audience.TEAM)
    tables = {table.name: table for table in make_dossier_tables(label, dossier, "en", _INVENTED if invented else "")}
    return (tables[name] for name in names)


def _list_responses(reading: Survey) -> Iterator[TidyTable]:
    form = {} if reading.questionnaire is None else reading.questionnaire.by_id
    groups = find_repeat_groups(reading.questionnaire)
    rows = (
        _list_answer(form.get(answer.question), response, answer, groups.get(answer.question))
        for response in reading.responses
        for answer in response.answers
    )
    yield TidyTable("responses", RESPONSES, rows)
    yield from _list_questions(reading.questions)


def _list_answers_to_one(answers: QuestionAnswers) -> Iterator[TidyTable]:
    rows = (_list_answer(answers.question, *pair) for pair in zip(answers.responses, answers.answers, strict=True))
    yield TidyTable("responses", RESPONSES, rows)


def _list_questions(questions: QuestionTable) -> Iterator[TidyTable]:
    rows = (
        list_cells(
            QUESTIONS,
            summary,
            options="; ".join(summary.options) or None,
            languages="; ".join(summary.question.text.languages),
            unit=summary.question.unit or None,
            **{kind.name.lower(): summary.missing.get(kind, 0) for kind in Missing},
        )
        for summary in questions
    )
    yield TidyTable("questions", QUESTIONS, rows)


def _list_harmonised(surveys: HarmonisedSurveys) -> Iterator[TidyTable]:
    yield TidyTable("harmonised", HARMONISED, _list_harmonised_rows(surveys))
    yield from _list_crosswalk(surveys.crosswalk)


def _list_harmonised_rows(surveys: HarmonisedSurveys) -> Iterator[Sequence[TidyCell]]:
    form = {} if surveys.survey.questionnaire is None else surveys.survey.questionnaire.by_id
    for wave, asked, before, response, answer in surveys.originals:
        identity, country, place, respondent, *more = _list_answer(form[answer.question], response, answer)
        _, _, date, status, question, _, _, repeat, value, label, number, missing, _, _, *origin = more
        written = before.raw if isinstance(before.value, Missing) else _to_text(before.value)
        shown = _to_label(asked, before.value) or _find_missing_label(asked, before)
        yield (wave, identity, country, place, respondent, date, status, question, repeat, value, label, number,
               missing, before.question, written, shown, *origin)  # fmt: skip


def _find_missing_label(asked: Question, answer: Answer) -> str | None:
    """Return the label of a missing answer's code, or None.

    For example, code 8 may have the label "Don't know".
    """
    choice = asked.choice(answer.raw or "")
    return choice.label.source if choice is not None and choice.missing is answer.value else None


def _list_crosswalk(crosswalk: QuestionCrosswalk) -> Iterator[TidyTable]:
    rows = (
        (row.wave, row.question, row.option or None, row.target or None, row.factor, row.certainty.value,
         row.proposed or None, row.text, row.target_text or None, row.reason or None)
        for row in crosswalk
    )  # fmt: skip
    yield TidyTable("crosswalk", CROSSWALK, rows)


def _tally(tally: Tally) -> Iterator[TidyTable]:
    yield TidyTable("tally", tally_columns(tally.by), (_tally_row(cell) for cell in tally))


def _tally_row(cell: TallyCell) -> Sequence[TidyCell]:
    estimate = cell.estimate if isinstance(cell.estimate, Estimate) else None
    return (
        *cell.domain_labels,
        cell.target,
        cell.option or None,
        cell.label or None,
        "share" if cell.is_verdict else "mean" if cell.quantile is None else "quantile",
        cell.quantile,
        cell.mean,
        *((None, None, None) if estimate is None else (estimate.se, estimate.low, estimate.high)),
        cell.n,
        cell.rows,
        cell.effective,
        None if cell.suppressed else sum(cell.missing.values()),
        None if estimate is not None else str(cell.estimate),
    )


def _list_answer(
    question: Question | None, response: Response, answer: Answer, group: str | None = None
) -> Sequence[TidyCell]:
    value, at = answer.value, answer.origin
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return (
        response.id,
        response.country.alpha_2 if response.country is not None else None,
        response.place,
        response.respondent.pseudonym if response.respondent is not None else None,
        response.questionnaire,
        response.language,
        response.date.isoformat() if response.date is not None else None,
        response.status.value,
        answer.question,
        None if question is None else question.type.value,
        group,
        answer.repeat,
        None if isinstance(value, Missing) else _to_text(value),
        _to_label(question, value),
        number,
        value.value if isinstance(value, Missing) else None,
        answer.raw,
        answer.comment,
        *((at.file, at.sheet, at.row, at.column) if at is not None else (None, None, None, None)),
    )


def _list_costs(costing: Costing) -> Iterator[TidyTable]:
    titles = {line.id: line.title or None for line in costing.lines}
    costs = costing.by("country", "indicator", "level", "line", "payment", "year")
    rows = (
        (
            country or None,
            indicator or None,
            level,
            line,
            titles[line],
            payment.value,
            year,
            float(cost.low.amount),
            float(cost.high.amount),
            costing.currency,
            _INVENTED if costing.invented else "",
        )
        for (country, indicator, level, line, payment, year), cost in costs.items()
    )
    yield TidyTable("costs", COSTS, rows)


def _to_label(question: Question | None, value: AnswerValue) -> str | None:
    """Return a value as the form's label; None if missing."""
    if isinstance(value, Missing):
        return None
    return _to_text(value if question is None else answer_label(question, value))


def _to_text(value: AnswerValue) -> str:
    """Return a value as text: choices, coordinates, ISO 8601 dates."""
    return str(answer_text(value))


#: Tables of what changed, by criterion and by capacity.
_MOVES = ("changes", "capacity_changes")

_TABLES: Mapping[type, Callable[[Any], Iterator[TidyTable]]] = {
    AssessmentSet: _list_assessed,
    Assessment: _list_assessed,
    Costing: _list_costs,
    Change: lambda change: _list_dossier_tables(
        [*_MOVES, "change_counts"], Dossier(change=change), invented=change.invented
    ),
    ChangeSeries: lambda series: _list_dossier_tables(
        ["change_counts", *_MOVES], Dossier(series=series), invented=series.invented
    ),
    Gaps: lambda gaps: _list_dossier_tables(["gaps"], Dossier(needs=Needs(gaps=gaps.gaps)), invented=gaps.invented),
    Needs: lambda needs: _list_dossier_tables(["needs"], Dossier(needs=needs), invented=needs.invented),
    Plan: lambda plan: _list_dossier_tables(["sessions"], Dossier(plan=plan), invented=plan.invented),
    Survey: _list_responses,
    QuestionTable: _list_questions,
    QuestionAnswers: _list_answers_to_one,
    HarmonisedSurveys: _list_harmonised,
    QuestionCrosswalk: _list_crosswalk,
    Tally: _tally,
}


def to_polars(subject: object, table: str | None = None) -> "polars.DataFrame":
    """Return an object as a polars frame.

    Raises:
        CapbuildError: CB501, polars is not installed; CB508, the object has no such frame.
    """
    return make_frame(to_table(subject, table))


def to_pandas(subject: object, table: str | None = None) -> "pandas.DataFrame":
    """Return an object as a pandas frame with nullable types.

    Raises:
        CapbuildError: CB501, pandas is not installed; CB508, the object has no such frame.
    """
    pd = load_pandas()
    types = {str: "string", bool: "boolean", int: "Int64", float: "Float64", datetime.date: "object"}
    columns = list_typed_columns(to_table(subject, table))
    frame: pandas.DataFrame = pd.DataFrame({name: pd.array(cells, types[kind]) for name, kind, cells in columns})
    return frame


def arrow_stream(subject: object, schema: object = None) -> object:
    """Return an object as an Arrow C stream.

    Raises:
        CapbuildError: CB501, polars is not installed; CB508, the object has no such frame.
    """
    return to_polars(subject).__arrow_c_stream__(schema)
