"""Filled-in forms and lists whose questions are numbered; all answers are invented."""

from capbuild.model import Missing

_ASKED = [
    ["I. LEGISLATION"],
    ["1", "Is illegal access a crime?", "yes", "law 3 of 2014"],
    ["2", "Is data interference?", "no"],
    ["II. COOPERATION"],
    ["3", "Point of contact at all hours?", None],
    ["4", "Staff", 12],
]


def said(reading):
    return [
        (r.country.alpha_2, {a.question: a.value for a in r.answers if not a.is_missing}) for r in reading.responses
    ]


def test_a_filled_form_with_numbered_questions_and_no_heads_is_one_response(read, make):
    rows = [["Review of laws"], ["Country:", "Paraguay"], ["Agency:", "Prosecutor"], [], *_ASKED]
    reading = read(make({"Q": rows}))
    (response,) = reading.responses
    assert (response.country.alpha_2, response.respondent.pseudonym) == ("PY", "Prosecutor")
    assert {a.question: a.value for a in response.answers} == {
        "Agency": "Prosecutor",
        "Is illegal access a crime?": "yes",
        "Is data interference?": "no",
        "Point of contact at all hours?": Missing.NO_ANSWER,
        "Staff": 12,
    }
    assert response["Is illegal access a crime?"].comment == "law 3 of 2014"
    assert str(response["Staff"].origin) == "x.xlsx!Q:C10"
    assert {q.id: (q.text.source, q.group) for q in reading.questionnaire.questions}["Staff"] == (
        "Staff",
        "II. COOPERATION",
    )
    assert reading.reconciliation.adds_up


def test_codes_of_a_form_are_the_ids_of_its_questions(read, make):
    rows = [[None, "País", "Perú"], ["P1", "¿Ley?", "sí"], ["P2", "¿Unidad?", "no"], ["P3", "¿Personal?", 3]]
    assert said(read(make({"Hoja1": rows}))) == [("PE", {"P1": "sí", "P2": "no", "P3": 3})]


def test_numbered_rows_that_name_countries_are_no_form(read, make):
    rows = [["Country:", "Peru"], [1, "Chile", "yes"], [2, "Cuba", "no"], [3, "Belize", "no"]]
    reading = read(make({"S": rows}))
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CL", "CU", "BZ"]
    assert reading.reconciliation.adds_up


def test_heads_between_the_country_and_numbered_questions_ask_nothing(read, make):
    rows = [["Country:", "Peru"], ["No.", "Question", "Answer"], [1, "Law?", "no"], [2, "Lab?", "no"], [3, "Staff", 4]]
    assert said(read(make({"S": rows}))) == [("PE", {"Law?": "no", "Lab?": "no", "Staff": 4})]


def test_further_values_behind_those_of_numbered_questions_are_kept(read, make):
    rows = [["Country:", "Peru"], [1, "Law?", "no", 5], [2, "Lab?", "no", 6], [3, "Staff", 4, 7]]
    (response,) = read(make({"S": rows})).responses
    assert [(a.question, a.value, a.comment) for a in response] == [
        ("Law?", "no", "5"),
        ("Lab?", "no", "6"),
        ("Staff", 4, "7"),
    ]


def test_numbers_before_the_questions_are_no_areas_and_headings_are(read, make):
    rows = [["Country:", "Paraguay"], [], ["No.", "Question", "Answer", "Comments"], *_ASKED]
    reading = read(make({"Q": rows}))
    assert [(q.text.source, q.group) for q in reading.questionnaire.questions] == [
        ("1 Is illegal access a crime?", "I. LEGISLATION"),
        ("2 Is data interference?", "I. LEGISLATION"),
        ("3 Point of contact at all hours?", "II. COOPERATION"),
        ("4 Staff", "II. COOPERATION"),
    ]
