"""The writer of PDF keeps the writing contract."""

import io

import capbuild_pdf
import pypdf

from capbuild.testing import WriterConformance

#: Pages of a report that are read: where every text is long it has 200, and to read them takes longer than to set them.
PAGES = 12


class TestPdf(WriterConformance):
    plugin = capbuild_pdf
    writer = "pdf"

    def visible(self, name, content):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages[:PAGES])
