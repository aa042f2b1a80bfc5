"""CSV tables of a folder, however a spreadsheet saved them.

A spreadsheet of another language saves a table with semicolons, in a code page, with its own order of day and month.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from attrs import define, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ReadError
from capbuild.escaping import unescape_formula
from capbuild.formats.csv_files.encoding import find_encoding, open_text, refuse_binary
from capbuild.formats.values.dates import DayOrder, day_order, read_date
from capbuild.model import Issue
from capbuild.plugins import InputFile

__all__ = ["DateReader", "PlainTable", "decode_text", "read_plain_table", "split_records", "split_table"]

#: What may stand between cells; the comma is what the folder's own tables have.
_DELIMITERS = ",;\t|"
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+", re.ASCII)


@define
class DateReader:
    """Reads the dates of a table, in one common day order.

    Attributes:
        cells: Every cell of the table.
        delimiter: What stands between its cells.
    """

    cells: Sequence[str]
    delimiter: str = ","

    @cached_property
    def order(self) -> DayOrder | None:
        """Day order of the table, if its dates show it.

        Semicolons stand between cells where the comma is the decimal mark, and there the day comes before the month:
        of 393 locales of CLDR with a decimal comma, only those of Anii write the month first.
        """
        shown = day_order(part.strip() for cell in self.cells for part in cell.split(";"))
        return DayOrder.DAY_FIRST if shown is None and self.delimiter == ";" else shown

    def day(self, text: str) -> str | None:
        """Return a date as 2016-02-29; None if invalid or ambiguous."""
        found = read_date(text, self.order)
        return None if found is None else found.isoformat()[:10]


@frozen(kw_only=True)
class PlainTable:
    """A CSV table with trimmed cells.

    Attributes:
        rows: Its rows; row 1 of a spreadsheet is the first.
        top: Place of the row of heads, from 0; None where no row holds them.
        delimiter: What stands between cells.
        issue: What a person should know of its encoding.
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
        """Rows below the header with numbers.

        Empty rows and notes (`#`) are skipped.
        """
        if self.top is None:
            return []
        below = enumerate(self.rows[self.top + 1 :], start=self.top + 2)
        return [(row, cells) for row, cells in below if any(cells) and not cells[0].startswith("#")]

    @cached_property
    def days(self) -> DateReader:
        """Reads its dates."""
        return DateReader([cell for row in self.rows for cell in row], self.delimiter)

    def plain(self, text: str) -> str:
        """Return a number with a decimal point.

        Tables with semicolons may use decimal commas.
        """
        return text.replace(",", ".") if self.delimiter == ";" and _DECIMAL_COMMA.fullmatch(text) else text

    def number(self, text: str) -> float:
        """Return a number.

        Raises:
            ValueError: It is none.
        """
        return float(self.plain(text))


def split_table(text: str, wanted: Iterable[Collection[str]]) -> tuple[list[list[str]], int | None, str]:
    r"""Return rows, header position and delimiter of a table.

    Args:
        text: The table.
        wanted: Heads of which one set must stand in one row, in any case of letters.

    Raises:
        csv.Error: It is no table.

    Example:
        >>> split_table("Review\npais;x\nround;by\n1;a, b\n", [{"round"}])[1:]
        (2, ';')
    """
    sets = [set(heads) for heads in wanted]
    first = None
    for delimiter in _DELIMITERS:
        rows = [[*map(unescape_formula, row)] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
        for place, row in enumerate(rows):
            known = {cell.strip().lower() for cell in row}
            if any(heads <= known for heads in sets):
                return rows, place, delimiter
        first = first or rows
    return first or [], None, ","


def split_records(text: str) -> Iterator[str]:
    r"""Yield records as written, including quoted line ends.

    Example:
        >>> list(split_records('a,b\n"c\nd",e\n'))
        ['a,b\n', '"c\nd",e\n']
    """
    record = ""
    for line in io.StringIO(text, newline=""):  # no other mark than a line end ends a record
        record += line
        if record.count('"') % 2 == 0:
            yield record
            record = ""
    if record:
        yield record


def decode_text(data: bytes, name: str) -> tuple[str, bytes, Issue | None]:
    """Return a file's text, its prefix to keep, and encoding issue.

    A spreadsheet takes UTF-8 without its mark for another encoding, so a mark that was there is kept. A text in a code
    page is to be written again as UTF-8 with the mark: new rows may hold letters that the page has none for.

    Args:
        data: The file.
        name: Its name in origins.

    Raises:
        ReadError: It is no text.
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
        name: Its name in origins.
        wanted: Heads that must stand in one row: they show where the table begins, and what stands between its cells.

    Raises:
        ReadError: It is no text.
        OSError: It cannot be read.
        csv.Error: It is no table.
    """
    text, _, issue = decode_text(path.read_bytes(), name)
    rows, top, delimiter = split_table(text, [wanted])
    stripped = [tuple(cell.strip() for cell in row) for row in rows]
    return PlainTable(rows=stripped, top=top, delimiter=delimiter, issue=issue)
