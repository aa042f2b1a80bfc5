"""Names of `capbuild.frames`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.frames.findings import read_findings
from capbuild.frames.harmonising import HarmonisedSurveys, harmonise
from capbuild.frames.question_crosswalk import CrosswalkRow, QuestionCrosswalk, read_question_crosswalk
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
