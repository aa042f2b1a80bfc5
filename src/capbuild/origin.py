"""Where a value was read from: file, sheet, row, column."""

from attrs import field, frozen

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


def _from_one(instance: object, attribute: object, value: int | None) -> None:
    if value is not None and value < 1:
        raise ValueError(f"Origin.{getattr(attribute, 'name', '')} counts from 1, not {value!r}")


@frozen
class Origin:
    """The place in a file that a value came from.

    Attributes:
        file: Name of the file, relative to what was opened.
        sheet: Name of the sheet, for workbooks.
        row: Row, counted from 1 as spreadsheets and editors do.
        column: Column, counted from 1.
        path: Path inside a tree-shaped file, such as `$.indicators[3].score`.

    Example:
        >>> print(Origin("visits.xlsx", sheet="Barbados", row=17, column=4))
        visits.xlsx!Barbados:D17
        >>> print(Origin("returns/bb_police.csv", row=88))
        returns/bb_police.csv:88
    """

    file: str
    sheet: str | None = None
    row: int | None = field(default=None, validator=_from_one)
    column: int | None = field(default=None, validator=_from_one)
    path: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}!{self.sheet}" if self.sheet else self.file
        if self.path:
            return f"{place} {self.path}"
        letters = column_letters(self.column) if self.column else ""
        cell = f"{letters}{self.row or ''}"
        return f"{place}:{cell}" if cell else place
