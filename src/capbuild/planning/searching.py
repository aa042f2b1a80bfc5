"""Repair search: a few related activities are freed over all months, everything else stays, and HiGHS solves that part.

Each round is small, ends by gap or work, and never gives back a worse plan. Which activities are freed follows from
the plan and a count of rounds alone, so the search is the same every time.
"""

from collections.abc import Callable, Sequence

from attrs import define, field

from capbuild.planning.check import examine
from capbuild.planning.decoding import encode, sessions
from capbuild.planning.greedy import greedy
from capbuild.planning.linear import Effort
from capbuild.planning.modelling import Model
from capbuild.planning.problem import Form, Problem, Session
from capbuild.planning.timeline import Timeline

__all__ = ["Search"]


@define
class Search:
    """A plan that is made better part by part.

    Attributes:
        problem: What is asked.
        plan: The best plan so far.
        merit: What it is worth, less what its shortfalls and unmet wishes cost.
        free: How many activities are freed at a time.
    """

    problem: Problem
    plan: tuple[Session, ...]
    merit: float = field(init=False)
    free: int = 6

    def __attrs_post_init__(self) -> None:
        self.merit = merit(self.problem, self.plan)

    def round(self, number: int, effort: Effort) -> bool:
        """Free some activities and solve for them; return whether that gave a better plan."""
        freed = self._freed(number)
        model = Model(self.problem, Timeline.monthly(self.problem), allow=self._allow(freed))
        solver = model.linear.solver()
        now = encode(model, self.plan)
        names = model.linear.names
        whole = [c for c, name in enumerate(names) if name[0] in "xy"]
        solver.bounds({c: (now.get(c, 0.0),) * 2 for c in whole if names[c][1] not in freed})
        solver.hint([now.get(c, 0.0) for c in range(len(names))])
        answer = solver.solve(effort)
        if not answer.found:
            return False
        return self.take(sessions(model, answer.values))

    def take(self, plan: Sequence[Session]) -> bool:
        """Take a plan, filled up, when the checker passes it and it is better; return whether it was taken."""
        if examine(self.problem, plan).broken:
            return False
        filled = greedy(self.problem, plan)
        worth = merit(self.problem, filled)
        better = worth > self.merit * (1 + 1e-9)
        if better:
            self.plan, self.merit = filled, worth
        return better

    def _allow(self, freed: frozenset[int]) -> Callable[[int, int, str, str, int], bool]:
        """Return what may be seated: anything of a freed activity, and of others what is there."""
        held = set()
        for one in self.plan:
            language = one.language if self.problem.deeds[one.deed].form is Form.COURSE else ""
            held |= {(one.deed, one.month, language, one.host, place) for place, _ in one.seats}
        return lambda *seat: seat[0] in freed or seat in held

    def _freed(self, number: int) -> frozenset[int]:
        """Return the activities to free: one in turn, and those that share most gaps with it or wait for each other."""
        deeds = self.problem.deeds
        order = [n for n in range(len(deeds)) if deeds[n].demand]
        seed = order[number % len(order)]
        near = sorted((n for n in order if n != seed), key=lambda n: (-self._kin(seed, n), (n - seed) % len(deeds)))
        return frozenset([seed, *near[: self.free - 1]])

    def _kin(self, one: int, other: int) -> float:
        deeds = self.problem.deeds
        shared = len(set(deeds[one].doses) & set(deeds[other].doses))
        waits = any(other in after.any_of for after in deeds[one].after) or any(
            one in after.any_of for after in deeds[other].after
        )
        return shared + 2.0 * waits


def merit(problem: Problem, plan: Sequence[Session]) -> float:
    """Return what a plan is worth, less what its shortfalls and unmet wishes cost in the objective."""
    return float(examine(problem, plan).value)
