"""Counts of levels, records, items and values in CSPro files."""

from typing import Any

from capbuild.formats import json_list, json_object
from capbuild.plugins import InputFile
from capbuild_cspro.database import is_database, open_database
from capbuild_cspro.dictionary import is_dictionary, parse_source


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of any CSPro file.

    Raises:
        ReadError: The file is damaged.
    """
    if is_database(source):
        return _count_database(source)
    if not is_dictionary(source):
        content = source.content
        lines = content.count(b"\n") + (not content.endswith(b"\n"))
        return {"bytes": len(content), "lines": lines, "utf8_bom": content.startswith(b"\xef\xbb\xbf")}
    top, _ = parse_source(source)
    levels = json_list(top.get("levels"))
    records = [record for level in levels for record in json_list(level.get("records"))]
    ids = [item for level in levels for item in json_list(json_object(level.get("ids")).get("items"))]
    items = [item for record in records for item in json_list(record.get("items"))]
    sets = [value_set for item in (*ids, *items) for value_set in json_list(item.get("valueSets"))]
    return {
        "syntax": "json" if source.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "ini",
        "version": top.get("version"),
        "languages": [language.get("name") for language in json_list(top.get("languages"))],
        "levels": len(levels),
        "records": len(records),
        "id_items": len(ids),
        "items": len(items),
        "subitems": sum(item.get("subitem") is True for item in items),
        "value_sets": len(sets),
        "values": sum(len(json_list(set_.get("values"))) for set_ in sets),
        "repeating_records": sum(
            (json_object(record.get("occurrences")).get("maximum") or 1) > 1 for record in records
        ),
    }


def _count_database(source: InputFile) -> dict[str, Any]:
    with open_database(source) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counted = ("meta", "cases", "level-1")
        rows = {f"rows.{n}": base.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in counted}  # noqa: S608 - names are constants
        kept = base.execute("SELECT count(*) FROM cases WHERE deleted = 0").fetchone()[0]
    return {"tables": len(names), **rows, "cases_not_deleted": kept}
