"""Tables longer than the sample that layouts are judged on: what depends on all rows, or on their order, is found."""

import itertools

import pytest

import capbuild as cb

PLACES = ("Peru", "Chile", "Cuba", "Togo")
GROUPS = (3, 150)


def read(rows):
    return cb.read("\n".join(",".join(map(str, row)) for row in rows).encode(), name="a.csv")


@pytest.mark.parametrize("groups", GROUPS)
def test_a_year_named_once_above_the_same_countries_is_that_of_each(groups):
    rows = [("year", "country", "law")]
    rows += [(1900 + n if place == PLACES[0] else "", place, "yes") for n in range(groups) for place in PLACES]
    years = [one["year"].value for one in read(rows).responses]
    assert years == [1900 + n for n in range(groups) for _ in PLACES]


@pytest.mark.parametrize("groups", GROUPS)
def test_headings_above_the_same_countries_are_part_of_the_question(groups):
    rows = [("country", "nurses", "courts")]
    for n in range(groups):
        rows += [(f"District {n}", "", ""), *((place, n, n + 1) for place in PLACES)]
    survey = read(rows)
    assert len(survey.responses) == groups * len(PLACES)
    assert {one.question for one in survey.responses[-1].answers} == {
        f"District {groups - 1} - nurses",
        f"District {groups - 1} - courts",
    }
    assert len(survey.issues) == 0


@pytest.mark.parametrize("by_series", [False, True])
@pytest.mark.parametrize("places", [8, 100])
def test_series_without_a_common_year_are_apart(places, by_series):
    names = [one.name for one in cb.countries.all_countries() if one.name.isalpha()][:places]
    years = {"ROAD": (2010, 2015), "RAIL": (2012, 2018)}
    body = [("3.6.1", series, name, year, 7) for name in names for series, own in years.items() for year in own]
    body.sort(key=(lambda row: row[1]) if by_series else (lambda row: row[2]))
    survey = read([("Indicator", "SeriesCode", "GeoAreaName", "TimePeriod", "Value"), *body])
    asked = {f"3.6.1 [{series}, {year}]" for series, own in years.items() for year in own}
    assert {one.id for one in survey.questions} == asked


@pytest.mark.parametrize("head", ["flag", "obs_status", "footnote", "symbol", "note"])
def test_a_flag_beside_values_distinguishes_no_answers(head):
    flags = itertools.cycle(["", "E", "P", "", "", "E"])
    keys = itertools.product(["Jamaica", "Belize", "Peru"], [2018, 2019], ["Male", "Female"], ["Deaths", "Births"])
    rows = [f"{','.join(map(str, key))},{n},{next(flags)}" for n, key in enumerate(keys, start=10)]
    found = cb.read("\n".join([f"country,year,sex,indicator,value,{head}", *rows]).encode(), name="a.csv")
    assert len(found.questions) == 8
    told = [str(answer.comment or "") for response in found for answer in response]
    assert sorted(filter(None, told)) == ["E"] * 8 + ["P"] * 4


LONG_DATES = """country,question,answer,date
Peru,law,yes,2015-02-30
Peru,staff,3,2015-02-30
Chile,law,no,2015-02-01
Chile,staff,5,2015-02-01
"""
ACROSS_DATES = """question,Peru,Chile
Date,soon,2015-02-01
Law,yes,no
Staff,3,4
"""


@pytest.mark.parametrize(("text", "place"), [(LONG_DATES, "a.csv:D2"), (ACROSS_DATES, "a.csv:B2")])
def test_a_date_that_cannot_be_read_is_cited_with_its_column(text, place):
    issues = [issue for issue in cb.read(text.encode(), name="a.csv").issues if issue.code == "CB201"]
    assert [str(issue.origin) for issue in issues] == [place]
