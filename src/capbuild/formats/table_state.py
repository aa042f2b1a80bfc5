"""State of one table of records while reading.

The state has the keys of rows, repeated submissions, and counts.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from attrs import define, field

from capbuild.formats.grid import Grid
from capbuild.formats.layout import Layout
from capbuild.formats.log import IssueLog
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.values.cells import FLAGS, KEPT_IN_RAW, Cell
from capbuild.formats.values.response_dates import Sent
from capbuild.formats.vocabulary import LANGUAGES, Role, fold_header, fold_word, header_words, shorten
from capbuild.model import (
    AnswerValue,
    Citation,
    ColumnUsed,
    Missing,
    Respondent,
    Response,
    Severity,
    SheetReconciliation,
)


@define
class Account:
    """Counts of rows and cells while a table is read.

    Attributes:
        rows_in: Rows of the table except the header.
        rows_out: Rows that became responses or parts of them.
        rows_left_out: Other rows, by reason.
        answers: Cells that became values.
        absent: Cells that became a kind of missing value.
        left_out: Cells that were dropped, by reason.

    Example:
        >>> account = Account(rows_out=1)
        >>> account.count("yes")
        >>> account.count(Missing.REFUSED, cells=2)
        >>> account.reconciliation().cells
        3
    """

    rows_in: int = 0
    rows_out: int = 0
    rows_left_out: Counter[str] = field(factory=Counter)
    answers: int = 0
    absent: Counter[Missing] = field(factory=Counter)
    left_out: Counter[str] = field(factory=Counter)

    def count(self, value: AnswerValue, cells: int = 1) -> None:
        """Count the cells of an answer.

        Args:
            value: The value, or a kind of missing.
            cells: Number of its cells.
        """
        if isinstance(value, Missing):
            self.absent[value] += cells
        else:
            self.answers += cells

    def reconciliation(self, sheet: str | None = None, columns: Iterable[ColumnUsed] = ()) -> SheetReconciliation:
        """Return the reconciliation of the table.

        Args:
            sheet: Its name.
            columns: Its columns, with their use.
        """
        rows_left_out, left_out = +self.rows_left_out, +self.left_out
        return SheetReconciliation(
            sheet=sheet or "",
            rows_in=self.rows_in or self.rows_out + rows_left_out.total(),
            rows_out=self.rows_out,
            rows_left_out=dict(rows_left_out),
            columns=tuple(columns),
            cells=self.answers + self.absent.total() + left_out.total(),
            answers=self.answers,
            absent={kind.value: count for kind, count in (+self.absent).items()},
            left_out=dict(left_out),
        )


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
CORRECT_CELL = "correct the cell, or define it in the options answers or missing"

WRITE_DAY = "write the day as 2026-05-31"


def describe_problem(problem: str, question: str, cells: str = "") -> tuple[Severity, str]:
    """Return severity and message of a problem with a cell.

    A problem that only says what `raw` keeps is a note, any other a warning.

    Args:
        problem: The problem.
        question: Id of the question.
        cells: Number of cells, in words; empty for one.

    Example:
        >>> describe_problem("'few' is not a number as this column writes them", "Staff")[1]
        "'few' is not a number as this column writes them (Staff); the text is kept"
    """
    message = f"{problem} ({shorten(question, 40)})" + (f", in {cells}" if cells else "")
    noted = problem.endswith(KEPT_IN_RAW)
    return (Severity.NOTE, message) if noted else (Severity.WARNING, f"{message}; the text is kept")


def note_cell(log: IssueLog, problem: str, question: str, row: int, column: int, *, remedy: str = CORRECT_CELL) -> None:
    """Report a cell that cannot be parsed.

    Of the cells of a question with a databank's flag, only the first is reported.
    """
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
        """Return a row's country and respondent; report a missing country."""
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
        """Report a cell that cannot be parsed, as `note_cell` does."""
        note_cell(self.log, problem, question, row, column, remedy=remedy)

    def response(self, row: int, owner: Owner, sent: Sent, language: str | None) -> Response:
        """Return a response without its answers."""
        sheet = self.grid.sheet
        return Response(
            id=str(row) if sheet is None else f"{sheet.strip()}:{row}",
            place=owner.place or None,
            respondent=Respondent(pseudonym=owner.respondent or owner.name or f"row {row}"),
            language=language or self.options.language,
            date=sent.date,
            submitted=sent.moment,
            origin=self.grid.origin(row),
        )


#: Number of keys stored to detect repeated submissions; bounds memory in files of millions of rows.
_REMEMBERED = 200_000

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@cache
def _languages() -> Mapping[str, str]:
    return {name: tag for tag in LANGUAGES for name in header_words("language_name", language=tag)}


def cite(text: str) -> Citation:
    """Return the citation in a cell."""
    return Citation(text, text if text.startswith(("http://", "https://")) else "")


def language_tag(text: str) -> str | None:
    """Return the BCP 47 tag of a language.

    The text is a tag or the name of a language. Other texts are returned unchanged, an empty one as None.

    Example:
        >>> language_tag("Español"), language_tag("fr_CA"), language_tag("")
        ('es', 'fr-CA', None)
    """
    if not text:
        return None
    known = _languages().get(fold_header(text))
    if known is not None:
        return known
    return text.replace("_", "-") if _TAG.fullmatch(text) else text


@define
class RepeatedSubmissions:
    """Detector of repeated submissions by one respondent; both are kept.

    Attributes:
        layout: Layout of the table, with the key columns.
        log: Log of issues.
    """

    layout: Layout
    log: IssueLog
    _first: dict[int, int] = field(factory=dict, init=False)

    def _key(self, place: str, respondent: str, name: str) -> Hashable | None:
        if Role.RESPONDENT in self.layout.keys:
            return (fold_word(place), fold_word(respondent)) if respondent else None
        if Role.ID in self.layout.keys:
            return name or None
        return fold_word(place) if self.layout.shape is Shape.COUNTRY and place else None

    def check(self, row: int, place: str, respondent: str, name: str) -> bool:
        """Report a repeated submission; return True for the first."""
        key = self._key(place, respondent, name)
        if key is None:
            return True
        first = self._first.get(hash(key))
        if first is None:
            if len(self._first) < _REMEMBERED:
                self._first[hash(key)] = row
                if len(self._first) == _REMEMBERED:
                    self._full(row)
            return True
        who = respondent or name or place
        message = f"{who!r} answered before, in row {first}" + (f" ({place})" if place and place != who else "")
        remedy = "both are kept; take the one out that does not count"
        self.log.add("CB204", Severity.WARNING, message, row=row, remedy=remedy)
        return False

    def _full(self, row: int) -> None:
        message = f"second returns are looked for among the first {_REMEMBERED:,} respondents only"
        self.log.add("CB204", Severity.NOTE, message, row=row, subject="respondents not compared")
