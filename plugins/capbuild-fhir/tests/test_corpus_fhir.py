"""Real Questionnaires and responses, where the corpus is present: facts counted by `json` and `xml.etree` alone."""

import datetime
import json
from xml.etree import ElementTree

import pytest

import capbuild as cb
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()
FHIR = "{http://hl7.org/fhir}"


@pytest.fixture(scope="module")
def folder(corpus):
    return corpus / "formats" / "fhir"


def read(path):
    reading = cb.read(path, host=HOST)
    assert reading.format == "fhir"
    assert reading.reconciliation.adds_up
    return reading


def files(folder, kind, suffix=".json"):
    for path in sorted(folder.glob(f"*{suffix}")):
        top = json.loads(path.read_text("utf-8")) if suffix == ".json" else ElementTree.parse(path).getroot()
        if (top["resourceType"] if suffix == ".json" else top.tag.removeprefix(FHIR)) == kind:
            yield path, top


def walk(part):
    for item in part.get("item", []):
        yield item
        yield from walk(item)
        for answer in item.get("answer", []):
            yield from walk(answer)


def test_questionnaires_have_their_items_and_options(folder, capsys):
    right = total = 0
    for path, top in files(folder, "Questionnaire"):
        items = list(walk(top))
        form = read(path).questionnaire
        asked = [i for i in items if i["type"] not in ("group", "display")]
        found = [q for q in form.questions if q.type.value != "note" and not q.id.endswith("/other")]
        assert len(found) == len(asked), path.name
        assert len(form.groups) == sum(i["type"] == "group" for i in items), path.name
        for item, question in zip(asked, found, strict=True):
            listed = [o.get("valueCoding", o) for o in item.get("answerOption", item.get("option", []))]
            codes = [c.get("code", c.get("display", c.get("valueString"))) for c in listed]
            total += 1
            right += (
                question.id.rpartition("/")[2] == item["linkId"].rpartition("/")[2]
                and (not item.get("text") or question.text.source == " ".join(item["text"].split()))
                and (not codes or [c.code for c in question.choices if not c.other] == list(dict.fromkeys(codes)))
            )
    with capsys.disabled():
        print(f"\nfhir: {right}/{total} questions right")
    assert right == total > 600


def shown(answer):
    """The value of an answer as its JSON has it."""
    value = next((v for k, v in answer.items() if k.startswith("value")), None)
    if isinstance(value, dict):
        return value.get("code", value.get("display")) if "value" not in value else value["value"]
    return value


def test_answers_of_responses_are_those_in_the_file(folder, capsys):
    right = total = 0
    for path, top in files(folder, "QuestionnaireResponse"):
        (response,) = read(path).responses
        stored = [str(shown(a) or a.get("valueReference", {}).get("reference", shown(a)))
                  for item in walk(top) for a in item.get("answer", [])]  # fmt: skip
        found = []
        for answer in response:
            if not answer.is_missing:
                values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
                found += [str(value) for value in values if value != "other"]
        total += len(stored)
        right += sum(a == b for a, b in zip(sorted(stored), sorted(found), strict=True))
        assert response.date == datetime.date.fromisoformat(top["authored"][:10]) if "authored" in top else True
    with capsys.disabled():
        print(f"\nfhir: {right}/{total} answers right")
    assert right == total > 80


def test_xml_has_what_the_same_file_in_json_has(folder):
    for release in ("r4", "r5"):
        one, two = (read(folder / f"{release}__questionnaire-example{suffix}").questionnaire
                    for suffix in (".json", ".xml"))  # fmt: skip
        assert (one.questions, one.groups) == (two.questions, two.groups)


def test_answers_in_xml_are_those_in_the_file(folder):
    for path, top in files(folder, "QuestionnaireResponse", ".xml"):
        values = [
            next(n.get("value") for tag in (".", "value", "code") for n in node.findall(tag, {"": FHIR[1:-1]})
                 if n.get("value"))
            for answer in top.iter(f"{FHIR}answer") for node in answer if node.tag.startswith(f"{FHIR}value")
        ]  # fmt: skip
        (response,) = read(path).responses
        found = [a.raw or str(a.value) for a in response if not a.is_missing]
        assert found == values, path.name
