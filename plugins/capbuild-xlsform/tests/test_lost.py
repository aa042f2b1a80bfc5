"""What could be lost between a form, its labels and its repeats; all answers are invented."""

from capbuild.model import PersonalData

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
