"""Every short and formal name of the thirty participants in five languages, as people write them."""

import gettext
import unicodedata

import pycountry
import pytest

from capbuild.countries import country_name, resolve

ARTICLES = {
    "en": ("the ",),
    "es": ("el ", "la ", "los ", "las "),
    "fr": ("le ", "la ", "les ", "l'"),
    "nl": ("de ", "het "),
    "pt": ("o ", "a ", "os ", "as "),
}
#: Formal names as the United Nations print them, in the order en, es, fr.
UNITED_NATIONS = {
    "AG": "Antigua and Barbuda|Antigua y Barbuda|Antigua-et-Barbuda",
    "BS": "the Commonwealth of the Bahamas|el Commonwealth de las Bahamas|le Commonwealth des Bahamas",
    "CO": "the Republic of Colombia|la República de Colombia|la République de Colombie",
    "CR": "the Republic of Costa Rica|la República de Costa Rica|la République du Costa Rica",
    "CU": "the Republic of Cuba|la República de Cuba|la République de Cuba",
    "DM": "the Commonwealth of Dominica|el Commonwealth de Dominica|le Commonwealth de Dominique",
    "DO": "the Dominican Republic|la República Dominicana|la République dominicaine",
    "EC": "the Republic of Ecuador|la República del Ecuador|la République de l'Équateur",
    "GD": "Grenada|Granada|la Grenade",
    "GT": "the Republic of Guatemala|la República de Guatemala|la République du Guatemala",
    "GY": "the Co-operative Republic of Guyana|la República Cooperativa de Guyana|la République coopérative du Guyana",
    "HN": "the Republic of Honduras|la República de Honduras|la République du Honduras",
    "HT": "the Republic of Haiti|la República de Haití|la République d'Haïti",
    "KN": "Saint Kitts and Nevis|Saint Kitts y Nevis|Saint-Kitts-et-Nevis",
    "MX": "the United Mexican States|los Estados Unidos Mexicanos|les États-Unis du Mexique",
    "NI": "the Republic of Nicaragua|la República de Nicaragua|la République du Nicaragua",
    "PA": "the Republic of Panama|la República de Panamá|la République du Panama",
    "PE": "the Republic of Peru|la República del Perú|la République du Pérou",
    "SR": "the Republic of Suriname|la República de Suriname|la République du Suriname",
    "SV": "the Republic of El Salvador|la República de El Salvador|la République d'El Salvador",
    "TT": "the Republic of Trinidad and Tobago|la República de Trinidad y Tabago|la République de Trinité-et-Tobago",
    "VC": "Saint Vincent and the Grenadines|San Vicente y las Granadinas|Saint-Vincent-et-les Grenadines",
}
#: In Portuguese Guyana is called by the name of the whole region: it resolves where the language is known.
SHARED_NAME = "guiana"


def without_accents(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def iso_names(code):
    country = pycountry.countries.get(alpha_2=code)
    names = [getattr(country, part, None) for part in ("name", "official_name", "common_name")]
    for language in ("en", "es", "fr", "nl", "pt"):
        if language == "en":
            yield from ((language, name) for name in names if name)
            continue
        translation = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
        yield from ((language, translation.gettext(name)) for name in names if name)


def cldr_names(code):
    babel = pytest.importorskip("babel")
    for tag in ("en", "en_GB", "es", "es_MX", "fr", "fr_CA", "nl", "pt", "pt_PT"):
        yield tag[:2], babel.Locale.parse(tag).territories[code]


def own_names(code):
    yield from (
        (tag, country_name(code, tag, form)) for tag in ARTICLES for form in ("short", "official", "in_sentence")
    )


def un_names(code):
    yield from zip(("en", "es", "fr"), UNITED_NATIONS.get(code, "").split("|"), strict=False)


def as_written(language, name):
    plain = without_accents(name)
    yield from (
        name,
        name.upper(),
        name.lower(),
        plain,
        plain.upper(),
        unicodedata.normalize("NFD", name),
        f" {name}* ",
    )
    for article in ARTICLES[language]:
        yield from (article + name, f"{name} ({article.strip()})", f"{plain} ({article.strip()})".upper())


@pytest.mark.parametrize("source", [iso_names, cldr_names, own_names, un_names])
def test_every_name_resolves(source, participants):
    wrong = {
        (code, text)
        for code in participants
        for language, name in source(code)
        if name
        for text in as_written(language, name)
        if resolve(text, language=language if SHARED_NAME in text.lower() else None).country.alpha_2 != code
    }
    assert not wrong


@pytest.mark.corpus
def test_names_as_printed_in_the_programme(name_rows):
    for row in name_rows("seed_participants.csv"):
        country = resolve(row["seed_name"]).country
        assert (country.alpha_2, country.alpha_3) == (row["iso2"], row["iso3"])
