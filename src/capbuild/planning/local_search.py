"""Local search that frees and re-solves parts of a plan.

The parts are, in turn: the seats of existing sessions, which move by a few months at most; a few related activities
over all months, 2 times; and everything in a few months. Each round is small, ends by gap or work, and never returns a
worse plan. The problem and the round number alone decide which part is freed, so the search is reproducible.
"""

from collections.abc import Callable, Sequence

from attrs import define, evolve, field

from capbuild.planning.check import CheckResult, check_plan
from capbuild.planning.linear import SolveEffort
from capbuild.planning.partial_plan import FLOOR_PENALTY, PartialPlan, cheapest_host, plan_greedily
from capbuild.planning.plan_model import PlanModel, decode_sessions, encode_plan, wish_penalty
from capbuild.planning.problem import Form, Problem, Session, Timeline

#: Part of a plan: True if an activity is freed in a month.
Part = Callable[[int, int], bool]
#: True if an activity may seat a country in a month, language and host.
Allow = Callable[[int, int, str, str, int], bool]
#: Months by which an existing session may move: 0, 1, 2, then 0 again.
_REACH = 3


@define
class LocalSearch:
    """Plan improved part by part.

    Attributes:
        problem: The problem to solve.
        plan: The best plan so far.
        merit: Its value, less penalties for shortfalls and unmet wishes.
        free: Number of activities freed at a time.
        span: Number of months freed at a time.
    """

    problem: Problem
    plan: tuple[Session, ...]
    merit: float = field(init=False)
    free: int = 9
    span: int = 4

    def __attrs_post_init__(self) -> None:
        self.merit = penalised_value(self.problem, self.plan)

    def improve_part(self, number: int, effort: SolveEffort) -> str:
        """Improve one part of the plan; return the stopping reason."""
        turn, kind = divmod(number, 4)
        if kind == 0:
            return self._solve(lambda *_: True, self._allow_nearby(turn % _REACH), effort)
        freed = self._select_window(turn) if kind == 3 else self._select_related(2 * turn + kind - 1)
        return self._solve(freed, self._allow_columns(freed), effort)

    def _solve(self, freed: Part, allow: Allow, effort: SolveEffort) -> str:
        model = PlanModel(self.problem, Timeline.monthly(self.problem), allow=allow)
        solver = model.linear.make_solver()
        now = encode_plan(model, self.plan)
        names = model.linear.names
        whole = [c for c, name in enumerate(names) if name[0] in ("x", "y")]
        solver.set_bounds({c: (now.get(c, 0.0),) * 2 for c in whole if not freed(names[c][1], names[c][2])})
        solver.set_start({c: now.get(c, 0.0) for c in whole})
        answer = solver.solve(effort)
        if answer.is_found:
            self.accept_filled(decode_sessions(model, answer.values))
        return answer.status

    def accept_filled(self, plan: Sequence[Session]) -> bool:
        """Fill a plan, and accept it if valid and better."""
        if check_plan(self.problem, plan).broken:
            return False
        filled = plan_greedily(self.problem, choose_hosts(self.problem, plan))
        sooner = advance_sessions(self.problem, filled)
        return self.accept(
            sooner if penalised_value(self.problem, sooner) >= penalised_value(self.problem, filled) else filled
        )

    def accept(self, plan: Sequence[Session]) -> bool:
        """Accept a plan unchanged if it is valid and better."""
        verdicts = check_plan(self.problem, plan)
        worth = penalised_value(self.problem, plan, verdicts)
        better = not verdicts.broken and worth > self.merit + abs(self.merit) * 1e-9
        if better:
            self.plan, self.merit = tuple(plan), worth
        return better

    def _allow_nearby(self, reach: int) -> Allow:
        """Allow any country in existing sessions and in nearby months."""
        options = self.problem.options
        existing = {
            (
                session.option,
                month,
                session.language if options[session.option].form is Form.COURSE else "",
                session.host,
            )
            for session in self.plan
            for month in range(session.month - reach, session.month + reach + 1)
        }

        def allow(number: int, month: int, language: str, host: str, _place: int) -> bool:
            return options[number].form is Form.COUNTRY or (number, month, language, host) in existing

        return allow

    def _allow_columns(self, freed: Part) -> Allow:
        """Allow all columns of a part, elsewhere the present ones."""
        options = self.problem.options
        present = set()
        for session in self.plan:
            language = session.language if options[session.option].form is Form.COURSE else ""
            present |= {(session.option, session.month, language, session.host, place) for place, _ in session.seats}
        hosts = {
            (n, word): self._find_nearest_host(n, word)
            for n in range(len(options))
            for word in self._list_column_languages(n)
        }

        def allow(number: int, month: int, language: str, host: str, place: int) -> bool:
            near = freed(number, month) and host == hosts[number, language]
            return near or (number, month, language, host, place) in present

        return allow

    def _list_column_languages(self, number: int) -> tuple[str, ...]:
        option = self.problem.options[number]
        return option.language_options if option.form is Form.COURSE else ("",)

    def _find_nearest_host(self, number: int, language: str) -> str:
        """Return the host with the lowest travel cost of participants.

        Hosts of single sessions are chosen afterwards.
        """
        problem, option = self.problem, self.problem.options[number]
        comers = [p for p in option.demand if not language or language in problem.places[p].languages]
        return min(
            option.host_options, key=lambda host: sum(option.seat_cost(host, p) * option.demand[p] for p in comers)
        )

    def _select_window(self, turn: int) -> Part:
        """Return the part of the plan within a few months.

        Consecutive windows overlap by half, and start again after the last month.
        """
        starts = range(0, max(self.problem.months - self.span // 2, 1), max(self.span // 2, 1))
        months = range(first := starts[turn % len(starts)], first + self.span)
        return lambda _number, month: month in months

    def _select_related(self, turn: int) -> Part:
        """Return the part of one activity and its related ones.

        Activities are related if they share needs or prerequisites.
        """
        options = self.problem.options
        order = [n for n in range(len(options)) if options[n].demand]
        seed = order[turn % len(order)] if order else 0
        near = sorted(
            (n for n in order if n != seed), key=lambda n: (-self._find_related(seed, n), (n - seed) % len(options))
        )
        chosen = frozenset([seed, *near[: self.free - 1]])
        return lambda number, _month: number in chosen

    def _find_related(self, one: int, other: int) -> float:
        options = self.problem.options
        shared = len(set(options[one].doses) & set(options[other].doses))
        waits = any(other in after.any_of for after in options[one].after) or any(
            one in after.any_of for after in options[other].after
        )
        return shared + 2.0 * waits


def advance_sessions(problem: Problem, plan: Sequence[Session]) -> tuple[Session, ...]:
    """Return sessions in their earliest months, filled."""
    draft = PartialPlan(problem, list(plan))
    for planned in draft.plan:
        draft.remove(planned)
        sooner = (evolve(planned, month=month) for month in range(planned.month))
        draft.add(next((session for session in sooner if draft.can_add(session)), planned))
    return plan_greedily(problem, choose_hosts(problem, draft.plan))


def choose_hosts(problem: Problem, plan: Sequence[Session]) -> tuple[Session, ...]:
    """Return sessions with the hosts of lowest travel cost."""

    def host(session: Session) -> str:
        cheapest = cheapest_host(problem, session.option, session.month, session.seats)
        return session.host if cheapest is None else cheapest

    return tuple(evolve(session, host=host(session)) for session in plan)


def penalised_value(problem: Problem, plan: Sequence[Session], verdicts: CheckResult | None = None) -> float:
    """Return the value of a plan less its penalties."""
    result = verdicts or check_plan(problem, plan)
    return float(result.value) - plan_penalties(problem, plan, result)


def plan_penalties(problem: Problem, plan: Sequence[Session], verdicts: CheckResult) -> float:
    """Return the penalties of shortfalls and unmet wishes."""
    short = sum(float(share * problem.total_values[place]) for place, share in verdicts.shortfalls.items())
    seated = {(session.option, place) for session in plan for place, _ in session.seats}
    unmet = sum(not any(d == option and at in (None, p) for d, p in seated) for option, at in problem.must)
    return FLOOR_PENALTY * short + wish_penalty(problem) * unmet
