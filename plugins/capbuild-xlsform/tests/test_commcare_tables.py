"""Exports of CommCare with a sheet for each repeat, made as its public source makes them; all answers are invented."""

import csv
import io
import zipfile

from capbuild.model import Missing, PersonalData

SHEETS = {
    "Forms": [
        [
            "number",
            "formid",
            "form.country",
            "form.contact.phone",
            "form.tools | dvr",
            "form.tools | img",
            "started_time",
            "username",
            "received_on",
            "form_link",
            "submit_ip",
        ],
        [0, "f-1", "Peru", "12", 1, None, "2016-03-01 09:00:00", "ana", "2016-03-01 10:01:00", "f/1/", "::1"],
        [1, "f-2", "Chile", "---", None, 1, "2016-03-02 09:00:00", "ben", "2016-03-02 10:01:00", "f/2/", "::1"],
        [2, "f-3", "Cuba", "15", 1, 1, "2016-03-03 09:00:00", "ben", "2016-03-03 10:01:00", "f/3/", "::1"],
    ],
    "Repeat- units": [
        ["number", "number__0", "number__1", "form.units.title", "form.units.staff"],
        ["0.0", 0, 0, "CERT", 3],
        ["0.1", 0, 1, "Lab", 4],
        ["2.0", 2, 0, "Desk", 1],
    ],
    "Repeat- units courses": [
        ["number", "number__0", "number__1", "number__2", "form.units.courses.course"],
        ["0.1.0", 0, 1, 0, "imaging"],
        ["0.1.1", 0, 1, 1, "triage"],
        ["2.0.0", 2, 0, 0, "law"],
    ],
}


def _archive():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, rows in SHEETS.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(f"{name}.csv", text.getvalue())
    return stream.getvalue()


def test_rows_of_repeats_belong_to_their_submissions(read, books):
    found = read(books(SHEETS), "forms.xlsx")
    assert [response.id for response in found.responses] == ["f-1", "f-2", "f-3"]
    assert found.responses[0].submitted.isoformat() == "2016-03-01T10:01:00+00:00"
    answers = [[(a.question, a.value, a.repeat) for a in response.answers] for response in found.responses]
    asked = ("title", "staff", "course")
    assert [a for a in answers[0] if a[0] in asked] == [
        ("title", "CERT", 1),
        ("title", "Lab", 2),
        ("staff", 3, 1),
        ("staff", 4, 2),
        ("course", "imaging", 1),
        ("course", "triage", 2),
    ]
    assert ("units/courses/_parent_index", 2, 1) in answers[0]  # both courses were in the lab
    assert [a for a in answers[2] if a[0] in asked] == [("title", "Desk", 1), ("staff", 1, 1), ("course", "law", 1)]
    assert [a for a in answers[1] if a[0] in (*asked, "phone", "tools")] == [
        ("phone", Missing.NOT_ASKED, 0),
        ("tools", ("img",), 0),
    ]
    groups = {group.id: (group.parent, group.repeat) for group in found.questionnaire.groups}
    assert groups == {"contact": (None, False), "units": (None, True), "units/courses": ("units", True)}


def test_the_account_has_the_heads_as_found(read, books):
    account = read(books(SHEETS), "forms.xlsx").reconciliation.sheets[1]
    assert [column.name for column in account.columns] == SHEETS["Repeat- units"][0]
    main = read(books(SHEETS), "forms.xlsx").reconciliation.sheets[0]
    flagged = {column.name: column.personal for column in main.columns if column.personal}
    assert flagged == {
        "form.contact.phone": PersonalData.TELEPHONE,
        "username": PersonalData.NAME,
        "submit_ip": PersonalData.NETWORK_ADDRESS,
    }


def test_an_archive_of_tables_says_the_same(read, books):
    whole, tables = read(books(SHEETS), "forms.xlsx"), read(_archive(), "forms.zip")
    assert [[(a.question, a.value, a.repeat) for a in r.answers] for r in whole.responses] == [
        [(a.question, a.value, a.repeat) for a in r.answers] for r in tables.responses
    ]


def test_one_table_of_forms(read):
    text = io.StringIO()
    csv.writer(text).writerows(SHEETS["Forms"])
    found = read(text.getvalue(), "forms.csv")
    values = [{a.question: a.value for a in response.answers} for response in found.responses]
    assert [(v["country"], v["phone"]) for v in values] == [("Peru", 12), ("Chile", Missing.NOT_ASKED), ("Cuba", 15)]


def test_codes_that_no_option_has(read, books):
    rows = [
        ["number", "formid", "form.country", "form.tools | dvr", "form.tools | img", "form.tools | extra"],
        [0, "f-1", "Peru", 1, None, "cam usb"],
        [1, "f-2", "Chile", "---", "---", "---"],
        [2, "f-3", "Cuba", None, 1, None],
    ]
    found = read(books({"Forms": rows}), "forms.xlsx")
    tools = [next(a.value for a in response.answers if a.question == "tools") for response in found.responses]
    assert tools == [("dvr", "cam", "usb"), Missing.NOT_ASKED, ("img",)]


def test_a_table_that_is_missing_loses_no_row(read, books):
    found = read(books({name: rows for name, rows in SHEETS.items() if name != "Repeat- units"}), "forms.xlsx")
    assert [issue.code for issue in found.issues if issue.code == "XF302"] == ["XF302"]
    values = [a.value for response in found.responses for a in response.answers if a.question == "course"]
    assert sorted(values) == ["imaging", "law", "triage"]
