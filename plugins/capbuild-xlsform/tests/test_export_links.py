"""Workbooks that people have sorted, filtered and trimmed: rows of repeats, versions and options find their place."""

import io
import json

import openpyxl
import pytest

import capbuild as cb
from capbuild.model import Missing

MAIN = """
Your name | Tools           | Tools/Lap / top | Tools/Phone | __version__ | _version_ | _version__001 | _id | _uuid | _submission_time | _index
Ann       | Lap / top Phone | 1               | 1           | vA          | vOld      |               | 11  | u1    | 2024-01-01T15:11 | 1
Bea       | Phone           | 0               | 1           |             |           | vB            | 12  | u2    | 2024-01-02T15:11 | 2
Cyn       |                 |                 |             |             | vC        |               | 13  | u3    | 2024-01-03T15:11 | 3
"""  # noqa: E501 - a table is read by its columns
REPEAT = """
Called | _index | _parent_table_name | _parent_index | _submission__id | _submission__uuid | _submission___version__ | _submission__rootUuid
A      | 1      | main               | 1             | 11              | u1                | vA                      | uuid:u1
B      | 2      | main               | 1             | 11              | u1                | vA                      | uuid:u1
C      | 3      | main               | 3             | 13              | u3                | vC                      | uuid:u3
"""  # noqa: E501


def without(table, *headers):
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    kept = [at for at, head in enumerate(rows[0]) if head not in headers]
    return "\n".join(" | ".join(row[at] for at in kept) for row in rows)


def without_row(table, name):
    return "\n".join(line for line in table.strip().splitlines() if not line.startswith(name))


def called(found):
    return {r.id: [(a.repeat, a.value) for a in r.answers if a.question == "Called"] for r in found.responses}


WANTED = {"u1": [(1, "A"), (2, "B")], "u2": [], "u3": [(1, "C")]}
LINKS = ("_index", "_parent_table_name", "_parent_index")
KEYS = ("_submission__id", "_submission__uuid")


@pytest.mark.parametrize(
    ("main", "repeat", "wanted"),
    [
        pytest.param(MAIN, REPEAT, WANTED, id="whole"),
        pytest.param(MAIN, without(REPEAT, *LINKS), WANTED, id="no numbers"),
        pytest.param(MAIN, without(REPEAT, *LINKS, "_submission__uuid"), WANTED, id="ids alone"),
        pytest.param(MAIN, without(REPEAT, *KEYS), WANTED, id="numbers alone"),
        # The second row is gone, and the numbers with it: the third is not the submission of number 2.
        pytest.param(
            without(without_row(MAIN, "Bea"), "_index"), REPEAT, {"u1": WANTED["u1"], "u3": WANTED["u3"]}, id="filtered"
        ),
        # Two copies of a submission have one id: the numbers decide.
        pytest.param(
            MAIN.replace("12  | u2", "11  | u1"),
            REPEAT.replace("| 3             | 13              | u3", "| 2 | 11 | u1"),
            None, id="copies",
        ),
    ],
)  # fmt: skip
def test_rows_of_a_repeat_find_their_submission(read, workbook, main, repeat, wanted):
    found = read(workbook({"main": main, "unit": repeat}), "k.xlsx")
    if wanted is None:
        assert [[a.value for a in r.answers if a.question == "Called"] for r in found.responses] == [
            ["A", "B"],
            ["C"],
            [],
        ]
    else:
        assert called(found) == wanted
    assert not [i for i in found.issues if i.code in ("XF302", "XF305")]
    assert not [q.id for q in found.questionnaire.questions if q.id.startswith("_submission")]


def test_the_version_is_the_first_that_is_filled_in(read, workbook):
    found = read(workbook({"main": MAIN}), "k.xlsx")
    assert {r.id: r.version for r in found.responses} == {"u1": "vA", "u2": "vB", "u3": "vC"}


def test_an_option_whose_label_has_a_slash_is_an_option(read, workbook):
    found = read(workbook({"main": MAIN}), "k.xlsx")
    question = found.questionnaire["Tools"]
    assert (question.type.value, [c.code for c in question.choices]) == ("select multiple", ["Lap / top", "Phone"])
    assert [r["Tools"].value for r in found.responses[:2]] == [("Lap / top", "Phone"), ("Phone",)]


def test_rows_that_are_disabled_are_no_questions(read):
    form = "type,name,label,disabled\ntext,a,A,\ntext,d,D,yes\ntext,e,E,no\n"
    found = read(form, "a.csv")
    assert [q.id for q in found.questionnaire.questions] == ["a", "e"]
    assert dict(found.reconciliation.sheets[0].rows_left_out) == {"disabled": 1}
    assert ["'d' is disabled" in i.message for i in found.issues if i.code == "XF109"] == [True]


TWICE = """SURVEY
,type,name,label
,select_multiple tools,has,Which tools
,begin group,lab,The laboratory
,select_multiple tools,needs,Which tools
,image,picture,A picture
,end group,,
CHOICES
,list_name,name,label
,tools,lap,Lap / top
,tools,ph,Phone
"""
SERVER = ("_id", "_uuid", "_submission_time")
ONE = ("Which tools/Lap / top", "Which tools/Phone")


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        (("Which tools", *ONE, "Which tools", *ONE), ("Lap / top", "1", "0", "Phone", "0", "1")),
        ((*ONE, *ONE), ("1", "0", "0", "1")),
        # The export names those options alone that anybody chose.
        (("Which tools", ONE[0], "Which tools", ONE[1]), ("Lap / top", "1", "Phone", "1")),
        (("Which tools", "Which tools"), ("Lap / top", "Phone")),
    ],
)
def test_questions_of_one_label_keep_their_own_options(read, headers, cells):
    table = "\n".join(",".join(row) for row in [(*headers, *SERVER), (*cells, "7", "u1", "2024-01-01T00:00:00")])
    (response,) = read(table, "v.csv", form=TWICE.encode()).responses
    assert (response["has"].value, response["needs"].value) == (("lap",), ("ph",))


@pytest.mark.parametrize("headers", ["lab/picture,lab/picture_URL", "A picture,A picture_URL"])
def test_the_address_of_a_file_is_no_question_that_the_form_lacks(read, headers):
    found = read(
        f"{headers},{','.join(SERVER)}\np.jpg,https://example.org/p.jpg,7,u1,2024-01-01T00:00:00\n",
        "v.csv",
        form=TWICE.encode(),
    )
    (response,) = found.responses
    assert response["picture"].value == "p.jpg"
    assert response[headers.partition(",")[2]].value == "https://example.org/p.jpg"
    assert "CB131" not in {issue.code for issue in found.issues}


LONG = {"one": "laboratories_that_were_visited_first", "two": "laboratories_that_were_visited_then",
        "inner": "instruments_in_each_of_the_laboratories"}  # fmt: skip
LONG_FORM = {
    "survey": f"""
        type         | name          | label
        text         | country       | Country
        begin repeat | {LONG["one"]}   | First
        text         | a             | A
        begin repeat | {LONG["inner"]} | Within
        text         | aa            | AA
        end repeat   |               |
        end repeat   |               |
        begin repeat | {LONG["two"]}   | Then
        text         | b             | B
        end repeat   |               |
    """
}


def _cut(name: str, end: str = "...") -> str:
    """Cut a name as KoboToolbox does for a sheet."""
    return name[: 31 - len(end)] + end


def _long_names(*, ids: bool) -> dict[str, str]:
    """An export with three repeats, one in another, whose names are cut for sheets and whole in rows."""
    main = "Visits to all laboratories of the region"
    head = "_parent_table_name | _parent_index" + (" | _submission__uuid" if ids else "")

    def row(first: str, table: str, index: int, uuid: str) -> str:
        return f"{first} | {table} | {index}" + (f" | {uuid}" if ids else "")

    return {
        _cut(main): "country | _uuid | _submission_time | _index\n"
        "Cuba | u-1 | 2016-03-01 | 1\nPeru | u-2 | 2016-03-01 | 2",
        _cut(LONG["one"]): "\n".join(
            [f"a | _index | {head}", *(f"{a} | {n}{row('', main, i, u)}"
             for n, (a, i, u) in enumerate([("A1", 1, "u-1"), ("A2", 1, "u-1"), ("A3", 2, "u-2")], start=1))]),
        _cut(LONG["inner"]): "\n".join(
            [f"aa | {head}", *(row(aa, LONG["one"], i, u)
             for aa, i, u in [("I1", 2, "u-1"), ("I2", 3, "u-2"), ("I3", 3, "u-2")])]),
        _cut(LONG["two"], "... (1)"): f"b | {head}\n{row('B1', main, 2, 'u-2')}",
    }  # fmt: skip


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "numbers alone"])
@pytest.mark.parametrize("known", [True, False], ids=["with the form", "without"])
def test_sheets_whose_names_were_cut_keep_their_links(read, workbook, ids, known):
    options = {"form": workbook(LONG_FORM)} if known else {}
    first, second = read(workbook(_long_names(ids=ids)), "export.xlsx", **options).responses
    told = [
        {(a.question.rpartition("/")[2], a.repeat): a.value for a in response if a.repeat}
        for response in (first, second)
    ]
    assert told == [
        {("a", 1): "A1", ("a", 2): "A2", ("aa", 1): "I1", ("_parent_index", 1): 2},
        {("a", 1): "A3", ("aa", 1): "I2", ("aa", 2): "I3", ("_parent_index", 1): 1, ("_parent_index", 2): 1,
         ("b", 1): "B1"},
    ]  # fmt: skip


def test_two_repeats_of_one_name_in_two_sheets(read, workbook):
    form = {
        "survey": """
            type         | name | label
            begin group  | g    | G
            begin repeat | kids | Kids
            text         | n    | N
            end repeat   |      |
            end group    |      |
            begin group  | h    | H
            begin repeat | kids | Kids
            text         | n    | N
            end repeat   |      |
            end group    |      |
        """
    }
    links = "_parent_table_name | _parent_index"
    sheets = {
        "Visits": "country | _uuid | _submission_time | _index\nCuba | u-1 | 2016-03-01 | 1",
        "kids": f"n | {links}\nAnn | Visits | 1",
        "kids1": f"n | {links}\nBen | Visits | 1",
    }
    (response,) = read(workbook(sheets), "export.xlsx", form=workbook(form)).responses
    told = {a.question: a.value for a in response if a.repeat}
    assert told == {"g/kids/n": "Ann", "h/kids/n": "Ben"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_row_of_tags_below_the_heads_is_no_submission(read, workbook, kind):
    rows = [
        "country|tools|tools/dvr|tools/img|_uuid|_submission_time",
        "#country|#item +tool||||",
        "Cuba|dvr|1|0|u-1|2016-03-01T10:00:00",
    ]
    table = "\n".join(rows)
    data = workbook({"Visits": table}) if kind == "xlsx" else table.replace("|", ";")
    reading = read(data, f"export.{kind}")
    (response,) = reading.responses
    assert {a.question: a.value for a in response} == {"country": "Cuba", "tools": ("dvr",)}
    assert reading.reconciliation.sheets[0].rows_left_out == {"tags below the headers": 1}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_row_of_labels_below_the_heads_is_no_submission_and_says_what_questions_are_called(read, workbook, kind):
    rows = [
        "country|g/age|tools/dvr|tools/img|_uuid|_submission_time|_tags",
        "Which country?|How old?|Recorder|Camera|_uuid|_submission_time|_tags",
        "#country||||||",
        "Cuba|41|True|False|u-1|2016-03-01T10:00:00|",
    ]
    table = "\n".join(rows)
    data = workbook({"Visits": table}) if kind == "xlsx" else table.replace("|", ";")
    reading = read(data, f"export.{kind}")
    (response,) = reading.responses
    assert {a.question: a.value for a in response} == {"country": "Cuba", "age": 41, "tools": ("dvr",)}
    assert reading.questionnaire["age"].text.source == "How old?"
    assert reading.reconciliation.sheets[0].rows_left_out == {
        "tags below the headers": 1,
        "labels below the headers": 1,
    }


def test_a_line_that_names_the_separator_hides_no_export(host):
    text = "sep=;\ncountry;grp/age;_uuid;_submission_time\nCuba;41;u-1;2016-03-01T10:00:00\n"
    reading = cb.read(text.encode(), name="export.csv", host=host)
    assert (reading.format, [(r.id, r["age"].value) for r in reading.responses]) == ("kobo-csv", [("u-1", 41)])
    assert str(reading.responses[0]["age"].origin) == "export.csv:B3"


def test_the_blank_form_of_a_repeat_is_no_time_of_it(read):
    text = (
        '<x xmlns:jr="http://openrosa.org/javarosa" id="x"><country>Cuba</country><lab jr:template=""><n/></lab>'
        "<lab><n>one</n></lab><lab><n/></lab><meta><instanceID>uuid:1</instanceID></meta></x>"
    )
    (response,) = read(text, "x.xml").responses
    assert [(a.repeat, a.is_missing or a.value) for a in response if a.question == "n"] == [(1, "one"), (2, True)]


ALIKE = {
    "survey": """
        type              | name    | label
        text              | country | Country
        begin repeat      | staff   | Staff
        text              | nm      | Name
        select_multiple y | m       | Which
        end repeat        |         |
        text              | boss    | Name
        select_multiple y | mm      | Which
        begin group       | g       | G
        text              | nm      | Name
        end group         |         |
    """,
    "choices": "list_name | name | label\ny | a | A\ny | b | B",
}
OWN = {"country": "Cuba", "boss": "Bea", "mm": ("a",), "g/nm": "Gus"}
INNER = {("staff/nm", 1): "Ann", ("m", 1): ("b",), ("staff/nm", 2): "Ben", ("m", 2): ("a", "b")}


@pytest.mark.parametrize(
    ("headers", "inner"),
    [
        ("Country | Name | Which | Which/A | Which/B | Name", "Name | Which | Which/A | Which/B"),
        ("country | boss | mm | mm/a | mm/b | nm", "nm | m | m/a | m/b"),
    ],
    ids=["labels", "names"],
)
def test_a_repeat_and_the_form_around_it_may_ask_in_the_same_words(read, workbook, headers, inner):
    labels = headers.startswith("C")
    shown = {"a": "A", "b": "B", "a b": "A B"} if labels else {"a": "a", "b": "b", "a b": "a b"}
    sheets = {
        "V": f"{headers} | _uuid | _submission_time | _index\n"
        f"Cuba | Bea | {shown['a']} | 1 | 0 | Gus | u-1 | 2016-03-01 | 1",
        "staff": f"{inner} | _parent_table_name | _parent_index\nAnn | {shown['b']} | 0 | 1 | V | 1\n"
        f"Ben | {shown['a b']} | 1 | 1 | V | 1",
    }
    form = workbook(ALIKE)
    (response,) = read(workbook(sheets), "export.xlsx", form=form).responses
    assert {a.question: a.value for a in response if not a.repeat} == OWN
    assert {(a.question, a.repeat): a.value for a in response if a.repeat} == INNER
    assert len(response.answers) == len(OWN) + len(INNER)
    alone = "\n".join(";".join(cell.strip() for cell in line.split("|")) for line in sheets["V"].splitlines())
    (response,) = read(alone, "export.csv", form=form).responses
    assert {a.question: a.value for a in response if not a.is_missing} == OWN


def test_rows_of_an_export_that_a_person_hid_are_read_and_told(read, workbook):
    book = openpyxl.load_workbook(io.BytesIO(workbook({"main": MAIN})))
    book["main"].row_dimensions[3].hidden = True
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), "k.xlsx")
    assert len(found.responses) == 3
    assert [(str(i.origin), i.message) for i in found.issues if i.code == "SHEET10"] == [
        ("k.xlsx!main:3", "row 3 is hidden; it was read as all others")
    ]


def test_a_time_of_a_repeat_that_was_left_blank_counts(read, books, workbook):
    """A row of the sheet of a repeat is a time of it, whatever it holds: so is an empty object in JSON."""
    survey = """
        type         | name    | label
        text         | where   | Country
        begin repeat | course  | Course
        text         | title   | Title
        integer      | seats   | Seats
        end repeat   |         |
    """
    sheets = {
        "main": [["where", "_index", "_uuid", "_submission_time"], ["Chile", 1, "u-1", "2016-03-01T10:00:00"]],
        "course": [
            ["course/title", "course/seats", "_index", "_parent_table_name", "_parent_index"],
            ["Law", 3, 1, "main", 1],
            [None, None, 2, "main", 1],
        ],
    }
    form = workbook({"survey": survey})
    found = read(books(sheets), "export.xlsx", form=form).responses[0]
    told = [
        {
            "where": "Chile",
            "_uuid": "u-1",
            "_submission_time": "2016-03-01T10:00:00",
            "_xform_id_string": "f",
            "course": [{"course/title": "Law", "course/seats": "3"}, {}],
        }
    ]
    other = read(json.dumps(told), "data.json", form=form).responses[0]
    none = Missing.NO_ANSWER
    expected = [("where", "Chile", 0), ("title", "Law", 1), ("title", none, 2), ("seats", 3, 1), ("seats", none, 2)]
    for response in (found, other):
        answers = [(a.question, a.value, a.repeat) for a in response.answers if not a.question.startswith("_")]
        assert answers == expected
