"""Reads a sheet that is one filled-in form as one response."""

import datetime
from collections.abc import Iterator

from attrs import evolve

from capbuild.formats import TableOptions, read_table
from capbuild.formats.days import DayOrder
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.units import Quantity
from capbuild.model import QuestionGroup, Questionnaire, QuestionType, Response, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import ReadItem, ReadLimits
from capbuild_sheets.grids import to_cell
from capbuild_sheets.longsheet import day_of, is_date_label
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.pairs import FormLines, lines_of
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sheets import Cell, Sheet

__all__ = ["read_filled"]

_NOTE = "note below the table"


def read_filled(
    file: str,
    sheet: Sheet,
    plan: SheetPlan,
    *,
    options: TableOptions,
    limits: ReadLimits,
    order: DayOrder | None = None,
) -> Iterator[ReadItem]:
    """Yield the response that a form is.

    Args:
        file: Name of the file.
        sheet: The sheet.
        plan: How it is laid out.
        options: Options in force.
        limits: Limits in force.
        order: Which number of a date is the day elsewhere in the workbook.
    """
    end = plan.last_row or len(sheet.rows)
    form = lines_of(sheet, sheet.rows[plan.first_row - 1 : end], plan.first_row)
    if form is None or not form.lines:
        yield SheetReconciliation(
            sheet=sheet.name, skipped="it is no form with labels in one column, values in the next"
        )
        return
    lines = form.lines
    table: list[GridRow] = [(1, [line.name for line in lines]), (2, [to_cell(line.value) for line in lines])]
    used = evolve(options, header_row=1, shape="respondent", country=options.country or plan.country)
    below = len(sheet.rows) - end

    def place(origin: Origin) -> Origin:
        line = lines[origin.column - 1] if origin.column else lines[0]
        return evolve(origin, row=line.row, column=line.column if origin.column else None)

    for item in read_table(Grid(file, table, sheet.name, semicolons=True, order=order), used, limits):
        if isinstance(item, SheetReconciliation):
            yield _counted(item, form, 0 if plan.shared else below)
        elif isinstance(item, Questionnaire):
            yield _grouped(item, form)
        else:
            found = relocated(item, place, lambda _origin: sheet.name.strip())
            yield _dated(_remarked(found, form), sheet.name) if isinstance(found, Response) else found


def _remarked(response: Response, form: FormLines) -> Response:
    """Return the response with what was written behind the values as comments."""
    remarks = {(line.row, line.column): line.comment for line in form.lines if line.comment}
    if not remarks:
        return response
    places = [(a.origin.row, a.origin.column) if a.origin else (0, 0) for a in response.answers]
    answers = [evolve(a, comment=remarks.get(at, a.comment)) for a, at in zip(response.answers, places, strict=True)]  # type: ignore[arg-type]
    return evolve(response, answers=answers)


def _dated(response: Response, name: str) -> Response:
    """Return the response with the day that a line gives, and the sheet's name where no respondent is named."""
    days = (day_of(answer) for answer in response.answers if is_date_label(answer.question))
    date = response.date or next((day for day in days if day is not None), None)
    who = response.respondent
    if who is not None and who.pseudonym == "row 2":
        who = evolve(who, pseudonym=name)
    return evolve(response, date=date, respondent=who)


def _type(cell: Cell) -> QuestionType:
    if isinstance(cell, bool):
        return QuestionType.TEXT
    if isinstance(cell, Quantity):
        cell = int(cell.counted) if cell.counted.is_integer() else cell.counted
    kinds = ((int, QuestionType.INTEGER), (float, QuestionType.DECIMAL), (datetime.date, QuestionType.DATE))
    return next((kind for known, kind in kinds if isinstance(cell, known)), QuestionType.TEXT)


def _grouped(form: Questionnaire, found: FormLines) -> Questionnaire:
    """Return the questionnaire with the form's headings as groups, and each question's kind by its only value."""
    about = {line.name: line for line in found.lines}
    areas = dict.fromkeys(line.area for line in found.lines if line.area)
    questions = [
        q
        if (line := about.get(q.id)) is None
        else evolve(q, text=line.text, group=line.area or None, type=_type(line.value))
        for q in form.questions
    ]
    return evolve(form, groups=[QuestionGroup(id=area, title=area) for area in areas], questions=questions)


def _counted(account: SheetReconciliation, form: FormLines, below: int) -> SheetReconciliation:
    """Return the account in which each line is a row of the sheet."""
    left = dict(form.left_out)
    if below:
        left[_NOTE] = left.get(_NOTE, 0) + below
    columns = [
        evolve(column, column=form.lines[column.column - 1].row, reason=column.reason or "a row of the sheet")
        for column in account.columns
    ]
    rows = len(form.lines)
    return evolve(account, rows_in=rows + sum(left.values()), rows_out=rows, rows_left_out=left, columns=columns)
