"""Losses of a conversion, by kind."""

import datetime
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Protocol

from attrs import define, evolve, field, frozen

from capbuild.checks import between, identifier, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Answer,
    Choice,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    Respondent,
    Response,
    SkipRule,
    Survey,
)
from capbuild.text import Text

#: Examples kept of each kind.
_EXAMPLES = 3

_ADDED = "details that were not there"


def _is_empty(value: object) -> bool:
    """True if a field has no content.

    False counts as empty, since it is the default of flags; zero does not.
    """
    return value is None or value is False or (isinstance(value, str | tuple | FrozenMap) and not value)


@define
class LossCounter:
    """Counter of losses by kind.

    Attributes:
        counts: Number of losses, by kind.
        wholes: Number of items that could be lost, by kind.
        examples: Examples of losses, by kind.
    """

    counts: Counter[str] = field(factory=Counter)
    wholes: Counter[str] = field(factory=Counter)
    examples: dict[str, list[str]] = field(factory=dict)

    def count(self, kind: str, count: int = 1) -> None:
        """Count items of a kind that could be lost."""
        self.wholes[kind] += count

    def lose(self, kind: str, example: str, count: int = 1) -> None:
        """Count a loss."""
        self.counts[kind] += count
        kept = self.examples.setdefault(kind, [])
        if len(kept) < _EXAMPLES and example not in kept:
            kept.append(example)

    def check(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count an item, and its loss or change."""
        if _is_empty(before):
            if not _is_empty(after):
                self.lose(_ADDED, f"{name}: {kind}")
            return
        self.check_fields(kind, before, after, name)

    def check_fields(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count an item with non-empty values, and its change."""
        self.count(kind)
        if before != after:
            self.lose(kind, name)

    def check_order(self, kind: str, before: Sequence[str], after: Sequence[str]) -> None:
        """Count items that moved between two lists."""
        out = find_moved(before, after)
        if out:
            self.count(kind, len(set(before) & set(after)))
            self.lose(kind, out[0], len(out))


def find_moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the items outside the longest common order.

    Example:
        >>> find_moved(["a", "b", "c", "d"], ["b", "c", "x", "a", "d"])
        ['a']
    """
    place: dict[Hashable, int] = {name: number for number, name in enumerate(after)}
    kept = [(place[name], name) for name in before if name in place]
    ends: list[int] = []
    lengths: list[int] = []
    for number, _ in kept:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
        lengths.append(at + 1)
    wanted = len(ends)
    last = len(after)
    out: list[str] = []
    for (number, name), length in zip(reversed(kept), reversed(lengths), strict=True):
        if length == wanted and number < last:
            wanted, last = wanted - 1, number
        else:
            out.append(name)
    return out[::-1]


_NO_TEXT = Text("")

_Names = Mapping[str, str]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def compare_forms(counted: LossCounter, before: Questionnaire | None, after: Questionnaire | None) -> _Names:
    """Compare two forms; return the new names of renamed questions.

    Args:
        counted: Collects the losses.
        before: The form of the source.
        after: The form of the written file.
    """
    if before is None:
        return {}
    names = {} if after is None else _find_renamed(before.questions, after.questions)
    groups = {} if after is None else _find_renamed(before.groups, after.groups)
    _compare_questions(counted, before, after, names, groups)
    _compare_groups(counted, before.groups, () if after is None else after.groups, groups)
    here = set(after.mappings) if after is not None else set()
    for mapping in before.mappings:
        counted.count("mappings")
        if evolve(mapping, question=names.get(mapping.question, mapping.question)) not in here:
            counted.lose("mappings", f"{mapping.question} to {mapping.target}")
    shown = {} if after is None else after.previous
    for question, earlier in before.previous.items():
        counted.count("answers of an earlier round")
        if shown.get(names.get(question, question)) != earlier:
            counted.lose("answers of an earlier round", question)
    for question in shown.keys() - {names.get(previous, previous) for previous in before.previous}:
        counted.lose("details that were not there", f"{question}: an answer of an earlier round")
    if after is not None:
        _compare_texts(counted, "title", before.title, after.title)
        counted.check("version of the form", before.version, after.version, before.version)
        counted.check("id of the form", before.id, after.id, before.id)
        counted.check("languages of the form", before.languages, after.languages, ", ".join(before.languages))
        _compare_inferred(counted, before.id, before=before.inferred, after=after.inferred)
        for extra in after.mappings[len(before.mappings) :] if here > set(before.mappings) else ():
            counted.lose("details that were not there", f"{extra.question}: mappings")
    return names


def _compare_questions(
    counted: LossCounter, before: Questionnaire, after: Questionnaire | None, names: _Names, groups: _Names
) -> None:
    new = after.by_id if after is not None else {}
    for question in before.questions:
        counted.count("questions")
        other = new.get(names.get(question.id, question.id))
        if other is None:
            counted.lose("questions", question.id)
            continue
        counted.count("names of questions")
        if other.id != question.id:
            counted.lose("names of questions", f"{question.id} became {other.id}")
        _compare_question(counted, _rename_references(question, names, groups), other)
    there = [names.get(question.id, question.id) for question in before.questions]
    counted.check_order("order of questions", there, list(new))
    for extra in new.keys() - set(there):
        counted.lose("questions that were not there", extra)


def _compare_groups(
    counted: LossCounter, before: Sequence[QuestionGroup], after: Sequence[QuestionGroup], names: _Names
) -> None:
    groups = {group.id: group for group in after}
    for group in before:
        _compare_group(counted, group, groups.pop(names.get(group.id, group.id), None), names)
    counted.check_order("order of groups", [names.get(g.id, g.id) for g in before], [g.id for g in after])
    for extra in groups:
        counted.lose("details that were not there", f"group {extra}")


def _compare_inferred(counted: LossCounter, name: str, *, before: bool, after: bool) -> None:
    """Compare whether a form or question was inferred."""
    if before != after:
        was, now = ("inferred", "given") if before else ("given", "inferred")
        counted.lose("marks of what is inferred", f"{name}: {was} became {now}")


# --- names ----------------------------------------------------------------------------------------------------------


def _simplify_name(name: str) -> str:
    """Return the letters and digits of a name.

    Formats differ in which other characters they permit.
    """
    return "".join(c for c in name.casefold() if c.isalnum())


def _find_renamed(before: Sequence[_Named], after: Sequence[_Named]) -> _Names:
    """Return the new names of renamed items.

    Items are matched by the letters and digits of their names, else by position between items that kept their names.
    """
    used_names = {item.id for item in before}
    here = {item.id for item in after}
    free: dict[str, list[str]] = {}
    for item in after:
        if item.id not in used_names:
            free.setdefault(_simplify_name(item.id), []).append(item.id)
    wanted = Counter(_simplify_name(name) for name in used_names if name not in here)
    renamed = {
        name: free[_simplify_name(name)][0]
        for name in used_names
        if name not in here and wanted[_simplify_name(name)] == 1 and len(free.get(_simplify_name(name), ())) == 1
    }
    names, new_names = ([item.id for item in items] for items in (before, after))
    parts = SequenceMatcher(None, names, new_names, autojunk=False).get_opcodes()
    pairs = [pair for tag, i, j, k, m in parts if tag == "replace" and j - i == m - k
             for pair in zip(names[i:j], new_names[k:m], strict=True)]  # fmt: skip
    used = {*used_names, *renamed.values()}
    return {old: new for old, new in pairs if old != new and old not in here and new not in used} | renamed


def _rename_references(question: Question, names: _Names, groups: _Names) -> Question:
    """Return a question with references renamed."""
    if not names and not groups:
        return question
    skip = question.skip
    if skip is not None:
        skip = evolve(skip, questions=[names.get(name, name) for name in skip.questions])
    parent = names.get(question.parent, question.parent) if question.parent is not None else None
    group = groups.get(question.group, question.group) if question.group is not None else None
    return evolve(question, skip=skip, parent=parent, group=group)


# --- single items ---------------------------------------------------------------------------------------------------


def _compare_group(counted: LossCounter, before: QuestionGroup, after: QuestionGroup | None, names: _Names) -> None:
    counted.count("groups")
    if after is None:
        counted.lose("groups", before.id)
        counted.check("blocks that repeat", before.repeat, False, before.id)
        return
    counted.count("names of groups")
    if after.id != before.id:
        counted.lose("names of groups", f"{before.id} became {after.id}")
    _compare_texts(counted, before.id, before.title, after.title)
    counted.check("blocks that repeat", before.repeat, after.repeat, before.id)
    parent = names.get(before.parent, before.parent) if before.parent is not None else None
    counted.check("groups within groups", parent, after.parent, before.id)


def _compare_question(counted: LossCounter, before: Question, after: Question) -> None:
    name = before.id
    counted.count("kinds of question")
    if before.type is not after.type:
        counted.lose("kinds of question", f"{name}: {before.type.value} became {after.type.value}")
    _compare_texts(counted, name, before.text, after.text)
    _compare_texts(counted, f"hint of {name}", before.hint or _NO_TEXT, after.hint or _NO_TEXT)
    _compare_choices(counted, name, before.choices, after.choices)
    for kind, attribute in (
        ("groups of questions", "group"),
        ("rows and details of questions", "parent"),
        ("required answers", "required"),
        ("units and limits", "unit"),
        ("units and limits", "minimum"),
        ("units and limits", "maximum"),
        ("dimensions of questions", "dimensions"),
        ("personal marks", "personal"),
    ):
        counted.check(kind, getattr(before, attribute), getattr(after, attribute), name)
    _compare_inferred(counted, name, before=before.inferred, after=after.inferred)
    _compare_skip_rule(counted, name, before.skip, after.skip)


def _compare_skip_rule(counted: LossCounter, name: str, before: SkipRule | None, after: SkipRule | None) -> None:
    kind = "skip rules" if before is None or after is None else "wording of skip rules"
    counted.check(kind, before, after, name)


def _compare_choices(counted: LossCounter, question: str, before: Sequence[Choice], after: Sequence[Choice]) -> None:
    choices = {choice.code: choice for choice in after}
    for choice in before:
        _compare_choice(counted, f"{question}={choice.code}", choice, choices.pop(choice.code, None))
    counted.check_order(
        "order of choices", [f"{question}={c.code}" for c in before], [f"{question}={c.code}" for c in after]
    )
    for extra in choices:
        counted.lose("choices that were not there", f"{question}={extra}")


def _compare_choice(counted: LossCounter, name: str, before: Choice, after: Choice | None) -> None:
    counted.count("choices")
    if after is None:
        counted.lose("choices", name)
        return
    _compare_texts(counted, name, before.label, after.label)
    for kind, attribute in (
        ("absences among choices", "missing"),
        ("scores of choices", "score"),
        ("exclusive and other choices", "exclusive"),
        ("exclusive and other choices", "other"),
    ):
        counted.check(kind, getattr(before, attribute), getattr(after, attribute), name)


def _compare_texts(counted: LossCounter, name: str, before: Text, after: Text) -> None:
    """Compare a text in each of its languages."""
    for language in before.languages:
        first = language == before.language
        if first and not before.source and not after.source:
            continue
        kind = "texts" if first else "texts in other languages"
        counted.count(kind)
        there = language in after.languages
        if after.get(language) != before.get(language) or not (there or first):
            counted.lose(kind, f"{name} ({language})")
        elif first:
            counted.check_fields("languages of texts", before.language, after.language, f"{name} ({language})")
        else:
            _compare_translation(counted, f"{name} ({language})", before, after, language)
    for extra in after.languages[1:]:
        if extra not in before.languages:
            counted.lose("details that were not there", f"{name}: text ({extra})")


def _compare_translation(counted: LossCounter, name: str, before: Text, after: Text, language: str) -> None:
    """Compare the status of a translation."""
    old, new = before.translations[language], after.translations.get(language)
    counted.count("states of translations")
    if new is None or (old.status, old.source_hash) != (new.status, new.source_hash):
        counted.lose("states of translations", name)


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
    """Losses of a conversion, measured by reading the new file.

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

    Origins and properties of the files are ignored, and so is the order of answers to different questions in a
    response, since tables have the order of the form.

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


def count_contents(survey: Survey) -> Counter[str]:
    """Count a survey's items that may be lost, by kind.

    Args:
        survey: The survey.

    Example:
        >>> from capbuild.model import Answer, Response
        >>> answers = [Answer("staff", 3, comment="since April")]
        >>> survey = Survey(file="a.csv", format="csv", responses=[Response(id="1", answers=answers)])
        >>> counts = count_contents(survey)
        >>> counts["answers"], counts["comments"], counts["citations"]
        (1, 1, 0)
    """
    counted = LossCounter()
    compare_forms(counted, survey.questionnaire, survey.questionnaire)
    _compare_responses(counted, survey.responses, survey.responses, {})
    for answer in (answer for response in survey.responses for answer in response):
        if isinstance(answer.value, Missing):
            counted.count("kinds of missing")
        else:
            counted.count("values")
        if answer.repeat:
            counted.count("answers of repeated blocks")
    return counted.wholes


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
    for position, response in enumerate(before):
        counted.count("responses")
        answers += len(response)
        other = by_id[response.id] if matched else (after[position] if position < len(after) else None)
        if other is None:
            counted.lose("responses", response.id)
            if response.answers:
                counted.lose("answers", response.id, len(response))
            counted.count("answers", len(response))
            continue
        counted.check("ids of responses", response.id, other.id, response.id)
        _compare_metadata(counted, response, other)
        kept += _compare_answers(counted, response, other, names)
    if matched:
        counted.check_order("order of responses", [response.id for response in before], list(by_id))
    for extra in [r for r in after if r.id not in known] if matched else after[len(before) :]:
        counted.lose("responses that were not there", extra.id)
    return answers, kept


def _compare_metadata(counted: LossCounter, before: Response, after: Response) -> None:
    """Compare the metadata of a response.

    A country that only the second reading recognises is not a loss.
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


def _compare_answers(counted: LossCounter, before: Response, after: Response, names: Mapping[str, str]) -> int:
    """Compare the answers of two responses; return the number unchanged."""
    there = _list_answers(after.answers, {})
    here = _list_answers(before.answers, names)
    kept = 0
    for key, olds in here.items():
        news = there.pop(key, [])
        for position, old in enumerate(olds):
            counted.count("answers")
            new = news[position] if position < len(news) else None
            kept += _compare_answer(counted, f"{before.id}, {old.question}", old, new)
        for extra in news[len(olds) :]:
            counted.lose("answers that were not there", f"{after.id}, {extra.question}")
    for question, _ in there:
        gap = all(answer.value in (Missing.NO_ANSWER, Missing.NOT_ASKED) for answer in there[question, _])
        kind = "gaps that became absences" if gap else "answers that were not there"
        counted.lose(kind, f"{after.id}, {question}")
    return kept


def _list_answers(answers: Iterable[Answer], names: Mapping[str, str]) -> dict[tuple[str, int], list[Answer]]:
    by_place: dict[tuple[str, int], list[Answer]] = {}
    for answer in answers:
        by_place.setdefault((names.get(answer.question, answer.question), answer.repeat), []).append(answer)
    return by_place


def _compare_answer(counted: LossCounter, name: str, before: Answer, after: Answer | None) -> bool:
    """Record an answer's losses; return True if unchanged."""
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

    `True` differs from 1, and a date from a datetime.
    """
    return type(before) is type(after) or (_is_number(before) and _is_number(after))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _format_value(value: object) -> str:
    text = value.value if isinstance(value, Missing) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
