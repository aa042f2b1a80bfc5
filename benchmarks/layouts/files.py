"""Bytes of a labelled table: CSV, XLSX and ODS."""

from __future__ import annotations

import csv
import datetime
import io
import random
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from attrs import frozen
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks.layouts.generate import Scalar, Sheet, Table, Value


@frozen
class Style:
    """File type: ending, and how texts and numbers are written.

    Attributes:
        suffix: `csv`, `tsv`, `xlsx` or `ods`.
        delimiter: Delimiter of text files.
        encoding: Encoding of text files.
        as_text: Whether a workbook has texts only.
        decimal: Decimal mark of numbers written as text.
    """

    suffix: str
    delimiter: str = ","
    encoding: str = "utf-8"
    as_text: bool = False
    decimal: str = "."

    def __str__(self) -> str:
        if self.suffix in ("csv", "tsv"):
            return f"{self.suffix} {'tab' if self.suffix == 'tsv' else self.delimiter}"
        return f"{self.suffix} {'text' if self.as_text else 'typed'}"


BOOKS = (Style("xlsx"), Style("xlsx", as_text=True), Style("ods"))
TEXTS = (Style("csv"), Style("csv", ";"), Style("tsv", "\t"))


def styles(table: Table) -> tuple[Style, ...]:
    """Return the file types that preserve a table."""
    if table.delimiter:
        return tuple(style for style in TEXTS if style.delimiter == table.delimiter)
    sheet = table.sheets[0]
    hidden = sheet.hidden or sheet.hidden_rows or sheet.hidden_columns
    if len(table.sheets) > 1 or hidden or any(cell.value.remark for cell in sheet.cells.values()):
        return BOOKS
    return (*TEXTS, *BOOKS) if sheet.name == "Sheet1" else BOOKS


def choose(table: Table, seed: int) -> Style:
    """Choose file type, encoding and decimal mark by seed."""
    rng = random.Random(f"{table.kind} {table.language} {seed} style")
    style = rng.choice(styles(table))
    if style in BOOKS:
        return style
    decimal = "," if style.delimiter == ";" and table.language not in ("en", "zh", "sw", "ar") else "."
    encoding = rng.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16"))
    style = Style(style.suffix, style.delimiter, encoding, decimal=decimal)
    try:
        write(table, style)
    except UnicodeEncodeError:
        return Style(style.suffix, style.delimiter, decimal=decimal)
    return style


def shown(value: Value, decimal: str = ".") -> str:
    """Return the text of a cell."""
    cell = value.cell
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if value.shown == "0%" and isinstance(cell, float):
        return f"{round(cell * 100)}%"
    return str(cell) if isinstance(cell, str) else str(cell).replace(".", decimal)


def write(table: Table, style: Style) -> bytes:
    """Return the bytes of a table."""
    if style.suffix == "xlsx":
        return _xlsx(table, style)
    return _ods(table, style) if style.suffix == "ods" else _csv(table.sheets[0], style)


def _grid(sheet: Sheet) -> Iterator[tuple[int, list[Value | None]]]:
    for row in range(1, sheet.height + 1):
        cells = (sheet.cells.get((row, column)) for column in range(1, sheet.width + 1))
        yield row, [cell.value if cell else None for cell in cells]


def _csv(sheet: Sheet, style: Style) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=style.delimiter, lineterminator="\r\n")
    for _, values in _grid(sheet):
        writer.writerow([shown(value, style.decimal) if value else "" for value in values])
    return out.getvalue().encode(style.encoding)


def _xlsx(table: Table, style: Style) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for sheet in table.sheets:
        page: Worksheet = book.create_sheet(sheet.name)
        for (row, column), cell in sheet.cells.items():
            value = cell.value
            made = page.cell(row, column, shown(value) if style.as_text else value.cell)
            if value.shown and not style.as_text:
                made.number_format = value.shown
            if value.remark:
                made.comment = Comment(value.remark, "capbuild")
        for top, left, bottom, right in sheet.merged:
            page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row in sheet.hidden_rows:
            page.row_dimensions[row].hidden = True
        for column in sheet.hidden_columns:
            page.column_dimensions[page.cell(1, column).column_letter].hidden = True
        page.sheet_state = "hidden" if sheet.hidden else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def _ods(table: Table, style: Style) -> bytes:
    sheets = "".join(_ods_sheet(sheet, style) for sheet in table.sheets)
    hidden = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{hidden}</style:style></office:automatic-styles>"
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _TYPE), ("content.xml", "text/xml"))
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_NAMES.split(chr(34))[1].replace("office:1", "manifest:1")}">'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _TYPE)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"{manifest}{entries}</manifest:manifest>")
    return out.getvalue()


def _ods_sheet(sheet: Sheet, style: Style) -> str:
    hide = ' table:visibility="collapse"'
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merged}
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - set(spans)
    columns = "".join(
        f"<table:table-column{hide if column in sheet.hidden_columns else ''}/>" for column in range(1, sheet.width + 1)
    )
    rows = []
    for row, values in _grid(sheet):
        cells = "".join(
            "<table:covered-table-cell/>" if (row, column) in covered else _ods_cell(value, spans.get((row, column)))
            for column, value in enumerate(values, 1)
        )
        rows.append(f"<table:table-row{hide if row in sheet.hidden_rows else ''}>{cells}</table:table-row>")
    shut = ' table:style-name="h"' if sheet.hidden else ""
    return f"<table:table table:name={quoteattr(sheet.name)}{shut}>{columns}{''.join(rows)}</table:table>"


def _ods_cell(value: Value | None, span: tuple[int, int] | None) -> str:
    if value is None:
        return "<table:table-cell/>"
    room = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    remark = f"<office:annotation><text:p>{escape(value.remark)}</text:p></office:annotation>" if value.remark else ""
    text = f"<text:p>{escape(shown(value))}</text:p>"
    return f"<table:table-cell{room} {_ods_type(value.cell, value.shown)}>{remark}{text}</table:table-cell>"


def _ods_type(cell: Scalar, form: str) -> str:
    if isinstance(cell, datetime.date):
        return f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    if isinstance(cell, str):
        return 'office:value-type="string"'
    return f'office:value-type="{"percentage" if form == "0%" else "float"}" office:value="{cell}"'
