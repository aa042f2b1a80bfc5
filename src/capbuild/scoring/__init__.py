"""Assessments from findings, with uncertainty and a full explanation.

Modules are imported on first use: reading answers does not need numpy, scoring does.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "AnswerReader",
    "Cell",
    "Certainty",
    "Formula",
    "MappingDraft",
    "MappingProposal",
    "SurveyFindings",
    "assess",
    "assess_country",
    "assess_quality",
    "assess_reading_quality",
    "draft_mapping",
    "rank_countries",
    "reconcile",
    "simulate_round",
    "source_bias",
    "source_reliability",
    "survey_findings",
    "triangulate",
]

_NAMES = {
    "assessment": "assess assess_country",
    "direct_scores": "source_bias source_reliability",
    "findings": "AnswerReader",
    "mapping_drafts": "Certainty MappingDraft MappingProposal draft_mapping",
    "ranking": "rank_countries",
    "reconciliation": "reconcile",
    "response_quality": "assess_quality assess_reading_quality",
    "simulation": "simulate_round",
    "survey_reading": "SurveyFindings survey_findings",
    "triangulation": "triangulate",
    "worksheets": "Cell Formula",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
