"""Rules for combining children into a node."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap, freeze
from capbuild.stats.tree import Tree


class RuleKind(StrEnum):
    """Family of a rule."""

    MEAN = "power mean"
    MINIMUM = "minimum"
    MAZZIOTTA_PARETO = "Mazziotta-Pareto"
    COPELAND = "Copeland"


def _freeze_floors(floors: Mapping[str, float]) -> FrozenMap[str, float]:
    return freeze(floors)


@frozen(kw_only=True)
class Rule:
    """Rule that combines children into a node's figure.

    Children without a figure are skipped, and the weights of the others rescaled.

    Attributes:
        kind: The family.
        power: Exponent of a power mean: 1 arithmetic, 0 geometric, -1 harmonic.
        minimum_share: Minimum share of weighted children with a figure; below it the node has none.
        floors: Minimum figures ("must have") by child label.
        ceiling: Maximum of the node if a child is below its floor. A child without a figure does not fail.

    Raises:
        ModelError: The share is not from 0 to 1, or floors are given without a ceiling.

    Example:
        >>> rule = Rule(power=0.0, minimum_share=0.5)
        >>> rule.kind.value, rule.power
        ('power mean', 0.0)
    """

    kind: RuleKind = field(default=RuleKind.MEAN, converter=RuleKind)
    power: float = 1.0
    minimum_share: float = 0.0
    floors: FrozenMap[str, float] = field(factory=FrozenMap, converter=_freeze_floors)
    ceiling: float | None = None

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.minimum_share <= 1:
            raise ModelError("Rule.minimum_share", self.minimum_share, "must be from 0 to 1")
        if self.floors and self.ceiling is None:
            raise ModelError("Rule.ceiling", None, "must be given where floors are")

    @property
    def is_linear(self) -> bool:
        """True if the rule is a plain weighted mean.

        It is then linear in the children, provided that all are present.
        """
        return self.kind is RuleKind.MEAN and self.power == 1 and self.minimum_share == 0 and not self.floors


def arithmetic(*, minimum_share: float = 0.0) -> Rule:
    """Return the rule of the weighted arithmetic mean.

    A high child fully compensates for a low one.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[2.0, 8.0]], arithmetic(), weights=[3, 1])
        array([3.5])
    """
    return Rule(minimum_share=minimum_share)


def geometric(*, minimum_share: float = 0.0) -> Rule:
    """Return the rule of the weighted geometric mean.

    Low children weigh more, and a zero gives zero. Negative figures are refused.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[2.0, 8.0]], geometric()).round(6)
        array([4.])
    """
    return Rule(power=0.0, minimum_share=minimum_share)


def harmonic(*, minimum_share: float = 0.0) -> Rule:
    """Return the rule of the weighted harmonic mean.

    Low children weigh more than in the geometric mean. Negative figures are refused.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[2.0, 8.0]], harmonic()).round(6)
        array([3.2])
    """
    return Rule(power=-1.0, minimum_share=minimum_share)


def generalised(power: float, *, minimum_share: float = 0.0) -> Rule:
    """Return the rule of the weighted power mean.

    The figure is `(sum w x^p / sum w)^(1/p)`: a lower `p` compensates less for low children.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[1.0, 7.0]], generalised(2.0))
        array([5.])
    """
    return Rule(power=power, minimum_share=minimum_share)


def minimum(*, minimum_share: float = 0.0) -> Rule:
    """Return the rule of the weakest link.

    The figure is the lowest one of the children with a positive weight.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[2.0, 8.0]], minimum())
        array([2.])
    """
    return Rule(kind=RuleKind.MINIMUM, minimum_share=minimum_share)


def mazziotta_pareto(*, minimum_share: float = 0.0) -> Rule:
    """Return the rule of Mazziotta and Pareto.

    The figure is the weighted mean minus a penalty for imbalance: `M - S^2 / M`, with S the weighted standard deviation
    over the children. Negative figures are refused. Source: Mazziotta and Pareto (2016), Social Indicators Research
    127, 983-1003.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[2.0, 8.0]], mazziotta_pareto())
        array([3.2])
    """
    return Rule(kind=RuleKind.MAZZIOTTA_PARETO, minimum_share=minimum_share)


def copeland(*, minimum_share: float = 0.0) -> Rule:
    """Return the rule of Copeland.

    The figure of a unit is its pairwise wins minus losses, decided by the weight of the children. A child that is
    missing in one of two units does not count for the pair, so the order of rows does not matter.

    Example:
        >>> from capbuild.stats.aggregate import combine
        >>> combine([[2.0, 8.0], [1.0, 9.0], [1.0, 7.0]], copeland())
        array([ 1.,  1., -2.])
    """
    return Rule(kind=RuleKind.COPELAND, minimum_share=minimum_share)


def rules_by_position(tree: Tree, rules: Rule | Mapping[str, Rule] | None = None) -> tuple[Rule, ...]:
    """Return the rule of each position.

    Args:
        tree: Items and nodes.
        rules: One rule for all nodes, or rules by label, with the arithmetic mean for the others.

    Raises:
        ModelError: A label is not a node of the tree, or a floor is not for a child.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> rules_by_position(tree, {"all": minimum()})[tree.root].kind.value
        'minimum'
    """
    default = rules if isinstance(rules, Rule) else arithmetic()
    chosen = [default] * len(tree.labels)
    if isinstance(rules, Mapping):
        for label, rule in rules.items():
            chosen[tree.position(label)] = rule
    for node in tree.nodes_upward:
        for label in chosen[node].floors:
            if tree.parents[tree.position(label)] != node:
                raise ModelError("Rule.floors", label, f"must be a child of {tree.labels[node]}")
    return tuple(chosen)
