"""Built-in plugin: read delimited text.

Delimiters are commas, semicolons, tabs or pipes; tables have one of three shapes.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from capbuild.errors import ReadError
from capbuild.formats.answer_table import is_tidy
from capbuild.formats.csv_files.dialect import declared_delimiter, find_delimiter, start_records
from capbuild.formats.csv_files.encoding import code_page, find_encoding, refuse_binary, sample_text
from capbuild.formats.csv_files.options import CsvOptions
from capbuild.formats.csv_files.responses import register_writers
from capbuild.formats.csv_files.text import TextTable
from capbuild.formats.grid_reader import read_table
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.engine import draft_grids, read_grids
from capbuild.formats.layouts.layout_file import assign_layouts
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.options import no_layout
from capbuild.formats.places import country_of_sheet
from capbuild.formats.values.cells import Cell, cell_text, count_indent
from capbuild.formats.vocabulary import Role, header_meaning, is_criterion_id
from capbuild.model import SheetReconciliation
from capbuild.plugins import CellTable, Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

__all__ = ["CsvOptions", "register_readers", "register_writers", "sniff_text", "text_cells"]

#: Rows searched for headers.
_TOP = 40

#: Highest rank of a header that names a question explicitly.
_QUESTION = 3


def is_other_format(text: str) -> bool:
    """True if a text looks like JSON, XML or HTML."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<")


def read_first_rows(source: InputFile) -> Sequence[list[str]]:
    r"""Return up to 200 first rows of a text table.

    Do not modify the result, which is cached. It is empty for other files.

    Example:
        >>> table, other = InputFile("a.csv", data=b"country;P1\nCuba;yes\n"), InputFile("a", data=b"[1, 2]")
        >>> read_first_rows(table), read_first_rows(other)
        ((['country', 'P1'], ['Cuba', 'yes']), ())
    """
    try:
        refuse_binary(source)
    except ReadError:
        return ()
    text = sample_text(source)
    return () if is_other_format(text) else start_records(text)


def survey_evidence(rows: Sequence[Sequence[Cell]], *, owned: bool = False) -> str:
    """Return the evidence that a table is a survey.

    The text is empty if the table does not look like a survey of this library.

    Args:
        rows: The first rows.
        owned: Whether the table's country is known.

    Example:
        >>> survey_evidence([["Country", "TEC-1.1a", "TEC-1.1b"], ["Cuba", "yes", "no"]])
        'with criteria as headers or questions'
        >>> survey_evidence([["País", "Pregunta", "Respuesta"]]), survey_evidence([["Country", "Law?"]])
        ('with headers for country, question and answer', '')
    """
    texts = [list(map(cell_text, cells)) for cells in rows[:_TOP]]
    if texts and is_tidy(texts[0]):
        return "with the headers of a survey in long form"
    for number, headers in enumerate(texts):
        meanings = [
            (column, meaning) for column, head in enumerate(headers) if head and (meaning := header_meaning(head))
        ]
        roles = {meaning.role for _, meaning in meanings}
        if (owned or Role.COUNTRY in roles) and sum(map(is_criterion_id, headers)) > 1:
            return "with criteria as headers or questions"
        asked = [column for column, meaning in meanings if meaning.role is Role.QUESTION and meaning.rank <= _QUESTION]
        below = [row[asked[0]] for row in texts[number + 1 :] if asked and len(row) > asked[0]]
        if below and 2 * sum(map(is_criterion_id, below)) > len(below):
            return "with criteria as headers or questions"
        plainly = any(meaning.role is Role.ANSWER and meaning.rank == 0 for _, meaning in meanings)
        if plainly and asked and Role.COUNTRY in roles:
            return "with headers for country, question and answer"
    return ""


_LONGEST = 2**31 - 1

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_facts(source: InputFile) -> dict[str, Any]:
    r"""Return counts of a text table.

    Args:
        source: The file.

    Returns:
        `bytes`, `bom`, `encoding`, `first_bad_byte`, `newline`, `delimiter`, `rows_incl_header`, `columns`,
        `ragged_rows`, `duplicate_headers`, `empty_headers` and `physical_lines` (line feeds).

    Example:
        >>> found = text_facts(InputFile("a.csv", data=b"country;Q1;Q1\nPer\xc3\xba;1\n"))
        >>> found["encoding"], found["delimiter"], found["ragged_rows"], found["duplicate_headers"]
        ('utf-8', ';', 1, 1)
    """
    data = source.content
    encoding = find_encoding(source, None)
    text = data.decode(encoding.name, encoding.errors)
    rows = _rows(text)
    return {
        "bytes": len(data),
        "bom": _mark(data),
        **_encoding_facts(data, encoding.name),
        "newline": "crlf" if b"\r\n" in data else "lf" if b"\n" in data else "cr" if b"\r" in data else None,
        "delimiter": declared_delimiter(text) or find_delimiter(text[:65_536]),
        "rows_incl_header": len(rows),
        **count_header_facts(rows[0] if rows else []),
        "ragged_rows": sum(len(row) != len(rows[0]) for row in rows),
        "physical_lines": data.count(b"\n"),
    }


def _mark(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _encoding_facts(data: bytes, name: str) -> dict[str, Any]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if name.startswith("utf"):
            return {"encoding": _mark(data) or name}
        bad = f"0x{data[error.start]:02x} at {error.start}"
        return {"encoding": code_page(data), "first_bad_byte": bad}
    return {"encoding": "ascii" if data.isascii() else "utf-8"}


def _rows(text: str) -> list[list[str]]:
    """Return the records that are not blank."""
    declared = declared_delimiter(text)
    plain = text.split("\n", 1)[-1] if declared else text
    before = csv.field_size_limit(_LONGEST)
    try:
        reader = csv.reader(io.StringIO(plain, newline=""), delimiter=declared or find_delimiter(text[:65_536]))
        return [row for row in reader if row]
    except csv.Error:
        return [line.split(",") for line in plain.splitlines() if line]
    finally:
        csv.field_size_limit(before)


def count_header_facts(headers: Sequence[str]) -> dict[str, int]:
    """Count the headers, duplicate headers and blank headers.

    Example:
        >>> count_header_facts(["a", "b", "a", ""])
        {'columns': 4, 'duplicate_headers': 1, 'empty_headers': 1}
    """
    named = [head for head in headers if head.strip()]
    return {
        "columns": len(headers),
        "duplicate_headers": len(named) - len(set(named)),
        "empty_headers": len(headers) - len(named),
    }


_NAMES = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}

_SUFFIXES = (".csv", ".tsv", ".tab", ".psv")

#: Generic suffixes; such a file must look like a table.
_PLAIN_SUFFIXES = ("", ".txt", ".text", ".dat", ".asc")

#: Excel suffixes that web portals give to delimited text.
_WORKBOOKS = (".xls", ".xlsx")


def sniff_text(source: InputFile) -> Claim | None:
    """Claim delimited text by suffix or shape.

    Survey headers raise the confidence.
    """
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
    """Yield the table of a text file as raw cells."""
    rows: list[tuple[str, ...]] = []
    indents: dict[tuple[int, int], int] = {}
    for number, cells in TextTable.open(source).rows():
        indents |= {(number, position): spaces for position, c in enumerate(cells, 1) if (spaces := count_indent(c))}
        # A cell with several lines is one row. Blank rows keep the row numbers equal to an editor's line numbers.
        rows.extend([()] * (number - 1 - len(rows)))
        rows.append(tuple(map(cell_text, cells)))
    yield CellTable("", rows, indents)


def _empty(source: InputFile) -> ReadError:
    return source.error("contains no text in its first rows", "CB103", "ask for the file again")


def _scan(source: InputFile, options: CsvOptions) -> Any:
    """Return answers as columns.

    The result is None if the file needs the slower `read`.
    """
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
