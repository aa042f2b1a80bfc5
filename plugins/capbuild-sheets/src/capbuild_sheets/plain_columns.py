"""Vectorised reader of plain XLSX sheets into columns.

`plain_sheet` defines a plain sheet. Bytes are compared and summed in whole blocks, not cell by cell. A cell is a shared
text, a number without a style, or another cell, which `PlainSheet` parses and this module caches. A sheet in another
notation raises `NotPlainError`.
"""

from collections.abc import Callable, Iterable
from typing import IO

import numpy as np
import numpy.typing as npt
from attrs import define, field

from capbuild.formats import Cell
from capbuild.plugins import ReadLimits
from capbuild_sheets.plain_sheet import NotPlainError, PlainSheet, plain_pieces, row_tags
from capbuild_sheets.sheets import LAST_COLUMN, HiddenRanges, MergedRange

#: Kinds of cells: from 0 the index of a shared text; blank, number, or `OTHER - n` for the n-th other cell.
BLANK, NUMBER, OTHER = -1, -2, -3

_Bytes = npt.NDArray[np.uint8]
_Places = npt.NDArray[np.int64]

_CELL, _VALUE, _ROW = 0x6320, 0x763E, 0x726F  # "c ", "v>", "ro"
_END_VALUE, _END_CELL, _END_ROW = 0x2F76, 0x2F63, 0x2F72  # "/v", "/c", "/r"
_TAGS = np.zeros(1 << 16, dtype=bool)
_TAGS[[_CELL, _VALUE, _ROW, _END_VALUE, _END_CELL, _END_ROW]] = True
_REFERENCE = len('<c r="')
#: Digits of numbers that are parsed exactly: below 2**53, with a power of ten that is an exact float.
_DIGITS = 15


@define(eq=False)
class PlainColumns:
    """Columns of one plain sheet.

    Attributes:
        sheet: Cell-by-cell parser, for cells that are neither shared texts nor plain numbers.
        limits: Limits in force.
        numbers: Row numbers in the file.
        kinds: Kind of each cell, by row and column, for each block of rows.
        values: Numbers, by row and column, for each block of rows.
        others: The other cells.
        unseen: Hidden rows and columns, set by `find_hidden`.
    """

    sheet: PlainSheet
    limits: ReadLimits
    numbers: list[int] = field(factory=list)
    kinds: list[npt.NDArray[np.int32]] = field(factory=list)
    values: list[npt.NDArray[np.float64]] = field(factory=list)
    others: list[Cell] = field(factory=list)
    unseen: HiddenRanges = HiddenRanges()
    _places: dict[bytes, int] = field(factory=dict)
    _cells: int = 0

    def parse(self, stream: IO[bytes]) -> None:
        """Parse the stream of one sheet.

        Raises:
            NotPlainError: The sheet is not plain, or has merged ranges.
        """
        for piece, rows in plain_pieces(stream, sees_tags=True):
            if not rows:
                self.sheet.take_around(piece)
            if not rows and b"<mergeCell" in piece:
                raise NotPlainError
            if rows and b"<row" in piece:
                try:
                    self._take(piece)
                except IndexError as error:  # A truncated tag.
                    raise NotPlainError from error

    def column(self, index: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
        """Return a column's cell kinds and numbers."""
        kinds, values = [], []
        for kind, value in zip(self.kinds, self.values, strict=True):
            inside = index < kind.shape[1]
            kinds.append(kind[:, index] if inside else np.full(len(kind), BLANK, np.int32))
            values.append(value[:, index] if inside else np.zeros(len(kind)))
        return np.concatenate(kinds), np.concatenate(values)

    @property
    def filled(self) -> npt.NDArray[np.int64]:
        """Number of non-empty cells in each row."""
        return np.concatenate([(kind != BLANK).sum(axis=1) for kind in self.kinds])

    def find_hidden(self, more_areas: Callable[[], Iterable[MergedRange]]) -> None:
        """Set `unseen` to the hidden rows and columns with content.

        Args:
            more_areas: Returns the filter areas of the sheet's tables; called only if needed.
        """
        hiding = self.sheet.hiding
        hidden = set(hiding.rows)
        filled = (number for number, cells in zip(self.numbers, self.filled, strict=True) if cells) if hidden else ()
        columns = (index + 1 for index in self.used_below(0)) if hiding.columns else ()
        self.unseen = hiding.within(hidden.intersection(filled), columns, more_areas)

    def used_below(self, row: int) -> set[int]:
        """Return the non-empty columns below a row, from 0."""
        used: set[int] = set()
        for kind in self.kinds:
            used.update(np.flatnonzero((kind[max(row, 0) :] != BLANK).any(axis=0)).tolist())
            row -= len(kind)
        return used

    def _take(self, piece: bytes) -> None:
        """Parse a block of whole rows."""
        rows = row_tags(piece)
        self.sheet.hiding.take_rows(rows)
        numbers = np.array([int(number) for number, _ in rows], dtype=np.int64)
        data = np.frombuffer(piece, dtype=np.uint8)
        opens = np.flatnonzero(data == ord("<"))
        tags = ((data[1:][opens].astype(np.uint16) << np.uint16(8)) | data[2:][opens]).astype(np.uint16)
        at = np.flatnonzero(tags == _CELL)
        begins = tags == _ROW
        if not _TAGS[tags].all() or np.count_nonzero(begins) != len(numbers):
            raise NotPlainError
        if not (np.diff(numbers, prepend=self.numbers[-1] if self.numbers else 0) > 0).all():  # Rows are in order.
            raise NotPlainError
        self._cells += len(at)
        self.limits.check_cells(self.sheet.file, self._cells)
        row = np.searchsorted(np.flatnonzero(begins), at) - 1
        column, after = _references(data, opens[at], numbers[row])
        width = int(column.max(initial=-1)) + 1
        if width > LAST_COLUMN or not (np.diff(row * width + column) > 0).all():  # Cells are in order.
            raise NotPlainError
        kinds = np.full((len(numbers), width), BLANK, dtype=np.int32)
        values = np.zeros((len(numbers), width))
        full = tags[np.minimum(at + 1, len(tags) - 1)] == _VALUE
        _check_values(opens, tags, at[full])
        kinds_, read = self._values(piece, data, after[full], opens[at[full] + 1], opens[at[full] + 2])
        kinds[row[full], column[full]] = kinds_
        values[row[full], column[full]] = read
        self.numbers.extend(numbers.tolist())
        self.kinds.append(kinds)
        self.values.append(values)

    def _values(
        self, piece: bytes, data: _Bytes, after: _Places, value: _Places, end: _Places
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
        """Return the kinds of cells, and their numbers.

        Args:
            piece: The bytes.
            data: The same bytes as an array.
            after: Position of the quote after each cell's reference.
            value: Position of each value's opening tag.
            end: Position of each value's end.
        """
        kinds, numbers = np.full(len(after), BLANK, dtype=np.int32), np.zeros(len(after))
        shared = data[value - 2] == ord('"')
        for back, mark in enumerate(b's"=t ', start=3):
            shared &= data[value - back] == mark
        bare = (value == after + 2) | self._without_meaning(data, after, value)
        start = value + len("<v>")
        if shared.any():
            index, _, exact = _decimal(data, start[shared], end[shared])
            if not exact.all() or (data[start[shared]] == ord("-")).any():
                raise NotPlainError
            kinds[shared] = index.astype(np.int32)
        if bare.any():
            mantissa, scale, exact = _decimal(data, start[bare], end[bare])
            numbers[bare] = np.where(exact, mantissa / scale, 0.0)
            where = np.flatnonzero(bare)
            kinds[where[exact]] = NUMBER
            bare[where[~exact]] = False
        for place in np.flatnonzero(~shared & ~bare).tolist():
            kinds[place] = self._other(piece[after[place] + 1 : end[place]])
        return kinds, numbers

    def _without_meaning(self, data: _Bytes, after: _Places, value: _Places) -> npt.NDArray[np.bool_]:
        """Return cells whose style has no date or unit."""
        size = value - after - len('" s="">')
        fits = (size > 0) & (size < 5) & (data[value - 2] == ord('"'))
        for offset, mark in enumerate(b' s="', start=1):
            fits &= data[after + offset] == mark
        style = np.zeros(len(after), dtype=np.int64)
        for offset in range(4):
            digit = data[np.minimum(after + len('" s="') + offset, len(data) - 1)] - np.uint8(ord("0"))
            inside = fits & (offset < size)
            fits &= ~inside | (digit < 10)
            style = np.where(inside, style * 10 + digit, style)
        plain = np.array([not kind for kind in self.sheet.values.kinds], dtype=bool)
        known = fits & (style < len(plain))
        known[known] = plain[style[known]]
        return known  # type: ignore[no-any-return]

    def _other(self, rest: bytes) -> int:
        """Return another cell's kind, from the bytes after its reference."""
        known = self._places.get(rest)
        if known is None:
            cell = self.sheet.value(rest)
            known = BLANK if cell is None else OTHER - len(self.others)
            if cell is not None:
                self.others.append(cell)
            self._places[rest] = known
        return known


def _references(data: _Bytes, start: _Places, number: _Places) -> tuple[_Places, _Places]:
    """Return the columns of cells, and where their references end.

    Columns count from 0. A reference ends at the quote after it.
    """
    for offset, mark in enumerate(b'r="', start=3):
        if not (data[start + offset] == mark).all():
            raise NotPlainError
    column = np.zeros(len(start), dtype=np.int64)
    letter = np.ones(len(start), dtype=bool)
    length = np.zeros(len(start), dtype=np.int64)
    for offset in range(3):
        letters = data[start + _REFERENCE + offset].astype(np.int64)
        letter &= (letters >= ord("A")) & (letters <= ord("Z"))
        column = np.where(letter, column * 26 + letters - ord("A") + 1, column)
        length += letter
    digits = np.searchsorted(10 ** np.arange(1, 8), number, side="right") + 1
    after = start + _REFERENCE + length + digits
    if not (length > 0).all() or not (data[after] == ord('"')).all():
        raise NotPlainError
    return column - 1, after


def _check_values(opens: _Places, tags: npt.NDArray[np.uint16], cells: _Places) -> None:
    """Check that every value is alone in its cell.

    Both closing tags must follow the value directly.

    Raises:
        NotPlainError: A value is not.
    """
    if len(cells) != np.count_nonzero(tags == _VALUE):
        raise NotPlainError
    ends = (tags[cells + 2] == _END_VALUE) & (tags[cells + 3] == _END_CELL)
    if not ends.all() or not (opens[cells + 3] - opens[cells + 2] == len("</v>")).all():
        raise NotPlainError


def _decimal(
    data: _Bytes, start: _Places, end: _Places
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Parse decimal numbers.

    Returns:
        Integer mantissas, the powers of ten to divide by, and whether each number is exact.
    """
    negative = data[start] == ord("-")
    first = start + negative
    size = end - first
    mantissa = np.zeros(len(start), dtype=np.int64)
    decimals = np.zeros(len(start), dtype=np.int64)
    seen = np.zeros(len(start), dtype=bool)
    exact: npt.NDArray[np.bool_] = (size > 0) & (size <= _DIGITS + 1)
    for offset in range(int(np.max(size, initial=0, where=exact))):
        inside = offset < size
        mark = data[np.minimum(first + offset, len(data) - 1)]
        digit = mark - np.uint8(ord("0"))
        point = inside & (mark == ord("."))
        taken = inside & (digit < 10)
        exact &= ~inside | taken | (point & ~seen)
        mantissa = np.where(taken, mantissa * 10 + digit, mantissa)
        decimals += taken & seen
        seen |= point
    exact &= mantissa < 10**_DIGITS
    whole = np.where(negative, -mantissa, mantissa).astype(np.float64)
    return whole, np.power(10.0, decimals), exact
