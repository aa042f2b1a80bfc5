"""Ranges of ranks from missing answers: every completion of small tables, and the ASEM index."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.stats.aggregate import aggregate
from capbuild.stats.uncertainty import rank_bounds, rank_scores

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
    scores = np.array([done @ weights / weights.sum() for done in completions(table)]).round(9)
    places = np.array([rank_scores(row) for row in scores])
    best, worst = rank_bounds(scores.min(axis=0), scores.max(axis=0))
    assert best.tolist() == places.min(axis=0).tolist()
    assert worst.tolist() == places.max(axis=0).tolist()


def test_a_unit_without_a_score_has_no_rank():
    best, worst = rank_bounds([40, 50, np.nan], [45, 60, np.nan])
    assert best.tolist()[:2] == worst.tolist()[:2] == [2, 1]
    assert np.isnan(best[2])


@pytest.mark.corpus
def test_asem_index(asem, peers):
    reference = peers("bounds_asem_index")
    table = asem("08_normalised_with_NA").table(asem.items, rows=reference.key)
    given = asem("01_weights_original")
    weights = dict(zip(given.text("iCode"), given.numbers("Weight"), strict=True))
    low, high = (aggregate(np.nan_to_num(table, nan=end), asem.tree, weights=weights).root for end in (1.0, 100.0))
    assert low == pytest.approx(reference.numbers("lower"), abs=1e-9)
    assert high == pytest.approx(reference.numbers("upper"), abs=1e-9)
    best, worst = rank_bounds(low, high)
    assert best.tolist() == reference.numbers("rank_best").tolist()
    assert worst.tolist() == reference.numbers("rank_worst").tolist()


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="low"):
        rank_bounds([2.0], [1.0])
