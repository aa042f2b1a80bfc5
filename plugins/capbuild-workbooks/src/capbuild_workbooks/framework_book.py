"""Framework as an editable template workbook.

It has a sheet for each table, with drop-downs.
"""

from collections.abc import Iterator
from typing import Any

from capbuild.escaping import unescape_formula
from capbuild.frameworks import TEMPLATE_HELP, TemplateSheet, template_sheets
from capbuild.model import Framework
from capbuild.plugins import NoOptions, RenderContext
from capbuild_workbooks.writing import Book, CellValue, Page

#: Number of rows below the header with drop-downs.
_ROWS = 1000
#: Columns with drop-down lists of the ids of a sheet.
_IDS = {
    ("Nodes", "parent"): "Nodes",
    ("Criteria", "node"): "Nodes",
    ("Levels", "scale"): "Scales",
    ("Nodes", "scale"): "Scales",
}
_WIDE = ("title", "text", "definition", "why", "evidence", "value", "label", "level", "action", "small")
_LEAD = "Change, add and delete rows; leave the names of the columns. The sheet Help describes each column."


def framework_book(framework: Framework) -> bytes:
    """Return a framework as a workbook that `cb.read_framework` can read."""
    title = framework.title.get(framework.languages[0])
    book = Book(title, label=framework.key)
    tops: dict[str, int] = {}
    pages = [(sheet, book.page(sheet.name, title=sheet.name, lead=_LEAD)) for sheet in template_sheets(framework)]
    for sheet, page in pages:
        tops[sheet.name] = page.row + 1
        _write_sheet(sheet, page)
    for sheet, page in pages:
        _add_choices(sheet, page, tops)
    _write_help(book.page("Help", title="Help", lead="Content of each column."))
    return book.bytes()


def _write_sheet(sheet: TemplateSheet, page: Page) -> None:
    page.write(sheet.header, "head")
    page.set_widths(44 if name.partition(" ")[0] in _WIDE else 14 for name in sheet.header)
    page.sheet.freeze_panes(page.row, 1)
    for row in sheet.rows:
        page.write([_keep_apostrophe(cell) for cell in row], "input.wrap")


def _keep_apostrophe(cell: CellValue) -> CellValue:
    """Escape a text that reading would change.

    The apostrophe put before it is removed by reading.
    """
    return f"'{cell}" if isinstance(cell, str) and unescape_formula(cell) != cell else cell


def _add_choices(sheet: TemplateSheet, page: Page, tops: dict[str, int]) -> None:
    top = tops[sheet.name]
    for column, name in enumerate(sheet.header):
        ids = _IDS.get((sheet.name, name))
        source: Any = list(sheet.choices.get(name, ()))
        if ids is not None:
            source = f"={ids}!$A${tops[ids] + 1}:$A${tops[ids] + _ROWS}"
        if source:
            # A warning, not an error: methods of plugins are allowed too.
            rule = {"validate": "list", "source": source, "error_type": "warning", "ignore_blank": True}
            page.sheet.data_validation(top, column, top + _ROWS - 1, column, rule)


def _write_help(page: Page) -> None:
    page.set_widths((14, 18, 100))
    for sheet, columns in TEMPLATE_HELP.items():
        for name, text in columns.items():
            page.write((sheet, name, text), "wrap")


def write_framework(framework: Framework, _context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the template workbook of a framework."""
    yield framework_book(framework)
