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
from capbuild.formats.values.cells import FLAGS, Cell
from capbuild.formats.values.response_dates import Sent
from capbuild.model import Answer, Respondent, Response, Severity

__all__ = ["CORRECT_CELL", "WRITE_DAY", "Owner", "TableWork", "note_cell"]


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


def note_cell(log: IssueLog, problem: str, question: str, row: int, column: int, *, remedy: str = CORRECT_CELL) -> None:
    """Report a cell that cannot be parsed, or the first of its question with a flag of a databank."""
    flags, what = problem == FLAGS, f"{problem} ({shorten(question, 40)})"
    log.add(
        "CB201",
        Severity.NOTE if flags else Severity.WARNING,
        what if flags else f"{what}; the text is kept",
        row=row,
        column=column,
        remedy="" if flags else remedy,
        subject=f"flags of {question}" if flags else question,
        once=flags,
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
