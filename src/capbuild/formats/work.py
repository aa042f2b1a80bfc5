"""The work at one table of records: its parts together, and what is done with a row."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from attrs import define, field

from capbuild.formats.account import Account
from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.columns import Column
from capbuild.formats.days import read_day
from capbuild.formats.folding import shorten
from capbuild.formats.grid import Grid
from capbuild.formats.headers import Role
from capbuild.formats.layout import Layout
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.model import Answer, Missing, Respondent, Response, Severity

__all__ = ["CORRECT_CELL", "WRITE_DAY", "Owner", "Sent", "TableWork", "describe_no_date", "parse_sent"]


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


class Sent(NamedTuple):
    """When a response was sent, as far as a cell tells.

    Attributes:
        date: The day.
        moment: The moment, where the cell names its time zone.
        rest: The text, where it says more than that (a time without zone) or is no certain date.
    """

    date: datetime.date | None = None
    moment: datetime.datetime | None = None
    rest: str | None = None

    @property
    def problem(self) -> str:
        """What hinders the cell from telling the day; empty where it does, or is blank."""
        return "" if self.rest is None or self.date is not None else describe_no_date(self.rest)


def describe_no_date(text: str) -> str:
    """Return what hinders a text in a date column from telling the day."""
    return f"{shorten(text, 40)!r} tells no certain day"


def parse_sent(column: Column, cell: Cell) -> Sent:
    """Return when a response was sent, by the cell of its date column."""
    value = column.read(cell)[0]
    if isinstance(value, datetime.datetime):
        return Sent(value.date(), value)
    if isinstance(value, datetime.date):
        return Sent(value)
    text = cell_text(cell)
    if not text or isinstance(value, Missing):
        return Sent()
    return Sent(read_day(text, column.read.order), None, text)


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
