"""Columns of tables written to and read from frames."""

from capbuild.reports.tidy_table import parse_columns

__all__ = ["COSTS", "FINDINGS", "RESPONSES"]

COSTS = parse_columns("country indicator level:int line title payment year:int low:float high:float currency notice")
RESPONSES = parse_columns(
    "response country place respondent questionnaire language date question repeat:int value number:float missing "
    "written comment file sheet row:int column:int"
)
FINDINGS = parse_columns(
    "country criterion answer status basis confidence:int source source_kind source_title as_of respondent route "
    "reason sample:int lower:float upper:float nominal:float note note_language evidence written marking file sheet "
    "row:int column:int notice"
)
