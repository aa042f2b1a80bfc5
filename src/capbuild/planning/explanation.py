"""Explanations of a plan, from solving variants of it.

A solver's shadow prices (duals) are for fractional sessions, and misleading. Every figure here is the difference
between two plans, and says so if it is within the unproven part. Each search starts from the current plan, so its
result is never worse than that plan, repaired and filled.
"""

from collections.abc import Collection, Iterator

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import AssessmentSet, Catalogue, Limits, Money, Needs, Plan
from capbuild.planning.compiled_problem import compile_problem
from capbuild.planning.plan_sessions import find_known_sessions
from capbuild.planning.planner import to_plan
from capbuild.planning.relaxation import Relaxation, relax_limits
from capbuild.planning.replanning import PlanChange, compare_plans, repair_sessions
from capbuild.planning.solver import GAP, ROUNDS, quick_solution, solve

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
        unmet: Why it is impossible; empty otherwise.
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
    """Use of a group of limits, and the value of 5 % more.

    Attributes:
        name: `budget`, `budget 2016`, `trainer days`, `days away` or `people at one time`.
        used: Total use.
        limit: Total limit.
        unit: Unit of both: the currency, or `days`.
        wider: Value of the plan with 5 % more of it.
    """

    name: str
    used: float
    limit: float
    unit: str
    wider: Counterfactual

    @property
    def is_binding(self) -> bool:
        """True if the plan improves provably with more of the limit.

        A fully used limit is not necessarily binding.
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
        """Return the loss without an activity.

        Takes an activity such as `A09`, or an activity in one country: `A09 JM`.
        """
        banned = (*self.limits.banned, activity)
        return self._make_counterfactual(
            f"without {activity}", evolve(self.limits, banned=banned, must=self._list_other_wishes(activity))
        )

    def why_not(self, activity: str) -> Counterfactual:
        """Return the cost of including an activity, or why it is impossible."""
        limits = evolve(
            self.limits,
            must=tuple(dict.fromkeys((*self.limits.must, activity))),
            banned=tuple(name for name in self.limits.banned if name != activity),
        )
        return self._make_counterfactual(f"with {activity}", limits, wish=activity)

    def vary_budget(self) -> tuple[Counterfactual, Counterfactual]:
        """Return the plan's value with 5 % less and 5 % more money."""
        return (
            self._make_counterfactual("with 5 % less money", _widen_budget(self.limits, 2 - _WIDER)),
            self._make_counterfactual("with 5 % more money", _widen_budget(self.limits, _WIDER)),
        )

    def entry_budget(self, activity: str) -> Money | None:
        """Return the smallest tested budget that includes an activity.

        None if no tested budget includes it.

        The current budget if the plan includes it; None at once if no budget can help.
        """
        made = self.plan
        if _is_planned(made, activity):
            return self.limits.budget
        if self._is_blocked(activity):
            return None
        for factor in _STEPS:
            limits = _widen_budget(self.limits, factor)
            made = self._solve(limits, made)
            if _is_planned(made, activity):
                return limits.budget
        return None

    def limit_use(self) -> tuple[UsedLimit, ...]:
        """Return the use of each group of limits, and the value of 5 % more."""
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

    def widening_factors(self, wish: str) -> dict[str, float]:
        """Return the factor by which each limit, alone, must widen for a wish.

        Leaves out groups that do not suffice at twice the limit: no amount of that limit alone helps.
        """
        found = {}
        for name, _, _, _ in self._limit_groups():
            for factor in _STEPS:
                limits = evolve(_widen_limit(self.limits, name, factor), must=(wish,))
                if wish not in self._solve(limits).unmet:
                    found[name] = factor
                    break
        return found

    def relax_limits(self, *wishes: str, only: Collection[str] = ()) -> Relaxation:
        """Return the smallest relaxation of limits that meets wishes and floors.

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
        known, _ = repair_sessions(compiled.problem, find_known_sessions(compiled, start or self.plan))
        if self.quick:
            return to_plan(compiled, quick_solution(compiled.problem, known))
        return to_plan(compiled, solve(compiled.problem, gap=self.gap, rounds=self.rounds, start=known))

    def _is_blocked(self, activity: str) -> bool:
        """True if an activity is impossible in all requested countries."""
        name, _, code = activity.partition(" ")
        problem = compile_problem(self.needs, self.catalogue, self.limits, assessed=self.assessed).problem
        homes = {problem.places[place].id for deed in problem.deeds if deed.id == name for place in deed.demand}
        return code not in homes if code else not homes

    def _list_other_wishes(self, activity: str) -> tuple[str, ...]:
        return tuple(wish for wish in self.limits.must if wish != activity and not wish.startswith(f"{activity} "))

    def _make_counterfactual(self, what: str, limits: Limits, wish: str = "") -> Counterfactual:
        made = self._solve(limits)
        difference = made.value - self.plan.value
        return Counterfactual(
            what=what,
            value=made.value,
            difference=difference,
            cost=made.cost,
            changes=compare_plans(self.plan, made),
            proven=_is_proven(self.plan, made),
            unmet=made.unmet.get(wish, ""),
        )

    def _limit_groups(self) -> Iterator[tuple[str, float, float, Limits]]:
        limits, plan = self.limits, self.plan
        yield "budget", float(plan.cost.amount), float(limits.budget.amount), _widen_limit(limits, "budget", _WIDER)
        for year, money in sorted(limits.budget_by_year.items()):
            used = sum(float(one.cost.amount) for one in plan.activities if one.start.year == year)
            name = f"budget {year}"
            yield name, used, float(money.amount), _widen_limit(limits, name, _WIDER)
        days = {activity.id: activity.trainer_days for activity in self.catalogue.activities}
        if limits.trainer_days is not None:
            used = sum(days.get(one.activity, 0.0) for one in plan.activities)
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
    for one in plan.activities:
        activity = activities[one.activity]
        used += (activity.days if activity.days_away is None else activity.days_away) * sum(one.seats.values())
    countries = {code for one in plan.activities for code in one.seats}
    each = (limits.days_away_by_country.get(code, limits.days_away or 0.0) for code in countries)
    return used, sum(each) * limits.months


def _is_proven(before: Plan, after: Plan) -> bool:
    """True if two plans differ by more than their gaps to the bounds."""
    if before.bound is None or after.bound is None:
        return False
    less, more = sorted((before, after), key=lambda one: one.value)
    return more.value > (less.bound or 0.0) + 1e-9


def _is_planned(made: Plan, wish: str) -> bool:
    name, _, code = wish.partition(" ")
    return any(one.activity == name and (not code or code in one.seats) for one in made.activities)


def _widen_budget(limits: Limits, factor: float) -> Limits:
    return _widen_limit(limits, "budget", factor)


def _scale_money(money: Money, factor: float) -> Money:
    return Money(round(float(money.amount) * factor, 2), money.currency)


def _widen_limit(limits: Limits, name: str, factor: float) -> Limits:
    """Return limits with one group widened.

    Widening the whole budget also widens the yearly budgets.
    """
    if name == "budget":
        years = {year: _scale_money(money, factor) for year, money in limits.budget_by_year.items()}
        return evolve(limits, budget=_scale_money(limits.budget, factor), budget_by_year=years)
    if name.startswith("budget "):
        year = int(name.removeprefix("budget "))
        one = {year: _scale_money(limits.budget_by_year[year], factor)}
        return evolve(limits, budget_by_year={**limits.budget_by_year, **one})
    if name == "trainer days":
        by_month = {month: days * factor for month, days in limits.trainer_days_by_month.items()}
        total = None if limits.trainer_days is None else limits.trainer_days * factor
        return evolve(limits, trainer_days=total, trainer_days_by_month=by_month)
    by_country = {code: days * factor for code, days in limits.days_away_by_country.items()}
    away = None if limits.days_away is None else limits.days_away * factor
    return evolve(limits, days_away=away, days_away_by_country=by_country)
