"""Does a range that says 90 % hold the truth nine times out of ten? Counted on assessments whose truth is known.

A score is a weighted mean of levels turned into points, one per country. A range of levels comes whole, so that it
mostly holds more than it was asked for; it states its own probability, and that is what it is held to. `exact` counts
the ranges as if the last level were added only as often as is needed for the probability asked for, which makes them
comparable with it.
"""

from collections.abc import Callable

import numpy as np
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats
from capbuild.stats.estimate import LEVEL, check_level
from capbuild.stats.levels import level_range, most_probable
from capbuild.stats.raters import RaterFit, draw_interval, fit_raters
from capbuild.stats.simulate import Scenario, Simulated, simulate
from capbuild.undefined import Undefined

__all__ = ["Coverage", "measure_coverage"]


@frozen(kw_only=True)
class Coverage:
    """How often ranges held the truth; all are shares from 0 to 1, NaN-free.

    Attributes:
        level: What the ranges were asked to hold.
        assessments: How many simulated assessments were counted.
        scores: Countries' scores inside their interval.
        scores_visited: The same, countries that the reference source reported.
        scores_unvisited: The same, the others.
        region: Regional means inside their interval.
        exact: Levels inside their range, the last level of a range counted in part.
        ranges: Levels inside their whole range.
        ranges_stated: Mean probability that those ranges state.
        accuracy: Cells whose most probable level is the true one.
        accuracy_stated: Mean probability of that level.
        width: Mean width of the scores' intervals, in points of 100.
    """

    level: float
    assessments: int
    scores: float
    scores_visited: float
    scores_unvisited: float
    region: float
    exact: float
    ranges: float
    ranges_stated: float
    accuracy: float
    accuracy_stated: float
    width: float


def measure_coverage(
    scenario: Scenario | None = None,
    *,
    reference: int = 1,
    assessments: int = 20,
    level: float = LEVEL,
    seed: int = 0,
    fit: Callable[[Simulated, int], RaterFit | Undefined] | None = None,
) -> Coverage:
    """Simulate assessments, estimate them, and count how often the ranges held the truth.

    Args:
        scenario: What the assessments are like; the default one when None.
        reference: Position of the source taken as close to unbiased.
        assessments: How many to simulate.
        level: What the ranges are asked to hold.
        seed: Seed of the first; the others follow.
        fit: How one is estimated, from the assessment and its seed; by `fit_raters` when None.

    Raises:
        ModelError: The level is not between 0 and 1, no assessment is asked for, or one cannot be estimated.

    Example:
        >>> tiny = Scenario(countries=6, capacities=4)
        >>> found = measure_coverage(tiny, assessments=1)
        >>> 0 <= found.scores <= 1
        True
    """
    check_level(level)
    if assessments < 1:
        raise ModelError("assessments", assessments, "must be 1 or more")
    parts: dict[str, list[Floats]] = {}
    visited: list[Bools] = []
    for number in range(seed, seed + assessments):
        made = simulate(scenario, seed=number)
        found = _standard(made, reference, number) if fit is None else fit(made, number)
        if isinstance(found, Undefined):
            raise ModelError("scenario", str(found), "must give reports that can be estimated")
        for name, values in _held(made, found, level, number).items():
            parts.setdefault(name, []).append(values)
        visited.append(np.asarray((~np.isnan(made.reports[:, :, reference])).any(axis=1)))
    flat = {name: np.concatenate([np.ravel(v) for v in values]) for name, values in parts.items()}
    seen = np.concatenate(visited)
    means = {name: float(values.mean()) for name, values in flat.items()}
    scores = flat["scores"]
    return Coverage(
        level=level,
        assessments=assessments,
        scores_visited=float(scores[seen].mean()) if seen.any() else means["scores"],
        scores_unvisited=float(scores[~seen].mean()) if not seen.all() else means["scores"],
        **means,
    )


def _standard(made: Simulated, reference: int, seed: int) -> RaterFit | Undefined:
    levels = int(np.nanmax([made.truth.max(), np.nanmax(made.reports)])) + 1
    return fit_raters(made.reports, levels=levels, reference=[reference], seed=seed)


def _held(made: Simulated, found: RaterFit, level: float, seed: int) -> dict[str, Floats]:
    """What each range held, and how wide it was, for one assessment."""
    capacities = made.truth.shape[1]
    top = found.probabilities.shape[-1] - 1
    # Unequal weights, as an index has them: with equal ones scores would fall on a coarse grid.
    weights = np.random.default_rng([seed, 1]).dirichlet(np.full(capacities, 5.0)) * 100 / top
    drawn, truth = found.draws @ weights, made.truth @ weights
    low, high = draw_interval(drawn, level=level)
    region_low, region_high = draw_interval(drawn.mean(axis=1), level=level)
    spans = level_range(found.probabilities, level=level)
    likely = most_probable(found.probabilities)
    at = np.take_along_axis(found.probabilities, likely[..., None], axis=-1)
    return {
        "scores": ((truth >= low) & (truth <= high)).astype(np.float64),
        "region": np.array([float(region_low <= truth.mean() <= region_high)]),
        "exact": _exact(found.probabilities, made, level),
        "ranges": ((made.truth >= spans.low) & (made.truth <= spans.high)).astype(np.float64),
        "ranges_stated": spans.probability,
        "accuracy": (likely == made.truth).astype(np.float64),
        "accuracy_stated": at,
        "width": high - low,
    }


def _exact(probabilities: Floats, made: Simulated, level: float) -> Floats:
    """Share of each true level held when levels enter in order of probability and the last one only in part."""
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ordered = np.take_along_axis(probabilities, order, axis=-1)
    before = ordered.cumsum(axis=-1) - ordered
    part = np.divide(level - before, ordered, out=np.zeros_like(ordered), where=ordered > 0)
    own = order == made.truth[..., None]
    return np.asarray((np.clip(part, 0.0, 1.0) * own).sum(axis=-1))
