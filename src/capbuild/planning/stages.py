"""Two stages with HiGHS: what for whom by quarters, then when; then a search that repairs the plan part by part.

Every stage ends by gap or by work, so that two runs give the same plan; a clock is there as a safety only, and the
plan says so when it fired. The bound is the least of those that relaxed timelines prove: quarters, and years.
"""

from collections.abc import Iterator

from attrs import define, frozen

from capbuild.model import StopReason
from capbuild.planning.check import examine
from capbuild.planning.decoding import intents, sessions
from capbuild.planning.greedy import greedy
from capbuild.planning.linear import Answer, Effort
from capbuild.planning.modelling import Model
from capbuild.planning.problem import Problem, Session
from capbuild.planning.scheduling import schedule
from capbuild.planning.searching import Search
from capbuild.planning.timeline import Timeline

__all__ = ["Staged", "staged"]

#: Columns up to which the problem itself is solved, month by month; it is then solved to the end.
_SMALL = 1_500
#: Months of a stretch in the first stage, and in the second bound.
_QUARTER, _YEAR = 3, 12
#: Seconds after which a clock ends a solve: far more than the work allows.
_SAFETY = 600.0
#: Gap of the first stages, and gap and work of a round of the search.
_FIRST, _ROUND = Effort(gap=0.01, seconds=_SAFETY), Effort(gap=0.002, work=400, seconds=_SAFETY)


@frozen(kw_only=True)
class Staged:
    """What the stages found.

    Attributes:
        sessions: The plan.
        bound: No plan within the limits is worth more.
        stopped: Why the search stopped.
    """

    sessions: tuple[Session, ...]
    bound: float
    stopped: StopReason


@define
class _Clock:
    """Whether a clock has ended a solve."""

    fired: bool = False

    def __call__(self, answer: Answer) -> Answer:
        self.fired = self.fired or answer.status == "time"
        return answer


def staged(problem: Problem, *, gap: float, rounds: int) -> Staged:
    """Return a plan with its bound.

    Args:
        problem: What is asked.
        gap: Share of the bound at which the search may stop.
        rounds: Most rounds of the repair search.
    """
    clock = _Clock()
    exact = Model(problem, Timeline.monthly(problem)) if _columns(problem) <= _SMALL else None
    if exact is not None and exact.linear.size[0] <= _SMALL:
        found = _whole(problem, exact, clock)
        if found is not None:
            return found
    bound, plan = _first(problem, clock)
    search = Search(problem, plan)
    stopped = StopReason.LIMIT
    for number in range(rounds):
        if bound - search.merit <= gap * abs(bound):
            stopped = StopReason.GAP
            break
        search.round(number, _ROUND)
    if bound - search.merit <= gap * abs(bound):
        stopped = StopReason.GAP
    return Staged(sessions=search.plan, bound=bound, stopped=StopReason.TIME if clock.fired else stopped)


def _columns(problem: Problem) -> int:
    """Return about how many columns the problem itself has: a quick look before a model is made."""
    seats = sum(len(deed.demand) * max(len(deed.tongues), 1) * max(len(deed.houses), 1) for deed in problem.deeds)
    return seats * problem.months // 2


def _whole(problem: Problem, model: Model, clock: _Clock) -> Staged | None:
    """Return the best plan of all, proven; None where the solver gives none."""
    answer = clock(model.linear.solver().solve(Effort(gap=0.0, seconds=_SAFETY)))
    if not answer.found:
        return None
    plan = sessions(model, answer.values)
    if examine(problem, plan).broken:
        return None
    done = answer.status == "optimal"
    reason = StopReason.OPTIMAL if done else StopReason.TIME if clock.fired else StopReason.LIMIT
    return Staged(sessions=plan, bound=max(answer.bound, float(examine(problem, plan).value)), stopped=reason)


def _first(problem: Problem, clock: _Clock) -> tuple[float, tuple[Session, ...]]:
    """Return a bound, and the best of the plans that the first stages and the draft give."""
    plans = [greedy(problem)]
    bounds = []
    for length in (_YEAR, _QUARTER):
        model = Model(problem, Timeline.every(problem, length), hosted=False)
        answer = clock(model.linear.solver().solve(_FIRST))
        bounds.append(answer.bound)
        plans += _scheduled(problem, model, answer)
    best = max(plans, key=lambda plan: examine(problem, plan).value)
    return min(bounds), tuple(best)


def _scheduled(problem: Problem, model: Model, answer: Answer) -> Iterator[tuple[Session, ...]]:
    if answer.found:
        plan = greedy(problem, schedule(problem, model.timeline, intents(model, answer.values)))
        if not examine(problem, plan).broken:
            yield tuple(plan)
