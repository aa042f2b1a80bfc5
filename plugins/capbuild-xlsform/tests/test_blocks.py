"""Matrices, scores and ranks of KoboToolbox: a definition and what comes back meet; the form is that of its manual."""

import csv
import io
import json

import pytest
from capbuild_xlsform import load_form

from capbuild.model import Missing, QuestionType

T = QuestionType
MATRIX = {
    "survey": """
        type             | name  | label                     | required | relevant        | kobo--matrix_list | hint
        begin_group      | home  | At home                   |          |                 |                   |
        begin_kobomatrix | M1    | Items                     |          |                 | assets            |
        select_one yn    | Q1    | Which assets do you have? | TRUE     |                 |                   | Per row
        integer          | Q2    | Number of assets          | TRUE     | ${Q1} = 'yes'   |                   |
        end_kobomatrix   |       |                           |          |                 |                   |
        end_group        |       |                           |          |                 |                   |
        text             | after | And then?                 |          | ${M1_tv_Q2} > 1 |                   |
    """,
    "choices": """
        list_name | name | label
        assets    | car  | Car
        assets    | bike | Bike
        assets    | tv   | TV
        yn        | yes  | Yes
        yn        | no   | No
    """,
    "settings": "form_id | version\nmatrix | v1",
}
#: As the server writes them; labels of cells are hidden on the page, and stand in exports with their tags.
PATHS = [f"home/M1_{row}/M1_{row}_{column}" for row in ("car", "bike", "tv") for column in ("Q1", "Q2")]
ROWS = {"car": "Car", "bike": "Bike", "tv": "TV"}
COLUMNS = {"Q1": "Which assets do you have?", "Q2": "Number of assets"}


def test_a_matrix_is_a_question_a_cell(read, workbook):
    found = read(workbook(MATRIX), "matrix.xlsx")
    questions = found.questionnaire.questions
    asked = [q for q in questions if q.type is not T.NOTE]
    assert [q.id for q in asked] == [path.rpartition("/")[2] for path in PATHS] + ["after"]
    assert [q.text.source for q in asked[:2]] == ["Car: Which assets do you have?", "Car: Number of assets"]
    assert [q.type for q in asked[:2]] == [T.SELECT_ONE, T.INTEGER]
    assert all(q.required for q in asked[:6])
    assert [c.code for c in asked[4].choices] == ["yes", "no"]
    assert asked[4].hint.source == "Per row"
    assert [(q.skip.expression, q.skip.questions) for q in asked if q.skip] == [
        *((f"${{M1_{row}_Q1}} = 'yes'", (f"M1_{row}_Q1",)) for row in ROWS),
        ("${M1_tv_Q2} > 1", ("M1_tv_Q2",)),
    ]
    assert [q.id for q in questions if q.type is T.NOTE] == [
        "M1_header_note", "M1_header_Q1", "M1_header_Q2", "M1_car_note", "M1_bike_note", "M1_tv_note",
    ]  # fmt: skip
    assert [(g.id, g.title.source, g.parent) for g in found.questionnaire.groups] == [
        ("home", "At home", None), ("home/M1_header", "M1_header", "home"), ("home/M1_car", "Car", "home"),
        ("home/M1_bike", "Bike", "home"), ("home/M1_tv", "TV", "home"),
    ]  # fmt: skip


def _heads(labels):
    if not labels:
        return PATHS
    cells = [(row, column) for row in ROWS for column in COLUMNS]
    return [f'At home/M1_{row}/<span style="display:none">{row}-{COLUMNS[column]}</span>' for row, column in cells]


@pytest.mark.parametrize("labels", [False, True], ids=["names", "labels"])
def test_a_matrix_and_its_export_meet(read, workbook, labels):
    yes, no = ("Yes", "No") if labels else ("yes", "no")
    text = io.StringIO()
    headers = ["_uuid", "_submission_time", *_heads(labels)]
    csv.writer(text).writerows([headers, ["u-1", "2016-03-01T10:00:00", yes, "1", no, "", yes, ""]])
    found = read(text.getvalue(), "export.csv", form=workbook(MATRIX))
    assert {issue.code for issue in found.issues} == {"CB104"}  # no question names a country
    assert len(found.questionnaire.questions) == 13  # 6 cells, 6 notes, 1 more: nothing new
    answers = {a.question: a.value for a in found.responses[0].answers}
    cells = [answers[path.rpartition("/")[2]] for path in PATHS]
    assert cells == ["yes", 1, "no", Missing.NOT_ASKED, "yes", Missing.NO_ANSWER]


def test_a_matrix_in_json(read, workbook):
    rows = [
        {
            "_id": 1,
            "_uuid": "u-1",
            "_submission_time": "2016-03-01T10:00:00",
            PATHS[0]: "yes",
            PATHS[1]: "1",
            PATHS[4]: "no",
        }
    ]
    found = read(json.dumps(rows), "data.json", form=workbook(MATRIX))
    answers = {a.question: a.value for a in found.responses[0].answers}
    assert (answers["M1_car_Q1"], answers["M1_car_Q2"], answers["M1_tv_Q1"]) == ("yes", 1, "no")
    assert [q.id for q in found.questionnaire.questions if q.inferred] == ["_id"]


def test_a_matrix_in_the_content_of_an_asset():
    content = {
        "survey": [
            {"type": "begin_kobomatrix", "$autoname": "places", "label": ["Places"], "kobo--matrix_list": "places"},
            {"type": "integer", "$autoname": "staff", "label": ["Staff"], "relevant": "${open} = 'y'"},
            {"type": "select_one", "select_from_list_name": "yn", "$autoname": "open", "label": ["Open?"]},
            {"type": "end_kobomatrix"},
        ],
        "choices": [
            {"list_name": "places", "$autovalue": "north", "label": ["North"]},
            {"list_name": "yn", "name": "y", "label": ["Yes"]},
        ],
        "translations": [None],
    }
    form = load_form(json.dumps({"content": content}).encode()).form
    assert [i.path for i in form.items if i.type is not T.NOTE] == [
        "places_north/places_north_staff", "places_north/places_north_open",
    ]  # fmt: skip
    assert form.items[-2].relevant == "${places_north_open} = 'y'"


SCORE = {
    "survey": """
        type        | name  | label        | required | relevant     | kobo--score-choices | kobo--rank-items
        begin_score | skore | Score        | true     | ${n1} != 'x' | levels              |
        score__row  | skr1  | Reporting    |          |              |                     |
        score__row  | skr2  | Training     |          |              |                     |
        end_score   |       |              |          |              |                     |
        begin_rank  | rnk   | Top 3 needs? |          |              |                     | needs
        rank__level | n1    | 1st need     |          |              |                     |
        rank__level | n2    | 2nd need     |          |              |                     |
        rank__level | n3    | 3rd need     |          |              |                     |
        end_rank    |       |              |          |              |                     |
    """,
    "choices": """
        list_name | name  | label
        levels    | l1    | None
        levels    | l2    | Some
        needs     | food  | Food
        needs     | water | Water
        needs     | tools | Tools
    """,
}


def test_scores_and_ranks(read, workbook):
    form = read(workbook(SCORE), "score.xlsx").questionnaire
    assert [(q.id, q.type, q.required, len(q.choices)) for q in form.questions] == [
        ("skore_header", T.NOTE, False, 0), ("skr1", T.SELECT_ONE, True, 2), ("skr2", T.SELECT_ONE, True, 2),
        ("rnk_label", T.NOTE, False, 0), ("n1", T.SELECT_ONE, True, 3), ("n2", T.SELECT_ONE, True, 3),
        ("n3", T.SELECT_ONE, True, 3),
    ]  # fmt: skip
    assert [q.text.source for q in form.questions[:2]] == ["Score", "Reporting"]
    assert form["skr2"].skip.questions == ("n1",)
    rules = [item.extras.get("constraint") for item in load_form(workbook(SCORE)).form.items[-3:]]
    assert rules == [None, "${n2} != ${n1}", "${n3} != ${n1} and ${n3} != ${n2}"]


@pytest.mark.parametrize(
    "headers",
    [
        "skore/skore_header,skore/skr1,skore/skr2,rnk/rnk_label,rnk/n1,rnk/n2,rnk/n3",
        "skore/Score,skore/Reporting,skore/Training,rnk/Top 3 needs?,rnk/1st need,rnk/2nd need,rnk/3rd need",
    ],
    ids=["names", "labels"],
)
def test_exports_of_scores_and_ranks(read, workbook, headers):
    data = f"_uuid,_submission_time,{headers}\nu-1,2016-03-01T10:00:00,,l1,l2,,food,water,tools\n"
    found = read(data, "export.csv", form=workbook(SCORE))
    assert len(found.questionnaire.questions) == 7
    answers = {a.question: a.value for a in found.responses[0].answers}
    assert [answers[name] for name in ("skr1", "skr2", "n1", "n2", "n3")] == ["l1", "l2", "food", "water", "tools"]


def test_what_cannot_be_opened_is_told(read, workbook):
    sheets = MATRIX | {"survey": MATRIX["survey"].replace("| assets ", "| things ")}
    found = read(workbook(sheets), "matrix.xlsx")
    assert [i.code for i in found.issues if i.severity.value == "warning"] == ["XF103"]
    assert [q.id for q in found.questionnaire.questions] == ["Q1", "Q2", "after"]


def test_the_condition_of_a_matrix_is_read_and_told(read, workbook):
    old = next(line for line in MATRIX["survey"].splitlines() if "begin_kobomatrix" in line)
    cells = old.split("|")
    new = "|".join([*cells[:4], " ${after} = 'x' ", *cells[5:]])
    survey = MATRIX["survey"].replace(old, new)
    found = read(workbook(MATRIX | {"survey": survey}), "matrix.xlsx")
    assert [i.code for i in found.issues if i.code != "XF115"] == ["XF119"]
    assert found.questionnaire["M1_tv_Q2"].skip.expression == "(${after} = 'x') and (${M1_tv_Q1} = 'yes')"


def test_a_matrix_that_would_fill_the_memory_is_a_group(read, form):
    columns = "\n".join(f"integer|q{n}|Q{n}|" for n in range(400))
    places = "\n".join(f"many|c{n}|C{n}" for n in range(400))
    survey = f"type|name|label|kobo--matrix_list\nbegin_kobomatrix|m|M|many\n{columns}\nend_kobomatrix|||"
    found = read(form(survey=survey, choices=f"list_name|name|label\n{places}"), "m.csv")
    assert len(found.questionnaire.questions) == 400
    assert [issue.code for issue in found.issues if issue.severity == "warning"] == ["XF119"]
