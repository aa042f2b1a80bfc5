"""Mutated files end in a `ReadError` or in issues: nothing else leaves a reader."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import CODES, ReadError
from capbuild.model import GeoPoint

CSV = """a/b,a/c[1]/d,t/x,t/y,gps,_gps_latitude,meta/instanceID,_submission_time
1,x,1,0,1 2 3 4,1,uuid:1,2016-01-01T00:00:00
"""
FORM = """survey
,type,name,label
,begin repeat,r,R
,select_one l,q,Q
,end repeat,,
choices
,list_name,name,label
,l,a,A
"""
JSON = json.dumps({"version": "1", "content": {"survey": [{"type": "text", "name": "q", "label": ["Q"]}]},
                   "submissions": [{"q": "x", "r": [{"r/s": 1}], "_uuid": "u", "_geolocation": [1, 2]}]})  # fmt: skip
INSTANCE = (
    '<f id="f" version="1"><q>x</q><r><s>1</s></r><r><s>2</s></r><meta><instanceID>uuid:1</instanceID></meta></f>'
)
XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>
<f id="f"><q/></f></instance><bind nodeset="/f/q" type="int" relevant="1 = 2"/></model></h:head><h:body>
<input ref="/f/q"><label>Q</label></input></h:body></h:html>"""
SAMPLES = {"kobo-csv": CSV, "xlsform": FORM, "kobo-json": JSON, "openrosa-xml": INSTANCE, "odk-xform": XFORM}


#: What stands in them, read by hand: ids of the questions, and the answers of the one response of some.
READ = {
    "kobo-csv": (["b", "d", "x", "y", "gps"], [1, "x", 1, 0, GeoPoint(1.0, 2.0, 3.0, 4.0)]),
    "xlsform": (["q"], []),
    "kobo-json": (["q", "s", "_geolocation"], ["x", 1, "[1, 2]"]),
    "openrosa-xml": (["q", "s"], ["x", 1, 2]),
    "odk-xform": (["q"], []),
}
README = Path(__file__).parents[1] / "README.md"
#: Codes of the library and of the plugin.
KNOWN = {*CODES, *re.findall(r"^\| (XF\d{3}) ", README.read_text("utf-8"), re.MULTILINE)}
TOKENS = [b",", b'"', b"\n", b"[1]", b"/", b"n/a", b"<", b"{", b"_latitude"]
KEYS = ["q", "r", "_uuid", "a/b", "meta", "version", "__system", "", " "]
CELLS = ["type", "name", "label", "required", "relevant"]


def _read(host, reader, data):
    """What is read, in an account that adds up; None where an error says what is wrong."""
    try:
        reading = cb.read(data, name="sample", format=reader, host=host)
    except ReadError as refused:
        told = refused.code
    else:
        assert reading.reconciliation.adds_up
        return reading
    assert told in KNOWN
    return None


@pytest.mark.parametrize("reader", SAMPLES)
def test_samples_are_read_as_they_are(host, reader):
    reading = cb.read(SAMPLES[reader].encode(), name="sample", format=reader, host=host)
    asked, answered = READ[reader]
    assert [question.id for question in reading.questionnaire.questions] == asked
    assert [answer.value for response in reading.responses for answer in response] == answered


@pytest.mark.parametrize("reader", SAMPLES)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_mutated_samples(host, reader, data):
    content = bytearray(SAMPLES[reader].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        end = place + data.draw(st.integers(0, 12))
        content[place:end] = data.draw(st.binary(max_size=8) | st.sampled_from(TOKENS))
        if not content:
            return
    _read(host, reader, bytes(content))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), _VALUES))
def test_any_json_object_is_a_submission(host, value):
    data = json.dumps([{"_submission_time": "x", **value}]).encode()
    reading = _read(host, "kobo-json", data)
    assert reading is None or [sheet.rows_in for sheet in reading.reconciliation.sheets] == [1]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(["type", "name", "label", "required", "relevant"]), _VALUES), max_size=4)
)
def test_any_rows_of_a_survey_are_a_form(host, rows):
    reading = _read(host, "kobo-json", json.dumps({"content": {"survey": rows}}).encode())
    assert reading is None or not reading.responses
