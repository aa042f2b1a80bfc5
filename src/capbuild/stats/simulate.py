"""Assessments with known truth, to try methods on: biased self-reports, sparse visits, agencies that disagree, gaps.

A report is the true level plus the bias of its source in that country plus a normal error, rounded and cut to the
scale; or, now and then, any level. This is not the model that `raters` fits, which only comes close to it.
"""

import numpy as np
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, Ints

__all__ = ["DEFAULT_SOURCES", "Scenario", "Simulated", "Source", "simulate"]


@frozen(kw_only=True)
class Source:
    """How one source reports; biases and errors are in levels.

    Attributes:
        name: Its name.
        bias: Mean bias over countries.
        bias_spread: Standard deviation of its bias between countries.
        error: Standard deviation of its error.
        lapse: Share of reports that have nothing to do with the truth.
        countries: Share of countries it reports at all.
        answered: Share of capacities answered where it reports.
    """

    name: str
    bias: float = 0.0
    bias_spread: float = 0.0
    error: float = 0.5
    lapse: float = 0.02
    countries: float = 1.0
    answered: float = 0.9


#: A survey that flatters, visits to 13 of 30 countries, and two agencies' views from outside.
DEFAULT_SOURCES = (
    Source(name="survey", bias=0.6, bias_spread=0.3, error=0.55, answered=0.9),
    Source(name="visit", error=0.3, countries=13 / 30, answered=0.85),
    Source(name="meeting", error=0.65, bias=-0.1, bias_spread=0.15, answered=0.7),
    Source(name="desk", error=0.8, bias_spread=0.15, lapse=0.05, answered=0.8),
)


@frozen(kw_only=True)
class Scenario:
    """A made-up assessment.

    Attributes:
        countries: Number of countries.
        capacities: Number of capacities.
        levels: Number of levels.
        sources: The sources.
        country_spread: Standard deviation of countries' own strength, in levels.
        capacity_spread: Standard deviation of capacities, in levels.
        cell_spread: Standard deviation of one country in one capacity, in levels.
    """

    countries: int = 30
    capacities: int = 20
    levels: int = 5
    sources: tuple[Source, ...] = DEFAULT_SOURCES
    country_spread: float = 0.6
    capacity_spread: float = 0.4
    cell_spread: float = 1.0


@frozen(kw_only=True, eq=False)
class Simulated:
    """Reports, and the truth behind them.

    Attributes:
        truth: True levels, 0 for the lowest, shape (countries, capacities).
        reports: Reported levels, shape (countries, capacities, sources), NaN for no report.
        bias: True bias of each source in each country before cutting to the scale, shape (countries, sources).
    """

    truth: Ints
    reports: Floats
    bias: Floats


def simulate(scenario: Scenario | None = None, *, seed: int) -> Simulated:
    """Make an assessment up.

    Args:
        scenario: What it is like; 30 countries, 20 capacities and `DEFAULT_SOURCES` when None.
        seed: Seed.

    Raises:
        ModelError: The scenario has fewer than two levels or no source.

    Example:
        >>> made = simulate(seed=1)
        >>> made.truth.shape, made.reports.shape
        ((30, 20), (30, 20, 4))
    """
    given = scenario or Scenario()
    if given.levels < 2 or not given.sources:
        raise ModelError("scenario", (given.levels, len(given.sources)), "must have two levels or more, and a source")
    rng = np.random.default_rng(seed)
    shape, top = (given.countries, given.capacities), given.levels - 1
    strength = (
        top / 2
        + rng.normal(0, given.country_spread, (shape[0], 1))
        + rng.normal(0, given.capacity_spread, (1, shape[1]))
        + rng.normal(0, given.cell_spread, shape)
    )
    truth = np.clip(np.rint(strength), 0, top).astype(np.int64)
    biases, reports = [], []
    for source in given.sources:
        bias = rng.normal(source.bias, source.bias_spread, shape[0])
        biases.append(bias)
        reports.append(_report(source, truth, bias, top, rng))
    return Simulated(truth=truth, reports=np.stack(reports, axis=2), bias=np.stack(biases, axis=1))


def _report(source: Source, truth: Ints, bias: Floats, top: int, rng: np.random.Generator) -> Floats:
    """Reports of one source, NaN where it gives none."""
    said = np.clip(np.rint(truth + bias[:, None] + rng.normal(0, source.error, truth.shape)), 0, top)
    said = np.where(rng.random(truth.shape) < source.lapse, rng.integers(0, top + 1, truth.shape), said)
    # A share of countries, not a chance for each, so that as many are visited as the scenario says.
    visited = rng.permutation(len(truth)) < round(source.countries * len(truth))
    return np.where(visited[:, None] & (rng.random(truth.shape) < source.answered), said, np.nan)
