"""Needs from gaps, and costed, scheduled, explained plans from needs."""

from capbuild._lazy import lazy_exports

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
    "gap_costs": "Costing CostLine CostRange cost",
    "explanation": "Explainer",
    "planner": "plan",
    "replanning": "ChangeKind EDIT_COLUMNS edit_plan replan to_edit_rows",
    "scenarios": "plan_with_cvar",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
