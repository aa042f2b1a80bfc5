"""Normalise texts for comparison: case, accents, punctuation and spaces are ignored."""

import unicodedata
from functools import lru_cache


class _Letters(dict[int, str | None]):
    """Lazy translation table of letters; combining accents are removed."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        self[code] = left = (
            letter if letter.isalnum() else None if unicodedata.combining(letter) else self._mark(letter)
        )
        return left

    def _mark(self, letter: str) -> str:
        return letter


class _HeadLetters(_Letters):
    """Translation table for headers: punctuation becomes a space, line breaks stay."""

    def _mark(self, letter: str) -> str:
        return letter if letter == "\n" else " "


_IN_WORD, _IN_HEAD = _Letters(), _HeadLetters()


def _plain(text: str) -> str:
    """Return a text in lower case, decomposed so that accents are separate."""
    folded = text.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFKD", folded)


@lru_cache(maxsize=4096)  # headers repeat in each file of a round, and in each pass over a file
def fold_header(text: str) -> str:
    """Normalise a header: lower case, no accents, punctuation as single spaces.

    Example:
        >>> fold_header(" País_o territorio: ")
        'pais o territorio'
    """
    return " ".join(_plain(text).translate(_IN_HEAD).split())


def fold_word(text: str) -> str:
    """Normalise an answer: lower case, no accents, plain apostrophes, single spaces.

    Example:
        >>> fold_word("Don’t  Know")
        "don't know"
    """
    folded = _plain(text)
    left = folded if folded.isascii() else folded.translate(_IN_WORD)
    return " ".join(left.replace("’", "'").split())


def fold_headers(lines: str) -> list[str]:
    """Normalise headers, one per line; faster than one by one."""
    return _tidy_lines(_plain(lines).translate(_IN_HEAD))


def fold_words(lines: str) -> list[str]:
    """Normalise answers, one per line."""
    return _tidy_lines(_plain(lines).translate(_IN_WORD).replace("’", "'"))


def _tidy_lines(text: str) -> list[str]:
    """Split lines; collapse and strip spaces."""
    if "  " not in text and " \n" not in text and "\n " not in text and text == text.strip(" "):
        return text.split("\n")
    return [" ".join(line.split()) for line in text.split("\n")]


def one_line(text: str) -> str:
    """Collapse white space and line breaks into single spaces."""
    return " ".join(text.split())


def shorten(text: str, length: int = 60) -> str:
    """Return a text on one line for a message, cut with an ellipsis if long."""
    line = one_line(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"
