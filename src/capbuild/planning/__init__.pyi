"""Names of `capbuild.planning`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.planning.budget import split_budget, sum_budget
from capbuild.planning.capacity_needs import Gaps, gaps, needs, needs_matrix
from capbuild.planning.explanation import Explainer
from capbuild.planning.gap_costs import CostLine, CostRange, Costing, cost
from capbuild.planning.planner import plan
from capbuild.planning.replanning import EDIT_COLUMNS, ChangeKind, edit_plan, replan, to_edit_rows
from capbuild.planning.scenarios import plan_with_cvar

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
