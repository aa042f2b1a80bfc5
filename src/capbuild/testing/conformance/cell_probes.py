"""Probes: new cell contents with the answers expected of them."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import frozen

from capbuild.model import Answer, Missing, Question, QuestionType

#: Text with letters, signs and markup that must survive reading unchanged.
_LONG = "Zürich; «Ñ» 5 < 6 & 'x' Ωmega ½ " + "word " * 60 + "END"
#: A word that means nothing in any format.
NONSENSE = "zq9wq"
_CODE = "__import__('os').putenv('CAPBUILD_KIT', '1')"


@frozen
class Probe:
    """New content of a cell.

    Attributes:
        text: The content; empty to blank the cell.
        what: Description for messages.
        fits: True if an answer is a valid reading of it.
        must_report: True if the missing kind of an empty cell is compared.
    """

    text: str
    what: str
    fits: Callable[[Answer], bool]
    must_report: bool = True


def probes(asked: Question | None, answer: Answer, text: str, words: Mapping[str, Missing]) -> Iterator[Probe]:
    """Yield probes for a cell.

    Args:
        asked: The question; None if the form is unknown.
        answer: The answer made from the cell.
        text: Text of the cell.
        words: Kinds of missing by word.
    """
    kind = asked.type if asked is not None else QuestionType.UNKNOWN
    value = answer.value
    if isinstance(value, bool):
        yield from _flipped(value, text)
    elif isinstance(value, int | float):
        yield from _numbers(asked, value)
    elif isinstance(value, datetime.date):
        yield from _dates(value, text)
    elif asked is not None and asked.choices and isinstance(value, str):
        yield from _choices(asked, value, text)
    elif isinstance(value, str) and kind in (QuestionType.TEXT, QuestionType.UNKNOWN):
        yield from _texts(text, words)
    if kind is QuestionType.BOOLEAN and isinstance(value, bool) and asked is not None and not asked.inferred:
        yield Probe("7", "a number that is neither", lambda one: _refuses(one, "7"))
    if kind in _TYPED and not isinstance(value, Missing):
        yield Probe("Zq!7", "a text that the type does not allow", lambda one: _refuses(one, "Zq!7"))


_TYPED = (
    QuestionType.INTEGER,
    QuestionType.DECIMAL,
    QuestionType.DATE,
    QuestionType.DATETIME,
    QuestionType.SELECT_ONE,
    QuestionType.BOOLEAN,
)


def _is_readable(answer: Answer, text: str) -> bool:
    """True if an answer is a valid interpretation.

    The text may also be kept as raw, with a value of another type.
    """
    kept = answer.raw is not None and _plain(answer.raw) == _plain(text)
    return _plain(answer.value) == _plain(text) or (kept and not isinstance(answer.value, str | Missing))


def _refuses(answer: Answer, text: str) -> bool:
    """True if an answer is invalid, or the text itself."""
    return answer.value is Missing.INVALID or _plain(answer.value) == _plain(text)


def _plain(value: Any) -> str:
    return " ".join(str(value).split())


def _texts(text: str, words: Mapping[str, Missing]) -> Iterator[Probe]:
    for new, what in (
        (f"{text} Zq", "a longer text"),
        (_LONG, "a long text"),
        (_CODE, "a text that looks like code"),
    ):
        yield Probe(new, what, partial(_is_readable, text=new))
    yield Probe("0", "a zero", _is_zero)
    for word, kind in words.items():
        if word in ("don't know", "n/a", "refused", "not asked"):
            yield Probe(word, f"the word {word!r}", partial(_is_word, word=word, kind=kind))


def _is_zero(answer: Answer) -> bool:
    return str(answer.value) == "False" or _is_readable(answer, "0")


def _is_word(answer: Answer, word: str, kind: Missing) -> bool:
    return answer.value is kind or _plain(answer.value) == word


def _numbers(asked: Question | None, value: Any) -> Iterator[Probe]:
    new: list[int | float] = [0, value + 1, -3, 1_234_567]
    if isinstance(value, float) or (asked is not None and asked.type is QuestionType.DECIMAL):
        new += [0.125, 1234.5]
    for number in new:
        text = f"{number:.3f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)
        yield Probe(text, f"the number {text}", lambda one, n=float(text): _is_number(one, n))  # type: ignore[misc]


def _is_number(answer: Answer, number: float) -> bool:
    value = answer.value
    if isinstance(value, bool):
        return number in (0, 1) and value == bool(number)
    if isinstance(value, int | float):
        return abs(value - number) < 1e-9
    try:
        return isinstance(value, str) and float(value) == number
    except ValueError:
        return False


def _dates(value: datetime.date, text: str) -> Iterator[Probe]:
    year = str(value.year)
    if text.count(year) == 1:
        new = value.year - 4
        yield Probe(
            text.replace(year, str(new)), "another year", lambda one: getattr(one.value, "year", None) in (new, None)
        )


def _flipped(value: bool, text: str) -> Iterator[Probe]:
    pairs = (("yes", "no"), ("true", "false"), ("1", "0"), ("y", "n"), ("sí", "no"), ("oui", "non"))
    for pair in pairs:
        if text.lower() == pair[not value]:
            new = pair[value]
            new = new.upper() if text.isupper() else new.capitalize() if text.istitle() else new
            yield Probe(new, f"{new!r}", lambda answer: answer.value is (not value) or isinstance(answer.value, str))
            return


def _choices(asked: Question, value: str, text: str) -> Iterator[Probe]:
    """Yield other choices, written in the same way."""
    chosen = asked.choice(value)
    if chosen is None:
        return
    for other in asked.choices:
        if other.code == value:
            continue
        new = _as_written(chosen, other, text)
        if not new:
            continue
        wanted = other.missing if other.missing is not None else other.code
        yield Probe(new, f"the choice {new!r}", lambda one, w=wanted: one.value == w)  # type: ignore[misc]


def _as_written(chosen: Any, other: Any, text: str) -> str:
    """Return a choice, written as another one is.

    The form is its code, or its label in the same language.
    """
    plain = _plain(text)
    if plain == chosen.code:
        return str(other.code)
    if plain == _plain(chosen.label.source):
        return str(other.label.source)
    for language, translation in chosen.label.translations.items():
        if plain == _plain(translation.text) and language in other.label.translations:
            return str(other.label.translations[language].text)
    return ""


def is_number_text(text: str) -> bool:
    """True if a text is a plain number."""
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text.strip()))
