"""Read the tables of a sheet: best layout, responses, and reconciliation of every cell."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, evolve, field

from capbuild.display import counted
from capbuild.errors import ReadError
from capbuild.formats.headers import Role
from capbuild.formats.joined_forms import Draft, draft_form
from capbuild.formats.layout import Layout
from capbuild.formats.layouts.candidates import Candidate, candidates
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.confidence import UNSURE
from capbuild.formats.layouts.country_codes import code_columns, find_misfits
from capbuild.formats.layouts.evidence import Sample
from capbuild.formats.layouts.header_vocabulary import is_date_label, is_period
from capbuild.formats.layouts.layout_file import DraftTable, TableLayout, to_toml
from capbuild.formats.layouts.layout_finding import find_tables
from capbuild.formats.layouts.ledger import Bucket, Ledger
from capbuild.formats.layouts.regions import Box, split
from capbuild.formats.layouts.shapes import AnswerCell, Form, Long, QuestionRows, Records
from capbuild.formats.layouts.shapes import Shape as TableShape
from capbuild.formats.layouts.step_descriptions import describe_table
from capbuild.formats.layouts.step_trace import StepTrace
from capbuild.formats.layouts.steps import Drop, HeaderRows, Region
from capbuild.formats.layouts.table_context import TableContext
from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.layouts.topics import find_topics
from capbuild.formats.log import IssueLog
from capbuild.formats.normalisation import fold_header, shorten
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.reconciliation_counts import Account
from capbuild.formats.record_reader import RecordTable, plan_records
from capbuild.formats.series_reader import read_series
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import read_day
from capbuild.model import (
    Answer,
    ColumnUsed,
    Issue,
    Question,
    QuestionGroup,
    Questionnaire,
    Response,
    Severity,
    SheetReconciliation,
)
from capbuild.origin import Origin, column_letters
from capbuild.plugins import ReadItem, ReadLimits

__all__ = ["SheetReader", "draft_grids", "plan_grids", "read_grids", "traced_readers"]

#: Readers in use, if a trace of layout steps was requested.
_TRACED: ContextVar["list[SheetReader] | None"] = ContextVar("_TRACED", default=None)

#: Reasons with an issue of their own, or requested by the user.
_BEYOND = "beyond the last head"
_IGNORED = "ignored as the options say"
_TITLE = "title or note above the heads"


@define(eq=False)
class SheetReader:
    """Reader of one grid.

    Attributes:
        grid: The grid.
        options: Options in force.
        limits: Limits in force.
        country: Country named by the sheet.
        skipped: Why the sheet is not read; empty if it is.
        layouts: Layouts of its tables from a layout file; None to detect them.
        boxes: Its tables with their candidate layouts.
        ledger: Its ledger.
        log: Its issues.
        account: Counts of answers.
        period: Period named by the sheet, if several sheets name one.
        topics: Topics of tables whose headers do not name them, by position.
        trace: Trace of the steps that booked cells; None if not requested.
    """

    grid: CellGrid
    options: TableOptions
    limits: ReadLimits
    country: str = ""
    skipped: str = ""
    layouts: Sequence[TableLayout] | None = None
    ledger: Ledger = field(init=False)
    log: IssueLog = field(init=False)
    account: Account = field(factory=Account, init=False)
    questions: dict[str, Question] = field(factory=dict, init=False)
    groups: dict[str, QuestionGroup] = field(factory=dict, init=False)
    _taken: set[str] = field(factory=set, init=False)
    boxes: list[Box] = field(factory=list, init=False)
    period: str = field(default="", init=False)
    topics: dict[int, str] = field(factory=dict, init=False)
    trace: StepTrace | None = field(default=None, init=False)
    columns: list[ColumnUsed] = field(factory=list, init=False)
    _cells: list[AnswerCell] = field(factory=list, init=False)
    _data: set[int] = field(factory=set, init=False)
    _headers: set[int] = field(factory=set, init=False)
    _again: set[int] = field(factory=set, init=False)
    _parts: set[int] = field(factory=set, init=False)
    _names: dict[tuple[str, ...], tuple[str, ...]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.ledger = Ledger(self.grid)
        self.log = IssueLog(self.grid.file, self.grid.sheet)

    def plan(self) -> None:
        """Find the tables and their layouts.

        Raises:
            ReadError: The header row or shape given by the options does not fit the table, or tables of a layout file
                are missing.
            LimitError: There are more cells than the limits allow.
        """
        self.limits.check_cells(self.grid.file, self.grid.count)
        if self.layouts is not None:
            read = [layout for layout in self.layouts if layout.read]
            self.skipped = self.skipped or ("" if read else _why(self.layouts))
            self.boxes = [] if self.skipped else self._given_boxes(read)
        else:
            self.boxes = [] if self.skipped else self._boxes()

    def draft(self) -> None:
        """Find the tables and their layouts, even if the sheet is not read."""
        self.boxes = self._boxes()

    @property
    def names_countries(self) -> bool:
        """Whether a table of the sheet names countries."""
        return any(box.candidates and box.candidates[0].terms["countries"] >= 0.6 for box in self.boxes)

    def plain_records(self) -> Records | None:
        """Return the layout of a sheet with one plain table of records.

        The header is its first row. None for other sheets.
        """
        if len(self.boxes) != 1 or not self.boxes[0].candidates:
            return None
        best = self.boxes[0].candidates[0]
        plain = all(isinstance(step, Region | HeaderRows | Drop | Records) for step in best.steps)
        shape = best.shape
        return shape if plain and isinstance(shape, Records) and best.header_rows == (0,) and not shape.groups else None

    def set_aside(self) -> None:
        """Drop the tables without a country, because others in the file have one."""
        self.boxes = [box for box in self.boxes if box.candidates and box.candidates[0].terms["countries"] > 0]

    @property
    def context(self) -> TableContext:
        """Shared objects for table readers."""
        return TableContext(self.grid, self.options, self.limits, self.account, self.log, self._taken)

    def read(self) -> Iterator[ReadItem]:
        """Yield issues, the questionnaire of the sheet, its responses, and its reconciliation."""
        tables: list[Iterator[Response | Issue]] = []
        for place, box in enumerate(self.boxes if not self.skipped else ()):
            if box.candidates:
                yield from self._doubt(box)
                tables.append(self._read_box(box, self.topics.get(place, "")))
                self._traced()
        if self._cells:  # tables whose rows ask go on with the responses of the others
            tables = [iter([*(item for table in tables for item in table), *self._read_series()])]
        if self.questions:
            asked, groups = self.questions.values(), self.groups.values()
            yield draft_form(self.grid.file, self.grid.sheet, asked, groups, self.options.language)
        for table in tables:
            yield from table
        self.ledger.close(self.skipped or "no part of a table")
        yield from self._left_out()
        yield from self.log.close()
        yield self._closed()

    def _named_apart(self, response: Response, box: Box) -> Response:
        """Return a response with a unique id.

        Tables side by side have responses in one row.
        """
        if response.id in self._taken or box.columns[0] > self.boxes[0].columns[-1]:
            sheet, colon, row = response.id.rpartition(":")
            letters = column_letters(self.grid.letters[box.columns[0]])
            response = evolve(response, id=f"{sheet}{colon}{letters}{row}")
        self._taken.add(response.id)
        return response

    def _given_boxes(self, layouts: Sequence[TableLayout]) -> list[Box]:
        rows = [r for r in range(len(self.grid.rows)) if not self.grid.is_blank(r)]
        found = find_tables(layouts, self.grid, self._columns(rows))
        for table in found:
            for change in table.changes:
                severity = Severity.NOTE if change.read else Severity.WARNING
                self.log.add(
                    "CB125", severity, change.message, row=change.row, column=change.column, remedy=change.remedy
                )
            for row, columns in table.without:
                self.ledger.leave(row, columns, "left out as the layout says")
        return [table.box for table in found]

    def _boxes(self) -> list[Box]:
        grid = self.grid
        rows = [r for r in range(len(grid.rows)) if not grid.is_blank(r)]
        columns = self._columns(rows)
        if not rows or (grid.sheet is not None and (len(rows) < 2 or len(columns) < 2)):
            return []
        header = self._given_header()
        if header is not None:
            return [Box(rows, columns, self._choose(rows, columns))]
        return split(grid, rows, columns, self._choose)

    def _columns(self, rows: Sequence[int]) -> list[int]:
        """Return the columns with content.

        Cells beyond the usual width of a text table are dropped.
        """
        grid = self.grid
        columns = grid.used_columns()
        beyond = [c for c in columns if c >= grid.usual > 1]  # the last ones, because columns ascend
        long = sum(bool(grid.full(row, beyond)) for row in rows) if beyond else 0
        if not long or 10 * long > len(rows) + 10:
            return columns
        for row in rows:
            if extra := grid.full(row, beyond):
                self.ledger.leave(row, extra, _BEYOND)
                shown = f"{len(extra)} cells" if self.options.drop_personal else repr(self._row_text(row, extra))
                message = f"the row has {extra[-1] + 1} cells below {grid.usual} heads; left out: {shown}"
                remedy = "put quotes around texts with separators, or give the columns heads"
                at = grid.numbers[row]
                self.log.add("CB109", Severity.WARNING, message, row=at, column=grid.letters[grid.usual], remedy=remedy)
        return columns[: -len(beyond)]

    def _row_text(self, row: int, columns: Sequence[int]) -> str:
        return shorten(" | ".join(cell_text(self.grid.rows[row][c]) for c in columns))

    def _given_header(self) -> tuple[int, ...] | None:
        wanted = self.options.header_row
        if self.grid.headed:
            return (0,)
        if wanted is None:
            return None
        if wanted == 0:
            return ()
        found = [r for r, number in enumerate(self.grid.numbers) if number == wanted]
        if not found or not self.grid.full(found[0], range(self.grid.width)):
            raise ReadError(
                f"row {wanted} holds no heads",
                code="CB116",
                origin=Origin(self.grid.file, self.grid.sheet, wanted),
                remedy="correct header_row: rows count from 1, as an editor does",
            )
        return (found[0],)

    def _choose(self, rows: Sequence[int], columns: Sequence[int]) -> list[Candidate]:
        sample = Sample(self.grid, rows, columns, self.limits)
        found = candidates(sample, self.options, self.options.country or self.country, header=self._given_header())
        shape = self.options.shape
        if shape is Shape.LONG:
            long = [one for one in found if isinstance(one.shape, Long)]
            if not long:
                raise ReadError(
                    "no column names the question of a long table",
                    code="CB116",
                    origin=self.grid.origin(rows[0]),
                    remedy='name it: columns = { "its head" = "question" }',
                )
            return long
        if shape is not None:
            found = [one for one in found if isinstance(one.shape, Records)]
        return found

    def _traced(self) -> None:
        """Assign newly booked cells to the next step."""
        if self.trace is not None:
            self.trace.add_step()

    def _view(self, box: Box) -> TableView:
        """Return the view after all steps of the best layout but the last."""
        view = TableView(self.grid, self.ledger, country=self.options.country or box.country)
        for step in box.candidates[0].steps[:-1]:
            if isinstance(step, Region):
                step = evolve(step, first=box.rows[0], last=box.rows[-1], columns=tuple(box.columns))  # noqa: PLW2901
            step.apply(view)
            self._traced()
        view.header = view.header.with_roles(self.options.columns)
        view.country = view.country or self.country
        self._fill_merged(view)
        return view

    def _fill_merged(self, view: TableView) -> None:
        """Fill blank cells of merged ranges in a table with the displayed value."""
        rows, columns = set(view.rows), set(view.columns)
        for area in self.grid.merged:
            value = self.grid.rows[area.top][area.left]
            alone = area.wide and not self.grid.full(area.top, range(area.left))  # a heading over its row
            if value is None or area.top not in rows or alone:
                continue
            for row in rows.intersection(range(area.top, area.bottom + 1)):
                for column in columns.intersection(range(area.left, area.right + 1)):
                    if self.grid.rows[row][column] is None:
                        self.grid.rows[row][column] = value  # counted once, at its own position

    def plain_table(self) -> RecordTable | None:
        """Return the table of a sheet with plain records in all columns; None for others."""
        shape = self.plain_records()
        if shape is None:
            return None
        view = self._view(self.boxes[0])
        if view.columns != list(range(self.grid.width)) or len(view.rows) != len(self.grid.rows) - 1:
            return None
        if shape.country is not None and next(find_misfits(view, shape.country), None) is not None:
            return None
        codes = () if shape.country is None else tuple(code_columns(view, shape.country))
        table = evolve(plan_records(view, shape, self.context), codes=codes)
        self._note_layout(table.work.layout, view)
        return table

    def _read_box(self, box: Box, topic: str) -> Iterator[Response | Issue]:
        """Return the responses of a table (lazy); those of tables with one question per row are left to `_read_series`.

        Args:
            box: The table.
            topic: Topic of all its questions from its title; empty for none.
        """
        shape, view = box.candidates[0].shape, self._view(box)
        if topic and isinstance(shape, Records):
            view.header = view.header.below(topic, without=shape.country)
        self._name_header(view)
        self._note_rows(view, box)
        misfits = self._misfits(view, shape)
        if isinstance(shape, Records):
            table = plan_records(view, shape, self.context)
            self.questions |= {q.id: self.questions.get(q.id, q) for q in table.questions}
            self.columns.extend(table.used)
            self._note_layout(table.work.layout, view)
            self._note_short_rows(view)
            self._data.update(view.rows)
            day = read_day(cell_text(self._date_above(view)), self.grid.order)
            self._leave_labels(view)
            dated = self._asks_period()
            places = {self.grid.numbers[row]: place for row, place in misfits.items()}
            return (
                self._named_apart(self._with_sheet(item, day, places, dated=dated), box)
                if isinstance(item, Response)
                else item
                for item in table.responses()
            )
        for column, role in view.header.given.items():
            if role is Role.IGNORE:
                self.ledger.leave_column(view.rows, column, _IGNORED)
        rows = tuple(view.rows)
        self._data.update(rows)
        found = list(shape.answers(view))
        if isinstance(shape, QuestionRows) and len({(c.country, c.respondent, c.response) for c in found}) == 1:
            found = [*shape.lines_above(view, found[0]), *found]
        elif (day_cell := self._date_above(view)) is not None:
            found = [evolve(cell, date=day_cell) if cell.date is None else cell for cell in found]
        if misfits:
            found = [evolve(cell, country=misfits.get(cell.row, cell.country)) for cell in found]
        if self.period:
            found = [evolve(cell, dimensions=(*cell.dimensions, ("period", self.period))) for cell in found]
        asked = {cell.row for cell in found}
        self._data.update(asked)
        self._data -= {r for r in rows if r not in asked and not self.ledger.has(r, Bucket.KEY)}
        self.columns.extend(shape.used(view) if isinstance(shape, QuestionRows) else ())
        self._cells.extend(found)
        self._leave_labels(view)
        return iter(())

    def _asks_period(self) -> bool:
        """Return whether the period of the sheet is an answer of its records, and note its question."""
        if not self.period or "period" in self.questions:
            return False
        self.questions["period"] = Question(id="period", text="Period", inferred=True)
        return True

    def _with_sheet(
        self, item: Response, day: datetime.date | None, places: Mapping[int, str], *, dated: bool
    ) -> Response:
        """Return a record with the day that a line above its table tells, and the period of its sheet.

        Args:
            item: The record.
            day: The day.
            places: Name and code by row number, where they differ.
            dated: Whether the period is an answer.
        """
        place = places.get(item.origin.row or 0) if places and item.origin is not None else None
        item = item if place is None else evolve(item, place=place)
        beside = (Answer("period", self.period, origin=item.origin),) if dated else ()
        return evolve(item, date=item.date or day, answers=(*item.answers, *beside)) if day or dated else item

    def _date_above(self, view: TableView) -> Cell:
        """Return the date cell above a table, booked as a key; None if there is none."""
        for row, label, value in view.pairs:
            name, cell = view.fact(row, label, value)
            told = is_date_label(name) and read_day(cell_text(cell), self.grid.order) is not None
            if told and self.ledger.bucket(row, value) == Bucket.TITLE:
                self.ledger.rebook(row, label, Bucket.HEADER)
                self.ledger.rebook(row, value, Bucket.KEY)
                return cell
        return None

    def _leave_labels(self, view: TableView) -> None:
        """Drop lines of label and value above a table.

        Those that are answers of a single respondent are kept.
        """
        for row, label, value in view.pairs:
            if self.ledger.bucket(row, value) == Bucket.TITLE:
                for column in (label, value):
                    self.ledger.rebook(row, column, "says something of the whole table")

    def _name_header(self, view: TableView) -> None:
        """Book the header of a table.

        A repeated one, as on the next page, has the same questions.
        """
        names = tuple(fold_header(view.header.name(column)) for column in view.columns)
        again = names in self._names
        (self._again if again else self._headers).update(view.header_rows)
        self._parts.update(() if again else view.header_rows[:-1])
        ids = self._names.setdefault(names, tuple(view.header.ids.get(column, "") for column in view.columns))
        view.header.ids = dict(zip(view.columns, ids, strict=True))

    def _note_rows(self, view: TableView, box: Box) -> None:
        """Report rows with a filled-down country, and a first row that is not a header."""
        best = box.candidates[0]
        merged = {r for area in self.grid.merged for r in range(area.top, area.bottom + 1)}
        filled = {row for row, _ in view.filled_down if row in set(view.rows)}
        if filled - merged and isinstance(best.shape, Records):
            why = "as fill_country says" if self.options.fill_country else "since each country is named once"
            message = f"{len(filled):,} rows name no country and have that of a row above them, {why}"
            self.log.add("CB206", Severity.NOTE, message, subject="fill_country")
        headless = not view.header_rows and not isinstance(best.shape, Form)
        if headless and self.options.header_row is None and best.terms["countries"]:
            number = self.grid.numbers[box.rows[0]]
            message = "the table has no heads: its first row names a country as those below it do, and is read as data"
            remedy = (
                f'name the columns, as in columns = {{ "column 2" = "..." }}; header_row = {number} takes it for heads'
            )
            self.log.add("CB114", Severity.WARNING, message, row=number, remedy=remedy)

    def _misfits(self, view: TableView, shape: TableShape) -> dict[int, str]:
        """Report rows whose country name and code differ; return name and code by row, so that neither is taken."""
        found: dict[int, str] = {}
        if not isinstance(shape, Records | QuestionRows) or shape.country is None:
            return found
        for row, column, name, code in find_misfits(view, shape.country):
            found[row] = f"{name} ({code})"
            message = f"the name {name!r} and the code {code} are of different countries; neither is taken"
            remedy = f"correct the one that is wrong, or settle {found[row]!r} in overrides"
            self.log.add("CB404", Severity.ERROR, message, origin=self.grid.origin(row, column), remedy=remedy)
        return found

    def _read_series(self) -> Iterator[Response]:
        """Yield the responses of all tables with one question per row; one may continue another."""
        if not self._cells:
            return
        read = read_series(self._cells, self.context)
        self.questions |= {q.id: self.questions.get(q.id, q) for q in read.questions}
        self.groups |= {group.id: group for group in read.groups}
        for cell in read.private:
            self.ledger.rebook(cell.row, cell.column, Bucket.PRIVATE)
        yield from read.responses

    def _note_short_rows(self, view: TableView) -> None:
        """Report text rows that end before the last header."""
        if not self.grid.lengths or not view.header_rows:
            return
        heads = self.grid.lengths[view.header_rows[-1]]
        for row in view.rows:
            if (found := self.grid.lengths[row]) < heads:
                message = f"the row has {found} cells below {heads} heads; the missing ones are read as blank"
                remedy = "check the end of the row, and the quotes around texts with separators"
                self.log.add("CB109", Severity.WARNING, message, row=self.grid.numbers[row], remedy=remedy)

    def _note_layout(self, layout: Layout, view: TableView) -> None:
        """Report a missing country column and columns of personal data."""
        row = self.grid.numbers[view.header_rows[-1]] if view.header_rows else None
        if Role.COUNTRY not in layout.keys and self.options.country is None and not view.country:
            remedy = 'name the column, columns = { "its head" = "country" }, or say country = "..." for the whole file'
            self.log.add("CB104", Severity.WARNING, "no column names a country", row=row, remedy=remedy)
        for part in layout.parts:
            if part.column.personal is not None and not self.options.drop_personal:
                name = part.column.name or part.column.question
                message = f"{name!r} looks personal ({part.column.personal.value})"
                remedy = "drop_personal = true leaves such columns out"
                self.log.add("CB132", Severity.WARNING, message, row=row, column=part.column.number, remedy=remedy)

    def _doubt(self, box: Box) -> Iterator[Issue]:
        """Yield an issue for an uncertain table, with the options for the next layout."""
        best, other, sure = box.candidates[0], box.runner_up, 1.0
        given = self.layouts is not None or self.options.columns
        # Records without a country or a header have a warning of their own, CB104 or CB114.
        warned = isinstance(best.shape, Records) and not (best.terms["countries"] and best.header_rows)
        if not given and not warned:
            sure = box.confidence(self.grid)
        if sure >= UNSURE:
            return
        draft = "look at the answers; capbuild inspect FILE --draft writes a layout to correct"
        options = self._options_for(best, other) if other is not None else ""
        beside = f"; {other.shape.name}{self._below(other)} comes next" if other is not None else ""
        yield Issue(
            code="CB124",
            severity=Severity.WARNING,
            message=f"the table is read as {best.shape.name}{self._below(best)}, with confidence {sure:.2f}{beside}",
            origin=self.grid.origin(box.rows[0]),
            remedy=f"{draft}, or try {options}" if options else draft,
        )

    def _below(self, layout: Candidate) -> str:
        rows = ", ".join(str(self.grid.numbers[row]) for row in layout.header_rows)
        return f" below row {rows}" if rows else ""

    def _options_for(self, best: Candidate, other: Candidate) -> str:
        """Return the options that select another layout; empty if there are none."""
        options = self.options
        if options.header_row is not None or options.shape is not None or len(other.header_rows) > 1:
            return ""
        found = []
        if best.header_rows != other.header_rows:
            found.append(f"header_row = {self.grid.numbers[other.header_rows[0]] if other.header_rows else 0}")
        if type(best.shape) is not type(other.shape):
            shape = {Long: Shape.LONG, Records: Shape.RESPONDENT}.get(type(other.shape))
            if shape is None:
                return ""
            found.append(f'shape = "{shape}"')
        return ", ".join(found)

    def _left_out(self) -> Iterator[Issue]:
        for left in self.ledger.left_out():
            row, column = left.cells[0]
            if left.reason in (_BEYOND, _IGNORED):
                continue
            yield Issue(
                code="CB123",
                severity=Severity.NOTE if left.known else Severity.WARNING,
                message=f"{counted(left.count, 'cell')} left out ({left.reason}): {left.quoted(self.grid)}",
                origin=self.grid.origin(row, column),
                remedy="" if left.known else "give them a header, or say in a layout what they are",
            )

    def _rows_left_out(self) -> Counter[str]:
        """Count the rows that are neither data nor headers, by reason."""
        found: Counter[str] = Counter()
        top, plain_headers = min(self._headers, default=0), self._headers - self._parts
        for row in range(len(self.grid.rows)):
            if row in self._data or row in plain_headers:
                continue
            if row in self._parts:
                found["part of the header"] += 1
            elif row in self._again:
                found["repeats the heads"] += 1
            elif self.grid.is_blank(row):
                found["blank"] += 1
            elif reason := self.ledger.reason(row):
                found[reason] += 1
            elif self.ledger.has(row, Bucket.TITLE) or (self.ledger.has(row, Bucket.KEY) and row < top):
                found[_TITLE] += 1
            elif self.ledger.has(row, Bucket.KEY):
                found["names the country of the rows below"] += 1
            else:
                found["a heading without a question"] += 1
        return found

    def _closed(self) -> SheetReconciliation:
        rows = self._rows_left_out()
        left = {one.reason: one.count for one in self.ledger.left_out()}
        absent = {kind.value: count for kind, count in self.account.absent.items()}
        return SheetReconciliation(
            sheet=self.grid.sheet or "",
            skipped=self.skipped or ("" if self.boxes or not self.grid.sheet else "it holds no table"),
            rows_in=len(self._data) + rows.total(),
            rows_out=len(self._data),
            rows_left_out=dict(rows),
            columns=tuple(self.columns),
            filled=self.grid.count,
            buckets={bucket.name.lower(): n for bucket in Bucket if (n := self.ledger.counts[bucket])},
            cells=self.account.answers + sum(absent.values()) + sum(left.values()),
            answers=self.account.answers,
            absent=absent,
            left_out=left,
            tables=[describe_table(self.grid, box) for box in self.boxes if box.candidates],
        )


def plan_grids(readers: Sequence[SheetReader]) -> None:
    """Find the tables of all sheets of a file.

    Tables without a country are dropped if others have one.
    """
    for reader in readers:
        reader.plan()
    if any(reader.names_countries for reader in readers):  # never true with a layout file
        for reader in readers:
            reader.set_aside()


@contextmanager
def traced_readers() -> Iterator[list[SheetReader]]:
    """Collect traced readers of all grids read within the context.

    Example:
        >>> from capbuild.formats.options import TableOptions
        >>> reader = SheetReader(CellGrid("a.csv", [["Country", "Law"], ["Peru", "yes"]]), TableOptions(), ReadLimits())
        >>> with traced_readers() as found:
        ...     items = list(read_grids([reader], "a.csv"))
        >>> found[0].trace.places(2)
        ((0,), (0, 1))
    """
    found: list[SheetReader] = []
    token = _TRACED.set(found)
    try:
        yield found
    finally:
        _TRACED.reset(token)


def _why(layouts: Sequence[TableLayout]) -> str:
    """Return why a layout file leaves out a sheet."""
    return "left out as the layout says" if layouts else "the layout does not name it"


def draft_grids(readers: Sequence[SheetReader]) -> str:
    """Return a layout file for the tables of a file.

    Args:
        readers: A reader for each sheet.
    """
    for reader in readers:
        reader.draft()
    owned = any(reader.names_countries for reader in readers if not reader.skipped)
    tables = []
    for reader in readers:
        for box in reader.boxes or [Box((), (), ())]:
            no_country = owned and box.candidates and not box.candidates[0].terms["countries"] > 0
            why = reader.skipped or ("names no country, as other tables do" if no_country else "")
            tables.append(DraftTable(reader.grid, box, why))
    return to_toml(tables)


def _tell_apart(readers: Sequence[SheetReader]) -> None:
    """Assign periods and topics from sheet names and titles to tables with equal questions."""
    sheets = {reader.grid.sheet or "": reader for reader in readers if reader.boxes}
    periods = [name for name in sheets if is_period(name) and any(map(str.isdigit, name))]
    for name in periods if len(periods) > 1 else ():
        sheets[name].period = name.strip()
    for (sheet, table), topic in find_topics([(reader.grid, reader.boxes) for reader in readers]).items():
        readers[sheet].topics[table] = topic


def read_grids(readers: Sequence[SheetReader], file: str) -> Iterator[ReadItem]:
    """Yield the content of all sheets of a file, and their joint questionnaire.

    Tables without a country, beside tables with one, are not responses and are dropped with a warning.

    Args:
        readers: A reader for each sheet.
        file: Name of the file.
    """
    plan_grids(readers)
    _tell_apart([reader for reader in readers if not reader.skipped])
    if (traced := _TRACED.get()) is not None:
        traced.extend(readers)
        for reader in readers:
            reader.trace = StepTrace(reader.ledger)
    draft = Draft(file)
    found = False
    accounts: list[SheetReconciliation] = []
    for reader in readers:
        for item in reader.read():
            found = found or isinstance(item, Response)
            if isinstance(item, Questionnaire) and len(readers) > 1:
                draft.add(item)
            elif isinstance(item, SheetReconciliation):
                accounts.append(item)
            else:
                yield item
    if draft.form is not None:
        yield draft.form
    if not found:
        yield Issue(
            code="CB117",
            severity=Severity.ERROR,
            message="no row below the heads holds a response",
            origin=Origin(file),
            remedy="check header_row and shape",
        )
    yield from accounts
