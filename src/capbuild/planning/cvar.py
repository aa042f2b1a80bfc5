"""A plan that also does well where gaps turn out badly for it: part of what counts is the mean of its worst worlds.

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
from capbuild.planning.check import examine
from capbuild.planning.compiled_problem import Compiled, compile_problem, values_of
from capbuild.planning.planner import as_plan
from capbuild.planning.problem import Session
from capbuild.planning.scenarios import worlds
from capbuild.planning.solver import GAP, ROUNDS, passed, solve

__all__ = ["Hedged", "hedged"]

Values = dict[tuple[int, str], Fraction]


@frozen(kw_only=True)
class Hedged:
    """A plan made for its mean and for its worst worlds.

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


def hedged(
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
) -> Hedged:
    """Return the plan that is best for a weighted sum of its mean and of the mean of its worst worlds.

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
    drawn = [_worth(compiled, world) for world in worlds(needs, count, seed)]
    usual = solve(problem, gap=gap, rounds=rounds)
    game = _Game(compiled, drawn, max(1, math.ceil(worst * count - 1e-9)), Fraction(str(weight)))
    best, bound = game.play(usual.sessions, turns, gap, rounds)
    made = evolve(usual, sessions=best, verdicts=passed(problem, best))
    values = game.values(best)
    return Hedged(
        plan=as_plan(compiled, made),
        values=values,
        mean=sum(values) / count,
        tail=game.tail(values),
        usual=game.tail(game.values(usual.sessions)),
        score=game.score(best),
        bound=None if bound == math.inf else max(bound, game.score(best)),
    )


def _worth(compiled: Compiled, world: Needs) -> Values:
    """Return what closing each gap is worth in a world, by place of the country and criterion."""
    codes = {place.id: number for number, place in enumerate(compiled.problem.places)}
    told = {(codes[code], name): value for (code, name), value in values_of(world)[0].items() if code in codes}
    return {key: told.get(key, Fraction(0)) for key in compiled.problem.values}


@frozen
class _Game:
    """Worlds, and what plans are worth in them."""

    compiled: Compiled
    drawn: Sequence[Values]
    few: int
    weight: Fraction

    def mixed(self, shares: Sequence[Fraction]) -> Values:
        """Return worths with the worlds weighed: the mean of all, and in part that of the shares."""
        each = [(1 - self.weight) / len(shares) + self.weight * share for share in shares]
        pairs = list(zip(each, self.drawn, strict=True))
        return {key: sum((w * worth[key] for w, worth in pairs), Fraction(0)) for key in self.compiled.problem.values}

    def values(self, plan: Sequence[Session]) -> tuple[float, ...]:
        """Return what a plan is worth in each world."""
        problem = self.compiled.problem
        return tuple(float(examine(evolve(problem, values=worth), plan).value) for worth in self.drawn)

    def worst(self, values: Sequence[float]) -> list[Fraction]:
        """Return how much each world weighs in the mean of the worst."""
        chosen = set(sorted(range(len(values)), key=lambda n: (values[n], n))[: self.few])
        return [Fraction(1, self.few) if n in chosen else Fraction(0) for n in range(len(values))]

    def tail(self, values: Sequence[float]) -> float:
        """Return the mean of the worst worlds."""
        return sum(sorted(values)[: self.few]) / self.few

    def score(self, plan: Sequence[Session]) -> float:
        """Return the weighted sum that is sought."""
        values, weight = self.values(plan), float(self.weight)
        return (1 - weight) * sum(values) / len(values) + weight * self.tail(values)

    def play(
        self, first: tuple[Session, ...], turns: int, gap: float, rounds: int
    ) -> tuple[tuple[Session, ...], float]:
        """Weigh worlds and plan for them in turn; return the best plan met, and what no plan exceeds.

        The worlds that are worst for one plan weigh more in the next, by their mean over all turns so far.
        """
        best, bound = first, math.inf
        shares = [Fraction(1, len(self.drawn))] * len(self.drawn)
        for turn in range(turns):
            weighed = evolve(self.compiled.problem, values=self.mixed(shares))
            found = solve(weighed, gap=gap, rounds=rounds, start=best)
            bound = min(bound, math.inf if found.bound is None else found.bound)
            best = max(best, found.sessions, key=self.score)
            if self.score(best) >= bound * (1 - gap):
                break
            bad = self.worst(self.values(found.sessions))
            shares = [(old * (turn + 1) + new) / (turn + 2) for old, new in zip(shares, bad, strict=True)]
        return best, bound
