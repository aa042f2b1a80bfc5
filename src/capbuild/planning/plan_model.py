"""The planning problem as a linear model over stretches of months.

With a stretch a month it is the problem itself. With longer stretches every limit is summed over the stretch, an
activity may start in any of its months, and only what is paid or used for certain is charged: each of these lets
more plans pass and none fewer, so its best value bounds that of every plan. What is covered so far has columns of its
own, so that the rows of prerequisites stay short; the chords of the closure are columns that fill in order.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from attrs import define, field, frozen

from capbuild.planning.linear import Linear
from capbuild.planning.partial_plan import FLOOR_PENALTY
from capbuild.planning.precedence import Precedence
from capbuild.planning.problem import Deed, Form, Problem
from capbuild.planning.timeline import Timeline

#: Parts into which a month is cut to see what fits into it.
_PARTS = (1, 2, 3, 4)

__all__ = ["Model", "Seat", "must_penalty"]


def _part(share: float, parts: int) -> float:
    """Return the dual feasible function u(k) of a share of a month; what takes more than a month counts as whole."""
    cut = share * (parts + 1)
    return share if abs(cut - round(cut)) < 1e-9 else min(math.floor(cut) / parts, parts + 1.0)


@frozen
class Seat:
    """A column that seats a country in an activity.

    Attributes:
        column: Its place in the model.
        deed: Place of the activity.
        stretch: Stretch in which it starts.
        language: Language of the session.
        host: Host; empty where it is not chosen.
        place: Place of the country.
        weight: Seats that one unit of the column stands for.
        months: Months of the stretch in which it can start.
    """

    column: int
    deed: int
    stretch: int
    language: str
    host: str
    place: int
    weight: int
    months: tuple[int, ...]


@define(slots=False)
class Model:
    """A problem as a linear model over a timeline.

    Attributes:
        problem: The problem.
        timeline: Stretches of months.
        hosted: Whether hosts are chosen; else each journey goes to the nearest host, which only makes it cheaper.
        allow: Whether an activity may seat a country in a stretch, language and host; None allows everything.
        linear: The model.
        seats: Columns that seat a country.
        held: Column of each number of sessions, by activity, stretch, language and host.
        costs: What a unit of each column costs.
    """

    problem: Problem
    timeline: Timeline
    hosted: bool = True
    allow: Callable[[int, int, str, str, int], bool] | None = None
    linear: Linear = field(factory=Linear, init=False)
    seats: list[Seat] = field(factory=list, init=False)
    held: dict[tuple[int, int, str, str], int] = field(factory=dict, init=False)
    costs: dict[int, float] = field(factory=dict, init=False)
    _totals: dict[tuple[int, int], int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for number, deed in enumerate(self.problem.deeds):
            self._hold(number, deed)
        for (number, place), seats in self.by_country.items():
            self._total(number, place, seats)
        self._close()
        self._pay()
        self._spend_time()
        Precedence(self.problem, self.timeline, self.linear, self._starts()).apply()
        self._wish()

    @cached_property
    def by_country(self) -> dict[tuple[int, int], list[Seat]]:
        """Columns by activity and country."""
        found: dict[tuple[int, int], list[Seat]] = {}
        for seat in self.seats:
            found.setdefault((seat.deed, seat.place), []).append(seat)
        return found

    def _starts(self) -> dict[tuple[int, int], dict[int, dict[int, float]]]:
        """Return what starts in each stretch, by activity and country: seats by column."""
        found: dict[tuple[int, int], dict[int, dict[int, float]]] = {}
        for key, seats in self.by_country.items():
            for seat in seats:
                found.setdefault(key, {}).setdefault(seat.stretch, {})[seat.column] = float(seat.weight)
        return found

    # What is held

    def _hosts(self, deed: Deed) -> tuple[str, ...]:
        return deed.houses if self.hosted else ("",)

    def _hold(self, number: int, deed: Deed) -> None:
        tongues = deed.tongues if deed.form is Form.COURSE else ("",)
        for stretch in range(len(self.timeline.stretches)):
            for language in tongues:
                for host in self._hosts(deed):
                    seats = self._seats(number, deed, stretch, language, host)
                    if seats and deed.form is not Form.COUNTRY:
                        self._session(number, deed, seats)
                self._cell(number, stretch, language)

    def _seats(self, number: int, deed: Deed, stretch: int, language: str, host: str) -> list[Seat]:
        problem, made = self.problem, []
        whole = deed.form is not Form.COURSE
        for place, asked in deed.demand.items():
            months = tuple(
                month
                for month in self.timeline.stretches[stretch]
                if problem.can(number, place, month, language)
                and ((host in problem.houses(number, month)) if self.hosted else problem.houses(number, month))
            )
            allowed = self.allow is None or self.allow(number, stretch, language, host, place)
            most = self._most(deed, place, months) if allowed else 0
            if most:
                name = ("x", number, stretch, language, host, place)
                column = self.linear.column(name, upper=most, whole=True)
                made.append(Seat(column, number, stretch, language, host, place, asked if whole else 1, months))
        if deed.form is Form.COUNTRY or self._enough(deed, made):
            self.seats += made
            return made
        for seat in made:
            self.linear.close(seat.column)
        return []

    def _most(self, deed: Deed, place: int, months: Sequence[int]) -> int:
        """Return the most units of a column that some months can hold, each month by itself."""
        problem, where, asked = self.problem, self.problem.places[place], deed.demand[place]
        each = [asked] * len(months)
        if where.away is not None and deed.away:
            each = [min(most, where.away[month] // deed.away) for most, month in zip(each, months, strict=True)]
        if where.spare is not None and deed.away:
            each = [min(most, where.spare) for most in each]
        if problem.trainers is not None:
            each = [
                most if deed.trainer_days <= problem.trainers[month] else 0
                for most, month in zip(each, months, strict=True)
            ]
        if deed.form is Form.COURSE:
            return min(asked, sum(each))
        return int(any(most >= asked for most in each))

    def _enough(self, deed: Deed, seats: list[Seat]) -> bool:
        if deed.form is Form.JOINT:
            return len(seats) >= deed.countries_min
        return sum(deed.demand[seat.place] for seat in seats) >= deed.seats_min

    def _session(self, number: int, deed: Deed, seats: list[Seat]) -> None:
        """Add the number of sessions of an activity in a stretch, language and host, and what fills them."""
        problem, first = self.problem, seats[0]
        course = deed.form is Form.COURSE
        if course:
            most = sum(deed.demand[seat.place] for seat in seats) // max(deed.seats_min, 1)
        else:
            most = len(seats) // max(deed.countries_min, 1)
        if problem.cell is not None:
            most = min(most, problem.cell * len({month for seat in seats for month in seat.months}))
        key = number, first.stretch, first.language, first.host
        held = self.linear.column(("y", *key), upper=most, whole=True)
        self.held[key] = held
        least = deed.seats_min if course else deed.countries_min
        self.linear.row(("least", *key), {**{s.column: 1.0 for s in seats}, held: -float(least)}, low=0)
        if deed.seats_max is not None:
            room = {seat.column: float(seat.weight) for seat in seats}
            self.linear.row(("room", *key), {**room, held: -float(deed.seats_max)}, high=0)
        for seat in seats:
            # A session lies in one month: a country sends no more to it than it can spare in the best of them.
            cap = max(self._most(deed, seat.place, (month,)) for month in seat.months)
            if deed.seats_max is None or cap * seat.weight < deed.seats_max:
                self.linear.row(("here", *key, seat.place), {seat.column: 1.0, held: -cap}, high=0)

    def _cell(self, number: int, stretch: int, language: str) -> None:
        """Keep to the most sessions of a month and language, wherever they are hosted."""
        hosts = self._hosts(self.problem.deeds[number])
        held = [self.held[key] for host in hosts if (key := (number, stretch, language, host)) in self.held]
        if self.problem.cell is not None and len(held) > 1:
            most = self.problem.cell * len(self.timeline.stretches[stretch])
            self.linear.row(("cell", number, stretch, language), dict.fromkeys(held, 1.0), high=most)

    def _total(self, number: int, place: int, seats: list[Seat]) -> None:
        """Add the seats that a country has in an activity in all, never more than it asks for."""
        total = self.linear.column(("total", number, place), upper=self.problem.deeds[number].demand[place])
        self._totals[number, place] = total
        entries = {seat.column: float(seat.weight) for seat in seats}
        self.linear.row(("seats", number, place), {**entries, total: -1.0}, low=0, high=0)

    # What it is worth

    def _close(self) -> None:
        problem = self.problem
        for (place, name), helpers in problem.helped.items():
            known = [(deed, dose) for deed, dose in helpers if (deed, place) in self._totals]
            reach = sum((dose for _, dose in known), start=problem.closure.points[0][0])
            entries: dict[int, float] = {}
            for width, slope in problem.closure.segments:
                wide = min(width, reach)
                if wide <= 0 or slope <= 0:
                    break
                reach -= wide
                worth = float(problem.values[place, name] * slope)
                entries[self.linear.column(("close", place, name, len(entries)), worth=worth, upper=float(wide))] = 1.0
            for deed, dose in known:
                unit = float(dose) / problem.deeds[deed].demand[place]
                entries |= {column: -unit * counts for column, counts in self._effects(deed, place)}
            if known:
                self.linear.row(("dose", place, name), entries, high=0)

    def _effects(self, number: int, place: int) -> Iterator[tuple[int, float]]:
        """Yield how many seats of a country in an activity each column counts as today.

        A stretch counts as its first month: so a plan over stretches bounds every plan over months.
        """
        if not self.problem.discount:
            yield self._totals[number, place], 1.0
            return
        for seat in self.by_country[number, place]:
            yield seat.column, seat.weight * float(self.problem.present(number, min(seat.months)))

    # What it costs

    def _fare(self, deed: Deed, host: str, place: int) -> int:
        if self.hosted:
            return deed.fare(host, place)
        return min(deed.fare(house, place) for house in deed.houses)

    def _pay(self) -> None:
        problem = self.problem
        yearly: dict[int, dict[int, float]] = {year: {} for year in problem.yearly}
        for column, year, amount in self._charges():
            if amount:
                self.costs[column] = self.costs.get(column, 0.0) + amount / problem.unit
                if year in yearly:
                    yearly[year][column] = yearly[year].get(column, 0.0) + amount / problem.unit
        if problem.budget is not None:
            self.linear.row(("budget",), self.costs, high=problem.budget / problem.unit)
        for year, entries in yearly.items():
            self.linear.row(("budget", year), entries, high=problem.yearly[year] / problem.unit)

    def _charges(self) -> Iterator[tuple[int, int, int]]:
        """Yield what a unit of a column costs in a year."""
        problem = self.problem
        for seat in self.seats:
            deed = problem.deeds[seat.deed]
            own = deed.per_session if deed.form is Form.COUNTRY else 0
            fare = self._fare(deed, seat.host, seat.place)
            yield seat.column, problem.years[seat.months[0]], own + fare * seat.weight
            if deed.form is not Form.COURSE:
                yield from self._upkeep(seat.column, seat.deed, seat.months)
        for (number, stretch, _, _), held in self.held.items():
            deed, months = problem.deeds[number], self.timeline.stretches[stretch]
            yield held, problem.years[months[0]], deed.per_session
            if deed.form is Form.COURSE:
                yield from self._upkeep(held, number, months)
        yield from self._once()

    def _upkeep(self, column: int, number: int, months: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Yield upkeep for the months for which it is paid for certain: from the latest possible start on."""
        deed = self.problem.deeds[number]
        for month in range(max(months) + deed.duration, self.problem.months):
            yield column, self.problem.years[month], deed.per_month

    def _once(self) -> Iterator[tuple[int, int, int]]:
        """Yield what is paid when an activity is first held, in the year in which that is."""
        for number, deed in enumerate(self.problem.deeds):
            by_year: dict[int, list[Seat]] = {}
            for seat in self.seats if deed.first else ():
                if seat.deed == number:
                    by_year.setdefault(self.problem.years[seat.months[0]], []).append(seat)
            opened: list[int] = []
            for year, seats in sorted(by_year.items()):
                column = self.linear.column(("first", number, year), upper=1, whole=True)
                yield column, year, deed.first
                # It is paid in a year only when something is held then.
                self.linear.row(("first in", number, year), {column: 1.0, **{s.column: -1.0 for s in seats}}, high=0)
                opened.append(column)
                for seat in seats:
                    entries = {seat.column: 1.0, **dict.fromkeys(opened, -self.linear.upper(seat.column))}
                    self.linear.row(("first", number, seat.column), entries, high=0)

    # What it takes

    def _spend_time(self) -> None:
        problem, day = self.problem, self.problem.day
        trainers: dict[int, dict[int, float]] = {}
        away: dict[tuple[int, int], dict[int, float]] = {}
        for (number, stretch, _, _), held in self.held.items():
            trainers.setdefault(stretch, {})[held] = problem.deeds[number].trainer_days / day
        for seat in self.seats:
            deed = problem.deeds[seat.deed]
            if deed.form is Form.COUNTRY:
                trainers.setdefault(seat.stretch, {})[seat.column] = deed.trainer_days / day
            if deed.away:
                away.setdefault((seat.place, seat.stretch), {})[seat.column] = deed.away * seat.weight / day
        for stretch, entries in trainers.items():
            if problem.trainers is not None:
                free = sum(problem.trainers[month] for month in self.timeline.stretches[stretch]) / day
                self.linear.row(("trainers", stretch), {c: days for c, days in entries.items() if days}, high=free)
                limits = [problem.trainers[month] / day for month in self.timeline.stretches[stretch]]
                self._pack(("trainers", stretch), entries, limits)
        weights = {seat.column: float(seat.weight) for seat in self.seats}
        for (place, stretch), entries in away.items():
            where = problem.places[place]
            open_ = [month for month in self.timeline.stretches[stretch] if month not in where.blocked]
            if where.away is not None:
                free = sum(where.away[month] for month in open_) / day
                self.linear.row(("away", place, stretch), entries, high=free)
                self._pack(("away", place, stretch), entries, [where.away[month] / day for month in open_])
            if where.spare is not None:
                people = {column: weights[column] for column in entries}
                self.linear.row(("spare", place, stretch), people, high=where.spare * len(open_))

    def _pack(self, name: tuple[object, ...], entries: Mapping[int, float], limits: Sequence[float]) -> None:
        """Add that days cannot be carried from one month of a stretch to the next.

        A dual feasible function turns what fits into one month into at most 1, so over the months into their number
        (Fekete and Schepers 2001, functions u of k): of what takes more than half a month, one fits a month.
        """
        most = min(limits, default=0.0)
        for parts in _PARTS if most > 0 and max(limits) == most else ():
            rounded = {c: _part(days / most, parts) for c, days in entries.items() if days}
            if any(share > entries[c] / most + 1e-9 for c, share in rounded.items()):
                self.linear.row((*name, "pack", parts), {c: s for c, s in rounded.items() if s}, high=len(limits))

    # What is wished for

    def closing(self, place: int) -> Mapping[int, float]:
        """Return the columns that close a country's gaps, with what they are worth."""
        return self._closing.get(place, {})

    @cached_property
    def _closing(self) -> dict[int, dict[int, float]]:
        found: dict[int, dict[int, float]] = {}
        for column, (name, worth) in enumerate(zip(self.linear.names, self.linear.worths(), strict=True)):
            if name[0] == "close":
                found.setdefault(name[1], {})[column] = worth
        return found

    def _wish(self) -> None:
        problem = self.problem
        for place, total in problem.total.items():
            if not problem.floor or not total:
                continue
            least = float(problem.floor * total)
            entries = dict(self.closing(place))
            if not problem.hard:
                entries[self.linear.column(("short", place), worth=-FLOOR_PENALTY, upper=least)] = 1.0
            self.linear.row(("floor", place), entries or {self.linear.column(("none", place), upper=0): 1.0}, low=least)
        for number, at in problem.must:
            wished = [total for (deed, place), total in self._totals.items() if deed == number and at in (None, place)]
            lack = self.linear.column(("lack", number, at), worth=-must_penalty(problem), upper=1)
            self.linear.row(("must", number, at), {**dict.fromkeys(wished, 1.0), lack: 1.0}, low=1)


def must_penalty(problem: Problem) -> float:
    """Return what a wish that is not met costs in the objective: more than all that could be closed."""
    return float(sum(problem.total.values())) + 1.0
