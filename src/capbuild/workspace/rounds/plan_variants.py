"""Variants of a plan: robust or updated.

One is robust to scenarios, one updates an earlier plan.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from capbuild.documents import load
from capbuild.errors import PlanError
from capbuild.model import Plan
from capbuild.origin import Origin
from capbuild.planning import plan_with_cvar, replan
from capbuild.planning.replanning import RevisedPlan
from capbuild.planning.scenarios import CvarPlan
from capbuild.workspace.forms.plan_edits import collect_plan_inputs

if TYPE_CHECKING:
    from capbuild.workspace.workspace import Workspace


def make_hedged_plan(workspace: "Workspace", count: int, *, worst: float = 0.2, weight: float = 0.5) -> CvarPlan:
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


def update_plan(workspace: "Workspace", file: Path) -> RevisedPlan:
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
