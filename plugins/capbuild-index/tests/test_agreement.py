"""Kappa and plain agreement, against statsmodels and psych, hand counts and invariances."""

import numpy as np
import pytest
from capbuild_index.agreement import (
    cohen_kappa,
    cohen_kappa_of_table,
    fleiss_kappa,
    percent_agreement,
    randolph_kappa,
    rating_counts,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.undefined import Undefined, UndefinedReason

ratings = hnp.arrays(
    np.float64, st.tuples(st.integers(3, 12), st.integers(2, 4)), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan])
)


@pytest.mark.corpus
@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_cohen_as_statsmodels(peers, weights):
    table = peers("cohen_table_spitzer_fleiss").table(["X1", "X2", "X3"])
    reference = peers("kappa_reference_statsmodels")
    name = None if weights == "none" else weights
    at = reference.key.index(f"cohen kappa wt={name} table cohen_table_spitzer_fleiss")
    found = cohen_kappa_of_table(table, weights=weights)
    assert found.value == pytest.approx(reference.numbers("value")[at], abs=1e-14)
    assert found.se == pytest.approx(reference.numbers("se")[at], abs=1e-14)


@pytest.mark.corpus
def test_cohen_as_psych(peers):
    table = peers("cohen_table_spitzer_fleiss").table(["X1", "X2", "X3"])
    reference = peers("cohen_kappa_psych")
    for weights, kappa, variance in zip(
        ("none", "quadratic"), reference.numbers("kappa"), reference.numbers("var"), strict=True
    ):
        found = cohen_kappa_of_table(table, weights=weights)
        assert (found.value, found.se**2) == pytest.approx((kappa, variance), abs=1e-13)


@pytest.mark.corpus
def test_fleiss_as_published(peers):
    counts = peers("fleiss_wikipedia_table").table(["0", "1", "2", "3", "4"])
    reference = peers("kappa_reference_statsmodels").numbers("value")
    assert fleiss_kappa(counts) == pytest.approx(reference[0], abs=1e-14)
    assert round(fleiss_kappa(counts), 3) == 0.210
    assert randolph_kappa(counts) == pytest.approx(reference[1], abs=1e-14)


def test_cohen_by_hand():
    # 3 of 4 agree; the margins agree by chance in (1*2 + 2*1 + 1*1) / 16.
    found = cohen_kappa([1, 2, 2, 3], [1, 1, 2, 3])
    assert found.value == pytest.approx((3 / 4 - 5 / 16) / (1 - 5 / 16))
    assert found.n == 4


@given(hnp.arrays(np.float64, (3, 3), elements=st.sampled_from([0.0, 1.0, 2.0, 5.0])), st.sampled_from([0.9, 0.99]))
def test_the_interval_of_kappa_ends_where_kappa_ends(table, level):
    found = cohen_kappa_of_table(table, level=level)
    if not isinstance(found, Undefined):
        shares = table / table.sum()
        expected = 1 - float(shares.sum(axis=1) @ shares.sum(axis=0))
        assert 1 - 1 / expected - 1e-9 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1 + 1e-9
        assert found.low < found.high


def test_six_units_alike_leave_a_doubt():
    # The share that agrees may be as low as the sixth root of 0.05; chance agrees in half.
    found = cohen_kappa([1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2])
    assert found.low == pytest.approx(1 - (1 - 0.05 ** (1 / 6)) / 0.5)
    assert (found.value, found.high) == (1, 1)


def test_a_unit_one_rater_left_out_does_not_count():
    assert cohen_kappa([1, 2, 2, 3, np.nan], [1, 1, 2, 3, 2]) == cohen_kappa([1, 2, 2, 3], [1, 1, 2, 3])


def test_the_domain_matters_for_weights_only():
    first, second = [1, 1, 3, 3, 3], [1, 3, 3, 3, 1]
    plain = cohen_kappa(first, second)
    assert cohen_kappa(first, second, domain=[1, 2, 3]).value == pytest.approx(plain.value)
    with_two = cohen_kappa([1, 1, 3, 4], [1, 3, 3, 4], weights="linear", domain=[1, 2, 3, 4])
    assert with_two.value != pytest.approx(cohen_kappa([1, 1, 3, 4], [1, 3, 3, 4], weights="linear").value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (cohen_kappa([1, np.nan], [np.nan, 1]), UndefinedReason.NOBODY_ANSWERED),
        (cohen_kappa([2, 2], [2, 2]), UndefinedReason.CONSTANT),
        (cohen_kappa([1, np.nan], [2, 2]), UndefinedReason.TOO_FEW),
        (fleiss_kappa([[0, 3], [0, 2]]), UndefinedReason.CONSTANT),
        (fleiss_kappa([[0, 1], [1, 0]]), UndefinedReason.ONE_RATER),
        (fleiss_kappa([[0, 0]]), UndefinedReason.NOBODY_ANSWERED),
        (randolph_kappa([[3], [2]]), UndefinedReason.CONSTANT),
        (randolph_kappa([[0, 1]]), UndefinedReason.ONE_RATER),
        (percent_agreement([[1.0, np.nan]]), UndefinedReason.ONE_RATER),
        (percent_agreement([[np.nan, np.nan]]), UndefinedReason.NOBODY_ANSWERED),
    ],
)
def test_undefined(value, reason):
    assert isinstance(value, Undefined)
    assert value.reason == reason


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="weights"):
        cohen_kappa([1, 2], [1, 2], weights="cubic")
    with pytest.raises(ModelError, match="square"):
        cohen_kappa_of_table([[1, 2]])
    with pytest.raises(ModelError, match="must be one of"):
        cohen_kappa([1, 9], [1, 2], domain=[1, 2])
    with pytest.raises(ModelError, match="once"):
        rating_counts([[1.0, 2.0]], domain=[1, 1, 2])
    with pytest.raises(ModelError, match="negative"):
        fleiss_kappa([[-1, 2]])


@given(ratings, st.randoms(use_true_random=False))
def test_order_of_units_raters_and_labels_do_not_matter(table, random):
    rows, columns = list(range(table.shape[0])), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    other = 7.0 - table[rows][:, columns]  # the categories renamed
    for function in (lambda t: fleiss_kappa(rating_counts(t)), percent_agreement):
        one, two = function(table), function(other)
        assert one == two or one == pytest.approx(two, abs=1e-12)


@given(hnp.arrays(np.float64, (4, 4), elements=st.integers(0, 9).map(float)))
def test_kappa_is_symmetric_and_at_most_one(table):
    for weights in ("none", "linear", "quadratic"):
        one, two = (cohen_kappa_of_table(t, weights=weights) for t in (table, table.T))
        if isinstance(one, Undefined):
            assert one == two
        else:
            assert (one.value, one.se) == pytest.approx((two.value, two.se), abs=1e-9)
            assert one.value <= 1 + 1e-12
