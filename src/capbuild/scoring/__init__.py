"""Assessments from findings, with uncertainty and a full explanation.

Each module is imported when one of its names is first used: reading answers needs no numpy, scoring does.
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.scoring.assessment import assess, assess_country
    from capbuild.scoring.bias import SourceBias, source_bias, source_reliability
    from capbuild.scoring.criteria_levels import StaircaseResult, climb_staircase
    from capbuild.scoring.explanation import Explanation, ExplanationStep, explain
    from capbuild.scoring.findings import (
        AnswerReader,
        ResponseFindings,
        answer_value,
        finding_status,
        findings_from_response,
        mapping_issues,
    )
    from capbuild.scoring.ranking import RankedCountry, Rankings, rank_countries
    from capbuild.scoring.reconciliation import ReconciliationContext, reconcile, reconcile_values
    from capbuild.scoring.reliability import SourceClass, SourceReliability
    from capbuild.scoring.response_quality import (
        QualityFlag,
        ResponseQuality,
        SourceAgreement,
        assess_quality,
        assess_reading_quality,
    )
    from capbuild.scoring.simulation import SimulatedRound, SimulationScenario, simulate_round
    from capbuild.scoring.triangulation import OpenConflict, Triangulation, TriangulationRow, triangulate
    from capbuild.scoring.worksheets import Cell, Formula

__all__ = [
    "AnswerReader",
    "Cell",
    "Explanation",
    "ExplanationStep",
    "Formula",
    "OpenConflict",
    "QualityFlag",
    "RankedCountry",
    "Rankings",
    "ReconciliationContext",
    "ResponseFindings",
    "ResponseQuality",
    "SimulatedRound",
    "SimulationScenario",
    "SourceAgreement",
    "SourceBias",
    "SourceClass",
    "SourceReliability",
    "StaircaseResult",
    "Triangulation",
    "TriangulationRow",
    "answer_value",
    "assess",
    "assess_country",
    "assess_quality",
    "assess_reading_quality",
    "climb_staircase",
    "explain",
    "finding_status",
    "findings_from_response",
    "mapping_issues",
    "rank_countries",
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
    "criteria_levels": "StaircaseResult climb_staircase",
    "explanation": "Explanation ExplanationStep explain",
    "findings": "AnswerReader ResponseFindings answer_value finding_status findings_from_response mapping_issues",
    "ranking": "RankedCountry Rankings rank_countries",
    "reconciliation": "ReconciliationContext reconcile reconcile_values",
    "reliability": "SourceClass SourceReliability",
    "response_quality": "QualityFlag ResponseQuality SourceAgreement assess_quality assess_reading_quality",
    "simulation": "SimulatedRound SimulationScenario simulate_round",
    "triangulation": "OpenConflict Triangulation TriangulationRow triangulate",
    "worksheets": "Cell Formula",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
