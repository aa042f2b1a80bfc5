"""The fast path of workbooks: what it takes, what it leaves to `read`, and that it says the same."""

import io

import polars as pl
import pytest
import xlsxwriter
from capbuild_sheets import SheetsOptions
from capbuild_sheets.scanning import scan_sheets
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.plugins import InputFile
from capbuild.testing.scan_comparison import scan_differences

CELLS = st.one_of(
    st.sampled_from(["yes", "no", "n/a", "don't know", "2-3", " x ", "007", "é", "a&b"]),
    st.integers(-5, 2000),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: round(number, 3)),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


def made(rows, dates=()):
    """Write a workbook as spreadsheet programs do: shared texts, styles, blanks left out."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Returns")
    style = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write(number, column, cell, *([style] if (number, column) in dates else []))
    book.close()
    return out.getvalue()


def fast(data):
    return scan_sheets(InputFile("a.xlsx", data=data), SheetsOptions())


def test_numbers_words_dates_and_gaps_without_an_object():
    data = made(
        [
            ["country", "respondent", "date", "P1", "P2", "P2 comment"],
            ["Cuba", "R1", 42430, 3, "yes", "seen"],
            ["Haiti", 17, 42431, 4.5, "n/a", None],
            ["Cuba", "R3", 42432, "2-3", True, "not seen"],
        ],
        dates={(1, 2), (2, 2), (3, 2)},
    )
    table = fast(data)
    assert table is not None
    assert list(scan_differences(cb.scan(data, name="a.xlsx"), cb.read(data, name="a.xlsx").responses)) == []
    assert [(row.place, row.respondent.pseudonym, row.date.isoformat()) for row in table] == [
        ("Cuba", "R1", "2016-03-01"),
        ("Haiti", "17", "2016-03-02"),
        ("Cuba", "R3", "2016-03-03"),
    ]
    assert [row["P1"].value for row in table] == [3, 4.5, "2-3"]
    assert [(row["P2"].value, row["P2"].comment) for row in table][2] == (True, "not seen")
    assert str(table[1]["P2"].origin) == "a.xlsx!Returns:E3"
    assert isinstance(table.frame, pl.DataFrame)


PLAIN = [["country", "P1", "P2"], *(["Cuba", number, "yes"] for number in range(12))]
LEFT = {
    "a note below": [*PLAIN, [None, None, None], ["Source: the ministry"]],
    "a lone cell": [*PLAIN[:6], [None, 3, None], *PLAIN[6:]],
    "a gap": [*PLAIN[:6], [None, None, None], *PLAIN[6:]],
    "headers again": [*PLAIN[:6], PLAIN[0], *PLAIN[6:]],
    "a text of white space": [*PLAIN[:6], ["Cuba", "  ", "no"], *PLAIN[6:]],
    "a total": [*PLAIN, *PLAIN[1:] * 60, ["Total", 60 * 66 + 66, "yes"]],
    "a total in the second column": [
        ["respondent", "P1", "P2"],
        *([f"R{number}", number % 12, "yes"] for number in range(700)),
        [None, "Total", 4],
    ],
    "headers of another table": [*PLAIN, *PLAIN[1:] * 60, ["country", "P3", "P4"], *PLAIN[1:]],
    "a column that begins late": [*PLAIN, *PLAIN[1:] * 60, ["Cuba", 1, "yes", "late"], *PLAIN[1:]],
}


@pytest.mark.parametrize("rows", LEFT.values(), ids=LEFT)
def test_what_rows_below_may_change_is_left_to_read(rows):
    data = made(rows)
    assert fast(made(PLAIN)) is not None
    assert fast(data) is None
    assert list(scan_differences(cb.scan(data, name="a.xlsx"), cb.read(data, name="a.xlsx").responses)) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, st.none() | CELLS), min_size=3, max_size=9))
def test_any_cells_are_scanned_as_they_are_read(rows):
    data = made([["country", "P1", "P2", "P3"], *(["Cuba", *row] for row in rows)])
    found = cb.read(data, name="a.xlsx").responses
    assert list(scan_differences(cb.scan(data, name="a.xlsx"), found)) == []


def test_styles_that_make_no_date_are_numbers():
    out = io.BytesIO()
    rows = {"country": ["Cuba", "Haiti", "Belize"] * 5, "P1": list(range(15)), "P2": [n / 8 for n in range(15)]}
    pl.DataFrame({**rows, "P3": [None, 7, 12_000] * 5}).write_excel(out, table_style=None)
    assert fast(out.getvalue()) is not None
    found = cb.read(out.getvalue(), name="a.xlsx").responses
    assert list(scan_differences(cb.scan(out.getvalue(), name="a.xlsx"), found)) == []


LAWS = [["Country", "Law"], ["Peru", "yes"], ["Cuba", "no"]]


@pytest.mark.parametrize(
    "rows",
    [
        [["Laws of 2016"], *LAWS],
        [["Country", "Law", None], [None, "Act", "Year"], ["Peru", "yes", 2010], ["Cuba", "no", 2011]],
        [["Question", "Peru", "Cuba"], ["Law?", "yes", "no"], ["Staff?", 3, 4]],
        [["Country", "Question", "Answer"], ["Peru", "Law?", "yes"], ["Peru", "Staff?", 3], ["Cuba", "Law?", "no"]],
        [["Country:", "Peru"], ["Law?", "yes"], ["Staff?", 3]],
        [["Country", "Risk - High", "Risk - Low"], ["Peru", "x", None], ["Cuba", None, "x"], ["Chile", "x", None]],
        [*LAWS, [None, None], ["Country", "Staff"], ["Peru", 3], ["Cuba", 4]],
        [
            ["Country", "Law", None, "Country", "Staff"],
            ["Peru", "yes", None, "Cuba", 3],
            ["Cuba", "no", None, "Chile", 4],
        ],
    ],
)
def test_tables_that_are_no_plain_records_are_left_to_read(rows):
    data = made(rows)
    assert fast(data) is None
    assert list(scan_differences(cb.scan(data, name="a.xlsx"), cb.read(data, name="a.xlsx").responses)) == []


def test_a_small_sheet_beside_the_table_is_left_out_with_the_same_words():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in (("Returns", LAWS), ("Codes", [["Code", "Meaning"], ["yes", "in force"], ["no", "none"]])):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    table = fast(out.getvalue())
    assert table is not None
    reading = cb.read(out.getvalue(), name="a.xlsx")
    assert [issue.message for issue in table.issues] == [issue.message for issue in reading.issues]
    assert [issue.code for issue in table.issues] == ["CB123"]
