"""Reader of completed instruments and response workbooks.

It relies on the stored questionnaire.
"""

import datetime
from collections.abc import Iterator

from attrs import define, field
from capbuild_sheets.sheets import Row, Sheet
from capbuild_sheets.workbook import open_workbook, peek_workbook

from capbuild.formats import Cell, cell_text, fold_header, read_day
from capbuild.model import (
    Issue,
    Questionnaire,
    Respondent,
    Response,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, NoOptions, ReadItem
from capbuild_workbooks.instruments.answers import AnswerSheet
from capbuild_workbooks.instruments.layout import FORM_SHEET, MARK, META, read_stored_form
from capbuild_workbooks.instruments.rules import all_words
from capbuild_workbooks.instruments.table_reading import ResponseSheet, response_marks

_UNFILLED = "nothing is filled in"
_ASIDE = "it contains no questions"


def sniff_instrument(source: InputFile) -> Claim | None:
    """Claim a workbook with stored questionnaire or response marks."""
    book = peek_workbook(source)
    if book is None:
        return None
    if any(sheet.name == FORM_SHEET for sheet in book.sheets):
        return Claim(Confidence.SIGNATURE, f"a workbook that carries its form in the sheet {FORM_SHEET!r}")
    if any(response_marks(sheet) is not None for sheet in book.sheets):
        return Claim(Confidence.SIGNATURE, "a workbook of responses whose columns are marked")
    return None


def read_instrument(source: InputFile, _options: NoOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses and reconciliations of a workbook.

    Each completed tab is a response. Each sheet has a reconciliation.

    Raises:
        ReadError: The stored questionnaire cannot be read.
    """
    book = open_workbook(source)
    yield from book.issues
    form = read_stored_form(source.name, book)
    if form is not None:
        yield form
    filled = 0
    for sheet in book.sheets:
        items = list(_sheet(source.name, sheet, form))
        filled += any(isinstance(item, Response) for item in items)
        yield from items
    if not filled:
        yield Issue.note("SHEET7", "no tab is filled in, so there is the form and no response", Origin(source.name))


def _sheet(file: str, sheet: Sheet, form: Questionnaire | None) -> Iterator[ReadItem]:
    """Yield the items of one sheet.

    A sheet has one response per row, or a single response with a row per question.
    """
    rows, marks = response_marks(sheet), _mark_row(sheet)
    if rows is not None:
        yield from ResponseSheet(file, sheet, form, rows).read()
    elif marks is None or form is None or sheet.name == FORM_SHEET:
        yield SheetReconciliation(sheet=sheet.name, skipped=_ASIDE)
    else:
        tab = _Tab(file, sheet, form, marks)
        items = list(tab.read())
        yield from items if tab.filled else [SheetReconciliation(sheet=sheet.name, skipped=_UNFILLED)]


def _mark_row(sheet: Sheet) -> int | None:
    """Return the row of marks above the header, from 0.

    The result is None on a sheet without questions.
    """
    for number, row in enumerate(sheet.rows[:200]):
        marks = [cell for cell in row if isinstance(cell, str) and cell.startswith(MARK)]
        if len(marks) > 1:
            return number
    return None


@define(eq=False)
class _Tab:
    """One tab of an instrument."""

    file: str
    sheet: Sheet
    form: Questionnaire
    marks: int
    filled: bool = field(default=False, init=False)

    def read(self) -> Iterator[ReadItem]:
        """Yield the tab's issues, response and reconciliation."""
        language, columns = self._columns()
        answers = AnswerSheet(self.file, self.sheet, self.form, columns, self.marks + 2, language)
        answers.read()
        self.filled = answers.filled
        yield from answers.issues
        meta = self._meta()
        who = cell_text(meta["respondent"]) if "respondent" in meta else ""
        written = meta.get("date")
        date = read_day(written) if isinstance(written, str) else _as_day(written)
        if written is not None and date is None:
            message = f"{cell_text(written)!r} is not a date, or is ambiguous: the form has no day"
            origin = Origin(self.file, self.sheet.name)
            yield Issue.warning("CB201", message, origin, "write the day as 2016-03-31")
        yield Response(
            id=self.sheet.name.strip() or "1",  # Respondents may rename the tab.
            place=cell_text(meta["country"]) if "country" in meta else None,
            respondent=Respondent(pseudonym=who, language=language) if who else None,
            questionnaire=self.form.id,
            version=self.form.version,
            language=language or None,
            date=date,
            answers=answers.answers,
            origin=Origin(self.file, self.sheet.name),
        )
        yield answers.reconciliation()

    def _columns(self) -> tuple[str, dict[int, str]]:
        """Return the language of the tab, and the column names.

        A column without a mark is named by its header.
        """
        marks = self.sheet.rows[self.marks]
        headers = self.sheet.rows[self.marks + 1] if self.marks + 1 < len(self.sheet.rows) else ()
        language, columns = "", {}
        for place in range(max(len(marks), self.sheet.width)):
            mark = marks[place] if place < len(marks) else None
            if isinstance(mark, str) and mark.startswith(MARK):
                name, _, tag = mark.removeprefix(MARK).partition(" ")
                language = tag or language
                columns[place] = name
            else:
                head = cell_text(headers[place]) if place < len(headers) else ""
                columns[place] = f"+{head}" if head else f"+{place + 1}"
        return language, columns

    def _meta(self) -> dict[str, Cell]:
        """Return the lines above the table, by meaning."""
        words = {fold_header(word): name for name in META for word in all_words(f"meta.{name}")}
        words |= {fold_header(word): "respondent" for word in all_words("meta.visit")}
        values: dict[str, Cell] = {}
        for row in self.sheet.rows[: self.marks]:
            label, value = _pair(row)
            name = words.get(fold_header(label))
            if name is not None and value is not None and value != "":
                values.setdefault(name, value)
        return values


def _pair(row: Row) -> tuple[str, Cell]:
    """Return a row's first text and its value."""
    filled = [cell for cell in row if cell is not None and cell != ""]
    if not filled or not isinstance(filled[0], str):
        return "", None
    return filled[0], filled[1] if len(filled) > 1 else None


def _as_day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None
