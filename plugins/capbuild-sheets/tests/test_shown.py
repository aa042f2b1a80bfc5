"""What cells show beside what they hold: shares of a hundred, money, codes with zeros, words; all figures are invented.

The same table is written as text, as a spreadsheet saves it, and as a workbook: both must say the same.
"""

import csv
import datetime
import io
import zipfile

import pytest
import xlsxwriter
from capbuild_sheets.number_formats import Shown, kind_of_format
from capbuild_sheets.workbook import open_workbook
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.values.units import Quantity
from capbuild.plugins import InputFile

HEADS = ["Country", "Share", "Cost", "Code", "Law?"]
FORMATS = [None, "0%", '"$"#,##0.00', "00000", '[=1]"Sí";[=0]"No";General']
STORED = [
    ["Cuba", 0.45, 1200.5, 123, 1],
    ["Haiti", 0.07, 300, 45678, 0],
    ["Peru", 1, -20, 7, 1],
    ["Chile", "n/a", 0.5, 12, 0],
]
#: As LibreOffice saves that sheet as text.
SEEN = [
    ["Cuba", "45%", "$1,200.50", "00123", "Sí"],
    ["Haiti", "7%", "$300.00", "45678", "No"],
    ["Peru", "100%", "-$20.00", "00007", "Sí"],
    ["Chile", "n/a", "$0.50", "00012", "No"],
]


def workbook(rows=STORED, formats=FORMATS, headers=HEADS, times=1):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Returns")
    styles = [book.add_format({"num_format": form}) if form else None for form in formats]
    sheet.write_row(0, 0, headers)
    for number, row in enumerate(rows * times, start=1):
        for column, cell in enumerate(row):
            style = styles[column] if not isinstance(cell, str) else None
            sheet.write(number, column, cell, *([style] if style else []))
    book.close()
    return out.getvalue()


def text(rows=SEEN, headers=HEADS):
    out = io.StringIO()
    csv.writer(out).writerows([headers, *rows])
    return out.getvalue().encode()


def said(reading):
    return [[(a.question, a.value, a.raw) for a in r.answers] for r in reading.responses]


def asked(reading):
    return [(q.id, q.unit) for q in reading.questionnaire.questions]


def test_a_table_says_the_same_as_text_and_as_workbook(read):
    sheet, table = read(workbook()), read(text(), "x.csv")
    assert said(sheet) == said(table)
    assert asked(sheet) == asked(table) == [("Share", "%"), ("Cost", "$"), ("Code", ""), ("Law?", "")]
    assert said(sheet)[0] == [
        ("Share", 45, "45%"),
        ("Cost", 1200.5, "$1,200.50"),
        ("Code", "00123", None),
        ("Law?", "Sí", None),
    ]
    assert said(sheet)[1][2] == ("Code", "45678", None)  # a code among codes, though its digits make a number


def test_a_large_sheet_says_the_same_read_fast_and_scanned(read):
    reading = read(workbook(times=400))
    assert said(reading)[:4] == said(read(text(), "x.csv"))
    assert len(reading.responses) == 1600


def test_digits_that_are_not_shown_are_kept_beside_what_is_seen(read):
    rows = [["Cuba", 0.4512], ["Haiti", 1 / 3], ["Peru", 1 - 0.55]]
    reading = read(workbook(rows, [None, "0%"], ["Country", "Share"]))
    assert [row[0][1:] for row in said(reading)] == [(45.12, "45%"), (33.3333333333333, "33%"), (45, "45%")]


def test_a_share_without_its_sign_is_told(read):
    rows = [["Cuba", 0.45], ["Haiti", 0.07], ["Peru", 0.5]]
    data = workbook(rows, [None, "0%"], ["Country", "Share"])
    assert [i.code for i in read(data).issues] == []
    plain = xl_patched(data, b'<c r="B4" s="1">', b'<c r="B4">')
    (issue,) = read(plain).issues
    assert (str(issue.origin), issue.message) == (
        "x.xlsx!Returns:B4",
        "0.5 stands without %, as other cells of the column do not (Share); the text is kept",
    )


def xl_patched(data, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return out.getvalue()


def test_other_money_in_a_column_is_a_number_and_told(read):
    rows = [["Cuba", "$1,200.00"], ["Haiti", "$300.00"], ["Peru", "€50.00"]]
    table = read(text(rows, ["Country", "Cost"]), "x.csv")
    assert [row[0][1:] for row in said(table)] == [(1200.0, "$1,200.00"), (300.0, "$300.00"), (50.0, "€50.00")]
    (issue,) = table.issues
    assert issue.message.startswith("€50.00 has another unit than the other cells")


@pytest.mark.parametrize(
    ("texts", "values", "unit"),
    [
        (["US$ 1.200,50", "US$ 300,00"], [1200.5, 300.0], "US$"),
        (["R$ 10,5", "R$ 3,25"], [10.5, 3.25], "R$"),
        (["1 200 €", "15 €"], [1200, 15], "€"),
        (["HTG 500", "HTG 20"], [500, 20], "HTG"),
        (["S/ 40", "S/ 7"], [40, 7], "S/"),
        (["12,5 %", "7 %"], [12.5, 7], "%"),
    ],
)
def test_money_as_the_region_writes_it(read, texts, values, unit):
    table = read(text([["Peru", texts[0]], ["Cuba", texts[1]]], ["Country", "Cost"]), "x.csv")
    assert [row[0][1] for row in said(table)] == values
    assert asked(table) == [("Cost", unit)]


def test_names_of_questions_and_choices_are_no_money(read):
    rows = [["Peru", "Q1", "$0-$100"], ["Cuba", "L2", "$100-$500"]]
    assert [[v for _, v, _ in row] for row in said(read(text(rows, ["Country", "A", "B"]), "x.csv"))] == [
        ["Q1", "$0-$100"],
        ["L2", "$100-$500"],
    ]


def test_each_question_of_a_long_table_has_its_unit(read):
    headers, formats = ["Country", "Question", "Answer"], [None, None, "0%"]
    rows = [["Cuba", "Share?", 0.45], ["Cuba", "Staff?", "12"], ["Peru", "Share?", 0.5], ["Peru", "Staff?", "7"]]
    seen = [["Cuba", "Share?", "45%"], ["Cuba", "Staff?", "12"], ["Peru", "Share?", "50%"], ["Peru", "Staff?", "7"]]
    sheet, table = read(workbook(rows, formats, headers)), read(text(seen, headers), "x.csv")
    assert said(sheet) == said(table)
    assert said(table)[0] == [("Share?", 45, "45%"), ("Staff?", 12, None)]
    assert asked(sheet) == asked(table) == [("Share?", "%"), ("Staff?", "")]


def test_units_that_differ_in_a_long_table_are_told(read):
    rows = [["Cuba", "Share?", "45%"], ["Peru", "Share?", "0.5"], ["Haiti", "Share?", "20%"]]
    found = read(text(rows, ["Country", "Question", "Answer"]), "x.csv")
    assert asked(found) == [("Share?", "")]
    assert [i.message.partition("; ")[0] for i in found.issues] == [
        "0.5 stands without %, as other cells of the column do not (Share?)",
        "answers to 'Share?' are numbers with different units: %, no unit",
    ]


def test_codes_of_one_length_stay_codes(read):
    rows = [["Peru", "007", "15"], ["Cuba", "123", "7"], ["Haiti", "045", "120"]]
    assert [[v for _, v, _ in row] for row in said(read(text(rows, ["Country", "Code", "n"]), "x.csv"))] == [
        ["007", 15],
        ["123", 7],
        ["045", 120],
    ]


def test_a_number_typed_among_codes_is_a_code(read):
    rows = [["Peru", "05"], ["Cuba", 11], ["Haiti", 12], ["Chile", "n/a"]]
    data = workbook(rows, [None, None], ["Country", "Province"])
    assert [row[0][1] for row in said(read(data))][:3] == ["05", "11", "12"]
    grown = workbook(rows[:3], [None, None], ["Country", "Province"], times=300)
    assert {v for row in said(read(grown)) for _, v, _ in row} == {"05", "11", "12"}


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0.0%", 0.0725, "7.3%"),
        ('#,##0.00\\ "USD"', 1234.5, "1,234.50 USD"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', 5, "$ 5.00"),
        ("[$€-407]#,##0", -1500, "-€1,500"),
        ('"Q"#,##0', 10, "Q10"),
        ("[Red]0%;[Blue]-0%", -0.07, "-7%"),
        ('0" años"', 12, "12 años"),
    ],
)
def test_numbers_as_a_spreadsheet_shows_them(code, number, shown):
    cell = kind_of_format(164, code).cell(number)
    assert isinstance(cell, Quantity)
    assert (cell, cell.shown) == (number, shown)


@pytest.mark.parametrize(
    ("code", "number", "cell"),
    [
        ("00000", 123, "00123"),
        ('"P-"000', 8, "P-008"),
        ("000-0000", 1234567, "123-4567"),
        ('"✓";;"✗"', 0, "✗"),
        ("000", 2.5, 2.5),
    ],
)
def test_codes_and_words_as_a_spreadsheet_shows_them(code, number, cell):
    assert kind_of_format(164, code).cell(number) == cell


@pytest.mark.parametrize(
    "code", ["#,##0.00", "0.00E+00", "##0.0E+0", "# ?/?", "General", "0;-0;;@", "#,##0,", "@", '"Nivel "0']
)
def test_formats_that_show_a_bare_number(code):
    assert kind_of_format(164, code) == ""


def test_a_number_with_a_power_of_ten_is_no_date():
    data = workbook([["Cuba", 1500000.0]], [None, "0.000E+00"], ["Country", "People"])
    assert open_workbook(InputFile("x.xlsx", data=data)).sheets[0].rows[1] == ("Cuba", 1500000)
    days = workbook([["Cuba", datetime.date(2016, 3, 1)]], [None, "dd/mm/yyyy"], ["Country", "Day"])
    assert open_workbook(InputFile("x.xlsx", data=days)).sheets[0].rows[1] == ("Cuba", datetime.date(2016, 3, 1))


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>
<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
CELL = '<table:table-cell office:value-type="{}" office:value="{}"{}><text:p>{}</text:p></table:table-cell>'
TEXT = "<table:table-cell><text:p>{}</text:p></table:table-cell>"


def test_open_document_sheets_say_the_same(read):
    rows = [["Country", "Share", "Cost", "Code"], *SEEN[:3]]
    kinds = ("percentage", "currency", "float")
    made = "<table:table-row>" + "".join(map(TEXT.format, rows[0])) + "</table:table-row>"
    for stored, seen in zip(STORED[:3], SEEN[:3], strict=True):
        cells = [
            CELL.format(kind, value, ' office:currency="USD"' if kind == "currency" else "", shown)
            for kind, value, shown in zip(kinds, stored[1:4], seen[1:4], strict=True)
        ]
        made += f"<table:table-row>{TEXT.format(seen[0])}{''.join(cells)}</table:table-row>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows=made))
    found = read(out.getvalue(), "x.ods")
    table = read(text([row[:4] for row in SEEN[:3]], HEADS[:4]), "x.csv")
    assert said(found) == said(table)
    assert asked(found) == [("Share", "%"), ("Cost", "$"), ("Code", "")]


def test_a_filled_form_keeps_its_units(read):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Form")
    share, money = book.add_format({"num_format": "0%"}), book.add_format({"num_format": '"$"#,##0'})
    for row, (label, value, *style) in enumerate(
        [("Country", "Belize"), ("Share of cases closed?", 0.45, share), ("Budget?", 1200, money), ("Staff?", 12)]
    ):
        sheet.write(row, 0, label)
        sheet.write(row, 1, value, *style)
    book.close()
    found = read(out.getvalue())
    assert said(found) == [[("Share of cases closed?", 45, "45%"), ("Budget?", 1200, "$1,200"), ("Staff?", 12, None)]]
    assert asked(found) == [("Share of cases closed?", "%"), ("Budget?", "$"), ("Staff?", "")]


def test_nothing_else_sees_that_a_number_has_a_unit():
    cell = open_workbook(InputFile("x.xlsx", data=workbook())).sheets[0].rows[1][1]
    assert (cell, cell + 1, str(cell), cb.read(workbook(), name="x.xlsx").reconciliation.adds_up) == (
        0.45,
        1.45,
        "0.45",
        True,
    )


CODES = st.lists(
    st.sampled_from(
        ["0", "#", "0.00", ".", ",", "%", '"US$"', "[$€-407]", ";", "[>=5]", "[Red]", " ", "\\x", "E+00", "?/?", "@"]
    ),
    max_size=8,
).map("".join)


@given(st.floats() | st.integers(-(10**30), 10**30), CODES | st.text(max_size=12))
def test_any_number_is_shown_in_any_format(number, code):
    kind = kind_of_format(0, code)
    if isinstance(kind, Shown):
        made = kind.cell(number)
        assert isinstance(made, str) or made == number or number != number


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (1e30, "0%", "1" + "0" * 32 + "%"),
        (-1e30, '"US$" #,##0.0', "-US$ 1" + ",000" * 10 + ".0"),
        (0.5, "0.0000000000000000000000000000000000%", "50." + "0" * 34 + "%"),
    ],
)
def test_large_numbers_are_shown_to_the_last_digit(number, code, shown):
    assert kind_of_format(0, code).cell(number).shown == shown


def test_a_number_of_three_hundred_digits_leaves_the_workbook_readable():
    data = workbook([["Cuba", 1e300], ["Haiti", 0.5]], [None, "0%"], ["Country", "Share"])
    found = cb.read(data, name="a.xlsx")
    assert [response["Share"].value for response in found.responses] == [1e302, 50]
