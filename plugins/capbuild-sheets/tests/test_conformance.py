"""The readers of workbooks and of form products keep the reading contract, on samples made here."""

import datetime
import io
import zipfile

import capbuild_sheets
import python_calamine
from openpyxl import Workbook

from capbuild.plugins import Confidence, ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.tables import csv_bytes, xlsx_bytes

ONE_CELL = (ReadLimits(cells=1),)
PACKED = (ReadLimits(cells=1), ReadLimits(unpacked_size=100), ReadLimits(members=1))

MESSY = {
    "Jamaica": [
        ["Return of the invented country survey"],
        [],
        ["Area", "Question", "Answer", "Remark"],
        ["Legal", "Is there a law?", "yes", "since 2010"],
        [None, "How many staff?", 12],
        ["Technical", "Is there a laboratory?", "n/a"],
        ["Note: figures of 2015"],
    ],
    "Notes": [["Filled in by the unit"]],
}
PLAIN = """
| country  | Q1  | Staff | Mobile phone | Share |
| -------- | --- | ----- | ------------ | ----- |
| Jamaica  | yes | 12    | +1 876 555   | 4,5   |
| Barbados | n/a |       |              | 3,25  |
"""
MARCH = [datetime.datetime(2016, 3, day, 9, 0, 5) for day in range(1, 5)]
MICROSOFT = [
    ["ID", "Start time", "Completion time", "Email", "Name", "Your country", "Trainings", "Rate.Lab", "Rate.Law"],
    [1, MARCH[0], MARCH[1], "anonymous", None, "Belize", "A;B, c;", 1, 2],
    [2, MARCH[2], MARCH[3], "a@example.org", "Ann", "Peru", "A;", 3, None],
]
GOOGLE = [
    ["Marca temporal", "Dirección de correo electrónico", "País", "Unidades (marque todas)", "Califique [Ley]"],
    ["1/03/2016 9:00:05", "a@example.org", "Perú", "Policía, Fiscalía", "3"],
    ["14/03/2016 10:00:05", "", "Cuba", "Policía", ""],
]
MONKEY = [
    ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Country", "Units?", "", "", "Staff"],
    ["", "", "", "", "", "Response", "Cyber", "Lab", "Other (please specify)", "Open-Ended Response"],
    ["10000000001", "2", "03/14/2016 09:00:05 AM", "03/14/2016 09:20:00 AM", "192.0.2.1", "Jamaica", "Cyber", "",
     "CERT", "12"],
    ["10000000002", "2", "03/15/2016 09:00:05 AM", "03/15/2016 09:20:00 AM", "", "Peru", "", "Lab", "", ""],
]  # fmt: skip
ESRI = [
    ["ObjectID", "GlobalID", "country", "units", "CreationDate", "Creator", "EditDate", "x", "y"],
    ["1", "a1", "Belize", "cyber,lab", "3/14/2016 9:00:05 AM", "ann", "3/14/2016 9:00:05 AM", "-88.2", "17.5"],
    ["2", "b2", "Peru", "lab", "3/15/2016 9:00:05 AM", "", "3/15/2016 9:00:05 AM", "", ""],
]
CTO = [
    ["SubmissionDate", "starttime", "deviceid", "country", "units", "units_1", "units_2", "name_1", "name_2",
     "formdef_version", "KEY"],
    ["Mar 14, 2016 9:00:05 AM", "", "d-1", "Belize", "1 2", "1", "1", "Ann", "Bob", "16030101", "uuid:1"],
    ["Mar 15, 2016 9:00:05 AM", "", "d-2", "Peru", "2", "0", "1", "", "", "16030102", "uuid:2"],
]  # fmt: skip


def _workbook(sheets, merged=()):
    """A workbook with true dates and merged cells, as a spreadsheet program writes it."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _ods(rows):
    cells = "".join(f"<table:table-row>{''.join(_ods_cell(cell) for cell in row)}</table:table-row>" for row in rows)
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Returns">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(zipfile.ZipInfo("content.xml"), content)
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), manifest)
    return stream.getvalue()


def _ods_cell(value):
    if isinstance(value, int | float):
        typed = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {typed}><text:p>{value}</text:p></table:table-cell>"
    if not value:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


class TestSheets(ReaderConformance):
    plugin = capbuild_sheets
    reader = "sheets"
    infers = True
    confidence = Confidence.NAME
    samples = (
        Sample(name="messy.xlsx", data=_workbook(MESSY, ["A4:A5"]), responses=1, limits=PACKED),
        Sample(name="plain.xlsx", data=xlsx_bytes(PLAIN), responses=2, personal=("Mobile phone",), limits=PACKED),
    )


class TestOpenDocument(ReaderConformance):
    unread = {"value-type": "some cells have a text alone"}
    plugin = capbuild_sheets
    reader = "sheets"
    infers = True
    confidence = Confidence.NAME
    samples = (
        Sample(
            name="returns.ods",
            data=_ods([["country", "Q1", "E-mail"], ["Jamaica", 3, "a@example.org"], ["Peru", "no", ""]]),
            responses=2,
            personal=("E-mail",),
            limits=PACKED,
        ),
    )

    def text_at(self, sample, origin):
        """Another reader of the format says what stands there."""
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sample.content))
        return str(book.get_sheet_by_name(origin.sheet).to_python()[origin.row - 1][origin.column - 1])


class TestMicrosoftForms(ReaderConformance):
    plugin = capbuild_sheets
    reader = "microsoft-forms"
    infers = True
    samples = (
        Sample(
            name="Needs(1-2).xlsx",
            data=_workbook({"Sheet1": MICROSOFT}),
            responses=2,
            personal=("Email", "Name"),
            limits=PACKED,
        ),
    )


class TestGoogleForms(ReaderConformance):
    plugin = capbuild_sheets
    reader = "google-forms"
    infers = True
    confidence = Confidence.SHAPE
    samples = (
        Sample(
            name="respuestas.csv",
            data=csv_bytes(GOOGLE),
            responses=2,
            personal=("Dirección de correo electrónico",),
            limits=ONE_CELL,
        ),
    )


class TestGoogleSheet(ReaderConformance):
    plugin = capbuild_sheets
    reader = "google-forms"
    infers = True
    samples = (
        Sample(name="r.xlsx", data=xlsx_bytes({"Respuestas de formulario 1": GOOGLE}), responses=2, limits=PACKED),
    )


class TestSurveyMonkey(ReaderConformance):
    plugin = capbuild_sheets
    reader = "surveymonkey"
    infers = True
    samples = (
        Sample(name="m.csv", data=csv_bytes(MONKEY), responses=2, personal=("IP Address",), limits=ONE_CELL),
        Sample(name="m.xlsx", data=xlsx_bytes(MONKEY), responses=2, personal=("IP Address",), limits=PACKED),
    )


class TestSurvey123(ReaderConformance):
    plugin = capbuild_sheets
    reader = "survey123"
    infers = True
    samples = (
        Sample(name="s.csv", data=csv_bytes(ESRI), responses=2, personal=("Creator", "x", "y"), limits=ONE_CELL),
    )


class TestSurveyCto(ReaderConformance):
    plugin = capbuild_sheets
    reader = "surveycto"
    infers = True
    samples = (Sample(name="wide.csv", data=csv_bytes(CTO), responses=2, personal=("deviceid",), limits=ONE_CELL),)
