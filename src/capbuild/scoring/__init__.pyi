"""Names of `capbuild.scoring`, for type checkers. Written by: uv run python -m tools.public_api"""

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
