"""Origin of a value: file, sheet, row, column."""

from typing import Any

from attrs import frozen

from capbuild._slots import as_open, repr_set_fields

__all__ = ["Origin", "column_letters"]


def column_letters(number: int) -> str:
    """Return the spreadsheet letters of a column, from 1.

    Example:
        >>> column_letters(1), column_letters(27), column_letters(16384)
        ('A', 'AA', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _MutableOrigin:
    """Origin under construction."""

    __slots__ = ("__weakref__", "column", "file", "path", "row", "sheet")


@frozen(init=False)
class Origin(_MutableOrigin):
    """Location in a file that a value came from.

    Attributes:
        file: Name of the file, relative to the opened file or folder.
        sheet: Name of the sheet, for workbooks.
        row: Row, counted from 1 as spreadsheets and editors do.
        column: Column, counted from 1.
        path: Path inside a tree-shaped file, such as `$.indicators[3].score`.

    Raises:
        ValueError: A row or column is less than 1.

    Example:
        >>> print(Origin("visits.xlsx", sheet="Barbados", row=17, column=4))
        visits.xlsx!Barbados:D17
        >>> print(Origin("returns/bb_police.csv", row=88))
        returns/bb_police.csv:88
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    path: str | None = None

    # Every answer has an origin, so millions are made: `as_open` halves what the constructor of a frozen attrs class
    # costs.
    def __init__(
        self,
        file: str,
        sheet: str | None = None,
        row: int | None = None,
        column: int | None = None,
        path: str | None = None,
    ) -> None:
        if (row is not None and row < 1) or (column is not None and column < 1):
            raise ValueError(f"Origin counts from 1, as spreadsheets do: row {row!r}, column {column!r}")
        origin: Any = self
        kind = origin.__class__
        as_open(origin, _MutableOrigin)
        origin.file = file
        origin.sheet = sheet
        origin.row = row
        origin.column = column
        origin.path = path
        origin.__class__ = kind

    __repr__ = repr_set_fields

    def __str__(self) -> str:
        place = f"{self.file}!{self.sheet}" if self.sheet else self.file
        if self.path and self.column:  # a record of a tree: its path is the place, and no sheet has such a cell
            return f"{place} {self.path}"
        letters = column_letters(self.column) if self.column else ""
        cell = f"{letters}{self.row or ''}"
        place = f"{place}:{cell}" if cell else place
        return f"{place} {self.path}" if self.path else place
