"""Which files the readers claim, by their headers and marks, and which they leave to others."""

import json

import pytest

import capbuild as cb
from capbuild.io.format_detection import sniff
from capbuild.plugins import Confidence

S, H = Confidence.SIGNATURE, Confidence.SHAPE


@pytest.mark.parametrize(
    ("name", "text", "reader", "confidence"),
    [
        ("a.csv", "age,_uuid,_submission_time\n3,u,x\n", "kobo-csv", S),
        ("a.csv", "age,meta-instanceID\n3,u\n", "kobo-csv", S),
        ("a.csv", "SubmissionDate,age,KEY\nx,3,u\n", "kobo-csv", S),
        ("a.csv", "start,end,deviceid,age\n1,2,3,4\n", "kobo-csv", H),
        ("a.csv", "TEC_1_1a,capbuild_form\nyes,x\n", "kobo-csv", S),
        ("a.csv", "type,name,label\ntext,q,Q\n", "xlsform", S),
        ("a.csv", "survey,,\n,type,name\n,text,q\n", "xlsform", S),
        ("a.csv", "list_name,name,label\nyn,y,Yes\n", "xlsform", S),
        ("a.csv", "name,label,region\nn,North,1\n", "xlsform", H),
        ("a.json", '[{"_submission_time": "x", "q": 1}]', "kobo-json", S),
        ("a.json", '{"content": {"survey": [{"type": "text", "name": "q"}]}}', "kobo-json", S),
        ("a.json", '["<a id=\\"f\\"><q>1</q></a>"]', "kobo-json", S),
        ("a.xml", '<?xml version="1.0"?><!-- x --><a id="f"><m><instanceID>u</instanceID></m></a>', "openrosa-xml", S),
        ("a.xml", '<a id="f" version="2"><q>1</q></a>', "openrosa-xml", H),
        ("a.xml", '<data id="build_Wells_1"><depth>3</depth></data>', "openrosa-xml", H),
        ("a.xml", '<well id="Well_2011"><depth>3</depth></well>', "openrosa-xml", H),
        ("a.xml", '<data id="f" uiVersion="1" name="Wells"><depth>3</depth></data>', "openrosa-xml", H),
        ("a.xml", '<w id="f"><g><start>2011-02-04T00:10:34</start></g></w>', "openrosa-xml", H),
        ("a.json", '{"count": 0, "next": null, "previous": null, "results": []}', "kobo-json", H),
        ("a.json", '{"value": [], "@odata.context": "https://x.org/v1/forms/a.svc/$metadata#Submissions"}',
         "kobo-json", H),
    ],
)  # fmt: skip
def test_own_files(host, name, text, reader, confidence):
    found = sniff(text.encode(), name=name, host=host)
    assert [(s.reader.name, s.claim.confidence) for s in found[:1]] == [(reader, confidence)]
    assert all(s.claim.confidence < confidence for s in found[1:])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "country,question,answer\nJamaica,TEC-1.1a,yes\n"),
        ("a.csv", "SubmissionDate,starttime,age,formdef_version,KEY\nx,y,3,1,u\n"),  # SurveyCTO
        ("a.csv", "ObjectID,GlobalID,start,end,today,age\n1,2,3,4,5,6\n"),  # Survey123
        ("a.csv", "name,age,type\nAnn,3,x\n"),
        ("a.json", '{"resourceType": "Questionnaire", "item": []}'),
        ("a.json", '{"survey": {"title": "x"}, "content": []}'),
        ("a.json", "{"),
        ("a.csv", "type,name,label\nserver,web01,Web server\nserver,db01,Database\n"),
        ("a.xml", '<codeBook xmlns="ddi:codebook:2_5" ID="x"/>'),
        ("a.xml", "<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>"),
        ("a.xml", '<html id="x"><body/></html>'),
        ("a.xml", '<note id="501"><to>Ann</to><from>Bea</from></note>'),
        ("a.xml", '<p id="p1">Some <b>bold</b> text</p>'),
        ("a.xml", '<kml id="x"><Document id="d"><name>n</name></Document></kml>'),
        ("a.xml", '<Document id="d"><name>n</name><Point><coordinates>1,2</coordinates></Point></Document>'),
        ("a.xml", '<Envelope id="e" encodingStyle="x"><Body><q>1</q></Body></Envelope>'),
        ("a.json", '{"count": 0, "results": [], "facets": {}}'),
        ("a.xml", '<Questionnaire xmlns="http://hl7.org/fhir"><id value="x"/></Questionnaire>'),
    ],
)
def test_files_of_others(host, name, text):
    mine = {"xlsform", "odk-xform", "kobo-csv", "kobo-xlsx", "kobo-json", "openrosa-xml"}
    found = sniff(text.encode(), name=name, host=host)
    assert not [s for s in found if s.reader.name in mine and s.claim.confidence > Confidence.NAME]


_MANY = [f"section_{n // 20}/subsection_{n // 5}/question_{n}_about_the_capacity" for n in range(2000)]


def test_marks_behind_thousands_of_questions_are_seen(host):
    assert len(";".join(_MANY)) > 1 << 16
    headers = [*_MANY, "_id", "_uuid", "_submission_time"]
    rows = [headers, *([*["yes"] * len(_MANY), "1", uuid, "2016-03-14T10:00:00"] for uuid in ("a", "b"))]
    table = "\n".join(";".join(row) for row in rows)
    objects = json.dumps([dict(zip(headers, row, strict=True)) for row in rows[1:]])
    for name, text, format_name in (("a.csv", table, "kobo-csv"), ("a.json", objects, "kobo-json")):
        found = cb.read(text.encode(), name=name, host=host)
        assert (found.format, len(found.responses), found.responses[1].id) == (format_name, 2, "b")


def test_submissions_of_an_object_a_line_are_left_to_their_reader():
    lines = '{"_submission_time": "2016-03-14T10:00:00", "q": 1}\n{"_submission_time": "2016-03-15", "q": 2}\n'
    found = cb.read(lines.encode(), name="a.jsonl")
    assert (found.format, [response["q"].value for response in found.responses]) == ("json-lines", [1, 2])


@pytest.mark.parametrize(
    ("rows", "claimed"),
    [
        ("type|name|label\nserver|web01|Web server\nrouter|r1|Router", False),
        ("type|name|label\nserver|web01|Web server\ntext|q|A question", True),  # one is known, the other a slip
        ("type|name|label", True),  # a form without questions
    ],
)
def test_a_sheet_called_survey_is_a_form_where_a_type_is_known(host, workbook, rows, claimed):
    found = sniff(workbook({"survey": rows}), name="a.xlsx", host=host)
    assert any(s.reader.name == "xlsform" for s in found) is claimed
