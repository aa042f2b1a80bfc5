"""Workbook layout shared by instrument writer and reader.

It has marks, columns, rows and the stored questionnaire.
"""

from collections.abc import Iterator

from attrs import frozen
from capbuild_sheets.sheets import Workbook

from capbuild.errors import CapbuildError, ReadError
from capbuild.model import Choice, Question, Questionnaire, QuestionType
from capbuild.origin import Origin
from capbuild_workbooks.writing import Book

#: Hidden sheets: the questionnaire, and the lists of drop-downs.
FORM_SHEET = "capbuild-form"

LISTS_SHEET = "capbuild-lists"

#: Prefix of column names in a hidden row above the header.
MARK = "cb:"

#: Prefix of column marks in a response sheet; a JSON list follows.
RESPONSE_MARK = "cbr:"

#: Lines above the table, by meaning.
META = ("country", "respondent", "date")

#: Columns to fill in, by instrument.
SURVEY = ("answer", "note", "evidence_title", "evidence_link")

VISIT = (
    "answer", "basis", "confidence", "as_of", "sample", "route", "reason", "note", "evidence_kind", "evidence_title",
    "evidence_link",
)  # fmt: skip

#: Question types without an answer.
_SILENT = (QuestionType.NOTE, QuestionType.CALCULATED)

_SEVERAL = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


@frozen
class Asked:
    """Row of a question or a choice.

    Attributes:
        code: Text of the code column.
        question: The question.
        choice: The choice, for a multi-select question.
        answered: Whether it takes an answer.
    """

    code: str
    question: Question
    choice: Choice | None = None
    answered: bool = True


def asked_rows(form: Questionnaire) -> Iterator[Asked]:
    """Yield the rows of a questionnaire.

    A question has one row; a multi-select question has one more per choice.
    """
    taken = {question.id for question in form.questions}
    for question in form.questions:
        several = question.type in _SEVERAL and bool(question.choices)
        yield Asked(question.id, question, answered=not several and question.type not in _SILENT)
        if several:
            for choice in question.choices:
                code = f"{question.id} [{choice.code}]"
                while code in taken:
                    code += "'"
                taken.add(code)
                yield Asked(code, question, choice)


def instrument_columns(visit: bool) -> tuple[str, ...]:
    """Return the columns of an instrument in order."""
    shown = ("code", "text", "check", "hint") if visit else ("code", "text", "hint")
    return (*shown, *(VISIT if visit else SURVEY))


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
    """Return the questionnaire stored in a workbook, or None.

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
