"""Gaps and the needs that follow from them."""

import datetime
from collections.abc import Iterator, Sequence
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_map, to_tuple, unique
from capbuild.display import FrameConversion, NotebookDisplay
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryByCode, as_countries
from capbuild.model.evidence import TLP
from capbuild.model.money import Money
from capbuild.text import Text, as_text


@model(kw_only=True)
class Gap:
    """Distance of a capacity from its target.

    Attributes:
        country: The country.
        capacity: Id of the capacity.
        level: Level order, if the evidence leaves one.
        value: Value, for frameworks without levels.
        lowest: Lowest level order or value consistent with the evidence.
        highest: Highest one; if neither is given, both are the level or value.
        target: Level order or value aimed at.
        lacking: Criteria that are not met.
        open: Criteria that the evidence leaves open.
        size: Number of criteria lacking, `partly` counting half; or target minus value.
        probability: Probability, 0 to 1, that the gap is real, if estimated.
        chances: Probability, 0 to 1, that each open criterion is lacking, if estimated.
    """

    country: Country
    capacity: str = field(validator=identifier)
    level: int | None = field(default=None, validator=between(0))
    value: float | None = None
    lowest: float | None = None
    highest: float | None = field(default=None, validator=not_before("lowest"))
    target: float
    lacking: tuple[str, ...] = field(default=(), converter=to_tuple)
    open: tuple[str, ...] = field(default=(), converter=to_tuple)
    size: float = field(default=0.0, validator=between(0))
    probability: float | None = field(default=None, validator=between(0, 1))
    chances: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)

    def __attrs_post_init__(self) -> None:
        only = self.value if self.level is None else float(self.level)
        if self.lowest is None and self.highest is None:
            object.__setattr__(self, "lowest", only)
            object.__setattr__(self, "highest", only)
        for name, chance in self.chances.items():
            if name not in self.open or not 0 <= chance <= 1:
                raise ModelError("Gap.chances", {name: chance}, "must give open criteria a probability from 0 to 1")

    @property
    def below(self) -> bool:
        """True if the highest possible level or value is below the target; without any, it is open."""
        return self.highest is not None and self.highest < self.target


class NeedKind(StrEnum):
    """Kind of help that would close a gap."""

    SKILL = "skill"
    STAFF = "staff"
    EQUIPMENT = "equipment"
    LAW = "law"
    PROCEDURE = "procedure"
    COOPERATION = "cooperation"
    AGREEMENT = "agreement"


@model(kw_only=True)
class Need:
    """Need of countries, with the findings that justify it.

    Attributes:
        id: Id within the programme.
        kind: Skill, staff, equipment, law, procedure, cooperation or agreement.
        statement: The need as text.
        countries: Countries that share it, also as alpha-2 codes.
        capacities: Ids of the capacities it concerns.
        criteria: Ids of the criteria lacking.
        roles: Headcount by role id.
        urgency: 1 (can wait) to 3 (now).
        relevance: 1 to 3, how much it matters for the programme's aim.
        depends_on: Ids of needs that come first.
        sources: Ids of the sources that justify it.
        tlp: Label that limits sharing, if its evidence has one; None for no limit.
    """

    id: str = field(validator=identifier)
    kind: NeedKind
    statement: Text = field(converter=as_text)
    countries: tuple[CountryByCode, ...] = field(default=(), converter=as_countries)
    capacities: tuple[str, ...] = field(default=(), converter=to_tuple)
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    roles: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    urgency: int = field(default=2, validator=between(1, 3))
    relevance: int = field(default=2, validator=between(1, 3))
    depends_on: tuple[str, ...] = field(default=(), converter=to_tuple)
    sources: tuple[str, ...] = field(default=(), converter=to_tuple)
    tlp: TLP | None = None


def need_weight(pairs: Sequence[tuple[Gap, str]], common: float) -> tuple[int, int]:
    """Return the urgency and relevance of a need.

    Args:
        pairs: Each gap with a missing or open criterion, or with its capacity if it has none.
        common: The most frequent target.
    """
    sure = {name for gap, name in pairs if name in gap.lacking or (name == gap.capacity and gap.below)}
    in_levels = [gap for gap, name in pairs if name in sure and gap.value is None and gap.highest is not None]
    below = sorted(gap.target - (gap.highest or 0) for gap in in_levels)
    far = bool(below) and below[len(below) // 2] >= 2
    return (3 if far else 2) if sure else 1, 3 if max(gap.target for gap, _ in pairs) > common else 2


@model(kw_only=True, repr=False)
class Needs(NotebookDisplay, FrameConversion):
    """Needs of a programme's countries, with their gaps.

    Attributes:
        needs: The needs, in the order of their ids.
        gaps: Their gaps.
        invented: Whether they rest on invented answers.
        headcount: People to reach by role, by alpha-2 code of the country.
        as_of: Date that they refer to.
    """

    needs: tuple[Need, ...] = field(default=(), converter=to_tuple, validator=unique(lambda n: n.id, "need"))
    gaps: tuple[Gap, ...] = field(default=(), converter=to_tuple)
    invented: bool = False
    headcount: FrozenMap[str, FrozenMap[str, int]] = field(factory=FrozenMap, converter=to_map)
    as_of: datetime.date | None = None

    def __iter__(self) -> Iterator[Need]:
        return iter(self.needs)

    def __len__(self) -> int:
        return len(self.needs)

    def __getitem__(self, id: str) -> Need:  # noqa: A002 - the field's word
        for need in self.needs:
            if need.id == id:
                return need
        raise KeyError(f"no need {id!r}{did_you_mean(id, self._ipython_key_completions_())}")

    def _ipython_key_completions_(self) -> list[str]:
        return [need.id for need in self.needs]


class RecommendationStatus(StrEnum):
    """Status of a recommendation."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    UNDER_WAY = "under way"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DONE = "done"

    @property
    def is_dropped(self) -> bool:
        """True if rejected by the country or withdrawn."""
        return self in (RecommendationStatus.REJECTED, RecommendationStatus.WITHDRAWN)

    @property
    def is_closed(self) -> bool:
        """True if no further action is needed."""
        return self is RecommendationStatus.DONE or self.is_dropped


@model(kw_only=True)
class Recommendation:
    """Action recommended to a country, for needs or a criterion.

    Attributes:
        id: Id within the programme.
        country: The country that should act; None for all that have the needs.
        target: Id of the criterion or capacity that it would meet; empty for those of its needs.
        needs: Ids of the needs it answers.
        text: The recommendation.
        owner: Office responsible.
        due: Due date.
        cost: Cost outside the plan; None if unknown.
        payer: Payer.
        status: Proposed, accepted, under way, rejected, withdrawn or done.
        answer: Answer of the country.
        round: Id of its first round.
        closed: Date of rejection, withdrawal or completion.
    """

    id: str = field(validator=identifier)
    country: Country | None = None
    target: str = ""
    needs: tuple[str, ...] = field(default=(), converter=to_tuple)
    text: Text = field(converter=as_text)
    owner: str = ""
    due: datetime.date | None = None
    cost: Money | None = None
    payer: str = ""
    status: RecommendationStatus = RecommendationStatus.PROPOSED
    answer: str = ""
    round: str = ""
    closed: datetime.date | None = None

    @property
    def is_closed(self) -> bool:
        """True if no further action is needed."""
        return self.status.is_closed
