"""Read errors shared by several workbook formats."""

from capbuild.errors import ReadError
from capbuild.origin import Origin, column_letters
from capbuild.plugins import InputFile


def protected(source: InputFile) -> ReadError:
    """Return the error for a password-protected workbook."""
    return ReadError(
        "it is protected by a password",
        code="SHEET2",
        origin=Origin(source.name),
        remedy="open it, take the password off, save it, and read that copy",
    )


def duplicate_cell_error(file: str, row: int, column: int) -> ReadError:
    """Return the error for two cells with one reference.

    One of them would be lost.
    """
    place = f"{column_letters(column)}{row}"
    return ReadError(
        f"it has two cells at {place}, with different content",
        code="SHEET1",
        origin=Origin(file, row=row, column=column),
        remedy="open it in a spreadsheet program, which repairs it, compare the row, and save it again",
    )
