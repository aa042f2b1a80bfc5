"""Read wide tables: one row per respondent or country, one column per question."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from attrs import define, field

from capbuild.formats.grid import GridRow
from capbuild.formats.headers import Role
from capbuild.formats.row_keys import RepeatedSubmissions, language_tag
from capbuild.formats.table_state import WRITE_DAY, TableWork
from capbuild.formats.values.cells import Cell, CellReader, CellValue, cell_text
from capbuild.formats.values.response_dates import Sent, parse_sent
from capbuild.model import Answer, Issue, Missing, Response
from capbuild.origin import Origin


class _Step(NamedTuple):
    """Column data for the loop over the cells of a row."""

    question: str
    place: int
    column: int
    comment: int
    read: CellReader
    known: dict[Any, CellValue]


@define
class _WideReader:
    """Reader of the rows of one wide table."""

    work: TableWork
    steps: tuple[_Step, ...] = field(init=False)
    seen: RepeatedSubmissions = field(init=False)

    def __attrs_post_init__(self) -> None:
        layout = self.work.layout
        self.seen = RepeatedSubmissions(layout, self.work.log)
        comments = {index: comment.index for index, comment in layout.comments.items()}
        self.steps = tuple(
            _Step(c.question, c.index, c.number, comments.get(c.index, -1), c.read, c.read.known)
            for c in layout.answers
        )

    def answers(self, number: int, cells: Sequence[Cell]) -> list[Answer]:
        """Parse the cells of one row.

        Known texts are looked up inline, because millions of cells pass this loop.
        """
        work = self.work
        file, sheet, absent = work.grid.file, work.grid.sheet, work.account.absent
        made: list[Answer] = []
        gaps = 0
        for question, place, column, comment, read, known in self.steps:
            cell = cells[place]
            found = known.get(cell) if cell.__class__ is str else None
            value, raw, problem = found if found is not None else read(cell)
            if isinstance(value, Missing):
                absent[value] += 1
                gaps += 1
            if problem:
                work.note_cell(problem, question, number, column)
            remark = (cell_text(cells[comment]) or None) if comment >= 0 else None
            made.append(Answer(question, value, raw, remark, origin=Origin(file, sheet, number, column)))
        work.account.answers += len(made) - gaps
        return made

    def _sent(self, number: int, cells: Sequence[Cell], answers: list[Answer]) -> Sent:
        """Return the submission date of a row.

        Text that is not exactly a date is also kept as an answer.
        """
        column = self.work.layout.keys.get(Role.DATE)
        if column is None:
            return Sent()
        sent = parse_sent(column, cells[column.index])
        if sent.rest is not None:
            self.work.account.answers += 1
            origin = self.work.grid.origin(number, column.number)
            answers.append(Answer(column.question, sent.rest, origin=origin))
        if sent.problem:
            self.work.note_cell(sent.problem, column.question, number, column.number, WRITE_DAY)
        return sent

    def response(self, row: GridRow) -> Response:
        """Return the response of one row."""
        (number, cells), work = row, self.work
        owner = work.owner(number, cells)
        self.seen.check(number, *owner)
        answers = self.answers(number, cells)
        sent = self._sent(number, cells, answers)
        language = language_tag(work.layout.text(Role.LANGUAGE, cells))
        return work.response(number, owner, answers, sent, language)


def read_wide(work: TableWork, rows: Iterable[GridRow]) -> Iterator[Response | Issue]:
    """Yield a response for each data row, and issues as they are found."""
    reader = _WideReader(work)
    for row in rows:
        response = reader.response(row)
        yield from work.log.drain()
        yield response
