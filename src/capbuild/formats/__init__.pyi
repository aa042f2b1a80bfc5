"""Names of `capbuild.formats`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.formats.columns import Column, infer_columns, name_columns, sample_columns
from capbuild.formats.csv_files.dialect import declared_delimiter, find_wrapping, unwrap
from capbuild.formats.csv_files.encoding import Encoding, find_encoding, open_text, sample_text
from capbuild.formats.csv_files.responses import answer_columns, answer_text, index_answers, parse_point
from capbuild.formats.csv_files.table import CsvOptions, read_first_rows, sniff_text, survey_evidence, text_facts
from capbuild.formats.csv_files.text import TextTable
from capbuild.formats.declared_missing import mark_missing
from capbuild.formats.definition_check import KnownValues, check_definition, plain_text
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.grid_reader import read_table
from capbuild.formats.json_files.json_file import (
    DuplicateKeyDecoder,
    foreign_items,
    is_json_list,
    is_json_object,
    json_cell,
    json_list,
    json_object,
    json_origin,
    json_value,
    load_json,
)
from capbuild.formats.key_columns import is_country_header
from capbuild.formats.layout import Layout
from capbuild.formats.layouts.cell_grid import Area, CellGrid, is_total, split_fact
from capbuild.formats.layouts.engine import draft_grids, plan_grids, read_grids
from capbuild.formats.layouts.layout_file import assign_layouts
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.log import IssueLog
from capbuild.formats.options import DefinitionOptions, Shape, TableOptions, missing_kinds, one_character, text_encoding
from capbuild.formats.places import country_of_sheet, is_code, is_country_name, is_region_name, places_of_sheets
from capbuild.formats.record_reader import RecordTable
from capbuild.formats.scans.columns import PLAIN_NUMBER
from capbuild.formats.scans.table import ScannedTable, may_have_totals
from capbuild.formats.survey_records import (
    DecodedCell,
    RecordColumn,
    RecordReader,
    RecordRows,
    RecordValue,
    SurveyRecord,
    find_country_question,
)
from capbuild.formats.table_edges import drop_edges, log_edges
from capbuild.formats.table_state import Account, describe_problem, language_tag
from capbuild.formats.values.answer_values import (
    AnswerParser,
    answer_label,
    choice_labels,
    is_ticked,
    list_skipped,
    repeated_groups,
)
from capbuild.formats.values.cells import Cell, CellReader, CellValue, ErrorCell, cell_text, count_indent
from capbuild.formats.values.dates import DayOrder, day_order, read_date, read_day
from capbuild.formats.values.missing import MISSING_WORDS, find_missing_kind
from capbuild.formats.values.multi_select import allows_multi_select, find_multi_select
from capbuild.formats.values.numbers import NumberStyle, read_number
from capbuild.formats.values.response_dates import Sent, parse_sent
from capbuild.formats.values.type_inference import TypeInference, are_exceptions, complete_form, main_kind
from capbuild.formats.values.typed_values import TypedValue, ValueTyper
from capbuild.formats.values.units import Quantity, split_unit
from capbuild.formats.vocabulary import (
    Role,
    cell_words,
    fold_header,
    fold_word,
    header_meaning,
    header_words,
    is_criterion_id,
    one_line,
    personal_by_head,
    shorten,
)
from capbuild.formats.xml_file import iter_xml, load_xml, local_name, print_xml
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
    "DecodedCell",
    "DefinitionOptions",
    "DuplicateKeyDecoder",
    "Encoding",
    "ErrorCell",
    "Grid",
    "GridRow",
    "IssueLog",
    "KnownValues",
    "Layout",
    "NumberStyle",
    "Quantity",
    "RecordColumn",
    "RecordReader",
    "RecordRows",
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
    "ValueTyper",
    "allows_multi_select",
    "answer_columns",
    "answer_label",
    "answer_text",
    "are_exceptions",
    "assign_layouts",
    "cell_text",
    "cell_words",
    "check_definition",
    "choice_labels",
    "complete_form",
    "count_indent",
    "country_of_sheet",
    "day_order",
    "declared_delimiter",
    "describe_problem",
    "draft_grids",
    "drop_edges",
    "find_country_question",
    "find_encoding",
    "find_missing_kind",
    "find_multi_select",
    "find_wrapping",
    "fold_header",
    "fold_word",
    "foreign_items",
    "header_meaning",
    "header_words",
    "index_answers",
    "infer_columns",
    "is_code",
    "is_country_header",
    "is_country_name",
    "is_criterion_id",
    "is_false",
    "is_json_list",
    "is_json_object",
    "is_region_name",
    "is_ticked",
    "is_total",
    "iter_xml",
    "json_cell",
    "json_list",
    "json_object",
    "json_origin",
    "json_value",
    "language_tag",
    "list_skipped",
    "load_json",
    "load_xml",
    "local_name",
    "log_edges",
    "main_kind",
    "mark_missing",
    "may_have_totals",
    "missing_kinds",
    "name_columns",
    "one_character",
    "one_line",
    "open_text",
    "parse_point",
    "parse_sent",
    "personal_by_head",
    "places_of_sheets",
    "plain_text",
    "plan_grids",
    "print_xml",
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
    "survey_evidence",
    "text_encoding",
    "text_facts",
    "unwrap",
]
