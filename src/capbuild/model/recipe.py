"""Scoring recipes: methods, rounding, and reconciliation of sources."""

from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap

#: Type of a method's settings.
Parameter = str | int | float | bool

#: Prefix of the names of settings with a child's minimum.
FLOOR = "floor "

#: Value of a staircase's setting `partly`: the highest step reached may be partly met.
TOP_STEP = "top step"

#: Settings of any method: policy on missing answers, and the framework's rule for it.
_POLICY = ("missing", "rule")


class MissingPolicy(StrEnum):
    """Treatment of missing answers by a method.

    Missing answers are left out of a figure, and a figure without any answer is undefined. Some frameworks count a
    missing answer or missing evidence as 0. Under each policy the range of possible figures is kept.
    """

    LEFT_OUT = "left out"
    ZERO = "zero"


@model(kw_only=True)
class Method:
    """Named method of computing a figure, with its settings.

    Built in: `staircase` (the level with its criteria, and those of all lower steps, met; with `partly = "top step"`
    those of its own step may be partly met), `cumulative` (the same over the criteria of all descendants), `lowest`
    (lowest level of the children), `points` (share of points met), `mean`, `geometric`, `harmonic`, `generalised` (with
    a `power`) and `mazziotta-pareto` (weighted means of the children), `minimum` (lowest child), `scaled` (level
    divided by the highest level), `rate` (one quantity divided by another, `{"count": "Q2", "base": "Q1", "per": 100,
    "least": 5}`: no rate while the base is below `least`) and `profile` (no figure, children side by side).

    Methods that combine children accept a `minimum_share` of the children (0 to 1), below which there is no figure, and
    floors for children, such as `{"floor LAB": 40, "ceiling": 50}`: the node is at most 50 while the child LAB has a
    figure below 40.

    If a framework counts a missing answer as 0, `{"missing": "zero", "rule": "..."}` cites its rule, which is printed
    next to every affected figure.

    Attributes:
        name: Registered name.
        parameters: Settings by name, such as `{"maximum": 100}`.

    Raises:
        ModelError: `missing` is not a policy, or is `zero` without the framework's `rule`.
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
        """Framework's rule that counts missing answers as 0, or empty."""
        return str(self.parameters.get("rule", ""))

    @property
    def partly_at_top(self) -> bool:
        """True if top-step criteria may be partly met.

        This applies to a `staircase` with `partly = "top step"`.
        """
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
    """Rounding of values midway between two figures."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"
    DOWN = "down"


@model(kw_only=True)
class RoundingRule:
    """Rounding of a figure, and whether parents use the result.

    Attributes:
        digits: Decimal places kept, 0 to 12.
        mode: Rounding of values midway between two.
        feeds_up: Whether parents use the rounded figure instead of the exact one, as in some published indices (WHO
            SPAR: the total is the mean of the *rounded* capacities).
    """

    digits: int = field(default=0, validator=between(0, 12))
    mode: RoundingMode = RoundingMode.HALF_UP
    feeds_up: bool = False

    def __str__(self) -> str:
        fed = ", the rounded figure is used above" if self.feeds_up else ""
        return f"{self.digits} decimals, {self.mode.value}{fed}"


class ReconciliationPolicy(StrEnum):
    """Rule for choosing among findings of several sources.

    The latest answer of each source is compared; all findings are kept and shown. `best evidence` sorts by basis (seen,
    copy, reported in detail, reported), and of equal ones the lower counts. `lead agency` takes the first source in the
    recipe's order. `most reliable` takes the kind of source that was right most often in comparisons. `model` weighs
    all findings of all countries jointly, including self-report bias, and settles only criteria that they make nearly
    certain.
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
    """Prior probability of a yes from a kind of source.

    Attributes:
        met: Probability of a yes for a met criterion, 0 to 1.
        unmet: Probability of a yes for an unmet criterion, 0 to 1.
        weight: Weight of the prior, in compared criteria: with fewer the prior dominates, with more the data.
        spread: Standard deviation of yes rates between countries, in log odds.

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
        """Likelihood ratio of a yes for a met criterion."""
        return self.met / self.unmet

    def __str__(self) -> str:
        return f"says yes to {self.met:.0%} of what is met and to {self.unmet:.0%} of what is not"


#: Priors by kind of source: round figures for "self-reports exaggerate, visits rarely err", which data override.
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
    """Scoring choices that do not follow from the data.

    Attributes:
        name: Name for people; two recipes with one name may differ, equality is by value.
        reconciliation: Policy for sources that disagree.
        lead: For `lead agency`: respondent kinds or source kinds, first one leads.
        methods: Overrides by capacity id or node kind; others follow the framework.
        rounding: Overrides by node kind; others follow the framework.
        allow_partial: Number of `partly` permitted in a passed step (results are then starred).
        minimum_coverage: Share of applicable criteria, 0 to 1, that must be answered before a mean is formed.
        seed: Seed of all random draws.
        trust: Priors on kinds of sources; without any, there are no level probabilities.
        certainty: For `model`: probability, 0.5 to 1, from which a criterion counts as settled.
        replications: Number of replications with method, weights and evidence varied; 0 for none.
        confidence: Confidence level of intervals, 0 to 1.
        weight_spread: Relative standard deviation of weights; 0 to keep them fixed.
        alternatives: Alternative methods by capacity id or node kind, drawn with equal probability.
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
