"""Responses from the tidy table of answers."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field

from capbuild.countries import country_by_code
from capbuild.errors import UnknownCountry
from capbuild.formats import GridRow
from capbuild.frames.columns import RESPONSES
from capbuild.frames.rows import cell_text
from capbuild.model import (
    Answer,
    AnswerValue,
    ColumnUse,
    ColumnUsed,
    Country,
    Issue,
    Missing,
    Respondent,
    Response,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import ReadItem

_HEADS = frozenset(column.name for column in RESPONSES)
_USES = {
    "country": ColumnUse.COUNTRY,
    "respondent": ColumnUse.RESPONDENT,
    "question": ColumnUse.QUESTION,
    "comment": ColumnUse.REMARK,
    **dict.fromkeys(("value", "number", "missing"), ColumnUse.ANSWER),
}
_OF_RESPONSE = ("country", "place", "respondent", "questionnaire", "language")
_MISSING = {kind.value: kind for kind in Missing}


def is_tidy(columns: Sequence[object]) -> bool:
    """True if a table has all columns of the tidy answers but the labels, which follow from the values."""
    return _HEADS - {"label"} <= {*columns}


@define
class _AnswerRows:
    """Rows of the table, with their issues."""

    name: str
    column_names: Sequence[Any]
    issues: list[Issue] = field(factory=list)
    codes: dict[str, Country | None] = field(factory=dict)
    absent: dict[str, int] = field(factory=dict)
    left_out: dict[str, int] = field(factory=dict)
    rows_in: int = 0

    def add_issue(self, code: str, message: str, row: int, column: str, remedy: str) -> None:
        origin = Origin(self.name, row=row, column=list(self.column_names).index(column) + 1)
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
            origin=read_from or Origin(self.name, row=row),
        )

    def value(self, row: int, cells: Mapping[str, Any]) -> AnswerValue:
        missing, number, value = cells["missing"], cells["number"], cell_text(cells["value"])
        if missing is None and isinstance(number, int | float):
            whole = float(number).is_integer() and (value is None or "." not in value)
            return int(number) if whole else float(number)
        if missing is None and value is not None:
            return value
        kind = Missing.NO_ANSWER if missing is None else _MISSING.get(str(missing))
        if kind is None:
            known = ", ".join(_MISSING)
            self.add_issue("CB201", f"{missing!r} is no kind of missing", row, "missing", f"one of: {known}")
            kind = Missing.INVALID
        self.absent[kind.value] = self.absent.get(kind.value, 0) + 1
        return kind

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
            date=self.parse_date(first, cells),
            answers=[self.answer(row, one) for row, one in rows],
            origin=Origin(self.name, row=first),
        )

    def reconcile(self, responses: Sequence[Response]) -> SheetReconciliation:
        cells = sum(map(len, responses))
        columns = [
            ColumnUsed(
                name=str(column),
                column=place,
                use=_USES.get(column, ColumnUse.METADATA if column in _HEADS else ColumnUse.IGNORED),
                reason="" if column in _HEADS else "no column of the tidy table",
            )
            for place, column in enumerate(self.column_names, start=1)
        ]
        return SheetReconciliation(
            rows_in=self.rows_in,
            rows_out=cells,
            rows_left_out=self.left_out,
            columns=columns,
            cells=cells,
            answers=cells - sum(self.absent.values()),
            absent=self.absent,
        )


def read_answers(name: str, rows: Sequence[GridRow]) -> Iterator[ReadItem]:
    """Yield responses of a tidy table, then issues and reconciliation.

    Texts stay texts: dates, times and multi-select answers cannot be distinguished from words that look like them.

    Args:
        name: Name for origins.
        rows: The header, then one row per answer.
    """
    columns = rows[0][1]
    found = _AnswerRows(name, columns)
    by_response: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, row in rows[1:]:
        found.rows_in += 1
        cells: dict[str, Any] = dict(zip(map(str, columns), row, strict=True))
        lacking = next((column for column in ("response", "question") if cell_text(cells[column]) is None), None)
        if lacking is None:
            by_response.setdefault(str(cell_text(cells["response"])), []).append((number, cells))
        else:
            found.leave_out(number, lacking)
    responses = [found.response(key, own) for key, own in by_response.items()]
    yield from responses
    yield from found.issues
    yield found.reconcile(responses)
