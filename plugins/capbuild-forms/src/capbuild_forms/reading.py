"""Reading of definitions and responses, common to all products."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any, Protocol

from attrs import define, evolve, field, frozen

from capbuild.errors import ReadError
from capbuild.formats import (
    DefinitionOptions,
    KnownValues,
    RecordReader,
    RecordValue,
    SurveyRecord,
    check_definition,
    complete_form,
    is_json_object,
    json_origin,
    load_json,
    plain_text,
)
from capbuild.model import (
    Issue,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Severity,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild.text import Text, Translation, numbered_name

Json = Mapping[str, Any]
Steps = tuple[str | int, ...]
#: Suffix of the question id for an "other" text.
OTHER = ".other"
#: Kinds of personal data by metadata key.
_PERSONAL = {
    **dict.fromkeys(("user_agent", "userAgent", "browser", "device", "os", "platform"), PersonalData.DEVICE),
    **dict.fromkeys(("network_id", "ipAddress"), PersonalData.NETWORK_ADDRESS),
    **dict.fromkeys(("userId", "email", "singleUseId"), PersonalData.IDENTIFIER),
}


@frozen
class Found:
    """A value in a response.

    Attributes:
        question: Id of its question.
        value: The value, or None.
        steps: Its path, or that of the response if missing.
        absent: Kind of missing of a blank.
        raw: The original text, if different from the value.
    """

    question: str
    value: Any
    steps: Steps
    absent: Missing = Missing.NO_ANSWER
    raw: str | None = None


@frozen(kw_only=True)
class Document:
    """Content of a file.

    Attributes:
        form: The form that it defines, or None.
        records: Its responses with their paths, without entries that are not objects.
        strays: Paths of entries that are not responses.
        others: Further forms, which are not read.
    """

    form: Questionnaire | None = None
    records: Sequence[tuple[Json, Steps]] = ()
    strays: Sequence[Steps] = ()
    others: int = 0


class Product(Protocol):
    """A product with its file formats."""

    #: Name for messages.
    name: str
    #: Code of an unreadable file.
    code: str
    #: Known values of its definitions by key.
    known: Mapping[str, KnownValues]

    def document(self, value: object, file: str) -> Document:
        """Return the content of a file."""
        ...

    def values(self, record: Json, at: Steps, form: Questionnaire) -> Iterator[Found]:
        """Yield a response's values, drafting missing questions."""
        ...

    def about(self, record: Json) -> dict[str, Any]:
        """Return attributes of the response: id, time and its key (`sent`), status, language, version."""
        ...

    def prepared(self, form: Questionnaire, records: Sequence[tuple[Json, Steps]]) -> Questionnaire:
        """Return a form completed from its responses."""
        ...

    def is_answered(self, definition: Questionnaire, record: Json) -> bool:
        """True if a response answers a form."""
        ...


@define
class FormBuilder:
    """Builds a questionnaire.

    Attributes:
        language: Language of texts.
        questions: Questions by id.
        groups: Groups by id.
    """

    language: str = "und"
    questions: dict[str, Question] = field(factory=dict[str, Question])
    groups: dict[str, QuestionGroup] = field(factory=dict[str, QuestionGroup])

    def text(self, value: object, fallback: str = "") -> Text:
        """Return a text in one or more languages.

        In a mapping of texts by language, `default` is the main language's.
        """
        texts = dict(value) if is_json_object(value) else {"default": value}
        named = {tag: plain_text(text) for tag, text in texts.items() if isinstance(text, str | int | float)}
        source = named.pop("default", "") or named.get(self.language) or next(iter(named.values()), "") or fallback
        others = {tag: Translation(text) for tag, text in named.items() if text and tag != self.language}
        return Text(source, self.language, others)

    def unique(self, name: str) -> str:
        """Return a unique question id."""
        return numbered_name(name, self.questions.__contains__)

    def add(self, question: Question) -> Question:
        """Add a question; a duplicate id is made unique."""
        added = evolve(question, id=self.unique(question.id))
        if added.type is QuestionType.NOTE:
            added = evolve(added, personal=None)
        self.questions[added.id] = added
        return added

    def build(self, name: str, title: Text, version: str = "1") -> Questionnaire:
        """Return the questionnaire."""
        tags = dict.fromkeys(tag for q in self.questions.values() for tag in (*title.languages, *q.text.languages))
        return Questionnaire(
            id=name,
            title=title,
            version=version,
            languages=tuple(tag for tag in tags if tag != "und"),
            groups=tuple(self.groups.values()),
            questions=tuple(self.questions.values()),
        )


def in_order(form: Questionnaire, founds: Iterable[Found], absent: Callable[[Question], Found]) -> Iterator[Found]:
    """Yield values in form order, with placeholders, then others.

    Args:
        form: The form.
        founds: The values of a response.
        absent: Function that returns the placeholder for a question.
    """
    known: dict[str, list[Found]] = {}
    for value in founds:
        name = value.question.strip() or "no name"
        known.setdefault(name, []).append(value if name == value.question else evolve(value, question=name))
    for question in form.questions:
        if question.id in known:
            yield from known.pop(question.id)
        elif question.type is not QuestionType.NOTE and not question.id.endswith(OTHER):
            yield absent(question)
    for rest in known.values():
        yield from rest


def leaves(value: object, path: str, steps: Steps) -> Iterator[Found]:
    """Yield the values below a metadata key."""
    if is_json_object(value):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}", (*steps, key))
    elif value not in (None, "", []):
        yield Found(path, value, steps)


def read_file(kind: type[Product], source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Args:
        kind: The product.
        source: A definition or responses.
        options: Options in force.

    Raises:
        ReadError: It is neither, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    issues: list[Issue] = []
    product = kind()
    value = load_json(source, issues)
    document = product.document(value, source.name)
    if document.form is None and not document.records:
        raise _make_error(source, product, "contains neither a form nor responses")
    if document.records or document.strays:
        yield from _read_responses(source, options, product, document)
    elif document.form is not None:
        yield document.form
        yield from check_definition(source.name, value, document.form, product.known)
        if document.others:
            yield Issue.warning(
                "FRM4",
                f"{source.name} defines {document.others + 1} forms; only the first is read",
                Origin(source.name),
                "save each form in a file of its own",
            )
        yield SheetReconciliation(skipped="it is a definition without responses")
    yield from issues


def _make_error(source: InputFile, product: Product, problem: str) -> ReadError:
    remedy = f"give the form or the responses as the API of {product.name} has them, in JSON"
    return source.error(problem, product.code, remedy)


def _read_responses(
    source: InputFile, options: DefinitionOptions, product: Product, document: Document
) -> Iterator[ReadItem]:
    form = document.form
    if options.definition is not None:
        value = load_json(options.definition)
        form = product.document(value, options.definition.name).form
        if form is None:
            raise _make_error(options.definition, product, "does not define a form")
        yield from check_definition(options.definition.name, value, form, product.known)
    stem = PurePath(source.name).stem or "responses"
    questionnaire = form if form is not None else Questionnaire(id=stem, title=stem, inferred=True)
    questionnaire = product.prepared(questionnaire, document.records)
    values = (answer for record, at in document.records for answer in product.values(record, at, questionnaire))
    completed = complete_form(questionnaire, ((answer.question, answer.value, "") for answer in values))
    completed = evolve(
        completed, questions=[_flag_question(_join_question(question, completed)) for question in completed.questions]
    )
    reader = RecordReader.with_options(completed, source, options)
    for steps in document.strays:
        reader.account.rows_left_out["no object"] += 1
        origin, remedy = json_origin(source.name, *steps), "export the responses again"
        reader.log.add("FRM3", Severity.WARNING, "a response is no object", remedy=remedy, origin=origin)
    yield from reader.read(_list_records(source.name, document.records, product, questionnaire))


def _join_question(question: Question, form: Questionnaire) -> Question:
    """Return the question of an "other" text below its choice's.

    Other questions are returned unchanged.
    """
    above = question.id.removesuffix(OTHER)
    return evolve(question, parent=above) if question.inferred and above != question.id and above in form else question


def _flag_question(question: Question) -> Question:
    """Return a question with its kind of personal data.

    The kind follows from the name of a metadata key.
    """
    kind = _PERSONAL.get(question.id.rpartition(".")[2]) if question.inferred and "." in question.id else None
    return evolve(question, personal=kind) if kind is not None else question


def _list_records(
    file: str, records: Iterable[tuple[Json, Steps]], product: Product, form: Questionnaire
) -> Iterator[SurveyRecord]:
    for number, (record, at) in enumerate(records, 1):
        about = product.about(record)
        sent = about.pop("sent")
        yield SurveyRecord(
            id=str(about.pop("id", "") or number),
            origin=json_origin(file, *at),
            values=[
                RecordValue(
                    value.question, value.value, partial(json_origin, file, *value.steps), value.absent, 0, value.raw
                )
                for value in product.values(record, at, form)
            ],
            moment_origin=json_origin(file, *at, sent),
            **about,
        )


def explains(kind: type[Product], records: InputFile, other: InputFile) -> bool:
    """True if a file defines the form of another's responses.

    Only the first response is compared with the form.
    """
    product = kind()
    form = product.document(load_json(other), other.name).form
    if form is None:
        return False
    document = product.document(load_json(records), records.name)
    return document.form is None and bool(document.records) and product.is_answered(form, document.records[0][0])
