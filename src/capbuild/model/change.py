"""Changes between rounds: criteria, levels and figures, like for like."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, country_code
from capbuild.model.evidence import Interval
from capbuild.model.score import CriterionState, PlausibleLevels

if TYPE_CHECKING:
    import altair


class CriterionMove(StrEnum):
    """Change of a criterion's state between rounds.

    A newly observed criterion is not progress.
    """

    GAINED = "gained"
    LOST = "lost"
    NEWLY_OBSERVED = "newly observed"
    NO_LONGER_OBSERVED = "no longer observed"


class ChangeCause(StrEnum):
    """Cause of a change; only `capacity` is like for like.

    - `capacity`: a comparable source judged the same criterion in both rounds by the same rules, with another result.
    - `source`: another kind of source judged it.
    - `respondents`: the same kind of source judged it, but other respondents.
    - `method`: the scoring rules differ.
    - `framework`: the criterion is not identical in both editions.
    - `scope`: the criterion was judged in one round only.
    """

    CAPACITY = "capacity"
    SOURCE = "source"
    RESPONDENTS = "respondents"
    METHOD = "method"
    FRAMEWORK = "framework"
    SCOPE = "scope"


_WHY = {
    ChangeCause.SOURCE: ", judged by another kind of source",
    ChangeCause.RESPONDENTS: ", judged by other respondents",
    ChangeCause.METHOD: ", by other rules of scoring",
    ChangeCause.FRAMEWORK: ", by other words of the criterion",
}


@model(kw_only=True)
class CriterionChange:
    """Changed criterion, or directly judged capacity, of one country.

    Attributes:
        country: The country.
        criterion: Id of the criterion in the later edition, or in the earlier one if it was split.
        move: Gained, lost, newly observed or no longer observed.
        before: State in the earlier round.
        after: State in the later round.
        cause: Cause of the move.
        capacity: Id of its capacity in the later edition; empty if not recorded.
        probability: Probability, 0 to 1, of a true change, by sources that judged in both rounds. None if no criterion
            was gained or lost, or it differs between editions.
        reliable: Whether it counts as change: like for like, and at least as probable as the recipe's `confidence`.
            Others are no more certain than a repeated answer.
    """

    country: Country
    criterion: str = field(validator=identifier)
    move: CriterionMove
    before: CriterionState
    after: CriterionState
    cause: ChangeCause = ChangeCause.CAPACITY
    capacity: str = ""
    probability: float | None = field(default=None, validator=between(0, 1))
    reliable: bool = False

    @property
    def like_for_like(self) -> bool:
        """True if comparable sources judged the criterion in both rounds."""
        return self.cause is ChangeCause.CAPACITY and self.move in (CriterionMove.GAINED, CriterionMove.LOST)

    def __str__(self) -> str:
        why = _WHY.get(self.cause, "")
        if self.like_for_like and self.probability is not None:
            why = f", {self.probability:.0%} likely"
        return f"{self.country} {self.criterion} {self.move.value}{why}"


@model(kw_only=True)
class CapacityChange:
    """Changed capacity of one country.

    Attributes:
        country: The country.
        capacity: Id of the capacity in the later edition.
        before: Levels open before, for staircase frameworks.
        after: Levels open after.
        difference: Difference of values, for others.
        interval: Range of the difference.
        detectable: Minimum detectable difference, in the unit of the values.
        within_noise: Whether there may be no change at all: ranges of levels overlap, or the interval contains zero.
            None if unknown.
        split: The difference by cause, for values; sums to the difference.
        causes: Causes of its moved criteria; for a level judged as a whole, of its own move.
        like_for_like: Whether comparable sources alone explain it: for a level, those of the deciding criteria; for a
            value, if no other part of the split exceeds rounding.
        probability: Probability, 0 to 1, that the level truly moved in this direction, by sources that judged in both
            rounds. None if the ranges overlap, for levels judged as a whole, and for values.
        reliable: Whether it counts as change: like for like and at least as probable as the recipe's `confidence`; for
            a level judged as a whole, like for like; for a value, if the interval excludes zero, the part of `capacity`
            alone exceeds `detectable`, and, for values from criteria, one that moved in this direction counts as
            change.
    """

    country: Country
    capacity: str = field(validator=identifier)
    before: PlausibleLevels | None = None
    after: PlausibleLevels | None = None
    difference: float | None = None
    interval: Interval | None = None
    detectable: float | None = field(default=None, validator=between(0))
    within_noise: bool | None = None
    split: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    causes: tuple[ChangeCause, ...] = field(default=(), converter=to_tuple)
    like_for_like: bool = False
    probability: float | None = field(default=None, validator=between(0, 1))
    reliable: bool = False

    @property
    def rise(self) -> int:
        """Direction of a like-for-like change: 1, -1 or 0."""
        if self.before is not None and self.after is not None:
            return (self.after.lowest > self.before.highest) - (self.after.highest < self.before.lowest)
        part = self.split.get(ChangeCause.CAPACITY.value, 0.0)
        return (part > 0) - (part < 0)

    def __str__(self) -> str:
        prefix = f"{self.country} {self.capacity}: "
        if self.difference is not None:
            reach = "" if self.interval is None else f" ({self.interval.lower:+g} to {self.interval.upper:+g})"
            noise = {True: ", within noise", False: "", None: ", noise not known"}[self.within_noise]
            moved = f"{self.difference:+g}" if self.difference else "no difference"
            return f"{prefix}{moved}{reach}{noise}"
        notes = ", the ranges overlap: whether it moved is not known" if self.within_noise else ""
        if not notes and not self.like_for_like:
            others = " and ".join(cause.value for cause in self.causes if cause is not ChangeCause.CAPACITY)
            notes = f", through another {others}" if others else ", not like for like"
        elif not notes and self.probability is not None:
            notes = f", {self.probability:.0%} likely"
        return f"{prefix}{self.before} before, {self.after} after{notes}"


@model(kw_only=True)
class MeanChange:
    """Mean change of one capacity over countries with both values.

    Attributes:
        capacity: Id of the capacity.
        countries: Number of countries with a value in both rounds.
        unpaired: Number with a value in one round only, which are not used.
        difference: Mean of their differences.
        interval: Student's interval of that mean.
        detectable: Smallest true mean change that is detected with probability 0.8.
        within_noise: Whether the interval contains zero.
        like_for_like: Mean of the parts of their differences from `capacity`; None if a difference could not be split.
        like_for_like_interval: Student's interval of that mean.
    """

    capacity: str = field(validator=identifier)
    countries: int = field(validator=between(2))
    unpaired: int = field(default=0, validator=between(0))
    difference: float
    interval: Interval
    detectable: float | None = field(default=None, validator=between(0))
    within_noise: bool
    like_for_like: float | None = None
    like_for_like_interval: Interval | None = None

    def __str__(self) -> str:
        noise = ", within noise" if self.within_noise else ""
        reach = f"{self.interval.lower:+.3g} to {self.interval.upper:+.3g}"
        countries = counted(self.countries, "country", "countries")
        return f"{self.capacity}: {self.difference:+.3g} on average ({reach}){noise}, {countries}"


@model(kw_only=True)
class ChangeCounts:
    """Number of moved criteria and levels, by cause.

    Attributes:
        gained: Criteria gained, reliably and like for like.
        lost: Criteria lost, reliably and like for like.
        uncertain: Gained or lost like for like, but no more certain than a repeated answer.
        source: Gained or lost because another kind of source judged.
        respondents: Gained or lost because other respondents judged.
        method: Gained or lost because the scoring rules differ.
        framework: Gained or lost because the criterion is not identical.
        newly_observed: Settled in the later round only.
        no_longer_observed: Settled in the earlier round only.
        risen: Levels that rose, or values that grew, reliably and like for like.
        fallen: Levels that fell, or values that shrank, reliably and like for like.
        other_levels: Other changes of levels: uncertain, or from another cause.
    """

    gained: int = 0
    lost: int = 0
    uncertain: int = 0
    source: int = 0
    respondents: int = 0
    method: int = 0
    framework: int = 0
    newly_observed: int = 0
    no_longer_observed: int = 0
    risen: int = 0
    fallen: int = 0
    other_levels: int = 0

    @property
    def other_causes(self) -> int:
        """Criteria gained or lost from causes other than capacity."""
        return self.source + self.respondents + self.method + self.framework

    @property
    def only_levels(self) -> bool:
        """True if levels or values moved, and no criterion was gained or lost from any cause."""
        levels = self.risen or self.fallen or self.other_levels
        return bool(levels) and not (self.gained or self.lost or self.uncertain or self.other_causes)

    def __str__(self) -> str:
        parts = [f"{self.gained:,} gained", f"{self.lost:,} lost", f"{self.uncertain:,} uncertain"]
        parts = [f"{self.risen:,} up", f"{self.fallen:,} down"] if self.only_levels else parts
        for name in ("source", "respondents", "method", "framework"):
            count = getattr(self, name)
            parts += [f"{count:,} by other {'rules' if name == 'method' else name}"] if count else []
        parts += [f"{self.newly_observed:,} newly observed", f"{self.no_longer_observed:,} no longer observed"]
        moves = [f"{self.risen:,} up", f"{self.fallen:,} down"] if self.risen or self.fallen else []
        return ", ".join([*parts, *(() if self.gained or self.lost or self.only_levels else moves)])


def _find_count_field(one: CriterionChange) -> str:
    """Return the field that counts a move."""
    if one.cause is ChangeCause.SCOPE or one.move in (CriterionMove.NEWLY_OBSERVED, CriterionMove.NO_LONGER_OBSERVED):
        later = one.move in (CriterionMove.GAINED, CriterionMove.NEWLY_OBSERVED)
        return "newly_observed" if later else "no_longer_observed"
    if one.like_for_like:
        return one.move.value if one.reliable else "uncertain"
    return one.cause.value


def _find_level_count_field(change: CapacityChange) -> str:
    """Return the field of `ChangeCounts` that counts a change.

    The result is empty if the level or value may not have moved.
    """
    if change.reliable and change.rise:
        return "risen" if change.rise > 0 else "fallen"
    return "other_levels" if change.before is not None and change.rise else ""


@model(kw_only=True, repr=False)
class Change(NotebookDisplay, FrameConversion):
    """Changes between two rounds, over matched countries and capacities.

    Only differences are listed: `observed` gives how much was judged in both rounds, and `counts` the reliable changes.

    Attributes:
        before: Id of the earlier round.
        after: Id of the later round.
        framework: Key of the framework of the later round.
        earlier_framework: Key of the earlier round's framework, if it differs and was mapped by a crosswalk.
        matched: Alpha-2 codes of compared countries.
        unmatched: Why a country could not be compared, by alpha-2 code.
        cautions: Cautions about a matched country's change, by alpha-2 code, such as that it was visited in one round
            only.
        comparable: Share, 0 to 1, of the items of both editions that they have in common.
        incomparable: Why a node of either edition is not compared, by id.
        observed: Number of criteria settled in both rounds, over matched countries, by capacity id: only those can be
            gained or lost.
        like_for_like: Number of these judged by the same kind of source and respondent in both rounds, by capacity id.
        confidence: Probability, 0 to 1, from which a move counts as change, from the later round's recipe.
        criteria: Criteria gained, lost, newly observed, no longer observed, in framework order.
        capacities: Levels and values that differ.
        means: Mean changes over matched countries, for frameworks with values.
        invented: Whether answers are invented; every display has a notice then.
    """

    before: str = field(validator=identifier)
    after: str = field(validator=identifier)
    framework: str = ""
    earlier_framework: str | None = None
    matched: tuple[str, ...] = field(default=(), converter=to_tuple)
    unmatched: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    cautions: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    comparable: float = field(default=1.0, validator=between(0, 1))
    incomparable: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    observed: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    like_for_like: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    confidence: float = field(default=0.9, validator=between(0, 1))
    criteria: tuple[CriterionChange, ...] = field(default=(), converter=to_tuple)
    capacities: tuple[CapacityChange, ...] = field(default=(), converter=to_tuple)
    means: tuple[MeanChange, ...] = field(default=(), converter=to_tuple)
    invented: bool = False

    def count(self, move: CriterionMove | str) -> int:
        """Return the number of criteria with a move."""
        return sum(change.move == move for change in self.criteria)

    def counts(self, countries: Iterable[str] | None = None, capacities: Iterable[str] | None = None) -> ChangeCounts:
        """Return the number of moved criteria and levels, by cause.

        Args:
            countries: Alpha-2 codes of the countries to count; all by default.
            capacities: Ids of the capacities or criteria to count; all by default.
        """
        codes = None if countries is None else frozenset(countries)
        names = None if capacities is None else frozenset(capacities)

        def wanted(change: CriterionChange | CapacityChange) -> bool:
            where = codes is None or change.country.alpha_2 in codes
            own = {change.capacity, change.criterion} if isinstance(change, CriterionChange) else {change.capacity}
            return where and (names is None or not own.isdisjoint(names))

        counts = Counter(_find_count_field(change) for change in self.criteria if wanted(change))
        counts.update(
            name for change in self.capacities if wanted(change) and (name := _find_level_count_field(change))
        )
        return ChangeCounts(**counts)

    def for_country(self, country: Country | str) -> "Iterator[CriterionChange | CapacityChange]":
        """Yield the changes of one country: criteria, then levels.

        Args:
            country: The country, or a text that names it.

        Raises:
            CountryError: The text names no country, or several.
        """
        changes: tuple[CriterionChange | CapacityChange, ...] = (*self.criteria, *self.capacities)
        code = country_code(country, (change.country for change in changes))
        return (change for change in changes if change.country.alpha_2 == code)

    @property
    def is_empty(self) -> bool:
        """True if nothing changed."""
        return not self.criteria and not self.capacities

    def plot(self, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a chart of gained and lost criteria, by country.

        It needs the extra `charts`.
        """
        chart: altair.TopLevelMixin = provided("chart")("change", self, language=language)
        return chart

    def __str__(self) -> str:
        observed = f"{counted(sum(self.observed.values()), 'criterion', 'criteria')} observed in both rounds"
        comparable = f"{sum(self.like_for_like.values()):,} of them like for like"
        end = "; answers are invented" if self.invented else ""
        where = counted(len(self.matched), "country", "countries")
        return f"{self.before} to {self.after}, {where}, {observed}, {comparable}: {self.counts()}{end}"


@model(kw_only=True, repr=False)
class ChangeSeries(NotebookDisplay, FrameConversion):
    """Changes over three or more rounds, by step and overall.

    The steps do not sum to the whole: countries join and leave, and a lost criterion may be gained again.

    Attributes:
        steps: Change from each round to the next.
        whole: Change from the first round to the last.
    """

    steps: tuple[Change, ...] = field(converter=to_tuple)
    whole: Change

    def __attrs_post_init__(self) -> None:
        chain = [(step.before, step.after) for step in self.steps]
        linked = all(first[1] == second[0] for first, second in pairwise(chain))
        if len(chain) < 2 or not linked:
            raise ModelError("ChangeSeries.steps", chain, "must lead over three rounds or more, from each to the next")
        if (chain[0][0], chain[-1][1]) != (self.whole.before, self.whole.after):
            raise ModelError("ChangeSeries.whole", self.whole, f"must lead from {chain[0][0]} to {chain[-1][1]}")

    @property
    def rounds(self) -> tuple[str, ...]:
        """Ids of the rounds, in chronological order."""
        return (self.whole.before, *(step.after for step in self.steps))

    @property
    def changes(self) -> tuple[Change, ...]:
        """Changes of each step, then the overall change."""
        return (*self.steps, self.whole)

    @property
    def invented(self) -> bool:
        """True if answers are invented; displays then say so."""
        return any(change.invented for change in self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __str__(self) -> str:
        return "\n".join(str(change) for change in self.changes)
