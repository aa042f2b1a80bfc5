"""Submissions in tables: values, kinds of missing, repeats and places, counted by hand."""

import datetime

import pytest

import capbuild as cb
from capbuild.model import GeoPoint, Missing, PersonalData


def answers(response):
    return [(a.question, a.value, a.repeat) for a in response.answers]


HEADS = (
    "start,country,units,units/cyber,units/lab,units/other,units_o,lab/staff,lab/accred,"
    "place,_place_latitude,_place_longitude,_uuid,_submission_time,__version__\n"
)
ROWS = """\
2016-03-01T09:00:05.123-04:00,Dominica,cyber other,1,0,1,CERT,,,15.3 -61.4 20 5,15.3,-61.4,u-1,2016-03-01T13:21:00,v1
2016-03-02T09:00:00.000-05:00,Panamá,lab,0,1,0,,0,,,,,u-2,2016-03-02T14:21:00,v1
,Belize,,,,,,,,,,,u-3,2016-03-03T14:21:00,v1
"""
CSV = HEADS + ROWS


def test_csv_with_its_definition(read, definition):
    reading = read(CSV, "export.csv", form=definition)
    first, second, third = reading.responses
    assert reading.format == "kobo-csv"
    assert [r.country.alpha_2 for r in reading.responses] == ["DM", "PA", "BZ"]
    assert (first.id, first.version, first.questionnaire) == ("u-1", "v1", "needs")
    assert first.submitted == datetime.datetime(2016, 3, 1, 13, 21, tzinfo=datetime.UTC)
    assert first["start"].value.utcoffset() == datetime.timedelta(hours=-4)
    assert first["units"].value == ("cyber", "other")
    assert first["units_o"].value == "CERT"
    assert first["place"].value == GeoPoint(15.3, -61.4, 20.0, 5.0)
    # Not asked: the laboratory was not ticked. Asked: it was, and staff is 0, so accreditation was not asked.
    assert first["staff"].value is Missing.NOT_ASKED
    assert (second["staff"].value, second["accred"].value) == (0, Missing.NOT_ASKED)
    assert third["units"].value is Missing.NO_ANSWER
    assert third["units_o"].value is Missing.NOT_ASKED
    assert str(second["staff"].origin) == "export.csv:H3"
    account = reading.reconciliation.sheets[0]
    assert (account.rows_in, account.rows_out, account.answers) == (3, 3, 3 + 2 + 2 + 1 + 1 + 1)


def test_csv_without_definition_is_a_marked_draft(read):
    reading = read(CSV, "export.csv")
    form = reading.questionnaire
    assert form.inferred
    assert all(q.inferred for q in form.questions)
    assert [(q.id, q.type.value) for q in form.questions][:4] == [
        ("start", "datetime"), ("country", "text"), ("units", "select multiple"), ("units_o", "text"),
    ]  # fmt: skip
    assert [c.code for c in form["units"].choices] == ["cyber", "lab", "other"]
    assert form["place"].personal is PersonalData.LOCATION
    assert reading.responses[0]["staff"].value is Missing.NO_ANSWER


@pytest.mark.parametrize("language", ["English (en)", "Español (es)"])
def test_heads_and_cells_with_labels(read, definition, language):
    spanish = language.startswith("Esp")
    headers = (
        ["País", "¿Qué unidades existen?", "¿Acreditado?"]
        if spanish
        else ["Country", "Which units exist?", "Accredited?"]
    )
    cells = ["Chile", "Unidad de ciberdelincuencia Laboratorio", "No sabe"]
    cells = cells if spanish else ["Chile", "Cybercrime unit Laboratory", "Don't know"]
    lines = [[*headers, "_uuid", "_submission_time"], [*cells, "u", "2016-03-01T13:21:00"]]
    text = "\n".join(";".join(line) for line in lines)
    response = read(f"\ufeff{text}\n", "labels.csv", form=definition).responses[0]
    assert response["units"].value == ("cyber", "lab")
    assert (response["accred"].value, response["accred"].raw) == (Missing.DONT_KNOW, cells[2])
    assert response.country.alpha_2 == "CL"


def test_labels_without_definition_are_never_cut_at_spaces(read):
    head = "¿Qué unidades existen?"
    text = (
        f"{head};{head}/Unidad de ciberdelincuencia;{head}/Laboratorio;_submission_time\n"
        "Unidad de ciberdelincuencia Laboratorio;1;1;2016-03-01T13:21:00\n;;;2016-03-01T13:22:00\n"
    )
    first, second = read(text, "x.csv").responses
    assert first[head].value == ("Unidad de ciberdelincuencia", "Laboratorio")
    assert second[head].value is Missing.NO_ANSWER


@pytest.mark.parametrize("mark", ["/", ".", "-", ":"])
def test_groups_with_any_separator(read, mark):
    text = f"lab{mark}staff,lab{mark}room,meta{mark}instanceID\n3,2,uuid:1\n"
    reading = read(text, "x.csv")
    assert [(q.id, q.group) for q in reading.questionnaire.questions] == [("staff", "lab"), ("room", "lab")]
    assert reading.responses[0].id == "1"


def test_positions_in_heads_are_repeats(read):
    headers = "house[1]/member[1]/n,house[1]/member[2]/n,house[2]/member[1]/n,meta/instanceID"
    text = f"{headers}\nAnn,Bob,Cy,uuid:1\nDee,n/a,n/a,uuid:2\n"
    first, second = read(text, "x.csv").responses
    link = "house/member/_parent_index"
    assert answers(first) == [
        ("n", "Ann", 1),
        ("n", "Bob", 2),
        ("n", "Cy", 3),
        (link, 1, 1),
        (link, 1, 2),
        (link, 2, 3),
    ]
    assert answers(second) == [("n", "Dee", 1), (link, 1, 1)]


def test_rows_that_flatten_one_submission_are_one_response(read):
    text = "name,kids/name,kids/age,meta/instanceID\nBob,Tom,12,uuid:1\nBob,Dick,5,uuid:1\nEve,Kim,3,uuid:2\n"
    reading = read(text, "x.csv")
    bob, eve = reading.responses
    assert answers(bob) == [
        ("name", "Bob", 0),
        ("kids/name", "Tom", 1),
        ("kids/name", "Dick", 2),
        ("age", 12, 1),
        ("age", 5, 2),
    ]
    assert len(eve) == 3
    assert (reading.reconciliation.sheets[0].rows_in, reading.reconciliation.sheets[0].rows_out) == (3, 3)


def test_fillers_are_not_asked_unless_the_form_says_they_were(read, form):
    data = form(survey="type|name|label|relevant\ntext|a|A|\ntext|b|B|${a} = 'x'")
    text = "a,b,meta/instanceID\nx,n/a,uuid:1\ny,n/a,uuid:2\n"
    assert [r["b"].value for r in read(text, "x.csv").responses] == [Missing.NOT_ASKED, Missing.NOT_ASKED]
    told = read(text, "x.csv", form=data)
    assert [(r["b"].value, r["b"].raw) for r in told.responses] == [
        (Missing.NO_ANSWER, "n/a"), (Missing.NOT_ASKED, "n/a"),
    ]  # fmt: skip


def test_ticks_that_are_all_off_are_an_answer(read):
    text = "t/a,t/b,_tags,_submission_time\nTrue,False,x,\nFalse,False,x,\nn/a,n/a,x,\n"
    assert [r["t"].value for r in read(text, "x.csv").responses] == [("a",), (), Missing.NOT_ASKED]


@pytest.mark.parametrize(
    ("whole", "rows", "wanted"),
    [
        ("t,", ["1 99,1,0,1", ",0,0,0", "0,0,1,0"], [("1", "99"), (), ("0",)]),
        ("", ["1,0,1", "0,0,0", "0,1,0"], [("1", "99"), (), ("0",)]),
        ("", ["1,,99", ",0,", "1,0,"], [("1", "99"), ("0",), ("1", "0")]),  # the code where it was chosen
        ("t,", ["1,True,False,False", ",False,False,False"], [("1",), ()]),
    ],
)
def test_a_zero_in_the_column_of_an_option_coded_0_is_no_tick(host, workbook, tmp_path, whole, rows, wanted):
    form = {"survey": "type | name\nselect_multiple c | t", "choices": "list_name | name\nc | 1\nc | 0\nc | 99"}
    (tmp_path / "form.xlsx").write_bytes(workbook(form))
    head = f"country,{whole}t/1,t/0,t/99,_uuid,_submission_time"
    text = "\n".join([head, *(f"PER,{row},u{number},x" for number, row in enumerate(rows))])
    given = {"name": "a.csv", "host": host, "options": {"form": tmp_path / "form.xlsx"}}
    assert [response["t"].value for response in cb.read(text.encode(), **given).responses] == wanted
    assert [row["t"].value for row in cb.scan(text.encode(), **given)] == wanted


def test_what_is_no_answer_is_told_and_kept(read, definition):
    text = (
        "lab/staff,units,_uuid,_submission_time\nmany,lab,u,2016-03-01T13:21:00\n3,lab planes,v,2016-03-01T13:21:00\n"
    )
    reading = read(text, "x.csv", form=definition)
    assert (reading.responses[0]["staff"].value, reading.responses[0]["staff"].raw) == (Missing.INVALID, "many")
    assert reading.responses[1]["units"].value == ("lab", "planes")
    assert [str(i.origin) for i in reading.issues if i.code == "CB201"] == ["x.csv:A2", "x.csv:B3"]


def test_personal_data_are_flagged_and_can_be_left_out(read):
    text = "deviceid,name,staff,_submitted_by,_uuid\nd-1,Ann,3,ann,u\n".replace("_uuid", "meta/instanceID")
    flagged = read(text, "x.csv")
    assert {i.message.split("'")[1] for i in flagged.issues if i.code == "CB132"} == {
        "deviceid",
        "name",
        "_submitted_by",
    }
    dropped = read(text, "x.csv", drop_personal=True)
    assert answers(dropped.responses[0]) == [("staff", 3, 0)]


def test_a_workbook_with_a_sheet_a_repeat(read, workbook, definition):
    data = workbook(
        {
            "needs": "country|units|units/cyber|units/lab|_id|_uuid|_submission_time|_index\n"
            "Dominica|lab|0|1|501|u-1|2016-03-01T13:21:00|1\nPanama|cyber|1|0|502|u-2|2016-03-02T14:21:00|2",
            "training": "title|year|_index|_parent_table_name|_parent_index\nFirst|2014|1|needs|1\n"
            "Second|2015|2|needs|1\nThird||3|needs|2\nStray|2001|4|needs|9",
        }
    )
    reading = read(data, "export.xlsx", form=definition)
    first, second, stray = reading.responses
    assert [(a.value, a.repeat) for a in first if a.question == "title"] == [("First", 1), ("Second", 2)]
    assert [(a.value, a.repeat) for a in second if a.question == "year"] == [(Missing.NO_ANSWER, 1)]
    assert stray["title"].value == "Stray"
    assert [i.code for i in reading.issues if i.code.startswith("XF3")] == ["XF302"]
    assert str(first["title"].origin) == "export.xlsx!training:A2"
    assert [s.rows_in for s in reading.reconciliation.sheets] == [2, 4]


def test_repeats_in_repeats_over_three_sheets(read, workbook):
    data = workbook(
        {
            "nest": "eggs|_index|_parent_table_name|_parent_index\n1|1|tree|1\n2|2|tree|1\n3|3|tree|2\n4|4|tree|3",
            "birds": "area|_uuid|_submission_time|_index\nN|u1|2016-03-01T10:00:00|1\nS|u2|2016-03-01T10:00:00|2",
            "tree": "kind|_index|_parent_table_name|_parent_index\nOak|1|birds|1\nElm|2|birds|1\nFir|3|birds|2",
        }
    )
    first, second = read(data, "export.xlsx").responses
    link = "tree/nest/_parent_index"
    assert answers(first)[1:] == [
        ("kind", "Oak", 1), ("kind", "Elm", 2), ("eggs", 1, 1), ("eggs", 2, 2), ("eggs", 3, 3),
        (link, 1, 1), (link, 1, 2), (link, 2, 3),
    ]  # fmt: skip
    assert answers(second)[1:] == [("kind", "Fir", 1), ("eggs", 4, 1), (link, 1, 1)]


def test_a_sheet_that_no_column_links_is_told(read, workbook):
    data = workbook({"a": "age|_uuid|_submission_time\n3|u|x", "b": "title|year\nT|2001"})
    reading = read(data, "export.xlsx")
    assert [issue.code for issue in reading.issues if issue.code.startswith("XF3")] == ["XF305"]
    assert reading.reconciliation.sheets[1].skipped


def test_a_repeat_exported_by_itself_keeps_what_names_its_parent(read):
    text = "kids-age,PARENT_KEY,KEY,SET-OF-kids\n4,uuid:1,uuid:1/kids[1],uuid:1/kids\n"
    response = read(text, "f-kids.csv").responses[0]
    assert response["PARENT_KEY"].value == "uuid:1"


def test_lines_and_areas_on_a_map_are_personal_without_a_definition_too(read):
    text = (
        "country,walk,note,_uuid,_submission_time\nPER,1 2 0 0;1.1 2.1 0 0;1.2 2.2 0 0,3; 4,u,x\n"
        "PER,,,v,x\nPER,1 2; 2 2;1 2,5,w,x\n"
    )
    form = read(text, "a.csv").questionnaire
    assert (form["walk"].type.value, form["walk"].personal) == ("text", PersonalData.LOCATION)
    assert form["note"].personal is None
    assert "walk" not in read(text, "a.csv", drop_personal=True).responses[0]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_an_export_with_heads_alone_is_told(read, books, name):
    headers = ["country", "_uuid", "_submission_time", "_index"]
    data = ",".join(headers) + "\n" if name == "a.csv" else books({"visits": [headers]})
    assert [(i.code, i.severity.value) for i in read(data, name).issues] == [("CB117", "error")]


INNER = {
    "a.csv": "country,Unit,Unit/Section,_uuid,_submission_time\nPER,CERT,Lab,u,x\n",
    "a.json": '[{"_uuid": "u", "_submission_time": "x", "country": "PER", "Unit": "CERT", "Unit/Section": "Lab"}]',
    "a.xml": '<data id="f" version="1"><country>PER</country><Unit>CERT<Section>Lab</Section></Unit>'
    "<meta><instanceID>uuid:u</instanceID></meta></data>",
}


@pytest.mark.parametrize("defined", [False, True])
@pytest.mark.parametrize("name", INNER)
def test_an_answer_under_the_name_of_a_group_is_not_lost(read, host, workbook, name, defined):
    form = {"survey": "type | name\ntext | country\nbegin group | Unit\ntext | Section\nend group |"}
    given = {"form": workbook(form)} if defined else {}
    found = read(INNER[name], name, **given)
    (response,) = found.responses
    assert (response["Unit"].value, response["Section"].value) == ("CERT", "Lab")
    assert ("CB131" in [i.code for i in found.issues]) == defined
    (scanned,) = cb.scan(INNER[name].encode(), name=name, host=host, options=given)
    assert {a.question: a.value for a in scanned} == {a.question: a.value for a in response}


def test_a_time_of_a_repeat_that_was_left_blank_before_others_keeps_its_number(read, host, workbook):
    form = {"survey": "type | name\ntext | country\nbegin repeat | lab\ninteger | n\ntext | note\nend repeat |"}
    text = (
        "country,lab[1]/n,lab[1]/note,lab[2]/n,lab[2]/note,lab[3]/n,lab[3]/note,_uuid,_submission_time\n"
        "PER,,,4,x,,,u,x\nPER,5,,,,,,v,x\n"
    )
    for given in ({}, {"form": workbook(form)}):
        found = read(text, "a.csv", **given)
        answers = [[(a.question, a.repeat, a.value) for a in r if a.repeat] for r in found.responses]
        no = Missing.NO_ANSWER
        assert sorted(answers[0], key=str) == [("n", 1, no), ("n", 2, 4), ("note", 1, no), ("note", 2, "x")]
        assert sorted(answers[1], key=str) == [("n", 1, 5), ("note", 1, no)]
        scanned = cb.scan(text.encode(), name="a.csv", host=host, options=given)
        assert [
            sorted((a.question, a.repeat, a.value) for a in r if a.repeat and a.value is not no) for r in scanned
        ] == [
            [("n", 2, 4), ("note", 2, "x")],
            [("n", 1, 5)],
        ]


def test_one_cell_that_is_no_tick_or_number_leaves_the_columns_as_they_are(host):
    head = "country,t,t/a,t/b,staff,_uuid,_submission_time"
    rows = ["PER,a b,1,1,4,1,x", "CUB,a,1,0,7,2,x", "CHL,b,0,1,3,3,x", "HTI,,see remark,1,about ten,4,x"]
    for read in (cb.read, cb.scan):
        found = read("\n".join([head, *rows]).encode(), name="a.csv", host=host)
        assert [row["t"].value for row in found] == [("a", "b"), ("a",), ("b",), ("b",)]
        assert [row["staff"].value for row in found] == [4, 7, 3, "about ten"]
    told = {i.message for i in cb.read("\n".join([head, *rows]).encode(), name="a.csv", host=host).issues}
    assert "'see remark' is no tick of a (t); the text is kept" in told
    assert "'about ten' is not an integer (staff); the text is kept" in told
