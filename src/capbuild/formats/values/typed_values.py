"""Parse answer values by the type of their question."""

import datetime
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from attrs import define, field

from capbuild.formats.values.dates import read_date
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.vocabulary import fold_word, shorten, truth
from capbuild.model import AnswerValue, Choice, Missing, Question, Questionnaire, QuestionType

_INTEGER = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?")
#: Largest integer that table columns can store.
_LARGEST = 2**63 - 1
#: Maximum number of distinct texts that are kept with their values.
_MOST_TEXTS = 4_096


class TypedValue(NamedTuple):
    """Answer value with its original text.

    Attributes:
        value: The value, or a kind of missing.
        raw: The original text, if it differs from the value.
        problem: Why the value does not fit its question; empty if it does.
    """

    value: AnswerValue
    raw: str | None = None
    problem: str = ""


def _folded(codes: Mapping[str, Missing]) -> Mapping[str, Missing]:
    return {fold_word(code): kind for code, kind in codes.items()}


@define(eq=False)
class ValueTyper:
    """Parser of values by the questions of a form.

    Values are texts or JSON values. A text that does not fit its question but is a missing code, in any language,
    becomes that kind of missing.

    Attributes:
        form: The form.
        missing: Missing codes of all questions, or words: texts, and labels of choices. Other words for missing, such
            as "Don't know", are values of questions of text, and of choices not marked as missing.
        other_apart: Whether the text of another choice is a value of its own, so that it is none of its question.

    Example:
        >>> form = Questionnaire(id="f", title="F", questions=[Question(id="staff", text="Staff", type="integer")])
        >>> typer = ValueTyper(form, {"-9": Missing.DONT_KNOW})
        >>> typer("staff", "12").value, typer("staff", "-9").value.name, typer("staff", "few").problem
        (12, 'DONT_KNOW', "'few' is not an integer")
    """

    form: Questionnaire
    missing: Mapping[str, Missing] = field(factory=dict, converter=_folded)
    other_apart: bool = False
    _codes: dict[str, dict[str, str]] = field(factory=dict, init=False)
    _kinds: dict[str, dict[str, Missing]] = field(factory=dict, init=False)
    _texts: dict[tuple[str, str], TypedValue] = field(factory=dict, init=False)

    def __call__(self, question: str, found: Any, absent: Missing = Missing.NO_ANSWER) -> TypedValue:
        """Parse a value by its question.

        Texts that recur are parsed once.

        Args:
            question: Id of the question.
            found: A text or JSON value.
            absent: Kind of missing if there is no value.
        """
        if found.__class__ is not str or not found or found.isspace():
            return self._parse(question, found, absent)
        typed = self._texts.get((question, found))
        if typed is None:
            typed = self._parse(question, found, absent)
            if len(self._texts) < _MOST_TEXTS:
                self._texts[question, found] = typed
        return typed

    def _parse(self, question: str, found: Any, absent: Missing) -> TypedValue:
        text = _text(found)
        if not text.strip() or (text is not found and is_blank(found)):
            return TypedValue(absent, text if isinstance(found, list) else None)
        kind = self._missing_kind(question, text)
        if kind is not None:
            return TypedValue(kind, text)
        asked = self.form[question]
        typed = _WAYS.get(asked.type, ValueTyper._plain)(self, asked, found, text)
        absent_word = MISSING_WORDS.get(fold_word(text)) if typed.problem else None
        if absent_word is not None:
            return TypedValue(absent_word, text)
        value = typed.value
        if typed.raw is not None or value is text or isinstance(found, bool | int | float) or str(value) == text:
            return typed
        joined = isinstance(value, tuple) and isinstance(found, list)
        return typed if joined else TypedValue(value, text, typed.problem)

    def _missing_kind(self, question: str, text: str) -> Missing | None:
        """Return the missing kind of a text, or None.

        The text is a missing code of all questions, or of a choice of this one.
        """
        kind = self.missing.get(fold_word(text)) if self.missing else None
        missings = self._kinds.get(question)
        if missings is None:
            choices = self.form[question].choices
            kinds = {choice.code: choice.missing or self._labelled_kind(choice) for choice in choices}
            self._kinds[question] = missings = {code: kind for code, kind in kinds.items() if kind is not None}
        return kind or (missings.get(text.strip()) if missings else None)

    def _labelled_kind(self, choice: Choice) -> Missing | None:
        """Return the missing kind of a choice with a missing word as its label, in any language."""
        words = (fold_word(choice.label.get(tag)) for tag in choice.label.languages) if self.missing else ()
        return next((self.missing[word] for word in words if word in self.missing), None)

    def code(self, asked: Question, text: str) -> str | None:
        """Return the code of a choice.

        The text is its code, or its label in any language. The result is None if there is no such choice.
        """
        known = self._codes.get(asked.id)
        if known is None:
            labels = [(" ".join(c.label.get(tag).split()).casefold(), c.code) for c in asked.choices
                      for tag in c.label.languages]  # fmt: skip
            self._codes[asked.id] = known = {**dict(reversed(labels)), **{c.code: c.code for c in asked.choices}}
        return known.get(text) or known.get(" ".join(text.split()).casefold())

    # --- types of questions ---

    def _plain(self, _asked: Question, found: Any, text: str) -> TypedValue:
        if isinstance(found, bool | int | float):
            fits = not isinstance(found, float) or math.isfinite(found)
            return TypedValue(found) if fits and abs(found) <= _LARGEST else TypedValue(text)
        return TypedValue(text)

    def _text(self, _asked: Question, _found: Any, text: str) -> TypedValue:
        return TypedValue(text)

    def _number(self, asked: Question, found: Any, text: str) -> TypedValue:
        if isinstance(found, int | float) and not isinstance(found, bool):
            return self._plain(asked, found, text)
        stripped = text.strip()
        if _INTEGER.fullmatch(stripped):
            return TypedValue(int(stripped))
        if _DECIMAL.fullmatch(stripped):
            return TypedValue(float(stripped))
        article = "an integer" if asked.type is QuestionType.INTEGER else "a number"
        return TypedValue(text, None, f"{shorten(text, 40)!r} is not {article}")

    def _calculated(self, asked: Question, found: Any, text: str) -> TypedValue:
        typed = self._number(asked, found, text)
        return TypedValue(text) if typed.problem else typed

    def _boolean(self, _asked: Question, found: Any, text: str) -> TypedValue:
        value = found if isinstance(found, bool) else truth(text)
        if value is None:
            return TypedValue(text, None, f"{shorten(text, 40)!r} is neither yes nor no")
        return TypedValue(value)

    def _date(self, _asked: Question, _found: Any, text: str) -> TypedValue:
        value = read_date(text.strip())
        if value is None:
            return TypedValue(text, None, f"{shorten(text, 40)!r} is not a date, or may be two")
        return TypedValue(value)

    def _datetime(self, _asked: Question, _found: Any, text: str) -> TypedValue:
        try:
            value = datetime.datetime.fromisoformat(text.strip())
        except ValueError:
            return TypedValue(text, None, f"{shorten(text, 40)!r} is not a date with a time")
        # Without a zone the moment is unknown.
        return TypedValue(value if value.tzinfo is not None else text)

    def _choice(self, asked: Question, found: Any, text: str) -> TypedValue:
        if not asked.choices:
            return self._plain(asked, found, text)
        code, problem = self._coded(asked, text)
        kind = self._missing_kind(asked.id, code)
        return TypedValue(code, None, problem) if kind is None else TypedValue(kind, text)

    def _choices(self, asked: Question, found: Any, text: str) -> TypedValue:
        parts = [_text(part) for part in found if not is_blank(part)] if isinstance(found, list) else [text]
        coded = [self._coded(asked, part) for part in parts]
        codes = tuple(dict.fromkeys(code for code, _ in coded))
        raw = text if isinstance(found, list) and list(codes) != found else None
        kind = self._missing_kind(asked.id, codes[0]) if len(codes) == 1 else None
        if kind is not None:
            return TypedValue(kind, text)
        return TypedValue(codes, raw, next((problem for _, problem in coded if problem), ""))

    def _coded(self, asked: Question, text: str) -> tuple[str, str]:
        code = self.code(asked, text) if asked.choices else text
        if code is None and (self.other_apart or not any(choice.other for choice in asked.choices)):
            return text, f"{shorten(text, 40)!r} is not a choice of {asked.id}"
        return code or text, ""

    def _file(self, _asked: Question, found: Any, text: str) -> TypedValue:
        names = list(_names(found))
        return TypedValue(", ".join(names) or text, text if names and ", ".join(names) != text else None)


def is_blank(found: Any) -> bool:
    """True if a text or JSON value is blank."""
    if isinstance(found, str):
        return not found.strip()
    return found is None or (isinstance(found, list | dict) and all(map(is_blank, found)))


def _text(found: Any) -> str:
    if isinstance(found, str):
        return found
    if found is None:
        return ""
    return str(found) if found.__class__ is int else json.dumps(found, ensure_ascii=False)


def _names(found: Any) -> Iterator[str]:
    """Yield the names of uploaded files."""
    for item in found if isinstance(found, list) else [found]:
        name = item.get("name") if isinstance(item, Mapping) else item
        if isinstance(name, str) and name.strip():
            yield name


_WAYS: Mapping[QuestionType, Callable[[ValueTyper, Question, Any, str], TypedValue]] = {
    QuestionType.TEXT: ValueTyper._text,
    QuestionType.INTEGER: ValueTyper._number,
    QuestionType.DECIMAL: ValueTyper._number,
    QuestionType.CALCULATED: ValueTyper._calculated,
    QuestionType.BOOLEAN: ValueTyper._boolean,
    QuestionType.DATE: ValueTyper._date,
    QuestionType.DATETIME: ValueTyper._datetime,
    QuestionType.SELECT_ONE: ValueTyper._choice,
    QuestionType.SELECT_MULTIPLE: ValueTyper._choices,
    QuestionType.RANKING: ValueTyper._choices,
    QuestionType.FILE: ValueTyper._file,
}
