"""Figures on numeric scales: points, means and minima of children, and exact rounding."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
from attrs import evolve

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
from capbuild.model.recipe import FLOOR
from capbuild.stats import aggregate, rules
from capbuild.stats.arrays import Floats
from capbuild.stats.tree import Tree

__all__ = ["combine", "points", "round_figure", "round_figures", "rule_of"]

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


#: Label of the node itself, where its children are told by their ids.
_WHOLE = "(the node)"

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

    Raises:
        ModelError: A setting is unknown or out of range, or floors are given without a ceiling.

    Example:
        >>> rule_of(Method(name="generalised", parameters={"power": 2.0})).power
        2.0
        >>> rule_of(Method(name="geometric", parameters={"floor LAB": 40, "ceiling": 50})).ceiling
        50.0
    """
    made = _RULES.get(method.name)
    if made is None:
        return None
    settings = {k: float(v) for k, v in method.parameters.items() if not k.startswith(FLOOR)}
    known = {"minimum_share", "ceiling"} | ({"power"} if method.name == "generalised" else set())
    for name in settings:
        if name not in known:
            raise ModelError("Method.parameters", name, f"must be one of {sorted(known)}{did_you_mean(name, known)}")
    powers = [settings["power"]] if "power" in settings else []
    rule = made(*powers, minimum_share=settings.get("minimum_share", 0.0))
    return evolve(rule, floors=method.floors, ceiling=settings.get("ceiling"))


def combine(
    method: Method,
    children: Mapping[str, float | None],
    weights: Sequence[float],
    methods: Mapping[str, Function],
) -> float | None:
    """Return one figure from the children's; None where too few of them have one.

    Args:
        method: How.
        children: Values of the children by id, None for one without; at least one has a value.
        weights: Their weights.
        methods: Functions that plugins registered, by name; built-in ones cannot be replaced.

    Raises:
        ModelError: No such method, or a setting of it is wrong.
    """
    rule = rule_of(method)
    pairs = [(value, weight) for value, weight in zip(children.values(), weights, strict=True) if value is not None]
    if rule is None:
        if method.name not in methods:
            names = sorted({*methods, *_RULES})
            raise ModelError("Method.name", method.name, f"must be one of {names}{did_you_mean(method.name, names)}")
        values, given = zip(*pairs, strict=True)
        return float(methods[method.name](values, given, **method.parameters))
    if rule.linear:
        return weighted_mean([value for value, _ in pairs], [weight for _, weight in pairs])
    if strange := sorted(set(rule.floors) - set(children)):
        raise ModelError("Method.parameters", strange[0], f"must name a child{did_you_mean(strange[0], children)}")
    tree = Tree.build(list(children), dict.fromkeys(children, _WHOLE))
    table = [[math.nan if value is None else value for value in children.values()]]
    even = [*(weights if any(weight for _, weight in pairs) else [1.0] * len(children)), 1.0]
    found = float(aggregate.aggregate(table, tree, weights=even, rules={_WHOLE: rule}).root[0])
    return None if math.isnan(found) else found


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
