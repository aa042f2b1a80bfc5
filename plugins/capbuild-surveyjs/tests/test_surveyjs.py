"""Definitions and responses of SurveyJS."""

import datetime
import json
from pathlib import Path

import capbuild_surveyjs
import pytest

from capbuild.errors import ReadError
from capbuild.model import Missing
from capbuild.testing import read_items

SAMPLES = Path(__file__).parent / "samples"
NEEDS = SAMPLES / "needs.json"
(READER,) = capbuild_surveyjs.register_readers()


def read(data, path=None, **options):
    made = json.dumps(data) if isinstance(data, dict | list) else data
    found = read_items(READER, path or made, "a.json", **options)
    return found.form, list(found.responses), list(found.issues)


@pytest.fixture(scope="module")
def needs():
    return read(None, NEEDS)[0]


@pytest.fixture(scope="module")
def responses():
    return read((SAMPLES / "needs_responses.json").read_bytes(), definition=NEEDS)


def answers(response):
    return {(a.question, a.repeat) if a.repeat else a.question: a.value for a in response}


def test_a_definition_is_a_questionnaire(needs):
    assert [q.id for q in needs.questions] == [
        "country", "contact", "law", "law_year", "units", "units-Comment", "ready", "size", "order", "thanks", "skill",
        "skill.law", "skill.lab", "staff", "staff.police.now", "staff.police.count", "staff.police.trained", "budget",
        "budget.low", "budget.high", "courses.title", "courses.days.topic", "custom",
    ]  # fmt: skip
    assert needs.title.get("es") == "Necesidades de las unidades"
    assert needs.languages == ("en", "es")
    assert [(group.id, group.parent, group.repeat) for group in needs.groups] == [
        ("unit", None, False), ("skills", None, False), ("grids", "skills", False), ("courses", "skills", True),
        ("courses.days", "courses", True),
    ]  # fmt: skip
    assert [q.type.value for q in needs.questions][:10] == [
        "select one", "text", "boolean", "date", "select multiple", "text", "integer", "select one", "ranking", "note"
    ]  # fmt: skip


def test_choices_texts_and_limits(needs):
    units = needs["units"].choices
    assert [(c.code, c.label.source) for c in units] == [
        ("cert", "CERT"), ("2", "2"), ("3", "Lab"), ("none", "None"), ("other", "Other")
    ]  # fmt: skip
    assert (units[3].exclusive, units[4].other, needs["size"].choice("dontknow").missing) == (
        True, True, Missing.DONT_KNOW
    )  # fmt: skip
    assert (needs["ready"].minimum, needs["ready"].maximum) == (0, 10)
    assert needs["country"].choice("PE").label.get("es") == "Perú"
    assert (needs["country"].required, needs["contact"].personal.value, needs["law_year"].hint.source) == (
        True, "e-mail", "as published"
    )  # fmt: skip
    assert [(c.code) for c in needs["staff.police.now"].choices] == ["few", "many"]
    assert needs["staff.police.count"].text.source == "police: count"
    assert (needs["skill.lab"].text.source, needs["skill.lab"].parent) == ("Laboratory", "skill")


def test_conditions_of_pages_and_questions_are_joined(needs):
    assert (needs["law_year"].skip.expression, needs["law_year"].skip.questions) == ("{law} = true", ("law",))
    assert needs["skill.law"].skip.expression == "{unit_kinds} notempty"
    survey = {"pages": [{"name": "p", "visibleIf": "{a} = 1", "elements": [
        {"type": "text", "name": "a"}, {"type": "text", "name": "b", "visibleIf": "{a} > 0"},
        {"type": "text", "name": "c", "visible": False}]}]}  # fmt: skip
    form = read(survey)[0]
    assert form["b"].skip.expression == "({a} = 1) and ({a} > 0)"
    assert form["c"].skip.expression == "({a} = 1) and (false)"


def test_responses_are_typed_by_the_definition(responses):
    form, found, _ = responses
    assert answers(found[0]) == {
        "HappendAt": "2016-03-31T09:00:00Z", "country": "JM", "contact": "a@example.org", "law": True,
        "law_year": datetime.date(2015, 2, 1), "units": ("cert", "3", "other"), "units-Comment": "Customs", "ready": 0,
        "size": Missing.DONT_KNOW, "order": ("tools", "law", "staff"), "skill.law": "2", "skill.lab": "1",
        "staff.police.now": "few", "staff.police.count": 12, "staff.police.trained": False, "budget.low": "1",
        "budget.high": Missing.NO_ANSWER, ("courses.title", 1): "Law", ("courses.days.topic", 1): "acts",
        ("courses.days.topic", 2): "courts", ("courses.days/_parent_index", 1): 1,
        ("courses.days/_parent_index", 2): 1, ("courses.title", 2): Missing.NO_ANSWER, ("courses.title", 3): "Lab",
        ("courses.days.topic", 3): "disks", ("courses.days/_parent_index", 3): 3,
        "custom.min": 3, "custom.max": 9, "extra": "left over",
    }  # fmt: skip
    assert [response.place for response in found] == ["Jamaica", "Peru", "Peru"]
    assert found[0].submitted == datetime.datetime(2016, 3, 31, 9, tzinfo=datetime.UTC)
    assert form["extra"].inferred
    assert form["courses.days/_parent_index"].group == "courses.days"


def test_absent_answers_were_hidden_or_not_given(responses):
    _, found, issues = responses
    second, third = answers(found[1]), answers(found[2])
    assert (second["law_year"], third["law_year"]) == (Missing.NOT_ASKED, Missing.NO_ANSWER)
    assert (second["skill.law"], third["budget.low"]) == (Missing.NOT_ASKED, Missing.NO_ANSWER)
    assert (second["ready"], third["size"], third["skill/value"]) == ("many", "huge", "n/a")
    assert [issue.code for issue in issues].count("CB201") == 2


def test_a_definition_beside_the_responses_is_used():
    _, found, issues = read(None, SAMPLES / "needs_responses.json")
    assert found[0]["law"].value is True
    assert [issue.message for issue in issues if issue.code == "CB126"] == [
        "a.json is read with needs.json, found beside it"
    ]


def test_without_a_definition_questions_are_drafted():
    form, found, _ = read({"data": [{"id": "7", "a": 1, "many": ["x", "y"], "m": {"r": True}}, "odd", {"a": 2.5}]})
    assert [(q.id, q.type.value) for q in form.questions] == [
        ("id", "integer"), ("a", "decimal"), ("many", "select multiple"), ("m.r", "boolean")
    ]  # fmt: skip
    assert [response.id for response in found] == ["7", "3"]


def test_values_that_are_shared_boolean_codes_and_image_choices():
    survey = {"elements": [
        {"type": "boolean", "name": "law", "valueTrue": "Y", "valueFalse": "N", "labelTrue": "In force"},
        {"type": "imagepicker", "name": "pick", "multiSelect": True, "choices": [{"value": "a"}]},
        {"type": "paneldynamic", "name": "one", "valueName": "list", "templateElements": [{"name": "x"}]},
        {"type": "paneldynamic", "name": "two", "valueName": "list", "templateElements": [{"name": "y"}]},
        {"type": "dropdown", "name": "again", "choicesFromQuestion": "pick"},
        {"type": "text", "name": "x"},
    ]}  # fmt: skip
    definition = json.dumps(survey).encode()
    data = [{"law": "Y", "pick": ["a"], "list": [{"x": "1", "y": "2"}], "again": "a", "x": "top"}]
    form, found, issues = read(data, definition=definition)
    assert [c.label.source for c in form["law"].choices] == ["In force", "No"]
    assert answers(found[0]) == {
        "law": "Y", "pick": ("a",), ("one.x", 1): "1", ("two.y", 1): "2", "again": "a", "x": "top"
    }  # fmt: skip
    assert [issue.code for issue in issues] == ["CB104"]


@pytest.mark.parametrize("data", [b"{}", b"[]", b"[1, 2]", b'"x"', b"null", b'{"data": []}'])
def test_files_that_hold_neither_are_refused(data):
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.code == "SJS1"


def test_a_definition_that_is_none_is_refused():
    with pytest.raises(ReadError, match="not a SurveyJS definition"):
        read([{"a": 1}], definition=b"{}")
