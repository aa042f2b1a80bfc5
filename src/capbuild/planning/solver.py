"""Solver of planning problems, with a bound on the value.

Exact for small problems, in two stages for large. Stage 1 plans over years: activities by country, and a bound for
every monthly plan. Stage 2 finds the months: by list scheduling, greedy filling and a repair search. Everything stops
by gap and work, so two runs give the same result.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from attrs import frozen

from capbuild.errors import PlanError
from capbuild.model import StopReason
from capbuild.planning.check import CheckResult, check_plan
from capbuild.planning.linear import SolveEffort, SolverAnswer, has_solver, solver_version
from capbuild.planning.local_search import LocalSearch, penalised_value, plan_penalties
from capbuild.planning.partial_plan import PartialPlan, cheapest_host, plan_greedily, sort_by_prerequisite
from capbuild.planning.plan_model import (
    PlanModel,
    StretchSessions,
    decode_sessions,
    encode_plan,
    split_sessions,
    stretch_sessions,
)
from capbuild.planning.problem import Form, PlanOption, Problem, Session, Timeline

#: Columns up to which the monthly problem is solved to optimality, and up to which it is solved at once.
SMALL, _WHOLE = 1_500, 6_000
#: Relative difference in value allowed when minimising cost: below machine precision.
_SAME = 1e-9

#: Default gap at which a search may stop, and default maximum rounds.
GAP, ROUNDS = 0.01, 24
#: Solver callbacks until a stop: in stage 1, and in a round of the search.
_WORK, _ROUND_WORK = 20_000, 200
#: Seconds after which a clock ends a solve, far more than the work limit. The plan reports it.
_SAFETY = 600.0
#: Stopping rule of a search round.
ROUND = SolveEffort(gap=GAP / 50, work=_ROUND_WORK, seconds=_SAFETY)
#: Search rounds before repeating stage 1: one of each kind.
_FIRST_ROUNDS = 4
#: Months per stretch in stage 1.
_STRETCH = 12


@frozen(kw_only=True)
class Solution:
    """Checked plan as numbers, with its bound.

    Attributes:
        sessions: Its sessions.
        verdicts: Result of the checker.
        bound: Upper bound of the value without a greater shortfall; None for none.
        stopped: Stopping reason.
        deterministic: Whether the same input gives the same plan.
        solver: Name of the solver; empty for a draft.
        version: Its version.
    """

    sessions: tuple[Session, ...]
    verdicts: CheckResult
    bound: float | None = None
    stopped: StopReason = StopReason.GREEDY
    deterministic: bool = True
    solver: str = ""
    version: str = ""


def require_valid(problem: Problem, plan: Sequence[Session]) -> CheckResult:
    """Return the check of a valid plan.

    Raises:
        PlanError: CB810, the plan breaks a limit.
    """
    verdicts = check_plan(problem, plan)
    if verdicts.broken:
        raise PlanError(f"the plan breaks {len(verdicts.broken)} rules: {'; '.join(verdicts.broken[:5])}", code="CB810")
    return verdicts


def solve(
    problem: Problem,
    *,
    gap: float = GAP,
    rounds: int = ROUNDS,
    solver: bool | None = None,
    start: Sequence[Session] = (),
) -> Solution:
    """Return a plan for a numeric problem.

    Without HiGHS, the plan is greedy and has no bound.

    Args:
        problem: The problem to solve.
        gap: Relative gap to the bound at which the search may stop; small problems are solved to optimality.
        rounds: Maximum rounds of the repair search.
        solver: Whether to use HiGHS; None if installed.
        start: A known plan, used if better than the draft.

    Raises:
        PlanError: CB810, no plan is within the limits.
    """
    draft = _solve_greedily(problem, start)
    if not (has_solver() if solver is None else solver):
        return Solution(sessions=draft, verdicts=require_valid(problem, draft))
    model = monthly_model(problem)
    if model is not None:
        exact = model.linear.size[0] <= SMALL
        return _solve_monthly(
            problem, model, draft, SolveEffort(gap=0.0 if exact else gap, work=_WORK, seconds=_SAFETY)
        )
    return solve_in_stages(problem, draft, gap=gap, rounds=rounds)


def quick_solution(problem: Problem, start: Sequence[Session] = ()) -> Solution:
    """Improve a known plan quickly, with a valid bound.

    The plan is filled, and its seats are reassigned once. The bound is that of the linear relaxation, which is looser
    than the bound of `solve`.

    Args:
        problem: The problem to solve.
        start: Sessions of a known plan that are within the limits.

    Raises:
        PlanError: CB810, no plan is within the limits.
    """
    search = LocalSearch(problem, _solve_greedily(problem, start))
    if not has_solver():
        return Solution(sessions=search.plan, verdicts=require_valid(problem, search.plan))
    model = monthly_model(problem, SMALL) or PlanModel(problem, Timeline.every(problem, _STRETCH))
    relaxed = model.linear.make_solver()
    relaxed.relax_integrality()
    bound = relaxed.solve(SolveEffort(seconds=_SAFETY))
    if bound.status == "optimal" and bound.bound - search.merit > GAP * abs(bound.bound):
        search.improve_part(0, ROUND)
    best = max(bound.bound, search.merit)
    return _to_solution(
        problem, search.plan, SolverAnswer(bound=best, status=bound.status, value=search.merit), SolveEffort(gap=GAP)
    )


def monthly_model(problem: Problem, most: int = _WHOLE) -> PlanModel | None:
    """Return the monthly problem as one model.

    The result is None if the model has more columns than `most`.
    """
    if _estimate_columns(problem) > most:
        return None
    model = PlanModel(problem, Timeline.monthly(problem))
    return model if model.linear.size[0] <= most else None


def _estimate_columns(problem: Problem) -> int:
    """Return the approximate number of columns of the monthly model."""
    seats = sum(
        len(option.demand) * len(option.language_options) * len(option.host_options) for option in problem.options
    )
    return seats * problem.months // 4


def _solve_greedily(problem: Problem, start: Sequence[Session]) -> tuple[Session, ...]:
    drafts = [plan_greedily(problem)]
    if start and not check_plan(problem, start).broken:
        drafts.append(plan_greedily(problem, start))
    return max(drafts, key=lambda plan: penalised_value(problem, plan))


def _solve_monthly(problem: Problem, model: PlanModel, draft: tuple[Session, ...], effort: SolveEffort) -> Solution:
    """Solve the monthly problem, then minimise cost at equal value."""
    solver = model.linear.make_solver()
    known = not check_plan(problem, draft).broken
    if known:
        solver.set_start(encode_plan(model, draft))
    answer = solver.solve(effort)
    if answer.status == "infeasible" and not known:
        raise PlanError("no plan keeps to the limits", code="CB810", remedy="relax the floor, the budget or the months")
    best = LocalSearch(problem, draft) if known else None
    solution = decode_sessions(model, answer.values) if answer.is_found else draft
    if best is None or not best.accept(solution):
        solution = draft if best is not None else solution
    if answer.is_found and answer.status == "optimal" and not effort.gap:
        solution = _minimise_cost(problem, model, solution, answer, effort)
    return _to_solution(problem, solution, answer, effort)


def _minimise_cost(
    problem: Problem, model: PlanModel, found: tuple[Session, ...], answer: SolverAnswer, effort: SolveEffort
) -> tuple[Session, ...]:
    costs = model.costs
    worths = model.linear.objective()
    solver = model.linear.make_solver()
    least = answer.value - abs(answer.value) * _SAME - _SAME
    solver.add_row({c: w for c, w in enumerate(worths) if w}, low=least)
    solver.set_objective([-costs.get(column, 0.0) for column in range(len(worths))])
    solver.set_start(dict(enumerate(answer.values)))
    second = solver.solve(effort)
    if not second.is_found:
        return found
    cheap = decode_sessions(model, second.values)
    verdicts, before = check_plan(problem, cheap), check_plan(problem, found)
    better = not verdicts.broken and verdicts.value >= before.value and verdicts.cost < before.cost
    return cheap if better else found


def solve_in_stages(
    problem: Problem, draft: tuple[Session, ...], *, gap: float, rounds: int, stretch: int = _STRETCH
) -> Solution:
    """Solve in two stages, at least as well as greedily.

    The last tenths of a per cent of a bound take most of the time. The first stage therefore stops at the gap, and is
    repeated to half of the gap only if the plan is still further off after a few search rounds.
    """
    search, states = LocalSearch(problem, draft), []
    quick = SolveEffort(gap=gap / 50, work=_ROUND_WORK, seconds=_SAFETY)
    bound, number = inf, 0
    for near, until in ((gap, min(_FIRST_ROUNDS, rounds)), (gap / 2, rounds)):
        first = _solve_stretches(problem, search, SolveEffort(gap=near, work=_WORK, seconds=_SAFETY), stretch)
        states.append(first.status)
        bound = min(bound, first.bound)
        while number < until and not _is_close(search.merit, bound, gap):
            states.append(search.improve_part(number, quick))
            number += 1
        if _is_close(search.merit, bound, gap):
            break
    answer = SolverAnswer(value=search.merit, bound=bound, status="time" if "time" in states else "work")
    return _to_solution(problem, search.plan, answer, SolveEffort(gap=gap))


def _solve_stretches(problem: Problem, search: LocalSearch, effort: SolveEffort, stretch: int) -> SolverAnswer:
    """Plan over years, then search months."""
    timeline = Timeline.every(problem, stretch)
    model = PlanModel(problem, timeline)
    first = model.linear.make_solver().solve(effort)
    if first.is_found:
        search.accept_filled(_schedule_sessions(problem, timeline, stretch_sessions(model, first.values)))
    return first


def _is_close(merit: float, bound: float, gap: float) -> bool:
    return bound - merit <= gap * abs(bound)


def _to_solution(problem: Problem, found: Sequence[Session], answer: SolverAnswer, effort: SolveEffort) -> Solution:
    verdicts = require_valid(problem, found)
    bound = answer.bound + plan_penalties(problem, found, verdicts)
    near = bound - float(verdicts.value) <= max(effort.gap, 1e-6) * abs(bound)
    reason = StopReason.GAP if near else StopReason.LIMIT
    if answer.status == "optimal" and not effort.gap:
        reason = StopReason.OPTIMAL
    elif answer.status == "time":
        reason = StopReason.TIME
    return Solution(
        sessions=tuple(found),
        verdicts=verdicts,
        bound=bound,
        stopped=reason,
        deterministic=answer.status != "time",
        solver="HiGHS",
        version=solver_version(),
    )


def _schedule_sessions(problem: Problem, timeline: Timeline, intents: Sequence[StretchSessions]) -> tuple[Session, ...]:
    """Return the sessions of stretches, scheduled in months.

    Each session starts in the month of its stretch with most seats, or later, or earlier. Sessions that fit nowhere
    are left out.

    Args:
        problem: The problem to solve.
        timeline: Stretches of the intents.
        intents: Sessions to schedule.
    """
    draft = PartialPlan(problem)
    rank = {number: position for position, (number, _) in enumerate(sort_by_prerequisite(problem))}
    for planned in sorted(intents, key=lambda intent: (intent.stretch, rank[intent.option], intent)):
        for seats in split_sessions(problem.options[planned.option], planned):
            _place_session(draft, timeline, planned, seats)
    return draft.plan


def _place_session(
    draft: PartialPlan, timeline: Timeline, one: StretchSessions, seats: tuple[tuple[int, int], ...]
) -> None:
    best: tuple[tuple[int, int], Session] | None = None
    wanted = sum(count for _, count in seats)
    early = bool(draft.problem.dependents.get(one.option))
    for months in _list_candidate_months(timeline, one.stretch):
        for session in _list_candidate_sessions(draft, one, seats, months):
            # Prerequisites come early; other sessions come when they cost least.
            merit = sum(count for _, count in session.seats), 0 if early else -draft.added_cost(session)
            if (best is None or merit > best[0]) and draft.is_affordable(session):
                best = merit, session
        if best is not None and best[0][0] == wanted:
            break
    if best is not None:
        draft.add(best[1])


def _list_candidate_months(timeline: Timeline, stretch: int) -> Iterator[range]:
    """Yield the months of a stretch, then later, earlier ones."""
    yield timeline.stretches[stretch]
    yield from timeline.stretches[stretch + 1 :]
    yield from reversed(timeline.stretches[:stretch])


def _list_candidate_sessions(
    draft: PartialPlan, one: StretchSessions, seats: tuple[tuple[int, int], ...], months: Iterable[int]
) -> Iterator[Session]:
    problem, option = draft.problem, draft.problem.options[one.option]
    for month in months:
        if month not in problem.possible_starts(one.option) or not draft.has_trainers(one.option, month, one.language):
            continue
        room = [
            (place, min(count, draft.available_seats(one.option, place, month, one.language))) for place, count in seats
        ]
        seated = tuple((place, count) for place, count in room if count > 0)
        host = (
            one.host
            if one.host in problem.open_hosts(one.option, month)
            else cheapest_host(problem, one.option, month, seated)
        )
        if host is not None and _is_placed(option, seated):
            yield Session(month, one.option, one.language, host, seated)


def _is_placed(option: PlanOption, seats: tuple[tuple[int, int], ...]) -> bool:
    if option.form is Form.JOINT:
        return len(seats) >= option.countries_min
    return bool(seats) and (option.form is Form.COUNTRY or sum(count for _, count in seats) >= option.seats_min)
