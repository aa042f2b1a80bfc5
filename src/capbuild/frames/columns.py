"""Columns of tables in frames."""

from collections.abc import Sequence

from capbuild.formats.answer_table import ANSWER_COLUMNS
from capbuild.model import Missing
from capbuild.reports.tidy.table import TidyColumn, parse_columns

COSTS = parse_columns("country indicator level:int line title payment year:int low:float high:float currency notice")
RESPONSES = parse_columns(ANSWER_COLUMNS)
CROSSWALK = parse_columns("wave question option target factor:float certainty proposed text target_text reason")
HARMONISED = parse_columns(
    "wave response country place respondent date question repeat:int value label number:float missing "
    "original_question original_value original_label file sheet row:int column:int"
)
FINDINGS = parse_columns(
    "country criterion answer status basis confidence:int source source_kind source_title as_of respondent route "
    "reason sample:int lower:float upper:float nominal:float note note_language evidence written marking file sheet "
    "row:int column:int notice"
)
QUESTIONS = parse_columns(
    "question text type options answered:int "
    + " ".join(f"{kind.name.lower()}:int" for kind in Missing)
    + " languages group unit personal"
)


def tally_columns(by: Sequence[str]) -> tuple[TidyColumn, ...]:
    """Return the columns of a tally by some facts or questions."""
    domain = tuple(TidyColumn(name, str) for name in by)
    return domain + parse_columns(
        "question option label figure quantile:float value:float se:float low:float high:float n:int respondents:int "
        "effective:float missing:int reason"
    )
