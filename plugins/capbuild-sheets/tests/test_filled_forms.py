"""Sheets that are a form filled in, one a country or one a sheet; all figures are invented."""

import datetime

import pytest

from capbuild.model import Missing

FORM = [
    ["Return for 2016"],
    ["Country:", "Jamaica"],
    ["Date of visit:", datetime.date(2016, 3, 1)],
    [],
    ["A. Law"],
    ["Law in force?", "yes"],
    ["Powers?"],
    ["Staff", "n/a"],
    [],
    ["B. Units"],
    ["Lead unit", "CERT"],
    ["Budget", 12.5],
]


def test_a_filled_in_form_is_one_response(read, make):
    reading = read(make({"Visit": FORM}))
    (response,) = reading.responses
    assert (response.country.alpha_2, response.date) == ("JM", datetime.date(2016, 3, 1))
    assert {a.question: a.value for a in response} == {
        "Date of visit": datetime.date(2016, 3, 1),
        "Law in force?": "yes",
        "Powers?": Missing.NO_ANSWER,
        "Staff": Missing.NOT_APPLICABLE,
        "Lead unit": "CERT",
        "Budget": 12.5,
    }
    assert str(response["Budget"].origin) == "x.xlsx!Visit:B12"
    groups = {q.id: q.group for q in reading.questionnaire.questions}
    assert (groups["Powers?"], groups["Budget"], groups["Date of visit"]) == ("A. Law", "B. Units", None)
    assert not list(reading.issues)
    (account,) = reading.reconciliation.sheets
    assert (account.rows_in, account.rows_out) == (12, 7)
    assert dict(account.rows_left_out) == {
        "title or note above the header": 1,
        "blank": 2,
        "a heading without a question": 2,
    }


def test_one_form_a_sheet_makes_one_questionnaire(read, make):
    sheets = {"Return 1": [["Country", "Jamaica"], ["Law?", "yes"], ["Staff?", 3]]}
    sheets["Return 2"] = [["Country", "BLZ"], ["Staff?", 4], ["Law?", "no"]]
    reading = read(make(sheets))
    assert [(r.country.alpha_2, r["Law?"].value, r["Staff?"].value) for r in reading.responses] == [
        ("JM", "yes", 3),
        ("BZ", "no", 4),
    ]
    assert [r.respondent.pseudonym for r in reading.responses] == ["Return 1", "Return 2"]
    assert [q.id for q in reading.questionnaire.questions] == ["Law?", "Staff?"]


def test_a_form_on_a_sheet_named_for_its_country(read, make):
    rows = [["Law?", "yes"], ["Staff?", 3], ["E-mail:", "a@example.org"]]
    reading = read(make({"Curaçao": rows}), drop_personal=True)
    assert [(r.country.alpha_2, [a.question for a in r]) for r in reading.responses] == [("CW", ["Law?", "Staff?"])]
    assert "a@example.org" not in repr(reading)


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ([["Country", "Score"], ["Jamaica", 3], ["Belize", 5], ["Cuba", 4]], ["Jamaica", "Belize", "Cuba"]),
        ([["Country", "Jamaica"], ["Belize", 5], ["Cuba", 4]], ["Belize", "Cuba"]),
        ([["Unit", "Staff"], ["CERT", 3], ["Police", 4]], [None, None]),
    ],
)
def test_tables_in_two_columns_are_no_forms(read, make, rows, places):
    assert [response.place for response in read(make({"S": rows})).responses] == places


def test_a_country_among_questions_below_headers_is_that_of_the_form(read, make, told):
    rows = [["Question", "Answer"], ["Country", "Jamaica"], ["Law?", "yes"], ["Lab?", "no"], ["Staff?", 3]]
    (response,) = (reading := read(make({"S": rows}))).responses
    assert {a.question: a.value for a in response} == {"Law?": "yes", "Lab?": "no", "Staff?": 3}
    assert (response.country.alpha_2, told(reading, "CB206")) == ("JM", [])


def test_a_text_behind_some_values_of_a_form_is_a_comment(read, make):
    (response,) = read(make({"S": [["Country", "Jamaica"], ["Law?", "yes", "of 2015"], ["Lab?", "no"]]})).responses
    assert response.country.alpha_2 == "JM"
    assert [(a.question, a.value, a.comment) for a in response] == [("Law?", "yes", "of 2015"), ("Lab?", "no", None)]
