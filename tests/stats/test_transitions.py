"""How likely criteria changed: probabilities by plain enumeration, properties of any reports, and what is learnt."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.stats import transitions
from capbuild.stats.transitions import PairedReports, SourceRates, fit_transitions

VISIT = SourceRates(shares=np.array([[0.02], [0.98]]), weight=np.array([1000.0]))


def reports(blocks, ladders=None):
    """Reports of one source: for each step a list of (said before, said afterwards), None where nothing was said."""
    width = max(len(block) for block in blocks)
    counts = np.zeros((2, 2, len(blocks), width, 1))
    applies = np.zeros((len(blocks), width), np.bool_)
    for row, block in enumerate(blocks):
        for column, said in enumerate(block):
            applies[row, column] = True
            for round_, answer in enumerate(said or ()):
                counts[round_, int(answer), row, column, 0] = 1
    rungs = ladders or [[row] for row in range(len(blocks))]
    longest = max(map(len, rungs))
    return PairedReports(
        before=counts[0],
        after=counts[1],
        applies=applies,
        steps=np.array([rung.index(row) for row in range(len(blocks)) for rung in rungs if row in rung]),
        ladders=np.array([rung + [-1] * (longest - len(rung)) for rung in rungs]),
    )


SHARE = st.floats(0.05, 0.95)


@settings(max_examples=60)
@given(
    said=st.lists(st.lists(SHARE, min_size=4, max_size=4), min_size=1, max_size=3),
    met=SHARE,
    single=st.tuples(SHARE, SHARE),
)
def test_events_are_those_of_plain_enumeration(said, met, single):
    """Every truth of every criterion in both rounds, one by one."""
    count = len(said)
    shares = transitions._ChangeShares(met=np.array([met]), complete=np.full((1, 2), 0.5))
    shares.single = np.array(single)
    made = transitions._event_likelihood(reports([[None] * count]), np.array([said]), shares)
    gained, lost = single
    prior = {
        transitions._SAME: [0, 0, 0, 1],
        transitions._SHORT: [(1 - met) * (1 - gained), (1 - met) * gained, met * lost, met * (1 - lost)],
        transitions._COMPLETED: [0, 1 - met, 0, met],
        transitions._FALLEN: [0, 0, 0.5, 0.5],
    }
    for event, chances in prior.items():
        allowed, whole, each = 0.0, 0.0, np.zeros((count, 4))
        for truths in product(range(4), repeat=count):
            first = [truth in (2, 3) for truth in truths]
            second = [truth in (1, 3) for truth in truths]
            if event in (transitions._SHORT, transitions._COMPLETED) and all(first):
                continue
            if event == transitions._FALLEN and all(second):
                continue
            chance = np.prod([chances[truth] for truth in truths])
            allowed += chance
            seen = chance * np.prod([said[n][truth] for n, truth in enumerate(truths)])
            whole += seen
            for n, truth in enumerate(truths):
                each[n, truth] += seen
        assert made.likelihood[event, 0] == pytest.approx(whole / allowed, rel=1e-6)
        assert made.truths[event, 0] == pytest.approx(each / whole, rel=1e-6, abs=1e-9)


ANSWER = st.none() | st.tuples(st.booleans(), st.booleans())
BLOCKS = st.lists(st.lists(ANSWER, min_size=1, max_size=4), min_size=1, max_size=8)


@settings(max_examples=60)
@given(blocks=BLOCKS)
def test_probabilities_are_probabilities(blocks):
    found = fit_transitions(reports(blocks), VISIT)
    assert np.isfinite(found.gained).all()
    assert ((found.gained + found.lost) <= 1 + 1e-9).all()
    assert found.complete.sum(axis=(1, 2)) == pytest.approx(np.ones(len(blocks)))
    assert (found.shares[0] <= found.shares[1]).all()
    for row, block in enumerate(blocks):
        assert (found.gained[row, len(block) :] == 0).all()
    more, fewer = found.change_probabilities(np.arange(len(blocks)))
    assert 0 <= more + fewer <= 1 + 1e-9


@settings(max_examples=40)
@given(blocks=BLOCKS, random=st.randoms())
def test_the_order_of_steps_and_criteria_is_irrelevant(blocks, random):
    order = list(range(len(blocks)))
    random.shuffle(order)
    found = fit_transitions(reports(blocks), VISIT)
    other = fit_transitions(reports([blocks[row][::-1] for row in order]), VISIT)
    for place, row in enumerate(order):
        size = len(blocks[row])
        assert other.gained[place, :size][::-1] == pytest.approx(found.gained[row, :size], abs=1e-6)


def test_steps_that_were_completed_whole_are_told_from_scattered_moves():
    """As many criteria move either way: in whole steps, or one here and one there."""
    still = [[(False, False)] * 3] * 40 + [[(True, True)] * 3] * 40
    whole = fit_transitions(reports([*still, *[[(False, True)] * 3] * 8]), VISIT)
    assert (whole.gained[-8:] > 0.99).all()
    lone = [(False, True), (False, False), (False, False)]
    scattered = fit_transitions(reports([*still, *[lone] * 24]), VISIT)
    assert (scattered.gained < 0.9).all()


def test_a_source_that_contradicts_itself_is_believed_less():
    """As often no after yes as yes after no: the visit errs more often than was believed, and nothing changed."""
    pairs = [(False, False)] * 20 + [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 5
    found = fit_transitions(
        reports([[one, other] for one in pairs for other in pairs]),
        SourceRates(shares=VISIT.shares, weight=np.array([100.0])),
    )
    assert found.shares[0, 0] > 0.05
    assert found.shares[1, 0] < 0.95


def test_nothing_said_leaves_what_was_believed():
    found = fit_transitions(reports([[None, None]]), VISIT)
    assert found.gained.max() < 0.05
    assert found.shares == pytest.approx(VISIT.shares)


def test_levels_rise_by_the_lowest_step_that_differs():
    """Two steps complete before, and after; the third completed: the level rose, whatever lies above."""
    blocks = [[(True, True)] * 2, [(True, True)] * 2, [(False, True)] * 3, [(False, False)] * 2]
    many = blocks * 12
    ladders = [list(range(4 * n, 4 * n + 4)) for n in range(12)]
    found = fit_transitions(reports(many, ladders), VISIT)
    assert all(found.change_probabilities(np.array(ladder))[0] > 0.9 for ladder in ladders)
