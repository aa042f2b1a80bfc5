"""Built-in plugin: write responses and checklists as CSV.

Responses have one row each; completed checklists are findings tables.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from attrs import frozen

from capbuild.display import counted
from capbuild.escaping import format_csv
from capbuild.model import Answer, AnswerValue, GeoPoint, Issue, Missing, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins import NoOptions, RenderContext, Writer, hookimpl

#: Attributes of an answer, as in `TEC-2.2a [basis]`.
_BESIDE = ("basis", "confidence", "as_of", "sample", "route", "reason", "evidence_kind")

_HEADS = (
    "country", "criterion", "answer", "basis", "confidence", "as_of", "sample", "route", "reason", "note",
    "note_language", "evidence_kind", "evidence_title", "evidence_link",
)  # fmt: skip


def _text(value: AnswerValue) -> str:
    if isinstance(value, Missing):
        return value.name.lower()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _rows(response: Response, targets: Mapping[str, str], groups: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield one row per criterion with answer or attribute.

    The sample of an indicator, such as `TEC-2.sample`, applies to its criteria without their own. Its note applies to
    the first criterion, if that has none.
    """
    place = response.country.alpha_2 if response.country is not None else response.place or ""
    answers = {answer.question: answer for answer in response.answers}
    notes = {group: group_note for group in groups.values() if (group_note := answers.get(f"{group}.note")) is not None}
    for answer in response.answers:
        target = targets.get(answer.question)
        if target is None:
            continue
        beside = {name: answers.get(f"{answer.question} [{name}]") for name in _BESIDE}
        if answer.value is Missing.NO_ANSWER and not answer.comment and not any(beside.values()):
            continue
        group = groups.get(answer.question, "")
        beside["sample"] = beside["sample"] or answers.get(f"{group}.sample")
        note = None if answer.comment else notes.pop(group, None)
        yield [place, target, *_cells(answer, beside, note, response.language or "")]


def _cells(answer: Answer, beside: Mapping[str, Answer | None], note: Answer | None, language: str) -> Iterator[str]:
    yield "" if answer.value is Missing.NO_ANSWER else _text(answer.value)
    for name in _BESIDE[:-1]:
        given = beside[name]
        yield _text(given.value) if given is not None else ""
    comment = answer.comment or (_text(note.value) if note is not None else "")
    yield comment
    yield language if comment or answer.citations else ""
    kind = beside["evidence_kind"]
    yield _text(kind.value) if kind is not None else ""
    cited = answer.citations[0] if answer.citations else None
    yield cited.title if cited is not None else ""
    yield cited.link if cited is not None else ""


def _write_findings(reading: Survey, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    form = reading.questionnaire
    targets = {mapping.question: mapping.target for mapping in form.mappings} if form is not None else {}
    groups = (
        {question.id: question.group for question in form.questions if question.group and question.id in targets}
        if form is not None
        else {}
    )
    read = {*targets, *(f"{question} [{name}]" for question in targets for name in _BESIDE)}
    answered = {
        groups[answer.question] for response in reading.responses for answer in response if answer.question in groups
    }
    read |= {f"{group}.{name}" for group in answered for name in ("sample", "note")}
    unmapped = list(
        dict.fromkeys(a.question for response in reading.responses for a in response if a.question not in read)
    )
    remedy = "convert a filled-in form of capbuild, or map the questions: capbuild map FILE"
    if unmapped:
        what = f"{counted(len(unmapped), 'question')} without a target" if targets else "no question with a target"
        message = f"{what}; not in the table: {', '.join(unmapped[:6])}"
        more = f" and {len(unmapped) - 6} more" if unmapped[6:] else ""
        context.issues.append(Issue.warning("CB205", f"{message}{more}", Origin(reading.file), remedy))
    rows = (row for response in reading.responses for row in _rows(response, targets, groups))
    yield ("\ufeff" + format_csv([_HEADS, *rows], end="\r\n")).encode("utf-8", "replace")


#: Parts of a survey that a table of responses lacks, or has in part.
_TABLE_LOSSES = (
    "kinds of question", "texts", "texts in other languages", "choices", "groups", "groups of questions",
    "blocks that repeat", "rows and details of questions", "required answers", "skip rules", "units and limits",
    "dimensions of questions", "mappings", "answers of an earlier round", "marks of what is inferred",
    "languages of the form", "id of the form", "version of the form", "ids of responses", "countries as written",
    "details of respondents", "dates of responses", "states of responses", "forms that responses name",
    "versions that responses name", "answers of repeated blocks", "values", "texts as written", "citations",
)  # fmt: skip

FINDINGS_CSV = Writer(
    name="findings-csv",
    title="Findings table of a visit, meeting or desk review (CSV)",
    accepts=(Survey,),
    write=_write_findings,
)

_BOM = "\ufeff"

_ABOUT = ("response id", "country", "respondent", "language", "submitted")


@frozen(kw_only=True)
class CsvWriteOptions:
    """Options of the CSV writer of responses.

    Attributes:
        delimiter: Character between cells.
        guarded: Whether an apostrophe is put before text that a spreadsheet could run as a formula.
    """

    delimiter: str = ","
    guarded: bool = True


def answer_text(value: AnswerValue) -> str | int | float | None:
    """Return an answer as a CSV cell.

    No answer becomes None, and another missing value its word.

    Example:
        >>> answer_text(Missing.DONT_KNOW), answer_text(("a", "b")), answer_text(True), answer_text(Missing.NO_ANSWER)
        ("don't know", 'a; b', 'true', None)
        >>> answer_text(GeoPoint(13.0975321, -59.6)), answer_text(GeoPoint(13.0, -59.6, accuracy=4.5))
        ('13.0975321 -59.6', '13 -59.6 - 4.5')
    """
    if isinstance(value, Missing):
        return None if value is Missing.NO_ANSWER else value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, GeoPoint):
        parts = [value.latitude, value.longitude, value.altitude, value.accuracy]
        while parts[-1] is None:
            parts.pop()
        return " ".join("-" if part is None else repr(part).removesuffix(".0") for part in parts)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def parse_point(text: str) -> GeoPoint | None:
    """Parse a point that `answer_text` wrote.

    The result is None if the text is not a point.

    Example:
        >>> parse_point("13 -59.6 - 4.5"), parse_point("at the port")
        (GeoPoint(latitude=13.0, longitude=-59.6, accuracy=4.5), None)
    """
    try:
        first, second, *others = text.split()
        numbers = [None if part == "-" else float(part) for part in others]
        return GeoPoint(float(first), float(second), *numbers) if len(numbers) <= 2 else None
    except ValueError:
        return None


def answer_columns(reading: Survey) -> list[tuple[str, int]]:
    """Return the answer columns in order: question and repeat number."""
    form = reading.questionnaire
    asked = [question.id for question in form.questions] if form is not None else []
    order = {name: position for position, name in enumerate(asked)}
    seen = dict.fromkeys((name, 0) for name in asked)
    for response in reading.responses:
        seen |= dict.fromkeys((answer.question, answer.repeat) for answer in response.answers)
    times = {name for name, time in seen if time}
    kept = [key for key in seen if key[1] or key[0] not in times]
    return sorted(kept, key=lambda key: (order.get(key[0], len(order)), key[1]))


def index_answers(response: Response) -> dict[tuple[str, int], Answer]:
    """Return the first answer for each column of `answer_columns`."""
    answers: dict[tuple[str, int], Answer] = {}
    for answer in response.answers:
        answers.setdefault((answer.question, answer.repeat), answer)
    return answers


def _header_names(columns: Sequence[tuple[str, int]], remarked: set[tuple[str, int]]) -> Iterator[str]:
    for key in columns:
        # A question may be called as a column of keys is.
        number = max(key[1], 2 if key[0].casefold() in _ABOUT else 1)
        name = key[0] if number < 2 else f"{key[0]} ({number})"
        yield name
        if key in remarked:
            yield f"{name} comment"


def _about(response: Response, *, named: bool) -> list[str | None]:
    """Return the metadata cells of a response.

    The id is left out of tables with respondents (`named`).
    """
    country = response.country.name if response.country is not None else response.place
    sent = response.submitted or response.date
    who = response.respondent.pseudonym if response.respondent is not None else None
    about = [country, who, response.language, sent.isoformat() if sent else None]
    return about if named else [response.id, *about]


def _row(
    response: Response, columns: Sequence[tuple[str, int]], remarked: set[tuple[str, int]], *, named: bool
) -> Iterator[str | int | float | datetime.date | None]:
    answers = index_answers(response)
    yield from _about(response, named=named)
    for key in columns:
        answer = answers.get(key)
        yield None if answer is None else answer_text(answer.value)
        if key in remarked:
            yield None if answer is None else answer.comment


def _write(reading: Survey, _context: RenderContext, options: CsvWriteOptions) -> Iterator[bytes]:
    columns = answer_columns(reading)
    remarked = {(a.question, a.repeat) for r in reading.responses for a in r.answers if a.comment}
    named = any(response.respondent is not None for response in reading.responses)
    header = (*_ABOUT[named:], *_header_names(columns, remarked))
    rows = (_row(response, columns, remarked, named=named) for response in reading.responses)
    table = format_csv(chain([header], rows), delimiter=options.delimiter, end="\r\n", guarded=options.guarded)
    yield (_BOM + table).encode("utf-8", "replace")


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the CSV writers of responses and findings."""
    return [
        Writer(
            name="responses-csv",
            title="Responses as a table (CSV), one row a response",
            accepts=(Survey,),
            write=_write,
            suffixes=(".csv",),
            options=CsvWriteOptions,
            loses=_TABLE_LOSSES,
        ),
        FINDINGS_CSV,
    ]
