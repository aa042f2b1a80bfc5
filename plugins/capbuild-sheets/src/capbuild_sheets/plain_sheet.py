"""Fast reader for plain XLSX sheets.

Most large files have the plain notation.

A plain cell is one tag with its reference first and its value directly after, without formulas, inline strings or
comments. Any other notation raises `NotPlainError` before a value is used, and the sheet is parsed as XML. Several
times faster than XML parsing.
"""

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from attrs import define, field

from capbuild.formats import Cell
from capbuild.plugins import ReadLimits
from capbuild_sheets.annotations import ListRules, StyledCells
from capbuild_sheets.hidden_cells import Hiding
from capbuild_sheets.row_builder import RowBuilder
from capbuild_sheets.sheet_xml import CellValues
from capbuild_sheets.sheets import LAST_COLUMN, MergedRange, column_number, parse_range
from capbuild_sheets.strings import local, make_parser

_BLOCK = 1 << 22
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"([^>]*(?:/>|><v>[^<]*(?=</v></c>)|>(?=</c>)))')
_ROW = re.compile(rb'<row r="(\d{1,7})"([^>]*)>')
_PARTS = re.compile(rb'(?: s="(\d+)")?(?: t="([a-z]+)")?(?: s="(\d+)")?>(?:<v>([^<&]*))?')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:$]+)"')
#: Largest number of cell contents cached; answers repeat.
_REMEMBERED = 200_000


class NotPlainError(Exception):
    """Raised if a sheet must be parsed as XML."""


@define(eq=False)
class PlainSheet:
    """Cell-by-cell reader of one plain sheet.

    Attributes:
        file: Name of the file, for errors.
        values: Converter of cell texts to values.
        limits: Limits in force.
        rows: Builder of the rows.
        merged: Merged ranges.
        hiding: Hidden rows and columns.
        rules: List validation rules.
        marked: Cells with a marked style; always empty, since fills of large sheets are not read.
    """

    file: str
    values: CellValues
    limits: ReadLimits
    rows: RowBuilder = field(init=False)
    merged: list[MergedRange] = field(factory=list)
    hiding: Hiding = field(factory=Hiding, init=False)
    rules: ListRules = field(factory=ListRules, init=False)
    marked: StyledCells = field(factory=StyledCells, init=False)
    formulas: int = 0
    _columns: dict[bytes, int] = field(factory=dict)
    _known: dict[bytes, Cell] = field(factory=dict)
    _last: int = 0

    def __attrs_post_init__(self) -> None:
        self.rows = RowBuilder(self.file, self.limits)
        if self.values.styles.struck:
            raise NotPlainError

    def parse(self, stream: IO[bytes]) -> None:
        """Parse the stream of one sheet.

        Raises:
            NotPlainError: The sheet is not plain.
        """
        for piece, rows in plain_pieces(stream):
            if rows:
                self._take(piece)
            else:
                self.take_around(piece)

    def take_around(self, piece: bytes) -> None:
        """Parse the XML before or after the rows."""
        self.hiding.take_around(piece)
        ranges = (parse_range(ref.decode("ascii")) for ref in _MERGED.findall(piece))
        self.merged.extend(area for area in ranges if area is not None)
        _, _, tail = piece.partition(b"</sheetData>")
        if b"dataValidation" in tail:
            start = lambda name, attributes: self.rules.start(local(name), attributes)  # noqa: E731
            parser = make_parser(self.file, start, lambda name: self.rules.end(local(name)), self.rules.data)
            try:
                parser.Parse(b"<worksheet>" + tail, True)
            except expat.ExpatError as error:
                raise NotPlainError from error

    def _take(self, piece: bytes) -> None:
        """Parse a block of whole rows of plain cells."""
        starts = list(_ROW.finditer(piece))
        if len(starts) != piece.count(b"<row"):
            raise NotPlainError
        self.hiding.take_rows((match[1], match[2]) for match in starts)
        ends = [match.start() for match in starts[1:]] + [len(piece)]
        count = 0
        for match, end in zip(starts, ends, strict=False):
            number = int(match[1])
            if number <= self._last:
                raise NotPlainError
            self._last = number
            row = _CELL.findall(piece, match.end(), end)
            count += len(row)
            self.rows.put(number, self._cells(row))
        if count != piece.count(b"<c"):
            raise NotPlainError

    def _cells(self, row: list[tuple[bytes, bytes]]) -> list[Cell]:
        cells: list[Cell] = []
        columns, known = self._columns, self._known
        for letters, rest in row:
            column = columns.get(letters) or self._column(letters)
            value = known[rest] if rest in known else self.value(rest)
            gap = column - 1 - len(cells)
            if gap > 0:
                cells.extend([None] * gap)
            elif gap < 0:
                raise NotPlainError
            cells.append(value)
        return cells

    def _column(self, letters: bytes) -> int:
        number = column_number(letters.decode("ascii"))
        if number > LAST_COLUMN:
            raise NotPlainError
        self._columns[letters] = number
        return number

    def value(self, rest: bytes) -> Cell:
        """Return a cell's value from the XML after its reference."""
        match = _PARTS.fullmatch(rest.replace(b" />", b">").replace(b"/>", b">"))
        if match is None:
            raise NotPlainError
        style, kind, later, text = match.groups()
        value: Cell = None
        if text:
            try:
                shown = style or later
                written = text.decode("utf-8")
                value = self.values.value(kind.decode() if kind else "n", shown.decode() if shown else None, written)
            except UnicodeDecodeError as error:
                raise NotPlainError from error
        elif kind == b"str" and text is not None:
            value = ""
        if len(self._known) < _REMEMBERED:
            self._known[rest] = value
        return value


def row_tags(piece: bytes) -> list[tuple[bytes, bytes]]:
    """Return a block's row numbers and other row attributes."""
    return _ROW.findall(piece)


def plain_pieces(stream: IO[bytes], *, sees_tags: bool = False) -> Iterator[tuple[bytes, bool]]:
    """Yield the XML of a sheet in pieces.

    The first piece is the XML before the rows, the last that after them. In between, each piece is a block of whole
    rows.

    Args:
        stream: The XML of one sheet.
        sees_tags: Whether the caller checks every tag, and so finds comments itself.

    Yields:
        The bytes, and whether they are whole rows.

    Raises:
        NotPlainError: The sheet is not plain.
    """
    head = stream.read(_BLOCK)
    before, mark, rest = head.partition(b"<sheetData>")
    declared = before[:200].lower()
    if not mark or b"\0" in before or b"<!" in before or (b"encoding" in declared and b'"utf-8"' not in declared):
        raise NotPlainError
    yield before, False
    over = False
    while not over:
        block = stream.read(_BLOCK)
        rest += block
        if not sees_tags and b"<!" in rest:
            raise NotPlainError
        end = rest.find(b"</sheetData>")
        over = end >= 0
        cut = end if over else rest.rfind(b"</row>") + 6
        if not over and (not block or len(rest) > 4 * _BLOCK):
            raise NotPlainError
        if cut > 6 or over:
            yield rest[:cut], True
            rest = rest[cut:]
    rest += stream.read()
    if b"<!" in rest or not rest.rstrip().endswith(b"</worksheet>"):
        raise NotPlainError
    yield rest, False
