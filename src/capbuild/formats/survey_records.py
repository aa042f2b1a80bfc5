"""Responses from a survey export with a questionnaire."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from attrs import define, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ReadError
from capbuild.formats.key_columns import is_country_header
from capbuild.formats.log import IssueLog
from capbuild.formats.options import DefinitionOptions
from capbuild.formats.places import is_code, is_country_name
from capbuild.formats.table_state import Account
from capbuild.formats.values.dates import read_date
from capbuild.formats.values.typed_values import ValueTyper
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


@frozen
class RecordValue:
    """Value of an export record.

    Attributes:
        question: Id of its question.
        value: A text or JSON value; None if absent.
        origin: Its place, or that of its record if absent.
        absent: Kind of missing if the value is blank.
        repeat: Number of the repeat, from 1; 0 outside repeats.
        raw: The original text, if it differs from the value.
        comment: Comment of the respondent.
    """

    question: str
    value: Any
    origin: Origin
    absent: Missing = Missing.NO_ANSWER
    repeat: int = 0
    raw: str | None = None
    comment: str | None = None


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
    values: tuple[RecordValue, ...] = field(converter=to_tuple)
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
        asked = find_country_question(
            self.form, self._distinct_answers(sample), file=self.file, named=self.country_question
        )
        if asked is None and self.country is None and sample:
            remedy = "name it with country_question, or the country of all responses with country"
            self.log.add("CB104", Severity.WARNING, "no question asks for the country", remedy=remedy)
        self.country_question = asked.id if asked is not None else None
        yield from self._personal()
        for record in chain(sample, waiting):
            yield self._response(record)
            yield from self.log.drain()
        yield from self.log.close()
        yield self.account.reconciliation(columns=columns)

    def _distinct_answers(self, sample: Sequence[SurveyRecord]) -> Mapping[str, dict[str, None]]:
        """Return the distinct answers to each question."""
        by_question: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for record in sample:
            for value in record.values:
                if isinstance(value.value, str) and value.value.strip() and not value.repeat:
                    by_question[value.question][self._label(value.question, value.value)] = None
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
        self.account.rows_out += record.rows
        named = self._place(record, self.country_question)
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
            answers=list(map(self._answer, self._keep(record.values) if self.drop_personal else record.values)),
            origin=record.origin,
        )

    def _place(self, record: SurveyRecord, country: str | None) -> str:
        """Return the country of a record.

        If the question was not asked in it, this is the respondent's earlier answer.
        """
        record_value = next((value for value in record.values if value.question == country), None)
        if record_value is not None and isinstance(record_value.value, str) and record_value.value.strip():
            named = self._label(record_value.question, record_value.value)
            if record.respondent:
                self._places.setdefault(record.respondent, named)
            return named
        if record_value is None or record_value.absent is Missing.NOT_ASKED:
            return self._places.get(record.respondent, "")
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
        self.account.left_out["personal, dropped, as set in the options"] += len(values) - len(kept)
        return kept

    def _answer(self, found: RecordValue) -> Answer:
        value, raw, problem = self._typer(found.question, found.value, found.absent)
        self.account.count(value)
        if problem:
            remedy = "give the definition that was in use, or correct the value"
            self._note("CB201", f"{problem} ({found.question})", found.origin, found.question, remedy)
        return Answer(
            found.question, value, found.raw if found.raw is not None else raw, found.comment, found.repeat, (),
            found.origin,
        )  # fmt: skip

    def _note(self, code: str, message: str, origin: Origin, subject: str, remedy: str) -> None:
        self.log.add(code, Severity.WARNING, message, remedy=remedy, subject=subject, origin=origin)
