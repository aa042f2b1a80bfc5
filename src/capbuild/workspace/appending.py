"""Adding rows to a table of the folder: what stands there keeps its very characters."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from capbuild.atomic import write_atomic

__all__ = ["append_rows"]


def append_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Add rows to a table, which is begun with its heads where there is none.

    Args:
        path: The table.
        columns: Its heads; rows are written in the order that its own heads have.
        rows: Cells in the order of `columns`.
    """
    before = path.read_text("utf-8-sig") if path.is_file() else ""
    heads = _heads(before, columns)
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\r\n" if "\r\n" in before else "\n")
    if heads is None:
        out.writerow(columns)
        heads = list(columns)
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        out.writerow([cells.get(head, "") for head in heads])
    gap = "" if not before or before.endswith("\n") else "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, before + gap + stream.getvalue())


def _heads(text: str, columns: Sequence[str]) -> list[str] | None:
    """Return the heads of a table as they stand in it; None where it has none yet."""
    for cells in csv.reader(io.StringIO(text)):
        found = [cell.strip().lower() for cell in cells]
        if columns[0] in found:
            return found
    return None
