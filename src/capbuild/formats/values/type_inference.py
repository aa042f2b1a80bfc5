"""Infer questions from their answers if there is no definition."""

import re
from collections.abc import Hashable, Iterable
from typing import Any, Generic, TypeVar

from attrs import define, evolve, field

from capbuild.formats.values.typed_values import is_blank
from capbuild.formats.vocabulary import personal_by_head
from capbuild.model import Choice, Question, Questionnaire, QuestionType

#: A number with a leading zero is a code.
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
#: Programs write as many decimals as a float has, and small numbers with an exponent.
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][+-]\d{1,2})?")
#: Distinct texts of one kind that are kept.
_KEPT = 2

_Kind = TypeVar("_Kind", bound=Hashable)


def are_exceptions(others: int, fitting: int) -> bool:
    """True if other cells are exceptions among those that fit: one beside at least two, or a fifth of all.

    Example:
        >>> are_exceptions(1, 2), are_exceptions(2, 6), are_exceptions(2, 8)
        (True, False, True)
    """
    return 4 * others <= fitting or (others == 1 and fitting > 1)


@define
class KindsSeen(Generic[_Kind]):
    """Kinds of the answers to one question, with two distinct texts of each.

    Texts that are repeated count once, so that an inference from all answers and one from the distinct ones agree.
    """

    _texts: dict[_Kind, set[str]] = field(factory=dict)

    def add(self, kind: _Kind, text: str) -> None:
        """Add an answer."""
        kept = self._texts.setdefault(kind, set())
        if len(kept) < _KEPT:
            kept.add(text)

    def join(self, other: "KindsSeen[_Kind]") -> None:
        """Add the answers of another column to the same question."""
        for kind, texts in other._texts.items():
            for text in texts:
                self.add(kind, text)

    def has_several(self, kind: _Kind) -> bool:
        """True if distinct texts have a kind."""
        return len(self._texts.get(kind, ())) >= _KEPT

    def main(self, *together: _Kind) -> _Kind | None:
        """Return the kind of all answers but at most one text; None if there is none.

        Args:
            together: Kinds that are one, the most general first.
        """
        found = dict(self._texts)
        joined = [found.pop(kind) for kind in together if kind in found]
        if joined:
            found[next(kind for kind in together if kind in self._texts)] = set().union(*joined)
        ranked = sorted(found, key=lambda kind: -len(found[kind]))
        others = sum(len(found[kind]) for kind in ranked[1:])
        return ranked[0] if ranked and (not others or (others == 1 and len(found[ranked[0]]) > 1)) else None

    def __bool__(self) -> bool:
        return bool(self._texts)


@define
class TypeInference:
    """Type inference for a question, one answer at a time; one text may have another type than all others.

    Example:
        >>> inference = TypeInference()
        >>> for text in ("1", "", "2.5", "see remark"):
        ...     inference.add(text)
        >>> inference.type.value
        'decimal'
    """

    _kinds: KindsSeen[QuestionType] = field(factory=KindsSeen)

    def add(self, found: Any) -> None:
        """Add an answer: a text or a JSON value."""
        if not self._kinds.has_several(QuestionType.TEXT) and not is_blank(found):
            self._kinds.add(_kind(found), str(found))

    @property
    def type(self) -> QuestionType:
        """The type so far; unknown before the first answer."""
        if not self._kinds:
            return QuestionType.UNKNOWN
        return self._kinds.main(QuestionType.DECIMAL, QuestionType.INTEGER) or QuestionType.TEXT


def complete_form(form: Questionnaire, answers: Iterable[tuple[str, Any, str]]) -> Questionnaire:
    """Return a form with questions added that only the answers have, marked as inferred.

    Args:
        form: The form.
        answers: Question id, value, and group or empty text of each answer.

    Example:
        >>> form = complete_form(Questionnaire(id="f", title="F"), [("staff", 3, ""), ("units", ["a", "b"], "")])
        >>> [(question.id, question.type.value, len(question.choices)) for question in form.questions]
        [('staff', 'integer', 0), ('units', 'select multiple', 2)]
    """
    found: dict[str, tuple[TypeInference, dict[str, None], str]] = {}
    for name, value, group in answers:
        if name not in form:
            inference, codes, _ = found.setdefault(name, (TypeInference(), {}, group))
            inference.add(value)
            if isinstance(value, list):
                codes.update(dict.fromkeys(str(part) for part in value if str(part).strip()))
    many = QuestionType.SELECT_MULTIPLE
    more = [
        Question(
            id=name,
            text=name,
            type=inference.type,
            group=group or None,
            personal=personal_by_head(name.rpartition(".")[2]),
            choices=[Choice(code=code, label=code) for code in codes] if inference.type is many else (),
            inferred=True,
        )
        for name, (inference, codes, group) in found.items()
    ]
    return evolve(form, questions=(*form.questions, *more)) if more else form


def _kind(found: Any) -> QuestionType:
    if isinstance(found, bool):
        return QuestionType.BOOLEAN
    if isinstance(found, list):
        scalars = all(isinstance(part, str | int) for part in found)
        return QuestionType.SELECT_MULTIPLE if scalars else QuestionType.TEXT
    if isinstance(found, dict):
        return QuestionType.TEXT
    text = str(found).strip()
    if _INTEGER.fullmatch(text):
        return QuestionType.INTEGER
    return QuestionType.DECIMAL if isinstance(found, float) or _DECIMAL.fullmatch(text) else QuestionType.TEXT
