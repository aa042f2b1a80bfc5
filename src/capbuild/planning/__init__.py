"""From gaps to needs, and from needs to a costed, scheduled and explained plan."""

from capbuild.lazy import lazily

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.planning.budget import BudgetShare, budget_by, budget_shares
    from capbuild.planning.capacity_gaps import gaps
    from capbuild.planning.capacity_needs import SharedNeed, needs, needs_matrix, shared_criteria, shared_needs
    from capbuild.planning.change_reasons import Cause, ChangeKind, ChangeReason
    from capbuild.planning.competences import CompetenceGap, Held, combined_role, competence_gaps, held_level
    from capbuild.planning.costing import Costing, CostLine, CostRange, CostWorksheet, Payment, StartLevel
    from capbuild.planning.cvar import Hedged, hedged
    from capbuild.planning.decisions import DecisionAction, NeedDecision, decide
    from capbuild.planning.explanation import Explainer, Otherwise, UsedLimit
    from capbuild.planning.instance import load_instance, parse_instance
    from capbuild.planning.plan_edits import Edited, edit_plan, edit_rows
    from capbuild.planning.planner import plan
    from capbuild.planning.relaxation import Widened
    from capbuild.planning.replanning import PlanChange, Replanned, plan_changes, replan
    from capbuild.planning.scenarios import Inclusion, robust, worlds
    from capbuild.planning.solver import Solved, solve
    from capbuild.planning.worksheet_costs import cost

__all__ = [
    "BudgetShare",
    "Cause",
    "ChangeKind",
    "ChangeReason",
    "CompetenceGap",
    "CostLine",
    "CostRange",
    "CostWorksheet",
    "Costing",
    "DecisionAction",
    "Edited",
    "Explainer",
    "Hedged",
    "Held",
    "Inclusion",
    "NeedDecision",
    "Otherwise",
    "Payment",
    "PlanChange",
    "Replanned",
    "SharedNeed",
    "Solved",
    "StartLevel",
    "UsedLimit",
    "Widened",
    "budget_by",
    "budget_shares",
    "combined_role",
    "competence_gaps",
    "cost",
    "decide",
    "edit_plan",
    "edit_rows",
    "gaps",
    "hedged",
    "held_level",
    "load_instance",
    "needs",
    "needs_matrix",
    "parse_instance",
    "plan",
    "plan_changes",
    "replan",
    "robust",
    "shared_criteria",
    "shared_needs",
    "solve",
    "worlds",
]

_NAMES = {
    "change_reasons": "Cause ChangeKind ChangeReason",
    "competences": "CompetenceGap Held combined_role competence_gaps held_level",
    "costing": "CostLine CostRange CostWorksheet Costing Payment StartLevel",
    "decisions": "DecisionAction NeedDecision decide",
    "plan_edits": "Edited edit_plan edit_rows",
    "explanation": "Explainer Otherwise UsedLimit",
    "capacity_gaps": "gaps",
    "cvar": "Hedged hedged",
    "scenarios": "Inclusion robust worlds",
    "instance": "load_instance parse_instance",
    "capacity_needs": "SharedNeed needs needs_matrix shared_criteria shared_needs",
    "planner": "plan",
    "replanning": "PlanChange Replanned plan_changes replan",
    "solver": "Solved solve",
    "budget": "BudgetShare budget_by budget_shares",
    "relaxation": "Widened",
    "worksheet_costs": "cost",
}

__getattr__, __dir__ = lazily(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
