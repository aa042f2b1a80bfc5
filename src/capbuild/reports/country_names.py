"""Country names in the report's language, shortened for tiles."""

from collections import Counter
from functools import lru_cache

from capbuild import countries
from capbuild.countries.names import is_elided
from capbuild.model import Country
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import BUILT_IN_LANGUAGES

#: Tile maps, the closest first.
_MAPS = ("americas", "world")

_AND = {
    " and the ": " & ",
    " and ": " & ",
    " y las ": " & ",
    " y ": " & ",
    " et les ": " & ",
    " et ": " & ",
    " en de ": " & ",
    " en ": " & ",
    " e ": " & ",
    "-et-les-": " & ",
    "-et-": " & ",
    " (partie ": " (",
}
#: Contractions of a preposition and an article; an article that is part of a name has a capital, and stays.
_CONTRACTED = {
    "es": [("de el ", "del ")],
    "fr": [("de le ", "du "), ("de les ", "des ")],
    "pt": [("de o ", "do "), ("de a ", "da "), ("de os ", "dos "), ("de as ", "das ")],
}
#: Most letters of articles and prepositions, which are cut last.
_PARTICLE = 3
_SAINT = {"Saint ": "St ", "Sainte-": "Ste-", "Saint-": "St-"}


def get_country_name(country: Country, language: str) -> str:
    """Return a country's name in a language.

    In English this is the name that the programme chose.
    """
    return country.name if language == "en" else countries.country_name(country, language)


def write_of_country(country: Country, language: str) -> str:
    """Return a country's name after "of".

    The article is included, and contracted where the language requires it.

    Example:
        >>> places = [countries.country_by_code(code) for code in ("BS", "SV", "GB", "GY", "HT")]
        >>> [write_of_country(place, "en") for place in places[:2]]
        ['of the Bahamas', 'of El Salvador']
        >>> [write_of_country(place, "es") for place in places[:3]]
        ['de las Bahamas', 'de El Salvador', 'del Reino Unido']
        >>> [write_of_country(place, "fr") for place in places]
        ['des Bahamas', 'du Salvador', 'du Royaume-Uni', 'du Guyana', 'd’Haïti']
        >>> write_of_country(places[0], "nl"), write_of_country(places[4], "nl")
        ('van de Bahama’s', 'van Haïti')
        >>> [write_of_country(place, "pt") for place in places]
        ['das Bahamas', 'de El Salvador', 'do Reino Unido', 'da Guiana', 'do Haiti']
    """
    short = get_country_name(country, language)
    known = countries.country_name(country, language, form="in_sentence")
    article = known.removesuffix(countries.country_name(country, language))
    named = get_translator(language)("name.of", name=f"{article}{short}")
    for long, contracted in _CONTRACTED.get(language, ()):
        if named.startswith(long):
            return contracted + named.removeprefix(long)
    if language == "fr" and not article and is_elided(short):
        return f"d’{short}"
    return named


def shorten_name(name: str, limit: int) -> str:
    """Shorten a name to a limit in characters.

    Words that many country names share are cut first.

    Example:
        >>> shorten_name("Antigua and Barbuda", 14), shorten_name("Dominican Republic", 14)
        ('Antigua & B.', 'Dominican R.')
        >>> shorten_name("Saint Vincent and the Grenadines", 14), shorten_name("Cuba", 14)
        ('St Vince. & G.', 'Cuba')
        >>> shorten_name("Democratic Republic of the Congo", 22)
        'Dem. Rep. of the Congo'
        >>> shorten_name("República Centroafricana", 14), shorten_name("South Africa", 11)
        ('R. Centroafri.', 'S. Africa')
        >>> shorten_name("Antigua-et-Barbuda", 14), shorten_name("Saint-Martin (partie néerlandaise)", 24)
        ('Antigua & B.', 'St-Martin (néerlandaise)')
    """
    for long, short in (*_SAINT.items(), *(_AND.items() if len(name) > limit else ())):
        name = name.replace(long, short)
    words = name.split()
    kept = 2 if words[0] in ("St", "Ste") else 1
    if " of " in name:
        head = words[: words.index("of")]
        words = [*(_cut_word(word, 3) if len(name) > limit else word for word in head), *words[len(head) :]]
    shared = [_count_names()[word] if len(word) > _PARTICLE else 1 for word in words]
    order = sorted(range(len(words)), key=lambda place: (-shared[place], -place))
    whole = [place for place in order if len(words[place].strip("()")) > _PARTICLE]
    for place in order:
        over = len(" ".join(words)) - limit
        if over <= 0:
            break
        if whole == [place]:  # rest of the name
            words[place] = _cut_word(words[place], max(len(words[place].strip("()")) - 1 - over, 1))
        elif place >= kept or shared[place] > 1:
            words[place] = _cut_word(words[place], 1)
            whole = [position for position in whole if position != place]
    if len(" ".join(words)) > limit:
        longest = max(range(len(words)), key=lambda place: len(words[place]))
        words[longest] = _cut_word(words[longest], 4)
    return " ".join(words)[:limit]


@lru_cache(maxsize=1)
def _count_names() -> Counter[str]:
    """Count the countries that have a word in their name.

    A word is counted in each built-in language, and the highest count is kept.
    """
    counts: Counter[str] = Counter()
    for language in BUILT_IN_LANGUAGES:
        names = (countries.country_name(country, language) for country in countries.all_countries())
        counts |= Counter(word for name in names for word in set(name.split()))
    return counts


def _cut_word(word: str, letters: int) -> str:
    """Cut a word to its first letters."""
    inner = word.strip("()")
    return word if len(inner) <= letters + 1 else word.replace(inner, f"{inner[:letters]}.")


def place_tiles(codes: frozenset[str]) -> dict[str, tuple[int, int]]:
    """Return column and row of countries on the smallest map.

    Both count from 0, without the empty columns and rows at the left and the top. The result is empty if no map has all
    countries.
    """
    for name in _MAPS:
        known = countries.tiles(name)
        if codes and codes <= known.keys():
            left = min(known[code][0] for code in codes)
            top = min(known[code][1] for code in codes)
            return {code: (known[code][0] - left, known[code][1] - top) for code in sorted(codes)}
    return {}
