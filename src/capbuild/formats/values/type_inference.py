"""Infer questions from their answers if there is no definition."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

from attrs import define, evolve, field

from capbuild.formats.values.typed_values import is_blank
from capbuild.formats.vocabulary import personal_by_content, personal_by_head
from capbuild.model import Choice, PersonalData, Question, Questionnaire, QuestionType

#: A number with a leading zero is a code.
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
#: Programs write as many decimals as a float has, and small numbers with an exponent.
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][+-]\d{1,2})?")
#: Smallest number of answers of a kind beside one of another.
_FITTING = 2

#: Distinct texts whose content is inspected.
_SAMPLE = 100

_Kind = TypeVar("_Kind", bound=Hashable)


def are_exceptions(others: int, fitting: int) -> bool:
    """True if cells that do not fit are exceptions.

    One cell is an exception next to at least two that fit, else up to a fifth of all cells are.

    Example:
        >>> are_exceptions(1, 2), are_exceptions(2, 6), are_exceptions(2, 8)
        (True, False, True)
    """
    return 4 * others <= fitting or (others == 1 and fitting > 1)


def main_kind(counts: Counter[_Kind], *together: _Kind) -> _Kind | None:
    """Return the kind of all answers, or all but one.

    The result is None if there is no such kind. A repeated text is an answer of its own kind, such as a code for other.

    Args:
        counts: Number of answers by kind.
        together: Kinds that are one, the most general first.

    Example:
        >>> main_kind(Counter({"number": 2, "text": 1})), main_kind(Counter({"number": 9, "text": 2}))
        ('number', None)
    """
    joined = counts.copy()
    present = [kind for kind in together if joined[kind]]
    for kind in present[1:]:
        joined[present[0]] += joined.pop(kind)
    ranked = (+joined).most_common()
    if not ranked or (len(ranked) > 1 and (joined.total() - ranked[0][1] > 1 or ranked[0][1] < _FITTING)):
        return None
    return ranked[0][0]


@define
class TypeInference:
    """Type inference for a question, one answer at a time.

    One answer may have another type than all others.

    Example:
        >>> inference = TypeInference()
        >>> for text in ("1", "", "2.5", "see remark"):
        ...     inference.add(text)
        >>> inference.type.value
        'decimal'
    """

    _kinds: Counter[QuestionType] = field(factory=Counter)
    _sample: Counter[str] = field(factory=Counter)

    def add(self, found: Any, times: int = 1) -> None:
        """Add an answer: a text or a JSON value, that occurs once or more often."""
        if len(self._sample) < _SAMPLE and isinstance(found, str) and found.strip():
            self._sample[found.strip()] += times
        if self._kinds[QuestionType.TEXT] < _FITTING and not is_blank(found):
            self._kinds[_kind(found)] += times

    @property
    def type(self) -> QuestionType:
        """Type so far; unknown before the first answer."""
        if not self._kinds:
            return QuestionType.UNKNOWN
        return main_kind(self._kinds, QuestionType.DECIMAL, QuestionType.INTEGER) or QuestionType.TEXT

    @property
    def personal(self) -> PersonalData | None:
        """Kind of personal data that most answers are; None for other answers."""
        return personal_by_content(self._sample.elements())


def complete_form(form: Questionnaire, answers: Iterable[tuple[str, Any, str]]) -> Questionnaire:
    """Add questions that only the answers have, with their types and personal data, marked as inferred.

    Args:
        form: The form.
        answers: Question id, value, and group or empty text of each answer.

    Example:
        >>> form = complete_form(Questionnaire(id="f", title="F"), [("staff", 3, ""), ("units", ["a", "b"], "")])
        >>> [(question.id, question.type.value, len(question.choices)) for question in form.questions]
        [('staff', 'integer', 0), ('units', 'select multiple', 2)]
    """
    inferences: dict[str, tuple[TypeInference, dict[str, None], str]] = {}
    for name, value, group in answers:
        if name not in form:
            inference, codes, _ = inferences.setdefault(name, (TypeInference(), {}, group))
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
            personal=personal_by_head(name.rpartition(".")[2]) or inference.personal,
            choices=[Choice(code=code, label=code) for code in codes] if inference.type is many else (),
            inferred=True,
        )
        for name, (inference, codes, group) in inferences.items()
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
