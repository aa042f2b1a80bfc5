"""Counts of a text file before parsing: bytes, lines, headers, ragged rows."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import Any

from capbuild.formats.csv_files.codepages import code_page
from capbuild.formats.csv_files.dialect import declared_delimiter, find_delimiter
from capbuild.formats.csv_files.encoding import find_encoding
from capbuild.plugins import InputFile

_LONGEST = 2**31 - 1
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_facts(source: InputFile) -> dict[str, Any]:
    r"""Return counts of a text table.

    Args:
        source: The file.

    Returns:
        `bytes`, `bom`, `encoding`, `first_bad_byte`, `newline`, `delimiter`, `rows_incl_header`, `columns`,
        `ragged_rows`, `duplicate_headers`, `empty_headers` and `physical_lines` (line feeds).

    Example:
        >>> found = text_facts(InputFile("a.csv", data=b"country;Q1;Q1\nPer\xc3\xba;1\n"))
        >>> found["encoding"], found["delimiter"], found["ragged_rows"], found["duplicate_headers"]
        ('utf-8', ';', 1, 1)
    """
    data = source.content
    encoding = find_encoding(source, None)
    text = data.decode(encoding.name, encoding.errors)
    rows = _rows(text)
    return {
        "bytes": len(data),
        "bom": _mark(data),
        **_encoding_facts(data, encoding.name),
        "newline": "crlf" if b"\r\n" in data else "lf" if b"\n" in data else "cr" if b"\r" in data else None,
        "delimiter": declared_delimiter(text) or find_delimiter(text[:65_536]),
        "rows_incl_header": len(rows),
        **count_header_facts(rows[0] if rows else []),
        "ragged_rows": sum(len(row) != len(rows[0]) for row in rows),
        "physical_lines": data.count(b"\n"),
    }


def _mark(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _encoding_facts(data: bytes, name: str) -> dict[str, Any]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if name.startswith("utf"):
            return {"encoding": _mark(data) or name}
        bad = f"0x{data[error.start]:02x} at {error.start}"
        return {"encoding": code_page(data), "first_bad_byte": bad}
    return {"encoding": "ascii" if data.isascii() else "utf-8"}


def _rows(text: str) -> list[list[str]]:
    """Return the records that are not blank."""
    declared = declared_delimiter(text)
    plain = text.split("\n", 1)[-1] if declared else text
    before = csv.field_size_limit(_LONGEST)
    try:
        reader = csv.reader(io.StringIO(plain, newline=""), delimiter=declared or find_delimiter(text[:65_536]))
        return [row for row in reader if row]
    except csv.Error:
        return [line.split(",") for line in plain.splitlines() if line]
    finally:
        csv.field_size_limit(before)


def count_header_facts(heads: Sequence[str]) -> dict[str, int]:
    """Count the headers, duplicate headers and blank headers.

    Example:
        >>> count_header_facts(["a", "b", "a", ""])
        {'columns': 4, 'duplicate_headers': 1, 'empty_headers': 1}
    """
    named = [head for head in heads if head.strip()]
    return {
        "columns": len(heads),
        "duplicate_headers": len(named) - len(set(named)),
        "empty_headers": len(heads) - len(named),
    }
