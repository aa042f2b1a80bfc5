"""Tables as bytes, as different offices save them.

They differ in delimiter, encoding, and the lines above and below.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["PLAIN", "Saved", "register", "table"]


@dataclass(frozen=True)
class Saved:
    """File format of an office's tables.

    Attributes:
        delimiter: Between cells.
        encoding: Of the text.
        padded: Whether short rows are filled up with empty cells, as spreadsheets do.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    padded: bool = False


PLAIN = Saved()


def table(rows: Iterable[Sequence[str]], saved: Saved = PLAIN) -> bytes:
    """Return rows as the bytes of a CSV file."""
    kept = [list(row) for row in rows]
    width = max(len(row) for row in kept)
    if saved.padded:
        kept = [row + [""] * (width - len(row)) for row in kept]
    stream = io.StringIO()
    csv.writer(stream, delimiter=saved.delimiter, lineterminator="\r\n").writerows(kept)
    return stream.getvalue().encode(saved.encoding)


def _value(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return str(value)


def register(notice: str, array: str, items: Iterable[dict[str, object]]) -> bytes:
    """Return a TOML register of visits, meetings or reviews.

    It has a block for each item, in the order given.
    """
    lines = [f"# {line}" for line in notice.splitlines()]
    for item in items:
        lines += ["", f"[[{array}]]", *(f"{key} = {_value(value)}" for key, value in item.items())]
    return ("\n".join(lines) + "\n").encode()
