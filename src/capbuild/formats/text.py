"""From a text file to rows of cells, as a stream: each row with the line it starts on, and nothing lost on the way."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, field

from capbuild.errors import LimitError
from capbuild.formats.cells import Unreadable
from capbuild.formats.dialect import declared_delimiter, find_delimiter, has_spaces
from capbuild.formats.encoding import Encoding, find_encoding, open_text, refuse_binary, sample_text
from capbuild.formats.grid import Grid, GridRow
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile

__all__ = ["TextTable"]

#: Fed to the parser after the last line: where it ends up tells whether a quote is still open.
_END = "\ufdd0"


def _unguarded(cell: str) -> str:
    """Return the text of a cell such as `="008"`, which programs write so that a spreadsheet keeps its zeros."""
    inner = cell.strip()[2:-1]
    if cell.strip() != f'="{inner}"' or '"' in inner.replace('""', ""):
        return cell  # a text or a formula of another kind
    return inner.replace('""', '"')


@define(eq=False)
class TextTable:
    """The rows of a text file.

    A row's number is the line on which it starts, as an editor counts; a cell with line breaks makes the next row's
    number higher by as many.

    Attributes:
        source: The file.
        encoding: How its bytes become text.
        delimiter: What separates its cells.
        spaced: Whether spaces stand between separators and quotes.
        issues: What was found while reading, complete when all rows are read.
    """

    source: InputFile
    encoding: Encoding
    delimiter: str
    spaced: bool = False
    issues: list[Issue] = field(factory=list, init=False)
    _lines: list[str] = field(factory=list, init=False, repr=False)
    _ended: bool = field(default=False, init=False, repr=False)

    @classmethod
    def open(cls, source: InputFile, *, delimiter: str | None = None, encoding: str | None = None) -> "TextTable":
        r"""Return a file as a table; what is not given is found out.

        Raises:
            ReadError: It is no text, or does not fit the encoding given.
            LimitError: A line is longer than 16 MiB.

        Example:
            >>> table = TextTable.open(InputFile("a.csv", data=b"country;P1\nCuba;yes\n"))
            >>> table.delimiter, list(table.rows())
            (';', [(1, ['country', 'P1']), (2, ['Cuba', 'yes'])])
        """
        refuse_binary(source, encoding)
        found = find_encoding(source, encoding)
        sample = sample_text(source, encoding)
        mark = delimiter or find_delimiter(sample)
        table = cls(source, found, mark, has_spaces(sample[:10_000].splitlines(), mark))
        if found.issue is not None:
            table.issues.append(found.issue)
        return table

    def grid(self) -> Grid:
        """Return the table as a grid for `read_table`; its rows can be read once."""
        return Grid(self.source.name, self.rows(), semicolons=self.delimiter == ";")

    def rows(self) -> Iterator[GridRow]:
        """Yield the rows; a blank line is a row without cells.

        Raises:
            LimitError: A cell is longer than the csv module takes.
        """
        with open_text(self.source, self.encoding) as stream:
            reader = csv.reader(self._fed(stream), delimiter=self.delimiter, skipinitialspace=self.spaced)
            last, width = 0, 0
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise self._too_long(last + 1, error) from error
                if self._ended:
                    yield from self._ending(last + 1, cells, width)
                    return
                if last or declared_delimiter(self._lines[0]) is None:
                    # Nearly every record is one line, and millions of them go through here.
                    one = self._lines[0] if len(self._lines) == 1 else "".join(self._lines)
                    yield last + 1, list(map(_unguarded, cells)) if '="' in one else cells
                last, width = reader.line_num, len(cells) or width
                self._lines.clear()

    def _fed(self, stream: Iterable[str]) -> Iterator[str]:
        """Pass lines on, keeping those of the record at hand, which ends the memory that an open quote can take."""
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
        """Yield what is left at the end of the text, where the last record may lie inside an open quote."""
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
            Issue(
                code="CB110",
                severity=Severity.ERROR,
                message=message,
                origin=Origin(self.source.name, row=line),
                remedy="close the quote" if stray else "the file may be cut short: ask for it again",
            )
        )
        if stray:
            yield from enumerate(recovered, start=line)
        else:
            text = cells[-1].removesuffix(_END)
            yield line, [*cells[:-1], Unreadable(text, "the text ends inside this cell")]
