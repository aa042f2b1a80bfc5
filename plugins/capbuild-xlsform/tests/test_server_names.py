"""Questions that are called as servers call their own columns; all answers are invented."""

import json

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

FORM = {
    "survey": """
        type         | name     | label
        text         | country  | Country
        select_one s | Status   | How far is it?
        integer      | Edits    | How many changes?
        begin group  | g        | G
        text         | Status   | And here?
        end group    |          |
        begin repeat | r        | R
        integer      | Edits    | Each
        text         | DeviceID | Device
        end repeat   |          |
    """,
    "choices": "list_name | name | label\ns | 1 | Begun\ns | 2 | Done",
    "settings": "form_id | version\nx | v1",
}
WANTED = {
    ("country", 0): "Cuba", ("Status", 0): "2", ("Edits", 0): 3, ("g/Status", 0): "well",
    ("r/Edits", 1): 4, ("r/Edits", 2): 5, ("DeviceID", 1): "d-1",
}  # fmt: skip
KOBO = [
    {"_id": 1, "_uuid": "u", "_status": "sent", "_submission_time": "2016-03-01T10:00:00", "country": "Cuba",
     "Status": "2", "Edits": "3", "g/Status": "well", "r": [{"r/Edits": "4", "r/DeviceID": "d-1"}, {"r/Edits": "5"}]},
]  # fmt: skip
CENTRAL = {
    "value": [
        {"__id": "uuid:u", "__system": {"submissionDate": "2016-03-01T10:00:00Z", "edits": 0}, "country": "Cuba",
         "Status": "2", "Edits": 3, "g": {"Status": "well"},
         "r": [{"__id": "a", "Edits": 4, "DeviceID": "d-1"}, {"__id": "b", "Edits": 5, "DeviceID": None}]},
    ]
}  # fmt: skip
XML = (
    '<x id="x" version="v1"><country>Cuba</country><Status>2</Status><Edits>3</Edits><g><Status>well</Status></g>'
    "<r><Edits>4</Edits><DeviceID>d-1</DeviceID></r><r><Edits>5</Edits><DeviceID/></r>"
    "<meta><instanceID>uuid:u</instanceID></meta></x>"
)


@pytest.mark.parametrize(
    ("data", "name"),
    [(json.dumps(KOBO), "k.json"), (json.dumps(CENTRAL), "c.json"), (XML, "x.xml")],
    ids=["KoboToolbox", "ODK Central", "XML"],
)
def test_a_question_called_as_a_column_of_a_server_is_a_question(host, read, workbook, data, name):
    form = workbook(FORM)
    reading = read(data, name, form=form)
    (response,) = reading.responses
    told = [(a.question, a.repeat, a.value) for a in response if not a.is_missing and not a.question.startswith("_")]
    assert {(question, repeat): value for question, repeat, value in told if "system" not in question} == WANTED
    assert len(told) == len(WANTED)
    table = cb.scan(data.encode(), name=name, options={"form": form}, host=host)
    assert list(scan_differences(table, reading.responses)) == []


def test_without_a_form_a_key_inside_a_group_is_an_answer(read):
    (response,) = read(json.dumps(CENTRAL), "c.json").responses
    told = {(a.question, a.repeat): a.value for a in response if not a.is_missing}
    assert (told["Status", 0], told["Edits", 1], told["Edits", 2], told["DeviceID", 1]) == ("well", 4, 5, "d-1")
    assert (told["_server/Status", 0], told["_server/Edits", 0]) == ("2", "3")
