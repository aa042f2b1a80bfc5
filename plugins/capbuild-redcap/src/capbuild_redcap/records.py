"""Records of a project.

The rows of a record and event are one response.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.formats import (
    DecodedCell,
    RecordColumn,
    RecordReader,
    RecordRows,
    SurveyRecord,
    is_false,
    personal_by_head,
)
from capbuild.model import (
    Choice,
    ColumnUse,
    ColumnUsed,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    ResponseStatus,
)
from capbuild.origin import Origin
from capbuild.plugins import ReadItem
from capbuild_redcap.dictionary import COMPLETE, STANDARD_CODES, Dictionary

EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
#: Header of a checkbox column in a labelled export.
LABELLED_TICK = re.compile(r"(.*) \(choice=(.*)\)", re.DOTALL)
_TICK = re.compile(r"(.+?)___(\w+)")
_FIELD = re.compile(r"\[(\w+(?:\(-?\w+\))?)\]")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_COMPLETE = {"2", "complete"}
_UNTICKED = {"", "0", "unchecked", "false"}


@frozen
class Row:
    """Row of an export.

    Attributes:
        cells: Texts by column.
        origin: Its origin.
        place: Function that returns the origin of a cell, by index from 0.
    """

    cells: Sequence[str]
    origin: Origin
    place: Callable[[int], Origin]

    def text(self, place: int | None) -> str:
        """Return the text of a cell; empty if missing."""
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""


@frozen
class _Cells:
    """Some cells of a row.

    Attributes:
        cells: Texts by column.
    """

    cells: Mapping[int, str]

    def text(self, place: int | None) -> str:
        """Return the text of a cell; empty if missing."""
        return self.cells[place].strip() if place is not None else ""


@define
class _Part:
    """Columns of one answer, with the codes of ticked choices."""

    question: str
    form: str
    places: list[int] = field(factory=list[int])
    codes: list[str] = field(factory=list[str])

    def is_answered(self, texts: Sequence[str]) -> bool:
        """True if a cell is filled or a choice ticked."""
        return any(text.casefold() not in _UNTICKED if self.codes else text.strip() for text in texts)


@define(eq=False)
class Export:
    """Columns of an export with their meanings.

    Attributes:
        headers: Headers.
        names: Raw column names.
        types: Types of columns outside the dictionary.
        dictionary: The dictionary; None without one.
        repeating: Repeating instruments.
    """

    headers: Sequence[str]
    names: Sequence[str]
    types: Sequence[QuestionType]
    dictionary: Dictionary | None = None
    repeating: set[str] = field(factory=set[str])
    _questions: dict[str, Question] = field(factory=dict[str, Question], init=False)
    _parts: dict[str, _Part] = field(factory=dict[str, _Part], init=False)
    _about: dict[str, int] = field(factory=dict[str, int], init=False)
    _states: dict[str, int] = field(factory=dict[str, int], init=False)
    _choices: dict[str, dict[str, Choice]] = field(factory=dict[str, dict[str, Choice]], init=False)
    _taken: set[tuple[str, str]] = field(factory=set[tuple[str, str]], init=False)
    _timestamps: list[_Part] = field(factory=list[_Part], init=False)

    def __attrs_post_init__(self) -> None:
        self._questions = dict(self.dictionary.form.by_id) if self.dictionary else {}
        self._about = {name: place for place, name in enumerate(self.names) if name in (EVENT, INSTRUMENT, INSTANCE)}
        self._about["record"] = next((place for place, head in enumerate(self.headers) if head), 0)
        passed = {self._about["record"], *(place for name, place in self._about.items() if name != EVENT)}
        form = ""
        for place in range(len(self.names) - 1, -1, -1):  # the columns of a form end with its status
            name = self.names[place]
            form = name.removesuffix("_complete") if name.endswith("_complete") else form
            if name and place not in passed:
                self._add(place, name, "" if name.startswith("redcap_") else form)
        for name, choices in self._choices.items():
            self._questions[name] = evolve(self._questions[name], choices=tuple(reversed(choices.values())))
        self._parts = dict(reversed(self._parts.items()))
        for part in self._parts.values():
            part.places.reverse()
            part.codes.reverse()
        self._timestamps = [part for name, part in self._parts.items() if name.endswith("_timestamp")]

    def _add(self, place: int, name: str, form: str) -> None:
        """Add a column to its answer."""
        slot = self.dictionary.columns.get(name) if self.dictionary else None
        tick = _TICK.fullmatch(name)
        asked, code = (slot.question, slot.code) if slot else (tick[1], tick[2]) if tick else (name, None)
        known = self.dictionary is not None and asked in self.dictionary.form
        if slot is None and not (known and code is not None):  # a missing-data code has a column like a choice
            self._draft(place, asked, form, code)
            if name.endswith("_complete"):
                self._states[form] = place
        if asked in self._parts and (code is None or (asked, code) in self._taken):  # a duplicate column
            first, asked = asked, f"{asked} ({place + 1})"
            self._questions[asked] = evolve(self._questions[first], id=asked)
            if code is not None and first in self._choices:
                self._choices[asked] = {code: self._choices[first][code]}
        part = self._parts.setdefault(asked, _Part(asked, slot.form if slot else form))
        part.places.append(place)
        if code is not None:
            part.codes.append(code)
            self._taken.add((asked, code))

    def _draft(self, place: int, name: str, form: str, code: str | None) -> None:
        """Add a question that the dictionary lacks."""
        text, type_, choices = self.headers[place], self.types[place], tuple[Choice, ...]()
        if name.endswith("_complete"):
            type_, choices = QuestionType.SELECT_ONE, COMPLETE
        if code is not None:
            label = LABELLED_TICK.fullmatch(text)
            text, shown = (label[1] or name, label[2] or code) if label else (name, code)
            type_, choices = QuestionType.SELECT_MULTIPLE, ()
            listed = self._choices.setdefault(name, {})
            listed.pop(code, None)
            listed[code] = Choice(code=code, label=shown)  # the columns come last to first
        personal = PersonalData.IDENTIFIER if name == "redcap_survey_identifier" else personal_by_head(text)
        self._questions[name] = Question(
            id=name, type=type_, text=text or name, choices=choices, group=form or None, personal=personal,
            inferred=True,
        )  # fmt: skip

    def form(self, title: str) -> Questionnaire:
        """Return the questionnaire of dictionary and further columns."""
        questionnaire = self.dictionary.form if self.dictionary else Questionnaire(id=title, title=title, inferred=True)
        more = [self._questions[name] for name in self._parts if name not in questionnaire]
        groups = {group.id: group for group in questionnaire.groups}
        for name in (*(question.group for question in more), *self.repeating):
            if name:
                groups.setdefault(name, QuestionGroup(id=name, title=name))
        groups |= {name: evolve(group, repeat=True) for name, group in groups.items() if name in self.repeating}
        return evolve(questionnaire, groups=tuple(groups.values()), questions=(*questionnaire.questions, *more))

    # --- records ---

    def read(
        self, rows: Iterable[Row], reader: RecordReader, used: Iterable[ColumnUsed] = (), *, fixed_columns: bool = True
    ) -> Iterator[ReadItem]:
        """Yield the items of the rows; see `RecordReader.read_rows`."""
        columns = list(map(self._column, self._parts.values()))
        records = self._records(rows, reader)
        yield from reader.read_rows(
            records, columns, lambda row, place: row.place(place), used, fixed_columns=fixed_columns
        )

    def _records(self, rows: Iterable[Row], reader: RecordReader) -> Iterator[RecordRows[Row]]:
        """Yield the records with their rows.

        A record has the row of a record and event, and the repeat rows after it.
        """
        group: list[Row] = []
        for row in rows:
            if not any(map(str.strip, row.cells)):
                reader.account.rows_left_out["blank"] += 1
                continue
            again = row.text(self._about.get(INSTRUMENT)) and group and self._make_key(row) == self._make_key(group[0])
            if group and not again:
                yield self._record(group)
                group = []
            group.append(row)
        if group:
            yield self._record(group)

    def _make_key(self, row: Row) -> tuple[str, str, str]:
        """Return record, event, and instance of a repeating event."""
        record, event, form, number = (
            row.text(self._about.get(name)) for name in ("record", EVENT, INSTRUMENT, INSTANCE)
        )
        return record, event, "" if form else number

    def _record(self, rows: Sequence[Row]) -> tuple[SurveyRecord, list[tuple[Row, Sequence[Any]]]]:
        key = self._make_key(rows[0])
        states = {row.text(place).casefold() for row in rows for place in self._states.values()} - {""}
        done = [(text, row.place(place)) for row in rows for place, text in self._stamps(row, first=row is rows[0])]
        moment, origin = max(done, key=lambda stamp: stamp[0][:1].isdigit() * stamp[0], default=("", None))
        width, first = len(self.names), ("1", *[""] * (len(rows) - 1))
        return SurveyRecord(
            id=" ".join(filter(None, key)) or str(rows[0].origin),
            respondent=key[0],
            origin=rows[0].origin,
            moment=moment,
            moment_origin=origin,
            status=ResponseStatus.SUBMITTED if states <= _COMPLETE else ResponseStatus.PARTIAL,
            rows=len(rows),
        ), [(row, (*row.cells[:width], *[""] * (width - len(row.cells)), mark))
            for row, mark in zip(rows, first, strict=True)]  # fmt: skip

    def _stamps(self, row: Row, *, first: bool) -> Iterator[tuple[int, str]]:
        """Yield the column and text of each time at which a form of the row was completed."""
        for part in self._timestamps:
            text = row.cells[part.places[0]] if part.places[0] < len(row.cells) else ""
            if text.strip() and not text.startswith("[") and (first or part.form):  # others are not completed
                yield part.places[0], text

    def _column(self, part: _Part) -> RecordColumn:
        """Return the column of an answer.

        It depends on its own cells, on the state of its form, on the fields of its branching logic, and on what the row
        is about.
        """
        skip, state = self._questions[part.question].skip, self._states.get(part.form)
        asked = [self._parts.get(name.partition("(")[0]) for name in _FIELD.findall(skip.expression)] if skip else []
        about = [len(self.names), *(self._about[name] for name in (INSTRUMENT, INSTANCE) if name in self._about)]
        others = (place for other in asked if other is not None for place in other.places)
        columns = (*part.places, *others, *about, *(() if state is None else (state,)))
        return RecordColumn(columns, partial(self._decode, part, columns))

    def _decode(self, part: _Part, columns: Sequence[int], cells: Sequence[str]) -> Iterator[DecodedCell]:
        """Yield the value in a row's cells, if the row has one.

        A row has the answers of its instrument, and any others that are filled in.
        """
        row, texts = _Cells(dict(zip(columns, cells, strict=True))), list(cells[: len(part.places)])
        first = row.text(len(self.names)) != ""
        named, number = row.text(self._about.get(INSTRUMENT)), row.text(self._about.get(INSTANCE))
        form = instrument_name(named) if named else ""
        repeat = int(number) if form and number.isdecimal() and len(number) < 7 else 1 if form else 0
        own = part.form == form if form else first and part.form not in self.repeating
        if own or (part.is_answered(texts) and (first or part.form)):
            yield self._make_value(row, texts, part, repeat if own else 0)

    def _make_value(self, row: _Cells, texts: list[str], part: _Part, repeat: int) -> DecodedCell:
        asked, text = self._questions[part.question], texts[0]
        decoded = DecodedCell(part.question, text, self._find_missing(row, texts, part), None, repeat, part.places[0])
        if part.codes:
            chosen = [at for at, cell in enumerate(texts) if cell.casefold() not in _UNTICKED]
            if not chosen:
                return decoded._replace(value=None, raw=text or None)
            code, decoded = part.codes[chosen[0]], decoded._replace(where=part.places[chosen[0]])
            kind = STANDARD_CODES.get(code.upper()) if len(chosen) == 1 else None
            if kind is not None and asked.choice(code) is None:
                return decoded._replace(value=None, raw=texts[chosen[0]], absent=kind)
            return decoded._replace(value=[part.codes[at] for at in chosen])
        if asked.type is QuestionType.DECIMAL and _DECIMAL_COMMA.fullmatch(text):
            return decoded._replace(value=text.replace(",", "."), raw=text)
        kind = STANDARD_CODES.get(text) if self.dictionary is not None else None
        if kind is not None and asked.type is not QuestionType.TEXT and asked.choice(text) is None:
            return decoded._replace(value=None, raw=text, absent=kind)
        return decoded

    def _find_missing(self, row: _Cells, texts: Sequence[str], part: _Part) -> Missing:
        """Return the kind of a missing answer.

        The form was not started, the field was hidden, or it was left blank.
        """
        state = self._states.get(part.form)
        if state is not None and not row.text(state):
            return Missing.NOT_ASKED
        skip = self._questions[part.question].skip
        hidden = skip is not None and not part.is_answered(texts) and self._is_hidden(skip.expression, row)
        return Missing.NOT_ASKED if hidden else Missing.NO_ANSWER

    def _is_hidden(self, logic: str, row: _Cells) -> bool:
        """True if branching logic hides a field.

        Logic on fields of other events cannot be evaluated, and hides nothing.
        """

        def value(name: str) -> str | None:
            name, _, code = name.partition("(")
            part = self._parts.get(name)
            if part is None or not part.codes:
                return row.text(part.places[0]) if part is not None else None
            at = next((at for at, own_code in enumerate(part.codes) if f"{own_code})" == code), None)
            return None if at is None else str(int(row.text(part.places[at]).casefold() not in _UNTICKED))

        return "][" not in logic and is_false(_FIELD.sub(r"v('\1')", logic), value)

    def columns(self) -> Iterator[ColumnUsed]:
        """Yield the use of each column."""
        part_by_column = {place: part for part in self._parts.values() for place in part.places}
        for place, head in enumerate(self.headers):
            use, reason, personal = ColumnUse.METADATA, "", None
            part = part_by_column.get(place)
            if part is not None:
                use, reason = ColumnUse.QUESTION, f"part of {part.question}" if part.codes else ""
                personal = self._questions[part.question].personal
            elif place == self._about["record"]:
                use = ColumnUse.RESPONDENT
            elif place not in self._about.values():
                use, reason = ColumnUse.IGNORED, "numbers of rows"
            name = head or f"column {place + 1}"
            yield ColumnUsed(name=name, column=place + 1, use=use, reason=reason, personal=personal)


def instrument_name(text: str) -> str:
    """Return the instrument name for a label.

    Example:
        >>> instrument_name("Blood Pressure"), instrument_name("blood_pressure")
        ('blood_pressure', 'blood_pressure')
    """
    return re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")
