"""Whatever the text: a country or a CountryError, and nothing else."""

import unicodedata

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from capbuild.countries import all_countries, country_name, find_countries, resolve
from capbuild.countries.index import load_index
from capbuild.countries.resolver import is_country_name
from capbuild.errors import CountryError

NAMES = st.sampled_from([country_name(c, tag) for c in all_countries() for tag in ("en", "es", "fr", "nl", "pt")])
SCRAPS = st.sampled_from(
    ["(", ")", ",", ";", " - ", "/", ":", "the", "Republic of", "\u202e", "\x00", "Ã", "St.", "\ufffd", "."]
)


def outcome(text, **options):
    """Return the country, or the candidates of the error; any other exception is a failure."""
    try:
        return resolve(text, **options).country
    except CountryError as error:
        return error.candidates


@given(st.text(max_size=300))
def test_any_text(text):
    found = outcome(text)
    assert found in all_countries() or all(len(code) == 2 for code in found)
    for mention in find_countries(text):
        assert text[mention.start : mention.end] == mention.text


@pytest.mark.parametrize("tag", ["ar", "de", "en", "nl", "sw", "zh"])
def test_every_name_that_languages_dispute_in_a_column_of_each(tag):
    column = [str(Locale(tag).territories[code]) for code in ("KE", "PE", "GH")]
    for text in load_index().disputed:
        found = outcome(text, column=[text, *column])
        assert found in all_countries() or all(len(code) == 2 for code in found), text


@given(st.lists(NAMES | SCRAPS, max_size=5), st.booleans())
def test_names_mixed_with_scraps(parts, accept_typos):
    found = outcome("".join(parts), accept_typos=accept_typos)
    assert found in all_countries() or len(set(found)) == len(found)


@given(
    st.lists(NAMES | SCRAPS, max_size=4).map("".join) | st.sampled_from(["Congo", "Guinea", "Saint Martin", "Atlantis"])
)
def test_a_name_is_told_as_it_resolves(text):
    try:
        resolve(text)
        named = True
    except CountryError as error:
        named = error.code == "CB402" and len(error.candidates) > 1
    assert is_country_name(text) is named


@given(NAMES)
def test_spelling_of_the_same_name_does_not_matter(name):
    wanted = outcome(name)
    assert outcome(name.upper()) == wanted
    assert outcome(unicodedata.normalize("NFD", name)) == wanted
    assert outcome(f"\u00a0{name}  ") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t\n",
        "\x00",
        "🇯🇲",
        "a" * 10_000,
        "(" * 199,
        "Congo, " * 28,
        "é" * 150,
        "جامايكا" * 20,
        "-" * 200,
        "St. " * 50,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_is_refused(text):
    with pytest.raises(CountryError):
        resolve(text)
