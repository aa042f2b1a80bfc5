"""Fast scan of a workbook with one plain table.

It is read directly into columns.

Sheets are detected by the code of `read`, on their first rows. If later rows might change the result (notes at the end,
gaps, late columns, a second table), the scan gives up and the file is left to `read`.
"""

import zipfile
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from capbuild.errors import ReadError
from capbuild.formats import Column, Layout, RecordTable, Role, ScannedTable, cell_text, may_have_totals, plan_grids
from capbuild.model import Issue
from capbuild.plugins import InputFile
from capbuild.tables import DistinctCells, ResponseTable, ScannedColumn, polars
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.plain_columns import NUMBER, OTHER, PlainColumns
from capbuild_sheets.reader import sheet_readers
from capbuild_sheets.sheets import Sheet, Workbook
from capbuild_sheets.workbook import open_workbook
from capbuild_sheets.xlsx import is_xlsx, read_columns

#: First rows of each sheet used for detection; more than the table engine uses.
_SAMPLE = 600
#: Largest ratio of shared texts to cells of a column at which texts are counted by index.
_SPARSE = 64

_Whole = npt.NDArray[np.int64] | npt.NDArray[np.int32]


def scan_sheets(source: InputFile, options: SheetsOptions) -> ResponseTable | None:
    """Return the table of a workbook as columns.

    The result is None if the workbook must be read by `read`.

    Args:
        source: The file.
        options: Options in force.

    Raises:
        ReadError: It is not a workbook, is protected or damaged.
    """
    explicit = options.layout or options.header_row is not None or options.sheets or options.fill_country
    if explicit or not is_xlsx(source.members):
        return None
    book = open_workbook(source, rows=_SAMPLE)
    try:
        only = _only_table(source, options, book)
        if only is None:
            return None
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            columns = read_columns(source, archive, only.sheet.name)
            return _scanned(book, only, columns) if columns is not None else None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ReadError):
        return None  # `read` reports the error.


@frozen
class _OneTable:
    """Only table of a workbook, plain and below a header.

    Attributes:
        sheet: Its sheet.
        table: The table, from its first rows.
        issues: Issues of the other sheets.
    """

    sheet: Sheet
    table: RecordTable
    issues: tuple[Issue, ...]

    @property
    def header_row(self) -> int:
        """Number of the header row."""
        return self.table.view.grid.numbers[0]


def _only_table(source: InputFile, options: SheetsOptions, book: Workbook) -> _OneTable | None:
    """Return the only table of a workbook.

    The result is None if it is not plain, or if there are several.
    """
    readers = sheet_readers(source, options, book)
    plan_grids(readers)
    tables = [position for position, reader in enumerate(readers) if reader.boxes]
    others = [sheet for position, sheet in enumerate(book.sheets) if position not in tables]
    if len(tables) != 1 or any(len(sheet.rows) >= _SAMPLE for sheet in others):
        return None
    reader, sheet = readers[tables[0]], book.sheets[tables[0]]
    table = reader.plain_table() if not (sheet.merged or sheet.comments or sheet.lists or sheet.struck) else None
    if table is None:
        return None
    items = (item for other in readers if other is not reader for item in other.read())
    return _OneTable(sheet, table, tuple(item for item in items if isinstance(item, Issue)))


def _scanned(book: Workbook, only: _OneTable, columns: PlainColumns) -> ResponseTable | None:
    work, top = only.table.work, only.header_row
    if not _fits(columns, only):
        return None
    layout = work.layout
    wanted = (*layout.answers, *layout.keys.values(), *layout.comments.values())
    scanned = {column.index: _column(columns, column, top) for column in wanted}
    if _has_odd_rows(only.table, scanned):
        return None
    rows = len(columns.numbers) - top
    names = {index: _names(scanned[index]) for index in _named_by(layout) if scanned[index].direct is None}
    whole = ScannedTable(work, scanned, first=top + 1, rows=rows, names=names, codes=only.table.codes)
    if whole.has_misfits:
        return None
    table = whole.table()
    unseen = unseen_issues(work.grid.file, only.sheet.name, columns.unseen)
    return evolve(table, issues=[*book.issues, *table.issues, *only.issues, *unseen])


def _fits(columns: PlainColumns, only: _OneTable) -> bool:
    """True if rows below the sample cannot change the table.

    They have no gap, no row with a single cell and no new column, and the last row is full. Notes below a table are at
    most half as full as its rows, so a full last row is not a note.
    """
    grid, view, top = only.table.view.grid, only.table.view, only.header_row
    if columns.numbers != list(range(1, len(columns.numbers) + 1)) or len(columns.numbers) <= top:
        return False
    # A repeated key may begin a second table, which rows below the sample may reveal.
    if len(columns.numbers) > _SAMPLE and [view.header.name(c) for c in view.columns].count(view.header.name(0)) > 1:
        return False
    body = columns.filled[top:]
    in_sample = {grid.letters[column] - 1 for row in view.rows for column in view.full(row)}
    usual = int(np.partition(body, len(body) // 2)[len(body) // 2])
    full = bool((body > 1).all()) and 2 * int(body[-1]) > usual
    return full and columns.used_below(top) <= in_sample


def _column(columns: PlainColumns, column: Column, bottom: int) -> ScannedColumn:
    """Return a column below the header.

    Numbers are stored as they are, other cells in a dictionary.
    """
    pl = polars()
    kinds, values = columns.column(column.number - 1)
    kinds, values = kinds[bottom:], values[bottom:]
    is_text, is_other = kinds >= 0, kinds <= OTHER
    texts, text_places = _distinct(kinds[is_text])
    others, other_places = _distinct(OTHER - kinds[is_other])
    strings = columns.sheet.values.strings
    cells = [*strings.many(texts.tolist()), *(columns.others[index] for index in others.tolist())]
    codes = np.full(len(kinds), len(cells), dtype=np.int32)
    codes[is_text] = text_places
    codes[is_other] = len(texts) + other_places
    numbers = kinds == NUMBER
    direct = pl.Series(np.where(numbers, values, np.nan), nan_to_null=True) if numbers.any() else None
    where = pl.Series(codes)
    if direct is not None:
        where = pl.select(pl.when(direct.is_null()).then(where)).to_series()
    reader = evolve(column.read, remember=0)
    scanned_column = ScannedColumn(column.question, column.number, where, DistinctCells((*cells, None), reader), direct)
    # Numbers without a unit, or among dates, are reported one by one; numbers among codes are codes, or missing codes.
    one_by_one = column.unit or column.read.codes or column.read.dated or column.read.number_words
    return scanned_column.as_dictionary() if one_by_one else scanned_column


def _distinct(numbers: _Whole) -> tuple[_Whole, _Whole]:
    """Return sorted distinct non-negative integers, and each number's index."""
    top = int(numbers.max(initial=-1)) + 1
    if top > _SPARSE * (len(numbers) + _SAMPLE):
        distinct, places = np.unique(np.asarray(numbers, dtype=np.int64), return_inverse=True)
        return distinct, places
    seen = np.zeros(top, dtype=bool)  # Indexes of shared texts are dense, so no sorting is needed.
    seen[numbers] = True
    ranks: npt.NDArray[np.int64] = np.cumsum(seen, dtype=np.int64) - 1
    return np.flatnonzero(seen), ranks[numbers]


def _named_by(layout: Layout) -> list[int]:
    """Return the columns with the respondent's name or id."""
    return [layout.keys[role].index for role in (Role.RESPONDENT, Role.ID) if role in layout.keys]


def _names(column: ScannedColumn) -> Any:
    """Return respondent names (polars), null if blank."""
    named = [cell.strip() if cell.__class__ is str else cell_text(cell) for cell in column.cells]
    return polars().Series([name or None for name in named], dtype=polars().String).gather(column.codes)


def _has_odd_rows(table: RecordTable, scanned: dict[int, ScannedColumn]) -> bool:
    """True if a table has unusual rows or texts.

    For example a text of white space only, a repeated header or a total.
    """
    strings = (cell for column in scanned.values() for cell in column.cells if cell.__class__ is str)
    if any(not text or text.isspace() for text in strings):
        return True
    first = scanned.get(0)
    if first is None or cell_text(table.view.grid.rows[0][0]) in map(cell_text, first.cells):
        return True
    return may_have_totals(table.work.layout, scanned)
