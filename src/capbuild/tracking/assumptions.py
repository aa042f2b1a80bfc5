"""Sensitivity of results to assumptions, one at a time."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import evolve

from capbuild.model import (
    Alternative,
    Assessment,
    AssessmentSet,
    Assumption,
    AssumptionEffect,
    Capacity,
    Framework,
    Recipe,
    ReconciliationPolicy,
    Score,
    Sensitivity,
    SourceKind,
    Trust,
)
from capbuild.scoring.assessment import RoundScorer
from capbuild.scoring.context import Case
from capbuild.tracking.decomposition import Methods

_ONE_LEVEL, _SHARE_OF_SCALE = 1.0, 0.1
#: Assumed share of unmet criteria that self-reports claim, by name of the choice.
_CLAIMS = {"self-reports believed more": 0.5, "self-reports believed less": 2.0}
_MOST = 0.95

#: Position of each result of a round, 0 to 1, by alpha-2 code and indicator.
_Positions = dict[tuple[str, str], float]


def sensitivity(assessed: AssessmentSet, *, methods: Methods | None = None) -> Sensitivity:
    """Return the assumption that moves a round's results most.

    The round is scored again with one assumption changed at a time: another policy for disagreeing sources, other
    trust in self-reports, equal weights, targets one level (or a tenth of the scale) lower and higher, and every open
    answer counted as no and as yes. The position of a result is the probability that it meets its target, or without
    a target its value on the scale; an alternative moves it by the difference. Interactions of assumptions are not
    visible: they need a design over all assumptions, as in `capbuild_index.sobol` for composite indices.

    Args:
        assessed: The round.
        methods: Registered functions of plugins, as in `Host.methods`.

    Raises:
        CapbuildError: The round cannot be scored again.
    """
    base = _compute_positions(assessed, _collect_targets(assessed))
    by_assumption: dict[Assumption, list[tuple[Alternative, float]]] = {}
    for assumption, name, make in _list_choices(assessed, methods):
        other = make()
        moves = [abs(other.get(key, place) - place) for key, place in base.items()]
        count = max(len(moves), 1)
        alternative = Alternative(name=name, moved=sum(move > 1e-9 for move in moves), distance=sum(moves) / count)
        by_assumption.setdefault(assumption, []).append((alternative, sum(move**2 for move in moves) / count))
    effects = {
        assumption: sum(effect for _, effect in pairs) / len(pairs) for assumption, pairs in by_assumption.items()
    }
    total = sum(effects.values())
    assumption_effects = [
        AssumptionEffect(
            assumption=assumption,
            alternatives=[alternative for alternative, _ in sorted(pairs, key=lambda pair: -pair[1])],
            effect=effects[assumption],
            share=effects[assumption] / total if total else 0.0,
        )
        for assumption, pairs in by_assumption.items()
    ]
    assumption_effects.sort(key=lambda assumption_effect: -assumption_effect.effect)
    return Sensitivity(round=assessed.round.id, results=len(base), effects=assumption_effects)


_Choice = tuple[Assumption, str, Callable[[], _Positions]]


def _list_choices(assessed: AssessmentSet, methods: Methods | None) -> Iterator[_Choice]:
    """Yield each alternative with the positions of results under it."""
    recipe, targets = assessed.recipe, _collect_targets(assessed)
    scorer = RoundScorer(subject=assessed, methods=methods or {})

    def scored(recipe: Recipe, framework: Framework | None = None) -> Callable[[], _Positions]:
        return lambda: _compute_positions(scorer.score(recipe, framework), targets)

    for policy in _list_policies(recipe):
        yield Assumption.POLICY, policy.value, scored(evolve(recipe, reconciliation=policy))
    for name, trust in _list_trusts(recipe):
        yield Assumption.TRUST, name, scored(evolve(recipe, trust=trust))
    equal = _equalise_weights(assessed.framework)
    if equal != assessed.framework:
        yield Assumption.WEIGHTS, "equal weights", scored(recipe, equal)
    if targets:
        for name, sign in (("lower targets", -1), ("higher targets", 1)):
            moved = {key: target + sign * _compute_step(assessed, key[1]) for key, target in targets.items()}
            yield Assumption.TARGETS, name, lambda moved=moved: _compute_positions(assessed, moved)  # type: ignore[misc]
    yield Assumption.MISSING, "open answers are no", lambda: _compute_positions(assessed, targets, end=0)
    yield Assumption.MISSING, "open answers are yes", lambda: _compute_positions(assessed, targets, end=1)


def _list_policies(recipe: Recipe) -> Iterator[ReconciliationPolicy]:
    for policy in ReconciliationPolicy:
        lacks_lead = policy is ReconciliationPolicy.LEAD_AGENCY and not recipe.lead
        lacks_trust = policy is ReconciliationPolicy.MODEL and not recipe.trust
        if policy is not recipe.reconciliation and not lacks_lead and not lacks_trust:
            yield policy


def _list_trusts(recipe: Recipe) -> Iterator[tuple[str, Mapping[str, Trust]]]:
    survey = recipe.trust.get(SourceKind.SURVEY.value)
    if survey is None:
        return
    for name, factor in _CLAIMS.items():
        unmet = min(survey.unmet * factor, survey.met * _MOST)
        yield name, {**recipe.trust, SourceKind.SURVEY.value: evolve(survey, unmet=unmet)}


def _equalise_weights(framework: Framework) -> Framework:
    def equal(node: Capacity) -> Capacity:
        return evolve(node, weight=1.0, children=[equal(child) for child in node.children])

    return evolve(framework, roots=[equal(root) for root in framework.roots])


def _collect_targets(assessed: AssessmentSet) -> dict[tuple[str, str], float]:
    """Return the targets of all results that have any."""
    return {
        (assessment.country.alpha_2, score.capacity.id): score.target
        for assessment in assessed
        for score in assessment.scores.values()
        if score.target is not None
    }


def _compute_step(assessed: AssessmentSet, name: str) -> float:
    """Return one level, or a tenth of the scale."""
    low, high = _scale(next(assessment[name] for assessment in assessed if name in assessment))
    return _ONE_LEVEL if _is_ordinal(assessed, name) else _SHARE_OF_SCALE * (high - low)


def _is_ordinal(assessed: AssessmentSet, name: str) -> bool:
    return any(bool(assessment[name].scale.levels) for assessment in assessed if name in assessment)


def _scale(score: Score) -> tuple[float, float]:
    """Return the minimum and maximum of a score's scale."""
    orders = [level.order for level in score.scale.levels]
    if orders:
        return float(min(orders)), float(max(orders))
    return score.scale.minimum, score.scale.maximum


def _compute_positions(
    countries: Iterable[Assessment | Case], targets: Mapping[tuple[str, str], float], end: int | None = None
) -> _Positions:
    """Return the position of each result.

    If `end` is given, open results are at their lower or upper end.
    """
    positions: _Positions = {}
    for country in countries:
        for score in country.scores.values():
            if score.possible is not None:
                key = country.country.alpha_2, score.capacity.id
                positions[key] = _compute_position(score, targets.get(key), end)
    return positions


def _compute_position(score: Score, target: float | None, end: int | None) -> float:
    low, high = score.possible or (0.0, 0.0)
    if end is not None:
        low = high = (low, high)[end]
    if target is None:
        bottom, top = _scale(score)
        return ((low + high) / 2 - bottom) / (top - bottom) if top > bottom else 0.0
    if low >= target:
        return 1.0
    if high < target:
        return 0.0
    if target == score.target and score.below_target is not None:
        return 1 - score.below_target
    if score.scale.levels:  # all remaining levels are equally likely
        return (high - math.ceil(target) + 1) / (high - low + 1)
    return (high - target) / (high - low)
