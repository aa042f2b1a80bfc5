"""The staircase against enumeration of every outcome."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.scoring.criteria_levels import (
    CriterionEvidence,
    level_distribution,
    level_span,
)

MET, UNMET, PARTLY = CriterionEvidence.MET, CriterionEvidence.UNMET, CriterionEvidence.PARTLY
criteria = st.lists(st.tuples(st.sampled_from(list(CriterionEvidence)), st.integers(1, 4)), min_size=1, max_size=6)
chances = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 3)), min_size=1, max_size=5)


def reached(states, steps, allowed=0):
    """The rule in words: the highest level all of whose criteria and those below pass."""
    level = 0
    for step in range(1, max(steps) + 1):
        own = [state for state, gate in zip(states, steps, strict=True) if gate == step]
        if UNMET in own or own.count(PARTLY) > allowed:
            break
        level = step
    return level


@given(criteria, st.integers(0, 2))
def test_span_is_that_of_all_completions(known, allowed):
    states, steps = zip(*known, strict=True)
    options = [
        (MET, UNMET)
        if state is CriterionEvidence.UNKNOWN
        else (MET if state is CriterionEvidence.NOT_APPLICABLE else state,)
        for state in states
    ]
    all_levels = [reached(done, steps, allowed) for done in itertools.product(*options)]
    low, high = level_span(states, steps, partly_allowed=allowed)
    assert (low, high) == (min(all_levels), max(all_levels))


@given(chances, st.integers(0, 2))
def test_distribution_is_that_of_all_outcomes(given_chances, allowed):
    met, share, steps = (list(part) for part in zip(*given_chances, strict=True))
    partly = [(1 - m) * s for m, s in zip(met, share, strict=True)]
    expected = np.zeros(max(steps) + 1)
    for outcome in itertools.product((MET, PARTLY, UNMET), repeat=len(met)):
        odds = [{MET: m, PARTLY: p, UNMET: 1 - m - p}[state] for m, p, state in zip(met, partly, outcome, strict=True)]
        expected[reached(outcome, steps, allowed)] += np.prod(odds)
    found = level_distribution(met, steps, partly=partly, partly_allowed=allowed)
    assert found == pytest.approx(expected, abs=1e-12)


def test_claims_open_a_range_and_its_probabilities():
    states, steps = [MET, MET, CriterionEvidence.UNKNOWN, CriterionEvidence.UNKNOWN], [1, 2, 2, 3]
    assert [int(level) for level in level_span(states, steps)] == [1, 3]
    p = level_distribution([1.0, 1.0, 0.8, 0.5], steps)
    assert p == pytest.approx([0, 0.2, 0.4, 0.4])


def test_not_applicable_is_passed_over_and_an_empty_step_too():
    assert level_span([MET, CriterionEvidence.NOT_APPLICABLE, MET], [1, 2, 4])[0] == 4
    assert level_distribution([0.5], [3]).tolist() == [0, 0, 0.5, 0.5]


def test_one_partly_met_criterion_may_pass():
    states, steps = [MET, PARTLY, MET, PARTLY, PARTLY], [1, 1, 1, 2, 2]
    assert level_span(states, steps)[0] == 0
    assert level_span(states, steps, partly_allowed=1)[0] == 1
    assert level_span(states, steps, partly_allowed=2)[0] == 2


def test_countries_at_once_and_draws_averaged():
    draws = np.random.default_rng(2).beta(7, 3, (500, 1)) * np.ones(4)
    together = level_distribution(draws, [1, 1, 2, 2]).mean(axis=0)
    apart = level_distribution(draws.mean(axis=0), [1, 1, 2, 2])
    assert together.sum() == pytest.approx(1)
    assert together[2] > apart[2]  # claims of one source are true together or false together


@given(criteria)
def test_better_knowledge_never_widens(known):
    states, steps = (list(part) for part in zip(*known, strict=True))
    low, high = level_span(states, steps)
    for i, state in enumerate(states):
        if state is CriterionEvidence.UNKNOWN:
            for settled in (MET, UNMET):
                then = level_span([*states[:i], settled, *states[i + 1 :]], steps)
                assert low <= then[0] <= then[1] <= high
