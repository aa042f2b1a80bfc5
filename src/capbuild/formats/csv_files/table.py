"""Built-in plugin: read delimited text (CSV, TSV, semicolons, pipes) in three table shapes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from capbuild.errors import ReadError
from capbuild.formats.csv_files.dialect import find_delimiter
from capbuild.formats.csv_files.encoding import refuse_binary, sample_text
from capbuild.formats.csv_files.file_counts import text_facts
from capbuild.formats.csv_files.first_rows import is_other_format, survey_evidence
from capbuild.formats.csv_files.options import CsvOptions
from capbuild.formats.csv_files.responses import register_writers
from capbuild.formats.csv_files.text import TextTable
from capbuild.formats.csv_files.wrapped_records import start_records
from capbuild.formats.grid_reader import read_table
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.engine import draft_grids, read_grids
from capbuild.formats.layouts.layout_file import assign_layouts
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.options import no_layout
from capbuild.formats.places import country_of_sheet
from capbuild.formats.values.cells import cell_text, count_indent
from capbuild.model import SheetReconciliation
from capbuild.plugins import CellTable, Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

__all__ = ["CsvOptions", "register_readers", "register_writers", "sniff_text", "text_cells"]

_NAMES = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}
_SUFFIXES = (".csv", ".tsv", ".tab", ".psv")
#: Generic suffixes; such a file must look like a table.
_PLAIN_SUFFIXES = ("", ".txt", ".text", ".dat", ".asc")
#: Excel suffixes that web portals give to delimited text.
_WORKBOOKS = (".xls", ".xlsx")


def sniff_text(source: InputFile) -> Claim | None:
    """Claim delimited text by suffix or shape; survey headers raise the confidence."""
    named = source.suffix in _SUFFIXES
    if not named and source.suffix not in _PLAIN_SUFFIXES + _WORKBOOKS:
        return None
    try:
        refuse_binary(source)
    except ReadError:
        return Claim(Confidence.NAME, f"the name ends in {source.suffix}") if named else None
    text = sample_text(source)
    if not named and is_other_format(text):
        return None
    records = start_records(text)
    if not named and sum(len(record) > 1 for record in records) * 2 <= len(records):
        return None
    return _claim(source, records, find_delimiter(text))


def _claim(source: InputFile, records: Sequence[list[str]], delimiter: str) -> Claim:
    widths = Counter(len(record) for record in records if any(map(str.strip, record)))
    if not widths:
        return Claim(Confidence.NAME, f"the name ends in {source.suffix}")
    seen = f"a table separated by {_NAMES.get(delimiter, repr(delimiter))}"
    if signs := survey_evidence(records):
        return Claim(Confidence.SHAPE, f"{seen} {signs}")
    return Claim(Confidence.NAME, f"{seen} with {widths.most_common(1)[0][0]} columns")


def _read(source: InputFile, options: CsvOptions) -> Iterator[ReadItem]:
    table = TextTable.open(source, delimiter=options.delimiter, encoding=options.encoding)
    if table.keys is None:
        rows = CellGrid.of_text(source.name, table.rows(), semicolons=table.delimiter == ";")
        if not rows.count:
            raise _empty(source)
        yield from table.issues
        yield from read_grids([_reader(source, rows, options)], source.name)
        return
    for item in read_table(table.grid(), options, source.limits):
        if isinstance(item, SheetReconciliation):
            if item.skipped:
                raise _empty(source)
            yield from table.issues
        yield item


def _reader(source: InputFile, grid: CellGrid, options: CsvOptions) -> SheetReader:
    layouts = assign_layouts(options.layout, source.name, [None])
    country = country_of_sheet(PurePath(source.name).stem) or ""
    return SheetReader(grid, options, source.limits, country=country, layouts=layouts[0])


def _draft(source: InputFile) -> str:
    """Return a layout file for a text table.

    Raises:
        ReadError: The file has no text, or its fixed layout needs no layout file.
    """
    options = CsvOptions()
    table = TextTable.open(source)
    if table.keys is not None:
        raise no_layout(source.name)
    grid = CellGrid.of_text(source.name, table.rows(), semicolons=table.delimiter == ";")
    if not grid.count:
        raise _empty(source)
    return draft_grids([_reader(source, grid, options)])


def text_cells(source: InputFile) -> Iterator[CellTable]:
    """Yield the one table of a text file as raw cells."""
    rows: list[tuple[str, ...]] = []
    indents: dict[tuple[int, int], int] = {}
    for number, cells in TextTable.open(source).rows():
        indents |= {(number, place): spaces for place, c in enumerate(cells, 1) if (spaces := count_indent(c))}
        # A cell with several lines is one row. Blank rows keep the row numbers equal to an editor's line numbers.
        rows.extend([()] * (number - 1 - len(rows)))
        rows.append(tuple(map(cell_text, cells)))
    yield CellTable("", rows, indents)


def _empty(source: InputFile) -> ReadError:
    return source.error("holds no text in its first rows", "CB103", "ask for the file again")


def _scan(source: InputFile, options: CsvOptions) -> Any:
    """Return answers as columns; None if the file needs the slower `read`."""
    from capbuild.formats.scans.csv_files import scan_csv

    return scan_csv(source, options)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the CSV reader."""
    return [
        Reader(
            name="csv",
            title="Table of text (CSV, TSV)",
            sniff=sniff_text,
            read=_read,
            scan=_scan,
            draft=_draft,
            cells=text_cells,
            facts=text_facts,
            options=CsvOptions,
            companions=(Companion(option="layout"),),
            suffixes=(*_SUFFIXES, ".txt"),
        )
    ]
