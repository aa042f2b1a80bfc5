"""Which questions an expression of LimeSurvey depends on."""

import re
from collections.abc import Mapping

__all__ = ["names_in", "questions_in"]

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\b(?:\.[A-Za-z]\w*\b)*(?!\s*\()")


def names_in(expression: str) -> tuple[str, ...]:
    """Return the variables of an expression, without their suffixes.

    Example:
        >>> names_in("(Q00_SQ009.NAOK == 'Y') and count(age) > 1 and self.value")
        ('Q00_SQ009', 'and', 'age', 'self')
    """
    bare = _STRING.sub(" ", expression)
    return tuple(dict.fromkeys(match[0].split(".")[0] for match in _NAME.finditer(bare)))


def questions_in(expression: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of the questions that an expression depends on.

    Args:
        expression: The expression.
        known: Variables of the survey with the ids of their questions.

    Example:
        >>> questions_in("Q00_SQ009.NAOK == 'Y'", {"Q00_SQ009": "Q00"})
        ('Q00',)
    """
    return tuple(dict.fromkeys(known[name] for name in names_in(expression) if name in known))
