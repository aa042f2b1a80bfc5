"""Partial plans, and the greedy choice of sessions.

Partial plans keep placed sessions, used limits and remaining room. Bookkeeping for search only: fast, whereas the
checker is exact and slow. No plan is returned without the checker.
"""

import heapq
from collections.abc import Iterable, Iterator

from attrs import define, evolve, field, frozen

from capbuild.planning.problem import Form, PlanOption, Prerequisite, Problem, Session

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
                unit = float(dose) / problem.options[number].demand[place]
                self._helps[number, place] = (*self._helps.get((number, place), ()), (key, worth, unit))
        placed, self.sessions = self.sessions, []
        for session in placed:
            self.add(session)

    def seats_left(self, number: int, place: int) -> int:
        """Return the seats that a country still requests."""
        return self.problem.options[number].demand.get(place, 0) - sum(self._starts.get((number, place), {}).values())

    def floor_weight(self, place: int) -> float:
        """Return the weight of a country's gain.

        The weight is above 1 while the country is below its floor.
        """
        floor = self.problem.floor
        below = floor and self._closed[place] < float(floor * self.problem.total_values[place]) - 1e-9
        return 1.0 + FLOOR_PENALTY if below else 1.0

    def seat_value(self, number: int, place: int, seats: int, month: int) -> float:
        """Return the value of further seats in a month."""
        quick = self.problem.closure.approximate_share
        total, counts = 0.0, float(self.problem.discount_factor(number, month)) * seats
        for key, worth, unit in self._helps.get((number, place), ()):
            dose = self._doses.get(key, 0.0)
            total += worth * (quick(dose + unit * counts) - quick(dose))
        return total

    def available_seats(self, number: int, place: int, month: int, language: str) -> int:
        """Return the seats a country can take in a month.

        Seats are limited by demand, available people and prerequisites.
        """
        problem, option = self.problem, self.problem.options[number]
        if not problem.can_start(number, place, month, language):
            return 0
        most = self.seats_left(number, place)
        where = problem.places[place]
        if where.away is not None and option.away:
            most = min(most, (where.away[month] - self._away[place][month]) // option.away)
        if where.spare is not None and option.away:
            most = min(most, where.spare - self._people[place][month])
        if option.form is not Form.COURSE and most < option.demand[place]:
            return 0
        for after in option.after:
            if most > 0 and after.applies_to(place):
                most = min(most, self._count_prerequisite_seats(number, place, month, after))
        return max(most, 0)

    def _count_prerequisite_seats(self, number: int, place: int, month: int, after: Prerequisite) -> int:
        """Return the further seats that prerequisites allow."""
        demand = self.problem.options[number].demand[place]
        starts = self._starts.get((number, place), {})
        best = 0
        for other in after.any_of:
            asked = self.problem.options[other].demand.get(place, 0)
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
        ends = self.problem.options[number].duration
        return sum(n for start, n in self._starts.get((number, place), {}).items() if start + ends <= month)

    def has_trainers(self, number: int, month: int, language: str) -> bool:
        """True if trainers and session limit allow another session."""
        problem, option = self.problem, self.problem.options[number]
        if problem.trainers is not None and self._trainers[month] + option.trainer_days > problem.trainers[month]:
            return False
        cell = self._cells.get((number, "" if option.form is Form.JOINT else language, month), 0)
        return problem.cell is None or option.form is Form.COUNTRY or cell < problem.cell

    def added_cost(self, session: Session) -> int:
        """Return the cost that a session adds."""
        return self.problem.session_cost(session) + (
            0 if session.option in self._held else self.problem.options[session.option].first
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
        opened = self._held.get(session.option)
        if self.problem.options[session.option].first and (opened is None or session.month < opened):
            first, year = self.problem.options[session.option].first, self.problem.years[session.month]
            more[year] = more.get(year, 0) + first
            if opened is not None:
                more[self.problem.years[opened]] = more.get(self.problem.years[opened], 0) - first
        return more

    def can_add(self, session: Session) -> bool:
        """True if a session can be added unchanged."""
        option = self.problem.options[session.option]
        total = sum(count for _, count in session.seats)
        return (
            session.month in self.problem.possible_starts(session.option)
            and session.host in self.problem.open_hosts(session.option, session.month)
            and (option.form is not Form.COURSE or total >= option.seats_min)
            and (option.seats_max is None or option.form is Form.COUNTRY or total <= option.seats_max)
            and (option.form is not Form.JOINT or len(session.seats) >= option.countries_min)
            and self.has_trainers(session.option, session.month, session.language)
            and all(
                n <= self.available_seats(session.option, c, session.month, session.language) for c, n in session.seats
            )
            and self.is_affordable(session)
        )

    def add(self, session: Session) -> None:
        """Place a session."""
        self._add_value(session, 1)
        self._add_use(session, 1)
        self._held[session.option] = min(session.month, self._held.get(session.option, session.month))
        self.sessions.append(session)

    def remove(self, session: Session) -> None:
        """Remove a session, without checking dependent sessions."""
        self.sessions.remove(session)
        del self._held[session.option]
        if months := [other.month for other in self.sessions if other.option == session.option]:
            self._held[session.option] = min(months)
        self._add_use(session, -1)
        self._add_value(session, -1)

    def _add_value(self, session: Session, sign: int) -> None:
        """Add or subtract the value of a session."""
        for place, count in session.seats:
            gained = sign * self.seat_value(session.option, place, count, session.month)
            self.value += gained
            self._closed[place] += gained

    def _add_use(self, session: Session, sign: int) -> None:
        """Add or subtract a session's money, days, seats and doses."""
        option = self.problem.options[session.option]
        for year, amount in self._compute_added_cost(session).items():
            self._yearly[year] = self._yearly.get(year, 0) + sign * amount
        self.spent += sign * self.added_cost(session)
        self._trainers[session.month] += sign * option.trainer_days
        cell = (session.option, "" if option.form is Form.JOINT else session.language, session.month)
        self._cells[cell] = self._cells.get(cell, 0) + sign
        counts = sign * float(self.problem.discount_factor(session.option, session.month))
        for place, count in session.seats:
            starts = self._starts.setdefault((session.option, place), {})
            starts[session.month] = starts.get(session.month, 0) + sign * count
            self._away[place][session.month] += sign * option.away * count
            self._people[place][session.month] += sign * count if option.away else 0
            for key, _, unit in self._helps.get((session.option, place), ()):
                self._doses[key] = self._doses.get(key, 0.0) + unit * count * counts

    @property
    def plan(self) -> tuple[Session, ...]:
        """Placed sessions by month, activity and country."""
        return tuple(sorted(self.sessions))


def sort_by_prerequisite(problem: Problem) -> Iterator[tuple[int, PlanOption]]:
    """Yield activities after their prerequisites."""
    depth: dict[int, int] = {}

    def deep(number: int, above: frozenset[int] = frozenset()) -> int:
        if number not in depth:
            before = [n for after in problem.options[number].after for n in after.any_of if n not in above]
            depth[number] = 1 + max((deep(n, above | {number}) for n in before), default=-1)
        return depth[number]

    for number in sorted(range(len(problem.options)), key=lambda n: (deep(n), n)):
        yield number, problem.options[number]


#: Share of the value of enabled activities that counts for an activity.
_PROMISE = 0.25


@frozen
class _Choice:
    """Activity that can still be scheduled, by language or country."""

    option: int
    language: str = ""
    place: int = -1


def _list_choices(problem: Problem) -> Iterator[_Choice]:
    for number, option in enumerate(problem.options):
        if option.form is Form.COUNTRY:
            for place in sorted(option.demand):
                placings = [
                    word for word in option.language_options if not word or word in problem.places[place].languages
                ]
                yield from (_Choice(number, word, place) for word in placings[:1])
        else:
            yield from (_Choice(number, word) for word in option.language_options)


def cheapest_host(problem: Problem, number: int, month: int, seats: Iterable[tuple[int, int]]) -> str | None:
    """Return the host with the lowest travel cost.

    If several hosts cost the same, this is the first; it is None if all are closed in the month.
    """
    option, pairs = problem.options[number], tuple(seats)
    return min(
        problem.open_hosts(number, month),
        key=lambda host: sum(option.seat_cost(host, place) * count for place, count in pairs),
        default=None,
    )


def can_hold_activity(draft: PartialPlan, number: int) -> bool:
    """True if a partial plan has room for an activity."""
    return any(
        _find_best_session(draft, choice) is not None
        for choice in _list_choices(draft.problem)
        if choice.option == number
    )


def plan_greedily(problem: Problem, start: Iterable[Session] = ()) -> tuple[Session, ...]:
    """Return a plan without using a solver.

    Args:
        problem: The problem to solve.
        start: Sessions already placed.
    """
    draft = PartialPlan(problem, list(start))
    _add_wishes(draft)
    fill_plan(draft)
    return draft.plan


def _add_wishes(draft: PartialPlan) -> None:
    """Place the sessions required by the limits first."""
    for number, at in draft.problem.must:
        choices = [
            choice
            for choice in _list_choices(draft.problem)
            if choice.option == number and at in (None, choice.place, -1)
        ]
        best_sessions = [best for choice in choices if (best := _find_best_session(draft, choice)) is not None]
        wished = [best for best in best_sessions if at is None or any(place == at for place, _ in best[1].seats)]
        there = any(
            session.option == number and at in (None, *(c for c, _ in session.seats)) for session in draft.sessions
        )
        if wished and not there:
            draft.add(max(wished, key=lambda best: (best[0], best[1]))[1])


def fill_plan(draft: PartialPlan) -> None:
    """Add sessions by value for cost until none fits."""
    problem = draft.problem
    _fill_empty_seats(draft)
    heap: list[tuple[float, int, _Choice]] = []
    idle: dict[int, list[tuple[int, _Choice]]] = {}
    for place, choice in enumerate(_list_choices(problem)):
        _push_choice(draft, heap, idle, place, choice)
    while heap:
        promised, place, choice = heapq.heappop(heap)
        best_session = _find_best_session(draft, choice)
        if best_session is None:
            idle.setdefault(choice.option, []).append((place, choice))
            continue
        worth, session = best_session
        if heap and -worth > heap[0][0] + 1e-12 and -worth > promised + 1e-12:
            heapq.heappush(heap, (-worth, place, choice))
            continue
        draft.add(session)
        _push_choice(draft, heap, idle, place, choice)
        for number in problem.dependents.get(session.option, ()):
            for other_place, other in idle.pop(number, []):
                _push_choice(draft, heap, idle, other_place, other)


def _push_choice(
    draft: PartialPlan,
    heap: list[tuple[float, int, _Choice]],
    idle: dict[int, list[tuple[int, _Choice]]],
    place: int,
    choice: _Choice,
) -> None:
    session = _find_best_session(draft, choice)
    if session is None:
        idle.setdefault(choice.option, []).append((place, choice))
    else:
        heapq.heappush(heap, (-session[0], place, choice))


def _find_best_session(draft: PartialPlan, choice: _Choice) -> tuple[float, Session] | None:
    """Return the session with most value for cost, with score.

    Of months with the same score, the first is chosen.
    """
    problem, option = draft.problem, draft.problem.options[choice.option]
    best: tuple[float, Session] | None = None
    for month in problem.possible_starts(choice.option):
        if not draft.has_trainers(choice.option, month, choice.language):
            continue
        seats = _choose_seats(draft, choice, option, month)
        if not seats:
            continue
        gain = sum(
            draft.seat_value(choice.option, place, count, month) for place, count in seats
        ) + _compute_prerequisite_value(draft, choice.option, seats, month)
        if gain <= 1e-12:
            continue
        host = cheapest_host(problem, choice.option, month, seats)
        if host is None:
            continue
        session = Session(month, choice.option, choice.language, host, seats)
        worth = gain / max(draft.added_cost(session), 1)
        if (best is None or worth > best[0] * (1 + 1e-9)) and draft.is_affordable(session):
            best = worth, session
    return best


def _choose_seats(draft: PartialPlan, choice: _Choice, option: PlanOption, month: int) -> tuple[tuple[int, int], ...]:
    """Return the seats in a month, best value first.

    Seats are ranked by value for cost. The result is empty if the session is impossible.
    """
    if option.form is Form.COUNTRY:
        room = draft.available_seats(choice.option, choice.place, month, choice.language)
        return ((choice.place, room),) if room else ()
    rooms = [
        (place, draft.available_seats(choice.option, place, month, choice.language)) for place in sorted(option.demand)
    ]
    keen = sorted(
        ((place, room) for place, room in rooms if room),
        key=lambda pair: (-_compute_seat_value(draft, choice.option, pair[0], pair[1], month), pair[0]),
    )
    left = option.seats_max if option.seats_max is not None else sum(room for _, room in keen)
    chosen = []
    for place, room in keen:
        count = min(room, left)
        if count == room or (count and option.form is Form.COURSE):
            chosen.append((place, count))
            left -= count
    enough = (
        len(chosen) >= option.countries_min
        if option.form is Form.JOINT
        else sum(n for _, n in chosen) >= option.seats_min
    )
    return tuple(sorted(chosen)) if enough else ()


def _compute_seat_value(draft: PartialPlan, number: int, place: int, room: int, month: int) -> float:
    """Return a seat's value, including activities that it enables."""
    own = draft.seat_value(number, place, room, month) * draft.floor_weight(place)
    return (own + _compute_prerequisite_value(draft, number, ((place, room),), month)) / room


def _compute_prerequisite_value(draft: PartialPlan, number: int, seats: Iterable[tuple[int, int]], month: int) -> float:
    problem = draft.problem
    then = month + problem.options[number].duration
    return _PROMISE * sum(
        draft.seat_value(other, place, draft.seats_left(other, place), then)
        for other in problem.dependents.get(number, ())
        for place, _ in seats
        if draft.seats_left(other, place) > 0
    )


def _fill_empty_seats(draft: PartialPlan) -> None:
    """Fill empty seats of placed sessions while that closes gaps."""
    for session in draft.plan:
        option = draft.problem.options[session.option]
        if option.form is Form.COURSE and option.seats_max is not None:
            _fill_seats(draft, session, option.seats_max - sum(count for _, count in session.seats))


def _fill_seats(draft: PartialPlan, session: Session, empty: int) -> None:
    old = session
    for place in sorted(draft.problem.options[session.option].demand):
        count = min(empty, draft.available_seats(old.option, place, old.month, old.language)) if empty else 0
        if not count or draft.seat_value(old.option, place, count, old.month) <= 1e-12:
            continue
        wider = evolve(old, seats=_merge_sessions(old.seats, place, count))
        draft.remove(old)
        if draft.can_add(wider):
            old, empty = wider, empty - count
        draft.add(old)


def _merge_sessions(seats: Iterable[tuple[int, int]], place: int, count: int) -> tuple[tuple[int, int], ...]:
    merged = dict(seats)
    merged[place] = merged.get(place, 0) + count
    return tuple(sorted(merged.items()))
