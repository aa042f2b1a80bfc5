"""Sheets with a country a column, alone or with scores, evidence or years below it; all figures are invented."""

import pytest
from capbuild_sheets.across import columns_below_countries, countries_across, head_of_countries

from capbuild.model import Missing


def test_countries_across_in_groups_with_areas_beside_the_questions(read, make, said):
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


def test_codes_of_countries_across_and_codes_of_questions_down(read, make, said):
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


def test_scores_and_evidence_below_merged_countries_are_one_response_each(read, make):
    rows = [
        ["Visits of 2016"],
        ["Code", "Question", "Jamaica", None, "Belize", None],
        [None, None, "Score", "Evidence", "Score", "Evidence"],
        ["L1", "Law in force?", 1, "law no. 5", 3, None],
        ["L2", "Officers trained?", 5, None, "n/a", "no list"],
    ]
    reading = read(make({"S": rows}, {"S": ["A1:F1", "C2:D2", "E2:F2"]}))
    jamaica, belize = reading.responses
    assert [(a.question, a.value, a.comment) for a in jamaica] == [("L1", 1, "law no. 5"), ("L2", 5, None)]
    assert (belize["L2"].value, belize["L2"].comment) == (Missing.NOT_APPLICABLE, "no list")
    assert str(belize["L2"].origin) == "x.xlsx!S:E5"
    assert [q.text.source for q in reading.questionnaire.questions] == ["Law in force?", "Officers trained?"]
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize("years", [("2015", "2016"), (2015, 2016)])
def test_years_below_countries_are_questions_of_one_response(read, make, years):
    rows = [
        ["Question", "Jamaica", None, "Belize", None],
        [None, *years, *years],
        ["Law?", 1, 2, 3, 4],
        ["Lab?", 5, 6, 7, None],
    ]
    reading = read(make({"S": rows}))
    assert [r.country.alpha_2 for r in reading.responses] == ["JM", "BZ"]
    assert [(a.question, a.value) for a in reading.responses[1]] == [
        ("Law? [2015]", 3),
        ("Law? [2016]", 4),
        ("Lab? [2015]", 7),
        ("Lab? [2016]", Missing.NO_ANSWER),
    ]
    assert [str(a.origin) for a in reading.responses[0]][1::2] == ["x.xlsx!S:C3", "x.xlsx!S:C4"]


@pytest.mark.parametrize(
    "below",
    [
        (None, "Score", "Evidence", "Score", "Remark"),  # not the same below both
        (None, "Score", "Score", "Score", "Score"),
        ("Law?", "yes", "no", "yes", "no"),  # a question
        (None, "Score", None, "Score", None),
    ],
)
def test_heads_below_countries_are_the_same_for_each(below):
    assert columns_below_countries([("Question", "Jamaica", None, "Belize", None), below], 0) == []
