"""The guarded reader: typed cells against openpyxl and calamine, and files made to do harm."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from capbuild_sheets.sheets import MergedRange, error_cell, formula_cell
from capbuild_sheets.workbook import open_workbook, peek_workbook
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook

from capbuild.errors import CODES, LimitError, ReadError
from capbuild.plugins import InputFile, ReadLimits

#: Codes of the library and of the plugin; empty for a workbook that is read.
KNOWN = {*CODES, "SHEET1", ""}
DAY = datetime.date(2016, 3, 1)
SHEET = "xl/worksheets/sheet1.xml"


def rows_of(data, name="x.xlsx"):
    return open_workbook(InputFile(name, data=data)).sheets[0].rows


def test_cells_keep_their_types(make):
    moment, clock = datetime.datetime(2016, 3, 1, 9, 0, 5), datetime.time(9, 30)
    row = ["Haïti\nBelize", 3, 2.5, True, DAY, moment, clock, datetime.timedelta(hours=30), None, " x "]
    assert rows_of(make({"Q": [row]})) == (tuple(row),)


def test_every_error_cell_is_kept(make):
    codes = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"]
    assert rows_of(make({"Q": [codes]}))[0] == tuple(map(error_cell, codes))
    # what the faster library makes of the same file
    lost = CalamineWorkbook.from_filelike(io.BytesIO(make({"Q": [codes]}))).get_sheet_by_index(0).to_python()
    assert lost == [] or set(lost[0]) == {""}


def test_a_formula_without_a_result_is_no_blank(make, patch):
    data = make({"Q": [["=A2+1", 1]]})
    assert rows_of(data)[0] == (formula_cell("=A2+1"), 1)
    solved = patch(data, SHEET, lambda text: text.replace("<v></v>", "<v>5</v>").replace("<v />", "<v>5</v>"))
    assert rows_of(solved)[0] == (5, 1)
    assert open_workbook(InputFile("x.xlsx", data=solved)).sheets[0].formulas == 1


def test_days_count_from_1904_where_the_file_says_so(make):
    data = make({"Q": [[DAY]]}, epoch=CALENDAR_MAC_1904)
    book = open_workbook(InputFile("x.xlsx", data=data))
    assert (book.date_1904, book.sheets[0].rows) == (True, ((DAY,),))


def test_merged_ranges_hidden_sheets_and_gaps(make):
    data = make({"A": [["x", None, "y"], [], ["z"]], "B": [["w"]]}, {"A": ["A1:B2"]}, hidden=["B"])
    first, second = open_workbook(InputFile("x.xlsx", data=data)).sheets
    assert (first.rows, first.merged) == ((("x", None, "y"), (), ("z",)), (MergedRange(1, 1, 2, 2),))
    assert (first.hidden, second.hidden, second.name) == (False, True, "B")


def test_a_far_cell_costs_its_row(make):
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "far"
    book.active["A1"] = "near"
    out = io.BytesIO()
    book.save(out)
    rows = rows_of(out.getvalue())
    assert (len(rows), rows[0], rows[-1][-1], len(rows[-1])) == (1_048_576, ("near",), "far", 16_384)


@pytest.mark.parametrize("moved", [{"A3": "A2", "B3": "B2"}, {"B2": "A2"}])
def test_two_cells_at_one_place_are_an_error(make, patch, moved):
    data = make({"Q": [["Country", "Q1"], ["Peru", "yes"], ["Chile", "no"]]})

    def damage(text):
        for before, after in moved.items():
            assert f'r="{before}"' in text
            text = text.replace(f'r="{before}"', f'r="{after}"')
        return text.replace('<row r="3"', '<row r="2"') if "A3" in moved else text

    with pytest.raises(ReadError, match="two cells at A2") as caught:
        rows_of(patch(data, SHEET, damage))
    assert (caught.value.code, caught.value.origin.row) == ("SHEET1", 2)


def test_many_far_cells_are_refused_before_they_are_laid_out(make, patch):
    far = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 3000))
    data = patch(make({"Q": [[1]]}), SHEET, lambda text: text.replace("<sheetData>", f"<sheetData>{far}"))
    with pytest.raises(LimitError, match="empty ones"):
        rows_of(data)


def test_the_limit_of_cells_holds(make):
    with pytest.raises(LimitError, match="more than 5 cells"):
        open_workbook(InputFile("x.xlsx", data=make({"Q": [[1, 2, 3], [4, 5, 6]]}), limits=ReadLimits(cells=5)))


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE a [<!ENTITY b "c">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'],
)
def test_document_types_are_refused(make, patch, declared):
    data = patch(make({"Q": [[1]]}), SHEET, lambda text: declared + text)
    with pytest.raises(ReadError) as caught:
        rows_of(data)
    assert caught.value.code == "CB112"


def test_one_error_for_a_password():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(ReadError, match="protected by a password") as caught:
        open_workbook(InputFile("x.xlsx", data=data))
    assert caught.value.code == "SHEET2"


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"<html><table>", "web page"), (b"PK\x03\x04rest", "not a workbook"), (b"country,q1\n", "not a workbook")],
)
def test_what_is_no_workbook_is_said(data, message):
    with pytest.raises(ReadError, match=message):
        open_workbook(InputFile("x.xls", data=data))


def test_a_missing_sheet_is_an_issue_and_the_others_are_read(make, patch):
    data = make({"A": [[1]], "B": [[2]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != "xl/worksheets/sheet2.xml":
                new.writestr(name, old.read(name))
    book = open_workbook(InputFile("x.xlsx", data=out.getvalue()))
    assert ([s.name for s in book.sheets], [i.code for i in book.issues]) == (["A"], ["SHEET3"])


def test_peeking_reads_the_first_rows_only(make):
    source = InputFile("x.xlsx", data=make({"Q": [[n, f"text {n}"] for n in range(500)]}))
    book = peek_workbook(source)
    assert (len(book.sheets[0].rows), book.sheets[0].rows[7]) == (60, (7, "text 7"))
    assert peek_workbook(source) is book
    assert peek_workbook(InputFile("x.csv", data=b"a,b\n")) is None


ODS = """<table:table table:name="Q"><table:table-row>
<table:table-cell office:value-type="string"><text:p>one<text:s text:c="2"/>two</text:p><text:p>three</text:p>
</table:table-cell><table:table-cell office:value-type="float" office:value="3" table:number-columns-repeated="2"/>
<table:table-cell office:value-type="date" office:date-value="2016-03-01"><text:p>1 March</text:p></table:table-cell>
<table:table-cell office:value-type="boolean" office:boolean-value="true"/>
<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>
</table:table-cell><table:table-cell table:formula="of:=[.A1]"/>
<table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-spanned="2"
 office:value-type="string"><office:annotation><text:p>a remark</text:p></office:annotation><text:p>m</text:p>
</table:table-cell><table:covered-table-cell/></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row></table:table><table:table table:name="H" table:style-name="hid"></table:table>"""


def test_ods_cells_keep_their_types(ods):
    book = open_workbook(InputFile("x.ods", data=ods(ODS)))
    first, second = book.sheets
    expected = ("one  two\nthree", 3, 3, DAY, True, error_cell("#DIV/0!"), formula_cell("=[.A1]"), datetime.time(9, 30))
    assert first.rows == (expected, ("m",), ("m",))
    assert (first.merged[0], second.hidden, book.kind) == (MergedRange(2, 1, 2, 2), True, "ods")


def test_ods_repeats_are_bounded(ods):
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    with pytest.raises(LimitError):
        open_workbook(InputFile("x.ods", data=ods(f'<table:table table:name="Q">{row}</table:table>')))


def test_a_protected_ods_is_said(ods):
    with pytest.raises(ReadError, match="password"):
        open_workbook(InputFile("x.ods", data=ods("", "<manifest:encryption-data/>")))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**50), 2**50)
    | st.floats(-1e12, 1e12)
    | TEXT.filter(lambda text: text.strip() and not text.startswith(("=", "#")))
)


@settings(max_examples=60)
@examples(st.lists(st.lists(VALUES, max_size=6), max_size=6))
def test_any_cells_come_back_as_openpyxl_reads_them(make, table):
    data = make({"Q": table})
    theirs = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    ours = {
        (row, column): cell for row, column, cell in open_workbook(InputFile("x.xlsx", data=data)).sheets[0].cells()
    }
    found = {(c.row, c.column): c.value for row in theirs.iter_rows() for c in row if c.value is not None}
    assert ours == found


@pytest.fixture(scope="module")
def small(make):
    return make({"Q": [["country", "Q1"], ["Jamaica", 3]]})


def opened(data):
    """How many sheets a damaged workbook of one has, and the code of the error where it is refused."""
    try:
        return len(open_workbook(InputFile("x.xlsx", data=data)).sheets), ""
    except ReadError as error:
        return 0, error.code


@settings(max_examples=100)
@examples(st.data())
def test_damaged_bytes_end_in_a_read_error_or_a_workbook(small, data):
    whole = bytearray(small)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    sheets, code = opened(bytes(whole[:cut] if data.draw(st.booleans()) else whole))
    assert sheets <= 1
    assert code in KNOWN


@settings(max_examples=100)
@examples(st.data())
def test_damaged_xml_ends_in_a_read_error_or_a_workbook(make, patch, data):
    member = data.draw(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]))

    def damage(text):
        at = data.draw(st.integers(0, len(text) - 1))
        return text[:at] + data.draw(st.sampled_from(['"', "<", "9", "-", "A", "&#65;", ""])) + text[at + 1 :]

    made = make({"Q": [["country", "Q1", DAY], ["Jamaica", 3, True]]})
    sheets, code = opened(patch(made, member, damage))
    assert sheets <= 1
    assert code in KNOWN


@settings(max_examples=60)
@examples(st.binary(max_size=600))
def test_bytes_behind_the_mark_of_an_old_workbook_end_in_a_read_error(tail):
    with pytest.raises(ReadError):
        open_workbook(InputFile("x.xls", data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail))


def test_a_damaged_directory_of_an_ods_is_a_read_error(ods):
    data = ods(ODS).replace(b"mimetype", b"mim\xfftype")
    flagged = bytearray(data)
    at = data.find(b"PK\x01\x02")
    flagged[at + 9] |= 0x08  # names in UTF-8, which this one is not
    with pytest.raises(ReadError):
        open_workbook(InputFile("x.ods", data=bytes(flagged)))


def test_sheets_of_one_name_are_kept_apart(make, patch):
    data = patch(make({"A": [[1]], "B": [[2]]}), "xl/workbook.xml", lambda text: text.replace('name="B"', 'name="A"'))
    book = open_workbook(InputFile("x.xlsx", data=data))
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [("A", ((1,),)), ("A (sheet 2)", ((2,),))]


def test_a_part_counts_each_time_a_sheet_names_it(make, patch):
    data = make({"Q": [["x" * 1_000] * 200]})
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = f'<sheet xmlns:r="{space}" name="S%d" sheetId="%d" r:id="rId1"/>'
    many = "".join(sheet % (n, n) for n in range(2, 2_000))
    data = patch(data, "xl/workbook.xml", lambda text: text.replace("</sheets>", f"{many}</sheets>"))
    with pytest.raises(LimitError, match="packed more than 200 times"):
        open_workbook(InputFile("x.xlsx", data=data))
