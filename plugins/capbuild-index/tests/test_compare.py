"""Two results beside each other."""

import numpy as np
import pytest
from capbuild_index import normalise
from capbuild_index.compare import compare, compare_many, intervals_overlap
from capbuild_index.correlation import correlate

from capbuild.errors import ModelError
from capbuild.stats.aggregate import aggregate
from capbuild.undefined import UndefinedReason

NAN = np.nan


def test_by_hand():
    moved = compare([70.0, 60.0, 50.0, NAN], [60.0, 65.0, NAN, 40.0])
    np.testing.assert_array_equal(moved.score_change, [-10, 5, NAN, NAN])
    np.testing.assert_array_equal(moved.places_gained, [-1, 1, NAN, NAN])
    assert moved.mean_rank_shift == 1.0
    assert moved.kendall == -1.0


def test_nothing_in_common():
    moved = compare([1.0, NAN], [NAN, 1.0])
    assert moved.pearson.reason is UndefinedReason.TOO_FEW
    assert moved.mean_rank_shift.reason is UndefinedReason.TOO_FEW


def test_many_in_the_order_of_the_first():
    found = compare_many({"first": [1.0, 3.0, 2.0], "second": [9.0, 8.0, 7.0]})
    assert found["unit"].tolist() == [1, 2, 0]
    assert found["second"].tolist() == [2, 3, 1]
    with pytest.raises(ModelError, match="results"):
        compare_many({})


def test_missing_ends_meet_everything():
    assert intervals_overlap([1.0, NAN], [2.0, NAN], [3.0, 3.0], [4.0, 4.0]).tolist() == [False, True]


@pytest.mark.corpus
def test_asem_by_two_normalisations(asem):
    treated = asem("05_treat_default").table(asem.items, asem.units)
    sheet = asem("01_weights_original")
    weights = dict(zip(sheet.key, sheet.numbers("Weight"), strict=True))
    one, two = (
        aggregate(fit(treated, direction=asem.direction).apply(treated), asem.tree, weights=weights)
        for fit in (normalise.minmax, normalise.percentile)
    )
    reference = asem("12_compare_minmax_prank")
    moved = compare(one.root, two.root)
    rows = [reference.key.index(unit) for unit in asem.units]
    np.testing.assert_array_equal(moved.first_rank, reference.numbers("coin.1")[rows])
    np.testing.assert_array_equal(moved.second_rank, reference.numbers("coin.2")[rows])
    np.testing.assert_array_equal(moved.places_gained, reference.numbers("Diff")[rows])
    for label, value in asem("12_compare_corr").rows:
        places = compare(one.column(label), two.column(label))  # the reference correlates the ranks, ties at the best
        assert correlate(places.first_rank, places.second_rank) == pytest.approx(float(value), abs=1e-9)
