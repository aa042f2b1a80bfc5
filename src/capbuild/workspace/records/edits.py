"""Appends and changes table rows, leaving others unchanged."""

from collections.abc import Iterable, Mapping, Sequence

from capbuild.escaping import format_csv
from capbuild.workspace.records.plain_tables import decode_text, split_records, split_table

__all__ = ["append_rows", "change_rows"]


def append_rows(table: bytes, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table with rows appended; an empty one gets a header.

    Args:
        table: The table.
        name: File name for messages.
        columns: Its columns; rows are written in the order of its own header.
        rows: Cells in the order of `columns`.
    """
    before, mark, _ = decode_text(table, name)
    rows_before, top, delimiter = split_table(before, [columns[:1]])
    header = list(columns) if top is None else [cell.strip().lower() for cell in rows_before[top]]
    written = [header] if top is None else []
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        written.append([cells.get(column, "") for column in header])
    gap = "" if not before or before.endswith("\n") else "\n"
    added = format_csv(written, delimiter=delimiter, end="\r\n" if "\r\n" in before else "\n")
    return mark + (before + gap + added).encode("utf-8")


def change_rows(table: bytes, name: str, columns: Sequence[str], changes: Mapping[int, Mapping[str, str]]) -> bytes:
    """Return a table with changed cells; other rows keep their exact text.

    Args:
        table: The table.
        name: File name for messages.
        columns: Required columns, appended if missing; the first one locates the header row.
        changes: New cells by column, by number of the row, from 1.

    Raises:
        ValueError: There is no header row.
    """
    before, mark, _ = decode_text(table, name)
    rows, top, delimiter = split_table(before, [columns[:1]])
    if top is None:
        raise ValueError(f"{name} has no column {columns[0]!r}")
    header = [cell.strip().lower() for cell in rows[top]]
    lacking = [column for column in columns if column not in header]
    end = "\r\n" if "\r\n" in before else "\n"
    written = []
    kept = list(split_records(before))
    if len(kept) != len(rows):  # unmatched quotes: rewrite the table
        kept = [_format_record(cells, delimiter, end) for cells in rows]
    for number, (record, cells) in enumerate(zip(kept, rows, strict=True), start=1):
        if number == top + 1 and lacking:
            written.append(_format_record([*cells, *lacking], delimiter, end))
        elif number in changes:
            found = dict(zip([*header, *lacking], [*cells, *[""] * (len(header) - len(cells))], strict=False))
            found |= changes[number]
            written.append(_format_record([found.get(key, "") for key in (*header, *lacking)], delimiter, end))
        else:
            written.append(record)
    return mark + "".join(written).encode("utf-8")


def _format_record(cells: Sequence[str], delimiter: str, end: str) -> str:
    return format_csv([cells], delimiter=delimiter, end=end)
