"""Ranks with ties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from capbuild.errors import ModelError
from capbuild.stats.uncertainty import Ties, competition_ranks, rank_scores

NAN = np.nan
SCORES = arrays(np.float64, (3, 7), elements=st.integers(0, 4).map(float) | st.just(NAN))


@given(SCORES)
def test_ranks_are_those_of_scipy(scores):
    stats = pytest.importorskip("scipy.stats")
    for ties in Ties:
        found = rank_scores(scores, ties=ties, axis=1)
        for row, ours in zip(scores, found, strict=True):
            known = ~np.isnan(row)
            np.testing.assert_array_equal(ours[known], stats.rankdata(-row[known], method=ties))
            assert np.isnan(ours[~known]).all()


@given(SCORES, st.permutations(range(7)))
def test_order_does_not_matter_and_the_lean_form_agrees(scores, order):
    found = rank_scores(scores, axis=1)
    np.testing.assert_array_equal(rank_scores(scores[:, order], axis=1), found[:, order])
    np.testing.assert_array_equal(competition_ranks(scores), np.nan_to_num(found))


def test_unknown_ties():
    with pytest.raises(ModelError, match="ties"):
        rank_scores([1.0], ties="first")


@pytest.mark.corpus
def test_asem_ranks(asem):
    sheet = asem("09_results_Aggs_ranks")
    names = [name for name in sheet.head if name in asem.nodes]
    scores = asem("08_agg_amean_0_100").table(names, asem.units)
    np.testing.assert_array_equal(rank_scores(scores), sheet.table(names, asem.units))
