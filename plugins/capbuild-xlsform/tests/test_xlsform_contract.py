"""The writer of forms keeps the writing contract."""

import io
from pathlib import Path

import capbuild_xlsform
import openpyxl

from capbuild.testing import WriterConformance

GOLDEN = Path(__file__).parent / "golden"


class TestXlsform(WriterConformance):
    plugin = capbuild_xlsform
    golden = GOLDEN
    writer = "xlsform"

    def visible(self, name, content):
        return "\n".join(self.cells(name, content))

    def cells(self, name, content):
        """Cells of type text are text whatever they begin with; a formula has a type of its own."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
            if cell.value is not None:
                yield f"={cell.value}" if cell.data_type == "f" else f" {cell.value}"
