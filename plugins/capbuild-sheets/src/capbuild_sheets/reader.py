"""Reader `sheets`: workbooks of any format, with detection of each sheet's table."""

from collections.abc import Iterator
from pathlib import PurePath

from capbuild.errors import ReadError
from capbuild.formats import (
    SheetReader,
    assign_layouts,
    country_of_sheet,
    draft_grids,
    places_of_sheets,
    read_grids,
    sniff_text,
    survey_evidence,
)
from capbuild.model import Issue, Response, SheetReconciliation
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild_sheets.annotations import with_annotations
from capbuild_sheets.cell_conversion import order_of_days, sheet_grid
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.pasted_csv import move_to_first_column, pasted_issue, split_pasted_csv
from capbuild_sheets.sheets import Sheet, Workbook
from capbuild_sheets.workbook import open_workbook, peek_workbook

_LOOK = 40
_TEXTS = (".csv", ".tsv", ".tab", ".psv", ".txt")
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".xltx", ".xltm", ".ots")


def sniff_sheets(source: InputFile) -> Claim | None:
    """Claim a workbook by its format or headers.

    Headers of a capbuild instrument give more confidence.
    """
    named = source.suffix in SUFFIXES
    try:
        book = peek_workbook(source)
    except ReadError as error:
        return Claim(Confidence.NAME, f"a workbook that cannot be opened: {error.message}") if named else None
    if book is None:
        text = named and sniff_text(source) is not None  # A text table, for the text reader.
        return Claim(Confidence.NAME, f"the name ends in {source.suffix}") if named and not text else None
    if signs := next(filter(None, map(_signs, book.sheets)), ""):
        return Claim(Confidence.SHAPE, f"a workbook {signs}")
    # Text readers claim such a name too, but cannot read a workbook.
    sure = Confidence.SHAPE if source.suffix in _TEXTS else Confidence.NAME
    return Claim(sure, f"a workbook ({book.kind}) with {len(book.sheets)} sheets")


def _signs(sheet: Sheet) -> str:
    """Return the evidence that a sheet is a capbuild survey; empty for none."""
    if sheet.hidden:
        return ""
    rows = [list(row) for row in sheet.rows[:_LOOK]]
    return survey_evidence(rows, owned=country_of_sheet(sheet.name) is not None)


def read_sheets(source: InputFile, options: SheetsOptions) -> Iterator[ReadItem]:
    """Yield the items of each sheet, its reconciliation, and the questionnaire last.

    Raises:
        ReadError: It is not a workbook, is protected, damaged, or cannot be read with these options.
    """
    book, pasted = split_pasted_csv(open_workbook(source))
    yield from book.issues
    readers = sheet_readers(source, options, book)
    read: set[str] = set()
    for item in with_annotations(read_grids(readers, source.name), source.name, book.sheets):
        sheet_name = item.origin.sheet if isinstance(item, Issue | Response) and item.origin else None
        yield item if sheet_name not in pasted else move_to_first_column(item, sheet_name or "")
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
        ReadError: A sheet named in the options is missing, or the layout does not fit.
    """
    names = [sheet.name for sheet in book.sheets]
    absent = [name for name in options.sheets if name not in names]
    if absent:
        raise ReadError(f"there is no sheet {absent[0]!r}", code="CB116", remedy=f"the sheets are: {', '.join(names)}")
    order = order_of_days(sheet for sheet in book.sheets if not sheet.hidden)
    readers = []
    places = places_of_sheets(names)
    of_file = country_of_sheet(PurePath(source.name).stem) or ""
    assigned = assign_layouts(options.layout, source.name, names)
    for sheet, layouts, place in zip(book.sheets, assigned, places, strict=True):
        why = ""
        if options.sheets:
            why = "" if sheet.name in options.sheets else "not among the sheets asked for"
        elif sheet.hidden and not any(layout.sheet for layout in layouts or ()):
            why = "on a hidden sheet"
        grid = sheet_grid(source.name, sheet, order)
        country = place or of_file
        readers.append(SheetReader(grid, options, source.limits, country=country, skipped=why, layouts=layouts))
    return readers


def draft_layout(source: InputFile) -> str:
    """Return a draft layout file for a workbook.

    Raises:
        ReadError: It is not a workbook.
    """
    return draft_grids(sheet_readers(source, SheetsOptions(), split_pasted_csv(open_workbook(source))[0]))
