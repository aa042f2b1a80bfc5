"""Figures on numeric scales: points, means and minima of children, and exact rounding."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import (
    Criterion,
    CriterionResult,
    CriterionState,
    Interval,
    Method,
    Missing,
    RoundingMode,
    RoundingRule,
)
from capbuild.stats import aggregate, rules
from capbuild.stats._arrays import Floats

__all__ = ["BUILT_IN", "combine", "points", "round_figure", "round_figures", "rule_of"]

Function = Callable[..., float]

_DECIMAL_MODES = {
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.DOWN: ROUND_DOWN,
}


def round_figure(value: float, rule: RoundingRule) -> float:
    """Return a figure rounded by a rule, halves decided in decimal and not in binary arithmetic.

    Example:
        >>> round_figure(72.5, RoundingRule()), round_figure(2.675, RoundingRule(digits=2))
        (73.0, 2.68)
    """
    # Twelve digits are kept first, so that a half that binary arithmetic missed by a hair is a half again.
    exact = Decimal(format(value, ".12f"))
    return float(exact.quantize(Decimal(1).scaleb(-rule.digits), rounding=_DECIMAL_MODES[rule.mode]))


def round_figures(values: Floats, rule: RoundingRule) -> Floats:
    """Return many figures rounded by a rule, of any shape: the quick form of `round_figure`, alike but for hairs."""
    scaled = np.round(values * 10.0**rule.digits, 9)
    if rule.mode is RoundingMode.HALF_EVEN:
        whole = np.rint(scaled)
    elif rule.mode is RoundingMode.DOWN:
        whole = np.trunc(scaled)
    else:
        whole = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled)
    return np.asarray(whole / 10.0**rule.digits)


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted arithmetic mean; weights that sum to 0 count as equal."""
    total = sum(weights)
    if total == 0:
        return sum(values) / len(values)
    return sum(v * w for v, w in zip(values, weights, strict=True)) / total


def lowest(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the lowest child, whatever its weight."""
    return min(v for v, _ in zip(values, weights, strict=True))


#: Methods that combine children's values with plain arithmetic, by name.
BUILT_IN: dict[str, Function] = {"mean": weighted_mean, "minimum": lowest}

_RULES: dict[str, Callable[..., rules.Rule]] = {
    "mean": rules.arithmetic,
    "minimum": rules.minimum,
    "geometric": rules.geometric,
    "harmonic": rules.harmonic,
    "generalised": rules.generalised,
    "mazziotta-pareto": rules.mazziotta_pareto,
}


def rule_of(method: Method) -> rules.Rule | None:
    """Return the rule of `capbuild.stats` that a method of a node with children stands for; None for another.

    Example:
        >>> rule_of(Method(name="generalised", parameters={"power": 2.0})).power
        2.0
    """
    made = _RULES.get(method.name)
    if made is None:
        return None
    return made(float(method.parameters["power"])) if method.name == "generalised" else made()


def combine(
    name: str,
    values: Sequence[float],
    weights: Sequence[float],
    parameters: Mapping[str, object],
    methods: Mapping[str, Function],
) -> float:
    """Return one figure from the children's.

    Args:
        name: Name of the method.
        values: Values of the children that have one, at least one.
        weights: Their weights.
        parameters: The method's settings.
        methods: Functions that plugins registered, by name; built-in ones cannot be replaced.

    Raises:
        ModelError: No such method.
    """
    known = {**methods, **BUILT_IN}
    if name in known:
        return float(known[name](values, weights, **parameters))
    if name not in _RULES:
        names = sorted({*known, *_RULES})
        raise ModelError("Method.name", name, f"must be one of {names}{did_you_mean(name, names)}")
    rule = _RULES[name](**{key: float(str(value)) for key, value in parameters.items()})
    even = weights if any(weights) else [1.0] * len(weights)
    return float(aggregate.combine([list(values)], rule, weights=list(even))[0])


def points(
    criteria: Sequence[Criterion], results: Sequence[CriterionResult], maximum: float, partly: float
) -> tuple[float, Interval] | None:
    """Return the share of points that are met, times a maximum, with the range that missing answers leave.

    What was not asked or not collected leaves the denominator of the value; all that is missing widens the range.

    Args:
        criteria: Criteria with their points.
        results: What the evidence says of each.
        maximum: Value when every point is met.
        partly: Share of its points that a `partly` earns, 0 to 1.

    Returns:
        Value and range of assumptions (no probability is promised), or None when no criterion counts.
    """
    worth = {c.id: c.points for c in criteria}
    earned = {CriterionState.MET: 1.0, CriterionState.PARTLY: partly}
    applicable = [r for r in results if r.state is not CriterionState.NOT_APPLICABLE]
    counted = [r for r in applicable if not isinstance(r.value, Missing) or r.value.in_denominator]
    total = sum(worth[r.target] for r in counted)
    everything = sum(worth[r.target] for r in applicable)
    if total == 0 or everything == 0:
        return None
    sure = sum(worth[r.target] * earned.get(r.state, 0.0) for r in applicable)
    unsure = sum(worth[r.target] for r in applicable if r.state is CriterionState.OPEN)
    value = maximum * sure / total
    low, high = maximum * sure / everything, maximum * (sure + unsure) / everything
    return value, Interval(lower=min(low, value), upper=max(high, value), nominal=None)
