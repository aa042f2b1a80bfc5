"""Planning problem as numbers.

Money and days are integers in the smallest unit, values and doses are fractions, months count from 0. So the checker is
exact, and a plan does not depend on a machine's rounding.
"""

import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import asdict, evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import Money

#: Points where the chords meet the curve.
_KNOTS = ("0", "1/4", "1/2", "9/10", "7/5", "11/5", "7/2")

#: Doses and shares are rounded to a millionth: fractions stay small and equal on every machine.
_STEP = 10**6


def dose_from_share(share: float) -> Fraction:
    """Return the dose of an effect that closes a share.

    Doses of independent effects add up; the shares that they close do not.

    Example:
        >>> dose_from_share(0.5)
        Fraction(693147, 1000000)
    """
    return Fraction(math.floor(-math.log1p(-share) * _STEP), _STEP)


@frozen
class BenefitCurve:
    """Piecewise-linear share of a gap closed by a dose.

    Attributes:
        points: Dose and share, rising and concave from (0, 0); constant beyond the last.
    """

    points: tuple[tuple[Fraction, Fraction], ...] = field(converter=to_tuple)

    @classmethod
    def exponential(cls) -> "BenefitCurve":
        """Return the chords of 1 - exp(-dose)."""
        knots = [Fraction(text) for text in _KNOTS]
        return cls(tuple((knot, Fraction(math.floor(-math.expm1(-knot) * _STEP), _STEP)) for knot in knots))

    @cached_property
    def segments(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Width and slope of each chord, in order."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return tuple((right[0] - left[0], (right[1] - left[1]) / (right[0] - left[0])) for left, right in pairs)

    @cached_property
    def _floats(self) -> tuple[list[float], list[float], list[float]]:
        doses = [float(dose) for dose, _ in self.points]
        return doses, [float(share) for _, share in self.points], [*(float(s) for _, s in self.segments), 0.0]

    def exact_share(self, dose: Fraction) -> Fraction:
        """Return the exact share closed by a dose."""
        left = max((point for point in self.points if point[0] <= dose), default=self.points[0])
        place = self.points.index(left)
        if place == len(self.points) - 1:
            return left[1]
        return left[1] + self.segments[place][1] * (dose - left[0])

    def approximate_share(self, dose: float) -> float:
        """Return the share closed by a dose, in floating point."""
        doses, shares, slopes = self._floats
        place = bisect_right(doses, dose) - 1
        return shares[place] + slopes[place] * (dose - doses[place])


class Form(StrEnum):
    """Form of an activity: by seats, per country, or joint."""

    COURSE = "course"
    COUNTRY = "country"
    JOINT = "joint"


@frozen(kw_only=True)
class Prerequisite:
    """Prerequisite of an activity in a country.

    Attributes:
        any_of: Indexes of alternative activities in `Problem.options`.
        share: Share of the country's demand for it that must be finished before.
        pace: Whether a course must also never run ahead of it.
        only: Indexes of its countries; None for all.
        condition: Criterion that a new finding must confirm, if that is the reason.
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
        languages: Languages of its participants.
        away: Available days away by month; None for no limit.
        blocked: Months without starts there.
        spare: Maximum number of people away at one time; None for no limit.
    """

    id: str
    languages: frozenset[str] = frozenset()
    away: tuple[int, ...] | None = None
    blocked: frozenset[int] = frozenset()
    spare: int | None = None


@frozen(kw_only=True)
class PlanOption:
    """Activity that a plan can choose.

    Attributes:
        id: Its id.
        form: Its form.
        doses: Effect of full coverage by criterion, additive.
        demand: Seats requested by index of the country; other countries cannot take part.
        seats_min: Minimum seats of a session.
        seats_max: Maximum seats of a session; None for no limit.
        countries_min: Minimum countries of a joint event.
        duration: Months from its start to its end, at least 1.
        trainer_days: Trainer days of a session.
        away: Days away for each seat.
        languages: Languages of delivery; empty if irrelevant.
        hosts: Names of possible hosts; empty if the place is not planned.
        first: Cost of the first session, once for all countries.
        per_country: One-time cost in each country.
        per_session: Cost of each session.
        per_seat: Cost of each seat, without travel.
        per_year: Yearly cost from the month after its end to the horizon, per session of a course, otherwise per
            country.
        travel: Cost of a journey by host (empty if not planned) and index of the home country.
        after: Prerequisites.
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
    per_country: int = 0
    per_session: int = 0
    per_seat: int = 0
    per_year: int = 0
    travel: FrozenMap[tuple[str, int], int] = field(factory=FrozenMap, converter=to_map)
    after: tuple[Prerequisite, ...] = field(default=(), converter=to_tuple)

    @cached_property
    def language_options(self) -> tuple[str, ...]:
        """Possible languages; one empty text if irrelevant."""
        return self.languages or ("",)

    @cached_property
    def host_options(self) -> tuple[str, ...]:
        """Possible hosts, or one empty name if there are none."""
        return self.hosts or ("",)

    def seat_cost(self, host: str, home: int) -> int:
        """Return the cost of one seat, travel included."""
        return self.per_seat + self.travel.get((host, home), 0)


@frozen(order=True)
class Session:
    """One session of an activity.

    Attributes:
        month: Month of its start, from 0.
        option: Index of the activity in `Problem.options`.
        language: Language of the delivery.
        host: Name of the host; empty if not planned.
        seats: Seats by index of the country, in order.
    """

    month: int
    option: int
    language: str = ""
    host: str = ""
    seats: tuple[tuple[int, int], ...] = ()


@frozen(kw_only=True)
class Problem:
    """Demand, possible activities and limits, as numbers.

    Attributes:
        months: Length of the plan.
        years: Year of each month, for yearly budgets.
        places: Countries, in the order of their ids.
        options: Activities, in the order of their ids.
        values: Value of closing a whole gap, by index of the country and criterion.
        closure: Share closed by a dose.
        discount: Discount rate of effects per calendar year.
        budget: Maximum cost; None for no limit.
        yearly: The same by year.
        trainers: Trainer days by month; None for no limit.
        cell: Maximum sessions of one course in one language and month; None for no limit.
        floor: Minimum share of its value that each country's plan closes.
        hard: Whether the floor must hold; otherwise the plan reports the shortfall.
        must: Wishes: activity and country, or activity and None.
        closed: Closed months of hosts, by name.
        opens: First month, 1 to 12.
        unit: Smallest units of money in one unit of the currency.
        currency: Currency of all amounts; empty for none.
        day: Smallest units of a day in one day.
    """

    months: int
    years: tuple[int, ...] = field(converter=to_tuple)
    places: tuple[PlanCountry, ...] = field(converter=to_tuple)
    options: tuple[PlanOption, ...] = field(converter=to_tuple)
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
        """Value of all gaps, by index of the country."""
        totals = dict.fromkeys(range(len(self.places)), Fraction(0))
        for (place, _), value in self.values.items():
            totals[place] += value
        return totals

    @cached_property
    def helpers(self) -> dict[tuple[int, str], tuple[tuple[int, Fraction], ...]]:
        """Activities with their doses, by country index and criterion."""
        by_criterion: dict[str, list[tuple[int, Fraction]]] = {}
        for number, option in enumerate(self.options):
            for name, dose in option.doses.items():
                if dose:
                    by_criterion.setdefault(name, []).append((number, dose))
        return {
            (place, name): tuple(
                (number, dose) for number, dose in by_criterion.get(name, ()) if place in self.options[number].demand
            )
            for place, name in self.values
        }

    @cached_property
    def _discount_by_year(self) -> dict[int, Fraction]:
        """Value of one unit of effect, by calendar year."""
        return {
            year: Fraction(math.floor((1 + self.discount) ** (self.years[0] - year) * 10**6), 10**6)
            for year in self.years
        }

    def discount_factor(self, number: int, month: int) -> Fraction:
        """Return the discount of an activity's effect.

        The effect counts in the year in which the activity ends.
        """
        return self._discount_by_year[self.years[min(month + self.options[number].duration, self.months) - 1]]

    @cached_property
    def dependents(self) -> dict[int, tuple[int, ...]]:
        """Activities that depend on an activity, by its index."""
        by_first: dict[int, set[int]] = {}
        for number, option in enumerate(self.options):
            for first in (first for after in option.after for first in after.any_of):
                by_first.setdefault(first, set()).add(number)
        return {first: tuple(sorted(later)) for first, later in by_first.items()}

    def possible_starts(self, number: int) -> range:
        """Return the months in which an activity can start."""
        return range(self.months - self.options[number].duration + 1)

    def open_hosts(self, number: int, month: int) -> tuple[str, ...]:
        """Return the hosts that receive an activity in a month."""
        return tuple(host for host in self.options[number].host_options if month not in self.closed.get(host, ()))

    def can_start(self, number: int, place: int, month: int, language: str) -> bool:
        """True if a country can start an activity."""
        option, where = self.options[number], self.places[place]
        fits = not language or language in where.languages
        return place in option.demand and fits and month not in where.blocked and month in self.possible_starts(number)

    def upkeep_cost(self, number: int, month: int) -> int:
        """Return the cost of an activity's upkeep in a month.

        Months are counted back from the end of the plan, so that the upkeep from any month to the end sums to its
        exact share of the yearly cost, rounded half up once.
        """
        left, yearly = self.months - month, self.options[number].per_year
        return (yearly * left + 6) // 12 - (yearly * (left - 1) + 6) // 12

    def cost_lines(self, session: Session) -> Iterator[tuple[str, int, int]]:
        """Yield the costs of a session as (part, year, amount).

        The extra cost of an activity's first session is not included.
        """
        option = self.options[session.option]
        start = self.years[session.month]
        yield "one time", start, option.per_country * len(session.seats)
        yield "per session", start, option.per_session
        seats = sum(count for _, count in session.seats)
        yield "per seat", start, option.per_seat * seats
        travel = sum(
            (option.seat_cost(session.host, place) - option.per_seat) * count for place, count in session.seats
        )
        yield "travel", start, travel
        times = 1 if option.form is Form.COURSE else len(session.seats)
        for month in range(session.month + option.duration, self.months):
            yield "recurring", self.years[month], self.upkeep_cost(session.option, month) * times

    def session_cost(self, session: Session) -> int:
        """Return the cost of a session.

        The extra cost of an activity's first session is not included.
        """
        return sum(amount for _, _, amount in self.cost_lines(session))


@frozen
class Timeline:
    """Months of a plan in stretches.

    Stretches of one month give the exact problem, and longer stretches a relaxation of it.

    Attributes:
        stretches: Months of each stretch, in order, covering all months.
    """

    stretches: tuple[range, ...] = field(converter=to_tuple)

    @classmethod
    def monthly(cls, problem: Problem) -> "Timeline":
        """Return stretches of one month."""
        return cls(range(month, month + 1) for month in range(problem.months))

    @classmethod
    def every(cls, problem: Problem, length: int) -> "Timeline":
        """Return stretches of some months within each year."""
        return cls(_cut_months(problem, range(problem.months), length))


def _cut_months(problem: Problem, months: range, length: int) -> Iterable[range]:
    first = months.start
    for month in months:
        last = month + 1 == months.stop
        if last or month + 1 - first >= length or problem.years[month + 1] != problem.years[month]:
            yield range(first, month + 1)
            first = month + 1


def sort_places(problem: Problem) -> Problem:
    """Return a problem with its countries in canonical order."""
    order = sorted(range(len(problem.places)), key=lambda place: (_place_key(problem, place), problem.places[place].id))
    return _reorder_places(problem, order)


def _place_key(problem: Problem, place: int) -> str:
    """Return a country's data as sort key, without its name."""
    where = problem.places[place]
    values = sorted((name, str(value)) for (at, name), value in problem.values.items() if at == place)
    asked = [
        (
            option.id,
            option.demand.get(place, 0),
            sorted(fare for (_, home), fare in option.travel.items() if home == place),
            [after.applies_to(place) for after in option.after],
        )
        for option in problem.options
    ]
    limits = (sorted(where.languages), where.away, sorted(where.blocked), where.spare)
    wishes = sorted(number for number, at in problem.must if at == place)
    return json.dumps((values, asked, limits, wishes))


def _reorder_places(problem: Problem, order: Sequence[int]) -> Problem:
    new = {old: place for place, old in enumerate(order)}

    def after(one: Prerequisite) -> Prerequisite:
        return one if one.only is None else evolve(one, only=frozenset(new[place] for place in one.only))

    def option(plan_option: PlanOption) -> PlanOption:
        return evolve(
            plan_option,
            demand=dict(sorted((new[place], seats) for place, seats in plan_option.demand.items())),
            travel=dict(sorted(((host, new[home]), fare) for (host, home), fare in plan_option.travel.items())),
            after=[after(first) for first in plan_option.after],
        )

    return evolve(
        problem,
        places=[problem.places[old] for old in order],
        options=[option(one) for one in problem.options],
        values=dict(sorted(((new[place], name), value) for (place, name), value in problem.values.items())),
        must=sorted(
            ((number, None if place is None else new[place]) for number, place in problem.must),
            key=lambda wish: (wish[0], -1 if wish[1] is None else wish[1]),
        ),
    )


def hash_problem(problem: Problem) -> str:
    """Return the SHA-256 of a problem, equal on every machine."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return sorted(([plain(key), plain(item)] for key, item in value.items()), key=json.dumps)
        if isinstance(value, set | frozenset):
            return sorted(plain(item) for item in value)
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return str(value) if isinstance(value, Fraction) else value

    data = plain(asdict(problem, value_serializer=lambda _i, _f, v: dict(v) if hasattr(v, "items") else v))
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()
