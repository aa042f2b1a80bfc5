"""Real surveys and responses, where the corpus is present: facts counted by `json` alone."""

import json
import re

import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()
EXTRA = {"hasOther", "hasNone", "showOtherItem", "showNoneItem"}
ROWS = {"matrix", "matrixdropdown", "multipletext"}


@pytest.fixture(scope="module")
def folder(corpus):
    return corpus / "formats" / "surveyjs"


def read(path):
    reading = cb.read(path, host=HOST)
    assert reading.format == "surveyjs"
    assert reading.reconciliation.adds_up
    return reading


def elements(node):
    for key in ("pages", "elements", "questions", "templateElements"):
        for element in node.get(key, ()):
            if key != "pages" and element["type"] != "panel":
                yield element
            yield from elements(element)


def test_definitions_have_their_questions_rows_and_choices(folder, capsys):
    right = questions = choices = 0
    paths = sorted(folder.glob("*.definition.json"))
    for path in paths:
        form = read(path).questionnaire
        definition = json.loads(path.read_text("utf-8"))
        groups = {group.id.rpartition(".")[2] for group in form.groups if group.repeat}
        wanted = cells = 0
        for element in elements(definition):
            name, kind = element["name"], element["type"]
            columns = element.get("columns", ())
            questions += 1
            if kind in ("paneldynamic", "matrixdynamic"):
                assert name in groups, (path.name, name)
                cells += len(columns)
                continue
            found = [q for q in form.questions if q.id == name or q.id.endswith(f".{name}")]
            assert len(found) == 1, (path.name, name)
            wanted += 1
            listed = [*element.get("choices", ()), *element.get("rateValues", ())] if kind not in ROWS else []
            codes = [
                str(choice["value"]) if isinstance(choice, dict) else str(choice).split("|")[0] for choice in listed
            ]
            extra = sum(element.get(key) is True for key in EXTRA)
            assert [choice.code for choice in found[0].choices][: len(codes)] == codes
            assert len(found[0].choices) == len(codes) + extra
            assert found[0].required == (element.get("isRequired") is True)
            assert ("visibleIf" in element) <= (found[0].skip is not None)
            choices += len(codes)
            rows = len(element.get("rows", ())) if kind != "comment" else 0
            cells += rows * (len(columns) if kind == "matrixdropdown" else 1) + len(element.get("items", ()))
        comments = sum(question.id.endswith("-Comment") for question in form.questions)
        assert len(form.questions) == wanted + cells + comments, path.name
        right += 1
    with capsys.disabled():
        print(f"\nsurveyjs: {right}/{len(paths)} definitions, {questions} questions, {choices} choices read rightly")
    assert (right, questions) == (14, 106)


def leaves(value, path):
    """Yield the place and value of each answer: what is no object, and lists that hold no objects."""
    if isinstance(value, dict):
        for key, part in value.items():
            step = f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f"[{key!r}]"
            yield from leaves(part, path + step)
    elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
        for place, part in enumerate(value):
            yield from leaves(part, f"{path}[{place}]")
    elif value not in (None, "", []):
        yield path, value


def test_every_value_is_the_answer_it_was(folder, capsys):
    right = values = 0
    paths = sorted(folder.glob("*.results.json"))
    for path in paths:
        data = json.loads(path.read_text("utf-8"))
        records, above = (data, "$") if isinstance(data, list) else (data["data"], "$.data")
        reading = read(path)
        assert len(reading.responses) == len(records), path.name
        for number, (record, response) in enumerate(zip(records, reading.responses, strict=True)):
            wanted = dict(leaves(record, f"{above}[{number}]"))
            found = {
                answer.origin.path: answer
                for answer in response
                if not answer.is_missing and not answer.question.endswith("/_parent_index")
            }
            assert found.keys() == wanted.keys(), (path.name, number)
            for place, answer in found.items():
                value, told = answer.value, wanted[place]
                texts = [list(value) if isinstance(value, tuple) else value, answer.raw, str(value), str(value).lower()]
                assert told in texts or str(told) in texts, (path.name, place)
            values += len(wanted)
        right += 1
    with capsys.disabled():
        print(f"\nsurveyjs: {right}/{len(paths)} files of responses, {values:,} values read rightly")
    assert right == 8


def test_what_is_hidden_was_not_asked(folder):
    responses = read(folder / "analytics__data.results.json").responses
    hobby = [r for r in responses if r.get("organization_type") and r["organization_type"].value == "Hobbyist"]
    assert all(r["developer_count"].value is Missing.NOT_ASKED for r in hobby)
    quiet = [r for r in responses if r["useproduct"].value == "No"]
    assert quiet
    assert {r["uselibraries"].value for r in quiet} == {Missing.NOT_ASKED}
