"""Small tables with more lines around them than rows, and days as headers; all figures are invented."""

import datetime

import pytest

TABLE = [["Country", "Legal", "Technical"], ["Peru", 3, 2], ["Chile", 4, 5]]


@pytest.mark.parametrize(
    "notes", [[["Scale:"], ["1 = none"], ["5 = full"]], [["Reviewed by"], ["Ann"], ["Bob"], ["Cas"]]]
)
def test_more_lines_of_notes_than_rows_are_no_responses(read, make, notes):
    reading = read(make({"S": [*TABLE, [], *notes]}))
    assert [r.place for r in reading.responses] == ["Peru", "Chile"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"blank": 1, "note below the table": len(notes)}


@pytest.mark.parametrize("end", ["Scale: 1 to 5", "Escala: 1 a 5", "1 = none", "na = not available"])
def test_a_line_that_spells_out_a_scale_or_a_code_is_a_note_in_text(read, end):
    text = f"Country,Legal,Technical\nPeru,3,2\nChile,4,5\n{end}\n"
    assert [r.place for r in read(text.encode(), name="a.csv").responses] == ["Peru", "Chile"]


def test_days_are_heads_below_a_key(read, make):
    first, second = datetime.date(2014, 12, 31), datetime.date(2015, 12, 31)
    reading = read(make({"S": [["Country", first, second], ["Peru", 3, 4], ["Chile", 4, 5]]}))
    assert [{a.question: a.value for a in r.answers} for r in reading.responses] == [
        {"2014-12-31": 3, "2015-12-31": 4},
        {"2014-12-31": 4, "2015-12-31": 5},
    ]


def test_a_row_of_data_with_days_is_no_row_of_heads(read, make):
    days = [datetime.date(2014, 5, 4), datetime.date(2015, 5, 4)]
    reading = read(make({"S": [["Peru", *days], ["Chile", *days], ["Cuba", *days]]}))
    assert len(reading.responses) == 3
