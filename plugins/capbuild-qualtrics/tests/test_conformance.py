"""The reader of Qualtrics keeps the reading contract, on made samples."""

from pathlib import Path

import capbuild_qualtrics
import pytest

from capbuild.model import Missing
from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample

ONE_CELL = (ReadLimits(cells=1),)
#: What was seen and not answered is -99; a blank was not shown.
SEEN = Missing.NOT_ASKED
#: JSON lists the questions that were shown.
JSON = (Missing.NO_ANSWER, Missing.NOT_ASKED)
PREVIEW = "a preview is no response, whether it is finished or not"
UNREAD = {
    "column 3 of": PREVIEW,
    "column 7 of": PREVIEW,
    ".finished": PREVIEW,
    ".status": PREVIEW,
    "displayedFields": "it matters for questions without an answer",
    "Payload": "blocks of the trash, and what comes between blocks, are not read",
}
PERSONAL = ("IPAddress", "RecipientEmail", "LocationLatitude", "Q8_2")


IMPORTED = """EndDate,Status,Finished,ResponseId,UserLanguage,Q1,Q2_1,Q2_2,Q2_2_TEXT,Q3_1,Q3_2,1_Q4,2_Q4,Q5
End Date,Type,Done,Id,Language,Country,Units - CERT,Units - Other,Units-Text,Rate-Law,Rate-Lab,Course,Course,E-mail
{'ImportId': 'endDate'},{'ImportId': 'status'},{'ImportId': 'finished'},{'ImportId': '_recordId'},{'ImportId': \
'userLanguage'},{'ImportId': 'QID1'},{'ImportId': 'QID2_1'},{'ImportId': 'QID2_2'},{'ImportId': 'QID2_2_TEXT'},\
{'ImportId': 'QID3_1'},{'ImportId': 'QID3_2'},{'ImportId': '1_QID4'},{'ImportId': '2_QID4'},{'ImportId': 'QID5_TEXT'}
2016-05-27 11:51:26,0,1,R_1,ES-419,Jamaica,1,,,4,-99,Forensics,Law,a@example.org
2016-05-28 11:51:26,1,0,R_2,EN,Peru,,1,Ministry,2,3,,,b@example.org
"""
LEGACY = """V1,V2,V5,V7,V9,V10,Q1,Q2_1,Q2_2,Q2_2_TEXT,
ResponseID,ResponseSet,EmailAddress,Status,EndDate,Finished,Country,Units-CERT,Units-Other,Units-TEXT,
R_1,Default Response Set,a@example.org,0,2014-05-27 11:51:26,1,Jamaica,1,,,
R_2,Default Response Set,,0,2014-05-28 11:51:26,1,Peru,,1,Ministry,
"""
#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestHeaderRows(ReaderConformance):
    plugin = capbuild_qualtrics
    golden = GOLDEN
    reader = "qualtrics"
    unread = UNREAD
    samples = (
        Sample(name="imported.csv", blank=SEEN, data=IMPORTED.encode(), responses=2, personal=("Q5",), limits=ONE_CELL),
        Sample(name="legacy.csv", data=LEGACY.encode(), responses=2, personal=("EmailAddress",), limits=ONE_CELL),
    )


class TestResponses(ReaderConformance):
    plugin = capbuild_qualtrics
    golden = GOLDEN
    infers = True
    reader = "qualtrics"
    unread = UNREAD

    @pytest.fixture(autouse=True)
    def _made(self, export, made, qsf):
        columns, *rows = made
        tabs = export(columns, *rows, quote="'", delimiter="\t")
        known = {"blank": SEEN, "data": export(columns, *rows).encode("utf-8-sig"), "responses": 2, "limits": ONE_CELL}
        type(self).samples = (
            Sample(name="draft.csv", personal=PERSONAL, **known),
            Sample(name="defined.csv", personal=PERSONAL, options={"definition": qsf}, **known),
            Sample(
                name="tabs.tsv", blank=SEEN, data=tabs.encode("utf-16"), responses=2, personal=PERSONAL, limits=ONE_CELL
            ),
        )


class TestSurvey(ReaderConformance):
    plugin = capbuild_qualtrics
    golden = GOLDEN
    reader = "qualtrics"
    unread = UNREAD

    @pytest.fixture(autouse=True)
    def _made(self, qsf):
        type(self).samples = (
            Sample(name="needs.qsf", data=qsf, responses=0, limits=(ReadLimits(nesting=2),)),
        )  # fmt: skip


class TestJson(ReaderConformance):
    plugin = capbuild_qualtrics
    golden = GOLDEN
    infers = True
    reader = "qualtrics"
    unread = UNREAD

    @pytest.fixture(autouse=True)
    def _made(self, responses, qsf):
        limits = (*ONE_CELL, ReadLimits(nesting=2))
        type(self).samples = (
            Sample(name="draft.json", blank=JSON, data=responses, responses=2, personal=("ipAddress",), limits=limits),
            Sample(
                name="defined.json", blank=JSON, data=responses, responses=2, options={"definition": qsf}, limits=limits
            ),
        )
