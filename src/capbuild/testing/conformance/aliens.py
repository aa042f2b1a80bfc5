"""Small files of formats that a survey reader must leave alone, made here from their public descriptions."""

import io
import json
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["ALIENS"]


def _archive(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".")), text)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


#: Files by name. None belongs to a reader that claims more than the kind of file.
ALIENS: Mapping[str, bytes] = MappingProxyType(
    {
        "report.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "photo.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "page.html": b"<!DOCTYPE html><html><body><p>Jamaica</p></body></html>",
        "notes.txt": b"Notes of the visit.\nWe met the unit and saw the laboratory.\n",
        "settings.yaml": b"urn: urn:example\nlocale: en\nobjects:\n  framework:\n    requirement_nodes: []\n",
        "feed.xml": b"<?xml version='1.0'?><rss><channel><title>News</title></channel></rss>",
        "codebook.xml": b'<codeBook xmlns="ddi:codebook:2_5"><dataDscr><var name="a"/></dataDscr></codeBook>',
        "archive.zip": _archive(readme__txt="nothing to read"),
        "prices.csv": b"item,price\nlaptop,900\nphone,300\n",
        "empty.json": b"{}",
        "list.json": b"[1, 2, 3]",
        "patients.json": _json({"resourceType": "Questionnaire", "status": "active", "item": [{"linkId": "1"}]}),
        "survey.json": _json({"pages": [{"name": "p", "elements": [{"type": "text", "name": "q"}]}]}),
        "controls.json": _json({"catalog": {"uuid": "0", "metadata": {"title": "t", "oscal-version": "1.1.2"}}}),
        "survey.qsf": _json({"SurveyEntry": {"SurveyID": "SV_1"}, "SurveyElements": []}),
        "dictionary.csv": b'"Variable / Field Name","Form Name","Field Type","Field Label"\nrecord_id,a,text,Record\n',
        "census.dcf": _json({"software": "CSPro", "version": 8.0, "levels": []}),
    }
)
