"""Numbers beyond what a computer counts with, in every reader of JSON: kept as written, and reported."""

import json

import pytest

import capbuild as cb
from benchmarks.growing_files import FHIR, FORMBRICKS, KOBO, TYPEFORM
from capbuild.errors import ReadError

GIVEN = '"type": "text", "text": "yes"'
FILES = {
    "json-lines": ("a.jsonl", '{"country":"Peru","Q1":"?"}\n{"country":"Chile","Q1":2}\n'),
    "kobo-json": ("a.json", json.dumps({"results": [{**KOBO, "Q1": "?"}]})),
    "typeform": ("a.json", json.dumps({"items": [TYPEFORM]}).replace(GIVEN, '"type": "number", "number": "?"')),
    "fhir": ("a.json", json.dumps(FHIR).replace('"valueString": "yes"', '"valueDecimal": "?"')),
    "surveyjs": ("a.json", '[{"country":"Peru","Q1":"?"}]'),
    "formbricks": ("a.json", json.dumps({"data": [{**FORMBRICKS, "data": {"q1": "?"}}]})),
    "qualtrics": ("a.json", '{"responses":[{"responseId":"R_1","values":{"QID1":"?","startDate":"2024-01-01"}}]}'),
}


@pytest.mark.parametrize("reader", FILES)
@pytest.mark.parametrize("number", ["1e999", "-1E+400"])
def test_a_number_too_large_is_kept_as_written_and_reported(reader, number):
    name, text = FILES[reader]
    reading = cb.read(text.replace('"?"', number).encode(), name=name, format=reader)
    values = [str(answer.value) for response in reading.responses for answer in response.answers]
    assert number in values
    assert not {"inf", "-inf", "Infinity", "-Infinity"} & set(values)
    assert any(issue.code == "CB201" and number in issue.message for issue in reading.issues)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"a": [1,\n2 3]}', "CB128", "line 2 column 3"),
        ('[{"country": "Peru"', "CB128", "line 1 column 20"),
        ("[" * 5000 + "]" * 5000, "CB118", "nests deeper"),
        ('{"name": "thing", "version": 1, "files": []}', "CB101", "valid JSON, but no table"),
    ],
)
def test_json_that_nobody_reads_says_why(text, code, message):
    with pytest.raises(ReadError, match=message) as caught:
        cb.read(text.encode(), name="a.json")
    assert caught.value.code == code
