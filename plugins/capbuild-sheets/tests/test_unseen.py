"""Rows and columns that a sheet contains and does not show; all figures are invented."""

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from capbuild_sheets.sheets import Run
from capbuild_sheets.workbook import open_workbook

import capbuild as cb
from capbuild.plugins import InputFile

HEADS = ["Country", "Q1", "Q2", "Note"]


def told(reading):
    return [(str(i.origin), i.message, i.severity.value) for i in reading.issues if i.code == "SHEET10"]


def written(*, rows=(), columns="", filtered=(), table=False, extra=0):
    """Write ten countries; some rows and columns hidden, some left out by a filter on Q1."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Returns")
    for column, head in enumerate(HEADS):
        sheet.write(0, column, head)
    places = ["Cuba", "Haiti", "Peru", "Chile", "Belize", "Panama", "Guyana", "Brazil", "Mexico", "Canada"]
    for number in range(10 + extra):
        sheet.write_row(number + 1, 0, [places[number % 10], number, f"text {number % 7}", "seen"])
    if table:
        sheet.add_table(0, 0, 10, 3, {"columns": [{"header": head} for head in HEADS]})
    elif filtered:
        sheet.autofilter(0, 0, 10, 3)
        sheet.filter_column(1, "x < 5")
    for row in (*rows, *filtered):
        sheet.set_row(row - 1, None, None, {"hidden": True})
    if columns:
        sheet.set_column(columns, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


def test_hidden_rows_are_read_and_told(read):
    reading = read(written(rows=(3, 4, 5, 9)))
    assert [r.place for r in reading.responses][1:4] == ["Haiti", "Peru", "Chile"]
    assert told(reading) == [
        ("x.xlsx!Returns:3", "rows 3 to 5 and 9 are hidden; they were read as all others", "warning")
    ]


def test_rows_that_a_filter_leaves_out_are_said_as_such(read):
    reading = read(written(filtered=(7, 8, 9, 10, 11), rows=(13,), extra=3))
    assert len(reading.responses) == 13
    assert [message for _, message, _ in told(reading)] == [
        "rows 7 to 11 are hidden by a filter; they were read as all others",
        "row 13 is hidden; it was read as all others",
    ]


def test_the_filter_of_a_table_counts_too(read):
    data = written(filtered=(4,), table=True)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/tables/"):
                text = text.replace(
                    b'<autoFilter ref="A1:D11"/>',
                    b'<autoFilter ref="A1:D11"><filterColumn colId="1"><filters/></filterColumn></autoFilter>',
                )
            new.writestr(name, text)
    assert [message for _, message, _ in told(read(out.getvalue()))] == [
        "row 4 is hidden by a filter; it was read as all others"
    ]


def test_hidden_columns_are_read_and_told_where_they_hold_something(read):
    reading = read(written(columns="C:Z"))
    assert reading.responses[0]["Q2"].value == "text 0"
    assert told(reading) == [("x.xlsx!Returns:C", "columns C to D are hidden; they were read as all others", "warning")]
    assert told(read(written(columns="F:XFD"))) == []


@pytest.mark.parametrize("extra", [0, 5000])
def test_scanning_and_the_fast_way_tell_the_same(read, host, extra):
    data = written(filtered=(7, 8), columns="D:D", extra=extra)
    wanted = [
        "rows 7 to 8 are hidden by a filter; they were read as all others",
        "column D is hidden; it was read as all others",
    ]
    assert [message for _, message, _ in told(read(data))] == wanted
    assert [
        issue.message for issue in cb.scan(data, name="x.xlsx", host=host).issues if issue.code == "SHEET10"
    ] == wanted


def test_sheets_that_are_not_read_are_not_told(read):
    book = openpyxl.Workbook()
    book.active.append(["Country", "Q1"])
    book.active.append(["Cuba", 1])
    lists = book.create_sheet("lookup")
    for row in (["a", "b"], ["c", "d"]):
        lists.append(row)
    lists.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)
    assert told(read(out.getvalue())) == []


def test_exports_of_form_products_are_told_too(read):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Form Responses 1"
    for row in (["Timestamp", "Country", "Q1"], ["3/1/2016 9:00:05", "Cuba", "x"], ["3/1/2016 9:10:05", "Peru", "y"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    out = io.BytesIO()
    book.save(out)
    assert [message for _, message, _ in told(read(out.getvalue()))] == ["row 3 is hidden; it was read as all others"]


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>
<table:table table:name="S"><table:table-column table:number-columns-repeated="2"/>
<table:table-column table:visibility="collapse"/>
<table:table-row>{headers}</table:table-row>
<table:table-row table:visibility="filter" table:number-rows-repeated="2">{one}</table:table-row>
<table:table-row table:visibility="collapse">{one}</table:table-row>
<table:table-row table:visibility="collapse" table:number-rows-repeated="9000"><table:table-cell/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_open_document_sheets_say_which_rows_a_filter_hides():
    cells = [
        "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in row) for row in ("abc", "xyz")
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(headers=cells[0], one=cells[1]))
    (sheet,) = open_workbook(InputFile("x.ods", data=out.getvalue())).sheets
    assert (sheet.unseen.filtered, sheet.unseen.rows, sheet.unseen.columns) == (
        (Run(2, 3),),
        (Run(4, 4),),
        (Run(3, 3),),
    )
