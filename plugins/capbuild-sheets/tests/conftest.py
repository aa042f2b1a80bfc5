"""Made samples: workbooks in memory, text exports, and the real files beside the project where they are."""

import io
import zipfile
from pathlib import Path

import capbuild_sheets
import openpyxl
import pytest

import capbuild as cb
from capbuild.plugins import Host, InputFile
from capbuild.testing.scan_comparison import scan_differences

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def corpus(corpus):
    """Folder of the real survey files."""
    return corpus / "formats"


@pytest.fixture(scope="session")
def host():
    return Host(plugins={"capbuild-sheets": capbuild_sheets}, discover=False)


@pytest.fixture(scope="session")
def read(host):
    """Read bytes under a name."""

    def run(data, name="x.xlsx", **options):
        found = cb.read(data, name=name, host=host, options=options or None)
        # Every sample of these tests is scanned too, and gives the same answers.
        table = cb.scan(data, name=name, host=host, options=options or None)
        assert list(scan_differences(table, found.responses)) == []
        return found

    return run


@pytest.fixture(scope="session")
def make():
    """Make a workbook: sheets as name = rows, merged ranges by sheet."""

    def run(sheets, merged=None, hidden=(), epoch=None):
        book = openpyxl.Workbook()
        book.remove(book.active)
        if epoch is not None:
            book.epoch = epoch
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
            for area in (merged or {}).get(name, ()):
                sheet.merge_cells(area)
            if name in hidden:
                sheet.sheet_state = "hidden"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return run


@pytest.fixture(scope="session")
def patch():
    """Change the text of one member of an archive."""

    def run(data, member, change):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                text = old.read(name)
                new.writestr(name, change(text.decode("utf-8")).encode("utf-8") if name == member else text)
        return out.getvalue()

    return run


@pytest.fixture(scope="session")
def given():
    """Return bytes as an input file."""

    def run(data, name="x.xlsx"):
        return InputFile(name, data=data)

    return run


@pytest.fixture(scope="session")
def said():
    """Return what a reading says: each country with its answers, by question."""

    def run(reading):
        found = reading.responses
        return [(r.country.alpha_2, {a.question: a.value for a in r.answers if not a.is_missing}) for r in found]

    return run


@pytest.fixture(scope="session")
def told():
    """Return the issues of a code: where each stands, and its message."""

    def run(reading, code="CB201"):
        return [(str(issue.origin).partition("!")[2], issue.message) for issue in reading.issues if issue.code == code]

    return run


@pytest.fixture(scope="session")
def ods():
    """Make an ODS workbook of the XML of its tables."""
    return _ods


def _ods(table, manifest="<m/>", styles=""):
    names = "".join(
        f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"'
        for p in ("office", "table", "text", "style", "dc")
    )
    content = (
        f"<office:document-content{names}><office:automatic-styles>"
        '<style:style style:name="hid"><style:table-properties table:display="false"/></style:style>'
        f"{styles}</office:automatic-styles><office:body><office:spreadsheet>{table}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()
