"""Survey responses and their answers."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from attrs import evolve, field, frozen

from capbuild._slots import as_open, repr_set_fields
from capbuild._typed import model
from capbuild.checks import identifier, to_tuple
from capbuild.display import NotebookDisplay
from capbuild.errors import ModelError, did_you_mean
from capbuild.model.country import Country
from capbuild.origin import Origin


class Missing(Enum):
    """Reason for a missing value.

    A missing value is never equal to 0 or false.

    Example:
        >>> Missing.DONT_KNOW == 0, Missing.NOT_APPLICABLE.in_denominator
        (False, False)
    """

    NOT_ASKED = "not asked"
    NOT_APPLICABLE = "not applicable"
    DONT_KNOW = "don't know"
    REFUSED = "refused"
    NO_ANSWER = "no answer"
    NOT_COLLECTED = "not collected"
    CONFIDENTIAL = "confidential"
    NOT_OBSERVED = "not observed"
    INVALID = "invalid"

    @property
    def in_denominator(self) -> bool:
        """True if it stays in the denominator."""
        return self not in (Missing.NOT_APPLICABLE, Missing.NOT_ASKED, Missing.NOT_COLLECTED)


@model
class GeoPoint:
    """Point on the earth, WGS 84.

    Attributes:
        latitude: Degrees, -90 to 90.
        longitude: Degrees, -180 to 180.
        altitude: Metres, if recorded.
        accuracy: Metres, if recorded.
    """

    latitude: float
    longitude: float
    altitude: float | None = None
    accuracy: float | None = None

    def __attrs_post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ModelError("GeoPoint", (self.latitude, self.longitude), "must lie on the earth")


#: A value as answered. Multi-select codes, or ranked ones in order, are a tuple of text.
AnswerValue = (
    str | bool | int | float | datetime.date | datetime.datetime | datetime.time | tuple[str, ...] | GeoPoint | Missing
)

#: Code of a choice, or a number.
AnswerCode = str | int | float


@model
class Citation:
    """Reference cited in support of an answer.

    Attributes:
        title: Title.
        link: Address.
    """

    title: str
    link: str = ""


class _MutableAnswer(NotebookDisplay):
    """Answer under construction."""

    __slots__ = ("__weakref__", "citations", "comment", "origin", "question", "raw", "repeat", "value")


@frozen(init=False)
class Answer(_MutableAnswer):
    """Answer with a value, or with a kind of missing.

    It is small and not validated, since files have millions.

    Attributes:
        question: Id of the question.
        value: The value, or a kind of missing. Zero is a value.
        raw: The original text, if different from the value.
        comment: Comment of the respondent.
        repeat: Number of the repeat, from 1; 0 outside repeats.
        citations: References cited in support.
        origin: Its cell; not part of equality.

    Example:
        >>> Answer("q1", 0) == Answer("q1", Missing.NO_ANSWER)
        False
    """

    question: str
    value: AnswerValue
    raw: str | None = None
    comment: str | None = None
    repeat: int = 0
    citations: tuple[Citation, ...] = ()
    origin: Origin | None = field(default=None, eq=False)

    # As in `Origin`.
    def __init__(  # noqa: PLR0917 - by position is the quickest way
        self,
        question: str,
        value: AnswerValue,
        raw: str | None = None,
        comment: str | None = None,
        repeat: int = 0,
        citations: tuple[Citation, ...] = (),
        origin: Origin | None = None,
    ) -> None:
        answer: Any = self
        kind = answer.__class__
        as_open(answer, _MutableAnswer)
        answer.question = question
        answer.value = value
        answer.raw = raw
        answer.comment = comment
        answer.repeat = repeat
        answer.citations = citations
        answer.origin = origin
        answer.__class__ = kind

    __repr__ = repr_set_fields

    @property
    def is_missing(self) -> bool:
        """True if there is no value."""
        return isinstance(self.value, Missing)


@model(kw_only=True)
class PreviousAnswer:
    """Answer of an earlier round, shown for confirmation.

    Attributes:
        value: Code of the choice, or the number.
        question: Id of its criterion or capacity; ids of merged ones are joined by a plus sign.
        framework: Its framework and edition.
        round: Id of its round.
        date: Date that it refers to; None if not recorded.
        counted: Code that counted instead, if evidence that the framework requires was lacking; None if the answer
            counted as given.
    """

    value: AnswerCode
    question: str = field(validator=identifier)
    framework: str = ""
    round: str = ""
    date: datetime.date | None = None
    counted: str | None = None


class ResponseStatus(StrEnum):
    """Completion status of a response."""

    NOT_SENT = "not sent"
    SENT = "sent"
    OPENED = "opened"
    PARTIAL = "partial"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    #: A preview, a trial or spam.
    TEST = "test"

    @property
    def counts(self) -> bool:
        """True if answers of the response are used in figures.

        Answers of withdrawn, replaced and test responses are kept, but not used.
        """
        return self not in (ResponseStatus.WITHDRAWN, ResponseStatus.SUPERSEDED, ResponseStatus.TEST)


@model(kw_only=True)
class Respondent:
    """Respondent under a pseudonym.

    Names and contacts are in the programme's private folder only.

    Attributes:
        pseudonym: Pseudonym of the person or office.
        kind: Kind of respondent, such as `police` or `prosecution`.
        country: The country.
        role: Role in the service, as a code.
        language: Language of the answers.
        official: Whether the answer is the service's official one.
    """

    pseudonym: str = field(validator=identifier)
    kind: str = ""
    country: Country | None = None
    role: str = ""
    language: str = ""
    official: bool | None = None


class _LazyAnswers(NotebookDisplay):
    """Response whose `answers` become a tuple on first access."""

    __slots__ = ("_count", "_make")

    _count: int
    _make: Callable[[], Iterable["Answer"]]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name != "answers":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            answers = tuple(self._make())
            object.__setattr__(self, name, answers)
            return answers


@model(kw_only=True)
class Response(_LazyAnswers):
    """Answers of one respondent to one questionnaire.

    Attributes:
        id: Id of the response in the file.
        place: The country as written by the respondent.
        country: The resolved country; None if not resolved.
        respondent: The respondent.
        questionnaire: Id of the questionnaire, if known.
        version: Version of the form, if known.
        language: Language of the answers.
        status: Completion status.
        date: Date of completion or sending, if known.
        submitted: Time of sending, with time zone.
        answers: The answers in order.
        origin: Its row; not part of equality.

    Example:
        >>> response = Response(id="1", place="Jamaica", answers=[Answer("q1", 3)])
        >>> response["q1"].value, response.get("q2") is None
        (3, True)
    """

    id: str = field(validator=identifier)
    place: str | None = None
    country: Country | None = None
    respondent: Respondent | None = None
    questionnaire: str | None = None
    version: str | None = None
    language: str | None = None
    status: ResponseStatus = ResponseStatus.SUBMITTED
    date: datetime.date | None = None
    submitted: datetime.datetime | None = None
    answers: tuple[Answer, ...] = field(default=(), converter=to_tuple)
    origin: Origin | None = field(default=None, eq=False)

    def get(self, question: str) -> Answer | None:
        """Return the first answer to a question, or None."""
        return next((answer for answer in self.answers if answer.question == question), None)

    def __getitem__(self, question: str) -> Answer:
        answer = self.get(question)
        if answer is None:
            raise KeyError(f"no answer to {question!r}{did_you_mean(question, self._ipython_key_completions_())}")
        return answer

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def _ipython_key_completions_(self) -> list[str]:
        return list(dict.fromkeys(answer.question for answer in self.answers))


@frozen(eq=False)
class ColumnAnswers:
    """Answers to one question in consecutive responses.

    Attributes:
        question: Id of the question.
        repeat: Number of the repeat.
        values: The values, by response.
        raws: Original texts that differ from the values, by index of the response.
        origins: Index of a response and origin of its answer, for each place that answers have in their responses.
    """

    question: str
    repeat: int
    values: list[AnswerValue]
    raws: dict[int, str]
    origins: list[tuple[int, Origin]]


class AnswerBlock(Protocol):
    """Deferred answers of many responses, stored by column."""

    def make(self, rows: range) -> Iterable[Answer]:
        """Return the answers of a response."""
        ...

    def columns(self, rows: range) -> list[ColumnAnswers] | None:
        """Return the answers of the responses in some rows; None if a response has not one row, or one answer each."""
        ...


@frozen(eq=False)
class BlockAnswers:
    """Deferred answers of one response.

    Attributes:
        block: The answers of many.
        rows: Rows of the response in the block.
    """

    block: AnswerBlock
    rows: range

    def __call__(self) -> Iterable[Answer]:
        """Return the answers."""
        return self.block.make(self.rows)


_MAKE: Any = _LazyAnswers.__dict__["_make"]


def defer_answers(response: Response, count: int, make: Callable[[], Iterable[Answer]]) -> Response:
    """Defer the answers of a new response until first access.

    Args:
        response: The response; nothing else uses it yet.
        count: Number of its answers.
        make: Makes the answers; they are not checked.
    """
    object.__delattr__(response, "answers")
    object.__setattr__(response, "_count", count)
    object.__setattr__(response, "_make", make)
    return response


def has_deferred_answers(response: Response) -> bool:
    """True if the answers were deferred and not accessed yet.

    A reader has validated deferred answers.
    """
    try:
        _MAKE.__get__(response)  # `hasattr` would ask `__getattr__`
    except AttributeError:
        return False
    return True


def find_block(response: Response) -> BlockAnswers | None:
    """Return the deferred answers of a response if they are stored by column, else None."""
    make: object = response._make if has_deferred_answers(response) else None
    return make if isinstance(make, BlockAnswers) else None


def count_answers(response: Response) -> int:
    """Return the number of answers, without making deferred ones."""
    return response._count if has_deferred_answers(response) else len(response.answers)


def evolve_response(
    response: Response, change: Callable[[tuple[Answer, ...]], Iterable[Answer]] | None = None, **facts: Any
) -> Response:
    """Return a response with other facts; deferred answers stay deferred.

    Args:
        response: The response.
        change: Returns the new answers, as many as before; None to keep them.
        facts: New values of fields.
    """
    if not has_deferred_answers(response):
        return evolve(response, **facts, answers=response.answers if change is None else change(response.answers))
    evolved = evolve(response, **facts, answers=())
    make = response._make if change is None else lambda: change(response.answers)
    return defer_answers(evolved, response._count, make)
