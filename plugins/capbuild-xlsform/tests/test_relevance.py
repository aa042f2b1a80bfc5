"""Conditions, worked out by hand."""

import pytest
from capbuild_xlsform.definitions.relevant_parser import is_true, list_references
from hypothesis import given
from hypothesis import strategies as st

from capbuild.model import Missing

ANSWERS = {"age": "17", "tools": "triage imaging", "name": "", "unit": "yes", "staff": "2.5"} | {
    "born": "2001-03-04", "visit": "2024-01-05", "sent": "2024-01-05T12:00:00.000Z", "told": "5 January 2024",
}  # fmt: skip

CASES = """
    ${age} > 16                                         | True
    ${age} >= 18                                        | False
    ${age} = 17 and ${unit} = 'yes'                     | True
    ${age} = 17 and ${unit} = 'no'                      | False
    ${age} = 1 or ${unit} = "yes"                       | True
    selected(${tools}, 'imaging')                       | True
    selected(${tools}, 'imag')                          | False
    not(selected(${tools}, 'imaging'))                  | False
    count-selected(${tools}) = 2                        | True
    ${name} = ''                                        | True
    ${name} != ''                                       | False
    ${name} > 5                                         | False
    ${name} != 5                                        | True
    string-length(${unit}) = 3                          | True
    (${age} + 3) * 2 = 40                               | True
    ${age} - 20 = -3                                    | True
    ${age} mod 5 = 2 and ${age} div 2 = 8.5             | True
    -${age} < 0                                         | True
    ${unit} = ‘yes’                                     | True
    true()                                              | True
    if(${age} > 18, ${unit}, '') = ''                   | True
    coalesce(${name}, ${unit}) = 'yes'                  | True
    starts-with(${tools}, 'tri') and contains(${tools}, 'mag') | True
    ${staff} > 2 and ${staff} < 3                       | True
    unit = 'yes'                                        | True
    ${nobody} = 1                                       | None
    ${nobody} = 1 or ${unit} = 'yes'                    | True
    ${nobody} = 1 and ${unit} = 'no'                    | False
    ${visit} > ${born}                                  | True
    ${visit} < ${born}                                  | False
    ${visit} >= date('2024-01-05')                      | True
    ${visit} = date('2024-01-05')                       | True
    ${visit} < '2024-06-01'                             | True
    ${sent} > ${visit} and ${sent} < ${visit} + 1       | True
    (${visit} - ${born}) div 365.25 > 22                | True
    decimal-date-time('1970-01-03') = 2                 | True
    ${told} > ${born}                                   | None
    ${unit} > 1                                         | None
    selected-at(${tools}, 1) = 'imaging'                | True
    selected-at(${tools}, 2) = ''                       | True
    selected-at(${tools}, ${name}) = ''                 | True
    selected-at(${tools}, -1) = ''                      | True
    today() > '2020-01-01'                              | None
    count(${tools}) > 1                                 | None
    ${age} >                                            | None
    ${age} ) 3                                          | None
    ${age} = 17 and                                     | None
"""


@pytest.mark.parametrize("case", [line.strip() for line in CASES.strip().splitlines()])
def test_conditions(case):
    expression, _, expected = (part.strip() for part in case.rpartition("|"))
    assert str(is_true(expression, ANSWERS.get)) == expected


@given(st.text(alphabet="()${}abc='\"<>!+-*/ .,0123andornotselected", max_size=60))
def test_any_text_is_true_false_or_unknown(expression):
    assert is_true(expression, ANSWERS.get) in (True, False, None)


def test_deep_conditions_are_unknown_and_do_not_overflow():
    assert is_true("(" * 5000 + "1" + ")" * 5000, ANSWERS.get) is None
    assert is_true("-" * 15000 + "1", ANSWERS.get) in (True, None)
    assert is_true("not(" * 5000 + "1" + ")" * 5000, ANSWERS.get) is None


def test_references():
    assert list_references("selected(/data/g/tools, 'a/b') and ../age > ${ age } and . > 1") == (
        "/data/g/tools",
        "../age",
        "age",
    )


LABELLED = {
    "survey": """
        type              | name  | label                  | relevant
        text              | where | Country                |
        select_one yn     | unit  | Is there a unit?       |
        integer           | staff | How many staff?        | ${unit} = 'y'
        select_multiple t | tools | Which tools?           |
        text              | model | Which recorder?        | selected(${tools}, 'dvr')
    """,
    "choices": """
        list_name | name | label
        yn        | y    | Yes
        yn        | n    | No
        t         | dvr  | Video recorder
        t         | img  | Disk imaging
    """,
}


def test_conditions_on_exports_with_labels(read, workbook):
    """A condition names codes; an export with labels stores none of them."""
    rows = "Yes,,Video recorder Disk imaging,\nNo,,Disk imaging,\n"
    headers = "_uuid,_submission_time,Country,Is there a unit?,How many staff?,Which tools?,Which recorder?\n"
    rows = "\n".join(f"u-{n},2016-03-01T10:00:00,Chile,{row}" for n, row in enumerate(rows.splitlines()))
    found = read(headers + rows, "export.csv", form=workbook(LABELLED))
    values = [{a.question: a.value for a in response.answers} for response in found.responses]
    assert [(v["staff"], v["model"]) for v in values] == [
        (Missing.NO_ANSWER, Missing.NO_ANSWER),
        (Missing.NOT_ASKED, Missing.NOT_ASKED),
    ]


def test_the_head_of_a_table_is_asked_of_nobody(read, workbook):
    """A question with the appearance `label` shows what the choices of the others in its group are called."""
    survey = """
        type          | name  | label    | appearance
        begin group   | table | Units    | field-list
        select_one yn | head  | Is there | w4 label
        select_one yn | cert  | A CERT   | list-nolabel
        select_one yn | lab   | A lab    | list-nolabel
        end group     |       |          |
    """
    form = workbook({"survey": survey, "choices": LABELLED["choices"]})
    found = read(
        "_uuid,_submission_time,table/head,table/cert,table/lab\nu-1,2016-03-01T10:00:00,,y,\n", "e.csv", form=form
    )
    values = {a.question: a.value for a in found.responses[0].answers}
    assert values == {"cert": "y", "lab": Missing.NO_ANSWER}
    assert [choice.code for choice in found.questionnaire["head"].choices] == ["y", "n"]
