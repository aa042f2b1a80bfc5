"""Own distribution functions against scipy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.distributions import (
    beta_quantile,
    chi2_cdf,
    f_cdf,
    f_quantile,
    normal_cdf,
    normal_quantile,
    normal_tail,
    t_cdf,
    t_quantile,
)

special = pytest.importorskip("scipy.special", reason="scipy is the oracle")

DF = (0.7, 1, 2, 5.5, 29, 197, 999, 1000, 3000, 1e6)
TAILS = (0.001, 0.05, 0.3, 0.5, 0.9, 0.95, 0.995)


def test_normal_far_out():
    x = np.linspace(-37, 37, 149)
    np.testing.assert_allclose(normal_cdf(x), special.ndtr(x), rtol=1e-11)
    np.testing.assert_allclose(normal_tail(x), special.ndtr(-x), rtol=1e-11)
    for p in TAILS:
        assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("df", DF)
def test_t(df):
    for x in (-40, -3, -0.5, 1e-6, 0.3, 1, 4, 60):
        assert t_cdf(x, df) == pytest.approx(special.stdtr(df, x), rel=1e-9, abs=1e-300)
    for p in TAILS:
        assert t_quantile(p, df) == pytest.approx(special.stdtrit(df, p), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("df1", [1, 3, 17.5, 200])
@pytest.mark.parametrize("df2", [1, 2.5, 15, 400])
def test_f(df1, df2):
    for p in TAILS:
        x = special.fdtri(df1, df2, p)
        assert f_quantile(p, df1, df2) == pytest.approx(x, rel=1e-9)
        assert f_cdf(x, df1, df2) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("df", [0.5, 1, 3, 20, 500])
def test_chi_squared(df):
    for x in (0.01, 1, 3, 25, 490, 600):
        assert chi2_cdf(x, df) == pytest.approx(special.chdtr(df, x), rel=1e-10, abs=1e-14)


@given(st.floats(0.0005, 0.9995), st.floats(0.5, 500))
def test_quantile_is_the_inverse(p, df):
    assert t_cdf(t_quantile(p, df), df) == pytest.approx(p, rel=1e-10)
    assert t_quantile(p, df) == pytest.approx(-t_quantile(1 - p, df), rel=1e-9, abs=1e-12)


@given(st.floats(1e-9, 1 - 1e-9), st.floats(-3, 4), st.floats(-3, 4))
def test_beta_quantile(p, a, b):
    a, b = 10.0**a, 10.0**b
    found, wanted = beta_quantile(p, a, b), float(special.betaincinv(a, b, p))
    assert found == pytest.approx(wanted, rel=1e-7, abs=1e-290)


def test_ends_and_refusals():
    assert (normal_quantile(0), normal_quantile(1)) == (-math.inf, math.inf)
    assert (f_quantile(0, 2, 2), f_quantile(1, 2, 2)) == (0, math.inf)
    assert (f_cdf(-1, 2, 2), f_cdf(math.inf, 2, 2), chi2_cdf(0, 2)) == (0, 1, 0)
    assert (beta_quantile(0, 2, 2), beta_quantile(1, 2, 2)) == (0, 1)
    assert t_quantile(1e-12, 0.005) == -math.inf  # beyond the largest number
    assert t_quantile(0.9, math.inf) == normal_quantile(0.9)
    assert t_cdf(1.0, math.inf) == pytest.approx(float(normal_cdf(1.0)))
    for wrong in (
        lambda: normal_quantile(1.2),
        lambda: t_quantile(0.5, 0),
        lambda: chi2_cdf(1, -2),
        lambda: beta_quantile(0.5, 0, 1),
    ):
        with pytest.raises(ModelError):
            wrong()
