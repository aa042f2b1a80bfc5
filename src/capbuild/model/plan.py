"""Plans of activities: participants, dates, costs and limits."""

import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_map, to_texts, to_tuple, unique
from capbuild.display import FrameConversion, NotebookDisplay
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.country import CountryByCode, as_countries, as_optional_country
from capbuild.model.money import Money
from capbuild.model.need import NeedKind
from capbuild.model.plan_reasons import LeftOut, StopReason
from capbuild.model.training import Competence, Role
from capbuild.text import Text, as_text

__all__ = [
    "Activity",
    "ActivityKind",
    "Catalogue",
    "Cost",
    "Limits",
    "Plan",
    "PlannedActivity",
    "Safeguard",
]


@model(kw_only=True)
class Cost:
    """Cost of an activity.

    Attributes:
        one_time: Once, when it is first held.
        per_session: Each time it is held.
        per_seat: For each participant.
        travel_per_seat: For each participant who travels.
        recurring: Each year afterwards: for each session of a course, for each country of anything else.
    """

    one_time: Money | None = None
    per_session: Money | None = None
    per_seat: Money | None = None
    travel_per_seat: Money | None = None
    recurring: Money | None = None

    def __attrs_post_init__(self) -> None:
        if len(self.currencies) > 1:
            raise ModelError("Cost", sorted(self.currencies), "must be in one currency")

    @property
    def currencies(self) -> frozenset[str]:
        """Currency of its parts: one, or none for zero cost."""
        parts = (self.one_time, self.per_session, self.per_seat, self.travel_per_seat, self.recurring)
        return frozenset(part.currency for part in parts if part is not None)


class ActivityKind(StrEnum):
    """Kind of help that an activity gives."""

    COURSE = "course"
    EQUIPMENT = "equipment"
    MENTORING = "mentoring"
    LEGAL_ADVICE = "legal advice"
    OPERATION = "operation"
    AWARENESS = "awareness"


@model(kw_only=True)
class Activity:
    """Activity that a programme can offer to countries.

    Attributes:
        id: Stable id, such as `A09`.
        kind: Course, equipment, mentoring, legal advice, operation or awareness.
        title: Name.
        addresses: Criteria it can help to meet; only a new finding meets one.
        competences: Level it can raise a person to, by competence id.
        prerequisites: Ids of activities that come first.
        requires: Criteria that must be met first.
        intrusive: Whether it arms intrusive work, and so needs the safeguards the framework names.
        days: Length in days.
        lead_months: Months needed to prepare or deliver.
        seats: People or units per session.
        languages: Languages it can be held in; a course in one of them each time, anything else for those who share
            one. Empty for any.
        cost: What it costs.
        invented: Whether cost and effect are invented defaults.
        effects: Share of the gap, 0 to below 1, that it closes for a country whose whole demand is met, by criterion;
            a criterion that it addresses and that is not named here has the planner's default.
        roles: Ids of the roles it is for; empty for any.
        mode: `classroom`, `online` or `blended`; nobody travels to what is online.
        seats_min: Fewest seats for which a session is held.
        countries_min: Fewest countries that take part in a joint event.
        days_away: Working days each participant is away from the post; None for the length of a course or an
            operation that is not online, and for no day at all otherwise.
        trainer_days: Trainer days a session takes, or a country where it is not a course.
        hosts: Countries that can host it, also as alpha-2 codes; empty for any that the limits name.
        prerequisite_share: Share of a country's demand for each prerequisite that must be met before this starts
            there; a course, in addition, never runs ahead of its prerequisites. At 0 still half of what criteria
            and safeguards wait for is done first.
        one_of: Ids of activities of which one comes first.
    """

    id: str = field(validator=identifier)
    kind: ActivityKind
    title: Text = field(converter=as_text)
    addresses: tuple[str, ...] = field(default=(), converter=to_tuple)
    competences: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    prerequisites: tuple[str, ...] = field(default=(), converter=to_tuple)
    requires: tuple[str, ...] = field(default=(), converter=to_tuple)
    intrusive: bool = False
    days: float = field(default=1.0, validator=between(0))
    lead_months: int = field(default=0, validator=between(0))
    seats: int = field(default=1, validator=between(1))
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    cost: Cost = Cost()
    invented: bool = False
    effects: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    roles: tuple[str, ...] = field(default=(), converter=to_tuple)
    mode: str = "classroom"
    seats_min: int = field(default=1, validator=between(1))
    countries_min: int = field(default=1, validator=between(1))
    days_away: float | None = field(default=None, validator=between(0))
    trainer_days: float = field(default=0.0, validator=between(0))
    hosts: tuple[CountryByCode, ...] = field(default=(), converter=as_countries)
    prerequisite_share: float = field(default=0.5, validator=between(0, 1))
    one_of: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __attrs_post_init__(self) -> None:
        bad = {name: share for name, share in self.effects.items() if not 0 <= share < 1}
        if bad:
            raise ModelError("Activity.effects", bad, "must hold shares from 0 to below 1")

    @property
    def helps(self) -> tuple[str, ...]:
        """Criteria that it helps to meet.

        Those it addresses, then those that only its effects name.
        """
        return tuple(dict.fromkeys((*self.addresses, *self.effects)))


@model(kw_only=True)
class Safeguard:
    """Precondition of intrusive work: rights come first.

    Attributes:
        capacity: Id of the capacity that holds the safeguards.
        level: Level order at which it must be confirmed.
        activities: Ids of activities of which one may, instead, come earlier in the same plan.
    """

    capacity: str = field(validator=identifier)
    level: int = field(default=2, validator=between(1))
    activities: tuple[str, ...] = field(default=(), converter=to_tuple)


@model(kw_only=True)
class Catalogue:
    """Activities to choose from, with their roles and competences.

    Attributes:
        id: Stable id.
        edition: Edition.
        title: Name.
        framework: Key of the framework whose criteria it names.
        activities: What can be done.
        roles: Roles.
        competences: Competences.
        notes: Remarks, by id.
        safeguard: What intrusive activities wait for; None where the catalogue names nothing.
        kinds: Kind of the need that a criterion or capacity leaves, by its id.
        headcount: People to reach by role, by size of the service, where a survey has not counted them.
    """

    id: str = field(validator=identifier)
    edition: str = "1"
    title: Text = field(converter=as_text)
    framework: str = ""
    activities: tuple[Activity, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda a: a.id, "activity")
    )
    roles: tuple[Role, ...] = field(default=(), converter=to_tuple, validator=unique(lambda r: r.id, "role"))
    competences: tuple[Competence, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda c: c.id, "competence")
    )
    notes: FrozenMap[str, Text] = field(factory=FrozenMap, converter=to_texts)
    safeguard: Safeguard | None = None
    kinds: FrozenMap[str, NeedKind] = field(factory=FrozenMap, converter=to_map)
    headcount: FrozenMap[str, FrozenMap[str, int]] = field(factory=FrozenMap, converter=to_map)

    def __attrs_post_init__(self) -> None:
        known = {activity.id for activity in self.activities}
        for activity in self.activities:
            unknown = sorted({*activity.prerequisites, *activity.one_of} - known)
            if unknown:
                raise ModelError(
                    f"Activity {activity.id} prerequisites", unknown, "must be activities of the catalogue"
                )


@model(kw_only=True)
class Limits:
    """Limits of a plan.

    Attributes:
        budget: Total, as money: a bare number is refused, since it says no currency.
        budget_by_year: Amount by calendar year.
        start: First month, as its first day.
        months: Length of the plan.
        trainer_days: Trainer days available a month; None for no limit.
        seats_per_country: Most people a country can spare at one time; None for no limit.
        fairness: Least share, 0 to 1, of its weighted gap that each country's plan closes where possible.
        discount_rate: Rate, 0 to 1, at which what closes counts less with each calendar year; development banks use
            about 0.1.
        trainer_days_by_month: Trainer days by month, such as `2016-05`, in place of `trainer_days`.
        days_away: Person-days a country can spare in a month; None for no limit.
        days_away_by_country: The same by alpha-2 code, in place of `days_away`.
        blocked_months: Months in which nothing starts, by alpha-2 code: `2016-08` once, `12` every year.
        hosts: Countries that can host sessions, also as alpha-2 codes; empty where the place is not planned.
        travel: Cost of one person's journey, by host and home country.
        must: Activities to include, such as `A09`, or `A09 JM` for one country; where that cannot be, the plan says so.
        banned: Activities to leave out, written in the same way.
        cleared: Alpha-2 codes of the countries with a rights decision on record, which intrusive activities need.
        overrides: Reason for setting the safeguard aside, by activity, or `A09 JM` for one country; reports print it.
        rates: Units of the budget's currency for one unit of another.
        languages: Languages in which people can take part, by alpha-2 code; any where a country is not named.
    """

    budget: Money
    budget_by_year: FrozenMap[int, Money] = field(factory=FrozenMap, converter=to_map)
    start: datetime.date | None = None
    months: int = field(default=24, validator=between(1))
    trainer_days: float | None = field(default=None, validator=between(0))
    seats_per_country: int | None = field(default=None, validator=between(0))
    fairness: float = field(default=0.0, validator=between(0, 1))
    discount_rate: float = field(default=0.1, validator=between(0, 1))
    trainer_days_by_month: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    days_away: float | None = field(default=None, validator=between(0))
    days_away_by_country: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    blocked_months: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=to_map)
    hosts: tuple[CountryByCode, ...] = field(default=(), converter=as_countries)
    travel: FrozenMap[str, FrozenMap[str, Money]] = field(factory=FrozenMap, converter=to_map)
    must: tuple[str, ...] = field(default=(), converter=to_tuple)
    banned: tuple[str, ...] = field(default=(), converter=to_tuple)
    cleared: tuple[str, ...] = field(default=(), converter=to_tuple)
    overrides: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    rates: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    languages: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=to_map)


@model(kw_only=True)
class PlannedActivity:
    """One session of an activity in a plan.

    Attributes:
        id: Id within the plan.
        activity: Id of the activity.
        start: First day.
        end: Last day.
        host: Host country, also as alpha-2 code; None for online or at home.
        place: Where.
        language: Language it is held in.
        seats: Seats by alpha-2 code.
        cost: What it costs in all.
        addresses: Ids of the needs it addresses; only a new finding meets one.
        cost_lines: The cost by part, such as `per seat` or `travel`; they sum to it.
        marginal_closure: Expected weighted gap closure lost if this session alone is dropped, by need id. Sessions
            that close the same gap share it, so the sum over sessions is no more than the plan's value.
        conditions: What a new finding must confirm before it starts, such as `INF-1.3a JM`.
    """

    id: str = field(validator=identifier)
    activity: str = field(validator=identifier)
    start: datetime.date
    end: datetime.date = field(validator=not_before("start"))
    host: CountryByCode | None = field(default=None, converter=as_optional_country)
    place: str = ""
    language: str = ""
    seats: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    cost: Money
    addresses: tuple[str, ...] = field(default=(), converter=to_tuple)
    cost_lines: FrozenMap[str, Money] = field(factory=FrozenMap, converter=to_map)
    marginal_closure: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    conditions: tuple[str, ...] = field(default=(), converter=to_tuple)

    @property
    def shares(self) -> dict[str, Money]:
        """Cost of each country's seats, by alpha-2 code, in whole cents.

        By number of seats, each rounded for itself: what rounding leaves is nobody's, since the country that it went to
        would learn from its last cent of the seats of others.

        Example:
            >>> day = datetime.date(2016, 7, 4)
            >>> held = PlannedActivity(id="S1", activity="A1", start=day, end=day, seats={"BB": 1, "JM": 2},
            ...                        cost=Money(100, "USD"))
            >>> {code: str(share.amount) for code, share in held.shares.items()}
            {'BB': '33.33', 'JM': '66.67'}
        """
        total = sum(self.seats.values())
        if not total:
            return {}
        with localcontext(prec=100):
            return {
                code: Money((self.cost.amount * count / total).quantize(Decimal("0.01")), self.cost.currency)
                for code, count in self.seats.items()
            }


@model(kw_only=True)
class Expected:
    """Expected effect of a plan, with the total to achieve.

    Shares of a gap that independent activities close add up with diminishing returns, and criteria are taken as
    independent; nothing is discounted.

    Attributes:
        criteria: Expected number of criteria that are lacking and come to be met.
        lacking: Expected number of criteria that are lacking.
        targets: Expected number of indicators below their target that come to reach it, over all countries.
        below: Expected number of indicators below their target.
        total: Weighted value of all gaps: what a plan that closed everything at once would be worth.
    """

    criteria: float = field(validator=between(0))
    lacking: float = field(validator=between(0))
    targets: float = field(validator=between(0))
    below: float = field(validator=between(0))
    total: float = field(validator=between(0))


@model(kw_only=True)
class Plan(NotebookDisplay, FrameConversion):
    """Plan with its value, bound and left-out needs.

    Attributes:
        activities: Sessions by date.
        limits: What it keeps to.
        value: Expected weighted gap closure, what comes in later years discounted.
        expected: What that comes to in criteria and targets; None for a plan made by hand.
        bound: No plan within the limits can be worth more; None where no bound was found.
        stopped: Why the search stopped.
        left_out: Why each need that is not addressed is not, by need id, in English.
        left_out_for: The same as codes and values, by need id, so that it can be said in any language.
        binding: Names of the limits that bind.
        closes: Expected weighted gap closure by need id; they sum to the value.
        shortfalls: Share of its weighted gap by which a country stays below the fairness floor, by alpha-2 code.
        unmet: Wishes, such as activities to include, that the limits do not allow, with the reason in English.
        unmet_for: The same as codes and values, by wish, so that it can be said in any language.
        overrides: Reasons for which a safeguard was set aside, by activity and country.
        deterministic: Whether the same input gives the same plan again.
        solver: Name of the solver; empty for a draft.
        solver_version: Its version.
        seed: Its seed.
        input_hash: SHA-256 of what was asked.
        invented: Whether it rests on invented answers; every display says so.
        assumed: Whether prices or effects of what it chooses from are invented defaults of the catalogue.
    """

    activities: tuple[PlannedActivity, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda a: a.id, "session")
    )
    limits: Limits
    value: float = 0.0
    expected: Expected | None = None
    bound: float | None = None
    stopped: StopReason = StopReason.GREEDY
    left_out: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    left_out_for: FrozenMap[str, tuple[LeftOut, ...]] = field(factory=FrozenMap, converter=to_map)
    binding: tuple[str, ...] = field(default=(), converter=to_tuple)
    closes: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    shortfalls: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    unmet: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    unmet_for: FrozenMap[str, LeftOut] = field(factory=FrozenMap, converter=to_map)
    overrides: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    deterministic: bool = True
    solver: str = ""
    solver_version: str = ""
    seed: int = field(default=0, validator=between(0))
    input_hash: str = ""
    invented: bool = False
    assumed: bool = False

    @property
    def notice(self) -> str:
        """Sentences about invented parts; empty where nothing is invented."""
        sentences = ["Answers and limits are invented."] if self.invented else []
        return " ".join([*sentences, *(["Prices and effects are invented defaults."] if self.assumed else [])])

    @property
    def cost(self) -> Money:
        """Sum of the sessions' costs, in the budget's currency."""
        return sum((a.cost for a in self.activities), start=Money(0, self.limits.budget.currency))

    @property
    def gap(self) -> float | None:
        """Share of the bound that the value misses, 0 to 1.

        None without a bound.
        """
        return None if not self.bound else max(0.0, (self.bound - self.value) / self.bound)

    def __repr__(self) -> str:
        spent = f"{self.cost} of {self.limits.budget}"
        return f"Plan({len(self.activities)} sessions, {spent}, {len(self.left_out)} needs left out)"
