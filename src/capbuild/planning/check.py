"""Exact checker of plans, independent of the planner.

Every plan must pass it before it is returned.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.planning.problem import Form, Prerequisite, Problem, Session


@frozen(kw_only=True)
class CheckResult:
    """Result of the checker.

    Attributes:
        broken: Broken rules as text; empty for a valid plan.
        value: Expected weighted gap closure, later effects discounted.
        closes: The same by index of the country and criterion.
        cost: Total cost, in smallest units.
        by_year: The same by year.
        trainers: Trainer days by month, in smallest units.
        away: Days away by index of the country and month, in smallest units.
        shortfalls: Shortfall of each country below the floor, as a share of its value.
    """

    broken: tuple[str, ...] = field(default=(), converter=to_tuple)
    value: Fraction
    closes: FrozenMap[tuple[int, str], Fraction] = field(converter=to_map)
    cost: int
    by_year: FrozenMap[int, int] = field(converter=to_map)
    trainers: FrozenMap[int, int] = field(converter=to_map)
    away: FrozenMap[tuple[int, int], int] = field(converter=to_map)
    shortfalls: FrozenMap[int, Fraction] = field(factory=FrozenMap, converter=to_map)


def check_plan(problem: Problem, sessions: Sequence[Session]) -> CheckResult:
    """Return the exact value, cost and violations of a plan."""
    closes = _compute_closures(problem, sessions)
    by_year = _cost_by_year(problem, sessions)
    trainers: Counter[int] = Counter()
    away: Counter[tuple[int, int]] = Counter()
    people: Counter[tuple[int, int]] = Counter()
    for session in sessions:
        option = problem.options[session.option]
        trainers[session.month] += option.trainer_days
        for place, count in session.seats:
            away[place, session.month] += option.away * count
            people[place, session.month] += count if option.away else 0
    short = _compute_shortfalls(problem, closes)
    cost = sum(by_year.values())
    broken = [
        *_check_sessions(problem, sessions),
        *_check_totals(problem, sessions),
        *_check_order(problem, sessions),
        *_check_money(problem, cost, by_year),
        *_check_time(problem, trainers, away, people),
    ]
    if problem.hard:
        broken += [f"{problem.places[place].id} stays below the floor" for place in short]
    return CheckResult(
        broken=broken,
        value=sum(closes.values(), start=Fraction(0)),
        closes=closes,
        cost=cost,
        by_year=by_year,
        trainers=trainers,
        away=away,
        shortfalls=short,
    )


def _compute_covered_share(problem: Problem, sessions: Iterable[Session], number: int, place: int) -> Fraction:
    """Return the share of a country's demand covered by sessions."""
    seats = sum(
        count for session in sessions if session.option == number for where, count in session.seats if where == place
    )
    demand = problem.options[number].demand.get(place, 0)
    return Fraction(seats, demand) if demand else Fraction(0)


def _compute_closures(problem: Problem, sessions: Sequence[Session]) -> dict[tuple[int, str], Fraction]:
    seats: dict[tuple[int, int], Fraction] = {}
    for session in sessions:
        for place, count in session.seats:
            now = seats.get((session.option, place), Fraction(0))
            seats[session.option, place] = now + count * problem.discount_factor(session.option, session.month)
    closed = {}
    for (place, name), helpers in problem.helpers.items():
        dose = sum(
            (
                dose * seats[option, place] / problem.options[option].demand[place]
                for option, dose in helpers
                if (option, place) in seats
            ),
            start=Fraction(0),
        )
        closed[place, name] = problem.values[place, name] * problem.closure.exact_share(dose)
    return closed


def _cost_by_year(problem: Problem, sessions: Sequence[Session]) -> dict[int, int]:
    spent = dict.fromkeys(sorted(set(problem.years)), 0)
    for session in sessions:
        for _, year, amount in problem.cost_lines(session):
            spent[year] += amount
    for number in {session.option for session in sessions}:
        opened = min(session.month for session in sessions if session.option == number)
        spent[problem.years[opened]] += problem.options[number].first
    return spent


def _compute_shortfalls(problem: Problem, closes: dict[tuple[int, str], Fraction]) -> dict[int, Fraction]:
    shortfalls = {}
    for place, total in problem.total_values.items():
        if total:
            closed = sum((v for (where, _), v in closes.items() if where == place), start=Fraction(0)) / total
            if closed < problem.floor:
                shortfalls[place] = problem.floor - closed
    return shortfalls


def _check_sessions(problem: Problem, sessions: Sequence[Session]) -> Iterator[str]:
    for session in sessions:
        option = problem.options[session.option]
        name = f"{option.id} in {problem.format_month(session.month)}"
        seats = [count for _, count in session.seats]
        if session.month not in problem.possible_starts(session.option):
            yield f"{name} does not end within the plan"
        if session.language not in option.language_options:
            yield f"{name} is held in {session.language!r}"
        if session.host not in problem.open_hosts(session.option, session.month):
            yield f"{name} is held where it cannot be hosted"
        if len({place for place, _ in session.seats}) != len(session.seats) or any(count < 1 for count in seats):
            yield f"{name} names a country more than once, or with no seat"
        for place, _ in session.seats:
            if not problem.can_start(session.option, place, session.month, session.language):
                yield f"{name}: {problem.places[place].id} cannot take part"
        yield from (f"{name} {broken}" for broken in _check_form(problem, session, seats))


def _check_form(problem: Problem, session: Session, seats: Sequence[int]) -> Iterator[str]:
    option = problem.options[session.option]
    if option.form is Form.COURSE and not option.seats_min <= sum(seats):
        yield "has too few seats"
    if option.seats_max is not None and option.form is not Form.COUNTRY and sum(seats) > option.seats_max:
        yield "has too many seats"
    if option.form is Form.COUNTRY and len(seats) != 1:
        yield "is for one country"
    if option.form is Form.JOINT and len(seats) < option.countries_min:
        yield "has too few countries"
    if option.form is not Form.COURSE and any(count != option.demand.get(place) for place, count in session.seats):
        yield "does not seat what a country sends"


def _check_totals(problem: Problem, sessions: Sequence[Session]) -> Iterator[str]:
    asked = {(session.option, place) for session in sessions for place, _ in session.seats}
    for number, place in sorted(asked):
        if _compute_covered_share(problem, sessions, number, place) > 1:
            yield f"{problem.options[number].id} gives {problem.places[place].id} more than it asks for"
    counts = Counter(
        (session.option, session.month, session.language if problem.options[session.option].form is Form.COURSE else "")
        for session in sessions
        if problem.options[session.option].form is not Form.COUNTRY
    )
    for (number, month, language), count in sorted(counts.items()):
        if problem.cell is not None and count > problem.cell:
            where = f" in {language!r}" if language else ""
            name = f"{problem.options[number].id} in {problem.format_month(month)}"
            yield f"{name} is held too often{where}: {count} times, at most {problem.cell}"


def _check_order(problem: Problem, sessions: Sequence[Session]) -> Iterator[str]:
    for session in sessions:
        for after in problem.options[session.option].after:
            for place, _ in session.seats:
                if after.applies_to(place) and not _has_prerequisite(problem, sessions, session, after, place):
                    activity, month = problem.options[session.option].id, problem.format_month(session.month)
                    yield f"{activity} in {month} comes too early in {problem.places[place].id}"


def _has_prerequisite(
    problem: Problem, sessions: Sequence[Session], session: Session, after: Prerequisite, place: int
) -> bool:
    so_far = _compute_covered_share(
        problem, (other for other in sessions if other.month <= session.month), session.option, place
    )
    for number in after.any_of:
        ends = problem.options[number].duration
        share = _compute_covered_share(
            problem, (other for other in sessions if other.month + ends <= session.month), number, place
        )
        if share >= after.share and (not after.pace or so_far <= share):
            return True
    return False


def _check_money(problem: Problem, cost: int, by_year: dict[int, int]) -> Iterator[str]:
    if problem.budget is not None and cost > problem.budget:
        yield f"it costs {problem.format_amount(cost - problem.budget)} more than the budget"
    for year, limit in problem.yearly.items():
        if by_year.get(year, 0) > limit:
            yield f"it costs {problem.format_amount(by_year[year] - limit)} more than the budget of {year}"


def _check_time(
    problem: Problem, trainers: Counter[int], away: Counter[tuple[int, int]], people: Counter[tuple[int, int]]
) -> Iterator[str]:
    for month, days in sorted(trainers.items()):
        if problem.trainers is not None and days > problem.trainers[month]:
            yield f"{problem.format_month(month)} asks for more trainer days than there are"
    for (place, month), days in sorted(away.items()):
        where = problem.places[place]
        if where.away is not None and days > where.away[month]:
            yield f"{where.id} is asked for more days away than it can spare in {problem.format_month(month)}"
        if where.spare is not None and people[place, month] > where.spare:
            yield f"{where.id} is asked for more people than it can spare in {problem.format_month(month)}"
