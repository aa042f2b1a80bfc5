"""Counts of fields, choices, rows and records in REDCap files."""

from collections import Counter
from typing import Any

from capbuild.formats import TextTable, cell_text, load_xml, local_name, text_facts
from capbuild.plugins import InputFile
from capbuild_redcap.dictionary import dictionary_columns, parse_choices
from capbuild_redcap.odm import is_project

_COUNTED = (
    "FormDef", "ItemGroupDef", "ItemDef", "CodeList", "CodeListItem", "StudyEventDef", "SubjectData", "ItemData",
    "ItemDataString",
)  # fmt: skip


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of any REDCap file.

    Args:
        source: The file.
    """
    if is_project(source):
        counts = Counter(map(local_name, load_xml(source).iter()))
        return {name: counts[name] for name in _COUNTED}
    rows = [list(map(cell_text, row)) for _, row in TextTable.open(source).rows() if row]
    header = [cell.strip() for cell in rows[0]] if rows else []
    places = dictionary_columns(header)
    return {**text_facts(source), **(_count_fields(rows[1:], places) if places else _count_records(header, rows[1:]))}


def _count_fields(rows: list[list[str]], places: dict[str, int]) -> dict[str, Any]:
    def column(name: str) -> list[str]:
        return [row[places[name]].strip() if places.get(name, len(row)) < len(row) else "" for row in rows]

    kinds, choices = column("field_type"), column("select_choices_or_calculations")
    listed = [text for kind, text in zip(kinds, choices, strict=True) if kind in ("radio", "dropdown", "checkbox")]
    return {
        "kind": "dictionary",
        "fields": len(rows),
        "field_types": dict(Counter(kinds)),
        "forms": len({*column("form_name")}),
        "choices_total": sum(len(parse_choices(text)) for text in listed),
        "matrix_groups": len({*column("matrix_group_name")} - {"", "NA"}),
    }


def _count_records(header: list[str], rows: list[list[str]]) -> dict[str, Any]:
    def column(name: str) -> list[str]:
        at = header.index(name) if name in header else len(header)
        return [row[at].strip() for row in rows if at < len(row)]

    counts: dict[str, Any] = {
        "kind": "data or other",
        "rows": len(rows),
        "checkbox_columns": sum("___" in label for label in header),
        "records": len({row[0] for row in rows}),
    }
    if "redcap_event_name" in header:
        counts["events"] = len({*column("redcap_event_name")})
    if "redcap_repeat_instrument" in header:
        counts["repeat_rows"] = sum(map(bool, column("redcap_repeat_instrument")))
    return counts
