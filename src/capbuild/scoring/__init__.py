"""Assessments from findings, with uncertainty and a full explanation.

Modules are imported on first use: reading answers does not need numpy, scoring does.
"""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true; every user would pay for importing it from typing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.scoring.assessment import assess, assess_country
    from capbuild.scoring.direct_scores import source_bias, source_reliability
    from capbuild.scoring.findings import AnswerReader
    from capbuild.scoring.mapping_drafts import Certainty, MappingDraft, MappingProposal, draft_mapping
    from capbuild.scoring.ranking import rank_countries
    from capbuild.scoring.reconciliation import reconcile
    from capbuild.scoring.response_quality import assess_quality, assess_reading_quality
    from capbuild.scoring.simulation import simulate_round
    from capbuild.scoring.survey_reading import SurveyFindings, survey_findings
    from capbuild.scoring.triangulation import triangulate
    from capbuild.scoring.worksheets import Cell, Formula

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
