"""Rubin's rules on the imputations of the corpus and by hand."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.pooling import pool
from capbuild.undefined import UndefinedReason


def test_by_hand():
    found = pool([10.0, 12.0, 11.0], [4.0, 5.0, 3.0], df_complete=20)
    assert (found.within, found.between) == (4, 1)
    assert found.total == pytest.approx(4 + 4 / 3)
    share = (4 / 3) / (16 / 3)
    assert found.share_missing == pytest.approx(share) == pytest.approx(0.25)
    large, observed = 2 / share**2, 21 / 23 * 20 * (1 - share)
    assert found.estimate.df == pytest.approx(1 / (1 / large + 1 / observed))
    assert found.relative_increase == pytest.approx(1 / 3)
    assert found.information_missing == pytest.approx((1 / 3 + 2 / (found.estimate.df + 3)) / (4 / 3))
    assert found.estimate.se == pytest.approx(math.sqrt(found.total))


@pytest.mark.corpus
def test_imputations_of_the_corpus(peers):
    sheet = peers("mi_each_imputation")
    terms = np.array(sheet.text("term"))
    for term in ("(Intercept)", "age", "bmi"):
        own = terms == term
        estimates, variances = sheet.numbers("est")[own], sheet.numbers("var")[own]
        found = pool(estimates, variances, df_complete=22)  # 25 people, three coefficients
        assert found.estimate.n == 20
        assert found.estimate.value == pytest.approx(np.mean(estimates))
        between = sum((e - np.mean(estimates)) ** 2 for e in estimates) / 19
        assert found.estimate.se == pytest.approx(math.sqrt(np.mean(variances) + 1.05 * between))
        assert 0 < found.share_missing < found.information_missing < 1
        assert found.estimate.df < 22


@pytest.mark.corpus
def test_mean_of_the_corpus_is_consistent(peers):
    # The imputations behind this one are not kept: its own figures must agree with each other by our t.
    row = [float(cell) for cell in peers("mi_pool_mean_bmi").rows[0][1:]]
    from capbuild.stats.distributions import t_cdf

    assert row[0] / row[1] == pytest.approx(row[2])
    assert 2 * t_cdf(-row[2], row[3]) == pytest.approx(row[4], rel=1e-9)


@example([0.0, 5e-126], 1.0, 1.0)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=8), st.floats(0.1, 9), st.floats(1, 200))
def test_missing_answers_never_make_surer(estimates, variance, df):
    found = pool(estimates, [variance] * len(estimates), df_complete=df)
    assert found.total >= found.within
    assert found.estimate.df <= df + 1e-9
    assert 0 <= found.share_missing < 1
    assert 0 <= found.information_missing <= 1


def test_no_spread_and_too_few():
    same = pool([2.0, 2.0], [1.0, 1.0])
    assert (same.share_missing, same.information_missing, same.estimate.df) == (0, 0, math.inf)
    assert pool([2.0], [1.0]).reason == UndefinedReason.TOO_FEW
    for estimates, variances in (([1.0, np.nan], [1.0, 1.0]), ([1.0, 2.0], [1.0, -1.0]), ([1.0, 2.0], [0.0, 0.0])):
        with pytest.raises(ModelError):
            pool(estimates, variances)
