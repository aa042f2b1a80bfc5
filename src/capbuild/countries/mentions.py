"""Countries mentioned in running text, with their positions."""

import re
from collections.abc import Iterator
from functools import cache

from attrs import frozen

from capbuild._typed import explains_arguments
from capbuild.countries.index import load_index
from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import country_by_code
from capbuild.countries.reserved import reserved_texts
from capbuild.model.country import Country

_WORD = re.compile(r"\w+(?:\.(?=\w\.))?")
_MOST_WORDS = 9
_ABBREVIATION = 3
#: Kinds of reserved texts that contain a country's name: New Mexico, Port of Spain, Central America.
_HIDING = ("region", "city", "constituent", "union", "dissolved")


@frozen
class Mention:
    """Country mentioned in running text.

    Attributes:
        text: The words as written.
        start: Index of the first character.
        end: Index after the last character.
        country: The country, or None if the words name several.
        candidates: Possible alpha-2 codes.
    """

    text: str
    start: int
    end: int
    country: Country | None
    candidates: tuple[str, ...]


@cache
def _list_first_words() -> frozenset[str]:
    return frozenset(text.split(" ", 1)[0] for text in (*load_index().common, *reserved_texts()))


@explains_arguments
def find_countries(text: str) -> tuple[Mention, ...]:
    """Return the countries mentioned in a text, in order.

    Names are found in English, Spanish, French, Dutch and Portuguese, and must begin with a capital. Of overlapping
    names the longest wins. An ambiguous name is a mention without a country.

    Example:
        >>> [(m.text, m.start, m.country.alpha_2) for m in find_countries("From New Mexico to Guinea-Bissau and Peru.")]
        [('Guinea-Bissau', 19, 'GW'), ('Peru', 37, 'PE')]
        >>> find_countries("The Congo basin")[0].candidates
        ('CD', 'CG')
    """
    return tuple(_find_mentions(text))


def _find_mentions(text: str) -> Iterator[Mention]:
    spans = [match.span() for match in _WORD.finditer(text)]
    place = 0
    while place < len(spans):
        length, mention = _find_longest_match(text, spans[place : place + _MOST_WORDS])
        if mention is not None:
            yield mention
        place += length


def _find_longest_match(text: str, spans: list[tuple[int, int]]) -> tuple[int, Mention | None]:
    """Return the longest name at a position, with its length.

    The length is in words. The mention is None if no country has the name.
    """
    start, end = spans[0]
    if text[start].islower() or fold_name(text[start:end]).split(" ", 1)[0] not in _list_first_words():
        return 1, None
    for length in range(len(spans), 0, -1):
        words = text[start : spans[length - 1][1]]
        known, candidates = _look_up(words)
        if known:
            country = country_by_code(candidates[0]) if len(candidates) == 1 else None
            mention = Mention(words, start, start + len(words), country, candidates) if candidates else None
            return length, mention
    return 1, None


def _look_up(words: str) -> tuple[bool, tuple[str, ...]]:
    folded = fold_name(words)
    reserved = reserved_texts().get(folded)
    if reserved is not None:
        return reserved.is_ambiguous or reserved.kind in _HIDING, reserved.candidates if reserved.is_ambiguous else ()
    code = load_index().common.get(folded)
    if code is None or (len(folded) <= _ABBREVIATION and not words.isupper()):
        return False, ()
    return True, (code,)
