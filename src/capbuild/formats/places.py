"""Recognise countries and regions in table cells and sheet names."""

import re
from collections.abc import Iterable, Sequence

from capbuild._garbage import text_cache
from capbuild.countries import country_by_code, resolve, resolver
from capbuild.countries.normalisation import fold_name
from capbuild.countries.reserved import reserved_texts
from capbuild.errors import AmbiguousCountry, CountryError
from capbuild.model import Country

#: Longest sheet name; longer names are cut by spreadsheets.
_LONGEST_NAME = 31
#: Texts around a country: a number before it, a year or a remark in brackets after it.
_AROUND = re.compile(r"^\s*\d{1,3}[\W_]+|(?<![\s_-])(?:[\s_-]*[(\[][^()\[\]]*[)\]]\s*$|[\s_-]+(?:19|20)\d\d\s*$)")
#: Separators between the country and other parts of a name.
_BETWEEN = re.compile(r"(?<!\s)\s+[-\u2013\u2014]\s+|_+")
_ENDS = "socnadrtlyebfghijkmpquvwxz)"
#: First letter of the scripts after Latin, and the longest country name.
_BEYOND_LATIN, _LONGEST = "\u0370", 80


@text_cache(8192)
def is_country_name(text: str) -> bool:
    """True if a text is a country name.

    Ambiguous names count as well. A name in Latin script has at least four letters, since shorter texts are codes and
    answers, or three with an accent. In other scripts two are enough.

    Example:
        >>> [is_country_name(text) for text in ("St Kitts & Nevis", "Lookup", "NA", "Чад", "Omã")]
        [True, False, False, True, True]
    """
    stripped = text.strip()
    first = next(filter(str.isalpha, stripped[:_LONGEST]), "")
    least = 2 if first >= _BEYOND_LATIN else 4 if stripped.isascii() else 3
    return bool(first) and least <= len(stripped) <= _LONGEST and resolver.is_country_name(stripped)


@text_cache(1024)
def is_region_name(text: str) -> bool:
    """True if a text names a region.

    Unions of countries and the world are regions.

    Example:
        >>> [is_region_name(text) for text in ("América del Sur", "CARIBBEAN:", "World", "Peru")]
        [True, True, True, False]
    """
    known = reserved_texts().get(fold_name(text.rstrip(" :")))
    return known is not None and (known.kind in ("region", "world", "union") or "continent" in known.why)


@text_cache(1024)
def is_code(text: str) -> bool:
    """True if a text is an ISO 3166 country code.

    Codes are in capitals.

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


@text_cache(1024)
def is_same_country(name: str, code: str) -> bool:
    """True if name and code may be of one country.

    Example:
        >>> is_same_country("Spanien", "ESP"), is_same_country("Congo", "COD"), is_same_country("Spanien", "PER")
        (True, True, False)
    """
    country = resolve(code).country
    try:
        return resolve(name).country == country
    except AmbiguousCountry as error:
        return country.alpha_2 in error.candidates
    except CountryError:
        return False


@text_cache(1024)
def find_country(text: str) -> Country | None:
    """Return the single country that a text names, or None.

    Example:
        >>> find_country("Aruba (Netherlands)"), find_country("Congo")
        (Country('AW', 'Aruba'), None)
    """
    try:
        return resolve(text).country
    except CountryError:
        return None


@text_cache(1024)
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


def country_of_sheet(name: str) -> str | None:
    """Return the country in a sheet name, or None.

    It is as written, or completed if the name was cut.

    Example:
        >>> country_of_sheet("Curaçao"), country_of_sheet("Notes"), country_of_sheet("Saint Vincent and the Grenadine")
        ('Curaçao', None, 'Saint Vincent and the Grenadines')
        >>> country_of_sheet("03_Peru"), country_of_sheet("Peru 2019"), country_of_sheet("Peru (final)")
        ('Peru', 'Peru', 'Peru')
        >>> country_of_sheet("Peru - questionnaire_v2"), country_of_sheet("Peru_Chile")
        ('Peru', None)
    """
    for text in (name, _AROUND.sub("", name)):
        if is_country_name(text):
            return text.strip()
    parts = [part.strip() for part in _BETWEEN.split(name)]
    named = list(filter(is_country_name, parts)) if len(parts) > 1 else []
    if len(named) == 1:
        return named[0]
    return _completed(name) if len(name) == _LONGEST_NAME else None


def places_in_words(texts: Iterable[str]) -> dict[str, str]:
    """Return the country among the words of each text.

    The result is empty if most texts are plain country names, or have no country.

    Example:
        >>> places_in_words(["01 Peru", "02 Chile (final)"]), places_in_words(["Peru", "Chile", "Peru (final)"])
        ({'01 Peru': 'Peru', '02 Chile (final)': 'Chile'}, {})
    """
    distinct = dict.fromkeys(filter(None, texts))
    if 2 * sum(map(is_country_name, distinct)) > len(distinct):
        return {}
    places = {text: place for text in distinct if (place := country_of_sheet(text))}
    return places if 2 * len(places) > len(distinct) > 1 else {}


def places_of_sheets(names: Sequence[str]) -> list[str]:
    """Return the country in each sheet name.

    It is an empty text if a name has none. A single code may be a word. Codes are countries only if all names of their
    length are codes, and there are at least two.

    Example:
        >>> places_of_sheets(["Read me", "KE", "JM"]), places_of_sheets(["ID", "Data"]), places_of_sheets(["NO", "OK"])
        (['', 'KE', 'JM'], ['', ''], ['', ''])
    """
    places = [country_of_sheet(name) or "" for name in names]
    named = frozenset(filter(None, places))
    places = [
        place or (name if named and is_ambiguous(name) and is_named_among(name.strip(), named) else "")
        for place, name in zip(places, names, strict=True)
    ]
    for length in (2, 3):
        alike = {name.strip() for name in names if len(name.strip()) == length}
        one_case = len({text.isupper() for text in alike}) == 1 and all(
            text.isupper() or text.islower() for text in alike
        )
        if len(alike) > 1 and one_case and all(is_code(text.upper()) for text in alike):
            places = [
                name.strip().upper() if name.strip() in alike else place
                for name, place in zip(names, places, strict=True)
            ]
    return places


@text_cache(8192)
def is_named_among(name: str, others: frozenset[str]) -> bool:
    """True if an ambiguous text is a country among others.

    The others decide by their language, or because they are codes too.

    Example:
        >>> is_named_among("Island", frozenset(["Deutschland"])), is_named_among("NO", frozenset(["KE", "PE"]))
        (True, True)
    """
    try:
        return resolve(name, column={name, *others}) is not None
    except CountryError:
        return False


def _completed(name: str) -> str | None:
    """Return the country of a cut name, or None.

    The full name has one more letter, or is the only similar name.
    """
    fuller = next((text for letter in _ENDS if is_country_name(text := name + letter)), None)
    if fuller is not None:
        return fuller
    try:
        resolve(name)
    except CountryError as error:
        return country_by_code(error.candidates[0]).name if len(error.candidates) == 1 else None
    return None
