"""How a plan with a bound is found: exactly where that is quick, in two stages where it is not.

Stage 1 plans over years: what for whom, and a bound that no plan over months can pass. Stage 2 finds the months: by
list scheduling, greedy filling and a repair search. Everything stops by gap and by work, so two runs give the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from attrs import frozen

from capbuild.errors import PlanError
from capbuild.model import StopReason
from capbuild.planning.check import Verdicts, examine
from capbuild.planning.decoding import Intent, encode, intents, sessions, split
from capbuild.planning.greedy import best_host, greedy
from capbuild.planning.linear import Answer, Effort, has_solver, solver_version
from capbuild.planning.local_search import Search, merit, penalties
from capbuild.planning.partial_plan import Draft, deeds_in_order
from capbuild.planning.plan_model import Model
from capbuild.planning.problem import Deed, Form, Problem, Session
from capbuild.planning.timeline import Timeline

__all__ = ["GAP", "ROUND", "ROUNDS", "SMALL", "Solved", "first_answer", "in_stages", "monthly_model", "passed", "solve"]

#: Columns up to which the monthly problem is solved to the end, and up to which it is solved at once.
SMALL, _WHOLE = 1_500, 6_000
#: Share of the value that the cheapest plan of the same worth may differ by: what a machine cannot tell apart.
_SAME = 1e-9


#: Gap at which a search may stop, and the most rounds it takes, where nothing else is asked for.
GAP, ROUNDS = 0.01, 24
#: Times that the solver may be asked whether to go on: in stage 1, and in a round of the search.
_WORK, _ROUND_WORK = 20_000, 200
#: Seconds after which a clock ends a solve: far more than the work allows. The plan says when it fired.
_SAFETY = 600.0
#: When a round of the search stops.
ROUND = Effort(gap=GAP / 50, work=_ROUND_WORK, seconds=_SAFETY)
#: Rounds of the search before stage 1 is done again: each kind of round once.
_FIRST_ROUNDS = 4
#: Months of a stretch in stage 1.
_STRETCH = 12


@frozen(kw_only=True)
class Solved:
    """A plan in plain numbers, passed by the checker.

    Attributes:
        sessions: What is held.
        verdicts: What the checker found.
        bound: No plan with no greater shortfall is worth more; None where no bound was found.
        stopped: Why the search stopped.
        deterministic: Whether the same input gives the same plan again.
        solver: Name of the solver; empty for a draft.
        version: Its version.
    """

    sessions: tuple[Session, ...]
    verdicts: Verdicts
    bound: float | None = None
    stopped: StopReason = StopReason.GREEDY
    deterministic: bool = True
    solver: str = ""
    version: str = ""


def passed(problem: Problem, plan: Sequence[Session]) -> Verdicts:
    """Return what the checker finds of a plan that breaks nothing.

    Raises:
        PlanError: CB810, it breaks a limit.
    """
    verdicts = examine(problem, plan)
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
) -> Solved:
    """Return a plan for a problem in plain numbers: with a bound where HiGHS is installed, else a draft.

    Args:
        problem: What is asked.
        gap: Share of the bound at which the search may stop; what is small is solved to the end.
        rounds: Most rounds of the repair search.
        solver: Whether HiGHS is used; None for where it is installed.
        start: A plan that is known already, taken up where it is better than the draft.

    Raises:
        PlanError: CB810, no plan keeps to the limits.
    """
    draft = _draft(problem, start)
    if not (has_solver() if solver is None else solver):
        return Solved(sessions=draft, verdicts=passed(problem, draft))
    model = monthly_model(problem)
    if model is not None:
        exact = model.linear.size[0] <= SMALL
        return _at_once(problem, model, draft, Effort(gap=0.0 if exact else gap, work=_WORK, seconds=_SAFETY))
    return in_stages(problem, draft, gap=gap, rounds=rounds)


def first_answer(problem: Problem, start: Sequence[Session] = ()) -> Solved:
    """Return a plan near one that is known, and the bound of fractions of sessions: quick, and never wrong.

    The known plan is filled up and its seats are given anew once. The bound is that of the linear relaxation, so it is
    further off than that of `solve`.

    Args:
        problem: What is asked.
        start: A plan that is known; only what of it keeps to the limits should be given.

    Raises:
        PlanError: CB810, no plan keeps to the limits.
    """
    search = Search(problem, _draft(problem, start))
    if not has_solver():
        return Solved(sessions=search.plan, verdicts=passed(problem, search.plan))
    model = monthly_model(problem, SMALL) or Model(problem, Timeline.every(problem, _STRETCH))
    relaxed = model.linear.solver()
    relaxed.relax()
    bound = relaxed.solve(Effort(seconds=_SAFETY))
    if bound.status == "optimal" and bound.bound - search.merit > GAP * abs(bound.bound):
        search.round(0, ROUND)
    best = max(bound.bound, search.merit)
    return _solved(problem, search.plan, Answer(bound=best, status=bound.status, value=search.merit), Effort(gap=GAP))


def monthly_model(problem: Problem, most: int = _WHOLE) -> Model | None:
    """Return the monthly problem as one model; None where it has more columns than are solved at once."""
    if _columns(problem) > most:
        return None
    model = Model(problem, Timeline.monthly(problem))
    return model if model.linear.size[0] <= most else None


def _columns(problem: Problem) -> int:
    """Return about how many columns the monthly problem has: a quick look before a model is made."""
    seats = sum(len(deed.demand) * len(deed.tongues) * len(deed.houses) for deed in problem.deeds)
    return seats * problem.months // 4


def _draft(problem: Problem, start: Sequence[Session]) -> tuple[Session, ...]:
    drafts = [greedy(problem)]
    if start and not examine(problem, start).broken:
        drafts.append(greedy(problem, start))
    return max(drafts, key=lambda plan: merit(problem, plan))


def _at_once(problem: Problem, model: Model, draft: tuple[Session, ...], effort: Effort) -> Solved:
    """Solve the monthly problem as it is; then, of plans worth the same, take the cheapest."""
    solver = model.linear.solver()
    known = not examine(problem, draft).broken
    if known:
        solver.hint(encode(model, draft))
    answer = solver.solve(effort)
    if answer.status == "infeasible" and not known:
        raise PlanError("no plan keeps to the limits", code="CB810", remedy="relax the floor, the budget or the months")
    best = Search(problem, draft) if known else None
    found = sessions(model, answer.values) if answer.found else draft
    if best is None or not best.replace(found):
        found = draft if best is not None else found
    if answer.found and answer.status == "optimal" and not effort.gap:
        found = _cheapest(problem, model, found, answer, effort)
    return _solved(problem, found, answer, effort)


def _cheapest(
    problem: Problem, model: Model, found: tuple[Session, ...], answer: Answer, effort: Effort
) -> tuple[Session, ...]:
    costs = model.costs
    worths = model.linear.worths()
    solver = model.linear.solver()
    least = answer.value - abs(answer.value) * _SAME - _SAME
    solver.add({c: w for c, w in enumerate(worths) if w}, low=least)
    solver.worth([-costs.get(column, 0.0) for column in range(len(worths))])
    solver.hint(dict(enumerate(answer.values)))
    second = solver.solve(effort)
    if not second.found:
        return found
    cheap = sessions(model, second.values)
    verdicts, before = examine(problem, cheap), examine(problem, found)
    better = not verdicts.broken and verdicts.value >= before.value and verdicts.cost < before.cost
    return cheap if better else found


def in_stages(
    problem: Problem, draft: tuple[Session, ...], *, gap: float, rounds: int, stretch: int = _STRETCH
) -> Solved:
    """Return a plan found in two stages; it is no worse than the draft.

    The last tenths of a per cent of a bound take most of the time it takes. So stage 1 stops at the gap first, and is
    done again to half of it only where the plan is still further off after a few rounds of the search.
    """
    search, states = Search(problem, draft), []
    quick = Effort(gap=gap / 50, work=_ROUND_WORK, seconds=_SAFETY)
    bound, number = inf, 0
    for near, until in ((gap, min(_FIRST_ROUNDS, rounds)), (gap / 2, rounds)):
        first = _over_years(problem, search, Effort(gap=near, work=_WORK, seconds=_SAFETY), stretch)
        states.append(first.status)
        bound = min(bound, first.bound)
        while number < until and not _is_near(search.merit, bound, gap):
            states.append(search.round(number, quick))
            number += 1
        if _is_near(search.merit, bound, gap):
            break
    answer = Answer(value=search.merit, bound=bound, status="time" if "time" in states else "work")
    return _solved(problem, search.plan, answer, Effort(gap=gap))


def _over_years(problem: Problem, search: Search, effort: Effort, stretch: int) -> Answer:
    """Plan over years, and let the search take up what of it finds its months."""
    timeline = Timeline.every(problem, stretch)
    model = Model(problem, timeline)
    first = model.linear.solver().solve(effort)
    if first.found:
        search.take(_schedule(problem, timeline, intents(model, first.values)))
    return first


def _is_near(merit: float, bound: float, gap: float) -> bool:
    return bound - merit <= gap * abs(bound)


def _solved(problem: Problem, found: Sequence[Session], answer: Answer, effort: Effort) -> Solved:
    verdicts = passed(problem, found)
    bound = answer.bound + penalties(problem, found, verdicts)
    near = bound - float(verdicts.value) <= max(effort.gap, 1e-6) * abs(bound)
    reason = StopReason.GAP if near else StopReason.LIMIT
    if answer.status == "optimal" and not effort.gap:
        reason = StopReason.OPTIMAL
    elif answer.status == "time":
        reason = StopReason.TIME
    return Solved(
        sessions=tuple(found),
        verdicts=verdicts,
        bound=bound,
        stopped=reason,
        deterministic=answer.status != "time",
        solver="HiGHS",
        version=solver_version(),
    )


def _schedule(problem: Problem, timeline: Timeline, intents: Sequence[Intent]) -> tuple[Session, ...]:
    """Return sessions in months: each in the month of its stretch that seats most people, or after it, or before.

    What fits nowhere is left out.

    Args:
        problem: What is asked.
        timeline: Stretches that the intents speak of.
        intents: What is to be held.
    """
    draft = Draft(problem)
    rank = {number: place for place, (number, _) in enumerate(deeds_in_order(problem))}
    for one in sorted(intents, key=lambda intent: (intent.stretch, rank[intent.deed], intent)):
        for seats in split(problem.deeds[one.deed], one):
            _place(draft, timeline, one, seats)
    return draft.plan


def _place(draft: Draft, timeline: Timeline, one: Intent, seats: tuple[tuple[int, int], ...]) -> None:
    best: tuple[tuple[int, int], Session] | None = None
    wanted = sum(count for _, count in seats)
    early = bool(draft.problem.waiting.get(one.deed))
    for months in _months(timeline, one.stretch):
        for session in _tries(draft, one, seats, months):
            # What others wait for comes early; anything else comes when it costs least.
            merit = sum(count for _, count in session.seats), 0 if early else -draft.costs(session)
            if (best is None or merit > best[0]) and draft.affordable(session):
                best = merit, session
        if best is not None and best[0][0] == wanted:
            break
    if best is not None:
        draft.add(best[1])


def _months(timeline: Timeline, stretch: int) -> Iterator[range]:
    """Yield the months of a stretch, then those after it, then those before."""
    yield timeline.stretches[stretch]
    yield from timeline.stretches[stretch + 1 :]
    yield from reversed(timeline.stretches[:stretch])


def _tries(draft: Draft, one: Intent, seats: tuple[tuple[int, int], ...], months: Iterable[int]) -> Iterator[Session]:
    problem, deed = draft.problem, draft.problem.deeds[one.deed]
    for month in months:
        if month not in problem.starts(one.deed) or not draft.staffed(one.deed, month, one.language):
            continue
        room = [(place, min(count, draft.room(one.deed, place, month, one.language))) for place, count in seats]
        taken = tuple((place, count) for place, count in room if count > 0)
        host = one.host if one.host in problem.houses(one.deed, month) else best_host(problem, one.deed, month, taken)
        if host is not None and _held(deed, taken):
            yield Session(month, one.deed, one.language, host, taken)


def _held(deed: Deed, seats: tuple[tuple[int, int], ...]) -> bool:
    if deed.form is Form.JOINT:
        return len(seats) >= deed.countries_min
    return bool(seats) and (deed.form is Form.COUNTRY or sum(count for _, count in seats) >= deed.seats_min)
