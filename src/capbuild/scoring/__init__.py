"""Scoring: from findings to assessments, with every choice in the recipe and every step explained."""

from capbuild.scoring.assessing import assess, assess_country
from capbuild.scoring.explaining import Explanation, explain
from capbuild.scoring.findings import (
    AnswerReader,
    Told,
    answer_value,
    finding_status,
    findings_from_response,
    mapping_issues,
)
from capbuild.scoring.reconciling import reconcile, reconcile_values
from capbuild.scoring.steps import climb, staircase

__all__ = [
    "AnswerReader",
    "Explanation",
    "Told",
    "answer_value",
    "assess",
    "assess_country",
    "climb",
    "explain",
    "finding_status",
    "findings_from_response",
    "mapping_issues",
    "reconcile",
    "reconcile_values",
    "staircase",
]
