"""Row reader of one table of a form-product export."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from attrs import define, evolve, field, frozen

from capbuild.formats import (
    Account,
    Cell,
    CellValue,
    Column,
    DayOrder,
    Grid,
    GridRow,
    IssueLog,
    Sent,
    cell_text,
    cell_words,
    day_order,
    describe_problem,
    drop_edges,
    fold_header,
    fold_word,
    infer_columns,
    language_tag,
    log_edges,
    name_columns,
    parse_sent,
    sample_columns,
    shorten,
)
from capbuild.model import (
    Answer,
    AnswerValue,
    ColumnUse,
    ColumnUsed,
    Missing,
    PersonalData,
    Respondent,
    Response,
    Severity,
)
from capbuild.plugins import ReadItem, ReadLimits
from capbuild_sheets.forms.dialect import FormDialect, ParsedHeader, Part, Splitter, Start
from capbuild_sheets.forms.options import FormOptions
from capbuild_sheets.forms.question_plan import FormPlan, Kind, Unit, plan_form
from capbuild_sheets.forms.questionnaire import draft_form

_CORRECT = "correct the cell, or define it in the options answers, missing or choices"
_WRITE_DAY = "write the day as 2026-05-31, or give the file received under [read]"


@frozen
class Chosen:
    """Answer combined from option columns.

    Attributes:
        value: Chosen options, or a missing value.
        raw: Original cells, if they have more than the value.
        column: First column with content.
        odd: Texts that do not show whether their option was chosen.
    """

    value: AnswerValue
    raw: str | None
    column: Column
    odd: tuple[str, ...] = ()


def chosen_options(unit: Unit, cells: Sequence[Cell]) -> Chosen:
    """Return the answer of one column per option.

    If all cells are blank there is no answer; if all are 0, no option was chosen. Products leave the cells of other
    options blank, so any other text means that its option was chosen, and is kept.

    Args:
        unit: The question with its columns.
        cells: The cells of the row.
    """
    labelled = zip(unit.labels, unit.columns, strict=False)
    given = [(label, column, text) for label, column in labelled if (text := cell_text(cells[column.index]))]
    first = given[0][1] if given else unit.columns[0]
    other = (unit.labels[-1],) if unit.other is not None and cell_text(cells[unit.other.index]) else ()
    if len(given) == 1 and not other:
        absent = first.read(given[0][2])[0]
        if isinstance(absent, Missing):
            return Chosen(absent, given[0][2], first)
    if not given and not other:
        return Chosen(Missing.NO_ANSWER, None, first)
    if unit.kind is Kind.RANKS:
        last = len(given) + 1
        ranked = sorted(given, key=lambda i: int(i[2]) if i[2].isdecimal() and len(i[2]) < 4 else last)
        return Chosen(tuple(i[0] for i in ranked), " | ".join(f"{i[0]}: {i[2]}" for i in ranked), first)
    off = cell_words("no", "no_mark")
    numbers = {column.index: str(number) for number, column in enumerate(unit.columns, start=1)}
    ticks = {"0", "1"} | off | cell_words("yes", "yes_mark")
    odd = {
        label: text
        for label, column, text in given
        if (word := fold_word(text)) not in ticks and word not in (fold_word(label), numbers[column.index])
    }
    ticked = tuple(label for label, _, text in given if (word := fold_word(text)) != "0" and word not in off)
    listed = " | ".join(f"{label}: {text}" for label, text in odd.items())
    return Chosen(ticked + other, listed or None, first, tuple(odd.values()))


_SAMPLE = 500

_CHOICES = 500

_BEYOND = "beyond the last header"


@define(eq=False)
class FormTable:
    """One table of an export.

    Attributes:
        grid: The table.
        dialect: The product's dialect.
        options: Options in force.
        limits: Limits in force.
        log: Log of issues.
        account: Counts for the reconciliation.
    """

    grid: Grid
    dialect: FormDialect
    options: FormOptions
    limits: ReadLimits
    log: IssueLog = field(init=False)
    account: Account = field(factory=Account, init=False)
    plan: FormPlan = field(init=False)
    width: int = field(init=False)
    key: Column | None = field(default=None, init=False)
    parent: Column | None = field(default=None, init=False)
    _rows: Iterator[GridRow] = field(init=False)
    _notes: dict[int, str] = field(factory=dict, init=False)
    _seen: dict[str, dict[str, None]] = field(factory=dict, init=False)
    _ids: dict[str, int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.log = IssueLog(self.grid.file, self.grid.sheet)
        rows = drop_edges(self.grid.rows, self._notes)
        sample = list(islice(rows, _SAMPLE))
        start = Start(self.grid.sheet, [cells for _, cells in sample[:60]])
        count = self.dialect.count_header_rows(start)
        headers, below = sample[:count], sample[count:]
        self._rows = chain(below, rows)
        parts = self.dialect.parse_headers([cells for _, cells in headers]) if headers else []
        self.width = len(parts)
        cells = sample_columns(below, self.width)
        named = name_columns(
            [_format_part(part) for part in parts], headers[0][0] if headers else None, cells, self.options, self.log
        )
        columns = infer_columns(named, cells, self.options, semicolons=self.grid.semicolons, longest=self.limits.text)
        known = self._with_day_orders(columns, parts, below)
        choices = self.options.choices
        self.plan = plan_form(self.dialect, parts, known, below, options=self.options, choices=choices)
        self.parent = self._linking(self.dialect.parent)
        self.key = self._linking(self.dialect.key)
        self._note_headers(headers[0][0] if headers else 1)

    def _with_day_orders(
        self, columns: Sequence[Column], parts: Sequence[ParsedHeader], rows: Sequence[GridRow]
    ) -> list[Column]:
        """Return the columns with day and month order inferred.

        Only date metadata need it.
        """
        dated = []
        for column, part in zip(columns, parts, strict=True):
            added = self.dialect.added.get(fold_header(part.question))
            if added is not None and added.part is Part.DATE and column.read.order is None:
                cells = [cells[column.index] for _, cells in rows if column.index < len(cells)]
                order = _order([cell for cell in cells if isinstance(cell, str)], month_first=self.dialect.month_first)
                dated.append(evolve(column, read=evolve(column.read, order=order)))
            else:
                dated.append(column)
        return dated

    def _linking(self, head: str) -> Column | None:
        columns = (u.columns[0] for u in self.plan.units if u.kind is Kind.ADDED and head == fold_word(u.text))
        return next(columns, None) if head else None

    def _note_headers(self, row: int) -> None:
        """Log a missing country column, and columns that look personal."""
        if self.plan.country is None and self.options.country is None and self.parent is None:
            remedy = (
                'name the column, columns = { "its header" = "country" }, or set country = "..." for the whole file'
            )
            self.log.add("CB104", Severity.WARNING, "no column names a country", row=row, remedy=remedy)
        for unit in self.plan.units:
            kind = _personal(unit)
            if kind is not None and unit.kind is not Kind.LEFT:
                message = f"{unit.columns[0].name!r} looks personal ({kind.value})"
                remedy = "drop_personal = true leaves such columns out"
                number = unit.columns[0].number
                self.log.add("CB132", Severity.WARNING, message, row=row, column=number, remedy=remedy)

    def responses(self) -> Iterator[ReadItem]:
        """Yield a response for each row, and issues."""
        cells_read = 0
        for row in self._rows:
            cells_read += len(row[1])
            if cells_read > self.limits.cells:
                self.limits.check_cells(self.grid.file, cells_read)
            self.account.rows_in += 1
            if not any(cell_text(cell) for cell in row[1]):
                self.account.rows_left_out["blank"] += 1
                continue
            response = self._response(row)
            yield from self.log.drain()
            yield response

    def closing(self) -> Iterator[ReadItem]:
        """Yield the remaining issues, the questionnaire and the reconciliation."""
        log_edges(self._notes, self.log)
        if self.account.rows_out == 0:
            self.log.add("CB117", Severity.ERROR, "no row below the headers is a response")
        yield from self.log.close()
        yield draft_form(self.grid.file, self.grid.sheet, self.plan, self._seen, self.options.language)
        yield self.account.reconciliation(self.grid.sheet, self._used())

    def _used(self) -> list[ColumnUsed]:
        used = [
            ColumnUsed(name=c.name, column=c.number, use=_use(u), reason=_reason(u, c), personal=_personal(u))
            for u in self.plan.units
            for c in u.columns
        ]
        return sorted(used, key=lambda column: column.column)

    def _fit(self, row: GridRow) -> Sequence[Cell]:
        """Return a row's cells, padded or cut to the headers."""
        number, cells = row
        if len(cells) < self.width:
            if self.grid.sheet is None:
                message = (
                    f"the row has {len(cells)} cells below {self.width} headers; the missing ones are read as blank"
                )
                self.log.add("CB109", Severity.WARNING, message, row=number, remedy="check the quotes of the row")
            return [*cells, *(None for _ in range(self.width - len(cells)))]
        extra = [text for cell in cells[self.width :] if (text := cell_text(cell))]
        if extra:
            self.account.left_out[_BEYOND] += len(extra)
            message = f"the row has {len(cells)} cells below {self.width} headers; left out: {' | '.join(extra)[:60]!r}"
            self.log.add("CB109", Severity.WARNING, message, row=number, remedy="give the columns headers")
        return cells[: self.width]

    def _response(self, row: GridRow) -> Response:
        number, cells = row[0], self._fit(row)
        self.account.rows_out += 1
        answers: list[Answer] = []
        values: dict[Part, str] = {}
        sent, dated = Sent(), None
        not_asked = self._times_not_asked(cells)
        for unit in self.plan.units:
            if unit.kind in (Kind.LEFT, Kind.COPY):
                self.account.left_out[unit.why] += len(unit.columns)
                continue
            answer = self._answer(unit, number, cells, not_asked)
            answers.append(answer)
            if unit.added is not None:
                cell = cells[unit.columns[0].index]
                values.setdefault(unit.added.part, cell_text(cell))
                if unit.added.part is Part.DATE and sent.date is None:
                    sent, dated = parse_sent(unit.columns[0], cell), unit
        if dated is not None and sent.problem:
            self._note(sent.problem, dated, number, dated.columns[0], _WRITE_DAY)
        return self._made(number, cells, answers, values, sent)

    def _made(
        self, number: int, cells: Sequence[Cell], answers: list[Answer], told: dict[Part, str], sent: Sent
    ) -> Response:
        name = told.get(Part.ID, "")
        self._check_id(name, number)
        place = cell_text(cells[self.plan.country.index]) if self.plan.country is not None else ""
        sheet = self.grid.sheet
        return Response(
            id=str(number) if sheet is None else f"{sheet.strip()}:{number}",
            place=place or self.options.country,
            respondent=Respondent(pseudonym=name or f"row {number}"),
            language=language_tag(told.get(Part.LANGUAGE, "")) or self.options.language,
            version=told.get(Part.VERSION) or None,
            date=sent.date,
            submitted=sent.moment,
            answers=answers,
            origin=self.grid.origin(number),
        )

    def _check_id(self, name: str, number: int) -> None:
        if not name:
            return
        first = self._ids.setdefault(name, number) if len(self._ids) < 200_000 else self._ids.get(name, number)
        if first != number:
            message = f"{name!r} answered before, in row {first}"
            remedy = "both are kept; take the one out that does not count"
            self.log.add("CB204", Severity.WARNING, message, row=number, remedy=remedy)

    def _times_not_asked(self, cells: Sequence[Cell]) -> set[int]:
        """Return the blank repeats, which were not asked."""
        filled: dict[int, bool] = {}
        for unit in self.plan.units:
            if unit.times:
                some = any(cell_text(cells[column.index]) for column in unit.columns)
                filled[unit.times] = filled.get(unit.times, False) or some
        return {times for times, some in filled.items() if not some}

    def _answer(self, unit: Unit, row: int, cells: Sequence[Cell], not_asked: set[int]) -> Answer:
        if unit.kind in (Kind.TICKS, Kind.RANKS):
            return self._chosen(unit, row, cells)
        column = unit.columns[0]
        value, raw, problem = self._read(unit, cells[column.index], not_asked=unit.times in not_asked)
        if problem:
            self._note(problem, unit, row, column)
        self.account.count(value)
        origin = self.grid.origin(row, column.number)
        return Answer(unit.question, value, raw, repeat=unit.times, origin=origin)

    def _note(self, problem: str, unit: Unit, row: int, column: Column, remedy: str = _CORRECT) -> None:
        severity, message = describe_problem(problem, unit.question)
        self.log.add(
            "CB201",
            severity,
            message,
            row=row,
            column=column.number,
            subject=unit.question,
            remedy=remedy,
        )

    def _read(self, unit: Unit, cell: Cell, *, not_asked: bool) -> CellValue:
        """Parse one cell by its question."""
        value, raw, problem = unit.columns[0].read(cell)
        if value is Missing.NO_ANSWER and not_asked:
            return Missing.NOT_ASKED, raw, ""
        if unit.split is not None and not isinstance(value, Missing):
            return self._split(unit, unit.split, cell_text(cell))
        if isinstance(value, str) and _personal(unit) is not None and fold_word(value) in cell_words("anonymous"):
            return Missing.CONFIDENTIAL, value, ""
        return value, raw, problem

    def _split(self, unit: Unit, split: Splitter, text: str) -> CellValue:
        """Parse a multi-select cell."""
        chosen = split(text)
        if chosen is None:
            return text, None, "the chosen options cannot be separated without their list"
        if not chosen:
            return text, None, ""
        self._remember(unit.question, chosen)
        return chosen, text, ""

    def _remember(self, question: str, chosen: Sequence[str]) -> None:
        seen = self._seen.setdefault(question, {})
        if len(seen) < _CHOICES:
            seen.update(dict.fromkeys(chosen))

    def _chosen(self, unit: Unit, row: int, cells: Sequence[Cell]) -> Answer:
        """Combine one answer from option columns."""
        chosen = chosen_options(unit, cells)
        self.account.count(chosen.value, len(unit.columns))
        for text in chosen.odd:
            self._note(f"{shorten(text)!r} is no tick", unit, row, chosen.column)
        return Answer(unit.question, chosen.value, chosen.raw, origin=self.grid.origin(row, chosen.column.number))


def _order(texts: Sequence[str], *, month_first: bool) -> DayOrder | None:
    """Return the day and month order of dates.

    It is inferred from values above 12, or from a 12-hour clock if `month_first` allows.
    """
    shown = day_order(text.strip().partition(" ")[0] for text in texts)
    clock = month_first and any(text.rstrip().upper().endswith(("AM", "PM")) for text in texts)
    return shown or (DayOrder.MONTH_FIRST if clock else None)


def _format_part(part: ParsedHeader) -> str:
    if not part.part:
        return part.question
    return f"{part.question} [{part.part}]" if part.row else f"{part.question} - {part.part}"


def _personal(unit: Unit) -> PersonalData | None:
    return unit.columns[0].personal or (unit.added.personal if unit.added is not None else None)


def _use(unit: Unit) -> ColumnUse:
    if unit.kind is Kind.LEFT:
        return ColumnUse.PERSONAL if _personal(unit) else ColumnUse.IGNORED
    if unit.kind is Kind.COPY:
        return ColumnUse.IGNORED
    if _personal(unit) is not None:
        return ColumnUse.PERSONAL
    return ColumnUse.METADATA if unit.kind is Kind.ADDED else ColumnUse.QUESTION


def _reason(unit: Unit, column: Column) -> str:
    if unit.why:
        return unit.why
    if unit.added is not None:
        return unit.added.part.value
    return "" if unit.kind is Kind.VALUE and unit.question == column.name else unit.kind.value
