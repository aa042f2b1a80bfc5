"""Edited plans, with differences and broken limits."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import PlanError
from capbuild.model import AssessmentSet, Catalogue, Limits, Needs, Plan, StopReason
from capbuild.planning.check import check_plan
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem
from capbuild.planning.plan_assembly import assemble_plan
from capbuild.planning.problem import Session
from capbuild.planning.replanning import PlanChange, compare_plans

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
    """Return the digest of the inputs of a plan.

    Covers needs, activities and limits, and marks the rows of the plan.
    """
    return plan.input_hash[:16]


def to_edit_rows(plan: Plan, catalogue: Catalogue | None = None, language: str = "en") -> Iterator[tuple[str, ...]]:
    """Yield a plan as editable rows, one per session.

    Columns are in the order of `EDIT_COLUMNS`.

    Seats are written as `JM 4, PA 2`, the month as `2016-07`.

    Args:
        plan: The plan.
        catalogue: Catalogue with titles of activities; without it they are empty.
        language: Language of the titles.
    """
    titles = {one.id: one.title.get(language) for one in (catalogue.activities if catalogue is not None else ())}
    for one in plan.activities:
        yield (
            one.id,
            one.activity,
            titles.get(one.activity, ""),
            f"{one.start:%Y-%m}",
            one.language,
            one.host.alpha_2 if one.host is not None else "",
            ", ".join(f"{code} {count}" for code, count in one.seats.items()),
            f"{one.cost.amount}",
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
    made = assemble_plan(compiled, sessions, verdicts, bound=None, stopped=StopReason.GREEDY)
    return EditedPlan(
        plan=None if verdicts.broken else made, changes=compare_plans(plan, made), broken=sorted(set(verdicts.broken))
    )


def _parse_sessions(compiled: CompiledProblem, rows: Iterable[Row]) -> tuple[Session, ...]:
    reader = _RowReader(compiled)
    found = [
        reader.read_session(str(row.get("origin") or f"row {number}"), row)
        for number, row in enumerate(rows, start=1)
        if any(row.values())
    ]
    if reader.problems:
        raise PlanError(
            "; ".join(reader.problems), code="CB810", remedy="write months as 2016-07 and seats as JM 4, PA 2"
        )
    return tuple(one for one in found if one is not None)


class _RowReader:
    def __init__(self, compiled: CompiledProblem) -> None:
        problem = compiled.problem
        self._compiled, self._months = compiled, problem.months
        self._deeds = {deed.id: number for number, deed in enumerate(problem.deeds)}
        self._places = {place.id: number for number, place in enumerate(problem.places)}
        self.problems: list[str] = []

    def read_session(self, where: str, row: Row) -> Session | None:
        before = len(self.problems)
        deed = self._deeds.get(_format_cell_text(row.get("activity")))
        if deed is None:
            self.problems.append(
                f"{where}: activity {_format_cell_text(row.get('activity'))!r} is not in the catalogue"
            )
        month, seats = self._read_month(where, row.get("month")), self._read_seats(where, row.get("seats"))
        if deed is None or len(self.problems) > before:
            return None
        return Session(month, deed, _format_cell_text(row.get("language")), _format_cell_text(row.get("host")), seats)

    def _read_month(self, where: str, value: object) -> int:
        match = _MONTH.match(_format_cell_text(value))
        year, month = (int(match[1]), int(match[2])) if match else (0, 0)
        found = self._compiled.month_number(datetime.date(year, month, 1)) if year and 1 <= month <= 12 else -1
        if not 0 <= found < self._months:
            first, last = self._compiled.month_start(0), self._compiled.month_start(self._months - 1)
            self.problems.append(
                f"{where}: month {_format_cell_text(value)!r} is not one of {first:%Y-%m} to {last:%Y-%m}"
            )
        return found

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
