"""Resolve names cut short with a point, and names with a character lost to a wrong encoding."""

import re
from functools import cache

from capbuild.countries.folding import fold
from capbuild.countries.index import load_index
from capbuild.countries.tokens import FORM_WORDS, concepts
from capbuild.countries.verdicts import Accepted, Tier, Verdict

__all__ = ["by_abbreviation", "by_damaged"]

_LOST = "\ufffd"
_SHORTEST = 8


@cache
def _by_first_letter() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return first letter -> words and code of the common names of two words and more."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    index = load_index()
    for text in index.common:
        words = concepts(text)
        if len(words) > 1:
            table.setdefault(words[0][0], []).append((words, index.names[text]))
    return table


def by_abbreviation(text: str) -> Verdict:
    """Resolve a name whose words are cut short with a point: `Antigua and Barb.`; one word must be whole.

    Example:
        >>> by_abbreviation("Antigua and Barb.").code, by_abbreviation("St. Ma.")
        ('AG', None)
    """
    if "." not in text:
        return None
    words = concepts(fold(text))
    if len(words) < 2 or sum(map(len, words)) < _SHORTEST or min(map(len, words)) < 2:
        return None
    codes = {code for name, code in _by_first_letter().get(words[0][0], ()) if _is_cut(words, name)}
    if len(codes) != 1:
        return None
    return Accepted(codes.pop(), Tier.TOKENS, "its words, cut short, begin the words of one country's name only")


def _is_cut(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    if len(words) != len(name) or not all(full.startswith(cut) for cut, full in zip(words, name, strict=True)):
        return False
    return any(word == full and word not in FORM_WORDS for word, full in zip(words, name, strict=True))


def by_damaged(text: str) -> Verdict:
    r"""Resolve a name in which characters were replaced by U+FFFD, if one country's name alone fits.

    Example:
        >>> by_damaged("Cura\ufffdao").code
        'CW'
    """
    if _LOST not in text:
        return None
    pieces = [re.escape(fold(piece)) for piece in re.split(f"{_LOST}+", text)]
    if sum(map(len, pieces)) < 4:
        return None
    pattern = re.compile(r"\w{1,2}".join(pieces))
    index = load_index()
    codes = {index.names[name] for name in index.common if pattern.fullmatch(name)}
    return Accepted(codes.pop(), Tier.NAME, "a name of the country with lost characters") if len(codes) == 1 else None
