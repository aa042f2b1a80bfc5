"""Which limits must give, together and by how much, for all wishes and floors to come true at once.

Limits become elastic by named group, and the sum of what they give is made least, in shares of each limit. What stays
unmet however much they give, no money and no time can bring about.
"""

from collections.abc import Collection, Iterator

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.planning.compiled_problem import Compiled
from capbuild.planning.linear import Answer, Effort, Linear, has_solver
from capbuild.planning.plan_model import Model
from capbuild.planning.problem import Problem
from capbuild.planning.solver import SMALL, monthly_model
from capbuild.planning.timeline import Timeline

__all__ = ["Widened", "widened"]

#: More than any plan takes; and what a wish that stays unmet costs, in shares of a limit.
_ENOUGH, _UNMET = 10**12, 1e4
#: When the search for the least widening stops.
_EFFORT = Effort(gap=1e-3, work=20_000, seconds=600.0)


@frozen(kw_only=True)
class Widened:
    """What must give for wishes and floors to come true together.

    Attributes:
        shares: By which share of itself each group of limits must widen: `budget`, `budget 2016`, `trainer days`,
            `days away JM`. Groups that need not are left out. Of a limit of 0 there is no share: see `amounts`.
        amounts: What each limit of 0 must become, such as `USD 1,700` or `4 days`.
        unmet: Wishes, and countries whose floor is not reached (`floor JM`), whatever gives.
        exact: Whether months were looked at one by one; else the shares are the least that can be enough.
    """

    shares: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    amounts: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    unmet: tuple[str, ...] = field(default=(), converter=to_tuple)
    exact: bool = True

    def __str__(self) -> str:
        least = "" if self.exact else "at least "
        said = [f"{name} {least}+{share:.1%}" for name, share in self.shares.items()]
        said += [f"{name} {least}{amount} instead of 0" for name, amount in self.amounts.items()]
        said += [f"{name} cannot be, whatever gives" for name in self.unmet]
        return "; ".join(said) or "all of it fits the limits"


def widened(compiled: Compiled, only: Collection[str] = ()) -> Widened:
    """Return what must give, in all, for every wish and floor of a problem.

    Args:
        compiled: The problem, with its wishes.
        only: Groups that may give; all of them where none is named.

    Raises:
        PlanError: CB816, HiGHS is not installed.
    """
    if not has_solver():
        raise PlanError(
            "what must give together is found with HiGHS, which is not installed",
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
    model = exact or Model(loose, Timeline.every(problem, 12))
    gives = _elastic(model, problem, only)
    some = {name for _, name, limit in _limits(model, problem) if limit}
    answer = _least(model.linear, gives)
    given = {name: answer.values[column] for name, column in sorted(gives.items()) if answer.values[column] > 1e-6}
    return Widened(
        shares={name: much for name, much in given.items() if name in some},
        amounts={name: _amount(problem, name, much) for name, much in given.items() if name not in some},
        unmet=_unmet(model, answer),
        exact=exact is not None,
    )


def _amount(problem: Problem, name: str, much: float) -> str:
    """Return what a limit of 0 must become: money in the currency's main units, or days."""
    return problem.said(round(much * problem.unit)) if name.startswith("budget") else f"{much:,.1f} days"


def _elastic(model: Model, problem: Problem, only: Collection[str]) -> dict[str, int]:
    """Add a column for what each group gives, and the rows that keep to its limit and that; return the columns."""
    gives: dict[str, int] = {}
    linear = model.linear
    for row, name, limit in list(_limits(model, problem)):
        if name not in gives:
            upper = 0.0 if only and name not in only else float("inf")
            gives[name] = linear.column(("give", name), upper=upper)
        linear.row(("keep", *row), {**linear.entries(row), gives[name]: -(limit or 1.0)}, high=limit)
    return gives


def _limits(model: Model, problem: Problem) -> Iterator[tuple[tuple[object, ...], str, float]]:
    """Yield each row that a limit makes, with the name of its group and the limit itself."""
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


def _least(linear: Linear, gives: dict[str, int]) -> Answer:
    worths = [0.0] * len(linear.names)
    for column, name in enumerate(linear.names):
        if name[0] in ("lack", "short"):
            worths[column] = -_UNMET
    for column in gives.values():
        worths[column] = -1.0
    solver = linear.solver()
    solver.worth(worths)
    answer = solver.solve(_EFFORT)
    if not answer.found:
        raise PlanError("no plan keeps to the rules, whatever gives", code="CB810", remedy="look at the catalogue")
    return answer


def _unmet(model: Model, answer: Answer) -> Iterator[str]:
    problem = model.problem
    for column, name in enumerate(model.linear.names):
        if name[0] == "lack" and answer.values[column] > 1e-6:
            place = "" if name[2] is None else f" {problem.places[name[2]].id}"
            yield f"{problem.deeds[name[1]].id}{place}"
        elif name[0] == "short" and answer.values[column] > 1e-6:
            yield f"floor {problem.places[name[1]].id}"
