"""Linear model of the planning problem over stretches of months.

With monthly stretches it is the exact problem. With longer stretches, every limit is summed over the stretch, an
activity may start in any of its months, and only certain costs and uses are charged. Each of these admits more plans
and excludes none, so the best value bounds that of every plan. Covered shares have their own columns, to keep
prerequisite rows short; the chords of the closure are columns that fill in order.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from attrs import define, field, frozen

from capbuild.planning.linear import LinearModel
from capbuild.planning.partial_plan import FLOOR_PENALTY
from capbuild.planning.problem import Form, PlanOption, Prerequisite, Problem, Session, Timeline

#: Starts in each stretch, by activity and country: seats by column.
Starts = Mapping[tuple[int, int], Mapping[int, Mapping[int, float]]]


@define
class Precedence:
    """Rows that delay activities until their prerequisites have ended.

    Attributes:
        problem: The problem.
        timeline: Stretches of months.
        linear: The model.
        starts: Starts in each stretch.
    """

    problem: Problem
    timeline: Timeline
    linear: LinearModel
    starts: Starts
    _sums: dict[tuple[int, int, int], int] = field(factory=dict, init=False)

    def add_rows(self) -> None:
        """Add the rows of every activity, country and stretch."""
        for number, option in enumerate(self.problem.options):
            for order, after in enumerate(option.after):
                for place in option.demand:
                    if after.applies_to(place) and (number, place) in self.starts and (after.pace or after.share):
                        self._add_wait(number, place, order, after)

    def _sum_demand(self, number: int, place: int) -> int:
        return self.problem.options[number].demand[place]

    def _find_started_column(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of seats started up to a stretch.

        The column is None if no seats can have started.
        """
        if stretch < 0 or (number, place) not in self.starts:
            return None
        key = number, place, stretch
        if key not in self._sums:
            before = self._find_started_column(number, place, stretch - 1)
            total = self.linear.add_column(("sum", *key), upper=self._sum_demand(number, place))
            self._sums[key] = total
            entries = {**self.starts[number, place].get(stretch, {}), total: -1.0}
            entries |= {before: 1.0} if before is not None else {}
            self.linear.add_row(("sum", *key), entries, low=0, high=0)
        return self._sums[key]

    def _find_ended_column(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of seats ended before a stretch's end.

        These seats ended before the last month of the stretch.
        """
        ends, stretches = self.problem.options[number].duration, self.timeline.stretches
        last = max((s for s, m in enumerate(stretches) if m[0] + ends <= stretches[stretch][-1]), default=-1)
        return self._find_started_column(number, place, last)

    def _compute_required_seats(self, first: int, place: int, after: Prerequisite) -> int:
        """Return the seats of a prerequisite that must have ended."""
        return math.ceil(after.share * self._sum_demand(first, place))

    def _add_wait(self, number: int, place: int, order: int, after: Prerequisite) -> None:
        firsts = [first for first in after.any_of if (first, place) in self.starts]
        demand = self._sum_demand(number, place)
        shares = [
            Fraction(self._compute_required_seats(first, place, after), self._sum_demand(first, place))
            for first in firsts
        ]
        share = Fraction(1) if after.pace else min(shares, default=Fraction(1))
        one_by_one = self._is_needs_choice(number, place, after, firsts)
        for stretch in sorted(self.starts[number, place]):
            started = self._find_started_column(number, place, stretch)
            entries = {started: float(share / demand)} if started is not None else {}
            for first in firsts:
                ended_column = self._find_ended_column(first, place, stretch)
                if ended_column is not None:
                    entries[ended_column] = entries.get(ended_column, 0.0) - 1.0 / self._sum_demand(first, place)
            self.linear.add_row(("after", number, place, order, stretch), entries, high=0)
            if started is not None and one_by_one and len(self.timeline.stretches[stretch]) == 1:
                self._add_choice((number, place, order, stretch), started, after, firsts)

    def _is_needs_choice(self, number: int, place: int, after: Prerequisite, firsts: list[int]) -> bool:
        """True if the row alone does not express the rule."""
        if len(firsts) != 1:
            return bool(firsts)
        demand, asked = self._sum_demand(number, place), self._sum_demand(firsts[0], place)
        if after.pace:
            return self._compute_required_seats(firsts[0], place, after) * demand > asked
        return self.problem.options[number].form is Form.COURSE and demand > 1

    def _add_choice(self, key: tuple[int, int, int, int], started: int, after: Prerequisite, firsts: list[int]) -> None:
        """Allow a start only after one of the alternatives."""
        number, place, _, stretch = key
        demand = self._sum_demand(number, place)
        entries = {started: 1.0}
        for first in firsts:
            done, asked = self._find_ended_column(first, place, stretch), self._sum_demand(first, place)
            if done is None:
                continue
            open_ = self.linear.add_column(("open", *key, first), upper=1, whole=True)
            entries[open_] = -float(demand)
            self.linear.add_row(
                ("far", *key, first),
                {open_: float(self._compute_required_seats(first, place, after)), done: -1.0},
                high=0,
            )
            if after.pace:
                ahead = {started: 1.0 / demand, done: -1.0 / asked, open_: 1.0}
                self.linear.add_row(("pace", *key, first), ahead, high=1)
        self.linear.add_row(("one of", *key), entries, high=0)


#: Numbers of parts to divide a month into, to check what fits.
_PARTS = (1, 2, 3, 4)


def _compute_dual_feasible_share(share: float, parts: int) -> float:
    """Return the dual feasible function u(k) of a share.

    The share is that of a month; more than a month counts as one month.
    """
    cut = share * (parts + 1)
    return share if abs(cut - round(cut)) < 1e-9 else min(math.floor(cut) / parts, parts + 1.0)


@frozen
class SeatColumn:
    """Column that seats a country in an activity.

    Attributes:
        column: Its index in the model.
        option: Index of the activity.
        stretch: Stretch of its start.
        language: Language of the session.
        host: Host; empty if not chosen.
        place: Index of the country.
        weight: Seats per unit of the column.
        months: Possible start months of the stretch.
    """

    column: int
    option: int
    stretch: int
    language: str
    host: str
    place: int
    weight: int
    months: tuple[int, ...]


@define(slots=False)
class PlanModel:
    """Linear model of a problem over a timeline.

    Attributes:
        problem: The problem.
        timeline: Stretches of months.
        hosted: Whether hosts are chosen; otherwise each journey goes to the nearest host, which only lowers cost.
        allow: Whether an activity may seat a country in a stretch, language and host; None allows everything.
        linear: The model.
        seats: Columns that seat a country.
        session_columns: Column of each number of sessions, by activity, stretch, language and host.
        costs: Cost of a unit of each column.
    """

    problem: Problem
    timeline: Timeline
    hosted: bool = True
    allow: Callable[[int, int, str, str, int], bool] | None = None
    linear: LinearModel = field(factory=LinearModel, init=False)
    seats: list[SeatColumn] = field(factory=list, init=False)
    session_columns: dict[tuple[int, int, str, str], int] = field(factory=dict, init=False)
    costs: dict[int, float] = field(factory=dict, init=False)
    _totals: dict[tuple[int, int], int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for number, option in enumerate(self.problem.options):
            self._add_activity(number, option)
        for (number, place), seats in self.by_country.items():
            self._limit_demand(number, place, seats)
        self._add_closure()
        self._limit_money()
        self._limit_time()
        Precedence(self.problem, self.timeline, self.linear, self._add_starts()).add_rows()
        self._add_wish()

    @cached_property
    def by_country(self) -> dict[tuple[int, int], list[SeatColumn]]:
        """Columns by activity and country."""
        by_place: dict[tuple[int, int], list[SeatColumn]] = {}
        for seat in self.seats:
            by_place.setdefault((seat.option, seat.place), []).append(seat)
        return by_place

    def _add_starts(self) -> dict[tuple[int, int], dict[int, dict[int, float]]]:
        """Return seats by column, by activity and country, and stretch."""
        starts: dict[tuple[int, int], dict[int, dict[int, float]]] = {}
        for key, seats in self.by_country.items():
            for seat in seats:
                starts.setdefault(key, {}).setdefault(seat.stretch, {})[seat.column] = float(seat.weight)
        return starts

    # --- sessions ---

    def _list_hosts(self, option: PlanOption) -> tuple[str, ...]:
        return option.host_options if self.hosted else ("",)

    def _add_activity(self, number: int, option: PlanOption) -> None:
        tongues = option.language_options if option.form is Form.COURSE else ("",)
        for stretch in range(len(self.timeline.stretches)):
            for language in tongues:
                for host in self._list_hosts(option):
                    seats = self._add_seats(number, option, stretch, language, host)
                    if seats and option.form is not Form.COUNTRY:
                        self._add_sessions(number, option, seats)
                self._limit_sessions(number, stretch, language)

    def _add_seats(self, number: int, option: PlanOption, stretch: int, language: str, host: str) -> list[SeatColumn]:
        problem, seat_columns = self.problem, []
        whole = option.form is not Form.COURSE
        for place, asked in option.demand.items():
            months = tuple(
                month
                for month in self.timeline.stretches[stretch]
                if problem.can_start(number, place, month, language)
                and ((host in problem.open_hosts(number, month)) if self.hosted else problem.open_hosts(number, month))
            )
            allowed = self.allow is None or self.allow(number, stretch, language, host, place)
            most = self._compute_most_units(option, place, months) if allowed else 0
            if most:
                name = ("x", number, stretch, language, host, place)
                column = self.linear.add_column(name, upper=most, whole=True)
                seat_columns.append(
                    SeatColumn(column, number, stretch, language, host, place, asked if whole else 1, months)
                )
        if option.form is Form.COUNTRY or self._require_countries(option, seat_columns):
            self.seats += seat_columns
            return seat_columns
        for seat in seat_columns:
            self.linear.fix_at_zero(seat.column)
        return []

    def _compute_most_units(self, option: PlanOption, place: int, months: Sequence[int]) -> int:
        """Return the most units of a column in some months.

        Limits are those of each month, without sessions of other months.
        """
        problem, where, asked = self.problem, self.problem.places[place], option.demand[place]
        each = [asked] * len(months)
        if where.away is not None and option.away:
            each = [min(most, where.away[month] // option.away) for most, month in zip(each, months, strict=True)]
        if where.spare is not None and option.away:
            each = [min(most, where.spare) for most in each]
        if problem.trainers is not None:
            each = [
                most if option.trainer_days <= problem.trainers[month] else 0
                for most, month in zip(each, months, strict=True)
            ]
        if option.form is Form.COURSE:
            return min(asked, sum(each))
        return int(any(most >= asked for most in each))

    def _require_countries(self, option: PlanOption, seats: list[SeatColumn]) -> bool:
        if option.form is Form.JOINT:
            return len(seats) >= option.countries_min
        return sum(option.demand[seat.place] for seat in seats) >= option.seats_min

    def _add_sessions(self, number: int, option: PlanOption, seats: list[SeatColumn]) -> None:
        """Add the column of an activity's sessions, and their limits.

        The seats are those of one activity, stretch, language and host.
        """
        problem, first = self.problem, seats[0]
        course = option.form is Form.COURSE
        if course:
            most = sum(option.demand[seat.place] for seat in seats) // max(option.seats_min, 1)
        else:
            most = len(seats) // max(option.countries_min, 1)
        if problem.cell is not None:
            most = min(most, problem.cell * len({month for seat in seats for month in seat.months}))
        key = number, first.stretch, first.language, first.host
        column = self.linear.add_column(("y", *key), upper=most, whole=True)
        self.session_columns[key] = column
        least = option.seats_min if course else option.countries_min
        self.linear.add_row(("least", *key), {**{s.column: 1.0 for s in seats}, column: -float(least)}, low=0)
        if option.seats_max is not None:
            room = {seat.column: float(seat.weight) for seat in seats}
            self.linear.add_row(("room", *key), {**room, column: -float(option.seats_max)}, high=0)
        for seat in seats:
            # A session is in one month: a country sends no more people than it can spare in its best month.
            cap = max(self._compute_most_units(option, seat.place, (month,)) for month in seat.months)
            if option.seats_max is None or cap * seat.weight < option.seats_max:
                self.linear.add_row(("here", *key, seat.place), {seat.column: 1.0, column: -cap}, high=0)

    def _limit_sessions(self, number: int, stretch: int, language: str) -> None:
        """Limit sessions by month and language over all hosts."""
        hosts = self._list_hosts(self.problem.options[number])
        columns = [
            self.session_columns[key]
            for host in hosts
            if (key := (number, stretch, language, host)) in self.session_columns
        ]
        if self.problem.cell is not None and len(columns) > 1:
            most = self.problem.cell * len(self.timeline.stretches[stretch])
            self.linear.add_row(("cell", number, stretch, language), dict.fromkeys(columns, 1.0), high=most)

    def _limit_demand(self, number: int, place: int, seats: list[SeatColumn]) -> None:
        """Limit a country's seats in an activity to its demand."""
        total = self.linear.add_column(("total", number, place), upper=self.problem.options[number].demand[place])
        self._totals[number, place] = total
        entries = {seat.column: float(seat.weight) for seat in seats}
        self.linear.add_row(("seats", number, place), {**entries, total: -1.0}, low=0, high=0)

    # --- value ---

    def _add_closure(self) -> None:
        problem = self.problem
        for (place, name), helpers in problem.helpers.items():
            known = [(option, dose) for option, dose in helpers if (option, place) in self._totals]
            reach = sum((dose for _, dose in known), start=problem.closure.points[0][0])
            entries: dict[int, float] = {}
            for width, slope in problem.closure.segments:
                wide = min(width, reach)
                if wide <= 0 or slope <= 0:
                    break
                reach -= wide
                worth = float(problem.values[place, name] * slope)
                entries[
                    self.linear.add_column(("close", place, name, len(entries)), worth=worth, upper=float(wide))
                ] = 1.0
            for option, dose in known:
                unit = float(dose) / problem.options[option].demand[place]
                entries |= {column: -unit * counts for column, counts in self._list_seat_effects(option, place)}
            if known:
                self.linear.add_row(("dose", place, name), entries, high=0)

    def _list_seat_effects(self, number: int, place: int) -> Iterator[tuple[int, float]]:
        """Yield the discounted seats of a country for each column.

        A stretch counts as its first month, so the value over stretches is an upper bound of every monthly plan.
        """
        if not self.problem.discount:
            yield self._totals[number, place], 1.0
            return
        for seat in self.by_country[number, place]:
            yield seat.column, seat.weight * float(self.problem.discount_factor(number, min(seat.months)))

    # --- costs ---

    def _compute_travel_fare(self, option: PlanOption, host: str, place: int) -> int:
        if self.hosted:
            return option.seat_cost(host, place)
        return min(option.seat_cost(house, place) for house in option.host_options)

    def _limit_money(self) -> None:
        problem = self.problem
        yearly: dict[int, dict[int, float]] = {year: {} for year in problem.yearly}
        for column, year, amount in self._list_column_costs():
            if amount:
                self.costs[column] = self.costs.get(column, 0.0) + amount / problem.unit
                if year in yearly:
                    yearly[year][column] = yearly[year].get(column, 0.0) + amount / problem.unit
        if problem.budget is not None:
            self.linear.add_row(("budget",), self.costs, high=problem.budget / problem.unit)
        for year, entries in yearly.items():
            self.linear.add_row(("budget", year), entries, high=problem.yearly[year] / problem.unit)

    def _list_column_costs(self) -> Iterator[tuple[int, int, int]]:
        """Yield the yearly cost of each column, per unit."""
        problem = self.problem
        for seat in self.seats:
            option = problem.options[seat.option]
            own = option.per_country + option.per_session if option.form is Form.COUNTRY else 0
            fare = self._compute_travel_fare(option, seat.host, seat.place)
            yield seat.column, problem.years[seat.months[0]], own + fare * seat.weight
            if option.form is not Form.COURSE:
                yield from self._list_upkeep_costs(seat.column, seat.option, seat.months)
        for (number, stretch, _, _), column in self.session_columns.items():
            option, months = problem.options[number], self.timeline.stretches[stretch]
            yield column, problem.years[months[0]], option.per_session
            if option.form is Form.COURSE:
                yield from self._list_upkeep_costs(column, number, months)
        yield from self._list_one_time_costs()

    def _list_upkeep_costs(self, column: int, number: int, months: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Yield the upkeep of months in which it is certain.

        Upkeep is certain once a session with the latest possible start has ended.
        """
        option = self.problem.options[number]
        for month in range(max(months) + option.duration, self.problem.months):
            yield column, self.problem.years[month], self.problem.upkeep_cost(number, month)

    def _list_one_time_costs(self) -> Iterator[tuple[int, int, int]]:
        """Yield one-time costs in the year of the first session."""
        for number, option in enumerate(self.problem.options):
            by_year: dict[int, list[SeatColumn]] = {}
            for seat in self.seats if option.first else ():
                if seat.option == number:
                    by_year.setdefault(self.problem.years[seat.months[0]], []).append(seat)
            opened: list[int] = []
            for year, seats in sorted(by_year.items()):
                column = self.linear.add_column(("first", number, year), upper=1, whole=True)
                yield column, year, option.first
                # Paid in a year only if a session takes place then.
                self.linear.add_row(
                    ("first in", number, year), {column: 1.0, **{s.column: -1.0 for s in seats}}, high=0
                )
                opened.append(column)
                for seat in seats:
                    entries = {seat.column: 1.0, **dict.fromkeys(opened, -self.linear.upper_bound(seat.column))}
                    self.linear.add_row(("first", number, seat.column), entries, high=0)

    # --- resources ---

    def _limit_time(self) -> None:
        problem, day = self.problem, self.problem.day
        trainers: dict[int, dict[int, float]] = {}
        away: dict[tuple[int, int], dict[int, float]] = {}
        for (number, stretch, _, _), sessions in self.session_columns.items():
            trainers.setdefault(stretch, {})[sessions] = problem.options[number].trainer_days / day
        for seat in self.seats:
            option = problem.options[seat.option]
            if option.form is Form.COUNTRY:
                trainers.setdefault(seat.stretch, {})[seat.column] = option.trainer_days / day
            if option.away:
                away.setdefault((seat.place, seat.stretch), {})[seat.column] = option.away * seat.weight / day
        for stretch, entries in trainers.items():
            if problem.trainers is not None:
                free = sum(problem.trainers[month] for month in self.timeline.stretches[stretch]) / day
                self.linear.add_row(("trainers", stretch), {c: days for c, days in entries.items() if days}, high=free)
                limits = [problem.trainers[month] / day for month in self.timeline.stretches[stretch]]
                self._limit_months(("trainers", stretch), entries, limits)
        weights = {seat.column: float(seat.weight) for seat in self.seats}
        for (place, stretch), entries in away.items():
            where = problem.places[place]
            open_ = [month for month in self.timeline.stretches[stretch] if month not in where.blocked]
            if where.away is not None:
                free = sum(where.away[month] for month in open_) / day
                self.linear.add_row(("away", place, stretch), entries, high=free)
                self._limit_months(("away", place, stretch), entries, [where.away[month] / day for month in open_])
            if where.spare is not None:
                people = {column: weights[column] for column in entries}
                self.linear.add_row(("spare", place, stretch), people, high=where.spare * len(open_))

    def _limit_months(self, name: tuple[object, ...], entries: Mapping[int, float], limits: Sequence[float]) -> None:
        """Prevent days from moving between the months of a stretch.

        A dual feasible function maps the activities that fit into one month to at most 1, and into n months to at
        most n (Fekete and Schepers 2001, functions u of k). Of activities longer than half a month, for example, only
        one fits per month.
        """
        most = min(limits, default=0.0)
        for parts in _PARTS if most > 0 and max(limits) == most else ():
            rounded = {c: _compute_dual_feasible_share(days / most, parts) for c, days in entries.items() if days}
            if any(share > entries[c] / most + 1e-9 for c, share in rounded.items()):
                self.linear.add_row((*name, "pack", parts), {c: s for c, s in rounded.items() if s}, high=len(limits))

    # --- wishes ---

    def closing_columns(self, place: int) -> Mapping[int, float]:
        """Return the columns that close gaps, with their values."""
        return self._country_closure.get(place, {})

    @cached_property
    def _country_closure(self) -> dict[int, dict[int, float]]:
        closure: dict[int, dict[int, float]] = {}
        for column, (name, worth) in enumerate(zip(self.linear.names, self.linear.objective(), strict=True)):
            if name[0] == "close":
                closure.setdefault(name[1], {})[column] = worth
        return closure

    def _add_wish(self) -> None:
        problem = self.problem
        for place, total in problem.total_values.items():
            if not problem.floor or not total:
                continue
            least = float(problem.floor * total)
            entries = dict(self.closing_columns(place))
            if not problem.hard:
                entries[self.linear.add_column(("short", place), worth=-FLOOR_PENALTY, upper=least)] = 1.0
            self.linear.add_row(
                ("floor", place), entries or {self.linear.add_column(("none", place), upper=0): 1.0}, low=least
            )
        for number, at in problem.must:
            wished = [
                total for (option, place), total in self._totals.items() if option == number and at in (None, place)
            ]
            lack = self.linear.add_column(("lack", number, at), worth=-wish_penalty(problem), upper=1)
            self.linear.add_row(("must", number, at), {**dict.fromkeys(wished, 1.0), lack: 1.0}, low=1)


def wish_penalty(problem: Problem) -> float:
    """Return the penalty of an unmet wish in the objective.

    The penalty exceeds the value of closing all gaps.
    """
    return float(sum(problem.total_values.values())) + 1.0


@frozen(order=True)
class StretchSessions:
    """Sessions of an activity in one stretch, with their seats.

    Attributes:
        stretch: The stretch.
        option: Index of the activity.
        language: Language.
        host: Host; empty if not chosen.
        count: Number of sessions.
        seats: Seats by index of the country.
    """

    stretch: int
    option: int
    language: str
    host: str
    count: int
    seats: tuple[tuple[int, int], ...]


def stretch_sessions(model: PlanModel, values: Sequence[float]) -> tuple[StretchSessions, ...]:
    """Return the sessions of a solution, by stretch."""
    seats_by_session: dict[tuple[int, int, str, str], dict[int, int]] = {}
    for seat in model.seats:
        count = round(values[seat.column]) * seat.weight
        if count:
            key = seat.stretch, seat.option, seat.language, seat.host
            seats_by_session.setdefault(key, {})[seat.place] = count
    sessions = []
    for (stretch, number, language, host), seats in sorted(seats_by_session.items()):
        if model.problem.options[number].form is Form.COUNTRY:
            sessions += [StretchSessions(stretch, number, language, host, 1, (pair,)) for pair in sorted(seats.items())]
        else:
            count = round(values[model.session_columns[number, stretch, language, host]])
            sessions.append(
                StretchSessions(stretch, number, language, host, max(count, 1), tuple(sorted(seats.items())))
            )
    return tuple(sessions)


def decode_sessions(model: PlanModel, values: Sequence[float]) -> tuple[Session, ...]:
    """Return the monthly sessions of a solution."""
    stretches = model.timeline.stretches
    return tuple(
        sorted(
            Session(stretches[sessions.stretch][0], sessions.option, sessions.language, sessions.host, seats)
            for sessions in stretch_sessions(model, values)
            for seats in split_sessions(model.problem.options[sessions.option], sessions)
        )
    )


def split_sessions(option: PlanOption, sessions: StretchSessions) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield the seats of each session, as evenly as possible.

    The seats of a country stay in one session if they fit.
    """
    if sessions.count == 1:
        yield sessions.seats
        return
    if option.form is Form.JOINT:
        for turn in range(sessions.count):
            yield sessions.seats[turn :: sessions.count]
        return
    total = sum(count for _, count in sessions.seats)
    sizes = [total // sessions.count + (turn < total % sessions.count) for turn in range(sessions.count)]
    left = list(sessions.seats)
    for size in sizes:
        part: dict[int, int] = {}
        room = size
        while room and left:
            place, count = left[0]
            moved = min(count, room)
            part[place] = part.get(place, 0) + moved
            room -= moved
            left[0] = place, count - moved
            if count == moved:
                left.pop(0)
        yield tuple(sorted(part.items()))


def encode_plan(model: PlanModel, plan: Sequence[Session]) -> dict[int, float]:
    """Return the column values that represent a plan.

    Sessions that fit into no stretch are left out.
    """
    stretch_of = {month: number for number, months in enumerate(model.timeline.stretches) for month in months}
    columns = {(s.option, s.stretch, s.language, s.host, s.place): s for s in model.seats}
    values: dict[int, float] = dict.fromkeys((*(s.column for s in model.seats), *model.session_columns.values()), 0.0)
    for session in plan:
        course = model.problem.options[session.option].form is Form.COURSE
        key = (
            session.option,
            stretch_of[session.month],
            session.language if course else "",
            session.host if model.hosted else "",
        )
        for place, count in session.seats:
            seat = columns.get((*key, place))
            if seat is not None:
                values[seat.column] = values.get(seat.column, 0.0) + count / seat.weight
        if key in model.session_columns:
            values[model.session_columns[key]] = values.get(model.session_columns[key], 0.0) + 1
    return values
