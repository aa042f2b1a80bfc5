"""Resolve names cut short with a point, and names with a character lost to a wrong encoding."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from capbuild.countries.index import load_index
from capbuild.countries.name_matching import by_name
from capbuild.countries.normalisation import fold
from capbuild.countries.registry import WORDS
from capbuild.countries.reserved import reserved_texts
from capbuild.countries.tokens import CONCEPTS, bare, concepts
from capbuild.countries.verdicts import Accepted, Tier, Verdict

__all__ = ["by_abbreviation", "by_damaged"]

_LOST = "\ufffd"
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?")
_WORD = re.compile(r"([^\W\d_]+)(\.?)")
#: Letters that a word of a single word keeps at least, and one of several where no word is whole.
_SHORTEST = 3

#: A word of a name as written, and whether a point cuts it short.
_Cut = tuple[str, bool]


@cache
def _by_initial() -> dict[str, list[tuple[str, str]]]:
    """Return first letter -> the common names, without articles, and their code; none for what does not resolve."""
    table: dict[str, list[tuple[str, str]]] = {}
    reserved = {text: "" for text, entry in reserved_texts().items() if entry.kind not in ("none", "city")}
    for text, code in (load_index().common | reserved).items():
        name = bare(text)
        if name:
            table.setdefault(name[0], []).append((name, code))
    return table


def by_abbreviation(text: str) -> Verdict:
    """Resolve a name whose words are cut short with points, where the words of one country's name alone fit.

    One of several words must be whole, or all keep three letters. Initials are read as an acronym.

    Example:
        >>> by_abbreviation("Antigua and Barb.").code, by_abbreviation("Guat.").code, by_abbreviation("C. Rica").code
        ('AG', 'GT', 'CR')
        >>> by_abbreviation("Pto. Rico").code, by_abbreviation("R.O.K.").code
        ('PR', 'KR')
        >>> by_abbreviation("Aust."), by_abbreviation("St. Mar.")
        (None, None)
    """
    if "." not in text:
        return None
    if _INITIALS.fullmatch(text):
        return by_name(fold(text).replace(" ", ""))
    spelt = unicodedata.normalize("NFC", text)
    words = [(fold(word), bool(point)) for word, point in _WORD.findall(spelt)]
    words = [(word, point) for word, point in words if point or bare(word)]
    if not _is_enough(words):
        return None
    codes = {code for name, code in _by_initial().get(words[0][0][0], ()) if _is_cut(words, name.split())}
    if len(codes) != 1 or "" in codes:
        return None
    return Accepted(codes.pop(), Tier.TOKENS, "its words, cut short, begin the words of one country's name only")


def _is_enough(words: Sequence[_Cut]) -> bool:
    """Tell whether enough is left of the words to say which name they were."""
    if len(words) == 1:
        word, cut = words[0]
        return cut and len(word) >= _SHORTEST and word not in WORDS
    whole = any(not cut and len(word) > _SHORTEST and not CONCEPTS & {*concepts(word)} for word, cut in words)
    return bool(words) and (whole or all(len(word) >= _SHORTEST for word, _ in words))


def _is_cut(words: Sequence[_Cut], name: Sequence[str]) -> bool:
    if len(words) == 1 == len(name):
        return name[0].startswith(words[0][0])
    return len(words) == len(name) and all(
        _cuts(word, full) if cut else concepts(word) == concepts(full)
        for (word, cut), full in zip(words, name, strict=True)
    )


def _cuts(word: str, full: str) -> bool:
    """Tell whether a word is the beginning of another, or its first and last letters with some between: `Pto.`."""
    if full.startswith(word) or concepts(word) == concepts(full):
        return True
    letters = iter(full)
    return len(word) >= _SHORTEST and word[-1] == full[-1] and word[0] == full[0] and all(c in letters for c in word)


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
    codes = {code for name, code in load_index().common.items() if pattern.fullmatch(name)}
    return Accepted(codes.pop(), Tier.NAME, "a name of the country with lost characters") if len(codes) == 1 else None
