"""From a JSON value to a cell: what stands under a key of an object that is read as a row of a table."""

import json
from typing import Any

from capbuild.formats.cells import Cell

__all__ = ["json_cell"]


def json_cell(value: Any) -> Cell:
    """Return a value as a cell: what is nested stays JSON, and codes that were chosen together a list of them.

    Example:
        >>> json_cell(3), json_cell(["a", "b"]), json_cell({"a": None})
        (3, 'a b', '{"a": null}')
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(part.__class__ in (str, int) for part in value):
        return " ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)
