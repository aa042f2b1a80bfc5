"""Places, and what a unit is strong and weak at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from capbuild.errors import ModelError
from capbuild.stats.ranks import Ties, competition_places, group_ranks, ranks, standing, strengths, weaknesses

NAN = np.nan
SCORES = arrays(np.float64, (3, 7), elements=st.integers(0, 4).map(float) | st.just(NAN))


@given(SCORES)
def test_ranks_are_those_of_scipy(scores):
    stats = pytest.importorskip("scipy.stats")
    for ties in Ties:
        found = ranks(scores, ties=ties, axis=1)
        for row, ours in zip(scores, found, strict=True):
            known = ~np.isnan(row)
            np.testing.assert_array_equal(ours[known], stats.rankdata(-row[known], method=ties))
            assert np.isnan(ours[~known]).all()


@given(SCORES, st.permutations(range(7)))
def test_order_does_not_matter_and_the_lean_form_agrees(scores, order):
    found = ranks(scores, axis=1)
    np.testing.assert_array_equal(ranks(scores[:, order], axis=1), found[:, order])
    np.testing.assert_array_equal(competition_places(scores), np.nan_to_num(found))


def test_groups_by_hand():
    scores = [[5.0, 1.0], [9.0, NAN], [7.0, 1.0], [1.0, 4.0]]
    np.testing.assert_array_equal(group_ranks(scores, ["N", "S", "N", "S"]), [[2, 1], [1, NAN], [1, 1], [2, 1]])


def test_standing_by_hand():
    table = [[2.0, 50.0, NAN], [4.0, 10.0, 1.0], [6.0, 30.0, 2.0]]
    found = standing(table, 0, targets=[5.0, 20.0, NAN], direction=[1, -1, 1])
    np.testing.assert_array_equal(found.rank, [3, 3, NAN])
    np.testing.assert_array_equal(found.target_gap, [0.75, 0.75, NAN])
    np.testing.assert_array_equal(found.peer_gap, [-0.75, -0.75, NAN])
    np.testing.assert_array_equal(found.peers_below, [0, 0, NAN])
    assert standing(table, 1, peers=[0]).peers_below[0] == 1.0


@given(
    arrays(np.float64, (6, 3), elements=st.integers(-5, 5).map(float)),
    st.lists(st.sampled_from([1, -1]), min_size=3, max_size=3),
)
def test_standing_does_not_know_which_way_an_item_is_written(table, turn):
    one = standing(table, 0, targets=[1.0, 2.0, 3.0])
    other = standing(table * turn, 0, targets=np.array([1.0, 2.0, 3.0]) * turn, direction=turn)
    for name in ("rank", "target_gap", "peer_gap", "peers_below"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_ties_of_the_last_are_all_named():
    assert strengths([1.0, 5.0, 5.0, 2.0, NAN], 3) == (0, 3, 1, 2)
    assert weaknesses([1.0, 5.0, 5.0, 2.0, NAN], 1) == (1, 2)
    assert strengths([NAN, NAN]) == ()


def test_unknown_ties():
    with pytest.raises(ModelError, match="ties"):
        ranks([1.0], ties="first")


@pytest.mark.corpus
def test_asem_ranks_and_group_ranks(asem):
    sheet = asem("09_results_Aggs_ranks")
    names = [name for name in sheet.head if name in asem.nodes]
    scores = asem("08_agg_amean_0_100").table(names, asem.units)
    np.testing.assert_array_equal(ranks(scores), sheet.table(names, asem.units))
    grouped = asem("09_results_Aggs_groupranks")
    groups = dict(zip(grouped.key, grouped.text("EurAsia_group"), strict=True))
    found = group_ranks(scores, [groups[unit] for unit in asem.units])
    np.testing.assert_array_equal(found, grouped.table(names, asem.units))


@pytest.mark.corpus
@pytest.mark.parametrize("unit", ["CHE", "IND", "LAO"])
def test_asem_strengths(asem, unit):
    """The reference cuts ties by the order of columns; ours names all that share the last place."""
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    found = standing(raw.table(asem.items, asem.units), asem.units.index(unit), direction=asem.direction)
    best = asem(f"09_strengths_{unit}")
    assert set(best.key) <= {asem.items[item] for item in strengths(found.rank, 5)}
    for name in ("strengths", "weaknesses"):
        sheet = asem(f"09_{name}_{unit}")
        places = [found.rank[asem.items.index(item)] for item in sheet.key]
        np.testing.assert_array_equal(places, sheet.numbers("Rank"))
