"""The readers and the writer keep their contracts, on made samples."""

import io
from pathlib import Path

import capbuild_documents
import docx
import pytest
from docx.oxml.ns import qn

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample, WriterConformance

ONE_CELL = (ReadLimits(cells=1),)
#: Cells edited for each clause: a document of Word has some 43,000 texts and attributes, and each edit packs it anew.
FEW = 3


def _plain_form():
    document = docx.Document()
    rows = [("Country", "Jamaica"), ("Is there a law?", "☒ Yes ☐ No"), ("Officers", "14"), ("E-mail", "a@example.org")]
    table = document.add_table(len(rows), 2)
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text_at(sample, origin):
    """Return what stands in a cell, by another library: codes of boxes that are ticked, ranks in order, or text."""
    document = docx.Document(io.BytesIO(sample.content))
    if origin.row is None:
        return "\n".join(paragraph.text for paragraph in document.paragraphs)
    row = document.tables[int(origin.sheet.removeprefix("table ")) - 1]._tbl.tr_lst[origin.row - 1]
    if origin.column is None:  # a row that people added
        texts = ("".join(one.text or "" for one in cell.iter(qn("w:t"))) for cell in row.tc_lst)
        return " | ".join(filter(None, texts))
    cell = row.tc_lst[origin.column - 1]
    boxes = []
    for control in list(cell.iter(qn("w:sdt"))):
        shown = "".join(one.text for one in control.iter(qn("w:t")))
        _, _, choice = next(control.iter(qn("w:tag"))).get(qn("w:val")).partition("|")
        if choice:
            boxes.append((shown, choice))
        elif next(control.iter(qn("w:showingPlcHdr")), None) is not None:
            control.getparent().remove(control)
    if boxes:
        return " ".join(choice for shown, choice in sorted(boxes) if shown != "☐")
    lines = [
        "".join(one.text or "\n" for one in paragraph.iter(qn("w:t"), qn("w:br"))) for paragraph in cell.iter(qn("w:p"))
    ]
    return "\n".join(lines).strip()


#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestPlainForm(ReaderConformance):
    plugin = capbuild_documents
    golden = GOLDEN
    edits = FEW
    reader = "word-form"
    samples = (
        Sample(name="form.docx", data=_plain_form(), responses=1, personal=("E-mail",),
               limits=(*ONE_CELL, ReadLimits(nesting=3), ReadLimits(members=2), ReadLimits(unpacked_size=100))),
    )  # fmt: skip

    def text_at(self, sample, origin):
        return _text_at(sample, origin)


class TestPrintedForm(ReaderConformance):
    plugin = capbuild_documents
    golden = GOLDEN
    edits = FEW
    reader = "word-form"

    @pytest.fixture(autouse=True)
    def _made(self, filled, returned):
        """A form as it was sent, and one in which people removed a row and added another."""
        edited = returned(filled.save())
        gone = edited.row("staff")
        gone.getparent().remove(gone)
        added = edited.document.tables[1].add_row()
        added.cells[0].text, added.cells[1].text = "Please note", "we answered in a hurry"
        known = {"responses": 1, "personal": ("mail",), "limits": ONE_CELL}
        type(self).samples = (
            Sample(name="back.docx", data=filled.save(), **known),
            Sample(name="edited.docx", data=edited.save(), **known),
        )

    def text_at(self, sample, origin):
        return _text_at(sample, origin)


class TestWriter(WriterConformance):
    plugin = capbuild_documents
    golden = GOLDEN
    writer = "docx-form"

    def visible(self, name, content):
        body = docx.Document(io.BytesIO(content)).element.body
        return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))
