"""`plan`: from needs to the activities, cohorts, months and costs that close most within the limits."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.errors import PlanError
from capbuild.model import AssessmentSet, Catalogue, Limits, Needs, Plan, StopReason
from capbuild.planning.assembling import assemble
from capbuild.planning.check import Verdicts, examine
from capbuild.planning.compiling import Compiled, compile_problem
from capbuild.planning.greedy import greedy
from capbuild.planning.linear import has_solver, solver_version
from capbuild.planning.ordering import fingerprint
from capbuild.planning.problem import Problem, Session
from capbuild.planning.recalling import sessions_of

__all__ = ["Solved", "again", "as_plan", "passed", "plan", "solve"]

#: Gap at which a search may stop, and the most rounds it takes, where nothing else is asked for.
GAP, ROUNDS = 0.02, 14


@frozen(kw_only=True)
class Solved:
    """A plan in plain numbers, passed by the checker.

    Attributes:
        sessions: What is held.
        verdicts: What the checker found.
        bound: No plan within the limits is worth more; None where no bound was found.
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


def plan(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    *,
    assessed: AssessmentSet | None = None,
    gap: float = GAP,
    rounds: int = ROUNDS,
) -> Plan:
    """Return the plan that closes most of the weighted gaps within the limits.

    It chooses activities, cohorts across countries (language, seats), months and hosts. Its value is the expected
    weighted gap closure, with diminishing returns. A plan addresses needs; only a new finding meets one.

    Args:
        needs: What countries need.
        catalogue: What can be done.
        limits: What the plan keeps to.
        assessed: The assessments behind the needs: they tell which required criteria and safeguards are confirmed.
        gap: Share of the bound at which the search may stop.
        rounds: Most rounds of the repair search; 0 for what the first stages give.

    Returns:
        A plan that the exact checker has passed, with value, bound, gap and why the search stopped.

    Raises:
        PlanError: CB812 or CB813, limits and catalogue do not fit together. CB810, no plan keeps to the limits.
    """
    compiled = compile_problem(needs, catalogue, limits, assessed=assessed)
    return as_plan(compiled, solve(compiled.problem, gap=gap, rounds=rounds))


def as_plan(compiled: Compiled, solved: Solved) -> Plan:
    """Return what was solved in the words it was asked in."""
    return assemble(
        compiled,
        solved.sessions,
        solved.verdicts,
        bound=solved.bound,
        stopped=solved.stopped,
        deterministic=solved.deterministic,
        solver=solved.solver,
        version=solved.version,
    )


def solve(problem: Problem, *, gap: float = GAP, rounds: int = ROUNDS) -> Solved:
    """Return a plan for a problem in plain numbers: with a bound where HiGHS is installed, else a draft.

    Args:
        problem: What is asked.
        gap: Share of the bound at which the search may stop.
        rounds: Most rounds of the repair search.

    Raises:
        PlanError: CB810, no plan keeps to the limits.
    """
    if not has_solver():
        sessions = greedy(problem)
        return Solved(sessions=sessions, verdicts=passed(problem, sessions))
    from capbuild.planning.stages import staged

    found = staged(problem, gap=gap, rounds=rounds)
    return Solved(
        sessions=found.sessions,
        verdicts=passed(problem, found.sessions),
        bound=found.bound,
        stopped=found.stopped,
        deterministic=found.stopped is not StopReason.TIME,
        solver="HiGHS",
        version=solver_version(),
    )


def passed(problem: Problem, sessions: Sequence[Session]) -> Verdicts:
    """Return what the checker finds of a plan that breaks nothing.

    Raises:
        PlanError: CB810, it breaks a limit.
    """
    verdicts = examine(problem, sessions)
    if verdicts.broken:
        raise PlanError(f"the plan breaks {len(verdicts.broken)} rules: {'; '.join(verdicts.broken[:5])}", code="CB810")
    return verdicts


def again(compiled: Compiled, kept: Plan) -> Plan | None:
    """Return a plan that was kept, when it was made from the same and the checker passes it; None otherwise."""
    if kept.input_hash != fingerprint(compiled.problem):
        return None
    try:
        sessions = sessions_of(compiled, kept)
        verdicts = passed(compiled.problem, sessions)
    except PlanError:
        return None
    solved = Solved(
        sessions=sessions,
        verdicts=verdicts,
        bound=kept.bound,
        stopped=kept.stopped,
        deterministic=kept.deterministic,
        solver=kept.solver,
        version=kept.solver_version,
    )
    return as_plan(compiled, solved)
