"""Names out, codes and tiles, checked against pycountry, CLDR and hand-written expectations."""

import pycountry
import pytest

from capbuild.countries import all_countries, code_lists, country_by_code, country_name, resolve, sort_countries, tiles
from capbuild.countries.names import LANGUAGES
from capbuild.errors import OptionError, UnknownCountry
from capbuild.reports.country_names import write_of_country

IN_SENTENCE = """
BS | the Bahamas | las Bahamas | les Bahamas | de Bahama’s | as Bahamas
DO | the Dominican Republic | la República Dominicana | la République dominicaine | de Dominicaanse Republiek | a República Dominicana
EC | Ecuador | Ecuador | l’Équateur | Ecuador | o Equador
HT | Haiti | Haití | Haïti | Haïti | o Haiti
HN | Honduras | Honduras | le Honduras | Honduras | Honduras
US | the United States | los Estados Unidos | les États-Unis | de Verenigde Staten | os Estados Unidos
GB | the United Kingdom | el Reino Unido | le Royaume-Uni | het Verenigd Koninkrijk | o Reino Unido
TC | the Turks and Caicos Islands | las Islas Turcas y Caicos | les Îles Turques-et-Caïques | de Turks- en Caicoseilanden | as Ilhas Turcas e Caicos
"""  # noqa: E501 - a table


def expected():
    rows = [[cell.strip() for cell in line.split("|")] for line in IN_SENTENCE.strip().splitlines()]
    return [(code, tag, cell) for code, *cells in rows for tag, cell in zip(LANGUAGES, cells, strict=True)]


@pytest.mark.parametrize(("code", "language", "name"), expected())
def test_in_sentence(code, language, name):
    assert country_name(code, language, "in_sentence") == name


@pytest.mark.parametrize(
    ("code", "names"),
    {
        "KN": ("Federation of Saint Christopher and Nevis", "Federación de San Cristóbal y Nieves"),
        "TT": ("Republic of Trinidad and Tobago", "República de Trinidad y Tobago"),
        "PE": ("Republic of Peru", "República del Perú"),
        "GY": ("Co-operative Republic of Guyana", "República Cooperativa de Guyana"),
        "FR": ("French Republic", "República Francesa"),
    }.items(),
)
def test_official(code, names):
    assert tuple(country_name(code, tag, "official") for tag in ("en", "es")) == names


@pytest.mark.parametrize(
    ("code", "french", "portuguese"),
    [
        ("CL", "République du Chili", "República do Chile"),
        ("AT", "République d’Autriche", "República da Áustria"),
        ("AO", "République d’Angola", "República de Angola"),
        ("HT", "République d’Haïti", "República do Haiti"),
        ("HN", "République du Honduras", "República de Honduras"),
    ],
)
def test_official_names_contract_the_article(code, french, portuguese):
    assert (country_name(code, "fr", "official"), country_name(code, "pt", "official")) == (french, portuguese)


@pytest.mark.parametrize(
    ("code", "name", "of"),
    [
        ("HU", "la Hongrie", "de la Hongrie"),  # an aspirated h
        ("HK", "Hong Kong", "de Hong Kong"),
        ("HN", "le Honduras", "du Honduras"),
        ("HT", "Haïti", "d’Haïti"),
        ("IS", "l’Islande", "de l’Islande"),
        ("EC", "l’Équateur", "de l’Équateur"),
    ],
)
def test_french_names_lose_a_vowel_before_a_mute_h_only(code, name, of):
    assert country_name(code, "fr", "in_sentence") == name
    assert write_of_country(country_by_code(code), "fr") == of


def test_every_name_out_comes_back_or_is_known_to_be_shared():
    shared = {("Guiana", "pt")}
    for country in all_countries():
        for language in LANGUAGES:
            for form in ("short", "official", "in_sentence"):
                name = country_name(country, language, form)
                if (name.removeprefix("a "), language) not in shared:
                    assert resolve(name, language=language).country == country, (name, language)


def test_codes_are_those_of_iso_3166():
    ours = {(c.alpha_2, c.alpha_3) for c in all_countries() if c.alpha_2 != "XK"}
    assert ours == {(c.alpha_2, c.alpha_3) for c in pycountry.countries}
    assert all(country_by_code(c.numeric).alpha_2 == c.alpha_2 for c in pycountry.countries)
    assert country_by_code("XKX") == country_by_code("xk")
    with pytest.raises(UnknownCountry):
        country_by_code("ZZ")


def test_own_display_names_go_first():
    assert country_name("SX", "en", own={"SX": "St. Maarten"}) == "St. Maarten"


def test_unknown_language_and_form():
    with pytest.raises(OptionError, match="'xx'"):
        country_name("PE", "xx")
    with pytest.raises(OptionError, match="official"):
        country_name("PE", "en", "oficial")


def test_sorting_by_language():
    chosen = [country_by_code(code) for code in ("AT", "AX", "EG", "ES", "FI")]
    assert [c.alpha_2 for c in sort_countries(chosen, "en")] == ["AX", "AT", "EG", "FI", "ES"]
    assert [c.alpha_2 for c in sort_countries(chosen, "fr")] == ["AT", "EG", "ES", "FI", "AX"]


def test_code_lists_hold_no_code_twice():
    for codes in code_lists():
        assert len(set(codes.codes.values())) == len(codes.codes) or codes.id == "user-assigned"
    fifa = {codes.id: codes for codes in code_lists()}["fifa"]
    assert resolve("SKN", overrides=fifa.overrides()).country.alpha_2 == "KN"
    assert fifa.code("SX") is None


@pytest.mark.parametrize("name", ["americas", "world"])
def test_tiles_do_not_overlap(name):
    places = tiles(name)
    assert len(set(places.values())) == len(places)
    assert all(column >= 0 <= row for column, row in places.values())


def test_tiles_hold_everyone(participants):
    from capbuild.countries import members

    assert set(tiles("world")) == {country.alpha_2 for country in all_countries()}
    americas = {country.alpha_2 for country in members("M49:019")}
    assert americas - set(tiles("americas")) <= {"BV"}
    assert set(participants) <= set(tiles("americas"))
    with pytest.raises(OptionError):
        tiles("europe")
