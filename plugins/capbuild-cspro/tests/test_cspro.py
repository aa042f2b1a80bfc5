"""Dictionaries and data of CSPro, on made samples."""

import datetime
import json
from pathlib import Path

import pytest

import capbuild.io
from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, ResponseStatus
from capbuild.plugins import ReadLimits

TYPES = {
    "COUNTRY": "text", "UNIT": "integer", "LAW": "select one", "STAFF": "integer", "SHARE": "decimal",
    "UNITS": "select multiple", "OPENED": "date", "OPEN_YEAR": "integer", "HOURS(1)": "integer",
    "HOURS(2)": "integer", "EMAIL": "text", "TOPIC": "text", "DAYS": "integer",
}  # fmt: skip
FIRST = {
    "COUNTRY": "Jamaica", "UNIT": 1, "LAW": "1", "STAFF": 12, "SHARE": 7.5, "UNITS": ("1", "3"),
    "OPENED": datetime.date(2016, 3, 31), "OPEN_YEAR": 2016, "HOURS(1)": 8, "HOURS(2)": 6, "EMAIL": "a@example.org",
    ("TOPIC", 1): "Forensics", ("DAYS", 1): 5, ("TOPIC", 2): "Law",
}  # fmt: skip


@pytest.mark.parametrize("syntax", ["json", "ini"])
def test_a_dictionary_is_a_questionnaire(read, both, syntax):
    form = read(both[syntax], "needs.dcf").form
    assert {q.id: q.type.value for q in form.questions} == TYPES
    assert (form.id, form.languages, form.title.get("es")) == ("NEEDS_DICT", ("en", "es"), "Necesidades")
    law, staff = form["LAW"], form["STAFF"]
    assert [(c.code, c.label.source, c.missing) for c in law.choices] == [
        ("1", "Yes", None), ("2", "No", None), ("9", "Don't know", Missing.DONT_KNOW)
    ]  # fmt: skip
    assert (law.text.get("es"), law.choices[0].label.get("es")) == ("¿Hay una ley?", "Sí")
    assert (staff.minimum, staff.maximum, staff.hint.source) == (0, 900, "Permanent staff only.")
    assert [c.missing for c in staff.choices] == [Missing.REFUSED, Missing.NO_ANSWER]
    assert (form["OPEN_YEAR"].parent, form["HOURS(2)"].text.source) == ("OPENED", "Hours taught - In 2015")
    assert [c.label.source for c in form["UNITS"].choices] == ["Investigation", "Laboratory", "Other"]
    assert [(g.id, g.repeat) for g in form.groups] == [("CAPACITY", False), ("COURSE", True)]


@pytest.mark.parametrize("syntax", ["json", "ini"])
def test_fixed_width_data_are_cut_and_typed(read, both, data, syntax):
    found = read(data, definition=both[syntax])
    assert [r.place for r in found.responses] == ["Jamaica", "Peru", "Cuba"]
    assert [r.id for r in found.responses] == ["Jamaica 01", "Peru    02", "Cuba    03"]
    assert found.answers(0) == {**FIRST, ("DAYS", 2): "ab"}
    peru, cuba = found.answers(1), found.answers(2)
    assert (peru["LAW"], peru["STAFF"], peru["SHARE"]) == (Missing.DONT_KNOW, Missing.NO_ANSWER, 0.2)
    assert (peru["UNITS"], peru["HOURS(1)"]) == (Missing.NO_ANSWER, Missing.NOT_ASKED)
    assert (cuba["LAW"], cuba["STAFF"], cuba["SHARE"]) == (Missing.NOT_APPLICABLE, Missing.INVALID, 8.0)
    assert cuba["OPENED"] == "9999-99-99"
    assert found.codes == ["CB136", "CB136", "CB132", "CB201", "CB201"]
    assert (found.account.rows_in, found.account.rows_out) == (5, 5)


def test_a_database_gives_the_same_answers(read, database):
    found = read(database(), "needs.csdb")
    assert found.answers(0) == {**FIRST, ("DAYS", 2): Missing.NOT_ASKED}
    first, second = found.responses
    assert (first["STAFF"].comment, second.status) == ("counted in May", ResponseStatus.PARTIAL)
    assert next(a for a in first if a.question == "TOPIC" and a.repeat == 2).comment == "planned"
    assert (first.date, second["LAW"].value) == (datetime.date(2016, 5, 27), Missing.DONT_KNOW)
    assert str(first["STAFF"].origin) == "needs.csdb!capacity:1 staff"
    assert found.account.rows_left_out == {"deleted in CSPro": 1}
    assert [c.name for c in found.account.columns if c.use.value == "ignored"] == ["capacity.extra"]
    assert found.codes == ["CB136", "CB136", "CB132", "CSPRO6"]


def test_a_database_without_a_column_or_table_is_reported(read, database):
    found = read(database("ALTER TABLE capacity DROP COLUMN staff; DROP TABLE course"), "needs.csdb")
    assert found.codes.count("CSPRO4") == 2
    assert "STAFF" not in found.answers(0)


def test_lines_that_fit_no_record_are_counted(read, both, data):
    found = read(data + "9Haiti   04\n~1Haiti   04\n", definition=both["json"])
    assert found.account.rows_left_out == {"its record type is not in the dictionary": 1, "deleted in CSPro": 1}
    assert "CSPRO2" in found.codes


def test_a_record_that_occurs_again_and_text_after_its_end_are_issues(read, both):
    again = "1Peru    0212\n1Peru    0213" + 40 * " " + "more\n"
    found = read(again, definition=both["ini"])
    assert {"CSPRO3", "CSPRO4"} <= set(found.codes)
    assert [a.repeat for a in found.responses[0] if a.question == "LAW"] == [0, 2]


def test_two_levels_number_their_nodes(read, both):
    top = json.loads(both["json"])
    top["levels"].append(
        {
            "name": "VISIT",
            "ids": {"items": [{"name": "ROUND", "contentType": "numeric", "start": 12, "length": 1}]},
            "records": [
                {"name": "NOTE", "recordType": "3", "items": [{"name": "SAID", "contentType": "alpha", "length": 5}]}
            ],
        }
    )
    data = "2Peru    02Law       05\n3Peru    021good \n3Peru    022bad  \n"
    found = read(data, definition=json.dumps(top).encode())
    answers = found.answers(0)
    assert [answers["ROUND", 1], answers["ROUND", 2]] == [1, 2]
    assert [answers["SAID", 1], answers["SAID", 2]] == ["good", "bad"]
    assert [(g.id, g.parent, g.repeat) for g in found.form.groups[-2:]] == [
        ("VISIT", None, True), ("NOTE", "VISIT", False)
    ]  # fmt: skip


def test_windows_1252_is_read_and_reported(read, both):
    found = read("1Perú    0212\n".encode("cp1252"), definition=both["ini"])
    assert found.responses[0].place == "Perú"
    assert "CB106" in found.codes
    named = read("1Perú    0212\n".encode("cp850"), definition=both["json"], encoding="cp850")
    assert named.responses[0].place == "Perú"


@pytest.mark.parametrize(
    "data",
    [
        b"[Dictionary]\nVersion=CSPro 7.3\nName=D\n",
        b'{"software": "CSPro", "fileType": "dictionary"}',
        b'{"software": "CSPro", "fileType": "dictionary", "levels": [}',
        b"SQLite format 3\0" + b"\0" * 200,
        b"1Peru",
    ],
)
def test_what_is_no_cspro_file_is_refused(read, data):
    with pytest.raises(ReadError):
        read(data, "a.dat" if data == b"1Peru" else "a.dcf")


def test_a_dictionary_that_multiplies_is_refused(read):
    text = "[Dictionary]\nVersion=CSPro 7\n[Level]\n[Record]\n[Item]\nName=A\nLen=1\nOccurrences=1000000\n"
    with pytest.raises(LimitError):
        read(text, "a.dcf", limits=ReadLimits(cells=10_000))


def test_unknown_keys_are_reported(read, both):
    assert read(both["ini"] + b"Colour=red\n", "a.dcf").codes == ["CSPRO5", "CB136", "CB136"]


def test_codes_may_stand_for_missing_values(read, both, data):
    found = read(data, definition=both["json"], missing={"12": "confidential"})
    assert (found.answers()["STAFF"], found.responses[0]["STAFF"].raw) == (Missing.CONFIDENTIAL, "012")


def test_the_country_may_be_named(read, both, data):
    found = read(data, definition=both["json"], country_question="EMAIL", country="Cuba")
    assert [r.place for r in found.responses] == ["a@example.org", "b@example.org", "Cuba"]
    with pytest.raises(ReadError, match="no question"):
        read(data, definition=both["json"], country_question="NOWHERE")


def test_data_without_a_case_are_reported():
    dictionary = (Path(__file__).parent / "samples" / "needs.dcf").read_bytes()
    found = capbuild.io.read(b" \n", name="a.dat", format="cspro", options={"definition": dictionary})
    assert "CSPRO7" in [issue.code for issue in found.issues]
