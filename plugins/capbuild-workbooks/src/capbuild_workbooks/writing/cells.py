"""Cell writer for safe texts and native tables.

Text never becomes a formula; tables can be sorted and filtered.
"""

import datetime
import re
import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import field, frozen

from capbuild.escaping import isolate_direction, readable_text
from capbuild.scoring import Formula
from capbuild_workbooks.writing.styles import Styles

#: Largest number of characters in a cell, by the file format.
LONGEST = 32_767

_CUT = " …"

#: Day 0 of spreadsheets, and the first day on which all programs agree: Excel treats 1900 as a leap year.
_ZERO = datetime.date(1899, 12, 30)

_FIRST = 61

#: Characters that XML cannot contain even as an escape of the file format.
_UNHELD = re.compile("[\ud800-\udfff\ufffe\uffff\x00]")


@frozen
class Link:
    """Link to a place in the workbook or web.

    Attributes:
        target: `#sheet!A1` inside the workbook, or an address that begins with `https://` or `http://`.
        text: Displayed text.
    """

    target: str
    text: str


CellValue: TypeAlias = str | bool | int | float | Decimal | datetime.date | Formula | Link | None


def safe_text(text: str) -> str:
    """Return a text valid in a cell.

    Invalid characters are replaced, and a text that is too long is cut and ends in ` …`.

    Example:
        >>> safe_text("=1+1"), len(safe_text("x" * 40_000)), safe_text("x" * 40_000)[-2:]
        ('=1+1', 32767, ' …')
    """
    clean = _UNHELD.sub("\ufffd", text)
    clean = clean if len(clean) <= LONGEST else clean[: LONGEST - len(_CUT)] + _CUT
    closed = "\n".join(map(isolate_direction, clean.split("\n")))
    return closed if len(closed) <= LONGEST else safe_text(clean[: LONGEST // 4] + _CUT)


def put(sheet: Any, row: int, column: int, value: CellValue, style: Any = None) -> None:
    """Write one cell.

    Args:
        sheet: An XlsxWriter worksheet.
        row: Row, from 0.
        column: Column, from 0.
        value: A text stays a text; only a `Formula` is written as one; None writes a blank cell with its style.
        style: Its format.
    """
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, safe_text(value), style)
        else:
            sheet.write_blank(row, column, None, style)
    elif value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), style)
    elif isinstance(value, datetime.date):
        _day(sheet, row, column, value, style)
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, style, "" if value.value is None else value.value)
    else:
        _link(sheet, row, column, value, style)


def _day(sheet: Any, row: int, column: int, day: datetime.date, style: Any) -> None:
    """Write a date as a serial number.

    Dates before March 1900 are written as text.
    """
    number = (datetime.date(day.year, day.month, day.day) - _ZERO).days
    if number < _FIRST:
        sheet.write_string(row, column, day.isoformat(), style)
    else:
        sheet.write_number(row, column, number, style)


def _link(sheet: Any, row: int, column: int, link: Link, style: Any) -> None:
    inside = link.target.startswith("#")
    target = f"internal:{link.target[1:]}" if inside else link.target
    followed = inside or target.lower().startswith(("https://", "http://"))
    # Longest address that Excel accepts; the text is kept.
    if followed and len(target) <= 2079:
        sheet.write_url(row, column, target, style, safe_text(link.text or link.target))
    else:
        put(sheet, row, column, link.text or link.target, style)


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


def unique_titles(headers: Sequence[Head]) -> list[str]:
    """Return unique titles, with numbers added to later duplicates.

    A table cannot have two columns of one name.
    """
    seen: dict[str, int] = {}
    titles = []
    for head in headers:
        title = readable_text(head.title) or "\u00a0"
        key = title.casefold()
        seen[key] = seen.get(key, 0) + 1
        titles.append(title if seen[key] == 1 else f"{title} {seen[key]}")
    return titles


def write_headers(sheet: Any, row: int, headers: Sequence[Head], styles: Styles) -> None:
    """Write a table's headers, as high as the longest."""
    lines = 1
    for position, (head, title) in enumerate(zip(headers, unique_titles(headers), strict=True)):
        put(sheet, row, position, title, styles(head.head_style))
        sheet.set_column(position, position, head.width)
        lines = max(lines, len(textwrap.wrap(title, max(int(head.width), 1))))
    sheet.set_row(row, _HEAD_LINE * lines + 6)


def write_rows(
    sheet: Any, row: int, headers: Sequence[Head], rows: Iterable[Sequence[CellValue]], styles: Styles
) -> int:
    """Write the rows of a table; return the next row."""
    formats = [styles(head.style) for head in headers]
    texts = sheet.write_string
    for cells in rows:
        for position, value in enumerate(cells):
            if value is None or value == "":
                continue  # The conditional format of lines covers blank cells too.
            if type(value) is str and value and len(value) < 256 and value.isprintable():
                texts(row, position, value, formats[position])  # Fast path for common text.
            else:
                put(sheet, row, position, value, formats[position])
        row += 1
    return row
