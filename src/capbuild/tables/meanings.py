"""Meanings of answers, interpreted once for each distinct value."""

from collections.abc import Callable
from typing import Any

from capbuild.model import Mapping, Missing, Question, Verdict

#: Meaning of an answer: a verdict, a number, a kind of missing; anything else has no meaning.
Meaning = Any
#: Interprets a value by the mapping of its question.
ParsedValue = Callable[[Any, Mapping], Meaning]

#: Weight of a verdict in the share that meets a criterion.
WORTH: dict[Verdict, float] = {Verdict.YES: 1.0, Verdict.ELSEWHERE: 1.0, Verdict.PARTLY: 0.5, Verdict.NO: 0.0}

_CODES: dict[str, Verdict | Missing] = {
    **{verdict.value: verdict for verdict in Verdict},
    **{kind.name.lower(): kind for kind in Missing},
    **{kind.value: kind for kind in Missing},
}


def _code(text: str) -> Verdict | Missing | float | None:
    known = _CODES.get(text.strip().lower())
    if known is not None:
        return known
    try:
        return float(text)
    except ValueError:
        return None


def plain_meaning(value: Any, mapping: Mapping, question: Question | None) -> Meaning:
    """Interpret a value by its mapping and its choice.

    None if neither has a meaning for it.

    Args:
        value: The value, or a kind of missing.
        mapping: Mapping of its question.
        question: The question, whose choices may have scores or mean a kind of missing.

    Example:
        >>> likert = Mapping(question="q1", target="INF-1", answers={"agree": "4"})
        >>> plain_meaning("agree", likert, None), plain_meaning("yes", likert, None), plain_meaning("hm", likert, None)
        (4.0, <Verdict.YES: 'yes'>, None)
    """
    if isinstance(value, Missing):
        return value
    if mapping.choice is not None and isinstance(value, tuple):
        return Verdict.YES if mapping.choice in value else Verdict.NO
    if isinstance(value, bool):
        return Verdict.YES if value else Verdict.NO
    said = mapping.answers.get(str(value))
    if said is not None:
        return _code(said)
    choice = question.choice(str(value)) if question is not None and isinstance(value, str | int | float) else None
    if choice is not None and choice.missing is not None:
        return choice.missing
    if choice is not None and choice.score is not None:
        return choice.score
    if isinstance(value, int | float):
        return value
    return _CODES.get(value.strip().lower()) if isinstance(value, str) else None
