"""Marks below options, check marks and crosses; all figures are invented."""

from capbuild.model import Citation, Missing

OPTIONS = ["Nº", "Pregunta", "Sí", "No", "N/S", "Comentario"]


def test_a_mark_below_an_option_is_the_answer(read, make, said):
    sheets = {
        "Bolivia": [
            OPTIONS,
            [1, "¿Ley?", "X", None, None, "2007"],
            [2, "¿Unidad?", None, "X"],
            [3, "¿Lab?", None, None, "X"],
        ],
        "Perú": [OPTIONS, [1, "¿Ley?", "✓"], [2, "¿Unidad?", "✓", "✓"], [3, "¿Lab?", None, None, None, "en estudio"]],
    }
    reading = read(make(sheets))
    assert said(reading) == [
        ("BO", {"¿Ley?": "Sí", "¿Unidad?": "No", "¿Lab?": "N/S"}),
        ("PE", {"¿Ley?": "Sí", "¿Unidad?": ("Sí", "No")}),
    ]
    bolivia, peru = reading.responses
    assert [str(a.origin).partition("!")[2] for a in bolivia.answers] == ["Bolivia:C2", "Bolivia:D3", "Bolivia:E4"]
    assert (bolivia["¿Ley?"].comment, peru["¿Lab?"].value) == ("2007", Missing.NO_ANSWER)
    assert reading.questionnaire["¿Unidad?"].text.source == "2 ¿Unidad?"
    assert reading.reconciliation.adds_up


def test_options_across_beside_a_column_of_countries(read, make, said):
    headers = ["Country", "Question", "Yes", "Partly", "No"]
    rows = [
        ["Cuba", "Law?", "x"],
        ["Cuba", "Unit?", None, "x"],
        ["Haiti", "Law?", None, None, "x"],
        ["Haiti", "Unit?", "x"],
    ]
    data = make({"S": [headers, *rows]})
    wanted = [("CU", {"Law?": "Yes", "Unit?": "Partly"}), ("HT", {"Law?": "No", "Unit?": "Yes"})]
    assert said(read(data)) == wanted


def test_marks_of_several_respondents_are_no_options(read, make):
    rows = [
        ["Question", "Police", "Army"],
        ["Law?", "x", "x"],
        ["Unit?", "x", None],
        ["Lab?", "x", "x"],
        ["Cars?", "x", "x"],
    ]
    reading = read(make({"Belize": rows}))
    assert [r.respondent.pseudonym for r in reading.responses] == ["Police", "Army"]


def test_check_marks_say_yes_and_crosses_beside_them_no(read, make, said):
    rows = [
        ["País", "Ley", "Unidad", "Nivel"],
        ["Guatemala", "✓", "X", "x"], ["Nicaragua", "✗", "x", "B"],
        ["Panamá", "✔", None, "A"], ["Belize", "☐", "☑", "A"],
    ]  # fmt: skip
    reading = read(make({"M": rows}))
    assert said(reading) == [
        ("GT", {"Ley": True, "Unidad": False, "Nivel": "x"}),
        ("NI", {"Ley": False, "Unidad": False, "Nivel": "B"}),
        ("PA", {"Ley": True, "Nivel": "A"}),
        ("BZ", {"Ley": False, "Unidad": True, "Nivel": "A"}),
    ]
    assert [a.raw for a in reading.responses[0].answers] == ["✓", "X", None]


def test_a_cross_alone_may_say_yes_or_no_and_stays_as_it_is(read, make, said):
    assert said(read(make({"M": [["Country", "Police"], ["Belize", "x"], ["Guyana", None]]}))) == [
        ("BZ", {"Police": "x"}),
        ("GY", {}),
    ]


STAGES = ["Factor", "Aspect", "Start-up", "Formative", "Established", "Strategic", "Dynamic", "Evidence"]


def test_stages_of_maturity_across_need_no_word_for_questions(read, make, said):
    rows = [
        ["Dimension 1: policy"],
        ["Country: Jamaica", None, "Date:"],
        STAGES,
        ["D1.1", "Strategy", None, "X", None, None, None, "plan of 2015"],
        ["D1.1", "Organisation", "X"],
        ["D1.2", "Incident response", None, None, "X"],
    ]
    reading = read(make({"Dimension 1": rows}))
    assert said(reading) == [
        ("JM", {"Strategy": "Formative", "Organisation": "Start-up", "Incident response": "Established"})
    ]
    assert reading.responses[0]["Strategy"].citations == (Citation("plan of 2015"),)
    assert [reading.questionnaire[name].group for name in ("Strategy", "Incident response")] == ["D1.1", "D1.2"]


def test_numbered_levels_across_are_options_though_they_say_level(read, make, said):
    rows = [
        ["Criterio", "Nivel 0", "Nivel 1", "Nivel 2", "Observaciones"],
        ["Ley", None, "X", None, "2013"], ["Unidad", None, None, "X"], ["Lab", "X"],
    ]  # fmt: skip
    assert said(read(make({"Perú": rows}))) == [("PE", {"Ley": "Nivel 1", "Unidad": "Nivel 2", "Lab": "Nivel 0"})]


def test_marks_below_heads_that_are_no_scale_stay_those_of_people(read, make):
    headers = ["Participante", "Policía", "Fiscal", "Juez"]
    rows = [["Ana", "x"], ["Luis", None, "x"], ["Eva", None, None, "x"]]
    assert len(read(make({"Curso": [headers, *rows]})).responses) == 3
    assert (
        len(read(make({"Curso": [["Nombre", "Bueno", "Malo"], *([row[0], *row[1:3]] for row in rows)]})).responses) == 3
    )
