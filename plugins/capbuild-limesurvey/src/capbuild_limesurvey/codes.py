"""Reversible short codes for LimeSurvey.

Notes store what its choices cannot.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve

from capbuild.formats import MISSING_WORDS, fold_word
from capbuild.model import Choice, Missing

#: Maximum lengths of a question code and of an answer code in LimeSurvey.
LONGEST_QUESTION, LONGEST_CHOICE = 20, 5

#: Prefixes of question codes with the id of a criterion, and of a question.
_MAPPED, _NAMED = "cbz", "cbq"

_ESCAPES = {"-": "zd", ".": "zp", "_": "zu", " ": "zs", "z": "zz", "/": "zf", ":": "zc"}

_UNESCAPES = {escaped[1]: plain for plain, escaped in _ESCAPES.items()}

_TOKEN = re.compile(r"z(?:x([0-9a-f]+)x|(.))|([^z])", re.DOTALL)

#: Short codes for capbuild answers that are too long for an answer code.
_KNOWN = {
    "partly": "zpart",
    "elsewhere": "zelse",
    "not_applicable": "znapp",
    "dont_know": "zdkno",
    "refused": "zrefu",
    "confidential": "zconf",
    "not_observed": "znobs",
    "not_asked": "znask",
    "no_answer": "znans",
    "not_collected": "zncol",
}

_KNOWN_BACK = {short: code for code, short in _KNOWN.items()}


class IdInCode(NamedTuple):
    """Id within a question code.

    Attributes:
        name: The id.
        mapped: True for the id of a criterion.
    """

    name: str
    mapped: bool


def escape(text: str) -> str:
    """Escape a text to letters and digits; `unescape` reverses it.

    Example:
        >>> escape("TEC-2.2a"), unescape("TECzd2zp2a")
        ('TECzd2zp2a', 'TEC-2.2a')
    """
    plain = (c if c.isascii() and c.isalnum() and c != "z" else _ESCAPES.get(c) or f"zx{ord(c):x}x" for c in text)
    return "".join(plain)


def unescape(text: str) -> str | None:
    """Reverse `escape`; None for a text not made by it."""
    parts: list[str] = []
    place = 0
    for match in _TOKEN.finditer(text):
        if match.start() != place:
            return None
        place = match.end()
        number, letter, plain = match.groups()
        if plain is None and number is None and letter not in _UNESCAPES:
            return None
        if number is not None and int(number, 16) > 0x10FFFF:
            return None
        parts.append(plain or (chr(int(number, 16)) if number is not None else _UNESCAPES[letter]))
    return "".join(parts) if place == len(text) else None


def to_question_code(name: str, *, mapped: bool) -> str | None:
    """Return a question code with an id, if short enough.

    Args:
        name: The id of a question or its criterion.
        mapped: True for the id of a criterion, so that returned answers are mapped automatically.

    Example:
        >>> to_question_code("TEC-2.2a", mapped=True), to_question_code("a name of a question", mapped=False)
        ('cbzTECzd2zp2a', None)
    """
    code = (_MAPPED if mapped else _NAMED) + escape(name)
    return code if len(code) <= LONGEST_QUESTION else None


def from_question_code(code: str) -> IdInCode | None:
    """Return the id in a question code, or None.

    Example:
        >>> from_question_code("cbzTECzd2zp2a"), from_question_code("Q00")
        (IdInCode(name='TEC-2.2a', mapped=True), None)
    """
    if not code.startswith((_MAPPED, _NAMED)):
        return None
    escaped = code[len(_MAPPED) :]
    name = unescape(escaped)
    return IdInCode(name, code.startswith(_MAPPED)) if name and escape(name) == escaped else None


def is_plain_code(code: str) -> bool:
    """True if a text can be a question code unchanged.

    A text that looks like a code made from an id cannot.
    """
    fits = code.isascii() and code.isalnum() and code[:1].isalpha() and len(code) <= LONGEST_QUESTION
    return fits and not code.startswith((_MAPPED, _NAMED))


def _is_plain(code: str) -> bool:
    return code.isascii() and code.isalnum() and len(code) <= LONGEST_CHOICE and not code.startswith("z")


class ChoiceCodes:
    """The answer codes of one question.

    Attributes:
        short: LimeSurvey codes by capbuild code.
        noted: Capbuild codes by LimeSurvey code, for codes that cannot be derived; stored as notes of the question.

    Example:
        >>> codes = ChoiceCodes(["yes", "not_applicable", "the police"])
        >>> codes.short["yes"], codes.short["not_applicable"], codes.noted
        ('yes', 'znapp', {'z0003': 'the police'})
    """

    def __init__(self, codes: Iterable[str]) -> None:
        self.short: dict[str, str] = {}
        self.noted: dict[str, str] = {}
        for number, code in enumerate(codes, start=1):
            short = code if _is_plain(code) else _KNOWN.get(code)
            if short is None:
                short = f"z{number:04d}"
                self.noted[short] = code
            self.short[code] = short

    @staticmethod
    def original_code(short: str) -> str:
        """Return the capbuild code of a LimeSurvey code."""
        return _KNOWN_BACK.get(short, short)


_SCORE, _MISSING = "capbuild-score-", "capbuild-missing-"

#: Marks a choice without a score, or without a missing kind.
_NONE = "none"

_KINDS = {kind.name.lower(): kind for kind in Missing}


def find_missing(code: str, stored: str, label: str) -> Missing | None:
    """Return the missing kind of a choice.

    The kind is named by the label, or by the choice's original code.

    Args:
        code: The code.
        stored: The code as LimeSurvey stores it.
        label: The label in the main language.
    """
    own = MISSING_WORDS.get(fold_word(code)) if code != stored else None
    return own or MISSING_WORDS.get(fold_word(label)[:60])


def _list_stored_scores(
    choices: Sequence[Choice], missing: Sequence[Missing | None], other: Choice | None, *, counted: bool
) -> Iterator[float | None]:
    """Yield the scores that LimeSurvey stores as integers.

    A score of 0 counts only beside other scores. "Other" and missing kinds have none.
    """
    whole = [round(choice.score or 0) if counted and choice is not other else 0 for choice in choices]
    for choice, number, kind in zip(choices, whole, missing, strict=True):
        scored = any(whole) and kind is None and choice is not other
        yield float(number) if number or scored else None


def make_choice_notes(
    choices: Sequence[Choice], stored: Mapping[str, str], language: str, other: Choice | None = None, *, counted: bool
) -> list[str]:
    """Return notes on choice properties that LimeSurvey cannot store.

    Args:
        choices: The choices of a question.
        stored: LimeSurvey codes by choice code.
        language: The main language.
        other: The choice that becomes LimeSurvey's "other".
        counted: True for answers, which LimeSurvey scores; False for rows to tick.

    Example:
        >>> partly = Choice(code="p", label="Partly", score=0.5)
        >>> make_choice_notes([partly], {"p": "p"}, "en", counted=True)
        ['capbuild-score-p-0zp5']
    """
    notes: list[str] = []
    kinds = [None if c is other else find_missing(c.code, stored[c.code], c.label.get(language)) for c in choices]
    scores = _list_stored_scores(choices, kinds, other, counted=counted)
    for choice, missing, score in zip(choices, kinds, scores, strict=True):
        short = escape(stored[choice.code])
        if choice.score != score:
            number = _NONE if choice.score is None else repr(choice.score)
            notes.append(f"{_SCORE}{short}-{escape(number)}")
        if choice.missing is not missing:
            kind = _NONE if choice.missing is None else choice.missing.name.lower()
            notes.append(f"{_MISSING}{short}-{escape(kind)}")
    return notes


def apply_notes(choice: Choice, stored: str, notes: Iterable[str]) -> Choice:
    """Apply the notes of a question to a choice.

    Example:
        >>> apply_notes(Choice(code="p", label="Partly"), "p", ["capbuild-score-p-0zp5"]).score
        0.5
    """
    for note in notes:
        for begin in (_SCORE, _MISSING):
            short, _, word_code = note.removeprefix(begin).partition("-")
            word = unescape(word_code)
            if not note.startswith(begin) or unescape(short) != stored or word is None:
                continue
            if begin == _MISSING:
                choice = evolve(choice, missing=_KINDS.get(word, None if word == _NONE else choice.missing))
            else:
                choice = evolve(choice, score=_number(word, choice.score))
    return choice


def _number(word: str, default: float | None) -> float | None:
    try:
        return None if word == _NONE else float(word)
    except ValueError:  # edited manually
        return default
