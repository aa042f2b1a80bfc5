"""Sheets that people arrange for the eye; all figures are invented."""

import datetime

import pytest
from capbuild_sheets.across import countries_across, head_of_countries

from capbuild.io.scanning import scan
from capbuild.testing.scanning import scan_differences


def said(reading):
    return [
        (r.country.alpha_2, {a.question: a.value for a in r.answers if not a.is_missing}) for r in reading.responses
    ]


def test_countries_across_in_groups_with_areas_beside_the_questions(read, make):
    rows = [
        ["Review 2015"],
        [],
        ["Area", "Indicator", "Caribbean", None, "Central America", None],
        [None, None, "Jamaica", "Barbados", "Belize", "Panamá"],
        ["Legal", "Law in force?", "yes", "no", "n/a", "yes"],
        [None, "Staff", 12, 3, None, 7],
        ["Technical", "Lab?", "yes", "yes", "no", 0],
        ["Source: returns of the ministries"],
    ]
    reading = read(make({"Matrix": rows}, {"Matrix": ["C3:D3", "E3:F3", "A5:A6"]}))
    assert said(reading) == [
        ("JM", {"Law in force?": "yes", "Staff": 12, "Lab?": "yes"}),
        ("BB", {"Law in force?": "no", "Staff": 3, "Lab?": "yes"}),
        ("BZ", {"Lab?": "no"}),
        ("PA", {"Law in force?": "yes", "Staff": 7, "Lab?": 0}),
    ]
    assert {q.id: q.group for q in reading.questionnaire.questions} == {
        "Law in force?": "Legal",
        "Staff": "Legal",
        "Lab?": "Technical",
    }
    assert str(reading.responses[3]["Staff"].origin) == "x.xlsx!Matrix:F6"
    assert reading.reconciliation.adds_up


def test_codes_of_countries_across_and_codes_of_questions_down(read, make):
    rows = [
        ["Code", "Question", "JAM", "BRB", "BLZ"],
        ["L1", "Is there a law?", "yes", "no", None],
        ["O1", "Staff", 1, 2, 3],
    ]
    reading = read(make({"M": rows}))
    assert said(reading) == [("JM", {"L1": "yes", "O1": 1}), ("BB", {"L1": "no", "O1": 2}), ("BZ", {"O1": 3})]
    assert reading.questionnaire["L1"].text.source == "Is there a law?"


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "Partner", "Other partner"], ["Peru", "Chile", "Cuba"], ["Chile", "Peru", "Belize"]],
        [["From", "To"], ["Jamaica", "Belize"], ["Peru", "Chile"]],
    ],
)
def test_pairs_of_countries_are_no_heads(rows):
    assert head_of_countries([tuple(row) for row in rows]) is None


def test_half_of_the_heads_must_be_countries():
    assert countries_across(["Question", "Remark", "Source", "Note", "Jamaica", "Belize"]) == []


def test_tables_below_one_another_are_read_apart(read, make):
    rows = [
        ["Country", "Law"],
        ["Jamaica", "yes"],
        ["Belize", "no"],
        [],
        ["Table 2: staff"],
        ["Country", "Staff", "Budget"],
        ["Jamaica", 12, "1,000,000"],
        ["Peru", 4, "1,000"],
    ]
    reading = read(make({"S": rows}))
    assert said(reading) == [
        ("JM", {"Law": "yes"}),
        ("BZ", {"Law": "no"}),
        ("JM", {"Staff": 12, "Budget": 1_000_000}),
        ("PE", {"Staff": 4, "Budget": 1_000}),
    ]
    assert [(s.rows_in, s.rows_out) for s in reading.reconciliation.sheets] == [(3, 2), (3, 2)]
    assert str(reading.responses[3]["Staff"].origin) == "x.xlsx!S:B8"
    assert reading.reconciliation.adds_up


def test_totals_are_left_out_and_counted(read, make):
    data = make({"S": [["Country", "Staff"], ["Jamaica", 12], ["Belize", 4], ["Total", 16], ["Promedio:", 8]]})
    reading = read(data)
    assert [r.place for r in reading.responses] == ["Jamaica", "Belize"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"a total or mean of other rows": 2}
    assert list(scan_differences(scan(data, name="x.xlsx"), reading.responses)) == []


def test_one_sheet_shows_the_order_of_day_and_month_for_all(read, make):
    def sheet(day):
        return [["Visit", day], ["Question", "Answer"], ["Law?", "yes"], ["Staff?", "12"]]

    reading = read(make({"Peru": sheet("12/03/2016"), "Chile": sheet("13/03/2016")}))
    assert [r.date for r in reading.responses] == [datetime.date(2016, 3, 12), datetime.date(2016, 3, 13)]


def test_a_sheet_whose_first_row_is_data_has_no_heads(read, make):
    reading = read(make({"S": [[1, "JAM", "yes"], [2, "BLZ", "no"], [3, "CUB", "no"]]}))
    assert [r.country.alpha_2 for r in reading.responses] == ["JM", "BZ", "CU"]
    assert [r["column 3"].value for r in reading.responses] == ["yes", "no", "no"]
    assert str(reading.responses[0]["column 3"].origin) == "x.xlsx!S:C1"
    assert {issue.code for issue in reading.issues} == {"CB114"}


def test_short_years_of_one_sheet_settle_the_order_for_all(read, make):
    sheets = {"Belize": "25/12/15", "Jamaica": "03/04/16"}
    reading = read(
        make({name: [["Question", "Answer"], ["Visited on", day], ["Law", "yes"]] for name, day in sheets.items()})
    )
    days = [r["Visited on"].value for r in reading.responses]
    assert days == [datetime.date(2015, 12, 25), datetime.date(2016, 4, 3)]
