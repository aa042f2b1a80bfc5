"""Krippendorff's alpha, against published values, the krippendorff package's figures, and invariances."""

import csv

import numpy as np
import pytest
from capbuild_index.agreement import krippendorff_alpha, krippendorff_interval
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.undefined import Undefined, UndefinedReason

METRICS = ("nominal", "ordinal", "interval", "ratio")
ratings = hnp.arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(2, 4)), elements=st.sampled_from([1.0, 2.0, 4.0, np.nan])
)


def units_by_coders(peers, name):
    with (peers.path / f"kripp_{name}.csv").open(encoding="utf-8") as file:
        return np.array([[float(cell) if cell else np.nan for cell in row] for row in csv.reader(file)]).T


@pytest.mark.corpus
def test_as_published(peers):
    reference = peers("kripp_reference")
    rows = [row for row in reference.rows if not row[0].startswith("edge")]
    assert len(rows) == 16
    for case, level, value, published in rows:
        found = krippendorff_alpha(units_by_coders(peers, case), metric=level)
        assert found == pytest.approx(float(value), abs=1e-13), (case, level)
        if published:
            assert f"{found:.3f}"[-4:] == published[-4:]


def test_by_hand():
    # Two units of two ratings: pairs (1,1) and (1,2). Observed 2 of 4; by chance 2 * 3 * 1 of 4 * 3.
    assert krippendorff_alpha([[1, 1], [1, 2]]) == pytest.approx(1 - (2 / 4) / (6 / 12))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[2.0, 2.0], [2.0, 2.0]], UndefinedReason.CONSTANT),
        ([[2.0], [3.0]], UndefinedReason.ONE_RATER),
        ([[2.0, np.nan], [np.nan, 3.0]], UndefinedReason.ONE_RATER),
        ([[np.nan, np.nan]], UndefinedReason.NOBODY_ANSWERED),
    ],
)
def test_undefined(metric, table, reason):
    for found in (krippendorff_alpha(table, metric=metric), krippendorff_interval(table, metric=metric)):
        assert isinstance(found, Undefined)
        assert found.reason == reason


def test_domain_is_checked_and_unused_values_change_nothing():
    table = [[1, 1], [2, 4], [4, 4]]
    for metric in METRICS:
        assert krippendorff_alpha(table, metric=metric) == krippendorff_alpha(
            table, metric=metric, domain=[1, 2, 3, 4, 5]
        )
    with pytest.raises(ModelError, match="must be one of"):
        krippendorff_alpha(table, domain=[1, 2, 3])


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="metric"):
        krippendorff_alpha([[1, 2]], metric="cubic")
    with pytest.raises(ModelError, match="ratio"):
        krippendorff_alpha([[-1, 2]], metric="ratio")


@given(ratings, st.randoms(use_true_random=False), st.sampled_from(METRICS))
def test_order_does_not_matter(table, random, metric):
    rows, columns = list(range(table.shape[0])), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    one, two = (krippendorff_alpha(t, metric=metric) for t in (table, table[rows][:, columns]))
    assert one == two or one == pytest.approx(two, abs=1e-12)


@given(ratings)
def test_scales_keep_what_their_metric_keeps(table):
    def same(metric, other):
        one, two = krippendorff_alpha(table, metric=metric), krippendorff_alpha(other, metric=metric)
        constant = isinstance(one, Undefined) and isinstance(two, Undefined)
        assert constant or one == pytest.approx(two, abs=1e-12)

    same("nominal", np.where(table == 1, 9.0, table))
    same("ordinal", table**3)
    same("interval", 3 * table - 50)
    same("ratio", 3 * table)


def test_interval_is_repeatable_and_holds_the_value():
    rng = np.random.default_rng(4)
    truth = rng.integers(1, 5, 40)
    table = np.column_stack([np.where(rng.random(40) < 0.8, truth, rng.integers(1, 5, 40)) for _ in range(3)])
    one, two = (krippendorff_interval(table, metric="ordinal", seed=3) for _ in range(2))
    assert one == two
    assert one.low < one.value < one.high
    wider = krippendorff_interval(table, metric="ordinal", seed=3, level=0.99)
    assert wider.low < one.low
    assert wider.high > one.high
