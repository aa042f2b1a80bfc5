"""What a file cannot hold, found by comparing what was read before with what is read back."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from capbuild.model import Answer, Choice, Missing, Question, QuestionGroup, Questionnaire, Reading, Response
from capbuild.model._checks import between, identifier, to_tuple
from capbuild.text import Text

__all__ = ["Loss", "LossReport", "find_losses"]

#: Examples that are kept of each kind.
_EXAMPLES = 3
_NO_TEXT = Text("")


@frozen(kw_only=True)
class Loss:
    """One kind of thing that did not come through.

    Attributes:
        kind: What it is, such as `kinds of missing`.
        count: How many.
        of: How many there were.
        examples: Some of them, in words.
    """

    kind: str = field(validator=identifier)
    count: int = field(validator=between(1))
    of: int = field(default=0, validator=between(0))
    examples: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        whole = f" of {self.of:,}" if self.of else ""
        told = f": {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.kind}, {self.count:,}{whole}{told}"


@frozen(kw_only=True)
class LossReport:
    """What did not come through, measured by reading the new file back.

    Attributes:
        losses: One a kind, what is asked before what was answered.
        answers: How many answers there were.
        kept: How many of them came back with the same value.
    """

    losses: tuple[Loss, ...] = field(default=(), converter=to_tuple)
    answers: int = 0
    kept: int = 0

    @property
    def exact(self) -> bool:
        """Whether nothing was lost."""
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


@define
class _Counted:
    """Losses while they are counted."""

    counts: Counter[str] = field(factory=Counter)
    wholes: Counter[str] = field(factory=Counter)
    examples: dict[str, list[str]] = field(factory=dict)

    def seen(self, kind: str, count: int = 1) -> None:
        """Count things of a kind that could be lost."""
        self.wholes[kind] += count

    def lose(self, kind: str, example: str, count: int = 1) -> None:
        """Count a loss."""
        self.counts[kind] += count
        kept = self.examples.setdefault(kind, [])
        if len(kept) < _EXAMPLES and example not in kept:
            kept.append(example)

    def check(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count a thing that was there, and its loss where it is another now."""
        if before in (None, "", (), False):
            return
        self.seen(kind)
        if before != after:
            self.lose(kind, name)

    def report(self, answers: int, kept: int) -> LossReport:
        """Return the report."""
        losses = [
            Loss(kind=kind, count=count, of=self.wholes[kind], examples=self.examples.get(kind, ()))
            for kind, count in self.counts.items()
        ]
        return LossReport(losses=losses, answers=answers, kept=kept)


def find_losses(before: Reading, after: Reading) -> LossReport:
    """Return what was in one reading and is not in another.

    Args:
        before: What was read from the source.
        after: What was read back from the file that was written.
    """
    counted = _Counted()
    names = _form(counted, before.questionnaire, after.questionnaire)
    answers, kept = _responses(counted, before.responses, after.responses, names)
    return counted.report(answers, kept)


# --- the form ---------------------------------------------------------------------------------------------------------


def _form(counted: _Counted, before: Questionnaire | None, after: Questionnaire | None) -> Mapping[str, str]:
    """Compare two forms; return the new name of each question, where it has one."""
    if before is None:
        return {}
    new = after.by_id if after is not None else {}
    names = _renamed(before, after)
    for question in before.questions:
        counted.seen("questions")
        found = new.get(names.get(question.id, question.id))
        if found is None:
            counted.lose("questions", question.id)
            continue
        if names.get(question.id, question.id) != question.id:
            counted.lose("names of questions", f"{question.id} became {found.id}")
        _question(counted, question, found)
    _order(counted, [names.get(q.id, q.id) for q in before.questions], new)
    groups = {group.id: group for group in after.groups} if after is not None else {}
    for group in before.groups:
        _group(counted, group, groups.get(group.id))
    counted.seen("mappings", len(before.mappings))
    here = set(after.mappings) if after is not None else set()
    for mapping in before.mappings:
        if mapping not in here:
            counted.lose("mappings", f"{mapping.question} to {mapping.target}")
    if after is not None:
        _texts(counted, "title", before.title, after.title)
        counted.check("version of the form", before.version, after.version, before.version)
        counted.check("id of the form", before.id, after.id, before.id)
    return names


def _order(counted: _Counted, names: Iterable[str], new: Iterable[str]) -> None:
    """Count the questions that stand elsewhere: those outside the longest run that kept its order."""
    place = {name: number for number, name in enumerate(new)}
    kept = [(place[name], name) for name in names if name in place]
    ends: list[int] = []
    for number, _ in kept:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    moved = len(kept) - len(ends)
    if moved:
        first = next(
            name for (number, name), wanted in zip(kept, sorted(kept), strict=True) if (number, name) != wanted
        )
        counted.seen("order of questions", len(kept))
        counted.lose("order of questions", first, moved)


def _bare(name: str) -> str:
    """Return the letters and digits of a name: formats differ in what else they let into one."""
    return "".join(c for c in name.casefold() if c.isalnum())


def _renamed(before: Questionnaire, after: Questionnaire | None) -> Mapping[str, str]:
    """Return new names: those that differ in marks alone, else by place where the forms have as many questions."""
    if after is None:
        return {}
    taken = {question.id for question in before.questions}
    free: dict[str, list[str]] = {}
    for question in after.questions:
        if question.id not in taken:
            free.setdefault(_bare(question.id), []).append(question.id)
    wanted = Counter(_bare(name) for name in taken if name not in after)
    found = {
        name: free[_bare(name)][0]
        for name in taken
        if name not in after and wanted[_bare(name)] == 1 and len(free.get(_bare(name), ())) == 1
    }
    if len(before) != len(after):
        return found
    pairs = [(old.id, new.id) for old, new in zip(before.questions, after.questions, strict=True)]
    used = {*taken, *found.values()}
    return {old: new for old, new in pairs if old != new and old not in after and new not in used} | found


def _group(counted: _Counted, before: QuestionGroup, after: QuestionGroup | None) -> None:
    counted.seen("groups")
    if after is None:
        counted.lose("groups", before.id)
        counted.check("blocks that repeat", before.repeat, None, before.id)
        return
    _texts(counted, before.id, before.title, after.title)
    counted.check("blocks that repeat", before.repeat, after.repeat, before.id)
    counted.check("groups", before.parent, after.parent, before.id)


def _question(counted: _Counted, before: Question, after: Question) -> None:
    name = before.id
    counted.seen("kinds of question")
    if before.type is not after.type:
        counted.lose("kinds of question", f"{name}: {before.type.value} became {after.type.value}")
    _texts(counted, name, before.text, after.text)
    if before.hint is not None:
        _texts(counted, f"hint of {name}", before.hint, after.hint or _NO_TEXT)
    found = {choice.code: choice for choice in after.choices}
    for choice in before.choices:
        _choice(counted, name, choice, found.get(choice.code))
    for kind, attribute in (
        ("groups of questions", "group"),
        ("rows and details of questions", "parent"),
        ("required answers", "required"),
        ("units and limits", "unit"),
        ("units and limits", "minimum"),
        ("units and limits", "maximum"),
        ("personal marks", "personal"),
    ):
        counted.check(kind, getattr(before, attribute), getattr(after, attribute), name)
    if before.skip is not None:
        kind = "skip rules" if after.skip is None else "wording of skip rules"
        counted.check(kind, before.skip, after.skip, name)


def _choice(counted: _Counted, question: str, before: Choice, after: Choice | None) -> None:
    name = f"{question}={before.code}"
    counted.seen("choices")
    if after is None:
        counted.lose("choices", name)
        return
    _texts(counted, name, before.label, after.label)
    for kind, attribute in (
        ("absences among choices", "missing"),
        ("scores of choices", "score"),
        ("exclusive and other choices", "exclusive"),
        ("exclusive and other choices", "other"),
    ):
        counted.check(kind, getattr(before, attribute), getattr(after, attribute), name)


def _texts(counted: _Counted, name: str, before: Text, after: Text) -> None:
    """Compare a text in each of its languages."""
    for language in before.languages:
        kind = "texts" if language == before.language else "texts in other languages"
        counted.seen(kind)
        same = after.get(language) == before.get(language)
        there = language in after.languages or language == "und" or kind == "texts"
        if not (same and there):
            counted.lose(kind, f"{name} ({language})")


# --- what was answered ------------------------------------------------------------------------------------------------


def _responses(
    counted: _Counted, before: Sequence[Response], after: Sequence[Response], names: Mapping[str, str]
) -> tuple[int, int]:
    by_id = {response.id: response for response in after}
    matched = len(by_id) == len(after) and all(response.id in by_id for response in before)
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
    return answers, kept


def _about(counted: _Counted, before: Response, after: Response) -> None:
    """Compare what a response says of itself."""
    counted.check("countries as written", before.place, after.place, str(before.place))
    counted.check("countries", before.country, after.country, str(before.country))
    counted.check("languages of answers", before.language, after.language, str(before.language))
    counted.check("dates of responses", before.date, after.date, str(before.date))
    counted.check("times of sending", before.submitted, after.submitted, str(before.submitted))
    counted.check("states of responses", before.status, after.status, before.status.value)
    counted.check("forms that responses name", before.questionnaire, after.questionnaire, str(before.questionnaire))
    counted.check("versions that responses name", before.version, after.version, str(before.version))
    if before.respondent is not None:
        pseudonym = before.respondent.pseudonym
        now = after.respondent
        counted.check("respondents", pseudonym, None if now is None else now.pseudonym, pseudonym)
        for name in ("kind", "role", "language", "official", "country"):
            there = None if now is None else getattr(now, name)
            counted.check("details of respondents", getattr(before.respondent, name), there, f"{pseudonym}: {name}")


def _key(answer: Answer, names: Mapping[str, str]) -> tuple[str, int]:
    return names.get(answer.question, answer.question), answer.repeat


def _answers(counted: _Counted, before: Response, after: Response, names: Mapping[str, str]) -> int:
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


def _answer(counted: _Counted, name: str, before: Answer, after: Answer | None) -> bool:
    """Compare one answer; return whether it has the same value, of the same kind."""
    if after is None:
        counted.lose("answers of repeated blocks" if before.repeat else "answers", name)
        return False
    same = before.value == after.value and _alike(before.value, after.value)
    if not same:
        old, new = _shown(before.value), _shown(after.value)
        kind = "kinds of missing" if isinstance(before.value, Missing) else "values"
        counted.lose(kind, f"{name}: {old} became {new}")
    counted.check("texts as written", before.raw, after.raw, name)
    counted.check("comments", before.comment, after.comment, name)
    counted.check("citations", before.citations, after.citations, name)
    return same


def _alike(before: object, after: object) -> bool:
    """Tell whether two equal values are of one kind: true is not 1, and a date is no moment."""
    numbers: Callable[[object], bool] = lambda value: isinstance(value, int | float) and not isinstance(value, bool)  # noqa: E731
    return type(before) is type(after) or (numbers(before) and numbers(after))


def _shown(value: object) -> str:
    text = value.value if isinstance(value, Missing) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
