"""State and row handling of one table of records."""

from collections.abc import Sequence
from typing import NamedTuple

from attrs import define, field

from capbuild.formats.grid import Grid
from capbuild.formats.headers import Role
from capbuild.formats.layout import Layout
from capbuild.formats.log import IssueLog
from capbuild.formats.normalisation import shorten
from capbuild.formats.options import TableOptions
from capbuild.formats.reconciliation_counts import Account
from capbuild.formats.values.cells import FLAGS, KEPT_IN_RAW, Cell
from capbuild.formats.values.response_dates import Sent
from capbuild.model import Answer, Respondent, Response, Severity


class Owner(NamedTuple):
    """Country and respondent of a row, as written.

    Attributes:
        place: The country; empty if the row has none.
        respondent: The respondent.
        name: The name of the response.
    """

    place: str
    respondent: str
    name: str


#: Remedies for a cell that cannot be parsed, and for one without a clear date.
CORRECT_CELL = "correct the cell, or say what it means in answers or missing"
WRITE_DAY = "write the day as 2026-05-31"


def describe_problem(problem: str, question: str, cells: str = "") -> tuple[Severity, str]:
    """Return severity and message of a problem of cells: a note if the number is plain, else a warning.

    Args:
        problem: The problem.
        question: Id of the question.
        cells: Number of cells, in words; empty for one.
    """
    message = f"{problem} ({shorten(question, 40)})" + (f", in {cells}" if cells else "")
    noted = problem.endswith(KEPT_IN_RAW)
    return (Severity.NOTE, message) if noted else (Severity.WARNING, f"{message}; the text is kept")


def note_cell(log: IssueLog, problem: str, question: str, row: int, column: int, *, remedy: str = CORRECT_CELL) -> None:
    """Report a cell that cannot be parsed, or the first of its question with a flag of a databank."""
    severity, message = describe_problem(problem, question)
    log.add(
        "CB201",
        severity,
        message,
        row=row,
        column=column,
        remedy="" if severity is Severity.NOTE else remedy,
        subject=f"flags of {question}" if problem == FLAGS else question,
        once=problem == FLAGS,
    )


@define
class TableWork:
    """State for reading one table.

    Attributes:
        grid: The table, for origins.
        layout: Layout of the columns.
        options: Options in force.
        account: Counts for the reconciliation.
        log: Log of issues.
    """

    grid: Grid
    layout: Layout
    options: TableOptions
    account: Account
    log: IssueLog
    _named: bool = field(default=False, init=False)

    def owner(self, number: int, cells: Sequence[Cell]) -> Owner:
        """Return the country and respondent of a row; report a row without a country."""
        layout = self.layout
        place = layout.text(Role.COUNTRY, cells) or self.options.country or ""
        if not place and Role.COUNTRY in layout.keys:
            remedy = "fill in the country, or take the row out"
            if self._named:
                remedy += "; fill_country = true gives such rows that of the row above, where each is named once"
            self.log.add("CB206", Severity.WARNING, "the row names no country", row=number, remedy=remedy)
        self._named = self._named or bool(place)
        return Owner(place, layout.text(Role.RESPONDENT, cells), layout.text(Role.ID, cells))

    def note_cell(self, problem: str, question: str, row: int, column: int, remedy: str = CORRECT_CELL) -> None:
        """Report a cell that cannot be parsed, or the first with a flag of a databank."""
        note_cell(self.log, problem, question, row, column, remedy=remedy)

    def response(self, row: int, owner: Owner, answers: Sequence[Answer], sent: Sent, language: str | None) -> Response:
        """Return a response with its first row number."""
        sheet = self.grid.sheet
        return Response(
            id=str(row) if sheet is None else f"{sheet.strip()}:{row}",
            place=owner.place or None,
            respondent=Respondent(pseudonym=owner.respondent or owner.name or f"row {row}"),
            language=language or self.options.language,
            date=sent.date,
            submitted=sent.moment,
            answers=answers,
            origin=self.grid.origin(row),
        )
