"""Function `plan`, which closes the most gaps within limits.

It chooses activities, cohorts, months and costs.
"""

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from capbuild._typed import explains_arguments
from capbuild.errors import PlanError
from capbuild.model import (
    Activity,
    AssessmentSet,
    Catalogue,
    Expected,
    LeftOut,
    LeftOutReason,
    Limits,
    Money,
    Needs,
    Plan,
    PlannedActivity,
    StopReason,
)
from capbuild.planning.capacity_needs import gap_sizes
from capbuild.planning.check import CheckResult, check_plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem
from capbuild.planning.linear import has_solver, solver_version
from capbuild.planning.partial_plan import PartialPlan, can_hold_activity
from capbuild.planning.problem import Form, PlanOption, Problem, Session, hash_problem
from capbuild.planning.solver import GAP, ROUNDS, Solution, require_valid, solve

#: Weeks of a month for the start of sessions, in turn.
_WEEKS = 4


def assemble_plan(
    compiled: CompiledProblem,
    sessions: Sequence[Session],
    verdicts: CheckResult,
    *,
    bound: Fraction | float | None,
    stopped: StopReason,
    deterministic: bool = True,
    solver: str = "",
    version: str = "",
) -> Plan:
    """Return a checked solution as a plan.

    The sessions must have passed the checker.
    """
    problem = compiled.problem
    ordered = sorted(sessions, key=lambda session: _make_session_order(problem, session))
    closes = _compute_closures(compiled, verdicts)
    value = float(verdicts.value)
    left_out, unmet = _find_left_out(compiled, closes), _find_unmet_wishes(compiled, ordered)
    return Plan(
        activities=list(_list_planned_activities(compiled, ordered)),
        limits=compiled.limits if compiled.limits.start else evolve(compiled.limits, start=compiled.start),
        value=value,
        expected=estimate_effect(compiled, ordered),
        bound=None if bound is None else max(float(bound), value),
        stopped=stopped,
        left_out={need: "; ".join(map(str, why)) for need, why in left_out.items()},
        left_out_for=left_out,
        binding=tuple(_list_used_up_limits(compiled, verdicts)),
        closes=closes,
        shortfalls={
            problem.places[place].id: float(short)
            for place, short in sorted(verdicts.shortfalls.items(), key=lambda pair: problem.places[pair[0]].id)
        },
        unmet={wish: str(why) for wish, why in unmet.items()},
        unmet_for=unmet,
        overrides=_find_used_overrides(compiled, ordered),
        deterministic=deterministic,
        solver=solver,
        solver_version=version,
        input_hash=hash_problem(problem),
        invented=compiled.needs.invented,
        assumed=any(activity.invented for activity in compiled.catalogue.activities),
    )


def _make_session_order(problem: Problem, session: Session) -> tuple[object, ...]:
    """Return the sort key of a session: month, activity, countries."""
    names = sorted(problem.places[place].id for place, _ in session.seats)
    return session.month, problem.options[session.option].id, session.language, names, session.host


def _list_planned_activities(compiled: CompiledProblem, ordered: Sequence[Session]) -> Iterator[PlannedActivity]:
    """Yield the planned activities of a solution."""
    problem = compiled.problem
    activities = {activity.id: activity for activity in compiled.catalogue.activities}
    able = [*compiled.limits.hosts, *(host for activity in compiled.catalogue.activities for host in activity.hosts)]
    hosts = {host.alpha_2: host for host in able}
    currency = compiled.limits.budget.currency
    counts: Counter[int] = Counter()
    opened: set[int] = set()
    for number, session in enumerate(ordered, start=1):
        option = problem.options[session.option]
        activity = activities[option.id]
        first, last = _compute_session_dates(compiled, session, activity, counts[session.month])
        counts[session.month] += 1
        lines = _cost_lines(problem, session, currency, is_first=session.option not in opened)
        opened.add(session.option)
        places = {problem.places[place].id: place for place, _ in session.seats}
        seats = {problem.places[place].id: seats for place, seats in session.seats}
        yield PlannedActivity(
            id=f"S{number:03d}",
            activity=option.id,
            start=first,
            end=last,
            host=hosts[session.host] if session.host else None,
            place=session.host or ("online" if activity.mode == "online" else ""),
            language=session.language,
            seats=dict(sorted(seats.items())),
            cost=sum(lines.values(), start=Money(0, currency)),
            cost_lines=lines,
            addresses=sorted(_list_addressed_needs(compiled, option, places)),
            marginal_closure=_compute_marginal_closure(compiled, ordered, session),
            conditions=[
                f"{after.condition} {code}"
                for after in option.after
                if after.condition
                for code, place in sorted(places.items())
                if after.applies_to(place)
            ],
        )


def _list_addressed_needs(compiled: CompiledProblem, option: PlanOption, places: Mapping[str, int]) -> set[str]:
    """Return the needs that a session addresses in its countries."""
    return {
        need
        for code, place in places.items()
        for name in option.doses
        if (place, name) in compiled.problem.values
        for need in compiled.owners.get((code, name), ())
    }


def _cost_lines(problem: Problem, session: Session, currency: str, *, is_first: bool) -> dict[str, Money]:
    """Return the cost of a session by kind.

    The first session of an activity includes the one-time cost that all countries share.
    """
    lines: dict[str, Money] = {}
    once = ("one time", session.month, problem.options[session.option].first if is_first else 0)
    for part, _, amount in (once, *problem.cost_lines(session)):
        if amount:
            lines[part] = lines.get(part, Money(0, currency)) + Money(Decimal(amount) / problem.unit, currency)
    return lines


def _compute_session_dates(
    compiled: CompiledProblem, session: Session, activity: Activity, turn: int
) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of a session.

    The first day is a Monday. The last day follows from the working days of a course within one month; otherwise it
    is the end of the last month.
    """
    month = compiled.month_start(session.month)
    monday = month + datetime.timedelta(days=(7 - month.weekday()) % 7 + 7 * (turn % _WEEKS))
    length = max(1, round(activity.days))
    option = compiled.problem.options[session.option]
    if option.form is Form.COURSE and option.duration == 1:
        weeks, days = divmod(length - 1, 5)
        return monday, monday + datetime.timedelta(days=7 * weeks + days)
    last = compiled.month_start(session.month + option.duration - 1)
    return monday, last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _compute_marginal_closure(compiled: CompiledProblem, sessions: Sequence[Session], one: Session) -> dict[str, float]:
    """Return the closure lost by need without a session."""
    problem = compiled.problem
    option = problem.options[one.option]
    lost: dict[str, float] = {}
    counts = problem.discount_factor(one.option, one.month)
    for place, seats in one.seats:
        code = problem.places[place].id
        for name in option.doses:
            value = problem.values.get((place, name))
            if value is None:
                continue
            dose = _compute_total_dose(problem, sessions, place, name)
            less = dose - option.doses[name] * Fraction(seats, option.demand[place]) * counts
            loss = value * (problem.closure.exact_share(dose) - problem.closure.exact_share(less))
            for need in compiled.owners.get((code, name), ())[:1]:
                lost[need] = lost.get(need, 0.0) + float(loss)
    return dict(sorted(lost.items()))


def _compute_total_dose(problem: Problem, sessions: Sequence[Session], place: int, name: str) -> Fraction:
    helpers = dict(problem.helpers[place, name])
    total = Fraction(0)
    for session in sessions:
        if session.option in helpers:
            seats = sum(count for where, count in session.seats if where == place)
            share = Fraction(seats, problem.options[session.option].demand[place])
            total += helpers[session.option] * share * problem.discount_factor(session.option, session.month)
    return total


def _compute_closures(compiled: CompiledProblem, verdicts: CheckResult) -> dict[str, float]:
    """Return the gap closure by need.

    A criterion of several needs counts only under the first, so that the closures sum to the plan's value.
    """
    problem = compiled.problem
    closures: dict[str, Fraction] = {}
    for (place, name), closed in verdicts.closes.items():
        owners = compiled.owners.get((problem.places[place].id, name), ())
        for need in owners[:1]:
            closures[need] = closures.get(need, Fraction(0)) + closed
    return {need: float(closed) for need, closed in sorted(closures.items()) if closed}


def _find_left_out(compiled: CompiledProblem, closes: dict[str, float]) -> dict[str, tuple[LeftOut, ...]]:
    helpers: dict[str, list[str]] = {}
    for activity in sorted(compiled.catalogue.activities, key=lambda one: one.id):
        for name in activity.helps:
            helpers.setdefault(name, []).append(activity.id)
    numbers = {option.id: number for number, option in enumerate(compiled.problem.options) if option.demand}
    obstacles = _Obstacles(compiled.problem)
    left_out: dict[str, tuple[LeftOut, ...]] = {}
    for need in compiled.needs:
        if need.id in closes:
            continue
        names = sorted(
            {name for criterion in (need.criteria or need.capacities) for name in helpers.get(criterion, ())}
        )
        if not names:
            left_out[need.id] = (LeftOut(reason=LeftOutReason.NO_ACTIVITY),)
        elif usable := [numbers[name] for name in names if name in numbers]:
            left_out[need.id] = _explain_rejection(usable, obstacles)
        else:
            pairs = {(name, code) for name in names for code in (country.alpha_2 for country in need.countries)}
            why = {compiled.blocked[pair] for pair in pairs if pair in compiled.blocked}
            left_out[need.id] = tuple(sorted(why)) or (LeftOut(reason=LeftOutReason.NO_SEATS),)
    return left_out


class _Obstacles(dict[int, LeftOut]):
    """Reasons why activities are left out, computed on demand.

    Keys are indexes of activities in the problem. If a session of the activity fits into an empty plan, other
    activities close more, or a prerequisite is impossible. If no session fits, limits are lifted one after another
    until one does, and the last of them is the reason.
    """

    def __init__(self, problem: Problem) -> None:
        alone = evolve(problem, options=[evolve(option, after=()) for option in problem.options])
        unpaid = evolve(alone, budget=None, yearly={})
        self._options = problem.options
        self._drafts = {
            LeftOutReason.CLOSES_LESS: PartialPlan(alone),
            LeftOutReason.COSTS_MORE: PartialPlan(unpaid),
            LeftOutReason.NO_TRAINERS: PartialPlan(evolve(unpaid, trainers=None)),
        }

    def __missing__(self, number: int) -> LeftOut:
        option = self._options[number]
        lifted = (reason for reason, draft in self._drafts.items() if can_hold_activity(draft, number))
        reason = next(lifted, LeftOutReason.NO_ROOM)
        self[number] = LeftOut(reason=reason, names=() if reason is LeftOutReason.NO_ROOM else [option.id])
        if reason is LeftOutReason.CLOSES_LESS:
            for after in option.after:
                asked = all(after.applies_to(place) for place in option.demand)
                if asked and all(self[first].reason is not LeftOutReason.CLOSES_LESS for first in after.any_of):
                    names = sorted(self._options[first].id for first in after.any_of)
                    self[number] = LeftOut(reason=LeftOutReason.WAITS, names=names)
        return self[number]


def _explain_rejection(numbers: Iterable[int], obstacles: _Obstacles) -> tuple[LeftOut, ...]:
    """Return why none of some activities is in a plan.

    If an activity is possible but closes less than others, reasons of impossible ones are left out.
    """
    names: dict[LeftOutReason, set[str]] = {}
    for number in numbers:
        names.setdefault(obstacles[number].reason, set()).update(obstacles[number].names)
    if LeftOutReason.CLOSES_LESS in names:
        names = {LeftOutReason.CLOSES_LESS: names[LeftOutReason.CLOSES_LESS]}
    return tuple(sorted(LeftOut(reason=reason, names=sorted(ids)) for reason, ids in names.items()))


def _find_unmet_wishes(compiled: CompiledProblem, sessions: Sequence[Session]) -> dict[str, LeftOut]:
    problem = compiled.problem
    held_activities = {
        (problem.options[session.option].id, problem.places[place].id)
        for session in sessions
        for place, _ in session.seats
    }
    left_outs = {}
    for wish in compiled.limits.must:
        name, _, code = wish.partition(" ")
        if not any(name == option and code in ("", where) for option, where in held_activities):
            left_outs[wish] = compiled.blocked.get((name, code)) or LeftOut(reason=_find_obstacle(problem, name, code))
    return left_outs


def _find_obstacle(problem: Problem, name: str, code: str) -> LeftOutReason:
    """Return why an activity takes place in no country.

    With a country code, only that country is considered.
    """
    option = next(option for option in problem.options if option.id == name)
    places = {place for place, country in enumerate(problem.places) if code in ("", country.id)}
    if places & option.demand.keys():
        return LeftOutReason.NO_ROOM
    helped = any((place, criterion) in problem.values for place in places for criterion in option.doses)
    return LeftOutReason.NO_SEATS if helped else LeftOutReason.NO_NEED


def _find_used_overrides(compiled: CompiledProblem, sessions: Sequence[Session]) -> dict[str, str]:
    problem = compiled.problem
    held_activities = {
        f"{problem.options[session.option].id} {problem.places[place].id}"
        for session in sessions
        for place, _ in session.seats
    }
    return {name: reason for name, reason in sorted(compiled.overrides.items()) if name in held_activities}


def estimate_effect(compiled: CompiledProblem, sessions: Sequence[Session]) -> Expected:
    """Return the expected and achievable effect on criteria and targets."""
    problem = evolve(compiled.problem, discount=0.0)
    closes = check_plan(problem, sessions).closes
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


def _list_used_up_limits(compiled: CompiledProblem, verdicts: CheckResult) -> Iterator[str]:
    """Yield the limits with no room for another item.

    Such a limit is not necessarily binding; `Explainer.limit_use` tests that by solving again.
    """
    problem = compiled.problem
    prices = [option.per_session + option.per_seat for option in problem.options if option.demand]
    least = min((price for price in prices if price), default=0)
    if problem.budget is not None and problem.budget - verdicts.cost < least:
        yield "budget"
    for year, limit in problem.yearly.items():
        if limit - verdicts.by_year.get(year, 0) < least:
            yield f"budget {year}"
    days = min((option.trainer_days for option in problem.options if option.demand and option.trainer_days), default=0)
    for month in range(problem.months if problem.trainers is not None and days else 0):
        if problem.trainers is not None and problem.trainers[month] - verdicts.trainers.get(month, 0) < days:
            yield f"trainer days {compiled.month_start(month):%Y-%m}"
    stay = min((option.away for option in problem.options if option.demand and option.away), default=0)
    for place, where in sorted(enumerate(problem.places), key=lambda pair: pair[1].id):
        if where.away is None or not stay:
            continue
        for month, limit in enumerate(where.away):
            if verdicts.away.get((place, month), 0) > 0 and limit - verdicts.away[place, month] < stay:
                yield f"days away {where.id} {compiled.month_start(month):%Y-%m}"


def to_sessions(compiled: CompiledProblem, plan: Plan) -> tuple[Session, ...]:
    """Return a plan's sessions in the numbers of a problem.

    Args:
        compiled: The problem.
        plan: A plan, which may break limits.

    Raises:
        PlanError: CB810, the plan has activities or countries that the problem lacks; reports all together.
    """
    problems = list(_list_unknown_names(compiled, plan))
    if problems:
        raise PlanError("; ".join(problems), code="CB810", remedy="correct the sessions, or plan again")
    return find_known_sessions(compiled, plan)


def find_known_sessions(compiled: CompiledProblem, plan: Plan) -> tuple[Session, ...]:
    """Return the sessions of a plan that a problem contains."""
    problem = compiled.problem
    options = {option.id: number for number, option in enumerate(problem.options)}
    places = {place.id: number for number, place in enumerate(problem.places)}
    sessions = []
    for planned in plan.activities:
        month = compiled.month_number(planned.start)
        seats = tuple(sorted((places[code], count) for code, count in planned.seats.items() if code in places))
        if planned.activity in options and seats and 0 <= month < problem.months:
            sessions.append(
                Session(
                    month,
                    options[planned.activity],
                    planned.language,
                    planned.host.alpha_2 if planned.host else "",
                    seats,
                )
            )
    return tuple(sessions)


def _list_unknown_names(compiled: CompiledProblem, plan: Plan) -> Iterator[str]:
    options = {option.id for option in compiled.problem.options}
    places = {place.id for place in compiled.problem.places}
    for activity in plan.activities:
        month = compiled.month_number(activity.start)
        if not 0 <= month < compiled.problem.months:
            yield f"{activity.id} begins on {activity.start}, outside the plan"
        if activity.activity not in options:
            yield f"{activity.id} refers to {activity.activity!r}, which is not in the catalogue"
        for code in sorted(set(activity.seats) - places):
            yield f"{activity.id} seats {code!r}, which has no need"


@explains_arguments
def plan(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    *,
    assessed: AssessmentSet | None = None,
    gap: float = GAP,
    rounds: int = ROUNDS,
    solver: bool | None = None,
) -> Plan:
    """Make the plan that closes the most weighted gaps.

    The plan chooses activities, cohorts of countries with their language and seats, months and hosts. Its value is
    the expected weighted closure of gaps, with diminishing returns. A plan only addresses needs: a need is met by a
    new finding.

    Args:
        needs: The needs.
        catalogue: The activities.
        limits: Limits of the plan.
        assessed: The assessments behind the needs, which give the confirmed criteria and safeguards.
        gap: Relative gap to the bound at which the search may stop; small problems are solved to optimality.
        rounds: Maximum rounds of the repair search.
        solver: Whether to use HiGHS; None if installed. Without it, a plan is a draft without a bound.

    Returns:
        A plan that passed the exact checker, with value, bound, gap and stopping reason.

    Raises:
        PlanError: CB812 or CB813, limits and catalogue contradict each other. CB810, no plan is within the limits.
    """
    compiled = compile_problem(needs, catalogue, limits, assessed=assessed)
    return to_plan(compiled, solve(compiled.problem, gap=gap, rounds=rounds, solver=solver))


def to_plan(compiled: CompiledProblem, solved: Solution) -> Plan:
    """Return a solution as a plan."""
    return assemble_plan(
        compiled,
        solved.sessions,
        solved.verdicts,
        bound=solved.bound,
        stopped=solved.stopped,
        deterministic=solved.deterministic,
        solver=solved.solver,
        version=solved.version,
    )


def reuse_plan(compiled: CompiledProblem, kept: Plan) -> Plan | None:
    """Return a stored plan if it is still valid.

    The result is None if inputs or solver have changed, or if the checker rejects the plan.
    """
    solver = ("HiGHS", solver_version()) if has_solver() else ("", "")
    if kept.input_hash != hash_problem(compiled.problem) or (kept.solver, kept.solver_version) != solver:
        return None
    try:
        sessions = to_sessions(compiled, kept)
        verdicts = require_valid(compiled.problem, sessions)
    except PlanError:
        return None
    solved = Solution(
        sessions=sessions,
        verdicts=verdicts,
        bound=kept.bound,
        stopped=kept.stopped,
        deterministic=kept.deterministic,
        solver=kept.solver,
        version=kept.solver_version,
    )
    return to_plan(compiled, solved)
