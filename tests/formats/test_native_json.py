"""Native documents come back as they went out; hostile ones end in one clear error."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.documents import dumps
from capbuild.errors import ReadError
from capbuild.formats.json_files.native_json import register_readers
from capbuild.model import (
    Answer,
    Country,
    Issue,
    Missing,
    Question,
    Questionnaire,
    Reconciliation,
    Response,
    SheetReconciliation,
    Survey,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile, NoOptions

READER = register_readers()[0]

RESPONSE = Response(
    id="1", place="Belize", answers=[Answer("q1", Missing.DONT_KNOW, "?", origin=Origin("a.csv", row=2))]
)
FORM = Questionnaire(id="f", title="Form", questions=[Question(id="q1", text="Why?")])
ISSUE = Issue(code="CB104", severity="warning", message="no column names a country")
ACCOUNT = SheetReconciliation(rows_in=1, rows_out=1, cells=1, absent={"don't know": 1})


def read(data):
    text = data if isinstance(data, bytes) else data.encode()
    return list(READER.read(InputFile("a.json", data=text), NoOptions()))


def claim(data):
    return READER.sniff(InputFile("a.json", data=data.encode()))


def test_a_reading_comes_back_in_its_parts():
    reading = Survey(
        file="a.csv",
        format="csv",
        questionnaire=FORM,
        responses=[RESPONSE],
        issues=Survey(file="a", format="b").issues + type(Survey(file="a", format="b").issues)([ISSUE]),
        reconciliation=Reconciliation(sheets=[ACCOUNT]),
    )
    items = read(dumps(reading))
    assert items == [FORM, RESPONSE, ISSUE, ACCOUNT]
    assert items[1].answers[0].origin == Origin("a.csv", row=2)


@pytest.mark.parametrize("value", [RESPONSE, FORM])
def test_a_response_or_a_form_alone(value):
    assert read(dumps(value)) == [value]
    assert claim(dumps(value)).confidence.name == "SIGNATURE"


def test_survey_data_only():
    country = dumps(Country(alpha_2="BZ", alpha_3="BLZ", name="Belize"))
    assert claim(country) is None
    with pytest.raises(ReadError) as caught:
        read(country)
    assert caught.value.code == "CB012"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"kind": "survey"}', '{"capbuild": 1}', "country,Q1\n", "<a/>"])
def test_what_it_does_not_claim(text):
    assert claim(text) is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("[" * 200_000, "CB118"),
        ('{"a":' * 5000, "CB118"),
        ("{", "CB013"),
        ("", "CB013"),
        (b"\xff\xfe", "CB013"),
        ('{"capbuild": "9.0", "kind": "survey", "data": {}}', "CB011"),
        ('{"capbuild": "1.0", "kind": "survey", "data": {"file": "a", "formt": "csv"}}', "CB010"),
        (json.dumps({"capbuild": "1.0", "kind": "survey", "data": "[[[["}), "CB010"),
    ],
)
def test_bad_documents(data, code):
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.code == code


def test_brackets_inside_texts_do_not_nest():
    response = Response(id="1", answers=[Answer("q", "[" * 500 + '\\"' + "{" * 500)])
    assert read(dumps(response)) == [response]


@settings(deadline=None, max_examples=100)
@given(
    data=st.binary(max_size=60)
    | st.builds(
        lambda at, junk: (lambda text: text[:at] + junk + text[at + 1 :])(dumps(RESPONSE).encode()),
        st.integers(0, 150),
        st.binary(max_size=3),
    )
)
def test_mutated_documents_end_in_a_read_error_or_a_document(data):
    source = InputFile("a.json", data=data)
    READER.sniff(source)
    with suppress(ReadError):
        assert list(READER.read(source, NoOptions()))
