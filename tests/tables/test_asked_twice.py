"""A question that is asked twice: both answers are in the table, and each is compared with its own column."""

import attrs

import capbuild as cb
from capbuild.tables import ResponseTable
from capbuild.testing.scan_comparison import scan_differences

ROWS = b"Question,Jamaica,Belize\nLaw?,yes,no\nUnit?,no,yes\nLaw?,no,no\nLab?,yes,yes\n"


def test_both_answers_are_compared():
    responses = cb.read(ROWS, name="a.csv").responses
    assert [answer.question for answer in responses[0].answers].count("Law?") == 2
    assert list(scan_differences(ResponseTable.from_responses(responses), responses)) == []


def test_another_second_answer_is_a_difference():
    responses = cb.read(ROWS, name="a.csv").responses
    table = ResponseTable.from_responses(responses)
    answers = list(responses[0].answers)
    (second,) = [place for place, answer in enumerate(answers) if answer.question == "Law?"][1:]
    answers[second] = attrs.evolve(answers[second], value="partly")
    changed = (attrs.evolve(responses[0], answers=answers), *responses[1:])
    assert list(scan_differences(table, changed)) != []
