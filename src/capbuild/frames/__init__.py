"""Conversion between model objects and data frames of any library.

Model objects find this package by name, like their displays: `baseline.to_polars()`, `baseline.to_pandas()`,
`pyarrow.table(baseline)`. The columns are in `docs/reference/frames.md`.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "CrosswalkRow",
    "HarmonisedSurveys",
    "QuestionCrosswalk",
    "draft_question_crosswalk",
    "harmonise",
    "read_findings",
    "read_question_crosswalk",
    "to_pandas",
    "to_polars",
]

_NAMES = {
    "findings": "read_findings",
    "harmonising": "HarmonisedSurveys harmonise",
    "question_crosswalk": "CrosswalkRow QuestionCrosswalk read_question_crosswalk",
    "question_matching": "draft_question_crosswalk",
    "tidy": "to_pandas to_polars",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
