"""Scoring recipes: methods, rounding, and reconciliation of sources."""

from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap

__all__ = [
    "Method",
    "MissingPolicy",
    "Parameter",
    "Recipe",
    "ReconciliationPolicy",
    "RoundingMode",
    "RoundingRule",
    "Trust",
]

#: What a method may be set with.
Parameter = str | int | float | bool

#: What the name of a setting begins with that says what a child must have.
FLOOR = "floor "

#: Value of a staircase's setting `partly`: the highest step reached may be met in part.
TOP_STEP = "top step"

#: Settings that any method may have: the policy on missing answers, and the rule of the framework behind it.
_POLICY = ("missing", "rule")


class MissingPolicy(StrEnum):
    """Treatment of missing answers by a method.

    Missing answers are left out of the figure, which is undefined where nothing else is there. Some frameworks rule
    that no answer, or no evidence, counts as 0. Either way the range of figures that remains possible is kept.
    """

    LEFT_OUT = "left out"
    ZERO = "zero"


@model(kw_only=True)
class Method:
    """Named method of computing a figure, with its settings.

    Built in: `staircase` (the level whose criteria, and those of all steps below, are met; with `partly = "top step"`
    those of its own step may be met in part), `cumulative` (the same over the criteria of all nodes below), `lowest`
    (lowest level of the nodes below), `points` (share of the points that are met), `mean`, `geometric`, `harmonic`,
    `generalised` (with a `power`) and `mazziotta-pareto` (weighted means of the children), `minimum` (lowest child),
    `scaled` (level divided by the highest level), `rate` (one quantity divided by another, `{"count": "Q2", "base":
    "Q1", "per": 100, "least": 5}`: no rate while the base is below `least`) and `profile` (no figure, the children
    stand side by side).

    Those that combine children may be set with a `minimum_share` of the children (0 to 1) below which there is no
    figure, and with what a child must have, such as `{"floor LAB": 40, "ceiling": 50}`: the node is 50 at most while
    the child LAB has a figure below 40.

    Where a framework rules that a missing answer counts as 0, `{"missing": "zero", "rule": "..."}` says so and cites
    the rule, which is printed beside every figure it touches.

    Attributes:
        name: Name it is registered under.
        parameters: Settings by name, such as `{"maximum": 100}`.

    Raises:
        ModelError: `missing` is no policy, or is `zero` without the framework's `rule`.
    """

    name: str = field(validator=identifier)
    parameters: FrozenMap[str, Parameter] = field(factory=FrozenMap, converter=to_map)

    def __attrs_post_init__(self) -> None:
        named = self.parameters.get("missing", MissingPolicy.LEFT_OUT.value)
        policies = [policy.value for policy in MissingPolicy]
        if named not in policies:
            raise ModelError("Method.parameters missing", named, f"must be one of {policies}")
        if named == MissingPolicy.ZERO.value and not str(self.parameters.get("rule", "")).strip():
            raise ModelError("Method.parameters rule", "", "must cite the framework's rule that missing counts as zero")

    @property
    def missing(self) -> MissingPolicy:
        """Treatment of missing answers."""
        return MissingPolicy(str(self.parameters.get("missing", MissingPolicy.LEFT_OUT.value)))

    @property
    def rule(self) -> str:
        """Cited rule by which missing answers count as 0, or empty."""
        return str(self.parameters.get("rule", ""))

    @property
    def partly_at_top(self) -> bool:
        """True for a staircase whose highest step may be met in part (`partly = "top step"`)."""
        return self.name == "staircase" and self.parameters.get("partly") == TOP_STEP

    @property
    def settings(self) -> dict[str, Parameter]:
        """Parameters of the method, without the policy on missing answers."""
        return {name: value for name, value in self.parameters.items() if name not in _POLICY}

    def __str__(self) -> str:
        settings = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        return f"{self.name} ({settings})" if settings else self.name

    @property
    def floors(self) -> dict[str, float]:
        """Minimum values of children, by id.

        Example:
            >>> Method(name="mean", parameters={"floor LAB": 40, "ceiling": 50}).floors
            {'LAB': 40.0}
        """
        return {
            name.removeprefix(FLOOR): float(value) for name, value in self.parameters.items() if name.startswith(FLOOR)
        }


class RoundingMode(StrEnum):
    """Direction of rounding for halves, or always down."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"
    DOWN = "down"


@model(kw_only=True)
class RoundingRule:
    """Rounding of a figure, and whether parents use the result.

    Attributes:
        digits: Decimal places kept, 0 to 12.
        mode: What happens to halves.
        feeds_up: Whether the rounded figure, not the exact one, is used by the node above. Some published
            indices do so (WHO SPAR: the total is the mean of the *rounded* capacities).
    """

    digits: int = field(default=0, validator=between(0, 12))
    mode: RoundingMode = RoundingMode.HALF_UP
    feeds_up: bool = False

    def __str__(self) -> str:
        fed = ", the rounded figure is used above" if self.feeds_up else ""
        return f"{self.digits} decimals, {self.mode.value}{fed}"


class ReconciliationPolicy(StrEnum):
    """Rule for choosing among findings of several sources.

    All findings are kept and shown.

    Of each source the latest answer is compared. `best evidence` orders by basis (seen, copy, told in detail, told); of
    equal ones the lower is used. `lead agency` takes the source named first in the recipe's order. `most reliable`
    takes the kind of source that was right most often where it could be compared. `model` weighs all findings of all
    countries together, self-report bias included, and decides only what they make nearly certain.
    """

    BEST_EVIDENCE = "best evidence"
    LEAD_AGENCY = "lead agency"
    MOST_RELIABLE = "most reliable"
    MEDIAN = "median"
    MINIMUM = "minimum"
    CONSENSUS = "consensus"
    MODEL = "model"


@model(kw_only=True)
class Trust:
    """Prior probability of a yes by a kind of source.

    Attributes:
        met: Share of the criteria that are met of which it says so, 0 to 1.
        unmet: Share of the criteria that are not met of which it says all the same that they are, 0 to 1.
        weight: How many compared criteria this belief is worth: with fewer it rules, with more the data do.
        spread: How far countries differ in how readily they say yes, as a standard deviation in log odds.

    Example:
        >>> Trust(met=0.9, unmet=0.3).ratio
        3.0
    """

    met: float = field(validator=between(0, 1))
    unmet: float = field(validator=between(0, 1))
    weight: float = field(default=20.0, validator=between(0))
    spread: float = field(default=0.0, validator=between(0))

    def __attrs_post_init__(self) -> None:
        if not 0 < self.unmet <= self.met < 1:
            raise ModelError("Trust.met", self.met, f"must be below 1 and not below unmet, {self.unmet:g}, above 0")

    @property
    def ratio(self) -> float:
        """Likelihood ratio of a yes where the criterion is met."""
        return self.met / self.unmet

    def __str__(self) -> str:
        return f"says yes to {self.met:.0%} of what is met and to {self.unmet:.0%} of what is not"


#: Beliefs by kind of source: round figures that say "self-reports flatter, visits rarely err" and give way to data.
DEFAULT_TRUST: FrozenMap[str, Trust] = FrozenMap(
    {
        "survey": Trust(met=0.93, unmet=0.35, weight=20, spread=0.5),
        "visit": Trust(met=0.98, unmet=0.02, weight=1000),
        "meeting": Trust(met=0.92, unmet=0.25, weight=20),
        "desk": Trust(met=0.90, unmet=0.15, weight=20),
        "external": Trust(met=0.90, unmet=0.20, weight=20),
    }
)


@model(kw_only=True)
class Recipe:
    """Choices of scoring that do not follow from the data.

    Attributes:
        name: Name for people; two recipes with one name may differ, equality is by value.
        reconciliation: What happens when sources disagree.
        lead: For `lead agency`: respondent kinds or source kinds, first one leads.
        methods: Overrides by capacity id or node kind; what is not named follows the framework.
        rounding: Overrides by node kind; what is not named follows the framework.
        allow_partial: How many `partly` a step may hold and still pass (results then print with a star).
        minimum_coverage: Share of applicable criteria, 0 to 1, that must be answered before a mean is formed.
        seed: Seed of everything random.
        trust: Beliefs about kinds of sources; none at all leaves probabilities of levels empty.
        certainty: For `model`: probability, 0.5 to 1, from which a criterion counts as settled.
        replications: How many times figures are computed with method, weights and evidence varied; 0 for none.
        confidence: Share of them that an interval holds, 0 to 1.
        weight_spread: How far weights are varied, as a relative standard deviation; 0 leaves them alone.
        alternatives: Methods that a node might as well have, by capacity id or node kind: varied with equal chances.
    """

    name: str = field(default="default", validator=identifier)
    reconciliation: ReconciliationPolicy = ReconciliationPolicy.BEST_EVIDENCE
    lead: tuple[str, ...] = field(default=(), converter=to_tuple)
    methods: FrozenMap[str, Method] = field(factory=FrozenMap, converter=to_map)
    rounding: FrozenMap[str, RoundingRule] = field(factory=FrozenMap, converter=to_map)
    allow_partial: int = field(default=0, validator=between(0))
    minimum_coverage: float = field(default=0.0, validator=between(0, 1))
    seed: int = 0
    trust: FrozenMap[str, Trust] = field(default=DEFAULT_TRUST, converter=to_map)
    certainty: float = field(default=0.95, validator=between(0.5, 1))
    replications: int = field(default=1000, validator=between(0, 1_000_000))
    confidence: float = field(default=0.9, validator=between(0.01, 0.99))
    weight_spread: float = field(default=0.2, validator=between(0, 1))
    alternatives: FrozenMap[str, tuple[Method, ...]] = field(factory=FrozenMap, converter=to_map)

    def __attrs_post_init__(self) -> None:
        if self.reconciliation is ReconciliationPolicy.LEAD_AGENCY and not self.lead:
            raise ModelError("Recipe.lead", self.lead, "must name who leads when the policy is 'lead agency'")
        if self.reconciliation is ReconciliationPolicy.MODEL and not self.trust:
            raise ModelError("Recipe.trust", {}, "must state beliefs about sources when the policy is 'model'")
