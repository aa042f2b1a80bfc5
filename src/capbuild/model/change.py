"""What changed between two rounds: criteria first, levels after, figures last."""

from collections.abc import Iterator
from enum import StrEnum

from attrs import field, frozen

from capbuild.checks import between, finite, identifier, to_map, to_tuple
from capbuild.display import Displayed, Framed, counted
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, country_code
from capbuild.model.evidence import Interval
from capbuild.model.score import CriterionState, PlausibleLevels

__all__ = ["CapacityChange", "Change", "ChangeCause", "CriterionChange", "CriterionMove", "MeanChange"]


class CriterionMove(StrEnum):
    """What happened to a criterion. Newly observed shows what was seen, not progress."""

    GAINED = "gained"
    LOST = "lost"
    NEWLY_OBSERVED = "newly observed"
    NO_LONGER_OBSERVED = "no longer observed"


class ChangeCause(StrEnum):
    """Why something is not as it was.

    `capacity`: the same kind of source judged it in both rounds, by the same rules, and found otherwise. `source`:
    another kind of source judged it. `method`: the rules of scoring differ. `scope`: it was looked at in one round
    only.
    """

    CAPACITY = "capacity"
    SOURCE = "source"
    METHOD = "method"
    SCOPE = "scope"


@frozen(kw_only=True)
class CriterionChange:
    """One criterion, or one capacity that is judged directly, of one country that is not as it was.

    Attributes:
        country: The country.
        criterion: Id of the criterion, in the later edition where there are two; the earlier one's where it was split.
        move: Gained, lost, newly observed or no longer observed.
        before: State in the earlier round.
        after: State in the later round.
        cause: Capacity, source, method or scope.
        capacity: Id of the capacity that it is counted under, in the later edition; empty where that is not recorded.
    """

    country: Country
    criterion: str = field(validator=identifier)
    move: CriterionMove
    before: CriterionState
    after: CriterionState
    cause: ChangeCause = ChangeCause.CAPACITY
    capacity: str = ""

    def __str__(self) -> str:
        why = {
            ChangeCause.SOURCE: ", judged by another kind of source",
            ChangeCause.METHOD: ", by other rules of scoring",
        }
        return f"{self.country} {self.criterion} {self.move.value}{why.get(self.cause, '')}"


def _amount(difference: float) -> str:
    return f"{difference:+g}" if difference else "no difference"


@frozen(kw_only=True)
class CapacityChange:
    """One capacity of one country that is not as it was.

    Attributes:
        country: The country.
        capacity: Id of the capacity, in the later edition where there are two.
        before: Levels open before, for staircase frameworks.
        after: Levels open after.
        difference: Difference of values, for others.
        interval: Range of the difference.
        detectable: Least difference that would have stood out from none, in the unit of the values.
        within_noise: Whether what is seen may be no change at all: ranges of levels overlap, or the interval holds
            zero. None where that is not known.
        split: The difference by cause (capacity, source, method, scope), for values; it adds up to the difference.
        causes: Causes of its criteria that moved. A level that differs through another source alone may be no change
            of capacity.
    """

    country: Country
    capacity: str = field(validator=identifier)
    before: PlausibleLevels | None = None
    after: PlausibleLevels | None = None
    difference: float | None = field(default=None, validator=finite)
    interval: Interval | None = None
    detectable: float | None = field(default=None, validator=[finite, between(0)])
    within_noise: bool | None = None
    split: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    causes: tuple[ChangeCause, ...] = field(default=(), converter=to_tuple)

    @property
    def unexplained(self) -> bool:
        """Whether nothing that the same kind of source judged in both rounds, by the same rules, speaks for it."""
        return bool(self.causes) and ChangeCause.CAPACITY not in self.causes

    def __str__(self) -> str:
        head = f"{self.country} {self.capacity}: "
        if self.difference is not None:
            reach = "" if self.interval is None else f" ({self.interval.lower:+g} to {self.interval.upper:+g})"
            noise = {True: ", within noise", False: "", None: ", noise not known"}[self.within_noise]
            return f"{head}{_amount(self.difference)}{reach}{noise}"
        said = ", the ranges overlap: whether it moved is not known" if self.within_noise else ""
        if not said and self.unexplained:
            said = f", through another {' and '.join(cause.value for cause in self.causes)} alone"
        return f"{head}{self.before} before, {self.after} after{said}"


@frozen(kw_only=True)
class MeanChange:
    """The mean change of one capacity over the countries that have a value in both rounds.

    Attributes:
        capacity: Id of the capacity.
        countries: How many countries have a value in both rounds.
        unpaired: How many have one in one round only; they do not count.
        difference: Mean of their differences.
        interval: Student's interval of that mean.
        detectable: Smallest true mean change that would be found four times in five.
        within_noise: Whether the interval holds zero.
    """

    capacity: str = field(validator=identifier)
    countries: int = field(validator=between(2))
    unpaired: int = field(default=0, validator=between(0))
    difference: float = field(validator=finite)
    interval: Interval
    detectable: float | None = field(default=None, validator=[finite, between(0)])
    within_noise: bool

    def __str__(self) -> str:
        noise = ", within noise" if self.within_noise else ""
        reach = f"{self.interval.lower:+.3g} to {self.interval.upper:+.3g}"
        return f"{self.capacity}: {self.difference:+.3g} on average ({reach}){noise}, {self.countries} countries"


@frozen(kw_only=True)
class Change(Displayed, Framed):
    """Everything that changed between two rounds, for matched countries and capacities only.

    What did not change is not listed; `observed` says how much was looked at twice.

    Attributes:
        before: Id of the earlier round.
        after: Id of the later round.
        framework: Key of the framework of the later round.
        earlier_framework: Key of that of the earlier round, where it is another one; it was read through a crosswalk.
        matched: Alpha-2 codes compared.
        unmatched: Why a country could not be compared, by alpha-2 code.
        cautions: What to know before reading a matched country's change, by alpha-2 code, such as that it was visited
            in one round only.
        comparable: Share, 0 to 1, of what both editions judge that they have in common.
        incomparable: Why a node of either edition is not compared, by id.
        observed: How many criteria were settled in both rounds, over matched countries, by capacity id: only
            those can be gained or lost.
        criteria: Criteria gained, lost, newly observed, no longer observed, in the framework's order.
        capacities: Levels and values that differ.
        means: Mean changes over matched countries, for frameworks with values.
        invented: Whether answers are invented; every display says so.
    """

    before: str = field(validator=identifier)
    after: str = field(validator=identifier)
    framework: str = ""
    earlier_framework: str | None = None
    matched: tuple[str, ...] = field(default=(), converter=to_tuple)
    unmatched: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    cautions: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    comparable: float = field(default=1.0, validator=[finite, between(0, 1)])
    incomparable: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    observed: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    criteria: tuple[CriterionChange, ...] = field(default=(), converter=to_tuple)
    capacities: tuple[CapacityChange, ...] = field(default=(), converter=to_tuple)
    means: tuple[MeanChange, ...] = field(default=(), converter=to_tuple)
    invented: bool = False

    def count(self, move: CriterionMove | str) -> int:
        """Return how many criteria made a move."""
        return sum(one.move == move for one in self.criteria)

    def of(self, country: Country | str) -> "Iterator[CriterionChange | CapacityChange]":
        """Yield what changed in one country: criteria, then levels.

        Args:
            country: The country, or a text that names it.

        Raises:
            CountryError: The text names no country, or several.
        """
        changes: tuple[CriterionChange | CapacityChange, ...] = (*self.criteria, *self.capacities)
        code = country_code(country, (one.country for one in changes))
        return (one for one in changes if one.country.alpha_2 == code)

    @property
    def empty(self) -> bool:
        """Whether nothing is otherwise than before."""
        return not self.criteria and not self.capacities

    def __str__(self) -> str:
        said = ", ".join(f"{self.count(move)} {move.value}" for move in CriterionMove)
        twice = f"{sum(self.observed.values()):,} criteria observed in both rounds"
        end = "; answers are invented" if self.invented else ""
        where = counted(len(self.matched), "country", "countries")
        return f"{self.before} to {self.after}, {where}, {twice}: {said}{end}"

    def __repr__(self) -> str:
        moved = ", ".join(
            [
                counted(len(self.criteria), "criterion", "criteria"),
                counted(len(self.capacities), "capacity", "capacities"),
            ]
        )
        where = counted(len(self.matched), "country", "countries")
        return f"Change({self.before!r} to {self.after!r}, {where}, {moved})"
