"""Scanning a workbook: its one table becomes columns without passing through cells, where it is written plainly.

What the sheets are is judged by the code that `read` uses, on their first rows. Whatever the rows below might change
about that (notes at the end, gaps, columns that begin late, a second table) is told, and the file is left to `read`.
"""

import zipfile
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from capbuild.errors import ReadError
from capbuild.formats import Grid, IssueLog, plan_table
from capbuild.formats.account import Account
from capbuild.formats.another import says_country
from capbuild.formats.body import is_total, names_sum
from capbuild.formats.build import note_layout
from capbuild.formats.cells import cell_text
from capbuild.formats.columns import Column
from capbuild.formats.days import DayOrder
from capbuild.formats.heads import Role
from capbuild.formats.layout import Layout
from capbuild.formats.layouts.engine import plan_grids
from capbuild.formats.options import Shape
from capbuild.formats.scan_table import ScannedTable
from capbuild.formats.work import TableWork
from capbuild.model import Issue
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
from capbuild.tables.building import polars
from capbuild.tables.lexicon import Lexicon
from capbuild.tables.scanned import ScannedColumn
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import Heads
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.parts import SheetParts, cut
from capbuild_sheets.plain_columns import NUMBER, OTHER, PlainColumns
from capbuild_sheets.reader import sheet_readers
from capbuild_sheets.sheets import Workbook
from capbuild_sheets.tables import sheet_options, sheet_rows
from capbuild_sheets.unseen import unseen_issues
from capbuild_sheets.workbook import open_workbook
from capbuild_sheets.xlsx import is_xlsx, read_columns

__all__ = ["scan_sheets"]

#: First rows of each sheet, on which it is judged: more than the engine of tables looks at.
_SAMPLE = 600
#: How many times as many texts a workbook may have as a column has cells, for its texts to be counted by place.
_SPARSE = 64

_Whole = npt.NDArray[np.int64] | npt.NDArray[np.int32]


def scan_sheets(source: InputFile, options: SheetsOptions) -> ResponseTable | None:
    """Return the table of a workbook as columns, or None where it is left to `read`.

    Args:
        source: The file.
        options: Options in force.

    Raises:
        ReadError: It is no workbook, is protected or damaged.
    """
    told = options.layout or options.header_row is not None or options.sheets or options.fill_country
    if told or not is_xlsx(source.members):
        return None
    book = open_workbook(source, rows=_SAMPLE)
    try:
        only = _only_table(source, options, book)
        if only is None:
            return None
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            columns = read_columns(source, archive, only.plan.name)
            return _scanned(source, options, book, only, columns) if columns is not None else None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ReadError):
        return None  # `read` says what is wrong with it


@frozen
class _OneTable:
    """The one table of a workbook: plain records below the first row that holds something.

    Attributes:
        plan: Its sheet.
        country: Its column of countries from 0; None without one.
        order: Which number of a date is the day.
        issues: What is said of the other sheets.
    """

    plan: SheetPlan
    country: int | None
    order: DayOrder | None
    issues: tuple[Issue, ...]


def _only_table(source: InputFile, options: SheetsOptions, book: Workbook) -> _OneTable | None:
    """Return the one table of a workbook, as the engine of layouts finds it; None where there is no such table."""
    readers, order = sheet_readers(source, options, book)
    plan_grids(readers)
    tables = [place for place, reader in enumerate(readers) if reader.boxes]
    others = [sheet for place, sheet in enumerate(book.sheets) if place not in tables]
    if len(tables) != 1 or any(len(sheet.rows) >= _SAMPLE for sheet in others):
        return None
    reader, sheet = readers[tables[0]], book.sheets[tables[0]]
    found = reader.plain_records()
    if found is None or sheet.merged:
        return None
    letters, top = reader.grid.letters, reader.grid.numbers[0]
    country = None if found.country is None else letters[found.country] - 1
    owner = reader.country if country is None else None
    plan = SheetPlan(name=sheet.name, heads=Heads(top, top), country=owner or None)
    said = (item for other in readers if other is not reader for item in other.read())
    return _OneTable(plan, country, order, tuple(item for item in said if isinstance(item, Issue)))


def _scanned(
    source: InputFile, options: SheetsOptions, book: Workbook, only: _OneTable, columns: PlainColumns
) -> ResponseTable | None:
    plan = only.plan
    sheet = book[plan.name]
    parts = cut(sheet, plan)
    # A key that comes again may begin a second table, which rows below the sample may show.
    keyed_again = len(columns.numbers) > _SAMPLE and sum(name == parts.names[0] for name in parts.names) > 1
    if keyed_again or not _fits(columns, plan, parts):
        return None
    used = sheet_options(options, plan, parts)
    log = IssueLog(source.name, sheet.name)
    grid = Grid(source.name, sheet_rows(sheet, plan, parts), sheet.name, semicolons=True, order=only.order)
    found = plan_table(grid, iter(grid.rows), used, log, source.limits)
    if found is None or found.head is None or found.layout.shape is Shape.LONG or found.labels:
        return None
    note_layout(found, used, log)
    layout = found.layout
    wanted = (*layout.answers, *layout.keys.values(), *layout.comments.values())
    scanned = {column.index: _column(columns, column, plan.heads.bottom) for column in wanted}
    country = layout.keys.get(Role.COUNTRY)
    if only.country != (country.index if country is not None else None):
        return None
    named = [scanned[i] for i in ({country.index, 0} if country is not None else {0}) & set(scanned)]
    says = _is_odd_place if country is not None else is_total
    sums = any(says(cell_text(cell)) for column in named for cell in column.cells)
    if sums or _is_odd(columns, scanned, found.head[1][0], plan.heads.bottom):
        return None
    work = TableWork(grid, layout, used, Account(), log)
    rows = len(columns.numbers) - plan.heads.bottom
    names = {index: _names(scanned[index]) for index in _named_by(layout) if scanned[index].direct is None}
    table = ScannedTable(work, scanned, first=plan.heads.bottom + 1, rows=rows, names=names).table()
    unseen = unseen_issues(source.name, sheet.name, columns.unseen)
    return evolve(table, issues=[*book.issues, *table.issues, *only.issues, *unseen])


def _is_odd_place(text: str) -> bool:
    """Tell whether a text that stands where a country would names a sum of rows, or says country as a head does."""
    return names_sum(text) or says_country(text)


def _fits(columns: PlainColumns, plan: SheetPlan, parts: SheetParts) -> bool:
    """Tell whether the rows below the sample can change nothing: no gap, no lone cell, no new column, a full last row.

    Notes below a table are rows at most half as full as the others; the last row is none.
    """
    if columns.numbers != list(range(1, len(columns.numbers) + 1)) or len(columns.numbers) <= plan.heads.bottom:
        return False
    body = columns.filled[plan.heads.bottom :]
    in_sample = {index for row in parts.body for index, cell in enumerate(row) if cell is not None}
    usual = int(np.partition(body, len(body) // 2)[len(body) // 2])
    full = bool((body > 1).all()) and 2 * int(body[-1]) > usual
    return full and columns.used_below(plan.heads.bottom) <= in_sample


def _column(columns: PlainColumns, column: Column, bottom: int) -> ScannedColumn:
    """Return one column below the heads: numbers as they are, each other cell once."""
    pl = polars()
    kinds, values = columns.column(column.index)
    kinds, values = kinds[bottom:], values[bottom:]
    is_text, is_other = kinds >= 0, kinds <= OTHER
    texts, text_places = _distinct(kinds[is_text])
    others, other_places = _distinct(OTHER - kinds[is_other])
    strings = columns.sheet.values.strings
    cells = [cell if cell.__class__ is str else to_cell(cell) for cell in strings.many(texts.tolist())]
    cells += [to_cell(columns.others[index]) for index in others.tolist()]
    codes = np.full(len(kinds), len(cells), dtype=np.int32)
    codes[is_text] = text_places
    codes[is_other] = len(texts) + other_places
    numbers = kinds == NUMBER
    direct = pl.Series(np.where(numbers, values, np.nan), nan_to_null=True) if numbers.any() else None
    where = pl.Series(codes)
    if direct is not None:
        where = pl.select(pl.when(direct.is_null()).then(where)).to_series()
    reader = evolve(column.read, remember=0)
    made = ScannedColumn(column.question, column.number, where, Lexicon((*cells, None), reader), direct)
    # Each number without the unit or among dates is told, and one among codes is a code.
    return made.as_dictionary() if column.unit or column.read.codes or column.read.dated else made


def _distinct(numbers: _Whole) -> tuple[_Whole, _Whole]:
    """Return the distinct ones among whole numbers from zero, rising, and which of them each number is."""
    top = int(numbers.max(initial=-1)) + 1
    if top > _SPARSE * (len(numbers) + _SAMPLE):
        found, places = np.unique(np.asarray(numbers, dtype=np.int64), return_inverse=True)
        return found, places
    seen = np.zeros(top, dtype=bool)  # numbers of texts lie close together: no sorting
    seen[numbers] = True
    ranks: npt.NDArray[np.int64] = np.cumsum(seen, dtype=np.int64) - 1
    return np.flatnonzero(seen), ranks[numbers]


def _named_by(layout: Layout) -> list[int]:
    """Return the columns that say who answered."""
    return [layout.keys[role].index for role in (Role.RESPONDENT, Role.ID) if role in layout.keys]


def _names(column: ScannedColumn) -> Any:
    """Return who answered (polars): a text for each row, null where there is none."""
    named = [cell.strip() if cell.__class__ is str else cell_text(cell) for cell in column.cells]
    return polars().Series([name or None for name in named], dtype=polars().String).gather(column.codes)


def _is_odd(columns: PlainColumns, scanned: dict[int, ScannedColumn], head: object, bottom: int) -> bool:
    """Tell whether a cell is a text of white space, or the first column repeats its head."""
    for column in scanned.values():
        texts = [cell for cell in column.cells if cell.__class__ is str]
        if "" in texts or any(map(str.isspace, texts)):
            return True
    first = scanned.get(0)
    return first is None or cell_text(head) in {cell_text(cell) for cell in first.cells}  # type: ignore[arg-type]
