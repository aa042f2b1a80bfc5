"""Sheets with a country a column, alone or with scores, evidence or years below it; all figures are invented."""

import pytest

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
def test_pairs_of_countries_are_no_heads(read, make, said, rows):
    reading = read(make({"S": rows}))
    assert [r.place for r in reading.responses] == [row[0] for row in rows[1:]]
    assert [list(r.values()) for _, r in said(reading)] == [row[1:] for row in rows[1:]]


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


def test_columns_of_remarks_before_countries_are_no_respondents(read, make, said):
    headers = ["Question", "Remark", "Source", "Note", "Jamaica", "Belize"]
    rows = [["Law?", "of 2015", "visit", "new", "yes", "no"], ["Lab?", "in one city", "letter", "old", "no", "no"]]
    reading = read(make({"S": [headers, *rows]}))
    assert said(reading) == [("JM", {"Law?": "yes", "Lab?": "no"}), ("BZ", {"Law?": "no", "Lab?": "no"})]
    assert reading.reconciliation.adds_up


def test_heads_below_countries_may_differ_in_the_word_for_remarks(read, make):
    rows = [
        ["Question", "Jamaica", None, "Belize", None],
        [None, "Score", "Evidence", "Score", "Remark"],
        ["Lab?", 1, "a letter", 2, "a visit"],
        ["Staff?", 3, "a list", 4, "a call"],
    ]
    reading = read(make({"S": rows}))
    assert [(r.country.alpha_2, [(a.question, a.value, a.comment) for a in r]) for r in reading.responses] == [
        ("JM", [("Lab?", 1, "a letter"), ("Staff?", 3, "a list")]),
        ("BZ", [("Lab?", 2, "a visit"), ("Staff?", 4, "a call")]),
    ]


def test_a_header_that_comes_again_below_one_country_is_told(read, make, told):
    headers = [["Question", "Jamaica", None, "Belize", None], [None, "Score", "Score", "Score", "Score"]]
    reading = read(make({"S": [*headers, ["Lab?", 1, 2, 3, 4], ["Staff?", 5, 6, 7, 8]]}))
    assert [[a.value for a in r] for r in reading.responses] == [[1, 2, 5, 6], [3, 4, 7, 8]]
    assert [where for where, _ in told(reading, "CB203")] == ["S:3", "S:3", "S:4", "S:4"]


def test_a_sheet_for_each_year_tells_answers_apart(read, make, said):
    across = {
        year: [["Indicator", "Peru", "Cuba"], ["Staff", int(year), 4], ["Law", "no", "yes"]]
        for year in ("2020", "2021")
    }
    reading = read(make(across))
    assert said(reading)[::2] == [
        ("PE", {"Staff [2020]": 2020, "Law [2020]": "no"}),
        ("PE", {"Staff [2021]": 2021, "Law [2021]": "no"}),
    ]
    assert [q.dimensions["period"] for q in reading.questionnaire.questions] == ["2020", "2020", "2021", "2021"]
    rows = {year: [["Country", "Staff"], ["Peru", int(year)], ["Cuba", 4]] for year in ("2020", "2021")}
    reading = read(make(rows))
    assert said(reading)[::2] == [("PE", {"Staff": 2020, "period": "2020"}), ("PE", {"Staff": 2021, "period": "2021"})]
    assert reading.reconciliation.adds_up
    (alone,) = said(read(make({"2020": rows["2020"][:2]})))
    assert alone == ("PE", {"Staff": 2020})
