"""Two columns of a form for one language: which counts is told. All texts are invented."""

import pytest
from capbuild_xlsform import load_form

TWO = {
    "survey": """
        type          | name | label | label::English (en) | label::French | hint  | hint:English | constraint_message
        begin group   | g    | Block      | The block           |               |       |              |
        select_one yn | unit | Unit?      | Is there a unit?    | Unité ?       | See A | See B        | plain
        text          | why  | Why?       | Why?                | Pourquoi ?    |       |              |
        text          | more | More       |                     | Plus          | Help  |              |
        end group     |      |            |                     |               |       |              |
    """,
    "choices": """
        list_name | name | label | label::English (en) | label::French
        yn        | y    | Yes   | Yes, there is       | Oui
        yn        | n    | No    | No                  | Non
    """,
    "settings": "form_id | default_language\nx | English (en)",
}  # fmt: skip


def test_a_label_beside_that_of_the_default_language_is_told(read, workbook):
    form = workbook(TWO)
    reading = read(form, "form.xlsx")
    unit, why, more = reading.questionnaire.questions
    assert (unit.text.source, unit.text.language, unit.hint.source) == ("Is there a unit?", "en", "See B")
    assert (why.text.source, more.text.source, more.hint.source) == ("Why?", "More", "Help")
    assert unit.text.get("fr") == "Unité ?"
    told = [(str(i.origin), i.message) for i in reading.issues if i.code == "XF116"]
    assert told == [
        ("form.xlsx!survey:3", "'label::English (en)' and 'label' are of one language and differ in 3 rows: "
         "'Is there a unit?' counts, 'Unit?' is kept with the form only"),
        ("form.xlsx!survey:3", "'hint::English' and 'hint' are of one language and differ in one row: "
         "'See B' counts, 'See A' is kept with the form only"),
    ]  # fmt: skip
    item = load_form(form, name="form.xlsx").form.by_path["g/unit"]
    assert dict(item.labels) == {"": "Unit?", "English (en)": "Is there a unit?", "French": "Unité ?"}
    assert item.extras["constraint_message"] == "plain"


def test_it_is_told_where_submissions_are_read_with_the_form_too(read, workbook):
    data = "unit;_uuid;_submission_time\ny;u-1;2016-03-01T10:00:00\n"
    found = read(data, "export.csv", form=workbook(TWO))
    assert [issue.code for issue in found.issues].count("XF116") == 2


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ("label::English (en) | label::en | label::French", "label::en"),
        ("label::English | label::english (en)", "label::english (en)"),
        ("label::French | label::English | label::fr", "label::fr"),
    ],
)
def test_two_spellings_of_one_language(read, workbook, headers, left):
    cells = " | ".join(f"text {n}" for n in range(headers.count("|") + 1))
    found = read(workbook({"survey": f"type | name | {headers}\ntext | a | {cells}"}), "form.xlsx")
    (told,) = [issue.message for issue in found.issues if issue.code == "XF116"]
    assert f"and {left!r} are of one language and differ in one row" in told
    assert found.questionnaire["a"].text.source == "text 0"


def test_a_label_without_language_and_no_default_is_a_language_of_its_own(read, workbook):
    found = read(workbook({"survey": "type | name | label | label::English\ntext | a | plain | english"}), "form.xlsx")
    text = found.questionnaire["a"].text
    assert (text.source, text.language, text.get("en")) == ("plain", "und", "english")
    assert not [issue for issue in found.issues if issue.code == "XF116"]


def test_a_language_in_brackets(read, workbook):
    survey = "type | name | label[en] | label [Français (fr)] | hint (fr)\ntext | a | Unit? | Unité ? | Voir"
    found = read(workbook({"survey": survey}), "form.xlsx")
    question = found.questionnaire["a"]
    assert (question.text.get("en"), question.text.get("fr"), question.hint.get("fr")) == ("Unit?", "Unité ?", "Voir")
    assert found.questionnaire.languages == ("en", "fr")


def test_a_label_that_two_choices_have_is_told_where_answers_are_read_by_it(read, workbook):
    form = {
        "survey": "type | name | label\nselect_one q | one | One\nselect_multiple q | many | Many",
        "choices": "list_name | name | label\nq | 1 | High\nq | 2 | Low\nq | 3 | High",
    }
    rows = ["One;Many;_uuid;_submission_time", "High;Low High;u-1;", "Low;Low;u-2;", "3;3 1;u-3;"]
    found = read("\n".join(rows) + "\n", "export.csv", form=workbook(form))
    assert [(r["one"].value, r["many"].value) for r in found.responses] == [
        ("1", ("2", "1")), ("2", ("2",)), ("3", ("3", "1")),
    ]  # fmt: skip
    assert [(str(i.origin), i.message) for i in found.issues if i.code == "CB201"] == [
        ("export.csv:A2", "'High' is the label of '1', '3'; the first is taken (one); the text is kept"),
        ("export.csv:B2", "'High' is the label of '1', '3'; the first is taken (many); the text is kept"),
    ]
