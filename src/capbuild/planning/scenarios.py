"""Scenarios for the open gaps, and robust plans.

Robust plans use the conditional value at risk.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from statistics import NormalDist

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Catalogue, Gap, Limits, Needs, Plan
from capbuild.planning.capacity_needs import lacking_probability
from capbuild.planning.check import check_plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem, gap_values
from capbuild.planning.planner import plan, to_plan
from capbuild.planning.problem import Session
from capbuild.planning.solver import GAP, ROUNDS, require_valid, solve

#: Share of the variance common to a country, and to a dimension; the rest is specific to a criterion.
_COUNTRY, _DIMENSION = 0.3, 0.3


@frozen(kw_only=True)
class ScenarioInclusion:
    """Number of scenarios with each activity in their plan.

    Attributes:
        worlds: Number of scenarios.
        activities: Number of scenarios with each activity, by id, most frequent first.
        pairs: The same by activity and country, such as `A09 JM`.
        values: Value of the plan in each scenario.
    """

    scenarios: int
    activities: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    pairs: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    values: tuple[float, ...] = ()

    def describe(self, name: str) -> str:
        """Return the number of scenarios that include something, as text.

        Example:
            >>> ScenarioInclusion(scenarios=20, activities={"A09": 17}).describe("A09")
            'A09 in 17 of 20 scenarios'
        """
        count = self.pairs.get(name, 0) if " " in name else self.activities.get(name, 0)
        return f"{name} in {count} of {self.scenarios} scenarios"


def draw_scenarios(needs: Needs, count: int, seed: int) -> Iterator[Needs]:
    """Yield needs with the open criteria drawn at random.

    Args:
        needs: Needs with their gaps; a criterion known to be lacking is lacking in every scenario.
        count: Number of scenarios.
        seed: Seed of the draws.
    """
    dice, normal = random.Random(seed), NormalDist()  # noqa: S311 - drawn worlds, nothing secret
    for _ in range(count):
        shared: dict[tuple[str, str], float] = {}

        def common(kind: str, name: str, drawn: dict[tuple[str, str], float] = shared) -> float:
            return drawn.setdefault((kind, name), dice.gauss(0, 1))

        gaps = []
        for gap in sorted(needs.gaps, key=lambda one: (one.country.alpha_2, one.capacity)):
            lean = _COUNTRY**0.5 * common("country", gap.country.alpha_2)
            lean += _DIMENSION**0.5 * common("dimension", gap.capacity.partition("-")[0])
            own = (1 - _COUNTRY - _DIMENSION) ** 0.5
            edges = {
                name: normal.inv_cdf(min(max(lacking_probability(gap, name), 1e-9), 1 - 1e-9)) for name in gap.open
            }
            lacking = [name for name, edge in edges.items() if lean + own * dice.gauss(0, 1) < edge]
            gaps.append(_resolve_gap(gap, lacking))
        yield evolve(needs, gaps=gaps)


def _resolve_gap(gap: Gap, lacking: list[str]) -> Gap:
    return evolve(
        gap, lacking=(*gap.lacking, *lacking), open=(), size=gap.size + len(lacking), probability=1.0, chances={}
    )


def plan_scenarios(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    *,
    assessed: AssessmentSet | None = None,
    count: int = 20,
    seed: int = 0,
    gap: float = 0.02,
    rounds: int = 6,
) -> ScenarioInclusion:
    """Return how often each activity is in a scenario's plan.

    Args:
        needs: The needs.
        catalogue: The activities.
        limits: Limits of the plan.
        assessed: The assessments behind the needs.
        count: Number of scenarios.
        seed: Seed of the draws.
        gap: Relative gap to the bound at which the search of each scenario may stop.
        rounds: Maximum rounds of its repair search.
    """
    activities: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    values = []
    for scenario in draw_scenarios(needs, count, seed):
        scenario_plan = plan(scenario, catalogue, limits, assessed=assessed, gap=gap, rounds=rounds)
        activities.update({activity.activity for activity in scenario_plan.activities})
        pairs.update(
            {f"{activity.activity} {code}" for activity in scenario_plan.activities for code in activity.seats}
        )
        values.append(scenario_plan.value)
    return ScenarioInclusion(
        scenarios=count,
        activities=dict(sorted(activities.items(), key=lambda pair: (-pair[1], pair[0]))),
        pairs=dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))),
        values=tuple(values),
    )


Values = dict[tuple[int, str], Fraction]


@frozen(kw_only=True)
class CvarPlan:
    """Plan that maximises the mean and worst-case mean of scenarios.

    Attributes:
        plan: The plan; value and bound are for the expectation, as in any plan.
        values: Its value in each scenario.
        mean: Mean of the values.
        tail: Mean of the worst values.
        usual: Mean of the worst values of the plan that is best in expectation.
        score: The maximised weighted sum of mean and tail.
        bound: Upper bound of the score without a greater shortfall; None without the solver.
    """

    plan: Plan
    values: tuple[float, ...] = field(default=(), converter=to_tuple)
    mean: float = 0.0
    tail: float = 0.0
    usual: float = 0.0
    score: float = 0.0
    bound: float | None = None


def plan_with_cvar(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    *,
    assessed: AssessmentSet | None = None,
    count: int = 20,
    seed: int = 0,
    worst: float = 0.2,
    weight: float = 0.5,
    turns: int = 4,
    gap: float = GAP,
    rounds: int = ROUNDS,
) -> CvarPlan:
    """Make the plan with the best expected and worst-case value.

    The plan maximises the weighted sum of the mean over all scenarios and the mean over the worst of them.

    Args:
        needs: The needs.
        catalogue: The activities.
        limits: Limits of the plan.
        assessed: The assessments behind the needs.
        count: Number of scenarios, drawn as in `draw_scenarios`.
        seed: Seed of the draws.
        worst: Share of the worst scenarios, above 0 and at most 1.
        weight: Weight of their mean, 0 to 1; the mean of all has the rest.
        turns: Number of iterations of weighting and planning.
        gap: Relative gap to the bound at which each search may stop.
        rounds: Maximum rounds of each repair search.

    Raises:
        PlanError: As `plan` does.
    """
    compiled = compile_problem(needs, catalogue, limits, assessed=assessed)
    problem = compiled.problem
    drawn = [_compute_values(compiled, scenario) for scenario in draw_scenarios(needs, count, seed)]
    usual = solve(problem, gap=gap, rounds=rounds)
    game = _ScenarioSearch(compiled, drawn, max(1, math.ceil(worst * count - 1e-9)), Fraction(str(weight)))
    best, bound = game.optimise(usual.sessions, turns, gap, rounds)
    solution = evolve(usual, sessions=best, verdicts=require_valid(problem, best))
    values = game.plan_values(best)
    return CvarPlan(
        plan=to_plan(compiled, solution),
        values=values,
        mean=sum(values) / count,
        tail=game.worst_mean(values),
        usual=game.worst_mean(game.plan_values(usual.sessions)),
        score=game.objective(best),
        bound=None if bound == math.inf else max(bound, game.objective(best)),
    )


def _compute_values(compiled: CompiledProblem, scenario: Needs) -> Values:
    """Return the value of closing each gap in a scenario.

    Keys are (index of the country, criterion).
    """
    codes = {place.id: number for number, place in enumerate(compiled.problem.places)}
    known = {(codes[code], name): value for (code, name), value in gap_values(scenario)[0].items() if code in codes}
    return {key: known.get(key, Fraction(0)) for key in compiled.problem.values}


@frozen
class _ScenarioSearch:
    """Scenarios, and the values of plans in them."""

    compiled: CompiledProblem
    drawn: Sequence[Values]
    few: int
    weight: Fraction

    def weighted_values(self, shares: Sequence[Fraction]) -> Values:
        """Return gap values with the scenarios weighted."""
        each = [(1 - self.weight) / len(shares) + self.weight * share for share in shares]
        pairs = list(zip(each, self.drawn, strict=True))
        return {key: sum((w * worth[key] for w, worth in pairs), Fraction(0)) for key in self.compiled.problem.values}

    def plan_values(self, plan: Sequence[Session]) -> tuple[float, ...]:
        """Return the value of a plan in each scenario."""
        problem = self.compiled.problem
        return tuple(float(check_plan(evolve(problem, values=worth), plan).value) for worth in self.drawn)

    def worst_weights(self, values: Sequence[float]) -> list[Fraction]:
        """Return scenario weights in the mean of the worst."""
        chosen = set(sorted(range(len(values)), key=lambda n: (values[n], n))[: self.few])
        return [Fraction(1, self.few) if n in chosen else Fraction(0) for n in range(len(values))]

    def worst_mean(self, values: Sequence[float]) -> float:
        """Return the mean of the worst scenarios."""
        return sum(sorted(values)[: self.few]) / self.few

    def objective(self, plan: Sequence[Session]) -> float:
        """Return the weighted sum to maximise."""
        values, weight = self.plan_values(plan), float(self.weight)
        return (1 - weight) * sum(values) / len(values) + weight * self.worst_mean(values)

    def optimise(
        self, first: tuple[Session, ...], turns: int, gap: float, rounds: int
    ) -> tuple[tuple[Session, ...], float]:
        """Return the best plan found, and an upper bound.

        The worst scenarios of a plan have more weight in the next, averaged over all turns.
        """
        best, bound = first, math.inf
        shares = [Fraction(1, len(self.drawn))] * len(self.drawn)
        for turn in range(turns):
            weighed = evolve(self.compiled.problem, values=self.weighted_values(shares))
            solution = solve(weighed, gap=gap, rounds=rounds, start=best)
            bound = min(bound, math.inf if solution.bound is None else solution.bound)
            best = max(best, solution.sessions, key=self.objective)
            if self.objective(best) >= bound * (1 - gap):
                break
            bad = self.worst_weights(self.plan_values(solution.sessions))
            shares = [(old * (turn + 1) + new) / (turn + 2) for old, new in zip(shares, bad, strict=True)]
        return best, bound
