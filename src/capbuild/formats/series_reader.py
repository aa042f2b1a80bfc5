"""Typed questions and responses from tables of questions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

from attrs import define, evolve, field, frozen

from capbuild.formats.columns import (
    Column,
    ColumnSample,
    column_sample,
    describe_mixture,
    infer_columns,
)
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.shapes import AnswerCell
from capbuild.formats.layouts.table_issues import TableContext
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.formats.table_state import WRITE_DAY, Account, cite, language_tag, note_cell
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import DayOrder, day_order, read_day
from capbuild.formats.values.missing import MISSING_CODES
from capbuild.formats.values.numbers import is_number
from capbuild.formats.values.response_dates import describe_no_date
from capbuild.formats.values.units import Quantity, split_unit
from capbuild.formats.vocabulary import (
    fold_header,
    fold_word,
    is_criterion_id,
    one_line,
    personal_by_content,
    personal_by_head,
    shorten,
)
from capbuild.model import (
    Answer,
    AnswerValue,
    Choice,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    QuestionType,
    Respondent,
    Response,
    Severity,
)
from capbuild.origin import column_letters
from capbuild.plugins import ReadLimits

#: Numbers that are no values beside a missing word, such as 999 beside "don't know".
_CODES = "-8 -9 88 98 99 -88 -98 -99 888 998 999 -888 -998 -999 8888 9998 9999 -9999"
_NUMBERS_OF_MISSING = frozenset(_CODES.split())
_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL)

#: Placeholder column of a series before its cells are judged.
_UNJUDGED = Column(index=0, name="", question="")


@define(eq=False)
class Series:
    """Answers to one question, for one combination of dimensions.

    Attributes:
        id: Id of the question.
        text: Text of the question.
        section: Its heading.
        cells: The answers.
        dimensions: Dimensions common to all answers: a year, a source.
        unit: Unit from a unit column.
        column: How its cells are parsed, once judged.
    """

    id: str
    text: str
    section: str
    cells: list[AnswerCell] = field(factory=list)
    dimensions: dict[str, str] = field(factory=dict)
    unit: str = ""
    column: Column = _UNJUDGED


def gather(answer_cells: Iterable[AnswerCell], options: TableOptions) -> dict[str, Series]:
    """Group answers into series, by question id with dimensions.

    Example:
        >>> cells = [AnswerCell(row=1, column=2, cell=3, question="Staff", dimensions=(("Year", "2013"),))]
        >>> list(gather(cells, TableOptions()))
        ['Staff [2013]']
    """
    series: dict[str, Series] = {}
    cells = list(answer_cells)
    again = _asked_again(cells)
    for cell in cells:
        asked = (
            options.columns.get(fold_header(cell.question or cell.text))
            or one_line(cell.question)
            or one_line(cell.text)
        )
        if cell.section and (cell.question or cell.text) in again:
            asked = " - ".join(filter(None, (one_line(cell.section), asked)))
        # Criteria keep their ids; only dimensions without a name are added.
        apart = [pair for pair in cell.dimensions if not pair[0] or not is_criterion_id(asked)]
        dimension = ", ".join(text for _, text in apart if text)
        name = f"{asked} [{dimension}]" if dimension and asked else asked or dimension or f"row {cell.row + 1}"
        words = f"{cell.text} [{dimension}]" if dimension and cell.text else cell.text
        at = series.get(name)
        if at is None:
            at = series[name] = Series(name, words or name, cell.section)
            at.dimensions = _named(cell)
        elif at.dimensions:
            named_dimensions = _named(cell)
            at.dimensions = {name: text for name, text in at.dimensions.items() if named_dimensions.get(name) == text}
        at.cells.append(cell)
    return series


def _asked_again(cells: Iterable[AnswerCell]) -> set[str]:
    """Return questions repeated under several headings.

    If one respondent answers each of them, they are separate questions.
    """
    sections: dict[tuple[object, ...], str] = {}
    asked_again = set()
    for cell in cells:
        asked = cell.question or cell.text
        owner = (cell.country, cell.respondent, cell.response, cell.dimensions, asked)
        if sections.setdefault(owner, cell.section) != cell.section:
            asked_again.add(asked)
    return asked_again


def _named(cell: AnswerCell) -> dict[str, str]:
    """Return dimensions and attributes by name; duplicate names are numbered."""
    named: dict[str, str] = {}
    for name, text in (*cell.attributes, *cell.dimensions):
        number = next(n for n in count(1) if named.get(name if n == 1 else f"{name} ({n})", text) == text)
        named[name if number == 1 else f"{name} ({number})"] = text
    return named


def _judged(series: Sequence[Series], grid: CellGrid, options: TableOptions, limits: ReadLimits) -> None:
    """Decide how the cells of each series are parsed."""
    columns = []
    samples: list[ColumnSample] = []
    for position, series_ in enumerate(series):
        personal = personal_by_head(series_.id) or personal_by_head(series_.text)
        units = {cell.unit for cell in series_.cells}
        unit = units.pop() if len(units) == 1 else ""
        columns.append(Column(index=position, name=series_.text, question=series_.id, personal=personal, unit=unit))
        samples.append(column_sample([c.cell for c in series_.cells[:500]]))

    def judge(columns: Sequence[Column], samples: Sequence[ColumnSample]) -> tuple[Column, ...]:
        return infer_columns(
            columns,
            samples,
            options,
            semicolons=grid.semicolons,
            longest=limits.text,
            order=grid.order,
            lists=True,
            flagged=grid.flagged,
        )

    judged = _with_codes(judge(columns, samples), samples, lambda sample: judge([columns[0]], [sample])[0])
    for series_, column in zip(series, judged, strict=True):
        texts = [c.cell for c in series_.cells if isinstance(c.cell, str)]
        if column.personal is PersonalData.NAME and texts and all(map(is_number, texts)):
            series_.column = evolve(
                column, personal=None
            )  # "Nombre" asks for names in Spanish, and for counts in French
        else:
            series_.column = column


def _with_codes(
    columns: Sequence[Column], samples: Sequence[ColumnSample], judge: Callable[[ColumnSample], Column]
) -> tuple[Column, ...]:
    """Read series of numbers with codes such as `NS`.

    A series with few cells is not enough evidence, so all series together must be numbers.

    Args:
        columns: The series, judged one by one.
        samples: Cells of each series.
        judge: Judges the cells of all series.
    """

    def may_hold_codes(column: Column, sample: ColumnSample) -> bool:
        is_typed = column.type is not QuestionType.TEXT or column.read.codes or column.read.several is not None
        return not is_typed and any(fold_word(text) in MISSING_CODES for text in sample.texts)

    if not any(map(may_hold_codes, columns, samples)):
        return tuple(columns)
    together = judge(column_sample([cell for sample in samples for cell in (*sample.texts, *sample.typed)]))
    if together.type not in (QuestionType.INTEGER, QuestionType.DECIMAL) or together.unit:
        return tuple(columns)

    def read_codes(column: Column, sample: ColumnSample) -> Column:
        values = [together.read(cell)[0] for cell in (*sample.texts, *sample.typed)]
        plain = all(isinstance(value, int | float | Missing) and not isinstance(value, bool) for value in values)
        return evolve(column, read=evolve(together.read)) if plain and may_hold_codes(column, sample) else column

    return tuple(map(read_codes, columns, samples))


@frozen
class _Owner:
    """Respondent of an answer, as written."""

    country: str
    respondent: str
    response: str


@define(eq=False)
class _Gathered:
    """Answers of one respondent."""

    first: AnswerCell
    owner: _Owner
    answers: list[tuple[int, int, Answer]] = field(factory=list)
    asked: dict[str, AnswerCell] = field(factory=dict)
    cells: list[AnswerCell] = field(factory=list)


@define(eq=False)
class _SeriesReader:
    """Reader of the series of one table."""

    grid: CellGrid
    series: dict[str, Series]
    options: TableOptions
    account: Account
    log: IssueLog
    taken: set[str]
    several_sheets: bool
    owners: dict[tuple[str, ...], _Gathered] = field(factory=dict, init=False)
    absent: dict[int, Missing] = field(factory=dict, init=False)
    order: DayOrder | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        cells = (cell.date for series in self.series.values() for cell in series.cells)
        self.order = day_order(cell.strip() for cell in cells if isinstance(cell, str)) or self.grid.order

    def questions(self) -> Iterator[Question]:
        """Yield the questions."""
        for series_ in self.series.values():
            column = series_.column
            kind = column.type
            several = column.read.several
            choices = [Choice(code=t, label=t) for t in several.options.values()] if several is not None else []
            marked = {text for c in series_.cells if isinstance(c.cell, tuple) for text in c.cell if text}
            if marked and not column.read.figures:
                kind = QuestionType.SELECT_MULTIPLE
                choices = [Choice(code=text, label=text) for text in sorted(marked)]
            yield Question(
                id=series_.id,
                type=kind,
                text=series_.text,
                choices=choices,
                group=series_.section or None,
                unit=column.unit or (series_.unit if kind in _NUMBERS else ""),
                personal=column.personal,
                dimensions=series_.dimensions,
                inferred=True,
            )

    def add(self, series: Series) -> None:
        """Parse the cells of one series."""
        column = series.column
        units: set[str] = set()
        values: list[AnswerValue] = []
        for cell in series.cells:
            gathered = self._gathered(cell)
            if cell.date is not None:
                gathered.cells.append(cell)
            first = gathered.asked.setdefault(series.id, cell)
            row = self.grid.numbers[cell.row]
            if first is not cell:
                message = (
                    f"{shorten(series.id)!r} is asked more than once of {self._owner_text(gathered)}, first in row "
                )
                message += str(self.grid.numbers[first.row])
                remedy = "both answers are kept; take out the one that does not count"
                self.log.add("CB203", Severity.WARNING, message, row=row, remedy=remedy)
            answer = self._answer(series, column, cell, units)
            gathered.answers.append((cell.row, cell.column, answer))
            values.extend(() if answer.is_missing else (answer.value,))
        units |= {c.unit for c in series.cells if c.unit and not units}
        series.unit = next(iter(units)) if len(units) == 1 else ""
        if series.unit and column.type is QuestionType.TEXT and values and all(map(_is_number, values)):
            # A single number may be anything; with a unit it is a quantity.
            whole = all(isinstance(value, int) for value in values)
            series.column = evolve(column, type=QuestionType.INTEGER if whole else QuestionType.DECIMAL)
        elif len(units) < 2 and (mixture := describe_mixture(column, [(value, 1) for value in values])) is not None:
            self.log.add("CB201", Severity.WARNING, mixture[0], remedy=mixture[1], subject=series.id)
        if len(units) > 1:
            series.column = evolve(series.column, unit="")
            shown = ", ".join(sorted(unit or "no unit" for unit in units))
            message = f"answers to {shorten(series.id)!r} are numbers with different units: {shown}"
            remedy = "write all with the same; raw keeps what was found"
            self.log.add("CB201", Severity.WARNING, message, remedy=remedy, subject=series.id)

    def add_unasked(self, cells: Iterable[AnswerCell]) -> None:
        """Add respondents without an answer, unless the country has others."""
        known = {fold_word(gathered.owner.country) for gathered in self.owners.values()}
        for cell in cells:
            if cell.country and (cell.respondent or cell.response or fold_word(cell.country) not in known):
                self._gathered(cell)

    def _answer(self, series: Series, column: Column, cell: AnswerCell, units: set[str]) -> Answer:
        origin = self.grid.origin(cell.row, cell.column)
        value, raw, problem = column.read(cell.cell)
        beside = bool(cell.dimensions) and not cell.dimensions[-1][0]
        if not beside and isinstance(value, Missing) and raw is not None:
            self.absent[cell.row] = value
        elif beside and cell.row in self.absent and str(value) in _NUMBERS_OF_MISSING:
            value, raw = self.absent[cell.row], raw or str(value)
        if isinstance(value, Missing):
            self.account.absent[value] += 1
        else:
            self.account.answers += 1
            if _is_number(value) and not column.read.flagged:
                units.add(_unit(cell.cell) or cell.unit)
        if problem:
            note_cell(self.log, problem, series.id, self.grid.numbers[cell.row], self.grid.letters[cell.column])
        cited = tuple(map(cite, cell.evidence))
        return Answer(series.id, value, raw, cell.comment or None, citations=cited, origin=origin)

    def _gathered(self, cell: AnswerCell) -> _Gathered:
        country = cell.country or self.options.country or ""
        across = str(cell.column) if cell.across and not country and not cell.respondent else ""
        key = (*map(fold_word, (country, cell.respondent, cell.response)), across)
        gathered = self.owners.get(key)
        if gathered is None:
            gathered = self.owners[key] = _Gathered(cell, _Owner(country, cell.respondent, cell.response))
            if not country and self.options.country is None:
                row = self.grid.numbers[cell.row]
                remedy = "fill in the country, or take the row out"
                self.log.add("CB206", Severity.WARNING, "the answer names no country", row=row, remedy=remedy)
        return gathered

    @staticmethod
    def _owner_text(gathered: _Gathered) -> str:
        owner = gathered.owner
        named = ", ".join(part for part in (owner.country, owner.respondent, owner.response) if part)
        return shorten(named or "one respondent")

    def responses(self) -> Iterator[Response]:
        """Yield the responses in order of first occurrence."""
        for gathered in sorted(self.owners.values(), key=lambda gathered: (gathered.first.row, gathered.first.column)):
            yield self._response(gathered)

    def _response(self, gathered: _Gathered) -> Response:
        first, owner, sheet = gathered.first, gathered.owner, self.grid.sheet
        place = column_letters(self.grid.letters[first.column]) if first.across else str(self.grid.numbers[first.row])
        name = place if sheet is None else sheet.strip() if first.whole else f"{sheet.strip()}:{place}"
        while name in self.taken:
            name += f":{column_letters(self.grid.letters[first.column])}"
        self.taken.add(name)
        dates = [(text, cell) for cell in gathered.cells if (text := cell_text(cell.date))]
        day = next((day for text, _ in dates if (day := read_day(text, self.order)) is not None), None)
        row = self.grid.numbers[first.row]
        if dates and day is None:
            text, cell = dates[0]
            origin = self.grid.origin(cell.row, cell.date_column)
            self.log.add("CB201", Severity.WARNING, describe_no_date(text), origin=origin, remedy=WRITE_DAY)
        # Of several sheets, each with one respondent, the names distinguish these; a single name is that of the form.
        own = self.several_sheets and len(self.owners) == 1 and not first.across
        alone = sheet.strip() if sheet is not None and own else ""
        return Response(
            id=name,
            place=owner.country or None,
            respondent=Respondent(pseudonym=owner.respondent or owner.response or alone or f"row {row}"),
            language=language_tag(first.language) or self.options.language,
            date=day,
            answers=[answer for _, _, answer in sorted(gathered.answers, key=lambda one: one[:2])],
            origin=self.grid.origin(first.row, first.column if first.across else None),
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unit(cell: Cell) -> str:
    """Return the unit next to the number of a cell."""
    if isinstance(cell, Quantity):
        return cell.unit
    parts = split_unit(cell.strip()) if isinstance(cell, str) else None
    return parts[1] if parts is not None else ""


@frozen
class ReadSeries:
    """Questions, groups and responses from the series of a table."""

    questions: tuple[Question, ...]
    groups: tuple[QuestionGroup, ...]
    responses: tuple[Response, ...]
    private: tuple[AnswerCell, ...] = ()


def _dropped(series: Series, options: TableOptions) -> PersonalData | None:
    """Return the kind of dropped personal data, or None."""
    if not options.drop_personal:
        return None
    texts = [cell.cell.strip() for cell in series.cells if isinstance(cell.cell, str)]
    return series.column.personal or personal_by_content(texts)


def read_series(answer_cells: Iterable[AnswerCell], context: TableContext) -> ReadSeries:
    """Build questions and responses from answers with questions in rows.

    Args:
        answer_cells: The answers.
        context: Shared objects of the sheet.
    """
    grid, options, limits, account, log = context.grid, context.options, context.limits, context.account, context.log
    cells = list(answer_cells)
    series = gather((cell for cell in cells if cell.asked), options)
    _judged(list(series.values()), grid, options, limits)
    dropped = {name: answers for name, answers in series.items() if _dropped(answers, options)}
    kept = {name: answers for name, answers in series.items() if name not in dropped}
    reader = _SeriesReader(grid, kept, options, account, log, context.taken, context.several_sheets)
    for answers in kept.values():
        reader.add(answers)
        if answers.column.personal is not None:
            message = f"{answers.text!r} looks personal ({answers.column.personal.value})"
            remedy = "drop_personal = true leaves such columns out"
            log.add("CB132", Severity.WARNING, message, remedy=remedy)
    reader.add_unasked(cell for cell in cells if not cell.asked)
    sections = dict.fromkeys(answers.section for answers in kept.values() if answers.section)
    return ReadSeries(
        tuple(reader.questions()),
        tuple(QuestionGroup(id=name, title=name) for name in sections),
        tuple(reader.responses()),
        tuple(cell for answers in dropped.values() for cell in answers.cells),
    )
