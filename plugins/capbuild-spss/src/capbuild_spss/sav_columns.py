"""Columns of plain SPSS system files, read with numpy instead of the parser.

Numbers and short texts are stored without conversion, so numpy can slice them from the rows. The parser makes an object
of each value and takes many times as long. A file with any ambiguous content goes to the parser as a whole.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from capbuild.plugins import InputFile
from capbuild_spss.parser_process import LEVELS, number_facts
from capbuild_spss.sav_layout import Layout, Slot
from capbuild_spss.sav_rows import NeedsParserError, Words, iter_blocks
from capbuild_spss.sav_text_columns import LongTextColumn, TextColumn
from capbuild_spss.variables import RawColumn

__all__ = ["NeedsParserError", "SavColumns", "is_plain", "read_columns"]

#: Encodings in which the parser gives the same texts as Python, by the parser's names.
_CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1"}

#: Bytes that unpacked rows may take, and additional bytes for each byte of the file.
_ROOM, _ROOM_FACTOR = 128 << 20, 16


class SavColumns:
    """Columns of a file, unparsed.

    Attributes:
        layout: Positions of its values.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._found = [_column(slot, layout) for slot in layout.slots]

    def take(self, source: InputFile) -> None:
        """Read the columns from the rows.

        Raises:
            NeedsParserError: Only the parser can interpret the content.
        """
        pairs = zip(self.layout.slots, self._found, strict=True)
        takers = [(found.take, slot.first, slot.first + slot.words) for slot, found in pairs]
        transposed: Words = np.empty((self.layout.words, 0), np.uint64)
        start = 0
        for block in iter_blocks(source, self.layout):
            if len(block) > transposed.shape[1]:
                transposed = np.empty((self.layout.words, len(block)), np.uint64)
            part = transposed[:, : len(block)]
            part[:] = block.T
            for take, first, last in takers:
                take(part[first:last], start)
            start += len(block)

    def finish(self, variables: Sequence[dict[str, Any]], encoding: str) -> list[RawColumn]:
        """Return the columns, and add facts about each to its variable.

        Args:
            variables: The parser's descriptions of the variables, updated here.
            encoding: Encoding of the texts.

        Raises:
            NeedsParserError: Only the parser can interpret the content.
        """
        codec = _CODECS.get(encoding.lower(), "")
        wanted = ["string" if slot.width else "double" for slot in self.layout.slots]
        if [variable["storage"] for variable in variables] != wanted or not (codec or "string" not in wanted):
            raise NeedsParserError
        columns = []
        for found, variable in zip(self._found, variables, strict=True):
            column, facts = found.finish(bool(variable["labels"]), codec)
            variable.update(facts)
            columns.append(column)
        return columns


def _column(slot: Slot, layout: Layout) -> "_NumberColumn | TextColumn | LongTextColumn":
    if slot.width == 0:
        return _NumberColumn(layout)
    return LongTextColumn(slot, layout) if slot.is_long else TextColumn(slot, layout)


def is_plain(source: InputFile, layout: Layout) -> bool:
    """True if a file's values are at the declared positions and within the limits.

    Args:
        source: The file.
        layout: Positions of its values.
    """
    size, cells = layout.rows * layout.words * 8, layout.rows * len(layout.slots)
    room = min(source.limits.unpacked_size, _ROOM + _ROOM_FACTOR * source.size)
    return size <= room and cells <= source.limits.cells and layout.has_room_for(source.size)


def read_columns(source: InputFile, layout: Layout) -> SavColumns | None:
    """Return the columns of a plain file; None if it needs the parser.

    Args:
        source: The file.
        layout: Positions of its values.
    """
    columns = SavColumns(layout)
    try:
        columns.take(source)
    except (NeedsParserError, MemoryError):
        return None
    return columns


class _NumberColumn:
    """A column of numbers."""

    def __init__(self, layout: Layout) -> None:
        self._cells: Words = np.empty(layout.rows, np.uint64)
        self._missing = layout.missing

    def take(self, part: Words, start: int) -> None:
        """Read some rows: words as lines, rows as columns."""
        self._cells[start : start + part.shape[1]] = part[0]

    def finish(self, labelled: bool, codec: str) -> tuple[RawColumn, dict[str, Any]]:
        """Return the column and its facts; a few labelled integers become a dictionary."""
        numbers = self._cells.view(np.float64)
        for bits in self._missing:
            numbers[self._cells == np.uint64(bits)] = np.nan
        numbers[np.isnan(numbers)] = np.nan  # one NaN for all, on which arithmetic gives no warning
        facts = number_facts(numbers, labelled=labelled)
        levels = facts["levels"]
        if not levels or not facts["whole"] or levels[-1] - levels[0] > len(numbers) + LEVELS:
            return RawColumn("d", (), numbers), facts
        codes = np.zeros(int(levels[-1] - levels[0]) + 2, np.uint32)
        codes[[int(level - levels[0]) for level in levels]] = np.arange(len(levels))
        codes[-1] = len(levels)
        places = np.where(np.isnan(numbers), len(codes) - 1, numbers - levels[0]).astype(np.intp)
        return RawColumn("i", (*levels, None), codes[places]), facts
