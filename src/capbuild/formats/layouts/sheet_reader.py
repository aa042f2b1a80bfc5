"""Reading of the tables of a sheet.

The best layout is used, and every cell is reconciled.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain, dropwhile, pairwise, product

from attrs import define, evolve, field

from capbuild.errors import ReadError
from capbuild.formats.answer_table import is_tidy
from capbuild.formats.joined_forms import draft_form
from capbuild.formats.layouts.candidates import Candidate, candidates
from capbuild.formats.layouts.cell_grid import Area, CellGrid, is_date_label, role_score
from capbuild.formats.layouts.cell_kinds import is_place_name
from capbuild.formats.layouts.layout_file import TableLayout
from capbuild.formats.layouts.layout_finding import find_tables
from capbuild.formats.layouts.layout_score import Sample
from capbuild.formats.layouts.ledger import Bucket, Ledger, RowRoles, StepTrace
from capbuild.formats.layouts.regions import Box, split
from capbuild.formats.layouts.shapes import AnswerCell, Form, Long, QuestionRows, Records
from capbuild.formats.layouts.step_descriptions import describe_table
from capbuild.formats.layouts.steps import Drop, HeaderRows, Region
from capbuild.formats.layouts.table_issues import (
    BEYOND,
    IGNORED,
    TableContext,
    doubt_layout,
    left_out_issues,
    note_layout,
    note_misfits,
    note_rows,
    note_short_rows,
)
from capbuild.formats.layouts.table_view import TableView, code_columns, find_misfits, find_places
from capbuild.formats.log import IssueLog
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.record_reader import RecordTable, plan_records
from capbuild.formats.series_reader import read_series
from capbuild.formats.table_state import Account
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import read_day
from capbuild.formats.values.missing import explained_codes
from capbuild.formats.vocabulary import Role, fold_header, shorten
from capbuild.model import (
    Answer,
    ColumnUsed,
    Issue,
    Missing,
    Question,
    QuestionGroup,
    Response,
    Severity,
    SheetReconciliation,
)
from capbuild.model.response import evolve_response
from capbuild.origin import Origin, column_letters
from capbuild.plugins import ReadItem, ReadLimits

#: Numbers as codes are written.
_PLAIN = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?")


@define(eq=False)
class SheetReader:
    """Reader of one sheet or text table.

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
        topics: Topics of tables without one in their headers, by position.
        several_sheets: Whether other sheets of the file have tables too.
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
    several_sheets: bool = field(default=False, init=False)
    trace: StepTrace | None = field(default=None, init=False)
    columns: list[ColumnUsed] = field(factory=list, init=False)
    _cells: list[AnswerCell] = field(factory=list, init=False)
    _roles: RowRoles = field(factory=RowRoles, init=False)
    _names: dict[tuple[str, ...], tuple[str, ...]] = field(factory=dict, init=False)
    _unread: set[int] | None = field(default=None, init=False)
    _explained: dict[int, tuple[list[int], dict[int, str]]] = field(factory=dict, init=False)

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
        """Find the tables and their layouts, even on unread sheets."""
        self.boxes = self._boxes()

    @property
    def names_countries(self) -> bool:
        """True if a table of the sheet names countries."""
        return any(box.names_country for box in self.boxes)

    def form_countries(self) -> set[str]:
        """Return the countries next to or below their labels.

        The result is empty if the sheet itself has a country.
        """
        boxes = [] if self.country else [box for box in self.boxes if box.names_country]
        blocks = [[[self.grid.rows[row][c] for c in box.columns] for row in box.rows] for box in boxes]
        texts = {cell: cell_text(cell) for block in blocks for line in block for cell in line}
        labels = {text for text in set(texts.values()) if role_score(text.rstrip(" :"), Role.COUNTRY)}
        lines = (filter(None, map(texts.get, line)) for block in blocks for line in (*block, *zip(*block, strict=True)))
        return {value for line in lines for label, value in pairwise(line) if label in labels and is_place_name(value)}

    @property
    def is_long_form(self) -> bool:
        """True if the sheet is a survey in long form.

        `Survey.to_pandas` makes such a table.
        """
        return self.layouts is None and bool(self.grid.rows) and is_tidy(self.grid.rows[0])

    def plain_records(self) -> Records | None:
        """Return the layout of a plain table of records.

        Its header must be the first row. The result is None for other sheets.
        """
        if len(self.boxes) != 1 or not self.boxes[0].candidates or self.is_long_form:
            return None
        best = self.boxes[0].candidates[0]
        plain = all(isinstance(step, Region | HeaderRows | Drop | Records) for step in best.steps)
        shape = best.shape
        return shape if plain and isinstance(shape, Records) and best.header_rows == (0,) and not shape.groups else None

    def set_aside(self) -> None:
        """Drop the tables without a country."""
        self.boxes = [
            box for box in self.boxes if box.candidates and (box.country or box.candidates[0].terms["countries"] > 0)
        ]

    def set_country(self, country: str) -> None:
        """Set the country of tables that name none.

        Forms, and tables with questions in rows, get it. A single row below headers gets it only on the sheet that
        names the country, since elsewhere it may be any list. If a title of the sheet names the country, all tables get
        it.
        """
        names_one = self.names_countries
        titled = any(box.is_titled for box in self.boxes)
        for position, box in enumerate(self.boxes):
            best = box.candidates[0] if box.candidates else None
            asks = best is not None and isinstance(best.shape, Form | QuestionRows)
            asks = asks or titled or (names_one and box.is_form)
            if best is not None and asks and not best.terms["countries"]:
                self.boxes[position] = evolve(box, country=country)

    @property
    def context(self) -> TableContext:
        """Shared objects for table readers."""
        return TableContext(
            self.grid, self.options, self.limits, self.account, self.log, self._taken, self.several_sheets
        )

    def read(self) -> Iterator[ReadItem]:
        """Yield the items of the sheet."""
        tables: list[Iterator[Response | Issue]] = []
        for position, box in enumerate(self.boxes if not self.skipped else ()):
            if box.candidates:
                yield from doubt_layout(box, self.context, given=self.layouts is not None)
                tables.append(self._read_box(box, self.topics.get(position, "")))
                self._traced()
        if self._cells:  # series extend the responses of the other tables
            tables = [iter([*(item for table in tables for item in table), *self._read_series()])]
        if self.questions:
            asked, groups = self.questions.values(), self.groups.values()
            yield draft_form(self.grid.file, self.grid.sheet, asked, groups, self.options.language)
        for table in tables:
            yield from table
        self.ledger.close(self.skipped or "no part of a table")
        yield from left_out_issues(self.ledger)
        yield from self.log.close()
        yield self._closed()

    def _named_apart(self, response: Response, box: Box) -> Response:
        """Return a response with a unique id.

        Tables side by side have responses in the same row.
        """
        if response.id in self._taken or box.columns[0] > self.boxes[0].columns[-1]:
            sheet, colon, row = response.id.rpartition(":")
            letters = column_letters(self.grid.letters[box.columns[0]])
            response = evolve_response(response, id=f"{sheet}{colon}{letters}{row}")
        self._taken.add(response.id)
        return response

    def _given_boxes(self, layouts: Sequence[TableLayout]) -> list[Box]:
        rows = [r for r in range(len(self.grid.rows)) if not self.grid.is_blank(r)]
        tables = find_tables(layouts, self.grid, self._columns(rows))
        for table in tables:
            for change in table.changes:
                severity = Severity.NOTE if change.read else Severity.WARNING
                self.log.add(
                    "CB125", severity, change.message, row=change.row, column=change.column, remedy=change.remedy
                )
            for row, columns in table.without:
                self.ledger.leave(row, columns, "left out, as set in the layout")
        return [table.box for table in tables]

    def _boxes(self) -> list[Box]:
        grid = self.grid
        rows = [r for r in range(len(grid.rows)) if not grid.is_blank(r)]
        columns = self._columns(rows)
        if not rows or (grid.sheet is not None and (len(rows) < 2 or not columns)):
            return []
        if grid.sheet is not None and len(columns) < 2:  # a column is a list or a text, if not a form
            forms = self._choose(rows, columns)
            return [Box(rows, columns, forms)] if forms and isinstance(forms[0].shape, Form) else []
        header = self._given_header()
        if header is not None:
            return [Box(rows, columns, self._choose(rows, columns))]
        boxes = split(grid, rows, columns, self._choose)
        # Lines above a table are its titles.
        return list(dropwhile(lambda box: len(box.columns) == 1, boxes)) or boxes

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
                self.ledger.leave(row, extra, BEYOND)
                shown = f"{len(extra)} cells" if self.options.drop_personal else repr(self._row_text(row, extra))
                message = f"the row has {extra[-1] + 1} cells below {grid.usual} headers; left out: {shown}"
                remedy = "put quotes around texts with separators, or give the columns headers"
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
        header_rows = [r for r, number in enumerate(self.grid.numbers) if number == wanted]
        if not header_rows or not self.grid.full(header_rows[0], range(self.grid.width)):
            raise ReadError(
                f"row {wanted} has no header",
                code="CB116",
                origin=Origin(self.grid.file, self.grid.sheet, wanted),
                remedy="correct header_row: rows count from 1, as an editor does",
            )
        return (header_rows[0],)

    def _choose(self, rows: Sequence[int], columns: Sequence[int]) -> list[Candidate]:
        sample = Sample(self.grid, rows, columns, self.limits)
        candidates_ = candidates(
            sample, self.options, self.options.country or self.country, header=self._given_header()
        )
        shape = self.options.shape
        if shape is Shape.LONG:
            long = [candidate for candidate in candidates_ if isinstance(candidate.shape, Long)]
            if not long:
                raise ReadError(
                    "no column names the question of a long table",
                    code="CB116",
                    origin=self.grid.origin(rows[0]),
                    remedy='name it: columns = { "its header" = "question" }',
                )
            return long
        if shape is not None:
            candidates_ = [candidate for candidate in candidates_ if isinstance(candidate.shape, Records)]
        return candidates_

    def _traced(self) -> None:
        """Assign newly booked cells to the next step."""
        if self.trace is not None:
            self.trace.add_step()

    def _view(self, box: Box) -> TableView:
        """Apply all steps of the best layout but the last."""
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
        """Fill blank cells of merged ranges with the displayed value."""
        rows, columns = set(view.rows), set(view.columns)
        self._note_overlap(rows, columns)
        for area in self.grid.merged:
            value = self.grid.rows[area.top][area.left]
            alone = area.wide and not self.grid.full(area.top, range(area.left))  # a heading over its row
            if value is None or area.top not in rows or alone:
                continue
            for row in rows.intersection(range(area.top, area.bottom + 1)):
                for column in columns.intersection(range(area.left, area.right + 1)):
                    if self.grid.rows[row][column] is None:
                        self.grid.rows[row][column] = value  # counted once, at its own position

    @cached_property
    def _overlaps(self) -> list[tuple[int, int]]:
        """First cell of each merged range over another."""
        overlaps: list[tuple[int, int]] = []
        above: list[Area] = []  # ranges that reach down to the next one, side by side
        for area in sorted(set(self.grid.merged), key=lambda one: (one.top, one.left)):
            above = [one for one in above if one.bottom >= area.top]
            both = [max(one.left, area.left) for one in above if one.left <= area.right and area.left <= one.right]
            if both:
                overlaps.append((area.top, min(both)))
            else:
                above.append(area)
        return overlaps

    def _note_overlap(self, rows: Set[int], columns: Set[int]) -> None:
        """Report overlapping merged ranges in a table.

        The issue is at the first cell that is in two ranges.
        """
        both = next(((row, column) for row, column in self._overlaps if row in rows and column in columns), None)
        if both is not None:
            message = "two merged ranges overlap here; a blank cell in both has the value of the first"
            remedy = "unmerge them, and write each cell"
            self.log.add("CB124", Severity.WARNING, message, origin=self.grid.origin(*both), remedy=remedy)

    def plain_table(self) -> RecordTable | None:
        """Return the table of plain records.

        All columns must be in it. The result is None for other sheets.
        """
        shape = self.plain_records()
        if shape is None:
            return None
        self.log.extend(doubt_layout(self.boxes[0], self.context, given=self.layouts is not None))
        view = self._view(self.boxes[0])
        self._take_codes(view)
        if view.columns != list(range(self.grid.width)) or len(view.rows) != len(self.grid.rows) - 1:
            return None
        if shape.country is not None and (any(find_misfits(view, shape.country)) or find_places(view, shape.country)):
            return None
        codes = () if shape.country is None else tuple(code_columns(view, shape.country))
        table = evolve(plan_records(view, shape, self.context), codes=codes)
        note_layout(table.work.layout, view, self.context)
        return table

    def _read_box(self, box: Box, topic: str) -> Iterator[Response | Issue]:
        """Return the responses of a table (lazy).

        Tables with one question per row are left to `_read_series`.

        Args:
            box: The table.
            topic: Topic of all its questions from its title; empty for none.
        """
        shape, view = box.candidates[0].shape, self._view(box)
        self._take_codes(view)
        note_rows(view, box, self.context)
        if isinstance(shape, Records):
            headings = dict.fromkeys(view.row_section.get(row, "") for row in view.rows) or [""]
            tables = [self._read_records(view, box, shape, [topic, heading]) for heading in headings]
            self._leave_labels(view)
            return (item for table in tables for item in table)
        self._name_header(view)
        misfits = note_misfits(view, shape, self.context)
        for column, role in view.header.given.items():
            if role is Role.IGNORE:
                self.ledger.leave_column(view.rows, column, IGNORED)
        rows = tuple(view.rows)
        self._roles.data.update(rows)
        cells = list(shape.answers(view))
        if isinstance(shape, QuestionRows) and len({(c.country, c.respondent, c.response) for c in cells}) == 1:
            cells = [*shape.lines_above(view, cells[0]), *cells]
        elif (day_cell := self._date_above(view)) is not None:
            cells = [evolve(cell, date=day_cell) if cell.date is None else cell for cell in cells]
        if misfits:
            cells = [evolve(cell, country=misfits.get(cell.row, cell.country)) for cell in cells]
        cells = [cell.under(topic) for cell in cells]
        if self.period:
            cells = [evolve(cell, dimensions=(*cell.dimensions, ("period", self.period))) for cell in cells]
        asked = {cell.row for cell in cells}
        self._roles.data.update(asked)
        self._roles.data -= {r for r in rows if r not in asked and not self.ledger.has(r, Bucket.KEY)}
        self.columns.extend(shape.used(view) if isinstance(shape, QuestionRows) else ())
        self._cells.extend(cells)
        self._leave_labels(view)
        return iter(())

    @cached_property
    def _used(self) -> list[int]:
        return self.grid.used_columns()

    def _take_codes(self, view: TableView) -> None:
        """Add missing codes that the sheet explains.

        The texts are in cells outside a table; options may exclude them. A code that is not negative may be an answer
        too, so it must be larger than every other number of its columns. If there are several tables, each row is
        searched once.
        """
        rows, own = set(view.rows), set(view.columns)
        unread = set(range(len(self.grid.rows))) if self._unread is None else self._unread
        outside, self._unread = sorted(unread - rows), unread & rows if len(self.boxes) > 1 else set()
        beside = view.rows if not own.issuperset(self._used) else ()
        largest: dict[float, float] | None = None
        for row, inside in chain(product(outside, [set[int]()]), product(beside, [own])):
            full, explained = self._explain(row)
            codes = {code: (kind, text) for column, text in explained.items() if column not in inside
                     for code, kind in explained_codes(text).items()}  # fmt: skip
            if len(full) - len(self.grid.full(row, inside)) == 2:
                # A legend has the meaning beside the code; a number after a word may count it.
                texts = [cell_text(self.grid.rows[row][column]) for column in full if column not in inside]
                joined = " = ".join(texts)
                pairs = explained_codes(joined).items()
                codes |= {code: (kind, joined) for code, kind in pairs if code.startswith("-") or code == texts[0]}
            for code, (kind, text) in codes.items():
                if code not in self.options.missing:
                    largest = self._find_largest(view) if largest is None and not code.startswith("-") else largest
                    at = self.grid.origin(row, next(column for column in full if column not in inside))
                    self._take_code(code, kind, shorten(text), largest or {}, at)

    def _explain(self, row: int) -> tuple[list[int], dict[int, str]]:
        """Return filled columns and texts that explain missing codes."""
        if row not in self._explained:
            full = self.grid.full(row, self._used)
            texts = {column: cell_text(self.grid.rows[row][column]) for column in full}
            self._explained[row] = full, {column: text for column, text in texts.items() if explained_codes(text)}
        return self._explained[row]

    def _take_code(self, code: str, kind: Missing, text: str, largest: Mapping[float, float], at: Origin) -> None:
        """Add a missing code that a text explains.

        A code that is not negative is added only if no number is larger.
        """
        if not code.startswith("-"):
            if float(code) not in largest:
                return
            if largest[float(code)] > float(code):
                message = f"{code} is read as a number, although the file defines {text!r}: other numbers are larger"
                remedy = f'say missing = {{ "{code}" = "{kind.name.lower()}" }} if it is never a number'
                self.log.add("CB201", Severity.WARNING, message, origin=at, remedy=remedy, subject="missing")
                return
        self.options = evolve(self.options, missing={**self.options.missing, code: kind})
        message = f"{code} is read as {kind.value}, as defined in the file: {text!r}"
        self.log.add("CB201", Severity.NOTE, message, origin=at, subject="missing")

    def _find_largest(self, view: TableView) -> dict[float, float]:
        """Return the largest number in each number's columns.

        Columns of ids are left out. Only texts that consist of digits are numbers here.
        """
        largest: dict[float, float] = {}
        for column in view.columns:
            if view.header.role_score(column, Role.ID):
                continue
            texts = (cell_text(cell) for row in view.rows if (cell := view.cell(row, column)) is not None)
            numbers = {float(text.replace(",", ".")) for text in texts if _PLAIN.fullmatch(text)}
            most = max(numbers, default=0.0)
            largest.update({number: max(most, largest.get(number, most)) for number in numbers})
        return largest

    def _read_records(
        self, view: TableView, box: Box, shape: Records, topics: Sequence[str]
    ) -> Iterator[Response | Issue]:
        """Return the responses of a table of records (lazy).

        Args:
            view: The table after the steps of its layout.
            box: The table.
            shape: Its last step.
            topics: Topic of all its questions, and the heading of the rows to read; empty for none.
        """
        heading = topics[-1]
        if view.row_section:
            view = evolve(view, rows=[row for row in view.rows if view.row_section.get(row, "") == heading])
        for topic in filter(None, reversed(topics)):
            view.header = view.header.below(topic, without=shape.country)
        self._name_header(view)
        misfits = note_misfits(view, shape, self.context)
        table = plan_records(view, shape, self.context)
        self.questions |= {q.id: self.questions.get(q.id, q) for q in table.questions}
        self.columns.extend(table.used)
        note_layout(table.work.layout, view, self.context)
        note_short_rows(view, self.context)
        self._roles.data.update(view.rows)
        day = read_day(cell_text(self._date_above(view)), self.grid.order)
        dated = self._asks_period()
        places = {self.grid.numbers[row]: place for row, place in misfits.items()}
        return (
            self._named_apart(self._with_sheet(item, day, places, dated=dated), box)
            if isinstance(item, Response)
            else item
            for item in table.responses()
        )

    def _asks_period(self) -> bool:
        """Add the period of the sheet as a question.

        The result is True if the period is an answer of the sheet's records.
        """
        if not self.period or "period" in self.questions:
            return False
        self.questions["period"] = Question(id="period", text="Period", inferred=True)
        return True

    def _with_sheet(
        self, item: Response, day: datetime.date | None, places: Mapping[int, str], *, dated: bool
    ) -> Response:
        """Add date and period of the sheet to a record.

        The date is in a line above the table.

        Args:
            item: The record.
            day: The day.
            places: Name and code by row number, where they differ.
            dated: Whether the period is an answer.
        """
        place = places.get(item.origin.row or 0) if places and item.origin is not None else None
        item = item if place is None else evolve_response(item, place=place)
        if dated:
            item = evolve(item, answers=(*item.answers, Answer("period", self.period, origin=item.origin)))
        return evolve_response(item, date=item.date or day) if day else item

    def _date_above(self, view: TableView) -> Cell:
        """Return the date cell above a table, or None.

        The cell is booked as a key.
        """
        for row, label, value in view.pairs:
            name, cell = view.fact(row, label, value)
            has_date_label = is_date_label(name) and read_day(cell_text(cell), self.grid.order) is not None
            if has_date_label and self.ledger.bucket(row, value) == Bucket.TITLE:
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
                    self.ledger.rebook(row, column, "describes the whole table")

    def _name_header(self, view: TableView) -> None:
        """Book the header of a table.

        A header that is repeated, as on the next page, has the same questions.
        """
        names = tuple(fold_header(view.header.name(column)) for column in view.columns)
        again = names in self._names
        (self._roles.repeated if again else self._roles.headers).update(view.header_rows)
        self._roles.upper.update(() if again else view.header_rows[:-1])
        ids = self._names.setdefault(names, tuple(view.header.ids.get(column, "") for column in view.columns))
        view.header.ids = dict(zip(view.columns, ids, strict=True))

    def _read_series(self) -> Iterator[Response]:
        """Yield the responses of tables with questions in rows."""
        if not self._cells:
            return
        read = read_series(self._cells, self.context)
        self.questions |= {q.id: self.questions.get(q.id, q) for q in read.questions}
        self.groups |= {group.id: group for group in read.groups}
        for cell in read.private:
            self.ledger.rebook(cell.row, cell.column, Bucket.PRIVATE)
        yield from read.responses

    def _closed(self) -> SheetReconciliation:
        rows = self._roles.left_out(self.ledger)
        left = {left_out.reason: left_out.count for left_out in self.ledger.left_out()}
        absent = {kind.value: count for kind, count in self.account.absent.items()}
        return SheetReconciliation(
            sheet=self.grid.sheet or "",
            skipped=self.skipped or ("" if self.boxes or not self.grid.sheet else "it contains no table"),
            rows_in=len(self._roles.data) + rows.total(),
            rows_out=len(self._roles.data),
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


def _why(layouts: Sequence[TableLayout]) -> str:
    """Return why a layout file leaves out a sheet."""
    return "left out, as set in the layout" if layouts else "the layout does not name it"
