"""Explanations of a plan by its variants and smallest relaxations.

A solver's shadow prices (duals) are for fractional sessions, and misleading. Every figure here is the difference
between two plans, and reports if it is within the unproven part. Each search starts from the current plan, so its
result is never worse than that plan, repaired and filled.
"""

from collections.abc import Collection, Iterator

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Catalogue, Limits, Money, Needs, Plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem
from capbuild.planning.linear import LinearModel, SolveEffort, SolverAnswer, has_solver
from capbuild.planning.plan_model import PlanModel
from capbuild.planning.planner import find_known_sessions, to_plan
from capbuild.planning.problem import Problem, Timeline
from capbuild.planning.replanning import PlanChange, compare_plans, repair_sessions
from capbuild.planning.solver import GAP, ROUNDS, SMALL, monthly_model, quick_solution, solve

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
        places=[
            place if place.away is None else evolve(place, away=(_ENOUGH,) * problem.months) for place in problem.places
        ],
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

    Budgets are given in main units of the currency, other limits in days.
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
            yield f"{problem.options[name[1]].id}{place}"
        elif name[0] == "short" and answer.values[column] > 1e-6:
            yield f"floor {problem.places[name[1]].id}"


#: Factors to widen a limit by: to test whether it binds, and to make a wish feasible.
_WIDER = 1.05

_STEPS = (1.05, 1.1, 1.25, 1.5, 2.0)


@frozen(kw_only=True)
class Counterfactual:
    """Value of a plan with one change.

    Attributes:
        what: The change, as text.
        value: Value of the changed plan.
        difference: Difference in value.
        cost: Its cost.
        changes: Differences between the plans.
        proven: Whether the difference exceeds the gaps of the two plans to their bounds.
        unmet: Why the change is impossible; empty if it is possible.
    """

    what: str
    value: float
    difference: float
    cost: Money
    changes: tuple[PlanChange, ...] = field(default=(), converter=to_tuple)
    proven: bool = False
    unmet: str = ""

    def __str__(self) -> str:
        if self.unmet:
            return f"{self.what}: not possible, {self.unmet}"
        text = f"{self.what}: {self.difference:+.2f}, to {self.value:.2f}"
        if not self.proven:
            text += "; not distinguishable within the proven gap"
        displaced = sorted({c.activity for c in self.changes if c.after is None})
        added = sorted({c.activity for c in self.changes if c.before is None})
        if displaced:
            text += f"; displaces {', '.join(displaced)}"
        return text + (f"; brings in {', '.join(added)}" if added else "")


@frozen(kw_only=True)
class UsedLimit:
    """Use of a group of limits, and value of more.

    Attributes:
        name: `budget`, `budget 2016`, `trainer days`, `days away` or `people at one time`.
        used: Total use.
        limit: Total limit.
        unit: Unit of both: the currency, or `days`.
        wider: Value of the plan with 5 % more of the limit.
    """

    name: str
    used: float
    limit: float
    unit: str
    wider: Counterfactual

    @property
    def is_binding(self) -> bool:
        """True if more of the limit provably improves the plan.

        A limit that is used up is not necessarily binding.
        """
        return self.wider.proven and self.wider.difference > 0


@frozen(kw_only=True)
class Explainer:
    """Answers questions about a plan from variants of it.

    Attributes:
        needs: Needs of the plan.
        catalogue: The activities.
        limits: Limits of the plan.
        plan: The plan.
        assessed: The assessments behind the needs.
        gap: Relative gap to the bound at which each search may stop.
        rounds: Maximum rounds of each repair search.
        quick: Whether a first answer suffices: the repaired plan, against the bound for fractional sessions. It takes a
            few seconds instead of up to a minute, and leaves more differences unproven.
    """

    needs: Needs
    catalogue: Catalogue
    limits: Limits
    plan: Plan
    assessed: AssessmentSet | None = None
    gap: float = GAP
    rounds: int = ROUNDS
    quick: bool = False

    def why(self, activity: str) -> Counterfactual:
        """Return what the plan loses without an activity.

        The activity is an id such as `A09`, or an id and a country code: `A09 JM`.
        """
        banned = (*self.limits.banned, activity)
        return self._make_counterfactual(
            f"without {activity}", evolve(self.limits, banned=banned, must=self._list_other_wishes(activity))
        )

    def why_not(self, activity: str) -> Counterfactual:
        """Return the cost of including an activity.

        If the activity cannot be included, the result has the reason.
        """
        limits = evolve(
            self.limits,
            must=tuple(dict.fromkeys((*self.limits.must, activity))),
            banned=tuple(name for name in self.limits.banned if name != activity),
        )
        return self._make_counterfactual(f"with {activity}", limits, wish=activity)

    def vary_budget(self) -> tuple[Counterfactual, Counterfactual]:
        """Return the plan's value with a 5 % different budget.

        The first counterfactual has 5 % less money, the second 5 % more.
        """
        return (
            self._make_counterfactual("with 5 % less money", _widen_limit(self.limits, "budget", 2 - _WIDER)),
            self._make_counterfactual("with 5 % more money", _widen_limit(self.limits, "budget", _WIDER)),
        )

    def entry_budget(self, activity: str) -> Money | None:
        """Return the smallest tested budget that includes an activity.

        This is the current budget if the plan already includes the activity, and None if no tested budget does.
        """
        current = self.plan
        if _is_planned(current, activity):
            return self.limits.budget
        if self._is_blocked(activity):
            return None
        for factor in _STEPS:
            limits = _widen_limit(self.limits, "budget", factor)
            current = self._solve(limits, current)
            if _is_planned(current, activity):
                return limits.budget
        return None

    def limit_use(self) -> tuple[UsedLimit, ...]:
        """Return the use of each group of limits."""
        return tuple(
            UsedLimit(
                name=name,
                used=used,
                limit=limit,
                unit=self.limits.budget.currency if name.startswith("budget") else "days",
                wider=self._make_counterfactual(f"with 5 % more {name}", wider),
            )
            for name, used, limit, wider in self._limit_groups()
        )

    def relax_limits(self, *wishes: str, only: Collection[str] = ()) -> Relaxation:
        """Find the smallest relaxation of limits that meets all wishes.

        Floors of countries are met as well.

        Args:
            wishes: Activities to include, in addition to those in the limits.
            only: Groups of limits to relax, such as `budget`; all by default.

        Raises:
            PlanError: CB816, HiGHS is not installed.
        """
        limits = evolve(self.limits, must=tuple(dict.fromkeys((*self.limits.must, *wishes))))
        return relax_limits(compile_problem(self.needs, self.catalogue, limits, assessed=self.assessed), only)

    def _solve(self, limits: Limits, start: Plan | None = None) -> Plan:
        compiled = compile_problem(self.needs, self.catalogue, limits, assessed=self.assessed)
        sessions, _ = repair_sessions(compiled.problem, find_known_sessions(compiled, start or self.plan))
        if self.quick:
            return to_plan(compiled, quick_solution(compiled.problem, sessions))
        return to_plan(compiled, solve(compiled.problem, gap=self.gap, rounds=self.rounds, start=sessions))

    def _is_blocked(self, activity: str) -> bool:
        """True if an activity is impossible in all requested countries."""
        name, _, code = activity.partition(" ")
        problem = compile_problem(self.needs, self.catalogue, self.limits, assessed=self.assessed).problem
        homes = {problem.places[place].id for option in problem.options if option.id == name for place in option.demand}
        return code not in homes if code else not homes

    def _list_other_wishes(self, activity: str) -> tuple[str, ...]:
        return tuple(wish for wish in self.limits.must if wish != activity and not wish.startswith(f"{activity} "))

    def _make_counterfactual(self, what: str, limits: Limits, wish: str = "") -> Counterfactual:
        changed_plan = self._solve(limits)
        difference = changed_plan.value - self.plan.value
        return Counterfactual(
            what=what,
            value=changed_plan.value,
            difference=difference,
            cost=changed_plan.cost,
            changes=compare_plans(self.plan, changed_plan),
            proven=_is_proven(self.plan, changed_plan),
            unmet=changed_plan.unmet.get(wish, ""),
        )

    def _limit_groups(self) -> Iterator[tuple[str, float, float, Limits]]:
        limits, plan = self.limits, self.plan
        yield "budget", float(plan.cost.amount), float(limits.budget.amount), _widen_limit(limits, "budget", _WIDER)
        for year, money in sorted(limits.budget_by_year.items()):
            used = sum(float(session.cost.amount) for session in plan.activities if session.start.year == year)
            name = f"budget {year}"
            yield name, used, float(money.amount), _widen_limit(limits, name, _WIDER)
        days = {activity.id: activity.trainer_days for activity in self.catalogue.activities}
        if limits.trainer_days is not None:
            used = sum(days.get(session.activity, 0.0) for session in plan.activities)
            yield (
                "trainer days",
                used,
                limits.trainer_days * limits.months,
                _widen_limit(limits, "trainer days", _WIDER),
            )
        if limits.days_away is not None or limits.days_away_by_country:
            yield "days away", *_list_days_away(self.catalogue, plan, limits), _widen_limit(limits, "days away", _WIDER)


def _list_days_away(catalogue: Catalogue, plan: Plan, limits: Limits) -> tuple[float, float]:
    activities = {activity.id: activity for activity in catalogue.activities}
    used = 0.0
    for session in plan.activities:
        activity = activities[session.activity]
        used += (activity.days if activity.days_away is None else activity.days_away) * sum(session.seats.values())
    countries = {code for session in plan.activities for code in session.seats}
    each = (limits.days_away_by_country.get(code, limits.days_away or 0.0) for code in countries)
    return used, sum(each) * limits.months


def _is_proven(before: Plan, after: Plan) -> bool:
    """True if plans differ by more than their optimality gaps.

    The bound of the lower-valued plan must be below the value of the other.
    """
    if before.bound is None or after.bound is None:
        return False
    less, more = sorted((before, after), key=lambda one: one.value)
    return more.value > (less.bound or 0.0) + 1e-9


def _is_planned(made: Plan, wish: str) -> bool:
    name, _, code = wish.partition(" ")
    return any(activity.activity == name and (not code or code in activity.seats) for activity in made.activities)


def _scale_money(money: Money, factor: float) -> Money:
    return Money(round(float(money.amount) * factor, 2), money.currency)


def _widen_limit(limits: Limits, name: str, factor: float) -> Limits:
    """Return limits with one group multiplied by a factor.

    With the whole budget, the yearly budgets change as well.
    """
    if name == "budget":
        years = {year: _scale_money(money, factor) for year, money in limits.budget_by_year.items()}
        return evolve(limits, budget=_scale_money(limits.budget, factor), budget_by_year=years)
    if name.startswith("budget "):
        year = int(name.removeprefix("budget "))
        moneys = {year: _scale_money(limits.budget_by_year[year], factor)}
        return evolve(limits, budget_by_year={**limits.budget_by_year, **moneys})
    if name == "trainer days":
        by_month = {month: days * factor for month, days in limits.trainer_days_by_month.items()}
        total = None if limits.trainer_days is None else limits.trainer_days * factor
        return evolve(limits, trainer_days=total, trainer_days_by_month=by_month)
    by_country = {code: days * factor for code, days in limits.days_away_by_country.items()}
    away = None if limits.days_away is None else limits.days_away * factor
    return evolve(limits, days_away=away, days_away_by_country=by_country)
