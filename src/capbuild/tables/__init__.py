"""Responses as columns, and the tally that turns millions of them into findings, on any engine.

    table = scan("victim-survey.parquet")
    findings = tally(table, table.questionnaire.mappings, by=["country"]).findings("survey-2016")

Names are imported when first used; polars and narwhals come with the extra `tables`.
"""

from typing import TYPE_CHECKING

from capbuild._lazy import lazy_exports

if TYPE_CHECKING:
    from capbuild.tables.codebook import Codebook, Coding, Column
    from capbuild.tables.design import SampleDesign
    from capbuild.tables.plain import codebook_from_plain, codebook_to_plain
    from capbuild.tables.result import Tally, TallyCell
    from capbuild.tables.table import ResponseTable
    from capbuild.tables.tallying import tally

__all__ = [
    "Codebook",
    "Coding",
    "Column",
    "ResponseTable",
    "SampleDesign",
    "Tally",
    "TallyCell",
    "codebook_from_plain",
    "codebook_to_plain",
    "tally",
]

_HOME = {
    "Codebook": ".codebook",
    "Coding": ".codebook",
    "Column": ".codebook",
    "ResponseTable": ".table",
    "SampleDesign": ".design",
    "Tally": ".result",
    "TallyCell": ".result",
    "codebook_from_plain": ".plain",
    "codebook_to_plain": ".plain",
    "tally": ".tallying",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
