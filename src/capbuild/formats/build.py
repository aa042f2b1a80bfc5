"""From a grid to responses: the engine behind every table reader, for text files and workbooks alike."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from pathlib import PurePath

from attrs import evolve, field, frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.columns import Column, judge_columns, name_columns
from capbuild.formats.fill_down import FillDown
from capbuild.formats.folding import fold_head
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.keyed import _FLAGS as FLAGS
from capbuild.formats.keyed_columns import keyed_columns, reading_flags
from capbuild.formats.labels import IDS, worded
from capbuild.formats.layout import Layout, lay_out
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.engine import SheetReader, read_grids
from capbuild.formats.log import IssueLog
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.places import column_of_countries, place_of_sheet
from capbuild.formats.plausible import with_plausible_keys
from capbuild.formats.sample import ColumnSample, sampled
from capbuild.formats.series import with_series
from capbuild.formats.top import find_top
from capbuild.formats.work import TableWork
from capbuild.model import (
    Choice,
    PersonalData,
    Question,
    Questionnaire,
    QuestionType,
    Severity,
    SheetReconciliation,
)
from capbuild.plugins import ReadItem, ReadLimits

__all__ = ["TablePlan", "draft_questionnaire", "note_layout", "plan_table", "read_table"]

#: Rows that are looked at before the first response is made: heads, shape, decimal mark and types are judged on them.
_SAMPLE_ROWS = 500
_SAMPLE_CELLS = 500_000


@frozen(eq=False)
class TablePlan:
    """What was found out about a table from its first rows.

    Attributes:
        head: The row of heads, None when there is none.
        layout: Which column is what.
        sample: The rows that were looked at, all of them still to be read.
        cells: The cells of each column in those below the heads.
        labels: A row beside the heads that spells them out, as exports with codes and texts have; None without.
        apart: The rows beside the heads that are no data, by number, with what they do.
    """

    head: GridRow | None
    layout: Layout
    sample: tuple[GridRow, ...]
    cells: Sequence[ColumnSample]
    labels: GridRow | None = None
    apart: Mapping[int, str] = field(factory=dict)

    @property
    def texts(self) -> Mapping[int, str]:
        """The questions in words, by the index of their column, where a row spells them out or goes on with them."""
        if self.labels is None or self.head is None:
            return {}
        return worded(self.head[1], self.labels[1], whole=self.labels[0] < self.head[0] or IDS in self.apart.values())


def plan_table(
    grid: Grid,
    rows: Iterator[GridRow],
    options: TableOptions,
    log: IssueLog,
    limits: ReadLimits,
    *,
    judged: bool = True,
) -> TablePlan | None:
    """Return how a table is to be read, judged from its first rows; None when they are blank.

    Args:
        grid: The table.
        rows: Its rows; those looked at are taken from it and kept in the plan.
        options: Options in force.
        log: Takes what is doubtful about the heads.
        limits: Limits in force.
        judged: Whether the types of columns and what reads them are wanted; which column is what is told without.

    Raises:
        ReadError: The options name a row of heads that the table does not have.
    """
    sample = _sample(rows, options.header_row or 0)
    if not any(cell_text(cell) for _, cells in sample for cell in cells):
        return None
    width = max(len(cells) for _, cells in sample)
    top = find_top(grid, sample, options, log)
    head, below = top.head, top.below
    heads = head[1] if head is not None else [None] * width
    found = sampled(below, len(heads))
    whole = len(sample) < min(_SAMPLE_ROWS, _SAMPLE_CELLS // max(width, 1))
    columns = name_columns(heads, head[0] if head is not None else None, found, options, log, whole=whole)
    if top.labels is not None:
        columns = _with_worded_country(columns, worded(heads, top.labels[1], whole=True))
    if grid.keys is not None:
        columns = keyed_columns(columns, grid.keys)
        options = evolve(options, missing={**FLAGS, **options.missing})
    else:
        columns = _with_parts(columns, head, below, found, options)
    if judged:
        columns = judge_columns(
            columns, found, options, semicolons=grid.semicolons, longest=limits.text, order=grid.order, lists=True
        )
        columns = columns if grid.keys is None else reading_flags(columns, grid.keys)
    if head is None:
        columns = _with_country(columns, below)
    return TablePlan(head, _laid_out(columns, below, options), top.sample, found, top.labels, top.apart)


def _with_parts(
    columns: tuple[Column, ...],
    head: GridRow | None,
    below: Sequence[GridRow],
    found: Sequence[ColumnSample],
    options: TableOptions,
) -> tuple[Column, ...]:
    """Return the columns with the parts that their cells show."""
    if head is not None:
        columns = with_plausible_keys(columns, found, below, owned=options.country is not None)
    return with_series(columns, below) if options.shape in (None, Shape.LONG) else columns


def _laid_out(columns: Sequence[Column], below: Sequence[GridRow], options: TableOptions) -> Layout:
    """Return the layout, judged with the countries that the options fill down."""
    layout = lay_out(columns, below, options)
    place = layout.keys.get(Role.COUNTRY)
    if not options.fill_country or place is None:
        return layout
    return lay_out(columns, list(FillDown(place.index).rows(below)), options)


def _sample(rows: Iterator[GridRow], at_least: int) -> list[GridRow]:
    taken: list[GridRow] = []
    cells = 0
    for row in rows:
        taken.append(row)
        cells += len(row[1])
        if (len(taken) >= _SAMPLE_ROWS or cells >= _SAMPLE_CELLS) and row[0] >= at_least:
            break
    return taken


def _with_worded_country(columns: tuple[Column, ...], words: Mapping[int, str]) -> tuple[Column, ...]:
    """Return the columns, as the country the one whose code is spelled out as a word for it, where no head says so."""
    if any(column.role is Role.COUNTRY for column in columns):
        return columns
    said = ((c, head_meaning(words.get(c.index, ""))) for c in columns if c.role is None and not c.given)
    place = next((c.index for c, found in said if found is not None and found.role is Role.COUNTRY), -1)
    return tuple(evolve(c, role=Role.COUNTRY, rank=8) if c.index == place else c for c in columns)


def _with_country(columns: tuple[Column, ...], rows: Sequence[GridRow]) -> tuple[Column, ...]:
    """Return the columns of a table without heads, in which cells tell which one names the country."""
    place = None
    if not any(column.role is Role.COUNTRY for column in columns):
        place = column_of_countries(rows, len(columns))
    return tuple(evolve(column, role=Role.COUNTRY) if column.index == place else column for column in columns)


def _bounded(rows: Iterable[GridRow], grid: Grid, limits: ReadLimits) -> Iterator[GridRow]:
    """Yield the rows until there are more cells than the limits allow."""
    cells = 0
    for row in rows:
        cells += len(row[1])
        if cells > limits.cells:
            limits.check_cells(grid.file, cells)
        yield row


def table_reader(grid: Grid, options: TableOptions, limits: ReadLimits) -> SheetReader | None:
    """Return the reader of a table; None for a table without content.

    Raises:
        LimitError: It holds more cells than the limits allow.
    """
    rows: Iterable[GridRow] = _bounded(grid.rows, grid, limits)
    letters: list[int] = []
    if grid.keys is not None:
        options = grid.keys.options(options)
        first = next(iter(rows := iter(rows)), (1, ()))
        letters = [max(1, number - grid.keys.added) for number in range(1, len(first[1]) + 1)]
        rows = chain([first], rows)
    cells = CellGrid.of_text(
        grid.file,
        chain([(0, grid.heads)], rows) if grid.heads else rows,
        grid.sheet,
        letters=letters,
        semicolons=grid.semicolons,
        order=grid.order,
        headed=bool(grid.heads) or grid.keys is not None,
        flagged=grid.keys is not None,
    )
    if not cells.count or (grid.heads and len(cells.rows) == 1):
        return None
    place = (place_of_sheet(grid.sheet) if grid.sheet else None) or place_of_sheet(PurePath(grid.file).stem)
    return SheetReader(cells, options, limits, country=place or "")


def read_table(grid: Grid, options: TableOptions, limits: ReadLimits) -> Iterator[ReadItem]:
    """Yield what a table says: a draft questionnaire, responses, issues, and at last the account of the table.

    Args:
        grid: The table.
        options: Options in force.
        limits: Limits in force.

    Raises:
        ReadError: The table cannot be read with these options.
        LimitError: It holds more cells than the limits allow.

    Example:
        >>> rows = [(1, ["Country", "P1", "P2"]), (2, ["Jamaica", 3, None])]
        >>> form, response, account = read_table(Grid("a.xlsx", rows), TableOptions(), ReadLimits())
        >>> response.place, response["P1"].value, response["P2"].value.value, account.adds_up
        ('Jamaica', 3, 'no answer', True)
    """
    options.refuse_layout(grid.file)
    reader = table_reader(grid, options, limits)
    if reader is None:
        yield SheetReconciliation(sheet=grid.sheet or "", skipped="it is empty")
    else:
        yield from read_grids([reader], grid.file)


def note_layout(plan: TablePlan, options: TableOptions, log: IssueLog) -> None:
    """Note that no column names a country, and which columns look personal."""
    row = plan.head[0] if plan.head is not None else None
    if Role.COUNTRY not in plan.layout.keys and options.country is None:
        remedy = 'name the column, columns = { "its head" = "country" }, or say country = "..." for the whole file'
        log.add("CB104", Severity.WARNING, "no column names a country", row=row, remedy=remedy)
    for part in plan.layout.parts:
        if part.column.personal is not None and not options.drop_personal:
            message = f"{part.column.name or part.column.question!r} looks personal ({part.column.personal.value})"
            remedy = "drop_personal = true leaves such columns out"
            log.add("CB132", Severity.WARNING, message, row=row, column=part.column.number, remedy=remedy)


def _choices(column: Column) -> list[Choice]:
    """Return the options that the cells of a column list."""
    several = column.read.several
    return [Choice(code=text, label=text) for text in (several.options.values() if several is not None else ())]


def _only(units: Collection[str]) -> str:
    """Return the unit where there is one; empty where there are several."""
    return next(iter(units)) if len(units) == 1 else ""


def _asked_in_rows(
    work: TableWork, long: Mapping[str, str], personal: Mapping[str, PersonalData], units: Mapping[str, Set[str]]
) -> list[Question]:
    """Return the questions that the rows of a long table name."""
    # One question after the other has an answer in each column, in their order.
    layout = work.layout
    kinds = [c.type for c in layout.answers[: None if layout.by_column else 1]] or [QuestionType.UNKNOWN]
    return [
        Question(
            id=question,
            type=kinds[place % len(kinds)],
            text=text,
            unit=_only(units.get(question, ())),
            personal=personal.get(question),
            inferred=True,
        )
        for place, (question, text) in enumerate(long.items())
    ]


def _asked_in_columns(columns: Iterable[Column]) -> list[Question]:
    """Return the questions that are the columns of a wide table."""
    return [
        Question(
            id=c.question,
            type=c.type,
            text=c.name or c.question,
            choices=_choices(c),
            unit=c.unit,
            personal=c.personal,
            inferred=True,
        )
        for c in columns
    ]


def draft_questionnaire(
    work: TableWork,
    long: Mapping[str, str],
    personal: Mapping[str, PersonalData],
    units: Mapping[str, Set[str]] | None = None,
) -> Questionnaire:
    """Return the draft of the form, as far as a table without definition shows it.

    Args:
        work: The table.
        long: Questions of a long table with their texts.
        personal: What answers to some of them would reveal about a person.
        units: The units of the numbers that answer some of them; where all have one, it is the question's.
    """
    grid, language = work.grid, work.options.language
    if work.layout.shape is Shape.LONG:
        asked = _asked_in_rows(work, long, personal, units or {})
    else:
        asked = _asked_in_columns(work.layout.answers)
    file = PurePath(grid.file)
    name = fold_head(f"{file.stem} {grid.sheet or ''}").replace(" ", "-")
    return Questionnaire(
        id=name or "table",
        title=grid.sheet or file.name,
        languages=(language,) if language else (),
        questions=asked,
        inferred=True,
    )
