"""Type of a question by its answers, where no definition says it."""

import re
from typing import Any

from attrs import define

from capbuild.formats.answer_values import is_blank
from capbuild.model import QuestionType

__all__ = ["TypeInference"]

#: A number with a zero in front is a code.
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}")
_NUMBERS = {QuestionType.INTEGER, QuestionType.DECIMAL}


@define
class TypeInference:
    """Infers the type of a question from its answers, one by one.

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
        """Add an answer: a text, or a value of JSON."""
        if self.type is QuestionType.TEXT or is_blank(found):
            return
        kind = _kind(found)
        if self.type in (QuestionType.UNKNOWN, kind):
            self.type = kind
        elif kind in _NUMBERS and self.type in _NUMBERS:
            self.type = QuestionType.DECIMAL
        else:
            self.type = QuestionType.TEXT


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
