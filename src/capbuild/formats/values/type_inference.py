"""Infer questions from their answers if there is no definition."""

import re
from collections.abc import Iterable
from typing import Any

from attrs import define, evolve

from capbuild.formats.values.typed_values import is_blank
from capbuild.formats.vocabulary import personal_by_head
from capbuild.model import Choice, Question, Questionnaire, QuestionType

#: A number with a leading zero is a code.
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
#: Programs write as many decimals as a float has, and small numbers with an exponent.
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][+-]\d{1,2})?")
_NUMBERS = {QuestionType.INTEGER, QuestionType.DECIMAL}


@define
class TypeInference:
    """Type inference for a question, one answer at a time.

    Attributes:
        type: The type so far; unknown before the first answer.

    Example:
        >>> inference = TypeInference()
        >>> for text in ("1", "", "2.5"):
        ...     inference.add(text)
        >>> inference.type.value
        'decimal'
    """

    type: QuestionType = QuestionType.UNKNOWN

    def add(self, found: Any) -> None:
        """Add an answer: a text or a JSON value."""
        if self.type is QuestionType.TEXT or is_blank(found):
            return
        kind = _kind(found)
        if self.type in (QuestionType.UNKNOWN, kind):
            self.type = kind
        elif kind in _NUMBERS and self.type in _NUMBERS:
            self.type = QuestionType.DECIMAL
        else:
            self.type = QuestionType.TEXT


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
