"""What changed between two rounds: criteria first, levels after."""

from enum import StrEnum

from attrs import field, frozen

from capbuild.display import Displayed
from capbuild.frozen import FrozenMap
from capbuild.model._checks import finite, identifier, to_map, to_tuple
from capbuild.model.country import Country
from capbuild.model.score import CriterionState, Interval, PlausibleLevels

__all__ = ["CapacityChange", "Change", "CriterionChange", "CriterionMove"]


class CriterionMove(StrEnum):
    """What happened to a criterion. Newly observed shows what was seen, not progress."""

    GAINED = "gained"
    LOST = "lost"
    NEWLY_OBSERVED = "newly observed"
    NO_LONGER_OBSERVED = "no longer observed"


@frozen(kw_only=True)
class CriterionChange:
    """One criterion of one country that is not as it was.

    Attributes:
        country: The country.
        criterion: Id of the criterion.
        move: Gained, lost, newly observed or no longer observed.
        before: State in the earlier round.
        after: State in the later round.
    """

    country: Country
    criterion: str = field(validator=identifier)
    move: CriterionMove
    before: CriterionState
    after: CriterionState


@frozen(kw_only=True)
class CapacityChange:
    """One capacity of one country in two rounds.

    Attributes:
        country: The country.
        capacity: Id of the capacity.
        before: Levels open before, for staircase frameworks.
        after: Levels open after.
        difference: Difference of values, for others.
        interval: Range of the difference.
        within_noise: Whether the difference is smaller than can be detected; None where that is not known.
        split: The difference by cause: capacity, method, source, scope.
    """

    country: Country
    capacity: str = field(validator=identifier)
    before: PlausibleLevels | None = None
    after: PlausibleLevels | None = None
    difference: float | None = field(default=None, validator=finite)
    interval: Interval | None = None
    within_noise: bool | None = None
    split: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)


@frozen(kw_only=True)
class Change(Displayed):
    """Everything that changed between two rounds, for matched countries and capacities only.

    Attributes:
        before: Id of the earlier round.
        after: Id of the later round.
        matched: Alpha-2 codes compared.
        unmatched: Why a country could not be compared, by alpha-2 code.
        comparable: Share, 0 to 1, of the capacities that both editions have in common.
        criteria: Criteria gained, lost, newly observed, no longer observed.
        capacities: Levels and values.
    """

    before: str = field(validator=identifier)
    after: str = field(validator=identifier)
    matched: tuple[str, ...] = field(default=(), converter=to_tuple)
    unmatched: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    comparable: float = field(default=1.0, validator=finite)
    criteria: tuple[CriterionChange, ...] = field(default=(), converter=to_tuple)
    capacities: tuple[CapacityChange, ...] = field(default=(), converter=to_tuple)
