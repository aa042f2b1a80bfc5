"""Several tables on one sheet, below or beside one another; all figures are invented."""

import pytest
from capbuild_sheets.beside import tables_beside
from capbuild_sheets.headrows import Heads
from capbuild_sheets.sheets import Sheet


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
    assert reading.reconciliation.sheets[0].rows_left_out == {"blank": 1, "title or note above the heads": 1}
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
        {"title or note above the heads": 1},
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
        # The same countries in both: one table that repeats its key, also where it is a code.
        [["Country", "Staff", None, "Country", "Cost"], ["Jamaica", 1, None, "JAM", 2], ["Belize", 3, None, "BLZ", 4]],
        [["Country", "Staff", "Country"], ["Jamaica", 1, "Cuba"], ["Belize", 3, "Peru"]],
        [["Unit", "Staff", "Unit", "Cost"], ["CERT", 1, "hours", 2], ["Police", 3, "days", 4]],
    ],
)
def test_a_key_that_comes_again_is_no_second_table(rows):
    sheet = Sheet(name="S", rows=tuple(map(tuple, rows)))
    assert tables_beside(sheet, Heads(1, 1), [str(cell or "") for cell in rows[0]]) == []


class Looked(tuple):
    """A row that counts how often it was asked for a cell, or how long it is."""

    times = 0

    def __iter__(self):
        Looked.times += super().__len__()
        return super().__iter__()

    def __len__(self):
        Looked.times += 1
        return super().__len__()

    def __getitem__(self, place):
        Looked.times += 1
        return super().__getitem__(place)


@pytest.mark.parametrize("key", ["Country", "Law"])
def test_each_cell_is_looked_at_a_few_times_however_many_tables_there_may_be(key):
    width, far = 900, 3_000
    heads = (key, "Q", None) * (width // 3)
    short, full = [("Cuba", "yes")] * far, [("Cuba", "yes", None) * (width // 3)] * 20
    rows = tuple(map(Looked, [heads, *short, *full]))
    cells = sum(map(len, rows))
    Looked.times = 0
    assert tables_beside(Sheet(name="S", rows=rows), Heads(1, 1), [cell or "" for cell in heads]) == []
    assert Looked.times < 3 * cells


def test_a_far_cell_costs_no_more_than_its_row():
    far = Looked([*(None for _ in range(16_383)), "x"])
    rows = (("Country", "Law"), ("Cuba", "yes"), *(Looked() for _ in range(200_000)), far)
    Looked.times = 0
    names = ["Country", "Law", *("" for _ in range(16_382))]
    assert tables_beside(Sheet(name="S", rows=rows), Heads(1, 1), names) == []
    assert Looked.times <= 2 * (16_384 + 200_000)


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
