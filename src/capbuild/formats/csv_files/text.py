"""Text file as rows of cells, with line numbers.

Rows are streamed, each with its first line number.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, field

from capbuild.errors import LimitError
from capbuild.formats.csv_files.dialect import (
    declared_delimiter,
    find_delimiter,
    has_spaces,
    is_tight,
    start_records,
    unwrap,
    wrapping_of,
)
from capbuild.formats.csv_files.encoding import Encoding, find_encoding, open_text, refuse_binary, sample_text
from capbuild.formats.grid import Grid, GridRow, JoinedKeys, find_keys
from capbuild.formats.values.cells import ErrorCell
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile

#: Fed to the parser after the last line, to detect whether a quote is still open.
_END = "\ufdd0"


def _unguarded(cell: str) -> str:
    """Return the text of a cell such as `="008"`.

    Programs write cells in this way to keep leading zeros in spreadsheets.
    """
    inner = cell.strip()[2:-1]
    if cell.strip() != f'="{inner}"' or '"' in inner.replace('""', ""):
        return cell  # text or another formula
    return inner.replace('""', '"')


@define(eq=False)
class TextTable:
    """Rows of a text file.

    The number of a row is that of its first line, as in an editor; line breaks in cells increase the numbers of later
    rows.

    Attributes:
        source: The file.
        encoding: Its encoding.
        delimiter: Character between cells.
        spaced: Whether spaces separate delimiters and quotes.
        wrapping: Outer delimiter of a file where each record is a single quoted cell with inner cells; empty for other
            files.
        keys: Joined keys of the first column; None if there are none.
        issues: Issues found; complete when all rows are read.
        unwrapped: Number of records unwrapped from quotes.
    """

    source: InputFile
    encoding: Encoding
    delimiter: str
    spaced: bool = False
    wrapping: str = ""
    keys: JoinedKeys | None = None
    issues: list[Issue] = field(factory=list, init=False)
    unwrapped: int = field(default=0, init=False)
    _first_unwrapped: int = field(default=0, init=False, repr=False)
    _lines: list[str] = field(factory=list, init=False, repr=False)
    _ended: bool = field(default=False, init=False, repr=False)

    @classmethod
    def open(cls, source: InputFile, *, delimiter: str | None = None, encoding: str | None = None) -> "TextTable":
        r"""Open a file as a table.

        Encoding and delimiter are detected if not given.

        Raises:
            ReadError: It is not text, or does not fit the given encoding.
            LimitError: A line is longer than 16 MiB.

        Example:
            >>> table = TextTable.open(InputFile("a.csv", data=b"country;P1\nCuba;yes\n"))
            >>> table.delimiter, list(table.rows())
            (';', [(1, ['country', 'P1']), (2, ['Cuba', 'yes'])])
        """
        refuse_binary(source, encoding)
        decoding = find_encoding(source, encoding)
        sample = sample_text(source, encoding)
        mark = delimiter or find_delimiter(sample)
        table = cls(source, decoding, mark, has_spaces(sample[:10_000].splitlines(), mark))
        inner = wrapping_of(sample, mark)
        if inner is not None:
            table.delimiter, table.wrapping = inner, mark
        if delimiter in (None, find_delimiter(sample)):
            table.keys = find_keys(next(iter(start_records(sample)), ()))
        if decoding.issue is not None:
            table.issues.append(decoding.issue)
        return table

    def grid(self) -> Grid:
        """Return the table as a grid for `read_table`.

        The rows of the grid can be read once.
        """
        rows = self.rows() if self.keys is None else self.keys.rows(self.rows())
        return Grid(self.source.name, rows, semicolons=self.delimiter == ";", keys=self.keys)

    def rows(self) -> Iterator[GridRow]:
        """Yield the rows.

        A blank line is a row without cells.

        Raises:
            LimitError: A cell is longer than the csv module allows.
        """
        with open_text(self.source, self.encoding) as stream:
            mark = self.wrapping or self.delimiter
            reader = csv.reader(self._fed(stream), delimiter=mark, skipinitialspace=self.spaced)
            last, width = 0, 0
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    self._note_unwrapped()
                    return
                except csv.Error as error:
                    raise self._too_long(last + 1, error) from error
                if self._ended:
                    yield from self._ending(last + 1, cells, width)
                    self._note_unwrapped()
                    return
                if self.wrapping or (len(cells) == 1 and width > 1):
                    cells = self._unwrap_record(last + 1, cells, width)
                if last or declared_delimiter(self._lines[0]) is None:
                    # Fast path: nearly every record is one line, and there may be millions.
                    text = self._lines[0] if len(self._lines) == 1 else "".join(self._lines)
                    yield last + 1, list(map(_unguarded, cells)) if '="' in text else cells
                last, width = reader.line_num, len(cells) or width
                self._lines.clear()

    def _unwrap_record(self, line: int, cells: list[str], width: int) -> list[str]:
        """Unwrap a record that is one quoted cell.

        Other records are returned unchanged.

        Args:
            line: Its first line.
            cells: Its cells as split.
            width: Number of cells of the record above, which a single wrapped record must match.
        """
        if any(cells[1:]):
            return cells
        unwrapped = unwrap(cells[0], self.delimiter) if cells else None
        if unwrapped is None or (not self.wrapping and (len(unwrapped) != width or not is_tight(unwrapped))):
            return cells
        self._first_unwrapped = self._first_unwrapped or line
        self.unwrapped += 1
        return unwrapped

    def _note_unwrapped(self) -> None:
        if not self.unwrapped:
            return
        message = f"{self.unwrapped:,} rows are quoted as a whole; they were split into cells"
        self.issues.append(
            Issue.warning(
                "CB120",
                message,
                Origin(self.source.name, row=self._first_unwrapped),
                "ask for the file as it was exported, before it was pasted into one column and saved again",
            )
        )

    def _fed(self, stream: Iterable[str]) -> Iterator[str]:
        """Yield lines, and store those of the current record.

        The stored lines are read again if a quote in them is never closed.
        """
        for line in stream:
            self._lines.append(line)
            yield line
        self._ended = True
        yield _END

    def _too_long(self, line: int, error: csv.Error) -> LimitError:
        return LimitError(
            f"a cell of {self.source.name} is longer than {csv.field_size_limit():,} characters ({error})",
            origin=Origin(self.source.name, row=line),
            remedy="a quote may be left open in this row; csv.field_size_limit raises the limit",
        )

    def _ending(self, line: int, cells: list[str], width: int) -> Iterator[GridRow]:
        """Yield the rest of an incomplete text.

        The text ends inside a quoted cell, which is reported. If most lines have the usual number of cells without
        quotes, they are read in that way.
        """
        if cells == [_END]:
            return
        lines = list(self._lines)
        message = "the text ends inside a quoted cell"
        recovered = list(csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE))
        widths = Counter(map(len, recovered[1:]))
        stray = len(recovered) > 1 and 2 * widths[width] >= len(recovered) - 1
        if stray:
            message = f"a quote that opens here is never closed; its {len(lines):,} lines were read without quotes"
        self.issues.append(
            Issue.error(
                "CB110",
                message,
                Origin(self.source.name, row=line),
                "close the quote" if stray else "the file may be cut short: ask for it again",
            )
        )
        if stray:
            yield from enumerate(recovered, start=line)
        else:
            text = cells[-1].removesuffix(_END)
            yield line, [*cells[:-1], ErrorCell(text, "the text ends inside this cell")]
