"""Exact bounds from missing answers: every completion of small tables, and the ASEM index."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.stats.aggregate import aggregate
from capbuild.stats.bounds import mean_bounds, pair_bounds, rank_bounds, score_bounds
from capbuild.stats.ranks import ranks

tables = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(1, 3)), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, np.nan])
)


def completions(table, values=(0.0, 1.0, 2.0, 3.0)):
    holes = np.argwhere(np.isnan(table))
    for filled in itertools.product(values, repeat=len(holes)):
        done = table.copy()
        done[tuple(holes.T)] = filled
        yield done


@settings(max_examples=60)
@given(tables.filter(lambda t: np.isnan(t).sum() <= 4))
def test_exact_over_all_completions(table):
    weights = np.arange(1, table.shape[1] + 1)
    found = mean_bounds(table, weights=weights, low=0, high=3)
    scores = np.array([done @ weights / weights.sum() for done in completions(table)])
    assert found.low == pytest.approx(scores.min(axis=0))
    assert found.high == pytest.approx(scores.max(axis=0))
    places = np.array([ranks(row.round(9)) for row in scores])
    best, worst = rank_bounds(found.low.round(9), found.high.round(9))
    assert best.tolist() == places.min(axis=0).tolist()
    assert worst.tolist() == places.max(axis=0).tolist()


def test_direction_turns_the_ends():
    up = score_bounds([[np.nan, 2.0]], lambda t: t @ [1.0, 1.0], low=0, high=5)
    down = score_bounds([[np.nan, 2.0]], lambda t: t @ [-1.0, 1.0], low=0, high=5, direction=[-1, 1])
    assert (up.low[0], up.high[0]) == (2, 7)
    assert (down.low[0], down.high[0]) == (-3, 2)


def test_complete_rows_are_points():
    found = mean_bounds([[10.0, 30.0], [np.nan, 30.0]])
    assert found.low[0] == found.high[0] == 20
    assert found.open.tolist() == [False, True]


def test_who_is_surely_ahead():
    assert pair_bounds([40, 50, np.nan], [45, 60, np.nan])[0, 1] == -1
    assert pair_bounds([40, 50, np.nan], [45, 60, np.nan])[1, 0] == 1
    assert np.isnan(pair_bounds([40, 50, np.nan], [45, 60, np.nan])[2]).all()
    best, worst = rank_bounds([40, 50, np.nan], [45, 60, np.nan])
    assert best.tolist()[:2] == worst.tolist()[:2] == [2, 1]
    assert np.isnan(best[2])


@pytest.mark.corpus
def test_asem_index(asem, peers):
    reference = peers("bounds_asem_index")
    table = asem("08_normalised_with_NA").table(asem.items, rows=reference.key)
    given = asem("01_weights_original")
    weights = dict(zip(given.text("iCode"), given.numbers("Weight"), strict=True))
    found = score_bounds(table, lambda full: aggregate(full, asem.tree, weights=weights).root, low=1, high=100)
    assert found.low == pytest.approx(reference.numbers("lower"), abs=1e-9)
    assert found.high == pytest.approx(reference.numbers("upper"), abs=1e-9)
    best, worst = rank_bounds(found.low, found.high)
    assert best.tolist() == reference.numbers("rank_best").tolist()
    assert worst.tolist() == reference.numbers("rank_worst").tolist()


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="not be above high"):
        mean_bounds([[1.0]], low=5, high=1)
    with pytest.raises(ModelError, match=r"values\[0, 1\]"):
        mean_bounds([[1.0, 7.0]], low=0, high=5)
    with pytest.raises(ModelError, match="weights"):
        mean_bounds([[1.0]], weights=0)
    with pytest.raises(ModelError, match="low"):
        rank_bounds([2.0], [1.0])
