"""Built-in formats, and helpers for readers of other formats.

Delimited text and native JSON are built in.

For a table without a questionnaire, `read_table` converts a `Grid` to responses:

    yield from read_table(Grid(file.name, rows, sheet="Barbados"), options, file.limits)

For an export with a questionnaire, `RecordReader` converts `SurveyRecord` objects to responses:

    yield from RecordReader(form, file.name, options.country, options.country_question).read(records)
"""

from capbuild._lazy import lazy_exports

_NAMES = {
    "capbuild.model.conditions": "is_false",
    "columns": "Column infer_columns name_columns sample_columns",
    "csv_files.dialect": "declared_delimiter find_wrapping unwrap",
    "csv_files.encoding": "Encoding find_encoding open_text sample_text",
    "csv_files.responses": "answer_columns answer_text index_answers parse_point",
    "csv_files.table": "CsvOptions read_first_rows sniff_text survey_evidence text_facts",
    "csv_files.text": "TextTable",
    "definition_check": "KnownValues check_definition plain_text",
    "grid": "Grid GridRow",
    "grid_reader": "read_table",
    "json_files.json_file": (
        "DuplicateKeyDecoder foreign_items is_json_list is_json_object json_list json_object json_origin load_json"
    ),
    "key_columns": "is_country_header",
    "layout": "Layout",
    "layouts.cell_grid": "Area CellGrid is_total split_fact",
    "layouts.engine": "draft_grids plan_grids read_grids",
    "layouts.layout_file": "assign_layouts",
    "layouts.sheet_reader": "SheetReader",
    "log": "IssueLog",
    "options": "DefinitionOptions Shape TableOptions missing_kinds one_character text_encoding",
    "places": "country_of_sheet is_code is_country_name is_region_name places_of_sheets",
    "record_reader": "RecordTable",
    "scans.columns": "PLAIN_NUMBER",
    "scans.table": "ScannedTable may_have_totals",
    "survey_records": "RecordReader RecordValue SurveyRecord find_country_question",
    "table_edges": "drop_edges log_edges",
    "table_state": "Account describe_problem language_tag",
    "values.answer_values": "AnswerParser answer_label choice_labels is_ticked list_skipped repeated_groups",
    "values.cells": "Cell CellReader CellValue ErrorCell cell_text count_indent",
    "values.dates": "DayOrder day_order read_date read_day",
    "values.missing": "MISSING_WORDS find_missing_kind",
    "values.multi_select": "allows_multi_select find_multi_select",
    "values.numbers": "NumberStyle read_number",
    "values.response_dates": "Sent parse_sent",
    "values.type_inference": "TypeInference are_exceptions complete_form main_kind",
    "values.typed_values": "TypedValue ValueTyper",
    "values.units": "Quantity split_unit",
    "vocabulary": (
        "Role cell_words fold_header fold_word header_meaning header_words is_criterion_id one_line "
        "personal_by_head shorten"
    ),
    "xml_file": "iter_xml load_xml local_name print_xml",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
