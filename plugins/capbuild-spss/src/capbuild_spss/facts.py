"""Counts of variables, rows and labels in SPSS and Stata files."""

from collections import Counter
from typing import Any

from capbuild.errors import ReadError
from capbuild.plugins import InputFile
from capbuild_spss.subprocess_parser import find_container, parse_file

_SECONDS = 300


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts: variables, rows, labels, missing ranges, multiple-response sets, formats.

    Args:
        source: The file.

    Raises:
        ReadError: It is not an SPSS, Stata or SAS file.
    """
    container = find_container(source)
    if container is None:
        raise ReadError(f"{source.name} is not an SPSS, Stata or SAS file", remedy="name the reader of its format")
    with parse_file(source, container, encoding=None, seconds=_SECONDS) as table:
        about = table.facts
        letters: dict[str, set[str]] = {v.name: set() for v in about.variables if not v.text}
        rows = 0
        for row in table.rows:
            rows += 1
            for variable in about.variables:
                cell = row[variable.column - 1]
                if not variable.text and isinstance(cell, str):
                    letters[variable.name].add(cell)
    return {
        "variables": len(about.variables),
        "rows": rows,
        "rows_read": rows,
        "encoding": about.encoding or None,
        "with_variable_label": sum(bool(v.label) for v in about.variables),
        "with_value_labels": sum(bool(v.labels) for v in about.variables),
        "value_labels_total": sum(len(v.labels) for v in about.variables),
        "missing_ranges": sum(bool(v.ranges) for v in about.variables),
        "missing_user_values": {name: sorted(found) for name, found in letters.items() if found},
        "mr_sets": len(about.sets),
        "formats": dict(Counter(v.format for v in about.variables)),
        "file_label": about.title or None,
    }
