"""Description of the tidy set as a data package (Frictionless), with a data dictionary."""

import datetime
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from capbuild.model import Round
from capbuild.reports.tidy.table import TidyColumn, TidyTable

__all__ = ["describe_tables", "load_descriptions"]

_TYPES: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", datetime.date: "date"}
#: Tables whose rows are about a country of the table `countries`.
_OF_COUNTRIES = ("scores", "criteria", "findings", "sources", "evidence")


@cache
def load_descriptions() -> Mapping[str, str]:
    """Return what columns hold, by name, or by `table.name` where a table has a meaning of its own."""
    text = (files("capbuild.reports") / "column_descriptions.json").read_text("utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def describe_tables(tables: Iterable[TidyTable], round_: Round, title: str, notice: str) -> bytes:
    """Return the descriptor of a set of CSV files.

    Args:
        tables: The tables; their rows are not taken.
        round_: The round.
        title: Title of the programme.
        notice: Says that the data are invented; may be empty.
    """
    package = {
        "profile": "tabular-data-package",
        "name": f"tidy-{round_.id}".lower(),
        "title": f"{title}: {round_.title}" if str(round_.title) else title,
        **({"description": notice} if notice else {}),
        "resources": [_describe_table(table) for table in tables],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _describe_table(table: TidyTable) -> dict[str, Any]:
    keys = [column.name for column in table.columns if column.is_key]
    # Answers of one country recur in findings, which have no key.
    key = {"primaryKey": keys} if len(keys) > 1 else {}
    countries = {"fields": ["round", "country"], "reference": {"resource": "countries", "fields": ["round", "country"]}}
    foreign = {"foreignKeys": [countries]} if table.name in _OF_COUNTRIES else {}
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_describe_column(table, column) for column in table.columns], **key, **foreign},
    }


def _describe_column(table: TidyTable, column: TidyColumn) -> dict[str, str]:
    known = load_descriptions()
    text = known.get(f"{table.name}.{column.name}") or known[column.name]
    return {"name": column.name, "type": _TYPES[column.type], "description": text}
