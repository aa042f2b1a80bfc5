"""Rows that name a part of the world above its countries are headings, in text, JSON lines and workbooks alike."""

import json

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes

ROWS = [
    ["Country", "Law", "Staff"],
    ["South America"], ["Peru", "yes", "3"], ["Chile", "no", "4"],
    ["CARIBE:"], ["Cuba", "yes", "1"], ["Belize", "no", "2"],
    ["Africa", "no", ""], ["Narnia"],
]  # fmt: skip
LINES = "\n".join(json.dumps(dict(zip(ROWS[0], row, strict=False))) for row in ROWS[1:])


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", csv_bytes(ROWS)), ("a.xlsx", xlsx_bytes({"S": ROWS})), ("a.jsonl", LINES.encode())],
)
def test_a_region_alone_is_a_heading_and_one_with_answers_is_not(name, data):
    reading = cb.read(data, name=name)
    # What has answers, or is no region, stays for a person to look at.
    assert [r.place for r in reading.responses] == ["Peru", "Chile", "Cuba", "Belize", "Africa", "Narnia"]
    (account,) = reading.reconciliation.sheets
    assert account.rows_left_out == {"names a region above its countries": 2}
    assert reading.reconciliation.adds_up
    assert list(scan_differences(cb.scan(data, name=name), reading.responses)) == []


@pytest.mark.parametrize("rows", [3, 6])
def test_a_list_of_codes_beside_a_table_is_no_answer_of_its_countries(rows):
    countries = ["Peru", "Cuba", "Haiti", "Chile", "Fiji", "Kenya"][:rows]
    table = [["Country", "Level", "Staff"], *([name, n % 3 + 1, 7 * n] for n, name in enumerate(countries, 1))]
    codes = [["Level", "Meaning"], [1, "Initial"], [2, "Formative"], [3, "Established"], [4, "Strategic"]]
    blank = [[""] * 3] * (len(codes) - len(table))
    lines = [[*one, "", *(codes[at] if at < len(codes) else ("", ""))] for at, one in enumerate([*table, *blank])]
    survey = cb.read("\n".join(",".join(map(str, one)) for one in lines).encode(), name="a.csv")
    assert [(r.place, r["Level"].value, len(r.answers)) for r in survey.responses] == [
        (a, b, 2) for a, b, _ in table[1:]
    ]
