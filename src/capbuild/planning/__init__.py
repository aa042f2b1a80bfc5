"""Needs from gaps, and costed, scheduled, explained plans from needs."""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true; every user would pay for importing it from typing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.planning.budget import split_budget, sum_budget
    from capbuild.planning.capacity_needs import Gaps, gaps, needs, needs_matrix
    from capbuild.planning.costing import Costing, CostLine, CostRange
    from capbuild.planning.explanation import Explainer
    from capbuild.planning.plan_edits import EDIT_COLUMNS, edit_plan, to_edit_rows
    from capbuild.planning.planner import plan
    from capbuild.planning.replanning import ChangeKind, replan
    from capbuild.planning.scenarios import plan_with_cvar
    from capbuild.planning.worksheet_costs import cost

__all__ = [
    "EDIT_COLUMNS",
    "ChangeKind",
    "CostLine",
    "CostRange",
    "Costing",
    "Explainer",
    "Gaps",
    "cost",
    "edit_plan",
    "gaps",
    "needs",
    "needs_matrix",
    "plan",
    "plan_with_cvar",
    "replan",
    "split_budget",
    "sum_budget",
    "to_edit_rows",
]

_NAMES = {
    "budget": "split_budget sum_budget",
    "capacity_needs": "Gaps gaps needs needs_matrix",
    "costing": "Costing CostLine CostRange",
    "explanation": "Explainer",
    "plan_edits": "EDIT_COLUMNS edit_plan to_edit_rows",
    "planner": "plan",
    "replanning": "ChangeKind replan",
    "scenarios": "plan_with_cvar",
    "worksheet_costs": "cost",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
