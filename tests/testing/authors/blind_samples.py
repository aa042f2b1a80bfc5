# ruff: noqa: E501 - sources and files as they are
"""Samples of a survey in XML, of binary records, and of a report as page and table; every content is invented."""

import datetime
import re
import struct
from datetime import date
from html import unescape
from xml.etree.ElementTree import fromstring

from capbuild.model import Missing
from capbuild.origin import Origin
from capbuild.testing import Edit, ReaderConformance, Sample, WriterConformance

__all__ = ["Alder", "AlderWriter", "Beacon", "Ledgerbook"]

SURVEY = """<?xml version="1.0" encoding="utf-8"?>
<alder id="needs" version="2" default="en">
  <title><t lang="en">Needs of the police</t><t lang="es">Necesidades de la policía</t></title>
  <section id="main">
    <title><t lang="en">The service</t><t lang="es">El servicio</t></title>
    <item id="country" kind="text" required="yes"><text><t lang="en">Country</t><t lang="es">País</t></text></item>
    <item id="staff" kind="whole" min="0" max="500" unit="persons"><text><t lang="en">Staff</t><t lang="es">Personal</t></text><hint><t lang="en">Civil staff too</t><t lang="es">También civil</t></hint></item>
    <item id="share" kind="number" min="0" max="100" unit="%"><text><t lang="en">Trained staff</t><t lang="es">Personal formado</t></text></item>
    <item id="since" kind="day"><text><t lang="en">Since when?</t><t lang="es">¿Desde cuándo?</t></text></item>
    <item id="law" kind="one" required="yes"><text><t lang="en">Is there a law?</t><t lang="es">¿Hay una ley?</t></text>
      <option code="1"><t lang="en">Yes</t><t lang="es">Sí</t></option>
      <option code="2"><t lang="en">No</t><t lang="es">No</t></option>
      <option code="8" absent="dont_know"><t lang="en">Don't know</t><t lang="es">No sabe</t></option>
      <option code="9" absent="refused"><t lang="en">Refused</t><t lang="es">Se niega</t></option>
    </item>
    <item id="tools" kind="many" when="v('law') = '1'"><text><t lang="en">Which tools?</t><t lang="es">¿Qué herramientas?</t></text>
      <option code="a"><t lang="en">Radio</t><t lang="es">Radio de campo</t></option>
      <option code="b"><t lang="en">Laboratory</t><t lang="es">Laboratorio</t></option>
      <option code="c"><t lang="en">Archive</t><t lang="es">Archivo</t></option>
    </item>
    <item id="open" kind="yesno"><text><t lang="en">Open at night?</t><t lang="es">¿Abre de noche?</t></text></item>
    <item id="thanks" kind="note"><text><t lang="en">Thank you</t><t lang="es">Gracias</t></text></item>
  </section>
  <section id="offices" repeat="yes">
    <title><t lang="en">Offices</t><t lang="es">Oficinas</t></title>
    <item id="city" kind="text"><text><t lang="en">City</t><t lang="es">Ciudad</t></text></item>
    <section id="posts" repeat="yes">
      <title><t lang="en">Posts</t><t lang="es">Puestos</t></title>
      <item id="desks" kind="whole" min="1"><text><t lang="en">Desks</t><t lang="es">Mesas</t></text></item>
    </section>
  </section>
  <returns>
    <return id="r1" lang="en" date="2016-03-31" state="submitted">
      <a item="country">Jamaica</a><a item="staff">12</a><a item="share">40.5</a><a item="since">2011-02-03</a>
      <a item="law">1</a><a item="tools" comment="since April">a c</a><a item="open">true</a>
      <block section="offices"><a item="city">Kingston</a>
        <block section="posts"><a item="desks">4</a></block>
        <block section="posts"><a item="desks">6</a></block></block>
      <block section="offices"><a item="city">Mandeville</a>
        <block section="posts"><a item="desks">3</a></block></block>
    </return>
    <return id="r2" lang="es" date="2016-04-02" state="partial">
      <a item="country">Belice</a><a item="staff" absent="refused"/><a item="share">7.25</a><a item="since" absent="not_applicable"/>
      <a item="law">2</a><a item="open">false</a>
      <block section="offices"><a item="city">Belmopán</a>
        <block section="posts"><a item="desks">9</a></block></block>
    </return>
    <return id="r3" lang="en" date="2016-04-05" state="submitted">
      <a item="country">Haiti</a><a item="staff">0</a><a item="share"></a><a item="since">2014-12-30</a>
      <a item="law">8</a><a item="tools">b</a><a item="open" absent="confidential"/>
    </return>
  </returns>
</alder>
"""
NEEDS = {
    "r1": {
        "@country": "JM",
        "@date": "2016-03-31",
        "@language": "en",
        "@version": "2",
        "@respondent": "r1",
        "country": "Jamaica",
        "staff": 12,
        "share": 40.5,
        "since": datetime.date(2011, 2, 3),
        "law": "1",
        "tools": ("a", "c"),
        "tools comment": "since April",
        "open": True,
        "city[1]": "Kingston",
        "desks[1]": 4,
        "desks[2]": 6,
        "city[2]": "Mandeville",
        "desks[3]": 3,
    },
    "r2": {
        "@country": "BZ",
        "@status": "partial",
        "@date": "2016-04-02",
        "@language": "es",
        "@version": "2",
        "@respondent": "r2",
        "country": "Belice",
        "staff": Missing.REFUSED,
        "share": 7.25,
        "since": Missing.NOT_APPLICABLE,
        "law": "2",
        "open": False,
        "city[1]": "Belmopán",
        "desks[1]": 9,
        "tools": Missing.NOT_ASKED,
    },
    "r3": {
        "@country": "HT",
        "@date": "2016-04-05",
        "@language": "en",
        "@version": "2",
        "@respondent": "r3",
        "country": "Haiti",
        "staff": 0,
        "share": Missing.NO_ANSWER,
        "since": datetime.date(2014, 12, 30),
        "law": Missing.DONT_KNOW,
        "tools": ("b",),
        "open": Missing.CONFIDENTIAL,
    },
}
NEEDS_FORM = {
    "@form": {
        "title": {"en": "Needs of the police", "es": "Necesidades de la policía"},
        "version": "2",
        "languages": ("en", "es"),
        "group main": {"title": {"en": "The service", "es": "El servicio"}},
        "group offices": {"title": {"en": "Offices", "es": "Oficinas"}, "repeat": True},
        "group posts": {"title": {"en": "Posts", "es": "Puestos"}, "parent": "offices", "repeat": True},
    },
    "country": {"type": "text", "text": {"en": "Country", "es": "País"}, "required": True, "group": "main"},
    "staff": {
        "type": "integer",
        "text": {"en": "Staff", "es": "Personal"},
        "group": "main",
        "hint": {"en": "Civil staff too", "es": "También civil"},
        "unit": "persons",
        "minimum": 0.0,
        "maximum": 500.0,
    },
    "share": {
        "type": "decimal",
        "text": {"en": "Trained staff", "es": "Personal formado"},
        "group": "main",
        "unit": "%",
        "minimum": 0.0,
        "maximum": 100.0,
    },
    "since": {"type": "date", "text": {"en": "Since when?", "es": "¿Desde cuándo?"}, "group": "main"},
    "law": {
        "type": "select one",
        "text": {"en": "Is there a law?", "es": "¿Hay una ley?"},
        "choices": {
            "1": {"en": "Yes", "es": "Sí"},
            "2": {"en": "No", "es": "No"},
            "8": {"en": "Don't know", "es": "No sabe"},
            "9": {"en": "Refused", "es": "Se niega"},
        },
        "missing": {"8": "don't know", "9": "refused"},
        "required": True,
        "group": "main",
    },
    "tools": {
        "type": "select multiple",
        "text": {"en": "Which tools?", "es": "¿Qué herramientas?"},
        "choices": {
            "a": {"en": "Radio", "es": "Radio de campo"},
            "b": {"en": "Laboratory", "es": "Laboratorio"},
            "c": {"en": "Archive", "es": "Archivo"},
        },
        "relevant": "v('law') = '1'",
        "group": "main",
    },
    "open": {"type": "boolean", "text": {"en": "Open at night?", "es": "¿Abre de noche?"}, "group": "main"},
    "thanks": {"type": "note", "text": {"en": "Thank you", "es": "Gracias"}, "group": "main"},
    "city": {"type": "text", "text": {"en": "City", "es": "Ciudad"}, "group": "offices"},
    "desks": {"type": "integer", "text": {"en": "Desks", "es": "Mesas"}, "group": "posts", "minimum": 1.0},
}
LABS = {
    "101": {
        "@country": "PE",
        "@date": "2016-03-31",
        "@language": "es",
        "@version": "3",
        "@respondent": "101",
        "country": "Perú",
        "staff": 12,
        "budget": 1234.5,
        "since": datetime.date(2011, 2, 3),
        "law": "1",
        "tools": True,
    },
    "102": {
        "@country": "BZ",
        "@date": "2016-04-02",
        "@language": "es",
        "@version": "3",
        "@respondent": "102",
        "country": "Belice",
        "staff": Missing.REFUSED,
        "budget": -12.05,
        "since": Missing.DONT_KNOW,
        "law": "2",
        "tools": Missing.NOT_ASKED,
    },
    "103": {
        "@country": "HT",
        "@date": "2016-04-05",
        "@language": "es",
        "@version": "3",
        "@respondent": "103",
        "country": "Haití",
        "staff": 0,
        "budget": Missing.CONFIDENTIAL,
        "since": datetime.date(2014, 12, 30),
        "law": Missing.DONT_KNOW,
        "tools": False,
    },
    "104": {
        "@country": "MX",
        "@language": "es",
        "@version": "3",
        "@respondent": "104",
        "country": "México",
        "staff": Missing.NO_ANSWER,
        "budget": Missing.NO_ANSWER,
        "since": Missing.NO_ANSWER,
        "law": Missing.NO_ANSWER,
        "tools": Missing.NOT_ASKED,
    },
    "105": {
        "@country": "PA",
        "@date": "2017-01-09",
        "@language": "es",
        "@version": "3",
        "@respondent": "105",
        "country": "Panamá",
        "staff": Missing.NOT_APPLICABLE,
        "budget": 0.05,
        "since": datetime.date(2000, 1, 1),
        "law": "1",
        "tools": False,
    },
}
LABS_FORM = {
    "@form": {
        "title": "Survey of laboratories",
        "version": "3",
        "languages": ("es",),
        "group main": {"title": "El laboratorio"},
        "group rest": {"title": "Lo demás"},
    },
    "country": {"type": "text", "text": "País", "required": True, "group": "main"},
    "staff": {
        "type": "integer",
        "text": "Personal",
        "group": "main",
        "hint": "También civil",
        "unit": "personas",
        "minimum": 0.0,
        "maximum": 900.0,
    },
    "budget": {"type": "decimal", "text": "Presupuesto", "group": "main", "unit": "USD"},
    "since": {"type": "date", "text": "Desde", "group": "rest"},
    "law": {
        "type": "select one",
        "text": "¿Hay una ley?",
        "choices": {"1": "Sí", "2": "No", "8": "No sabe"},
        "missing": {"8": "don't know"},
        "group": "rest",
    },
    "tools": {"type": "boolean", "text": "¿Con equipo?", "relevant": "v('law') = '1'", "group": "rest"},
}

DICTIONARY = """title "Survey of laboratories"
version 3
language es
encoding cp1252
group main "El laboratorio"
var country text:14 "País"
required country
var staff u16 "Personal"
unit staff personas
range staff 0 900
hint staff "También civil"
missing staff 65534 refused
missing staff 65533 not_applicable
var budget i32:2 "Presupuesto"
unit budget USD
missing budget -8 confidential
group rest "Lo demás"
var since date "Desde"
missing since 65000 dont_know
var law code "¿Hay una ley?"
label law 1 "Sí"
label law 2 "No"
label law 8 "No sabe"
missing law 8 dont_know
var tools flag "¿Con equipo?"
when tools "v('law') = '1'"
"""
FIELDS = (("country", 14), ("staff", "<H"), ("budget", "<i"), ("since", "<H"), ("law", "<B"), ("tools", "<B"))
EMPTY = {"<H": 0xFFFF, "<i": -(2**31), "<B": 0xFF}
EPOCH = date(2000, 1, 1)


def record(key, day, *cells):
    parts = [struct.pack("<IH", key, day)]
    for (_, kind), cell in zip(FIELDS, cells, strict=True):
        parts.append(
            cell.encode("cp1252").ljust(kind)
            if isinstance(kind, int)
            else struct.pack(kind, EMPTY[kind] if cell is None else cell)
        )
    return b"".join(parts)


def days(text):
    return (date.fromisoformat(text) - EPOCH).days


RECORDS = [
    record(101, days("2016-03-31"), "Perú", 12, 123450, days("2011-02-03"), 1, 1),
    record(102, days("2016-04-02"), "Belice", 65534, -1205, 65000, 2, None),
    record(103, days("2016-04-05"), "Haití", 0, -8, days("2014-12-30"), 8, 0),
    record(104, 0xFFFF, "México", None, None, None, None, None),
    record(105, days("2017-01-09"), "Panamá", 65533, 5, days("2000-01-01"), 1, 0),
]
SIZE = len(RECORDS[0])


def pack(records):
    return struct.pack("<4sHI", b"BCN1", SIZE, len(records)) + b"".join(records)


def offset(column):
    at = 6
    for _, kind in FIELDS[: column - 1]:
        at += kind if isinstance(kind, int) else struct.calcsize(kind)
    return at


def split(data):
    body = data[10:]
    return [body[at : at + SIZE] for at in range(0, len(body), SIZE)]


def encode(column, text):
    name, kind = FIELDS[column - 1]
    if isinstance(kind, int):
        try:
            raw = text.encode("cp1252")
        except UnicodeEncodeError:
            return None
        return raw.ljust(kind) if len(raw) <= kind else None
    try:
        if not text:
            number = EMPTY[kind]
        elif name == "since":
            number = days(text) if "-" in text else int(text)
        elif name == "budget":
            number = round(float(text) * 100) if text != "-8" else -8
            if text != "-8" and number / 100 != float(text):
                return None
        elif name == "tools":
            number = {"true": 1, "false": 0}.get(text) if text in ("true", "false") else int(text)
        else:
            number = int(text)
        return struct.pack(kind, number)
    except (ValueError, struct.error):
        return None


def edit(data: bytes, change: Edit) -> bytes | None:
    records = split(data)
    row = change.origin.row - 1
    if change.kind == "replace" and change.origin.column:
        new = encode(change.origin.column, change.text)
        if new is None:
            return None
        at = offset(change.origin.column)
        records[row] = records[row][:at] + new + records[row][at + len(new) :]
        return pack(records)
    if change.kind == "swap":
        other = change.other.row - 1
        records[row], records[other] = records[other], records[row]
        return pack(records)
    if change.kind == "copy":
        if not change.id:
            return pack(records + [records[row]] * change.times)
        new = [struct.pack("<I", 1000 + number) + records[row][4:] for number in range(change.times)]
        return pack(records + new)
    return None


SAMPLE = Sample(
    name="labs.bcn",
    data=pack(RECORDS),
    options={"dictionary": DICTIONARY.encode()},
    responses=5,
    expect=LABS,
    form=LABS_FORM,
    edit=edit,
    words={
        "65534": Missing.REFUSED,
        "65533": Missing.NOT_APPLICABLE,
        "-8": Missing.CONFIDENTIAL,
        "65000": Missing.DONT_KNOW,
    },
)


class Beacon(ReaderConformance):
    reader = "beacon"
    samples = (SAMPLE,)

    def text_at(self, sample: Sample, origin: Origin) -> str | None:
        part = split(sample.data)[origin.row - 1]
        if origin.column is None:
            return None
        name, kind = FIELDS[origin.column - 1]
        at = offset(origin.column)
        if isinstance(kind, int):
            return part[at : at + kind].decode("cp1252").rstrip()
        (number,) = struct.unpack_from(kind, part, at)
        if number == EMPTY[kind]:
            return ""
        if (name, number) in {("budget", -8), ("since", 65000)}:
            return str(number)
        if name == "since":
            return date.fromordinal(EPOCH.toordinal() + number).isoformat()
        if name == "budget":
            return f"{number / 100:.2f}"
        return str(bool(number)).lower() if name == "tools" else str(number)


class Alder(ReaderConformance):
    reader = "alder"
    samples = (Sample(name="needs.alder", data=SURVEY.encode(), responses=3, expect=NEEDS, form=NEEDS_FORM),)


class AlderWriter(WriterConformance):
    writer = "alder-file"

    def visible(self, name, content):
        root = fromstring(content)
        return " ".join([*root.itertext(), *(value for one in root.iter() for value in one.attrib.values())])


class Ledgerbook(WriterConformance):
    writer = "ledgerbook"

    def visible(self, name, content):
        return unescape(re.sub(r"<[^>]*>", " ", content)) if name.endswith(".html") else content
