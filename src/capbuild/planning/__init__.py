"""Needs from gaps, and costed, scheduled, explained plans from needs."""

from capbuild._lazy import lazy_exports

_NAMES = {
    "budget": "split_budget sum_budget",
    "capacity_needs": "Gaps gaps needs needs_matrix",
    "gap_costs": "Costing CostLine CostRange cost",
    "explanation": "Explainer",
    "planner": "plan",
    "replanning": "ChangeKind EDIT_COLUMNS edit_plan replan to_edit_rows",
    "scenarios": "plan_with_cvar",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
