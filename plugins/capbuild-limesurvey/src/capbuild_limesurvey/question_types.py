"""LimeSurvey's question types and their column layouts."""

from enum import Enum

from capbuild.model import QuestionType


class Layout(Enum):
    """Column layout of a question."""

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


def _numbers(last: int) -> tuple[tuple[str, dict[str, str], float | None], ...]:
    return tuple((str(n), {"en": str(n)}, float(n)) for n in range(1, last + 1))


def _words(**words: str) -> tuple[tuple[str, dict[str, str], None], ...]:
    """Return choices by code, with labels in the languages below."""
    languages = ("en", "es", "fr", "nl", "pt", "de")
    return tuple((code, dict(zip(languages, labels.split(" | "), strict=True)), None) for code, labels in words.items())


_YES, _NO = "Yes | Sí | Oui | Ja | Sim | Ja", "No | No | Non | Nee | Não | Nein"
#: Choices of types with fixed answers: code, labels by language, score.
FIXED_CHOICES: dict[str, tuple[tuple[str, dict[str, str], float | None], ...]] = {
    "5": _numbers(5),
    "A": _numbers(5),
    "B": _numbers(10),
    "C": _words(Y=_YES, N=_NO, U="Uncertain | Incierto | Incertain | Onzeker | Incerto | Unsicher"),
    "E": _words(
        I="Increase | Aumento | Augmentation | Toename | Aumento | Zunahme",
        S="Same | Igual | Identique | Gelijk | Igual | Gleich",
        D="Decrease | Disminución | Diminution | Afname | Diminuição | Abnahme",
    ),
    "G": _words(
        F="Female | Femenino | Féminin | Vrouw | Feminino | Weiblich",
        M="Male | Masculino | Masculin | Man | Masculino | Männlich",
    ),
    "Y": _words(Y=_YES, N=_NO),
}


def find_layout(letter: str) -> Layout:
    """Return the column layout of a question type; one column for an unknown type.

    Example:
        >>> find_layout("F").name, find_layout("M").name, find_layout("?").name
        ('ROWS', 'TICKS', 'SINGLE')
    """
    return _LAYOUTS.get(letter, Layout.SINGLE)


def find_type(letter: str) -> QuestionType:
    """Return the answer type of a question type; `UNKNOWN` for an unknown one."""
    return _TYPES.get(letter, QuestionType.UNKNOWN)
