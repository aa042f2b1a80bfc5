"""Sheets with CSV lines pasted into the first column."""

import re
from collections.abc import Mapping

from attrs import evolve

from capbuild.formats import find_wrapping, unwrap
from capbuild.model import Issue, Response
from capbuild.origin import Origin
from capbuild.plugins import ReadItem
from capbuild_sheets.sheets import Cell, Row, Sheet, Workbook

#: Number of rows used to detect CSV lines.
_SAMPLE = 200
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,11})\.\d{1,9}", re.ASCII)


def split_pasted_csv(book: Workbook) -> tuple[Workbook, Mapping[str, int]]:
    """Split CSV lines pasted into first columns.

    Returns:
        The workbook, and the first row of each such sheet by name.
    """
    found: dict[str, int] = {}
    sheets = []
    for sheet in book.sheets:
        rows = _split_lines(sheet)
        if rows:
            found[sheet.name] = next(number for number, row in enumerate(rows, start=1) if row)
        sheets.append(evolve(sheet, rows=rows) if rows else sheet)
    return (evolve(book, sheets=tuple(sheets)) if found else book), found


def _split_lines(sheet: Sheet) -> tuple[Row, ...]:
    """Return the rows of CSV lines in the first column.

    Empty if they are not CSV.
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
    """Return the issue for a table pasted into the first column."""
    return Issue.warning(
        "CB120",
        "the rows of a table of text stand in the first column as a whole; they were read as what they hold",
        Origin(file, sheet, row, 1),
        "ask for the file as it was exported, before it was pasted into one column",
    )


def move_to_first_column(item: ReadItem, sheet: str) -> ReadItem:
    """Return an item with its origin moved to the first column."""

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
