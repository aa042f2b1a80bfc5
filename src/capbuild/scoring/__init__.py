"""Scoring: from findings to assessments that say how sure they are, with every step explained.

Each module is imported when one of its names is first used: reading answers needs no numpy, scoring does.
"""

from capbuild.lazy import lazily

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.scoring.assessment import assess, assess_country
    from capbuild.scoring.bias import SourceBias, source_bias, source_reliability
    from capbuild.scoring.criteria_levels import Climb, climb
    from capbuild.scoring.explanation import Explanation, ExplanationStep, explain
    from capbuild.scoring.findings import (
        AnswerReader,
        Told,
        answer_value,
        finding_status,
        findings_from_response,
        mapping_issues,
    )
    from capbuild.scoring.ranking import Place, Rankings, rankings
    from capbuild.scoring.reconciliation import Guidance, reconcile, reconcile_values
    from capbuild.scoring.reliability import SourceClass, SourceReliability
    from capbuild.scoring.response_quality import Agreement, Flag, ResponseQuality, quality, quality_of_reading
    from capbuild.scoring.simulation import Scenario, SimulatedRound, simulate_round
    from capbuild.scoring.triangulation import SideBySide, ToSettle, Triangulation, triangulate
    from capbuild.scoring.worksheets import Cell, Formula

__all__ = [
    "Agreement",
    "AnswerReader",
    "Cell",
    "Climb",
    "Explanation",
    "ExplanationStep",
    "Flag",
    "Formula",
    "Guidance",
    "Place",
    "Rankings",
    "ResponseQuality",
    "Scenario",
    "SideBySide",
    "SimulatedRound",
    "SourceBias",
    "SourceClass",
    "SourceReliability",
    "ToSettle",
    "Told",
    "Triangulation",
    "answer_value",
    "assess",
    "assess_country",
    "climb",
    "explain",
    "finding_status",
    "findings_from_response",
    "mapping_issues",
    "quality",
    "quality_of_reading",
    "rankings",
    "reconcile",
    "reconcile_values",
    "simulate_round",
    "source_bias",
    "source_reliability",
    "triangulate",
]

_NAMES = {
    "assessment": "assess assess_country",
    "bias": "SourceBias source_bias source_reliability",
    "criteria_levels": "Climb climb",
    "explanation": "Explanation ExplanationStep explain",
    "findings": "AnswerReader Told answer_value finding_status findings_from_response mapping_issues",
    "ranking": "Place Rankings rankings",
    "reconciliation": "Guidance reconcile reconcile_values",
    "reliability": "SourceClass SourceReliability",
    "response_quality": "Agreement Flag ResponseQuality quality quality_of_reading",
    "simulation": "Scenario SimulatedRound simulate_round",
    "triangulation": "SideBySide ToSettle Triangulation triangulate",
    "worksheets": "Cell Formula",
}

__getattr__, __dir__ = lazily(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
