"""Sobol' points, and indices from them."""

import json

import numpy as np
import pytest
from capbuild_index.sensitivity import MOST_DIMENSIONS, radial_design, sobol_indices, sobol_points

from capbuild.errors import ModelError
from capbuild.undefined import UndefinedReason

#: Ishigami's function, a = 7, b = 0.1; the exact indices follow from its integrals.
EXACT_FIRST, EXACT_TOTAL = [0.31390519114781146, 0.4424111447900409, 0.0], [0.5575888, 0.4424111, 0.2436837]


def ishigami(points):
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_points_are_those_of_scipy():
    qmc = pytest.importorskip("scipy.stats.qmc")
    reference = qmc.Sobol(MOST_DIMENSIONS, scramble=False, bits=32).random(512)
    np.testing.assert_array_equal(sobol_points(512, MOST_DIMENSIONS), reference)


@pytest.mark.parametrize("seed", [None, 0, 7])
def test_every_slice_of_each_dimension_has_one_point(seed):
    points = sobol_points(64, MOST_DIMENSIONS, seed=seed)
    for column in points.T:
        assert sorted((column * 64).astype(int)) == list(range(64))


def test_a_shift_keeps_squares_balanced():
    points = sobol_points(64, 2, seed=3)
    counts = np.histogram2d(*points.T, bins=8, range=[[0, 1], [0, 1]])[0]
    np.testing.assert_array_equal(counts, np.ones((8, 8)))


@pytest.mark.parametrize("call", [lambda: sobol_points(4, 0), lambda: sobol_points(4, 41), lambda: sobol_points(-1, 1)])
def test_points_that_do_not_exist(call):
    with pytest.raises(ModelError):
        call()


def test_the_design_changes_one_factor_at_a_time():
    a, b, *mixed = radial_design(8, 3).reshape(5, 8, 3)
    for factor, block in enumerate(mixed):
        np.testing.assert_array_equal(block[:, factor], b[:, factor])
        rest = [other for other in range(3) if other != factor]
        np.testing.assert_array_equal(block[:, rest], a[:, rest])


@pytest.mark.parametrize(("base", "tolerance"), [(1024, 0.03), (4096, 0.005)])
@pytest.mark.parametrize("seed", range(4))
def test_ishigami(base, tolerance, seed):
    found = sobol_indices(ishigami(radial_design(base, 3, seed=seed)), 3, resamples=50, seed=seed)
    np.testing.assert_allclose(found.first[:, 0], EXACT_FIRST, atol=tolerance)
    np.testing.assert_allclose(found.total[:, 0], EXACT_TOTAL, atol=tolerance)
    assert found.consistent.all()


def test_a_constant_added_changes_nothing():
    """COINr does not centre: the same function plus 100 gave first-order indices between -29 and +54."""
    points = radial_design(64, 2)
    y = np.sin(2 * np.pi * points[:, 0]) + 0.5 * points[:, 1]
    low, high = sobol_indices(y, 2), sobol_indices(y + 100, 2)
    np.testing.assert_allclose(low.first, high.first, atol=1e-9)
    np.testing.assert_allclose(low.first_interval, high.first_interval, atol=1e-9)
    assert high.first[0, 0] == pytest.approx(0.96, abs=0.03)


def test_the_bootstrap_moves_rows_and_variance_together():
    """COINr resamples each index apart and keeps the variance fixed. Of one factor both indices are always 1."""
    found = sobol_indices(3 * radial_design(256, 1)[:, 0], 1)
    np.testing.assert_allclose(found.total, 1, atol=0.01)
    assert np.ptp(found.total_interval) < 0.3
    plain = sobol_indices(ishigami(radial_design(256, 3)), 3)
    assert (plain.first_interval[0] <= plain.first).all()
    assert (plain.first <= plain.first_interval[1]).all()


def test_impossible_indices_are_marked():
    """COINr's vignette has a first-order index of 0.43 above its total of 0.24 and says nothing."""
    b = np.random.default_rng(1).normal(size=200)
    steady, moved = b, 1.2 * b  # results that follow B closely yet hardly move: no function does that
    found = sobol_indices(np.concatenate([b, b, steady, moved]), 2)
    assert found.first[1, 0] > found.total[1, 0]
    assert found.consistent[:, 0].tolist() == [True, False]


def test_outputs_side_by_side():
    points = radial_design(128, 3)
    y = np.column_stack([ishigami(points), np.full(len(points), 7.0), np.where(points[:, 0] > 0.5, np.nan, 1.0)])
    found = sobol_indices(y, 3, resamples=40)
    np.testing.assert_allclose(found.first[:, :1], sobol_indices(y[:, 0], 3, resamples=40).first)
    assert found.undefined[1].reason is UndefinedReason.CONSTANT
    assert found.undefined[2].reason is UndefinedReason.TOO_FEW
    assert np.isnan(found.total[:, 1:]).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: radial_design(8, 0),
        lambda: radial_design(8, 21),
        lambda: radial_design(1, 2),
        lambda: sobol_indices(np.zeros(7), 2),
        lambda: sobol_indices(np.full(8, np.inf), 2),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ModelError):
        call()


@pytest.mark.corpus
def test_the_reference_has_the_same_exact_values(stats_corpus):
    exact = json.loads((stats_corpus / "peers" / "ishigami_analytical.json").read_text())
    found = sobol_indices(ishigami(radial_design(1 << 14, 3)), 3, resamples=20)
    np.testing.assert_allclose(found.first[:, 0], [exact["S1"], exact["S2"], exact["S3"]], atol=2e-3)
    np.testing.assert_allclose(found.total[:, 0], [exact["ST1"], exact["ST2"], exact["ST3"]], atol=2e-3)
    assert found.variance[0] == pytest.approx(exact["Var"], rel=2e-3)
