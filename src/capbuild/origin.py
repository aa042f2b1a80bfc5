"""Where a value was read from: file, sheet, row, column."""

from attrs import frozen

from capbuild.slots import slot_setters

__all__ = ["Origin", "column_letters"]


def column_letters(number: int) -> str:
    """Return the spreadsheet letters of a column, counted from 1.

    Example:
        >>> column_letters(1), column_letters(27), column_letters(16384)
        ('A', 'AA', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@frozen(init=False)
class Origin:
    """The place in a file that a value came from.

    Attributes:
        file: Name of the file, relative to what was opened.
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

    # Every answer has an origin, so millions are made: filling the slots directly costs two thirds of what the
    # constructor of a frozen attrs class does, which looks each of them up by name.
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
        _set_file(self, file)
        _set_sheet(self, sheet)
        _set_row(self, row)
        _set_column(self, column)
        _set_path(self, path)

    def __str__(self) -> str:
        place = f"{self.file}!{self.sheet}" if self.sheet else self.file
        if self.path:
            return f"{place} {self.path}"
        letters = column_letters(self.column) if self.column else ""
        cell = f"{letters}{self.row or ''}"
        return f"{place}:{cell}" if cell else place


_set_file, _set_sheet, _set_row, _set_column, _set_path = slot_setters(Origin)
