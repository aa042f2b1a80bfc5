"""Replanning with few changes, and manually edited plans."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

from attrs import evolve, field, frozen

from capbuild._typed import explains_arguments
from capbuild.checks import to_tuple
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Catalogue, LeftOut, Limits, Needs, Plan, PlannedActivity, StopReason
from capbuild.planning.check import check_plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem
from capbuild.planning.linear import SolveEffort
from capbuild.planning.local_search import LocalSearch, penalised_value
from capbuild.planning.partial_plan import PartialPlan, plan_greedily
from capbuild.planning.plan_model import PlanModel, decode_sessions, encode_plan
from capbuild.planning.planner import assemble_plan, find_known_sessions, to_plan
from capbuild.planning.problem import Problem, Session
from capbuild.planning.solver import GAP, ROUND, ROUNDS, SMALL, monthly_model, require_valid, solve


class ChangeKind(StrEnum):
    """Kinds of change to a session."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    RESIZED = "resized"


class ChangeReason(StrEnum):
    """Reasons for a change between two plans."""

    BUDGET = "budget"
    TRAINERS = "trainers"
    COUNTRIES = "countries"
    BLOCKED = "blocked"
    NOT_OFFERED = "not offered"
    OUTSIDE = "outside"
    NOT_HELD = "not held"
    BETTER = "better use"
    MONTH = "better month"
    SEATS = "better seats"
    MARGINAL = "marginal closure"


_WORDS = {
    ChangeReason.BUDGET: "the budget no longer covers it",
    ChangeReason.TRAINERS: "no trainer is free in that month",
    ChangeReason.COUNTRIES: "{names} can no longer take part as planned",
    ChangeReason.BLOCKED: "it cannot be held for {names}: {left_out}",
    ChangeReason.NOT_OFFERED: "the catalogue no longer has it",
    ChangeReason.OUTSIDE: "it began outside the months of the plan",
    ChangeReason.NOT_HELD: "it can no longer be held",
    ChangeReason.BETTER: "what takes its place closes more for the money",
    ChangeReason.MONTH: "the plan closes more, or costs less, with it in that month",
    ChangeReason.SEATS: "its seats close more for those who have them now",
    ChangeReason.MARGINAL: "without it the plan would close {value:.2%} of all gaps less",
}


@frozen(kw_only=True)
class Cause:
    """Reason for a change of one session.

    Attributes:
        reason: The reason.
        names: Alpha-2 codes of its countries.
        value: Share of the weighted value of all gaps.
        left_out: Why the activity is impossible for those countries; None for other reasons.

    Example:
        >>> print(Cause(reason="countries", names=["JM", "PA"]))
        JM, PA can no longer take part as planned
    """

    reason: ChangeReason = field(converter=ChangeReason)
    names: tuple[str, ...] = field(default=(), converter=to_tuple)
    value: float = 0.0
    left_out: LeftOut | None = None

    def __str__(self) -> str:
        return _WORDS[self.reason].format(names=", ".join(self.names), value=self.value, left_out=self.left_out)


#: Cost of a changed session, as a share of the plan's value, and of a seat, as a share of a session.
_PENALTY, _SEAT = 1e-4, 0.1


@frozen(kw_only=True)
class PlanChange:
    """One difference between two plans.

    Attributes:
        kind: Added, dropped, moved to another month or place, or for other countries.
        activity: Id of the activity.
        before: The earlier session.
        after: The new session.
        cause: Reason, as code and values; None if unknown.
    """

    kind: ChangeKind = field(converter=ChangeKind)
    activity: str
    before: PlannedActivity | None = None
    after: PlannedActivity | None = None
    cause: Cause | None = None

    @property
    def why(self) -> str:
        """Reason in English; empty if unknown."""
        return "" if self.cause is None else str(self.cause)

    @property
    def seats(self) -> FrozenMap[str, int]:
        """Seats by alpha-2 code; the earlier seats of dropped sessions."""
        session = self.after or self.before
        return session.seats if session is not None else FrozenMap()


@frozen(kw_only=True)
class RevisedPlan:
    """Plan made from an earlier one.

    Attributes:
        plan: The plan.
        changes: Changes, in chronological order.
        given_up: Value given up, compared with a plan made without the earlier one; 0 for none.
    """

    plan: Plan
    changes: tuple[PlanChange, ...] = field(default=(), converter=to_tuple)
    given_up: float = 0.0


@explains_arguments
def replan(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    *,
    previous: Plan,
    assessed: AssessmentSet | None = None,
    tolerance: float = 0.001,
    gap: float = GAP,
    rounds: int = ROUNDS,
) -> RevisedPlan:
    """Return a revised plan and its changes.

    The earlier plan is repaired, and kept if its value is within the tolerance of the best plan found. Otherwise a
    new plan is sought, in which each changed session costs a ten-thousandth of the plan's value.

    Args:
        needs: Current needs.
        catalogue: Current activities.
        limits: Current limits.
        previous: The earlier plan.
        assessed: The assessments behind the needs.
        tolerance: Share of the value to give up for fewer changes.
        gap: Relative gap to the bound at which the search may stop.
        rounds: Maximum rounds of the repair search.

    Raises:
        PlanError: As `plan` does.
    """
    compiled = compile_problem(needs, catalogue, limits, assessed=assessed)
    problem = compiled.problem
    earlier = find_known_sessions(compiled, previous)
    still, reasons = repair_sessions(problem, earlier)
    kept = plan_greedily(problem, still)
    free = solve(problem, gap=gap, rounds=rounds, start=kept)
    best = penalised_value(problem, free.sessions)
    chosen = kept
    if penalised_value(problem, kept) < best * (1 - tolerance):
        least = best * (1 - tolerance)
        near = _search_nearby_plan(problem, earlier, kept, free.sessions, least)
        chosen = near if penalised_value(problem, near) >= least else free.sessions
    new_plan = to_plan(compiled, evolve(free, sessions=tuple(chosen), verdicts=require_valid(problem, chosen)))
    return RevisedPlan(
        plan=new_plan,
        changes=_add_causes(compiled, compare_plans(previous, new_plan), reasons, earlier),
        given_up=max(0.0, best - penalised_value(problem, chosen)),
    )


def repair_sessions(problem: Problem, earlier: Sequence[Session]) -> tuple[tuple[Session, ...], dict[Session, Cause]]:
    """Return the sessions that fit, and obstacles of others."""
    draft = PartialPlan(problem)
    reasons: dict[Session, Cause] = {}
    for session in sorted(earlier):
        if draft.can_add(session):
            draft.add(session)
        else:
            reasons[session] = _find_misfit_cause(draft, session)
    return draft.plan, reasons


def _find_misfit_cause(draft: PartialPlan, session: Session) -> Cause:
    if not draft.is_affordable(session):
        return Cause(reason=ChangeReason.BUDGET)
    if not draft.has_trainers(session.option, session.month, session.language):
        return Cause(reason=ChangeReason.TRAINERS)
    names = [
        draft.problem.places[place].id
        for place, count in session.seats
        if draft.available_seats(session.option, place, session.month, session.language) < count
    ]
    return Cause(reason=ChangeReason.COUNTRIES if names else ChangeReason.NOT_HELD, names=sorted(names))


def _search_nearby_plan(
    problem: Problem, earlier: Sequence[Session], kept: tuple[Session, ...], free: Sequence[Session], least: float
) -> tuple[Session, ...]:
    """Find a plan near an earlier one, with minimum value.

    Small problems are solved with a cost per change. In larger ones, the repaired plan is improved part by part until
    its value suffices. If no plan has that value, the result is the best plan found.
    """
    search = LocalSearch(problem, kept)
    model = monthly_model(problem, most=SMALL)
    if model is None:
        for number in range(ROUNDS):
            if search.merit >= least:
                break
            search.improve_part(number, ROUND)
        return search.plan
    penalty = _PENALTY * max(penalised_value(problem, free), 1e-9)
    before = encode_plan(model, earlier)
    for column, name in enumerate(model.linear.names[: model.linear.size[0]]):
        if name[0] in ("x", "y"):
            _charge_change(model, column, before.get(column, 0.0), penalty * (_SEAT if name[0] == "x" else 1.0))
    answer = model.linear.make_solver().solve(SolveEffort(gap=_PENALTY, work=20_000))
    if answer.is_found:
        search.accept(decode_sessions(model, answer.values))
    return search.plan


def _charge_change(model: PlanModel, column: int, value: float, penalty: float) -> None:
    """Charge the difference of a column from a value."""
    more = model.linear.add_column(("more", column), worth=-penalty)
    less = model.linear.add_column(("less", column), worth=-penalty, upper=value)
    model.linear.add_row(("change", column), {column: 1.0, more: -1.0, less: 1.0}, low=value, high=value)


def compare_plans(before: Plan, after: Plan) -> tuple[PlanChange, ...]:
    """Return the sessions that changed between two plans.

    Sessions are added, dropped, moved or resized. Sessions with the same activity, language, month and countries are
    the same. The others are paired in chronological order within an activity and language.
    """
    old = {_make_session_key(session) for session in before.activities}
    new = {_make_session_key(session) for session in after.activities}
    left = [session for session in before.activities if _make_session_key(session) not in new]
    came = [session for session in after.activities if _make_session_key(session) not in old]
    return tuple(sorted(_pair_sessions(left, came), key=_change_order))


def _make_session_key(one: PlannedActivity) -> tuple[object, ...]:
    return one.activity, one.language, one.start.year, one.start.month, one.host, tuple(sorted(one.seats.items()))


def _change_order(change: PlanChange) -> tuple[object, ...]:
    session = change.after or change.before
    return (session.start, change.activity, change.kind.value) if session is not None else ()


def _pair_sessions(left: list[PlannedActivity], came: list[PlannedActivity]) -> Iterator[PlanChange]:
    waiting = list(came)
    for session in left:
        candidates = [new for new in waiting if (new.activity, new.language) == (session.activity, session.language)]
        shared = [new for new in candidates if set(new.seats) & set(session.seats)]
        if not shared:
            yield PlanChange(kind=ChangeKind.DROPPED, activity=session.activity, before=session)
            continue
        new = max(shared, key=lambda other: len(set(other.seats) & set(session.seats)))
        waiting.remove(new)
        same = (new.start.year, new.start.month, new.host) == (session.start.year, session.start.month, session.host)
        yield PlanChange(
            kind=ChangeKind.RESIZED if same else ChangeKind.MOVED, activity=session.activity, before=session, after=new
        )
    for new in waiting:
        yield PlanChange(kind=ChangeKind.ADDED, activity=new.activity, after=new)


#: Default reason for a changed session that no rule excludes.
_USUAL = {
    ChangeKind.DROPPED: ChangeReason.BETTER,
    ChangeKind.MOVED: ChangeReason.MONTH,
    ChangeKind.RESIZED: ChangeReason.SEATS,
}


def _find_exclusion_cause(compiled: CompiledProblem, one: PlannedActivity, month: int) -> Cause | None:
    """Return the rule that excludes a session before any limit."""
    if one.activity not in {activity.id for activity in compiled.catalogue.activities}:
        return Cause(reason=ChangeReason.NOT_OFFERED)
    if not 0 <= month < compiled.problem.months:
        return Cause(reason=ChangeReason.OUTSIDE)
    blocked = {
        code: compiled.blocked[one.activity, code] for code in one.seats if (one.activity, code) in compiled.blocked
    }
    if not blocked:
        return None
    first = min(blocked.values())
    names = sorted(code for code, why in blocked.items() if why == first)
    return Cause(reason=ChangeReason.BLOCKED, names=names, left_out=first)


def _add_causes(
    compiled: CompiledProblem, changes: Sequence[PlanChange], reasons: dict[Session, Cause], earlier: Sequence[Session]
) -> Iterator[PlanChange]:
    problem = compiled.problem
    total = float(sum(problem.values.values(), start=Fraction(0)))
    causes = {
        (
            problem.options[session.option].id,
            session.month,
            frozenset(problem.places[p].id for p, _ in session.seats),
        ): reasons[session]
        for session in earlier
        if session in reasons
    }
    for change in changes:
        cause = None
        if change.before is not None:
            month = compiled.month_number(change.before.start)
            cause = _find_exclusion_cause(compiled, change.before, month)
            cause = cause or causes.get((change.activity, month, frozenset(change.before.seats)))
            cause = cause or Cause(reason=_USUAL[change.kind])
        elif change.after is not None:
            lost = sum(change.after.marginal_closure.values())
            cause = Cause(reason=ChangeReason.MARGINAL, value=lost / total if total else 0.0)
        yield evolve(change, cause=cause)


#: Columns of the rows. A planner can edit all but title, cost and the plan's mark.
EDIT_COLUMNS = ("session", "activity", "title", "month", "language", "host", "seats", "cost", "form")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_SEATS = re.compile(r"([A-Z]{2})\s*[:=]?\s*(\d+)")

Row = Mapping[str, object]


@frozen(kw_only=True)
class EditedPlan:
    """Plan as edited by a planner, with its check.

    Attributes:
        plan: The plan with recomputed costs; None if it breaks a limit.
        changes: Differences from the original plan.
        broken: Broken limits as text.
    """

    plan: Plan | None
    changes: tuple[PlanChange, ...] = field(default=(), converter=to_tuple)
    broken: tuple[str, ...] = field(default=(), converter=to_tuple)


def plan_digest(plan: Plan) -> str:
    """Return the digest that identifies the inputs of a plan.

    The inputs are needs, activities and limits. Edited rows carry the digest of their plan.
    """
    return plan.input_hash[:16]


def to_edit_rows(plan: Plan, catalogue: Catalogue | None = None, language: str = "en") -> Iterator[tuple[str, ...]]:
    """Yield a plan as editable rows, one per session.

    Columns are in the order of `EDIT_COLUMNS`. Seats are written as `JM 4, PA 2`, and months as `2016-07`.

    Args:
        plan: The plan.
        catalogue: Catalogue with titles of activities; without it they are empty.
        language: Language of the titles.
    """
    titles = {
        activity.id: activity.title.get(language)
        for activity in (catalogue.activities if catalogue is not None else ())
    }
    for session in plan.activities:
        yield (
            session.id,
            session.activity,
            titles.get(session.activity, ""),
            f"{session.start:%Y-%m}",
            session.language,
            session.host.alpha_2 if session.host is not None else "",
            ", ".join(f"{code} {count}" for code, count in session.seats.items()),
            f"{session.cost.amount}",
            plan_digest(plan),
        )


def edit_plan(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    plan: Plan,
    rows: Iterable[Row],
    *,
    assessed: AssessmentSet | None = None,
) -> EditedPlan:
    """Return the checked plan of edited rows.

    Rows may be changed, added and removed; title, cost and mark are ignored.

    Args:
        needs: Needs of the plan.
        catalogue: The activities.
        limits: Limits of the plan.
        plan: The original plan.
        rows: The rows, by column name, with an optional `origin` for messages.
        assessed: The assessments behind the needs.

    Raises:
        PlanError: CB810, cells are invalid, or contain unknown names; reports all together.
    """
    compiled = compile_problem(needs, catalogue, limits, assessed=assessed)
    sessions = _parse_sessions(compiled, rows)
    verdicts = check_plan(compiled.problem, sessions)
    # The plan is assembled even if it breaks a limit, to describe its differences in the same words.
    edited = assemble_plan(compiled, sessions, verdicts, bound=None, stopped=StopReason.GREEDY)
    return EditedPlan(
        plan=None if verdicts.broken else edited,
        changes=compare_plans(plan, edited),
        broken=sorted(set(verdicts.broken)),
    )


def _parse_sessions(compiled: CompiledProblem, rows: Iterable[Row]) -> tuple[Session, ...]:
    reader = _RowReader(compiled)
    sessions = [
        reader.read_session(str(row.get("origin") or f"row {number}"), row)
        for number, row in enumerate(rows, start=1)
        if any(row.values())
    ]
    if reader.problems:
        raise PlanError(
            "; ".join(reader.problems), code="CB810", remedy="write months as 2016-07 and seats as JM 4, PA 2"
        )
    return tuple(session for session in sessions if session is not None)


class _RowReader:
    def __init__(self, compiled: CompiledProblem) -> None:
        problem = compiled.problem
        self._compiled, self._months = compiled, problem.months
        self._options = {option.id: number for number, option in enumerate(problem.options)}
        self._places = {place.id: number for number, place in enumerate(problem.places)}
        self.problems: list[str] = []

    def read_session(self, where: str, row: Row) -> Session | None:
        before = len(self.problems)
        option = self._options.get(_format_cell_text(row.get("activity")))
        if option is None:
            self.problems.append(
                f"{where}: activity {_format_cell_text(row.get('activity'))!r} is not in the catalogue"
            )
        month, seats = self._read_month(where, row.get("month")), self._read_seats(where, row.get("seats"))
        if option is None or len(self.problems) > before:
            return None
        return Session(month, option, _format_cell_text(row.get("language")), _format_cell_text(row.get("host")), seats)

    def _read_month(self, where: str, value: object) -> int:
        match = _MONTH.match(_format_cell_text(value))
        year, month = (int(match[1]), int(match[2])) if match else (0, 0)
        number = self._compiled.month_number(datetime.date(year, month, 1)) if year and 1 <= month <= 12 else -1
        if not 0 <= number < self._months:
            first, last = self._compiled.month_start(0), self._compiled.month_start(self._months - 1)
            self.problems.append(
                f"{where}: month {_format_cell_text(value)!r} is not one of {first:%Y-%m} to {last:%Y-%m}"
            )
        return number

    def _read_seats(self, where: str, value: object) -> tuple[tuple[int, int], ...]:
        text = _format_cell_text(value).upper()
        pairs = {match[1]: int(match[2]) for match in _SEATS.finditer(text)}
        left = _SEATS.sub("", text).strip(" ,;")
        unknown = sorted(set(pairs) - set(self._places))
        if left.strip(" ,;") or not pairs:
            self.problems.append(f"{where}: seats {_format_cell_text(value)!r} are not countries with numbers")
        elif unknown:
            self.problems.append(f"{where}: seats name {', '.join(unknown)}, which have no need in the plan")
        return tuple(sorted((self._places[code], count) for code, count in pairs.items() if code in self._places))


def _format_cell_text(value: object) -> str:
    return "" if value is None else str(value).strip()
