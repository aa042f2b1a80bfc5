"""Tables of a workbook: real ones, which a reader can sort, filter and refer to by name."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from capbuild.escaping import readable_text
from capbuild_sheets.writing.cells import CellValue, put
from capbuild_sheets.writing.styles import Styles

__all__ = ["Head", "write_headers", "write_rows"]

_LINE = 15.0
_HEAD_LINE = 12.5


@frozen
class Head:
    """A column of a table.

    Attributes:
        title: What stands over it.
        width: Width in characters.
        style: How its cells are set, by name.
    """

    title: str
    width: float = field(default=14, kw_only=True)
    style: str = field(default="cell", kw_only=True)

    @property
    def head_style(self) -> str:
        """How the head itself is set."""
        return "head.number" if self.style in ("number", "decimal", "money") else "head"


def unique_titles(heads: Sequence[Head]) -> list[str]:
    """Return the titles; a table cannot bear two columns of one name, so a later one gets a number."""
    seen: dict[str, int] = {}
    titles = []
    for head in heads:
        title = readable_text(head.title) or "\u00a0"
        key = title.casefold()
        seen[key] = seen.get(key, 0) + 1
        titles.append(title if seen[key] == 1 else f"{title} {seen[key]}")
    return titles


def write_headers(sheet: Any, row: int, heads: Sequence[Head], styles: Styles) -> None:
    """Write the heads of a table, as high as the longest needs."""
    lines = 1
    for place, (head, title) in enumerate(zip(heads, unique_titles(heads), strict=True)):
        put(sheet, row, place, title, styles(head.head_style))
        sheet.set_column(place, place, head.width)
        lines = max(lines, len(textwrap.wrap(title, max(int(head.width), 1))))
    sheet.set_row(row, _HEAD_LINE * lines + 6)


def write_rows(sheet: Any, row: int, heads: Sequence[Head], rows: Iterable[Sequence[CellValue]], styles: Styles) -> int:
    """Write the rows of a table; return the number of the row after the last."""
    formats = [styles(head.style) for head in heads]
    texts = sheet.write_string
    for cells in rows:
        for place, value in enumerate(cells):
            if value is None or value == "":
                continue  # the rule that draws the lines covers blank cells too
            if type(value) is str and value and len(value) < 256 and value.isprintable():
                texts(row, place, value, formats[place])  # the common case, without a second look
            else:
                put(sheet, row, place, value, formats[place])
        row += 1
    return row
