"""Plans that hedge against the worst scenarios (conditional value at risk).

The mean of the worst worlds (conditional value at risk) is the least of all means in which no world weighs more than
its share of them. So plans are made for worlds weighed one way and another: each shows which worlds are worst for it,
these weigh more in the next, and what can at best be reached under any of those weights bounds what is sought.

A world is what stochastic programming calls a scenario. Sources: Rockafellar and Uryasev (2000), Journal of Risk 2(3),
21-41, for the measure; Brown (1951), Iterative solution of games by fictitious play, for how worlds are weighed.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import AssessmentSet, Catalogue, Limits, Needs, Plan
from capbuild.planning.check import check_plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem, gap_values
from capbuild.planning.planner import to_plan
from capbuild.planning.problem import Session
from capbuild.planning.scenarios import draw_scenarios
from capbuild.planning.solver import GAP, ROUNDS, require_valid, solve

__all__ = ["CvarPlan", "plan_with_cvar"]

Values = dict[tuple[int, str], Fraction]


@frozen(kw_only=True)
class CvarPlan:
    """Plan for the mean and for the worst scenarios.

    Attributes:
        plan: The plan; its value and bound are those of what is expected, as of any plan.
        values: What it is worth in each world.
        mean: Mean of them.
        tail: Mean of the worst of them.
        usual: Mean of the worst worlds of the plan that is best for what is expected.
        score: The weighted sum of mean and tail that was sought.
        bound: No plan has a greater one, no greater shortfall given; None without the solver.
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
    """Return the plan that maximises mean and worst-case mean, weighted.

    Args:
        needs: What countries need, as far as is known.
        catalogue: What can be done.
        limits: What the plan keeps to.
        assessed: The assessments behind the needs.
        count: How many worlds, drawn together as `worlds` draws them.
        seed: Seed of the draws.
        worst: Share of the worlds that count as worst, above 0 and at most 1.
        weight: What their mean counts, 0 to 1; the rest is that of the mean of all.
        turns: How many times worlds are weighed and planned for.
        gap: Share of the bound at which each search may stop.
        rounds: Most rounds of each repair search.

    Raises:
        PlanError: As `plan` does.
    """
    compiled = compile_problem(needs, catalogue, limits, assessed=assessed)
    problem = compiled.problem
    drawn = [_scenario_values(compiled, world) for world in draw_scenarios(needs, count, seed)]
    usual = solve(problem, gap=gap, rounds=rounds)
    game = _ScenarioSearch(compiled, drawn, max(1, math.ceil(worst * count - 1e-9)), Fraction(str(weight)))
    best, bound = game.optimise(usual.sessions, turns, gap, rounds)
    made = evolve(usual, sessions=best, verdicts=require_valid(problem, best))
    values = game.plan_values(best)
    return CvarPlan(
        plan=to_plan(compiled, made),
        values=values,
        mean=sum(values) / count,
        tail=game.worst_mean(values),
        usual=game.worst_mean(game.plan_values(usual.sessions)),
        score=game.objective(best),
        bound=None if bound == math.inf else max(bound, game.objective(best)),
    )


def _scenario_values(compiled: CompiledProblem, world: Needs) -> Values:
    """Return the value of closing each gap in a scenario.

    Keys are place of the country and criterion.
    """
    codes = {place.id: number for number, place in enumerate(compiled.problem.places)}
    known = {(codes[code], name): value for (code, name), value in gap_values(world)[0].items() if code in codes}
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
        """Return the weight of each scenario in the mean of the worst."""
        chosen = set(sorted(range(len(values)), key=lambda n: (values[n], n))[: self.few])
        return [Fraction(1, self.few) if n in chosen else Fraction(0) for n in range(len(values))]

    def worst_mean(self, values: Sequence[float]) -> float:
        """Return the mean of the worst scenarios."""
        return sum(sorted(values)[: self.few]) / self.few

    def objective(self, plan: Sequence[Session]) -> float:
        """Return the weighted sum that is maximised."""
        values, weight = self.plan_values(plan), float(self.weight)
        return (1 - weight) * sum(values) / len(values) + weight * self.worst_mean(values)

    def optimise(
        self, first: tuple[Session, ...], turns: int, gap: float, rounds: int
    ) -> tuple[tuple[Session, ...], float]:
        """Return the best plan found, and an upper bound.

        The worlds that are worst for one plan weigh more in the next, by their mean over all turns so far.
        """
        best, bound = first, math.inf
        shares = [Fraction(1, len(self.drawn))] * len(self.drawn)
        for turn in range(turns):
            weighed = evolve(self.compiled.problem, values=self.weighted_values(shares))
            found = solve(weighed, gap=gap, rounds=rounds, start=best)
            bound = min(bound, math.inf if found.bound is None else found.bound)
            best = max(best, found.sessions, key=self.objective)
            if self.objective(best) >= bound * (1 - gap):
                break
            bad = self.worst_weights(self.plan_values(found.sessions))
            shares = [(old * (turn + 1) + new) / (turn + 2) for old, new in zip(shares, bad, strict=True)]
        return best, bound
