"""Conversion between model objects and data frames of any library.

Model objects find this package by name, like their displays: `baseline.to_polars()`, `baseline.to_pandas()`,
`pyarrow.table(baseline)`. The columns are in `docs/reference/frames.md`.
"""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true; every user would pay for importing it from typing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.frames.findings import read_findings
    from capbuild.frames.harmonising import HarmonisedSurveys, harmonise
    from capbuild.frames.question_crosswalk import (
        CrosswalkRow,
        QuestionCrosswalk,
        read_question_crosswalk,
    )
    from capbuild.frames.question_matching import draft_question_crosswalk
    from capbuild.frames.tidy import to_pandas, to_polars

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
