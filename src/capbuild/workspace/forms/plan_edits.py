"""The plan: exported to a workbook, edited there, hedged against scenarios, or updated."""

from collections.abc import Mapping
from pathlib import Path

from capbuild.display import counted
from capbuild.documents import load
from capbuild.errors import PlanError
from capbuild.model import Catalogue, Dossier, Needs, Plan, Severity
from capbuild.origin import Origin
from capbuild.planning import edit_plan, plan_with_cvar, replan
from capbuild.planning.replanning import EDIT_COLUMNS, EditedPlan, RevisedPlan, plan_digest
from capbuild.planning.scenarios import CvarPlan
from capbuild.workspace.folder_functions import in_own_languages
from capbuild.workspace.forms.returned_forms import RoundTripForm
from capbuild.workspace.settings.plan import PlanSettings
from capbuild.workspace.transactions import write_export
from capbuild.workspace.workspace import Workspace

_FORM = RoundTripForm(
    kind="plan",
    name="a plan",
    columns=EDIT_COLUMNS,
    needed=["activity", "month", "seats"],
    error=PlanError,
    code="CB814",
    remedy="export the plan, and change its rows only",
)


def collect_plan_inputs(workspace: Workspace) -> tuple[Plan, Needs, Catalogue, PlanSettings, str]:
    """Return a plan with needs, catalogue, settings and round id.

    Raises:
        PlanError: CB813, the programme has no plan, or none is feasible.
    """
    plan, round_ = workspace.plan(), workspace.planned.round
    needs = None if round_ is None else workspace.needs(round_)
    catalogue, settings = workspace.catalogue, workspace.settings.plan
    if plan is None or round_ is None or needs is None or catalogue is None or settings is None:
        raise _make_plan_error(workspace)
    return plan, needs, catalogue, settings, round_


def _make_plan_error(workspace: Workspace) -> PlanError:
    """Return the error for a missing plan, with its cause."""
    round_ = workspace.planned.round
    issues = [*workspace.folder_issues, *(workspace.planned.issues(round_) if round_ is not None else ())]
    errors = [issue for issue in dict.fromkeys(issues) if issue.severity is Severity.ERROR]
    if not errors:
        message = f"{workspace.folder.name} has no [plan], or no needs to plan for"
        remedy = "add [plan] with a budget to programme.toml, and name a catalogue"
        return PlanError(message, code="CB813", origin=Origin("programme.toml"), remedy=remedy)
    first = errors[0]
    others = f"; {counted(len(errors) - 1, 'other error', 'other errors')} in the folder" if errors[1:] else ""
    remedy = "; ".join(part for part in (first.remedy, "capbuild validate lists all" if others else "") if part)
    message = f"no plan can be made: {first.message}{others}"
    return PlanError(message, code=first.code, origin=first.origin, remedy=remedy)


@in_own_languages
def export_plan(workspace: Workspace, out: Path, *, language: str = "en") -> Path:
    """Write the plan as an editable workbook; return its path.

    Args:
        workspace: The programme's folder.
        out: The file, .xlsx.
        language: Language of the titles.

    Raises:
        PlanError: CB813, there is no plan.
        UnknownFormat: No writer of workbooks is installed (`pip install "capbuild[sheets]"`).
    """
    plan, needs, catalogue, _, _ = collect_plan_inputs(workspace)
    dossier = Dossier(needs=needs, catalogue=catalogue, plan=plan)
    form = _FORM.render(
        plan,
        out,
        language=language,
        programme=workspace.programme,
        dossier=dossier,
        host=workspace.host,
    )
    write_export(workspace.folder, out, form)
    return out


@in_own_languages
def import_plan(workspace: Workspace, file: Path) -> EditedPlan:
    """Return the edited plan with its differences and broken limits.

    The file may be any table with columns for activity, month and seats.

    Args:
        workspace: The programme's folder.
        file: The workbook, or a CSV of its rows.

    Raises:
        PlanError: CB813, there is no plan. CB814, the file has none. CB810, cells are invalid, or contain unknown
            names; reports all together. CB854, the rows belong to another plan.
    """
    plan, needs, catalogue, settings, round_ = collect_plan_inputs(workspace)
    form, mark = _FORM.read(file, workspace.host), plan_digest(plan)
    rows: list[Mapping[str, object]] = []
    for row in form.records():
        if row.text("form", mark) != mark:
            raise PlanError(
                f"row {row.row} was exported from another plan: from another programme, or before "
                "needs, activities or limits changed",
                code="CB854",
                origin=row.origin("form"),
                remedy="export the plan again and carry your changes over",
            )
        if row.text("activity"):
            rows.append({**row.cells, "origin": row.origin()})
    if not rows:
        raise PlanError(
            f"{file.name} has no plan: no row has an activity",
            code="CB814",
            origin=Origin(file.name),
            remedy=_FORM.remedy,
        )
    return edit_plan(needs, catalogue, settings.limits, plan, rows, assessed=workspace.assess(round_))


def make_hedged_plan(workspace: Workspace, count: int, *, worst: float = 0.2, weight: float = 0.5) -> CvarPlan:
    """Return plans for the mean and for the worst scenarios.

    Args:
        workspace: The programme's folder.
        count: Number of scenarios.
        worst: Share of the worst scenarios, above 0 and at most 1.
        weight: Weight of their mean, 0 to 1; the mean of all has the rest.

    Raises:
        PlanError: CB813, there is no plan.
    """
    _, needs, catalogue, settings, round_ = collect_plan_inputs(workspace)
    return plan_with_cvar(
        needs,
        catalogue,
        settings.limits,
        assessed=workspace.assess(round_),
        count=count,
        worst=worst,
        weight=weight,
        gap=settings.gap,
    )


def update_plan(workspace: Workspace, file: Path) -> RevisedPlan:
    """Update an earlier plan with as few changes as possible.

    Args:
        workspace: The programme's current folder.
        file: The earlier plan, a JSON document.

    Raises:
        PlanError: CB813, there is no plan. CB814, the document is not a plan.
        DocumentError: The file is not a capbuild document.
    """
    _, needs, catalogue, settings, round_ = collect_plan_inputs(workspace)
    previous = load(file)
    if not isinstance(previous, Plan):
        raise PlanError(
            f"{file.name} has no plan, but {type(previous).__name__}",
            code="CB814",
            origin=Origin(file.name),
            remedy="name the plan of an earlier run, such as out/baseline-plan.json",
        )
    return replan(
        needs, catalogue, settings.limits, previous=previous, assessed=workspace.assess(round_), gap=settings.gap
    )
