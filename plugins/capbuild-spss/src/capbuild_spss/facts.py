"""Counts of variables, rows and labels."""

from collections import Counter
from typing import Any

from capbuild.errors import ReadError
from capbuild.plugins import InputFile
from capbuild_spss.subprocess_parser import find_container, parse_file

_SECONDS = 300


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of a file.

    It counts variables, rows, labels, missing ranges, multiple-response sets and formats.

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
        columns = zip(about.variables, table.columns, strict=True)
        cells = {variable.name: column.cells for variable, column in columns if not variable.text}
        letters = {name: sorted(cell for cell in values if isinstance(cell, str)) for name, values in cells.items()}
    return {
        "variables": len(about.variables),
        "rows": about.rows,
        "rows_read": about.rows,
        "encoding": about.encoding or None,
        "with_variable_label": sum(bool(v.label) for v in about.variables),
        "with_value_labels": sum(bool(v.labels) for v in about.variables),
        "value_labels_total": sum(len(v.labels) for v in about.variables),
        "missing_ranges": sum(bool(v.ranges) for v in about.variables),
        "missing_user_values": {name: codes for name, codes in letters.items() if codes},
        "mr_sets": len(about.sets),
        "formats": dict(Counter(v.format for v in about.variables)),
        "file_label": about.title or None,
    }
