"""What could be lost between a form, its labels and its repeats; all answers are invented."""

import io
import json
import zipfile

import pytest
from capbuild_xlsform import load_form
from pyxform.xls2xform import convert

import capbuild as cb
from capbuild.model import PersonalData, QuestionType
from capbuild.testing.scan_comparison import scan_differences

FORM = {
    "survey": """
        type                 | name    | label::English        | label::Español (es)
        text                 | q1      | What is your e-mail?  | ¿Cuál es su correo electrónico?
        select_multiple unit | units   | Which units exist?    | ¿Qué unidades existen?
    """,
    "choices": """
        list_name | name  | label::English   | label::Español (es)
        unit      | cyber | Cybercrime unit  | Unidad de ciberdelincuencia
        unit      | other | Other            | Otra
    """,
}


def test_joined_labels_are_not_taken_for_codes(read, workbook):
    text = (
        "What is your e-mail?;Which units exist?;Which units exist?/Cybercrime unit;Which units exist?/Other;_uuid;"
        "_submission_time\na@example.org;Cybercrime unit Other;1;1;u-1;2016-03-01T10:00:00\n"
    )
    reading = read(text, "labels.csv", form=workbook(FORM))
    assert reading.responses[0]["units"].value == ("cyber", "other")
    assert reading.responses[0]["units"].raw == "Cybercrime unit Other"


def test_a_label_in_any_language_shows_that_a_question_is_personal(read, workbook):
    form = read(workbook(FORM), "form.xlsx").questionnaire
    assert {q.id: q.personal for q in form.questions} == {"q1": PersonalData.EMAIL, "units": None}


def test_a_repeat_deeper_than_its_heads_say_keeps_its_answers(read, workbook):
    sheets = {
        "main": "country | _index | _id | _uuid | _submission_time | __version__\nPeru | 1 | 5 | u-1 | x | v1",
        "a": "a/t | _index | _parent_table_name | _parent_index\nx | 1 | main | 1\ny | 2 | main | 1",
        "b": "b/n | _index | _parent_table_name | _parent_index\n3 | 1 | a | 2\n4 | 2 | a | 2",
    }
    (response,) = read(workbook(sheets), "export.xlsx").responses
    assert [(a.value, a.repeat) for a in response if a.question == "n"] == [(3, 1), (4, 2)]


def test_a_second_column_of_metadata_is_kept_where_it_says_something_else(read):
    headers = "country,_uuid,_submission_time,_notes,_status,_notes,_status,_submitted_by,_submitted_by\n"
    rows = "Peru,u-1,x,first,ok,second,ok,ana,eva\nCuba,u-2,x,,ok,alone,ok,ana,ana\n"
    reading = read(headers + rows, "merged.csv")
    first, second = ({a.question: a.value for a in r if a.question != "country"} for r in reading.responses)
    assert first == {
        "_submission_time": "x", "_notes": "first", "_notes (2)": "second", "_status": "ok",
        "_submitted_by": "ana", "_submitted_by (2)": "eva",
    }  # fmt: skip
    assert second["_notes"] == "alone"
    assert "_notes (2)" not in second
    told = [(issue.message, issue.origin.column) for issue in reading.issues if issue.code == "CB113"]
    assert [column for _, column in told] == [6, 9]
    assert reading.questionnaire["_submitted_by (2)"].personal is PersonalData.NAME


CASE = """<data xmlns="http://openrosa.org/formdesigner/A1" version="9" name="Visit"><country>Peru</country>
<n0:case xmlns:n0="http://commcarehq.org/case/transaction/v2" case_id="c-1" user_id="u-9">
<n0:update><n0:state>open</n0:state></n0:update></n0:case><n1:meta xmlns:n1="http://openrosa.org/jr/xforms"><n1:username>ana</n1:username>
<n1:instanceID>i</n1:instanceID></n1:meta></data>"""


def test_attributes_of_a_case_and_of_the_form_are_kept(read):
    reading = read(CASE, "case.xml")
    (response,) = reading.responses
    assert {a.question: a.value for a in response} == {
        "country": "Peru", "@case_id": "c-1", "@user_id": "u-9", "state": "open",
        "meta/username": "ana", "@name": "Visit",
    }  # fmt: skip
    assert response["@case_id"].origin.path == "/data/case/@case_id"
    assert reading.questionnaire["meta/username"].personal is PersonalData.NAME


def test_what_a_submission_makes_of_an_entity_is_kept(read):
    text = """<data xmlns:orx="http://openrosa.org/xforms" id="trees" version="3">
    <country>Peru</country><photo type="file">a.jpg</photo>
    <orx:meta><orx:instanceID>uuid:1</orx:instanceID>
    <entity dataset="trees" id="e-1" create="1"><label>Oak</label></entity>
    <entity dataset="trees" id="e-2"/></orx:meta></data>"""
    (response,) = read(text, "tree.xml").responses
    assert {a.question: a.value for a in response} == {
        "country": "Peru", "photo": "a.jpg", "meta/entity/label": "Oak", "meta/entity/@dataset": "trees",
        "meta/entity/@id": "e-1", "meta/entity/@create": "1", "meta/entity/@id (2)": "e-2",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xml_in_utf_16(read, encoding):
    form = convert("| survey |\n| | type | name | label |\n| | text | q | ¿Qué? |\n", file_type=".md").xform
    body = form.partition("?>")[2]
    reading = read(f'<?xml version="1.0" encoding="UTF-16"?>{body}'.encode(encoding), "form.xml")
    assert (reading.format, reading.questionnaire["q"].text.source) == ("odk-xform", "¿Qué?")
    reading = read(CASE.encode(encoding), "case.xml")
    assert (reading.format, reading.responses[0]["country"].value) == ("openrosa-xml", "Peru")


def test_an_xform_shows_the_same_as_its_xlsform(read, workbook):
    tables = {"survey": "type | name | label\ntext | q1 | What is your e-mail?\nosm | q2 | The building"}
    written = workbook(tables)
    form = read(written, "form.xlsx").questionnaire
    xform = read(convert(written, file_type=".xlsx").xform, "form.xml").questionnaire
    assert {q.id: (q.type, q.personal) for q in form.questions} == {
        "q1": (QuestionType.TEXT, PersonalData.EMAIL),
        "q2": (QuestionType.FILE, None),
    }
    assert [(q.id, q.type, q.personal) for q in xform.questions] == [(q.id, q.type, q.personal) for q in form.questions]


def test_what_becomes_of_choices_and_of_entities_is_told(read, workbook):
    tables = {
        "survey": "type | name | label\nselect_one yn | q | Q",
        "choices": "list_name | name | label\nyn | y | Yes\nyn | | Nameless\n | n | No list",
        "entities": "list_name | label\ntrees | ${q}",
    }
    reading = read(workbook(tables), "form.xlsx")
    _, choices, entities = reading.reconciliation.sheets
    assert (choices.rows_in, choices.rows_out, dict(choices.rows_left_out)) == (3, 1, {"no list or no name": 2})
    assert "entities" in entities.skipped
    assert [issue.code for issue in reading.issues] == ["XF113", "XF106", "XF106"]


TWO = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>T</h:title>
<model><instance><data id="t"><a/><b/></data></instance></model></h:head><h:body>
<input ref="/data/a"><label>Say</label></input>
<select1 ref="/data/a"><label>Choose</label><item><label>L</label><value>1</value></item></select1>
<h:div><input ref="/data/b"><label>Inside a division</label></input></h:div>
<trigger><label>Nowhere</label></trigger></h:body></h:html>"""


def test_controls_of_an_xform_that_do_not_count_are_told(read):
    reading = read(TWO, "two.xml")
    assert [(q.id, q.text.source) for q in reading.questionnaire.questions] == [
        ("a", "Say"),
        ("b", "Inside a division"),
    ]
    assert [(issue.code, issue.message.partition("'")[2].partition("'")[0]) for issue in reading.issues] == [
        ("XF118", "Choose"),
        ("XF112", "Nowhere"),
    ]


def test_media_of_an_xform_are_kept_in_each_language(workbook):
    columns = "type | name | label::en | label::fr | image::en | image::fr | guidance_hint::fr"
    written = workbook({"survey": f"{columns}\ntext | q | What? | Quoi ? | en.png | fr.png | Aide"})
    xform = load_form(convert(written, file_type=".xlsx").xform.encode()).form.by_path["q"].extras
    assert xform["image::en"].endswith("en.png")
    assert xform["image::fr"].endswith("fr.png")
    assert xform["guidance_hint::fr"] == "Aide"
    assert {name.partition("::")[2] for name in load_form(written).form.by_path["q"].extras} == {"en", "fr"}


def test_submissions_of_aggregate_in_json(read):
    one = {
        "*meta-instance-id*": "uuid:1",
        "*meta-submission-date*": "2024-01-02T10:00:00Z",
        "*meta-model-version*": "3",
    }
    reading = read(json.dumps([{**one, "country": "Peru", "g": {"n": 4}, "m": [{"nm": "A"}, {"nm": "B"}]}]), "a.json")
    (response,) = reading.responses
    assert (reading.format, response.id, response.version, response.place) == ("kobo-json", "1", "3", "Peru")
    assert str(response.submitted) == "2024-01-02 10:00:00+00:00"
    assert [(a.question, a.value, a.repeat) for a in response if a.question == "nm"] == [("nm", "A", 1), ("nm", "B", 2)]


def test_an_archive_of_surveycto_has_a_table_for_each_repeat(read):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        main = "SubmissionDate,country,SET-OF-m,instanceID,formdef_version,KEY\nx,Peru,uuid:1/m,uuid:1,24,uuid:1\n"
        archive.writestr("visit.csv", main)
        archive.writestr("visit-m.csv", "nm,PARENT_KEY,KEY,SET-OF-m\nA,uuid:1,uuid:1/m[1],uuid:1/m\n")
    reading = read(stream.getvalue(), "visit.zip")
    (response,) = reading.responses
    assert (reading.format, response.version, response["nm"].value, response["nm"].repeat) == ("odk-zip", "24", "A", 1)


def test_names_that_a_form_builder_gave(read, workbook):
    survey = [
        {"type": "text", "$autoname": "What_is_it", "label": ["What is it?"]},
        {"type": "select_one", "select_from_list_name": "x", "name": "q", "label": ["Which?"]},
        {"type": None, "name": "lost", "label": ["Untyped"]},
    ]
    choices = [{"list_name": "x", "$autovalue": "option_1", "label": ["Option 1"]}]
    reading = read(json.dumps({"content": {"survey": survey, "choices": choices, "settings": {}}}), "form.json")
    assert [q.id for q in reading.questionnaire.questions] == ["What_is_it", "q"]
    assert [choice.code for choice in reading.questionnaire["q"].choices] == ["option_1"]
    assert [(i.code, i.origin.path) for i in reading.issues if i.code == "XF109"] == [("XF109", "$.content.survey[2]")]
    sheets = {
        "survey": "type | name | $autoname | label\ntext | | What_is_it | What is it?\nselect_one x | q | | Which?",
        "choices": "list_name | name | $autovalue | label\nx | | option_1 | Option 1",
    }
    same = read(workbook(sheets), "form.xlsx").questionnaire
    assert [(q.id, [c.code for c in q.choices]) for q in same.questions] == [("What_is_it", []), ("q", ["option_1"])]


@pytest.mark.parametrize("head", ["save_to", "bind::entities:saveto"])
def test_properties_of_entities_are_told(read, workbook, head):
    sheets = {
        "survey": f"type | name | label | {head}\ntext | q | Q | species",
        "entities": "list_name | label\ntrees | ${q}",
    }
    written = workbook(sheets)
    files = {"form.xlsx": written, "form.xml": convert(written, file_type=".xlsx").xform.encode()}
    for name, data in files.items():
        told = [issue.message for issue in read(data, name).issues if issue.code == "XF115"]
        assert told == ["a questionnaire has no place for 1 properties of entities"]
        assert load_form(data).form.by_path["q"].extras["save_to"] == "species"


def test_a_sheet_of_a_repeat_that_nobody_answered_is_no_doubt(read, workbook):
    links = "_index | _parent_table_name | _parent_index"
    sheets = {
        "main": "country | _index | _id | _uuid | _submission_time\nPeru | 1 | 5 | u-1 | 2024-01-02T10:00:00",
        "kids": f"kids/name | {links}",
    }
    reading = read(workbook(sheets), "export.xlsx")
    assert reading.questionnaire["name"].group == "kids"
    assert [(sheet.sheet, sheet.rows_in, sheet.skipped) for sheet in reading.reconciliation.sheets] == [
        ("main", 1, ""),
        ("kids", 0, ""),
    ]
    assert "XF305" not in {issue.code for issue in reading.issues}
    nobody = read(workbook({"main": f"country | _uuid | {links}", "kids": f"kids/name | {links}"}), "export.xlsx")
    assert {q.id for q in nobody.questionnaire.questions} == {"country", "name"}


def test_a_page_of_commcare_in_json(read):
    form = {
        "@xmlns": "http://openrosa.org/formdesigner/A1", "@name": "Visit", "country": "Peru", "staff": "3",
        "case": {"@case_id": "c-1", "update": {"state": "open"}}, "kids": [{"name": "A"}, {"name": "B"}],
        "meta": {"instanceID": "i-1", "username": "ana", "timeEnd": "2024-01-02T09:00:00.000Z"},
    }  # fmt: skip
    one = {"id": "i-1", "app_id": "a-1", "received_on": "2024-01-02T10:00:00.000000Z", "version": "12", "form": form}
    page = {"meta": {"next": "?offset=1", "total_count": 2}, "objects": [one]}
    reading = read(json.dumps(page), "forms.json")
    (response,) = reading.responses
    assert (reading.format, response.id, response.version, response.place) == ("kobo-json", "i-1", "12", "Peru")
    assert str(response.submitted) == "2024-01-02 10:00:00+00:00"
    assert {a.question: a.value for a in response if a.question != "name"} == {
        "country": "Peru", "staff": 3, "@case_id": "c-1", "state": "open",
        "__system/app_id": "a-1", "__system/@name": "Visit", "__system/@xmlns": "http://openrosa.org/formdesigner/A1",
        "meta/username": "ana", "meta/timeEnd": "2024-01-02T09:00:00.000Z",
    }  # fmt: skip
    assert [(a.value, a.repeat) for a in response if a.question == "name"] == [("A", 1), ("B", 2)]
    assert [i.message for i in reading.issues if i.code == "XF304"] == [
        "this is one page of 2 submissions; others follow"
    ]


def test_a_page_of_commcare_is_scanned_as_it_is_read(host):
    forms = [{"@xmlns": "http://commcarehq.org/A1", "country": "Peru", "n": str(n)} for n in range(3)]
    objects = [{"id": f"i-{n}", "received_on": "2024-01-02T10:00:00Z", "form": form} for n, form in enumerate(forms)]
    for data in (objects, {"objects": objects}):
        content = json.dumps(data).encode()
        read = cb.read(content, name="forms.json", host=host).responses
        assert list(scan_differences(cb.scan(content, name="forms.json", host=host), read)) == []
        assert [response["n"].value for response in read] == [0, 1, 2]


def test_ticks_that_contradict_the_joined_cell_are_told(read):
    headers = "country,t,t/a,t/b,_uuid,_submission_time\n"
    rows = "Peru,a,0,1,1,\nCuba,a b,1,1,2,\nChile,a,1,,3,\nBelize,a b,1,0,4,\nPanama,,0,1,5,\n"
    reading = read(headers + rows, "split.csv")
    assert [r["t"].value for r in reading.responses] == [("b",), ("a", "b"), ("a",), ("a", "b"), ("b",)]
    told = [(i.origin.row, i.message) for i in reading.issues if i.code == "CB201"]
    assert [row for row, _ in told] == [2, 5]
    assert told[0][1] == "the cell contains 'a', and the columns of the options contain 'b' (t); the text is kept"


LISTS_FIRST = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>T</h:title><model><instance id="towns" src="jr://file-csv/towns.csv"/>
<instance id="yn"><root><item><name>y</name><label>Yes</label></item>
</root></instance><instance><data id="t" version="3"><a/></data></instance></model></h:head><h:body>
<select1 ref="/data/a"><label>Sure?</label><itemset nodeset="instance('yn')/root/item">
<value ref="name"/><label ref="label"/>
</itemset></select1></h:body></h:html>"""


def test_lists_of_an_xform_may_stand_before_the_instance(read):
    form = read(LISTS_FIRST, "form.xml").questionnaire
    assert (form.id, form.version, [(q.id, [c.code for c in q.choices]) for q in form.questions]) == (
        "t",
        "3",
        [("a", ["y"])],
    )


def test_text_between_elements_is_kept(read):
    text = "<data id='f' version='1'><country>Peru</country><note>one<b>two</b> three </note>"
    text += "<meta><instanceID>uuid:1</instanceID></meta></data>"
    (response,) = read(text, "edited.xml").responses
    assert {a.question: a.value for a in response} == {"country": "Peru", "note": "one three", "b": "two"}


def test_a_code_goes_before_the_label_of_another_choice(read, workbook):
    form = {
        "survey": "type | name | label\nselect_multiple c | q | Q",
        "choices": "list_name | name | label\nc | x | No\nc | no | Never",
    }
    rows = "q,q/x,q/no,_uuid,_submission_time\nno,0,1,1,x\nx,1,0,2,x\n"
    reading = read(rows, "export.csv", form=workbook(form))
    assert [response["q"].value for response in reading.responses] == [("no",), ("x",)]


@pytest.mark.parametrize("mark", ["/", ".", ":", "-"])
def test_columns_of_options_alone_show_what_separates_names(read, workbook, mark):
    form = {
        "survey": "type | name | label\nselect_multiple c or_other | q | Q\nbegin_group | g | G\n"
        "select_multiple c | r | R\nend_group",
        "choices": "list_name | name | label\nc | a | A\nc | b | B",
    }
    headers = ["q*a", "q*b", "q*other", "q_other", "g*r*a", "g*r*b", "_uuid", "_submission_time"]
    rows = "1,0,1,mine,0,1,u-1,2024-01-02T10:00:00\n"
    (response,) = read(",".join(headers).replace("*", mark) + "\n" + rows, "a.csv", form=workbook(form)).responses
    assert {a.question: a.value for a in response} == {"q": ("a", "other"), "q_other": "mine", "r": ("b",)}


def test_the_text_of_another_answer_is_no_option(read, workbook):
    form = {
        "survey": "type | name | label\nselect_multiple c or_other | q | Q",
        "choices": "list_name | name | label\nc | a | A\nc | b | B",
    }
    rows = "q,q_other,_uuid,_submission_time\na other,1,u-1,x\n"
    (response,) = read(rows, "a.csv", form=workbook(form)).responses
    assert (response["q"].value, response["q_other"].value) == (("a", "other"), "1")


def test_joined_labels_of_which_a_word_is_a_code(read, workbook):
    form = {
        "survey": "type | name | label\nselect_multiple c | q | Q",
        "choices": "list_name | name | label\nc | A | G (h)\nc | m | A / B",
    }
    rows = "Q,Q/G (h),Q/A / B,_uuid,_submission_time\nG (h) A / B,1,1,u-1,x\n"
    (response,) = read(rows, "a.csv", form=workbook(form)).responses
    assert response["q"].value == ("A", "m")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_json_in_utf_16(read, encoding):
    rows = [{"_uuid": "u-1", "_submission_time": "2024-01-02T10:00:00", "country": "Perú", "n": 3}]
    reading = read(json.dumps(rows, ensure_ascii=False).encode(encoding), "data.json")
    assert (reading.format, reading.responses[0]["country"].value) == ("kobo-json", "Perú")
    form = {"content": {"survey": [{"type": "text", "name": "q", "label": ["¿Qué?"]}]}}
    reading = read(json.dumps(form, ensure_ascii=False).encode(encoding), "form.json")
    assert reading.questionnaire["q"].text.source == "¿Qué?"
