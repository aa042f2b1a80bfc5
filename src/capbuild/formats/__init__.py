"""Built-in formats (delimited text, native JSON), and helpers for readers of other formats.

For a table without a questionnaire, `read_table` converts a `Grid` to responses:

    yield from read_table(Grid(file.name, rows, sheet="Barbados"), options, file.limits)

For an export with a questionnaire, `RecordReader` converts `SurveyRecord` objects to responses:

    yield from RecordReader(form, file.name, options.country, options.country_question).read(records)
"""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true. Importing it from typing would cost every user import time.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.formats.account import Account
    from capbuild.formats.answer_values import (
        AnswerParser,
        answer_word,
        choice_words,
        is_ticked,
        list_unasked,
        repeated_groups,
    )
    from capbuild.formats.build import read_table
    from capbuild.formats.cells import Cell, CellReader, CellValue, Unreadable, cell_text, count_indent
    from capbuild.formats.columns import Column, judge_columns, name_columns
    from capbuild.formats.country_question import find_country_question
    from capbuild.formats.csv_responses import answer_columns, answer_text
    from capbuild.formats.csv_table import CsvOptions, sniff_text
    from capbuild.formats.days import DayOrder, day_order, read_date, read_day
    from capbuild.formats.definition_options import DefinitionOptions
    from capbuild.formats.dialect import declared_delimiter
    from capbuild.formats.duplicate_keys import KeyKeeper
    from capbuild.formats.encoding import Encoding, find_encoding, open_text, sample_text
    from capbuild.formats.facts import text_facts
    from capbuild.formats.first_rows import read_first_rows, survey_signs
    from capbuild.formats.folding import fold_head, fold_word, one_line, shorten
    from capbuild.formats.grid import Grid, GridRow
    from capbuild.formats.headers import Role, head_meaning, is_criterion_id
    from capbuild.formats.json_file import is_json_list, is_json_object, json_list, json_object, json_origin, load_json
    from capbuild.formats.layout import Layout
    from capbuild.formats.layouts.cell_grid import Area, CellGrid
    from capbuild.formats.layouts.engine import SheetReader, draft_grids, plan_grids, read_grids
    from capbuild.formats.layouts.layout_file import assign_layouts
    from capbuild.formats.layouts.table_words import is_total, split_fact
    from capbuild.formats.log import IssueLog
    from capbuild.formats.markup import plain_text
    from capbuild.formats.numbers import NumberStyle, read_number
    from capbuild.formats.options import Shape, TableOptions, missing_kinds, one_character, text_encoding
    from capbuild.formats.owner import language_tag
    from capbuild.formats.personal import personal_by_head
    from capbuild.formats.places import is_code, names_country, names_region, place_of_sheet, places_of_sheets
    from capbuild.formats.plausible import is_country_header
    from capbuild.formats.record_reader import RecordTable
    from capbuild.formats.response_dates import Sent, parse_sent
    from capbuild.formats.sample import sample_columns
    from capbuild.formats.scan_columns import PLAIN_NUMBER
    from capbuild.formats.scan_table import ScannedTable, may_have_totals
    from capbuild.formats.several import allows_several, find_several
    from capbuild.formats.survey_records import RecordReader, RecordValue, SurveyRecord
    from capbuild.formats.table_edges import drop_edges, log_edges
    from capbuild.formats.text import TextTable
    from capbuild.formats.type_inference import TypeInference, complete_form
    from capbuild.formats.typed_values import TypedValue, ValueTyper
    from capbuild.formats.units import Quantity, split_unit
    from capbuild.formats.vocabulary import cell_words, header_words
    from capbuild.formats.words import MISSING_WORDS
    from capbuild.formats.wrapped import find_wrapping, unwrap
    from capbuild.formats.xml_file import load_xml, local_name
    from capbuild.model.conditions import is_false

__all__ = [
    "MISSING_WORDS",
    "PLAIN_NUMBER",
    "Account",
    "AnswerParser",
    "Area",
    "Cell",
    "CellGrid",
    "CellReader",
    "CellValue",
    "Column",
    "CsvOptions",
    "DayOrder",
    "DefinitionOptions",
    "Encoding",
    "Grid",
    "GridRow",
    "IssueLog",
    "KeyKeeper",
    "Layout",
    "NumberStyle",
    "Quantity",
    "RecordReader",
    "RecordTable",
    "RecordValue",
    "Role",
    "ScannedTable",
    "Sent",
    "Shape",
    "SheetReader",
    "SurveyRecord",
    "TableOptions",
    "TextTable",
    "TypeInference",
    "TypedValue",
    "Unreadable",
    "ValueTyper",
    "allows_several",
    "answer_columns",
    "answer_text",
    "answer_word",
    "assign_layouts",
    "cell_text",
    "cell_words",
    "choice_words",
    "complete_form",
    "count_indent",
    "day_order",
    "declared_delimiter",
    "draft_grids",
    "drop_edges",
    "find_country_question",
    "find_encoding",
    "find_several",
    "find_wrapping",
    "fold_head",
    "fold_word",
    "head_meaning",
    "header_words",
    "is_code",
    "is_country_header",
    "is_criterion_id",
    "is_false",
    "is_json_list",
    "is_json_object",
    "is_ticked",
    "is_total",
    "json_list",
    "json_object",
    "json_origin",
    "judge_columns",
    "language_tag",
    "list_unasked",
    "load_json",
    "load_xml",
    "local_name",
    "log_edges",
    "may_have_totals",
    "missing_kinds",
    "name_columns",
    "names_country",
    "names_region",
    "one_character",
    "one_line",
    "open_text",
    "parse_sent",
    "personal_by_head",
    "place_of_sheet",
    "places_of_sheets",
    "plain_text",
    "plan_grids",
    "read_date",
    "read_day",
    "read_first_rows",
    "read_grids",
    "read_number",
    "read_table",
    "repeated_groups",
    "sample_columns",
    "sample_text",
    "shorten",
    "sniff_text",
    "split_fact",
    "split_unit",
    "survey_signs",
    "text_encoding",
    "text_facts",
    "unwrap",
]

_NAMES = {
    "account": "Account",
    "answer_values": "AnswerParser answer_word choice_words is_ticked list_unasked repeated_groups",
    "build": "read_table",
    "cells": "Cell CellReader CellValue Unreadable cell_text count_indent",
    "columns": "Column judge_columns name_columns",
    "country_question": "find_country_question",
    "csv_responses": "answer_columns answer_text",
    "csv_table": "CsvOptions sniff_text",
    "days": "DayOrder day_order read_date read_day",
    "definition_options": "DefinitionOptions",
    "dialect": "declared_delimiter",
    "duplicate_keys": "KeyKeeper",
    "encoding": "Encoding find_encoding open_text sample_text",
    "facts": "text_facts",
    "first_rows": "read_first_rows survey_signs",
    "folding": "fold_head fold_word one_line shorten",
    "grid": "Grid GridRow",
    "headers": "Role head_meaning is_criterion_id",
    "json_file": "is_json_list is_json_object json_list json_object json_origin load_json",
    "layout": "Layout",
    "layouts.cell_grid": "Area CellGrid",
    "layouts.engine": "SheetReader draft_grids plan_grids read_grids",
    "layouts.layout_file": "assign_layouts",
    "layouts.table_words": "is_total split_fact",
    "log": "IssueLog",
    "markup": "plain_text",
    "numbers": "NumberStyle read_number",
    "options": "Shape TableOptions missing_kinds one_character text_encoding",
    "owner": "language_tag",
    "personal": "personal_by_head",
    "places": "is_code names_country names_region place_of_sheet places_of_sheets",
    "plausible": "is_country_header",
    "record_reader": "RecordTable",
    "sample": "sample_columns",
    "scan_columns": "PLAIN_NUMBER",
    "scan_table": "ScannedTable may_have_totals",
    "several": "allows_several find_several",
    "survey_records": "RecordReader RecordValue SurveyRecord",
    "table_edges": "drop_edges log_edges",
    "text": "TextTable",
    "type_inference": "TypeInference complete_form",
    "typed_values": "TypedValue ValueTyper",
    "units": "Quantity split_unit",
    "vocabulary": "cell_words header_words",
    "words": "MISSING_WORDS",
    "response_dates": "Sent parse_sent",
    "wrapped": "find_wrapping unwrap",
    "xml_file": "load_xml local_name",
}

__getattr__, __dir__ = lazy_exports(
    __name__,
    {n: f".{home}" for home, names in _NAMES.items() for n in names.split()}
    | {"is_false": "capbuild.model.conditions"},
)
