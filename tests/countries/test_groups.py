"""Groups and dates, checked against counts that the organisations publish and facts that are widely known."""

import datetime
from itertools import pairwise

import pytest

from capbuild.countries import all_countries, groups, members, memberships
from capbuild.countries.group_membership import group_by_id
from capbuild.errors import CountryError
from capbuild.model.country import CountryKind

COUNTS = {
    "UN": 193, "INTERPOL": 196, "OAS": 34, "CARICOM": 15, "OECS": 7, "SICA": 8, "ACS": 25, "COMMONWEALTH": 56,
    "OECD": 38, "EU": 27, "ECOWAS": 12, "ASEAN": 11, "AU": 55, "COE": 46, "SIDS": 39, "LDC": 44,
}  # fmt: skip


@pytest.mark.parametrize(("group", "count"), COUNTS.items())
def test_number_of_members(group, count):
    assert len(members(group)) == count


def test_every_membership_names_a_known_country_and_a_source():
    known = {country.alpha_2 for country in all_countries()}
    assert all(m.country.alpha_2 in known and m.source for m in memberships())
    assert {m.group for m in memberships()} == {group.id for group in groups()}


def test_no_country_is_twice_in_a_group_at_one_time():
    spans = {}
    for m in memberships():
        spans.setdefault((m.group, m.country, m.status), []).append(m)
    for same in spans.values():
        for earlier, later in pairwise(same):
            assert earlier.until.latest < later.since.earliest


def test_as_of_a_day():
    day = datetime.date
    assert len(members("EU", on=day(1957, 12, 31))) == 0
    assert len(members("EU", on=day(1990, 1, 1))) == 12
    assert len(members("EU", on=day(2015, 1, 1))) == 28
    assert len(members("UN", on=day(1950, 12, 31))) == 58
    assert len(members("UN", on=day(2015, 1, 1))) == 193
    assert "GB" not in {country.alpha_2 for country in members("EU", on=day(2021, 1, 1))}
    assert {c.alpha_2 for c in members("CARICOM", on=day(1973, 12, 31))} == {"BB", "GY", "JM", "TT"}


def test_participants_in_interpol(participants):
    inside = {country.alpha_2 for country in members("INTERPOL")}
    bureaus = {country.alpha_2 for country in members("INTERPOL", status="sub-bureau")}
    assert set(participants) - inside == {"TC"}
    assert "TC" in bureaus


def test_budapest_of_participants():
    in_force = {m.country.alpha_2: str(m.since) for m in memberships(group="BUDAPEST")}
    assert (in_force["DO"], in_force["CO"], in_force["CW"]) == ("2013-06-01", "2020-07-01", "2024-10-01")
    assert "JM" not in in_force


@pytest.mark.corpus
def test_participants_against_the_corpus(name_rows):
    budapest = {m.country.alpha_2: str(m.since) for m in memberships(group="BUDAPEST")}
    bureaus = {country.alpha_2 for country in members("INTERPOL", status="sub-bureau")}
    for row in name_rows("seed_participants.csv"):
        assert row["budapest_in_force"][:10] in ("", budapest.get(row["iso2"]))
        assert (row["iso2"] in bureaus) == row["interpol"].startswith("sub-bureau")


def test_regions_of_m49():
    caribbean = {country.alpha_2 for country in members("M49:029")}
    assert {"AW", "JM", "TT", "PR"} <= caribbean
    assert not {"BZ", "GY", "SR"} & caribbean
    assert group_by_id("M49:419").title.get("fr") == "Amérique latine"


def test_states_and_territories():
    kinds = {kind: sum(country.kind is kind for country in all_countries()) for kind in CountryKind}
    assert kinds == {CountryKind.STATE: 195, CountryKind.TERRITORY: 49, CountryKind.OTHER: 6}
    un = {country.alpha_2 for country in members("UN")}
    assert {c.alpha_2 for c in all_countries() if c.kind is CountryKind.STATE} - un == {"VA", "PS"}


def test_groups_are_found_by_their_title_in_every_language():
    from babel import Locale

    for language in ("en", "es", "fr", "nl", "pt"):
        regions = Locale.parse(language).territories
        for group in groups():
            assert group_by_id(group.title.get(language).upper()) is group
            if group.id.startswith("M49:"):
                assert group_by_id(regions[group.id.removeprefix("M49:")]) is group
    assert members("African Union") == members("au") == members("Union africaine")
    assert {group_by_id(name).id for name in ("OEA", "Organization of American States")} == {"OAS"}


def test_unknown_group():
    with pytest.raises(CountryError, match="CARICOM"):
        members("CARICON")
