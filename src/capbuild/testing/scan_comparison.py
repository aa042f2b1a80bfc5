"""Comparison of scanned columns with read responses."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from capbuild.display import counted
from capbuild.model import Answer, Response
from capbuild.tables import ResponseTable

_FACTS = ("id", "place", "country", "respondent", "questionnaire", "version", "language", "status", "date", "submitted")


def _stored_answer(answer: Answer, *, placed: bool) -> tuple[Any, ...]:
    """Return the parts of an answer that a table stores.

    Citations, and the raw texts of answers with a value, are not compared.
    """
    value = answer.value
    raw = answer.raw if answer.is_missing else None
    place = str(answer.origin) if placed else None
    return answer.question, answer.repeat, isinstance(value, bool), value, answer.comment, raw, place


def _sort_answers(response: Response) -> list[Answer]:
    """Return the answers in the order of the questions."""
    return sorted(response.answers, key=lambda answer: (answer.question, answer.repeat))


def _answers(response: Response, other: Response, placed: Mapping[tuple[str, int], Sequence[bool]]) -> Iterator[str]:
    asked: Counter[tuple[str, int]] = Counter()
    for answer, wanted in zip_longest(_sort_answers(response), _sort_answers(other)):
        if answer is None or wanted is None:
            yield f"{answer} scanned, {wanted} read"
            return
        key = wanted.question, wanted.repeat
        columns = placed.get(key, ())  # one for each of several answers to a question
        stored = wanted.origin is not None and asked[key] < len(columns) and columns[asked[key]]
        asked[key] += 1
        if _stored_answer(answer, placed=stored) != _stored_answer(wanted, placed=stored):
            yield f"{_stored_answer(answer, placed=stored)} scanned, {_stored_answer(wanted, placed=stored)} read"


def scan_differences(table: ResponseTable, responses: Sequence[Response]) -> Iterator[str]:
    """Yield differences between a scanned table and read responses.

    Args:
        table: Table from `scan`.
        responses: Responses from `read`.

    Example:
        >>> given = [Response(id="1", answers=[Answer("q1", "yes")])]
        >>> list(scan_differences(ResponseTable.from_responses(given), given))
        []
        >>> list(scan_differences(ResponseTable.from_responses(given), []))
        ['1 response scanned, 0 read']
    """
    if len(table) != len(responses):
        yield f"{counted(len(table), 'response')} scanned, {len(responses)} read"
        return
    placed: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for column in table.codebook:
        placed[column.question, column.repeat].append(column.place is not None or bool(column.step))
    for row, (response, other) in enumerate(zip(table, responses, strict=True), start=1):
        for name in (*_FACTS, "origin"):
            if getattr(response, name) != getattr(other, name):
                yield f"response {row}, {name}: {getattr(response, name)!r} scanned, {getattr(other, name)!r} read"
        yield from (f"response {row}: {what}" for what in _answers(response, other, placed))
