"""Country names for reports: short, official, or with article."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from capbuild.countries.registry import country_by_code, read_rows
from capbuild.errors import OptionError, did_you_mean
from capbuild.model.country import Country
from capbuild.text import Text, as_text

#: Languages with articles and official forms in their names.
LANGUAGES = ("en", "es", "fr", "nl", "pt")
_FORMS = ("short", "official", "in_sentence")
#: Note below a report's table of countries.
NAMES_NOTE: Text = as_text(
    {
        "en": "Names of countries and territories are those the programme uses; they imply no view on legal status.",
        "es": "Los nombres de países y territorios son los que usa el programa; no implican opinión sobre su condición "
        "jurídica.",
        "fr": "Les noms de pays et de territoires sont ceux qu’emploie le programme\u202f; ils n’impliquent aucune "
        "prise de position sur leur statut juridique.",
        "nl": "De namen van landen en gebieden zijn de namen die het programma gebruikt; zij houden geen oordeel in "
        "over hun rechtspositie.",
        "pt": "Os nomes de países e territórios são os que o programa usa; não implicam opinião sobre sua condição "
        "jurídica.",
    }
)
_VOWELS = tuple("aeiouhâàéèêîïôû")
#: Beginnings of French names with an aspirated h: no elision before them.
_SOUNDED = ("Honduras", "Hong Kong", "Hongrie")
#: Letters sorted after another letter in a language's alphabet, rather than as its variant.
_OWN_LETTERS: Mapping[str, Mapping[str, str]] = {"es": {"ñ": "n\uffff"}}


@cache
def _load_names() -> Mapping[tuple[str, str], dict[str, str]]:
    return {(row["alpha_2"], row["language"]): row for row in read_rows("names.csv")}


def country_name(
    country: Country | str,
    language: str = "en",
    form: str = "short",
    *,
    own: Mapping[str, str] | None = None,
) -> str:
    """Return a country's name in a language.

    English, Spanish, French, Dutch and Portuguese have all forms; other languages of CLDR have short names only.

    Args:
        country: The country or its code.
        language: BCP 47 tag; a regional tag falls back to its language.
        form: `short`, `official` (the short name if there is no longer one) or `in_sentence` (with its article).
        own: A programme's own display names by alpha-2 code, overriding every form. Print `NAMES_NOTE` with them.

    Raises:
        UnknownCountry: The code is not one of ISO 3166-1.
        OptionError: The language or the form is not known.

    Example:
        >>> country_name("BS", "en", "in_sentence"), country_name("EC", "fr", "in_sentence")
        ('the Bahamas', 'l’Équateur')
        >>> country_name("DO", "nl"), country_name("KN", "es", "official")
        ('Dominicaanse Republiek', 'Federación de San Cristóbal y Nieves')
        >>> country_name("JM", "ar"), country_name("DE", "sw")
        ('جامايكا', 'Ujerumani')
    """
    code = country.alpha_2 if isinstance(country, Country) else country_by_code(country).alpha_2
    base = language.split("-", maxsplit=1)[0].lower()
    if form not in _FORMS:
        raise OptionError(f"unknown form {form!r}{did_you_mean(form, _FORMS)}", remedy=f"one of {', '.join(_FORMS)}")
    if own and code in own:
        return own[code]
    if base not in LANGUAGES:
        return _list_other_names(base)[code]
    row = _load_names()[code, base]
    if form == "in_sentence":
        return _add_article(row["article"], row["short"], base)
    return (form == "official" and row["official"]) or row["short"]


@cache
def _list_other_names(language: str) -> Mapping[str, str]:
    """Return country names in a CLDR language, by alpha-2 code.

    Names missing in the language are in English.
    """
    from babel import Locale, UnknownLocaleError

    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        remedy = f"use one of {', '.join(LANGUAGES)}, or another language of CLDR"
        raise OptionError(f"no names in {language!r}", remedy=remedy) from None
    return {code: names.get(code, row["short"]) for (code, known), row in _load_names().items() if known == "en"}


def is_elided(name: str) -> bool:
    """True if the word before a French name loses its vowel.

    Example:
        >>> is_elided("Haïti"), is_elided("Honduras"), is_elided("Guyana")
        (True, False, False)
    """
    return name.lower().startswith(_VOWELS) and not name.startswith(_SOUNDED)


def _add_article(article: str, name: str, language: str) -> str:
    if not article:
        return name
    if language == "fr" and article in ("le", "la") and is_elided(name):
        return f"l’{name}"
    return f"{article} {name}"


def sort_countries(countries: Iterable[Country], language: str = "en") -> tuple[Country, ...]:
    """Return countries sorted in the alphabet of a language.

    Accents only decide between names that are otherwise equal.

    Raises:
        OptionError: The language is not known.

    Example:
        >>> [country.alpha_2 for country in sort_countries(map(country_by_code, ("EC", "ES", "EE")), "fr")]
        ['EC', 'ES', 'EE']
        >>> [country.alpha_2 for country in sort_countries(map(country_by_code, ("EC", "ES", "EE")), "en")]
        ['EC', 'EE', 'ES']
    """
    return tuple(sorted(countries, key=lambda country: _sort_key(country_name(country, language), language)))


def _sort_key(name: str, language: str) -> tuple[str, str]:
    lowered = name.casefold()
    for letter, key in _OWN_LETTERS.get(language.split("-", maxsplit=1)[0], {}).items():
        lowered = lowered.replace(letter, key)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if c.isalnum() or c in " \uffff")
    return plain, name
