"""Bootstrap intervals: R's boot on the city data, scipy's BCa, exact cases, and coverage of nothing by chance."""

import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats.bootstrap import BootstrapInterval, bootstrap, bootstrap_interval, resamples
from capbuild.undefined import UndefinedReason


def ratio(data):
    return float(data[:, 1].sum() / data[:, 0].sum())


@pytest.mark.corpus
def test_city_ratio_as_r(peers):
    data = peers("boot_city").table(["u", "x"])
    reference = peers("boot_city_reference")
    for name, method, within in (
        ("norm", "normal", 0.03),
        ("basic", "basic", 0.04),
        ("perc", "percentile", 0.04),
        ("bca", "bca", 0.09),
    ):
        at = reference.key.index(name)
        found = bootstrap(data, ratio, method=method, level=0.95, replications=8000, seed=5)
        assert found.value == pytest.approx(reference.numbers("t0")[at])
        # Both draw at random, and R estimates the acceleration by regression.
        assert found.se == pytest.approx(reference.numbers("se")[at], abs=0.015)
        assert found.low == pytest.approx(reference.numbers("lo")[at], abs=within)
        assert found.high == pytest.approx(reference.numbers("hi")[at], abs=within)


def test_bca_as_scipy():
    stats = pytest.importorskip("scipy.stats", reason="scipy is the oracle")
    data = np.random.default_rng(3).exponential(2.0, 40)
    theirs = stats.bootstrap((data,), np.mean, confidence_level=0.9, n_resamples=20_000, rng=1).confidence_interval
    ours = bootstrap(data, lambda x: float(x.mean()), level=0.9, replications=20_000, seed=2)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=0.03)


def test_order_statistics():
    drawn = np.random.default_rng(0).permutation(np.arange(1.0, 100.0))
    found = bootstrap_interval(50.0, drawn, level=0.9)
    assert (found.low, found.high) == (5, 95)
    basic = bootstrap_interval(50.0, drawn, method="basic", level=0.9)
    assert (basic.low, basic.high) == (5, 95)
    shifted = bootstrap_interval(60.0, drawn, method="basic", level=0.9)
    assert (shifted.low, shifted.high) == (25, 115)
    normal = bootstrap_interval(50.0, drawn, method="normal", level=0.9)
    assert (normal.low + normal.high) / 2 == pytest.approx(50)
    between = bootstrap_interval(5.0, [1.0, 2.0, 4.0, 8.0], level=0.5)
    assert 1 < between.low < 2
    assert 4 < between.high < 8
    wide = bootstrap_interval(5.0, [1.0, 2.0, 4.0, 8.0], level=0.99)
    assert (wide.low, wide.high) == (1, 8)


def test_unbiased_and_symmetric_bca_is_the_percentile():
    drawn = np.arange(1.0, 100.0)
    left_out = [1.0, 2.0, 3.0]
    bca = bootstrap_interval(50.5, drawn, method="bca", left_out=left_out, level=0.9)
    percentile = bootstrap_interval(50.5, drawn, level=0.9)
    assert bca.low == pytest.approx(percentile.low, abs=1)
    assert bca.high == pytest.approx(percentile.high, abs=1)


def test_seed_decides():
    data = [3.0, 5.0, 6.0, 9.0, 12.0]
    one, two, three = (bootstrap(data, lambda x: float(np.median(x)), seed=s, replications=200) for s in (1, 1, 2))
    assert one == two
    assert one.se != three.se
    assert (resamples(5, 3, seed=1) == resamples(5, 3, seed=1)).all()


def test_undefined_and_wrong():
    assert bootstrap([1.0], np.mean, seed=0).reason == UndefinedReason.TOO_FEW
    assert bootstrap([2.0, 2.0], np.mean, seed=0, replications=9).reason == UndefinedReason.CONSTANT
    assert bootstrap_interval(1.0, [1.0]).reason == UndefinedReason.TOO_FEW
    with pytest.raises(ModelError, match="finite"):
        bootstrap([1.0, np.nan], np.mean, seed=0)
    with pytest.raises(ModelError, match="method"):
        bootstrap_interval(1.0, [1.0, 2.0], method="guess")
    with pytest.raises(ModelError, match="left_out"):
        bootstrap_interval(1.0, [1.0, 2.0], method=BootstrapInterval.BCA)
    with pytest.raises(ModelError, match="level"):
        bootstrap_interval(1.0, [1.0, 2.0], level=95)
