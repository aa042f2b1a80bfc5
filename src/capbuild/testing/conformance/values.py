"""Values rebuilt from texts, independently of the reader."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from capbuild.model import Answer, GeoPoint, Missing, Question, QuestionType
from capbuild.text import Text

#: Words for missing kinds, in any survey.
MISSING_WORDS: Mapping[str, Missing] = {
    "don't know": Missing.DONT_KNOW,
    "do not know": Missing.DONT_KNOW,
    "dont know": Missing.DONT_KNOW,
    "unknown": Missing.DONT_KNOW,
    "refused": Missing.REFUSED,
    "refuse to answer": Missing.REFUSED,
    "not applicable": Missing.NOT_APPLICABLE,
    "n/a": Missing.NOT_APPLICABLE,
    "not asked": Missing.NOT_ASKED,
    "no answer": Missing.NO_ANSWER,
    "not collected": Missing.NOT_COLLECTED,
    "confidential": Missing.CONFIDENTIAL,
    "not observed": Missing.NOT_OBSERVED,
}
_TRUE = {"yes", "y", "true", "t", "1", "x", "on", "checked", "sí", "si", "oui"}
_FALSE = {"no", "n", "false", "f", "0", "", "off", "unchecked", "non"}
_DATE = re.compile(r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})")
#: Numbers that surveys use as missing codes.
_MISSING_CODE = re.compile(r"-\d+|[789]|[1-9]?([789])\1+|\.[a-z]?")


def type_fault(asked: Question, value: Any) -> str:
    """Return why a value misfits its question, or empty.

    Args:
        asked: The question.
        value: The value, not a kind of missing.
    """
    classes = _CLASSES.get(asked.type)
    loose = asked.inferred and (asked.type is QuestionType.TEXT or isinstance(value, str))  # numbers and words
    if classes is not None and type(value) not in classes and not loose:
        return f"a {type(value).__name__} answers a question of type {asked.type.value}"
    if isinstance(value, tuple):
        if len(set(value)) != len(value):
            return "a code is given twice"
        if not value:
            return "no code is chosen, and it is not a kind of missing"
    codes = {choice.code: choice for choice in asked.choices}
    chosen = value if isinstance(value, tuple) else (value,)
    if asked.type in _SELECT:
        stands = [code for code in chosen if code in codes and codes[code].missing is not None]
        if stands and len(chosen) == 1:
            return f"{stands[0]!r} stands for a kind of missing, and is given as a value"
        labels = {str(choice.label.source): choice.code for choice in asked.choices}
        strict = codes and not asked.inferred and not any(choice.other for choice in asked.choices)
        for code in chosen:
            if strict and code not in codes and code not in labels:
                return f"{code!r} is none of the choices"
            if code not in codes and labels.get(code, code) != code:
                return f"{code!r} is the label of {labels[code]!r}, not its code"
    return ""


_SELECT = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)
_CLASSES: Mapping[QuestionType, tuple[type, ...]] = {
    QuestionType.TEXT: (str,),
    QuestionType.INTEGER: (int,),
    QuestionType.DECIMAL: (float, int),
    QuestionType.BOOLEAN: (bool,),
    QuestionType.DATE: (datetime.date, str),
    QuestionType.DATETIME: (datetime.datetime, datetime.date, str),
    QuestionType.TIME: (datetime.time, str),
    QuestionType.SELECT_MULTIPLE: (tuple,),
    QuestionType.RANKING: (tuple,),
    QuestionType.SELECT_ONE: (str, bool, int),
    QuestionType.GEOPOINT: (GeoPoint, str),
}


def value_fault(asked: Question, answer: Answer, text: str, words: Mapping[str, Missing]) -> str:
    """Return how a value differs from its text, or empty.

    Args:
        asked: The question.
        answer: The answer.
        text: Content at its origin, or its raw text.
        words: Kinds of missing by word.
    """
    shown = " ".join(text.split())
    if isinstance(answer.value, Missing):
        return _missing_fault(asked, answer.value, shown, words)
    if (
        asked.type is QuestionType.TEXT
        and not asked.inferred
        and isinstance(answer.value, str)
        and not re.search(r"[<>&]", shown)
    ):
        same = " ".join(answer.value.split()) == shown
        return "" if same else f"{shown!r} is another text"
    rebuild = _REBUILD.get(asked.type)
    wanted = list(rebuild(asked, shown)) if rebuild is not None else []
    if not wanted or any(_equal(choice, answer.value) for choice in wanted):
        return ""
    return f"{shown!r} is {wanted[0]!r} for type {asked.type.value}"


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) < 1e-9 * max(1.0, abs(one))
    if isinstance(one, datetime.datetime) and isinstance(other, datetime.datetime):
        return one.replace(tzinfo=None) == other.replace(tzinfo=None) or (bool(one.tzinfo) and one == other)
    return bool(one == other)


def _missing_fault(asked: Question, kind: Missing, shown: str, words: Mapping[str, Missing]) -> str:
    """Return why a text has another missing kind, or empty."""
    stated = [choice.missing for choice in _choices(asked, shown)]
    if stated:
        known = stated[0]
        if known is None and kind is Missing.INVALID:
            return f"{shown!r} is a choice, and given as invalid"
        return "" if known in (kind, None) else f"{shown!r} stands for {known.value}, not for {kind.value}"
    word = words.get(shown.lower().strip("().[]"))
    if word is not None and word is not kind:
        return f"{shown!r} is {word.value}, not {kind.value}"
    if not shown:
        return "" if kind in _BLANK else f"an empty cell is {kind.value}"
    if kind is Missing.INVALID or word is not None or _MISSING_CODE.fullmatch(shown):
        return ""
    rebuild = _REBUILD.get(asked.type) if asked.type in (QuestionType.INTEGER, QuestionType.DECIMAL) else None
    if rebuild is not None and list(rebuild(asked, shown)):
        return f"{shown!r} is a number, and given as {kind.value}"
    return ""


_BLANK = (
    Missing.NO_ANSWER,
    Missing.NOT_ASKED,
    Missing.NOT_APPLICABLE,
    Missing.NOT_COLLECTED,
)


def _labels(text: Text) -> Iterator[str]:
    yield text.source
    yield from (translation.text for translation in text.translations.values())


def _choices(asked: Question, shown: str) -> list[Any]:
    """Return the choices with a code, else with a label."""
    choices = [choice for choice in asked.choices if choice.code == shown]
    if choices or not shown:
        return choices
    return [choice for choice in asked.choices if shown in (" ".join(label.split()) for label in _labels(choice.label))]


def _numbers(_asked: Question, shown: str) -> Iterator[float]:
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", shown)
    forms = [plain]
    if "," in plain:
        forms = [plain.replace(",", ""), plain.replace(".", "").replace(",", ".")]
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+", plain):
        forms = [plain, plain.replace(".", "")]
    for form in forms:
        if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", form):
            yield float(form)


def _whole(asked: Question, shown: str) -> Iterator[Any]:
    if re.fullmatch(r"[-+]?\d+", shown):
        yield int(shown)
    else:
        yield from _numbers(asked, shown)


def _booleans(_asked: Question, shown: str) -> Iterator[bool]:
    if shown.lower() in _TRUE:
        yield True
    elif shown.lower() in _FALSE:
        yield False


def _dates(_asked: Question, shown: str) -> Iterator[datetime.date]:
    match = _DATE.match(shown)
    if match is None:
        return
    first, two, three = map(int, match.groups())
    for year, month, day in ((first, two, three), (three, two, first), (three, first, two)):
        try:
            if year > 31:
                yield datetime.date(year, month, day)
        except ValueError:
            continue


def _moments(_asked: Question, shown: str) -> Iterator[datetime.datetime]:
    try:
        yield datetime.datetime.fromisoformat(shown)
    except ValueError:
        return


def _one_of(asked: Question, shown: str) -> Iterator[str]:
    choices = _choices(asked, shown)
    yield from (choice.code for choice in choices)


def _some_of(asked: Question, shown: str) -> Iterator[tuple[str, ...]]:
    """Yield the codes joined in a cell, for each separator.

    Every part of the cell must be a code or a label.
    """
    for splitter in (r"\s*;\s*", r"\s*\|\s*", r"\s*,\s*", r"\s+"):
        parts = [part for part in re.split(splitter, shown) if part]
        choice_lists = [_choices(asked, part) for part in parts]
        if len(parts) > 1 and all(choice_lists):
            yield tuple(choices[0].code for choices in choice_lists)


_REBUILD: Mapping[QuestionType, Callable[[Question, str], Iterator[Any]]] = {
    QuestionType.TEXT: lambda _asked, _shown: iter(()),
    QuestionType.INTEGER: _whole,
    QuestionType.DECIMAL: _numbers,
    QuestionType.BOOLEAN: _booleans,
    QuestionType.DATE: _dates,
    QuestionType.DATETIME: _moments,
    QuestionType.SELECT_ONE: _one_of,
    QuestionType.SELECT_MULTIPLE: _some_of,
    QuestionType.RANKING: _some_of,
}
