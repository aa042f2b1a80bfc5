"""Countries in the cells of a table: what names one, and whether a row of heads is a row of data."""

from collections.abc import Sequence
from functools import lru_cache

from capbuild.countries import country_by_code, resolve
from capbuild.countries.normalisation import fold_name
from capbuild.countries.reserved import reserved_texts
from capbuild.countries.resolver import is_country_name
from capbuild.errors import AmbiguousCountry, CountryError
from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.grid import GridRow

__all__ = [
    "column_of_countries",
    "is_ambiguous",
    "is_code",
    "is_row_of_data",
    "names_country",
    "names_region",
    "place_of_sheet",
]

#: Longest name a sheet can have: a longer one was cut.
_LONGEST_NAME = 31
_ENDS = "socnadrtlyebfghijkmpquvwxz)"
#: The first letter of the scripts that follow Latin, and the longest name of a country.
_BEYOND_LATIN, _LONGEST = "\u0370", 80
#: Distinct texts of a column that are looked at.
_SAMPLE = 20


@lru_cache(maxsize=8192)
def names_country(text: str) -> bool:
    """Tell whether a text names a country, also where it could name two.

    In Latin letters it has four and more, since shorter ones are codes and answers; in other scripts two.

    Example:
        >>> names_country("St Kitts & Nevis"), names_country("Lookup"), names_country("NA"), names_country("Чад")
        (True, False, False, True)
    """
    stripped = text.strip()
    first = next(filter(str.isalpha, stripped[:_LONGEST]), "")
    least = 4 if first < _BEYOND_LATIN else 2
    return bool(first) and least <= len(stripped) <= _LONGEST and is_country_name(stripped)


@lru_cache(maxsize=1024)
def names_region(text: str) -> bool:
    """Tell whether a text names a part of the world with several countries.

    Example:
        >>> names_region("América del Sur"), names_region("CARIBBEAN:"), names_region("Peru")
        (True, True, False)
    """
    known = reserved_texts().get(fold_name(text.rstrip(" :")))
    return known is not None and (known.kind == "region" or known.why == "a continent")


@lru_cache(maxsize=1024)
def is_code(text: str) -> bool:
    """Tell whether a text is a country's ISO 3166 code in capitals.

    Example:
        >>> is_code("JAM"), is_code("jam"), is_code("YES")
        (True, False, False)
    """
    if len(text) not in (2, 3) or not text.isalpha() or not text.isupper():
        return False
    try:
        resolve(text)
    except CountryError:
        return False
    return True


@lru_cache(maxsize=1024)
def is_ambiguous(text: str) -> bool:
    """True if a text may name several countries.

    Example:
        >>> is_ambiguous("Congo"), is_ambiguous("Peru"), is_ambiguous("Law")
        (True, False, False)
    """
    try:
        resolve(text)
    except AmbiguousCountry:
        return True
    except CountryError:
        pass
    return False


def column_of_countries(rows: Sequence[GridRow], width: int) -> int | None:
    """Return the first column, from 0, whose cells are the names of countries, or all of them codes; None without one.

    Example:
        >>> column_of_countries([(1, ["1", "Jamaica"]), (2, ["2", "Haiti"])], 2)
        1
    """
    for index in range(width):
        if _are_countries(_texts(rows, index)):
            return index
    return None


def _are_countries(texts: Sequence[str]) -> bool:
    return bool(texts) and (all(map(is_code, texts)) or sum(map(names_country, texts)) >= 0.8 * len(texts))


def is_row_of_data(head: Sequence[Cell], rows: Sequence[GridRow]) -> bool:
    """Tell whether what looks like heads is a row of data: a country stands in it above a column of countries.

    Example:
        >>> below = [(2, ["Haiti", "no"]), (3, ["Cuba", "yes"])]
        >>> is_row_of_data(["Jamaica", "yes"], below), is_row_of_data(["Country", "Law?"], below)
        (True, False)
    """
    named = [i for i, cell in enumerate(head) if names_country(text := cell_text(cell)) or is_code(text)]
    return any(_are_countries(_texts(rows, index)) for index in named)


def _texts(rows: Sequence[GridRow], index: int) -> list[str]:
    """Return distinct texts of a column; none where it holds other things."""
    cells = [cell for _, row in rows if index < len(row) and cell_text(cell := row[index])]
    if any(not isinstance(cell, str) for cell in cells):
        return []
    return list(dict.fromkeys(map(cell_text, cells)))[:_SAMPLE]


def place_of_sheet(name: str) -> str | None:
    """Return the country that a sheet is named for, as written; in full where the name was cut.

    Example:
        >>> place_of_sheet("Curaçao"), place_of_sheet("Notes"), place_of_sheet("Saint Vincent and the Grenadine")
        ('Curaçao', None, 'Saint Vincent and the Grenadines')
    """
    if names_country(name):
        return name.strip()
    return _completed(name) if len(name) == _LONGEST_NAME else None


def _completed(name: str) -> str | None:
    """Return the country of a name that was cut: with one letter more, or the only one it resembles."""
    fuller = next((text for letter in _ENDS if names_country(text := name + letter)), None)
    if fuller is not None:
        return fuller
    try:
        resolve(name)
    except CountryError as error:
        return country_by_code(error.candidates[0]).name if len(error.candidates) == 1 else None
    return None
