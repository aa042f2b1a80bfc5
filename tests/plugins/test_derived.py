"""Answers that plugins derive: they stand behind those of the survey, and none of these changes."""

from types import SimpleNamespace

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.model import Missing, Question
from capbuild.plugins import DerivedAnswers, Host, hookimpl

ROWS = st.lists(
    st.tuples(st.sampled_from(["Cuba", "Haiti", "Atlantis"]), st.integers(0, 9) | st.just("n/a")), min_size=1
)


def deriving(value):
    """A host with a plugin that gives a value to every other response."""

    def enrich_reading(reading):
        named = [one.id for one in reading.responses][::2]
        return [DerivedAnswers(question=Question(id="made", text="Made"), values=dict.fromkeys(named, value))]

    return Host(plugins={"desk": SimpleNamespace(enrich_reading=hookimpl(enrich_reading))})


@given(ROWS, st.integers() | st.sampled_from(["x", True, ("a", "b"), Missing.REFUSED]))
def test_a_survey_keeps_all_that_it_has(rows, value):
    data = "\n".join(["country,P1,P2", *(f"{place},{visits},yes" for place, visits in rows)]).encode()
    plain, found = cb.read(data, name="a.csv"), cb.read(data, name="a.csv", host=deriving(value))
    assert [one.get("made").value for one in found.responses[::2]] == [value] * len(found.responses[::2])
    assert all("made" not in {answer.question for answer in one} for one in found.responses[1::2])
    (note,) = (issue for issue in found.issues if issue.code == "CB517")
    assert "'desk'" in note.message
    bare = [evolve(one, answers=[a for a in one if a.question != "made"]) for one in found.responses]
    assert bare == list(plain.responses)
    assert list(found.questionnaire.questions[:-1]) == list(plain.questionnaire.questions)
    assert [issue for issue in found.issues if issue is not note] == list(plain.issues)
    assert found.reconciliation == plain.reconciliation
    assert found["made"]
