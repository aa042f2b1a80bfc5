"""Names of `capbuild.tables`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.tables.building import ColumnNames, polars
from capbuild.tables.codebook import Codebook, Coding, Column, codebook_from_plain, codebook_to_plain
from capbuild.tables.coding import GAP
from capbuild.tables.distinct_cells import DistinctCells, ParsedCell
from capbuild.tables.result import Tally, TallyCell
from capbuild.tables.scanned import ScannedColumn, column_fact, constant_fact, row_fact, row_numbers
from capbuild.tables.sums import SampleDesign
from capbuild.tables.table import ResponseTable
from capbuild.tables.tallying import tally

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
