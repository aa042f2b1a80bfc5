"""Intraclass correlations against psych, Kendall's W against R; what is undefined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.stats.icc import IccForm, icc, kendall_w
from capbuild.undefined import Undefined, UndefinedReason

# Shrout and Fleiss (1979), table 2: six targets, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
tables = hnp.arrays(np.float64, st.tuples(st.integers(2, 7), st.integers(2, 4)), elements=st.integers(0, 5).map(float))


def test_as_published():
    found = [round(icc(JUDGES, form).value, 2) for form in IccForm]
    assert found == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


@pytest.mark.corpus
def test_as_psych(peers):
    reference = peers("icc_reference_psych")
    for row in reference.rows:
        found = icc(JUDGES, row[0], level=0.95)
        figures = (found.value, found.f, found.df1, found.df2, found.p, found.low, found.high)
        assert figures == pytest.approx([float(cell) for cell in row[1:]], rel=1e-10)


@pytest.mark.corpus
def test_kendall_as_r(peers):
    reference = peers("kendall_w_reference")
    found = kendall_w(np.transpose(JUDGES))
    assert found.w == pytest.approx(float(reference.rows[0][0]), abs=1e-14)
    assert found.chi2 == pytest.approx(reference.numbers("friedman")[0], abs=1e-12)
    assert found.p == pytest.approx(reference.numbers("p")[0], abs=1e-12)


def test_units_that_a_rater_left_out_do_not_count():
    gaps = np.array(JUDGES, dtype=float)
    gaps[1, 2] = gaps[4, 0] = np.nan
    assert icc(gaps) == icc(gaps[[0, 2, 3, 5]])
    assert icc(gaps).units == 4
    assert kendall_w(gaps) == kendall_w(gaps[[0, 2, 3, 5]])


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1.0], [2.0]], UndefinedReason.ONE_RATER),
        ([[np.nan, np.nan]], UndefinedReason.NOBODY_ANSWERED),
        ([[1.0, 2.0], [np.nan, 2.0]], UndefinedReason.TOO_FEW),
        ([[3.0, 3.0], [3.0, 3.0]], UndefinedReason.CONSTANT),
    ],
)
def test_undefined(table, reason):
    for found in (icc(table), icc(table, "ICC3k"), kendall_w(table)):
        assert isinstance(found, Undefined)
        assert found.reason == reason


def test_raters_that_differ_by_their_bias_only():
    assert icc([[1, 2], [3, 4], [5, 6]], "ICC3").reason == UndefinedReason.CONSTANT
    assert kendall_w([[1, 2], [3, 4], [5, 6]]).w == pytest.approx(1)
    assert icc([[1, 2], [2, 1]], "ICC1k").reason == UndefinedReason.CONSTANT
    assert icc([[1, 2], [2, 1]], "ICC1").value == -1
    with pytest.raises(ModelError, match="form"):
        icc(JUDGES, "ICC4")


@given(tables, st.randoms(use_true_random=False))
def test_order_and_scale_do_not_matter(table, random):
    rows, columns = list(range(table.shape[0])), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    other = 8 * table[rows][:, columns] + 3
    for form in IccForm:
        one, two = icc(table, form), icc(other, form)
        if isinstance(one, Undefined):
            assert isinstance(two, Undefined)
        else:
            assert np.isfinite([one.value, one.low, one.high, one.p]).all()
            assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high), rel=1e-6, abs=1e-6)


@given(tables)
def test_concordance_is_a_share(table):
    found = kendall_w(table)
    if not isinstance(found, Undefined):
        assert -1e-12 <= found.w <= 1 + 1e-12
        assert found.w == pytest.approx(kendall_w(2 * table + 1).w)
