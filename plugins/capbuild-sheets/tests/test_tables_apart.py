"""Several tables on one sheet, below or beside one another; all figures are invented."""

import sys

import pytest
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.sheets import Sheet, sheet_grid

import capbuild as cb
from capbuild.formats.layouts.engine import read_grids
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.model import Missing, Response
from capbuild.plugins import ReadLimits
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import xlsx_bytes


def test_tables_below_one_another_are_read_apart(read, make, said):
    rows = [
        ["Country", "Law"],
        ["Jamaica", "yes"],
        ["Belize", "no"],
        [],
        ["Table 2: staff"],
        ["Country", "Staff", "Budget"],
        ["Jamaica", 12, "1,000,000"],
        ["Peru", 4, "1,000"],
    ]
    reading = read(make({"S": rows}))
    assert said(reading) == [
        ("JM", {"Law": "yes"}),
        ("BZ", {"Law": "no"}),
        ("JM", {"Staff": 12, "Budget": 1_000_000}),
        ("PE", {"Staff": 4, "Budget": 1_000}),
    ]
    assert [(s.rows_in, s.rows_out) for s in reading.reconciliation.sheets] == [(6, 4)]
    assert reading.reconciliation.sheets[0].rows_left_out == {"blank": 1, "title or note above the header": 1}
    assert str(reading.responses[3]["Staff"].origin) == "x.xlsx!S:B8"
    assert reading.reconciliation.adds_up


BESIDE = [
    ["Police", None, None, "Prosecutors"],
    ["Country", "Staff", None, "Country", "Staff", "Labs"],
    ["Jamaica", 1, None, "Belize", 3, 4],
    ["Belize", 5, None, "Cuba", 7, 8],
    ["Source: visits", None, None, "Guyana", 9, None],
]


def test_tables_beside_one_another_are_read_apart(read, make):
    data = make({"S": BESIDE})
    reading = read(data)
    assert [(r.country.alpha_2, r.respondent.pseudonym, r["Staff"].value) for r in reading.responses] == [
        ("JM", "row 3", 1),
        ("BZ", "row 4", 5),
        ("BZ", "row 3", 3),
        ("CU", "row 4", 7),
        ("GY", "row 5", 9),
    ]
    assert [r.id for r in reading.responses] == ["S:3", "S:4", "S:D3", "S:D4", "S:D5"]
    assert str(reading.responses[2]["Labs"].origin) == "x.xlsx!S:F3"
    (account,) = reading.reconciliation.sheets
    assert (account.rows_in, account.rows_out, dict(account.rows_left_out)) == (
        4,
        3,
        {"title or note above the header": 1},
    )
    assert dict(account.left_out) == {"note below the table": 1}  # beside an answer of the other table
    assert [column.column for column in account.columns] == [1, 2, 4, 5, 6]
    assert reading.reconciliation.adds_up


def test_questions_in_two_columns_of_tables(read, make):
    rows = [["Question", "Score", "Question", "Score"], ["Law?", 1, "Lab?", 3], ["Police?", 5, "Staff?", 7]]
    reading = read(make({"Jamaica": rows}))
    answers = {a.question: (r.country.alpha_2, a.value) for r in reading.responses for a in r}
    assert answers == {"Law?": ("JM", 1), "Police?": ("JM", 5), "Lab?": ("JM", 3), "Staff?": ("JM", 7)}


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "Staff", "Country"], ["Jamaica", 1, "Cuba"], ["Belize", 3, "Peru"]],
        [["Unit", "Staff", "Unit", "Cost"], ["CERT", 1, "hours", 2], ["Police", 3, "days", 4]],
    ],
)
def test_a_key_that_comes_again_is_no_second_table(read, make, rows):
    reading = read(make({"S": rows}))
    assert [r.id for r in reading.responses] == ["S:2", "S:3"]
    assert [str(r.answers[-1].origin) for r in reading.responses] == [
        f"x.xlsx!S:{'CD'[len(rows[0]) - 3]}{n}" for n in (2, 3)
    ]


@pytest.mark.parametrize("codes", [("JAM", "BLZ"), ("Jamaica", "Belize")])
def test_the_same_countries_again_behind_a_blank_column_are_another_table(read, make, codes):
    rows = [["Country", "Staff", None, "Country", "Cost"], ["Jamaica", 1, None, codes[0], 2]]
    reading = read(make({"S": [*rows, ["Belize", 3, None, codes[1], 4]]}))
    assert [(r.id, r.country.alpha_2, [(a.question, a.value) for a in r]) for r in reading.responses] == [
        ("S:2", "JM", [("Staff", 1)]),
        ("S:3", "BZ", [("Staff", 3)]),
        ("S:D2", "JM", [("Cost", 2)]),
        ("S:D3", "BZ", [("Cost", 4)]),
    ]


def _calls(rows):
    """Return how many functions are called while a sheet is read: a cost that no clock disturbs."""
    called = 0

    def count(_frame, event, _argument):
        nonlocal called
        called += event in ("call", "c_call")

    grid = sheet_grid("x.xlsx", Sheet(name="S", rows=tuple(rows)))
    reader = SheetReader(grid, SheetsOptions(), ReadLimits())
    sys.setprofile(count)
    try:
        assert sum(isinstance(item, Response) for item in read_grids([reader], "x.xlsx")) > 1
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize("key", ["Country", "Law"])
def test_the_cost_of_tables_that_may_lie_side_by_side_grows_as_their_cells(key):
    def sheet(tables, far):
        headers = (key, "Q", None) * tables
        return [headers, *[("Cuba", "yes")] * far, *[("Cuba", "yes", None) * tables] * 20]

    _calls(sheet(10, 20))  # what is cached costs once
    few = _calls(sheet(40, 200))
    assert _calls(sheet(80, 200)) < 2.5 * few
    assert _calls(sheet(40, 400)) < 2.5 * few


def test_a_far_cell_costs_no_more_than_its_row():
    rows = [("Country", "Law"), ("Cuba", "yes"), ("Peru", "no"), *([()] * 200_000), (*[None] * 16_383, "x")]
    grid = sheet_grid("x.xlsx", Sheet(name="S", rows=tuple(rows)))
    assert (grid.width, len(grid.rows)) == (4, 5)  # of the blank ones, the first is kept
    assert (grid.letters[-1], grid.numbers[-1]) == (16_384, 200_004)


def test_a_small_first_table_above_a_wider_one_is_read_too(read, make, said):
    rows = [
        ["Tabla 1. Leyes"], ["País", "Ley de ciberdelito"], ["Perú", "sí"], ["Chile", "no"], [],
        ["Tabla 2. Personal"], ["País", "Hombres", "Mujeres"], ["Perú", 10, 5], ["Chile", 8, 9], [],
        ["Fuente: ministerios"],
    ]  # fmt: skip
    reading = read(make({"Datos": rows}))
    assert said(reading) == [
        ("PE", {"Ley de ciberdelito": "sí"}),
        ("CL", {"Ley de ciberdelito": "no"}),
        ("PE", {"Hombres": 10, "Mujeres": 5}),
        ("CL", {"Hombres": 8, "Mujeres": 9}),
    ]
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize("days", [("17/03/2023", "02/04/2023"), ("02.04.2023", "17.03.2023")])
def test_a_line_with_a_date_settles_the_order_of_days_for_the_workbook(days):
    sheets = {
        name: [["Ronda"], [f"Data: {day}"], [], ["Código", "Indicador", "Nível"],
               *([f"A.{n}", f"Indicador {n} de teste", n] for n in range(4))]
        for name, day in zip(("AO", "CV"), days, strict=True)
    }  # fmt: skip
    data = xlsx_bytes(sheets)
    reading = cb.read(data, name="a.xlsx")
    assert {(response.date.month, response.date.day) for response in reading.responses} == {(3, 17), (4, 2)}
    assert list(scan_differences(cb.scan(data, name="a.xlsx"), reading.responses)) == []


@pytest.mark.parametrize("mean", [2, 1.5])
def test_a_mean_beside_a_missing_code_is_left_out_and_the_code_is_missing(mean):
    levels = {"AO": [1, 2, 3, 2], "MZ": [1, "NS", 3, 2]}
    sheets = {
        name: [["Código", "Indicador", "Nível"],
               *([f"A.{n}", f"Indicador de teste {n}", value] for n, value in enumerate(found, 1)),
               [None, "Média", 2 if name == "AO" else mean]]
        for name, found in levels.items()
    }  # fmt: skip
    data = xlsx_bytes(sheets)
    reading = cb.read(data, name="a.xlsx")
    asked = [[(answer.question, answer.value) for answer in response.answers] for response in reading.responses]
    assert [answer[0] for answer in asked[1]] == ["A.1", "A.2", "A.3", "A.4"]
    assert [answer[1] for answer in asked[1]] == [1, Missing.DONT_KNOW, 3, 2]
    assert list(scan_differences(cb.scan(data, name="a.xlsx"), reading.responses)) == []
