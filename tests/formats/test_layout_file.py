"""Layout files: what is drafted reads as the reader does, still fits when rows and columns move, and is checked."""

import copy
import gc

import pytest
from attrs import fields

import capbuild as cb
from benchmarks.layouts import generate
from benchmarks.layouts.files import choose, write
from capbuild.errors import OptionError, ReadError
from capbuild.formats.layouts.layout_file import KEYS, assign_layouts, from_toml
from capbuild.formats.layouts.steps import Region, Step, Titles
from capbuild.io.format_detection import draft_layout

KINDS = generate.kinds()
#: Eurostat joins keys in one column, and is read without a layout.
OWN_FORM = "eurostat download"
#: Forms have no header by which their columns could be found again.
FORMS = (
    "sheet per country forms",
    "form of keys and values",
    "form like a document",
    "options printed on a form",
    "form of plain labels",
    "units without header beside questions",
)


def text(rows):
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def read(rows, layout, name="a.csv"):
    return cb.read(text(rows), name=name, options={"layout": layout})


def said(reading):
    return sorted((str(r.place), sorted((a.question, str(a.value)) for a in r)) for r in reading.responses)


def answers(reading):
    return {str(r.place): {a.question: a.value for a in r} for r in reading.responses}


def changes(reading):
    return [(str(i.origin), i.severity.value, i.message) for i in reading.issues if i.code == "CB125"]


def made(kind, seed):
    """A table of a kind, its type of file, and how it is read; the reader is one of tables, also of exports."""
    table = generate.make(kind, generate.LANGUAGES[(KINDS.index(kind) + seed) % len(generate.LANGUAGES)], seed)
    style = choose(table, seed)
    name = f"{table.stem}.{style.suffix}"
    return table, style, {"name": name, "format": "csv" if style.suffix in ("csv", "tsv") else "sheets"}


def moved(table, rows, columns):
    """The table lower and further to the right, below a title."""
    found = copy.deepcopy(table)
    for sheet in found.sheets:
        sheet.cells = {(row + rows, column + columns): cell for (row, column), cell in sheet.cells.items()}
        sheet.merged = [(a + rows, b + columns, c + rows, d + columns) for a, b, c, d in sheet.merged]
        sheet.hidden_rows = {row + rows for row in sheet.hidden_rows}
        sheet.hidden_columns = {column + columns for column in sheet.hidden_columns}
        if rows:
            sheet.put(1, 1 + columns, "Draft of the secretariat, not for quotation", "title")
    return found


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_reads_as_the_reader_does(kind, seed):
    table, style, how = made(kind, seed)
    data = write(table, style)
    plain = cb.read(data, **how)
    if kind == OWN_FORM:
        with pytest.raises(ReadError, match="without a layout"):
            draft_layout(data, **how)
        return
    again = cb.read(data, **how, options={"layout": draft_layout(data, **how)})
    assert again.responses == plain.responses
    assert again.questionnaire == plain.questionnaire
    assert again.reconciliation.adds_up
    assert changes(again) == []


@pytest.mark.parametrize(("rows", "columns"), [(3, 0), (0, 2), (2, 1)])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != OWN_FORM])
def test_a_layout_fits_a_table_whose_rows_and_columns_moved(kind, rows, columns):
    if kind in FORMS and columns:
        pytest.skip("a form has no header")
    table, style, how = made(kind, 3)
    data = write(table, style)
    layout = draft_layout(data, **how)
    again = cb.read(write(moved(table, rows, columns), style), **how, options={"layout": layout})
    assert said(again) == said(cb.read(data, **how))


STAFF = [["Country", "Law", "Staff"], ["Peru", "yes", 4], ["Cuba", "no", 7], ["Chile", "yes", 2]]
YEARS = [
    ["Indicator", "2014", "2015", "Remarks"],
    ["Homicides", 12, 13, "from files"],
    ["Prisoners", 120, 130, "counted"],
    ["Officers", 34, 35, ""],
]


def across(rows, values):
    """Rows with one more column behind the years."""
    return [[*row[:3], value, *row[3:]] for row, value in zip(rows, values, strict=True)]


def test_the_draft_names_columns_and_rows_as_a_person_would():
    rows = [["Survey of 2016", "", ""], ["", "", ""], *STAFF]
    layout = draft_layout(text(rows), name="a.csv")
    (table,) = from_toml(layout)
    assert (table.header, table.first, table.last, table.sheet) == ((3,), 1, None, None)
    assert table.columns == ("Country", "Law", "Staff")
    assert table.steps[-1].values == {"country": "Country"}
    assert "# records, confidence " in layout
    assert "# runner-up: " in layout


def test_columns_in_another_order_are_found_by_name():
    layout = draft_layout(text(STAFF), name="a.csv")
    turned = [[row[2], row[0], row[1]] for row in STAFF]
    assert answers(read(turned, layout)) == answers(read(STAFF, layout))


def test_a_header_that_comes_twice_is_numbered():
    rows = [["Country", "Staff", "", "Staff"], ["Peru", 4, "a", 5], ["Cuba", 7, "b", 8], ["Chile", 2, "a", 3]]
    layout = draft_layout(text(rows), name="a.csv")
    (table,) = from_toml(layout)
    assert table.columns == ("Country", "Staff", "column C", "Staff (2)")
    assert read(rows, layout).responses == cb.read(text(rows), name="a.csv").responses


def test_new_columns_of_records_are_answers_and_noted():
    layout = draft_layout(text(STAFF), name="a.csv")
    more = [[*row, value] for row, value in zip(STAFF, ["Labs", 1, 0, 5], strict=True)]
    reading = read(more, layout)
    assert answers(reading)["Chile"] == {"Law": "yes", "Staff": 2, "Labs": 5}
    assert changes(reading) == [("a.csv:D1", "note", "'Labs' is not in the layout; its cells are read as answers")]


def test_new_periods_join_the_members():
    layout = draft_layout(text(YEARS), name="Peru.csv")
    reading = read(across(YEARS, ["2016", 14, 140, 36]), layout, "Peru.csv")
    assert answers(reading)["Peru"]["Prisoners [2016]"] == 140
    assert changes(reading) == [
        ("Peru.csv:D1", "note", "'2016' is not in the layout; it is taken as one more of those beside it")
    ]


def test_new_countries_join_the_members():
    rows = [["Question", "Peru", "Cuba"], ["Is there a law?", "yes", "no"], ["Is there a unit?", "no", "no"]]
    layout = draft_layout(text(rows), name="a.csv")
    more = [[*row, value] for row, value in zip(rows, ["Chile", "yes", "no"], strict=True)]
    reading = read(more, layout)
    assert set(answers(reading)) == {"Peru", "Cuba", "Chile"}
    assert [severity for _, severity, _ in changes(reading)] == ["note"]


def test_other_new_columns_beside_members_are_left_out_with_a_warning():
    layout = draft_layout(text(YEARS), name="Peru.csv")
    reading = read(across(YEARS, ["Rank", 1, 2, 3]), layout, "Peru.csv")
    assert changes(reading) == [("Peru.csv:D1", "warning", "'Rank' is not in the layout, and is left out")]
    assert said(reading) == said(read(YEARS, layout, "Peru.csv"))
    assert reading.reconciliation.adds_up


def test_a_column_that_is_gone_is_told():
    layout = draft_layout(text(STAFF), name="a.csv")
    reading = read([row[:2] for row in STAFF], layout)
    assert changes(reading) == [("a.csv:1", "warning", "no column is called 'Staff' any more")]


@pytest.mark.parametrize("names", [["Land", "Gesetz", "Staff"], ["Land", "Law", "Staff"]])
def test_a_table_whose_header_or_key_is_not_there_is_refused(names):
    layout = draft_layout(text(STAFF), name="a.csv")
    with pytest.raises(ReadError, match="'Country'") as caught:
        read([names, *STAFF[1:]], layout)
    assert (caught.value.code, str(caught.value.origin)) == ("CB116", "a.csv:1")
    assert "layout" in caught.value.remedy


def test_a_layout_may_leave_columns_out_and_say_the_country():
    layout = """
    [[table]]
    country = "Peru"
    [[table.step]]
    do = "region"
    rows = [1, "end"]
    without = ["Law"]
    [[table.step]]
    do = "header"
    rows = [1]
    [[table.step]]
    do = "records"
    """
    reading = read([row[1:] for row in STAFF], layout)
    assert [(str(r.place), [(a.question, a.value) for a in r]) for r in reading.responses] == [
        ("Peru", [("Staff", 4)]), ("Peru", [("Staff", 7)]), ("Peru", [("Staff", 2)]),
    ]  # fmt: skip
    assert reading.reconciliation.adds_up
    assert dict(reading.reconciliation.sheets[0].left_out) == {"left out, as set in the layout": 4}


def test_rows_added_to_the_first_of_two_tables_belong_to_it():
    second = [
        ["Budget", "", ""],
        ["Country", "Budget", "Labs"],
        ["Haiti", 10.5, 1],
        ["Belize", 20, 3],
        ["Guyana", 3, 4],
    ]
    blank = ["", "", ""]
    layout = draft_layout(text([*STAFF, blank, *second]), name="a.csv")
    assert [(table.header, table.last) for table in from_toml(layout)] == [((1,), 4), ((7,), None)]
    reading = read([*STAFF, ["Jamaica", "no", 9], ["Honduras", "no", 1], blank, *second], layout)
    assert [(str(r.place), [a.question for a in r]) for r in reading.responses] == [
        *((name, ["Law", "Staff"]) for name in ("Peru", "Cuba", "Chile", "Jamaica", "Honduras")),
        *((name, ["Budget", "Labs"]) for name in ("Haiti", "Belize", "Guyana")),
    ]
    assert reading.reconciliation.adds_up


def test_tables_with_cells_in_common_are_refused():
    layout = draft_layout(text(STAFF), name="a.csv")
    with pytest.raises(ReadError, match="tables 1 and 2 of the layout have cells in common"):
        read(STAFF, layout + layout)


WRONG = """
[[table]]
shet = "Q"
read = 3
[[table.step]]
do = "heade"
[[table.step]]
do = "region"
row = [1, 2]
rows = [0, 2]
[[table.step]]
do = "across"
member = "state"
"""


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ReadError) as caught:
        from_toml(WRONG)
    assert caught.value.code == "CB116"
    said = caught.value.message.splitlines()[1:]
    assert [line.strip()[:52] for line in said] == [
        "table 1: unknown key 'shet' (did you mean 'sheet'?);",
        "table 1: read must be true or false, not 3",
        "table 1, step 1: do must be one of region, header, d",
        "table 1, step 2 (region): unknown key 'row' (did you",
        "table 1, step 2 (region): rows must be the first row",
        "table 1, step 3 (across): member must be country, pe",
        "table 1, step 3 (across): it needs members, headers ",
    ]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("[[table\n", "not TOML.*line 1|not TOML.*end of document"),
        ("[sheets]\n", "nothing else"),
        ("absent.toml", "does not exist"),
        ('[[table]]\n[[table.step]]\ndo = "header"\nrows = [1]', "its last step"),
        ('[[table]]\n[[table.step]]\ndo = "records"\n[[table.step]]\ndo = "drop"', "its last step"),
        ('[[table]]\n[[table.step]]\ndo = "drop"\n[[table.step]]\ndo = "header"', "come first"),
        ('[[table]]\nstep = 3', "must be"),
        ('[[table]]\n[[table.step]]\ndo = "long"\nquestion = "Law"\nvalues = ["law"]', "'Law' has two parts"),
        ('[[table]]\n[[table.step]]\ndo = "form"\nlabel = "column B"\nvalue = "column A"', "right of its label"),
        (
            '[[table]]\n[[table.step]]\ndo = "region"\nrows = [3, 9]\n[[table.step]]\ndo = "header"\nrows = [1]\n'
            '[[table.step]]\ndo = "records"',
            "outside its region",
        ),
    ],
)  # fmt: skip
def test_a_wrong_layout_is_said(layout, message):
    with pytest.raises(ReadError, match=message):
        read(STAFF, layout)


def test_a_layout_of_a_sheet_that_is_not_there_is_refused():
    layout = '[[table]]\nsheet = "Q"\n[[table.step]]\ndo = "header"\nrows = [1]\n[[table.step]]\ndo = "records"'
    with pytest.raises(ReadError, match="the layout names 'Q'") as caught:
        read(STAFF, layout)
    assert "no sheets" in caught.value.remedy
    assert [len(found) for found in assign_layouts(layout, "a.xlsx", ["Q", "P"])] == [1, 0]


@pytest.mark.parametrize("option", [{"header_row": 1}, {"shape": "country"}, {"fill_country": True}])
def test_what_a_layout_says_is_not_said_twice(option):
    with pytest.raises(OptionError, match="left to the layout"):
        cb.read(text(STAFF), name="a.csv", options={"layout": draft_layout(text(STAFF), name="a.csv"), **option})


def test_columns_of_a_scan_are_those_of_a_reading():
    layout = draft_layout(text(YEARS), name="Peru.csv")
    table = cb.scan(text(YEARS), name="Peru.csv", options={"layout": layout})
    assert [a.value for row in table for a in row] == [
        a.value for r in read(YEARS, layout, "Peru.csv").responses for a in r
    ]


gc.collect()  # attrs makes classes with slots anew, and those they were made from linger


def steps(kind):
    """Yield all classes of steps."""
    for below in kind.__subclasses__():
        yield below
        yield from steps(below)


@pytest.mark.parametrize(
    "kind", [kind for kind in steps(Step) if kind.name and kind is not Titles], ids=lambda k: k.name
)
def test_a_layout_file_says_all_that_a_step_does(kind):
    known = {"rows", "columns", "left", "without"} if kind is Region else {a.name for a in fields(kind)}
    assert set(KEYS[kind]) == known
