"""The fast path of the reader `csv`: a wide table becomes columns without passing through objects.

Heads, shape, words and marks are judged by the code that `read` uses, on the same sample; the engine splits the lines,
and each distinct text is then read once. Whatever the engine might split otherwise than the csv module (titles above
the heads, ragged rows, line breaks in cells, doubled quotes, other encodings) is left to `read`.
"""

from itertools import islice
from typing import Any

from attrs import define

from capbuild.errors import ReadError
from capbuild.formats.account import Account
from capbuild.formats.body import names_sum
from capbuild.formats.build import TablePlan, note_layout, plan_table
from capbuild.formats.cells import cell_text
from capbuild.formats.csv_table import CsvOptions
from capbuild.formats.dialect import declared_delimiter
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role
from capbuild.formats.log import IssueLog
from capbuild.formats.options import Shape
from capbuild.formats.scan_columns import Way, way_of
from capbuild.formats.scan_table import ScannedTable
from capbuild.formats.text import TextTable
from capbuild.formats.work import TableWork
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
from capbuild.tables.building import polars

__all__ = ["scan_csv"]

_BLOCK = 1 << 20


@define
class _Marks:
    """What the bytes of a text file hold that decides who may split it."""

    lines: int = 0
    returns: int = 0
    quotes: int = 0
    opening: int = 0
    closing: int = 0
    doubled: bool = False
    odd: bool = False

    @classmethod
    def of(cls, source: InputFile, delimiter: str) -> "_Marks":
        """Count over all bytes, in blocks that overlap by the longest mark."""
        found, mark, last = cls(), delimiter.encode(), b""
        with source.open() as stream:
            found.odd = stream.read(2) in (b"\xff\xfe", b"\xfe\xff")
            stream.seek(0)
            while block := stream.read(_BLOCK):
                found.lines += block.count(b"\n")
                found.odd = found.odd or b"\0" in block
                if b"\r" in block:
                    found.returns += block.count(b"\r")
                if b'"' in block or last.endswith(b'"'):
                    found.quotes += block.count(b'"')
                    found._look_at_quotes(last[-1:] + block, mark)
                last = block
        found.lines += bool(last) and not last.endswith(b"\n")
        if last.endswith(b'"'):
            found.closing += 1
        return found

    def _look_at_quotes(self, block: bytes, mark: bytes) -> None:
        self.doubled = self.doubled or b'""' in block
        self.opening += block.count(mark + b'"') + block.count(b'\n"')
        self.closing += block.count(b'"' + mark) + block.count(b'"\n') + block.count(b'"\r')

    @property
    def plain(self) -> bool:
        """Whether every quote opens or closes a cell, so that no reader can take it otherwise."""
        return not self.doubled and self.quotes == self.opening + self.closing and self.opening == self.closing


def _fits(source: InputFile, table: TextTable, marks: _Marks, rows: list[GridRow]) -> bool:
    """Tell whether the engine splits the file as the csv module does."""
    first = source.start.startswith(b'"')
    marks.opening += first
    returns = marks.returns == 0 or b"\r\n" in source.start
    starts = [number for number, _ in rows]
    return (
        not marks.odd
        and returns
        and len(table.delimiter.encode()) == 1
        and (marks.quotes == 0 or marks.plain)
        and bool(starts)
        and starts == list(range(1, len(starts) + 1))
        and declared_delimiter(source.start[:20].decode("latin-1").splitlines()[0]) is None
    )


def scan_csv(source: InputFile, options: CsvOptions) -> ResponseTable | None:
    r"""Return a text table as columns, or None where it is left to `read`.

    Args:
        source: The file.
        options: Options in force.

    Example:
        >>> table = scan_csv(InputFile("a.csv", data=b"country,P1\nCuba,yes\nHaiti,n/a\n"), CsvOptions())
        >>> [(row.place, row["P1"].value) for row in table][0], table[1]["P1"].raw, str(table[1]["P1"].origin)
        (('Cuba', 'yes'), 'n/a', 'a.csv:B3')
    """
    if options.encoding not in (None, "utf-8", "utf8") or source.start.startswith(b"\xef\xbb\xbf"):
        return None
    try:
        table = _Opened.open(source, options)
    except (ReadError, UnicodeError):
        return None
    return table.scanned() if table is not None else None


@define
class _Opened:
    """A text table that the engine may split."""

    source: InputFile
    options: CsvOptions
    delimiter: str
    marks: _Marks
    plan: TablePlan
    work: TableWork

    @classmethod
    def open(cls, source: InputFile, options: CsvOptions) -> "_Opened | None":
        """Return the table, judged from its first rows; None where `read` must have it."""
        text = TextTable(source, _encoding(), options.delimiter or _delimiter(source))
        sample = list(islice(text.rows(), 600))
        marks = _Marks.of(source, text.delimiter)
        if not _fits(source, text, marks, sample):
            return None
        log = IssueLog(source.name)
        grid = text.grid()
        plan = plan_table(grid, iter(sample), options, log, source.limits)
        if plan is None or plan.head is None or plan.head[0] != 1 or plan.layout.shape is Shape.LONG or plan.labels:
            return None
        if any(len(cells) != plan.layout.width for _, cells in sample):
            return None
        source.limits.check_cells(source.name, marks.lines * plan.layout.width)
        note_layout(plan, options, log)
        work = TableWork(grid, plan.layout, options, Account(), log)
        return cls(source, options, text.delimiter, marks, plan, work)

    def _ways(self) -> list[Way]:
        below = [cells for _, cells in self.plan.sample[1:]]
        layout = self.plan.layout
        answers = {column.index for column in layout.answers}
        used = (*layout.answers, *layout.keys.values(), *layout.comments.values())
        ways = {}
        for column in used:
            name = f"c{column.index}"
            if column in (layout.keys.get(Role.RESPONDENT), layout.keys.get(Role.ID)):
                ways[name] = Way(column, name, names=True)
                continue
            texts = [cell_text(cells[column.index]) for cells in below] if column.index in answers else []
            ways[name] = way_of(column, name, texts, self.source.limits.text)
        return list(ways.values())

    def _split(self, ways: list[Way], wide: bool) -> Any:
        """Let the engine split the lines; None where it cannot."""
        pl = polars()
        names = [f"c{index}" for index in range(self.plan.layout.width)]
        filled = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
        first = pl.col("c0").cast(pl.String)
        heads = cell_text(self.plan.head[1][0]) if self.plan.head is not None else ""
        odd = (filled <= 1) | (first == heads)
        country = self.plan.layout.keys.get(Role.COUNTRY)
        if country is not None and country.index:
            # A row that names no country may be a total, named in the first column.
            odd |= pl.col(f"c{country.index}").cast(pl.String).fill_null("").str.strip_chars() == ""
        short = pl.col(names[-1]).is_null()
        frame = pl.scan_csv(
            self.source.path if self.source.path is not None else self.source.content,
            has_header=False,
            skip_rows=1,
            schema=dict.fromkeys(names, pl.String) | {way.name: way.parsed(wide) for way in ways},
            separator=self.delimiter,
            quote_char='"' if self.marks.quotes else None,
        )
        wanted = [expression for way in ways for expression in way.expressions(wide)]
        try:
            return frame.select(*wanted, odd.alias("odd_"), short.alias("short_")).collect(engine="streaming")
        except pl.exceptions.PolarsError:
            return None

    def _is_ragged(self) -> bool:
        """Tell whether there are fewer separators than a full table has; asked only where a last cell is blank."""
        mark, found = self.delimiter.encode(), 0
        with self.source.open() as stream:
            while block := stream.read(_BLOCK):
                found += block.count(mark)
        return found < self.marks.lines * (self.plan.layout.width - 1)

    def scanned(self) -> ResponseTable | None:
        """Return the table; None where its rows are not plain."""
        ways = self._ways()
        frame = self._split(ways, wide=False)
        if frame is None:
            frame = self._split(ways, wide=True)
        if frame is None or frame.height != self.marks.lines - 1 or not frame.height:
            return None
        rows = frame.height
        if frame.get_column("odd_").any() or (frame.get_column("short_").any() and self._is_ragged()):
            return None
        if self._has_sums(ways, frame):
            return None
        names = {way.column.index: frame.get_column(way.name) for way in ways if way.names}
        columns = {}
        for way in ways:
            if not way.names:
                columns[way.column.index] = way.scanned(frame)
                frame = frame.drop(name for name in (way.name, f"{way.name}#") if name in frame.columns)
        return ScannedTable(self.work, columns, first=2, rows=rows, names=names).table()

    def _has_sums(self, ways: list[Way], frame: Any) -> bool:
        """Tell whether a row is named as a total or mean of others, which `read` leaves out."""
        country = self.plan.layout.keys.get(Role.COUNTRY)
        name = next((way.name for way in ways if country is not None and way.column is country), None)
        return name is not None and any(
            isinstance(text, str) and names_sum(text) for text in frame.get_column(name).unique().to_list()
        )


def _encoding() -> Any:
    from capbuild.formats.encoding import Encoding

    return Encoding("utf-8")


def _delimiter(source: InputFile) -> str:
    from capbuild.formats.dialect import find_delimiter
    from capbuild.formats.encoding import sample_text

    return find_delimiter(sample_text(source))
