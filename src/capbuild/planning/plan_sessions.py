"""Sessions of an existing `Plan` as numbers."""

from collections.abc import Iterator

from capbuild.errors import PlanError
from capbuild.model import Plan
from capbuild.planning.compiled_problem import CompiledProblem
from capbuild.planning.problem import Session


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
