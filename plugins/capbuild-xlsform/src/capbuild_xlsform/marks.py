"""What a choice is beside its label, in columns of the choices that other tools pass over: its score, what it opens."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve

from capbuild.model import Choice, Missing

__all__ = ["marked", "marks_of", "plain_number"]

_SCORE, _MARKS = "capbuild_score", "capbuild_marks"
#: Says of a choice whose label is a word for missing that it is an answer as any other.
_VALUE = "value"
_KINDS = {kind.name.lower(): kind for kind in Missing}


def plain_number(number: float) -> str:
    """Return a number as conditions and cells take it: every digit, no exponent, no needless point.

    Example:
        >>> plain_number(1234567.0), plain_number(0.0000001), plain_number(2.5)
        ('1234567', '0.0000001', '2.5')
    """
    return format(Decimal(repr(number)), "f").removesuffix(".0")


def marks_of(choice: Choice, told: Missing | None) -> dict[str, str]:
    """Return the cells that say what a choice is; none for one that its label tells.

    Args:
        choice: The choice.
        told: The kind of missing that its name and label tell.
    """
    words = [word for word in ("other", "exclusive") if getattr(choice, word)]
    if choice.missing is not told:
        words.append(choice.missing.name.lower() if choice.missing is not None else _VALUE)
    cells = {_MARKS: " ".join(words)} if words else {}
    return cells if choice.score is None else {**cells, _SCORE: plain_number(choice.score)}


def marked(choice: Choice, cells: Mapping[str, str]) -> Choice:
    """Return a choice with what its cells say.

    Example:
        >>> found = marked(Choice(code="5", label="Five"), {"capbuild_score": "2.5", "capbuild_marks": "other refused"})
        >>> found.score, found.other, found.missing.value
        (2.5, True, 'refused')
    """
    words = cells.get(_MARKS, "").split()
    missing = next((_KINDS[word] for word in words if word in _KINDS), None if _VALUE in words else choice.missing)
    try:
        score = float(Decimal(cells[_SCORE])) if _SCORE in cells else choice.score
    except ArithmeticError:  # somebody has written something else there
        score = choice.score
    other, exclusive = choice.other or "other" in words, choice.exclusive or "exclusive" in words
    return evolve(choice, score=score, other=other, exclusive=exclusive, missing=missing)
