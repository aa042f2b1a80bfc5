"""Native tables of a workbook, to sort, filter and reference by name."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from capbuild.escaping import readable_text
from capbuild_sheets.writing.cells import CellValue, put
from capbuild_sheets.writing.styles import Styles

_LINE = 15.0
_HEAD_LINE = 12.5


@frozen
class Head:
    """Column of a table.

    Attributes:
        title: Its header.
        width: Width in characters.
        style: Format name of its cells.
    """

    title: str
    width: float = field(default=14, kw_only=True)
    style: str = field(default="cell", kw_only=True)

    @property
    def head_style(self) -> str:
        """Format name of the header."""
        return "head.number" if self.style in ("number", "decimal", "money") else "head"


def unique_titles(heads: Sequence[Head]) -> list[str]:
    """Return unique titles.

    A table cannot have duplicate column names, so later ones get a number.
    """
    seen: dict[str, int] = {}
    titles = []
    for head in heads:
        title = readable_text(head.title) or "\u00a0"
        key = title.casefold()
        seen[key] = seen.get(key, 0) + 1
        titles.append(title if seen[key] == 1 else f"{title} {seen[key]}")
    return titles


def write_headers(sheet: Any, row: int, heads: Sequence[Head], styles: Styles) -> None:
    """Write the headers of a table, with the height of the longest."""
    lines = 1
    for place, (head, title) in enumerate(zip(heads, unique_titles(heads), strict=True)):
        put(sheet, row, place, title, styles(head.head_style))
        sheet.set_column(place, place, head.width)
        lines = max(lines, len(textwrap.wrap(title, max(int(head.width), 1))))
    sheet.set_row(row, _HEAD_LINE * lines + 6)


def write_rows(sheet: Any, row: int, heads: Sequence[Head], rows: Iterable[Sequence[CellValue]], styles: Styles) -> int:
    """Write the rows of a table.

    Return the number of the row after the last.
    """
    formats = [styles(head.style) for head in heads]
    texts = sheet.write_string
    for cells in rows:
        for place, value in enumerate(cells):
            if value is None or value == "":
                continue  # The conditional format of lines covers blank cells too.
            if type(value) is str and value and len(value) < 256 and value.isprintable():
                texts(row, place, value, formats[place])  # Fast path for common text.
            else:
                put(sheet, row, place, value, formats[place])
        row += 1
    return row
