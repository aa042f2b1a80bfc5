"""Tables of text whose lines stand in quotes as a whole, since they were pasted into one column and saved again."""

import pytest

import capbuild as cb
from capbuild.formats.csv_files.dialect import find_wrapping, start_records
from capbuild.testing.scan_comparison import scan_differences


def rows(found):
    return [(r.place, r["P1"].value, r["P2"].value) for r in found.responses]


@pytest.mark.parametrize(
    "text",
    [
        '"Country;P1;P2"\n"Peru;4;yes"\n"Cuba;3;no"\n"Haiti;2;""yes; partly"""\n',
        '"Country;P1;P2"\r\n"Peru;4;yes"\r\n"Cuba;3;no"\r\n"Haiti;2;""yes; partly"""\r\n',
        '\ufeff"Country\tP1\tP2"\n"Peru\t4\tyes"\n"Cuba\t3\tno"\n"Haiti\t2\tyes; partly"\n',
        '"Country,P1,P2"\n"Peru,4,yes"\n"Cuba,3,no"\n"Haiti,2,yes; partly"\n',
        # The columns beside the one into which it was pasted were saved too.
        '"Country,P1,P2",,\n"Peru,4,yes",,\n"Cuba,3,no",,\n"Haiti,2,""yes; partly""",,\n',
        'sep=;\n"Country,P1,P2"\n"Peru,4,yes"\n"Cuba,3,no"\n"Haiti,2,""yes; partly"""\n',
    ],
)
def test_lines_in_quotes_are_read_as_the_table_they_are(read_text, text):
    found = read_text(text)
    assert rows(found) == [("Peru", 4, "yes"), ("Cuba", 3, "no"), ("Haiti", 2, "yes; partly")]
    issue = found.issue("CB120")
    assert issue.message == "4 rows are quoted as a whole; they were split into cells"
    assert issue.origin.row == (2 if text.startswith("sep") else 1)
    assert found.account.adds_up
    assert found.account.rows_out == 3
    reading = cb.read(text.encode(), name="a.csv")
    assert list(scan_differences(cb.scan(text.encode(), name="a.csv"), reading.responses)) == []


def test_only_the_lines_with_quotes_of_their_own_may_stand_in_quotes(read_text):
    text = 'Country,P1,P2\nPeru,4,yes\n"Haiti,2,""yes, partly"""\nCuba,3,no\n'
    found = read_text(text)
    assert rows(found) == [("Peru", 4, "yes"), ("Haiti", 2, "yes, partly"), ("Cuba", 3, "no")]
    assert found.issue("CB120").origin.row == 3
    assert "CB109" not in found.codes


def test_a_line_in_quotes_far_below_is_read_alike_by_a_scan():
    text = "Country,P1,P2\n" + "Peru,4,yes\n" * 900 + '"Haiti,2,yes"\n'
    reading = cb.read(text.encode(), name="a.csv")
    assert [a.value for a in reading.responses[-1].answers] == [2, "yes"]
    assert list(scan_differences(cb.scan(text.encode(), name="a.csv"), reading.responses)) == []


def test_line_breaks_within_a_cell_stay_and_lines_are_counted(read_text):
    found = read_text('"Country;P1;P2"\n"Peru;4;""one\ntwo"""\n"Cuba;3;no"\n')
    assert rows(found) == [("Peru", 4, "one\ntwo"), ("Cuba", 3, "no")]
    assert [r.origin.row for r in found.responses] == [2, 4]


def test_a_ragged_line_in_quotes_is_told_as_any_other(read_text):
    found = read_text('"Country;P1;P2"\n"Peru;4;yes"\n"Cuba;3;no"\n"Haiti;2;no"\n"Belize;1;no"\n"Chile;5"\n')
    assert found.responses[-1].place == "Chile"
    assert found.issue("CB109").message.startswith("the row has 2 cells below 3 headers")


@pytest.mark.parametrize(
    "text",
    [
        'Comments\n"In Peru, the law, as amended, is good"\n"In Cuba, the police, as such, is fine"\n',
        '"In your view, what is needed?"\n"More staff, I think"\n"A law, first of all"\n',
        # No headers: each is one number with a decimal comma.
        '"3,5"\n"4,2"\n"1,5"\n',
        '"Weight,kg"\n"3,5"\n"4,2"\n',
        # Options of one question.
        '"Units"\n"police;judge"\n"judge;army"\n"police;army"\n',
        '"Uno"\n"Dos"\n',
        '"""Quoted"", said he"\n"""Yes"", she said"\n',
    ],
)
def test_one_column_of_sentences_numbers_or_options_stays_one(text):
    records = start_records(text)
    assert find_wrapping([record for record in records if record]) is None
    reading = cb.read(text.encode(), name="a.csv")
    assert "CB120" not in {issue.code for issue in reading.issues}


def test_an_export_in_quotes_is_known_by_its_heads():
    text = (
        '"Timestamp,Email Address,Country,Law?"\n"2015/03/01 9:12:33 AM GMT+1,a@example.org,Peru,yes"\n'
        '"2015/03/02 9:12:33 AM GMT+1,b@example.org,Cuba,""no, not at all"""\n'
    )
    reading = cb.read(text.encode(), name="a.csv")
    assert {group.id for group in reading.questionnaire.groups} == {"recorded by the form"}
    assert [r["Law?"].value for r in reading.responses] == ["yes", "no, not at all"]
    assert [str(i.origin) for i in reading.issues if i.code == "CB120"] == ["a.csv:1"]
