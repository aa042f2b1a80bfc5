"""Reversible short codes for LimeSurvey: letters and digits only."""

import re
from collections.abc import Iterable
from typing import NamedTuple

__all__ = [
    "LONGEST_CHOICE",
    "LONGEST_QUESTION",
    "ChoiceCodes",
    "IdInCode",
    "escape",
    "from_question_code",
    "is_plain_code",
    "to_question_code",
    "unescape",
]

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
    """Return a question code with an id in it; None if too long for LimeSurvey.

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
    """Return the id in a question code; None if there is none.

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

    It must not look like a code with an id.
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
