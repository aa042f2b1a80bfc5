"""Texts made comparable: case, accents, punctuation and spaces of heads and answer words do not matter."""

import unicodedata
from functools import lru_cache

__all__ = ["fold_head", "fold_word", "one_line", "shorten"]


def _plain(text: str) -> str:
    """Lower case without accents."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


@lru_cache(maxsize=4096)  # heads repeat: in every file of a round, and in every look at a file
def fold_head(text: str) -> str:
    """Return a column head as plain words: lower case, no accents, punctuation as single spaces.

    Example:
        >>> fold_head(" País_o territorio: ")
        'pais o territorio'
    """
    return " ".join("".join(c if c.isalnum() else " " for c in _plain(text)).split())


def fold_word(text: str) -> str:
    """Return an answer word in a form to compare: lower case, no accents, plain apostrophes and single spaces.

    Example:
        >>> fold_word("Don’t  Know")
        "don't know"
    """
    return " ".join(_plain(text).replace("’", "'").split())


def one_line(text: str) -> str:
    """Return a text without line breaks, doubled spaces or white space at its ends."""
    return " ".join(text.split())


def shorten(text: str, length: int = 60) -> str:
    """Return a text for a message, cut with an ellipsis where it is long."""
    line = one_line(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"
