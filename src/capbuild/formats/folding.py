"""Texts made comparable: case, accents, punctuation and spaces of heads and answer words do not matter."""

import unicodedata
from functools import lru_cache

__all__ = ["fold_head", "fold_headers", "fold_word", "fold_words", "one_line", "shorten"]


class _Letters(dict[int, str | None]):
    """What is left of each letter, found out when it is first met: nothing of accents that stand apart from it."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        self[code] = left = (
            letter if letter.isalnum() else None if unicodedata.combining(letter) else self._mark(letter)
        )
        return left

    def _mark(self, letter: str) -> str:
        return letter


class _HeadLetters(_Letters):
    """The same for heads, with a space for punctuation; lines stay apart."""

    def _mark(self, letter: str) -> str:
        return letter if letter == "\n" else " "


_IN_WORD, _IN_HEAD = _Letters(), _HeadLetters()


def _plain(text: str) -> str:
    """Lower case, with accents apart from their letters."""
    folded = text.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFKD", folded)


@lru_cache(maxsize=4096)  # heads repeat: in every file of a round, and in every look at a file
def fold_head(text: str) -> str:
    """Return a column head as plain words: lower case, no accents, punctuation as single spaces.

    Example:
        >>> fold_head(" País_o territorio: ")
        'pais o territorio'
    """
    return " ".join(_plain(text).translate(_IN_HEAD).split())


def fold_word(text: str) -> str:
    """Return an answer word in a form to compare: lower case, no accents, plain apostrophes and single spaces.

    Example:
        >>> fold_word("Don’t  Know")
        "don't know"
    """
    folded = _plain(text)
    left = folded if folded.isascii() else folded.translate(_IN_WORD)
    return " ".join(left.replace("’", "'").split())


def fold_headers(lines: str) -> list[str]:
    """Return many heads, each on a line, as plain words, which is quicker than one by one."""
    return _tidy_lines(_plain(lines).translate(_IN_HEAD))


def fold_words(lines: str) -> list[str]:
    """Return many answer words, each on a line, in a form to compare."""
    return _tidy_lines(_plain(lines).translate(_IN_WORD).replace("’", "'"))


def _tidy_lines(text: str) -> list[str]:
    """Return the lines with single spaces, and none at their ends."""
    if "  " not in text and " \n" not in text and "\n " not in text and text == text.strip(" "):
        return text.split("\n")
    return [" ".join(line.split()) for line in text.split("\n")]


def one_line(text: str) -> str:
    """Return a text without line breaks, doubled spaces or white space at its ends."""
    return " ".join(text.split())


def shorten(text: str, length: int = 60) -> str:
    """Return a text for a message, cut with an ellipsis where it is long."""
    line = one_line(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"
