"""Built-in formats (tables of text, native JSON), and what readers of other formats reuse.

A table without a definition is a `Grid`, of which `read_table` makes responses:

    yield from read_table(Grid(file.name, rows, sheet="Barbados"), options, file.limits)

An export whose questions are defined is a series of `SurveyRecord`, of which `RecordReader` makes responses:

    yield from RecordReader(form, file.name, options.country, options.country_question).read(records)
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.formats.answer_values import (
        AnswerParser,
        answer_word,
        choice_words,
        is_ticked,
        list_unasked,
        repeated_groups,
    )
    from capbuild.formats.build import read_table
    from capbuild.formats.cells import Cell, CellReader, CellValue, Unreadable, cell_text
    from capbuild.formats.columns import Column
    from capbuild.formats.csv_table import CsvOptions
    from capbuild.formats.definition_options import DefinitionOptions
    from capbuild.formats.grid import Grid, GridRow
    from capbuild.formats.headers import Role, head_meaning
    from capbuild.formats.json_file import is_json_list, is_json_object, json_list, json_object, json_origin, load_json
    from capbuild.formats.log import IssueLog
    from capbuild.formats.markup import plain_text
    from capbuild.formats.options import Shape, TableOptions
    from capbuild.formats.personal import personal_by_head
    from capbuild.formats.survey_records import RecordReader, RecordValue, SurveyRecord
    from capbuild.formats.text import TextTable
    from capbuild.formats.type_inference import TypeInference, complete_form
    from capbuild.formats.typed_values import TypedValue, ValueTyper
    from capbuild.formats.words import MISSING_WORDS
    from capbuild.formats.xml_file import load_xml, local_name
    from capbuild.model.conditions import is_false

__all__ = [
    "MISSING_WORDS",
    "AnswerParser",
    "Cell",
    "CellReader",
    "CellValue",
    "Column",
    "CsvOptions",
    "DefinitionOptions",
    "Grid",
    "GridRow",
    "IssueLog",
    "RecordReader",
    "RecordValue",
    "Role",
    "Shape",
    "SurveyRecord",
    "TableOptions",
    "TextTable",
    "TypeInference",
    "TypedValue",
    "Unreadable",
    "ValueTyper",
    "answer_word",
    "cell_text",
    "choice_words",
    "complete_form",
    "head_meaning",
    "is_false",
    "is_json_list",
    "is_json_object",
    "is_ticked",
    "json_list",
    "json_object",
    "json_origin",
    "list_unasked",
    "load_json",
    "load_xml",
    "local_name",
    "personal_by_head",
    "plain_text",
    "read_table",
    "repeated_groups",
]

_NAMES = {
    "answer_values": "AnswerParser answer_word choice_words is_ticked list_unasked repeated_groups",
    "typed_values": "TypedValue ValueTyper",
    "build": "read_table",
    "cells": "Cell CellReader CellValue Unreadable cell_text",
    "columns": "Column",
    "csv_table": "CsvOptions",
    "definition_options": "DefinitionOptions",
    "grid": "Grid GridRow",
    "headers": "Role head_meaning",
    "json_file": "is_json_list is_json_object json_list json_object json_origin load_json",
    "log": "IssueLog",
    "markup": "plain_text",
    "options": "Shape TableOptions",
    "personal": "personal_by_head",
    "survey_records": "RecordReader RecordValue SurveyRecord",
    "text": "TextTable",
    "type_inference": "TypeInference complete_form",
    "words": "MISSING_WORDS",
    "xml_file": "load_xml local_name",
}

__getattr__, __dir__ = lazy_exports(
    __name__,
    {n: f".{home}" for home, names in _NAMES.items() for n in names.split()}
    | {"is_false": "capbuild.model.conditions"},
)
