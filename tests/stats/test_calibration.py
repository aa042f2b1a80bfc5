"""Nominal 90 % ranges hold the truth in 87 to 93 % of cases; benchmarks/bench_calibration.py prints the full table."""

import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats.calibration import measure_coverage
from capbuild.stats.raters import RaterFit
from capbuild.stats.simulate import Scenario


def test_ninety_percent_ranges_hold_nine_times_out_of_ten():
    # Biased self-reports, 13 of 30 countries visited, agencies that disagree, a fifth of the answers missing.
    found = measure_coverage(assessments=4, seed=2000)
    assert 0.87 <= found.scores <= 0.93
    assert 0.87 <= found.exact <= 0.93
    # Whole levels hold more than was asked for, and say so.
    assert found.ranges >= 0.90
    assert found.ranges == pytest.approx(found.ranges_stated, abs=0.02)
    assert found.accuracy == pytest.approx(found.accuracy_stated, abs=0.03)


def known(made, seed):
    """A fit that knows of two neighbours, 0 and 1, 2 and 3, or 4 and 5, that one is true with 80 %."""
    levels = 6
    rng = np.random.default_rng([seed, 7])
    p = np.zeros((*made.truth.shape, levels))
    right = rng.random(made.truth.shape) < 0.8
    other = made.truth ^ 1
    told, second = np.where(right, made.truth, other), np.where(right, other, made.truth)
    np.put_along_axis(p, told[..., None], 0.8, axis=-1)
    np.put_along_axis(p, second[..., None], 0.2, axis=-1)
    draws = np.where(rng.random((400, *made.truth.shape)) < 0.8, told, second)
    return RaterFit(
        probabilities=p, draws=draws, missing=np.zeros(made.truth.shape, bool), sources=(), accepted=np.empty(0)
    )


def test_the_count_itself_is_right():
    found = measure_coverage(Scenario(), assessments=20, seed=1, fit=known)
    assert found.accuracy == pytest.approx(0.8, abs=0.02)
    assert found.accuracy_stated == pytest.approx(0.8)
    assert found.ranges == 1
    assert found.exact == pytest.approx(0.9, abs=0.02)
    assert found.scores == pytest.approx(0.9, abs=0.04)
    assert found.assessments == 20


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="assessments"):
        measure_coverage(assessments=0)
    with pytest.raises(ModelError, match="level"):
        measure_coverage(level=90)
