"""Ranks within groups, and strengths and weaknesses of a unit."""

import numpy as np
import pytest
from capbuild_index.compare import compare_unit, find_strengths, find_weaknesses, group_ranks
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

NAN = np.nan


def test_groups_by_hand():
    scores = [[5.0, 1.0], [9.0, NAN], [7.0, 1.0], [1.0, 4.0]]
    np.testing.assert_array_equal(group_ranks(scores, ["N", "S", "N", "S"]), [[2, 1], [1, NAN], [1, 1], [2, 1]])


def test_standing_by_hand():
    table = [[2.0, 50.0, NAN], [4.0, 10.0, 1.0], [6.0, 30.0, 2.0]]
    found = compare_unit(table, 0, targets=[5.0, 20.0, NAN], direction=[1, -1, 1])
    np.testing.assert_array_equal(found.rank, [3, 3, NAN])
    np.testing.assert_array_equal(found.target_gap, [0.75, 0.75, NAN])
    np.testing.assert_array_equal(found.peer_gap, [-0.75, -0.75, NAN])
    np.testing.assert_array_equal(found.peers_below, [0, 0, NAN])
    assert compare_unit(table, 1, peers=[0]).peers_below[0] == 1.0


@given(
    arrays(np.float64, (6, 3), elements=st.integers(-5, 5).map(float)),
    st.lists(st.sampled_from([1, -1]), min_size=3, max_size=3),
)
def test_standing_does_not_know_which_way_an_item_is_written(table, turn):
    one = compare_unit(table, 0, targets=[1.0, 2.0, 3.0])
    other = compare_unit(table * turn, 0, targets=np.array([1.0, 2.0, 3.0]) * turn, direction=turn)
    for name in ("rank", "target_gap", "peer_gap", "peers_below"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_ties_of_the_last_are_all_named():
    assert find_strengths([1.0, 5.0, 5.0, 2.0, NAN], 3) == (0, 3, 1, 2)
    assert find_weaknesses([1.0, 5.0, 5.0, 2.0, NAN], 1) == (1, 2)
    assert find_strengths([NAN, NAN]) == ()


@pytest.mark.corpus
@pytest.mark.parametrize("unit", ["CHE", "IND", "LAO"])
def test_asem_strengths(asem, unit):
    """The reference cuts ties by the order of columns; ours names all that share the last place."""
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    found = compare_unit(raw.table(asem.items, asem.units), asem.units.index(unit), direction=asem.direction)
    best = asem(f"09_strengths_{unit}")
    assert set(best.key) <= {asem.items[item] for item in find_strengths(found.rank, 5)}
    for name in ("strengths", "weaknesses"):
        sheet = asem(f"09_{name}_{unit}")
        places = [found.rank[asem.items.index(item)] for item in sheet.key]
        np.testing.assert_array_equal(places, sheet.numbers("Rank"))


@pytest.mark.corpus
def test_asem_group_ranks(asem):
    grouped = asem("09_results_Aggs_groupranks")
    names = [name for name in grouped.head if name in asem.nodes]
    groups = dict(zip(grouped.key, grouped.text("EurAsia_group"), strict=True))
    scores = asem("08_agg_amean_0_100").table(names, asem.units)
    found = group_ranks(scores, [groups[unit] for unit in asem.units])
    np.testing.assert_array_equal(found, grouped.table(names, asem.units))
