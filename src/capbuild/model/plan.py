"""Plans of activities: participants, dates, costs and limits."""

import datetime
from collections import Counter
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
from capbuild.model.training import Competence, Role
from capbuild.text import Text, as_text


class StopReason(StrEnum):
    """Reason why the search for a plan stopped."""

    OPTIMAL = "optimal"
    GAP = "gap reached"
    LIMIT = "work limit reached"
    TIME = "time limit reached, so that another run may differ"
    GREEDY = "greedy draft, no bound"


class LeftOutReason(StrEnum):
    """Reason why a plan leaves out a need or wish."""

    NO_ACTIVITY = "no activity"
    BANNED = "banned"
    LANGUAGE = "language"
    NOT_MET = "criterion not met"
    NO_RIGHTS = "no rights decision"
    UNSAFE = "safeguard not confirmed"
    NO_SEATS = "no seats asked for"
    NO_NEED = "no need"
    CLOSES_LESS = "closes less"
    COSTS_MORE = "costs more"
    NO_TRAINERS = "no trainer days"
    WAITS = "waits"
    NO_ROOM = "no room"


_WORDS = {
    LeftOutReason.NO_ACTIVITY: "no activity of the catalogue addresses it",
    LeftOutReason.BANNED: "left out by wish",
    LeftOutReason.LANGUAGE: "it is held in no language spoken there",
    LeftOutReason.NOT_MET: "{names} is not met, and no activity addresses it",
    LeftOutReason.NO_RIGHTS: "no rights decision is on record, and the work is intrusive",
    LeftOutReason.UNSAFE: "{names} is not confirmed, and no activity prepares it",
    LeftOutReason.NO_SEATS: "nobody asks for a seat",
    LeftOutReason.NO_NEED: "there is no need there that it addresses",
    LeftOutReason.CLOSES_LESS: "{names} would close less for the money than what was chosen",
    LeftOutReason.COSTS_MORE: "the budget does not cover one session of {names}",
    LeftOutReason.NO_TRAINERS: "one session of {names} takes more trainer days than a month has",
    LeftOutReason.WAITS: "it comes after {names}, which cannot be held",
    LeftOutReason.NO_ROOM: "no session of it fits the limits",
}


@model(kw_only=True, order=True)
class LeftOut:
    """Reason why a need or wish is left out.

    Attributes:
        reason: The reason.
        names: Ids of the activities that could help, or of the criterion or capacity that prevents it.

    Example:
        >>> print(LeftOut(reason="criterion not met", names=["INF-1.3a"]))
        INF-1.3a is not met, and no activity addresses it
    """

    reason: LeftOutReason
    names: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        return _WORDS[self.reason].format(names=", ".join(self.names))


@model(kw_only=True)
class Cost:
    """Cost of an activity.

    Attributes:
        one_time: Cost of the first session; of an activity that takes place in each country (equipment, advice,
            mentoring, awareness for one country), cost in each.
        per_session: Cost per session.
        per_seat: Cost per participant.
        travel_per_seat: Cost per travelling participant.
        recurring: Yearly cost from the month after its end to the end of the plan, per session of a course, otherwise
            per country.
    """

    one_time: Money | None = None
    per_session: Money | None = None
    per_seat: Money | None = None
    travel_per_seat: Money | None = None
    recurring: Money | None = None

    def __attrs_post_init__(self) -> None:
        if len(self.currencies) > 1:
            raise ModelError("Cost", sorted(self.currencies), "must be in one currency")
        for name, part in self._parts.items():
            if part is not None and part.amount < 0:
                raise ModelError(f"Cost.{name}", str(part), "must be at least 0")

    @property
    def _parts(self) -> dict[str, Money | None]:
        names = ("one_time", "per_session", "per_seat", "travel_per_seat", "recurring")
        return {name: getattr(self, name) for name in names}

    @property
    def currencies(self) -> frozenset[str]:
        """Currency of its parts; empty for zero cost."""
        return frozenset(part.currency for part in self._parts.values() if part is not None)


class ActivityKind(StrEnum):
    """Kind of help that an activity gives."""

    COURSE = "course"
    EQUIPMENT = "equipment"
    MENTORING = "mentoring"
    LEGAL_ADVICE = "legal advice"
    OPERATION = "operation"
    AWARENESS = "awareness"


class ProviderKind(StrEnum):
    """Kind of body that delivers an activity."""

    ACADEMY = "academy"
    PEER_SERVICE = "peer service"
    ORGANISATION = "organisation"
    UNIVERSITY = "university"
    COMPANY = "company"
    EXPERT = "expert"


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
        intrusive: Whether it enables intrusive work, which requires the framework's safeguards.
        days: Length in days.
        lead_months: Months to prepare or deliver.
        seats: People or units per session.
        languages: Languages of delivery: a course uses one of them per session, other activities are for countries that
            share one. Empty for any.
        cost: Its cost.
        invented: Whether its cost or effects are invented.
        effects: Share of the gap, 0 to below 1, that it closes for a country with full coverage of its demand, by
            criterion; other addressed criteria have the planner's default.
        roles: Ids of the roles it is for; empty for any.
        mode: `classroom`, `online` or `blended`; `online` needs no travel.
        seats_min: Minimum seats of a session.
        countries_min: Minimum countries of a joint event.
        days_away: Working days that each participant is away; by default the length of a course or operation that is
            not online, otherwise none.
        trainer_days: Trainer days per session, or per country for activities other than courses.
        hosts: Possible host countries, also as alpha-2 codes; empty for any in the limits.
        prerequisite_share: Share of a country's demand for each prerequisite that must be finished before this starts
            there; a course also never runs ahead of its prerequisites. With 0, half of the prerequisites of criteria
            and safeguards still comes first.
        one_of: Ids of alternative prerequisites, one of which comes first.
        objective: Abilities of participants afterwards, or the result for the country.
        syllabus: Topics in their order, separated by semicolons; empty for activities that are not taught.
        assessment: How it is checked that the objective is reached.
        providers: Kinds of bodies that can deliver it; empty for any.
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
    objective: Text = field(default=Text(""), converter=as_text)
    syllabus: Text = field(default=Text(""), converter=as_text)
    assessment: Text = field(default=Text(""), converter=as_text)
    providers: tuple[ProviderKind, ...] = field(default=(), converter=to_tuple)

    def __attrs_post_init__(self) -> None:
        bad = {name: share for name, share in self.effects.items() if not 0 <= share < 1}
        if bad:
            raise ModelError("Activity.effects", bad, "must hold shares from 0 to below 1")

    def cost_per_seat(self, *, abroad: bool = False) -> Money | None:
        """Return the cost of one seat of a full session.

        It is rounded to cents, and None if the activity has no price per session or seat.

        Args:
            abroad: Whether the participant travels; online activities need no travel.
        """
        cost = self.cost
        if cost.per_session is None and cost.per_seat is None:
            return None
        travels = cost.travel_per_seat if abroad and self.mode != "online" else None
        (currency,) = cost.currencies
        with localcontext(prec=100):
            shared = cost.per_session.amount / self.seats if cost.per_session is not None else Decimal(0)
            parts = (part.amount for part in (cost.per_seat, travels) if part is not None)
            return Money(round(sum(parts, shared), 2), currency)

    @property
    def in_each_country(self) -> bool:
        """True if it takes place in each country separately.

        This is so unless it is a course, an operation, or an event of several countries.
        """
        return self.kind not in (ActivityKind.COURSE, ActivityKind.OPERATION) and self.countries_min == 1

    @property
    def helps(self) -> tuple[str, ...]:
        """Criteria that it addresses, then others with an effect."""
        return tuple(dict.fromkeys((*self.addresses, *self.effects)))


@model(kw_only=True)
class Safeguard:
    """Precondition of intrusive work.

    Attributes:
        capacity: Id of the capacity with the safeguards.
        level: Level order that must be confirmed.
        activities: Ids of activities, one of which may come earlier in the same plan instead.
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
        framework: Key of the framework of its criteria.
        activities: Activities.
        roles: Roles.
        competences: Competences.
        notes: Remarks, by id.
        safeguard: Precondition of intrusive activities; None for none.
        kinds: Kind of need by criterion or capacity id.
        headcount: People to reach by role and service size, if not counted by a survey.
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

    def find_cycle(self, *, criteria: bool = False) -> tuple[str, ...]:
        """Return ids of activities that wait for each other, directly or through others.

        Args:
            criteria: Whether an activity also waits for the only activity that addresses a criterion it requires.
        """
        only = {}
        if criteria:
            addressed = Counter(name for activity in self.activities for name in activity.addresses)
            only = {
                name: activity.id for activity in self.activities for name in activity.addresses if addressed[name] == 1
            }
        waits = {
            activity.id: {*activity.prerequisites, *(only[name] for name in activity.requires if name in only)}
            for activity in self.activities
        }
        while waits:
            wanted = set().union(*waits.values())
            free = [name for name, before in waits.items() if name not in wanted or not before & waits.keys()]
            if not free:
                break
            for name in free:
                del waits[name]
        return tuple(sorted(waits))


@model(kw_only=True)
class Limits:
    """Limits of a plan.

    Attributes:
        budget: Total, as money: a number is refused, since it has no currency.
        budget_by_year: Amount by calendar year.
        start: First month, as its first day.
        months: Length of the plan.
        trainer_days: Trainer days available per month; None for no limit.
        seats_per_country: Maximum number of people away from a country at one time; None for no limit.
        fairness: Minimum share, 0 to 1, of its weighted gap that each country's plan closes if possible.
        discount_rate: Yearly discount rate, 0 to 1, of gap closure; development banks use about 0.1.
        trainer_days_by_month: Trainer days by month, such as `2016-05`, instead of `trainer_days`.
        days_away: Person-days away per country and month; None for no limit.
        days_away_by_country: The same by alpha-2 code, instead of `days_away`.
        blocked_months: Months without starts, by alpha-2 code: `2016-08` once, `12` every year.
        hosts: Possible host countries, also as alpha-2 codes; empty if the place is not planned.
        travel: Cost of one person's journey, by host and home country.
        must: Activities to include, such as `A09`, or `A09 JM` for one country; the plan reports impossible ones.
        banned: Activities to exclude, in the same form.
        cleared: Alpha-2 codes of countries with a recorded rights decision, required for intrusive activities.
        overrides: Reason for overriding the safeguard, by activity, or `A09 JM` for one country; printed in reports.
        rates: Units of the budget's currency for one unit of another.
        languages: Languages of participants, by alpha-2 code; any for other countries.
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
        language: Language of the delivery.
        seats: Seats by alpha-2 code.
        cost: Total cost.
        addresses: Ids of the needs it addresses; only a new finding meets one.
        cost_lines: The cost by part, such as `per seat` or `travel`; they sum to it.
        marginal_closure: Expected weighted gap closure lost if this session alone is dropped, by need id. Sessions
            that close the same gap share it, so the sum over sessions is no more than the plan's value.
        conditions: Criteria that a new finding must confirm before the start, such as `INF-1.3a JM`.
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
        """Cost of each country's seats by alpha-2 code.

        Each share is in proportion to the seats and rounded to cents on its own. The shares need not sum to the cost:
        with the remainder of the rounding, a country could infer the seats of others from its last cent.

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

    Shares of a gap closed by independent activities combine with diminishing returns, and criteria are assumed
    independent; nothing is discounted.

    Attributes:
        criteria: Expected number of lacking criteria that become met.
        lacking: Expected number of lacking criteria.
        targets: Expected number of indicators that reach their target, over all countries.
        below: Expected number of indicators below their target.
        total: Weighted value of all gaps, as if a plan closed everything at once.
    """

    criteria: float = field(validator=between(0))
    lacking: float = field(validator=between(0))
    targets: float = field(validator=between(0))
    below: float = field(validator=between(0))
    total: float = field(validator=between(0))


@model(kw_only=True, repr=False)
class Plan(NotebookDisplay, FrameConversion):
    """Plan with its value, bound and left-out needs.

    Attributes:
        activities: Sessions by date.
        limits: Limits of the plan.
        value: Expected weighted gap closure, with later years discounted.
        expected: Expected effect on criteria and targets; None for a manual plan.
        bound: Upper bound of the value within the limits; None for none.
        stopped: Stopping reason.
        left_out: Reason that a need is not addressed, by need id, in English.
        left_out_for: The same as codes and values, by need id, for translation.
        binding: Names of the limits that bind.
        closes: Expected weighted gap closure by need id; they sum to the value.
        shortfalls: Shortfall below the fairness floor as a share of the country's weighted gap, by alpha-2 code.
        unmet: Wishes, such as activities to include, that are infeasible, with the reason in English.
        unmet_for: The same as codes and values, by wish, for translation.
        overrides: Reasons for overriding a safeguard, by activity and country.
        deterministic: Whether the same input gives the same plan.
        solver: Name of the solver; empty for a draft.
        solver_version: Its version.
        seed: Its seed.
        input_hash: SHA-256 of the input.
        invented: Whether it is based on invented answers; every display has a notice then.
        assumed: Whether prices or effects of the catalogue are invented.
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
        """Sentences about invented parts; empty for none."""
        sentences = ["Answers and limits are invented."] if self.invented else []
        return " ".join([*sentences, *(["Prices or effects are invented."] if self.assumed else [])])

    @property
    def cost(self) -> Money:
        """Sum of the sessions' costs, in the budget's currency."""
        return sum((a.cost for a in self.activities), start=Money(0, self.limits.budget.currency))

    @property
    def gap(self) -> float | None:
        """Relative gap between value and bound, 0 to 1.

        It is None without a bound.
        """
        return None if not self.bound else max(0.0, (self.bound - self.value) / self.bound)
