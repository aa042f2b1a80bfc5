"""Notes on scores and missing kinds of choices, which LimeSurvey cannot store.

The writer puts them in the CSS class of the question, as it does with ids and codes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve

from capbuild.formats import MISSING_WORDS, fold_word
from capbuild.model import Choice, Missing
from capbuild_limesurvey.codes import escape, unescape

_SCORE, _MISSING = "capbuild-score-", "capbuild-missing-"
#: Marks a choice without a score, or without a missing kind.
_NONE = "none"
_KINDS = {kind.name.lower(): kind for kind in Missing}


def find_missing(code: str, stored: str, label: str) -> Missing | None:
    """Return the missing kind named by a choice's label, or by a capbuild code.

    Args:
        code: The code.
        stored: The code as LimeSurvey stores it.
        label: The label in the main language.
    """
    own = MISSING_WORDS.get(fold_word(code)) if code != stored else None
    return own or MISSING_WORDS.get(fold_word(label)[:60])


def _stored_scores(
    choices: Sequence[Choice], missing: Sequence[Missing | None], other: Choice | None, *, counted: bool
) -> Iterator[float | None]:
    """Yield the scores that LimeSurvey stores.

    Scores are integers. 0 counts only beside other scores. "Other" and ticks have none.
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
    scores = _stored_scores(choices, kinds, other, counted=counted)
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
    except ValueError:  # edited by hand
        return default
