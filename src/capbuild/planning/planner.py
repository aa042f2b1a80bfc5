"""`plan`: activities, cohorts, months and costs that close the most gaps; sessions of existing plans."""

from collections.abc import Iterator

from capbuild._typed import explains_arguments
from capbuild.errors import PlanError
from capbuild.model import AssessmentSet, Catalogue, Limits, Needs, Plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem
from capbuild.planning.linear import has_solver, solver_version
from capbuild.planning.plan_assembly import assemble_plan
from capbuild.planning.problem import Session, hash_problem
from capbuild.planning.solver import GAP, ROUNDS, Solution, require_valid, solve


def to_sessions(compiled: CompiledProblem, plan: Plan) -> tuple[Session, ...]:
    """Return the sessions of a plan as numbers of a problem.

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
    """Return the sessions of a plan that exist in a problem.

    Drops sessions of other activities, countries or months.
    """
    problem = compiled.problem
    deeds = {deed.id: number for number, deed in enumerate(problem.deeds)}
    places = {place.id: number for number, place in enumerate(problem.places)}
    found = []
    for one in plan.activities:
        month = compiled.month_number(one.start)
        seats = tuple(sorted((places[code], count) for code, count in one.seats.items() if code in places))
        if one.activity in deeds and seats and 0 <= month < problem.months:
            found.append(Session(month, deeds[one.activity], one.language, one.host.alpha_2 if one.host else "", seats))
    return tuple(found)


def _list_unknown_names(compiled: CompiledProblem, plan: Plan) -> Iterator[str]:
    deeds = {deed.id for deed in compiled.problem.deeds}
    places = {place.id for place in compiled.problem.places}
    for one in plan.activities:
        month = compiled.month_number(one.start)
        if not 0 <= month < compiled.problem.months:
            yield f"{one.id} begins on {one.start}, outside the plan"
        if one.activity not in deeds:
            yield f"{one.id} holds {one.activity!r}, which is not in the catalogue"
        for code in sorted(set(one.seats) - places):
            yield f"{one.id} seats {code!r}, which has no need"


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
    """Return the plan that closes the most weighted gaps within limits.

    Chooses activities, cohorts across countries (language, seats), months and hosts. The value is the expected weighted
    gap closure, with diminishing returns. A plan addresses needs; only a new finding meets one.

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
    """Return a stored plan if its inputs and solver are unchanged.

    None otherwise, or if the checker rejects it.
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
