"""Survey definitions: blocks in the order of the flow, choices, matrices, loops, translations, trash."""

import json
from collections import Counter

import pytest

from capbuild.io.reading import file_facts
from capbuild.model import QuestionType


@pytest.fixture(scope="module")
def form(read, qsf):
    return read(qsf, "needs.qsf").form


def test_questions_stand_in_the_order_of_the_flow(form):
    assert (form.id, form.title.source, form.languages) == ("SV_1", "Needs", ("en", "es"))
    assert [q.id for q in form.questions] == [
        "Q1", "Q2", "Q2_3_TEXT", "Q3", "forensics", "online", "Q4", "Q4_1", "Q4_2", "Q5", "Q5#1_1", "Q5#2_1_1", "Q6",
        "Q7", "Q8", "Q8_1", "Q8_2", "Q10", "Q11", "Q11_1",
    ]  # fmt: skip
    assert [(g.id, g.title.source, g.repeat) for g in form.groups] == [
        ("BL_1", "Units", False), ("BL_2", "Courses", True), ("BL_3", "End", False),
    ]  # fmt: skip


def test_choices_have_codes_labels_and_flags(form):
    country, units = form["Q1"], form["Q2"]
    assert [(c.code, c.label.source, c.label.get("es")) for c in country.choices] == [
        ("JM", "Jamaica", "Jamaica"), ("PE", "Peru", "Perú"),
    ]  # fmt: skip
    assert (country.required, country.text.get("es"), units.required) == (True, "País", False)
    assert [(c.code, c.other, c.exclusive) for c in units.choices] == [
        ("2", False, False), ("1", False, False), ("3", True, False), ("4", False, True),
    ]  # fmt: skip
    assert units.choice("4").missing.value == "don't know"
    assert (units.type, form["Q7"].type, form["Q10"].type) == (
        QuestionType.SELECT_MULTIPLE, QuestionType.RANKING, QuestionType.NOTE,
    )  # fmt: skip


def test_rows_have_their_matrix_as_parent(form):
    assert [(form[name].parent, form[name].text.source) for name in ("online", "Q4_2", "Q5#2_1_1", "Q8_2")] == [
        ("Q3", "Online"), ("Q4", "Training"), ("Q5", "Why - Now - Reason"), ("Q8", "E-mail"),
    ]  # fmt: skip
    assert [c.code for c in form["online"].choices] == ["0", "5"]
    assert [c.label.source for c in form["Q5#1_1"].choices] == ["Bad", "Good"]


def test_display_logic_is_a_rule(form):
    rule = form["Q6"].skip
    assert (rule.expression, rule.questions) == ("If Which units? Lab Is Selected", ("Q2",))


def test_what_is_in_no_block_or_in_the_trash_is_no_question(read, definition):
    made = definition()
    made["SurveyElements"][0]["Payload"][2]["BlockElements"].pop()
    found = read(json.dumps(made), "a.qsf").form
    assert "Q9" not in found
    assert "Q11" not in found


def test_a_question_without_an_id_is_not_that_of_a_page_break(read, definition):
    made = definition()
    del made["SurveyElements"][-1]["Payload"]["QuestionID"]
    assert "Q11" not in read(json.dumps(made), "a.qsf").form


def test_blocks_and_choices_may_be_lists_or_maps(read, definition, form):
    made = definition()
    blocks = made["SurveyElements"][0]
    blocks["Payload"] = {str(number): block for number, block in enumerate(blocks["Payload"])}
    for element in made["SurveyElements"][2:]:
        choices = element["Payload"].get("Choices")
        if choices:
            element["Payload"]["Choices"] = list(choices.values())
    assert read(json.dumps(made), "a.qsf").form == form


def test_two_choices_with_one_code_are_kept_apart(read, definition):
    made = definition()
    made["SurveyElements"][2]["Payload"]["RecodeValues"] = {"1": "1", "2": "1"}
    assert [c.code for c in read(json.dumps(made), "a.qsf").form["Q1"].choices] == ["1", "1 (2)"]


def test_facts_are_those_that_json_counts(qsf):
    elements = json.loads(qsf)["SurveyElements"]
    trash = {e["QuestionID"] for e in elements[0]["Payload"][3]["BlockElements"]}
    live = [e["Payload"] for e in elements[2:] if e["Payload"]["QuestionID"] not in trash]
    found = file_facts(qsf, name="a.qsf")
    assert (found["questions_live"], found["questions_in_trash"], found["blocks"]) == (len(live), 1, 3)
    assert found["choices_live"] == sum(len(p.get("Choices", ())) for p in live)
    kinds = Counter(p["QuestionType"] for p in live)
    assert sum(n for kind, n in found["types_live"].items() if kind.startswith("MC/")) == kinds["MC"]
    assert found["languages_in_questions"] == ["ES"]
