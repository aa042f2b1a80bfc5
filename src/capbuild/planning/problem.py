"""The planning problem in plain numbers.

Money and days are whole numbers in the smallest unit that occurs, values and doses are fractions, months count from
0: so the checker is exact, and a plan does not depend on how a machine rounds.
"""

import math
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import Money
from capbuild.planning.benefit_curve import BenefitCurve

__all__ = ["Deed", "Form", "PlanCountry", "Prerequisite", "Problem", "Session"]


class Form(StrEnum):
    """How an activity is held: by seats, per country, or jointly."""

    COURSE = "course"
    COUNTRY = "country"
    JOINT = "joint"


@frozen(kw_only=True)
class Prerequisite:
    """Prerequisite of an activity in a country.

    Attributes:
        any_of: Places of activities in `Problem.deeds`; one of them is enough.
        share: Share of the country's demand for it that must have been met and finished.
        pace: Whether a course, in addition, never runs ahead of it.
        only: Places of the countries that it is asked of; None for all.
        condition: What a new finding must confirm, where that is why it comes first.
    """

    any_of: tuple[int, ...] = field(converter=to_tuple)
    share: Fraction = Fraction(1, 2)
    pace: bool = False
    only: frozenset[int] | None = None
    condition: str = ""

    def applies_to(self, place: int) -> bool:
        """True if it applies to a country."""
        return self.only is None or place in self.only


@frozen(kw_only=True)
class PlanCountry:
    """Country as a participant.

    Attributes:
        id: Its id.
        languages: Languages in which its people can take part.
        away: Days away that it can spare, by month; None for no limit.
        blocked: Months in which nothing starts there.
        spare: Most people it can spare at one time; None for no limit.
    """

    id: str
    languages: frozenset[str] = frozenset()
    away: tuple[int, ...] | None = None
    blocked: frozenset[int] = frozenset()
    spare: int | None = None


@frozen(kw_only=True)
class Deed:
    """Activity that a plan can choose.

    Attributes:
        id: Its id.
        form: How it is held.
        doses: Effect of full coverage by criterion, additive.
        demand: Seats asked for by place of the country; countries that are not named cannot take part.
        seats_min: Fewest seats of a session.
        seats_max: Most seats of a session; None for no limit.
        countries_min: Fewest countries of a joint event.
        duration: Months from its start to its end, at least 1.
        trainer_days: Trainer days of a session.
        away: Days away for each seat.
        languages: Languages it can be held in; empty where that does not matter.
        hosts: Names of those who can host it; empty where the place is not planned.
        first: Cost when it is first held at all.
        per_session: Cost of each session.
        per_seat: Cost of each seat, without travel.
        per_month: Cost a month from its end to the horizon: of a course a session, of anything else a country.
        travel: Cost of a journey by host, empty where it is not planned, and place of the home country.
        after: What comes first.
    """

    id: str
    form: Form
    doses: FrozenMap[str, Fraction] = field(factory=FrozenMap, converter=to_map)
    demand: FrozenMap[int, int] = field(factory=FrozenMap, converter=to_map)
    seats_min: int = 1
    seats_max: int | None = None
    countries_min: int = 1
    duration: int = 1
    trainer_days: int = 0
    away: int = 0
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    hosts: tuple[str, ...] = field(default=(), converter=to_tuple)
    first: int = 0
    per_session: int = 0
    per_seat: int = 0
    per_month: int = 0
    travel: FrozenMap[tuple[str, int], int] = field(factory=FrozenMap, converter=to_map)
    after: tuple[Prerequisite, ...] = field(default=(), converter=to_tuple)

    @cached_property
    def language_options(self) -> tuple[str, ...]:
        """Languages to choose from; one empty text where language is irrelevant."""
        return self.languages or ("",)

    @cached_property
    def host_options(self) -> tuple[str, ...]:
        """Hosts to choose from; one empty name where the place is not planned."""
        return self.hosts or ("",)

    def seat_cost(self, host: str, home: int) -> int:
        """Return the cost of one seat, travel included."""
        return self.per_seat + self.travel.get((host, home), 0)


@frozen(order=True)
class Session:
    """One session of an activity.

    Attributes:
        month: Month in which it starts, from 0.
        deed: Place of the activity in `Problem.deeds`.
        language: Language of the delivery.
        host: Name of the host; empty where it is not planned.
        seats: Seats by place of the country, in order.
    """

    month: int
    deed: int
    language: str = ""
    host: str = ""
    seats: tuple[tuple[int, int], ...] = ()


@frozen(kw_only=True)
class Problem:
    """Demand, possible activities and limits, in plain numbers.

    Attributes:
        months: Length of the plan.
        years: Year of each month: budgets by year are kept by these.
        places: Countries, in the order of their ids.
        deeds: Activities, in the order of their ids.
        values: What closing a gap wholly is worth, by place of the country and criterion.
        closure: Share closed by a dose.
        discount: Rate at which an effect counts less with each calendar year that it comes later.
        budget: Most that may be spent; None for no limit.
        yearly: The same by year.
        trainers: Trainer days by month; None for no limit.
        cell: Most sessions of one course in one language and month; None for no limit.
        floor: Least share of its value that each country's plan closes.
        hard: Whether the floor must hold; else the plan tells the shortfall.
        must: Wishes: activity and country, or activity and None.
        closed: Months in which a host receives nobody, by its name.
        opens: First month as its place in the year, 1 to 12.
        unit: Smallest units of money in one unit of the currency.
        currency: Currency of all amounts; empty where the problem names none.
        day: Smallest units of a day in one day.
    """

    months: int
    years: tuple[int, ...] = field(converter=to_tuple)
    places: tuple[PlanCountry, ...] = field(converter=to_tuple)
    deeds: tuple[Deed, ...] = field(converter=to_tuple)
    values: FrozenMap[tuple[int, str], Fraction] = field(converter=to_map)
    closure: BenefitCurve = field(factory=BenefitCurve.exponential)
    discount: float = 0.0
    budget: int | None = None
    yearly: FrozenMap[int, int] = field(factory=FrozenMap, converter=to_map)
    trainers: tuple[int, ...] | None = None
    cell: int | None = None
    floor: Fraction = Fraction(0)
    hard: bool = False
    must: tuple[tuple[int, int | None], ...] = field(default=(), converter=to_tuple)
    closed: FrozenMap[str, frozenset[int]] = field(factory=FrozenMap, converter=to_map)
    opens: int = 1
    unit: int = 1
    currency: str = ""
    day: int = 1

    def format_month(self, number: int) -> str:
        """Return a month as text, such as `2016-09`."""
        return f"{self.years[number]}-{(self.opens + number - 1) % 12 + 1:02}"

    def format_amount(self, amount: int) -> str:
        """Return an amount in the currency's main units, as text."""
        main = Decimal(amount) / self.unit
        return str(Money(main, self.currency)) if self.currency else f"{main:,f}"

    @cached_property
    def total_values(self) -> dict[int, Fraction]:
        """Value of all gaps, by place of the country."""
        found = dict.fromkeys(range(len(self.places)), Fraction(0))
        for (place, _), value in self.values.items():
            found[place] += value
        return found

    @cached_property
    def helpers(self) -> dict[tuple[int, str], tuple[tuple[int, Fraction], ...]]:
        """Activities and doses that help a need.

        By place of the country and criterion.
        """
        by_criterion: dict[str, list[tuple[int, Fraction]]] = {}
        for number, deed in enumerate(self.deeds):
            for name, dose in deed.doses.items():
                if dose:
                    by_criterion.setdefault(name, []).append((number, dose))
        return {
            (place, name): tuple(
                (number, dose) for number, dose in by_criterion.get(name, ()) if place in self.deeds[number].demand
            )
            for place, name in self.values
        }

    @cached_property
    def _discount_by_year(self) -> dict[int, Fraction]:
        """Value of one unit of effect by calendar year, to a millionth."""
        return {
            year: Fraction(math.floor((1 + self.discount) ** (self.years[0] - year) * 10**6), 10**6)
            for year in self.years
        }

    def discount_factor(self, number: int, month: int) -> Fraction:
        """Return the discount of an activity that starts in a month.

        Its effect counts in the year in which it ends.
        """
        return self._discount_by_year[self.years[min(month + self.deeds[number].duration, self.months) - 1]]

    @cached_property
    def dependents(self) -> dict[int, tuple[int, ...]]:
        """Activities that depend on an activity, by its place."""
        found: dict[int, set[int]] = {}
        for number, deed in enumerate(self.deeds):
            for first in (first for after in deed.after for first in after.any_of):
                found.setdefault(first, set()).add(number)
        return {first: tuple(sorted(later)) for first, later in found.items()}

    def possible_starts(self, number: int) -> range:
        """Months in which an activity can start and still end in time."""
        return range(self.months - self.deeds[number].duration + 1)

    def open_hosts(self, number: int, month: int) -> tuple[str, ...]:
        """Hosts that receive an activity in a month."""
        return tuple(host for host in self.deeds[number].host_options if month not in self.closed.get(host, ()))

    def can_start(self, number: int, place: int, month: int, language: str) -> bool:
        """True if calendar and language let a country start an activity."""
        deed, where = self.deeds[number], self.places[place]
        spoken = not language or language in where.languages
        return place in deed.demand and spoken and month not in where.blocked and month in self.possible_starts(number)

    def cost_lines(self, session: Session) -> Iterator[tuple[str, int, int]]:
        """Yield the costs of a session as (part, year, amount).

        One-time costs of the activity are not included.
        """
        deed = self.deeds[session.deed]
        start = self.years[session.month]
        yield "per session", start, deed.per_session
        seats = sum(count for _, count in session.seats)
        yield "per seat", start, deed.per_seat * seats
        travel = sum((deed.seat_cost(session.host, place) - deed.per_seat) * count for place, count in session.seats)
        yield "travel", start, travel
        times = 1 if deed.form is Form.COURSE else len(session.seats)
        for month in range(session.month + deed.duration, self.months):
            yield "recurring", self.years[month], deed.per_month * times

    def session_cost(self, session: Session) -> int:
        """Return the cost of a session without one-time costs."""
        return sum(amount for _, _, amount in self.cost_lines(session))
