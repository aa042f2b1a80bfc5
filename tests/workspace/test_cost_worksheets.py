"""Costing worksheets as files: one meaning whatever the file, and every problem with its cell."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import CapbuildError, IssuesError
from capbuild.io.cells import read_cells
from capbuild.model import Money
from capbuild.plugins import InputFile


def said(found):
    return {key: str(amount) for key, amount in found.items()}


def test_the_example_by_hand(examples):
    """Invented figures, counted by hand.

    Jamaica: LAW from 1, so 3,000 each year and 0.5 x 200 x 19 divisions once; LAB from 0 to its target 2, so 13,200 (at
    1.1) in years 1 and 4, and 24,000 from year 2 on; an office of 10,000 a year. Barbados has LAW already. Its LAB is
    not known: from 0 it costs 103,400.50, from 1 101,000.50, from 2 5,000.50, from 3 nothing.
    """
    worksheet = cb.read_cost_worksheet(*sorted((examples / "costing").glob("*.csv")))
    found = cb.cost(worksheet, years=4)
    assert said(found.by_year) == {
        1: "USD 28,100 to USD 52,100",
        2: "USD 37,000 to USD 66,000.50",
        3: "USD 37,000 to USD 66,000.50",
        4: "USD 50,200 to USD 87,400",
    }
    assert str(found.total) == "USD 152,300 to USD 255,700.50"
    assert said(found.by("country")) == {"Barbados": "USD 0 to USD 103,400.50", "Jamaica": "USD 152,300"}
    assert said(found.by("indicator"))["LAW"] == "USD 13,900"
    assert found.assumptions == ("1 EUR = 1.1 USD", "levels 0 to 3 where there is no score")
    (issue,) = found.issues
    assert (issue.code, issue.origin.row, issue.origin.column) == ("CB817", 5, 3)
    assert issue.origin.file.endswith("scores.csv")


# One worksheet, written in many ways.

NAMES = {
    "id": ["line", "Line item ID", "line_item_id", "LINE-ID"],
    "indicator": ["indicator", "metric_id", "Indicator ID"],
    "level": ["level", "score_numeric", "Level"],
    "payment": ["payment", "cost_type", "Cost type"],
    "quantity": ["quantity", "custom_multiplier_1", "Multiplier"],
    "price": ["unit price", "Price", "unit_cost"],
    "currency": ["currency", "Currency"],
    "include": ["include", "Included"],
}
ONCE, YEARLY = ["once", "One-time", "una vez", "unique", "eenmalig"], ["recurring", "Annual", "anual", "jaarlijks"]
BLANKS = ["", " ", "n/a", "NA", "-"]
NUMBERS = st.decimals(0, 99_999, places=2).map(lambda number: number.normalize())


@st.composite
def written(draw):
    """Return the lines meant, and the rows that say so: (decimal mark), header row and cells."""
    mark = draw(st.sampled_from(".,"))
    order = draw(st.permutations(list(NAMES)))
    headers = [draw(st.sampled_from(NAMES[name])) for name in order]
    meant, rows = [], []
    for number in range(draw(st.integers(1, 5))):
        quantity, price = draw(st.none() | NUMBERS), draw(NUMBERS)
        once, kept = draw(st.booleans()), draw(st.sampled_from([True, True, False]))
        level = draw(st.none() | st.integers(0, 9))
        cells = {
            "id": f"L{number}", "indicator": draw(st.sampled_from(["P1", "LAW-2"])),
            "level": draw(st.sampled_from(BLANKS)) if level is None else str(level),
            "payment": draw(st.sampled_from(ONCE if once else YEARLY)),
            "quantity": draw(st.sampled_from(BLANKS)) if quantity is None else f"{quantity:f}".replace(".", mark),
            "price": f"{price:f}".replace(".", mark), "currency": draw(st.sampled_from(["USD", "usd", "USD (2022)"])),
            "include": draw(st.sampled_from(["yes", "TRUE", "1", "Sí", ""] if kept else ["no", "False", "0", "Nee"])),
        }  # fmt: skip
        if kept:
            exact = price * (Decimal(1) if quantity is None else quantity)
            meant.append((f"L{number}", cells["indicator"], level, "once" if once else "recurring", exact))
        rows.append([cells[name] for name in order])
    # A decimal that can only be one shows which mark the file uses.
    sign = ["X", "P1", "1", "once", f"1{mark}5", f"1234{mark}75", "USD", "no"]
    rows.append([dict(zip(NAMES, sign, strict=True))[name] for name in order])
    return meant, mark, headers, rows


def as_csv(headers, rows, delimiter, encoding):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([headers, *rows])
    return InputFile("worksheet.csv", data=stream.getvalue().encode(encoding))


def as_xlsx(headers, rows, mark, title):
    book = openpyxl.Workbook()
    page = book.active
    for row in title:
        page.append(row)
    page.append(headers)
    for row in rows:
        page.append([float(cell.replace(mark, ".")) if cell.replace(mark, "").isdecimal() else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return InputFile("worksheet.xlsx", data=stream.getvalue())


def read_lines(*files):
    lines = cb.read_cost_worksheet(*files).lines
    assert {one.price.currency for one in lines} <= {"USD"}
    return [(one.id, one.indicator, one.level, one.payment.value, one.amount.amount) for one in lines]


@settings(max_examples=150)
@given(written(), st.sampled_from([("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8", "|")]), st.integers(0, 3))
def test_a_worksheet_says_the_same_in_every_file(sheet, shape, above):
    meant, mark, headers, rows = sheet
    encoding, delimiter = shape
    assert read_lines(as_csv(headers, rows, delimiter, encoding)) == meant
    assert read_lines(as_xlsx(headers, rows, mark, [["Costing of 2026"]] * above)) == meant


# Every problem, with its cell.

GOOD = {
    "lines": [
        [
            "line",
            "indicator",
            "level",
            "payment",
            "quantity",
            "unit_cost",
            "scope",
            "include",
            "lifetime",
            "first year",
        ],
        ["a", "P1", "2", "once", "3", "Meeting", "National", "yes", "", ""],
        ["b", "P1", "3", "recurring", "2.5", "Kit", "Health facility", "yes", "", ""],
        ["c", "", "", "once", "", "Kit", "", "", "4", "1"],
    ],
    "scores": [["indicator", "score", "target"], ["P1", "1", "3"]],
    "unit costs": [["unit_cost", "value", "currency"], ["Meeting", "500", "USD"], ["Kit", "69.99", "EUR"]],
    "multipliers": [["observation", "value"], ["Country name", "Jamaica"], ["Health facility count", "7"]],
    "rates": [["currency", "rate"], ["EUR", "1.1"]],
}
#: Table, row and column (from 0) of a cell, what is written there, and words of the message.
FAULTS = [
    ("lines", 1, 2, "two", "'two' is not a number"), ("lines", 1, 2, "2.5", "not a whole number"),
    ("lines", 1, 3, "sometimes", "'sometimes' is not once or recurring"), ("lines", 1, 3, "", "'' is not once"),
    ("lines", 1, 4, "-3", "must not be negative"), ("lines", 1, 4, "#REF!", "'#REF!' is not a number"),
    ("lines", 2, 5, "Kitt", "did you mean 'Kit'"), ("lines", 2, 5, "", "has no price"),
    ("lines", 2, 6, "Moon", "no multiplier for 'Moon'"), ("lines", 2, 7, "perhaps", "is not true or false"),
    ("lines", 3, 8, "long", "'long' is not a number"), ("lines", 3, 9, "soon", "'soon' is not a number"),
    ("scores", 1, 1, "low", "'low' is not a number"), ("scores", 1, 2, "high", "'high' is not a number"),
    ("unit costs", 2, 1, "", "'Kit' has no price"), ("unit costs", 2, 1, "dear", "'dear' is not a number"),
    ("unit costs", 2, 2, "", "has no currency"), ("unit costs", 2, 2, "euros", "has no currency"),
    ("multipliers", 2, 1, "", "has no value"), ("multipliers", 2, 1, "many", "'many' is not a number"),
    ("rates", 1, 1, "0", "must be above 0"), ("rates", 1, 1, "good", "'good' is not a number"),
]  # fmt: skip


def book(tables):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in tables.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return InputFile("costing.xlsx", data=stream.getvalue())


@settings(max_examples=60)
@given(st.lists(st.sampled_from(FAULTS), min_size=1, unique_by=lambda fault: fault[:3]))
def test_every_problem_is_listed_with_its_sheet_row_column_and_remedy(faults):
    tables = {name: [list(row) for row in rows] for name, rows in GOOD.items()}
    for table, row, column, text, _ in faults:
        tables[table][row][column] = text
    with pytest.raises(IssuesError) as caught:
        cb.read_cost_worksheet(book(tables))
    found = {(one.origin.sheet, one.origin.row - 1, one.origin.column - 1): one for one in caught.value.issues}
    if ("lines", 2, 6) in {fault[:3] for fault in faults}:
        # Nothing asks for the multiplier then.
        faults = [fault for fault in faults if fault[0] != "multipliers"]
    for table, row, column, _, words in faults:
        issue = found[table, row, column]
        assert words in issue.message
        assert (issue.code, bool(issue.remedy), issue.severity.value) == ("CB815", True, "error")


def test_what_no_line_uses_needs_no_correction():
    tables = {name: [list(row) for row in rows] for name, rows in GOOD.items()}
    tables["unit costs"].append(["Rocket", "dear", ""])
    tables["multipliers"].append(["Moons", "some"])
    tables["lines"].append(["d", "P1", "x", "never", "many", "Rocket", "Moons", "no", "", ""])
    found = cb.cost(cb.read_cost_worksheet(book(tables)), currency="USD")
    assert "Rocket" not in {one.unit_cost for one in found.lines}
    assert [issue.message for issue in found.issues] == ["1 row switched off: not in the total"]


def test_what_is_passed_over_is_told():
    tables = {**{name: [list(row) for row in rows] for name, rows in GOOD.items()}, "Read me": [["Enter your data"]]}
    tables["lines"][0][8] = "lifetimes"
    tables["lines"].append(["Total of all lines", "", "", "", "", "", "", "", "", ""])
    tables["multipliers"][1][1] = "Atlantis"
    found = cb.read_cost_worksheet(book(tables))
    assert [(issue.severity.value, issue.origin.sheet) for issue in found.issues] == [
        ("note", "lines"), ("note", "Read me"), ("warning", "multipliers"), ("note", "lines")
    ]  # fmt: skip
    for words, issue in zip(("lifetimes", "not used", "Atlantis", "1 row without payment"), found.issues, strict=True):
        assert words in issue.message


def test_two_values_of_one_name_contradict_each_other():
    tables = {**GOOD, "unit costs": [*GOOD["unit costs"], ["kit", "70", "EUR"]]}
    with pytest.raises(IssuesError, match=r"'kit' has two values, first at .*unit costs:B3"):
        cb.read_cost_worksheet(book(tables))


def test_a_workbook_a_country_and_shared_tables_make_several_countries(tmp_path):
    one = {name: [list(row) for row in rows] for name, rows in GOOD.items()}
    other = {name: [list(row) for row in rows] for name, rows in GOOD.items() if name != "multipliers"}
    one["multipliers"][1][1] = "Barbade"
    other["lines"] = other["lines"][:2]
    other["scores"][1][1] = ""
    (tmp_path / "one.xlsx").write_bytes(book(one).content)
    (tmp_path / "St_Lucia.xlsx").write_bytes(book(other).content)
    found = cb.cost(cb.read_cost_worksheet(tmp_path / "one.xlsx", tmp_path / "St_Lucia.xlsx"), years=2)
    # Barbados: 3 x 500 in year 1, 2.5 x 69.99 x 1.1 x 7 in year 2, 69.99 x 1.1 at once. St Lucia: 1,500 or nothing.
    assert said(found.by("country")) == {"Barbados": "USD 2,924.30", "St Lucia": "USD 0 to USD 1,500"}


def test_unit_costs_and_multipliers_may_differ_between_countries():
    lines = "line,indicator,level,payment,quantity,unit cost,scope\na,P1,1,once,2,Meeting,Division\n"
    costs = "country,unit cost,value,currency\n,Meeting,500,USD\nJamaica,Meeting,400,USD\n"
    counts = "country,scope,count\nJamaica,Division,19\nBarbados,Division,3\n"
    scores = "country,indicator,score\nJamaica,P1,0\nBarbados,P1,0\n"
    files = [InputFile(f"{n}.csv", data=text.encode()) for n, text in enumerate((lines, costs, counts, scores))]
    found = cb.cost(cb.read_cost_worksheet(*files))
    assert said(found.by("country")) == {"Barbados": "USD 3,000", "Jamaica": "USD 15,200"}
    files[2] = InputFile("2.csv", data=counts.replace("Barbados,Division,3\n", "").encode())
    with pytest.raises(IssuesError, match="no multiplier for 'Division' of Barbados"):
        cb.read_cost_worksheet(*files)


@pytest.mark.parametrize("price", ["1,500", "1.500"])
def test_an_amount_that_may_be_two_is_asked_about(price):
    text = f'line;indicator;level;payment;unit price;currency\na;P1;2;once;"{price}";USD\n'
    with pytest.raises(IssuesError, match="is not a number in this table's notation"):
        cb.read_cost_worksheet(text.encode())


@pytest.mark.parametrize(
    ("price", "form", "amount"),
    [(1020.55, "$#,##0", "1020.55"), (0.125, "0%", "0.125"), (99.999, '0.0" EUR"', "99.999"), (7, "$0.00", "7")],
)
def test_digits_that_a_number_format_hides_are_read(price, form, amount):
    made = openpyxl.Workbook()
    made.active.append(["line", "indicator", "level", "payment", "unit price", "currency"])
    made.active.append(["a", "P1", 2, "once", price, "EUR" if "EUR" in form else "USD"])
    made.active["E2"].number_format = form
    stream = io.BytesIO()
    made.save(stream)
    (found,) = cb.read_cost_worksheet(InputFile("a.xlsx", data=stream.getvalue())).lines
    assert found.amount == Money(amount, found.price.currency)


def test_cells_of_several_lines_keep_the_rows_that_an_editor_shows():
    text = b'line;indicator;level;payment;unit price;currency\na;"P\n1";1;once;5;USD\n\nb;P1;x;once;5;USD\n'
    assert read_cells(text, name="a.csv")[0].rows[4][0] == "b"
    with pytest.raises(IssuesError) as caught:
        cb.read_cost_worksheet(InputFile("a.csv", data=text))
    assert [str(issue.origin) for issue in caught.value.issues] == ["a.csv:C5"]


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from(["a.csv", "a.xlsx", "a.tsv"]))
def test_a_file_of_anything_is_refused_in_the_library_s_words(data, name):
    with pytest.raises(CapbuildError):
        cb.read_cost_worksheet(InputFile(name, data=data))
