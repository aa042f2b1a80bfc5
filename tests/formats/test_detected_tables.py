"""What a reading says of the tables that were found: where they lie, how they are read, how sure that is."""

import openpyxl
import pytest

import capbuild as cb
from capbuild.model import DetectedTable, Layout

RECORDS = "Survey of 2016,,\nCountry,Law,Staff\nPeru,yes,4\nCuba,no,7\nChile,yes,2\n"
LONG = "Country,Question,Answer\nPeru,Law?,yes\nPeru,Unit?,no\nCuba,Law?,no\nCuba,Unit?,yes\n"
ACROSS = "Question,Peru,Cuba\nIs there a law?,yes,no\nHow many officers?,4,7\nIs there a unit?,no,no\n"
MARKS = "Question,Yes,No\nIs there a law?,x,\nIs there a unit?,,x\nIs there a plan?,x,\nIs there a budget?,,x\n"
FORM = "Country:,Peru\nIs there a law?,yes\nHow many officers?,14\nWhich unit?,DIVINDAT\nSince when?,2005\n"


def tables(text, **options):
    return cb.read(text.encode(), name="a.csv", options=options).layout.tables


RESPONSE = "each row is a response, each column a question; 'Country' (A) names the country"
ANSWER = "each row is an answer, in 'Answer' (C); question: 'Question' (B); country: 'Country' (A)"
COUNTRY = "each row is a question; 'Peru' (B), 'Cuba' (C) hold the answers, one a country; question: 'Question' (A)"
MARK = "each row is a question; a mark in 'Yes' (B), 'No' (C) chooses that answer; question: 'Question' (A)"


@pytest.mark.parametrize(
    ("text", "shape", "cells", "last"),
    [
        (RECORDS, "records", "A1:C5", RESPONSE),
        (LONG, "long", "A1:C5", ANSWER),
        (ACROSS, "across", "A1:C4", COUNTRY),
        (MARKS, "marks", "A1:C5", MARK),
        (FORM, "form", "A1:B5", "one response: labels in column A, values in column B"),
    ],
)
def test_each_shape_is_described(text, shape, cells, last):
    (table,) = tables(text)
    assert (table.shape, table.range, table.sheet) == (shape, cells, "")
    assert table.steps[0] == f"take the cells {cells}"
    assert table.steps[-1] == last


def test_rows_of_the_header_and_above_it_are_named():
    (table,) = tables(RECORDS)
    assert table.steps[1:3] == ("row 1 above the header: titles and notes", "row 2: the header")


def test_a_plain_table_is_surer_than_one_that_two_layouts_fit():
    (plain,), (doubtful,) = tables(LONG), tables("Country,Kenya,Peru\nKenya,x,\nPeru,,x\n")
    assert plain.runner_up == "records"
    assert plain.margin is not None
    assert plain.margin > 0
    assert 0 <= doubtful.confidence < 0.8 < plain.confidence < 1


def test_a_given_layout_has_no_runner_up():
    text = '[[table]]\n[[table.step]]\ndo = "header"\nrows = [2]\n[[table.step]]\ndo = "records"\ncountry = "Country"'
    (table,) = tables(RECORDS, layout=text)
    assert (table.confidence, table.runner_up, table.margin) == (1.0, "", None)


def test_tables_of_all_sheets_are_listed_where_they_lie(tmp_path):
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Later")
    first.title = "Now"
    for row in (["Country", "Law", "Staff"], ["Peru", "yes", 4], ["Cuba", "no", 7]):
        first.append([None, None, *row])
        second.append(row)
    second.append([])
    second.append([])
    for row in (["Country", "Unit", "Budget"], ["Chile", "yes", 40.5], ["Haiti", "no", 70.5], ["Belize", "no", 1.5]):
        second.append(row)
    book.save(tmp_path / "a.xlsx")
    layout = cb.read(tmp_path / "a.xlsx").layout
    assert [(table.sheet, table.range) for table in layout.tables] == [
        ("Now", "C1:E3"), ("Later", "A1:C3"), ("Later", "A6:C9"),
    ]  # fmt: skip
    assert layout.confidence == min(table.confidence for table in layout.tables)


def test_a_reading_keeps_its_tables_as_json():
    reading = cb.read(LONG.encode(), name="a.csv")
    assert reading.layout.tables
    assert cb.loads(cb.dumps(reading)).layout == reading.layout


def test_a_reading_keeps_no_use_of_single_cells():
    many = LONG + "".join(f"Chile,Q{n}?,yes\n" for n in range(500))
    short, long = (len(cb.dumps(cb.read(text.encode(), name="a.csv").layout)) for text in (LONG, many))
    assert abs(long - short) < 20


def test_a_layout_without_tables_is_sure():
    assert Layout(file="a.json", format="kobo").confidence == 1.0


@pytest.mark.parametrize("sure", [-0.01, 1.01])
def test_a_confidence_is_a_probability(sure):
    with pytest.raises(cb.CapbuildError, match=r"confidence must lie between 0 and 1"):
        DetectedTable(range="A1", shape="long", confidence=sure)
