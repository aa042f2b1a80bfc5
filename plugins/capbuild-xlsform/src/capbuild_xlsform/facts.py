"""Counts of forms and submissions, in their formats' terms."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from capbuild_sheets.counts import workbook_facts
from capbuild_sheets.workbook import is_workbook

from capbuild.errors import ReadError
from capbuild.formats import load_xml, local_name, text_facts
from capbuild.model import Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadItem
from capbuild_xlsform.definitions.asset_content import read_content
from capbuild_xlsform.definitions.definition_sheets import read_definition
from capbuild_xlsform.definitions.files import load_forms
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.definitions.question_types import Structure, parse_type
from capbuild_xlsform.definitions.rows import DefinitionRow
from capbuild_xlsform.definitions.xform import read_xform
from capbuild_xlsform.text_tables import list_csv_members, list_tables


def count_form(source: InputFile) -> dict[str, Any]:
    """Return the counts of an XLSForm.

    It counts rows by kind and choices by list, and gives languages and settings.

    Args:
        source: The file.
    """
    form = load_forms(source)[0].form
    definition = read_definition(list_tables(source))
    kinds = [(row.get("type"), parse_type(row.get("type"))) for row in definition.rows.survey]
    structures = Counter(kind.structure for _, kind in kinds)
    groups = sum(kind.structure is Structure.GROUP and not kind.block for _, kind in kinds)
    types = Counter(kind.type.value for _, kind in kinds if kind.structure is Structure.ITEM)
    return (text_facts(source) if source.suffix == ".csv" else {}) | {
        "sheets": list(definition.names),
        "survey_columns": list(definition.headers),
        "survey_rows_with_type": len(definition.rows.survey),
        "begin_repeat": structures[Structure.REPEAT] + structures[Structure.LOOP],
        "begin_group": groups,
        "select_one": types["select one"],
        "select_multiple": types["select multiple"],
        "or_other": sum(kind.or_other for _, kind in kinds),
        "structure_rows": len(kinds) - structures[Structure.ITEM],
        "meta_rows": sum(kind.meta for _, kind in kinds),
        "note_rows": types["note"],
        "calculate_rows": sum(written == "calculate" for written, _ in kinds),
        "languages": sorted(form.languages),
        **_count_choices(form),
        "choices_per_list": {name: len(choices) for name, choices in form.lists.items()},
        "settings": dict(definition.rows.settings),
        "controls_total": sum(not item.meta and item.type.value != "calculated" for item in form.items)
        + _count_added_controls(definition.rows.survey),
    }


def _count_added_controls(rows: Sequence[DefinitionRow]) -> int:
    """Count the controls added to `table-list` groups.

    The reference converter adds a heading and a row of choices to each.
    """
    count, waiting = 0, False
    for row in rows:
        kind = parse_type(row.get("type"))
        if kind.structure is Structure.ITEM:
            count += waiting and kind.type.value in ("select one", "select multiple")
            waiting = waiting and kind.type.value not in ("select one", "select multiple")
        else:
            table = kind.structure is not Structure.END and "table-list" in row.get("appearance").split()
            count += table and bool(row.labels() or row.labels("hint"))
            waiting = table or (waiting and kind.structure is not Structure.END)
    return count


def _count_choices(form: Form) -> dict[str, int]:
    return {"choice_lists": len(form.lists), "choices_total": sum(map(len, form.lists.values()))}


def count_xform(source: InputFile) -> dict[str, Any]:
    """Return the counts of an XForm.

    It counts controls by tag, repeats, groups, binds, languages, choices and instances.

    Args:
        source: The file.
    """
    parts = read_xform(load_xml(source), source.name)
    controls = Counter(control.tag for control in parts.controls)
    counts = parts.counts
    return {
        "controls": dict(controls),
        "controls_total": controls.total(),
        "repeats": counts["repeat"],
        "groups": counts["group"],
        "binds": counts["binds"],
        "translations": list(parts.itext.languages),
        "body_items": counts["item"],
        "itemsets": counts["itemset"],
        "instances": counts["instances"],
    }


def count_json(source: InputFile) -> dict[str, Any]:
    """Return the counts of the form beside JSON submissions.

    Without a form, the only entry is `version`, which is None.

    Args:
        source: The file.
    """
    try:
        form = load_forms(source)[-1].form
    except ReadError:
        return {"version": None}
    data = json.loads(source.content)
    data = data[-1] if isinstance(data, list) and data else data  # Several versions, the newest last.
    content = data.get("content", data) if isinstance(data, dict) else {}
    kinds = [parse_type(row.get("type")) for row in read_content(content, source.name, "$").survey]
    structures = Counter(kind.structure for kind in kinds if not kind.block)
    labels = [row["label"] for row in content.get("survey", ()) if isinstance(row.get("label"), list)]
    return {
        "version": form.version or None,
        "survey_rows": len(content.get("survey", ())),
        "begin_repeat": structures[Structure.REPEAT] + structures[Structure.LOOP],
        "begin_group": structures[Structure.GROUP],
        "questions_excl_structure": structures[Structure.ITEM],
        "select_one": sum(kind.type.value == "select one" for kind in kinds),
        "select_multiple": sum(kind.type.value == "select multiple" for kind in kinds),
        **_count_choices(form),
        "languages": list(form.languages) or ("label is a list of 1" if labels else []),
    }


def count_table(source: InputFile, items: list[ReadItem]) -> dict[str, Any]:
    """Return the counts of submissions in a table.

    Args:
        source: The file.
        items: Items read from it.
    """
    accounts = [item for item in items if isinstance(item, SheetReconciliation) and item.columns]
    headers = [column.name for column in accounts[0].columns] if accounts else []
    answers = [answer for item in items if isinstance(item, Response) for answer in item.answers]
    not_available = sum(account.left_out.get("n/a", 0) for account in accounts)
    return _count_file(source) | {
        "group_or_split_columns": sum("/" in head for head in headers),
        "meta_columns": [head for head in headers if head.startswith(("_", "meta/"))],
        "repeat_index_columns": sum("[" in head for head in headers),
        "n_a_cells": sum(answer.raw == "n/a" for answer in answers) + not_available,
        "repeat_rows": sum(account.rows_in for account in accounts[1:]),
        "repeat_sheets": len(accounts) - 1 if accounts else 0,
    }


def _count_file(source: InputFile) -> dict[str, Any]:
    """Return the counts of a workbook, archive or text table."""
    if is_workbook(source):
        return workbook_facts(source)
    if source.start.startswith(b"PK"):
        return {"members": len(source.members), "tables": len(list_csv_members(source))}
    return text_facts(source)


def count_instance(source: InputFile) -> dict[str, Any]:
    """Return the counts of one OpenRosa instance, or an archive.

    Args:
        source: The file.
    """
    if source.start.startswith(b"PK"):
        xml = [name for name in source.members if name.lower().endswith(".xml")]
        instances = sum("instances/" in f"/{name}".lower() for name in xml)
        return {"members": len(source.members), "xml_files": len(xml), "xml_instances": instances}
    root = load_xml(source)
    return {"root": local_name(root), "leaves": sum(len(element) == 0 for element in root.iter())}
