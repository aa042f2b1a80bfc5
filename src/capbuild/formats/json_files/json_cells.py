"""Convert JSON values to cells."""

import json
from typing import Any

from capbuild.formats.values.cells import Cell


def json_cell(value: Any) -> Cell:
    """Convert a JSON value to a cell.

    Lists of choices become tuples. Other nested values stay JSON, also lists that repeat a value, as figures do.

    Example:
        >>> json_cell(3), json_cell(["a; b", 2]), json_cell([]), json_cell([{"a": None}]), json_cell([3, 3, 4])
        (3, ('a; b', '2'), (), '[{"a": null}]', '[3, 3, 4]')
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(part.__class__ in (str, int) for part in value):
        texts = [str(part).strip() for part in value]
        if all(texts) and len({*texts}) == len(texts):
            return tuple(texts)
    return json.dumps(value, ensure_ascii=False)
