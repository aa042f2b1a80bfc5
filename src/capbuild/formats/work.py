"""The work at one table of records: its parts together, and what is done with a row."""

from collections.abc import Sequence
from typing import NamedTuple

from attrs import define, field

from capbuild.formats.account import Account
from capbuild.formats.cells import Cell
from capbuild.formats.folding import shorten
from capbuild.formats.grid import Grid
from capbuild.formats.headers import Role
from capbuild.formats.layout import Layout
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.formats.response_dates import Sent
from capbuild.model import Answer, Respondent, Response, Severity

__all__ = ["CORRECT_CELL", "WRITE_DAY", "Owner", "TableWork"]


class Owner(NamedTuple):
    """Whose a row is, as it says.

    Attributes:
        place: The country as written; empty where the row names none.
        respondent: The respondent as written.
        name: The name of the response.
    """

    place: str
    respondent: str
    name: str


#: What to do about a cell that is not understood, and about one that tells no day.
CORRECT_CELL = "correct the cell, or say what it means in answers or missing"
WRITE_DAY = "write the day as 2026-05-31"


@define
class TableWork:
    """What is at hand while one table is read.

    Attributes:
        grid: The table, for origins.
        layout: Which column is what.
        options: Options in force.
        account: Takes the counts.
        log: Takes the issues.
    """

    grid: Grid
    layout: Layout
    options: TableOptions
    account: Account
    log: IssueLog
    _named: bool = field(default=False, init=False)

    def owner(self, number: int, cells: Sequence[Cell]) -> Owner:
        """Return whose a row is; a row that names no country is noted."""
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
        """Note a cell that is not understood."""
        self.log.add(
            "CB201",
            Severity.WARNING,
            f"{problem} ({shorten(question, 40)}); the text is kept",
            row=row,
            column=column,
            remedy=remedy,
            subject=question,
        )

    def response(self, row: int, owner: Owner, answers: Sequence[Answer], sent: Sent, language: str | None) -> Response:
        """Return a response whose first row is given."""
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
