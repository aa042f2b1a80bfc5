"""Responses from a tidy table with one answer per row."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field

from capbuild.countries import country_by_code
from capbuild.errors import UnknownCountry
from capbuild.formats.csv_files.responses import parse_point
from capbuild.formats.grid import GridRow
from capbuild.formats.joined_forms import draft_form
from capbuild.formats.vocabulary import personal_by_content, personal_by_head
from capbuild.model import (
    Answer,
    AnswerValue,
    Choice,
    ColumnUse,
    ColumnUsed,
    Country,
    Issue,
    Missing,
    Question,
    QuestionGroup,
    QuestionType,
    Respondent,
    Response,
    ResponseStatus,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import ReadItem

#: Columns of the table, each with its type unless text.
ANSWER_COLUMNS = (
    "response country place respondent questionnaire language date status question question_type repeat_group "
    "repeat:int value label number:float missing written comment file sheet row:int column:int"
)
_HEADS = frozenset(column.partition(":")[0] for column in ANSWER_COLUMNS.split())
#: Columns that may be absent: labels, groups, statuses, and types, without which texts stay texts.
_OPTIONAL = frozenset(("label", "question_type", "repeat_group", "status"))
#: Reason for rows that are left out, in reconciliations.
DROPPED = "personal, dropped, as set in the options"
_JOINED = "; "
_PARSERS: Mapping[QuestionType, Callable[[str], AnswerValue]] = {
    QuestionType.BOOLEAN: {"true": True, "false": False}.__getitem__,
    QuestionType.DATE: datetime.date.fromisoformat,
    QuestionType.DATETIME: datetime.datetime.fromisoformat,
    QuestionType.TIME: datetime.time.fromisoformat,
    QuestionType.SELECT_MULTIPLE: lambda text: tuple(text.split(_JOINED)),
    QuestionType.RANKING: lambda text: tuple(text.split(_JOINED)),
    QuestionType.GEOPOINT: lambda text: parse_point(text) or text,
}
_LISTS = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)
_CODED = (QuestionType.SELECT_ONE, *_LISTS)
_USES = {
    "country": ColumnUse.COUNTRY,
    "respondent": ColumnUse.RESPONDENT,
    "question": ColumnUse.QUESTION,
    "comment": ColumnUse.REMARK,
    **dict.fromkeys(("value", "number", "missing"), ColumnUse.ANSWER),
}
_OF_RESPONSE = ("country", "place", "respondent", "questionnaire", "language")
_MISSING = {kind.value: kind for kind in Missing}
_TYPES = {kind.value: kind for kind in QuestionType}
_STATUSES = {status.value: status for status in ResponseStatus}


def is_tidy(columns: Sequence[object]) -> bool:
    """True if a table has the columns of tidy answers.

    The columns for labels, types and groups are optional.
    """
    return {*columns} >= _HEADS - _OPTIONAL


def cell_text(value: Any) -> str | None:
    """Return a cell as text.

    Whole numbers have no decimal point, and dates are in ISO 8601.

    Example:
        >>> cell_text(3.0), cell_text(datetime.date(2016, 5, 31)), cell_text(" "), cell_text(None)
        ('3', '2016-05-31', ' ', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


@define
class _AnswerRows:
    """Rows of the table, with their issues."""

    name: str
    column_names: Sequence[Any]
    sheet: str | None = None
    issues: list[Issue] = field(factory=list)
    codes: dict[str, Country | None] = field(factory=dict)
    types: dict[str, QuestionType | None] = field(factory=dict)
    dropped: set[str] = field(factory=set)
    absent: dict[str, int] = field(factory=dict)
    left_out: dict[str, int] = field(factory=dict)
    rows_in: int = 0

    def add_issue(self, code: str, message: str, row: int, column: str, remedy: str) -> None:
        origin = Origin(self.name, self.sheet, row, list(self.column_names).index(column) + 1)
        self.issues.append(Issue.error(code, message, origin, remedy))

    def leave_out(self, row: int, column: str) -> None:
        reason = f"names no {column}"
        self.left_out[reason] = self.left_out.get(reason, 0) + 1
        self.add_issue("CB208", f"the row {reason}", row, column, f"fill in `{column}`, or drop the row")

    def country(self, code: str, row: int) -> Country | None:
        if code not in self.codes:
            try:
                self.codes[code] = country_by_code(code)
            except UnknownCountry as error:
                self.codes[code] = None
                self.add_issue(error.code, error.message, row, "country", "give a code, or only `place`")
        return self.codes[code]

    def parse_integer(self, row: int, cells: Mapping[str, Any], column: str) -> int | None:
        text = cell_text(cells[column])
        if text is None:
            return None
        if text.isascii() and text.isdigit():
            return int(text)
        self.add_issue("CB208", f"{column} must be a whole number, not {text!r}", row, column, "correct the cell")
        return None

    def parse_date(self, row: int, cells: Mapping[str, Any]) -> datetime.date | None:
        text = cell_text(cells["date"])
        if text is None:
            return None
        try:
            return datetime.date.fromisoformat(text[:10])
        except ValueError:
            self.add_issue("CB208", f"date must be such as 2016-05-31, not {text!r}", row, "date", "correct the cell")
            return None

    def find_status(self, row: int, cells: Mapping[str, Any]) -> ResponseStatus:
        text = cell_text(cells.get("status"))
        if text is not None and text not in _STATUSES:
            self.add_issue("CB208", f"{text!r} is no status", row, "status", f"one of: {', '.join(_STATUSES)}")
        return _STATUSES.get(text or "", ResponseStatus.SUBMITTED)

    def answer(self, row: int, cells: Mapping[str, Any]) -> Answer:
        file = cell_text(cells["file"])
        line, column = self.parse_integer(row, cells, "row"), self.parse_integer(row, cells, "column")
        read_from = Origin(file, cell_text(cells["sheet"]), line or None, column or None) if file else None
        return Answer(
            str(cells["question"]),
            self.value(row, cells),
            raw=cell_text(cells["written"]),
            comment=cell_text(cells["comment"]),
            repeat=self.parse_integer(row, cells, "repeat") or 0,
            origin=read_from or Origin(self.name, self.sheet, row),
        )

    def find_type(self, row: int, cells: Mapping[str, Any]) -> QuestionType | None:
        text = cell_text(cells.get("question_type"))
        if text is not None and text not in _TYPES:
            self.add_issue(
                "CB208", f"{text!r} is no type of question", row, "question_type", f"one of: {', '.join(_TYPES)}"
            )
        return None if text is None else _TYPES.get(text)

    def find_question(
        self, name: str, rows: Sequence[tuple[int, Mapping[str, Any]]], *, drop_personal: bool
    ) -> Question | None:
        """Return a question with the options of its answers.

        The result is None if the question is dropped, or the table has no type for it.
        """
        kind = self.find_type(*rows[0])
        labels: dict[str, str] = {}
        for _, cells in rows if kind in _CODED else ():
            code, label = cell_text(cells["value"]), cell_text(cells.get("label"))
            if code is not None:
                codes = code.split(_JOINED) if kind in _LISTS else [code]
                shown = (label or "").split(_JOINED) if kind in _LISTS else [label or code]
                labels = {**dict(zip(codes, shown if len(shown) == len(codes) else codes, strict=True)), **labels}
        choices = [Choice(code=code, label=label or code) for code, label in labels.items() if code.strip()]
        self.types[name] = kind
        personal = personal_by_head(name) or personal_by_content(str(cells["value"]).strip() for _, cells in rows)
        if personal is not None and drop_personal:
            self.dropped.add(name)
            self.left_out[DROPPED] = self.left_out.get(DROPPED, 0) + len(rows)
            return None
        if kind is None:
            return None
        group = cell_text(rows[0][1].get("repeat_group"))
        return Question(id=name, text=name, type=kind, choices=choices, group=group, personal=personal)

    def value(self, row: int, cells: Mapping[str, Any]) -> AnswerValue:
        missing, value = cell_text(cells["missing"]), cell_text(cells["value"])
        if missing is not None:
            return self.add_missing(_MISSING.get(missing) or self.refuse_missing(missing, row))
        number = _parse_number(cells["number"], value)
        if number is not None:
            return number
        kind = self.types.get(str(cells["question"]))
        if value is not None:
            return value if kind is None else _parse_value(value, kind)
        # A multi-select answer without options; missing answers are null.
        return () if cells["value"] == "" or kind in _LISTS else self.add_missing(Missing.NO_ANSWER)

    def add_missing(self, kind: Missing) -> Missing:
        self.absent[kind.value] = self.absent.get(kind.value, 0) + 1
        return kind

    def refuse_missing(self, text: str, row: int) -> Missing:
        self.add_issue("CB201", f"{text!r} is no kind of missing", row, "missing", f"one of: {', '.join(_MISSING)}")
        return Missing.INVALID

    def response(self, key: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Response:
        first, cells = rows[0]
        text = {column: cell_text(cells[column]) for column in _OF_RESPONSE}
        pseudonym, code = text["respondent"], text["country"]
        return Response(
            id=key,
            place=text["place"],
            country=self.country(code, first) if code else None,
            respondent=Respondent(pseudonym=pseudonym) if pseudonym else None,
            questionnaire=text["questionnaire"],
            language=text["language"],
            status=self.find_status(first, cells),
            date=self.parse_date(first, cells),
            answers=[self.answer(row, cells) for row, cells in rows if str(cells["question"]) not in self.dropped],
            origin=Origin(self.name, self.sheet, first),
        )

    def reconcile(self, responses: Sequence[Response]) -> SheetReconciliation:
        cells = sum(map(len, responses))
        columns = [
            ColumnUsed(
                name=str(column),
                column=position,
                use=_USES.get(column, ColumnUse.METADATA if column in _HEADS else ColumnUse.IGNORED),
                reason="" if column in _HEADS else "no column of the tidy table",
            )
            for position, column in enumerate(self.column_names, start=1)
        ]
        return SheetReconciliation(
            sheet=self.sheet or "",
            rows_in=self.rows_in,
            rows_out=cells,
            rows_left_out=self.left_out,
            columns=columns,
            cells=cells,
            answers=cells - sum(self.absent.values()),
            absent=self.absent,
        )


def _parse_value(text: str, kind: QuestionType) -> AnswerValue:
    """Parse a text by its question's type.

    A text that does not fit the type is returned unchanged.
    """
    parse = _PARSERS.get(kind)
    try:
        return text if parse is None else parse(text)
    except (KeyError, ValueError):
        return text


def _parse_number(cell: Any, value: str | None) -> int | float | None:
    """Return the number of an answer, or None.

    The number is exact if the columns for number and value agree.
    """
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return None
    try:
        exact = None if value is None else int(value)
    except ValueError:
        exact = None
    if exact is not None and float(exact) == number:
        return exact
    return int(number) if number.is_integer() and (value is None or "." not in value) else number


def read_answers(
    name: str, rows: Sequence[GridRow], sheet: str | None = None, *, drop_personal: bool = False
) -> Iterator[ReadItem]:
    """Yield the items of a tidy table.

    Items are the questionnaire, responses, issues and a reconciliation. Types of values and questions are taken from
    the column `question_type`. Without it, all values are texts, since a date, a time or a multi-select answer cannot
    be distinguished from words that look like one.

    Args:
        name: Name for origins.
        rows: The header, then one row per answer.
        sheet: Name of the sheet.
        drop_personal: Whether answers that look personal are left out.
    """
    columns = rows[0][1]
    answer_rows = _AnswerRows(name, columns, sheet)
    by_response: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    by_question: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, row in rows[1:]:
        answer_rows.rows_in += 1
        cells: dict[str, Any] = dict(zip(map(str, columns), row, strict=True))
        lacking = next((column for column in ("response", "question") if cell_text(cells[column]) is None), None)
        if lacking is None:
            by_response.setdefault(str(cell_text(cells["response"])), []).append((number, cells))
            by_question.setdefault(str(cells["question"]), []).append((number, cells))
        else:
            answer_rows.leave_out(number, lacking)
    questions = [answer_rows.find_question(key, own, drop_personal=drop_personal) for key, own in by_question.items()]
    if any(questions):
        kept = [question for question in questions if question is not None]
        groups = dict.fromkeys(question.group for question in kept if question.group is not None)
        repeats = [QuestionGroup(id=group, title=group, repeat=True) for group in groups]
        yield draft_form(name, sheet, kept, repeats)
    responses = [answer_rows.response(key, own) for key, own in by_response.items()]
    yield from responses
    yield from answer_rows.issues
    yield answer_rows.reconcile(responses)
