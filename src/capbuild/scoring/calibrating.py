"""Do printed ranges hold the truth as often as they say? Counted on rounds whose truth is known, through `assess`."""

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import evolve, frozen

from capbuild.model import (
    AssessmentSet,
    Capacity,
    Framework,
    PlausibleLevels,
    Recipe,
    ReconciliationPolicy,
    Round,
    Score,
)
from capbuild.scoring.assessing import assess
from capbuild.scoring.simulating import Scenario, simulate_round
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Coverage", "LevelCoverage", "measure_coverage"]

_EMPTY = Undefined(UndefinedReason.NOT_APPLICABLE, "no such range was printed")


@frozen(kw_only=True)
class LevelCoverage:
    """How often levels were where the score said; shares from 0 to 1.

    Attributes:
        cells: Scores counted.
        range: True levels within the plausible range.
        held: True levels within the likeliest levels that make up the probability asked for, the last one in part, as
            often as it takes to make exactly that: it is to equal what was asked for.
        likeliest: Scores whose likeliest level is the true one.
        stated: Mean probability that those scores gave to it.
    """

    cells: int
    range: float
    held: float
    likeliest: float
    stated: float


@frozen(kw_only=True)
class Coverage:
    """How often printed ranges held the truth; undefined where a framework has no such range.

    Attributes:
        rounds: Simulated rounds.
        levels: Levels of staircases, all countries.
        levels_visited: The same, visited countries.
        levels_unvisited: The same, the others.
        figures: Share of the true figures of the topmost nodes inside their interval.
        figures_visited: The same, visited countries.
        figures_unvisited: The same, the others.
        stated: Mean probability that those intervals state.
        width: Their mean width, in the unit of the scale.
    """

    rounds: int
    levels: LevelCoverage | Undefined
    levels_visited: LevelCoverage | Undefined
    levels_unvisited: LevelCoverage | Undefined
    figures: float | Undefined
    figures_visited: float | Undefined
    figures_unvisited: float | Undefined
    stated: float | Undefined
    width: float | Undefined


def _part_held(levels: PlausibleLevels, true: int, level: float) -> float:
    before = 0.0
    for order, share in sorted(levels.probabilities.items(), key=lambda item: (-item[1], item[0])):
        if order == true:
            return min(max((level - before) / share, 0.0), 1.0) if share > 0 else 0.0
        before += share
    return 0.0


def _levels(pairs: Sequence[tuple[Score, int]], level: float) -> LevelCoverage | Undefined:
    known = [(s.plausible, true) for s, true in pairs if s.plausible is not None and s.plausible.probabilities]
    if not known:
        return _EMPTY
    best = [max(found.probabilities, key=lambda order: found.probabilities[order]) for found, _ in known]
    return LevelCoverage(
        cells=len(known),
        range=float(np.mean([true in found for found, true in known])),
        held=float(np.mean([_part_held(found, true, level) for found, true in known])),
        likeliest=float(np.mean([order == true for order, (_, true) in zip(best, known, strict=True)])),
        stated=float(np.mean([found.probabilities[order] for order, (found, _) in zip(best, known, strict=True)])),
    )


def _share(pairs: Iterable[tuple[Score, float]]) -> float | Undefined:
    inside = [
        score.interval.lower - 1e-9 <= true <= score.interval.upper + 1e-9
        for score, true in pairs
        if score.interval is not None and score.interval.nominal is not None
    ]
    return float(np.mean(inside)) if inside else _EMPTY


def _mean(values: Sequence[float]) -> float | Undefined:
    return float(np.mean(values)) if values else _EMPTY


def _other_weights(framework: Framework, spread: float, seed: int) -> Framework:
    """The framework with weights as far from those stated as the recipe holds possible: the true ones."""
    random = np.random.default_rng([seed, 7])

    def moved(node: Capacity) -> Capacity:
        children = [moved(child) for child in node.children]
        return evolve(node, weight=node.weight * float(np.exp(random.normal(0, spread))), children=children)

    return evolve(framework, roots=[moved(root) for root in framework.roots]) if spread else framework


def measure_coverage(
    framework: Framework,
    round_: Round,
    scenario: Scenario | None = None,
    *,
    recipe: Recipe | None = None,
    rounds: int = 10,
    seed: int = 0,
) -> Coverage:
    """Simulate rounds, assess them, and count how often what is printed held the truth.

    Args:
        framework: What countries are judged by.
        round_: The round they are given.
        scenario: What the rounds are like.
        recipe: How they are scored; the truth has weights that differ from the stated ones as much as it says.
        rounds: How many.
        seed: Seed of the first; the others follow.
    """
    given = recipe or Recipe()
    levels: list[tuple[bool, Score, int]] = []
    figures: list[tuple[bool, Score, float]] = []
    plain = evolve(given, replications=0, reconciliation=ReconciliationPolicy.BEST_EVIDENCE, trust={})
    for number in range(seed, seed + rounds):
        made = simulate_round(framework, scenario, seed=number)
        other = _other_weights(framework, given.weight_spread, number)
        found = assess(made.findings, framework, given, round=round_, sources=made.sources)
        true = assess(made.truth, other, plain, round=round_, sources=made.truth_sources)
        levels += _true_levels(found, true)
        figures += _true_figures(found, true)
    printed = [score.interval for _, score, _ in figures if score.interval is not None and score.interval.nominal]
    return Coverage(
        rounds=rounds,
        levels=_levels([pair[1:] for pair in levels], given.confidence),
        levels_visited=_levels([pair[1:] for pair in levels if pair[0]], given.confidence),
        levels_unvisited=_levels([pair[1:] for pair in levels if not pair[0]], given.confidence),
        figures=_share(pair[1:] for pair in figures),
        figures_visited=_share(pair[1:] for pair in figures if pair[0]),
        figures_unvisited=_share(pair[1:] for pair in figures if not pair[0]),
        stated=_mean([one.nominal for one in printed if one.nominal]),
        width=_mean([one.upper - one.lower for one in printed]),
    )


def _true_levels(found: AssessmentSet, true: AssessmentSet) -> Iterable[tuple[bool, Score, int]]:
    for assessment in found:
        for score in assessment.indicators:
            level = true[assessment.country][score.capacity.id].level
            if score.plausible is not None and level is not None:
                yield assessment.visited, score, level


def _true_figures(found: AssessmentSet, true: AssessmentSet) -> Iterable[tuple[bool, Score, float]]:
    for assessment in found:
        for root in found.framework.roots:
            figure = true[assessment.country][root.id].exact
            if figure is not None:
                yield assessment.visited, assessment[root.id], figure
