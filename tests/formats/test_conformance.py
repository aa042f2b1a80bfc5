"""The built-in readers keep the reading contract."""

import io
import tempfile
from pathlib import Path
from typing import ClassVar

import polars

from capbuild.documents import dumps
from capbuild.formats.parquet_table import write_parquet
from capbuild.io import read
from capbuild.io.scanning import scan
from capbuild.plugins import Confidence, ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.conformance.origins import text_at
from capbuild.testing.tables import csv_bytes

WIDE = csv_bytes("""
| country  | TEC-1 | Staff | Since      | E-mail        | Remark      |
| -------- | ----- | ----- | ---------- | ------------- | ----------- |
| Jamaica  | yes   | 12    | 2015-04-01 | a@example.org | new\\nunit  |
| Barbados | n/a   | 0     |            |               |             |
| Belize   | ?     | 4     | 2014-12-31 | b@example.org | a "quote"   |
""")
LONG = csv_bytes("""
| country            | question | answer     | comment |
| ------------------ | -------- | ---------- | ------- |
| República Dominicana | Q1     | Sí         |         |
| República Dominicana | Q2     | 4,5        | aprox.  |
| Haïti              | Q1       | don't know |         |
""", delimiter=";", encoding="cp1252")  # fmt: skip


def _parquet():
    with tempfile.TemporaryDirectory() as folder:
        write_parquet(scan(WIDE, name="wide.csv"), Path(folder, "table.parquet"))
        return Path(folder, "table.parquet").read_bytes()


LINES = b"""{"country": "Jamaica", "Q1": "yes", "Staff": 12, "E-mail": "a@example.org"}
{"country": "Peru", "Q1": null, "Staff": 0}
"""
ONE_CELL = (ReadLimits(cells=1),)


class TestCsv(ReaderConformance):
    reader = "csv"
    infers = True
    confidence = Confidence.NAME
    samples = (
        Sample(name="wide.csv", data=WIDE, responses=3, personal=("E-mail",), limits=ONE_CELL),
        Sample(
            name="across.csv",
            data=csv_bytes(
                [["Question", "Jamaica", "Barbados"], ["Is there a law?", "yes", "n/a"], ["Staff", "12", ""]]
            ),
            responses=2,
            limits=ONE_CELL,
        ),
        Sample(
            name="tabs.tsv", data=csv_bytes("country | Q1\nPerú | Sí", delimiter="\t", encoding="utf-16"), responses=1
        ),
    )


class TestLongCsv(ReaderConformance):
    reader = "csv"
    infers = True
    confidence = Confidence.SHAPE
    samples = (Sample(name="long.csv", data=LONG, responses=2, limits=ONE_CELL),)


class TestJsonLines(ReaderConformance):
    reader = "json-lines"
    confidence = Confidence.NAME
    samples = (
        Sample(name="returns.jsonl", data=LINES, responses=2, personal=("E-mail",), limits=ONE_CELL),
        Sample(
            name="returns.json", data=b"[" + b",\n".join(LINES.splitlines()) + b"]", responses=2, personal=("E-mail",),
            limits=ONE_CELL,
        ),
    )  # fmt: skip

    def text_at(self, sample, origin):
        """An answer stands on a line, or in an item under the name of its question."""
        if origin.path:
            return super().text_at(sample, origin)
        return sample.content.decode().splitlines()[origin.row - 1]


class TestCapbuildJson(ReaderConformance):
    reader = "capbuild-json"
    refers = True
    unread = {".data.why": "how this file was recognised stands there"}
    samples = (
        Sample(
            name="survey.json",
            data=dumps(read(WIDE, name="wide.csv")).encode(),
            responses=3,
            personal=("E-mail",),
            limits=(ReadLimits(nesting=1),),
        ),
    )

    def text_at(self, sample, origin):
        """A document keeps the places in the file that was read first."""
        return text_at("wide.csv", WIDE, origin)


class TestParquet(ReaderConformance):
    reader = "parquet"
    samples = (Sample(name="table.parquet", data=_parquet(), responses=3, personal=("E-mail",)),)

    def text_at(self, sample, origin):
        return text_at("wide.csv", WIDE, origin)


FRAME = polars.read_csv(WIDE, infer_schema=False)


def _frame():
    written = io.BytesIO()
    FRAME.write_parquet(written)
    return written.getvalue()


class TestParquetFrame(ReaderConformance):
    reader = "parquet-frame"
    infers = True
    uses: ClassVar = {"processes": "the parser ends its process if a damaged file declares more memory than there is"}
    damages = 15  # each copy is parsed in a process of its own
    samples = (Sample(name="frame.parquet", data=_frame(), responses=3, personal=("E-mail",), limits=ONE_CELL),)

    def text_at(self, sample, origin):
        return FRAME.row(origin.row - 2)[origin.column - 1] or ""
