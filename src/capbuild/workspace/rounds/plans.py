"""Needs and plan of a programme, reused while still valid."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path

from attrs import define, evolve, field

from capbuild.documents import load
from capbuild.documents.toml import load_toml
from capbuild.errors import CapbuildError, PlanError, did_you_mean
from capbuild.model import Issue, Needs, Plan
from capbuild.origin import Origin
from capbuild.planning import needs as needs_of
from capbuild.planning.capacity_needs import NeedDecision, apply_decisions
from capbuild.planning.check import check_plan
from capbuild.planning.competences import CompetenceGap, competence_gaps
from capbuild.planning.compiled_problem import CompiledProblem, compile_problem
from capbuild.planning.partial_plan import plan_greedily
from capbuild.planning.planner import reuse_plan, to_plan
from capbuild.planning.problem import Problem
from capbuild.planning.solver import Solution, solve
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.inputs import Inputs
from capbuild.workspace.records.folder_tables import DECISIONS
from capbuild.workspace.records.table import Places, Record
from capbuild.workspace.rounds.scores import ScoredRounds

_MEETINGS = "meetings/meetings.toml"


def find_planned_round(workspace: Inputs) -> str | None:
    """Return the id of the planned round, if any.

    By default it is the last round before the plan starts, or the first one.
    """
    settings = workspace.settings.plan
    if settings is None or workspace.catalogue is None:
        return None
    if settings.round:
        return workspace.round(settings.round).id
    first, *later = workspace.programme.rounds
    start = settings.limits.start
    before = [round_ for round_ in later if start is not None and round_.reference_date < start]
    return (before[-1] if before else first).id


def make_plan_name(round_: str) -> str:
    """Return the file name of a round's plan document."""
    return f"{round_}-plan.json"


@lru_cache(maxsize=4)
def _solve_once(problem: Problem, gap: float) -> Solution:
    """Solve a problem once, also if the folder is reopened."""
    return solve(problem, gap=gap)


@define(eq=False)
class NeedsAndPlan:
    """Needs and plan of a programme, computed once on demand.

    Attributes:
        workspace: The programme's folder.
        kept: Folder of the last run's results. A plan in it with the same inputs is reused, if it passes the checker.
    """

    workspace: ScoredRounds
    kept: Path | None = None
    _needs: dict[str, Needs] = field(factory=dict, init=False)
    _plan: Plan | None = field(default=None, init=False)
    _decisions: dict[str, list[tuple[NeedDecision, Origin]]] = field(factory=dict, init=False)
    _issues: dict[str, list[Issue]] = field(factory=dict, init=False)
    _compiled: CompiledProblem | None = field(default=None, init=False)
    _done: bool = field(default=False, init=False)

    @property
    def round(self) -> str | None:
        """Id of the planned round; None without a plan."""
        return find_planned_round(self.workspace)

    def needs(self, round_: str) -> Needs | None:
        """Return a round's needs with meeting decisions; None without gaps."""
        if round_ not in self._needs:
            self._needs[round_] = self._make_needs(round_)
        needs = self._needs[round_]
        return needs if needs.needs else None

    def _make_needs(self, round_: str) -> Needs:
        workspace = self.workspace
        settings, assessed, catalogue = workspace.settings.plan, workspace.assess(round_), workspace.catalogue
        fits = catalogue is not None and catalogue.framework == assessed.framework.key
        round_needs = needs_of(
            assessed,
            catalogue=catalogue if fits else None,
            headcount=settings.headcount if settings is not None else None,
        )
        decisions = self._decisions.setdefault(round_, [])
        return _apply_decisions(workspace, round_needs, round_, self._issues.setdefault(round_, []), decisions)

    def decisions(self, round_: str) -> list[tuple[NeedDecision, Origin]]:
        """Return a round's meeting decisions on needs."""
        self.needs(round_)
        return self._decisions.get(round_, [])

    @property
    def plan(self) -> Plan | None:
        """Plan of programme.toml; None if not requested or infeasible."""
        if not self._done:
            self._done = True
            round_ = find_planned_round(self.workspace)
            try:
                self._plan = None if round_ is None else self._make_plan(round_)
            except PlanError as error:
                place, remedy = error.origin or self.workspace.settings.origin("plan"), error.remedy or "correct [plan]"
                issue = evolve(Issue.from_error(error), origin=place, remedy=remedy)
                self._issues.setdefault(round_ or "", []).append(issue)
        return self._plan

    def _compile(self, round_: str) -> CompiledProblem | None:
        """Return the compiled plan problem; None without needs."""
        workspace = self.workspace
        settings, catalogue, needs = workspace.settings.plan, workspace.catalogue, self.needs(round_)
        if self._compiled is None and settings is not None and catalogue is not None and needs is not None:
            self._compiled = compile_problem(needs, catalogue, settings.limits, assessed=workspace.assess(round_))
        return self._compiled

    def _make_plan(self, round_: str) -> Plan | None:
        settings, compiled = self.workspace.settings.plan, self._compile(round_)
        if settings is None or compiled is None:
            return None
        earlier = None
        if self.kept is not None:
            with suppress(CapbuildError, OSError, ValueError):
                plan = load(self.kept / make_plan_name(round_))
                earlier = reuse_plan(compiled, plan) if isinstance(plan, Plan) else None
        return earlier or to_plan(compiled, _solve_once(compiled.problem, settings.gap))

    def issues(self, round_: str) -> list[Issue]:
        """Return the issues of needs and plan of a round."""
        self.needs(round_)
        if find_planned_round(self.workspace) == round_ and not self._done and not self._is_feasible(round_):
            self.plan  # noqa: B018 - made for its issues
        return self._issues.get(round_, [])

    def _is_feasible(self, round_: str) -> bool:
        """True if a feasible plan exists, by a cheap search."""
        try:
            compiled = self._compile(round_)
        except PlanError:
            return False
        if compiled is None:
            return True
        problem = compiled.problem
        return not check_plan(problem, ()).broken or not check_plan(problem, plan_greedily(problem)).broken


@define(slots=False, eq=False, repr=False)
class Planning(ScoredRounds):
    """Programme's rounds with their needs and plan."""

    @cached_property
    def planned(self) -> NeedsAndPlan:
        """Needs and plan, made on demand."""
        return NeedsAndPlan(self)

    def needs(self, round_: str) -> Needs | None:
        """Return the needs after a round.

        The result is None if there are no gaps to targets.
        """
        return self.planned.needs(self.round(round_).id)

    def plan(self) -> Plan | None:
        """Return the plan of programme.toml.

        The result is None if no plan is requested, or none is feasible.
        """
        return self.planned.plan


@takes_folder
def list_training_needs(workspace: Inputs) -> tuple[CompetenceGap, ...]:
    """Return competence gaps by role and country.

    If the plan settings give the number of people per role, people without data are counted as unknown; they never
    count as lacking a competence.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
    """
    if workspace.catalogue is None:
        return ()
    settings = workspace.settings.plan
    return competence_gaps(
        workspace.catalogue, workspace.monitoring.competences, settings.headcount if settings else None
    )


def _apply_decisions(
    workspace: Inputs, found: Needs, round_: str, issues: list[Issue], applied: list[tuple[NeedDecision, Origin]]
) -> Needs:
    """Apply the decisions of a round's meetings to its needs.

    Rows that do not fit are issues, and all others are applied.

    Args:
        workspace: The programme's folder.
        found: Needs after the round.
        round_: Id of the round.
        issues: Collects problems.
        applied: Collects every decision, with its row.
    """
    places = Places(workspace.settings, workspace.host, issues)
    for record, decision in _read_decisions(workspace, round_, places):
        applied.append((decision, record.origin()))
        try:
            found = apply_decisions(found, (decision,))
        except PlanError as error:
            names = [need.id for need in found]
            record.problem(
                "need", f"{error.message}{did_you_mean(decision.need, names)}", error.remedy or "", error.code
            )
    return found


def _read_decisions(workspace: Inputs, round_: str, places: Places) -> Iterator[tuple[Record, NeedDecision]]:
    """Yield the meeting decisions of a round, in table order."""
    path, rounds = workspace.folder / _MEETINGS, workspace.programme.rounds
    top = load_toml(path, _MEETINGS, []) if path.is_file() else None
    tables = top.tables("meetings") if top is not None else ()
    meetings = {table.get("id", str, ""): table.get("round", str, rounds[0].id if rounds else "") for table in tables}
    for record in DECISIONS.records(workspace.folder, places.issues):
        name = record.text("meeting")
        if name not in meetings:
            message = f"there is no meeting {name!r}{did_you_mean(name, meetings)}"
            record.problem("meeting", message, f"add it to {_MEETINGS}: the need cites it", "CB840")
        elif meetings[name] == round_ and (decision := DECISIONS.build(record, places)) is not None:
            yield record, decision
