"""Layout files of workbooks: each sheet as it was drafted, or as a person says."""

import datetime

import pytest
from capbuild_sheets import draft_layout

from capbuild.errors import ReadError

QUESTIONS = [["Question", "Score"], ["Is there a law?", 3], ["Is there a unit?", 0]]
SECTIONS = [
    ["Evaluación 2015"],
    [],
    ["País / Indicador", "Valor", "Observaciones"],
    ["Honduras"],
    ["Personal", "12", "parcial"],
    ["Presupuesto", "4,5"],
    ["El Salvador:"],
    ["Personal", "7"],
    ["Presupuesto", "3,25", "estimado"],
]
MARKS = [
    ["Country", "Question", "Yes", "Partly", "No"],
    ["Cuba", "Law?", "x"],
    ["Cuba", "Unit?", None, "x"],
    ["Haiti", "Law?", None, None, "x"],
    ["Haiti", "Unit?", "x"],
]
FORM = [
    ["Return for 2016"],
    ["Country:", "Jamaica"],
    ["Date of visit:", datetime.date(2016, 3, 1)],
    [],
    ["A. Law"],
    ["Law in force?", "yes"],
    ["Staff", "n/a"],
    [],
    ["B. Units"],
    ["Lead unit", "CERT"],
    ["Budget", 12.5],
]
BESIDE = [
    ["Police", None, None, "Prosecutors"],
    ["Country", "Staff", None, "Country", "Staff", "Labs"],
    ["Jamaica", 1, None, "Belize", 3, 4],
    ["Belize", 5, None, "Cuba", 7, 8],
    ["Source: visits", None, None, "Guyana", 9, None],
]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (SECTIONS, 'do = "sections"'),
        (MARKS, 'options = ["Yes", "Partly", "No"]'),
        (FORM, 'do = "form"'),
        (BESIDE, 'left = "D"'),
        (QUESTIONS, 'do = "long"'),
    ],
)
def test_a_draft_says_the_steps_and_reads_as_the_reader_does(read, make, given, rows, line, tmp_path):
    data = make({"Jamaica": rows, "Notes": [["Prepared for the meeting"]], "Hidden": QUESTIONS}, hidden=["Hidden"])
    layout = draft_layout(given(data))
    assert line in layout
    assert 'sheet "Notes" contains no table' in layout
    assert "read = false  # on a hidden sheet" in layout
    path = tmp_path / "layout.toml"
    path.write_text(layout, encoding="utf-8")
    plain, again = read(data), read(data, layout=str(path))
    assert plain.responses
    assert again.responses == plain.responses
    assert again.reconciliation.adds_up


def table(sheet, *, header, steps="", region=""):
    lines = [f'[[table]]\nsheet = "{sheet}"', region, f'[[table.step]]\ndo = "header"\nrows = {header}', steps]
    return "\n".join(lines) + '\n[[table.step]]\ndo = "records"\ncountry = "Country"\n'


def test_a_country_named_once_is_filled_down_where_the_layout_says_so(read, make):
    rows = [["Country", "Agency", "Staff"], ["Peru", "Police", 4], [None, "Courts", 3], ["Cuba", "Police", 1]]
    layout = table("S", header=[1], steps='[[table.step]]\ndo = "fill_down"\ncolumns = ["Country"]')
    assert [r.place for r in read(make({"S": rows}), layout=layout).responses] == ["Peru", "Peru", "Cuba"]


def test_a_table_without_heads_names_its_columns_by_letter(read, make):
    data = make({"Data": [[1, 2.5, "Jamaica"], [3, 4.5, "Haiti"]], "Other": [["Country", "Q"], ["Peru", 1]]})
    layout = table("Data", header=[]).replace('"Country"', '"column C"')
    reading = read(data, layout=layout)
    assert [r.place for r in reading.responses] == ["Jamaica", "Haiti"]
    assert [[a.value for a in r][:2] for r in reading.responses] == [[1, 2.5], [3, 4.5]]
    assert dict(reading.reconciliation.sheets[1].left_out) == {"the layout does not name it": 4}


def test_several_tables_of_one_sheet(read, make):
    rows = [
        ["First"],
        ["Country", "Staff"],
        ["Jamaica", 1],
        [],
        ["Second"],
        ["Country", "Labs"],
        ["Haiti", 2],
        ["Peru", 3],
    ]
    first = table("Data", header=[2], region='[[table.step]]\ndo = "region"\nrows = [1, 4]')
    second = table("Data", header=[6], region='[[table.step]]\ndo = "region"\nrows = [5, "end"]')
    reading = read(make({"Data": rows}), layout=first + second)
    found = [(r.place, a.question, a.value, str(a.origin)) for r in reading.responses for a in r]
    assert [one for one in found if one[1] != "Country"] == [
        ("Jamaica", "Staff", 1, "x.xlsx!Data:B3"),
        ("Haiti", "Labs", 2, "x.xlsx!Data:B7"),
        ("Peru", "Labs", 3, "x.xlsx!Data:B8"),
    ]
    assert reading.reconciliation.adds_up


def test_a_layout_without_sheets_is_that_of_each(read, make, given):
    data = make({"Jamaica": QUESTIONS, "Haiti": [[], [], *QUESTIONS]})
    layout = draft_layout(given(make({"Jamaica": QUESTIONS}))).replace('sheet = "Jamaica"\n', "")
    assert [r.place for r in read(data, layout=layout).responses] == ["Jamaica", "Haiti"]


def test_a_hidden_sheet_is_read_where_the_layout_names_it(read, make):
    rows = [["Country", "Staff"], ["Jamaica", 1], ["Peru", 2]]
    data = make({"Open": rows, "Hidden": rows}, hidden=["Hidden"])
    reading = read(data, layout=table("Hidden", header=[1]))
    assert [str(r.origin) for r in reading.responses] == ["x.xlsx!Hidden:2", "x.xlsx!Hidden:3"]


def test_a_layout_that_names_no_sheet_of_the_file_is_refused(read, make):
    with pytest.raises(ReadError, match="the layout names 'No'") as caught:
        read(make({"Q": [["Country", "Staff"], ["Jamaica", 1]]}), layout=table("No", header=[1]))
    assert "'Q'" in caught.value.remedy
