"""From gaps to needs, and from needs to a costed, scheduled and explained plan."""

from capbuild.planning.change_reasons import Cause, ChangeKind, ChangeReason
from capbuild.planning.competences import CompetenceGap, Held, combined_role, competence_gaps, held_level
from capbuild.planning.decisions import DecisionAction, NeedDecision, decide
from capbuild.planning.editing import Edited, edit_plan, edit_rows
from capbuild.planning.explaining import Explainer, Otherwise, UsedLimit
from capbuild.planning.gapping import gaps
from capbuild.planning.hedging import Hedged, hedged
from capbuild.planning.imagining import Inclusion, robust, worlds
from capbuild.planning.instance import load_instance, parse_instance
from capbuild.planning.needing import needs, needs_matrix
from capbuild.planning.planner import plan
from capbuild.planning.replanning import PlanChange, Replanned, plan_changes, replan
from capbuild.planning.solving import Solved, solve
from capbuild.planning.spending import BudgetShare, budget_by, budget_shares
from capbuild.planning.widening import Widened

__all__ = [
    "BudgetShare",
    "Cause",
    "ChangeKind",
    "ChangeReason",
    "CompetenceGap",
    "DecisionAction",
    "Edited",
    "Explainer",
    "Hedged",
    "Held",
    "Inclusion",
    "NeedDecision",
    "Otherwise",
    "PlanChange",
    "Replanned",
    "Solved",
    "UsedLimit",
    "Widened",
    "budget_by",
    "budget_shares",
    "combined_role",
    "competence_gaps",
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
    "solve",
    "worlds",
]
