"""The readers of forms and submissions keep the reading contract, on samples made here."""

import io
import json
import zipfile

import capbuild_xlsform

from capbuild.model import Missing
from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.tables import csv_bytes, xlsx_bytes

ONE_CELL = (ReadLimits(cells=1),)
PACKED = (ReadLimits(cells=1), ReadLimits(unpacked_size=100), ReadLimits(members=1))
SHALLOW = (ReadLimits(nesting=1),)

FORM = xlsx_bytes(
    {
        "survey": """
| type                 | name     | label::English (en) | label::Español (es)  | relevant               |
| -------------------- | -------- | ------------------- | -------------------- | ---------------------- |
| start                | start    |                     |                      |                        |
| text                 | country  | Country             | País                 |                        |
| text                 | email    | Your e-mail address | Correo electrónico   |                        |
| select_multiple unit | units    | Which units exist?  | ¿Qué unidades hay?   |                        |
| text                 | units_o  | Which other?        | ¿Cuál otra?          | selected(${units}, 'other') |
| begin group          | lab      | Laboratory          | Laboratorio          |                        |
| integer              | staff    | How many staff?     | ¿Cuánto personal?    |                        |
| select_one yn        | accred   | Accredited?         | ¿Acreditado?         | ${staff} > 0           |
| end group            |          |                     |                      |                        |
| begin repeat         | training | Training            | Formación            |                        |
| text                 | title    | Title               | Título               |                        |
| integer              | year     | Year                | Año                  |                        |
| end repeat           |          |                     |                      |                        |
| geopoint             | place    | Where?              | ¿Dónde?              |                        |
""",
        "choices": """
| list_name | name  | label::English (en) | label::Español (es)         |
| --------- | ----- | ------------------- | --------------------------- |
| unit      | cyber | Cybercrime unit     | Unidad de ciberdelincuencia |
| unit      | lab   | Laboratory          | Laboratorio                 |
| unit      | other | Other               | Otra                        |
| yn        | yes   | Yes                 | Sí                          |
| yn        | no    | No                  | No                          |
| yn        | dk    | Don't know          | No sabe                     |
""",
        "settings": "form_id | version\nneeds | v1",
    }
)
HEADS = (
    "start", "country", "email", "units", "units/cyber", "units/lab", "units/other", "units_o", "lab/staff",
    "lab/accred", "training[1]/title", "training[1]/year", "place", "_place_latitude", "_place_longitude", "_uuid",
    "_submission_time", "_submitted_by", "__version__",
)  # fmt: skip
ROWS = (
    ("2016-03-01T09:00:05.123-04:00", "Dominica", "a@example.org", "cyber other", "1", "0", "1", "CERT\nof the bank",
     "", "", "Forensics", "2014", "15.3 -61.4 20 5", "15.3", "-61.4", "u-1", "2016-03-01T13:21:00", "ann", "v1"),
    ("2016-03-02T09:00:00.000-05:00", "Panamá", "", "lab", "0", "1", "0", "", "3", "dk", "", "", "", "", "", "u-2",
     "2016-03-02T14:21:00", "", "v1"),
    ("", "Belize", "", "", "", "", "", "", "n/a", "", "", "", "", "", "", "u-3", "2016-03-03T14:21:00", "", "v1"),
)  # fmt: skip
JSON = {
    "count": 2,
    "results": [
        {
            "_id": 1,
            "_uuid": "u-1",
            "__version__": "v1",
            "_submission_time": "2016-03-01T13:21:00",
            "_submitted_by": "ann",
            "_xform_id_string": "needs",
            "country": "Dominica",
            "email": "a@example.org",
            "units": "cyber other",
            "units_o": "CERT",
            "training": [{"training/title": "Forensics", "training/year": "2014"}, {"training/title": "Law"}],
            "place": "15.3 -61.4 20 5",
        },
        {"_id": 2, "_uuid": "u-2", "__version__": "v1", "country": "Panamá", "lab/staff": "0", "units": "lab"},
    ],
}
INSTANCE = """<?xml version='1.0' ?>
<needs id="needs" version="v1" xmlns:orx="http://openrosa.org/xforms">
  <country>Dominica</country><email>a@example.org</email><units>cyber other</units><units_o>CERT</units_o>
  <lab><staff/></lab>
  <training><title>Forensics</title><year>2014</year></training><training><title>Law</title><year/></training>
  <place>15.3 -61.4 20 5</place>
  <orx:meta><orx:instanceID>uuid:u-1</orx:instanceID></orx:meta>
</needs>"""
XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Needs</h:title><model>
 <instance><needs id="needs" version="v1"><country/><units/></needs></instance>
 <bind nodeset="/needs/country" type="string"/><bind nodeset="/needs/units" type="select"/></model></h:head>
 <h:body><input ref="/needs/country"><label>Country</label></input>
 <select ref="/needs/units"><label>Units</label><item><label>Cyber</label><value>cyber</value></item></select>
 </h:body></h:html>"""


def _repeats():
    headers = [
        "country",
        "units",
        "units/cyber",
        "units/lab",
        "_id",
        "_uuid",
        "_submission_time",
        "_index",
        "__version__",
    ]
    rows = [
        ["Dominica", "cyber lab", 1, 1, 501, "u-1", "2016-03-01T13:21:00", 1, "v1"],
        ["Panamá", "lab", 0, 1, 502, "u-2", "2016-03-02T13:21:00", 2, "v1"],
    ]
    inner = ["training/title", "training/year", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"]
    trainings = [["Forensics", 2014, 1, "needs", 1, "u-1"], ["Law", None, 2, "needs", 1, "u-1"]]
    return xlsx_bytes({"needs": [headers, *rows], "training": [inner, *trainings]})


def _tables():
    main = [
        ["SubmissionDate", "country", "email", "units", "lab-staff", "meta-instanceID", "KEY", "FormVersion"],
        ["2016-03-01T13:21:00.000Z", "Dominica", "a@example.org", "cyber lab", "3", "uuid:u-1", "uuid:u-1", "v1"],
        ["2016-03-02T13:21:00.000Z", "Panamá", "", "lab", "0", "uuid:u-2", "uuid:u-2", "v1"],
    ]
    inner = [["title", "year", "PARENT_KEY", "KEY"], ["Law", "2014", "uuid:u-1", "uuid:u-1/training[1]"]]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("needs.csv"), csv_bytes(main))
        archive.writestr(zipfile.ZipInfo("needs-training.csv"), csv_bytes(inner))
    return stream.getvalue()


def _bulk():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("instances/one/one.xml"), INSTANCE)
        archive.writestr(zipfile.ZipInfo("instances/two/two.xml"), INSTANCE.replace("u-1", "u-2"))
    return stream.getvalue()


class TestXlsform(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "xlsform"
    samples = (Sample(name="form.xlsx", data=FORM, responses=0, limits=PACKED),)


class TestXform(ReaderConformance):
    plugin = capbuild_xlsform
    unread = {"bind[*]": "text is the type without a bind too"}
    reader = "odk-xform"
    samples = (Sample(name="form.xml", data=XFORM.encode(), responses=0, limits=SHALLOW),)


class TestKoboCsv(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "kobo-csv"
    samples = (
        Sample(
            name="export.csv",
            words={"n/a": Missing.NO_ANSWER},
            data=csv_bytes([HEADS, *ROWS]),
            options={"form": FORM},
            responses=3,
            personal=("email", "_submitted_by"),
            limits=ONE_CELL,
        ),
        Sample(
            name="draft.csv",
            words={"n/a": Missing.NOT_ASKED},
            data=csv_bytes([HEADS, *ROWS], delimiter=";", encoding="utf-8-sig"),
            responses=3,
            personal=("email",),
            limits=ONE_CELL,
        ),
    )


class TestKoboXlsx(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "kobo-xlsx"
    samples = (
        Sample(
            name="repeats.xlsx",
            words={"n/a": Missing.NO_ANSWER},
            data=_repeats(),
            options={"form": FORM},
            responses=2,
            limits=PACKED,
        ),
        Sample(name="draft.xlsx", words={"n/a": Missing.NOT_ASKED}, data=_repeats(), responses=2, limits=PACKED),
    )


class TestOdkZip(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "odk-zip"
    samples = (
        Sample(
            name="needs.zip",
            words={"n/a": Missing.NO_ANSWER},
            data=_tables(),
            options={"form": FORM},
            responses=2,
            personal=("email",),
            limits=PACKED,
        ),
        Sample(
            name="draft.zip",
            words={"n/a": Missing.NOT_ASKED},
            data=_tables(),
            responses=2,
            personal=("email",),
            limits=PACKED,
        ),
    )


class TestKoboJson(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "kobo-json"
    samples = (
        Sample(
            name="api.json",
            data=json.dumps(JSON).encode(),
            options={"form": FORM},
            responses=2,
            personal=("email",),
            limits=SHALLOW,
        ),
        Sample(name="draft.json", data=json.dumps(JSON).encode(), responses=2, personal=("email",), limits=SHALLOW),
    )


class TestOpenRosa(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "openrosa-xml"
    samples = (
        Sample(
            name="submission.xml",
            data=INSTANCE.encode(),
            options={"form": FORM},
            responses=1,
            personal=("email",),
            limits=SHALLOW,
        ),
        Sample(
            name="draft.xml",
            data=INSTANCE.encode(),
            responses=1,
            personal=("email",),
            limits=SHALLOW,
        ),
    )


class TestOpenRosaArchive(ReaderConformance):
    plugin = capbuild_xlsform
    reader = "openrosa-xml"
    samples = (
        Sample(
            name="bulk.zip",
            data=_bulk(),
            responses=2,
            limits=(ReadLimits(members=1), *SHALLOW),
        ),
    )
