"""Adding rows to a table of the folder: what stands there keeps its characters."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from capbuild.atomic import write_atomic
from capbuild.workspace.plain_tables import plain_text, split_plain

__all__ = ["append_rows"]


def append_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Add rows to a table, which is begun with its heads where there is none.

    Args:
        path: The table.
        columns: Its heads; rows are written in the order that its own heads have.
        rows: Cells in the order of `columns`.
    """
    before, mark, _ = plain_text(path.read_bytes() if path.is_file() else b"", path.name)
    rows_before, top, delimiter = split_plain(before, [columns[:1]])
    stream = io.StringIO()
    out = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in before else "\n")
    heads = list(columns) if top is None else [cell.strip().lower() for cell in rows_before[top]]
    if top is None:
        out.writerow(columns)
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        out.writerow([cells.get(head, "") for head in heads])
    gap = "" if not before or before.endswith("\n") else "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, mark + (before + gap + stream.getvalue()).encode("utf-8"))
