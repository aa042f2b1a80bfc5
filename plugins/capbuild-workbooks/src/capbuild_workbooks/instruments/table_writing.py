"""Writer of response workbooks.

A workbook has a row for each response, a multilingual codebook, and the stored questionnaire.
"""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence

from capbuild.formats import answer_columns, answer_text, index_answers
from capbuild.model import (
    Answer,
    AnswerValue,
    Citation,
    Missing,
    Question,
    Questionnaire,
    QuestionType,
    Response,
    Survey,
)
from capbuild.plugins import NoOptions, RenderContext
from capbuild_workbooks.instruments.layout import RESPONSE_MARK, write_stored_form
from capbuild_workbooks.writing import Book, CellValue, Head, Page

#: Kinds of extra columns. Each exists if any response has one, and the column's mark names its kind.
BESIDE = ("raw", "comment", "citations")


def format_extra(answer: Answer, what: str) -> str:
    """Return an extra of an answer as text, or "".

    Example:
        >>> print(format_extra(Answer("q", "yes", citations=(Citation("Act 5", "https://a.org"), Citation("Act 6"))), "citations"))
        Act 5 <https://a.org>
        Act 6
    """  # noqa: E501 - the shown value is what a reader of the page needs
    if what == "raw":
        return answer.raw or ""
    return (answer.comment or "") if what == "comment" else _cited(answer.citations)


def _cited(citations: Sequence[Citation]) -> str:
    return "\n".join(
        f"{citation.title} <{citation.link}>" if citation.link or citation.title.endswith(">") else citation.title
        for citation in citations
    )


def parse_citations(text: str) -> tuple[Citation, ...]:
    """Return the citations of a cell, one per line.

    Example:
        >>> parse_citations("Act 5 <https://a.org>")
        (Citation(title='Act 5', link='https://a.org'),)
    """
    citations = []
    for line in text.splitlines():
        title, mark, link = line.rpartition(" <")
        linked = bool(mark) and link.endswith(">")
        citations.append(Citation(title, link.removesuffix(">")) if linked else Citation(line))
    return tuple(citations)


#: Metadata of a response, one column each.
ABOUT = (
    "id", "country", "place", "respondent", "respondent kind", "language", "status", "date", "submitted",
    "questionnaire", "version",
)  # fmt: skip

#: Respondent metadata that has a column only if any response has it.
_FEW = ("respondent role", "respondent language", "official")

_BESIDE_HEADS = {"raw": "as written", "comment": "comment", "citations": "cited"}

_WIDTHS = {"comment": 24, "citations": 30}

_SEVERAL = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


def write_responses(reading: Survey, _context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the response workbook, the same bytes each time."""
    book = Book(reading.file, foot=reading.file)
    _responses(book, reading)
    if reading.questionnaire is not None:
        _codebook(book, reading.questionnaire)
        write_stored_form(book, reading.questionnaire)
    yield book.bytes()


def _columns(reading: Survey) -> list[tuple[str, int, str | None]]:
    """Return the columns of a response workbook.

    Each is a question, the number of its repeat, and a choice. Besides its own column, whose choice is None, a
    multi-select question has a column per choice.
    """
    form = reading.questionnaire
    asked = form.by_id if form is not None else {}
    columns: list[tuple[str, int, str | None]] = []
    for name, time in answer_columns(reading):
        question = asked.get(name)
        columns.append((name, time, None))
        if question is not None and question.type in _SEVERAL:
            columns += [(name, time, choice.code) for choice in question.choices]
    return columns


def _responses(book: Book, reading: Survey) -> None:
    columns = _columns(reading)
    beside = _list_extras(reading)
    few = [name for name in _FEW if any(_few(response, name) for response in reading.responses)]
    about = (*ABOUT, *few)
    marks = [f"{RESPONSE_MARK}{json.dumps([name])}" for name in about]
    headers = [Head(name, width=14, style="date" if name == "date" else "cell") for name in about]
    days = _days(reading.questionnaire)
    for name, time, choice in columns:
        marks.append(f"{RESPONSE_MARK}{json.dumps([name, time, choice])}")
        again = f" ({time})" if time > 1 else ""
        shown = f"{name}{again}" if choice is None else f"{name}{again} [{choice}]"
        headers.append(Head(shown, width=16, style="date" if name in days else "wrap"))
        for what in beside.get((name, time), ()) if choice is None else ():
            marks.append(f"{RESPONSE_MARK}{json.dumps([name, time, None, what])}")
            headers.append(Head(f"{name}{again} {_BESIDE_HEADS[what]}", width=_WIDTHS.get(what, 16), style="wrap"))
    page = book.page("Responses", lead=f"{len(reading.responses):,} responses of {reading.file}")
    page.write(marks, hidden=True)
    rows = [list(_row(response, columns, few, beside, days)) for response in reading.responses]
    page.table("responses", headers, rows, freeze=2, empty="")


def _row(
    response: Response,
    columns: Sequence[tuple[str, int, str | None]],
    few: Sequence[str],
    beside: Mapping[tuple[str, int], Sequence[str]],
    days: frozenset[str],
) -> Iterator[CellValue]:
    answers = index_answers(response)
    yield from _about(response)
    yield from (_few(response, name) for name in few)
    for name, time, choice in columns:
        answer = answers.get((name, time))
        if choice is not None:
            yield None if answer is None else _find_position(answer.value, choice)
            continue
        yield None if answer is None else _cell(answer.value, day=name in days)
        for what in beside.get((name, time), ()):
            yield None if answer is None else format_extra(answer, what) or None


def _list_extras(reading: Survey) -> dict[tuple[str, int], list[str]]:
    """Return the extras that exist for each question and repeat."""
    extras: dict[tuple[str, int], set[str]] = {}
    for response in reading.responses:
        for answer in response.answers:
            there = {what for what in BESIDE if format_extra(answer, what)}
            if there:
                extras.setdefault((answer.question, answer.repeat), set()).update(there)
    return {key: [what for what in BESIDE if what in there] for key, there in extras.items()}


def _few(response: Response, name: str) -> str | None:
    """Return optional metadata of a respondent."""
    who = response.respondent
    if who is None:
        return None
    official = None if who.official is None else ("yes" if who.official else "no")
    return {"respondent role": who.role or None, "respondent language": who.language or None, "official": official}[
        name
    ]


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


def _find_position(value: AnswerValue, choice: str) -> CellValue:
    """Return the position of a choice among those chosen.

    Positions count from 1; 0 means not chosen, and None that the answer is no list of choices.
    """
    return (value.index(choice) + 1 if choice in value else 0) if isinstance(value, tuple) else None


def _days(form: Questionnaire | None) -> frozenset[str]:
    """Return the ids of date questions.

    Only their dates become date cells; any other date is written as text.
    """
    asked = form.questions if form is not None else ()
    return frozenset(question.id for question in asked if question.type is QuestionType.DATE)


def _cell(value: AnswerValue, *, day: bool) -> CellValue:
    """Return the cell of a value in its own type.

    Multi-select answers are joined as text.
    """
    if isinstance(value, Missing):
        return value.value
    if isinstance(value, bool | int | float | str):
        return value
    if day and isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    return answer_text(value)


def _codebook(book: Book, form: Questionnaire) -> None:
    tags = [tag for tag in form.languages if tag != "und"] or list(form.title.languages)
    headers = [
        Head("question", width=18),
        Head("type", width=14),
        Head("choice", width=14),
        *(Head(f"text ({tag})", width=50, style="wrap") for tag in tags),
        Head("absence", width=16),
    ]
    page: Page = book.page("Codebook", lead="Every question and choice, in all languages.")
    page.table(
        "codebook", headers, [row for question in form.questions for row in _described(question, tags)], freeze=1
    )


def _described(question: Question, tags: Sequence[str]) -> Iterator[list[CellValue]]:
    yield [question.id, question.type.value, None, *(question.text.get(tag) for tag in tags), None]
    for choice in question.choices:
        absence = choice.missing.value if choice.missing is not None else None
        yield [question.id, None, choice.code, *(choice.label.get(tag) for tag in tags), absence]
