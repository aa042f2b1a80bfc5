"""Needs from gaps, and costed, scheduled, explained plans from needs."""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.planning.budget import BudgetShare, split_budget, sum_budget
    from capbuild.planning.capacity_gaps import Gaps, gaps
    from capbuild.planning.capacity_needs import SharedNeed, needs, needs_matrix, shared_criteria, shared_needs
    from capbuild.planning.change_reasons import Cause, ChangeKind, ChangeReason
    from capbuild.planning.competences import (
        CompetenceGap,
        CompetenceLevels,
        combine_roles,
        competence_gaps,
        effective_level,
    )
    from capbuild.planning.costing import Costing, CostLine, CostRange, CostWorksheet, Payment, StartLevel
    from capbuild.planning.cvar import CvarPlan, plan_with_cvar
    from capbuild.planning.decisions import DecisionAction, NeedDecision, apply_decisions
    from capbuild.planning.explanation import Counterfactual, Explainer, UsedLimit
    from capbuild.planning.instance import load_instance, parse_instance
    from capbuild.planning.plan_edits import EditedPlan, edit_plan, to_edit_rows
    from capbuild.planning.planner import plan
    from capbuild.planning.relaxation import Relaxation
    from capbuild.planning.replanning import PlanChange, RevisedPlan, compare_plans, replan
    from capbuild.planning.scenarios import ScenarioInclusion, draw_scenarios, plan_scenarios
    from capbuild.planning.solver import Solution, solve
    from capbuild.planning.worksheet_costs import cost

__all__ = [
    "BudgetShare",
    "Cause",
    "ChangeKind",
    "ChangeReason",
    "CompetenceGap",
    "CompetenceLevels",
    "CostLine",
    "CostRange",
    "CostWorksheet",
    "Costing",
    "Counterfactual",
    "CvarPlan",
    "DecisionAction",
    "EditedPlan",
    "Explainer",
    "Gaps",
    "NeedDecision",
    "Payment",
    "PlanChange",
    "Relaxation",
    "RevisedPlan",
    "ScenarioInclusion",
    "SharedNeed",
    "Solution",
    "StartLevel",
    "UsedLimit",
    "apply_decisions",
    "combine_roles",
    "compare_plans",
    "competence_gaps",
    "cost",
    "draw_scenarios",
    "edit_plan",
    "effective_level",
    "gaps",
    "load_instance",
    "needs",
    "needs_matrix",
    "parse_instance",
    "plan",
    "plan_scenarios",
    "plan_with_cvar",
    "replan",
    "shared_criteria",
    "shared_needs",
    "solve",
    "split_budget",
    "sum_budget",
    "to_edit_rows",
]

_NAMES = {
    "budget": "BudgetShare split_budget sum_budget",
    "capacity_gaps": "Gaps gaps",
    "capacity_needs": "SharedNeed needs needs_matrix shared_criteria shared_needs",
    "change_reasons": "Cause ChangeKind ChangeReason",
    "competences": "CompetenceGap CompetenceLevels combine_roles competence_gaps effective_level",
    "costing": "CostLine CostRange CostWorksheet Costing Payment StartLevel",
    "cvar": "CvarPlan plan_with_cvar",
    "decisions": "DecisionAction NeedDecision apply_decisions",
    "explanation": "Counterfactual Explainer UsedLimit",
    "instance": "load_instance parse_instance",
    "plan_edits": "EditedPlan edit_plan to_edit_rows",
    "planner": "plan",
    "relaxation": "Relaxation",
    "replanning": "PlanChange RevisedPlan compare_plans replan",
    "scenarios": "ScenarioInclusion draw_scenarios plan_scenarios",
    "solver": "Solution solve",
    "worksheet_costs": "cost",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
