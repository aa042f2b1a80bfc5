"""Reader `sheets` for workbooks of any format."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from attrs import evolve

from capbuild.display import counted
from capbuild.errors import ReadError
from capbuild.formats import (
    Cell,
    SheetReader,
    assign_layouts,
    country_of_sheet,
    draft_grids,
    find_wrapping,
    places_of_sheets,
    read_grids,
    sniff_text,
    survey_evidence,
    unwrap,
)
from capbuild.model import Issue, Response, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild_sheets.annotations import with_annotations
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.sheets import Row, Sheet, Workbook, order_of_days, sheet_grid
from capbuild_sheets.workbook import open_workbook, peek_workbook

#: Number of rows used to detect CSV lines.
_SAMPLE = 200

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)

_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,11})\.\d{1,9}", re.ASCII)


def split_pasted_csv(book: Workbook) -> tuple[Workbook, Mapping[str, int]]:
    """Split CSV lines pasted into first columns.

    Returns:
        The workbook, and the first row of each such sheet by name.
    """
    first_rows: dict[str, int] = {}
    sheets = []
    for sheet in book.sheets:
        rows = _split_lines(sheet)
        if rows:
            first_rows[sheet.name] = next(number for number, row in enumerate(rows, start=1) if row)
        sheets.append(evolve(sheet, rows=rows) if rows else sheet)
    return (evolve(book, sheets=tuple(sheets)) if first_rows else book), first_rows


def _split_lines(sheet: Sheet) -> tuple[Row, ...]:
    """Return the rows of CSV lines in the first column.

    The result is empty if these are no CSV lines.
    """
    if any(len(row) > 1 for row in sheet.rows):
        return ()
    lines = [row[0] if row else "" for row in sheet.rows]
    texts = [line for line in lines if isinstance(line, str)]
    mark = find_wrapping([[text] for text in texts if text][:_SAMPLE]) if len(texts) == len(lines) else None
    if mark is None:
        return ()
    return tuple(_row(text, mark) for text in texts)


def _row(text: str, mark: str) -> Row:
    cells = [typed_cell(cell, points=mark != ";") for cell in unwrap(text, mark) or [text]]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def pasted_issue(file: str, sheet: str, row: int) -> Issue:
    """Return the issue for tables pasted into column one."""
    return Issue.warning(
        "CB120",
        "the rows of a text table are each in one cell of the first column; they were split into cells",
        Origin(file, sheet, row, 1),
        "ask for the file as it was exported, before it was pasted into one column",
    )


def move_to_first_column(item: ReadItem, sheet: str) -> ReadItem:
    """Return an item with its origin in column one."""

    def place(origin: Origin) -> Origin:
        return evolve(origin, column=1) if origin.sheet == sheet and origin.column else origin

    if isinstance(item, Issue) and item.origin is not None:
        return evolve(item, origin=place(item.origin))
    if isinstance(item, Response) and item.origin is not None:
        answers = [evolve(answer, origin=place(answer.origin)) if answer.origin else answer for answer in item.answers]
        return evolve(item, id=f"{sheet.strip()}:{item.origin.row}", answers=answers, origin=place(item.origin))
    return item


def typed_cell(cell: object, *, points: bool) -> Cell:
    """Return a text as a typed cell.

    An unambiguous number becomes a number, and a blank text None.

    Args:
        cell: The text.
        points: Whether a point is the decimal separator.
    """
    if not isinstance(cell, str):
        return str(cell) if cell is not None else None
    text = cell.strip()
    if _INTEGER.fullmatch(text):
        return int(text)
    if points and _DECIMAL.fullmatch(text):
        return float(text)
    return cell if text else None


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
    return Claim(sure, f"a workbook ({book.kind}) with {counted(len(book.sheets), 'sheet')}")


def _signs(sheet: Sheet) -> str:
    """Return evidence of a capbuild survey, empty for none."""
    if sheet.hidden:
        return ""
    rows = [list(row) for row in sheet.rows[:_LOOK]]
    return survey_evidence(rows, owned=country_of_sheet(sheet.name) is not None)


def read_sheets(source: InputFile, options: SheetsOptions) -> Iterator[ReadItem]:
    """Yield the items of each sheet, with its reconciliation.

    The questionnaire comes last.

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
        elif not any(map(any, sheet.rows)) and not sheet.hidden and country_of_sheet(sheet.name) is not None:
            remedy = "ask the country for its answers, or delete the sheet"
            yield Issue.warning("CB103", f"the sheet {sheet.name!r} is empty", Origin(source.name, sheet.name), remedy)


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
