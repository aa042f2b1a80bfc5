"""Questionnaires and responses of FHIR, on made samples."""

import datetime
import json

import pytest
from capbuild_fhir.reader import sniff

import capbuild.io
from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, ResponseStatus
from capbuild.plugins import InputFile, ReadLimits

TYPES = {
    "country": "text", "law": "select one", "since": "date", "units": "select multiple", "units/other": "text",
    "staff": "integer", "mandate": "boolean", "email": "text", "langs": "text", "topic": "text", "length": "decimal",
    "visit/topic": "text", "thanks": "note",
}  # fmt: skip
FIRST = {
    "country": "Jamaica", "law": "y", "since": datetime.date(2015, 12, 1), "units": ("lab", "cert", "other"),
    "units/other": "Ministry", "staff": 12, "mandate": True, "email": "a@example.org", ("langs", 1): "es",
    ("langs", 2): "en", ("topic", 1): "Forensics", ("length", 1): 7.5, ("topic", 2): "Law", ("length", 2): 3,
    "visit/topic": "Budget",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_a_questionnaire_has_its_questions(read, made, in_xml, kind):
    form = read(made["form"] if kind == "json" else in_xml["form"]).form
    assert {q.id: q.type.value for q in form.questions} == TYPES
    assert (form.id, form.version, form.title.source, form.languages) == ("needs", "2", "Training needs", ("en", "es"))
    law = form["law"]
    assert [(c.code, c.label.source, c.missing) for c in law.choices] == [
        ("y", "Yes", None), ("n", "No", None), ("u", "Don't know", Missing.DONT_KNOW)
    ]  # fmt: skip
    assert (law.text.get("es"), law.hint.source) == ("¿Hay una ley?", "A law in force.")
    since = form["since"]
    assert (since.parent, since.skip.expression, since.skip.questions) == ("law", "law = y", ("law",))
    assert [(c.code, c.other) for c in form["units"].choices] == [("lab", False), ("cert", False), ("other", True)]
    assert (form["units/other"].parent, form["staff"].minimum, form["length"].unit) == ("units", 0, "hours")
    assert (form["country"].required, form["topic"].group, form["visit/topic"].group) == (True, "course", "visit")
    assert [(g.id, g.repeat) for g in form.groups] == [("course", True), ("visit", False)]


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_responses_are_typed_by_their_definition(read, made, in_xml, kind):
    one = made["responses"][0]
    found = read(one if kind == "json" else in_xml["response"], definition=made["definition"])
    assert found.answers() == FIRST
    (response,) = found.responses
    assert (response.id, response.place, response.language) == ("r1", "Jamaica", "es-419")
    assert (response.version, response.respondent.pseudonym) == ("2", "Practitioner/7")
    assert response.submitted.isoformat() == "2016-03-31T09:00:00-05:00"
    assert found.codes == ["CB136", "CB136", "CB132"]


def test_reasons_for_missing_values_are_kept_apart(read, made):
    found = read(made["bundle"])
    answers = found.answers(1)
    assert (answers["law"], answers["staff"], answers["units"]) == (
        Missing.DONT_KNOW, Missing.REFUSED, Missing.NO_ANSWER
    )  # fmt: skip
    assert (answers["since"], answers["email"]) == (Missing.NOT_ASKED, Missing.NO_ANSWER)
    assert "thanks" not in answers
    assert (found.responses[1].status, found.responses[1].date) == (ResponseStatus.PARTIAL, datetime.date(2016, 4, 1))
    assert found.responses[1].submitted is None


def test_a_question_whose_condition_is_true_was_asked(read, made):
    yes = {"linkId": "law", "answer": [{"valueCoding": {"code": "y"}}]}
    country = {"linkId": "country", "answer": [{"valueString": "Peru"}]}
    one = {**made["responses"][0], "item": [country, yes]}
    assert read(one, definition=made["definition"]).answers()["since"] is Missing.NO_ANSWER
    assert read({**one, "item": [country]}, definition=made["definition"]).answers()["since"] is Missing.NOT_ASKED


@pytest.mark.parametrize(
    ("rules", "behaviour", "wanted"),
    [
        ([("a", ">", {"answerInteger": 3})], "", Missing.NO_ANSWER),
        ([("a", ">", {"answerInteger": 7})], "", Missing.NOT_ASKED),
        ([("a", "exists", {"answerBoolean": True})], "", Missing.NO_ANSWER),
        ([("a", "!=", {"answerInteger": 5}), ("a", "<", {"answerInteger": 9})], "any", Missing.NO_ANSWER),
        ([("a", "!=", {"answerInteger": 5}), ("a", "<", {"answerInteger": 9})], "all", Missing.NOT_ASKED),
        ([("unknown", "=", {"answerInteger": 5})], "", Missing.NOT_ASKED),
    ],
)
def test_conditions_are_evaluated(read, rules, behaviour, wanted):
    rules = [{"question": name, "operator": operator, **value} for name, operator, value in rules]
    inner = [{"linkId": "b", "text": "B", "type": "string"}]
    group = {"linkId": "g", "type": "group", "enableWhen": rules, "enableBehavior": behaviour, "item": inner}
    form = {"resourceType": "Questionnaire", "item": [{"linkId": "a", "text": "A", "type": "integer"}, group]}
    one = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": "a", "answer": [{"valueInteger": 5}]}]}
    assert read(one, definition=json.dumps(form).encode()).answers()["b"] is wanted


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_without_a_definition_questions_are_inferred(read, made, in_xml, kind):
    one = made["responses"][0]
    found = read(one if kind == "json" else in_xml["response"])
    assert {**found.answers(), "law": "y"} == FIRST
    assert found.form.inferred
    assert [(c.code, c.label.source) for c in found.form["law"].choices] == [("y", "Yes")]
    assert (found.form["length"].unit, found.form["since"].parent) == ("hours", "law")


def test_a_unit_that_differs_is_kept(read, made):
    text = json.dumps(made["responses"][0]).replace('"value": 3, "unit": "hours"', '"value": 3, "unit": "days"')
    found = read(text, definition=made["definition"])
    lengths = [(a.value, a.raw) for a in found.responses[0] if a.question == "length"]
    assert lengths == [(7.5, None), (3, "3 days")]


def test_responses_to_other_questionnaires_are_counted(read, made):
    other = {**made["responses"][0], "id": "x", "questionnaire": "http://example.org/Questionnaire/other"}
    both = {**made["bundle"], "entry": [*made["bundle"]["entry"], {"resource": other}]}
    found = read(both)
    assert found.account.rows_left_out == {"they answer another Questionnaire": 1}
    assert "FHIR3" in found.codes
    assert [r.id for r in read(both, questionnaire="http://example.org/Questionnaire/other").responses] == ["x"]
    with pytest.raises(ReadError, match="neither"):
        read(both, questionnaire="http://example.org/nowhere")


def test_a_wrong_definition_and_a_value_set_elsewhere_are_reported(read, made):
    other = {**made["form"], "url": "http://example.org/Questionnaire/other", "id": "other"}
    found = read(made["responses"][0], definition=json.dumps(other).encode())
    assert "FHIR4" in found.codes
    remote = {**made["form"], "contained": []}
    assert read(remote).codes == ["FHIR2", "CB136", "CB136"]


def test_items_that_the_definition_lacks_are_added(read, made):
    more = [*made["responses"][0]["item"], {"linkId": "new", "text": "New", "answer": [{"valueDecimal": 1.5}]}]
    found = read({**made["responses"][0], "item": more}, definition=made["definition"])
    assert (found.answers()["new"], found.form["new"].inferred) == (1.5, True)


def test_r5_types(read):
    item = {"linkId": "a", "text": "A", "type": "coding", "answerConstraint": "optionsOrString"}
    form = read(
        {"resourceType": "Questionnaire", "item": [{**item, "answerOption": [{"valueCoding": {"code": "1"}}]}]}
    ).form
    assert [(q.id, q.type.value) for q in form.questions] == [("a", "select one"), ("a/other", "text")]
    lists = {"linkId": "a", "type": "string", "answerConstraint": "optionsOnly", "answerOption": [{"valueString": "x"}]}
    form = read({"resourceType": "Questionnaire", "item": [lists]}).form
    assert (form["a"].type.value, form["a"].choices[0].code) == ("select one", "x")


@pytest.mark.parametrize(
    ("data", "claimed"),
    [
        ('{"a": "\\"", "item": [{"linkId": "1"}], "resourceType": "Questionnaire"}', True),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "QuestionnaireResponse"}}]}', True),
        ('{"files": {"resourceType": "Questionnaire"}}', False),
        ('{"resourceType": "Bundle", "entry": []}', False),
        ('{"resourceType": "Patient", "contained": [{"resourceType": "Questionnaire"}]}', False),
        (f'{{"item": [{{"linkId": "1", "text": "{"x" * 70_000}"}}], "resourceType": "Questionnaire"}}', True),
    ],
)
def test_only_the_type_at_the_top_counts(data, claimed):
    assert (sniff(InputFile("a.json", data=data.encode())) is not None) == claimed


@pytest.mark.parametrize(
    "data",
    [
        b'{"resourceType": "Patient"}',
        b'{"resourceType": "Questionnaire", "item": [}',
        b"<Questionnaire xmlns='http://hl7.org/fhir'><item>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><Questionnaire xmlns='http://hl7.org/fhir'/>",
    ],
)
def test_what_is_no_fhir_file_is_refused(read, data):
    with pytest.raises(ReadError):
        read(data)


def test_deep_files_are_refused(read):
    deep = "<item>" * 200 + "</item>" * 200
    with pytest.raises(LimitError):
        read(f"<Questionnaire xmlns='http://hl7.org/fhir'>{deep}</Questionnaire>", limits=ReadLimits(nesting=50))


def test_a_reason_for_absence_is_where_it_stands():
    """In XML the extension lies in the value; a value that is not there has the reason as its text."""
    xml = b"""<QuestionnaireResponse xmlns="http://hl7.org/fhir"><status value="completed"/>
<item><linkId value="staff"/><answer><valueInteger><extension url="http://hl7.org/fhir/StructureDefinition/data-absent-reason">
<valueCode value="asked-declined"/></extension></valueInteger></answer></item></QuestionnaireResponse>"""
    (response,) = capbuild.io.read(xml, name="a.xml", format="fhir").responses
    (answer,) = response.answers
    assert (answer.value, answer.raw) == (Missing.REFUSED, "asked-declined")
    assert answer.origin.path.endswith("/answer[1]/valueInteger/extension[1]/valueCode/@value")
