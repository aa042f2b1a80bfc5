# ruff: noqa: E501 - sources and files as they are
"""Samples and conformance classes of the authors' readers and writers, as they would publish them."""

import html
import io
import json
import re
import zipfile

from capbuild.model import Missing
from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample, WriterConformance
from tests.testing.authors.blind_samples import Alder, AlderWriter, Beacon, Ledgerbook
from tests.testing.authors.desk_samples import Desk, DeskWriter, Register
from tests.testing.authors.drawn_samples import Fieldfile, Ledger, Statusbook

__all__ = ["CLASSES"]

FIELDBOOK = """book,country,sent,state,law,staff,share,since,unit,email,remark
B-1,Jamaica,2016-03-14,complete,1,12,0.5,2015-04-01,true,a@example.org,"A unit, new"
B-2,Peru,2016-03-15,begun,2,0,,2014-12-31,false,,ñandú
B-3,Belize,2016-03-16,complete,9,-9,,n/a,,b@example.org,
B-4,Haiti,2016-03-17,complete,1,-8,1.25,2012-02-29,true,c@example.org,last
"""
POLL = {
    "pollkit": 2,
    "poll": {
        "id": "needs",
        "title": {"en": "Needs", "es": "Necesidades"},
        "languages": ["en", "es"],
        "groups": [{"id": "g1", "title": {"en": "Law", "es": "Ley"}}, {"id": "g2", "title": "Unit"}],
        "questions": [
            {"id": "intro", "type": "info", "title": {"en": "Welcome", "es": "Bienvenida"}, "group": "g1"},
            {
                "id": "law",
                "type": "single",
                "title": {"en": "Is there a law?", "es": "¿Hay una ley?"},
                "hint": {"en": "An act in force", "es": "Una ley vigente"},
                "required": True,
                "group": "g1",
                "options": [
                    {"value": 1, "label": {"en": "in force", "es": "vigente"}},
                    {"value": 2, "label": {"en": "in draft", "es": "en borrador"}},
                    {"value": 8, "label": {"en": "cannot say", "es": "no sabe"}, "none": "dk"},
                ],
            },
            {
                "id": "staff",
                "type": "number",
                "title": {"en": "How many staff?", "es": "¿Cuánto personal?"},
                "min": -5,
                "showIf": {"question": "law", "equals": "1"},
            },
            {
                "id": "tools",
                "type": "multi",
                "title": {"en": "Which tools?", "es": "¿Qué herramientas?"},
                "group": "g2",
                "options": [
                    {"value": "lap", "label": {"en": "Laptops", "es": "Portátiles"}},
                    {"value": "net", "label": {"en": "Network", "es": "Red"}},
                    {"value": "lab", "label": {"en": "Laboratory", "es": "Laboratorio"}},
                ],
            },
            {"id": "mail", "type": "short", "title": {"en": "E-mail", "es": "Correo"}, "format": "email"},
            {"id": "note", "type": "short", "title": {"en": "Anything else?", "es": "¿Algo más?"}},
        ],
    },
    "returns": [
        {"id": "r1", "country": "Jamaica", "language": "en", "done": True, "answers": {
            "law": 1, "staff": 12, "tools": ["net", "lap"], "mail": "a@example.org", "note": "Nights & days"}},
        {"id": "r2", "country": "Peru", "language": "es", "done": False, "answers": {"law": 2, "tools": [], "note": "Sí"}},
        {"id": "r3", "country": "Haiti", "language": "en", "done": True, "answers": {
            "law": 8, "tools": ["lab"], "mail": "", "note": "3"}},
        {"id": "r4", "country": "Belize", "language": "en", "test": True, "done": True, "answers": {"law": 1}},
    ],
}  # fmt: skip
PAPER = """<paperless>
<form id="p1" title="Paper" languages="en fr">
<question id="unit" type="list" required="true"><label lang="en">Which unit?</label><label lang="fr">Quelle unité ?</label>
<help lang="en">The main one</help>
<option value="a"><label lang="en">Police</label><label lang="fr">Gendarmerie</label></option>
<option value="b"><label lang="en">Ministry</label><label lang="fr">Ministère</label></option>
<option value="c"><label lang="en">Court</label><label lang="fr">Tribunal</label></option></question>
<question id="staff" type="whole" unit="persons"><label lang="en">Staff</label><label lang="fr">Personnel</label></question>
<question id="phone" type="text"><label lang="en">Telephone</label><label lang="fr">Téléphone</label></question>
<question id="word" type="text"><label lang="en">Remark</label><label lang="fr">Remarque</label></question>
</form>
<returns>
<return id="x1" lang="en" date="2016-03-14" final="yes"><country>Jamaica</country>
<answer to="unit">a</answer><answer to="staff">12</answer><answer to="phone">555-01</answer><answer to="word">Good &amp; new</answer></return>
<return id="x2" lang="fr" date="2016-03-15" final="no"><country>Haiti</country>
<answer to="unit">c</answer><answer to="staff">0</answer><answer to="phone" why="secret"/><answer to="word"></answer></return>
<return id="x3" lang="en" date="2016-03-16" final="yes"><country>Peru</country>
<answer to="unit">b</answer><answer to="staff" why="unknown"/><answer to="word">ñandú</answer></return>
</returns>
</paperless>
"""
FORM = """name,kind,label,choices
law,pick,Is there a law?,1=Yes|2=No|3=Draft
staff,count,How many staff?,
tools,picks,Which tools?,lap=Laptops|net=Network|lab=Laboratory
note,text,Remark,
"""
ANSWERS = """key,country,law,staff,tools,note
k1,Jamaica,1,12,net;lap,"new, unit"
k2,Peru,3,0,,Sí
k3,Belize,?,#,lab,
"""


def bundle():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in (("form.csv", FORM), ("answers.csv", ANSWERS)):
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


NO, DK, INF = Missing.NO_ANSWER, Missing.DONT_KNOW, Missing.NOT_ASKED
ONE_CELL = (ReadLimits(cells=1),)


class Fieldbook(ReaderConformance):
    reader = "fieldbook"
    samples = (
        Sample(
            name="books.csv",
            data=FIELDBOOK.encode(),
            responses=4,
            personal=("email",),
            limits=ONE_CELL,
            expect={
                "B-1": {"@country": "JM", "@date": "2016-03-14", "law": "1", "staff": 12, "share": 0.5, ...: ...},
                "B-2": {"@status": "partial", "share": INF, "staff": 0, "unit": False, ...: ...},
                "B-3": {"law": DK, "staff": DK, "since": Missing.NOT_APPLICABLE, "unit": NO, "remark": NO, ...: ...},
                "B-4": {"staff": Missing.REFUSED, "share": 1.25, ...: ...},
            },
            form={
                "share": {"type": "decimal", "text": "Share", "relevant": "law = 1"},
                "email": {"personal": "e-mail", ...: ...},
                ...: ...,
            },
        ),
    )


class Pollkit(ReaderConformance):
    waived = {"every definition counts": "its editor writes no other values"}
    unread = {".done": "whatever is not true is a draft"}
    reader = "pollkit"
    samples = (
        Sample(
            name="poll.json",
            data=json.dumps(POLL, ensure_ascii=False, indent=1).encode(),
            responses=3,
            personal=("mail",),
            limits=ONE_CELL,
            expect={
                "r1": {"@country": "JM", "@language": "en", "law": "1", "staff": 12, "tools": ("net", "lap"), ...: ...},
                "r2": {
                    "@status": "partial",
                    "@language": "es",
                    "law": "2",
                    "staff": INF,
                    "tools": NO,
                    "mail": NO,
                    ...: ...,
                },
                "r3": {"law": DK, "note": "3", ...: ...},
            },
            form={
                "law": {
                    "type": "select one",
                    "text": {"en": "Is there a law?", "es": "¿Hay una ley?"},
                    "choices": {
                        "1": {"en": "in force", "es": "vigente"},
                        "2": {"en": "in draft", "es": "en borrador"},
                        "8": {"en": "cannot say", "es": "no sabe"},
                    },
                    "missing": {"8": "don't know"},
                    "required": True,
                    "group": "g1",
                    "hint": {"en": "An act in force", "es": "Una ley vigente"},
                },
                "staff": {"type": "integer", "relevant": "law = 1", "minimum": -5, ...: ...},
                "tools": {"type": "select multiple", ...: ...},
                ...: ...,
            },
        ),
    )


class Paperless(ReaderConformance):
    waived = {"every definition counts": "its editor writes no other values"}
    unread = {"@final": "whatever is not yes is a draft", "an element more": "its server writes no others"}
    reader = "paperless"
    samples = (
        Sample(
            name="paper.xml",
            data=PAPER.encode(),
            responses=3,
            personal=("phone",),
            limits=ONE_CELL,
            expect={
                "x1": {"@country": "JM", "@date": "2016-03-14", "unit": "a", "staff": 12, ...: ...},
                "x2": {"@status": "partial", "phone": Missing.CONFIDENTIAL, "word": NO, ...: ...},
                "x3": {"staff": DK, "phone": NO, ...: ...},
            },
            form={
                "unit": {"type": "select one", "required": True, "hint": "The main one", ...: ...},
                "staff": {"type": "integer", "unit": "persons", ...: ...},
                ...: ...,
            },
        ),
    )


class Bundles(ReaderConformance):
    reader = "bundles"
    samples = (
        Sample(name="bundle.zip", data=bundle(), responses=3, limits=ONE_CELL, words={"?": DK}),
    )  # fmt: skip


class Scoreboard(WriterConformance):
    writer = "scoreboard"

    def cells(self, name, content):
        return super().cells("scores.csv", content)


class Timetable(WriterConformance):
    writer = "timetable"

    def visible(self, name, content):
        return html.unescape(re.sub(r"<[^>]*>", "\n", content)) if name.endswith(".html") else content


CLASSES = {
    "fieldbook": Fieldbook,
    "pollkit": Pollkit,
    "paperless": Paperless,
    "bundles": Bundles,
    "scoreboard": Scoreboard,
    "timetable": Timetable,
    "ledger": Ledger,
    "fieldfile": Fieldfile,
    "statusbook": Statusbook,
    "desk": (Desk, DeskWriter),
    "register": Register,
    "alder": (Alder, AlderWriter),
    "beacon": Beacon,
    "ledgerbook": Ledgerbook,
}
