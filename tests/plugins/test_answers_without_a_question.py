"""Answers that no question of the form has, and dates that cannot be read, are issues of every format."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.documents import dumps
from capbuild.model import Answer, Question, Questionnaire, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, Host, Reader, hookimpl

NAMES = st.sampled_from("abcde")


def hosting(items):
    claim = Claim(Confidence.SIGNATURE, "it is the only file")
    made = Reader(name="made", title="Made", sniff=lambda _: claim, read=lambda *_: iter(items))
    plugin = SimpleNamespace(register_readers=hookimpl(lambda: [made]))
    return Host(plugins={"made": plugin}, discover=False)


def lost(issues):
    return [str(one.origin) for one in issues if one.code == "CB131"]


@given(asked=st.sets(NAMES), rows=st.lists(st.lists(NAMES, unique=True), max_size=3), last=st.booleans())
def test_each_question_that_is_not_in_the_form_is_an_issue_at_its_first_answer(asked, rows, last):
    form = Questionnaire(id="f", title="F", questions=[Question(id=name, text=name) for name in sorted(asked)])
    responses = [
        Response(
            id=str(row),
            answers=[Answer(name, "yes", origin=Origin("x", row=row, column=at)) for at, name in enumerate(names, 1)],
        )
        for row, names in enumerate(rows, 1)
    ]
    expected = {}
    for response in responses:
        for answer in response.answers:
            if answer.question not in asked:
                expected.setdefault(answer.question, str(answer.origin))
    items = [*responses, form] if last else [form, *responses]
    reading = cb.read(b"x", name="x", host=hosting(items))
    assert lost(reading.issues) == list(expected.values())
    assert lost(cb.scan(b"x", name="x", host=hosting(items)).issues) == list(expected.values())
    assert lost(cb.read(b"x", name="x", host=hosting(responses)).issues) == []  # without a form there is none to miss
    saved = dumps(Survey(file="x", format="made", questionnaire=form, responses=responses, issues=reading.issues))
    assert lost(cb.read(saved.encode(), name="x.json").issues) == list(expected.values())  # and not twice


@pytest.mark.parametrize("text", ["someday", "31-31-2016"])
@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("k.json", '[{"_id": 1, "_uuid": "u", "_submission_time": "@", "country": "Peru"}]', "$[0]._submission_time"),
        ("o.csv", "SubmissionDate,country,q1,KEY\n2016-03-01,Peru,1,uuid:1\n@,Cuba,2,uuid:2\n", "A3"),
        ("s.json", '[{"country": "Peru", "HappendAt": "@", "instanceId": "x", "q": 1}]', "HappendAt"),
        ("a.csv", "country,date,Q1\nPeru,2016-03-01,3\nChile,@,4\nCuba,2016-03-02,5\nHaiti,2016-03-03,5\n", "B3"),
    ],
)
def test_a_date_that_cannot_be_read_is_an_issue_at_its_cell(name, content, place, text):
    options = {"format": "surveyjs"} if name == "s.json" else {}
    reading = cb.read(content.replace("@", text).encode(), name=name, **options)
    found = [one for one in reading.issues if one.code == "CB201" and text in one.message]
    assert [str(one.origin).endswith(place) for one in found] == [True], [str(one) for one in reading.issues]
    assert found[0].remedy
    assert not lost(reading.issues)
    asked = {question.id for question in reading.questionnaire.questions}
    assert {answer.question for response in reading.responses for answer in response.answers} <= asked


@pytest.mark.parametrize("product", ["typeform", "formbricks"])
def test_dates_of_forms_are_read_or_reported_at_their_key(product):
    record = {
        "typeform": {"items": [{"response_id": "1", "submitted_at": "@", "answers": []}]},
        "formbricks": {
            "data": [{"id": "1", "finished": True, "updatedAt": "@", "data": {"q": "Peru"}, "surveyId": "s"}]
        },
    }[product]
    key = {"typeform": "$.items[0].submitted_at", "formbricks": "$.data[0].updatedAt"}[product]
    reading = cb.read(json.dumps(record).replace("@", "someday").encode(), name="r.json", format=product)
    assert [one.origin.path for one in reading.issues if "someday" in one.message] == [key]
    again = cb.read(json.dumps(record).replace("@", "2016-03-01T09:00:00Z").encode(), name="r.json", format=product)
    assert [response.date.isoformat() for response in again.responses] == ["2016-03-01"]
