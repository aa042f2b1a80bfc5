"""Sample files with expected content, and comparison of readings."""

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import field, frozen

from capbuild.documents import dumps
from capbuild.io import ReadLimits
from capbuild.model import Answer, Choice, Missing, Question, Questionnaire, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.testing.conformance.edits import Edit, apply_edit
from capbuild.text import Text

#: Answers by response and question.
Expected = Mapping[Any, Any]
T = TypeVar("T")


@frozen(kw_only=True)
class Sample:
    """Sample file that a reader must read.

    Attributes:
        name: Its name, with the usual suffix.
        data: Its bytes, or its path.
        options: Options for reading it.
        responses: Number of responses; None not to compare.
        personal: Headers of columns, or ids of questions, with personal data.
        limits: Limits that it exceeds.
        expect: Answers by id of the response and of the question, as from `summarize_answers`. A key `...` instead of a
            response or a question ignores the others.
        form: Questions by id, as from `summarize_form`; `...` as above.
        blank: Missing kind, or kinds, of an empty cell if a question was asked of everybody.
        words: Kinds of missing by word, if the format differs from their usual meaning, such as "n/a".
        edit: Returns an edited copy of the data, or None; for a format that the kit cannot edit.
    """

    name: str
    data: bytes | Path = field(repr=False)
    options: Mapping[str, Any] = field(factory=dict)
    responses: int | None = None
    personal: tuple[str, ...] = ()
    limits: tuple[ReadLimits, ...] = ()
    expect: Expected | None = field(default=None, repr=False)
    form: Expected | None = field(default=None, repr=False)
    blank: Missing | tuple[Missing, ...] = Missing.NO_ANSWER
    words: Mapping[str, Missing] = field(factory=dict)
    edit: Callable[[bytes, Edit], bytes | None] | None = field(default=None, repr=False)

    @property
    def content(self) -> bytes:
        """Bytes of the sample."""
        return self.data.read_bytes() if isinstance(self.data, Path) else self.data

    def source(self, limits: ReadLimits | None = None) -> InputFile:
        """Return the sample as a file to read."""
        return InputFile(self.name, data=self.content, limits=limits or ReadLimits())

    def edited(self, change: Edit) -> bytes | None:
        """Return an edited copy of the data, or None.

        The result is None if the edit is impossible or changes nothing.
        """
        content = self.content
        edited_content = self.edit(content, change) if self.edit is not None else apply_edit(self.name, content, change)
        return None if edited_content == content else edited_content


def answer_key(answer: Answer) -> str:
    """Return an answer's question, with the number of its repeat.

    Example:
        >>> answer_key(Answer("title", "Law", repeat=2)), answer_key(Answer("q1", 3))
        ('title[2]', 'q1')
    """
    return f"{answer.question}[{answer.repeat}]" if answer.repeat else answer.question


def summarize_answers(reading: Survey) -> dict[str, dict[str, Any]]:
    r"""Return the answers of a reading as in `Sample(expect=...)`.

    Values are those of the answers. Keys with `@` describe the response itself: country, place without one, status
    unless submitted, date, submitted, language, version, respondent.

    Args:
        reading: The reading.

    Example:
        >>> from capbuild.io import read
        >>> summarize_answers(read(b"country,q1,q2\nPeru,3,\n", name="a.csv"))
        {'2': {'@country': 'PE', '@respondent': 'row 2', 'q1': 3, 'q2': <Missing.NO_ANSWER: 'no answer'>}}
    """
    return {response.id: dict(_response_facts(response)) for response in reading.responses}


def _response_facts(response: Response) -> Iterator[tuple[str, Any]]:
    if response.country is not None:
        yield "@country", response.country.alpha_2
    elif response.place:
        yield "@place", response.place
    if response.status != "submitted":
        yield "@status", response.status.value
    respondent = response.respondent.pseudonym if response.respondent is not None else None
    facts = {
        "@date": response.date,
        "@submitted": response.submitted,
        "@language": response.language,
        "@version": response.version,
        "@respondent": respondent,
    }
    for name, value in facts.items():
        if value is not None:
            yield name, value.isoformat() if isinstance(value, datetime.date) else value
    for answer in response.answers:
        yield answer_key(answer), answer.value
        if answer.comment:
            yield f"{answer_key(answer)} comment", answer.comment


def summarize_form(form: Questionnaire | None) -> dict[str, dict[str, Any]]:
    """Return the questions of a form as in `Sample(form=...)`.

    Each question has its `type` and `text` (a mapping by language if there are several), and if present `choices` by
    code, `missing` (codes of missing kinds), `relevant`, `depends` (questions of that condition), `required`, `group`,
    `parent`, `hint`, `unit`, `minimum`, `maximum`, `personal`, `other` and `exclusive` (codes of such choices) and
    `scores`. The form itself is `@form`: its title, version, languages, and groups with their title, parent, and
    whether they repeat. An expectation may omit `@form` and `depends`.

    Args:
        form: The form; None for no questions.

    Example:
        >>> asked = Question(id="q1", text="Law?", type="select one", choices=[Choice(code="1", label="yes")])
        >>> summarize_form(Questionnaire(id="f", title="F", questions=[asked]))
        {'@form': {'title': 'F', 'version': '1'}, 'q1': {'type': 'select one', 'text': 'Law?', 'choices': {'1': 'yes'}}}
    """
    if form is None:
        return {}
    return {"@form": dict(_form_facts(form)), **{asked.id: dict(_question_facts(asked)) for asked in form.questions}}


def _form_facts(form: Questionnaire) -> Iterator[tuple[str, Any]]:
    yield "title", _texts(form.title)
    yield "version", form.version
    if form.languages:
        yield "languages", form.languages
    for group in form.groups:
        facts = {"title": _texts(group.title), "parent": group.parent, "repeat": group.repeat or None}
        yield f"group {group.id}", {name: value for name, value in facts.items() if value is not None}


def _question_facts(asked: Question) -> Iterator[tuple[str, Any]]:
    yield "type", asked.type.value
    yield "text", _texts(asked.text)
    given: dict[str, Any] = {
        "choices": {choice.code: _choice_text(choice) for choice in asked.choices},
        "missing": {choice.code: choice.missing.value for choice in asked.choices if choice.missing is not None},
        "relevant": asked.skip.expression if asked.skip is not None else None,
        "depends": asked.skip.questions if asked.skip is not None else (),
        "required": asked.required,
        "group": asked.group,
        "parent": asked.parent,
        "hint": _texts(asked.hint) if asked.hint is not None else None,
        "unit": asked.unit,
        "minimum": asked.minimum,
        "maximum": asked.maximum,
        "personal": asked.personal.value if asked.personal is not None else None,
        "other": tuple(choice.code for choice in asked.choices if choice.other),
        "exclusive": tuple(choice.code for choice in asked.choices if choice.exclusive),
        "scores": {choice.code: choice.score for choice in asked.choices if choice.score is not None},
    }
    yield from (
        (name, value) for name, value in given.items() if value is not False and value not in (None, "", {}, ())
    )


def _choice_text(choice: Choice) -> Any:
    return _texts(choice.label)


def _texts(text: Text) -> str | dict[str, str]:
    """Return a text, by language if there are translations."""
    if not text.translations:
        return text.source
    return {text.language: text.source, **{name: translation.text for name, translation in text.translations.items()}}


def print_reading(reading: Survey) -> Iterator[str]:
    r"""Yield the lines of a golden file for a reading.

    Each question, answer and issue has a line.

    Example:
        >>> from capbuild.io import read
        >>> list(print_reading(read(b"country,q1\nPeru,3\n", name="a.csv")))[-3:]
        ["response 2: @country = 'PE'", "response 2: @respondent = 'row 2'", 'response 2: q1 = 3']
    """
    for name, facts in summarize_form(reading.questionnaire).items():
        yield f"{name}: {', '.join(f'{fact} = {value!r}' for fact, value in facts.items())}"
    for name, facts in summarize_answers(reading).items():
        for fact, value in facts.items():
            shown = f"<{value.value}>" if isinstance(value, Missing) else repr(value)
            yield f"response {name}: {fact} = {shown}"
    yield from (f"issue {issue.code} {issue.severity.value} at {issue.origin}" for issue in reading.issues)


def show_difference(what: str, expected: object, came: object) -> str:
    """Return what was expected and what came, one above the other.

    Example:
        >>> print(show_difference("law", "yes", "no"))
        law
            expected 'yes'
            came     'no'
    """
    return f"{what}\n    expected {expected!r}\n    came     {came!r}"


def expected_differences(expected: Expected, found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield differences from an expectation.

    Args:
        expected: The expected facts; a key `...` ignores facts that are not named.
        found: The facts found.
    """
    named = {name: facts for name, facts in expected.items() if name is not ...}
    found = {name: facts for name, facts in found.items() if name != "@form" or name in named}
    if ... not in expected and list(named) != list(found):
        yield show_difference("ids in order", list(named), list(found))
    for name, facts in named.items():
        if name not in found:
            yield show_difference(repr(name), "a part of the reading", "nothing")
        elif isinstance(facts, Mapping):
            yield from (f"{name}: {what}" for what in _fact_differences(facts, found[name]))


def _fact_differences(expected: Mapping[Any, Any], found: Mapping[str, Any]) -> Iterator[str]:
    named = {name: value for name, value in expected.items() if name is not ...}
    others = [] if ... in expected else [name for name in found if name not in named and name != "depends"]
    for name, value in named.items():
        if name not in found:
            yield show_difference(name, value, "nothing")
        elif not _is_equal(value, found[name]):
            yield show_difference(name, value, found[name])
    yield from (show_difference(name, "nothing", found[name]) for name in others)


def _is_equal(one: Any, other: Any) -> bool:
    """True if two facts have the same type and value.

    An expected date may be given as text.
    """
    if isinstance(other, datetime.date | datetime.time) and isinstance(one, str):
        return other.isoformat() == one
    return type(one) is type(other) and one == other and (not isinstance(one, dict) or list(one) == list(other))


#: Position of a response, question with its repeat, and number of the answer among those with the same question.
Key = tuple[int, str, int]

_FACTS = ("id", "place", "country", "respondent", "questionnaire", "version", "language", "status", "date", "submitted")


def answer_table(reading: Survey) -> dict[Key, Answer]:
    """Return the answers of a reading by key.

    A key is the position of the response, the question, and a number that distinguishes duplicates.
    """
    answers: dict[Key, Answer] = {}
    for position, response in enumerate(reading.responses):
        counts: Counter[str] = Counter()
        for answer in response.answers:
            name = answer_key(answer)
            answers[position, name, counts[name]] = answer
            counts[name] += 1
    return answers


def _content(answer: Answer) -> tuple[Any, ...]:
    kind = bool if isinstance(answer.value, bool) else None
    return answer.question, answer.repeat, kind, answer.value, answer.raw, answer.comment, answer.citations


def changed_keys(before: Mapping[Key, Answer], after: Mapping[Key, Answer]) -> list[Key]:
    """Return the keys of changed, added and lost answers."""
    return [
        key
        for key in dict.fromkeys([*before, *after])
        if key not in before or key not in after or _content(before[key]) != _content(after[key])
    ]


def response_facts(response: Response) -> dict[str, Any]:
    """Return the metadata of a response by name."""
    return {name: getattr(response, name) for name in _FACTS}


def reading_content(reading: Survey) -> tuple[Any, ...]:
    """Return all content of a reading, to compare with another."""
    responses = [
        (response_facts(response), response.origin, [(_content(a), a.origin) for a in response.answers])
        for response in reading.responses
    ]
    return reading.questionnaire, responses, list(reading.issues), reading.reconciliation, reading.details


def is_read(text: str, reading: Survey) -> bool:
    """True if a text is somewhere in a reading."""
    return json.dumps(text, ensure_ascii=False)[1:-1] in dumps(reading)


def given_count(responses: Iterable[Response]) -> int:
    """Return the number of answers with a value."""
    return sum(not answer.is_missing for response in responses for answer in response.answers)


def issue_keys(reading: Survey) -> Counter[tuple[str, str]]:
    """Count each issue of a reading."""
    return Counter((issue.code, issue.message) for issue in reading.issues)


def _left_out(reading: Survey) -> int:
    account = reading.reconciliation
    skipped = sum(bool(sheet.skipped) for sheet in account.sheets)
    return account.total("rows_left_out") + account.total("left_out") + skipped


def has_new_issue(before: Survey, after: Survey) -> bool:
    """True if only the second reading has an issue."""
    return bool(issue_keys(after) - issue_keys(before))


def is_reported(before: Survey, after: Survey) -> bool:
    """True if a reading reports or leaves out more."""
    return has_new_issue(before, after) or _left_out(after) > _left_out(before)


def misplaced_issue(before: Survey, after: Survey, place: Origin | None) -> str:
    """Return a new issue outside the changed record, if any.

    The result is empty if a new issue is at the record, or there is none.

    Args:
        before: The reading of the sample.
        after: The reading of a copy with a fault in one record.
        place: The record, or a cell of it.
    """
    known = {(issue.code, issue.message, issue.origin) for issue in before.issues}
    new = [issue for issue in after.issues if (issue.code, issue.message, issue.origin) not in known]
    if place is None or not new or any(_is_at(issue.origin, place) for issue in new):
        return ""
    return f"{new[0].code} at {new[0].origin}"


def _is_at(origin: Origin | None, place: Origin) -> bool:
    if origin is None:
        return False
    if place.row is not None:
        return origin.row is not None and abs(origin.row - place.row) <= 1  # half a line may join the next
    return (origin.path or "$") != "$"


def form_of(reading: Survey) -> Mapping[str, Any]:
    """Return the questions of a reading by id."""
    return {} if reading.questionnaire is None else reading.questionnaire.by_id


def related_questions(form: Questionnaire | None, question: str) -> set[str]:
    """Return a question and its dependants: follow-ups and subquestions."""
    related = {question}
    if form is None:
        return related
    while True:
        more = {
            asked.id
            for asked in form.questions
            if asked.id not in related
            and (asked.parent in related or (asked.skip is not None and related & set(asked.skip.questions)))
        }
        if not more:
            parent = form[question].parent if question in form else None
            return related | ({parent} if parent else set())
        related |= more


def form_texts(form: Questionnaire | None) -> Iterator[tuple[str, str]]:
    """Yield the texts of a form."""
    for asked in form.questions if form is not None else ():
        yield from _compared_texts(f"text of {asked.id}", asked.text)
        if asked.hint is not None:
            yield from _compared_texts(f"hint of {asked.id}", asked.hint)
        for choice in (choice for choice in asked.choices if not choice.other):
            yield from _compared_texts(f"choice {choice.code} of {asked.id}", choice.label)


def _compared_texts(place: str, text: Text) -> Iterator[tuple[str, str]]:
    yield place, text.source
    for language, translation in text.translations.items():
        yield f"{place} in {language}", translation.text


def spread(items: Sequence[T], most: int) -> Sequence[T]:
    """Return evenly spread items, with the first and the last."""
    if len(items) <= most:
        return items
    if most < 2:
        return items[:most]
    return [items[round(place * (len(items) - 1) / (most - 1))] for place in range(most)]
