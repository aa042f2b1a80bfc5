"""Forms of one country as people return them: each answer is counted by hand; all texts are invented."""

import random

import pytest

import capbuild as cb
from capbuild.formats.layouts.shapes import AnswerCell
from capbuild.formats.options import TableOptions
from capbuild.formats.series_reader import gather
from capbuild.testing.tables import csv_bytes

LABELS = {
    "fr": ("Pays", "Sénégal", "Question", "Réponse"),
    "en": ("Country", "Senegal", "Question", "Answer"),
    "es": ("País", "Senegal", "Pregunta", "Respuesta"),
}
ASKED = {
    "fr": "Loi en vigueur|Nombre d'agents|Pays partenaires|Niveau de coopération|Institution|Réponse aux incidents|"
    "Besoins|Remarques|Note|Commentaires sur la loi|Pays d'origine des attaques",
    "en": "Law in force|Number of officers|Partner countries|Level of cooperation|Institution|Response to incidents|"
    "Needs|Remarks|Note|Comments on the law|Country of origin of attacks",
    "es": "Ley vigente|Número de agentes|Países socios|Nivel de cooperación|Institución|Respuesta a incidentes|"
    "Necesidades|Comentarios|Nota|Observaciones sobre la ley|País de origen de los ataques",
}
ANSWERS = {
    "fr": ("Beaucoup", "beaucoup de travail", "Peu", "Oui", "Non", "12", "Partiellement", "Toujours", "Élevé"),
    "en": ("Many", "much work to do", "Few", "Yes", "No", "12", "Partly", "Always", "High"),
    "es": ("Muchos", "mucho trabajo", "Pocos", "Sí", "No", "12", "Parcialmente", "Siempre", "Alto"),
}


def _read(rows):
    reading = cb.read(csv_bytes(rows), name="a.csv")
    (response,) = reading.responses
    return reading, response


@pytest.mark.parametrize("language", LABELS)
@pytest.mark.parametrize("headed", [True, False])
def test_every_line_of_a_form_is_an_answer_of_its_country(language, headed):
    """Titles, labels and answers may use the same words as headers and options do."""
    country, name, *header = LABELS[language]
    rng = random.Random(f"{language} {headed}")
    wrong = []
    for _ in range(40):
        rows = [[title] for title in (rng.choice(["", "Questionnaire", ANSWERS[language][0]]),) if title]
        rows += [[]] if rng.random() < 0.5 else []
        rows += [[country + rng.choice(["", ":", " :"]), name]]
        rows += [header] if headed else []
        asked = rng.sample(ASKED[language].split("|"), rng.randint(5, 11))
        first = len(rows) + 1
        rows += [[question, rng.choice(ANSWERS[language])] for question in asked]
        reading = cb.read(csv_bytes(rows), name="a.csv")
        places = {a.origin.row for response in reading.responses for a in response.answers}
        owners = {response.country and response.country.alpha_2 for response in reading.responses}
        if owners != {"SN"} or not places.issuperset(range(first, len(rows) + 1)):
            wrong.append((rows, {issue.code for issue in reading.issues}))
    assert [rows for rows, codes in wrong if "CB124" not in codes] == []
    assert len(wrong) <= 2


@pytest.mark.parametrize("country", ["Country", "Country:"])
@pytest.mark.parametrize("header", ["Item|Statement|Your answer|Evidence", "Ref|Aspect|Situation|Where to find it"])
def test_a_word_above_the_numbers_of_all_lines_is_a_header(header, country):
    lines = [["1", "Law in force", "Yes", "Act 12"], ["2", "Unit", "No", ""], ["3", "Officers", "12", "Report"]]
    reading, response = _read([[country, "Peru"], header.split("|"), *lines, ["4", "Budget", "30000", ""]])
    assert response.country.alpha_2 == "PE"
    assert [answer.value for answer in response.answers] == ["Yes", "No", 12, 30000]
    assert {answer.comment or "; ".join(answer.citations) for answer in response.answers} >= {"Act 12", "Report"}
    assert not any(issue.code == "CB124" for issue in reading.issues)


@pytest.mark.parametrize("line", [("Agency", "Police"), ("Main need", "More training"), ("Staff", "12")])
def test_two_lines_below_the_country_are_two_answers(line):
    _, response = _read([["Country", "Peru"], list(line), ["Law", "Yes"]])
    assert response.country.alpha_2 == "PE"
    assert {answer.question: str(answer.value) for answer in response.answers} == {line[0]: line[1], "Law": "Yes"}


@pytest.mark.parametrize("regions", [{0: "North"}, {0: "North", 3: "South"}])
def test_a_heading_right_below_three_header_rows_hides_none_of_them(regions):
    """Two questions by sex and year; of six rows, each has eight answers."""
    groups = [name for name in ("Store", "Customs") for _ in range(4)]
    rows = [["Member State", *groups], ["", *("Men", "Men", "Women", "Women") * 2], ["", *(2012, 2013) * 4]]
    places = ["Belize", "Uganda", "Slovakia", "Bahamas", "Jordan", "Nepal"]
    for place, name in enumerate(places):
        heading = [[regions[place]]] if place in regions else []
        rows += [*heading, [name, *(10 * (place + 1) + n for n in range(8))]]
    survey = cb.read(csv_bytes(rows), name="a.csv")
    found = {(r.country.alpha_2, a.question): a.value for r in survey.responses if r.country for a in r.answers}
    assert len(found) == 6 * 8
    assert found["UG", "Store - Women - 2013"] == 23
    assert found["NP", "Customs - Men - 2012"] == 64


def test_headings_without_a_question_are_questions():
    """Two headings of one country have an answer each, and no question below them."""
    cells = [
        AnswerCell(row=row, column=2, cell=row, question="", section=section, country="Peru")
        for row, section in enumerate(["Budget", "Law"])
    ]
    assert [(one.id, [cell.cell for cell in one.cells]) for one in gather(cells, TableOptions()).values()] == [
        ("Budget", [0]),
        ("Law", [1]),
    ]
