"""Review form of an assessment as a workbook, and reader of returned cells."""

from collections.abc import Iterable, Iterator

from capbuild.formats import Cell, NumberStyle, Quantity, cell_text, count_indent, read_number, split_unit
from capbuild.model import Assessment
from capbuild.plugins import CellTable, InputFile, NoOptions, RenderContext
from capbuild.reports import REVIEW_COLUMNS, ReviewForm, ReviewRow, make_review_form
from capbuild_sheets.sheets import Place
from capbuild_sheets.workbook import open_workbook
from capbuild_sheets.writing import Book, Page

_WIDTHS = (11, 52, 24, 58, 26, 40, 40)
_OURS = 4


def cell_tables(source: InputFile) -> Iterable[CellTable]:
    """Return the cells of every sheet of a workbook."""
    for sheet in open_workbook(source).sheets:
        rows = (tuple(_whole_text(cell) for cell in row) for row in sheet.rows)
        spaces = {(row, column): count_indent(cell) for row, column, cell in sheet.cells()}
        indents = {
            place: found for place, count in spaces.items() if (found := count + sheet.indents.get(Place(*place), 0))
        }
        yield CellTable(sheet.name, rows, indents)


def _whole_text(cell: Cell) -> str:
    """Return a cell as text with all its digits.

    A number format may display fewer: `$1,021` for 1020.55.
    """
    if not isinstance(cell, Quantity):
        return cell_text(cell)
    shown = split_unit(cell.shown, words=True)
    if shown is not None and read_number(shown[0], NumberStyle(".", seen=True)) == cell.counted:
        return cell.shown
    return f"{cell.counted:.15g} {cell.unit}"


def _facts(page: Page, form: ReviewForm) -> None:
    page.write_facts(form.facts, ("code", "cell", "cell"))
    for name, label in form.questions:
        page.write((name, label, ""), ("code", "strong", "input"))
        if name == "agree":
            page.add_list(2, form.agreeing, error_type="information")
    page.row += 1


def _row(page: Page, row: ReviewRow) -> None:
    styles = ("code", "indicator" if row.capacity else "wrap", "indicator" if row.capacity else "strong", "quiet")
    theirs = len(REVIEW_COLUMNS) - _OURS
    cells = (row.target, row.statement, row.computed, row.basis, *[""] * theirs)
    page.write(cells, (*styles, *["input.wrap"] * theirs))
    if row.choices:
        # Other answers are allowed: a country may write more than a level.
        page.add_list(_OURS, row.choices, error_type="information")


def review_book(form: ReviewForm) -> bytes:
    """Return the review form as a workbook, locked except for the country's cells."""
    book = Book(form.title, notice=form.notice, label=form.label)
    page = book.page("Review", title=form.title)
    page.set_widths(_WIDTHS)
    for line in form.lead:
        page.block(line, len(REVIEW_COLUMNS) - 1)
    page.row += 1
    _facts(page, form)
    page.write_form_headers(form.header, REVIEW_COLUMNS, freeze=2)
    for row in form.rows:
        _row(page, row)
    page.lock(["autofilter"])
    return book.bytes()


def write_review(subject: Assessment, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the form on which a country reviews its assessment."""
    yield review_book(make_review_form(subject, context))
