"""Questionnaire stored in a hidden sheet, for reading the workbook back."""

from capbuild.errors import CapbuildError, ReadError
from capbuild.model import Questionnaire
from capbuild.origin import Origin
from capbuild_sheets.instruments.layout import FORM_SHEET
from capbuild_sheets.sheets import Workbook
from capbuild_sheets.writing import Book

#: Characters of the questionnaire per cell.
_CHUNK = 30_000


def write_stored_form(book: Book, form: Questionnaire) -> None:
    """Write the questionnaire to a hidden sheet of a workbook."""
    from capbuild.documents import dumps

    page = book.page(FORM_SHEET)
    text = dumps(form)
    for row, start in enumerate(range(0, len(text), _CHUNK)):
        # Delimited, since spaces at the ends of a cell may be lost.
        page.sheet.write_string(page.row + row, 0, f"|{text[start : start + _CHUNK]}|")
    page.sheet.very_hidden()


def read_stored_form(file: str, book: Workbook) -> Questionnaire | None:
    """Return the questionnaire stored in a workbook; None if there is none.

    Raises:
        ReadError: CB012, it cannot be read.
    """
    from capbuild.documents import loads

    if all(sheet.name != FORM_SHEET for sheet in book.sheets):
        return None
    parts = [
        row[0][1:-1]
        for row in book[FORM_SHEET].rows
        if row and isinstance(row[0], str) and len(row[0]) > 1 and row[0][0] == row[0][-1] == "|"
    ]
    try:
        form = loads("".join(parts), name=f"{file}!{FORM_SHEET}")
    except CapbuildError as error:
        raise _damaged(file, error.message) from error
    if not isinstance(form, Questionnaire):
        raise _damaged(file, f"it is a {type(form).__name__}")
    return form


def _damaged(file: str, why: str) -> ReadError:
    return ReadError(
        f"the form that {file} carries cannot be read: {why}",
        code="CB012",
        origin=Origin(file, FORM_SHEET),
        remedy='read it as a plain workbook: format="sheets"',
    )
