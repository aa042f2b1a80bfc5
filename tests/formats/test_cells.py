"""Cells: what people write, and what it means. The expected values are read off the table by a person."""

import datetime

import pytest

from capbuild.formats import CellReader, ErrorCell
from capbuild.formats.values.dates import DayOrder, day_order, read_date
from capbuild.formats.values.numbers import NumberStyle, number_style, read_number
from capbuild.model import Missing

POINT, COMMA = NumberStyle(".", True), NumberStyle(",", True)
UNSEEN, SEMICOLONS = NumberStyle(), NumberStyle(semicolons=True)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("0", 0, 0),
        ("42", 42, 42),
        ("-5", -5, -5),
        ("−5", -5, -5),
        ("4.5", 4.5, None),
        ("4,5", None, 4.5),
        ("0,125", None, 0.125),
        ("0.125", 0.125, None),
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("1,234,567.5", 1234567.5, None),
        ("1.234.567,5", None, 1234567.5),
        ("1 234 567", 1234567, 1234567),
        ("1\u00a0234,5", None, 1234.5),
        ("1'234.5", 1234.5, None),
        (".5", 0.5, None),
        ("1.5e-05", 1.5e-05, None),
        ("1e-05", 1e-05, 1e-05),
        ("2E3", None, None),
        ("1e999", None, None),
        ("1.0e999", None, None),
        ("007", None, None),
        ("0.0", 0.0, None),
        ("12.34.56", None, None),
        ("1,23,456", 123456, None),
        ("2-3", None, None),
        ("5.", None, None),
        (",", None, None),
        ("-", None, None),
        ("²", None, None),
        ("٣", None, None),
        ("1234567890123456789012", None, None),
        ("9" * 5000, None, None),
        ("+12", None, None),
    ],
)
def test_numbers(text, point, comma):
    for style, expected in ((POINT, point), (COMMA, comma)):
        found = read_number(text, style)
        assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "unseen", "semicolons"), [("1,234", None, None), ("1.234", 1.234, None), ("12", 12, 12), ("1.5", 1.5, 1.5)]
)
def test_what_can_be_two_numbers_is_none_until_the_column_shows_its_mark(text, unseen, semicolons):
    assert (read_number(text, UNSEEN), read_number(text, SEMICOLONS)) == (unseen, semicolons)


@pytest.mark.parametrize(
    ("texts", "decimal", "seen"),
    [
        (["1.5", "2"], ".", True),
        (["1,5", "2"], ",", True),
        (["1,234"], ".", False),
        (["1,234.5"], ".", True),
        (["1,3,5", "1,5", "2,4"], ".", False),
        (["1,5", "1.5"], ".", False),
    ],
)
def test_the_style_of_a_column(texts, decimal, seen):
    style = number_style(texts, UNSEEN)
    assert (style.decimal, style.seen) == (decimal, seen)


D = datetime.date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-03-04", D(2016, 3, 4)),
        ("2016/03/04", D(2016, 3, 4)),
        ("13/03/2016", D(2016, 3, 13)),
        ("03/13/2016", D(2016, 3, 13)),
        ("03.03.2016", D(2016, 3, 3)),
        ("03/04/2016", None),
        ("14 March 2016", D(2016, 3, 14)),
        ("March 14, 2016", D(2016, 3, 14)),
        ("14-mar-2016", D(2016, 3, 14)),
        ("14 de marzo de 2016", D(2016, 3, 14)),
        ("1er février 2016", D(2016, 2, 1)),
        ("1 maart 2016", D(2016, 3, 1)),
        ("2 de março de 2016", D(2016, 3, 2)),
        ("2016-02-30", None),
        ("31/31/2016", None),
        ("March 2016", None),
        ("2016", None),
        ("2016-03-04 10:00:00", None),
        ("22-Nov-19", None),
    ],
)
def test_dates(text, expected):
    assert read_date(text) == expected


def test_a_column_shows_which_number_is_the_day():
    assert day_order(["03/04/2016", "13/04/2016"]) is DayOrder.DAY_FIRST
    assert day_order(["03/04/2016", "03/14/2016"]) is DayOrder.MONTH_FIRST
    assert day_order(["13/04/2016", "03/14/2016"]) is None
    assert read_date("03/04/2016", DayOrder.MONTH_FIRST) == D(2016, 3, 4)
    assert read_date("13/04/2016", DayOrder.MONTH_FIRST) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Missing.NO_ANSWER),
        ("  ", Missing.NO_ANSWER),
        ("-", Missing.NO_ANSWER),
        ("–", Missing.NO_ANSWER),
        (".", Missing.NO_ANSWER),
        ("NULL", Missing.NO_ANSWER),
        ("NaN", Missing.NO_ANSWER),
        ("no_answer", Missing.NO_ANSWER),
        ("N/A", Missing.NOT_APPLICABLE),
        ("No aplica", Missing.NOT_APPLICABLE),
        ("sans objet", Missing.NOT_APPLICABLE),
        ("n.v.t.", Missing.NOT_APPLICABLE),
        ("Don’t know", Missing.DONT_KNOW),
        ("no sabe", Missing.DONT_KNOW),
        ("No sé", Missing.DONT_KNOW),
        ("ne sait pas", Missing.DONT_KNOW),
        ("Weet niet", Missing.DONT_KNOW),
        ("não sabe", Missing.DONT_KNOW),
        ("dont_know", Missing.DONT_KNOW),
        ("Refused", Missing.REFUSED),
        ("prefiere no responder", Missing.REFUSED),
        ("confidentiel", Missing.CONFIDENTIAL),
        ("not_asked", Missing.NOT_ASKED),
        ("niet waargenomen", Missing.NOT_OBSERVED),
        ("#DIV/0!", Missing.INVALID),
        ("#¡REF!", Missing.INVALID),
        ("#N/A", Missing.INVALID),
    ],
)
def test_words_for_missing(text, kind):
    value, raw, _ = CellReader()(text)
    assert (value, raw) == (kind, text if text.strip() else None)


@pytest.mark.parametrize(
    "text",
    ["no", "No", "non", "nee", "não", "none", "NS", "NA", "nada", "otro", "0", "other", "unknown", "N", "ninguno"],
)
def test_what_is_an_answer(text):
    assert not isinstance(CellReader()(text)[0], Missing)


def test_zero_is_a_value_and_a_blank_is_not():
    read = CellReader(numeric=True)
    assert (read("0"), read("")[0]) == ((0, None, ""), Missing.NO_ANSWER)


def test_a_gap_of_a_statistics_package_counts_in_columns_of_numbers_only(read_table_of):
    found = read_table_of("""
        | country | score | code |
        | Belize  | 1     | NA   |
        | Guyana  | 2     | Y    |
        | Haiti   | 2     | N    |
        | Aruba   | 3     | N    |
        | Cuba    | NA    | N    |
    """)
    assert (found.answers(0)["code"], found.answers(4)["score"]) == ("NA", Missing.NO_ANSWER)


def test_the_text_is_kept_where_the_value_is_another():
    read = CellReader(style=COMMA)
    assert read(" yes ") == ("yes", " yes ", "")
    assert read("yes") == ("yes", None, "")
    assert read("4,50") == (4.5, "4,50", "")
    assert read("TRUE") == (True, "TRUE", "")
    assert read("2016-03-04") == (D(2016, 3, 4), None, "")


def test_a_text_among_numbers_is_kept_and_noted(read_table_of):
    found = read_table_of("""
        | country | P1  |
        | Belize  | 1   |
        | Guyana  | 2   |
        | Haiti   | 3   |
        | Cuba    | 4   |
        | Aruba   | 2-3 |
    """)
    assert found.answers(4) == {"P1": "2-3"}
    issue = found.issue("CB201")
    assert (str(issue.origin), "2-3" in issue.message) == ("a.csv:B6", True)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (None, Missing.NO_ANSWER),
        (3.0, 3),
        (3.5, 3.5),
        (0, 0),
        (True, True),
        (float("nan"), Missing.INVALID),
        (float("inf"), Missing.INVALID),
        (datetime.datetime(2016, 3, 4), D(2016, 3, 4)),
        (datetime.datetime(2016, 3, 4, 9, 30), "2016-03-04 09:30:00"),
        (datetime.datetime(2016, 3, 4, tzinfo=datetime.UTC), datetime.datetime(2016, 3, 4, tzinfo=datetime.UTC)),
        (datetime.time(9, 30), datetime.time(9, 30)),
        (ErrorCell("#REF!", "an error cell"), Missing.INVALID),
    ],
)
def test_typed_cells_of_workbooks(cell, value):
    found = CellReader()(cell)[0]
    assert (found, type(found)) == (value, type(value))


def test_a_cell_of_text_and_a_typed_cell_do_not_share_what_is_remembered():
    read = CellReader()
    assert [read(cell)[0] for cell in ("1", 1, True, 1.0)] == [1, 1, True, 1]
    assert read(True)[0] is True


def test_a_huge_cell_is_invalid_and_cut():
    value, raw, problem = CellReader(longest=10)("x" * 11)
    assert (value, raw, "10" in problem) == (Missing.INVALID, "x" * 10, True)
