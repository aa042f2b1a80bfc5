"""Tables of the folder: every cell has its place, and every problem is told at once."""

import datetime

from capbuild.model import Money
from capbuild.workspace.records.table import read_records

COLUMNS = ("country", "sent", "reminders", "reached", "amount")


def read(tmp_path, text):
    issues = []
    (tmp_path / "register.csv").write_text(text, encoding="utf-8")
    return list(read_records(tmp_path, "register.csv", COLUMNS, issues)), issues


def test_titles_notes_and_empty_rows_are_passed_over(tmp_path):
    rows, issues = read(
        tmp_path, "The register\n\ncountry,sent,reminders\n# a note\nPeru,2016-01-11,2016-03-07; 2016-03-21\n"
    )
    assert [(row.row, row.text("country"), row.day("sent")) for row in rows] == [
        (5, "Peru", datetime.date(2016, 1, 11))
    ]
    assert rows[0].days("reminders") == (datetime.date(2016, 3, 7), datetime.date(2016, 3, 21))
    assert str(rows[0].origin("sent")) == "register.csv:B5"
    assert issues == []


def test_every_problem_is_told_with_its_cell(tmp_path):
    rows, issues = read(tmp_path, "country,snet,sent,reached,amount\nPeru,x,2/3/2016,perhaps,many,1\n")
    row = rows[0]
    assert (row.day("sent"), row.flag("reached"), row.number("amount")) == (None, None, None)
    assert row.make(lambda: Money("1", "peso")) is None
    told = [(str(issue.origin), issue.message) for issue in issues]
    assert told[0] == ("register.csv:1", "unknown column 'snet' (did you mean 'sent'?)")
    assert told[1][1] == "the row has 6 cells under 5 column names"
    assert told[2] == ("register.csv:C2", "'2/3/2016' is not a date, or is ambiguous")
    assert told[3] == ("register.csv:D2", "'perhaps' is neither yes nor no")
    assert told[4] == ("register.csv:E2", "'many' is not a number")
    assert told[5][1].startswith("currency must be")
    assert all(issue.code == "CB603" and issue.remedy for issue in issues)


def test_a_file_that_is_absent_or_no_text_is_no_exception(tmp_path):
    issues = []
    assert list(read_records(tmp_path, "register.csv", COLUMNS, issues)) == []
    assert issues == []
    (tmp_path / "register.csv").write_bytes(b"\xff\xfe\x00")
    assert list(read_records(tmp_path, "register.csv", COLUMNS, issues)) == []
    assert [issue.code for issue in issues] == ["CB119", "CB603"]
