"""Responses from export rows, with all cells reconciled."""

import datetime
from collections.abc import Callable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from capbuild.formats import Account, CellValue, IssueLog, find_country_question, shorten
from capbuild.model import (
    Answer,
    AnswerValue,
    ColumnUse,
    ColumnUsed,
    Issue,
    Missing,
    Question,
    Respondent,
    Response,
    ResponseStatus,
    Severity,
    SheetReconciliation,
)
from capbuild_limesurvey.fields import ColumnContent, Field, FieldFinder, list_fields
from capbuild_limesurvey.options import LimeSurveyOptions
from capbuild_limesurvey.questionnaire import OTHER, Form
from capbuild_limesurvey.response_table import (
    Cell,
    ResponseField,
    ResponseTable,
    find_personal,
    find_response_field,
    find_timing_columns,
    parse_day,
    parse_language,
)
from capbuild_limesurvey.values import make_cell_reader, parse_tick

_DROPPED = "personal, dropped, as set in the options"
_SHOWN = "beside a text that asks nothing"
_EXTRA = "beyond the last header"
#: Day that LimeSurvey stores instead of the true one in anonymised surveys.
_ANONYMISED = datetime.date(1980, 1, 1)
_ABOUT_USE = {ResponseField.ID: ColumnUse.RESPONDENT}


@frozen(eq=False)
class _AssignedColumn:
    """Column of the export matched to a field.

    Attributes:
        index: Its position, from 0.
        field: Its field.
    """

    index: int
    field: Field


@frozen(eq=False)
class _Step:
    """One question with the columns of its answer.

    Attributes:
        question: The question.
        columns: Its columns.
        read: Reads a cell.
        codes: Capbuild codes by LimeSurvey choice code.
        comment: Position of the comment column; -1 for none.
        other: Position of the "other" column; -1 for none.
    """

    question: Question
    columns: tuple[_AssignedColumn, ...]
    read: Callable[[str], CellValue]
    codes: dict[str, str]
    comment: int
    other: int


@define(eq=False)
class ResponseReader:
    """Reader of the responses of one export.

    Attributes:
        table: The export.
        form: The survey it belongs to.
        options: Options in force.
        log: Receives the issues.
    """

    table: ResponseTable
    form: Form
    options: LimeSurveyOptions
    log: IssueLog
    assigned: dict[int, Field] = field(init=False)
    about: dict[ResponseField, int] = field(init=False)
    steps: tuple[_Step, ...] = field(init=False)
    timed: frozenset[int] = field(init=False)
    display_columns: tuple[int, ...] = field(init=False)
    dropped: frozenset[int] = field(init=False)
    place: Question | None = field(init=False)
    account: Account = field(factory=Account, init=False)

    def __attrs_post_init__(self) -> None:
        finder = FieldFinder(list_fields(self.form), self.table.headers, stored=bool(self.table.tags))
        self.assigned, self.about = finder.assign(), {}
        for index, head in enumerate(self.table.headers):
            kind = find_response_field(head)
            if kind is not None and index not in self.assigned:
                self.about.setdefault(kind, index)
        by_id = {question.id: question for question in self.form.questions}
        self.timed = find_timing_columns(self.table.headers) - set(self.assigned)
        self.display_columns = tuple(
            index for index, column in self.assigned.items() if column.content is ColumnContent.NOTHING
        )
        self.dropped = frozenset(
            index
            for index, head in enumerate(self.table.headers)
            if self.options.drop_personal and (self._find_personal(index, head, by_id) is not None)
        )
        self.steps = tuple(self._list_steps(by_id))
        self.place = self._find_country()

    def _find_country(self) -> Question | None:
        """Return the country question, if it has a column."""
        answers: dict[str, dict[str, None]] = {}
        for step in self.steps:
            if len(step.columns) == 1:
                index = step.columns[0].index
                cells = (row[index] for _, row in self.table.sample if index < len(row))
                read = (step.read(cell)[0] for cell in cells if cell is not None and self._find_gap(cell) is None)
                answers[step.question.id] = dict.fromkeys(
                    filter(None, (_name_response(step.question, value) for value in read))
                )
        name = self.table.file
        form = evolve(self.form.questionnaire(name), questions=[step.question for step in self.steps])
        return find_country_question(form, answers, file=name, worded=True)

    def _find_personal(self, index: int, head: str, by_id: dict[str, Question]) -> object:
        field = self.assigned.get(index)
        asked = by_id.get(field.question) if field is not None else None
        return (asked.personal if asked is not None else None) or find_personal(head)

    def _list_steps(self, by_id: dict[str, Question]) -> Iterator[_Step]:
        """Group the columns of each question, in questionnaire order."""
        columns: dict[str, list[_AssignedColumn]] = {}
        comments: dict[str, int] = {}
        for index, column in self.assigned.items():
            if index in self.dropped:
                continue
            if column.content is ColumnContent.COMMENT:
                comments[column.question] = index
            elif column.content not in (ColumnContent.COUNT, ColumnContent.NOTHING):
                columns.setdefault(column.question, []).append(_AssignedColumn(index, column))
        for name, question in by_id.items():
            if name in columns or name in comments:
                part = columns[name][0].field.part if name in columns else self.assigned[comments[name]].part
                codes = self.form.stored(part)
                own = columns.get(f"{name}_other", ())
                other = next((assigned.index for assigned in own if assigned.field.part is part), -1)
                yield _Step(
                    question,
                    tuple(columns.get(name, ())),
                    make_cell_reader(question, codes, draft=question.inferred, order=self.table.order),
                    codes,
                    comments.get(name, -1),
                    other,
                )

    def responses(self) -> Iterator[Response | Issue]:
        """Yield a response for each row, and issues."""
        width = len(self.table.headers)
        for number, cells in self.table.rows:
            if not any(cell and cell.strip() for cell in cells):
                self.account.rows_left_out["blank"] += 1
                continue
            extra = sum(1 for cell in cells[width:] if cell and cell.strip())
            if extra:
                self.account.left_out[_EXTRA] += extra
                message = f"the row has {len(cells)} cells below {width} headers; what is beyond is left out"
                self.log.add("CB109", Severity.WARNING, message, row=number)
            fitted = [*cells[:width], *(None for _ in range(width - len(cells)))]
            self.account.rows_out += 1
            yield self._make_response(number, fitted)
            yield from self.log.drain()

    def _join_row(self, kind: ResponseField, cells: Sequence[Cell]) -> str:
        index = self.about.get(kind, -1)
        text = (cells[index] or "").strip() if index >= 0 else ""
        return "" if text in self.table.unseen else text

    def _make_response(self, number: int, cells: Sequence[Cell]) -> Response:
        answers = [self._answer(step, number, cells) for step in self.steps]
        for index in self.display_columns:
            self.account.left_out[_SHOWN] += self._find_gap(cells[index]) is None
        for index in self.dropped:
            self.account.left_out[_DROPPED] += index in self.assigned
        sent = self._join_row(ResponseField.SENT, cells)
        order = self.table.order
        dated = ResponseField.SENT if sent else ResponseField.LAST
        text = self._join_row(dated, cells)
        day = parse_day(text, order)
        if text and day is None:
            self.log.add_unreadable_date(text, self.table.origin(number, self.about[dated] + 1))
        if day == _ANONYMISED:
            self.log.add(
                "LIME3", Severity.NOTE, "the time of sending is anonymised", row=number, subject="time of sending"
            )
            day = None
        name = self._join_row(ResponseField.ID, cells)
        done = bool(sent) or ResponseField.SENT not in self.about
        return Response(
            id=name or f"row {number}",
            place=self._place(answers),
            respondent=Respondent(pseudonym=name or f"row {number}"),
            questionnaire=self.form.survey.key or None,
            language=parse_language(self._join_row(ResponseField.LANGUAGE, cells)),
            status=ResponseStatus.SUBMITTED if done else ResponseStatus.PARTIAL,
            date=day,
            answers=answers,
            origin=self.table.origin(number),
        )

    def _place(self, answers: Sequence[Answer]) -> str | None:
        if self.place is not None:
            asked = self.place.id
            value = next((answer.value for answer in answers if answer.question == asked), None)
            return _name_response(self.place, value) or self.options.country
        return self.options.country

    def _answer(self, step: _Step, number: int, cells: Sequence[Cell]) -> Answer:
        value, raw = self._answer_text(step, number, cells)
        comment = cells[step.comment] if step.comment >= 0 else None
        places = [assigned.index for assigned in step.columns] or [step.comment]
        places += [step.other] if step.other >= 0 else []
        filled = next((index for index in places if self._find_gap(cells[index]) is None), places[0])
        origin = self.table.origin(number, filled + 1)
        comment_text = (comment or "").strip()
        return Answer(
            step.question.id,
            value,
            raw,
            comment_text if comment_text not in ("", *self.table.unseen) else None,
            origin=origin,
        )

    def _answer_text(self, step: _Step, number: int, cells: Sequence[Cell]) -> tuple[AnswerValue, str | None]:
        if not step.columns:  # the export has the comment but not the answer
            return Missing.NOT_COLLECTED, None
        content = step.columns[0].field.content
        if content is ColumnContent.TICK:
            return self._read_ticks(step, number, cells)
        if content is ColumnContent.RANK:
            return self._read_ranks(step, number, cells)
        return self._read_value(step, number, cells)

    def _find_gap(self, cell: Cell) -> Missing | None:
        """Return a blank cell's missing reason, or None."""
        if cell is None or cell.strip() in self.table.unseen:
            return Missing.NOT_ASKED
        return None if cell.strip() else Missing.NO_ANSWER

    def _note(self, problem: str, step: _Step, number: int, index: int) -> None:
        message = f"{problem} ({shorten(step.question.id, 40)}); the text is kept"
        self.log.add(
            "CB201",
            Severity.WARNING,
            message,
            row=number,
            column=index + 1,
            remedy="correct the cell, or read it with the survey's own definition",
            subject=step.question.id,
        )

    def _read_value(self, step: _Step, number: int, cells: Sequence[Cell]) -> tuple[AnswerValue, str | None]:
        index = step.columns[0].index
        cell = cells[index]
        gap = self._find_gap(cell)
        if gap is not None or cell is None:
            self.account.count(gap or Missing.NOT_ASKED)
            return gap or Missing.NOT_ASKED, cell.strip() or None if cell else None
        value, raw, problem = step.read(cell)
        if problem:
            self._note(problem, step, number, index)
        self.account.count(value)
        return value, raw

    def _find_shared_missing(self, step: _Step, cells: Sequence[Cell]) -> Missing | None:
        """Return the missing reason if all columns are blank."""
        gaps = [self._find_gap(cells[assigned.index]) for assigned in step.columns]
        if any(gap is None for gap in gaps):
            self.account.count("", len(gaps))
            return None
        kind = Missing.NOT_ASKED if all(gap is Missing.NOT_ASKED for gap in gaps) else Missing.NO_ANSWER
        self.account.count(kind, len(gaps))
        return kind

    def _read_ticks(self, step: _Step, number: int, cells: Sequence[Cell]) -> tuple[AnswerValue, str | None]:
        kind = self._find_shared_missing(step, cells)
        if kind is not None and not self._has_other(step, cells):
            return kind, None
        chosen: list[str] = []
        odd: list[str] = []
        for assigned in step.columns:
            cell = (cells[assigned.index] or "").strip()
            code = step.codes.get(assigned.field.code, assigned.field.code)
            label = step.question.choice(code)
            is_ticked = parse_tick("" if cell in self.table.unseen else cell)
            if is_ticked is None and label is not None and cell == label.label.source:
                is_ticked = True
            if is_ticked is None:
                self._note(f"{shorten(cell)!r} is no tick", step, number, assigned.index)
                odd.append(f"{assigned.field.code}={cell}")
            elif is_ticked:
                chosen.append(code)
        if self._has_other(step, cells):
            chosen.append(step.codes[OTHER])
        return tuple(chosen), "; ".join(odd) or None

    def _has_other(self, step: _Step, cells: Sequence[Cell]) -> bool:
        """True if the "other" column has a text."""
        return step.other >= 0 and self._find_gap(cells[step.other]) is None

    def _read_ranks(self, step: _Step, number: int, cells: Sequence[Cell]) -> tuple[AnswerValue, str | None]:
        kind = self._find_shared_missing(step, cells)
        if kind is not None:
            return kind, None
        ranked: list[str] = []
        for assigned in sorted(step.columns, key=lambda assigned: int(assigned.field.code)):
            cell = cells[assigned.index]
            if cell is None or self._find_gap(cell) is not None:
                continue
            value, raw, problem = step.read(cell)
            if problem:
                self._note(problem, step, number, assigned.index)
            ranked.append(value if isinstance(value, str) else raw or cell)
        return tuple(ranked), None

    def unknown_headers(self) -> dict[int, str]:
        """Return headers of unknown columns by position, counted from 0."""
        known = set(self.about.values())
        return {
            index: head
            for index, head in enumerate(self.table.headers)
            if index not in self.assigned and index not in known | self.timed and find_response_field(head) is None
        }

    def reconciliation(self) -> SheetReconciliation:
        """Return the reconciliation of the export."""
        return self.account.reconciliation(self.table.sheet, self.columns())

    def columns(self) -> tuple[ColumnUsed, ...]:
        """Return the columns of the export, with their use."""
        by_id = {question.id: question for question in self.form.questions}
        used = []
        for index, head in enumerate(self.table.headers):
            field, kind = self.assigned.get(index), find_response_field(head)
            asked = by_id.get(field.question) if field is not None else None
            personal = (asked.personal if asked is not None else None) or find_personal(head)
            use, reason = ColumnUse.IGNORED, "it repeats a column, or the survey does not name it"
            if index in self.dropped:
                use, reason = ColumnUse.PERSONAL, _DROPPED
            elif field is not None:
                use, reason = self._use(field, asked)
            elif index in self.timed:
                use, reason = ColumnUse.METADATA, "how long a question was looked at"
            elif kind is not None:
                use, reason = _ABOUT_USE.get(kind, ColumnUse.METADATA), ""
            name = head or f"column {index + 1}"
            used.append(ColumnUsed(name=name, column=index + 1, use=use, reason=reason, personal=personal))
        return tuple(used)

    def _use(self, found: Field, asked: Question | None) -> tuple[ColumnUse, str]:
        if found.content is ColumnContent.COMMENT:
            return ColumnUse.REMARK, f"comment on {found.question}"
        if found.content is ColumnContent.NOTHING:
            return ColumnUse.METADATA, f"{found.question} shows a text and asks nothing"
        if found.content is ColumnContent.COUNT:
            return ColumnUse.METADATA, f"counts the files of {found.question}"
        if asked is not None and self.place is not None and asked.id == self.place.id:
            return ColumnUse.COUNTRY, "also kept as an answer"
        if asked is not None and asked.personal is not None:
            return ColumnUse.PERSONAL, "kept as an answer; drop_personal leaves it out"
        return ColumnUse.QUESTION, "" if found.content is ColumnContent.VALUE else f"part of {found.question}"


def _name_response(question: Question, value: AnswerValue | None) -> str:
    """Return an answer as shown: label or text, else empty."""
    choice = question.choice(str(value))
    return choice.label.source if choice is not None else value if isinstance(value, str) else ""
