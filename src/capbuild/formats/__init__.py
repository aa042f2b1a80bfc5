"""Built-in formats (tables of text, native JSON) and the table engine that workbook readers reuse.

A format makes a `Grid`, `read_table` makes responses of it:

    yield from read_table(Grid(file.name, rows, sheet="Barbados"), options, file.limits)
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.formats.answer_values import AnswerParser, choice_words, is_ticked, list_unasked, repeated_groups
    from capbuild.formats.build import read_table
    from capbuild.formats.cells import Cell, CellReader, CellValue, Unreadable, cell_text
    from capbuild.formats.columns import Column
    from capbuild.formats.csv_table import CsvOptions
    from capbuild.formats.grid import Grid, GridRow
    from capbuild.formats.heads import Role, head_meaning
    from capbuild.formats.log import IssueLog
    from capbuild.formats.options import Shape, TableOptions
    from capbuild.formats.personal import personal_by_head
    from capbuild.formats.text import TextTable
    from capbuild.formats.words import MISSING_WORDS

__all__ = [
    "MISSING_WORDS",
    "AnswerParser",
    "Cell",
    "CellReader",
    "CellValue",
    "Column",
    "CsvOptions",
    "Grid",
    "GridRow",
    "IssueLog",
    "Role",
    "Shape",
    "TableOptions",
    "TextTable",
    "Unreadable",
    "cell_text",
    "choice_words",
    "head_meaning",
    "is_ticked",
    "list_unasked",
    "personal_by_head",
    "read_table",
    "repeated_groups",
]

_NAMES = {
    "answer_values": "AnswerParser choice_words is_ticked list_unasked repeated_groups",
    "build": "read_table",
    "cells": "Cell CellReader CellValue Unreadable cell_text",
    "columns": "Column",
    "csv_table": "CsvOptions",
    "grid": "Grid GridRow",
    "heads": "Role head_meaning",
    "log": "IssueLog",
    "options": "Shape TableOptions",
    "personal": "personal_by_head",
    "text": "TextTable",
    "words": "MISSING_WORDS",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
