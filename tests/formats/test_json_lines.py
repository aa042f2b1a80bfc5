"""JSON lines: an object a line, its keys the heads."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.model import Missing
from capbuild.plugins import Confidence
from capbuild.testing import ReaderConformance, Sample

LINES = b"""{"country": "Cuba", "respondent": "R1", "P1": 3, "P2": "yes", "P3": ["law", "unit"]}

{"country": "Ha\xc3\xafti", "respondent": "R2", "P1": null, "P2": "n/a", "P4": {"a": 1}}
{"country": "Jamaica"
{"country": "Jamaica", "respondent": "R3", "P1": 4.5, "P2": true}
"""

#: Without what is told in other letters than it is written: lists of codes, and truth.
PLAIN = LINES.replace(b', "P3": ["law", "unit"]', b"").replace(b', "P2": true', b"")


class TestJsonLines(ReaderConformance):
    reader = "json-lines"
    confidence = Confidence.NAME
    samples = (
        Sample(name="a.jsonl", data=PLAIN),
        Sample(name="b.ndjson", data=b'\xef\xbb\xbf{"country":"Cuba","P1":1}'),
    )


def test_keys_are_heads_and_lines_are_rows():
    found = cb.read(LINES, name="a.jsonl")
    assert [(r.country.alpha_2, r.respondent.pseudonym, r["P1"].value) for r in found.responses] == [
        ("CU", "R1", 3),
        ("HT", "R2", Missing.NO_ANSWER),
        ("JM", "R3", 4.5),
    ]
    assert str(found.responses[1]["P2"].origin) == "a.jsonl:3"
    assert found.responses[0]["P3"].value == "law unit"
    assert json.loads(found.responses[1]["P4"].value) == {"a": 1}
    assert found.responses[2]["P2"].value is True
    assert [str(i.origin) for i in found.issues if i.code == "CB170"] == ["a.jsonl:4"]
    assert found.reconciliation.total("rows_left_out") == 1


def test_a_file_without_an_object():
    with pytest.raises(ReadError, match="no JSON object"):
        cb.read(b"[1]\n[2]\n", name="a.jsonl", format="json-lines")


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9) | st.text("xy", min_size=1)), min_size=1))
def test_every_value_comes_back(rows):
    lines = "\n".join(json.dumps({"country": "Cuba", **row}) for row in rows)
    found = cb.read(lines.encode(), name="a.jsonl")
    assert [{a.question: a.value for a in response if not a.is_missing} for response in found.responses] == rows
