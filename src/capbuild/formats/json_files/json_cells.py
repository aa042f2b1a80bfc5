"""Convert JSON values to cells."""

import json
from typing import Any

from capbuild.formats.values.cells import Cell

__all__ = ["json_cell"]


def json_cell(value: Any) -> Cell:
    """Convert a JSON value to a cell.

    Lists of choices are joined by semicolons, nested values stay JSON.

    Example:
        >>> json_cell(3), json_cell(["a", "not yet"]), json_cell(["a; b"]), json_cell({"a": None})
        (3, 'a; not yet', '["a; b"]', '{"a": null}')
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(part.__class__ in (str, int) for part in value):
        parts = list(map(str, value))
        if not any(";" in part for part in parts):
            return "; ".join(parts)
    return json.dumps(value, ensure_ascii=False)
