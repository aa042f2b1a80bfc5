"""Examples of the API of Formbricks and a webhook of Typeform, where the corpus is present: counted by `json` alone."""

import json

import pytest

import capbuild as cb
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()


def read(path, reader):
    reading = cb.read(path, host=HOST)
    assert reading.format == reader
    assert reading.reconciliation.adds_up
    return reading


def test_surveys_have_their_questions_and_choices(corpus, capsys):
    right = 0
    paths = sorted((corpus / "formats" / "formbricks").glob("survey*_x.json"))
    for path in paths:
        data = json.loads(path.read_text("utf-8"))["data"]
        survey = data[0] if isinstance(data, list) else data
        form = read(path, "formbricks").questionnaire
        assert [(q.id, q.text.source, q.required) for q in form.questions] == [
            (q["id"], q["headline"]["default"], q["required"]) for q in survey["questions"]
        ]
        assert [[c.code for c in q.choices] for q in form.questions] == [
            [c["id"] for c in q.get("choices", ())] for q in survey["questions"]
        ]
        right += 1
    with capsys.disabled():
        print(f"\nformbricks: {right}/{len(paths)} surveys read rightly")
    assert right == 3


def scalars(value):
    """Yield the values below a detail: what is no object, and not blank."""
    if isinstance(value, dict):
        for part in value.values():
            yield from scalars(part)
    elif value not in (None, "", []):
        yield value


def test_responses_have_their_values(corpus, capsys):
    right = values = 0
    paths = sorted((corpus / "formats" / "formbricks").glob("response*_x.json"))
    for path in paths:
        data = json.loads(path.read_text("utf-8"))["data"]
        records = data if isinstance(data, list) else [data]
        reading = read(path, "formbricks")
        assert [response.id for response in reading.responses] == [record["id"] for record in records]
        for record, response in zip(records, reading.responses, strict=True):
            assert response.status.value == ("submitted" if record["finished"] else "partial")
            assert response.date.isoformat() == record["updatedAt" if record["finished"] else "createdAt"][:10]
            details = [record.get(key) for key in ("data", "variables", "meta", "person", "personAttributes", "tags")]
            wanted = sorted(str(value) for part in details for value in scalars(part))
            found = [answer for answer in response if not answer.is_missing]
            texts = sorted(str(list(a.value) if isinstance(a.value, tuple) else a.raw or a.value) for a in found)
            assert texts == wanted, response.id
            values += len(wanted)
        right += 1
    with capsys.disabled():
        print(f"\nformbricks: {right}/{len(paths)} files of responses, {values} values read rightly")
    assert right == 2


def test_the_webhook(corpus):
    path = corpus / "formats" / "synthetic" / "typeform_webhook.json"
    sent = json.loads(path.read_text("utf-8"))["form_response"]
    reading = read(path, "typeform")
    (response,) = reading.responses
    fields = sent["definition"]["fields"]
    assert [q.id for q in reading.questionnaire.questions if q.parent is None][:3] == [f["ref"] for f in fields]
    assert (response["units"].value, response["units.other"].value) == (("c1", "other"), "CERT")
    assert (response["law"].value, response["score"].is_missing, response.place) == (False, True, "GY")
    assert (response.id, response.submitted.isoformat()) == (sent["token"], "2016-03-01T13:20:00+00:00")
