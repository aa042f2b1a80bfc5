"""Numbers with a word that they count, in tables with a column a question; all figures are invented."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes

COUNTRIES = ("Peru", "Chile", "Cuba", "Belize")


def both(rows, name):
    data = csv_bytes(rows) if name.endswith(".csv") else xlsx_bytes({"S": rows})
    reading = cb.read(data, name=name)
    assert list(scan_differences(cb.scan(data, name=name), reading.responses)) == []
    return reading


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    ("cells", "unit", "values"),
    [
        (["12 años", "1 Año", "n/a", "1,5 años"], "años", [12, 1, None, 1.5]),
        (["2 yrs", "1 year", "10 Years", "3 years"], "years", [2, 1, 10, 3]),
        (["40 personnes", "1 personne", "", "12 personnes"], "personnes", [40, 1, None, 12]),
    ],
)
def test_a_column_that_counts_one_thing_is_one_of_numbers(name, cells, unit, values):
    rows = [["country", "how"], *zip(COUNTRIES, cells, strict=True)]
    reading = both([list(row) for row in rows], name)
    assert reading.questionnaire["how"].unit == unit
    found = [r["how"] for r in reading.responses]
    assert [None if a.is_missing else a.value for a in found] == values
    assert found[0].raw == cells[0]


@pytest.mark.parametrize(
    "cells",
    [
        ["12 años", "3 meses", "5 días", "1 año"],  # lengths that nobody may compare
        ["1 Male", "1 Male", "1 Male", "1 Male"],  # codes with labels
        ["3 laws", "4 posts", "5 units", "6 persons"],
        ["3 May", "4 May", "5 May", "6 May"],  # days
        ["2-3 years", "about 5 years", "5+ years", "many years"],
    ],
)
def test_other_texts_stay_texts(cells):
    reading = both([["country", "how"], *map(list, zip(COUNTRIES, cells, strict=True))], "a.csv")
    assert [r["how"].value for r in reading.responses] == cells


def test_another_length_in_a_column_stays_text_and_is_told():
    cells = ["12 años", "5 años", "3 meses", "7 años", "8 años", "9 años"]
    reading = both([["country", "how"], *map(list, zip((*COUNTRIES, "Haiti", "Guyana"), cells, strict=True))], "a.csv")
    assert [r["how"].value for r in reading.responses] == [12, 5, "3 meses", 7, 8, 9]
    assert [(i.code, i.origin.row) for i in reading.issues] == [("CB201", 4)]


def test_answers_to_many_questions_in_one_column_keep_such_texts():
    rows = [["country", "question", "answer"], ["Peru", "q1", "12 años"], ["Cuba", "q1", "3 meses"]]
    assert [r["q1"].value for r in both(rows, "a.csv").responses] == ["12 años", "3 meses"]
