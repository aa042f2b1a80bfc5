"""Comparison of two readings of a sample, before and after an edit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.model import Answer, Questionnaire, Response, Survey
from capbuild.testing.conformance.sample import answer_key
from capbuild.text import Text

#: Position of a response, question with its repeat, and number of the answer among those with the same question.
Key = tuple[int, str, int]
_FACTS = ("id", "place", "country", "respondent", "questionnaire", "version", "language", "status", "date", "submitted")


def answer_table(reading: Survey) -> dict[Key, Answer]:
    """Return the answers of a reading by position of the response and question."""
    found: dict[Key, Answer] = {}
    for place, response in enumerate(reading.responses):
        counts: Counter[str] = Counter()
        for answer in response.answers:
            name = answer_key(answer)
            found[place, name, counts[name]] = answer
            counts[name] += 1
    return found


def _content(answer: Answer) -> tuple[Any, ...]:
    kind = bool if isinstance(answer.value, bool) else None
    return answer.question, answer.repeat, kind, answer.value, answer.raw, answer.comment, answer.citations


def changed_keys(before: Mapping[Key, Answer], after: Mapping[Key, Answer]) -> list[Key]:
    """Return the keys of answers that differ or exist in only one reading."""
    return [
        key
        for key in dict.fromkeys([*before, *after])
        if key not in before or key not in after or _content(before[key]) != _content(after[key])
    ]


def response_facts(response: Response) -> dict[str, Any]:
    """Return the metadata of a response by name."""
    return {name: getattr(response, name) for name in _FACTS}


def reading_content(reading: Survey) -> tuple[Any, ...]:
    """Return all content of a reading, to compare with another reading of the same file."""
    responses = [
        (response_facts(one), one.origin, [(_content(a), a.origin) for a in one.answers]) for one in reading.responses
    ]
    return reading.questionnaire, responses, list(reading.issues), reading.reconciliation, reading.details


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


def is_reported(before: Survey, after: Survey) -> bool:
    """True if the second reading has new issues, or leaves out more."""
    return bool(issue_keys(after) - issue_keys(before)) or _left_out(after) > _left_out(before)


def form_of(reading: Survey) -> Mapping[str, Any]:
    """Return the questions of a reading by id."""
    return {} if reading.questionnaire is None else reading.questionnaire.by_id


def related_questions(form: Questionnaire | None, question: str) -> set[str]:
    """Return a question and those that depend on it: follow-ups and subquestions."""
    found = {question}
    if form is None:
        return found
    while True:
        more = {
            asked.id
            for asked in form.questions
            if asked.id not in found
            and (asked.parent in found or (asked.skip is not None and found & set(asked.skip.questions)))
        }
        if not more:
            parent = form[question].parent if question in form else None
            return found | ({parent} if parent else set())
        found |= more


def form_texts(form: Questionnaire | None) -> Iterator[tuple[str, str]]:
    """Yield the texts of a form in every language, each with its place."""
    for asked in form.questions if form is not None else ():
        yield from _texts(f"text of {asked.id}", asked.text)
        if asked.hint is not None:
            yield from _texts(f"hint of {asked.id}", asked.hint)
        for choice in (choice for choice in asked.choices if not choice.other):
            yield from _texts(f"choice {choice.code} of {asked.id}", choice.label)


def _texts(place: str, text: Text) -> Iterator[tuple[str, str]]:
    yield place, text.source
    for language, one in text.translations.items():
        yield f"{place} in {language}", one.text
