"""Whatever lies in a file, it is read or refused, and the account adds up."""

import csv
import io

import pytest
from capbuild_sheets import draft_layout
from capbuild_sheets.forms.products import DIALECTS
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from capbuild.errors import ReadError

WORDS = [
    "Country",
    "Question",
    "Score",
    "Jamaica",
    "Belize",
    "Haiti",
    "n/a",
    "2-3",
    "4 ",
    "",
    "Note: draft",
    "Évaluation",
]
CELLS = st.none() | st.sampled_from(WORDS) | st.integers(-5, 3000) | st.floats(-9, 9) | st.booleans() | st.dates()
TABLES = st.lists(st.lists(CELLS, max_size=6), max_size=9)
AREAS = st.lists(st.sampled_from(["A1:B1", "A1:A2", "B2:C2", "A3:A5", "A2:F2", "C1:D3"]), max_size=2, unique=True)

HEADS = {
    "microsoft-forms": ["ID", "Start time", "Completion time", "Email", "Name"],
    "google-forms": ["Timestamp"],
    "surveymonkey": ["Respondent ID", "Collector ID", "Start Date", "End Date"],
    "survey123": ["ObjectID", "GlobalID", "CreationDate", "ParentGlobalID"],
    "surveycto": ["SubmissionDate", "formdef_version", "KEY"],
}
ASKED = [
    "Q",
    "Q [a]",
    "Q [b]",
    "Q.a",
    "Q.b",
    "Q - a",
    "Q - b",
    "Q - Other",
    "",
    "q_1",
    "q_2",
    "q_3",
    "Units (tick all)",
]
ANSWERS = ["", "", "1", "2", "0", "a", "b", "a;", "a;b;", "a, b", "1 2", "a,b", "n/a", "2016-03-01", '"', "é\n"]


@settings(max_examples=150)
@examples(TABLES, AREAS)
def test_any_sheet_is_accounted_for(make, read, table, areas):
    data = make({"Sheet": table, "Belize": table[::-1]}, {"Sheet": areas, "Belize": areas})
    try:
        reading = read(data)
    except ReadError:
        return
    assert reading.reconciliation.adds_up
    read_sheets = [s for s in reading.reconciliation.sheets if not s.skipped]
    assert {r.origin.sheet for r in reading.responses} <= {s.sheet for s in read_sheets}


@settings(max_examples=60)
@examples(TABLES, AREAS)
def test_any_draft_is_a_layout_that_reads(make, read, given, table, areas):
    data = make({'She"et': table}, {'She"et': areas})
    layout = draft_layout(given(data))
    try:
        reading = read(data, layout=layout)
    except ReadError:
        return
    assert reading.reconciliation.adds_up


def test_each_dialect_is_tried():
    assert set(HEADS) == {dialect.name for dialect in DIALECTS}


@pytest.mark.parametrize("name", HEADS)
@settings(max_examples=60)
@examples(st.data())
def test_any_export_is_accounted_for(host, name, data):
    headers = HEADS[name] + data.draw(st.lists(st.sampled_from(ASKED), max_size=6))
    rows = data.draw(st.lists(st.lists(st.sampled_from(ANSWERS), max_size=len(headers) + 1), max_size=8))
    out = io.StringIO()
    csv.writer(out).writerows([headers, *rows])
    reading = host_read(host, out.getvalue().encode("utf-8"), name)
    assert reading.reconciliation.adds_up
    assert len(reading.responses) == reading.reconciliation.sheets[-1].rows_out
    known = {question.id for question in reading.questionnaire.questions}
    assert {answer.question for response in reading.responses for answer in response} <= known


@pytest.mark.parametrize("name", HEADS)
@settings(max_examples=40)
@examples(st.binary(max_size=200))
def test_any_bytes_end_in_a_read_error_or_a_reading(host, name, tail):
    try:
        reading = host_read(host, ",".join(HEADS[name]).encode() + b"\n" + tail, name)
    except ReadError:
        return
    assert reading.reconciliation.adds_up


def host_read(host, data, name):
    import capbuild as cb

    return cb.read(data, name="x.csv", host=host, format=name)
