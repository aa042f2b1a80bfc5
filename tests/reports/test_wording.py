"""Numbers and dates as the Unicode CLDR gives them; Babel is the oracle where it is installed."""

import datetime

import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Programme
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.reports.wording import LANGUAGES, plural, wording
from tests.reports.looking import Context

NUMBERS = (0, 1, 999, 1000, 1234, 12345, 1234567, 0.5, 1234.25, -7, -1234.5)
LOCALES = {"en": "en_GB", "es": "es_ES", "fr": "fr_FR", "nl": "nl_NL"}


@pytest.mark.parametrize(
    ("language", "number", "date"),
    [
        ("en", "12,345.5", "31 March 2017"),
        ("es", "12.345,5", "31 de marzo de 2017"),
        ("fr", "12\u202f345,5", "31 mars 2017"),
        ("nl", "12.345,5", "31 maart 2017"),
    ],
)
def test_forms(language: str, number: str, date: str) -> None:
    say = wording(language)
    assert (say.number(12345.5), say.date(datetime.date(2017, 3, 31))) == (number, date)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_dates_and_plurals_agree_with_babel(language: str) -> None:
    numbers = pytest.importorskip("babel.numbers", reason="Babel is not installed")
    from babel import Locale
    from babel.dates import format_date

    say, locale = wording(language), LOCALES[language]
    for value in NUMBERS:
        if language == "es" and 1000 <= abs(value) < 10_000:
            # CLDR: minimumGroupingDigits is 2 in Spanish, which Babel does not apply.
            assert "." not in say.number(value)
            continue
        assert say.number(value).replace("−", "-") == numbers.format_decimal(value, locale=locale), value
    for month in range(1, 13):
        day = datetime.date(2017, month, 5)
        assert say.date(day) == format_date(day, "long", locale=locale)
    for count in range(200):
        assert plural(language, count) == Locale.parse(locale).plural_form(count), count


def test_lists_in_words() -> None:
    say = wording("en")
    assert say.joined([]) == ""
    assert say.joined(["a"]) == "a"
    assert say.joined(["a", "b", "c"]) == "a, b and c"
    assert say.joined(["a, b", "c"]) == "a, b; and c"


def test_a_language_without_a_catalogue_falls_back() -> None:
    assert [wording(tag).language for tag in ("es-CO", "NL", "pt", "")] == ["es", "nl", "en", "en"]


@pytest.mark.parametrize("language", ["sp", "de", "es_MX", "english"])
def test_a_language_without_words_is_refused(language: str, baseline: AssessmentSet, context: Context) -> None:
    with pytest.raises(WriteError) as caught:
        build(baseline, context(language=language))
    assert (caught.value.code, repr(language) in str(caught.value)) == ("CB704", True)
    assert "en, es, fr or nl" in str(caught.value.remedy)


def test_a_language_of_the_programme_is_written_with_the_words_that_there_are(
    baseline: AssessmentSet, programme: Programme
) -> None:
    spoken = evolve(programme, languages=("pt", "en"))
    assert build(baseline, RenderContext(programme=spoken, language="pt-BR")).title
    assert build(baseline, RenderContext(programme=spoken, language="es-CO")).title
