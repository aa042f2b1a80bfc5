"""Country names in the report's language, shortened for tiles."""

from capbuild import countries
from capbuild.model import Country

__all__ = ["get_country_name", "place_tiles", "shorten_name"]

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
    "-et-les-": " & ",
    "-et-": " & ",
    " (partie ": " (",
}
_SAINT = {"Saint ": "St ", "Sainte-": "Ste-", "Saint-": "St-"}


def get_country_name(country: Country, language: str) -> str:
    """Return a country's name in a language.

    English uses the name that the programme chose.
    """
    return country.name if language == "en" else countries.country_name(country, language)


def shorten_name(name: str, limit: int) -> str:
    """Shorten a name to a limit, cutting words if needed.

    Example:
        >>> shorten_name("Antigua and Barbuda", 14), shorten_name("Dominican Republic", 14)
        ('Antigua & B.', 'Dominican R.')
        >>> shorten_name("Saint Vincent and the Grenadines", 14), shorten_name("Cuba", 14)
        ('St Vinc. & G.', 'Cuba')
        >>> shorten_name("Democratic Republic of the Congo", 22)
        'Dem. Rep. of the Congo'
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
    for place in range(len(words) - 1, kept - 1, -1):
        if len(" ".join(words)) <= limit:
            break
        words[place] = _cut_word(words[place], 1)
    if len(" ".join(words)) > limit:
        longest = max(range(len(words)), key=lambda place: len(words[place]))
        words[longest] = _cut_word(words[longest], 4)
    return " ".join(words)[:limit]


def _cut_word(word: str, letters: int) -> str:
    """Return a word cut to its first letters; parentheses around it stay."""
    inner = word.strip("()")
    return word if len(inner) <= letters + 1 else word.replace(inner, f"{inner[:letters]}.")


def place_tiles(codes: frozenset[str]) -> dict[str, tuple[int, int]]:
    """Return column and row of countries on the smallest map.

    Both count from 0.

    Empty rows and columns around them are left out; the result is empty where no map holds all.
    """
    for name in _MAPS:
        known = countries.tiles(name)
        if codes and codes <= known.keys():
            left = min(known[code][0] for code in codes)
            top = min(known[code][1] for code in codes)
            return {code: (known[code][0] - left, known[code][1] - top) for code in sorted(codes)}
    return {}
