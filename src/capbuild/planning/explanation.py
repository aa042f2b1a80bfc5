"""Why a plan is as it is, found out by solving again: with more money, without an activity, with one that was left out.

What a solver says of the worth of money (its duals) is that of fractions of sessions, and misleads. Every figure here
is the difference of two plans, and where it is below what is proven of them it says so. Each search starts from the
plan that is there, so it is never answered with less than what that plan, repaired and filled up, is worth.
"""

from collections.abc import Collection, Iterator

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import AssessmentSet, Catalogue, Limits, Money, Needs, Plan
from capbuild.planning.compiled_problem import compile_problem
from capbuild.planning.plan_sessions import known_sessions
from capbuild.planning.planner import as_plan
from capbuild.planning.relaxation import Widened, widened
from capbuild.planning.replanning import PlanChange, plan_changes, repaired
from capbuild.planning.solver import GAP, ROUNDS, first_answer, solve

__all__ = ["Explainer", "Otherwise", "UsedLimit"]

#: Factors by which a limit is widened to see whether it binds, and until a wish comes true.
_WIDER = 1.05
_STEPS = (1.05, 1.1, 1.25, 1.5, 2.0)


@frozen(kw_only=True)
class Otherwise:
    """What a plan would be worth if something were otherwise.

    Attributes:
        what: What is otherwise, in words.
        value: What the plan is then worth.
        difference: How much more (or less) that is.
        cost: What it then costs.
        changes: How the plan then differs.
        proven: Whether the difference is beyond what is left open by the bounds of the two plans.
        unmet: Why it cannot be, where it cannot.
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
        said = f"{self.what}: {self.difference:+.2f}, to {self.value:.2f}"
        if not self.proven:
            said += "; not distinguishable within the proven gap"
        displaced = sorted({c.activity for c in self.changes if c.after is None})
        added = sorted({c.activity for c in self.changes if c.before is None})
        if displaced:
            said += f"; displaces {', '.join(displaced)}"
        return said + (f"; brings in {', '.join(added)}" if added else "")


@frozen(kw_only=True)
class UsedLimit:
    """How far a group of limits is used, and what widening it by a twentieth is worth.

    Attributes:
        name: `budget`, `budget 2016`, `trainer days`, `days away` or `people at one time`.
        used: What is used of it in all.
        limit: What there is in all.
        unit: What both are counted in: the currency, or `days`.
        wider: What the plan is worth with a twentieth more of it.
    """

    name: str
    used: float
    limit: float
    unit: str
    wider: Otherwise

    @property
    def binds(self) -> bool:
        """Whether the plan is better with more of it, beyond what is left open; full is not the same as binding."""
        return self.wider.proven and self.wider.difference > 0


@frozen(kw_only=True)
class Explainer:
    """Answers questions about a plan by making it again with something changed.

    Attributes:
        needs: What the plan was made from.
        catalogue: What could be done.
        limits: What it keeps to.
        plan: The plan.
        assessed: The assessments behind the needs.
        gap: Share of the bound at which each search may stop.
        rounds: Most rounds of each repair search.
        quick: Whether a first answer will do: the plan repaired, against the bound of fractions of sessions. It takes a
            few seconds where the full one takes up to a minute, and more of its differences are not distinguishable.
    """

    needs: Needs
    catalogue: Catalogue
    limits: Limits
    plan: Plan
    assessed: AssessmentSet | None = None
    gap: float = GAP
    rounds: int = ROUNDS
    quick: bool = False

    def why(self, activity: str) -> Otherwise:
        """Return what is lost without an activity, such as `A09`, or without it in one country: `A09 JM`."""
        banned = (*self.limits.banned, activity)
        return self._otherwise(f"without {activity}", evolve(self.limits, banned=banned, must=self._without(activity)))

    def why_not(self, activity: str) -> Otherwise:
        """Return what including an activity costs: what it displaces; or why it cannot be."""
        limits = evolve(
            self.limits,
            must=tuple(dict.fromkeys((*self.limits.must, activity))),
            banned=tuple(name for name in self.limits.banned if name != activity),
        )
        return self._otherwise(f"with {activity}", limits, wish=activity)

    def money(self) -> tuple[Otherwise, Otherwise]:
        """Return what a twentieth of the budget less, and more, is worth."""
        return (
            self._otherwise("with 5 % less money", _richer(self.limits, 2 - _WIDER)),
            self._otherwise("with 5 % more money", _richer(self.limits, _WIDER)),
        )

    def comes_in(self, activity: str) -> Money | None:
        """Return the least of a few larger budgets at which an activity comes in by itself; None at none of them.

        The budget itself where it is in already; None at once where no budget can help.
        """
        made = self.plan
        if _held(made, activity):
            return self.limits.budget
        if self._blocked(activity):
            return None
        for factor in _STEPS:
            limits = _richer(self.limits, factor)
            made = self._make(limits, made)
            if _held(made, activity):
                return limits.budget
        return None

    def limiting(self) -> tuple[UsedLimit, ...]:
        """Return every group of limits with its use, and what a twentieth more of it is worth."""
        return tuple(
            UsedLimit(
                name=name,
                used=used,
                limit=limit,
                unit=self.limits.budget.currency if name.startswith("budget") else "days",
                wider=self._otherwise(f"with 5 % more {name}", wider),
            )
            for name, used, limit, wider in self._groups()
        )

    def allows(self, wish: str) -> dict[str, float]:
        """Return by how much each group of limits, alone, must widen for a wish to come true.

        Groups with which it does not come true at twice the limit are left out: no amount of that alone helps.
        """
        found = {}
        for name, _, _, _ in self._groups():
            for factor in _STEPS:
                limits = evolve(_wider(self.limits, name, factor), must=(wish,))
                if wish not in self._make(limits).unmet:
                    found[name] = factor
                    break
        return found

    def together(self, *wishes: str, only: Collection[str] = ()) -> Widened:
        """Return which limits must give, in all and by how much, for wishes and floors to come true at once.

        Args:
            wishes: Activities to include, beside those that the limits name already.
            only: Groups of limits that may give, such as `budget`; all of them where none is named.

        Raises:
            PlanError: CB816, HiGHS is not installed.
        """
        limits = evolve(self.limits, must=tuple(dict.fromkeys((*self.limits.must, *wishes))))
        return widened(compile_problem(self.needs, self.catalogue, limits, assessed=self.assessed), only)

    def _make(self, limits: Limits, start: Plan | None = None) -> Plan:
        compiled = compile_problem(self.needs, self.catalogue, limits, assessed=self.assessed)
        known, _ = repaired(compiled.problem, known_sessions(compiled, start or self.plan))
        if self.quick:
            return as_plan(compiled, first_answer(compiled.problem, known))
        return as_plan(compiled, solve(compiled.problem, gap=self.gap, rounds=self.rounds, start=known))

    def _blocked(self, activity: str) -> bool:
        """Whether an activity may be held nowhere that is asked about, whatever it costs."""
        name, _, code = activity.partition(" ")
        problem = compile_problem(self.needs, self.catalogue, self.limits, assessed=self.assessed).problem
        homes = {problem.places[place].id for deed in problem.deeds if deed.id == name for place in deed.demand}
        return code not in homes if code else not homes

    def _without(self, activity: str) -> tuple[str, ...]:
        return tuple(wish for wish in self.limits.must if wish != activity and not wish.startswith(f"{activity} "))

    def _otherwise(self, what: str, limits: Limits, wish: str = "") -> Otherwise:
        made = self._make(limits)
        difference = made.value - self.plan.value
        return Otherwise(
            what=what,
            value=made.value,
            difference=difference,
            cost=made.cost,
            changes=plan_changes(self.plan, made),
            proven=_proven(self.plan, made),
            unmet=made.unmet.get(wish, ""),
        )

    def _groups(self) -> Iterator[tuple[str, float, float, Limits]]:
        limits, plan = self.limits, self.plan
        yield "budget", float(plan.cost.amount), float(limits.budget.amount), _wider(limits, "budget", _WIDER)
        for year, money in sorted(limits.budget_by_year.items()):
            used = sum(float(one.cost.amount) for one in plan.activities if one.start.year == year)
            name = f"budget {year}"
            yield name, used, float(money.amount), _wider(limits, name, _WIDER)
        days = {activity.id: activity.trainer_days for activity in self.catalogue.activities}
        if limits.trainer_days is not None:
            used = sum(days.get(one.activity, 0.0) for one in plan.activities)
            yield "trainer days", used, limits.trainer_days * limits.months, _wider(limits, "trainer days", _WIDER)
        if limits.days_away is not None or limits.days_away_by_country:
            yield "days away", *_away(self.catalogue, plan, limits), _wider(limits, "days away", _WIDER)


def _away(catalogue: Catalogue, plan: Plan, limits: Limits) -> tuple[float, float]:
    activities = {activity.id: activity for activity in catalogue.activities}
    used = 0.0
    for one in plan.activities:
        activity = activities[one.activity]
        used += (activity.days if activity.days_away is None else activity.days_away) * sum(one.seats.values())
    countries = {code for one in plan.activities for code in one.seats}
    each = (limits.days_away_by_country.get(code, limits.days_away or 0.0) for code in countries)
    return used, sum(each) * limits.months


def _proven(before: Plan, after: Plan) -> bool:
    """Whether two plans differ by more than their bounds leave open."""
    if before.bound is None or after.bound is None:
        return False
    less, more = sorted((before, after), key=lambda one: one.value)
    return more.value > (less.bound or 0.0) + 1e-9


def _held(made: Plan, wish: str) -> bool:
    name, _, code = wish.partition(" ")
    return any(one.activity == name and (not code or code in one.seats) for one in made.activities)


def _richer(limits: Limits, factor: float) -> Limits:
    return _wider(limits, "budget", factor)


def _times(money: Money, factor: float) -> Money:
    return Money(round(float(money.amount) * factor, 2), money.currency)


def _wider(limits: Limits, name: str, factor: float) -> Limits:
    """Return limits with one group of them widened; the whole budget takes the years with it."""
    if name == "budget":
        years = {year: _times(money, factor) for year, money in limits.budget_by_year.items()}
        return evolve(limits, budget=_times(limits.budget, factor), budget_by_year=years)
    if name.startswith("budget "):
        year = int(name.removeprefix("budget "))
        one = {year: _times(limits.budget_by_year[year], factor)}
        return evolve(limits, budget_by_year={**limits.budget_by_year, **one})
    if name == "trainer days":
        by_month = {month: days * factor for month, days in limits.trainer_days_by_month.items()}
        total = None if limits.trainer_days is None else limits.trainer_days * factor
        return evolve(limits, trainer_days=total, trainer_days_by_month=by_month)
    by_country = {code: days * factor for code, days in limits.days_away_by_country.items()}
    away = None if limits.days_away is None else limits.days_away * factor
    return evolve(limits, days_away=away, days_away_by_country=by_country)
