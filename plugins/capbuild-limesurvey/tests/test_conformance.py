"""The reader of LimeSurvey keeps the reading contract, on surveys made here."""

import io

import capbuild_limesurvey
import pytest
from openpyxl import load_workbook

from capbuild.plugins import Confidence, ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.tables import csv_bytes, xlsx_bytes

SHALLOW = (ReadLimits(nesting=1),)
SENT = {"id": "9", "submitdate": "2016-03-14 10:00:00", "lastpage": "1", "startlanguage": "es", "ipaddr": "192.0.2.1"}
STRUCTURE = """
| class | type/scale | name | relevance | text        | language | other |
| ----- | ---------- | ---- | --------- | ----------- | -------- | ----- |
| S     |            | language |       | en          |          |       |
| SL    |            | surveyls_title |  | Needs      | en       |       |
| G     | 0          | All  | 1         |             | en       |       |
| Q     | S          | mail | 1         | Your e-mail | en       | N     |
| Q     | M          | tool | 1         | Which tools? | en      | Y     |
| SQ    |            | lap  | 1         | Laptops     | en       |       |
"""
RESPONSES = """
| id | submitdate | lastpage | startlanguage | ipaddr | country | units[a] | units[b] | units[other] | email |
| -- | -- | -- | -- | -- | -- | -- | -- | -- | -- |
| 1 | 2016-03-14 10:00:00 | 2 | en | 192.0.2.1 | Jamaica | Y | | CERT | a@example.org |
| 2 | | 1 | es | | Peru | | Y | | |
"""
VV = """
| Response ID | Date submitted | Start language | Country? | E-mail | Works? |
| id | submitdate | startlanguage | country | email | works |
| 1 | 2016-03-14 10:00:00 | en | Jamaica | a@example.org | Y |
| 2 | {question_not_shown} | en | Peru | {question_not_shown} | N |
"""


#: What LimeSurvey shows in each language beside the texts of a survey.
OWN = (
    "Other",
    "Otro",
    "Autre",
    "Anders",
    "Outro",
    "Sonstiges",
    "Yes",
    "No",
    "Sí",
    "Oui",
    "Non",
    "Ja",
    "Nee",
    "Nein",
    "Sim",
    "Não",
)
REPEATED = {
    "every row counts": "two responses with one id are both read, and no issue says so yet",
}


class TestArchive(ReaderConformance):
    plugin = capbuild_limesurvey
    waived = REPEATED
    own_texts = (
        "Other",
        "Otro",
        "Autre",
        "Anders",
        "Outro",
        "Sonstiges",
        "Yes",
        "No",
        "Sí",
        "Oui",
        "Non",
        "Ja",
        "Nee",
        "Nein",
        "Sim",
        "Não",
    )
    reader = "limesurvey"

    @pytest.fixture(autouse=True)
    def _made(self, lsa, lss, stored):
        type(self).samples = (
            Sample(
                name="survey.lsa",
                data=lsa([(SENT, stored), ({"id": "10", "submitdate": None}, {"count": "0.0000000000"})]),
                responses=2,
                personal=("name",),
                limits=(ReadLimits(members=1), ReadLimits(cells=1), *SHALLOW),
            ),
            Sample(name="survey.lss", data=lss.encode(), responses=0, limits=(ReadLimits(cells=1), *SHALLOW)),
        )


class TestStructure(ReaderConformance):
    plugin = capbuild_limesurvey
    own_texts = (
        "Other",
        "Otro",
        "Autre",
        "Anders",
        "Outro",
        "Sonstiges",
        "Yes",
        "No",
        "Sí",
        "Oui",
        "Non",
        "Ja",
        "Nee",
        "Nein",
        "Sim",
        "Não",
    )
    reader = "limesurvey"
    samples = (Sample(name="structure.txt", data=csv_bytes(STRUCTURE, delimiter="\t"), responses=0),)


class TestVv(ReaderConformance):
    plugin = capbuild_limesurvey
    waived = REPEATED
    reader = "limesurvey"
    samples = (
        Sample(
            name="vvexport.vv", data=csv_bytes(VV, delimiter="\t"), responses=2, personal=("email",),
            limits=(ReadLimits(cells=1),),
        ),
    )  # fmt: skip

    def text_at(self, sample, origin):
        lines = sample.content.decode().splitlines()
        return lines[origin.row - 1].split("\t")[origin.column - 1]


class TestResponses(ReaderConformance):
    plugin = capbuild_limesurvey
    waived = REPEATED
    reader = "limesurvey"
    confidence = Confidence.SHAPE
    samples = (
        Sample(
            name="results-survey.csv", data=csv_bytes(RESPONSES), responses=2, personal=("email", "ipaddr"),
            limits=(ReadLimits(cells=1),),
        ),
    )  # fmt: skip


class TestWorkbook(ReaderConformance):
    plugin = capbuild_limesurvey
    reader = "limesurvey"
    confidence = Confidence.SHAPE
    samples = (
        Sample(
            name="results-survey.xlsx", data=xlsx_bytes({"Needs": RESPONSES}), responses=2,
            personal=("email", "ipaddr"), limits=(ReadLimits(cells=1),),
        ),
    )  # fmt: skip

    def text_at(self, sample, origin):
        """Another reader of the format says what stands there."""
        sheet = load_workbook(io.BytesIO(sample.content))[origin.sheet]
        return str(sheet.cell(origin.row, origin.column).value or "")
