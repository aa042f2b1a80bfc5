"""Collections are asked for a country by the object, a code, or any spelling that reading resolves."""

import datetime
from types import SimpleNamespace

import pytest
from babel import Locale

import capbuild as cb
from capbuild import model as m
from capbuild.countries import all_countries, country_by_code
from capbuild.errors import CountryError, WriteError
from capbuild.plugins import Host, hookimpl
from capbuild.scoring.triangulation import Triangulation, TriangulationRow
from capbuild.stats.estimate import Estimate
from capbuild.tables import Tally, TallyCell

LEVELS = [m.Level(code=f"L{number}", order=number, label=str(number)) for number in (1, 2)]
LAB = m.Capacity(id="L", title="Lab", criteria=[m.Criterion(id="L.1", step=2, check="O", text="Seen")])
FRAMEWORK = m.Framework(id="f", edition="1", title="F", scales=[m.Scale(id="s", levels=LEVELS)], roots=[LAB])
ROUND = m.Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))


def assessments(countries, silent=()):
    made = [m.Assessment(country=one, framework=FRAMEWORK, round=ROUND) for one in countries]
    return m.AssessmentSet(framework=FRAMEWORK, round=ROUND, assessments=made, silent=silent)


ALL = assessments(all_countries())


def texts():
    """Names of every country in CLDR in five languages, as written, small and with a label."""
    for language in ("en", "es", "fr", "nl", "pt"):
        for code, name in Locale.parse(language).territories.items():
            if code.isalpha():
                yield from (name, name.lower(), f"Country: {name}")


def as_read(text):
    try:
        return cb.country(text)
    except CountryError:
        return None


def test_assessments_are_found_as_reading_resolves():
    asked = list(dict.fromkeys(texts()))
    assert len(asked) > 2_000
    for text in asked:
        wanted, got = as_read(text), ALL.get(text)
        assert (None if got is None else got.country) == wanted, text
        assert (text in ALL) == (wanted is not None)


@pytest.mark.parametrize(
    ("text", "code"), [("Côte d'Ivoire", "CI"), ("kenya", "KE"), ("Swaziland", "SZ"), ("CIV", "CI"), ("Méx.", "MX")]
)
def test_every_collection_is_asked_alike(text, code):
    place = country_by_code(code)
    gone = m.CriterionChange(
        country=place, criterion="L.1", move="lost", before="met", after="not met", cause=m.ChangeCause.CAPACITY
    )
    change = m.Change(before="a", after="b", matched=[code], criteria=[gone])
    assert list(change.for_country(text)) == list(change.for_country(place)) == [gone]
    row = TriangulationRow(country=place, capacity="L", target="L.1", findings={})
    assert Triangulation(rows=[row]).find(text, "L.1") is row
    half = Estimate(value=0.5, se=0.1, low=0.3, high=0.7, level=0.95, df=8.0, n=9)
    cell = TallyCell(domain=[place], target="L.1", estimate=half, rows=9, n=9)
    assert Tally(by=["country"], cells=[cell])[text, "L.1"] is cell
    series = m.ExternalSeries(
        id="x", provider="p", edition="1", title="X", values={code: 1.0}, statuses={code: "estimated"}
    )
    assert series.status_of(text) is series.status_of(place) is m.SeriesStatus.ESTIMATED
    assert ALL[text].country == place


def test_what_names_no_country_says_why():
    with pytest.raises(KeyError, match="does not name one country"):
        ALL["Congo"]
    with pytest.raises(KeyError, match="nearest: JM Jamaica"):
        ALL["Jamaca"]
    with pytest.raises(CountryError):
        m.Change(before="a", after="b").for_country("Atlantis")
    some = assessments([country_by_code("JM")], silent=[country_by_code("SZ")])
    with pytest.raises(KeyError, match="Swaziland has not answered yet"):
        some["Swaziland"]
    with pytest.raises(KeyError, match="has none"):
        some["kenya"]
    assert "Swaziland" not in some
    assert some.get("kenya") is None
    assert 3 not in some


def test_a_countrys_own_name_counts_first():
    ours = m.Country(alpha_2="GI", alpha_3="GIB", name="Peru", kind=m.CountryKind.TERRITORY, sovereign="GB")
    assert assessments([ours])["Peru"].country == ours


def test_a_tie_is_broken_by_the_countries_at_hand():
    assert assessments([country_by_code("SX")])["Saint Martin"].country.alpha_2 == "SX"


def test_the_profile_of_a_country_is_asked_for_by_any_spelling():
    some = assessments([country_by_code("KE"), country_by_code("SZ")])
    made = [cb.render(some, "md", kind="profile", country=name) for name in ("KE", "KEN", "kenya", "Quénia", "Kenya")]
    assert len(set(made)) == 1
    with pytest.raises(WriteError, match="'PE' has no assessment"):
        cb.render(some, "md", kind="profile", country="Peru")
    with pytest.raises(WriteError, match="names no country"):
        cb.render(some, "md", kind="profile", country="Atlantis")


def test_a_plugin_that_knows_a_spelling_is_asked(monkeypatch):
    plugin = SimpleNamespace(resolve_country=hookimpl(lambda text, language: "GI" if text == "The Rock" else None))
    host = Host(plugins={"mine": plugin}, discover=False)
    monkeypatch.setattr("capbuild.io.reading.default_host", lambda: host)
    assert ALL["The Rock"].country.alpha_2 == "GI"
