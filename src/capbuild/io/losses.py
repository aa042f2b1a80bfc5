"""Losses of a conversion, from comparing readings before and after."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field, frozen

from capbuild.checks import between, identifier, to_tuple
from capbuild.io.loss_counts import LossCounter
from capbuild.io.lost_forms import compare_forms
from capbuild.model import Answer, Missing, Respondent, Response, Survey


@frozen(kw_only=True)
class Loss:
    """Losses of one kind.

    Attributes:
        kind: Kind, such as `kinds of missing`.
        count: Number of losses.
        of: Number of items.
        examples: Examples, as text.
    """

    kind: str = field(validator=identifier)
    count: int = field(validator=between(1))
    of: int = field(default=0, validator=between(0))
    examples: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        whole = f" of {self.of:,}" if self.of else ""
        examples = f": {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.kind}, {self.count:,}{whole}{examples}"


@frozen(kw_only=True)
class LossReport:
    """Losses of a conversion, measured by reading the new file back.

    Attributes:
        losses: One per kind, questions before answers.
        answers: Number of answers.
        kept: Number of answers with an unchanged value.
    """

    losses: tuple[Loss, ...] = field(default=(), converter=to_tuple)
    answers: int = 0
    kept: int = 0

    @property
    def is_exact(self) -> bool:
        """True if nothing was lost."""
        return not self.losses

    def __getitem__(self, kind: str) -> Loss:
        for loss in self.losses:
            if loss.kind == kind:
                return loss
        raise KeyError(kind)

    def __contains__(self, kind: object) -> bool:
        return any(loss.kind == kind for loss in self.losses)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.losses)

    def __len__(self) -> int:
        return len(self.losses)


def find_losses(before: Survey, after: Survey) -> LossReport:
    """Return the differences between two readings.

    Ignores origins, and properties of the files themselves. Also ignores the order in which a response answers
    different questions: tables have the order of the form.

    Args:
        before: Reading of the source.
        after: Reading of the written file.
    """
    counted = LossCounter()
    names = compare_forms(counted, before.questionnaire, after.questionnaire)
    answers, kept = _compare_responses(counted, before.responses, after.responses, names)
    losses = [
        Loss(kind=kind, count=count, of=counted.wholes[kind], examples=counted.examples.get(kind, ()))
        for kind, count in counted.counts.items()
    ]
    return LossReport(losses=losses, answers=answers, kept=kept)


# Losses of responses: answers by question and repeat


def _compare_responses(
    counted: LossCounter, before: Sequence[Response], after: Sequence[Response], names: Mapping[str, str]
) -> tuple[int, int]:
    """Compare responses; return the number of answers before and unchanged.

    Args:
        counted: Collects the losses.
        before: The responses of the source.
        after: Responses of the written file.
        names: New names of questions.
    """
    by_id = {response.id: response for response in after}
    known = {response.id for response in before}
    matched = len(by_id) == len(after) and len(known) == len(before) and known <= by_id.keys()
    answers = kept = 0
    for place, response in enumerate(before):
        counted.count("responses")
        answers += len(response)
        found = by_id[response.id] if matched else (after[place] if place < len(after) else None)
        if found is None:
            counted.lose("responses", response.id)
            if response.answers:
                counted.lose("answers", response.id, len(response))
            counted.count("answers", len(response))
            continue
        counted.check("ids of responses", response.id, found.id, response.id)
        _compare_metadata(counted, response, found)
        kept += _compare_answers(counted, response, found, names)
    if matched:
        counted.check_order("order of responses", [response.id for response in before], list(by_id))
    for extra in [r for r in after if r.id not in known] if matched else after[len(before) :]:
        counted.lose("responses that were not there", extra.id)
    return answers, kept


def _compare_metadata(counted: LossCounter, before: Response, after: Response) -> None:
    """Compare the metadata of a response.

    A newly recognised country is not a loss.
    """
    for kind, attribute in (
        ("countries as written", "place"),
        ("languages of answers", "language"),
        ("dates of responses", "date"),
        ("times of sending", "submitted"),
        ("forms that responses name", "questionnaire"),
        ("versions that responses name", "version"),
    ):
        value = getattr(before, attribute)
        labels = before.id if value is None else str(value)
        counted.check(kind, value, getattr(after, attribute), labels)
    _compare_zone(counted, before.id, before.submitted, after.submitted)
    counted.check_fields("states of responses", before.status, after.status, before.status.value)
    if before.country is not None:
        counted.check_fields("countries", before.country, after.country, str(before.country))
    _compare_respondents(counted, before.respondent, after.respondent)


def _compare_respondents(counted: LossCounter, before: Respondent | None, after: Respondent | None) -> None:
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
            counted.check_fields("details of respondents", value, there, f"{name}: {attribute}")
        elif there is not None and attribute == "official":
            counted.lose("details that were not there", f"{name}: {attribute}")


def _make_key(answer: Answer, names: Mapping[str, str]) -> tuple[str, int]:
    return names.get(answer.question, answer.question), answer.repeat


def _compare_answers(counted: LossCounter, before: Response, after: Response, names: Mapping[str, str]) -> int:
    """Compare the answers of two responses; return the number unchanged."""
    there = _list_answers(after.answers, {})
    here = _list_answers(before.answers, names)
    kept = 0
    for key, olds in here.items():
        news = there.pop(key, [])
        for place, old in enumerate(olds):
            counted.count("answers")
            new = news[place] if place < len(news) else None
            kept += _compare_answer(counted, f"{before.id}, {old.question}", old, new)
        for extra in news[len(olds) :]:
            counted.lose("answers that were not there", f"{after.id}, {extra.question}")
    for question, _ in there:
        gap = all(answer.value in (Missing.NO_ANSWER, Missing.NOT_ASKED) for answer in there[question, _])
        kind = "gaps that became absences" if gap else "answers that were not there"
        counted.lose(kind, f"{after.id}, {question}")
    return kept


def _list_answers(answers: Iterable[Answer], names: Mapping[str, str]) -> dict[tuple[str, int], list[Answer]]:
    found: dict[tuple[str, int], list[Answer]] = {}
    for answer in answers:
        found.setdefault(_make_key(answer, names), []).append(answer)
    return found


def _compare_answer(counted: LossCounter, name: str, before: Answer, after: Answer | None) -> bool:
    """Compare one answer; return True if value and kind are unchanged."""
    if after is None:
        counted.lose("answers of repeated blocks" if before.repeat else "answers", name)
        return False
    same = before.value == after.value and _is_same_kind(before.value, after.value)
    if not same:
        old, new = _format_value(before.value), _format_value(after.value)
        if old == new:
            new = f"{type(after.value).__name__} {new}"
        kind = "kinds of missing" if isinstance(before.value, Missing) else "values"
        counted.lose(kind, f"{name}: {old} became {new}")
    _compare_zone(counted, name, before.value, after.value)
    if before.raw is not None:  # raw text may be added, since the value is the same
        counted.check_fields("texts as written", before.raw, after.raw, name)
    counted.check("comments", before.comment, after.comment, name)
    counted.check("citations", before.citations, after.citations, name)
    return same


def _compare_zone(counted: LossCounter, name: str, before: object, after: object) -> None:
    """Count changed time zones; the moment itself is unchanged."""
    if before == after and isinstance(before, datetime.datetime) and isinstance(after, datetime.datetime):
        old, new = before.utcoffset(), after.utcoffset()
        if old is not None:
            counted.check_fields("zones of times", old, new, f"{name}: {before.isoformat()} became {after.isoformat()}")


def _is_same_kind(before: object, after: object) -> bool:
    """True if two equal values have the same type.

    True is not 1, and a date is not a datetime.
    """
    return type(before) is type(after) or (_is_number(before) and _is_number(after))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _format_value(value: object) -> str:
    text = value.value if isinstance(value, Missing) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
