"""Thousands of texts made from CLDR and ISO 3166-2: names with something beside them, and what is no country."""

import unicodedata
from collections import defaultdict

import pycountry
import pytest
from babel import Locale

from capbuild.countries import all_countries, match_countries, resolve
from capbuild.errors import CountryError

LANGUAGES = ("en", "es", "fr", "nl", "pt")


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())


def found(text, **options):
    try:
        return resolve(text, **options).country.alpha_2
    except CountryError:
        return ""


def in_cldr(languages=LANGUAGES):
    """Names of the countries of ISO 3166-1 -> codes."""
    codes = {country.alpha_2 for country in pycountry.countries}
    names = defaultdict(set)
    for language in languages:
        for code, name in Locale.parse(language).territories.items():
            if code in codes:
                names[name].add(code)
    return names


NAMES = {name: min(codes) for name, codes in in_cldr().items() if len(codes) == 1}
TAKEN = {plain(name) for name in in_cldr((*LANGUAGES, "de", "it"))}


@pytest.mark.parametrize(
    "label",
    [
        "Country: {}",
        "Name of country: {}",
        "Reporting country - {}",
        "País: {}",
        "Nombre del país : {}",
        "Pays : {}",
        "Nom du pays: {}",
        "Land: {}",
        "Naam van het land: {}",
    ],
)
def test_a_label_changes_nothing(label):
    texts = [(name, label.format(name)) for name in NAMES]
    assert [text for name, text in texts if found(text) != found(name)] == []


def test_a_place_with_its_country_is_that_country_or_refused():
    english = Locale.parse("en").territories
    units = [unit for unit in pycountry.subdivisions if plain(unit.name) not in TAKEN]
    outcomes = [(unit.country_code, found(f"{unit.name}, {english[unit.country_code]}")) for unit in units]
    assert len(outcomes) > 4_500
    # Some parts are territories with a code of their own: `Hong Kong SAR, China`.
    owners = {country.alpha_2: country.sovereign for country in all_countries()}
    assert [(code, got) for code, got in outcomes if got and code not in (got, owners[got])] == []
    assert sum(code == got for code, got in outcomes) / len(outcomes) > 0.9


def test_a_place_without_its_country_is_refused():
    names = {unit.name for unit in pycountry.subdivisions if plain(unit.name) not in TAKEN}
    # What ISO 3166-2 lists as a part and ISO 3166-1 as a country of its own, or once was one.
    assert sum(map(bool, map(found, names))) / len(names) < 0.005


@pytest.mark.parametrize(("place", "form"), [*enumerate(["{}, {}", "{} {}", "{} ({})", "{} - {}"])])
def test_a_country_before_a_state_of_the_united_states_is_refused(place, form):
    """Each country stands before each state in one of the forms."""
    states = [unit for unit in pycountry.subdivisions.get(country_code="US") if unit.type == "State"]
    names = dict.fromkeys(name for name in Locale.parse("en").territories.values() if plain(name) in TAKEN)
    owners = {country.alpha_2: (country.alpha_2, country.sovereign) for country in all_countries()}
    cases = [
        form.format(name, state)
        for name in names
        for unit in states[place::4]
        for state in (unit.name, unit.code.removeprefix("US-"))
        # `China, MO` is Macao, Georgia is a country too, and Washington a city.
        if unit.name != "Georgia" and found(name) not in (*owners.get(state, ()), "US")
    ]
    assert len(cases) > 5_000
    assert [text for text in cases if found(text)] == []


def test_a_name_cut_short_is_never_another_country():
    lone = {plain(name): code for name, code in NAMES.items() if len(name.replace("-", " ").split()) == 1}
    cuts = {name[:length].title() for name in lone for length in range(3, len(name))}
    right, cases = 0, [cut for cut in cuts if not found(cut)]
    for cut in cases:
        fitting = {code for name, code in lone.items() if name.startswith(plain(cut))}
        got = found(f"{cut}.")
        assert got in ("", *fitting), cut
        assert not got or len(fitting) == 1, cut
        right += bool(got)
    assert len(cases) > 1_200
    assert right / len(cases) > 0.4


def test_months_days_and_languages_are_refused():
    texts = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for width in ("wide", "abbreviated"):
            texts.update(locale.months["format"][width].values(), locale.days["format"][width].values())
        texts.update(locale.languages.values(), locale.scripts.values())
    texts = {text for text in texts if plain(text) not in TAKEN}
    assert len(texts) > 2_500
    assert sum(map(bool, map(found, texts))) / len(texts) < 0.003


def test_a_region_without_one_country_is_not_that_country():
    english = Locale.parse("en").territories
    regions = [name for code, name in english.items() if code.isdigit()]
    names = [name for code, name in english.items() if code.isalpha()]
    forms = ("{} (ex. {})", "{} (excl. {})", "{} excluding {}", "{} except {}", "{} sans {}", "{} sin {}")
    cases = [form.format(region, name) for region in regions for name in names[::5] for form in forms]
    assert len(cases) > 5_000
    assert [text for text in cases if found(text)] == []


@pytest.mark.parametrize(
    "texts",
    [
        "Male Female male M F Man Woman Hombre Mujer Varón Homme Femme Mâle Vrouw Homem Mulher",
        "Yes No Y N Sí Si Oui Non Ja Nee Sim Não True False Never Nunca Jamais Nooit",
        "NS ND NS/NR N/A n.d. s/d Refused Single Married Low High Bajo Alto Laag Hoog Total Age Iron Shine",
        "Mr. Dr. Hon. Gen. Col. Lic. Ing. Srta. Mme. Mar. Sept. Est. Sen. Tel. Dept. Vol. S.R.L. p.m.",
        "1 7 46 100 218 388 710 840 876 999 2024",
    ],
)
def test_answers_to_other_questions_are_refused(texts):
    assert {text: code for text in texts.split() if (code := found(text))} == {}


def test_typing_errors_are_never_another_country():
    english = [name for code, name in Locale.parse("en").territories.items() if code.isalpha() and len(name) > 6]
    wrong, right, cases = [], 0, 0
    for name in english:
        wanted = found(name)
        left_out = {name[:at] + name[at + 1 :] for at in range(1, len(name) - 2)}
        exchanged = {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(1, len(name) - 2)}
        for text in (left_out | exchanged) - {name}:
            got = found(text, accept_typos=True)
            cases += 1
            right += got == wanted
            wrong += [(text, got)] if got not in ("", wanted) and wanted else []
    assert cases > 3_000
    assert wrong == []
    assert right / cases > 0.7


@pytest.mark.parametrize("standard", ["alpha_2", "alpha_3", "numeric"])
def test_a_column_of_codes_is_read_as_codes(standard):
    countries = list(pycountry.countries)
    column = match_countries([getattr(country, standard) for country in countries])
    assert [c.alpha_2 if c else None for c in column.countries] == [country.alpha_2 for country in countries]


def test_a_lone_code_of_two_letters_or_digits_among_names_is_refused():
    names = ["Jamaica", "Perú", "Côte d’Ivoire"]
    # The column names these, and `US` is a name too.
    known = {"JM", "PE", "CI", "US"}
    for country in pycountry.countries:
        for code in {country.alpha_2, country.numeric} - known:
            column = match_countries([*names, code])
            assert column.countries[-1] is None
            assert column.unresolved[code].candidates == (country.alpha_2,)
        for code in {country.alpha_3} | {country.alpha_2} & known:
            assert match_countries([*names, code]).countries[-1].alpha_2 == country.alpha_2
