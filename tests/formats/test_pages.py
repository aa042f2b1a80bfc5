"""Tables that were printed page by page: headers again, and a title above them; all answers are invented."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes

HEADS = ["Country", "Unit", "Staff"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_the_title_of_the_next_page_is_no_response(name):
    rows = [
        HEADS,
        ["Peru", "police", "3"],
        ["Belize"],
        ["Directory (continued)"],
        ["as of 2016"],
        HEADS,
        ["Cuba", "police", "4"],
        ["Chile"],
    ]
    data = csv_bytes(rows) if name.endswith("csv") else xlsx_bytes({"S": rows})
    reading = cb.read(data, name=name)
    # A country without answers, right above the title or at the end, stays.
    assert [r.place for r in reading.responses] == ["Peru", "Belize", "Cuba", "Chile"]
    (account,) = reading.reconciliation.sheets
    assert account.rows_left_out == {"title or note above the header": 2, "repeats the header": 1}
    assert account.adds_up
    assert list(scan_differences(cb.scan(data, name=name), reading.responses)) == []


def test_rows_with_one_cell_stay_where_no_heads_follow():
    reading = cb.read(
        csv_bytes([HEADS, ["Peru", "police", "3"], ["Narnia"], ["Cuba", "police", "4"], ["Atlantis"]]), name="a.csv"
    )
    assert [r.place for r in reading.responses] == ["Peru", "Narnia", "Cuba", "Atlantis"]


def test_a_column_of_m49_codes_is_one_of_countries():
    reading = cb.read(csv_bytes([["M49", "Law"], ["604", "yes"], ["152", "no"], ["028", "no"]]), name="a.csv")
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CL", "AG"]
