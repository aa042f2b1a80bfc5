"""Returns written as columns, also several of one country, and answers below words that may mean a code. Invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.testing.tables import csv_bytes, xlsx_bytes

QUESTIONS = ("Is there a strategy?", "Training days", "Inspectors", "Are data shared?", "Laboratories", "Vehicles")
COUNTRIES = ("Peru", "Jamaica", "Guyana", "Chile")


def as_file(rows, kind):
    write = {"xlsx": xlsx_bytes}.get(kind)
    return csv_bytes([[str(cell) for cell in row] for row in rows]) if write is None else write({"Sheet1": rows})


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.sampled_from(COUNTRIES), min_size=3, max_size=5),
    label=st.sampled_from(["ID", "Office", "Code"]),
    offices=st.permutations(["ID-001", "ID-002", "Police", "Courts", "Prosecution"]),
    figures=st.lists(st.lists(st.integers(10, 9_999), min_size=5, max_size=5, unique=True), min_size=3, max_size=3),
    answers=st.lists(st.lists(st.sampled_from(["Yes", "No"]), min_size=5, max_size=5), min_size=2, max_size=2),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_returns_of_one_country_or_several_are_a_column_each(places, label, offices, figures, answers, kind):
    width = len(places)
    named = [*places] if len(set(places)) in (1, width) else [places[0]] * width
    lines = [answers[0], *figures[:2], answers[1], figures[2]]
    values = {question: line[:width] for question, line in zip(QUESTIONS, lines, strict=False)}
    head = [[label, *offices[:width]], ["Country", *named]]
    survey = cb.read(as_file([*head, *([q, *v] for q, v in values.items())], kind), name=f"a.{kind}")
    assert len(survey.responses) == width
    found = [{a.question: a.value for a in response if a.question in values} for response in survey.responses]
    assert found == [{q: v[n] for q, v in values.items()} for n in range(width)]
    assert [response.place for response in survey.responses] == named
    assert survey.reconciliation.adds_up


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("word", ["Code", "Codice", "Item", "Question"])
def test_yes_and_no_below_a_word_for_questions_are_answers(word, kind):
    rows = [
        ["Country", "Contact", word, "Are data shared?"],
        ["Bolivia", "Yes", "Yes", "No"],
        ["Peru", "No", "No", "Yes"],
        ["Guyana", "No", "Yes", "Yes"],
        ["Jamaica", "Yes", "No", "No"],
    ]
    survey = cb.read(as_file(rows, kind), name=f"a.{kind}")
    assert [response.place for response in survey.responses] == ["Bolivia", "Peru", "Guyana", "Jamaica"]
    assert [response.get(word).value for response in survey.responses] == ["Yes", "No", "Yes", "No"]
