"""Responses as a workbook: one row a response, a codebook in all languages, and the form itself for reading back."""

import datetime
import json
from collections.abc import Iterator, Sequence

from capbuild.formats.csv_responses import answer_columns, answer_text
from capbuild.model import Answer, AnswerValue, Missing, Question, Questionnaire, QuestionType, Reading, Response
from capbuild.plugins import NoOptions, RenderContext
from capbuild_sheets.instruments.form_sheet import keep_form
from capbuild_sheets.instruments.layout import RESPONSE_MARK
from capbuild_sheets.writing import Book, CellValue, Head, Page, put

__all__ = ["ABOUT", "write_responses"]

#: What a response says of itself, a column each.
ABOUT = (
    "id", "country", "place", "respondent", "respondent kind", "language", "status", "date", "submitted",
    "questionnaire", "version",
)  # fmt: skip
_SEVERAL = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


def write_responses(reading: Reading, _context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the workbook; the same bytes each time."""
    book = Book(reading.file, foot=reading.file)
    _responses(book, reading)
    if reading.questionnaire is not None:
        _codebook(book, reading.questionnaire)
        keep_form(book, reading.questionnaire)
    yield book.bytes()


def _columns(reading: Reading) -> list[tuple[str, int, str | None]]:
    """Each question with each time it was answered, and the choice where several may be chosen."""
    form = reading.questionnaire
    asked = form.by_id if form is not None else {}
    found: list[tuple[str, int, str | None]] = []
    for name, time in answer_columns(reading):
        question = asked.get(name)
        found.append((name, time, None))
        if question is not None and question.type in _SEVERAL:
            found += [(name, time, choice.code) for choice in question.choices]
    return found


def _responses(book: Book, reading: Reading) -> None:
    columns = _columns(reading)
    remarked = {(a.question, a.repeat) for r in reading.responses for a in r.answers if a.comment}
    marks = [f"{RESPONSE_MARK}{json.dumps([name])}" for name in ABOUT]
    heads = [Head(name, width=14, style="date" if name == "date" else "cell") for name in ABOUT]
    days = _days(reading.questionnaire)
    for name, time, choice in columns:
        marks.append(f"{RESPONSE_MARK}{json.dumps([name, time, choice])}")
        again = f" ({time})" if time > 1 else ""
        shown = f"{name}{again}" if choice is None else f"{name}{again} [{choice}]"
        heads.append(Head(shown, width=16, style="date" if name in days else "wrap"))
        if choice is None and (name, time) in remarked:
            marks.append(f"{RESPONSE_MARK}{json.dumps([name, time, None, 'comment'])}")
            heads.append(Head(f"{name}{again} comment", width=24, style="wrap"))
    page = book.page("Responses", lead=f"{len(reading.responses):,} responses of {reading.file}")
    for place, mark in enumerate(marks):
        put(page.sheet, page.row, place, mark)
    page.sheet.set_row(page.row, None, None, {"hidden": True})
    page.row += 1
    rows = [list(_row(response, columns, remarked, days)) for response in reading.responses]
    page.table("responses", heads, rows, freeze=2, empty="")


def _row(
    response: Response,
    columns: Sequence[tuple[str, int, str | None]],
    remarked: set[tuple[str, int]],
    days: frozenset[str],
) -> Iterator[CellValue]:
    answers: dict[tuple[str, int], Answer] = {}
    for answer in response.answers:
        answers.setdefault((answer.question, answer.repeat), answer)
    yield from _about(response)
    for name, time, choice in columns:
        found = answers.get((name, time))
        if choice is not None:
            yield None if found is None else _mark(found.value, choice)
            continue
        yield None if found is None else _cell(found.value, day=name in days)
        if (name, time) in remarked:
            yield None if found is None else found.comment


def _about(response: Response) -> Iterator[CellValue]:
    who = response.respondent
    yield response.id
    yield response.country.name if response.country is not None else None
    yield response.place
    yield who.pseudonym if who is not None else None
    yield who.kind if who is not None else None
    yield response.language
    yield response.status.value
    yield response.date
    yield response.submitted.isoformat() if response.submitted is not None else None
    yield response.questionnaire
    yield response.version


def _mark(value: AnswerValue, choice: str) -> CellValue:
    """The place of a choice among those chosen, from 1; 0 where it was not chosen."""
    return (value.index(choice) + 1 if choice in value else 0) if isinstance(value, tuple) else None


def _days(form: Questionnaire | None) -> frozenset[str]:
    """Questions whose answers are days: their cells are dates, those of others say a date in letters."""
    asked = form.questions if form is not None else ()
    return frozenset(question.id for question in asked if question.type is QuestionType.DATE)


def _cell(value: AnswerValue, *, day: bool) -> CellValue:
    """A cell of the value's own kind. A whole answer of several choices stands in words before their columns."""
    if isinstance(value, Missing):
        return value.value
    if isinstance(value, bool | int | float | str):
        return value
    if day and isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    return answer_text(value)


def _codebook(book: Book, form: Questionnaire) -> None:
    tags = [tag for tag in form.languages if tag != "und"] or list(form.title.languages)
    heads = [
        Head("question", width=18),
        Head("type", width=14),
        Head("choice", width=14),
        *(Head(f"text ({tag})", width=50, style="wrap") for tag in tags),
        Head("absence", width=16),
    ]
    page: Page = book.page("Codebook", lead="Every question and choice, in all languages.")
    page.table("codebook", heads, [row for question in form.questions for row in _described(question, tags)], freeze=1)


def _described(question: Question, tags: Sequence[str]) -> Iterator[list[CellValue]]:
    yield [question.id, question.type.value, None, *(question.text.get(tag) for tag in tags), None]
    for choice in question.choices:
        absence = choice.missing.value if choice.missing is not None else None
        yield [question.id, None, choice.code, *(choice.label.get(tag) for tag in tags), absence]
