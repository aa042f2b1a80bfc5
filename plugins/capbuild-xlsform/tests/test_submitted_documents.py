"""Submissions in JSON and XML, alone and in archives: values, kinds of missing, repeats, what cannot be read."""

import datetime
import io
import json
import zipfile

import pytest

import capbuild as cb
from capbuild.errors import LimitError, ReadError
from capbuild.model import GeoPoint, Missing


def test_json_of_the_api_with_nested_repeats(read, definition):
    submissions = [
        {
            "_id": 7, "_uuid": "u-1", "_submission_time": "2016-03-01T13:21:00", "__version__": "v1", "country": "Peru",
            "units": "lab", "lab/staff": "2", "place": "-12.0 -77.0 0 0", "_geolocation": [-12.0, -77.0],
            "training": [{"training/title": "First", "training/year": "2014"}, {"training/title": ""}, {}],
        }
    ]  # fmt: skip
    data = json.dumps({"count": 9, "next": "page=2", "results": submissions})
    reading = read(data, "data.json", form=definition)
    response = reading.responses[0]
    assert reading.format == "kobo-json"
    assert (response["staff"].value, response["accred"].value) == (2, Missing.NO_ANSWER)
    assert [(a.value, a.repeat) for a in response if a.question == "title"] == [
        ("First", 1), (Missing.NO_ANSWER, 2), (Missing.NO_ANSWER, 3),
    ]  # fmt: skip
    assert [a.value for a in response if a.question == "year"] == [2014, Missing.NOT_ASKED, Missing.NOT_ASKED]
    assert str(response["title"].origin) == "data.json $.results[0].training[0]['training/title']"
    assert "XF304" in {issue.code for issue in reading.issues}


POINT = {"type": "Point", "coordinates": [-61.4, 15.3, 20], "properties": {"accuracy": 5}}


def test_json_of_odk_central(read):
    rows = [
        {
            "__id": "uuid:c1", "__system": {"submissionDate": "2024-01-02T03:04:05Z", "submitterName": "ann"},
            "lab": {"staff": 3, "where": POINT},
            "kids@odata.navigationLink": "x", "kids": [{"__id": "k1", "age": 4}, {"__id": "k2", "age": 6}],
        }
    ]  # fmt: skip
    response = read(json.dumps({"value": rows}), "central.json").responses[0]
    assert (response.id, response.submitted.year) == ("c1", 2024)
    assert response["where"].value == GeoPoint(15.3, -61.4, 20.0, 5.0)
    assert [(a.value, a.repeat) for a in response if a.question == "age"] == [(4, 1), (6, 2)]


INSTANCE = """<needs id="needs" version="v1"><start>2012-08-17T11:24:53.254+03</start><country> Chile
</country><units>lab</units><lab><staff/></lab><training><title>A</title><year>2001</year></training>
<training><title>B</title><year/></training><meta><instanceID>uuid:x1</instanceID></meta></needs>"""


def test_an_instance(read, definition):
    reading = read(INSTANCE, "i.xml", form=definition)
    response = reading.responses[0]
    assert (reading.format, response.id, response.version, response.place) == ("openrosa-xml", "x1", "v1", "Chile")
    assert response["start"].value.utcoffset() == datetime.timedelta(hours=3)
    assert response["staff"].value is Missing.NO_ANSWER  # an empty element was asked
    assert response["accred"].value is Missing.NOT_ASKED  # an absent one was not
    assert [(a.value, a.repeat) for a in response if a.question == "year"] == [(2001, 1), (Missing.NO_ANSWER, 2)]


def test_an_encrypted_instance_is_told(read):
    namespace = "http://www.opendatakit.org/xforms/encrypted"
    text = f'<data id="f" encrypted="yes" instanceID="uuid:1" xmlns="{namespace}"><k>x</k></data>'
    reading = read(text, "i.xml")
    assert [issue.code for issue in reading.issues if issue.severity == "error"] == ["XF306", "CB117"]
    assert dict(reading.reconciliation.sheets[0].rows_left_out) == {"it is encrypted": 1}


def test_an_archive_of_instances(read):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("odk/instances/a/a.xml", INSTANCE)
        archive.writestr("odk/instances/b/b.xml", INSTANCE.replace("x1", "x2"))
        archive.writestr("odk/instances/c/c.xml", "<broken")
        archive.writestr("odk/instances/a/a.jpg", b"\xff\xd8")
    reading = read(stream.getvalue(), "bulk.zip")
    assert [r.id for r in reading.responses] == ["x1", "x2"]
    assert [i.code for i in reading.issues if i.severity == "error"] == ["CB128"]
    assert dict(reading.reconciliation.sheets[0].rows_left_out) == {"it is not well-formed XML": 1}


def test_an_instance_that_cannot_be_unpacked_takes_no_other_with_it(read):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("odk/instances/a/a.xml", INSTANCE)
        archive.writestr("odk/instances/b/b.xml", INSTANCE.replace("x1", "x2"))
    data = bytearray(stream.getvalue())
    place = data.index(b"a/a.xml") + len("a/a.xml")
    data[place : place + 40] = b"\xff" * 40  # no block of deflate begins so
    reading = read(bytes(data), "bulk.zip")
    assert [response.id for response in reading.responses] == ["x2"]
    assert [(i.code, str(i.origin)) for i in reading.issues if i.severity == "error"] == [
        ("CB122", "bulk.zip!odk/instances/a/a.xml")
    ]
    assert dict(reading.reconciliation.sheets[0].rows_left_out) == {"it cannot be unpacked": 1}


def test_hostile_trees_end_in_a_read_error(host):
    bombs = {
        "deep.json": b'[{"_submission_time": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        "deep.xml": b'<a id="f">' + b"<b>" * 200 + b"</b>" * 200 + b"</a>",
        "entity.xml": b'<!DOCTYPE a [<!ENTITY b "ha">]><a id="f"><meta><instanceID>&b;</instanceID></meta></a>',
        "prefix.xml": b'<a id="f"><orx:meta><orx:instanceID/></orx:meta></a>',
    }
    for name, data in bombs.items():
        reader = "kobo-json" if name.endswith("json") else "openrosa-xml"
        with pytest.raises(ReadError) as caught:
            cb.read(data, name=name, format=reader, host=host)
        assert isinstance(caught.value, LimitError) is name.startswith("deep")
