"""The reader `sheets`: workbooks of any kind, each sheet for what it is."""

from collections.abc import Iterator
from pathlib import PurePath

from capbuild.errors import ReadError
from capbuild.formats import find_header
from capbuild.formats.cells import cell_text
from capbuild.formats.csv_table import sniff_text
from capbuild.formats.heads import Role, head_meaning, is_criterion_id
from capbuild.formats.layouts.engine import SheetReader, draft_grids, read_grids
from capbuild.formats.layouts.layout_file import assign_layouts
from capbuild.formats.places import place_of_sheet
from capbuild.model import Issue, Response, SheetReconciliation
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild_sheets.grids import grid_rows, order_of_days, sheet_grid, to_cell
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.pasted import in_first_column, pasted_issue, with_pasted
from capbuild_sheets.sheets import Sheet, Workbook
from capbuild_sheets.unseen import unseen_issues
from capbuild_sheets.workbook import open_workbook, peek_workbook

__all__ = ["SUFFIXES", "draft_layout", "read_sheets", "sheet_readers", "sniff_sheets"]

_LOOK = 40
_TEXTS = (".csv", ".tsv", ".tab", ".psv", ".txt")
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".xltx", ".xltm", ".ots")


def sniff_sheets(source: InputFile) -> Claim | None:
    """Claim a workbook by its kind; more surely where its heads are those of this library's own instruments."""
    named = source.suffix in SUFFIXES
    try:
        book = peek_workbook(source)
    except ReadError as error:
        return Claim(Confidence.NAME, f"a workbook that cannot be opened: {error.message}") if named else None
    if book is None:
        text = named and sniff_text(source) is not None  # a table of text, which the reader of text reads
        return Claim(Confidence.NAME, f"the name ends in {source.suffix}") if named and not text else None
    if any(map(_is_own_instrument, book.sheets)):
        return Claim(Confidence.SHAPE, "a workbook whose heads or questions are criteria")
    if any(map(_says_all, book.sheets)):
        return Claim(Confidence.SHAPE, "a workbook whose heads say country, question and answer")
    # Readers of text claim such a name too, and cannot read it.
    sure = Confidence.SHAPE if source.suffix in _TEXTS else Confidence.NAME
    return Claim(sure, f"a workbook ({book.kind}) with {len(book.sheets)} sheets")


def _heads(sheet: Sheet) -> tuple[int, list[str]]:
    """Return the row that looks like the heads, from 0, and its texts; no texts where none does."""
    rows = sheet.rows[:_LOOK]
    index = find_header(list(grid_rows(rows, sheet.width))) if not sheet.hidden and rows else None
    return (index, [cell_text(to_cell(cell)) for cell in rows[index]]) if index is not None else (0, [])


def _roles(heads: list[str]) -> set[Role]:
    return {meaning.role for head in heads if (meaning := head_meaning(head))}


def _says_all(sheet: Sheet) -> bool:
    """Tell whether the heads say country, question and answer in so many words."""
    heads = _heads(sheet)[1]
    plain = {meaning.role for head in heads if (meaning := head_meaning(head)) and meaning.rank == 0}
    return Role.ANSWER in plain and {Role.COUNTRY, Role.QUESTION} <= _roles(heads)


def _is_own_instrument(sheet: Sheet) -> bool:
    """Tell whether criteria stand in the heads beside a country, or in a column of questions."""
    index, heads = _heads(sheet)
    rows, roles = sheet.rows[:_LOOK], _roles(heads)
    if sum(map(is_criterion_id, heads)) > 1:
        return Role.COUNTRY in roles or place_of_sheet(sheet.name) is not None
    asked = [i for i, head in enumerate(heads) if (meaning := head_meaning(head)) and meaning.role is Role.QUESTION]
    below = [cell_text(to_cell(row[asked[0]])) for row in rows[index + 1 :] if asked and len(row) > asked[0]]
    return bool(below) and 2 * sum(map(is_criterion_id, below)) > len(below)


def read_sheets(source: InputFile, options: SheetsOptions) -> Iterator[ReadItem]:
    """Yield what the sheets of a workbook say, an account of each sheet, and the form at last.

    Raises:
        ReadError: It is no workbook, is protected, damaged, or cannot be read with these options.
    """
    book, pasted = with_pasted(open_workbook(source))
    yield from book.issues
    readers = sheet_readers(source, options, book)
    read: set[str] = set()
    for item in read_grids(readers, source.name):
        sheet_name = item.origin.sheet if isinstance(item, Issue | Response) and item.origin else None
        yield item if sheet_name not in pasted else in_first_column(item, sheet_name or "")
        if isinstance(item, SheetReconciliation) and item.rows_out:
            read.add(item.sheet)
    for sheet in book.sheets:
        if sheet.name in pasted:
            yield pasted_issue(source.name, sheet.name, pasted[sheet.name])
        if sheet.name in read:
            yield from unseen_issues(source.name, sheet)


def sheet_readers(source: InputFile, options: SheetsOptions, book: Workbook) -> list[SheetReader]:
    """Return a reader for each sheet of a workbook.

    Raises:
        ReadError: There is no sheet of a name that the options give, or the layout does not fit.
    """
    names = [sheet.name for sheet in book.sheets]
    absent = [name for name in options.sheets if name not in names]
    if absent:
        raise ReadError(f"there is no sheet {absent[0]!r}", code="CB116", remedy=f"the sheets are: {', '.join(names)}")
    order = order_of_days(sheet for sheet in book.sheets if not sheet.hidden)
    readers = []
    for sheet, layouts in zip(book.sheets, assign_layouts(options.layout, source.name, names), strict=True):
        why = ""
        if options.sheets:
            why = "" if sheet.name in options.sheets else "not among the sheets asked for"
        elif sheet.hidden and not any(layout.sheet for layout in layouts or ()):
            why = "on a hidden sheet"
        place = place_of_sheet(sheet.name) or place_of_sheet(PurePath(source.name).stem) or ""
        grid = sheet_grid(source.name, sheet, order)
        readers.append(SheetReader(grid, options, source.limits, country=place, skipped=why, layouts=layouts))
    return readers


def draft_layout(source: InputFile) -> str:
    """Return a layout file for a workbook.

    Raises:
        ReadError: It is no workbook.
    """
    return draft_grids(sheet_readers(source, SheetsOptions(), with_pasted(open_workbook(source))[0]))
