"""Fast path of the reader `csv`.

A wide table is read into columns. Header, shape, words and marks are detected by the code of `read`, on the same
sample. Polars splits the lines, and each distinct text is then parsed once. Files that polars might split differently
from the csv module (titles above the header, ragged rows, line breaks in cells, doubled quotes, other encodings) are
left to `read`.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import PurePath
from typing import Any

from attrs import define, evolve

from capbuild.errors import ReadError
from capbuild.formats.columns import ColumnSample, sample_columns
from capbuild.formats.csv_files.dialect import declared_delimiter, find_delimiter, wrapping_of
from capbuild.formats.csv_files.encoding import Encoding, sample_text
from capbuild.formats.csv_files.options import CsvOptions
from capbuild.formats.csv_files.text import TextTable
from capbuild.formats.csv_files.text_marks import TextMarks, count_byte, has_byte, has_padded_cells
from capbuild.formats.grid import GridRow, find_keys
from capbuild.formats.layout import Layout
from capbuild.formats.layouts.cell_grid import CellGrid, is_total, role_score
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.places import country_of_sheet
from capbuild.formats.scans.columns import Kind, SplitColumn, Way, Words, dictionaries, plan_column
from capbuild.formats.scans.table import ScannedTable
from capbuild.formats.table_state import TableWork
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import Role
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
from capbuild.tables.building import engine_errors, polars

#: Bytes that cause the file to be scanned before it is split.
_MARKED = (b'"', b"\r", b"\0")


def _begins_plainly(source: InputFile, table: TextTable, rows: list[GridRow]) -> bool:
    """True if the first rows have a line each."""
    starts = [number for number, _ in rows]
    return (
        bool(starts)
        and starts == list(range(1, len(starts) + 1))
        and len(table.delimiter.encode()) == 1
        and declared_delimiter(source.start[:20].decode("latin-1").splitlines()[0]) is None
    )


def _fits(marks: TextMarks) -> bool:
    """True if polars splits the file like module csv."""
    return not (marks.null or marks.wide) and marks.end_lines_alike and (marks.quotes == 0 or marks.are_plain)


def scan_csv(source: InputFile, options: CsvOptions) -> ResponseTable | None:
    r"""Return a text table as columns.

    The result is None if the file must be read by `read`.

    Args:
        source: The file.
        options: Options in force.

    Example:
        >>> table = scan_csv(InputFile("a.csv", data=b"country,P1\nCuba,yes\nHaiti,n/a\n"), CsvOptions())
        >>> [(row.place, row["P1"].value) for row in table][0], table[1]["P1"].raw, str(table[1]["P1"].origin)
        (('Cuba', 'yes'), 'n/a', 'a.csv:B3')
    """
    if (
        options.fill_country
        or options.layout
        or options.encoding not in (None, "utf-8", "utf8")
        or source.start.startswith(b"\xef\xbb\xbf")
    ):
        return None
    try:
        table = _Opened.open(source, options)
        return table.scanned() if table is not None else None
    except (ReadError, UnicodeError):
        return None


@define
class _Opened:
    """Text table that polars may be able to split.

    Attributes:
        source: The file.
        options: Options in force.
        delimiter: Character between cells.
        marks: Counts of special characters in the file; None if its start has none.
        work: Table plan from its first rows.
        samples: Sample of each column from those rows.
        first_head: First cell of the header.
        codes: Columns of country names and of the codes next to them.
    """

    source: InputFile
    options: CsvOptions
    delimiter: str
    marks: TextMarks | None
    work: TableWork
    samples: Sequence[ColumnSample]
    first_head: str
    codes: tuple[tuple[int, int], ...] = ()

    @property
    def layout(self) -> Layout:
        """Layout of the table."""
        return self.work.layout

    @classmethod
    def open(cls, source: InputFile, options: CsvOptions) -> "_Opened | None":
        """Plan the table from its first rows.

        The result is None if the file must be read by `read`.
        """
        start = sample_text(source)
        text = TextTable(source, Encoding("utf-8"), options.delimiter or find_delimiter(start))
        sample = list(islice(text.rows(), 600))
        wrapped = text.unwrapped or wrapping_of(start, text.delimiter) is not None
        if wrapped or not _begins_plainly(source, text, sample) or find_keys(sample[0][1]):
            return None
        look = any(mark in source.start for mark in _MARKED)
        marks = TextMarks.of(source, text.delimiter) if look else None
        if marks is not None and not _fits(marks):
            return None
        place = country_of_sheet(PurePath(source.name).stem) or ""
        cells = CellGrid.of_text(source.name, sample, semicolons=text.delimiter == ";")
        reader = SheetReader(cells, options, source.limits, country=place)
        reader.plan()
        table = reader.plain_table()
        if table is None or any(len(cells) != table.work.layout.width for _, cells in sample):
            return None
        width = table.work.layout.width
        if source.size * width > source.limits.cells:  # polars makes a full row of a blank line too
            lines = marks.lines if marks is not None else count_byte(source, ord("\n"))
            source.limits.check_cells(source.name, lines * width)
        samples, head = sample_columns(sample[1:], width), cell_text(sample[0][1][0])
        return cls(source, options, text.delimiter, marks, table.work, samples, head, table.codes)

    def _ways(self) -> list[Way]:
        layout, longest = self.layout, self.source.limits.text
        answers = {column.index for column in layout.answers}
        used = (*layout.answers, *layout.keys.values(), *layout.comments.values())
        ways = {}
        for column in used:
            name = f"c{column.index}"
            key = column in (layout.keys.get(Role.RESPONDENT), layout.keys.get(Role.ID))
            if key and column.index not in answers:
                ways[name] = Way(column, name, longest, Kind.NAMES)
                continue
            sample = self.samples[column.index] if column.index in answers else ColumnSample()
            ways[name] = plan_column(column, name, sample, longest)
        samples = [self.samples[way.column.index].texts if way.kind is Kind.WORDS else () for way in ways.values()]
        return [evolve(way, shares=number) for way, number in zip(ways.values(), dictionaries(samples), strict=True)]

    def _texts(self, types: Mapping[str, Any]) -> Any:
        """Return the lines below the header as a lazy frame.

        Blank cells are null.

        Args:
            types: Polars type by column name; other columns are texts.
        """
        pl = polars()
        names = [f"c{index}" for index in range(self.layout.width)]
        return pl.scan_csv(
            self.source.path if self.source.path is not None else self.source.content,
            has_header=False,
            skip_rows=1,
            schema={name: types.get(name, pl.String) for name in names},
            separator=self.delimiter,
            quote_char='"' if self.marks is not None and self.marks.quotes else None,
        )

    def _split(self, ways: Iterable[Way], *, wide: bool = False) -> list[SplitColumn]:
        """Split the lines with polars.

        The result is empty if polars fails.

        Args:
            ways: Reading plans.
            wide: Whether a dictionary may have more than 65,535 distinct texts.
        """
        words = {way.shares: Words(wide) for way in ways}
        wanted = [expression for way in ways for expression in way.expressions(words[way.shares])]
        lines = self._texts({way.name: way.parsed(words[way.shares]) for way in ways})
        try:
            frame = lines.select(*wanted).collect(engine="streaming")
        except engine_errors():
            return []
        return [way.make_column(frame, words[way.shares]) for way in ways]

    def _read_columns(self, ways: Sequence[Way]) -> list[SplitColumn]:
        """Read the columns by the fastest safe plan.

        The result is empty if polars fails.
        """
        split = self._split(ways)
        if split and all(column.is_exact() for column in split) and not self._hides_blanks(split):
            return split
        ways = [way.careful() for way in ways]
        return self._split(ways) or self._split(ways, wide=True)

    def _hides_blanks(self, split: Iterable[SplitColumn]) -> bool:
        """True if a cell of white space may be lost.

        Polars may have read it as a missing number, while `read` keeps the white space.
        """
        gaps = any(column.way.kind is Kind.DECIMALS and not column.is_full for column in split)
        return gaps and has_padded_cells(self.source, ord(self.delimiter))

    def _is_clean(self, split: Sequence[SplitColumn]) -> bool:
        """True if no column has special characters.

        All parsers then split the file alike.
        """
        return len(split) == self.layout.width and all(column.is_clean() for column in split)

    def _read_unseen_columns(self, ways: Sequence[Way]) -> tuple[list[SplitColumn], bool]:
        """Read the columns of an unscanned file.

        The second value is true if all parsers split the file alike.
        """
        with ThreadPoolExecutor(1) as aside:
            # Polars ignores a carriage return at the end of a cell, and leaves no trace of it.
            returns = aside.submit(has_byte, self.source, b"\r")
            split = self._read_columns(ways)
            return split, self._is_clean(split) and not returns.result()

    def scanned(self) -> ResponseTable | None:
        """Return the table; None if its rows are not plain."""
        ways = self._ways()
        split, sure = (self._read_columns(ways), True) if self.marks is not None else self._read_unseen_columns(ways)
        if not sure:
            self.marks = TextMarks.of(self.source, self.delimiter)
            if not _fits(self.marks):
                return None
            if not split or self.marks.quotes:
                split = self._read_columns(ways)
        if not split or (self.marks is not None and not all(column.is_stripped() for column in split)):
            return None
        rows = split[0].rows
        # Polars makes a row of every line, blank or not; without special characters no other result is possible.
        if not rows or (self.marks is not None and rows != self.marks.lines - 1) or not self._is_plain(split):
            return None
        names = {column.index: column.direct for column in split if column.way.kind is Kind.NAMES}
        columns = {}
        while split:  # free polars data of a column before the next is built
            column = split.pop()
            if column.way.kind is not Kind.NAMES:
                columns[column.index] = column.scanned()
        whole = ScannedTable(self.work, columns, first=2, rows=rows, names=names, codes=self.codes)
        return None if whole.has_misfits else whole.table()

    def _is_plain(self, split: Sequence[SplitColumn]) -> bool:
        """True if every row has answers.

        There is then no ragged row, total, repeated header or row without a country.
        """
        country, columns = self.layout.keys.get(Role.COUNTRY), {column.index: column for column in split}
        if country is not None:
            places = columns[country.index]
            # A row without a country may be a total, named in the first column.
            unnamed = not all(map(str.strip, places.words)) or not places.is_full
            odd = any(is_total(word) or role_score(word, Role.COUNTRY) for word in places.words)
            if odd or (country.index and unnamed):
                return False
        headers = self.first_head
        first, last = columns.get(0), columns.get(self.layout.width - 1)
        if first is not None and (first.has(headers) or (country is None and self._has_total(first))):
            return False
        full = sum(column.is_full for column in split)
        if (full < 2 or first is None) and self._has_odd_rows(headers):
            return False
        return (last is not None and last.is_full) or not self._is_ragged(split[0].rows + 1)

    @staticmethod
    def _has_total(first: SplitColumn) -> bool:
        """True if the first column has a total."""
        if first.way.kind is not Kind.NAMES:
            return any(is_total(word, alone=True) for word in first.words)
        names = first.direct
        sums = names.filter(names.str.contains("(?i)tota|sum|som")).unique().to_list()
        return any(is_total(name, alone=True) for name in sums)

    def _has_odd_rows(self, headers: str) -> bool:
        """True if a row has one cell or repeats headers.

        Blank rows count as well. The check is needed only if no column excludes such rows.
        """
        pl = polars()
        cells = pl.all().is_not_null()
        odd = (pl.sum_horizontal(cells) <= 1) | (pl.col("c0") == headers)
        try:
            return bool(self._texts({}).select(odd.any()).collect(engine="streaming").item())
        except engine_errors():
            return True  # columns that were not read before are not text

    def _is_ragged(self, lines: int) -> bool:
        """True if there are fewer delimiters than complete lines have.

        The check is needed only if a last cell is blank.
        """
        delimiters = count_byte(self.source, ord(self.delimiter))
        return delimiters < lines * (self.layout.width - 1)
