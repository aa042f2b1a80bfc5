"""Answer columns of a written LimeSurvey survey, and their cells."""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from capbuild.formats import answer_text
from capbuild.model import Answer, AnswerValue, Missing, QuestionType, Response, ResponseStatus
from capbuild_limesurvey.definition import Layout, clean, find_layout
from capbuild_limesurvey.questionnaire import OTHER
from capbuild_limesurvey.survey_layout import SurveyLayout, WrittenQuestion, text_in

#: Columns with response metadata.
ABOUT = ("id", "submitdate", "lastpage", "startlanguage", "datestamp")
#: Time that LimeSurvey stores if it hides the true one.
_NO_TIME = "1980-01-01 00:00:00"
_UNSHOWN = (Missing.NOT_ASKED, Missing.NOT_APPLICABLE, Missing.NOT_COLLECTED)

#: A cell: None for a database NULL, for a question that was not shown.
Cell = str | None
Answers = Mapping[str, Answer]


@frozen(eq=False)
class WrittenColumn:
    """One column of answers.

    Attributes:
        written: The question it belongs to.
        tail: Suffix after the question's number in its database name.
        parts: Codes of its row and column, or another suffix of the question.
        text: Its text.
        cell: Returns its content.
    """

    written: WrittenQuestion
    tail: str
    parts: tuple[str, ...]
    text: str
    cell: Callable[[Answers], Cell]

    @property
    def name(self) -> str:
        """Its variable name in expressions."""
        return "_".join((self.written.code, *self.parts))


def index_answers(response: Response) -> Answers:
    """Return answers by question, of repeats only the first."""
    answers: dict[str, Answer] = {}
    for answer in response.answers:
        known = answers.get(answer.question)
        if known is None or answer.repeat < known.repeat:
            answers[answer.question] = answer
    return answers


def _find_value(answers: Answers, name: str) -> AnswerValue:
    answer = answers.get(name)
    return answer.value if answer is not None else Missing.NOT_ASKED


def _encode_missing(kind: Missing) -> Cell:
    return None if kind in _UNSHOWN else ""


def _format_moment(value: AnswerValue) -> str:
    """Return a date or time as stored, without time zone."""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, datetime.date):
        return f"{value.isoformat()} 00:00:00"
    return f"1970-01-01 {value:%H:%M:%S}" if isinstance(value, datetime.time) else str(value)


def _format_plain(value: AnswerValue, written: WrittenQuestion, kind: QuestionType) -> Cell:
    """Return the cell of an answer that needs only one."""
    if isinstance(value, Missing):
        chosen = next((choice.code for choice in written.choices if choice.missing is value), None)
        if chosen is not None:
            return written.codes[chosen]
        if kind is QuestionType.TEXT and value is not Missing.NO_ANSWER and value not in _UNSHOWN:
            return str(value.value)
        return _encode_missing(value)
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime.date | datetime.time):
        return _format_moment(value)
    if kind is QuestionType.FILE:
        return json.dumps([{"name": str(value)}], ensure_ascii=False)
    if isinstance(value, str) and value in written.codes:
        return written.codes[value]
    return str(answer_text(value))


def _make_single_reader(written: WrittenQuestion, name: str, kind: QuestionType) -> Callable[[Answers], Cell]:
    return lambda answers: _format_plain(_find_value(answers, name), written, kind)


def _make_tick_reader(written: WrittenQuestion, code: str) -> Callable[[Answers], Cell]:
    def cell(answers: Answers) -> Cell:
        value = _find_value(answers, written.question.id)
        if isinstance(value, Missing):
            return _encode_missing(value)
        return "Y" if isinstance(value, tuple) and code in value else ""

    return cell


def _rank(written: WrittenQuestion, place: int) -> Callable[[Answers], Cell]:
    def cell(answers: Answers) -> Cell:
        value = _find_value(answers, written.question.id)
        if isinstance(value, Missing):
            return _encode_missing(value)
        ranked = value if isinstance(value, tuple) else (str(value),)
        return written.codes.get(ranked[place], ranked[place]) if place < len(ranked) else ""

    return cell


def _make_other_reader(written: WrittenQuestion) -> Callable[[Answers], Cell]:
    """Return a function for the cell of "other".

    The cell has the text, or the label of "other" if the text is blank, because LimeSurvey requires a text.
    """
    own = {code for code, short in written.codes.items() if short == OTHER}
    label = written.other_text.source if written.other_text is not None else ""

    def cell(answers: Answers) -> Cell:
        text = _find_value(answers, f"{written.question.id}_other")
        if not isinstance(text, Missing):
            return str(answer_text(text))
        value = _find_value(answers, written.question.id)
        chosen = value if isinstance(value, tuple) else (value,)
        return label if own & {code for code in chosen if isinstance(code, str)} else _encode_missing(text)

    return cell


def _make_comment_reader(written: WrittenQuestion) -> Callable[[Answers], Cell]:
    def cell(answers: Answers) -> Cell:
        answer = answers.get(written.question.id)
        return None if answer is None else answer.comment or ""

    return cell


def _make_count_reader(written: WrittenQuestion) -> Callable[[Answers], Cell]:
    return lambda answers: "0" if isinstance(_find_value(answers, written.question.id), Missing) else "1"


#: Columns of rows and ranks of a question: suffix, text and cells.
_Below = Iterator[tuple[str, str, Callable[[Answers], Cell]]]


def _list_below(written: WrittenQuestion, language: str) -> _Below:
    back = {short: code for code, short in written.codes.items()}
    if written.letter == "R":
        for place in range(len(written.answers)):
            yield str(place + 1), f"Rank {place + 1}", _rank(written, place)
        return
    for row in written.rows:
        name = f"{written.question.id}_{row.code}"
        ticks = written.letter == "M"
        cell = (
            _make_tick_reader(written, back[row.code])
            if ticks
            else _make_single_reader(written, name, written.row_type)
        )
        yield row.code, clean(text_in(row.text, language)), cell


def _list_comment_columns(written: WrittenQuestion) -> _Below:
    if written.other:
        yield "other", "Other", _make_other_reader(written)
    if written.letter == "O":
        yield "comment", "Comment", _make_comment_reader(written)
    if written.letter == "|":
        yield "filecount", "filecount", _make_count_reader(written)


def _list_columns(written: WrittenQuestion, language: str) -> Iterator[WrittenColumn]:
    asked = clean(text_in(written.question.text, language))
    if find_layout(written.letter) is Layout.SINGLE:
        yield WrittenColumn(
            written, "", (), asked, _make_single_reader(written, written.question.id, written.question.type)
        )
    elif find_layout(written.letter) is not Layout.NONE:
        for code, text, cell in _list_below(written, language):
            yield WrittenColumn(written, code, (code,), f"{asked} [{text}]", cell)
    for code, text, cell in _list_comment_columns(written):
        tail = f"_{code}" if code == "filecount" else code
        yield WrittenColumn(written, tail, (code,), f"{asked} [{text}]", cell)


def list_written_columns(survey: SurveyLayout) -> tuple[WrittenColumn, ...]:
    """Return the answer columns of a survey, in export order."""
    main = survey.languages[0]
    return tuple(
        column for section in survey.sections for part in section.questions for column in _list_columns(part, main)
    )


def list_response_cells(response: Response, number: int) -> tuple[Cell, ...]:
    """Return the cells of the `ABOUT` columns of a response.

    LimeSurvey numbers its responses, so an id that is no number is replaced by `number`. A submitted response without a
    time gets the time that LimeSurvey stores for anonymous responses.

    Args:
        response: The response.
        number: Its position, from 1.
    """
    moment = response.submitted.astimezone(datetime.UTC) if response.submitted is not None else response.date
    sent_text = _format_moment(moment) if moment is not None else ""
    sent = response.status is ResponseStatus.SUBMITTED
    name = response.id if response.id.isascii() and response.id.isdigit() and len(response.id) < 10 else str(number)
    language = (response.language or "").replace("-x-", "-")
    return name, (sent_text or _NO_TIME) if sent else None, "1" if sent else "0", language, sent_text or None
