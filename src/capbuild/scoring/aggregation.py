"""Figures on numeric scales: means, minima and exact rounding."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
from attrs import evolve

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import Method, RoundingMode, RoundingRule
from capbuild.model.recipe import FLOOR
from capbuild.scoring.methods import RegisteredMethod, find_method
from capbuild.stats import aggregate, rules
from capbuild.stats.arrays import Floats
from capbuild.stats.tree import Tree

_DECIMAL_MODES = {
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.DOWN: ROUND_DOWN,
}


def round_figure(value: float, rule: RoundingRule) -> float:
    """Round a figure by a rule.

    The figure is rounded in decimal arithmetic, so that 2.675 is a tie.

    Example:
        >>> round_figure(72.5, RoundingRule()), round_figure(2.675, RoundingRule(digits=2))
        (73.0, 2.68)
    """
    # First rounds to twelve digits, so that a half missed by binary error is a half again.
    exact = Decimal(format(value, ".12f"))
    return float(exact.quantize(Decimal(1).scaleb(-rule.digits), rounding=_DECIMAL_MODES[rule.mode]))


def round_figures(values: Floats, rule: RoundingRule) -> Floats:
    """Round many figures by a rule.

    Results agree with `round_figure` up to floating-point error.
    """
    scaled = np.round(values * 10.0**rule.digits, 9)
    if rule.mode is RoundingMode.HALF_EVEN:
        whole = np.rint(scaled)
    elif rule.mode is RoundingMode.DOWN:
        whole = np.trunc(scaled)
    else:
        whole = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled)
    return np.asarray(whole / 10.0**rule.digits)


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted arithmetic mean.

    If all weights are 0, they count as equal.
    """
    weights = even_weights(weights)
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def even_weights(weights: Sequence[float]) -> Sequence[float]:
    """Return weights, or equal weights if all are 0.

    Example:
        >>> even_weights([0.0, 0.0]), even_weights([0.0, 2.0])
        ([1.0, 1.0], [0.0, 2.0])
    """
    return weights if any(weights) else [1.0] * len(weights)


#: Label of the node itself, next to its children's ids.
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
    """Return the `capbuild.stats` rule of a method.

    The result is None for a method without such a rule.

    Raises:
        ModelError: A setting is unknown or out of range, or floors are given without a ceiling.

    Example:
        >>> rule_of(Method(name="generalised", parameters={"power": 2.0})).power
        2.0
        >>> rule_of(Method(name="geometric", parameters={"floor LAB": 40, "ceiling": 50})).ceiling
        50.0
    """
    make_rule = _RULES.get(method.name)
    if make_rule is None:
        return None
    settings = {k: float(v) for k, v in method.settings.items() if not k.startswith(FLOOR)}
    known = {"minimum_share", "ceiling"} | ({"power"} if method.name == "generalised" else set())
    for name in settings:
        if name not in known:
            raise ModelError("Method.parameters", name, f"must be one of {sorted(known)}{did_you_mean(name, known)}")
    powers = [settings["power"]] if "power" in settings else []
    rule = make_rule(*powers, minimum_share=settings.get("minimum_share", 0.0))
    return evolve(rule, floors=method.floors, ceiling=settings.get("ceiling"))


def combine_children(
    method: Method,
    children: Mapping[str, float | None],
    weights: Sequence[float],
    methods: Mapping[str, RegisteredMethod],
) -> float | None:
    """Return the figure of a node from its children.

    The result is None if too few of the children have a value.

    Args:
        method: The method.
        children: Values of the children by id, None for one without; at least one has a value.
        weights: Their weights.
        methods: Registered methods of plugins, by name.

    Raises:
        ModelError: The method is unknown, or a setting is invalid.
    """
    known = find_method(method, methods)
    rule = rule_of(method)
    pairs = [(value, weight) for value, weight in zip(children.values(), weights, strict=True) if value is not None]
    if rule is None:
        function = known.function
        if function is None:
            raise ModelError("Method.name", method.name, "must combine the children's figures")
        values, given = zip(*pairs, strict=True)
        return float(function(values, tuple(even_weights(given)), **method.settings))
    if rule.is_linear:
        return weighted_mean([value for value, _ in pairs], [weight for _, weight in pairs])
    if strange := sorted(set(rule.floors) - set(children)):
        raise ModelError("Method.parameters", strange[0], f"must name a child{did_you_mean(strange[0], children)}")
    tree = Tree.build(list(children), dict.fromkeys(children, _WHOLE))
    table = [[math.nan if value is None else value for value in children.values()]]
    even = [*(weights if any(weight for _, weight in pairs) else [1.0] * len(children)), 1.0]
    root = float(aggregate.aggregate(table, tree, weights=even, rules={_WHOLE: rule}).root[0])
    return None if math.isnan(root) else root
