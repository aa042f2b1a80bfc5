"""Workbooks that one country filled in: its name is in one place. All answers are invented."""

import pytest

_QUESTIONS = (["No.", "Question", "Answer"], ["1.1", "Is there a law?", "yes"], ["1.2", "Prison officers", 45])


def _answers(reading):
    return {
        (str(response.country), answer.question): answer.value for response in reading.responses for answer in response
    }


@pytest.mark.parametrize(
    "cover",
    [
        [["Survey 2022"], [], ["Country", "Kenya"], ["Institution", "Ministry of Justice"]],
        [["Survey 2022"], [], ["Country", "Institution"], ["Kenya", "Ministry of Justice"]],
    ],
)
def test_the_country_of_a_cover_has_the_answers_of_other_sheets(read, make, cover):
    found = _answers(read(make({"Cover": cover, "1. Law": _QUESTIONS, "Lists": [["yes"], ["no"]]})))
    assert found["Kenya", "Is there a law?"] == "yes"
    assert found["Kenya", "Prison officers"] == 45


def test_a_cover_says_nothing_of_sheets_that_name_their_country(read, make):
    cover = [["Country", "Kenya"], ["Institution", "Ministry of Justice"]]
    table = [["Country", "Officers"], ["Peru", 3], ["Cuba", 4], ["Chad", 5]]
    reading = read(make({"Cover": cover, "Table": table, "1. Law": _QUESTIONS}))
    assert ("Kenya", "Is there a law?") not in _answers(reading)


def test_lines_for_the_country_above_numbered_questions(read, make):
    rows = [["Country", None, "Kenya"], ["Name", None, "Ana Ruiz"], ["1.1", "Is there a law?", "yes"]]
    rows += [["1.2", "Prison officers", 45], ["1.3", "Doctors", None], ["1.4", "Judges", 7]]
    found = _answers(read(make({"Form": rows})))
    assert found["Kenya", "1.4"] == 7
    assert found["Kenya", "1.2"] == 45


def test_pairs_of_labels_and_values_beside_one_another(read, make):
    rows = [["Country:", "Kenya", "Date:", "2022-03-17"], ["Officers", 45, "Judges", 7]]
    rows += [["Doctors", 3, "Cells", 90], ["Facilities", 12, "Budget", 500]]
    found = _answers(read(make({"Form": rows})))
    assert {question: found["Kenya", question] for question in ("Officers", "Judges", "Cells", "Budget")} == {
        "Officers": 45,
        "Judges": 7,
        "Cells": 90,
        "Budget": 500,
    }


def _sheet(questions, **lines):
    return [*([label.title(), text] for label, text in lines.items()), [], *questions]


_PARTS = {
    "Law": [["Is there a law?", "yes"], ["Laws passed", 3]],
    "Staff": [["Officers", 45], ["Trainers", 2]],
    "Cars": [["Cars", 7], ["Are they new?", "no"]],
}


def test_sheets_with_different_questions_are_one_return(read, make):
    reading = read(make({name: _sheet(rows, country="Kenya") for name, rows in _PARTS.items()}))
    (response,) = reading.responses
    asked = {question: value for rows in _PARTS.values() for question, value in rows}
    assert {answer.question: answer.value for answer in response.answers} == asked
    assert {answer.origin.sheet for answer in response.answers} == set(_PARTS)
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize("same", ["questions", "respondents", "countries"])
def test_returns_of_others_stay_apart(read, make, same):
    sheets = {}
    for number, (name, rows) in enumerate(_PARTS.items()):
        asked = _PARTS["Law"] if same == "questions" else rows
        place = ["Kenya", "Ghana", "Chad"][number] if same == "countries" else "Kenya"
        agency = {"institution": ["Police", "Courts", "Customs"][number]} if same == "respondents" else {}
        sheets[name] = _sheet(asked, country=place, **agency)
    assert len(read(make(sheets)).responses) == 3
