"""What became of responses: each answer by its question and its time in a repeated block."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from capbuild.io.loss_counts import Counted
from capbuild.model import Answer, Missing, Respondent, Response

__all__ = ["compare_responses"]


def compare_responses(
    counted: Counted, before: Sequence[Response], after: Sequence[Response], names: Mapping[str, str]
) -> tuple[int, int]:
    """Compare responses; return how many answers there were, and how many came back with the same value.

    Args:
        counted: Takes the losses.
        before: The responses of the source.
        after: Those of the file that was written.
        names: New names of questions.
    """
    by_id = {response.id: response for response in after}
    known = {response.id for response in before}
    matched = len(by_id) == len(after) and len(known) == len(before) and known <= by_id.keys()
    answers = kept = 0
    for place, response in enumerate(before):
        counted.seen("responses")
        answers += len(response)
        found = by_id[response.id] if matched else (after[place] if place < len(after) else None)
        if found is None:
            counted.lose("responses", response.id)
            if response.answers:
                counted.lose("answers", response.id, len(response))
            counted.seen("answers", len(response))
            continue
        counted.check("ids of responses", response.id, found.id, response.id)
        _about(counted, response, found)
        kept += _answers(counted, response, found, names)
    if matched:
        counted.order("order of responses", [response.id for response in before], list(by_id))
    for extra in [r for r in after if r.id not in known] if matched else after[len(before) :]:
        counted.lose("responses that were not there", extra.id)
    return answers, kept


def _about(counted: Counted, before: Response, after: Response) -> None:
    """Compare what a response says of itself. That a country is recognised on the way is no loss."""
    for kind, attribute in (
        ("countries as written", "place"),
        ("languages of answers", "language"),
        ("dates of responses", "date"),
        ("times of sending", "submitted"),
        ("forms that responses name", "questionnaire"),
        ("versions that responses name", "version"),
    ):
        value = getattr(before, attribute)
        shown = before.id if value is None else str(value)
        counted.check(kind, value, getattr(after, attribute), shown)
    _zone(counted, before.id, before.submitted, after.submitted)
    counted.same("states of responses", before.status, after.status, before.status.value)
    if before.country is not None:
        counted.same("countries", before.country, after.country, str(before.country))
    _respondents(counted, before.respondent, after.respondent)


def _respondents(counted: Counted, before: Respondent | None, after: Respondent | None) -> None:
    if before is None:
        if after is not None:
            counted.lose("details that were not there", f"{after.pseudonym}: respondents")
        return
    name = before.pseudonym
    counted.check("respondents", name, None if after is None else after.pseudonym, name)
    for attribute in ("kind", "role", "language"):
        there = "" if after is None else getattr(after, attribute)
        counted.check("details of respondents", getattr(before, attribute), there, f"{name}: {attribute}")
    for attribute in ("official", "country"):  # no is as good an answer as yes
        value, there = getattr(before, attribute), None if after is None else getattr(after, attribute)
        if value is not None:
            counted.same("details of respondents", value, there, f"{name}: {attribute}")
        elif there is not None and attribute == "official":
            counted.lose("details that were not there", f"{name}: {attribute}")


def _key(answer: Answer, names: Mapping[str, str]) -> tuple[str, int]:
    return names.get(answer.question, answer.question), answer.repeat


def _answers(counted: Counted, before: Response, after: Response, names: Mapping[str, str]) -> int:
    """Compare the answers of two responses; return how many have the same value."""
    there = _listed(after.answers, {})
    here = _listed(before.answers, names)
    kept = 0
    for key, olds in here.items():
        news = there.pop(key, [])
        for place, old in enumerate(olds):
            counted.seen("answers")
            new = news[place] if place < len(news) else None
            kept += _answer(counted, f"{before.id}, {old.question}", old, new)
        for extra in news[len(olds) :]:
            counted.lose("answers that were not there", f"{after.id}, {extra.question}")
    for question, _ in there:
        gap = all(answer.value in (Missing.NO_ANSWER, Missing.NOT_ASKED) for answer in there[question, _])
        kind = "gaps that became absences" if gap else "answers that were not there"
        counted.lose(kind, f"{after.id}, {question}")
    return kept


def _listed(answers: Iterable[Answer], names: Mapping[str, str]) -> dict[tuple[str, int], list[Answer]]:
    found: dict[tuple[str, int], list[Answer]] = {}
    for answer in answers:
        found.setdefault(_key(answer, names), []).append(answer)
    return found


def _answer(counted: Counted, name: str, before: Answer, after: Answer | None) -> bool:
    """Compare one answer; return whether it has the same value, of the same kind."""
    if after is None:
        counted.lose("answers of repeated blocks" if before.repeat else "answers", name)
        return False
    same = before.value == after.value and _alike(before.value, after.value)
    if not same:
        old, new = _shown(before.value), _shown(after.value)
        if old == new:
            new = f"{type(after.value).__name__} {new}"
        kind = "kinds of missing" if isinstance(before.value, Missing) else "values"
        counted.lose(kind, f"{name}: {old} became {new}")
    _zone(counted, name, before.value, after.value)
    if before.raw is not None:  # a text beside a value may be added, since it is the same value
        counted.same("texts as written", before.raw, after.raw, name)
    counted.check("comments", before.comment, after.comment, name)
    counted.check("citations", before.citations, after.citations, name)
    return same


def _zone(counted: Counted, name: str, before: object, after: object) -> None:
    """Count the clock by which a moment is told; the moment itself is the same by any clock."""
    if before == after and isinstance(before, datetime.datetime) and isinstance(after, datetime.datetime):
        old, new = before.utcoffset(), after.utcoffset()
        if old is not None:
            counted.same("zones of times", old, new, f"{name}: {before.isoformat()} became {after.isoformat()}")


def _alike(before: object, after: object) -> bool:
    """Tell whether two equal values are of one kind: true is not 1, and a date is no moment."""
    return type(before) is type(after) or (_is_number(before) and _is_number(after))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    text = value.value if isinstance(value, Missing) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
