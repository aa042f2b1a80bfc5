"""The Barometer's plugin doubts its own files, and says nothing of others."""

import json

import capbuild_gdb

from capbuild.io import read
from capbuild.plugins import Confidence, Host
from capbuild.testing import ReaderConformance, Sample

HOST = Host(plugins={"capbuild-gdb": capbuild_gdb}, discover=False)


def made(*records):
    head = {"country_name": "Barbados", "iso": "BRB", "regional_hub": "Caribbean"}
    return json.dumps({"country_info": head, "indicators": list(records)}).encode()


def record(name, score, **more):
    return {"indicator_id": name, "score": score, **more}


FILE = made(
    record("A", 40.0, justification="A law.", responses=[{"varname": "A1", "response_text": "yes"}]),
    record("B", 25.0),
    record("C", 0.0),
    record("D", None),
    record("E", 10.0, evidence=[{"title": "An act", "link": "https://example.org"}]),
)


class TestReader(ReaderConformance):
    plugin = capbuild_gdb
    reader = "gdb"
    confidence = Confidence.SIGNATURE
    samples = (Sample(name="barbados.json", data=FILE),)


def test_a_score_without_reason_or_evidence_is_doubted():
    reading = read(FILE, name="barbados.json", host=HOST)
    assert [(issue.code, issue.origin.path) for issue in reading.issues] == [("GDB1", "$.indicators[1].score")]


def test_other_files_are_none_of_its_business():
    assert not read(b"country,A\nBarbados,40\n", name="a.csv", host=HOST).issues
