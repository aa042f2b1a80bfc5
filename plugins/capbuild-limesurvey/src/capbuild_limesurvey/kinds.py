"""LimeSurvey's question types: what each letter asks, and what its columns hold."""

from enum import Enum

from capbuild.model import QuestionType

__all__ = ["FIXED_CHOICES", "Layout", "layout_of", "type_of"]


class Layout(Enum):
    """How a question lies in columns."""

    SINGLE = "one column"
    NONE = "one column, with nothing in it"
    TICKS = "one column a choice, Y where it was ticked"
    ROWS = "one column a row"
    CELLS = "one column a row and a column"
    DUAL = "two columns a row"
    RANKS = "one column a rank"


_LAYOUTS = {
    **dict.fromkeys("MP", Layout.TICKS),
    **dict.fromkeys("FHABCEKQ", Layout.ROWS),
    **dict.fromkeys(":;", Layout.CELLS),
    "1": Layout.DUAL,
    "R": Layout.RANKS,
    "X": Layout.NONE,
}
_TYPES = {
    **dict.fromkeys("L!O5GIFHABCE1", QuestionType.SELECT_ONE),
    **dict.fromkeys("MP", QuestionType.SELECT_MULTIPLE),
    **dict.fromkeys("NK:", QuestionType.DECIMAL),
    **dict.fromkeys("STUQ;", QuestionType.TEXT),
    "Y": QuestionType.BOOLEAN,
    "D": QuestionType.DATETIME,
    "R": QuestionType.RANKING,
    "X": QuestionType.NOTE,
    "*": QuestionType.CALCULATED,
    "|": QuestionType.FILE,
}

#: Choices of types whose answers are the same everywhere, with the number each stands for.
FIXED_CHOICES: dict[str, tuple[tuple[str, str, float | None], ...]] = {
    "5": tuple((str(n), str(n), float(n)) for n in range(1, 6)),
    "A": tuple((str(n), str(n), float(n)) for n in range(1, 6)),
    "B": tuple((str(n), str(n), float(n)) for n in range(1, 11)),
    "C": (("Y", "Yes", None), ("N", "No", None), ("U", "Uncertain", None)),
    "E": (("I", "Increase", None), ("S", "Same", None), ("D", "Decrease", None)),
    "G": (("F", "Female", None), ("M", "Male", None)),
    "Y": (("Y", "Yes", None), ("N", "No", None)),
}


def layout_of(letter: str) -> Layout:
    """Return how a question of a type lies in columns; one column for a type nobody knows.

    Example:
        >>> layout_of("F").name, layout_of("M").name, layout_of("?").name
        ('ROWS', 'TICKS', 'SINGLE')
    """
    return _LAYOUTS.get(letter, Layout.SINGLE)


def type_of(letter: str) -> QuestionType:
    """Return what kind of answer a type takes; `UNKNOWN` for a type nobody knows."""
    return _TYPES.get(letter, QuestionType.UNKNOWN)
