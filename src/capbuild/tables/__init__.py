"""Survey responses as columns, and their tallies.

The tallies work on any engine that narwhals supports.

    table = scan("victim-survey.parquet")
    findings = tally(table, table.questionnaire.mappings, by=["country"]).findings("survey-2016")

Names are imported when first used; polars and narwhals come with the extra `tables`.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "GAP",
    "Codebook",
    "Coding",
    "Column",
    "ColumnNames",
    "DistinctCells",
    "ParsedCell",
    "ResponseTable",
    "SampleDesign",
    "ScannedColumn",
    "Tally",
    "TallyCell",
    "codebook_from_plain",
    "codebook_to_plain",
    "column_fact",
    "constant_fact",
    "polars",
    "row_fact",
    "row_numbers",
    "tally",
]

_NAMES = {
    "building": "ColumnNames polars",
    "codebook": "Codebook Coding Column codebook_from_plain codebook_to_plain",
    "coding": "GAP",
    "distinct_cells": "DistinctCells ParsedCell",
    "result": "Tally TallyCell",
    "scanned": "ScannedColumn column_fact constant_fact row_fact row_numbers",
    "sums": "SampleDesign",
    "table": "ResponseTable",
    "tallying": "tally",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
