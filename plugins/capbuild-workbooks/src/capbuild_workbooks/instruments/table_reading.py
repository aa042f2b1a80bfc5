"""Reader of response workbooks.

Each row is a response; marks identify the columns.
"""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field
from capbuild_sheets.sheets import Row, Sheet

from capbuild.formats import MISSING_WORDS, Account, Cell, CellReader, cell_text, fold_word, parse_point
from capbuild.model import (
    Answer,
    AnswerValue,
    ColumnUse,
    ColumnUsed,
    Issue,
    Missing,
    Question,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    ResponseStatus,
)
from capbuild.origin import Origin
from capbuild.plugins import ReadItem
from capbuild_workbooks.instruments.layout import RESPONSE_MARK
from capbuild_workbooks.instruments.table_writing import BESIDE, parse_citations


def response_marks(sheet: Sheet) -> int | None:
    """Return the index of the row of marks, or None."""
    for number, row in enumerate(sheet.rows[:60]):
        if sum(isinstance(cell, str) and cell.startswith(RESPONSE_MARK) for cell in row) > 1:
            return number
    return None


def _mark(cell: Cell) -> tuple[Any, ...]:
    if not isinstance(cell, str) or not cell.startswith(RESPONSE_MARK):
        return ()
    try:
        mark = json.loads(cell.removeprefix(RESPONSE_MARK))
    except ValueError:
        return ()
    return tuple(mark) if isinstance(mark, list) and len(mark) in (1, 3, 4) else ()


@define(eq=False)
class ResponseSheet:
    """Reader of one response sheet.

    Attributes:
        file: Name of the file.
        sheet: The sheet.
        form: The stored questionnaire, if any.
        marks: Row of the marks, from 0.
    """

    file: str
    sheet: Sheet
    form: Questionnaire | None
    marks: int
    issues: list[Issue] = field(factory=list, init=False)
    account: Account = field(factory=Account, init=False)
    _plain: CellReader = field(factory=CellReader, init=False)

    def read(self) -> Iterator[ReadItem]:
        """Yield a response per row, issues, and the reconciliation."""
        columns = [_mark(cell) for cell in self.sheet.rows[self.marks]]
        first = self.marks + 2
        for number, row in enumerate(self.sheet.rows[first:], start=first + 1):
            if not any(cell is not None and cell != "" for cell in row):
                self.account.rows_left_out["blank"] += 1
                continue
            self.account.rows_out += 1
            yield self._response(number, row, columns)
        yield from self.issues
        headers = self.sheet.rows[self.marks + 1] if len(self.sheet.rows) > self.marks + 1 else ()
        columns_used = (
            ColumnUsed(
                name=cell_text(head),
                column=position + 1,
                use=ColumnUse.ANSWER if position < len(columns) and len(columns[position]) > 1 else ColumnUse.METADATA,
            )
            for position, head in enumerate(headers)
        )
        yield self.account.reconciliation(self.sheet.name, columns_used)

    def _response(self, number: int, row: Row, columns: Sequence[tuple[Any, ...]]) -> Response:
        about: dict[str, Cell] = {}
        cells: dict[tuple[str, int], dict[str | None, Cell]] = {}
        beside: dict[tuple[str, int, str], str] = {}
        places: dict[tuple[str, int], int] = {}
        for position, mark in enumerate(columns):
            cell = row[position] if position < len(row) else None
            if len(mark) == 1:
                about[mark[0]] = cell
            elif len(mark) == 4:
                beside[mark[0], mark[1], mark[3]] = cell_text(cell)
            elif mark:
                cells.setdefault((mark[0], mark[1]), {})[mark[2]] = cell
                places.setdefault((mark[0], mark[1]), position + 1)
        answers = []
        for key, values in cells.items():
            if all(cell is None or cell == "" for cell in values.values()):
                continue  # Not in the response at all; a missing value would have its label.
            value = self._value(number, key[0], values)
            self.account.count(value)
            origin = Origin(self.file, self.sheet.name, number, places[key])
            raw, comment, cited = (beside.get((*key, what), "") for what in BESIDE)
            citations = parse_citations(cited)
            answers.append(Answer(key[0], value, raw or None, comment or None, key[1], citations, origin))
        return self._made(number, about, answers)

    def _made(self, number: int, about: dict[str, Cell], answers: list[Answer]) -> Response:
        text = {name: cell_text(cell) for name, cell in about.items()}
        day, sent = about.get("date"), _moment(text.get("submitted", ""))
        states = {state.value: state for state in ResponseStatus}
        return Response(
            id=text.get("id") or str(number),
            place=text.get("place") or text.get("country") or None,
            respondent=_respondent(text),
            questionnaire=text.get("questionnaire") or None,
            version=text.get("version") or None,
            language=text.get("language") or None,
            status=states.get(text.get("status", ""), ResponseStatus.SUBMITTED),
            date=_day(day),
            submitted=sent,
            answers=answers,
            origin=Origin(self.file, self.sheet.name, number),
        )

    def _value(self, number: int, name: str, cells: dict[str | None, Cell]) -> AnswerValue:
        question = self.form.by_id.get(name) if self.form is not None else None
        chosen = {choice: cell for choice, cell in cells.items() if choice is not None and cell is not None}
        if chosen:
            ranked = sorted(
                (cell, place) for place, cell in enumerate(chosen.values()) if isinstance(cell, int) and cell
            )
            codes = list(chosen)
            return tuple(str(codes[place]) for _, place in ranked)
        value = self._single(cells.get(None), question)
        if value is None:
            message = f"{cell_text(cells.get(None))[:60]!r} is no answer to {name}"
            origin = Origin(self.file, self.sheet.name, number)
            self.issues.append(Issue.warning("SHEET9", message, origin))
            return Missing.INVALID
        return value

    def _single(self, cell: Cell, question: Question | None) -> AnswerValue | None:
        text = cell_text(cell)
        absent = MISSING_WORDS.get(fold_word(text)) if isinstance(cell, str) else None
        if absent is not None:
            return absent
        kind = question.type if question is not None else QuestionType.UNKNOWN
        if not isinstance(cell, str):
            value: AnswerValue = self._plain(cell)[0]
            return value
        if kind is QuestionType.GEOPOINT:
            return parse_point(text) or cell
        if kind in (QuestionType.DATETIME, QuestionType.TIME, QuestionType.DATE):
            return _moment(text) or _time(text) or _iso_day(text) or cell
        return cell


def _respondent(text: Mapping[str, str]) -> Respondent | None:
    who = text.get("respondent")
    if not who:
        return None
    official = {"yes": True, "no": False}.get(text.get("official", ""))
    kind, role, language = (text.get(f"respondent {name}", "") for name in ("kind", "role", "language"))
    return Respondent(pseudonym=who, kind=kind, role=role, language=language, official=official)


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None


def _time(text: str) -> datetime.time | None:
    try:
        return datetime.time.fromisoformat(text) if ":" in text else None
    except ValueError:
        return None


def _iso_day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _day(cell: Cell) -> datetime.date | None:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    return cell if isinstance(cell, datetime.date) else _iso_day(cell_text(cell))
