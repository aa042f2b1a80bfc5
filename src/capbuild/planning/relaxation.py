"""Smallest relaxation of limits that makes wishes and floors feasible.

Limits become elastic by named group, minimising the sum of the relaxations as shares of each limit. What stays unmet is
impossible with any amount of money and time.
"""

from collections.abc import Collection, Iterator

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.planning.compiled_problem import CompiledProblem
from capbuild.planning.linear import LinearModel, SolveEffort, SolverAnswer, has_solver
from capbuild.planning.plan_model import PlanModel
from capbuild.planning.problem import Problem
from capbuild.planning.solver import SMALL, monthly_model
from capbuild.planning.timeline import Timeline

#: More than any plan needs; and the penalty of an unmet wish, in shares of a limit.
_ENOUGH, _UNMET = 10**12, 1e4
#: Stopping rule of the search for the smallest relaxation.
_EFFORT = SolveEffort(gap=1e-3, work=20_000, seconds=600.0)


@frozen(kw_only=True)
class Relaxation:
    """Relaxation of limits that meets all wishes and floors.

    Attributes:
        shares: Required relaxation of each group of limits, as a share: `budget`, `budget 2016`, `trainer days`,
            `days away JM`. Other groups are left out. A limit of 0 has no share: see `amounts`.
        amounts: Required value of each limit of 0, such as `USD 1,700` or `4 days`.
        unmet: Wishes, and floors (`floor JM`), that stay unmet whatever the limits.
        exact: Whether months were modelled separately; otherwise the shares are lower bounds.
    """

    shares: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    amounts: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    unmet: tuple[str, ...] = field(default=(), converter=to_tuple)
    exact: bool = True

    def __str__(self) -> str:
        least = "" if self.exact else "at least "
        lines = [f"{name} {least}+{share:.1%}" for name, share in self.shares.items()]
        lines += [f"{name} {least}{amount} instead of 0" for name, amount in self.amounts.items()]
        lines += [f"{name} cannot be met by any relaxation" for name in self.unmet]
        return "; ".join(lines) or "all of it fits the limits"


def relax_limits(compiled: CompiledProblem, only: Collection[str] = ()) -> Relaxation:
    """Return the smallest total relaxation for every wish and floor.

    Args:
        compiled: The problem, with its wishes.
        only: Groups to relax; all by default.

    Raises:
        PlanError: CB816, HiGHS is not installed.
    """
    if not has_solver():
        raise PlanError(
            "finding the smallest relaxation needs HiGHS, which is not installed",
            code="CB816",
            remedy='pip install "capbuild[plan]"',
        )
    problem = compiled.problem
    loose = evolve(
        problem,
        budget=None if problem.budget is None else _ENOUGH * problem.unit,
        yearly=dict.fromkeys(problem.yearly, _ENOUGH * problem.unit),
        trainers=None if problem.trainers is None else (_ENOUGH,) * problem.months,
        places=[one if one.away is None else evolve(one, away=(_ENOUGH,) * problem.months) for one in problem.places],
    )
    exact = monthly_model(loose, SMALL)
    model = exact or PlanModel(loose, Timeline.every(problem, 12))
    gives = _add_elastic_limits(model, problem, only)
    some = {name for _, name, limit in _limit_rows(model, problem) if limit}
    answer = _minimise_relaxation(model.linear, gives)
    given = {name: answer.values[column] for name, column in sorted(gives.items()) if answer.values[column] > 1e-6}
    return Relaxation(
        shares={name: much for name, much in given.items() if name in some},
        amounts={name: _format_new_limit(problem, name, much) for name, much in given.items() if name not in some},
        unmet=_list_unmet_wishes(model, answer),
        exact=exact is not None,
    )


def _format_new_limit(problem: Problem, name: str, much: float) -> str:
    """Return the new value of a limit of 0.

    Money in the currency's main units, or days.
    """
    return problem.format_amount(round(much * problem.unit)) if name.startswith("budget") else f"{much:,.1f} days"


def _add_elastic_limits(model: PlanModel, problem: Problem, only: Collection[str]) -> dict[str, int]:
    """Add elastic limits by group; return their columns."""
    gives: dict[str, int] = {}
    linear = model.linear
    for row, name, limit in list(_limit_rows(model, problem)):
        if name not in gives:
            upper = 0.0 if only and name not in only else float("inf")
            gives[name] = linear.add_column(("give", name), upper=upper)
        linear.add_row(("keep", *row), {**linear.row_entries(row), gives[name]: -(limit or 1.0)}, high=limit)
    return gives


def _limit_rows(model: PlanModel, problem: Problem) -> Iterator[tuple[tuple[object, ...], str, float]]:
    """Yield each limiting row with its group and limit."""
    for row in model.linear.rows:
        if row == ("budget",) and problem.budget is not None:
            yield row, "budget", problem.budget / problem.unit
        elif row[0] == "budget":
            yield row, f"budget {row[1]}", problem.yearly[row[1]] / problem.unit
        elif row[0] == "trainers" and len(row) == 2 and problem.trainers is not None:
            days = sum(problem.trainers[month] for month in model.timeline.stretches[row[1]])
            yield row, "trainer days", days / problem.day
        elif row[0] == "away" and len(row) == 3:
            where = problem.places[row[1]]
            months = [month for month in model.timeline.stretches[row[2]] if month not in where.blocked]
            yield row, f"days away {where.id}", sum((where.away or ())[month] for month in months) / problem.day


def _minimise_relaxation(linear: LinearModel, gives: dict[str, int]) -> SolverAnswer:
    worths = [0.0] * len(linear.names)
    for column, name in enumerate(linear.names):
        if name[0] in ("lack", "short"):
            worths[column] = -_UNMET
    for column in gives.values():
        worths[column] = -1.0
    solver = linear.make_solver()
    solver.set_objective(worths)
    answer = solver.solve(_EFFORT)
    if not answer.is_found:
        raise PlanError(
            "no plan keeps to the rules, however far limits are relaxed", code="CB810", remedy="look at the catalogue"
        )
    return answer


def _list_unmet_wishes(model: PlanModel, answer: SolverAnswer) -> Iterator[str]:
    problem = model.problem
    for column, name in enumerate(model.linear.names):
        if name[0] == "lack" and answer.values[column] > 1e-6:
            place = "" if name[2] is None else f" {problem.places[name[2]].id}"
            yield f"{problem.deeds[name[1]].id}{place}"
        elif name[0] == "short" and answer.values[column] > 1e-6:
            yield f"floor {problem.places[name[1]].id}"
