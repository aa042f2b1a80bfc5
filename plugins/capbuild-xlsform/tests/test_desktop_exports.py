"""What the programs that were used before servers made exports of their own write; all answers are invented."""

import datetime
import json

import pytest
from capbuild_xlsform.definitions.question_types import parse_type
from capbuild_xlsform.submissions.xml_reader import OPENROSA_XML

import capbuild as cb
from capbuild.plugins import Confidence, InputFile
from capbuild.testing.scan_comparison import scan_differences


@pytest.fixture
def both(read, host):
    """Read and scan a file; both give the same."""

    def run(data, name):
        found = read(data, name)
        table = cb.scan(data.encode(), name=name, host=host)
        assert list(scan_differences(table, found.responses)) == []
        return found

    return run


def test_the_day_of_sending_is_known_where_a_program_wrote_it_out(both):
    headers = "SubmissionDate,meta-instanceID,lab-country,KEY\n"
    rows = '"Mar 14, 2016 9:00:05 AM",uuid:1,PER,uuid:1\nsoon,uuid:2,CUB,uuid:2\n'
    found = both(headers + rows, "visits.csv")
    assert [(r.date, r.submitted) for r in found.responses] == [(datetime.date(2016, 3, 14), None), (None, None)]
    # Nobody knows its time zone, so the text is kept too.
    assert [r["SubmissionDate"].value for r in found.responses] == ["Mar 14, 2016 9:00:05 AM", "soon"]


def test_the_same_in_json(both):
    rows = [{"_uuid": "1", "country": "PER", "_submission_time": "14 March 2016 9:00", "_xform_id": 3}]
    (response,) = both(json.dumps(rows), "visits.json").responses
    assert (response.date, response["_submission_time"].value) == (datetime.date(2016, 3, 14), "14 March 2016 9:00")


def test_metadata_of_aggregate(both):
    headers = '"country","*meta-instance-id*","*meta-model-version*","*meta-ui-version*","*meta-submission-date*"\n'
    found = both(headers + '"PER","uuid:1","7","","2016-03-14T14:11:00.000Z"\n', "visits_results.csv")
    (response,) = found.responses
    assert (response.id, response.version, str(response.submitted)) == ("1", "7", "2016-03-14 14:11:00+00:00")
    assert [a.question for a in response.answers] == ["country"]


def test_an_instance_whose_elements_have_a_prefix(both):
    text = """<?xml version="1.0"?>
    <f:data xmlns:f="http://example.org/visits" id="visits" version="2">
      <f:country>PER</f:country><f:unit><f:staff>3</f:staff></f:unit>
      <orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:1</orx:instanceID></orx:meta>
    </f:data>"""
    (response,) = both(text, "visit.xml").responses
    assert (response.id, response.version, response["staff"].value) == ("1", "2", 3)
    assert OPENROSA_XML.sniff(InputFile("visit.xml", data=text.encode())).confidence is Confidence.SHAPE


@pytest.mark.parametrize(
    "text",
    [
        '<c:codeBook xmlns:c="ddi:codebook:2_5" id="a"><c:stdyDscr/></c:codeBook>',
        '<h:html xmlns:h="http://www.w3.org/1999/xhtml" id="a"><orx:meta xmlns:orx="http://openrosa.org/xforms"/></h:html>',
        '<questionnaire id="5"><section id="1"><question><text>Law?</text></question></section></questionnaire>',
        '<f:data xmlns:f="http://example.org/a"><orx:meta xmlns:orx="http://openrosa.org/xforms"/></f:data>',
    ],
)
def test_other_xml_is_no_instance(text):
    assert OPENROSA_XML.sniff(InputFile("a.xml", data=text.encode())) is None


def test_an_encrypted_submission_is_named_and_no_question_is_missed(read):
    text = """<data id="f" encrypted="yes" xmlns="http://opendatakit.org/submissions">
      <base64EncryptedKey>a</base64EncryptedKey>
      <meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:9</instanceID></meta></data>"""
    reading = read(text, "a.xml")
    assert [i.code for i in reading.issues] == ["XF306", "CB117"]
    assert next(iter(reading.issues)).message == "the submission 'uuid:9' is encrypted"


def test_a_question_on_a_map_with_a_list_of_tags():
    assert parse_type("osm building_tags") == parse_type("osm")


def test_an_instance_without_any_mark_is_one_by_the_id_of_its_form():
    text = b'<visits id="visits"><country>PER</country><unit xmlns:x="http://example.org/x" x:template=""/></visits>'
    assert OPENROSA_XML.sniff(InputFile("a.xml", data=text)).confidence is Confidence.SHAPE


def test_a_submission_as_aggregate_hands_it_out(both):
    text = """<submission xmlns="http://opendatakit.org/submissions" xmlns:orx="http://openrosa.org/xforms"><data>
      <visits id="visits" instanceID="uuid:7" version="3" submissionDate="2014-01-02T00:00:00.000Z" isComplete="true">
      <country>PER</country><unit><staff>3</staff></unit><orx:meta><orx:instanceID>uuid:7</orx:instanceID></orx:meta>
      </visits></data><mediaFile><filename>a.jpg</filename></mediaFile></submission>"""
    (response,) = both(text, "submission.xml").responses
    assert (response.id, response.version, response["staff"].value) == ("7", "3", 3)
    assert str(response.submitted) == "2014-01-02 00:00:00+00:00"
    assert "submission[1]" in response["staff"].origin.path


def test_a_page_of_submissions_in_xml(both):
    one = "<v id='v' version='2'><country>PER</country><meta><instanceID>uuid:{}</instanceID></meta></v>"
    text = f"<root><count>2</count><next></next><results>{one.format(1)}{one.format(2)}</results></root>"
    assert [(r.id, r.version, r["country"].value) for r in both(text, "data.xml").responses] == [
        ("1", "2", "PER"),
        ("2", "2", "PER"),
    ]


def test_a_form_that_is_named_by_its_namespace(both):
    text = """<data uiVersion="1" version="9" name="Visit" xmlns="http://openrosa.org/formdesigner/A1">
      <country>PER</country><n1:meta xmlns:n1="http://openrosa.org/jr/xforms"><n1:instanceID>u</n1:instanceID></n1:meta>
    </data>"""
    (response,) = both(text, "form.xml").responses
    assert (response.id, response.version, response["country"].value) == ("u", "9", "PER")
