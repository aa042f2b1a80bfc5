"""Reading of table rows as `Response` and `Answer` objects."""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from capbuild.model import Answer, Missing, Respondent, Response
from capbuild.origin import Origin
from capbuild.tables.codebook import KIND_OF_CODE, NO_ANSWER_GIVEN, OTHER_TEXT, Codebook, Coding, Column, from_plain
from capbuild.tables.coding import GAP


def _make_respondent_reader(name: str) -> Callable[[Response], Any]:
    return lambda response: None if response.respondent is None else getattr(response.respondent, name)


def _make_origin_reader(name: str) -> Callable[[Response], Any]:
    return lambda response: None if response.origin is None else getattr(response.origin, name)


def _make_own_reader(name: str) -> Callable[[Response], Any]:
    return lambda response: getattr(response, name)


#: Getters of the facts by name; a fact that is the same in every row is not stored.
FACTS: Mapping[str, Callable[[Response], Any]] = {
    "row": _make_origin_reader("row"),
    "id": _make_own_reader("id"),
    "place": _make_own_reader("place"),
    "country": _make_own_reader("country"),
    "respondent": _make_respondent_reader("pseudonym"),
    "kind": _make_respondent_reader("kind"),
    "role": _make_respondent_reader("role"),
    "respondent_country": _make_respondent_reader("country"),
    "respondent_language": _make_respondent_reader("language"),
    "official": _make_respondent_reader("official"),
    "questionnaire": _make_own_reader("questionnaire"),
    "version": _make_own_reader("version"),
    "language": _make_own_reader("language"),
    "status": _make_own_reader("status"),
    "date": _make_own_reader("date"),
    "submitted": _make_own_reader("submitted"),
    "sheet": _make_origin_reader("sheet"),
    "column": _make_origin_reader("column"),
    "path": _make_origin_reader("path"),
}


def fact_values(response: Response) -> Iterator[Any]:
    """Yield a response's facts as in `FACTS`, `GAP` if missing."""
    for tell in FACTS.values():
        value = tell(response)
        yield GAP if value is None else value


def response_of(facts: Mapping[str, Any], answers: list[Any], file: str, origin: Origin | None) -> Response:
    """Build a response from facts and answers.

    Args:
        facts: Value of each fact, or None.
        answers: Its answers.
        file: Name of the file, for messages about a table without ids.
        origin: The row it was read from.
    """
    pseudonym = facts.get("respondent")
    respondent = None
    if pseudonym is not None:
        respondent = Respondent(
            pseudonym=str(pseudonym),
            kind=facts.get("kind") or "",
            role=facts.get("role") or "",
            country=facts.get("respondent_country"),
            language=facts.get("respondent_language") or "",
            official=facts.get("official"),
        )
    day = facts.get("date")
    own = {name: facts[name] for name in _OPTIONAL if facts.get(name) is not None}
    return Response(
        id=str(facts.get("id") or file or "response"),
        respondent=respondent,
        date=day if isinstance(day, datetime.date) else None,
        answers=answers,
        origin=origin,
        **{name: value for name, value in own.items() if not isinstance(value, Missing)},
    )


_OPTIONAL = ("place", "country", "questionnaire", "version", "language", "status", "submitted")

#: Reads a value from the cells of a row; `GAP` if there is none.
_Read = Callable[[Sequence[Any]], Any]

#: Parts of one answer: its value, the original text, the comment, index of its own file row, and its column.
_Step = tuple[_Read, _Read, _Read, int | None, Column]


def _read_nothing(_cells: Sequence[Any]) -> None:
    return None


def _make_side_reader(texts: Sequence[str], at: int | None) -> _Read:
    if at is None or not texts:
        return _read_nothing
    return lambda cells: None if cells[at] is None else texts[cells[at]]


def _make_plain_reader(column: Column, at: int | None, row_at: int | None) -> _Read:
    """Return a reader of a physical column; None for nulls."""
    if column.coding is Coding.CONSTANT:
        constant = column.values[0]
        return lambda _cells: constant
    if column.coding is Coding.FROM_ROW:
        pattern = str(column.values[0])
        return _read_nothing if row_at is None else lambda cells: pattern.format(cells[row_at])
    if at is None:
        return _read_nothing
    if column.coding is Coding.CODED:
        values = column.values
        return lambda cells: None if cells[at] is None else values[cells[at]]
    if column.coding is Coding.TAGGED:
        return lambda cells: None if cells[at] is None else from_plain(json.loads(cells[at]))
    return lambda cells: cells[at]


def _make_value_reader(column: Column, read: _Read, missing_at: int | None, text: _Read) -> _Read:
    """Return a reader of answers.

    It returns a value, a kind of missing, or `GAP`.
    """
    if missing_at is None:
        absent = GAP if column.absent is None else column.absent
        return lambda cells: absent if (value := read(cells)) is None else value

    def explained(cells: Sequence[Any]) -> Any:
        code = cells[missing_at]
        if code in KIND_OF_CODE:
            return KIND_OF_CODE[code]
        if code == NO_ANSWER_GIVEN:
            return GAP
        return text(cells) if code == OTHER_TEXT else read(cells)

    return explained


def _make_cell_reader(text: _Read, missing_at: int | None) -> _Read:
    """Return a reader of the original text of an answer.

    It returns None if the column of original texts has the value itself.
    """
    if missing_at is None or text is _read_nothing:
        return text
    return lambda cells: None if cells[missing_at] == OTHER_TEXT else text(cells)


class RowReader:
    """Converter of table rows to responses and answers.

    Args:
        codebook: Meaning of the columns.
        physical: Names of the cells of a row, in order; columns that are not among them are left out.
    """

    def __init__(self, codebook: Codebook, physical: Sequence[str]) -> None:
        at = {name: index for index, name in enumerate(physical)}
        row = codebook.facts.get("row")
        self._file = codebook.file
        self._row_at = at.get(row.name) if row is not None else None
        self._facts = {
            name: _make_plain_reader(column, at.get(column.name), self._row_at)
            for name, column in codebook.facts.items()
        }
        self._steps: list[_Step] = []
        for column in codebook.columns:
            if column.name not in at:
                continue
            text = _make_side_reader(column.texts, at.get(column.text_name))
            read = _make_value_reader(
                column, _make_plain_reader(column, at[column.name], None), at.get(column.missing_name), text
            )
            comment = _make_side_reader(column.comments, at.get(column.comment_name))
            raw = _make_cell_reader(text, at.get(column.missing_name))
            self._steps.append((read, raw, comment, at.get(column.row_name), column))

    def facts(self, cells: Sequence[Any]) -> dict[str, Any]:
        """Return the facts of a row, None for missing ones."""
        return {name: read(cells) for name, read in self._facts.items()}

    def answers(self, cells: Sequence[Any]) -> list[Answer]:
        """Return the answers of a row, with their origins."""
        return self._read_answers(cells, self.facts(cells))

    def _read_answers(self, cells: Sequence[Any], facts: dict[str, Any]) -> list[Answer]:
        answers = []
        sheet, number, whole, path = (facts.get(name) for name in ("sheet", "row", "column", "path"))
        for read, read_raw, comment, row_at, column in self._steps:
            value = read(cells)
            if value is GAP:
                continue
            row = number if row_at is None or cells[row_at] is None else cells[row_at]
            here = f"{path}{column.step}" if path and column.step else path
            place = whole if column.place is None else column.place
            origin = Origin(self._file, sheet, row, place, here) if self._file else None
            answers.append(
                Answer(column.question, value, read_raw(cells), comment(cells), column.repeat, origin=origin)
            )
        return answers

    def response(self, cells: Sequence[Any]) -> Response:
        """Return a row as a response."""
        facts = self.facts(cells)
        origin = None
        if self._file:
            origin = Origin(self._file, *(facts.get(name) for name in ("sheet", "row", "column", "path")))
        return response_of(facts, self._read_answers(cells, facts), self._file, origin)
