"""Columns that are the steps of one scale, one of which is marked; all answers are invented."""

import pytest

from capbuild.model import Missing


def test_merged_heads_above_the_steps_of_a_scale(read, make):
    rows = [
        ["País", "Capacidad", None, None, "Ley", None],
        [None, "Alta", "Media", "Baja", "Sí", "No"],
        ["Perú", "X", None, None, "✓", None],
        ["Chile", None, "X", None, None, "✓"],
        ["Cuba", None, None, "x", "✓", None],
        ["Belice", None, None, None, None, "✓"],
    ]
    reading = read(make({"S": rows}, {"S": ["A1:A2", "B1:D1", "E1:F1"]}))
    values = [[r["Capacidad"].value, r["Ley"].value] for r in reading.responses]
    assert values == [["Alta", "Sí"], ["Media", "No"], ["Baja", "Sí"], [Missing.NO_ANSWER, "No"]]
    assert [str(r["Capacidad"].origin) for r in reading.responses[:3]] == ["x.xlsx!S:B3", "x.xlsx!S:C4", "x.xlsx!S:D5"]
    (account,) = reading.reconciliation.sheets
    assert account.adds_up
    assert (account.buckets["answer"], account.buckets["header"], account.left_out) == (7, 8, {})


def test_a_row_with_two_marks_beyond_the_sample_keeps_both(read, make):
    rows = [
        ["Country", "Risk - High", "Risk - Low"],
        *(["Peru", "x", None] if n % 2 else ["Cuba", None, "x"] for n in range(450)),
    ]
    reading = read(make({"S": [*rows, ["Chile", "x", "x"]]}))
    assert [r["Risk"].value for r in reading.responses[-3:]] == ["Low", "High", ("High", "Low")]
    assert str(reading.responses[-1]["Risk"].origin) == "x.xlsx!S:B452"


ONE = [("x", None), (None, "x"), ("x", None)]


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (["Risk - High", "Law - Low"], ONE),  # of two questions
        (["Risk - High", "Risk - Low"], [*ONE[:2], ("3", None), ("4", None)]),  # something else
        (["Risk - High", "Risk - Low"], [("1", "0"), ("0", "1"), ("1", "0")]),  # counts, perhaps
        (["Risk - High", "Risk - Low"], [("x", None)] * 3),  # one column only
    ],
)
def test_columns_that_are_no_steps_of_a_scale(read, make, names, rows):
    countries = ["Peru", "Cuba", "Chile", "Belize"]
    reading = read(make({"S": [["Country", *names], *([countries[n], *row] for n, row in enumerate(rows))]}))
    assert [q.id for q in reading.questionnaire.questions] == names
    assert [[str(a.value) if not a.is_missing else None for a in r] for r in reading.responses] == [
        list(r) for r in rows
    ]


@pytest.mark.parametrize("names", [["Units - Police", "Units - Army"], ["Risk - High", "Risk - Plan"]])
def test_ticked_options_below_one_header_are_its_answers(read, make, names):
    """Also where the options are no steps of a scale: each country gives the options that it ticked."""
    question, (first, second) = names[0].split(" - ")[0], [name.split(" - ")[1] for name in names]
    rows = [["Peru", "x", None], ["Cuba", None, "x"], ["Chile", "x", "x"]]
    reading = read(make({"S": [["Country", *names], *rows]}))
    assert [q.id for q in reading.questionnaire.questions] == [question]
    assert [set(r[question].value) for r in reading.responses] == [{first}, {second}, {first, second}]


def test_heads_that_the_user_speaks_of_stay_as_they_are(read, make):
    rows = [["Country", "Risk - High", "Risk - Low"], ["Peru", "x", None], ["Cuba", None, "x"], ["Chile", "x", None]]
    reading = read(make({"S": rows}), columns={"Risk - High": "R1"})
    assert reading.responses[0]["R1"].value == "x"
