"""Workbooks written: no text is run, nothing is lost in silence, the same bytes each time."""

import datetime
import io
import time

import openpyxl
import pytest
from capbuild_sheets import open_workbook
from capbuild_workbooks.writing import LONGEST, Book, Head, Link, safe_sheet_name
from hypothesis import example, given
from hypothesis import strategies as st

from capbuild.plugins import InputFile
from capbuild.scoring import Formula

HOSTILE = [
    "=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(1)", "\t=1", "<script>alert(1)</script>", "_x0041_", "a\x01b", "{=1}",
    "https://example.org/x", "mailto:a@example.org", "مرحبا", 'O\'Neill "x"', "#REF!", "TRUE", "1e5", " lead", "a\nb",
]  # fmt: skip


def _book(rows, **book):
    made = Book("Title", **book)
    made.page("Data").table("data", [Head("A"), Head("B")], rows)
    return made.bytes()


def _cells(data, sheet=0):
    loaded = openpyxl.load_workbook(io.BytesIO(data))
    return [list(row) for row in loaded.worksheets[sheet].iter_rows()]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text(text):
    cell = next(c for row in _cells(_book([(text, "x")])) for c in row if c.value not in (None, "A", "B", "Data", "x"))
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    (sheet,) = open_workbook(InputFile("b.xlsx", data=_book([(text, "x")]))).sheets
    assert sheet.rows[-1][0] == text


@given(st.text(max_size=60))
def test_any_text_comes_back(text):
    (sheet,) = open_workbook(InputFile("b.xlsx", data=_book([(f"<{text}>", "x")]))).sheets
    kept = "".join("\ufffd" if c in "\x00\ufffe\uffff" or "\ud800" <= c <= "\udfff" else c for c in text)
    assert sheet.rows[-1][0].replace("\r\n", "\n").replace("\r", "\n") == (
        f"<{kept}>".replace("\r\n", "\n").replace("\r", "\n")
    )


def test_what_is_too_long_is_cut_and_says_so():
    value = _cells(_book([("x" * 40_000, "y")]))[-1][0].value
    assert len(value) == LONGEST
    assert value.endswith(" …")


def test_only_a_formula_is_one():
    book = Book("T")
    page = book.page("S")
    page.table("t", [Head("A", style="number"), Head("B", style="date"), Head("C")],
               [(Formula("=1+1", 2), datetime.date(2016, 3, 1), Link("#S!A1", "top"))])  # fmt: skip
    row = _cells(book.bytes())[-1]
    assert (row[0].data_type, row[0].value) == ("f", "=1+1")
    assert row[1].value == datetime.datetime(2016, 3, 1)
    assert (row[2].value, row[2].hyperlink.location) == ("top", "S!A1")


def test_a_link_that_is_no_web_page_is_not_followed():
    book = Book("T")
    book.page("S").table("t", [Head("A")], [(Link("javascript:alert(1)", "x"),), (Link("file:///etc", "y"),)])
    assert [row[0].hyperlink for row in _cells(book.bytes())[-2:]] == [None, None]


def test_the_notice_stands_on_every_sheet_and_every_printed_page():
    book = Book("T", notice="Invented & answers", label="TLP:AMBER", foot="Foot")
    book.page("One").table("t", [Head("A")], [("x",)])
    book.page("Two").table("t", [Head("A")], [])
    loaded = openpyxl.load_workbook(io.BytesIO(book.bytes()))
    for sheet in loaded:
        assert sheet["A2"].value == "Invented & answers"
        assert sheet.oddHeader.left.text == "Invented && answers"
        assert sheet.oddHeader.right.text == "TLP:AMBER"
        assert sheet.freeze_panes is not None
    assert [table.name for sheet in loaded for table in sheet.tables.values()] == ["t_t"]


def test_heads_of_one_name_are_told_apart():
    book = Book("T")
    book.page("S").table("t", [Head("A"), Head("a"), Head("")], [(1, 2, 3)])
    table = openpyxl.load_workbook(io.BytesIO(book.bytes()))["S"].tables["t_t"]
    assert [column.name for column in table.tableColumns] == ["A", "a 2", "\u00a0"]


def test_the_same_bytes_at_another_time():
    first = _book([("a", 1)])
    time.sleep(2.1)  # the clock of archives counts in steps of two seconds
    assert _book([("a", 1)]) == first


@example(["' a", "\ufffe", "a\uffffb", "[ '"])
@given(st.lists(st.text(max_size=40), max_size=8))
def test_names_of_sheets_are_allowed_and_told_apart(wanted):
    names = []
    for name in wanted:
        names.append(safe_sheet_name(name, names))
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name == name.strip()
        assert not set(name) & set("\ufffe\uffff")  # the Char production of XML 1.0 has neither
