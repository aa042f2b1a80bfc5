"""A second table below the first in one text file: told, and none of its rows taken for answers of the first."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

LAW = "Country,P1,P2\nPeru,4,yes\nCuba,3,no\n"


def said(found):
    return [(r.place or r.respondent.pseudonym, [a.value for a in r.answers]) for r in found.responses]


@pytest.mark.parametrize(
    ("between", "second", "row"),
    [
        ("\n", "Country,R1,R2\nPeru,10,a\nBelize,20,b\n", 5),
        ("\nTechnical measures\n", "Country,R1,R2,R3\nPeru,10,a,c\nBelize,20,b,d\n", 6),
        ("", "País,2015,2016\nPeru,10,a\nBelize,20,b\n", 4),
        (",,\n", "Country,R1,\nPeru,10,\nBelize,20,\n", 5),
    ],
)
def test_rows_of_another_table_are_told_and_left_out(read_text, between, second, row):
    found = read_text(LAW + between + second)
    assert said(found) == [("Peru", [4, "yes"]), ("Cuba", [3, "no"])]
    issue = found.issue("CB121")
    assert (issue.severity.value, issue.origin.row) == ("error", row)
    assert issue.message.endswith("its 2 rows are not read")
    assert "file of its own" in issue.remedy
    left = found.account.rows_left_out
    assert (left["heads of another table"], left["row of another table"]) == (1, 2)
    assert "CB401" not in found.codes


def test_the_heads_of_respondents_count_below_a_blank_row(read_text):
    found = read_text("Agency,P1\nPolice,4\nCourts,3\n\nAgency,Budget\nPolice,100\n")
    assert said(found) == [("Police", [4]), ("Courts", [3])]
    assert found.issue("CB121").message == (
        "another table begins here, with the heads 'Agency', 'Budget'; its 1 rows are not read"
    )


def test_the_same_heads_in_other_letters_begin_the_next_page(read_text):
    found = read_text("Country,P1,P2\nPeru,4,yes\n\nCOUNTRY,p1,P2 \nCuba,3,no\n")
    assert said(found) == [("Peru", [4, "yes"]), ("Cuba", [3, "no"])]
    assert "CB121" not in found.codes
    assert found.account.rows_left_out["repeats the heads"] == 1


def test_below_a_blank_row_a_word_for_country_may_stand_in_another_column(read_text):
    text = "Agency,Country,P1\nPolice,Peru,4\nCourts,Cuba,3\n\nCountry,Total\nPeru,4\nCuba,3\n"
    found = read_text(text)
    assert [(r.place, r["P1"].value) for r in found.responses] == [("Peru", 4), ("Cuba", 3)]
    assert found.issue("CB121").origin.row == 5
    reading = cb.read(text.encode(), name="a.csv", format="csv")
    assert list(scan_differences(cb.scan(text.encode(), name="a.csv", format="csv"), reading.responses)) == []


def test_heads_that_say_the_same_in_other_words_begin_the_next_part(read_text):
    found = read_text("Question,Answer,Comment\nLaw?,yes,\nStaff?,no,\n\nQuestion,Response,Notes\nLab?,no,soon\n")
    assert [(a.question, a.value, a.comment) for a in found.responses[0].answers] == [
        ("Law?", "yes", None), ("Staff?", "no", None), ("Lab?", "no", "soon"),
    ]  # fmt: skip
    assert "CB121" not in found.codes


@pytest.mark.parametrize(
    "text",
    [
        "Country,P1,P2\nPeru,4,yes\nTerritory,all,no\nCuba,3,no\n",
        # Answers, though one is a head's word.
        "Agency,P1,P2\nPolice,yes,no\nagency,no,yes\n",
        "Country,P1,P2\nPeru,4,yes\n\nCuba,3,no\n",
        "Country,P1,P2\nPeru,4,yes\nChad,Country,no\n",
    ],
)
def test_rows_of_answers_begin_no_table(read_text, text):
    assert "CB121" not in read_text(text).codes


def test_a_scan_leaves_the_other_table_out_too():
    text = "Country,P1\n" + "Peru,4\n" * 900 + "Country,R1\nCuba,5\n"
    reading = cb.read(text.encode(), name="a.csv", format="csv")
    assert len(reading.responses) == 900
    table = cb.scan(text.encode(), name="a.csv", format="csv")
    assert list(scan_differences(table, reading.responses)) == []
    assert [i.code for i in table.issues if i.severity.value == "error"] == ["CB121"]
