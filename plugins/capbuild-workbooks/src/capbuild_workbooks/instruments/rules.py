"""Validation rules of input cells and translated labels of instruments."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from capbuild.formats import choice_labels
from capbuild.model import Basis, EvidenceKind, Question, QuestionType, Route
from capbuild.reports import list_languages
from capbuild_workbooks.instruments.layout import Asked
from capbuild_workbooks.words import coded, word

_NAMES = {
    "en": "English", "es": "Español", "fr": "Français", "nl": "Nederlands", "pt": "Português", "de": "Deutsch",
    "ht": "Kreyòl ayisyen", "pap": "Papiamentu",
}  # fmt: skip


def t(key: str, tag: str) -> str:
    """Return an instrument label, English if not translated."""
    return word(f"form.{key}", tag)


def all_words(key: str) -> Iterator[str]:
    """Yield a label in every language.

    Users may copy the label from a tab in another language.
    """
    return (t(key, tag) for tag in list_languages())


def language_name(tag: str) -> str:
    """Return the native name of a language.

    Example:
        >>> language_name("nl"), language_name("es-CO"), language_name("sw")
        ('Nederlands', 'Español (es-CO)', 'sw')
    """
    name = _NAMES.get(tag.partition("-")[0], "")
    if not name:
        return tag
    return name if "-" not in tag else f"{name} ({tag})"


#: Columns with translated codes as labels: kind of label, and codes.
CODED: dict[str, tuple[str, tuple[str, ...]]] = {
    "basis": ("basis", tuple(member.value for member in Basis)),
    "route": ("route", tuple(member.value for member in Route)),
    "evidence_kind": ("evidence.kind", tuple(member.value for member in EvidenceKind)),
}

#: First date that a workbook can store, since laws may be old.
_FIRST_DAY = datetime.date(1900, 1, 1)


def _from(words: tuple[str, ...], listed: Callable[[tuple[str, ...]], str]) -> dict[str, Any]:
    return {"validate": "list", "source": listed(words)}


def _number(question: Question) -> dict[str, Any]:
    kind = "integer" if question.type is QuestionType.INTEGER else "decimal"
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"validate": kind, "criteria": ">=", "value": low}
    return {"validate": kind, "criteria": "<=", "value": 1e15 if high is None else high}


def _answer(asked: Asked, tag: str, listed: Callable[[tuple[str, ...]], str]) -> dict[str, Any] | None:
    question = asked.question
    if asked.choice is not None:
        if question.type is QuestionType.RANKING:
            return {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": len(question.choices)}
        return _from((t("yes", tag), t("no", tag)), listed)
    if question.type is QuestionType.BOOLEAN and not question.choices:
        return _from((t("yes", tag), t("no", tag)), listed)
    if question.choices:
        return _from(choice_labels(question.choices, tag), listed)
    if question.type in (QuestionType.INTEGER, QuestionType.DECIMAL):
        return _number(question)
    return _day() if question.type is QuestionType.DATE else None


def _day() -> dict[str, Any]:
    return {"validate": "date", "criteria": ">=", "value": _FIRST_DAY}


def validation_of(name: str, asked: Asked, tag: str, listed: Callable[[tuple[str, ...]], str]) -> dict[str, Any] | None:
    """Return a cell's validation rule, None if unrestricted.

    Args:
        name: The column.
        asked: Row of the question.
        tag: Language of the labels.
        listed: Returns the range with some labels.
    """
    if name == "answer":
        return _answer(asked, tag, listed)
    if name in CODED:
        kind, codes = CODED[name]
        return _from(tuple(coded(kind, code, tag) for code in codes), listed)
    if name == "confidence":
        return {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 3}
    if name == "sample":
        return {"validate": "integer", "criteria": ">=", "value": 0}
    return _day() if name == "as_of" else None
