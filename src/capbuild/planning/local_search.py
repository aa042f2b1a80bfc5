"""Repair search: a part of the plan is freed, everything else stays, and HiGHS solves that part.

The part is, in turn, who sits in the sessions that stand, with those moved by a few months at most; a few related
activities over all months, twice; and everything in a few months. Each round is small, ends by gap or work, and never
gives back a worse plan. Which part is freed follows from the problem and a count of rounds alone, so the search is the
same every time.
"""

from collections.abc import Callable, Sequence

from attrs import define, evolve, field

from capbuild.planning.check import Verdicts, examine
from capbuild.planning.decoding import encode, sessions
from capbuild.planning.greedy import best_host, greedy
from capbuild.planning.linear import Effort
from capbuild.planning.partial_plan import FLOOR_PENALTY, Draft
from capbuild.planning.plan_model import Model, must_penalty
from capbuild.planning.problem import Form, Problem, Session
from capbuild.planning.timeline import Timeline

__all__ = ["Search", "merit", "penalties", "rehosted"]

#: A part of a plan: whether an activity is freed in a month.
Part = Callable[[int, int], bool]
#: Whether an activity may seat a country in a month, language and host.
Allow = Callable[[int, int, str, str, int], bool]
#: Months by which a session that stands may move: 0, then 1, then 2, and round again.
_REACH = 3


@define
class Search:
    """A plan that is made better part by part.

    Attributes:
        problem: What is asked.
        plan: The best plan so far.
        merit: What it is worth, less what its shortfalls and unmet wishes cost.
        free: How many activities are freed at a time.
        span: How many months are freed at a time.
    """

    problem: Problem
    plan: tuple[Session, ...]
    merit: float = field(init=False)
    free: int = 9
    span: int = 4

    def __attrs_post_init__(self) -> None:
        self.merit = merit(self.problem, self.plan)

    def round(self, number: int, effort: Effort) -> str:
        """Free a part of the plan, solve for it, and take what is better; return why the solve stopped."""
        turn, kind = divmod(number, 4)
        if kind == 0:
            return self._solve(lambda *_: True, self._around(turn % _REACH), effort)
        freed = self._window(turn) if kind == 3 else self._kindred(2 * turn + kind - 1)
        return self._solve(freed, self._allow(freed), effort)

    def _solve(self, freed: Part, allow: Allow, effort: Effort) -> str:
        model = Model(self.problem, Timeline.monthly(self.problem), allow=allow)
        solver = model.linear.solver()
        now = encode(model, self.plan)
        names = model.linear.names
        whole = [c for c, name in enumerate(names) if name[0] in ("x", "y")]
        solver.bounds({c: (now.get(c, 0.0),) * 2 for c in whole if not freed(names[c][1], names[c][2])})
        solver.hint({c: now.get(c, 0.0) for c in whole})
        answer = solver.solve(effort)
        if answer.found:
            self.take(sessions(model, answer.values))
        return answer.status

    def take(self, plan: Sequence[Session]) -> bool:
        """Take a plan, filled up, when the checker passes it and it is better; return whether it was taken."""
        if examine(self.problem, plan).broken:
            return False
        filled = greedy(self.problem, rehosted(self.problem, plan))
        sooner = advanced(self.problem, filled)
        return self.replace(sooner if merit(self.problem, sooner) >= merit(self.problem, filled) else filled)

    def replace(self, plan: Sequence[Session]) -> bool:
        """Take a plan as it is, when the checker passes it and it is better; return whether it was taken."""
        verdicts = examine(self.problem, plan)
        worth = merit(self.problem, plan, verdicts)
        better = not verdicts.broken and worth > self.merit + abs(self.merit) * 1e-9
        if better:
            self.plan, self.merit = tuple(plan), worth
        return better

    def _around(self, reach: int) -> Allow:
        """Return that anybody may sit in a session that stands, or in one moved from it by so many months at most."""
        deeds = self.problem.deeds
        stands = {
            (one.deed, month, one.language if deeds[one.deed].form is Form.COURSE else "", one.host)
            for one in self.plan
            for month in range(one.month - reach, one.month + reach + 1)
        }

        def allow(number: int, month: int, language: str, host: str, _place: int) -> bool:
            return deeds[number].form is Form.COUNTRY or (number, month, language, host) in stands

        return allow

    def _allow(self, freed: Part) -> Allow:
        """Return what may be seated: anything of the freed part, and of the rest what is there."""
        deeds = self.problem.deeds
        held = set()
        for one in self.plan:
            language = one.language if deeds[one.deed].form is Form.COURSE else ""
            held |= {(one.deed, one.month, language, one.host, place) for place, _ in one.seats}
        hosts = {(n, word): self._host(n, word) for n in range(len(deeds)) for word in self._tongues(n)}

        def allow(number: int, month: int, language: str, host: str, place: int) -> bool:
            near = freed(number, month) and host == hosts[number, language]
            return near or (number, month, language, host, place) in held

        return allow

    def _tongues(self, number: int) -> tuple[str, ...]:
        deed = self.problem.deeds[number]
        return deed.tongues if deed.form is Form.COURSE else ("",)

    def _host(self, number: int, language: str) -> str:
        """Return the host that is nearest to those who could come; sessions get their own host afterwards."""
        problem, deed = self.problem, self.problem.deeds[number]
        comers = [p for p in deed.demand if not language or language in problem.places[p].languages]
        return min(deed.houses, key=lambda host: sum(deed.fare(host, p) * deed.demand[p] for p in comers))

    def _window(self, turn: int) -> Part:
        """Return the part that lies in a few months: windows overlap by half, and come round."""
        starts = range(0, max(self.problem.months - self.span // 2, 1), max(self.span // 2, 1))
        months = range(first := starts[turn % len(starts)], first + self.span)
        return lambda _number, month: month in months

    def _kindred(self, turn: int) -> Part:
        """Return the part of one activity in turn, and of those that share most with it or wait for each other."""
        deeds = self.problem.deeds
        order = [n for n in range(len(deeds)) if deeds[n].demand]
        seed = order[turn % len(order)] if order else 0
        near = sorted((n for n in order if n != seed), key=lambda n: (-self._kin(seed, n), (n - seed) % len(deeds)))
        chosen = frozenset([seed, *near[: self.free - 1]])
        return lambda number, _month: number in chosen

    def _kin(self, one: int, other: int) -> float:
        deeds = self.problem.deeds
        shared = len(set(deeds[one].doses) & set(deeds[other].doses))
        waits = any(other in after.any_of for after in deeds[one].after) or any(
            one in after.any_of for after in deeds[other].after
        )
        return shared + 2.0 * waits


def advanced(problem: Problem, plan: Sequence[Session]) -> tuple[Session, ...]:
    """Return the same sessions, each in the first month that limits allow; then what still fits beside them."""
    draft = Draft(problem, list(plan))
    for one in draft.plan:
        draft.remove(one)
        sooner = (evolve(one, month=month) for month in range(one.month))
        draft.add(next((session for session in sooner if draft.fits(session)), one))
    return greedy(problem, rehosted(problem, draft.plan))


def rehosted(problem: Problem, plan: Sequence[Session]) -> tuple[Session, ...]:
    """Return the same sessions, each with the host that its journeys cost least; that only saves money."""

    def host(one: Session) -> str:
        found = best_host(problem, one.deed, one.month, one.seats)
        return one.host if found is None else found

    return tuple(evolve(one, host=host(one)) for one in plan)


def merit(problem: Problem, plan: Sequence[Session], verdicts: Verdicts | None = None) -> float:
    """Return what a plan is worth, less what its shortfalls and unmet wishes cost in the objective."""
    found = verdicts or examine(problem, plan)
    return float(found.value) - penalties(problem, plan, found)


def penalties(problem: Problem, plan: Sequence[Session], verdicts: Verdicts) -> float:
    """Return what shortfalls and unmet wishes of a plan cost in the objective."""
    short = sum(float(share * problem.total[place]) for place, share in verdicts.shortfalls.items())
    held = {(one.deed, place) for one in plan for place, _ in one.seats}
    unmet = sum(not any(d == deed and at in (None, p) for d, p in held) for deed, at in problem.must)
    return FLOOR_PENALTY * short + must_penalty(problem) * unmet
