"""Own distribution functions against scipy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.distributions import beta_quantile, normal_quantile, t_cdf, t_quantile

special = pytest.importorskip("scipy.special", reason="scipy is the oracle")

DF = (0.7, 1, 2, 5.5, 29, 197, 999, 1000, 3000, 1e6)
TAILS = (0.001, 0.05, 0.3, 0.5, 0.9, 0.95, 0.995)


def test_normal_far_out():
    x = np.linspace(-37, 37, 149)
    np.testing.assert_allclose([t_cdf(float(one), math.inf) for one in x], special.ndtr(x), rtol=1e-11)
    for p in TAILS:
        assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("df", DF)
def test_t(df):
    for x in (-40, -3, -0.5, 1e-6, 0.3, 1, 4, 60):
        assert t_cdf(x, df) == pytest.approx(special.stdtr(df, x), rel=1e-9, abs=1e-300)
    for p in TAILS:
        assert t_quantile(p, df) == pytest.approx(special.stdtrit(df, p), rel=1e-9, abs=1e-12)


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
    assert (beta_quantile(0, 2, 2), beta_quantile(1, 2, 2)) == (0, 1)
    assert t_quantile(1e-12, 0.005) == -math.inf  # beyond the largest number
    assert t_quantile(0.9, math.inf) == normal_quantile(0.9)
    for wrong in (
        lambda: normal_quantile(1.2),
        lambda: t_quantile(0.5, 0),
        lambda: t_cdf(1.0, -2),
        lambda: beta_quantile(0.5, 0, 1),
    ):
        with pytest.raises(ModelError):
            wrong()
