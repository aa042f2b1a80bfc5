"""Answers from the cells of an export."""

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from capbuild.formats import (
    MISSING_WORDS,
    CellReader,
    CellValue,
    DayOrder,
    NumberStyle,
    cell_words,
    fold_word,
    read_date,
    read_number,
    shorten,
)
from capbuild.model import Choice, Missing, Question, QuestionType
from capbuild_limesurvey.codes import ChoiceCodes
from capbuild_limesurvey.fields import ALSO
from capbuild_limesurvey.response_table import parse_language

_STORED = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
#: A text followed by its code.
_BOTH = re.compile(r"([^\[\]]*?)\s*\[([^\[\]]*)\]")
_POINT, _COMMA = NumberStyle(".", True), NumberStyle(",", True)
_LONGEST_WORD = 40
_YES = cell_words("yes") | {"y", "1", "true", "x"}
_NO = cell_words("no") | {"n", "0", "2", "false"}

Ticked = bool | None


def parse_tick(text: str) -> Ticked:
    """Parse a tick: True, False, or None for other text.

    The number 2 is a no, as exports can recode Y and N as 1 and 2. In exports with texts and codes, the code is in
    brackets.

    Example:
        >>> parse_tick("Y"), parse_tick(""), parse_tick("2"), parse_tick("perhaps") is None
        (True, False, False, True)
        >>> parse_tick("Ja [Y]"), parse_tick("No []")
        (True, False)
    """
    both = _BOTH.fullmatch(text.strip())
    word = fold_word((both[2].strip() or both[1]) if both is not None else text)
    if word in _YES:
        return True
    return False if not word or word in _NO else None


def _number(text: str) -> CellValue:
    stripped = text.strip()
    value = read_number(stripped, _POINT)
    if value is None:
        value = read_number(stripped, _COMMA)
    if value is None:
        return stripped, None if stripped == text else text, f"{shorten(stripped)!r} is not a number"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return value, None if str(value) == text else text, ""


def _parse_moment(text: str, kind: QuestionType, order: DayOrder | None = None) -> CellValue:
    written = read_date(text.strip(), order) if kind is QuestionType.DATE and order is not None else None
    if written is not None and not isinstance(written, datetime.datetime):
        return written, None if written.isoformat() == text else text, ""
    match = _STORED.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        date, time = datetime.date(year, month, day), datetime.time(hour, minute, second)
    except ValueError:
        return text.strip(), text, f"{shorten(text)!r} is not a date as LimeSurvey stores it"
    if kind is QuestionType.TIME:
        return time, text, ""
    if kind is QuestionType.DATE and time == datetime.time():
        return date, text, ""
    return f"{date.isoformat()} {time.isoformat()}", None if len(text) == 19 else text, ""


def _find_missing(text: str) -> Missing | None:
    """Return the missing kind of a word in any language.

    An example is LimeSurvey's "No answer".
    """
    word = fold_word(text) if len(text) <= _LONGEST_WORD else ""
    return MISSING_WORDS.get(word)


def _parse_text(text: str) -> CellValue:
    stripped = text.strip()
    kind = _find_missing(stripped)
    if kind is not None:
        return kind, text, ""
    return stripped, None if stripped == text else text, ""


def _parse_truth(text: str) -> CellValue:
    parsed = parse_tick(text)
    if parsed is None and (kind := _find_missing(text.strip())) is not None:
        return kind, text, ""
    if parsed is None:
        return text.strip(), text, f"{shorten(text)!r} is neither yes nor no"
    return parsed, text, ""


def _parse_files(text: str) -> CellValue:
    """Return names of uploaded files.

    The description stored by LimeSurvey becomes the raw text.
    """
    try:
        sent = json.loads(text)
        names = [str(item.get("name") or item.get("filename")) for item in sent]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return _parse_text(text)
    return "; ".join(names), text, ""


@frozen(eq=False)
class _Chooser:
    """Cell reader for choices.

    A cell is a code, a text in any language, or `Text [code]`.

    Attributes:
        choices: Choices by stored code.
        labels: Choices by folded label.
        shared: Codes of choices with a duplicate label, by label.
    """

    choices: Mapping[str, Choice]
    labels: Mapping[str, Choice]
    shared: Mapping[str, Sequence[str]]

    def __call__(self, text: str) -> CellValue:
        """Return the chosen code or its missing kind."""
        stripped = text.strip()
        choice = self.choices.get(stripped) or self.labels.get(fold_word(stripped))
        if choice is None and stripped.endswith("]"):
            choice = self.choices.get(stripped.rpartition("[")[2].removesuffix("]"))
        if choice is None:  # language choices are written as names
            choice = self.choices.get(parse_language(stripped) or "")
        if choice is None and (kind := _find_missing(stripped)) is not None:
            return kind, text, ""
        if choice is None:
            known = self.choices or self.labels
            problem = f"{shorten(stripped)!r} is no choice of its question" if known else ""
            return stripped, None if stripped == text else text, problem
        problem = self._describe_doubt(stripped) if choice is self.labels.get(fold_word(stripped)) else ""
        if choice.missing is not None:
            return choice.missing, text, problem
        return choice.code, None if choice.code == text else text, problem

    def _describe_doubt(self, label: str) -> str:
        codes = self.shared.get(fold_word(label), ()) if label not in self.choices else ()
        listed = ", ".join(map(repr, codes))
        return f"{shorten(label)!r} is the label of {shorten(listed)}; the first is taken" if codes else ""


@frozen(eq=False)
class _DraftReader:
    """Cell reader of inferred questions, plain or in stored form.

    Attributes:
        plain: Cell reader of any table.
    """

    plain: CellReader

    def __call__(self, text: str) -> CellValue:
        """Parse a stored date, capbuild code or other cell.

        A stored date and time at midnight becomes a date.
        """
        stripped = text.strip()
        stored = _STORED.fullmatch(stripped)
        if stored is not None and stored[4] is not None:
            return _parse_moment(text, QuestionType.DATE)
        own = ChoiceCodes.original_code(stripped)
        if own != stripped:
            return MISSING_WORDS.get(fold_word(own), own), text, ""
        return self.plain(text)


def _make_chooser(question: Question, stored: Mapping[str, str]) -> _Chooser:
    """Return the reader of a question with choices.

    Args:
        question: The question.
        stored: Capbuild codes by LimeSurvey code, if they differ.
    """
    choices = {choice.code: choice for choice in question.choices}
    short = {code: choices[own] for code, own in stored.items() if own in choices}
    labels: dict[str, dict[str, Choice]] = {}
    for choice in question.choices:
        for language in choice.label.languages:
            labels.setdefault(fold_word(choice.label.get(language)), {}).setdefault(choice.code, choice)
    for code, words in ALSO.get(frozenset(choices), {}).items():
        for word in words.split(" | "):
            labels.setdefault(fold_word(word), {code: choices[code]})
    firsts = {label: next(iter(same.values())) for label, same in labels.items()}
    shared = {label: tuple(same) for label, same in labels.items() if len(same) > 1}
    return _Chooser({**choices, **short}, firsts, shared)


def make_cell_reader(
    question: Question, stored: Mapping[str, str], *, draft: bool, order: DayOrder | None = None
) -> Callable[[str], CellValue]:
    """Return the cell reader of a question.

    Args:
        question: The question.
        stored: Capbuild codes by LimeSurvey choice code, if they differ.
        draft: True if the question was inferred; its cells are read as in any table.
        order: Order of day and month in formatted dates.
    """
    if draft:
        return _DraftReader(CellReader())
    match question.type:
        case QuestionType.SELECT_ONE | QuestionType.RANKING:
            return _make_chooser(question, stored)
        case QuestionType.INTEGER | QuestionType.DECIMAL:
            return _number
        case QuestionType.DATE | QuestionType.DATETIME | QuestionType.TIME as kind:
            return lambda text: _parse_moment(text, kind, order)
        case QuestionType.BOOLEAN:
            return _parse_truth
        case QuestionType.FILE:
            return _parse_files
        case _:
            return _parse_text
