"""Convert JSON values to cells."""

import json
from typing import Any

from capbuild.formats.values.cells import Cell

__all__ = ["json_cell"]


def json_cell(value: Any) -> Cell:
    """Convert a JSON value to a cell.

    Lists of choices become tuples, other nested values stay JSON.

    Example:
        >>> json_cell(3), json_cell(["a; b", 2]), json_cell([]), json_cell([{"a": None}])
        (3, ('a; b', '2'), (), '[{"a": null}]')
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(part.__class__ in (str, int) for part in value):
        return tuple(dict.fromkeys(text for part in value if (text := str(part).strip())))
    return json.dumps(value, ensure_ascii=False)
