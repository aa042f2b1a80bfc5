"""Heads that say who answered, or where, and what the cells below show. All answers are invented."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes


@pytest.fixture(params=["csv", "xlsx"])
def read(request):
    def run(rows):
        data = csv_bytes(rows) if request.param == "csv" else xlsx_bytes({"S": rows})
        reading = cb.read(data, name=f"a.{request.param}")
        assert list(scan_differences(cb.scan(data, name=f"a.{request.param}"), reading.responses)) == []
        assert all(account.adds_up for account in reading.reconciliation.sheets)
        return reading

    return run


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Unit", ["Yes", "No", "Yes"]),
        ("Entidad", ["Sí", "n/a", "No"]),
        ("Agency", ["oui", "non", ""]),
        ("Department", ["3", "0", "12"]),
    ],
)
def test_answers_below_a_word_for_respondents_are_answers(read, head, cells):
    reading = read([["Country", head, "Law"], *zip(["Peru", "Cuba", "Chile"], cells, ["a", "b", "c"], strict=True)])
    assert [response.respondent.pseudonym for response in reading.responses] == ["row 2", "row 3", "row 4"]
    assert str(reading.responses[0][head].value) == cells[0]


@pytest.mark.parametrize("cells", [["Police", "Courts", "Police"], ["Yes", "No", "Police"], ["1st", "2nd", "3rd"]])
def test_others_are_who_answered(read, cells):
    reading = read([["Country", "Unit", "Law"], *zip(["Peru", "Cuba", "Chile"], cells, ["a", "b", "c"], strict=True)])
    assert [response.respondent.pseudonym for response in reading.responses] == cells


def test_a_head_with_a_word_for_countries_above_countries_regions_and_totals(read):
    rows = [
        ["Region / Country", "Male", "Female"],
        ["Caribbean", "", ""],
        ["Jamaica", "10", "5"],
        ["Subtotal Caribbean", "10", "5"],
        ["Central America", "", ""],
        ["Belize", "4", "3"],
        ["Total", "14", "8"],
    ]
    reading = read(rows)
    assert [(r.country.alpha_2, r["Male"].value) for r in reading.responses] == [("JM", 10), ("BZ", 4)]
    (account,) = reading.reconciliation.sheets
    assert account.rows_left_out == {"names a region above its countries": 2, "a total or mean of other rows": 2}


def test_the_country_somebody_comes_from_is_an_answer():
    data = csv_bytes([["Country of birth", "Law"], ["Peru", "a"], ["Cuba", "b"]])
    reading = cb.read(data, name="a.csv")
    assert [(r.place, r["Country of birth"].value) for r in reading.responses] == [(None, "Peru"), (None, "Cuba")]


def test_a_title_of_two_cells_is_no_row_of_heads(read):
    reading = read([["Report", "2015", ""], ["Country", "Law", "Staff"], ["Peru", "Yes", "3"], ["Cuba", "No", "4"]])
    assert [(r.country.alpha_2, r["Law"].value) for r in reading.responses] == [("PE", "Yes"), ("CU", "No")]


@pytest.mark.parametrize("headers", [("País", "Data", "Pessoal"), ("Paese", "Data", "Personale")])
@pytest.mark.parametrize("cells", [["2025-05-06", "2025-05-17"], ["06/05/2025", "17/05/2025"]])
def test_a_word_for_date_above_dates_is_the_date(read, headers, cells):
    reading = read([headers, ["Angola", cells[0], 3], ["Cuba", cells[1], 4]])
    assert [(response.date.month, response.date.day) for response in reading.responses] == [(5, 6), (5, 17)]
    assert [question.id for question in reading.questions] == [headers[2]]


def test_a_word_for_date_above_dates_is_the_date_of_answers_in_rows(read):
    rows = [(place, day, asked, value) for place, day in (("Angola", "06/05/2025"), ("Cuba", "17/05/2025"))
            for asked, value in (("Lei?", "sim"), ("Pessoal", "3"))]  # fmt: skip
    reading = read([("País", "Data", "Pergunta", "Resposta"), *rows])
    assert [(response.date.month, response.date.day) for response in reading.responses] == [(5, 6), (5, 17)]


def test_figures_below_data_are_answers(read):
    reading = read([("Country", "Data", "Staff"), ("Angola", 3, 4), ("Cuba", 5, 4)])
    assert [response.date for response in reading.responses] == [None, None]
    assert [question.id for question in reading.questions] == ["Data", "Staff"]
