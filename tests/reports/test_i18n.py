"""Numbers, dates, plurals and lists as people of each language and region write them."""

import datetime
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import WriteError
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Programme
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.reports.i18n import get_translator
from tests.reports.looking import Context


@pytest.mark.parametrize(
    ("language", "number", "date"),
    [
        ("en", "12,345.5", "31 March 2017"),
        ("es", "12.345,5", "31 de marzo de 2017"),
        ("fr", "12\u202f345,5", "31 mars 2017"),
        ("nl", "12.345,5", "31 maart 2017"),
        ("pt", "12.345,5", "31 de março de 2017"),
    ],
)
def test_forms(language: str, number: str, date: str) -> None:
    t = get_translator(language)
    assert (t.number(12345.5), t.date(datetime.date(2017, 3, 31))) == (number, date)


@pytest.mark.parametrize(
    ("tag", "number", "cents", "share"),
    [
        ("en", "2,000,000", "1,234.50", "66%"),
        ("es", "2.000.000", "1.234,50", "66\xa0%"),
        ("es-MX", "2,000,000", "1,234.50", "66%"),
        ("es-GT", "2,000,000", "1,234.50", "66%"),
        ("es-419", "2,000,000", "1,234.50", "66%"),
        ("es-CO", "2.000.000", "1.234,50", "66%"),
        ("fr-HT", "2\u202f000\u202f000", "1\u202f234,50", "66\xa0%"),
        ("nl-SX", "2.000.000", "1.234,50", "66%"),
        ("nl-ZZ", "2.000.000", "1.234,50", "66%"),
        ("pt-BR", "2.000.000", "1.234,50", "66%"),
        ("ht-HT", "2,000,000", "1,234.50", "66%"),  # in the words of English, and so in its numbers
    ],
)
def test_a_region_has_its_numbers(tag: str, number: str, cents: str, share: str) -> None:
    t = get_translator(tag)
    assert (t.number(2_000_000), t.amount(Decimal("1234.5")), t.percent(0.66)) == (number, cents, share)


def test_numbers_in_one_column_are_grouped_alike() -> None:
    assert [get_translator("es").number(value) for value in (7200, 36450, -1234.5)] == ["7.200", "36.450", "−1.234,5"]


def test_the_first_of_a_month() -> None:
    first = datetime.date(2015, 4, 1)
    shown = {tag: get_translator(tag).date(first) for tag in ("en", "en-US", "es", "fr", "nl", "pt")}
    assert shown == {
        "en": "1 April 2015",
        "en-US": "April 1, 2015",
        "es": "1 de abril de 2015",
        "fr": "1er avril 2015",
        "nl": "1 april 2015",
        "pt": "1º de abril de 2015",
    }
    assert get_translator("fr").date(datetime.date(2015, 4, 11)) == "11 avril 2015"


def test_zero_and_one_have_their_own_words() -> None:
    t = evolve(
        get_translator("fr"), messages=FrozenMap({"a": {"=0": "aucun", "one": "{count} ouvert", "other": "{count} s"}})
    )
    assert [t("a", count=count) for count in (0, 1, 2, 1_000_000)] == [
        "aucun",
        "1 ouvert",
        "2 s",
        "1\u202f000\u202f000 s",
    ]


def test_y_is_e_before_the_sound_of_an_i() -> None:
    t = get_translator("es")
    pairs = [t.joined(["Perú", last]) for last in ("Italia", "Islas Caimán", "hielo", "Haití", "Chile", "hijos")]
    assert [text.split()[1] for text in pairs] == ["e", "e", "y", "y", "y", "e"]


def test_lists_in_words() -> None:
    t = get_translator("en")
    assert t.joined([]) == ""
    assert t.joined(["a"]) == "a"
    assert t.joined(["a", "b", "c"]) == "a, b and c"
    assert t.joined(["a, b", "c"]) == "a, b; and c"


def test_a_language_without_a_catalogue_falls_back() -> None:
    assert [get_translator(tag).language for tag in ("es-CO", "NL", "ht", "")] == ["es", "nl", "en", "en"]


@pytest.mark.parametrize("language", ["sp", "de", "es_MX", "english"])
def test_a_language_without_words_is_refused(language: str, baseline: AssessmentSet, context: Context) -> None:
    with pytest.raises(WriteError) as caught:
        build(baseline, context(language=language))
    assert (caught.value.code, repr(language) in str(caught.value)) == ("CB704", True)
    assert "en, es, fr, nl or pt" in str(caught.value.remedy)


def test_a_language_of_the_programme_is_written_with_the_words_that_there_are(
    baseline: AssessmentSet, programme: Programme
) -> None:
    spoken = evolve(programme, languages=("ht", "en"))
    assert build(baseline, RenderContext(programme=spoken, language="ht-HT")).title
    assert build(baseline, RenderContext(programme=spoken, language="es-CO")).title


@given(
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.sampled_from(["en", "es-MX", "fr", "nl", "pt-BR"]),
)
def test_any_number_and_amount_is_printed_with_all_its_digits(value: float, amount: Decimal, tag: str) -> None:
    t = get_translator(tag)
    assert t.number(value)
    assert t.percent(value, digits=1)
    digits = "".join(c for c in t.amount(amount) if c.isdigit())
    assert digits.strip("0") == f"{amount.copy_abs():f}".replace(".", "").strip("0")
    assert ("−" in t.amount(amount)) is (amount < 0)


def test_what_rounds_to_zero_has_no_sign() -> None:
    t = get_translator("en")
    assert (t.number(-1e-9), t.percent(-0.001), t.amount(Decimal("-0.001"))) == ("0", "0%", "0.00")
