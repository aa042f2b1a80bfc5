"""Child process that parses a file with pyreadstat.

It sends frames to its parent.

It runs as a script and imports nothing of capbuild. A frame is one line of JSON with the length of its data, then
those bytes: a column as 64-bit floats, as texts separated by NUL, or as integer codes of a dictionary. Nothing is
pickled, so a hostile file that takes over this process cannot take over the process that reads the frames.
"""

import contextlib
import gc
import io
import itertools
import json
import math
import os
import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

_NAN = math.nan
#: Distinct values of a labelled variable that are sent, to check whether the labels cover the answers.
LEVELS = 1000
#: A packed value takes at least one byte; zlib compresses at most about 1000 to 1 on top.
_BYTES_FACTOR = 8
_ZLIB_FACTOR = 1100
#: Number of non-ASCII texts that are sent, for a file that may declare no encoding.
_ACCENTED = 50


def _limit_resources(memory: int, seconds: int) -> None:
    """Limit memory (bytes) and processor time (seconds).

    A file may declare a false size.
    """
    try:
        import resource
    except ImportError:  # not available on every system
        return
    for kind, bound in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))


def _send(head: Mapping[str, Any], data: bytes = b"") -> None:
    line = json.dumps({**head, "length": len(data)}, default=str)
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n" + data)


def _make_pairs(labels: Mapping[Any, Any]) -> list[list[Any]]:
    return [[value, str(label)] for value, label in labels.items()]


def _strip_point(name: object) -> str:
    """Return the name of a format without the point at its end, which some versions of pyreadstat keep."""
    return str(name or "").rstrip(".")


def _describe(meta: Any) -> dict[str, Any]:
    """Return facts of a file and its variables."""
    labels = meta.variable_value_labels or {}
    variables = [
        {
            "name": name,
            "label": meta.column_names_to_labels.get(name) or "",
            "format": _strip_point(meta.original_variable_types.get(name)),
            "storage": meta.readstat_variable_types.get(name) or "",
            "labels": _make_pairs(labels.get(name, {})),
            "ranges": [[r["lo"], r["hi"]] for r in (meta.missing_ranges or {}).get(name, [])],
            "measure": (meta.variable_measure or {}).get(name) or "",
        }
        for name in meta.column_names
    ]
    sets = [
        {
            "name": name,
            "label": response_set.get("label") or "",
            "dichotomies": bool(response_set.get("is_dichotomy")),
            "counted": response_set.get("counted_value"),
            "variables": list(response_set.get("variable_list") or []),
        }
        for name, response_set in (meta.mr_sets or {}).items()
    ]
    return {
        "kind": "about",
        "variables": variables,
        "sets": sets,
        "tables": [[name, _make_pairs(table)] for name, table in (meta.value_labels or {}).items()],
        "encoding": meta.file_encoding or "",
        "title": meta.file_label or "",
        "notes": [str(note) for note in meta.notes or []],
    }


def _list_accented(columns: Mapping[str, Sequence[Any]], about: Mapping[str, Any]) -> list[str]:
    """Return some texts with non-ASCII letters."""
    accented: dict[str, None] = {}
    for variable in about["variables"]:
        if variable["storage"] == "string" and len(accented) < _ACCENTED:
            some = (text for text in columns[variable["name"]] if isinstance(text, str) and not text.isascii())
            accented.update(dict.fromkeys(itertools.islice(some, _ACCENTED)))
    return [text[:200] for text in accented][:_ACCENTED]


def _add_catalogue(meta: Any, path: str) -> None:
    """Add format labels from a separate SAS catalogue."""
    import pyreadstat

    _, catalogue = pyreadstat.read_sas7bcat(path, output_format="dict")
    tables = {_strip_point(name).upper(): labels for name, labels in (catalogue.value_labels or {}).items()}
    named_tables = {}
    for name, shown in meta.original_variable_types.items():
        plain = _strip_point(shown).upper()
        table = tables.get(plain) or tables.get(plain.rstrip("0123456789."))
        if table:
            named_tables[name] = table
    meta.variable_value_labels = named_tables


def collect_column_facts(column: Sequence[Any], *, labelled: bool) -> dict[str, Any]:
    """Return facts about a column.

    `whole` is True if all numbers are integers; `levels` are the distinct values of a labelled column.
    """
    distinct = set(column)
    distinct.discard(None)
    numbers = [value for value in distinct if isinstance(value, int | float) and not math.isnan(value)]
    levels = list(distinct) if labelled and len(distinct) <= LEVELS else None
    return {"whole": all(float(number).is_integer() for number in numbers), "levels": levels}


def collect_number_facts(numbers: Any, *, labelled: bool) -> dict[str, Any]:
    """Return the facts of `collect_column_facts` for an array."""
    import numpy as np

    there = numbers[~np.isnan(numbers)]
    whole = bool((np.isfinite(there) & (there == np.floor(there))).all())
    levels = np.unique(there).tolist() if labelled else None
    return {"whole": whole, "levels": levels if levels is not None and len(levels) <= LEVELS else None}


def _read(request: Mapping[str, Any]) -> None:
    import pyreadstat

    read: Any = getattr(pyreadstat, f"read_{request['container']}")
    given: dict[str, Any] = {"output_format": "dict", "disable_datetime_conversion": True}
    if request["container"] != "xport":
        given["user_missing"] = True
    if request["encoding"]:
        given["encoding"] = request["encoding"]
    source = request["path"]
    data = sys.stdin.buffer.read() if source is None else b""

    def open_file() -> Any:
        return io.BytesIO(data) if source is None else source

    # No row limit for the parser: with one it does not detect a truncated file.
    _, meta = read(open_file(), metadataonly=True, **given)
    if not _is_within_limits(meta.number_rows or 0, len(meta.column_names), request):
        return
    if request["want"] == "about":
        _send({**_describe(meta), "rows": meta.number_rows})
        _send({"kind": "end"})
        return
    columns, meta = read(open_file(), **given)
    _complete(columns, meta, request["catalog"])
    if _is_within_limits(len(next(iter(columns.values()), ())), len(columns), request):
        _send_columns(columns, meta)
        _send({"kind": "end"})


def _complete(columns: dict[str, Any], meta: Any, catalogue: str | None) -> None:
    """Shorten 32-bit numbers, and add a catalogue's value labels."""
    if catalogue:
        _add_catalogue(meta, catalogue)
    for name, storage in meta.readstat_variable_types.items():
        if storage == "float":
            columns[name] = _shorten_list(columns[name])


def _shorten_list(column: Sequence[Any]) -> list[Any]:
    """Return 32-bit floats as the shortest decimals: 2.1, not 2.0999999046325684.

    Integers stay unchanged: all digits of a large one are exact, though fewer would identify it.
    """
    import numpy as np

    try:
        numbers = np.array(column, dtype=np.float64)
    except (TypeError, ValueError):  # letters among them
        numbers = np.array([value if isinstance(value, float) else _NAN for value in column])
    pairs = zip(column, _shortened(numbers).tolist(), strict=True)
    return [short if isinstance(value, float) else value for value, short in pairs]


def _shortened(numbers: Any) -> Any:
    """Return 32-bit floats as their shortest decimals.

    The decimal identifies the float, and is the number as people write it.
    """
    import numpy as np

    shortened, left = numbers.copy(), np.flatnonzero(np.isfinite(numbers) & (numbers != np.floor(numbers)))
    distinct, places = np.unique(numbers[left].astype(np.float32), return_inverse=True)
    shortened[left] = distinct.astype("S").astype(np.float64)[places]
    return shortened


def _is_within_limits(rows: int, width: int, request: Mapping[str, Any]) -> bool:
    """Return whether the rows fit; otherwise send an error."""
    factor = _BYTES_FACTOR * (_ZLIB_FACTOR if request["packed"] else 1)
    if rows * width > request["size"] * factor:
        _send({"kind": "error", "what": "damaged", "message": f"{rows:,} rows are announced, more than it can hold"})
    elif rows * width > request["cells"]:
        _send({"kind": "error", "what": "cells", "message": f"{rows * width:,} cells"})
    else:
        return True
    return False


def _send_columns(columns: dict[str, Any], meta: Any) -> None:
    """Send the file's facts, then each column, compactly."""
    about = _describe(meta)
    about["accented"] = _list_accented(columns, about)
    packed = []
    for variable in about["variables"]:
        column = columns[variable["name"]]
        form, cells, data, facts = _pack_values(
            column, numeric=variable["storage"] != "string", labelled=bool(variable["labels"])
        )
        variable.update(facts)
        packed.append((form, cells, data))
    _send({**about, "rows": max((len(column) for column in columns.values()), default=0)})
    for form, cells, data in packed:
        _send({"kind": "column", "form": form, "cells": cells}, data)


def _pack_values(
    column: Sequence[Any], *, numeric: bool, labelled: bool
) -> tuple[str, list[Any] | None, bytes, dict[str, Any]]:
    """Return a column's form letter, dictionary, bytes and facts.

    The forms are numbers as they are ("d"), texts joined by NUL ("t"), which no text of these files can contain, and
    everything else as a dictionary with codes ("i").
    """
    import numpy as np

    with contextlib.suppress(TypeError, ValueError):  # letters among numbers, or a missing text
        if numeric and column:
            numbers = np.fromiter(column, np.float64, len(column))
            return "d", None, numbers.tobytes(), collect_number_facts(numbers, labelled=labelled)
        texts = "\0".join(column).encode("utf-8")
        if texts.count(b"\0") == len(column) - 1:
            plain = {"whole": True, "levels": None}
            return "t", None, texts, collect_column_facts(column, labelled=True) if labelled else plain
    places = {value: position for position, value in enumerate(dict.fromkeys(column))}
    codes = array("I", [places[value] for value in column]).tobytes()
    return "i", list(places), codes, collect_column_facts(column, labelled=labelled)


def main() -> None:
    """Read the request from the command line; answer with frames."""
    request = json.loads(sys.argv[1])
    gc.disable()  # a collection would scan millions of values that do not refer to others
    _limit_resources(request["memory"], request["seconds"])
    try:
        _read(request)
    except MemoryError:
        _send({"kind": "error", "what": "memory", "message": "it does not fit in memory"})
    except Exception as error:  # noqa: BLE001 - whatever the parser raises, the file is at fault
        _send({"kind": "error", "what": "damaged", "message": f"{type(error).__name__}: {error}"})
    sys.stdout.buffer.flush()
    os._exit(0)  # freeing millions of values one by one takes as long as sending them


if __name__ == "__main__":
    main()
