"""From sessions in plain numbers to a `Plan` in the words it was asked in."""

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from capbuild.model import Activity, Expected, LeftOut, LeftOutReason, Money, Plan, PlannedActivity, StopReason
from capbuild.planning.canonical_order import fingerprint
from capbuild.planning.capacity_gaps import gap_sizes
from capbuild.planning.check import Verdicts, examine
from capbuild.planning.compiled_problem import Compiled
from capbuild.planning.greedy import can_hold
from capbuild.planning.partial_plan import Draft
from capbuild.planning.problem import Deed, Form, Problem, Session

__all__ = ["assemble", "binding_limits"]

#: Weeks of a month in which sessions begin, in turn.
_WEEKS = 4


def assemble(
    compiled: Compiled,
    sessions: Sequence[Session],
    verdicts: Verdicts,
    *,
    bound: Fraction | float | None,
    stopped: StopReason,
    deterministic: bool = True,
    solver: str = "",
    version: str = "",
    seed: int = 0,
) -> Plan:
    """Return a plan in the words of its needs, catalogue and limits; the checker must have passed it."""
    problem = compiled.problem
    ordered = sorted(sessions, key=lambda one: _order(problem, one))
    closes = _by_need(compiled, verdicts)
    value = float(verdicts.value)
    left_out, unmet = _left_out(compiled, closes), _unmet(compiled, ordered)
    return Plan(
        activities=list(_planned(compiled, ordered, verdicts)),
        limits=compiled.limits if compiled.limits.start else evolve(compiled.limits, start=compiled.start),
        value=value,
        expected=expected_effect(compiled, ordered),
        bound=None if bound is None else max(float(bound), value),
        stopped=stopped,
        left_out={need: "; ".join(map(str, why)) for need, why in left_out.items()},
        left_out_for=left_out,
        binding=binding_limits(compiled, ordered, verdicts),
        closes=closes,
        shortfalls={
            problem.places[place].id: float(short)
            for place, short in sorted(verdicts.shortfalls.items(), key=lambda pair: problem.places[pair[0]].id)
        },
        unmet={wish: str(why) for wish, why in unmet.items()},
        unmet_for=unmet,
        overrides=_used_overrides(compiled, ordered),
        deterministic=deterministic,
        solver=solver,
        solver_version=version,
        seed=seed,
        input_hash=fingerprint(problem),
        invented=compiled.needs.invented,
        assumed=any(activity.invented for activity in compiled.catalogue.activities),
    )


def _order(problem: Problem, one: Session) -> tuple[object, ...]:
    """Months, then activities, then the names of those who take part: not the order of the search."""
    names = sorted(problem.places[place].id for place, _ in one.seats)
    return one.month, problem.deeds[one.deed].id, one.language, names, one.host


def _planned(compiled: Compiled, ordered: Sequence[Session], verdicts: Verdicts) -> Iterator[PlannedActivity]:
    problem = compiled.problem
    activities = {activity.id: activity for activity in compiled.catalogue.activities}
    currency = compiled.limits.budget.currency
    turns: Counter[int] = Counter()
    opened: set[int] = set()
    for number, one in enumerate(ordered, start=1):
        deed = problem.deeds[one.deed]
        activity = activities[deed.id]
        first, last = _days(compiled, one, activity, turns[one.month])
        turns[one.month] += 1
        lines = _cost_lines(problem, one, currency, is_first=one.deed not in opened)
        opened.add(one.deed)
        places = {problem.places[place].id: place for place, _ in one.seats}
        seats = {problem.places[place].id: seats for place, seats in one.seats}
        yield PlannedActivity(
            id=f"S{number:03d}",
            activity=deed.id,
            start=first,
            end=last,
            host=one.host or None,
            place=one.host or ("online" if activity.mode == "online" else ""),
            language=one.language,
            seats=dict(sorted(seats.items())),
            cost=sum(lines.values(), start=Money(0, currency)),
            cost_lines=lines,
            addresses=sorted(_helped(compiled, deed, places)),
            marginal_closure=_marginal(compiled, ordered, one),
            conditions=[
                f"{after.condition} {code}"
                for after in deed.after
                if after.condition
                for code, place in sorted(places.items())
                if after.asked_of(place)
            ],
        )


def _helped(compiled: Compiled, deed: Deed, places: Mapping[str, int]) -> set[str]:
    """Return the needs of the countries that take part to which an activity does something."""
    return {
        need
        for code, place in places.items()
        for name in deed.doses
        if (place, name) in compiled.problem.values
        for need in compiled.owners.get((code, name), ())
    }


def _cost_lines(problem: Problem, one: Session, currency: str, *, is_first: bool) -> dict[str, Money]:
    """Return what a session costs by kind of cost; the first of its activity also bears what is paid once."""
    lines: dict[str, Money] = {}
    deed = problem.deeds[one.deed]
    if is_first and deed.first:
        lines["one time"] = _money(deed.first, problem, currency)
    for part, _, amount in problem.lines(one):
        if amount:
            lines[part] = lines.get(part, Money(0, currency)) + _money(amount, problem, currency)
    return lines


def _money(amount: int, problem: Problem, currency: str) -> Money:
    return Money(Decimal(amount) / problem.unit, currency)


def _days(compiled: Compiled, one: Session, activity: Activity, turn: int) -> tuple[datetime.date, datetime.date]:
    """Return first and last day: a Monday, and as many working days as it takes, or the end of its last month."""
    month = compiled.month(one.month)
    monday = month + datetime.timedelta(days=(7 - month.weekday()) % 7 + 7 * (turn % _WEEKS))
    length = max(1, round(activity.days))
    deed = compiled.problem.deeds[one.deed]
    if deed.form is Form.COURSE and deed.duration == 1:
        weeks, days = divmod(length - 1, 5)
        return monday, monday + datetime.timedelta(days=7 * weeks + days)
    last = compiled.month(one.month + deed.duration - 1)
    return monday, last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _marginal(compiled: Compiled, sessions: Sequence[Session], one: Session) -> dict[str, float]:
    """Return what would be lost by need if only this session went."""
    problem = compiled.problem
    deed = problem.deeds[one.deed]
    lost: dict[str, float] = {}
    counts = problem.present(one.deed, one.month)
    for place, seats in one.seats:
        code = problem.places[place].id
        for name in deed.doses:
            value = problem.values.get((place, name))
            if value is None:
                continue
            dose = _dose(problem, sessions, place, name)
            less = dose - deed.doses[name] * Fraction(seats, deed.demand[place]) * counts
            loss = value * (problem.closure.exact(dose) - problem.closure.exact(less))
            for need in compiled.owners.get((code, name), ())[:1]:
                lost[need] = lost.get(need, 0.0) + float(loss)
    return dict(sorted(lost.items()))


def _dose(problem: Problem, sessions: Sequence[Session], place: int, name: str) -> Fraction:
    helpers = dict(problem.helped[place, name])
    total = Fraction(0)
    for one in sessions:
        if one.deed in helpers:
            seats = sum(count for where, count in one.seats if where == place)
            share = Fraction(seats, problem.deeds[one.deed].demand[place])
            total += helpers[one.deed] * share * problem.present(one.deed, one.month)
    return total


def _by_need(compiled: Compiled, verdicts: Verdicts) -> dict[str, float]:
    """Return what closes by need; a criterion of two needs counts under the first, so that they sum to the value."""
    problem = compiled.problem
    found: dict[str, Fraction] = {}
    for (place, name), closed in verdicts.closes.items():
        owners = compiled.owners.get((problem.places[place].id, name), ())
        for need in owners[:1]:
            found[need] = found.get(need, Fraction(0)) + closed
    return {need: float(closed) for need, closed in sorted(found.items()) if closed}


def _left_out(compiled: Compiled, closes: dict[str, float]) -> dict[str, tuple[LeftOut, ...]]:
    helpers: dict[str, list[str]] = {}
    for activity in sorted(compiled.catalogue.activities, key=lambda one: one.id):
        for name in activity.helps:
            helpers.setdefault(name, []).append(activity.id)
    numbers = {deed.id: number for number, deed in enumerate(compiled.problem.deeds) if deed.demand}
    obstacles = _Obstacles(compiled.problem)
    found: dict[str, tuple[LeftOut, ...]] = {}
    for need in compiled.needs:
        if need.id in closes:
            continue
        names = sorted(
            {name for criterion in (need.criteria or need.capacities) for name in helpers.get(criterion, ())}
        )
        if not names:
            found[need.id] = (LeftOut(reason=LeftOutReason.NO_ACTIVITY),)
        elif usable := [numbers[name] for name in names if name in numbers]:
            found[need.id] = _outdone(usable, obstacles)
        else:
            pairs = {(name, code) for name in names for code in need.countries}
            why = {compiled.blocked[pair] for pair in pairs if pair in compiled.blocked}
            found[need.id] = tuple(sorted(why)) or (LeftOut(reason=LeftOutReason.NO_SEATS),)
    return found


class _Obstacles(dict[int, LeftOut]):
    """What keeps each activity out of a plan, by its place in the problem: found where it is asked for.

    An activity of which one session fits an empty plan lost to others, or waits for one that cannot be held. Where no
    session fits, limits are lifted one after the other until one does.
    """

    def __init__(self, problem: Problem) -> None:
        alone = evolve(problem, deeds=[evolve(deed, after=()) for deed in problem.deeds])
        unpaid = evolve(alone, budget=None, yearly={})
        self._deeds = problem.deeds
        self._drafts = {
            LeftOutReason.CLOSES_LESS: Draft(alone),
            LeftOutReason.COSTS_MORE: Draft(unpaid),
            LeftOutReason.NO_TRAINERS: Draft(evolve(unpaid, trainers=None)),
        }

    def __missing__(self, number: int) -> LeftOut:
        deed = self._deeds[number]
        lifted = (reason for reason, draft in self._drafts.items() if can_hold(draft, number))
        reason = next(lifted, LeftOutReason.NO_ROOM)
        self[number] = LeftOut(reason=reason, names=() if reason is LeftOutReason.NO_ROOM else [deed.id])
        if reason is LeftOutReason.CLOSES_LESS:
            for after in deed.after:
                asked = all(after.asked_of(place) for place in deed.demand)
                if asked and all(self[first].reason is not LeftOutReason.CLOSES_LESS for first in after.any_of):
                    names = sorted(self._deeds[first].id for first in after.any_of)
                    self[number] = LeftOut(reason=LeftOutReason.WAITS, names=names)
        return self[number]


def _outdone(numbers: Iterable[int], obstacles: _Obstacles) -> tuple[LeftOut, ...]:
    """Return why none of some activities is in a plan: what lost to others before what could not be held at all."""
    names: dict[LeftOutReason, set[str]] = {}
    for number in numbers:
        names.setdefault(obstacles[number].reason, set()).update(obstacles[number].names)
    if LeftOutReason.CLOSES_LESS in names:
        names = {LeftOutReason.CLOSES_LESS: names[LeftOutReason.CLOSES_LESS]}
    return tuple(sorted(LeftOut(reason=reason, names=sorted(found)) for reason, found in names.items()))


def _unmet(compiled: Compiled, sessions: Sequence[Session]) -> dict[str, LeftOut]:
    problem = compiled.problem
    held = {(problem.deeds[one.deed].id, problem.places[place].id) for one in sessions for place, _ in one.seats}
    found = {}
    for wish in compiled.limits.must:
        name, _, code = wish.partition(" ")
        if not any(name == deed and code in ("", where) for deed, where in held):
            found[wish] = compiled.blocked.get((name, code)) or LeftOut(reason=LeftOutReason.NO_ROOM)
    return found


def _used_overrides(compiled: Compiled, sessions: Sequence[Session]) -> dict[str, str]:
    problem = compiled.problem
    held = {f"{problem.deeds[one.deed].id} {problem.places[place].id}" for one in sessions for place, _ in one.seats}
    return {name: reason for name, reason in sorted(compiled.overrides.items()) if name in held}


def expected_effect(compiled: Compiled, sessions: Sequence[Session]) -> Expected:
    """Return what sessions are expected to achieve in criteria and targets, beside all that there is to achieve."""
    problem = evolve(compiled.problem, discount=0.0)
    closes = examine(problem, sessions).closes
    closed = {
        (problem.places[place].id, name): float(v / problem.values[place, name]) for (place, name), v in closes.items()
    }
    criteria = lacking = targets = below = 0.0
    for gap in compiled.needs.gaps:
        reached, there = 1.0, 1.0
        for name, size in gap_sizes(gap).items():
            share = closed.get((gap.country.alpha_2, name), 0.0)
            chance = 1.0 if name in gap.lacking else min(size, 1.0)
            reached, there = reached * (1 - chance * (1 - share)), there * (1 - chance)
            if name in gap.lacking or name in gap.open:
                criteria, lacking = criteria + size * share, lacking + size
        targets, below = targets + reached - there, below + 1 - there
    total = float(sum(problem.values.values(), start=Fraction(0)))
    return Expected(criteria=criteria, lacking=lacking, targets=targets, below=below, total=total)


def binding_limits(compiled: Compiled, sessions: Sequence[Session], verdicts: Verdicts) -> tuple[str, ...]:
    """Return the names of the limits that are used up: too little is left of each for the smallest thing that uses it.

    What is used up need not be what holds the plan back; `explain_limits` finds that out by solving again.
    """
    return tuple(_full(compiled, verdicts))


def _full(compiled: Compiled, verdicts: Verdicts) -> Iterator[str]:
    problem = compiled.problem
    prices = [deed.per_session + deed.per_seat for deed in problem.deeds if deed.demand]
    least = min((price for price in prices if price), default=0)
    if problem.budget is not None and problem.budget - verdicts.cost < least:
        yield "budget"
    for year, limit in problem.yearly.items():
        if limit - verdicts.by_year.get(year, 0) < least:
            yield f"budget {year}"
    days = min((deed.trainer_days for deed in problem.deeds if deed.demand and deed.trainer_days), default=0)
    for month in range(problem.months if problem.trainers is not None and days else 0):
        if problem.trainers is not None and problem.trainers[month] - verdicts.trainers.get(month, 0) < days:
            yield f"trainer days {compiled.month(month):%Y-%m}"
    stay = min((deed.away for deed in problem.deeds if deed.demand and deed.away), default=0)
    for place, where in sorted(enumerate(problem.places), key=lambda pair: pair[1].id):
        if where.away is None or not stay:
            continue
        for month, limit in enumerate(where.away):
            if verdicts.away.get((place, month), 0) > 0 and limit - verdicts.away[place, month] < stay:
                yield f"days away {where.id} {compiled.month(month):%Y-%m}"
