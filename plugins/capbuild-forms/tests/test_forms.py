"""Forms and responses of Typeform and Formbricks."""

import datetime
import json
from pathlib import Path

import capbuild_forms
import pytest

from capbuild.errors import ReadError
from capbuild.model import Missing, QuestionType
from capbuild.testing import read_items

SAMPLES = Path(__file__).parent / "samples"
READERS = {reader.name: reader for reader in capbuild_forms.register_readers()}


def read(reader, name, data=None, **options):
    found = read_items(READERS[reader], data or SAMPLES / f"{name}.json", f"{name}.json", **options)
    return found.form, list(found.responses), list(found.issues)


def content(name):
    return (SAMPLES / f"{name}.json").read_bytes()


def answers(response):
    return {answer.question: answer.value for answer in response}


def test_a_typeform_form_is_a_questionnaire():
    form, responses, _ = read("typeform", "typeform_form")
    assert [(q.id, q.type.value, q.group, q.parent) for q in form.questions] == [
        ("contact", "text", None, None), ("units", "select multiple", None, None),
        ("units.other", "text", None, "units"), ("law", "boolean", None, None), ("count", "decimal", "staff", None),
        ("since", "date", "staff", None), ("ready", "integer", None, None), ("skill", "note", None, None),
        ("skill_law", "select one", None, "skill"), ("order", "ranking", None, None), ("plan", "file", None, None),
        ("size", "select one", None, None), ("thanks", "note", None, None), ("country", "text", None, None),
    ]  # fmt: skip
    assert [(c.code, c.label.source, c.other) for c in form["units"].choices] == [
        ("cert", "CERT", False), ("lab", "Lab", False), ("other", "Other", True)
    ]  # fmt: skip
    assert (form["ready"].minimum, form["ready"].maximum, form["count"].minimum) == (1, 5, 0)
    assert (form["contact"].required, form["contact"].personal.value) == (True, "e-mail")
    assert (form.id, form.languages, form["units"].hint.source, responses) == ("tf1", ("en",), "Choose all", [])


def test_typeform_responses_are_typed_by_the_form():
    form, (first, second), issues = read("typeform", "typeform_responses")
    assert answers(first) == {
        "contact": "a@example.org", "units": ("cert", "other"), "units.other": "Customs", "law": False, "count": 12,
        "since": datetime.date(2015, 2, 1), "ready": 4, "skill_law": "high", "order": ("o-staff", "o-law"),
        "plan": "https://example.org/plan.pdf", "size": "s2", "country": "Jamaica", "calculated.score": 3,
        "metadata.user_agent": "Browser 1.0", "metadata.network_id": "abc", "metadata.platform": "other",
        "variables.points": 7,
    }  # fmt: skip
    assert (first.id, first.place, first.questionnaire, first.status.value) == ("r1", "Jamaica", "tf1", "submitted")
    assert first.submitted == datetime.datetime(2016, 3, 31, 9, tzinfo=datetime.UTC)
    assert (second.id, second.place, second.status.value, second.submitted) == ("t2", "Peru", "partial", None)
    assert second.date == datetime.date(2016, 4, 1)
    assert second["units"].value is Missing.NO_ANSWER
    assert [issue.code for issue in issues if issue.code in ("CB201", "CB126")] == ["CB126"]
    assert form["metadata.network_id"].personal.value == "network address"


def test_choices_are_found_by_their_ids():
    data = json.loads(content("typeform_responses"))
    answered = {answer["field"]["ref"]: answer for answer in data["items"][0]["answers"]}
    answered["units"]["choices"] = {"ids": ["c2"], "labels": ["Laboratory, as it was called"]}
    answered["order"]["choices"] = {"ids": ["o2", "o1"]}
    definition = content("typeform_form")
    _, (first, _), issues = read("typeform", "ids", json.dumps(data).encode(), definition=definition)
    assert (first["units"].value, first["units"].raw) == (("lab",), '["c2"]')
    assert (first["order"].value, first["skill_law"].raw) == (("o-staff", "o-law"), "h1")
    assert "CB201" not in [issue.code for issue in issues]


def test_a_webhook_has_its_own_form():
    response = json.loads(content("typeform_responses"))["items"][0]
    definition = json.loads(content("typeform_form"))
    del definition["fields"][1]["properties"]["allow_other_choice"]
    data = {"event_type": "form_response", "form_response": {**response, "definition": definition}}
    form, (found,), issues = read("typeform", "webhook", json.dumps(data).encode())
    assert answers(found)["units"] == ("cert", "other")
    assert (answers(found)["units.other"], form["units.other"].parent) == ("Customs", "units")
    assert "CB201" not in [issue.code for issue in issues]


def test_typeform_responses_without_a_form_are_drafted():
    form, (first, _), _ = read("typeform", "draft", content("typeform_responses"))
    assert form.inferred
    assert (first["units"].value, first["size"].value, first["ready"].value) == (("CERT", "other"), "large", 4)
    assert form["order"].type is QuestionType.SELECT_MULTIPLE


def test_a_formbricks_survey_is_a_questionnaire():
    form, responses, _ = read("formbricks", "formbricks_survey")
    assert [(q.id, q.type.value, q.group) for q in form.questions if not q.parent] == [
        ("q1", "text", "b1"), ("q2", "select multiple", "b1"), ("q3", "note", "b2"), ("q4", "integer", "b2"),
        ("q5", "note", "b2"), ("q6", "decimal", None), ("q7", "date", None), ("q8", "select one", None),
        ("q9", "select one", None), ("q10", "ranking", None), ("q11", "integer", None), ("unit", "text", None),
    ]  # fmt: skip
    assert [q.id for q in form.questions if q.parent] == [
        "q3.r1", "q3.r2", "q5.firstName", "q5.lastName", "q5.email", "q5.phone", "q5.company"
    ]  # fmt: skip
    assert (form["q1"].text.get("es"), form["q2"].text.source, form["q2"].hint.source) == (
        "País", "Which units exist?", "Choose all"
    )  # fmt: skip
    assert [(c.code, c.other, c.exclusive) for c in form["q2"].choices] == [
        ("c1", False, False), ("c2", False, False), ("other", True, False), ("none", False, True)
    ]  # fmt: skip
    assert (form["q4"].maximum, form["q11"].maximum, form.languages, responses) == (7, 10, ("en", "es"), [])


def test_formbricks_responses_are_typed_by_the_survey():
    form, (first, second), issues = read("formbricks", "formbricks_responses")
    no_answer = Missing.NO_ANSWER
    assert answers(first) == {
        "q1": "Jamaica", "q2": ("c1", "c2", "Customs"), "q3.r1": "k2", "q3.r2": no_answer, "q4": 6,
        "q5.firstName": "Ana", "q5.lastName": no_answer, "q5.email": "a@example.org", "q5.phone": no_answer,
        "q5.company": no_answer, "q6": 12, "q7": datetime.date(2015, 2, 1), "q8": "accepted", "q9": "p1",
        "q10": ("o2", "o1"), "q11": Missing.NOT_ASKED, "unit": "U-7", "extra": "left over", "variables.points": 3,
        "meta.source": "link", "meta.userAgent.browser": "Browser", "meta.userAgent.os": "System", "tags": ("checked",),
    }  # fmt: skip
    assert (first.id, first.place, first.language, first.questionnaire) == ("r1", "Jamaica", "es", "sv1")
    assert first.submitted == datetime.datetime(2016, 3, 31, 9, tzinfo=datetime.UTC)
    assert (second.status.value, second.language, second["q4"].value) == ("partial", None, "many")
    assert (second["q2"].value, second["q3.r1"].value) == (no_answer, Missing.NOT_ASKED)
    assert {"CB126", "FRM3", "CB201"} <= {issue.code for issue in issues}
    assert form["extra"].inferred


def test_without_times_nobody_knows_what_was_shown():
    data = {"data": [{"id": "r1", "surveyId": "sv1", "finished": True, "data": {"q1": "Peru"}}]}
    _, (found,), _ = read("formbricks", "a", json.dumps(data).encode(), definition=content("formbricks_survey"))
    assert (found["q2"].value, found["q11"].value, found["unit"].value) == (Missing.NO_ANSWER,) * 3


def test_of_several_surveys_the_first_is_read():
    survey = json.loads(content("formbricks_survey"))["data"]
    form, _, issues = read("formbricks", "a", json.dumps({"data": [survey, {**survey, "id": "sv2"}]}).encode())
    assert (form.id, [issue.code for issue in issues]) == ("sv1", ["CB136", "FRM4"])


@pytest.mark.parametrize("reader", ["typeform", "formbricks"])
@pytest.mark.parametrize("data", [b"{}", b"[]", b"[1]", b'"x"', b'{"data": []}', b'{"items": []}', b'{"data": {}}'])
def test_files_that_hold_neither_are_refused(reader, data):
    with pytest.raises(ReadError) as caught:
        read(reader, "a", data)
    assert caught.value.code == {"typeform": "TYP1", "formbricks": "FBR1"}[reader]


@pytest.mark.parametrize("reader", ["typeform", "formbricks"])
def test_a_definition_that_is_none_is_refused(reader):
    with pytest.raises(ReadError, match="does not define a form"):
        read(reader, f"{reader}_responses", definition=b"{}")
