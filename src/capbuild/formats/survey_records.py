"""Responses from a survey export with a questionnaire.

Values are typed while a file is read, and counted; answers and their origins are made at their first use. Records of a
table are read by column: each distinct cell is decoded and typed once.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, TypeVar

from attrs import define, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ReadError
from capbuild.formats.key_columns import is_country_header
from capbuild.formats.log import IssueLog
from capbuild.formats.options import DefinitionOptions
from capbuild.formats.places import is_code, is_country_name
from capbuild.formats.table_state import Account
from capbuild.formats.values.dates import read_date
from capbuild.formats.values.typed_values import TypedValue, ValueTyper
from capbuild.formats.vocabulary import Role, header_meaning
from capbuild.model import (
    Answer,
    ColumnUsed,
    Issue,
    Missing,
    Question,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    ResponseStatus,
    Severity,
)
from capbuild.model.response import BlockAnswers, ColumnAnswers, defer_answers
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem

_MOST_TEXTS = 500
_COLLECTIONS = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING, QuestionType.NOTE, QuestionType.FILE)


def find_country_question(
    form: Questionnaire,
    answers: Mapping[str, Iterable[str]],
    *,
    file: str,
    named: str | None = None,
    worded: bool = False,
) -> Question | None:
    """Return the country question, or None.

    It is the question named in `named`, else one whose id or text has a word for country. Otherwise it is one whose
    answers are countries, if its text has a word for country or no other question has such answers.

    Args:
        form: The form.
        answers: Distinct displayed answers to each question, in a sample of the responses.
        file: Name of the file, for the error.
        named: Id of the question, if given by the user.
        worded: Whether its text must have a word for country, as when other questions ask for countries of origin.

    Raises:
        ReadError: The form has no question `named`.

    Example:
        >>> form = Questionnaire(id="f", title="F", questions=[Question(id="q1", text="Member State")])
        >>> find_country_question(form, {"q1": ["Peru", "Cuba"]}, file="a.csv").id
        'q1'
    """
    if named is not None:
        if named not in form:
            remedy = "give country_question the id of a question"
            raise ReadError(f"{file} has no question {named!r}", code="CB116", origin=Origin(file), remedy=remedy)
        return form[named]
    repeats = {group.id for group in form.groups if group.repeat}
    whole = [q for q in form.questions if q.personal is None and q.type not in _COLLECTIONS and q.group not in repeats]
    asked = next((question for question in whole if _asks_country(question)), None)
    if asked is not None:
        return asked
    known = {question.id: list(answers.get(question.id, ()))[:_MOST_TEXTS] for question in whole}
    mentioned = (question for question in whole if any(map(is_country_header, _texts(question))))
    answered = [question for question in whole if _are_countries(known[question.id], named=True)]
    by_answers = next((question for question in mentioned if _are_countries(known[question.id])), None)
    return by_answers if by_answers is not None else answered[0] if len(answered) == 1 and not worded else None


def _texts(question: Question) -> list[str]:
    return [question.text.get(language) for language in question.text.languages]


def _asks_country(question: Question) -> bool:
    meanings = map(header_meaning, (question.id, *_texts(question)))
    return any(meaning is not None and meaning.role is Role.COUNTRY for meaning in meanings)


def _are_countries(texts: Sequence[str], *, named: bool = False) -> bool:
    """True if nearly all texts, at least two, are countries.

    If `named`, codes alone are not enough, since a code such as `AM` may be an answer.
    """
    names = sum(map(is_country_name, texts))
    named_count = names + sum(is_code(text) and text != "NA" for text in texts if not is_country_name(text))
    return named_count > 1 and named_count >= 0.9 * len(texts) and (not named or names > 0)


#: Records that are sampled to find the country question.
_SAMPLE = 500
#: Records of a table that are read together.
_TOGETHER = 4_096
#: Distinct cells of a column that are kept with their values.
_MOST_CELLS = 4_096

#: A place, or a function that makes it when it is needed.
Place = Origin | Callable[[], Origin]


@frozen
class RecordValue:
    """Value of an export record.

    Attributes:
        question: Id of its question.
        value: A text or JSON value; None if absent.
        origin: Its place, or that of its record if absent; or a function that makes it.
        absent: Kind of missing if the value is blank.
        repeat: Number of the repeat, from 1; 0 outside repeats.
        raw: The original text, if it differs from the value.
        comment: Comment of the respondent.
    """

    question: str
    value: Any
    origin: Place
    absent: Missing = Missing.NO_ANSWER
    repeat: int = 0
    raw: str | None = None
    comment: str | None = None


class DecodedCell(NamedTuple):
    """Answer in the cells of a column.

    Attributes:
        question: Id of its question.
        value: A text or JSON value; None if absent.
        absent: Kind of missing if the value is blank.
        raw: The original text, if it differs from the value.
        repeat: Number of the repeat, from 1; 0 outside repeats.
        where: Where in its row the answer is, such as the index of a column.
    """

    question: str
    value: Any
    absent: Missing = Missing.NO_ANSWER
    raw: str | None = None
    repeat: int = 0
    where: Any = None


@frozen(eq=False)
class RecordColumn:
    """Column of a table of records.

    Attributes:
        cells: Indices of the cells of a row that decide its answers, at least one.
        decode: From these cells to the answers. It is called once for each distinct combination.
    """

    cells: tuple[int, ...] = field(converter=tuple[int, ...])
    decode: Callable[[tuple[Any, ...]], Iterable[DecodedCell]]


#: What names a row of a table, such as its number.
RowKey = TypeVar("RowKey")
#: Row of a table: what names it, and its cells, as many in each row, which can be hashed.
TableRow = tuple[RowKey, Sequence[Any]]
#: Record of a table, without values, and its rows.
RecordRows = tuple["SurveyRecord", Sequence[TableRow[RowKey]]]


class _TypedCell(NamedTuple):
    """Decoded cell with its typed value, and whether it is left out."""

    decoded: DecodedCell
    typed: TypedValue
    dropped: bool


#: Typed answers of each distinct combination of cells.
_Distinct = dict[tuple[Any, ...], tuple[_TypedCell, ...]]


@define(eq=False)
class _ColumnCells:
    """Cells of a column in some rows, and what each distinct combination means."""

    cells: Sequence[tuple[Any, ...]]
    counts: Counter[tuple[Any, ...]]
    found: _Distinct

    def answers(self, row: int) -> Iterator[_TypedCell]:
        """Yield the answers of a row."""
        return (one for one in self.found[self.cells[row]] if not one.dropped)

    @property
    def distinct(self) -> Iterator[tuple[_TypedCell, int]]:
        """Each distinct answer with the number of its rows."""
        return ((one, count) for cell, count in self.counts.items() for one in self.found[cell])

    def has(self, test: Callable[[_TypedCell], object]) -> bool:
        """True if an answer passes a test."""
        return any(test(one) for one, _ in self.distinct)


@frozen(kw_only=True)
class SurveyRecord:
    """Record of an export: one response.

    Attributes:
        id: Id in the export, or its place if there is none.
        values: Its values in order.
        origin: Its place.
        moment: Date, with time if known, of completion or submission: as text, or read by the format.
        moment_origin: Place of the date; that of the record if None.
        status: Completion status.
        respondent: Id of the respondent; the record id if empty.
        language: Language of the answers.
        version: Version of the form.
        rows: Number of rows of the record.
    """

    id: str
    values: tuple[RecordValue, ...] = field(default=(), converter=to_tuple)
    origin: Origin
    moment: str | datetime.date = ""
    moment_origin: Origin | None = None
    status: ResponseStatus = ResponseStatus.SUBMITTED
    respondent: str = ""
    language: str | None = None
    version: str | None = None
    rows: int = 1


@define(eq=False)
class RecordReader:
    """Reader of records as responses.

    It makes typed answers, country, dates, ids, issues and the reconciliation.

    Attributes:
        form: The questionnaire.
        file: Name of the file.
        country: Country of all responses, if no question asks for it.
        country_question: Id of the country question; detected by text and answers if None, and set by `read`.
        missing: Missing codes and words of all questions, as in `ValueTyper`. A format adds those that it declares.
        drop_personal: Whether answers that look personal are left out.
        other_apart: Whether the text of another choice is a value of its own, so that it is none of its question.
        account: Counts of rows and cells; a caller adds the rows that did not become responses.

    Example:
        >>> from capbuild.model import Question
        >>> form = Questionnaire(id="f", title="F", questions=[Question(id="staff", text="Staff", type="integer")])
        >>> values = [RecordValue("staff", "12", Origin("a.csv", row=2, column=1))]
        >>> record = SurveyRecord(id="7", values=values, origin=Origin("a.csv", row=2))
        >>> found = list(RecordReader(form, "a.csv", country="Peru").read([record]))
        >>> found[1].place, found[1]["staff"].value, found[-1].answers
        ('Peru', 12, 1)
    """

    form: Questionnaire
    file: str
    country: str | None = None
    country_question: str | None = None
    missing: Mapping[str, Missing] = field(factory=dict)
    drop_personal: bool = False
    other_apart: bool = False
    log: IssueLog = field(init=False)
    _typer: ValueTyper = field(init=False)
    account: Account = field(factory=Account, init=False)
    _ids: Counter[str] = field(factory=Counter, init=False)
    _places: dict[str, str] = field(factory=dict, init=False)

    @classmethod
    def with_options(
        cls, form: Questionnaire, source: InputFile, options: DefinitionOptions, *, other_apart: bool = False
    ) -> "RecordReader":
        """Return the reader of a file, according to its options."""
        country, missing = (options.country, options.country_question), options.missing
        return cls(form, source.name, *country, missing, options.drop_personal, other_apart)

    def __attrs_post_init__(self) -> None:
        self.log = IssueLog(self.file)
        self._typer = ValueTyper(self.form, self.missing, self.other_apart)

    def read(self, records: Iterable[SurveyRecord], columns: Iterable[ColumnUsed] = ()) -> Iterator[ReadItem]:
        """Yield the form, the responses, issues and the reconciliation.

        Args:
            records: The records; streamed after the first few hundred.
            columns: Columns of a table, for the reconciliation.

        Raises:
            ReadError: `country_question` is not a question of the form.
        """
        yield self.form
        waiting = iter(records)
        sample = list(islice(waiting, _SAMPLE))
        yield from self._find_country(_sample_values(sample), empty=not sample)
        for record in chain(sample, waiting):
            yield self._response(record)
            yield from self.log.drain()
        yield from self.log.close()
        yield self.account.reconciliation(columns=columns)

    def read_rows(
        self,
        records: Iterable[RecordRows[RowKey]],
        columns: Sequence[RecordColumn],
        place: Callable[[RowKey, Any], Origin],
        used: Iterable[ColumnUsed] = (),
        *,
        fixed_columns: bool = True,
    ) -> Iterator[ReadItem]:
        """Yield the items of a table, whose columns are decoded by distinct cell.

        Args:
            records: The records with their rows; streamed in blocks.
            columns: Its columns, in the order of their answers.
            place: Place of an answer, from what names its row and from `DecodedCell.where`.
            used: Columns of the table, for the reconciliation.
            fixed_columns: Whether an answer has the same place in each row, as in a table; elements of XML may not.

        Raises:
            ReadError: `country_question` is not a question of the form.

        Example:
            >>> from capbuild.model import Question
            >>> form = Questionnaire(id="f", title="F", questions=[Question(id="staff", text="Staff", type="integer")])
            >>> staff = RecordColumn((1,), lambda cells: [DecodedCell("staff", cells[0], where=2)])
            >>> record = SurveyRecord(id="7", origin=Origin("a.csv", row=2)), [(2, ["7", "12"])]
            >>> reader = RecordReader(form, "a.csv", country="Peru")
            >>> items = reader.read_rows([record], [staff], lambda row, column: Origin("a.csv", row=row, column=column))
            >>> [(item["staff"].value, str(item["staff"].origin)) for item in items if isinstance(item, Response)]
            [(12, 'a.csv:B2')]
        """
        yield self.form
        waiting = iter(records)
        known: list[_Distinct] = [{} for _ in columns]
        block = list(islice(waiting, _SAMPLE))
        first = True
        while block or first:
            rows = [row for _, own in block for row in own]
            known = [distinct if len(distinct) < _MOST_CELLS else {} for distinct in known]
            cells = [self._decode(column, rows, found) for column, found in zip(columns, known, strict=True)]
            if first:
                decoded = (one.decoded for column in cells for one, _ in column.distinct)
                yield from self._find_country(((d.question, d.value, d.repeat) for d in decoded), empty=not block)
            yield from self._read_block(block, cells, _Block(cells, rows, place, fixed_columns))
            block, first = list(islice(waiting, _TOGETHER)), False
        yield from self.log.close()
        yield self.account.reconciliation(columns=used)

    # --- tables ---

    def _decode(self, column: RecordColumn, rows: Sequence[TableRow[RowKey]], found: _Distinct) -> _ColumnCells:
        """Return the cells of a column; add those that are new to `found`."""
        cells = list(zip(*([row[1][index] for row in rows] for index in column.cells), strict=True))
        counts = Counter(cells)
        for cell in counts:
            if cell not in found:
                found[cell] = tuple(map(self._type, column.decode(cell)))
        return _ColumnCells(cells, counts, found)

    def _type(self, decoded: DecodedCell) -> _TypedCell:
        typed = self._typer(decoded.question, decoded.value, decoded.absent)
        dropped = self.drop_personal and self.form[decoded.question].personal is not None
        return _TypedCell(decoded, typed if decoded.raw is None else typed._replace(raw=decoded.raw), dropped)

    def _read_block(
        self,
        block: Sequence[RecordRows[RowKey]],
        columns: Sequence[_ColumnCells],
        answers: "_Block[RowKey]",
    ) -> Iterator[Response | Issue]:
        """Yield the responses of some records, and their issues."""
        for column in columns:
            for (_, typed, dropped), count in column.distinct:
                if dropped:
                    self.account.left_out[_DROPPED] += count
                else:
                    self.account.count(typed.value, count)
        named = [column for column in columns if column.has(self._names_country)]
        doubtful = [column for column in columns if column.has(lambda one: one.typed.problem and not one.dropped)]
        sizes = [{len(column.found[cell]) for cell in column.counts} for column in columns]
        steady = [len(size) == 1 and not column.has(_is_dropped) for size, column in zip(sizes, columns, strict=True)]
        each = sum(size.pop() for size, same in zip(sizes, steady, strict=True) if same)
        varying = [column for column, same in zip(columns, steady, strict=True) if not same]
        start = 0
        for record, own in block:
            span = range(start, start + len(own))
            start = span.stop
            places = (one for row in span for column in named for one in column.found[column.cells[row]])
            country = next((one.decoded for one in places if self._names_country(one)), None)
            response = self._facts(record, self._place(country, record.respondent))
            for row in span if doubtful else ():
                for (question, _, _, _, _, where), typed, _ in (
                    one for column in doubtful for one in column.answers(row)
                ):
                    if typed.problem:
                        self._note_value(typed.problem, question, answers.place(answers.rows[row][0], where))
            count = each * len(span) + sum(1 for row in span for column in varying for _ in column.answers(row))
            yield defer_answers(response, count, BlockAnswers(answers, span))
            yield from self.log.drain()

    def _names_country(self, one: _TypedCell) -> bool:
        return one.decoded.question == self.country_question

    # --- facts of responses ---

    def _find_country(self, values: Iterable[tuple[str, Any, int]], *, empty: bool) -> Iterator[Issue]:
        """Find the country question; yield issues of personal questions.

        Args:
            values: Question, value and repeat of a sample of the answers.
            empty: Whether there are no records.
        """
        answers = self._distinct_answers(values)
        asked = find_country_question(self.form, answers, file=self.file, named=self.country_question)
        if asked is None and self.country is None and not empty:
            remedy = "name it with country_question, or the country of all responses with country"
            self.log.add("CB104", Severity.WARNING, "no question asks for the country", remedy=remedy)
        self.country_question = asked.id if asked is not None else None
        yield from self._personal()

    def _distinct_answers(self, values: Iterable[tuple[str, Any, int]]) -> Mapping[str, dict[str, None]]:
        """Return the distinct answers to each question."""
        by_question: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for question, value, repeat in values:
            if isinstance(value, str) and value.strip() and not repeat:
                by_question[question][self._label(question, value)] = None
        return by_question

    def _label(self, question: str, text: str) -> str:
        asked = self.form[question]
        code = self._typer.code(asked, text) if asked.choices else None
        choice = asked.choice(code) if code is not None else None
        return choice.label.source if choice is not None else text.strip()

    def _personal(self) -> Iterator[Issue]:
        for question in self.form.questions if not self.drop_personal else ():
            if question.personal is not None:
                yield Issue.warning(
                    "CB132",
                    f"{question.id!r} looks personal ({question.personal.value})",
                    Origin(self.file),
                    "drop_personal=True leaves such answers out",
                )

    def _response(self, record: SurveyRecord) -> Response:
        named = next((value for value in record.values if value.question == self.country_question), None)
        response = self._facts(record, self._place(named, record.respondent))
        kept = self._keep(record.values) if self.drop_personal else record.values
        return defer_answers(response, len(kept), partial(_list_answers, list(map(self._typed, kept))))

    def _facts(self, record: SurveyRecord, named: str) -> Response:
        """Return the response of a record, without its answers."""
        self.account.rows_out += record.rows
        date, submitted = self._moment(record)
        return Response(
            id=self._unique_id(record),
            place=named or self.country,
            questionnaire=None if self.form.inferred else self.form.id,
            version=record.version,
            respondent=Respondent(pseudonym=record.respondent or record.id, language=record.language or ""),
            language=record.language,
            status=record.status,
            date=date,
            submitted=None if record.status is ResponseStatus.PARTIAL else submitted,
            origin=record.origin,
        )

    def _place(self, found: RecordValue | DecodedCell | None, respondent: str) -> str:
        """Return the country of a record, from its answer to the country question.

        If the question was not asked in it, this is the respondent's earlier answer.
        """
        if found is not None and isinstance(found.value, str) and found.value.strip() and self.country_question:
            named = self._label(self.country_question, found.value)
            if respondent:
                self._places.setdefault(respondent, named)
            return named
        if found is None or found.absent is Missing.NOT_ASKED:
            return self._places.get(respondent, "")
        return ""

    def _unique_id(self, record: SurveyRecord) -> str:
        self._ids[record.id] += 1
        number = self._ids[record.id]
        if number == 1:
            return record.id
        message = f"response id {record.id!r} is a duplicate"
        self._note("CB212", message, record.origin, "ids", "check whether the response was exported more than once")
        name = f"{record.id} ({number})"
        self._ids[name] += 1
        return name

    def _moment(self, record: SurveyRecord) -> tuple[datetime.date | None, datetime.datetime | None]:
        """Return date and datetime; no datetime without a time zone."""
        text = record.moment.strip() if isinstance(record.moment, str) else ""
        day = record.moment if isinstance(record.moment, datetime.date) else None
        if day is None and not text:
            return None, None
        if day is None:
            try:
                day = datetime.datetime.fromisoformat(text)
            except ValueError:
                day = read_date(text)
        if isinstance(day, datetime.datetime):
            return day.date(), day if day.tzinfo is not None else None
        if day is None:
            self.log.add_unreadable_date(text, record.moment_origin or record.origin)
        return day, None

    def _keep(self, values: Sequence[RecordValue]) -> list[RecordValue]:
        """Return the values that are not personal."""
        kept = [value for value in values if self.form[value.question].personal is None]
        self.account.left_out[_DROPPED] += len(values) - len(kept)
        return kept

    def _typed(self, found: RecordValue) -> tuple[RecordValue, TypedValue]:
        """Return a value with its type, counted; note its problem."""
        typed = self._typer(found.question, found.value, found.absent)
        self.account.count(typed.value)
        if typed.problem:
            self._note_value(typed.problem, found.question, _origin(found.origin))
        return found, typed

    def _note_value(self, problem: str, question: str, origin: Origin) -> None:
        remedy = "give the definition that was in use, or correct the value"
        self._note("CB201", f"{problem} ({question})", origin, question, remedy)

    def _note(self, code: str, message: str, origin: Origin, subject: str, remedy: str) -> None:
        self.log.add(code, Severity.WARNING, message, remedy=remedy, subject=subject, origin=origin)


_DROPPED = "personal, dropped, as set in the options"


def _sample_values(sample: Iterable[SurveyRecord]) -> Iterator[tuple[str, Any, int]]:
    return ((value.question, value.value, value.repeat) for record in sample for value in record.values)


def _origin(place: Place) -> Origin:
    return place if isinstance(place, Origin) else place()


def _list_answers(values: Iterable[tuple[RecordValue, TypedValue]]) -> list[Answer]:
    """Return the answers of a record."""
    return [
        Answer(
            found.question, typed.value, typed.raw if found.raw is None else found.raw, found.comment, found.repeat, (),
            _origin(found.origin),
        )
        for found, typed in values
    ]  # fmt: skip


def _is_dropped(one: _TypedCell) -> bool:
    return one.dropped


@frozen(eq=False)
class _Block(Generic[RowKey]):
    """Answers of the records of some rows.

    Attributes:
        cells: Their columns.
        rows: The rows.
        place: Place of an answer.
        fixed_columns: Whether it is the same in each row, but for the row.
    """

    cells: Sequence[_ColumnCells]
    rows: Sequence[TableRow[RowKey]]
    place: Callable[[RowKey, Any], Origin]
    fixed_columns: bool

    def make(self, rows: range) -> Iterator[Answer]:
        """Yield the answers of a record."""
        for row in rows:
            key = self.rows[row][0]
            for column in self.cells:
                for (question, _, _, _, repeat, where), (value, raw, _), dropped in column.found[column.cells[row]]:
                    if not dropped:
                        yield Answer(question, value, raw, None, repeat, (), self.place(key, where))

    def columns(self, rows: range) -> list[ColumnAnswers] | None:
        """Return the answers of records of one row each, by column; None if a column has not one question and place."""
        if not self.fixed_columns:
            return None
        found = []
        for column in self.cells:
            kept = {cell: [one for one in column.found[cell] if not one.dropped] for cell in column.counts}
            asked = {(one.decoded.question, one.decoded.repeat) for answers in kept.values() for one in answers}
            if not asked:
                continue
            if len(asked) > 1 or {len(answers) for answers in kept.values()} != {1}:
                return None
            found.append(self._column(*asked.pop(), column.cells[rows.start : rows.stop], kept, rows.start))
        single = len({(one.question, one.repeat) for one in found}) == len(found)
        return found if single else None

    def _column(
        self, question: str, repeat: int, cells: Sequence[Any], kept: Mapping[Any, Sequence[_TypedCell]], start: int
    ) -> ColumnAnswers:
        values = {cell: one.typed.value for cell, (one,) in kept.items()}
        raws = {cell: one.typed.raw for cell, (one,) in kept.items() if one.typed.raw is not None}
        wheres = {cell: one.decoded.where for cell, (one,) in kept.items()}
        first = {wheres[cell]: row for row, cell in reversed(list(enumerate(cells)))}
        return ColumnAnswers(
            question,
            repeat,
            [values[cell] for cell in cells],
            {row: raws[cell] for row, cell in enumerate(cells) if cell in raws} if raws else {},
            [(row, self.place(self.rows[start + row][0], where)) for where, row in first.items()],
        )
