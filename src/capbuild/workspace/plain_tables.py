"""Tables of text that people keep in the folder, read as well when a spreadsheet has saved them its own way.

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
from capbuild.formats.days import DayOrder, day_order, read_date
from capbuild.formats.encoding import find_encoding, open_text, refuse_binary
from capbuild.model import Issue
from capbuild.plugins import InputFile

__all__ = ["DateReader", "PlainTable", "decode_text", "read_plain_table", "split_records", "split_table"]

#: What may stand between cells; the comma is what the folder's own tables have.
_DELIMITERS = ",;\t|"
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+", re.ASCII)


@define
class DateReader:
    """Reads the dates of one table: the same spreadsheet wrote all of them, so one shows the order of the others.

    Attributes:
        cells: Every cell of the table.
        delimiter: What stands between its cells.
    """

    cells: Sequence[str]
    delimiter: str = ","

    @cached_property
    def order(self) -> DayOrder | None:
        """Which number is the day, where the table shows it.

        Semicolons stand between cells where the comma is the decimal mark, and there the day comes before the month:
        of 393 locales of CLDR with a decimal comma, only those of Anii write the month first.
        """
        shown = day_order(part.strip() for cell in self.cells for part in cell.split(";"))
        return DayOrder.DAY_FIRST if shown is None and self.delimiter == ";" else shown

    def day(self, text: str) -> str | None:
        """Return a date as 2016-02-29; None where the text is no date, or may be two."""
        found = read_date(text, self.order)
        return None if found is None else found.isoformat()[:10]


@frozen(kw_only=True)
class PlainTable:
    """A table of text as its cells stand, without white space at their ends.

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
        """Its heads, in lower case; none where no row holds them."""
        return () if self.top is None else tuple(cell.lower() for cell in self.rows[self.top])

    @property
    def filled(self) -> list[tuple[int, tuple[str, ...]]]:
        """Rows below the heads with their numbers; empty rows and notes (`#`) are passed over."""
        if self.top is None:
            return []
        below = enumerate(self.rows[self.top + 1 :], start=self.top + 2)
        return [(row, cells) for row, cells in below if any(cells) and not cells[0].startswith("#")]

    @cached_property
    def days(self) -> DateReader:
        """Reads its dates."""
        return DateReader([cell for row in self.rows for cell in row], self.delimiter)

    def plain(self, text: str) -> str:
        """Return a number with a decimal point, where a comma stands for it: semicolons stand between cells then."""
        return text.replace(",", ".") if self.delimiter == ";" and _DECIMAL_COMMA.fullmatch(text) else text

    def number(self, text: str) -> float:
        """Return a number.

        Raises:
            ValueError: It is none.
        """
        return float(self.plain(text))


def split_table(text: str, wanted: Iterable[Collection[str]]) -> tuple[list[list[str]], int | None, str]:
    r"""Return the rows of a table, the place of its heads, and what stands between its cells.

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
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        for place, row in enumerate(rows):
            known = {cell.strip().lower() for cell in row}
            if any(heads <= known for heads in sets):
                return rows, place, delimiter
        first = first or rows
    return first or [], None, ","


def split_records(text: str) -> Iterator[str]:
    r"""Yield the records of a table as they are written; a record may hold line ends inside quotes.

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
    """Return the text of a file, what must stand before it, and what a person should know of its encoding.

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
