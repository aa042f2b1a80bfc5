"""Workbook writer with shared styles, formula-safe cells and deterministic output.

    book = Book("Baseline", notice="Invented answers")
    page = book.page("Scores", lead="One row a country and capacity.")
    page.table("scores", [Head("Country"), Head("Level", width=8)], [("Jamaica", 3)])
    data = book.bytes()

All writers of this plugin use it, so no text becomes a formula.
"""

from capbuild_workbooks.writing.book import Book, Page, safe_sheet_name
from capbuild_workbooks.writing.cells import LONGEST, CellValue, Head, Link, put, safe_text
from capbuild_workbooks.writing.styles import LEVELS, Palette, Styles

__all__ = [
    "LEVELS",
    "LONGEST",
    "Book",
    "CellValue",
    "Head",
    "Link",
    "Page",
    "Palette",
    "Styles",
    "put",
    "safe_sheet_name",
    "safe_text",
]
