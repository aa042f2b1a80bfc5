"""A second table below the first in one text file: read under its own header, with answers of its own."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

LAW = "Country,P1,P2\nPeru,4,yes\nCuba,3,no\n"


def said(found):
    return [(r.place or r.respondent.pseudonym, {a.question: a.value for a in r.answers}) for r in found.responses]


FIRST = [("Peru", {"P1": 4, "P2": "yes"}), ("Cuba", {"P1": 3, "P2": "no"})]


@pytest.mark.parametrize(
    ("between", "second", "answers", "row"),
    [
        ("\n", "Country,R1,R2\nPeru,10,a\nBelize,20,b\n", [{"R1": 10, "R2": "a"}, {"R1": 20, "R2": "b"}], 6),
        (
            "\nTechnical measures\n",
            "Country,R1,R2,R3\nPeru,10,a,c\nBelize,20,b,d\n",
            [{"R1": 10, "R2": "a", "R3": "c"}, {"R1": 20, "R2": "b", "R3": "d"}],
            7,
        ),
        ("", "País,2015,2016\nPeru,10,a\nBelize,20,b\n", [{"2015": 10, "2016": "a"}, {"2015": 20, "2016": "b"}], 5),
        (",,\n", "Country,R1,\nPeru,10,\nBelize,20,\n", [{"R1": 10}, {"R1": 20}], 6),
    ],
)
def test_rows_of_another_table_answer_its_questions(read_text, between, second, answers, row):
    found = read_text(LAW + between + second)
    assert said(found) == [*FIRST, *zip(["Peru", "Belize"], answers, strict=True)]
    assert [r.origin.row for r in found.responses[2:]] == [row, row + 1]
    assert (found.account.rows_out, dict(found.account.left_out), found.codes) == (4, {}, {})


def test_the_heads_of_respondents_count_below_a_blank_row(read_text):
    found = read_text("Agency,P1\nPolice,4\nCourts,3\n\nAgency,Budget\nPolice,100\n")
    assert said(found) == [
        ("Police", {"Agency": "Police", "P1": 4}),
        ("Courts", {"Agency": "Courts", "P1": 3}),
        ("Police", {"Agency": "Police", "Budget": 100}),
    ]
    assert found.account.buckets["header"] == 4


def test_the_same_heads_in_other_letters_begin_the_next_page(read_text):
    found = read_text("Country,P1,P2\nPeru,4,yes\n\nCOUNTRY,p1,P2 \nCuba,3,no\n")
    assert said(found) == FIRST
    assert found.codes == {}
    assert found.account.rows_left_out["repeats the header"] == 1


def test_below_a_blank_row_a_word_for_country_may_stand_in_another_column(read_text):
    text = "Agency,Country,P1\nPolice,Peru,4\nCourts,Cuba,3\n\nCountry,Total\nPeru,4\nCuba,3\n"
    found = read_text(text)
    assert said(found) == [
        ("Peru", {"Agency": "Police", "P1": 4}),
        ("Cuba", {"Agency": "Courts", "P1": 3}),
        ("Peru", {"Total": 4}),
        ("Cuba", {"Total": 3}),
    ]
    reading = cb.read(text.encode(), name="a.csv", format="csv")
    assert list(scan_differences(cb.scan(text.encode(), name="a.csv", format="csv"), reading.responses)) == []


def test_heads_that_say_the_same_in_other_words_begin_the_next_part(read_text):
    found = read_text("Question,Answer,Comment\nLaw?,yes,\nStaff?,no,\n\nQuestion,Response,Notes\nLab?,no,soon\n")
    assert [(a.question, a.value, a.comment) for a in found.responses[0].answers] == [
        ("Law?", "yes", None), ("Staff?", "no", None), ("Lab?", "no", "soon"),
    ]  # fmt: skip
    assert found.account.adds_up


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
    found = read_text(text)
    assert found.account.buckets["header"] == 3
    assert len(found.responses) == sum(bool(line) for line in text.splitlines()[1:])


def test_a_scan_reads_the_other_table_too():
    text = "Country,P1\n" + "Peru,4\n" * 900 + "Country,R1\nCuba,5\n"
    reading = cb.read(text.encode(), name="a.csv", format="csv")
    assert len(reading.responses) == 901
    assert (reading.responses[-1].place, reading.responses[-1]["R1"].value) == ("Cuba", 5)
    table = cb.scan(text.encode(), name="a.csv", format="csv")
    assert list(scan_differences(table, reading.responses)) == []
    assert [i for i in table.issues if i.severity.value == "error"] == []
