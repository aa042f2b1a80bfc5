"""Memberships against counts and days that the organisations made public."""

import datetime

import pytest

from capbuild.countries import members, memberships
from capbuild.model.country import CountryKind

PARTIES_IN_OCTOBER_2024 = 76  # The Council of Europe's count when it invited Kenya, Malawi and Papua New Guinea.
PARTIES_WITH_SWEDEN = 66  # Its count on 28 April 2021.
JOINED_THE_EU_IN_2004 = {"CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"}
SINCE_THEN = {"BJ", "BR", "CI", "CM", "FJ", "GD", "KI", "NG", "SL", "TN"}


def codes(group, **options):
    return {country.alpha_2 for country in members(group, **options)}


def test_parties_to_the_budapest_convention():
    later_or_extension = {"CW", "EC", "NZ"}
    parties = codes("BUDAPEST") - later_or_extension
    assert len(parties) == PARTIES_IN_OCTOBER_2024
    assert len(parties - SINCE_THEN) == PARTIES_WITH_SWEDEN


def test_budapest_enters_into_force_on_the_first_of_a_month():
    days = [m.since for m in memberships(group="BUDAPEST") if m.since is not None]
    assert {since.day for since in days} <= {1, None}
    assert min(since.earliest for since in days) == datetime.date(2004, 7, 1)


def test_the_african_union_is_the_states_of_africa_and_western_sahara():
    african = {country.alpha_2 for country in members("M49:002") if country.kind is CountryKind.STATE}
    assert codes("AU") == african | {"EH"}


@pytest.mark.parametrize(
    ("group", "day", "suspended"),
    [
        ("AU", datetime.date(2023, 9, 3), {"BF", "GA", "GN", "ML", "NE", "SD"}),  # six, a record at the time
        ("AU", datetime.date(2025, 5, 2), {"BF", "GN", "ML", "NE", "SD"}),
        ("AU", datetime.date(2026, 1, 23), {"BF", "GW", "MG", "ML", "NE", "SD"}),
        ("ECOWAS", datetime.date(2025, 11, 28), {"GW"}),
        ("COMMONWEALTH", datetime.date(1996, 1, 1), {"NG"}),
        ("COMMONWEALTH", datetime.date(2010, 1, 1), {"FJ"}),
    ],
)
def test_suspended(group, day, suspended):
    assert codes(group, on=day, status="suspended") == suspended
    assert suspended <= codes(group, on=day)


@pytest.mark.parametrize(
    ("group", "before", "after", "difference"),
    [
        ("ECOWAS", datetime.date(2025, 1, 28), datetime.date(2025, 1, 30), {"BF", "ML", "NE"}),
        ("ASEAN", datetime.date(2025, 10, 25), datetime.date(2025, 10, 26), {"TL"}),
        ("EU", datetime.date(2004, 4, 30), datetime.date(2004, 5, 1), JOINED_THE_EU_IN_2004),
        ("COMMONWEALTH", datetime.date(2022, 6, 24), datetime.date(2022, 6, 25), {"GA", "TG"}),
        ("OAS", datetime.date(2023, 11, 18), datetime.date(2023, 11, 21), {"NI"}),
        ("OECD", datetime.date(2021, 5, 24), datetime.date(2021, 5, 25), {"CR"}),
    ],
)
def test_who_came_or_went(group, before, after, difference):
    assert codes(group, on=before) ^ codes(group, on=after) == difference


@pytest.mark.parametrize(("year", "total"), [(2011, 190), (2017, 192), (2018, 194), (2021, 195), (2023, 196)])
def test_number_of_interpol_members_at_the_end_of_a_year(year, total):
    assert len(members("INTERPOL", on=datetime.date(year, 12, 31))) == total
