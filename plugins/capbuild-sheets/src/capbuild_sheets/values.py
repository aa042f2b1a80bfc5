"""Conversion of XLSX cell texts to values, by cell type and number format."""

import datetime
import math
from collections.abc import Sequence

from attrs import frozen

from capbuild_sheets.annotations import CellStyles
from capbuild_sheets.number_formats import Kind, formatted_cell
from capbuild_sheets.sheets import Cell, error_cell
from capbuild_sheets.strings import SharedStrings, unescape


@frozen(eq=False)
class CellValues:
    """Converter of cell texts to values for one workbook.

    Attributes:
        strings: Shared strings.
        kinds: Parsed number format of each style.
        date_1904: Whether days count from 1904.
        styles: Styles with strike-through, fill or indent.

    Example:
        >>> values = CellValues(SharedStrings("a.xlsx"), ["", "d"], False)
        >>> values.value("n", "1", "42430"), values.value("b", None, "1"), str(values.value("e", None, "#N/A"))
        (datetime.date(2016, 3, 1), True, '#N/A')
    """

    strings: SharedStrings
    kinds: Sequence[Kind]
    date_1904: bool
    styles: CellStyles = CellStyles()

    def value(self, kind: str, style: str | None, text: str) -> Cell:
        """Return the value of a cell.

        Args:
            kind: Cell type, `n` if the file gives none.
            style: Style number, as text.
            text: Content of the cell.
        """
        if kind == "s":
            return self.strings.at(text)
        if kind == "n":
            return self._number(text, style)
        if kind == "e":
            return error_cell(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        return _iso(text.strip()) if kind == "d" else unescape(text)

    def _number(self, text: str, style: str | None) -> Cell:
        number: int | float
        if text.isdecimal() and text.isascii() and len(text) < 16:
            number = int(text)
        else:
            try:
                number = float(text)
            except ValueError:
                return error_cell(text.strip()) if text.strip() else None
            if not math.isfinite(number):
                return error_cell(text)
            if number.is_integer() and abs(number) < 2**53:
                number = int(number)
        if style is None or style == "0":
            return number
        index = int(style) if style.isdecimal() else -1
        kind = self.kinds[index] if 0 <= index < len(self.kinds) else ""
        return formatted_cell(number, kind, self.date_1904) if kind else number


def _iso(text: str) -> Cell:
    """Return the date, datetime or time of an ISO 8601 text.

    Returns the text itself if it is not one.
    """
    for parser in (datetime.date.fromisoformat, datetime.datetime.fromisoformat, datetime.time.fromisoformat):
        try:
            return parser(text)
        except ValueError:
            continue
    return text
