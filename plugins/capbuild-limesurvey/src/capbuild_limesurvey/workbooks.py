"""Response exports that are workbooks: one sheet, with heads and answers as in the text table."""

from collections.abc import Iterator, Sequence

from capbuild_sheets.grids import grid_rows
from capbuild_sheets.unseen import unseen_issues
from capbuild_sheets.workbook import open_workbook

from capbuild.errors import ReadError
from capbuild.formats.cells import Cell as TableCell
from capbuild.formats.cells import Unreadable, cell_text
from capbuild.model import SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_limesurvey.returns import Cell, Returns
from capbuild_limesurvey.sniffing import response_sheet

__all__ = ["workbook_returns"]


def _text(cell: TableCell) -> str:
    return cell.text if isinstance(cell, Unreadable) else cell_text(cell)


def workbook_returns(source: InputFile, unseen: frozenset[str]) -> tuple[Returns, list[ReadItem]]:
    """Return the responses in a workbook, and what is to be told of it beside them.

    Args:
        source: The workbook.
        unseen: Texts that say "this question was not shown".

    Raises:
        ReadError: LIME1, no sheet holds responses; or the workbook cannot be read.
    """
    book = open_workbook(source)
    sheet = response_sheet(book)
    if sheet is None:
        raise ReadError(
            f"no sheet of {source.name} holds responses of LimeSurvey",
            code="LIME1",
            origin=Origin(source.name),
            remedy="name another reader with format=",
        )
    rows = grid_rows(sheet.rows, sheet.width)
    heads = tuple(_text(cell).strip() for cell in next(rows)[1])

    def cells() -> Iterator[tuple[int, Sequence[Cell]]]:
        for number, row in rows:
            yield number, [_text(cell) for cell in row]

    told: list[ReadItem] = [*book.issues, *unseen_issues(source.name, sheet)]
    others = (other.name for other in book.sheets if other is not sheet)
    told += [SheetReconciliation(sheet=name, skipped="it holds no responses of LimeSurvey") for name in others]
    return Returns(source.name, heads, cells(), sheet=sheet.name, unseen=unseen), told
