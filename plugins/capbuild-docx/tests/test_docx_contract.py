"""The writer of documents keeps the writing contract."""

import io

import capbuild_docx
from docx import Document
from docx.oxml.ns import qn

from capbuild.testing import WriterConformance


class TestDocx(WriterConformance):
    plugin = capbuild_docx
    writer = "docx"
    variants = 8

    def visible(self, name, content):
        body = Document(io.BytesIO(content)).element.body
        return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))
