"""Typed columns and responses of record tables."""

import datetime
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from attrs import define, evolve, field, frozen

from capbuild._garbage import collector_paused
from capbuild.formats.columns import Column, ColumnSample, describe_mixture, infer_columns, name_columns, sample_columns
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.key_columns import assign_date_column, assign_keys
from capbuild.formats.layout import Layout, plan_layout
from capbuild.formats.layouts.ledger import Bucket
from capbuild.formats.layouts.shapes import Records
from capbuild.formats.layouts.table_issues import TableContext
from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.log import IssueLog
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.table_state import WRITE_DAY, RepeatedSubmissions, TableWork, cite, language_tag
from capbuild.formats.values.cells import Cell, CellReader, CellValue, ErrorCell, cell_text
from capbuild.formats.values.response_dates import Sent, parse_sent
from capbuild.formats.values.units import Quantity, different_units, may_have_unit
from capbuild.formats.vocabulary import Role, shorten
from capbuild.model import (
    Answer,
    Choice,
    ColumnUse,
    ColumnUsed,
    Issue,
    Missing,
    Question,
    QuestionType,
    Response,
    Severity,
)
from capbuild.model.response import defer_answers, evolve_response
from capbuild.origin import Origin
from capbuild.plugins.guards import is_answer_value


class AnswerColumn(NamedTuple):
    """Parsed answers to one question.

    Attributes:
        question: Id of the question.
        number: Number of the column in the file.
        values: Parsed cells, by row.
        comments: Cells with comments, by row; empty for none.
        evidence: Cells that cite evidence, by row; empty for none.
    """

    question: str
    number: int
    values: Sequence[CellValue]
    comments: Sequence[Cell]
    evidence: Sequence[Cell]


#: Answers that are made together: the garbage collector walks through all objects less often.
_TOGETHER = 8_192

#: Classes of cells that are parsed once if they recur; equal ones of two classes may have different values.
_RECURRING = frozenset((str, float, int, type(None)))

#: Classes of answers in cells; others come from plugins, which may put anything into a cell.
_KNOWN = _RECURRING | {bool, Quantity, ErrorCell, datetime.date, datetime.datetime, datetime.time, datetime.timedelta}


def parse_column(cells: Sequence[Cell], read: CellReader) -> list[CellValue]:
    """Parse the cells of a column, equal ones once."""
    kinds = set(map(type, cells)) & _RECURRING
    parsed = {kind: {cell: read(cell) for cell in {c for c in cells if c.__class__ is kind}} for kind in kinds}
    return [parsed[kind][cell] if (kind := cell.__class__) in parsed else read(cell) for cell in cells]


@define
class _RecordReader:
    """Reader of the rows of one table.

    Columns are parsed at once, and answers made on first access.
    """

    work: TableWork
    rows: Sequence[GridRow]
    columns: tuple[AnswerColumn, ...] = field(init=False)
    seen: RepeatedSubmissions = field(init=False)
    _problems: dict[int, list[tuple[str, str, int]]] = field(factory=dict, init=False)
    _deferred: bool = field(default=True, init=False)
    _made: dict[int, list[tuple[Answer, ...]]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        layout = self.work.layout
        self.seen = RepeatedSubmissions(layout, self.work.log)
        self.columns = tuple(map(self._column, layout.answers))

    def _cells(self, column: Column | None) -> list[Cell]:
        return [] if column is None else [cells[column.index] for _, cells in self.rows]

    def _column(self, column: Column) -> AnswerColumn:
        """Return a parsed column, and count its cells.

        Problems of cells are kept until their rows are read.
        """
        cells, account, layout = self._cells(column), self.work.account, self.work.layout
        values = parse_column(cells, column.read)
        gaps = Counter([value for value, _, _ in values if value.__class__ is Missing])
        account.absent.update(gaps)
        account.answers += len(values) - gaps.total()
        for row, (_, _, problem) in enumerate(values):
            if problem:
                self._problems.setdefault(row, []).append((problem, column.question, column.number))
        if not _KNOWN.issuperset(map(type, cells)):
            self._deferred = self._deferred and all(is_answer_value(value) for value, _, _ in values)
        comments, evidence = (self._cells(of.get(column.index)) for of in (layout.comments, layout.evidence))
        return AnswerColumn(column.question, column.number, values, comments, evidence)

    def _answers(self, row: int, rest: Sequence[Answer]) -> Sequence[Answer]:
        """Return the answers in a row, with those in `rest`.

        Answers of nearby rows are made at the same time.
        """
        size = max(1, _TOGETHER // max(len(self.columns), 1))
        block = row // size
        if block not in self._made:
            with collector_paused():
                rows = range(block * size, min((block + 1) * size, len(self.rows)))
                self._made[block] = [self._make_answers(index) for index in rows]
        own = self._made[block][row % size]
        return (*own, *rest) if rest else own

    def _make_answers(self, row: int) -> tuple[Answer, ...]:
        file, sheet, place = self.work.grid.file, self.work.grid.sheet, self.rows[row][0]
        answers = []
        for question, number, values, comments, evidence in self.columns:  # millions of answers pass this loop
            value, raw, _ = values[row]
            comment = (cell_text(comments[row]) or None) if comments else None
            source = cell_text(evidence[row]) if evidence else ""
            cited = (cite(source),) if source else ()
            answers.append(Answer(question, value, raw, comment, 0, cited, Origin(file, sheet, place, number)))
        return tuple(answers)

    def _sent(self, number: int, cells: Sequence[Cell]) -> tuple[Sent, Sequence[Answer]]:
        """Return the submission date of a row.

        A text that is not exactly a date is also returned as an answer.
        """
        column = self.work.layout.keys.get(Role.DATE)
        if column is None:
            return Sent(), ()
        sent = parse_sent(column, cells[column.index])
        if sent.problem:
            self.work.note_cell(sent.problem, column.question, number, column.number, WRITE_DAY)
        if sent.rest is None:
            return sent, ()
        self.work.account.answers += 1
        return sent, (Answer(column.question, sent.rest, origin=self.work.grid.origin(number, column.number)),)

    def response(self, row: int) -> Response:
        """Return the response of one row."""
        (number, cells), work = self.rows[row], self.work
        owner = work.owner(number, cells)
        self.seen.check(number, *owner)
        for problem, question, column in self._problems.get(row, ()):
            work.note_cell(problem, question, number, column)
        sent, rest = self._sent(number, cells)
        language = language_tag(work.layout.text(Role.LANGUAGE, cells))
        response, make = work.response(number, owner, sent, language), partial(self._answers, row, rest)
        if not self._deferred:
            return evolve(response, answers=make())
        return defer_answers(response, len(self.columns) + len(rest), make)


def read_wide(work: TableWork, rows: Sequence[GridRow]) -> Iterator[Response | Issue]:
    """Yield a response for each data row."""
    reader = _RecordReader(work, rows)
    for row in range(len(rows)):
        response = reader.response(row)
        yield from work.log.drain()
        yield response


_SAMPLE = 500

_BUCKETS = {
    ColumnUse.COUNTRY: Bucket.KEY,
    ColumnUse.RESPONDENT: Bucket.KEY,
    ColumnUse.METADATA: Bucket.KEY,
    ColumnUse.REMARK: Bucket.COMMENT,
    ColumnUse.QUESTION: Bucket.ANSWER,
    ColumnUse.ANSWER: Bucket.ANSWER,
}


@frozen(eq=False)
class RecordTable:
    """Table of records that is ready to read.

    Attributes:
        work: The table for `read_wide`.
        rows: Its rows.
        questions: Its questions.
        view: The table after the steps of its layout.
        shape: Its last step.
        marks: Option columns of questions answered by check marks.
        several: Multi-select questions among them: more than a tenth of the rows have several marks.
        codes: Columns of country names and of the codes next to them, of a table that may be scanned.
    """

    work: TableWork
    rows: tuple[GridRow, ...] = field(repr=False)
    questions: tuple[Question, ...]
    view: TableView = field(repr=False)
    shape: Records
    marks: Mapping[str, tuple[int, ...]] = field(factory=dict)
    several: frozenset[str] = frozenset()
    codes: tuple[tuple[int, int], ...] = ()

    @property
    def used(self) -> Iterator[ColumnUsed]:
        """Use of each column of the file.

        Columns of options count as part of their question.
        """
        letters, parts = self.view.grid.letters, self.view.header.parts
        others = {letters[first]: rest for first, *rest in self.marks.values()}
        for column_used in self.work.layout.used:
            yield column_used
            for column in others.get(column_used.column or 0, ()):
                name = " - ".join(parts.get(column, ())) or column_used.name
                yield evolve(column_used, name=name, column=letters[column], reason=f"option of {column_used.name}")

    def responses(self) -> Iterator[Response | Issue]:
        """Yield the responses."""
        wide = read_wide(self.work, self.rows)
        yield from wide if not self.marks else map(self._with_marks, wide)

    def _with_marks(self, item: Response | Issue) -> Response | Issue:
        """Add the options of check-mark answers to a response.

        The origin of such an answer is that of its first option.
        """
        if isinstance(item, Issue) or item.origin is None:
            return item
        row = bisect_left(self.view.grid.numbers, item.origin.row or 0)
        return evolve_response(item, lambda answers: [self._with_options(answer, row) for answer in answers])

    def _with_options(self, answer: Answer, row: int) -> Answer:
        marked = self.shape.marked(self.view, row, self.marks.get(answer.question, ()))
        options = self.shape.chosen(self.view, row, self.marks.get(answer.question, ()))
        origin = self.view.grid.origin(row, marked[0]) if marked else answer.origin
        alone = len(options) == 1 and answer.question not in self.several
        value = answer.value if not options else options[0] if alone else options
        return evolve(answer, value=value, origin=origin)


def plan_records(view: TableView, shape: Records, context: TableContext) -> RecordTable:
    """Plan a table of records with typed columns.

    All its cells are counted in the account.

    Args:
        view: The table after the steps of its layout.
        shape: Its last step.
        context: Shared objects of the sheet.
    """
    options, limits, account, log = context.options, context.limits, context.account, context.log
    grid = view.grid
    added = {"country": Role.COUNTRY} if view.row_country else {}
    columns_of = _question_columns(view, shape)
    headers: list[Cell] = [*added, *(_head(view, shape, c) for c in columns_of)]
    rows = tuple(_rows(view, shape, list(added.values()), columns_of))
    head_row = grid.numbers[view.header_rows[-1]] if view.header_rows else None
    samples = sample_columns(rows[:_SAMPLE], len(headers))
    numbers = [grid.letters[columns_of[max(0, i - len(added))]] for i in range(len(headers))]
    whole = len(rows) <= _SAMPLE
    columns = name_columns(headers, head_row, samples, options, log, whole=whole, numbers=numbers)
    columns = tuple(evolve(column, role=_role(column, added, columns_of, shape)) for column in columns)
    sample = rows[:_SAMPLE]
    owned = options.country is not None or bool(view.country)
    texts = {i + len(added): view.header.texts.get(c, "") for i, c in enumerate(columns_of)}
    columns = assign_keys(columns, samples, sample, owned=owned, texts=texts)
    judged = infer_columns(
        columns,
        samples,
        options,
        semicolons=grid.semicolons,
        longest=limits.text,
        order=grid.order,
        lists=True,
        flagged=grid.flagged,
    )
    _note_texts(judged, samples, head_row, log)
    columns = assign_date_column(judged)
    if options.country is None and view.country and shape.country is None and not view.row_country:
        options = evolve(options, country=view.country)
    layout = plan_layout(columns, sample, evolve(options, shape=options.shape or _shape(options)))
    _book(view, shape, layout, columns_of, len(added))
    work = TableWork(Grid(grid.file, rows, grid.sheet), layout, options, account, log)
    marks = {columns[columns_of.index(group[0]) + len(added)].question: group for group in shape.groups}
    several = frozenset(question for question, group in marks.items() if _takes_several(view, shape, group))
    questions = tuple(
        _with_options(view, question, marks[question.id], several=question.id in several)
        if question.id in marks
        else question
        for question in questions_of_columns((*layout.answers, *_list_text_dates(layout, rows)), texts)
    )
    return RecordTable(work, rows, questions, view, shape, marks, several)


def _list_text_dates(layout: Layout, rows: Sequence[GridRow]) -> list[Column]:
    """Return the date column, as a question of text, if a cell has more than a date or none."""
    day = layout.keys.get(Role.DATE)
    if day is None:
        return []
    cells = [cells[day.index] for _, cells in rows]
    plain = {cell for cell in cells if cell.__class__ in _RECURRING}
    others = (cell for cell in cells if cell.__class__ not in _RECURRING)
    return [as_text_question(day)] if any(parse_sent(day, cell).rest for cell in chain(plain, others)) else []


def as_text_question(day: Column) -> Column:
    """Return the date column as the question of its texts that are not only a date."""
    return evolve(day, type=QuestionType.TEXT)


def _note_texts(columns: Sequence[Column], samples: Sequence[ColumnSample], row: int | None, log: IssueLog) -> None:
    """Report columns of numbers that stay text.

    The reasons are different units, ambiguous numbers, or many cells with text.
    """
    for column, sample in zip(columns, samples, strict=True):
        if column.role is not None or column.type is not QuestionType.TEXT or sample.are_words:
            continue
        units = _units(column, sample) if may_have_unit(sample.together) else ()
        message = f"numbers with different units stay text ({shorten(column.question, 40)}): {', '.join(units[:5])}"
        remedy = "write all with the same unit; raw keeps what was found"
        problem = (message, remedy) if units else describe_mixture(column, sample.values(column.read))
        if problem is not None:
            log.add("CB201", Severity.WARNING, problem[0], row=row, column=column.number, remedy=problem[1])


def _units(column: Column, sample: ColumnSample) -> tuple[str, ...]:
    return different_units([pair for pair in sample.counted if not isinstance(column.read(pair[0])[0], Missing)])


def _takes_several(view: TableView, shape: Records, group: Sequence[int]) -> bool:
    counts = [n for row in view.rows if (n := len(shape.marked(view, row, group)))]
    return 10 * sum(n > 1 for n in counts) > len(counts)  # one row of many is a slip


def _with_options(view: TableView, question: Question, group: Sequence[int], *, several: bool) -> Question:
    """Add all options to a check-mark question."""
    options = dict.fromkeys(view.header.option(column)[1] for column in group)
    kind = QuestionType.SELECT_MULTIPLE if several else QuestionType.SELECT_ONE
    return evolve(question, type=kind, choices=[Choice(code=text, label=text) for text in options])


def _shape(options: TableOptions) -> Shape | None:
    return options.shape if options.shape is not Shape.LONG else None


def questions_of_columns(columns: Iterable[Column], texts: Mapping[int, str] | None = None) -> tuple[Question, ...]:
    """Return the questions of columns.

    Args:
        columns: The columns.
        texts: Question texts by column index, if the header has ids next to them.
    """
    return tuple(
        Question(
            id=c.question,
            type=c.type,
            text=(texts or {}).get(c.index) or c.name or c.question,
            choices=_choices(c),
            unit=c.unit,
            personal=c.personal,
            inferred=True,
        )
        for c in columns
    )


def _choices(column: Column) -> list[Choice]:
    """Return the options of a multi-select column."""
    several = column.read.several
    return [Choice(code=text, label=text) for text in (several.options.values() if several is not None else ())]


def _question_columns(view: TableView, shape: Records) -> list[int]:
    """Return the columns that are read.

    Of a group of options only the first column is.
    """
    later = {column for group in shape.groups for column in group[1:]}
    return [column for column in view.columns if column not in later]


def _head(view: TableView, shape: Records, column: int) -> Cell:
    if any(column == group[0] for group in shape.groups):
        return view.header.option(column)[0]
    return view.header.ids.get(column) or None


def _role(column: Column, added: dict[str, Role], columns: Sequence[int], shape: Records) -> Role | None:
    """Return the role of a column.

    The layout decides which column is the country.
    """
    if column.index < len(added):
        return list(added.values())[column.index]
    at = columns[column.index - len(added)]
    if column.given:
        return column.role
    if added and at == shape.country:
        return Role.RESPONDENT  # children of a country in an outline
    if at == shape.country:
        return Role.COUNTRY
    return column.role


def _rows(view: TableView, shape: Records, added: list[Role], columns: Sequence[int]) -> Iterator[GridRow]:
    numbers, groups = view.grid.numbers, {group[0]: group for group in shape.groups}
    plain = not view.filled_down and not groups
    for row in view.rows:
        cells = view.grid.rows[row]
        row_cells = [cells[c] for c in columns] if plain else [_cell(view, shape, row, c, groups) for c in columns]
        if added:
            country: Cell = view.row_country.get(row)
            if country is None:  # the row is not a child: it names the country itself
                country = view.cell(row, shape.country) if shape.country is not None else None
                if shape.country is not None:
                    row_cells[columns.index(shape.country)] = None
            row_cells.insert(0, country)
        yield numbers[row], row_cells


def _cell(view: TableView, shape: Records, row: int, column: int, groups: Mapping[int, tuple[int, ...]]) -> Cell:
    if column not in groups:
        return view.cell(row, column)
    return "; ".join(shape.chosen(view, row, groups[column])) or None


def _book(view: TableView, shape: Records, layout: Layout, columns: Sequence[int], added: int) -> None:
    groups = {group[0]: group for group in shape.groups}
    answers = {column.index for column in layout.answers}
    for part in layout.parts[added:]:
        column = columns[part.column.index - added]
        kept = part.column.index in answers
        bucket = Bucket.ANSWER if kept else Bucket.PRIVATE if part.use is ColumnUse.PERSONAL else _BUCKETS.get(part.use)
        for member in groups.get(column, (column,)):
            if bucket is not None:
                view.ledger.put_column(view.rows, member, bucket)
            else:
                view.ledger.leave_column(view.rows, member, part.reason or "ignored, as set in the options")
