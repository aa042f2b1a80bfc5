"""The planning problem as a linear model over stretches of months.

With a stretch a month it is the problem itself. With longer stretches every limit is summed over the stretch, an
activity may start in any of its months, and only what is paid or used for certain is charged: each of these lets
more plans pass and none fewer, so its best value bounds that of every plan. What is covered so far has columns of its
own, so that the rows of prerequisites stay short; the chords of the closure are columns that fill in order.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from attrs import define, field, frozen

from capbuild.planning.draft import FLOOR_PENALTY
from capbuild.planning.linear import Linear
from capbuild.planning.problem import After, Deed, Form, Problem
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
    _sums: dict[tuple[int, int, int], int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for number, deed in enumerate(self.problem.deeds):
            self._hold(number, deed)
        for (number, place), seats in self.by_country.items():
            self._total(number, place, seats)
        self._close()
        self._pay()
        self._spend_time()
        for number, deed in enumerate(self.problem.deeds):
            for order, after in enumerate(deed.after):
                for place in deed.demand:
                    if after.asked_of(place) and (number, place) in self._totals:
                        self._wait(number, place, order, after)
        self._wish()

    @cached_property
    def by_country(self) -> dict[tuple[int, int], list[Seat]]:
        """Columns by activity and country."""
        found: dict[tuple[int, int], list[Seat]] = {}
        for seat in self.seats:
            found.setdefault((seat.deed, seat.place), []).append(seat)
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
        people = sum(deed.demand[seat.place] for seat in seats)
        return len(seats) >= deed.countries_min and people >= deed.seats_min

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
            cap = self.linear.upper(seat.column)
            if deed.seats_max is None or cap * seat.weight < deed.seats_max:
                self.linear.row(("here", *key, seat.place), {seat.column: 1.0, held: -cap}, high=0)

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
                entries[self._totals[deed, place]] = -float(dose) / problem.deeds[deed].demand[place]
            if known:
                self.linear.row(("dose", place, name), entries, high=0)

    # What it costs

    def _fare(self, deed: Deed, host: str, place: int) -> int:
        if self.hosted:
            return deed.fare(host, place)
        return min(deed.fare(house, place) for house in deed.houses)

    def _kept(self, seat: Seat) -> range:
        """Months for which upkeep is paid for certain: from the latest possible start on."""
        return range(max(seat.months) + self.problem.deeds[seat.deed].duration, self.problem.months)

    def _pay(self) -> None:
        problem = self.problem
        total: dict[int, float] = {}
        yearly: dict[int, dict[int, float]] = {year: {} for year in problem.yearly}

        def charge(column: int, year: int, amount: int) -> None:
            if amount:
                total[column] = total.get(column, 0.0) + amount / problem.unit
                if year in yearly:
                    yearly[year][column] = yearly[year].get(column, 0.0) + amount / problem.unit

        for seat in self.seats:
            deed, year = problem.deeds[seat.deed], problem.years[seat.months[0]]
            own = deed.per_session if deed.form is Form.COUNTRY else 0
            charge(seat.column, year, own + self._fare(deed, seat.host, seat.place) * seat.weight)
            if deed.per_month and deed.form is not Form.COURSE:
                for month in self._kept(seat):
                    charge(seat.column, problem.years[month], deed.per_month)
        for (number, stretch, _, _), held in self.held.items():
            year = problem.years[self.timeline.stretches[stretch][0]]
            charge(held, year, problem.deeds[number].per_session)
        self._pay_once(total)
        self.costs = total
        if problem.budget is not None:
            self.linear.row(("budget",), total, high=problem.budget / problem.unit)
        for year, entries in yearly.items():
            self.linear.row(("budget", year), entries, high=problem.yearly[year] / problem.unit)

    def _pay_once(self, total: dict[int, float]) -> None:
        """Charge what is paid when an activity is first held; not to a year, which only lets more plans pass."""
        for number, deed in enumerate(self.problem.deeds):
            seats = [seat for seat in self.seats if seat.deed == number] if deed.first else []
            if seats:
                opened = self.linear.column(("first", number), upper=1, whole=True)
                total[opened] = deed.first / self.problem.unit
                for seat in seats:
                    entries = {seat.column: 1.0, opened: -self.linear.upper(seat.column)}
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

    # What comes first

    def _sum(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of the seats that start up to a stretch; None where there can be none."""
        if stretch < 0 or (number, place) not in self._totals:
            return None
        key = number, place, stretch
        if key not in self._sums:
            before = self._sum(number, place, stretch - 1)
            total = self.linear.column(("sum", *key), upper=self.problem.deeds[number].demand[place])
            self._sums[key] = total
            seats = self.by_country[number, place]
            entries = {seat.column: float(seat.weight) for seat in seats if seat.stretch == stretch}
            entries |= {total: -1.0} | ({before: 1.0} if before is not None else {})
            self.linear.row(("sum", *key), entries, low=0, high=0)
        return self._sums[key]

    def _wait(self, number: int, place: int, order: int, after: After) -> None:
        """Hold an activity back: what of it has started keeps to what must come first and has ended by then."""
        problem, stretches = self.problem, self.timeline.stretches
        demand = problem.deeds[number].demand[place]
        share = 1.0 if after.pace else float(after.share)
        if not share:
            return
        for stretch in sorted({seat.stretch for seat in self.by_country[number, place]}):
            started = self._sum(number, place, stretch)
            entries = {started: share / demand} if started is not None else {}
            for first in after.any_of:
                ends = problem.deeds[first].duration
                last = max((s for s, m in enumerate(stretches) if m[0] + ends <= stretches[stretch][-1]), default=-1)
                done = self._sum(first, place, last)
                if done is not None:
                    entries[done] = entries.get(done, 0.0) - 1.0 / problem.deeds[first].demand[place]
            self.linear.row(("after", number, place, order, stretch), entries, high=0)

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
