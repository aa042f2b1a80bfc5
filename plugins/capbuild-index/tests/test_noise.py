"""Cells as distributions."""

import numpy as np
import pytest
from capbuild_index.noise import LevelProbabilities, Normal, Uniform

from capbuild.errors import ModelError

NAN = np.nan


def draws(evidence, count=20_000, seed=3):
    return evidence.draw(np.random.default_rng(seed), count, slice(None))


def test_normal():
    found = draws(Normal(centre=[[50.0, 2.0, NAN]], error=[[4.0, 0.0, 1.0]]))
    assert found.shape == (20_000, 1, 3)
    assert found[:, 0, 0].mean() == pytest.approx(50, abs=0.1)
    assert found[:, 0, 0].std() == pytest.approx(4, abs=0.1)
    assert (found[:, 0, 1] == 2.0).all()
    assert np.isnan(found[:, 0, 2]).all()
    kept = draws(Normal(centre=[[1.0]], error=[[4.0]], low=0.0, high=2.0))
    assert (kept.min(), kept.max()) == (0.0, 2.0)


def test_between():
    found = draws(Uniform(low=[[10.0, 5.0]], high=[[20.0, 5.0]]))
    assert found[:, 0, 0].mean() == pytest.approx(15, abs=0.1)
    assert found[:, 0, 0].var() == pytest.approx(100 / 12, rel=0.03)
    assert (found[:, 0, 1] == 5.0).all()


def test_levels():
    found = draws(LevelProbabilities(probabilities=[[[0.2, 0.0, 0.8], [NAN] * 3]], values=[0.0, 50.0, 100.0]))
    levels, counts = np.unique(found[:, 0, 0], return_counts=True)
    assert levels.tolist() == [0.0, 100.0]
    assert counts[1] / counts.sum() == pytest.approx(0.8, abs=0.02)
    assert np.isnan(found[:, 0, 1]).all()


def test_complete():
    assert Normal(centre=[[1.0]], error=[[0.0]]).complete
    assert not Uniform(low=[[NAN]], high=[[1.0]]).complete
    assert not LevelProbabilities(probabilities=[[[NAN, NAN]]], values=[0.0, 1.0]).complete


@pytest.mark.parametrize(
    "call",
    [
        lambda: Normal(centre=[[1.0]], error=[[-1.0]]),
        lambda: Normal(centre=[[1.0]], error=[[1.0, 2.0]]),
        lambda: Uniform(low=[[2.0]], high=[[1.0]]),
        lambda: Uniform(low=[2.0], high=[3.0]),
        lambda: LevelProbabilities(probabilities=[[[0.5, 0.4]]], values=[0.0, 1.0]),
        lambda: LevelProbabilities(probabilities=[[[0.5, 0.5]]], values=[0.0]),
    ],
)
def test_what_is_no_distribution_is_refused(call):
    with pytest.raises(ModelError):
        call()
