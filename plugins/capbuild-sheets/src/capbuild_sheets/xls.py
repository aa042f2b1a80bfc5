"""XLS reader (binary workbooks before Excel 2007), based on xlrd."""

import io
import struct
from typing import Any

from capbuild.errors import CapbuildError, ReadError
from capbuild.formats import Cell
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_sheets.annotations import CellStyles, StyledCells
from capbuild_sheets.hidden_cells import Hiding
from capbuild_sheets.number_formats import Kind, formatted_cell, kind_of_format
from capbuild_sheets.row_builder import RowBuilder, protected
from capbuild_sheets.sheets import MergedRange, Place, Run, Sheet, Workbook, error_cell


def read_xls(source: InputFile, most: int | None) -> Workbook:
    """Return the workbook in a binary file.

    Raises:
        ReadError: It is password-protected, or damaged.
    """
    book = _open(source)
    try:
        kinds = _kinds(book)
        sheets = tuple(_sheet(source, book, index, kinds, most) for index in range(book.nsheets))
        return Workbook(sheets=sheets, date_1904=book.datemode == 1, kind="xls")
    except CapbuildError:
        raise
    except Exception as error:
        raise _damaged(source, error) from error
    finally:
        book.release_resources()


def _open(source: InputFile) -> Any:
    """Open the file with its formats, which give merged cells.

    If the formats are damaged, the file is opened without them.
    """
    try:
        return _opened(source, formats=True)
    except ReadError as error:
        if error.code == "SHEET2":
            raise
        return _opened(source, formats=False)


def _opened(source: InputFile, *, formats: bool) -> Any:
    import xlrd

    try:
        return xlrd.open_workbook(
            file_contents=source.content, logfile=_Silent(), formatting_info=formats, on_demand=True, ragged_rows=True
        )
    except MemoryError:
        raise
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise protected(source) from error
        raise _damaged(source, error) from error
    except Exception as error:
        # xlrd raises many errors for a damaged record: AssertionError, IndexError, struct.error, UnicodeDecodeError
        raise _damaged(source, error) from error


class _Silent(io.StringIO):
    """Log file that discards xlrd's output."""

    def write(self, text: str, /) -> int:
        return len(text)


def _damaged(source: InputFile, error: Exception) -> ReadError:
    shown = "" if isinstance(error, AssertionError | struct.error | IndexError) else f": {error}"
    return ReadError(
        f"it is not a workbook that can be read ({type(error).__name__}{shown})",
        code="SHEET1",
        origin=Origin(source.name),
        remedy="open it in a spreadsheet program and save it as .xlsx",
    )


def _kinds(book: Any) -> list[Kind]:
    """Return the parsed number format of each cell style."""
    kinds: list[Kind] = []
    for style in book.xf_list:
        form = book.format_map.get(style.format_key)
        kinds.append(kind_of_format(style.format_key, form.format_str if form is not None else ""))
    return kinds


def _sheet(source: InputFile, book: Any, index: int, kinds: list[Kind], most: int | None) -> Sheet:
    sheet = book.sheet_by_index(index)
    builder = RowBuilder(source.name, source.limits, most)
    marked = StyledCells(_styles(book))
    for number in range(min(sheet.nrows, most or sheet.nrows)):
        cells = [_cell(cell, kinds, book.datemode) for cell in sheet.row(number)]
        builder.put(number + 1, cells)
        for column, cell in enumerate(sheet.row(number), start=1):
            marked.take(str(cell.xf_index), number + 1, column)
    # xlrd counts from 0, with exclusive ends
    merged = tuple(MergedRange(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)
    hiding = Hiding(
        rows=[number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden],
        columns=[Run(number + 1, number + 1) for number, column in sheet.colinfo_map.items() if column.hidden],
    )
    notes = {place: note for place, note in sheet.cell_note_map.items() if note.text.strip()}
    book.unload_sheet(index)
    return Sheet(
        name=sheet.name,
        hidden=bool(sheet.visibility),
        rows=tuple(builder.rows),
        merged=merged,
        unseen=hiding.of(builder.rows, list),
        comments={Place(row + 1, column + 1): note.text.strip() for (row, column), note in notes.items()},
        struck=frozenset(marked.struck),
        fills=marked.fills,
        indents=marked.indents,
    )


def _styles(book: Any) -> CellStyles:
    """Return the styles with strike-through, indent or fill colour."""
    struck, fills, indents = set(), {}, {}
    for number, style in enumerate(book.xf_list):
        if book.font_list[style.font_index].struck_out:
            struck.add(str(number))
        colour = book.colour_map.get(style.background.pattern_colour_index)
        if style.background.fill_pattern and colour and colour != (255, 255, 255):
            fills[str(number)] = "".join(f"{part:02X}" for part in colour)
        if style.alignment.indent_level:
            indents[str(number)] = style.alignment.indent_level
    return CellStyles(frozenset(struck), fills, indents)


def _cell(cell: Any, kinds: list[Kind], datemode: int) -> Cell:
    import xlrd

    kind, value = cell.ctype, cell.value
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if kind == xlrd.XL_CELL_ERROR:
        return error_cell(xlrd.error_text_from_code.get(value, f"#ERROR {value}"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_TEXT:
        return str(value).replace("\r\n", "\n")
    number = int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
    shown = kinds[cell.xf_index] if cell.xf_index is not None and 0 <= cell.xf_index < len(kinds) else ""
    if kind == xlrd.XL_CELL_DATE and not shown:
        shown = "d" if float(value).is_integer() else "dt"
    return formatted_cell(number, shown, date_1904=datemode == 1) if shown else number
