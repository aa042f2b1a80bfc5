"""Answers that are made when they are asked for: nobody can tell, and nothing makes them before."""

import copy
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.model import Answer, Missing, Response
from capbuild.model.response import count_answers, defer_answers, evolve_response, has_deferred_answers
from capbuild.origin import Origin

ANSWERS = st.lists(
    st.builds(
        Answer,
        st.sampled_from(["P1", "P2"]),
        st.one_of(st.integers(), st.text(max_size=3), st.sampled_from(Missing)),
        st.none() | st.text(max_size=3),
        origin=st.none() | st.just(Origin("a.csv", row=2)),
    ),
    max_size=4,
)


def _deferred(answers, made=None):
    def make():
        if made is not None:
            made.append(len(answers))
        return iter(answers)

    return defer_answers(Response(id="1", place="Cuba"), len(answers), make)


@given(ANSWERS, ANSWERS)
def test_a_response_with_deferred_answers_is_the_same_response(answers, others):
    plain, other = Response(id="1", place="Cuba", answers=answers), Response(id="1", place="Cuba", answers=others)
    assert _deferred(answers) == plain == _deferred(answers)
    assert hash(_deferred(answers)) == hash(plain)
    assert (_deferred(answers) == other) is (plain == other)
    assert repr(_deferred(answers)) == repr(plain)
    for copied in (copy.copy, copy.deepcopy, attrs.evolve, lambda one: pickle.loads(pickle.dumps(one))):
        assert copied(_deferred(answers)) == plain
    assert attrs.asdict(_deferred(answers)) == attrs.asdict(plain)
    assert (_deferred(answers).answers, len(_deferred(answers))) == (tuple(answers), len(answers))


@given(ANSWERS)
def test_other_facts_leave_answers_unmade(answers):
    made = []
    first = _deferred(answers, made)
    moved = evolve_response(first, lambda found: [attrs.evolve(one, comment="x") for one in found], place="Haiti")
    again = evolve_response(moved, date=None)
    assert (made, count_answers(again), has_deferred_answers(again)) == ([], len(answers), True)
    plain = Response(id="1", place="Haiti", answers=[attrs.evolve(one, comment="x") for one in answers])
    assert again == plain == moved
    assert made == [len(answers)]
    assert evolve_response(plain, place="Cuba") == attrs.evolve(plain, place="Cuba")
    assert count_answers(plain) == len(answers)


def test_a_name_that_is_none_is_an_error_as_ever():
    with pytest.raises(AttributeError, match="no attribute 'answer'"):
        _ = _deferred([]).answer
