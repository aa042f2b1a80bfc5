"""Convert JSON values to cells."""

import json
from typing import Any

from capbuild.formats.values.cells import Cell

_PARTS = frozenset((str, int, float, type(None)))


def json_cell(value: Any) -> Cell:
    """Convert a JSON value to a cell.

    Lists of texts, numbers and nulls become tuples; their column tells choices from figures. Other nested values stay
    JSON.

    Example:
        >>> json_cell(3), json_cell(["a; b", 2, None]), json_cell([]), json_cell([{"a": None}])
        (3, ('a; b', '2', ''), (), '[{"a": null}]')
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(part.__class__ in _PARTS for part in value):
        return tuple("" if part is None else str(part).strip() for part in value)
    return json.dumps(value, ensure_ascii=False)
