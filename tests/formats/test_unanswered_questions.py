"""A question without an answer is a question in every form; all answers are invented."""

import pytest

import capbuild as cb
from capbuild.model import Missing

ASKED = ["Law on cybercrime", "Inspectors", "Budget (USD)", "Remarks"]
VALUES = ["yes", "12", "500", "fine"]


def _read(headers, blank, *, words=ASKED):
    rows = [",".join(["Country: Peru", *("" for _ in headers[1:])]), ",".join(headers)]
    for place, (asked, value) in enumerate(zip(words, VALUES, strict=True)):
        rows.append(",".join([asked, "" if place in blank else value, *("" for _ in headers[2:])]))
    rows[-1] += "see annex" if len(headers) > 2 and len(ASKED) - 1 not in blank else ""
    return cb.read("\n".join(rows).encode(), name="a.csv")


@pytest.mark.parametrize("asks", ["", "?"])
@pytest.mark.parametrize("blank", [{1}, {2}, {1, 2}, {0}, {3}, {1, 2, 3}])
@pytest.mark.parametrize(
    "headers", [["Question", "Answer"], ["Question", "Answer", "Comment"], ["Pregunta", "Respuesta", "Observaciones"]]
)
def test_a_question_with_a_blank_answer_has_none(headers, blank, asks):
    words = [f"{word}{asks}" for word in ASKED]
    found = {answer.question: answer.value for answer in _read(headers, blank, words=words).responses[0]}
    assert {asked for asked, value in found.items() if value is Missing.NO_ANSWER} == {words[n] for n in blank}
    assert set(words) <= set(found)


@pytest.mark.parametrize("heading", ["PART ONE", "A. Laws", "Laws:", "Laws"])
def test_a_heading_differs_from_questions_or_covers_all(heading):
    other = {"PART ONE": "PART TWO", "A. Laws": "B. Means", "Laws:": "Means:", "Laws": "Means"}[heading]
    rows = ["Country: Peru,,", "Question,Answer,Comment", f"{heading},,", "Law on cybercrime,yes,see annex"]
    found = cb.read("\n".join([*rows, f"{other},,", "Inspectors,12,", "Budget,3,"]).encode(), name="a.csv")
    assert {q.id: q.group for q in found.questionnaire.questions} == {
        "Law on cybercrime": heading.strip(":"), "Inspectors": other.strip(":"), "Budget": other.strip(":")
    }  # fmt: skip
    # Without a sign of its own it may be a question, and that is reported.
    assert [issue.code for issue in found.issues] == (["CB124"] if heading == "Laws" else [])


@pytest.mark.parametrize("second", ["Nivel 2", "No sabe", "2", ""])
@pytest.mark.parametrize("total", ["TOTAL,,7,", ",TOTAL,7,", "Total general,,,"])
def test_a_total_is_no_question_whatever_it_sums(total, second):
    rows = ["Área,Indicador,Nivel (0-4),Observaciones", "A,Ley,1,", f",Sanciones,{second},", ",Registro,3,", total]
    found = cb.read("\n".join(["País:,Honduras,,", "", *rows]).encode(), name="a.csv")
    assert [question.id for question in found.questionnaire.questions] == ["Ley", "Sanciones", "Registro"]


@pytest.mark.parametrize("blank", [{1}, {2, 4}, {5}, {1, 2, 3}])
@pytest.mark.parametrize("title", ["", "Ministry of Justice,\n"])
def test_a_plain_label_without_a_value_is_a_question_of_a_form(blank, title):
    words = ["Law", "Officers", "Trainers", "Dogs", "Cars", "Plan"]
    lines = [f"{word}," + ("" if n in blank else str(n + 3)) for n, word in enumerate(words)]
    reading = cb.read((title + "\n".join(["Country,Peru", *lines])).encode(), name="a.csv")
    found = {answer.question: answer.value for answer in reading.responses[0]}
    assert found == {word: Missing.NO_ANSWER if n in blank else n + 3 for n, word in enumerate(words)}


def test_a_label_behind_a_blank_row_or_above_the_first_answer_heads_its_lines():
    apart = cb.read(b"Country,Peru\nLaw,yes\nPlan,\n,\nStaff,\nOfficers,3\nDogs,2\n", name="a.csv")
    assert [q.id for q in apart.questionnaire.questions] == ["Law", "Plan", "Officers", "Dogs"]
    headers = cb.read(b"Country,Peru\nLegal,\nLaw,yes\nPlan,no\nStaff,\nOfficers,3\nDogs,2\n", name="a.csv")
    assert {q.id: q.group for q in headers.questionnaire.questions} == {
        "Law": "Legal", "Plan": "Legal", "Officers": "Staff", "Dogs": "Staff"
    }  # fmt: skip
