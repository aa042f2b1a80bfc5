"""The writer of PDF keeps the writing contract."""

import capbuild_pdf

from capbuild.testing import WriterConformance
from tools.pdf_text import pages


class TestPdf(WriterConformance):
    plugin = capbuild_pdf
    writer = "pdf"
    variants = 8

    def visible(self, name, content):
        return "\n".join(pages(content))
