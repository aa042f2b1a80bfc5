"""The simulator makes what its scenario says."""

import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats.simulate import Scenario, Source, simulate


def test_sources_behave_as_told():
    sources = (
        Source(name="flatters", bias=1.0, error=0.01, lapse=0.0, answered=1.0),
        Source(name="exact", error=0.01, lapse=0.0, answered=1.0, countries=0.4),
        Source(name="noise", lapse=1.0, answered=0.5),
    )
    made = simulate(Scenario(countries=50, capacities=40, sources=sources), seed=1)
    assert (made.reports[:, :, 0] == np.minimum(made.truth + 1, 4)).all()
    visited = ~np.isnan(made.reports[:, :, 1]).all(axis=1)
    assert visited.sum() == 20
    assert (made.reports[visited, :, 1] == made.truth[visited]).all()
    said = made.reports[:, :, 2]
    assert np.isnan(said).mean() == pytest.approx(0.5, abs=0.05)
    assert np.nanmean(said) == pytest.approx(2.0, abs=0.15)
    assert made.bias[:, 0] == pytest.approx(np.ones(50))


def test_a_seed_decides():
    one, two, three = (simulate(seed=seed) for seed in (4, 4, 5))
    assert (one.truth == two.truth).all()
    assert np.array_equal(one.reports, two.reports, equal_nan=True)
    assert (one.truth != three.truth).any()
    assert set(np.unique(one.truth)) <= set(range(5))


def test_a_scenario_needs_levels_and_sources():
    for wrong in (Scenario(levels=1), Scenario(sources=())):
        with pytest.raises(ModelError, match="scenario"):
            simulate(wrong, seed=0)
