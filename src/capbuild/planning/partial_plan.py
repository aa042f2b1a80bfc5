"""Partial plans: placed sessions, used limits, and remaining room.

Bookkeeping for search only: fast, whereas the checker is exact and slow. No plan is returned without the checker.
"""

from collections.abc import Iterator

from attrs import define, field

from capbuild.planning.problem import Deed, Form, Prerequisite, Problem, Session

#: Penalty per unit of value below a country's floor: the floor precedes the value.
FLOOR_PENALTY = 5.0


@define
class PartialPlan:
    """Sessions placed so far, with their use of each limit.

    Attributes:
        problem: The problem to solve.
        sessions: Placed sessions, in the order of placing.
        spent: Cost so far, in smallest units.
        value: Value so far.
    """

    problem: Problem
    sessions: list[Session] = field(factory=list)
    spent: int = 0
    value: float = 0.0
    _yearly: dict[int, int] = field(init=False)
    _trainers: list[int] = field(init=False)
    _away: list[list[int]] = field(init=False)
    _people: list[list[int]] = field(init=False)
    _starts: dict[tuple[int, int], dict[int, int]] = field(factory=dict, init=False)
    _cells: dict[tuple[int, str, int], int] = field(factory=dict, init=False)
    _held: dict[int, int] = field(factory=dict, init=False)
    _doses: dict[tuple[int, str], float] = field(factory=dict, init=False)
    _closed: dict[int, float] = field(init=False)
    _helps: dict[tuple[int, int], tuple[tuple[tuple[int, str], float, float], ...]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        problem = self.problem
        self._yearly = dict.fromkeys(problem.years, 0)
        self._closed = dict.fromkeys(range(len(problem.places)), 0.0)
        self._trainers = [0] * problem.months
        self._away = [[0] * problem.months for _ in problem.places]
        self._people = [[0] * problem.months for _ in problem.places]
        for key, helpers in problem.helpers.items():
            worth = float(problem.values[key])
            for number, dose in helpers:
                place = key[0]
                unit = float(dose) / problem.deeds[number].demand[place]
                self._helps[number, place] = (*self._helps.get((number, place), ()), (key, worth, unit))
        placed, self.sessions = self.sessions, []
        for one in placed:
            self.add(one)

    def seats_left(self, number: int, place: int) -> int:
        """Return the seats of an activity that a country still requests."""
        return self.problem.deeds[number].demand.get(place, 0) - sum(self._starts.get((number, place), {}).values())

    def floor_weight(self, place: int) -> float:
        """Return the weight of a country's gain, higher below its floor."""
        floor = self.problem.floor
        below = floor and self._closed[place] < float(floor * self.problem.total_values[place]) - 1e-9
        return 1.0 + FLOOR_PENALTY if below else 1.0

    def seat_value(self, number: int, place: int, seats: int, month: int) -> float:
        """Return the value of further seats for a country in a month."""
        quick = self.problem.closure.approximate_share
        total, counts = 0.0, float(self.problem.discount_factor(number, month)) * seats
        for key, worth, unit in self._helps.get((number, place), ()):
            dose = self._doses.get(key, 0.0)
            total += worth * (quick(dose + unit * counts) - quick(dose))
        return total

    def available_seats(self, number: int, place: int, month: int, language: str) -> int:
        """Return the seats that a country can take in a month.

        Limited by demand, available people and prerequisites.
        """
        problem, deed = self.problem, self.problem.deeds[number]
        if not problem.can_start(number, place, month, language):
            return 0
        most = self.seats_left(number, place)
        where = problem.places[place]
        if where.away is not None and deed.away:
            most = min(most, (where.away[month] - self._away[place][month]) // deed.away)
        if where.spare is not None and deed.away:
            most = min(most, where.spare - self._people[place][month])
        if deed.form is not Form.COURSE and most < deed.demand[place]:
            return 0
        for after in deed.after:
            if most > 0 and after.applies_to(place):
                most = min(most, self._count_prerequisite_seats(number, place, month, after))
        return max(most, 0)

    def _count_prerequisite_seats(self, number: int, place: int, month: int, after: Prerequisite) -> int:
        """Return the number of further seats that prerequisites allow in a month."""
        demand = self.problem.deeds[number].demand[place]
        starts = self._starts.get((number, place), {})
        best = 0
        for other in after.any_of:
            asked = self.problem.deeds[other].demand.get(place, 0)
            done = self._count_completed_seats(other, place, month)
            far = done * after.share.denominator >= after.share.numerator * asked
            if not far or (not asked and (after.share or after.pace)):
                continue
            if not after.pace:
                return demand
            # Every later start of this activity there must also keep pace.
            spare = [
                self._count_completed_seats(other, place, when) * demand // asked
                - sum(n for m, n in starts.items() if m <= when)
                for when in {month, *(m for m in starts if m >= month)}
            ]
            best = max(best, min(spare))
        return best

    def _count_completed_seats(self, number: int, place: int, month: int) -> int:
        ends = self.problem.deeds[number].duration
        return sum(n for start, n in self._starts.get((number, place), {}).items() if start + ends <= month)

    def has_trainers(self, number: int, month: int, language: str) -> bool:
        """True if trainers are free and the session limit allows one more."""
        problem, deed = self.problem, self.problem.deeds[number]
        if problem.trainers is not None and self._trainers[month] + deed.trainer_days > problem.trainers[month]:
            return False
        cell = self._cells.get((number, "" if deed.form is Form.JOINT else language, month), 0)
        return problem.cell is None or deed.form is Form.COUNTRY or cell < problem.cell

    def added_cost(self, session: Session) -> int:
        """Return the cost that a session adds."""
        return self.problem.session_cost(session) + (
            0 if session.deed in self._held else self.problem.deeds[session.deed].first
        )

    def is_affordable(self, session: Session) -> bool:
        """True if the budgets still cover a session."""
        problem = self.problem
        if problem.budget is not None and self.spent + self.added_cost(session) > problem.budget:
            return False
        if not problem.yearly:
            return True
        more = self._compute_added_cost(session)
        return all(self._yearly.get(year, 0) + more.get(year, 0) <= limit for year, limit in problem.yearly.items())

    def _compute_added_cost(self, session: Session) -> dict[int, int]:
        more: dict[int, int] = {}
        for _, year, amount in self.problem.cost_lines(session):
            more[year] = more.get(year, 0) + amount
        opened = self._held.get(session.deed)
        if self.problem.deeds[session.deed].first and (opened is None or session.month < opened):
            first, year = self.problem.deeds[session.deed].first, self.problem.years[session.month]
            more[year] = more.get(year, 0) + first
            if opened is not None:
                more[self.problem.years[opened]] = more.get(self.problem.years[opened], 0) - first
        return more

    def can_add(self, session: Session) -> bool:
        """True if a session can be added unchanged."""
        deed = self.problem.deeds[session.deed]
        total = sum(count for _, count in session.seats)
        return (
            session.month in self.problem.possible_starts(session.deed)
            and session.host in self.problem.open_hosts(session.deed, session.month)
            and (deed.form is not Form.COURSE or total >= deed.seats_min)
            and (deed.seats_max is None or deed.form is Form.COUNTRY or total <= deed.seats_max)
            and (deed.form is not Form.JOINT or len(session.seats) >= deed.countries_min)
            and self.has_trainers(session.deed, session.month, session.language)
            and all(
                n <= self.available_seats(session.deed, c, session.month, session.language) for c, n in session.seats
            )
            and self.is_affordable(session)
        )

    def add(self, session: Session) -> None:
        """Place a session."""
        deed = self.problem.deeds[session.deed]
        for place, count in session.seats:
            gained = self.seat_value(session.deed, place, count, session.month)
            self.value += gained
            self._closed[place] += gained
        for year, amount in self._compute_added_cost(session).items():
            self._yearly[year] = self._yearly.get(year, 0) + amount
        self.spent += self.added_cost(session)
        self._held[session.deed] = min(session.month, self._held.get(session.deed, session.month))
        self._trainers[session.month] += deed.trainer_days
        cell = (session.deed, "" if deed.form is Form.JOINT else session.language, session.month)
        self._cells[cell] = self._cells.get(cell, 0) + 1
        counts = float(self.problem.discount_factor(session.deed, session.month))
        for place, count in session.seats:
            starts = self._starts.setdefault((session.deed, place), {})
            starts[session.month] = starts.get(session.month, 0) + count
            self._away[place][session.month] += deed.away * count
            self._people[place][session.month] += count if deed.away else 0
            for key, _, unit in self._helps.get((session.deed, place), ()):
                self._doses[key] = self._doses.get(key, 0.0) + unit * count * counts
        self.sessions.append(session)

    def remove(self, session: Session) -> None:
        """Remove a session, without checking dependent sessions."""
        self.sessions.remove(session)
        deed = self.problem.deeds[session.deed]
        opened = min((one.month for one in self.sessions if one.deed == session.deed), default=None)
        if opened is None:
            del self._held[session.deed]
        else:
            self._held[session.deed] = opened
        for year, amount in self._compute_added_cost(session).items():
            self._yearly[year] -= amount
        self.spent -= self.added_cost(session)
        self._trainers[session.month] -= deed.trainer_days
        self._cells[session.deed, "" if deed.form is Form.JOINT else session.language, session.month] -= 1
        counts = float(self.problem.discount_factor(session.deed, session.month))
        for place, count in session.seats:
            self._starts[session.deed, place][session.month] -= count
            self._away[place][session.month] -= deed.away * count
            self._people[place][session.month] -= count if deed.away else 0
            for key, _, unit in self._helps.get((session.deed, place), ()):
                self._doses[key] -= unit * count * counts
        for place, count in session.seats:
            lost = self.seat_value(session.deed, place, count, session.month)
            self.value -= lost
            self._closed[place] -= lost

    @property
    def plan(self) -> tuple[Session, ...]:
        """Placed sessions by month, activity and country."""
        return tuple(sorted(self.sessions))


def sort_by_prerequisite(problem: Problem) -> Iterator[tuple[int, Deed]]:
    """Yield activities after their prerequisites."""
    depth: dict[int, int] = {}

    def deep(number: int, above: frozenset[int] = frozenset()) -> int:
        if number not in depth:
            before = [n for after in problem.deeds[number].after for n in after.any_of if n not in above]
            depth[number] = 1 + max((deep(n, above | {number}) for n in before), default=-1)
        return depth[number]

    for number in sorted(range(len(problem.deeds)), key=lambda n: (deep(n), n)):
        yield number, problem.deeds[number]
