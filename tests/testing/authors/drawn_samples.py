"""Samples of the authors of `ledger`, `fieldfile` and `statusbook`."""

import datetime
import json
import re
from xml.etree import ElementTree

from capbuild.model import Missing
from capbuild.testing import Edit, ReaderConformance, Sample, WriterConformance

BOOK = r"""%CODEBOOK utf-8
F|needs|en es
Q|land|text|Which country?|required country
T|land|es|¿Qué país?
Q|law|one|Is a law in force?|required
T|law|es|¿Hay una ley vigente?
C|law|1|Yes|
C|law|2|No|
C|law|3|Being drafted|
C|law|8|Don't know|dont_know
C|law|9|Prefer not to say|refused
L|law|1|es|Sí
L|law|2|es|No
Q|year|int|Since which year?|
I|year|law|1
Q|staff|int|How many staff?|
Q|share|num|Share of women, in per cent|
Q|units|many|Which units?|
C|units|a|Forensics|
C|units|ab|Patrol|
C|units|c|Prosecution|
C|units|n|None of them known|dont_know
Q|opened|day|Opened on|
Q|hour|clock|Opens at|
Q|open|flag|Open at night?|
Q|mail|text|E-mail|personal
Q|note|text|Remarks|
M|-9|refused
M|-8|not_asked
M|-7|confidential
M|-6|not_applicable
M|-5|dont_know
""".encode()

LINES = r"""%TALLY latin-1
R1|2016-03-31T23:30:00-05:00|final|police|Jamaica|1|2009|12|3,5|a+c|2015-04-01|08:30|J|a@example.org|Très bien \| oui
R2|2016-04-01T01:15:00+02:00|part|court|Haiti|2||0|40|ab|2014-12-31|09:00:30|N||
R3||trial|police|Belize|8||-9|-7||||-6|b@example.org|second\nline
R4|2016-04-02T10:00:00|final|police|Peru|9||-5|0,25|n|2016-02-29||||\\ end
R5|2016-04-03T10:00:00Z|void|police|Peru|1|2001|3|1|a|2016-02-29|10:00|J||gone
R6|2016-04-03T10:00:00Z|final|court|Cuba|3|-8|007|1,0|c+a+ab|2016-01-02|23:59|N|c@example.org|0
R7|2016-04-05T10:00:00Z|final|court|Chile|||||||||d@example.org|x
%END 7
""".encode("latin-1")


def split(line: bytes) -> list[bytes]:
    cells, cell, index = [], b"", 0
    while index < len(line):
        if line[index : index + 1] == b"\\":
            cell += line[index : index + 2]
            index += 2
        elif line[index : index + 1] == b"|":
            cells.append(cell)
            cell = b""
            index += 1
        else:
            cell += line[index : index + 1]
            index += 1
    return [*cells, cell]


def edit(data: bytes, change: Edit) -> bytes | None:
    lines = data.decode("latin-1").encode("latin-1").split(b"\n")
    row = (change.origin.row or 0) - 1
    if change.kind == "replace" and change.origin.column:
        cells = split(lines[row])
        text = change.text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
        try:
            cells[change.origin.column - 1] = text.encode("latin-1")
        except UnicodeEncodeError:
            return None
        lines[row] = b"|".join(cells)
        return b"\n".join(lines)
    if change.kind == "swap" and change.other:
        other = (change.other.row or 0) - 1
        lines[row], lines[other] = lines[other], lines[row]
        return b"\n".join(lines)
    if change.kind == "copy":
        cells = split(lines[row])
        end = next(index for index, line in enumerate(lines) if line.startswith(b"%END"))
        count = int(lines[end].split()[1])
        copies = [
            b"|".join([change.new_id(number).encode() if change.id else cells[0], *cells[1:]])
            for number in range(1, change.times + 1)
        ]
        lines[end:end] = copies
        lines[end + len(copies)] = b"%%END %d" % (count + len(copies))
        return b"\n".join(lines)
    return None


class Ledger(ReaderConformance):
    reader = "ledger-lines"

    def text_at(self, sample, origin):
        cell = split(sample.data.split(b"\n")[origin.row - 1])[origin.column - 1].decode("latin-1")
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], cell)

    samples = (
        Sample(
            name="sample.tbk",
            data=LINES,
            options={"codebook": BOOK},
            responses=6,
            personal=("mail",),
            edit=edit,
            expect={
                "R1": {
                    "@country": "JM",
                    "@date": "2016-03-31",
                    "@submitted": "2016-03-31T23:30:00-05:00",
                    "@version": "1",
                    "@respondent": "R1",
                    "land": "Jamaica",
                    "law": "1",
                    "year": 2009,
                    "staff": 12,
                    "share": 3.5,
                    "units": (
                        "a",
                        "c",
                    ),
                    "opened": datetime.date(2015, 4, 1),
                    "hour": datetime.time(8, 30),
                    "open": True,
                    "mail": "a@example.org",
                    "note": "Très bien | oui",
                },
                "R2": {
                    "@country": "HT",
                    "@status": "partial",
                    "@date": "2016-04-01",
                    "@submitted": "2016-04-01T01:15:00+02:00",
                    "@version": "1",
                    "@respondent": "R2",
                    "land": "Haiti",
                    "law": "2",
                    "year": Missing.NOT_ASKED,
                    "staff": 0,
                    "share": 40.0,
                    "units": ("ab",),
                    "opened": datetime.date(2014, 12, 31),
                    "hour": datetime.time(9, 0, 30),
                    "open": False,
                    "mail": Missing.NO_ANSWER,
                    "note": Missing.NO_ANSWER,
                },
                "R3": {
                    "@country": "BZ",
                    "@status": "test",
                    "@version": "1",
                    "@respondent": "R3",
                    "land": "Belize",
                    "law": Missing.DONT_KNOW,
                    "year": Missing.NOT_ASKED,
                    "staff": Missing.REFUSED,
                    "share": Missing.CONFIDENTIAL,
                    "units": Missing.NO_ANSWER,
                    "opened": Missing.NO_ANSWER,
                    "hour": Missing.NO_ANSWER,
                    "open": Missing.NOT_APPLICABLE,
                    "mail": "b@example.org",
                    "note": "second\nline",
                },
                "R4": {
                    "@country": "PE",
                    "@date": "2016-04-02",
                    "@version": "1",
                    "@respondent": "R4",
                    "land": "Peru",
                    "law": Missing.REFUSED,
                    "year": Missing.NOT_ASKED,
                    "staff": Missing.DONT_KNOW,
                    "share": 0.25,
                    "units": Missing.DONT_KNOW,
                    "opened": datetime.date(2016, 2, 29),
                    "hour": Missing.NO_ANSWER,
                    "open": Missing.NO_ANSWER,
                    "mail": Missing.NO_ANSWER,
                    "note": "\\ end",
                },
                "R6": {
                    "@country": "CU",
                    "@date": "2016-04-03",
                    "@submitted": "2016-04-03T10:00:00+00:00",
                    "@version": "1",
                    "@respondent": "R6",
                    "land": "Cuba",
                    "law": "3",
                    "year": Missing.NOT_ASKED,
                    "staff": 7,
                    "share": 1.0,
                    "units": (
                        "c",
                        "a",
                        "ab",
                    ),
                    "opened": datetime.date(2016, 1, 2),
                    "hour": datetime.time(23, 59),
                    "open": False,
                    "mail": "c@example.org",
                    "note": "0",
                },
                "R7": {
                    "@country": "CL",
                    "@date": "2016-04-05",
                    "@submitted": "2016-04-05T10:00:00+00:00",
                    "@version": "1",
                    "@respondent": "R7",
                    "land": "Chile",
                    "law": Missing.NO_ANSWER,
                    "year": Missing.NO_ANSWER,
                    "staff": Missing.NO_ANSWER,
                    "share": Missing.NO_ANSWER,
                    "units": Missing.NO_ANSWER,
                    "opened": Missing.NO_ANSWER,
                    "hour": Missing.NO_ANSWER,
                    "open": Missing.NO_ANSWER,
                    "mail": "d@example.org",
                    "note": "x",
                },
            },
            form={
                "land": {"type": "text", "text": {"en": "Which country?", "es": "¿Qué país?"}, "required": True},
                "law": {
                    "type": "select one",
                    "text": {"en": "Is a law in force?", "es": "¿Hay una ley vigente?"},
                    "choices": {
                        "1": {"en": "Yes", "es": "Sí"},
                        "2": {"en": "No", "es": "No"},
                        "3": "Being drafted",
                        "8": "Don't know",
                        "9": "Prefer not to say",
                    },
                    "missing": {"8": "don't know", "9": "refused"},
                    "required": True,
                },
                "year": {"type": "integer", "text": "Since which year?", "relevant": "v('law') = '1'"},
                "staff": {"type": "integer", "text": "How many staff?"},
                "share": {"type": "decimal", "text": "Share of women, in per cent"},
                "units": {
                    "type": "select multiple",
                    "text": "Which units?",
                    "choices": {"a": "Forensics", "ab": "Patrol", "c": "Prosecution", "n": "None of them known"},
                    "missing": {"n": "don't know"},
                },
                "opened": {"type": "date", "text": "Opened on"},
                "hour": {"type": "time", "text": "Opens at"},
                "open": {"type": "boolean", "text": "Open at night?"},
                "mail": {"type": "text", "text": "E-mail", "personal": "e-mail"},
                "note": {"type": "text", "text": "Remarks"},
            },
        ),
    )


DOCUMENT = {
    "fieldfile": 2,
    "form": {
        "key": "posts",
        "edition": "3",
        "title": {"en": "Posts", "fr": "Postes"},
        "languages": ["en", "fr"],
        "groups": [{"key": "main", "label": "Main"}, {"key": "post", "label": "Posts", "many": True}],
        "items": [
            {"key": "country", "type": "text", "label": {"en": "Country", "fr": "Pays"}, "group": "main", "must": True},
            {
                "key": "law",
                "type": "pick",
                "label": "Is there a law?",
                "group": "main",
                "options": [
                    {"code": "y", "label": {"en": "Yes", "fr": "Oui"}},
                    {"code": "n", "label": {"en": "No", "fr": "Non"}},
                    {"code": "dk", "label": "Cannot say", "means": "unknown"},
                ],
            },
            {
                "key": "units",
                "type": "picks",
                "label": "Units",
                "help": "All that apply",
                "group": "main",
                "options": [
                    {"code": "lab", "label": "Laboratory"},
                    {"code": "lab desk", "label": "Desk"},
                    {"code": "x", "label": "Other", "free": True},
                    {"code": "none", "label": "Rather not say", "means": "refused"},
                ],
            },
            {"key": "budget", "type": "real", "label": "Budget", "unit": "USD", "least": 0, "group": "main"},
            {"key": "phone", "type": "text", "label": "Telephone", "private": True, "group": "main"},
            {"key": "place", "type": "text", "label": "Post", "group": "post"},
            {"key": "staff", "type": "whole", "label": "Staff", "group": "post", "least": 0, "most": 500},
            {"key": "since", "type": "day", "label": "Since", "group": "post"},
            {"key": "armed", "type": "yesno", "label": "Armed?", "group": "post"},
        ],
    },
    "records": [
        {
            "uid": "a1",
            "at": "2016-03-31T23:30:00-05:00",
            "who": "p1",
            "language": "fr",
            "state": "sent",
            "values": {
                "country": "Jamaica",
                "law": "y",
                "units": ["lab", "lab desk"],
                "budget": 12.5,
                "phone": "+1 555 01",
            },
            "blocks": {
                "post": [
                    {"place": "Kingston", "staff": 3, "since": "2015-04-01", "armed": True},
                    {"place": "Negril", "staff": 0, "since": "2014-12-31", "armed": False},
                ]
            },
        },
        {
            "uid": "a2",
            "at": "2016-04-01T10:00:00Z",
            "who": "p2",
            "language": "en",
            "state": "draft",
            "values": {"country": "Haiti", "law": "dk", "units": ["x"], "budget": {"none": "secret"}, "phone": None},
            "blocks": {
                "post": [
                    {
                        "place": "Jacmel",
                        "staff": {"none": "unknown"},
                        "since": {"none": "skipped"},
                        "armed": {"none": "n/a"},
                    }
                ]
            },
        },
        {
            "uid": "a3",
            "at": "2016-04-02T10:00:00+02:00",
            "who": "p3",
            "state": "test",
            "values": {
                "country": "Peru",
                "law": {"none": "refused"},
                "units": ["none"],
                "budget": {"value": 7, "remark": "about"},
            },
            "blocks": {},
        },
        {
            "uid": "a4",
            "at": "2016-04-02T10:00:00Z",
            "who": "p4",
            "language": "en",
            "values": {"country": "Cuba", "law": "n", "units": ["lab desk"], "budget": 0, "phone": "+1 555 04"},
            "blocks": {"post": [{"place": "", "staff": 500, "since": None, "armed": True}]},
        },
    ],
}
DATA = json.dumps(DOCUMENT, indent=1).encode()


class Fieldfile(ReaderConformance):
    waived = {"every definition counts": "its editor writes no other values"}
    reader = "field-json"
    samples = (
        Sample(
            name="sample.fjson",
            data=DATA,
            responses=4,
            personal=("phone",),
            words={"n/a": Missing.NOT_APPLICABLE},
            expect={
                "a1": {
                    "@country": "JM",
                    "@date": "2016-03-31",
                    "@submitted": "2016-03-31T23:30:00-05:00",
                    "@language": "fr",
                    "@version": "3",
                    "@respondent": "p1",
                    "country": "Jamaica",
                    "law": "y",
                    "units": (
                        "lab",
                        "lab desk",
                    ),
                    "budget": 12.5,
                    "phone": "+1 555 01",
                    "place[1]": "Kingston",
                    "place[2]": "Negril",
                    "staff[1]": 3,
                    "staff[2]": 0,
                    "since[1]": datetime.date(2015, 4, 1),
                    "since[2]": datetime.date(2014, 12, 31),
                    "armed[1]": True,
                    "armed[2]": False,
                },
                "a2": {
                    "@country": "HT",
                    "@status": "partial",
                    "@date": "2016-04-01",
                    "@language": "en",
                    "@version": "3",
                    "@respondent": "p2",
                    "country": "Haiti",
                    "law": Missing.DONT_KNOW,
                    "units": ("x",),
                    "budget": Missing.CONFIDENTIAL,
                    "phone": Missing.NO_ANSWER,
                    "place[1]": "Jacmel",
                    "staff[1]": Missing.DONT_KNOW,
                    "since[1]": Missing.NOT_ASKED,
                    "armed[1]": Missing.NOT_APPLICABLE,
                },
                "a3": {
                    "@country": "PE",
                    "@status": "test",
                    "@date": "2016-04-02",
                    "@submitted": "2016-04-02T10:00:00+02:00",
                    "@version": "3",
                    "@respondent": "p3",
                    "country": "Peru",
                    "law": Missing.REFUSED,
                    "units": Missing.REFUSED,
                    "budget": 7,
                    "budget comment": "about",
                    "phone": Missing.NOT_ASKED,
                },
                "a4": {
                    "@country": "CU",
                    "@date": "2016-04-02",
                    "@submitted": "2016-04-02T10:00:00+00:00",
                    "@language": "en",
                    "@version": "3",
                    "@respondent": "p4",
                    "country": "Cuba",
                    "law": "n",
                    "units": ("lab desk",),
                    "budget": 0,
                    "phone": "+1 555 04",
                    "place[1]": Missing.NO_ANSWER,
                    "staff[1]": 500,
                    "since[1]": Missing.NO_ANSWER,
                    "armed[1]": True,
                },
            },
            form={
                "country": {"type": "text", "text": {"en": "Country", "fr": "Pays"}, "required": True, "group": "main"},
                "law": {
                    "type": "select one",
                    "text": "Is there a law?",
                    "choices": {"y": {"en": "Yes", "fr": "Oui"}, "n": {"en": "No", "fr": "Non"}, "dk": "Cannot say"},
                    "missing": {"dk": "don't know"},
                    "group": "main",
                },
                "units": {
                    "type": "select multiple",
                    "text": "Units",
                    "choices": {"lab": "Laboratory", "lab desk": "Desk", "x": "Other", "none": "Rather not say"},
                    "missing": {"none": "refused"},
                    "group": "main",
                    "hint": "All that apply",
                    "other": ("x",),
                },
                "budget": {"type": "decimal", "text": "Budget", "group": "main", "unit": "USD", "minimum": 0},
                "phone": {"type": "text", "text": "Telephone", "group": "main", "personal": "telephone"},
                "place": {"type": "text", "text": "Post", "group": "post"},
                "staff": {"type": "integer", "text": "Staff", "group": "post", "minimum": 0, "maximum": 500},
                "since": {"type": "date", "text": "Since", "group": "post"},
                "armed": {"type": "boolean", "text": "Armed?", "group": "post"},
            },
        ),
    )


class Statusbook(WriterConformance):
    writer = "status-lines"

    def visible(self, name, content):
        root = ElementTree.fromstring(content.encode())
        return "\n".join(text for one in root.iter() for text in (*one.attrib.values(), one.text or "") if text.strip())
