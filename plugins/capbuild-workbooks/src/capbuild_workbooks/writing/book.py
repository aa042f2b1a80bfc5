"""Workbook and its pages: title, notice, tables, print setup."""

import datetime
import io
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from capbuild.escaping import readable_text
from capbuild_workbooks.writing.cells import CellValue, Head, put, safe_text, unique_titles, write_headers, write_rows
from capbuild_workbooks.writing.styles import Styles

_LONGEST = 31

#: Characters that Excel forbids, or XML cannot contain.
_FORBIDDEN = re.compile("[\\[\\]:*?/\\\\\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

#: Excel reserves this name.
_KEPT = ("history",)


def safe_sheet_name(wanted: str, taken: Collection[str] = ()) -> str:
    """Return a valid, unique sheet name within 31 characters.

    Names that differ only in case count as equal.

    Example:
        >>> safe_sheet_name("Needs: plan/2016"), safe_sheet_name("Plan", {"plan"})
        ('Needs plan 2016', 'Plan 2')
    """
    name = " ".join(_FORBIDDEN.sub(" ", wanted).split()).strip("' ")[:_LONGEST].rstrip("' ") or "Sheet"
    used = {other.casefold() for other in (*taken, *_KEPT)}
    number, unique_name = 2, name
    while unique_name.casefold() in used:
        tail = f" {number}"
        unique_name, number = f"{name[: _LONGEST - len(tail)].rstrip()}{tail}", number + 1
    return unique_name


def safe_table_name(wanted: str, taken: Collection[str] = ()) -> str:
    """Return a valid, unique table name.

    It consists of letters, digits and underscores, and cannot be mistaken for a cell reference.

    Example:
        >>> safe_table_name("heat map"), safe_table_name("A1")
        ('t_heat_map', 't_A1')
    """
    name = "t_" + re.sub(r"[^A-Za-z0-9_]+", "_", wanted)[:200]
    number, unique_name = 2, name
    used = {other.casefold() for other in taken}
    while unique_name.casefold() in used:
        unique_name, number = f"{name}_{number}", number + 1
    return unique_name


#: Fixed creation time, so that equal content gives equal bytes.
_MADE = datetime.datetime(2000, 1, 1)

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

_A4 = 9

#: Largest number of characters in a print header or footer.
_MARGIN_TEXT = 200


class Book:
    """Workbook to write.

    Args:
        title: Title of the workbook, in its properties.
        notice: Notice on every sheet and every printed page, such as that answers are invented.
        label: Traffic-light label, printed on every page.
        foot: Footer of every printed page.
    """

    def __init__(self, title: str, *, notice: str = "", label: str = "", foot: str = "") -> None:
        import xlsxwriter

        self._stream = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._stream, _OPTIONS)
        self.book.set_properties({"title": _margin(title), "comments": _margin(notice), "created": _MADE})
        self.styles = Styles(self.book)
        self.title, self.notice, self.label, self.foot = title, notice, label, foot
        self._names: list[str] = []
        self._tables: list[str] = []

    def page(self, name: str, *, title: str = "", lead: str = "", landscape: bool = True) -> "Page":
        """Add a sheet with title, notice and lead.

        Args:
            name: Name of the sheet, made valid and unique.
            title: Title; the name by default.
            lead: One plain sentence below the title.
            landscape: Whether it is printed in landscape.
        """
        sheet_name = safe_sheet_name(name, self._names)
        self._names.append(sheet_name)
        return Page(self, self.book.add_worksheet(sheet_name), sheet_name, title or name, lead, landscape=landscape)

    def table_name(self, wanted: str) -> str:
        """Return a unique table name."""
        name = safe_table_name(wanted, self._tables)
        self._tables.append(name)
        return name

    def define(self, name: str, page: "Page", rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """Define a name for a range, for drop-down lists.

        Args:
            name: The name.
            page: The sheet of the range.
            rows: First and last row, from 0.
            columns: First and last column, from 0.
        """
        from xlsxwriter.utility import xl_range_abs

        quoted = page.name.replace("'", "''")
        self.book.define_name(name, f"='{quoted}'!{xl_range_abs(rows[0], columns[0], rows[1], columns[1])}")

    def bytes(self) -> bytes:
        """Close the workbook and return it."""
        self.book.close()
        return self._stream.getvalue()


class Page:
    """Sheet to write, row by row.

    Attributes:
        sheet: The XlsxWriter worksheet.
        name: Name of the sheet.
        row: The next free row, from 0.
    """

    def __init__(self, book: Book, sheet: Any, name: str, title: str, lead: str, *, landscape: bool) -> None:
        self.book, self.sheet, self.name, self.styles = book, sheet, name, book.styles
        self.row = 0
        sheet.hide_gridlines(2)
        self._print_set_up(landscape=landscape)
        self.line(title, "title", height=27)
        if book.notice:
            self.line(book.notice, "notice")
        if lead:
            self.line(lead, "subtitle")
        self.row += 1

    def _print_set_up(self, *, landscape: bool) -> None:
        sheet, book = self.sheet, self.book
        sheet.set_paper(_A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        sheet.set_header(f"&L&9{_margin(book.notice, 120)}&R&9{_margin(book.label, 40)}")
        sheet.set_footer(f"&L&8{_margin(book.foot)}&R&8&P / &N")

    def set_widths(self, widths: Iterable[float]) -> None:
        """Set the widths of the first columns."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def write(
        self,
        cells: Sequence[CellValue],
        styles: str | Sequence[str] = (),
        *,
        height: float | None = None,
        hidden: bool = False,
    ) -> None:
        """Write the next row.

        Args:
            cells: Its cells, from the first column.
            styles: Style of all cells, or one per cell; none by default.
            height: Height of the row; by default, the height of its text.
            hidden: Whether it is hidden, as a row for the reader of the form.
        """
        named = [styles] * len(cells) if isinstance(styles, str) else styles or [""] * len(cells)
        for column, (cell, style) in enumerate(zip(cells, named, strict=True)):
            put(self.sheet, self.row, column, cell, self.styles(style) if style else None)
        if height is not None or hidden:
            self.sheet.set_row(self.row, height, None, {"hidden": True} if hidden else {})
        self.row += 1

    def write_heading(self, text: str, columns: int, style: str, height: float) -> None:
        """Write a styled heading that covers some columns."""
        self.write([text, *[None] * (columns - 1)], style, height=height)

    def write_facts(self, facts: Iterable[tuple[str, str, str]], styles: Sequence[str]) -> None:
        """Write id, label and value of each fact.

        A fact without a label is read by capbuild only, so its row is hidden.
        """
        for fact in facts:
            self.write(fact, styles, hidden=not fact[1])

    def add_list(self, column: int, source: str | Sequence[str], **rule: Any) -> None:
        """Add a drop-down list to a cell of the row.

        Args:
            column: Its column, from 0.
            source: The choices, or a formula for their range.
            rule: Other parts of the XlsxWriter rule, such as `error_type`.
        """
        place = (self.row - 1, column)
        choices = source if isinstance(source, str) else list(source)
        self.sheet.data_validation(*place, *place, {"validate": "list", "source": choices, **rule})

    def line(self, text: str, style: str = "lead", height: float | None = None) -> int:
        """Write a line of text, and return its row.

        The text may overflow into adjacent cells.
        """
        self.write([text], style, height=height)
        return self.row - 1

    def block(self, text: str, last_column: int, style: str = "lead.wrap", lines: int = 3) -> None:
        """Write a paragraph of `lines` lines over merged cells.

        The cells end at the column `last_column`.
        """
        if not text:
            return
        self.sheet.merge_range(self.row, 0, self.row, last_column, "", self.styles(style))
        put(self.sheet, self.row, 0, text, self.styles(style))
        self.sheet.set_row(self.row, 14.5 * lines + 2)
        self.row += 1

    def write_form_headers(self, headers: Sequence[str], names: Sequence[str], *, freeze: int = 1) -> None:
        """Write the headers of a form, and hidden column ids.

        The ids make a form readable whatever the language of its headers.

        Args:
            headers: Displayed headers.
            names: Column ids.
            freeze: Number of frozen columns.
        """
        self.write(headers, "head")
        self.write(names, "code", hidden=True)
        self.sheet.freeze_panes(self.row, freeze)
        self.sheet.repeat_rows(self.row - 2)

    def lock(self, allowed: Iterable[str] = ()) -> None:
        """Lock all cells except input cells.

        There is no password, as the lock only prevents mistakes.

        Args:
            allowed: XlsxWriter names of permitted actions, beside resizing columns and rows.
        """
        self.sheet.protect("", dict.fromkeys(("format_columns", "format_rows", *allowed), True))

    def table(
        self,
        name: str,
        headers: Sequence[Head],
        rows: Iterable[Sequence[CellValue]],
        *,
        freeze: int = 1,
        empty: str = "–",
    ) -> tuple[int, int]:
        """Write a sortable, filterable table with frozen and repeated headers.

        Args:
            name: Name of the table, for formulas; made unique.
            headers: Its columns.
            rows: Its rows.
            freeze: Number of frozen columns; -1 to freeze nothing, for a second table of a sheet.
            empty: Text if there are no rows.

        Returns:
            First and last row of its cells, from 0; the last is before the first if there are no rows.
        """
        top = self.row
        write_headers(self.sheet, top, headers, self.styles)
        last = write_rows(self.sheet, top + 1, headers, rows, self.styles) - 1
        if freeze >= 0:
            self.sheet.freeze_panes(top + 1, freeze)
            self.sheet.repeat_rows(top)
        if last == top:
            put(self.sheet, top + 1, 0, empty, self.styles("quiet"))
            self.row = top + 3
            return top + 1, top
        columns = [
            {"header": title, "header_format": self.styles(head.head_style)}
            for head, title in zip(headers, unique_titles(headers), strict=True)
        ]
        area = (top, 0, last, len(headers) - 1)
        self.sheet.conditional_format(*area, {"type": "formula", "criteria": "=TRUE", "format": self.styles.hairline})
        self.sheet.add_table(*area, {"name": self.book.table_name(name), "style": None, "columns": columns})
        self.row = last + 2
        return top + 1, last


def _margin(text: str, longest: int = _MARGIN_TEXT) -> str:
    """Return a text for a print header or footer.

    In these, `&` begins a command, so it is escaped.
    """
    return readable_text(safe_text(" ".join(text.split())[:longest])).replace("&", "&&")
