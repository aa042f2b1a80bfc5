"""How scores are made: methods, rounding, and what to do when sources disagree. Frozen, and printed in every report."""

from enum import StrEnum

from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model._checks import between, identifier, to_map, to_tuple

__all__ = ["Method", "Parameter", "Recipe", "ReconciliationPolicy", "RoundingMode", "RoundingRule"]

#: What a method may be set with.
Parameter = str | int | float | bool


@frozen(kw_only=True)
class Method:
    """A named way to compute a node's figure, with its settings.

    Built in: `staircase` (the level whose criteria, and those of all steps below, are met), `points` (share of
    the points that are met), `mean` (weighted mean of the children), `minimum` (lowest child), `scaled`
    (level divided by the highest level) and `profile` (no figure, the children stand side by side).

    Attributes:
        name: Name it is registered under.
        parameters: Settings by name, such as `{"maximum": 100}`.
    """

    name: str = field(validator=identifier)
    parameters: FrozenMap[str, Parameter] = field(factory=FrozenMap, converter=to_map)

    def __str__(self) -> str:
        settings = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
        return f"{self.name} ({settings})" if settings else self.name


class RoundingMode(StrEnum):
    """Which way a figure is rounded; halves go up, to the even neighbour, or always down."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"
    DOWN = "down"


@frozen(kw_only=True)
class RoundingRule:
    """How a figure is rounded, and whether nodes above are computed from the rounded figure.

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
    """Which finding counts when several sources speak of one criterion; all are kept and shown.

    `best evidence` orders by basis (seen, copy, told in detail, told), then by the later date; of equal ones the
    lower is used. `lead agency` takes the source named first in the recipe's order.
    """

    BEST_EVIDENCE = "best evidence"
    LEAD_AGENCY = "lead agency"
    MEDIAN = "median"
    MINIMUM = "minimum"
    CONSENSUS = "consensus"
    MODEL = "model"


@frozen(kw_only=True)
class Recipe:
    """Every choice that a score depends on and the data do not make.

    Attributes:
        name: Name for people; two recipes with one name may differ, equality is by value.
        reconciliation: What happens when sources disagree.
        lead: For `lead agency`: respondent kinds or source kinds, first one leads.
        methods: Overrides by capacity id or node kind; what is not named follows the framework.
        rounding: Overrides by node kind; what is not named follows the framework.
        allow_partial: How many `partly` a step may hold and still pass (results then print with a star).
        minimum_coverage: Share of applicable criteria, 0 to 1, that must be answered before a mean is formed.
        seed: Seed of everything random.
    """

    name: str = field(default="default", validator=identifier)
    reconciliation: ReconciliationPolicy = ReconciliationPolicy.BEST_EVIDENCE
    lead: tuple[str, ...] = field(default=(), converter=to_tuple)
    methods: FrozenMap[str, Method] = field(factory=FrozenMap, converter=to_map)
    rounding: FrozenMap[str, RoundingRule] = field(factory=FrozenMap, converter=to_map)
    allow_partial: int = field(default=0, validator=between(0))
    minimum_coverage: float = field(default=0.0, validator=between(0, 1))
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        if self.reconciliation is ReconciliationPolicy.LEAD_AGENCY and not self.lead:
            raise ModelError("Recipe.lead", self.lead, "must name who leads when the policy is 'lead agency'")
