"""Counts of a workbook or form-product export."""

import datetime
from collections import Counter
from typing import Any

from capbuild.formats import ErrorCell, text_facts
from capbuild.model import Questionnaire, QuestionType, Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadItem
from capbuild_sheets.forms.questionnaire import ADDED_GROUP
from capbuild_sheets.sheets import IS_ERROR, Sheet, Workbook
from capbuild_sheets.workbook import open_workbook, peek_workbook


def workbook_facts(source: InputFile) -> dict[str, Any]:
    """Return a workbook's date epoch and sheet counts.

    Args:
        source: The file.
    """
    return _of_book(open_workbook(source))


def _of_book(book: Workbook) -> dict[str, Any]:
    return {
        "kind": book.kind,
        "epoch": "1904-01-01" if book.date_1904 else "1899-12-30",
        "datemode": int(book.date_1904),
        "sheets": {sheet.name: _of_sheet(sheet) for sheet in book.sheets},
    }


def _of_sheet(sheet: Sheet) -> dict[str, Any]:
    places = list(sheet.cells())
    cells = [cell for _, _, cell in places]
    return {
        "state": "hidden" if sheet.hidden else "visible",
        "nonempty": len(cells),
        "first_cell": f"R{places[0][0]}C{min(column for _, column, _ in places)}" if places else None,
        "last_row": len(sheet.rows),
        "last_col": sheet.width,
        "rows": len(sheet.rows),
        "cols": sheet.width,
        "merged": len(sheet.merged),
        "dates": sum(isinstance(cell, datetime.date) for cell in cells),
        "formulas": sheet.formulas,
        "errors": sum(isinstance(cell, ErrorCell) and cell.why == IS_ERROR for cell in cells),
    }


def form_facts(source: InputFile, items: list[ReadItem]) -> dict[str, Any]:
    """Return the file, question and column counts of an export.

    Args:
        source: The file.
        items: Items read from it.
    """
    book = peek_workbook(source)
    facts = text_facts(source) if book is None else workbook_facts(source)
    forms = [item for item in items if isinstance(item, Questionnaire)]
    accounts = [item for item in items if isinstance(item, SheetReconciliation) and not item.skipped]
    rows = [item.origin.row for item in items if isinstance(item, Response) and item.origin and item.origin.row]
    if not forms or not accounts or not rows:
        return facts
    return facts | _of_questions(forms[0]) | _of_columns(accounts[0], min(rows))


def _of_questions(form: Questionnaire) -> dict[str, Any]:
    asked = [question for question in form.questions if question.group != ADDED_GROUP]
    rows = Counter(question.parent for question in asked if question.parent)
    matrices = [question for question in asked if question.type is QuestionType.NOTE]
    several = {question.id: question for question in asked if question.type is QuestionType.SELECT_MULTIPLE}
    return {
        "questions": sum(question.parent is None for question in asked),
        "meta_columns": len(form.questions) - len(asked),
        "select_multiple": len(several),
        "options_of_select_multiple": sum(len(question.choices) for question in several.values()),
        "other_column": any(question.parent in several for question in asked),
        "matrix_questions": len(matrices),
        "matrix_rows": sum(rows[question.id] for question in matrices),
    }


def _of_columns(account: SheetReconciliation, first: int) -> dict[str, Any]:
    """Return the counts of a table.

    `first` is the row of the first response.
    """
    return {
        "columns": len(account.columns),
        "question_heads": len(account.columns),
        "header_rows": first - 1,
        "rows_incl_header": account.rows_in + first - 1,
    }
