"""The reader of CSPro keeps the reading contract, on made samples."""

import itertools
import sqlite3
from pathlib import Path

import capbuild_cspro
import pytest

from capbuild.model import Missing
from capbuild.plugins import InputFile, ReadLimits
from capbuild.testing import ReaderConformance, Sample

SAMPLES = Path(__file__).parent / "samples"
JSON, INI, DATA = ((SAMPLES / name).read_bytes() for name in ("needs.dcf", "old.dcf", "needs.dat"))
ONE_CELL = (ReadLimits(cells=1),)
#: CSPro blanks a number that is not asked, and a text that is not answered.
BLANK = (Missing.NO_ANSWER, Missing.NOT_ASKED)
#: Shares with their decimal marks, as other programs write them, and days that are numbers.
PLAIN = DATA.replace(b"075", b"7.5").replace(b" 80", b"8.0").replace(b"002 ", b"0.2 ").replace(b"ab", b"03")
#: Shares in hundredths without a mark, as the dictionary implies.
WHOLE = PLAIN.replace(b"7.5", b"075").replace(b"8.0", b" 80").replace(b"0.2", b"002")
HUNDREDTHS = JSON.replace(b'"decimals": 1', b'"decimals": 2')
STARS = {"Cuba    03": {"STAFF": Missing.INVALID, "OPENED": "9999-99-99", ...: ...}, ...: ...}
#: Characters of each item in a line, from 0.
PLACES = {
    "COUNTRY": (1, 9), "UNIT": (9, 11), "LAW": (11, 12), "STAFF": (12, 15), "SHARE": (15, 18), "UNITS": (18, 21),
    "OPENED": (21, 29), "OPEN_YEAR": (21, 25), "HOURS(1)": (29, 31), "HOURS(2)": (31, 33), "EMAIL": (33, 47),
    "TOPIC": (11, 21), "DAYS": (21, 23),
}  # fmt: skip


def _edit_line(content, change):
    """Return data with other characters in place of an item, or with cases swapped or added."""
    lines = content.decode().splitlines()
    row = change.origin.row - 1
    case = [line for line in lines if line[1:11] == lines[row][1:11]]
    if change.kind == "swap":
        cases = [list(rows) for _, rows in itertools.groupby(lines, key=lambda line: line[1:11])]
        other = [line for line in lines if line[1:11] == lines[change.other.row - 1][1:11]]
        swapped = [{str(case): other, str(other): case}.get(str(rows), rows) for rows in cases]
        lines = [line for rows in swapped for line in rows]
    elif change.kind == "copy" and 1 < change.times < 90:  # an id has two digits, and is an answer: no copy is alike
        lines += [f"{line[:9]}{n + 10}{line[11:]}" for n in range(change.times) for line in case]
    elif change.kind == "replace" and change.origin.path is not None:
        start, end = PLACES[change.origin.path]
        if len(change.text) > end - start:
            return None
        new, key = change.text.ljust(end - start), lines[row][1:11]
        case = [n for n, line in enumerate(lines) if line[1:11] == key]
        for number in case if end <= 11 else (row,):  # ids stand in each line of a case
            lines[number] = f"{lines[number]:50}"
            lines[number] = (lines[number][:start] + new + lines[number][end:]).rstrip()
    else:
        return None
    return "".join(f"{line}\n" for line in lines).encode()


def _edit_base(content, change):
    """Return a database with another value in a column."""
    if change.kind != "replace" or change.origin.path is None:
        return None
    base = sqlite3.connect(":memory:")
    base.deserialize(content)
    sql = f'UPDATE "{change.origin.sheet}" SET "{change.origin.path}" = ? WHERE "{change.origin.sheet}-id" = ?'
    base.execute(sql, [change.text or None, change.origin.row])
    base.commit()
    edited = base.serialize()
    base.close()
    return edited


KNOWN = {
    "data": PLAIN, "responses": 3, "personal": ("EMAIL",), "limits": ONE_CELL, "expect": STARS, "blank": BLANK,
    "edit": _edit_line,
}  # fmt: skip
#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestDictionaries(ReaderConformance):
    plugin = capbuild_cspro
    golden = GOLDEN
    reader = "cspro"

    samples = (
        Sample(name="needs.dcf", data=JSON, responses=0, limits=(*ONE_CELL, ReadLimits(nesting=2))),
        Sample(name="old.dcf", data=INI, responses=0, limits=ONE_CELL),
    )


class TestFixedWidth(ReaderConformance):
    plugin = capbuild_cspro
    golden = GOLDEN
    reader = "cspro"

    uses = {"files": "the data say nothing of their items: the dictionary beside them is looked for"}
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


class TestImpliedDecimals(TestFixedWidth):
    waived = {"values from text": "a share has no decimal mark: the dictionary says where it is"}
    samples = (Sample(name="implied.dat", options={"definition": HUNDREDTHS}, **{**KNOWN, "data": WHOLE}),)


class TestDatabase(ReaderConformance):
    plugin = capbuild_cspro
    golden = GOLDEN
    reader = "cspro"
    damages = 40

    samples = (
        Sample(name="needs.csdb", data=SAMPLES / "needs.csdb", responses=2, personal=("EMAIL",), limits=ONE_CELL,
               edit=_edit_base, blank=BLANK),
    )  # fmt: skip

    def text_at(self, sample, origin):
        base = sqlite3.connect(sample.data)
        sql = f'SELECT "{origin.path}" FROM "{origin.sheet}" WHERE "{origin.sheet}-id" = ?'
        value = base.execute(sql, [origin.row]).fetchone()[0]
        base.close()
        return "" if value is None else str(value)
