"""The fast way and the way of XML give the same cells, or the fast way steps aside."""

import io
import zipfile

import pytest
import xlsxwriter
from capbuild_sheets.plain_sheet import NotPlainError, PlainSheet
from capbuild_sheets.sheet_xml import CellValues, SheetParser
from capbuild_sheets.strings import SharedStrings
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from capbuild.plugins import ReadLimits

STRINGS = b"<sst>" + b"".join(b"<si><t>text %d</t></si>" % n for n in range(20)) + b"</sst>"


def parsed(kind, xml, strings=STRINGS):
    values = CellValues(SharedStrings("x", io.BytesIO(strings)), ["", "d", "dt", "t"], False)
    parser = kind("x", values, ReadLimits())
    parser.parse(io.BytesIO(xml))
    return parser.rows.rows, parser.merged


def sheet(rows, after=""):
    return f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>".encode()


PLAIN = [
    '<row r="1"><c r="A1" t="s"><v>3</v></c><c r="C1" s="1"><v>42430</v></c></row><row r="4"/>',
    '<row r="2" spans="1:2"><c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="b"><v>1</v></c><c r="D2" s="3"/></row>',
    '<row r="1"><c r="A1" s="2" t="n"><v>1E3</v></c><c r="B1" t="str"><v>é</v></c><c r="C1"></c></row>',
    "",
]
OTHER = [
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
    '<row r="1"><c r="A1"> <v>2</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>a &amp; b</v></c></row>',
    '<row r="1"><c s="1" r="A1"><v>2</v></c></row>',
    '<row r="1"><c><v>2</v></c></row>',
    '<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
    '<row r="1"><!-- note --><c r="A1"><v>2</v></c></row>',
    '<row r="1"><c r="A1"><v xml:space="preserve">2</v></c></row>',
]


@pytest.mark.parametrize("rows", PLAIN)
def test_plain_sheets_give_the_same(rows):
    xml = sheet(rows, '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')
    assert parsed(PlainSheet, xml) == parsed(SheetParser, xml)


@pytest.mark.parametrize("rows", OTHER)
def test_what_is_written_another_way_is_left_to_the_other(rows):
    with pytest.raises(NotPlainError):
        parsed(PlainSheet, sheet(rows))
    assert parsed(SheetParser, sheet(rows))[0]


@pytest.mark.parametrize("cut", [20, 60, 90])
def test_a_sheet_that_is_cut_short_is_not_plain(cut):
    with pytest.raises(NotPlainError):
        parsed(PlainSheet, sheet(PLAIN[0])[:cut])


CELLS = (
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9) | st.text("ab é<&\n", min_size=1)
)


@settings(max_examples=80)
@examples(st.lists(st.lists(CELLS, max_size=5), max_size=5))
def test_any_table_gives_the_same(table):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(table):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, cell)
            else:
                page.write(number, column, cell)
    book.close()
    with zipfile.ZipFile(out) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
        strings = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in archive.namelist() else b"<sst/>"
    if b"<sheetData/>" not in xml:
        assert parsed(PlainSheet, xml, strings) == parsed(SheetParser, xml, strings)


@settings(max_examples=300)
@examples(st.data())
def test_damage_never_gives_other_cells(data):
    """Where the fast way still takes a damaged sheet, the way of XML takes it too, and reads the same."""
    xml = bytearray(sheet(PLAIN[1]))
    at = data.draw(st.integers(0, len(xml) - 1))
    xml[at] = data.draw(st.sampled_from(b'"<>/ 9Avc'))
    try:
        fast = parsed(PlainSheet, bytes(xml))
    except NotPlainError:
        return
    try:
        slow = parsed(SheetParser, bytes(xml))
    except Exception:  # noqa: BLE001 - damaged XML may fail in any way the parser has
        return
    assert fast == slow


@pytest.mark.corpus
def test_every_sheet_of_the_corpus_gives_the_same(corpus):
    compared = 0
    for path in sorted(corpus.rglob("*.xlsx")):
        if "hostile" in path.parts or "pass_protected" in path.name:
            continue
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            strings = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b"<sst/>"
            for name in names:
                if not name.startswith("xl/worksheets/sheet"):
                    continue
                xml = archive.read(name)
                try:
                    fast = parsed(PlainSheet, xml, strings)
                except NotPlainError:
                    continue
                compared += 1
                assert fast == parsed(SheetParser, xml, strings), f"{path.name} {name}"
    assert compared >= 60
