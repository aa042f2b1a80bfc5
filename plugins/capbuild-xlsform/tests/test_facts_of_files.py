"""What can be counted in files that are no single table and no single form."""

import io
import json
import zipfile

from capbuild_xlsform.exports.table_readers import ODK_ZIP
from capbuild_xlsform.json_submissions.json_reader import KOBO_JSON

from capbuild.plugins import InputFile


def test_an_archive_of_tables():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("visit.csv", "SubmissionDate,lab/staff,KEY\nx,3,uuid:1\n")
        archive.writestr("visit-unit.csv", "called,PARENT_KEY,KEY\nA,uuid:1,uuid:1/unit[1]\nB,uuid:1,uuid:1/unit[2]\n")
        archive.writestr("media/a.jpg", "x")
    found = ODK_ZIP.facts(InputFile("visit.zip", data=stream.getvalue()))
    assert {name: found[name] for name in ("members", "tables", "repeat_rows", "repeat_sheets")} == {
        "members": 3, "tables": 2, "repeat_rows": 2, "repeat_sheets": 1,
    }  # fmt: skip
    assert found["group_or_split_columns"] == 1


def test_several_versions_in_json_are_counted_by_the_last():
    old = {"version": "1", "content": {"survey": [{"type": "text", "name": "q"}]}}
    new = {"version": "2", "content": {"survey": [{"type": "text", "name": "q"}, {"type": "integer", "name": "n"}]}}
    found = KOBO_JSON.facts(InputFile("forms.json", data=json.dumps([old, new]).encode()))
    assert (found["version"], found["survey_rows"], found["questions_excl_structure"]) == ("2", 2, 2)
