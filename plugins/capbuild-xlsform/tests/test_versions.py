"""Several versions of one form in one export: told, and put together without losing an answer."""

import json

import pytest
from capbuild_xlsform import ChangeKind, Form, FormItem, compare_forms, load_form

from capbuild.model import Missing, Severity


def version(name, *rows, choices=()):
    return {
        "version": name,
        "content": {
            "survey": [dict(zip(("type", "name", "label"), row, strict=True)) for row in rows],
            "choices": [dict(zip(("list_name", "name", "label"), row, strict=True)) for row in choices],
        },
    }


OLD = version(
    "v1", ("text", "boss", "Who leads?"), ("select_one u", "unit", "Unit?"), ("text", "tool", "Tools?"),
    ("text", "gone", "G"), choices=(("u", "a", "A"), ("u", "b", "B")),
)  # fmt: skip
NEW = version(
    "v2", ("text", "head", "Who leads?"), ("select_multiple u", "unit", "Unit?"), ("select_one t", "tool", "Tools?"),
    ("text", "fresh", "F"), choices=(("u", "a", "A"), ("u", "c", "C"), ("t", "x", "X")),
)  # fmt: skip
SUBMISSIONS = [
    {"_submission_time": "2016-01-01T00:00:00", "__version__": "v1", "boss": "Ann", "unit": "b", "tool": "my tool"},
    {"_submission_time": "2016-01-02T00:00:00", "__version__": "v2", "head": "Bob", "unit": "a c", "tool": "x"},
]


@pytest.fixture
def forms():
    return [json.dumps(OLD).encode(), json.dumps(NEW).encode()]


def test_changes(forms):
    old, new = (load_form(data, name="f.json").form for data in forms)
    assert {(change.kind, change.question, change.old, change.new) for change in compare_forms(old, new)} == {
        (ChangeKind.RENAMED, "head", "boss", "head"),
        (ChangeKind.REMOVED, "gone", "", ""),
        (ChangeKind.ADDED, "fresh", "", ""),
        (ChangeKind.RETYPED, "unit", "select one", "select multiple"),
        (ChangeKind.RETYPED, "tool", "text", "select one"),
        (ChangeKind.CHOICES_REMOVED, "unit", "b", ""),
        (ChangeKind.CHOICES_ADDED, "unit", "", "c"),
    }


def test_each_answer_is_read_by_its_own_version(read, forms):
    reading = read(json.dumps(SUBMISSIONS), "data.json", form=forms)
    first, second = reading.responses
    assert (first["unit"].value, second["unit"].value) == (("b",), ("a", "c"))
    assert (first["tool"].value, second["tool"].value) == ("my tool", "x")
    assert (first["fresh"].value, second["gone"].value) == (Missing.NOT_ASKED, Missing.NOT_ASKED)
    assert first["gone"].value is Missing.NO_ANSWER
    assert {c.code for c in reading.questionnaire["unit"].choices} == {"a", "b", "c"}
    assert {"XF201", "XF202", "XF203", "XF204", "XF205", "XF206", "XF209"} <= {i.code for i in reading.issues}
    assert not reading.issues.count(Severity.ERROR)


def test_renamed_questions_are_put_together_when_told(read, forms):
    reading = read(json.dumps(SUBMISSIONS), "data.json", form=forms, renamed={"boss": "head"})
    assert [response["head"].value for response in reading.responses] == ["Ann", "Bob"]


def test_all_versions_in_one_file(read):
    parts = [{**OLD, "submissions": SUBMISSIONS[:1]}, {**NEW, "submissions": SUBMISSIONS[1:]}]
    reading = read(json.dumps(parts), "formpack.json")
    assert [r.version for r in reading.responses] == ["v1", "v2"]
    assert reading.responses[0]["unit"].value == ("b",)


def test_a_version_that_nobody_has_is_told(read, forms):
    data = json.dumps([{**SUBMISSIONS[0], "__version__": "v0"}])
    assert "XF210" in {i.code for i in read(data, "data.json", form=forms).issues}


def test_a_form_may_be_given_as_it_is(read):
    form = Form(id="f", version="v1", items=(FormItem(path="boss"),))
    reading = read(json.dumps(SUBMISSIONS[:1]), "data.json", form=form)
    assert reading.responses[0]["boss"].value == "Ann"
    assert "CB131" in {i.code for i in reading.issues}  # unit and tool are in no definition


def test_without_definitions_it_is_told_what_only_some_versions_answer(read):
    told = [issue.message for issue in read(json.dumps(SUBMISSIONS), "data.json").issues if issue.code == "XF211"]
    assert told == ["'boss' is answered in version v1 only", "'head' is answered in version v2 only"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "_uuid,_submission_time,__version__,q\nu-1,2016-03-01T10:00:00,2,x\n"),
        ("a.json", '[{"_uuid": "u-1", "_submission_time": "2016-03-01T10:00:00", "__version__": "2", "q": "x"}]'),
    ],
)
def test_versions_count_in_their_own_order_whatever_order_they_are_given_in(read, name, data):
    old, new = (
        Form(id="f", version=version, items=(FormItem(path="q", labels={"": text}),))
        for version, text in (("1", "Which unit?"), ("2", "Which unit of the police?"))
    )
    texts = [read(data, name, form=forms).questionnaire["q"].text.source for forms in ((old, new), (new, old))]
    assert texts == ["Which unit of the police?"] * 2
