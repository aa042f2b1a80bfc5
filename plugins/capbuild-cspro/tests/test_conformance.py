"""The reader of CSPro keeps the reading contract, on made samples."""

import sqlite3
from pathlib import Path

import capbuild_cspro
import pytest

from capbuild.plugins import InputFile, ReadLimits
from capbuild.testing import ReaderConformance, Sample

SAMPLES = Path(__file__).parent / "samples"
JSON, INI, DATA = ((SAMPLES / name).read_bytes() for name in ("needs.dcf", "old.dcf", "needs.dat"))
ONE_CELL = (ReadLimits(cells=1),)
KNOWN = {"data": DATA, "responses": 3, "personal": ("EMAIL",), "limits": ONE_CELL}
#: Characters of each item in a line, from 0.
PLACES = {
    "COUNTRY": (1, 9), "UNIT": (9, 11), "LAW": (11, 12), "STAFF": (12, 15), "SHARE": (15, 18), "UNITS": (18, 21),
    "OPENED": (21, 29), "OPEN_YEAR": (21, 25), "HOURS(1)": (29, 31), "HOURS(2)": (31, 33), "EMAIL": (33, 47),
    "TOPIC": (11, 21), "DAYS": (21, 23),
}  # fmt: skip


class TestDictionaries(ReaderConformance):
    plugin = capbuild_cspro
    reader = "cspro"

    samples = (
        Sample(name="needs.dcf", data=JSON, responses=0, limits=(*ONE_CELL, ReadLimits(nesting=2))),
        Sample(name="old.dcf", data=INI, responses=0, limits=ONE_CELL),
    )


class TestFixedWidth(ReaderConformance):
    plugin = capbuild_cspro
    reader = "cspro"

    samples = (
        Sample(name="new.dat", options={"definition": JSON}, **KNOWN),
        Sample(name="old.dat", options={"definition": INI}, **KNOWN),
    )

    @pytest.fixture
    def beside(self):
        return InputFile("needs.dat", path=SAMPLES / "needs.dat")

    def test_claims_its_own(self):
        """Data are claimed by the dictionary beside them, and not without it."""
        assert all(self.descriptor.sniff(sample.source()) is None for sample in self.samples)

    def test_claims_data_beside_their_dictionary(self, beside):
        claim = self.descriptor.sniff(beside)
        assert (claim.confidence, "needs.dcf" in claim.why) == (self.confidence, True)

    def text_at(self, sample, origin):
        line = sample.content.decode().splitlines()[origin.row - 1]
        start, end = PLACES[origin.path]
        return line[start:end]


class TestDatabase(ReaderConformance):
    plugin = capbuild_cspro
    reader = "cspro"
    damages = 40

    samples = (
        Sample(name="needs.csdb", data=SAMPLES / "needs.csdb", responses=2, personal=("EMAIL",), limits=ONE_CELL),
    )

    def text_at(self, sample, origin):
        base = sqlite3.connect(sample.data)
        sql = f'SELECT "{origin.path}" FROM "{origin.sheet}" WHERE "{origin.sheet}-id" = ?'
        value = base.execute(sql, [origin.row]).fetchone()[0]
        base.close()
        return "" if value is None else str(value)
