"""Resolution of abbreviated names, and of names with lost characters."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from capbuild.countries.index import load_index
from capbuild.countries.name_matching import match_name
from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import WORDS
from capbuild.countries.reserved import reserved_texts
from capbuild.countries.tokens import CONCEPTS, drop_articles, to_concepts
from capbuild.countries.verdicts import AcceptedCountry, Tier, Verdict

_LOST = "\ufffd"
_INITIALS = re.compile(r"(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?")
_WORD = re.compile(r"([^\W\d_]+)(\.?)")
#: Minimum letters kept of a single word, and of one of several if no word is whole.
_SHORTEST = 3

#: Word of a name as written, and whether a point abbreviates it.
_Cut = tuple[str, bool]


@cache
def _index_names() -> dict[str, list[tuple[str, str]]]:
    """Return names by first letter, without articles, with their code.

    The code is empty for names that do not resolve.
    """
    table: dict[str, list[tuple[str, str]]] = {}
    reserved = {text: "" for text, entry in reserved_texts().items() if entry.kind not in ("none", "city")}
    for text, code in (load_index().common | reserved).items():
        name = drop_articles(text)
        if name:
            table.setdefault(name[0], []).append((name, code))
    return table


def match_abbreviation(text: str) -> Verdict:
    """Resolve a name with words abbreviated by points.

    Only if the words fit the name of a single country.

    One of several words must be whole, or all keep three letters. Initials count as an acronym.

    Example:
        >>> [match_abbreviation(text).code for text in ("Antigua and Barb.", "Guat.", "C. Rica")]
        ['AG', 'GT', 'CR']
        >>> match_abbreviation("Pto. Rico").code, match_abbreviation("R.O.K.").code
        ('PR', 'KR')
        >>> match_abbreviation("Aust."), match_abbreviation("St. Mar.")
        (None, None)
    """
    if "." not in text:
        return None
    if _INITIALS.fullmatch(text):
        return match_name(fold_name(text).replace(" ", ""))
    spelt = unicodedata.normalize("NFC", text)
    words = [(fold_name(word), bool(point)) for word, point in _WORD.findall(spelt)]
    words = [(word, point) for word, point in words if point or drop_articles(word)]
    if not _is_distinctive(words):
        return None
    codes = {code for name, code in _index_names().get(words[0][0][0], ()) if _is_cut(words, name.split())}
    if len(codes) != 1 or "" in codes:
        return None
    return AcceptedCountry(codes.pop(), Tier.TOKENS, "its words, cut short, begin the words of one country's name only")


def _is_distinctive(words: Sequence[_Cut]) -> bool:
    """True if the remaining letters identify a name."""
    if len(words) == 1:
        word, cut = words[0]
        return cut and len(word) >= _SHORTEST and word not in WORDS
    whole = any(not cut and len(word) > _SHORTEST and not CONCEPTS & {*to_concepts(word)} for word, cut in words)
    return bool(words) and (whole or all(len(word) >= _SHORTEST for word, _ in words))


def _is_cut(words: Sequence[_Cut], name: Sequence[str]) -> bool:
    if len(words) == 1 == len(name):
        return name[0].startswith(words[0][0])
    return len(words) == len(name) and all(
        _is_abbreviation(word, full) if cut else to_concepts(word) == to_concepts(full)
        for (word, cut), full in zip(words, name, strict=True)
    )


def _is_abbreviation(word: str, full: str) -> bool:
    """True if a word abbreviates another.

    Its beginning, or its first and last letters with some between: `Pto.`.
    """
    if full.startswith(word) or to_concepts(word) == to_concepts(full):
        return True
    letters = iter(full)
    return len(word) >= _SHORTEST and word[-1] == full[-1] and word[0] == full[0] and all(c in letters for c in word)


def match_damaged(text: str) -> Verdict:
    r"""Resolve a name with U+FFFD characters, if only one country fits.

    Example:
        >>> match_damaged("Cura\ufffdao").code
        'CW'
    """
    if _LOST not in text:
        return None
    pieces = [re.escape(fold_name(piece)) for piece in re.split(f"{_LOST}+", text)]
    if sum(map(len, pieces)) < 4:
        return None
    pattern = re.compile(r"\w{1,2}".join(pieces))
    codes = {code for name, code in load_index().common.items() if pattern.fullmatch(name)}
    return (
        AcceptedCountry(codes.pop(), Tier.NAME, "a name of the country with lost characters")
        if len(codes) == 1
        else None
    )
