"""CSV tables of a folder, as any spreadsheet saves them.

Spreadsheets in other locales save semicolons, a code page, and another order of day and month.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from attrs import define, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ReadError
from capbuild.escaping import format_csv, unescape_formula
from capbuild.formats.csv_files.encoding import find_encoding, open_text, refuse_binary
from capbuild.formats.values.dates import DayOrder, day_order, read_day
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile

#: Possible delimiters; the folder's own tables have commas.
_DELIMITERS = ",;\t|"
#: A last row of our own.
_END = "\x1a"
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+", re.ASCII)


@define
class DateReader:
    """Reader of dates with one order of day and month.

    Attributes:
        cells: Every cell of the table.
        delimiter: Its delimiter.
    """

    cells: Sequence[str]
    delimiter: str = ","

    @cached_property
    def order(self) -> DayOrder | None:
        """Order of day and month.

        If the dates of the table do not show the order, it is None, or day first if the delimiter is a semicolon.
        Locales with a decimal comma use semicolons as delimiter, and put the day before the month: of 393 locales of
        CLDR with a decimal comma, only those of Anii write the month first.
        """
        shown = day_order(part.strip() for cell in self.cells for part in cell.split(";"))
        return DayOrder.DAY_FIRST if shown is None and self.delimiter == ";" else shown

    def day(self, text: str) -> str | None:
        """Return a date as 2016-02-29, without a time of day.

        The result is None if the text is invalid or ambiguous.
        """
        date = read_day(text, self.order)
        return None if date is None else date.isoformat()


@frozen(kw_only=True)
class PlainTable:
    """CSV table with trimmed cells.

    Attributes:
        rows: Its rows; the first is row 1 of the spreadsheet.
        top: Index of the header row, from 0; None without one.
        delimiter: The delimiter.
        issue: Issue of its encoding, or None.
    """

    rows: tuple[tuple[str, ...], ...] = field(converter=to_tuple)
    top: int | None
    delimiter: str = ","
    issue: Issue | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """Column names in lower case; empty without a header row."""
        return () if self.top is None else tuple(cell.lower() for cell in self.rows[self.top])

    @property
    def filled(self) -> list[tuple[int, tuple[str, ...]]]:
        """Numbered rows below the header, without empty rows and notes.

        Notes begin with `#`. Row numbers begin at 1 with the first row of the table.
        """
        if self.top is None:
            return []
        below = enumerate(self.rows[self.top + 1 :], start=self.top + 2)
        return [(row, cells) for row, cells in below if any(cells) and not cells[0].startswith("#")]

    @cached_property
    def days(self) -> DateReader:
        """Reader of its dates."""
        return DateReader([cell for row in self.rows for cell in row], self.delimiter)

    def plain(self, text: str) -> str:
        """Return a number with a decimal point.

        Tables with semicolons may have decimal commas.
        """
        return text.replace(",", ".") if self.delimiter == ";" and _DECIMAL_COMMA.fullmatch(text) else text

    def number(self, text: str) -> float:
        """Return a number.

        Raises:
            ValueError: The text is not a number.
        """
        return float(self.plain(text))


def split_table(
    text: str, wanted: Iterable[Collection[str]] | Callable[[Sequence[str]], object]
) -> tuple[list[list[str]], int | None, str]:
    r"""Return rows, header position and delimiter of a table.

    Args:
        text: The table.
        wanted: Sets of column names, one row must contain all of one set, in any case; or a function that is true for
            the header row.

    Raises:
        csv.Error: It is not a table.

    Example:
        >>> split_table("Review\npais;x\nround;by\n1;a, b\n", [{"round"}])[1:]
        (2, ';')
    """
    is_header = wanted if callable(wanted) else _make_header_check([set(columns) for columns in wanted])
    first = None
    for delimiter in _DELIMITERS:
        rows = [[*map(unescape_formula, row)] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
        for position, row in enumerate(rows):
            if is_header(row):
                return rows, position, delimiter
        first = first or rows
    return first or [], None, ","


def _make_header_check(sets: Sequence[set[str]]) -> Callable[[Sequence[str]], bool]:
    """Make a check for rows with all columns of one."""

    def is_header(row: Sequence[str]) -> bool:
        known = {cell.strip().lower() for cell in row}
        return any(columns <= known for columns in sets)

    return is_header


def _check_quotes(text: str, delimiter: str, name: str) -> None:
    r"""Refuse a table with an unclosed quotation mark.

    A truncated file usually ends in one.

    Raises:
        ReadError: CB119.

    Example:
        >>> _check_quotes('id,title\n1,"Law"\n2,"Order', ",", "a.csv")
        Traceback (most recent call last):
        capbuild.errors.ReadError: CB119 a.csv:3: a.csv cannot be read: the quotation mark is never closed
          remedy: close it, or take the file from a copy: it may have been cut short
    """
    rows = list(csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=delimiter))
    if rows[-1] != [_END]:  # the last cell has swallowed it
        raise ReadError(
            f"{name} cannot be read: the quotation mark is never closed",
            code="CB119",
            origin=Origin(name, row=len(rows)),
            remedy="close it, or take the file from a copy: it may have been cut short",
        )


def split_records(text: str) -> Iterator[str]:
    r"""Yield records as written, including quoted line ends.

    Example:
        >>> list(split_records('a,b\n"c\nd",e\n'))
        ['a,b\n', '"c\nd",e\n']
    """
    record = ""
    for line in io.StringIO(text, newline=""):  # only a line end ends a record
        record += line
        if record.count('"') % 2 == 0:
            yield record
            record = ""
    if record:
        yield record


def decode_text(data: bytes, name: str) -> tuple[str, bytes, Issue | None]:
    """Decode a file; return text, prefix to keep and issue.

    Spreadsheets misread UTF-8 without a byte order mark, so an existing mark is kept as prefix. A text in a code page
    is written back as UTF-8 with the mark, since new rows may have letters that the code page lacks; this is an
    issue.

    Args:
        data: The file.
        name: File name for origins.

    Raises:
        ReadError: It is not text.
    """
    if not data:
        return "", b"", None
    source = InputFile(name, data=data)
    refuse_binary(source)
    encoding = find_encoding(source, None)
    try:
        with open_text(source, encoding) as stream:
            return stream.read(), b"" if encoding.name == "utf-8" else codecs.BOM_UTF8, encoding.issue
    except UnicodeError as error:
        raise ReadError(f"{name} cannot be read: {error}", code="CB119") from error


def read_plain_table(path: Path, name: str, wanted: Collection[str]) -> PlainTable:
    """Read a table of the folder.

    Args:
        path: The file.
        name: File name for origins.
        wanted: Column names that one row must contain; they locate the header and the delimiter.

    Raises:
        ReadError: It is not text, or was cut short.
        OSError: The file cannot be read.
        csv.Error: It is not a table.
    """
    text, _, issue = decode_text(path.read_bytes(), name)
    rows, top, delimiter = split_table(text, [wanted])
    _check_quotes(text, delimiter, name)
    stripped = [tuple(cell.strip() for cell in row) for row in rows]
    return PlainTable(rows=stripped, top=top, delimiter=delimiter, issue=issue)


# Appends and changes table rows, leaving others unchanged


def append_rows(table: bytes, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Append rows to a table.

    An empty table gets a header.

    Args:
        table: The table.
        name: File name for messages.
        columns: Its columns; rows are written in the order of its own header.
        rows: Cells in the order of `columns`.

    Raises:
        ReadError: CB119, it was cut short.
    """
    before, mark, _ = decode_text(table, name)
    rows_before, top, delimiter = split_table(before, [columns[:1]])
    _check_quotes(before, delimiter, name)
    header = list(columns) if top is None else [cell.strip().lower() for cell in rows_before[top]]
    written = [header] if top is None else []
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        written.append([cells.get(column, "") for column in header])
    gap = "" if not before or before.endswith("\n") else "\n"
    added = format_csv(written, delimiter=delimiter, end="\r\n" if "\r\n" in before else "\n")
    return mark + (before + gap + added).encode("utf-8")


def change_rows(
    table: bytes, name: str, columns: Sequence[str], changes: Mapping[int, Mapping[str, str] | None]
) -> bytes:
    """Change cells of a table, or remove rows.

    The text of other rows stays exactly the same.

    Args:
        table: The table.
        name: File name for messages.
        columns: Required columns, appended if missing; the first one locates the header row.
        changes: New cells by column, by number of the row, from 1; None removes the row.

    Raises:
        ValueError: There is no header row.
    """
    before, mark, _ = decode_text(table, name)
    rows, top, delimiter = split_table(before, [columns[:1]])
    if top is None:
        raise ValueError(f"{name} has no column {columns[0]!r}")
    header = [cell.strip().lower() for cell in rows[top]]
    lacking = [column for column in columns if column not in header]
    end = "\r\n" if "\r\n" in before else "\n"
    written = []
    kept = list(split_records(before))
    if len(kept) != len(rows):  # unmatched quotes: rewrite the table
        kept = [_format_record(cells, delimiter, end) for cells in rows]
    for number, (record, cells) in enumerate(zip(kept, rows, strict=True), start=1):
        if number == top + 1 and lacking:
            written.append(_format_record([*cells, *lacking], delimiter, end))
        elif (changed := changes.get(number, {})) is None:
            continue
        elif changed:
            row_cells = dict(zip([*header, *lacking], [*cells, *[""] * (len(header) - len(cells))], strict=False))
            row_cells |= changed
            written.append(_format_record([row_cells.get(key, "") for key in (*header, *lacking)], delimiter, end))
        else:
            written.append(record)
    return mark + "".join(written).encode("utf-8")


def _format_record(cells: Sequence[str], delimiter: str, end: str) -> str:
    return format_csv([cells], delimiter=delimiter, end=end)
